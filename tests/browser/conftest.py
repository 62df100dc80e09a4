"""A real browser against the real program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from server.roles import Role
from tests.conftest import browser_path
from tests.support.program import Program, make_folder, serving

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES = {"wall": (1920, 1080), "tablet": (1280, 800), "portrait": (800, 1280), "phone": (360, 740)}

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


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Open a page as a person does: by the role's link, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_page(program: Program, role: Role, path: str, size: str = "tablet", language: str = "en") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale=language, has_touch=size != "wall")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.faults = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))  # type: ignore[attr-defined]
        if role is not Role.ATTENDEE:
            page.goto(f"{program.url}{path}?key={_key(program, role, path)}")
        else:
            page.goto(program.url + path)
        page.wait_for_selector("html[data-link=live]")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _key(program: Program, role: Role, path: str) -> str:
    room = path.split("/")[2] if role in (Role.MODERATOR, Role.STAGE) else None
    return program.key(role, room)
