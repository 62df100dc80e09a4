"""What people wait for: from a tap to the pixels of another page, and from a start to the ready line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from server.auth import read_secret
from server.clock import SystemClock
from server.folder import read
from server.roles import Role
from server.store.sqlite import SqliteJournal
from tests.measure.fanout import Scale
from tests.measure.figures import Figure
from tests.measure.sums import median, percentile
from tests.support.browser import QUIET, browser_path
from tests.support.event import running
from tests.support.program import Program, Screen, make_folder, serving
from tests.support.rig import CONTROL

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


def tap_to_pixels(folder: Path, scale: Scale) -> Iterator[Figure]:
    """From a moderator's tap on the big button to the question drawn on the stage display, in milliseconds."""
    path = browser_path()
    if path is None:
        return
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
    group = f"From a moderator's tap to the stage's pixels, {len(taken)} taps"
    yield Figure(group, "median", median(taken), "ms")
    yield Figure(group, "p95", percentile(taken, 0.95), "ms")


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


def time_to_ready(folder: Path, scale: Scale) -> Iterator[Figure]:
    """From the start of the process to the ready line, with a journal of so many events and its last checkpoint."""
    events = 100_000
    asyncio.run(_fill(make_folder(folder), events))
    start = time.perf_counter()
    with serving(folder):
        ready = time.perf_counter() - start
    yield Figure("Start", f"to the ready line with {events:,} events", ready, "s")


async def _fill(folder: Path, events: int) -> None:
    journal = SqliteJournal(folder)
    async with running(journal, plan=read(folder).plan, clock=SystemClock(), secret=read_secret(folder)) as event:
        while journal.offset < events:
            posted = [
                event.conductor.post(CONTROL, "checkin", "walk_in", {"name": f"Guest {number}", "category": "guest"})
                for number in range(512)
            ]
            await asyncio.gather(*posted)
