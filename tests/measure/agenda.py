"""What one change of a large agenda costs the server, in time of its processor: decided, projected, framed.

`python -m tests.measure.agenda` prints the figures. Forty rooms of thirty items, boards of every audience open.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.console import Console

from server.boards import Boards
from server.channels.agenda import CHANNEL
from server.domain.base import Event, Recorded
from server.plan import PlannedSpeaker
from server.roles import Actor, Role
from tests.support.agenda import MINUTE, Hall, item

ROOMS = 40
ITEMS = 30
READERS = (Role.CONTROL, Role.WALL, Role.STAGE, Role.ATTENDEE)


def large() -> Hall:
    """Return an agenda whose every fifth item shares a speaker with another room."""
    return Hall(
        *(
            item(
                f"{room}-{place}",
                place * 15,
                place * 15 + 12,
                f"R{room}",
                speakers=(PlannedSpeaker(f"s{place}-{room // 2 if place % 5 == 0 else room}", "Lin"),),
            )
            for room in range(ROOMS)
            for place in range(ITEMS)
        )
    )


class Bench:
    """The agenda and its boards, changed as the conductor does."""

    def __init__(self) -> None:
        self.hall = large()
        self.boards = Boards({"agenda": CHANNEL}, {"agenda": self.hall.engine}, "epoch", "own")
        seats = [(role, room) for role in READERS for room in range(ROOMS)]
        self.open = [
            self.boards.open(f"agenda/R{room}", Actor("x", role, rooms=frozenset({f"R{room}"}))) for role, room in seats
        ]

    def change(self, verb: str, **args: Any) -> float:
        """Do one change, and return the processor time until its frames were ready, in milliseconds."""
        return self._turn(lambda: self.hall.decide(verb, args).events)

    def settle(self) -> Iterator[float]:
        """Let happen what has fallen due, and yield what every step of it costs, in milliseconds."""
        while self._is_due():
            yield self._turn(tuple)

    def _is_due(self) -> bool:
        due = self.hall.engine.deadline()
        return due is not None and due <= self.hall.clock.now()

    def _turn(self, events: Callable[[], Iterable[Event]]) -> float:
        began = time.process_time()
        batch: list[Recorded] = []
        self._record(batch, events())
        if self._is_due():
            self._record(batch, self.hall.engine.expire(self.hall.clock.now()))
        positions = {id(board): board.position for board in self.open}
        urgent, _ = self.boards.apply(batch)
        for board in urgent:
            board.frame(positions[id(board)])
        return (time.process_time() - began) * 1_000

    def _record(self, batch: list[Recorded], events: Iterable[Event]) -> None:
        for event in events:
            recorded = Recorded(len(self.hall.history) + 1, self.hall.clock.now(), "control", event)
            self.hall.history.append(recorded)
            batch.append(recorded)
            self.hall.engine.evolve(recorded)


def day(bench: Bench, steps: list[float]) -> Iterator[float]:
    """Run twenty items of every fourth room; yield what each change costs, and add what steps by themselves cost."""
    hall = bench.hall
    for room in range(ROOMS):
        hall.set(0)
        bench.change("start", item=f"{room}-0")
    for place in range(1, 21):
        hall.set(place * 15)
        steps += bench.settle()
        for room in range(0, ROOMS, 4):
            leaving: dict[str, Any] = {"from": f"{room}-{place - 1}"}
            yield bench.change("next", room=f"R{room}", **leaving)
            yield bench.change("adjust", item=f"{room}-{place}", by=MINUTE)


def main() -> None:
    """Print the figures."""
    console = Console(highlight=False)
    steps: list[float] = []
    taken = sorted(day(Bench(), steps))
    console.print(f"{ROOMS} rooms × {ITEMS} items, {len(taken)} changes, every audience's boards open")
    console.print(f"one change, decided, projected, framed: median {statistics.median(taken):.1f} ms")
    console.print(f"p95 {taken[int(len(taken) * 0.95)]:.1f} ms, worst {taken[-1]:.1f} ms")
    steps.sort()
    middle = statistics.median(steps)
    console.print(f"{len(steps)} steps of what falls due: median {middle:.1f} ms, worst {steps[-1]:.1f} ms")


if __name__ == "__main__":
    main()
