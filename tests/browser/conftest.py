"""A real browser against the real program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from server.roles import Role
from tests.browser.wire import Stand
from tests.support.browser import QUIET, browser_path
from tests.support.program import Program, Screen, make_folder, serving

SIZES = {"wall": (1920, 1080), "tablet": (1280, 800), "portrait": (800, 1280), "phone": (360, 740)}

PATIENCE = 30_000
"""How long a page may take to show what it is to show, in milliseconds: a machine may have other things to do."""

expect.set_options(timeout=PATIENCE)

Opens = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = browser_path()
    assert path is not None, "install Chromium or Chrome: the pages are tested in a real browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event")) as program:
        yield program


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serving(make_folder(tmp_path_factory.mktemp("event"))) as program:
        yield program


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A conference under way: a talk runs, people are in, one question is on air, one next, two wait; the crew talk."""
    with serving(make_folder(tmp_path_factory.mktemp("event"))) as program:
        desk = Screen(program, program.key(Role.CONTROL))
        desk.ask("agenda", "start", {"item": "t1", "room": "R0"})
        asked = [
            desk.ask("questions", "submit", {"room": "R0", "body": body, "name": name})["result"]["id"]
            for body, name in (
                ("How does it fare in the rain?", "Ada"),
                ("雨里怎么办？", None),
                ("Why not?", None),
                ("When?", None),
            )
        ]
        desk.ask("backstage", "say", {"room": "R0", "text": "Mic 2 to row 5", "to": ["moderator", "floor", "stage"]})
        for question in asked[:3]:
            desk.ask("questions", "approve", {"question": question})
        desk.ask("questions", "air", {"question": asked[0], "replaces": None})
        desk.ask("questions", "next", {"question": asked[1]})
        with program.http(program.key(Role.FLOOR)) as client:
            for number in range(20):
                client.post("/api/v1/checkin/scan", json={"secret": f"T{number:04}", "lane": "A"}).raise_for_status()
        desk.ask("devices", "help", {"category": "technical", "room": "R0"})
        desk.cut()
        yield program


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What scripts complained of, on any page: a test in which one did has failed."""
    found: list[str] = []
    yield found
    assert not found


@pytest.fixture
def opens(browser: Browser, faults: list[str]) -> Iterator[Opens]:
    """Open a page as a person does: by the role's link, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def open_page(
        program: Program, role: Role, path: str, size: str = "tablet", language: str = "en", still: bool = False
    ) -> Page:
        width, height = SIZES[size]
        viewport: ViewportSize = {"width": width, "height": height}
        motion: Literal["reduce", "no-preference"] = "reduce" if still else "no-preference"
        context = browser.new_context(
            viewport=viewport, locale=language, has_touch=size != "wall", reduced_motion=motion
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", complain)
        if role is not Role.ATTENDEE:
            page.goto(f"{program.url}{path}?key={_key(program, role, path)}")
        else:
            page.goto(program.url + path)
        page.wait_for_selector("html[data-link=live]")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def stand(browser: Browser, program: Program) -> Iterator[Stand]:
    """Pages under clocks that the test moves."""
    stand = Stand(browser, program)
    yield stand
    for context in stand.contexts:
        context.close()


def _key(program: Program, role: Role, path: str) -> str:
    room = path.split("/")[2] if role in (Role.MODERATOR, Role.STAGE) else None
    return program.key(role, room)
