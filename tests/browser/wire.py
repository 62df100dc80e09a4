"""A page's link in the test's hand, under a clock that the test moves: what time it is on either end, and what passes.

Nothing here waits for time. The page's machine has a clock of its own (Playwright's), which may be wrong; the true time
is the test's, and it is what the server is made to tell. Everything else on the link is the real server's.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute

from server.roles import Role
from tests.support.program import Program, Screen

NOW = re.compile(r'"now":\d+')
BEAT = '{"t":"beat"}'


def size(frame: str) -> int:
    """Return the bytes that a text frame of the server takes on the wire, uncompressed."""
    length = len(frame.encode())
    return length + (2 if length < 126 else 4 if length < 65_536 else 10)


class Timeline:
    """The true time, and the wires whose pages live in it."""

    def __init__(self, start: int) -> None:
        """Begin at `start`, milliseconds since the epoch."""
        self.now = start
        self.wires: list[Wire] = []

    def run(self, milliseconds: int, step: int | None = None) -> None:
        """Let time pass everywhere, `step` at once."""
        end = self.now + milliseconds
        while self.now < end:
            self.now = min(end, self.now + (step or milliseconds))
            for wire in self.wires:
                wire.catch_up()


class Wire:
    """The link of one page.

    Attributes:
        out, back: what a frame takes to the server and home, in milliseconds; only pings are delayed.
        cut: nothing passes any more, though the connection stays open.
        beats: heartbeats come by the timeline instead of the server's own clock, and answers to pings are only counted.
        received: bytes sent to the page since they were last counted.
    """

    def __init__(self, page: Page, timeline: Timeline, wrong: int = 0, out: int = 0, back: int = 0) -> None:
        """Take the page before it opens anything; its machine's clock is `wrong` milliseconds ahead."""
        self.page, self.out, self.back = page, out, back
        self.cut = self.beats = False
        self.received = 0
        self._timeline = timeline
        self._reached = self._spoke = self._heard = timeline.now
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._unanswered: set[Any] = set()
        self._socket: WebSocketRoute | None = None
        timeline.wires.append(self)
        # It runs until it is stopped, and is stopped by jumping ahead: begin well before.
        page.clock.install(time=(timeline.now + wrong - 60_000) / 1000)
        page.clock.pause_at((timeline.now + wrong) / 1000)
        page.route_web_socket(re.compile(r"/ws\?"), self._connected)

    @property
    def silence(self) -> int:
        """How long the page has heard nothing, in milliseconds."""
        return self._timeline.now - self._heard

    def catch_up(self) -> None:
        """Bring the page to the timeline's present."""
        for due, act in [each for each in self._waiting if each[0] <= self._timeline.now]:
            self._waiting.remove((due, act))
            act()
        self.page.clock.run_for(self._timeline.now - self._reached)
        self._reached = self._timeline.now
        if self.beats and not self.cut and self._timeline.now - self._spoke >= 2_000:
            self._tell(BEAT)

    def settle(self) -> None:
        """Let the server answer everything that the page asked."""
        while self._unanswered:
            self.page.evaluate("null")

    def _connected(self, socket: WebSocketRoute) -> None:
        if self.cut:
            return
        self._socket = socket
        server = socket.connect_to_server()
        socket.on_message(lambda frame: self._from_page(server, str(frame)))
        server.on_message(lambda frame: self._from_server(str(frame)))

    def _from_page(self, server: WebSocketRoute, frame: str) -> None:
        if self.cut:
            return
        said = json.loads(frame)
        self._unanswered.add(said.get("ref") or said.get("ts") or said.get("c"))
        if said["t"] != "ping" or not self.out + self.back:
            server.send(frame)
            return
        there = self._timeline.now + self.out
        pong = json.dumps({"t": "pong", "ts": said["ts"], "now": there}, separators=(",", ":"))
        self._unanswered.discard(said["ts"])
        self._waiting.append((there + self.back, lambda: self._tell(pong)))

    def _from_server(self, frame: str) -> None:
        said = json.loads(frame)
        if self.cut or (said["t"] == "beat" and self.beats):
            return
        self._unanswered.discard(said.get("ref") or said.get("ts") or said.get("c"))
        if said["t"] == "pong" and self.beats:
            # It would seem to have been under way for a whole step of the timeline; the page has a good one already.
            self._count(frame)
            return
        is_clock = said["t"] in ("hello", "pong")
        self._tell(NOW.sub(f'"now":{self._timeline.now}', frame, count=1) if is_clock else frame)

    def _tell(self, frame: str) -> None:
        assert self._socket is not None
        self._count(frame)
        self._heard = self._timeline.now
        self._socket.send(frame)

    def _count(self, frame: str) -> None:
        self.received += size(frame)
        self._spoke = self._timeline.now


class Stand:
    """Pages under clocks that the test moves, all of the same true time."""

    def __init__(self, browser: Browser, program: Program) -> None:
        self.timeline = Timeline(time.time_ns() // 1_000_000)
        self._browser, self._program = browser, program
        self.contexts: list[BrowserContext] = []

    def open(self, role: Role, path: str, wrong: int = 0, out: int = 0, back: int = 0) -> Wire:
        """Open a page whose machine's clock is `wrong` milliseconds ahead."""
        context = self._browser.new_context(viewport={"width": 1280, "height": 800}, locale="en")
        self.contexts.append(context)
        wire = Wire(context.new_page(), self.timeline, wrong, out, back)
        room = "R0" if role is Role.STAGE else None
        wire.page.goto(f"{self._program.url}{path}?key={self._program.key(role, room)}")
        wire.page.wait_for_selector("html[data-link=live]")
        # What is loaded later would be drawn only when the page's clock moves again.
        wire.page.wait_for_load_state("networkidle")
        wire.settle()
        return wire


def start(program: Program) -> int:
    """Begin an item of forty minutes, and return when its time is up."""
    desk = Screen(program, program.key(Role.CONTROL))
    assert desk.ask("agenda", "start", {"item": "t2"})["t"] == "ok"
    clock = desk.subscribe("agenda/R0")["item/t2"]["clock"]
    desk.cut()
    return int(clock["started_at"] + clock["duration"])
