"""A guest who is late, early enough in the day for whoever watches: the desk is told, looks for a plan, and adopts it.

Owns    choosing the guest, `agenda.ready` for that one, `agenda.suggest` and `agenda.adopt`.
Never   chooses a guest for whom there is nothing to do.
Used by the show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.roles import Role

Row = dict[str, Any]

TOLD = 25.0
"""Seconds after the beginning at which the guest's call comes."""

THINKS = 20.0
"""Seconds that the desk takes until it adopts a plan: time to see on the screens who is late."""

LATE = 9 * 60
"""So many seconds (of the day) after it should begin the guest will be there."""

NEAR = 60
"""An item that begins within so many seconds (of the day) is not made late any more."""

TRIES = 5


async def play(scene: Scene) -> None:
    """Let one guest be late and the desk adopt a plan for it."""
    topics = [f"agenda/{room.id}" for room in scene.rooms() if room.mode != "roll"]
    await scene.at(scene.pace.hand(TOLD))
    async with scene.line(Role.CONTROL, *topics) as line:
        for topic in topics:
            await line.until_known(topic)
        late = await _choose(scene, line, topics)
        if late is None:
            return
        item, eta = late
        for speaker in item["speakers"]:
            await line.attempt("agenda", "ready", {"speaker": speaker["id"], "readiness": "away", "eta": eta})
        for _ in range(TRIES):
            await scene.think(scene.chance("guest"), THINKS, THINKS + 1)
            best = await _best(line, item, eta)
            if best is not None and await line.attempt("agenda", "adopt", {"proposal": best["id"]}) is not None:
                return


async def _choose(scene: Scene, line: Line, topics: list[str]) -> tuple[Row, int] | None:
    """Return the soonest item for whose delay a plan does something, and when its people will be there."""
    soon = line.now() + 1_000 * scene.pace.planned(NEAR)
    for item in sorted(_candidates(line, topics), key=lambda row: (row["expected"]["start"], row["id"])):
        if item["expected"]["start"] > soon:
            eta = round(item["expected"]["start"] + 1_000 * scene.pace.planned(LATE))
            if await _best(line, item, eta) is not None:
                return item, eta
    return None


def _candidates(line: Line, topics: list[str]) -> Iterator[Row]:
    """Yield the first few coming talks of every room that only that room shows."""
    for topic in topics:
        own = [row for row in line.of(topic, "item") if row["state"] == "pending" and row["expected"]["start"]]
        own.sort(key=lambda row: row["order"])
        for row in own[:4]:
            if row["speakers"] and row["kind"] == "talk" and len(row["broadcast"]) < 2:
                yield row


async def _best(line: Line, item: Row, eta: int) -> Row | None:
    """Return the best plan if it does more than wait."""
    args = {"room": item["room"], "item": item["id"], "available_at": eta}
    answer = await line.attempt("agenda", "suggest", args)
    offers = [] if answer is None else answer["proposals"]
    best: Row | None = next(iter(offers), None)
    acts = best is not None and any(step["do"] != "buffer" for step in best["steps"])
    return best if acts else None
