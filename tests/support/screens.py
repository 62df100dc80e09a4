"""Screens and time for the hub's tests: links that choke when told to, timers that ring when told to."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from server import wire
from server.board import Board
from server.cohort import Outlet
from server.framing import Frame, Parcel
from server.hub import Hub


class Timers:
    """A loop whose time passes when told to."""

    def __init__(self) -> None:
        self.time = 100.0
        self.turns = 0
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def later(self, delay: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (self.time + delay, next(self._order), call))

    def now(self) -> float:
        return self.time

    def turn(self) -> int:
        """Call what is due by now, but not what that calls for; return how many they were."""
        due = []
        while self._waiting and self._waiting[0][0] <= self.time:
            due.append(heapq.heappop(self._waiting)[2])
        for call in due:
            call()
        return len(due)

    def settle(self) -> None:
        """Turn until nothing is due."""
        while self.turn():
            self.turns += 1

    def pass_(self, seconds: float) -> None:
        """Let time pass, from one timer to the next."""
        end = self.time + seconds
        self.settle()
        while self._waiting and self._waiting[0][0] <= end:
            self.time = max(self.time, self._waiting[0][0])
            self.settle()
        self.time = end


class Screen(Outlet):
    """An outlet that mirrors what it is given, and checks that each delta fits."""

    __slots__ = ("beats", "chokes", "frames", "held", "hub", "rows", "writes")

    def __init__(self, hub: Hub, rank: int = 0, fd: int = -1) -> None:
        super().__init__(rank, fd)
        self.hub = hub
        self.rows: dict[str, dict[str, Any]] = {}
        self.held: dict[str, list[Any]] = {}
        self.frames: list[dict[str, Any]] = []
        self.writes = 0
        self.beats = 0
        self.chokes = False
        hub.enter(self)

    def read(self, board: Board) -> None:
        """Subscribe, as a connection does, unless what it had missed of other boards has filled its link."""
        self.hub.unwatch(self, board)
        if self.congested:
            self.rows.pop(board.topic, None)
            return
        self.deliver(Parcel([board.frame(None)]))
        self.hub.watch(self, board)

    def forget(self, board: Board) -> None:
        self.hub.unwatch(self, board)
        self.rows.pop(board.topic, None)

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        assert not self.congested, "nothing is written to a link that takes nothing"
        self.take(parcel)
        if self.chokes:
            self.hub.congest(self)

    def take(self, parcel: Parcel) -> None:
        self.writes += 1
        for frame in parcel.frames:
            if frame.text == wire.BEAT:
                self.beats += 1
            else:
                self._apply(msgspec.json.decode(frame.text))

    def _apply(self, frame: dict[str, Any]) -> None:
        topic = frame["c"]
        if frame["from"] is None:
            self.rows[topic] = {}
        else:
            assert [frame["epoch"], frame["from"]] == self.held[topic], "a delta must start where the mirror stands"
        self.rows[topic].update(frame["set"])
        for key in frame["del"]:
            # What came and went between two frames was never there for this reader.
            self.rows[topic].pop(key, None)
        self.held[topic] = [frame["epoch"], frame["to"]]
        self.frames.append(frame)


class Pipes:
    """The accelerator's stand-in: descriptors that are screens, of which some take half a parcel."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []
        self.calls = 0

    def screen(self, hub: Hub, rank: int = 0) -> Screen:
        screen = Pipe(hub, rank, len(self.screens))
        self.screens.append(screen)
        return screen

    def send_many(self, fds: array[int], start: int, stop: int, data: bytes) -> list[tuple[int, int]]:
        self.calls += 1
        short = []
        for index in range(start, stop):
            screen = self.screens[fds[index]]
            assert not screen.congested
            if screen.chokes:
                short.append((index, len(data) // 2))
            else:
                screen.take(Parcel(frames_of(data)))
        return short


class Pipe(Screen):
    """A screen that is written to by descriptor, and by its transport where that took less."""

    __slots__ = ()

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        assert sent in (0, len(parcel.wire) // 2)
        super().deliver(parcel, sent)


def frames_of(data: bytes) -> list[Frame]:
    """Return the frames of which `data` is joined."""
    frames = []
    while data:
        length, head = data[1], 2
        if length == 126:
            length, head = int.from_bytes(data[2:4]), 4
        elif length == 127:
            length, head = int.from_bytes(data[2:10]), 10
        frames.append(Frame(data[: head + length], head))
        data = data[head + length :]
    return frames


def change(board: Board, key: str = "k", value: int | None = None) -> Board:
    """Write a row that is new each time, or remove it (value -1)."""
    row = None if value == -1 else str(value if value is not None else board.offset + 1).encode()
    board.write(board.offset + 1, {key: row})
    return board


def equal(screen: Screen, board: Board) -> bool:
    return {key: str(row).encode() for key, row in screen.rows[board.topic].items()} == board.rows
