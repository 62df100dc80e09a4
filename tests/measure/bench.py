"""The product's figures, each taken from the whole program over loopback."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from server.auth import read_secret
from server.clock import SystemClock
from server.folder import read
from server.roles import Role
from server.store.sqlite import SqliteJournal
from tests.support.browser import QUIET, browser_path
from tests.support.event import running
from tests.support.program import Program, Screen, make_folder, serving
from tests.support.rig import CONTROL

Figures = dict[str, float | int | str]

TAPS = 40
WATCH = """
() => {
  window.seen = [];
  let last = "";
  new MutationObserver(() => {
    const text = document.body.innerText.match(/Bench question (\\d+)\\b/)?.[0] ?? "";
    if (text === last) return;
    last = text;
    requestAnimationFrame(() => requestAnimationFrame(() =>
      window.seen.push([text, performance.timeOrigin + performance.now()])));
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}
"""
TAP = "(button) => { const at = performance.timeOrigin + performance.now(); button.click(); return at; }"


def tap_to_pixels(folder: Path) -> Figures:
    """From a moderator's tap on the big button to the question drawn on the stage display, in milliseconds."""
    path = browser_path()
    if path is None:
        return {"tap to pixels": "no browser here"}
    with serving(make_folder(folder)) as program, sync_playwright() as playwright:
        desk = Screen(program, program.key(Role.MODERATOR, "R0"))
        ids = []
        for number in range(TAPS):
            body = f"Bench question {number}"
            asked = desk.ask("questions", "submit", {"room": "R0", "body": body, "inlet": "slip"})
            desk.ask("questions", "approve", {"question": asked["result"]["id"]})
            ids.append(asked["result"]["id"])
        desk.close()
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        stage = _open(browser.new_page(), program, Role.STAGE, "/stage/R0")
        moderator = _open(browser.new_page(), program, Role.MODERATOR, "/moderate/R0")
        stage.evaluate(WATCH)
        taken = list(_taps(moderator, stage, program, ids))
        browser.close()
    return {
        "tap to pixels, median ms": round(statistics.median(taken), 1),
        "tap to pixels, p95 ms": round(sorted(taken)[int(len(taken) * 0.95)], 1),
        "taps": len(taken),
    }


def _open(page: Page, program: Program, role: Role, path: str) -> Page:
    page.goto(f"{program.url}{path}?key={program.key(role, 'R0')}")
    page.wait_for_selector("html[data-link=live]")
    return page


def _taps(moderator: Page, stage: Page, program: Program, ids: list[str]) -> Iterator[float]:
    """Put one question after the other on air by the big button, and yield how long the stage took to draw it."""
    with program.http(program.key(Role.MODERATOR, "R0")) as client:
        for number, id_ in enumerate(ids):
            client.post("/api/v1/questions/next", json={"question": id_}).raise_for_status()
            button = moderator.get_by_role("button", name=f"Put #{number + 1} on air", exact=True)
            button.wait_for()
            tapped = float(button.evaluate(TAP))
            stage.wait_for_function("n => window.seen.some(([text]) => text === `Bench question ${n}`)", arg=number)
            seen = dict(stage.evaluate("window.seen"))
            yield seen[f"Bench question {number}"] - tapped


def durable_commands(folder: Path, total: int = 3_000, in_flight: int = 64) -> Figures:
    """Commands a second over one socket, each on disk before its answer."""
    with serving(make_folder(folder)) as program:
        screen = Screen(program, program.key(Role.FLOOR))
        waiting: dict[str, float] = {}
        took: list[float] = []
        sent = 0
        start = time.perf_counter()
        while len(took) < total:
            while sent < total and len(waiting) < in_flight:
                ref = f"r{sent}"
                args = {"name": f"Guest {sent}", "category": "guest"}
                waiting[ref] = time.perf_counter()
                screen.send({"t": "cmd", "ref": ref, "c": "checkin", "v": "walk_in", "args": args})
                sent += 1
            screen.read()
            for ref in list(screen.answers):
                took.append(time.perf_counter() - waiting.pop(ref))
                assert screen.answers.pop(ref)["t"] == "ok"
        elapsed = time.perf_counter() - start
        screen.close()
    took.sort()
    return {
        "durable commands a second": round(total / elapsed),
        "answer, median ms": round(took[total // 2] * 1000, 1),
        "answer, p99 ms": round(took[int(total * 0.99)] * 1000, 1),
    }


def deliveries(folder: Path, sockets: int = 500, changes: int = 50) -> Figures:
    """One change at a time to many sockets: time until each has it."""
    return asyncio.run(_deliver(folder, sockets, changes))


async def _deliver(folder: Path, sockets: int, changes: int) -> Figures:
    with serving(make_folder(folder)) as program:
        url = program.url.replace("http", "ws") + "/ws"
        headers = {"Authorization": f"Bearer {program.key(Role.WALL)}"}
        opening = [
            connect(url, subprotocols=[Subprotocol("cuedesk.v1")], additional_headers=headers, proxy=None)
            for _ in range(sockets)
        ]
        links = [await each for each in opening]
        for link in links:
            await link.recv()
            await link.send('{"t":"sub","c":"questions/R0"}')
            await link.recv()
        took: list[float] = []
        with program.http(program.key(Role.CONTROL)) as client:
            for number in range(changes):
                start = time.perf_counter()
                asking = asyncio.to_thread(
                    client.post, "/api/v1/questions/blank", json={"room": "R0", "on": number % 2 == 0}
                )
                arrivals = asyncio.gather(*(_arrival(link, start) for link in links))
                (await asking).raise_for_status()
                took += await arrivals
        await asyncio.gather(*(link.close() for link in links))
    took.sort()
    return {
        f"delivery to {sockets} sockets, median ms": round(took[len(took) // 2] * 1000, 1),
        f"delivery to {sockets} sockets, p99 ms": round(took[int(len(took) * 0.99)] * 1000, 1),
    }


async def _arrival(link: Any, start: float) -> float:
    while '"t":"rows"' not in await link.recv():
        pass
    return time.perf_counter() - start


def time_to_ready(folder: Path, events: int = 100_000) -> Figures:
    """From the start of the process to the ready line, with a journal of so many events and its last checkpoint."""
    asyncio.run(_fill(make_folder(folder), events))
    start = time.perf_counter()
    with serving(folder):
        ready = time.perf_counter() - start
    return {f"ready with {events} events, s": round(ready, 2)}


async def _fill(folder: Path, events: int) -> None:
    journal = SqliteJournal(folder)
    async with running(journal, plan=read(folder).plan, clock=SystemClock(), secret=read_secret(folder)) as event:
        while journal.offset < events:
            posted = [
                event.conductor.post(CONTROL, "checkin", "walk_in", {"name": f"Guest {number}", "category": "guest"})
                for number in range(512)
            ]
            await asyncio.gather(*posted)


MEASURES: dict[str, Callable[[Path], Figures]] = {
    "pixels": tap_to_pixels,
    "commands": durable_commands,
    "deliveries": deliveries,
    "ready": time_to_ready,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="Take these measures only.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures there.")
def main(only: tuple[str, ...], file: Path | None) -> None:
    """Take the figures and print them."""
    figures: Figures = {}
    for name in only or MEASURES:
        with tempfile.TemporaryDirectory() as folder:
            figures |= MEASURES[name](Path(folder))
    table = Table(box=None)
    table.add_column("figure")
    table.add_column("", justify="right")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    if file is not None:
        file.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
