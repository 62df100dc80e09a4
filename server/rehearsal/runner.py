"""The helper on the floor of all rooms: reads what the crew asks for, and now and then asks for something.

Owns    `backstage.delivered`, `backstage.read` and `backstage.say` of the floor, and paper slips.
Never   steers a room.
Used by the show.
"""

from __future__ import annotations

import random
from typing import Any

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.rehearsal.texts import FLOOR_SAYS, on_paper
from server.roles import Role

DESK = {"desk": "floor-phone", "name": "小北"}

SELDOM = 0.012
"""How likely it is at each look that the floor has something to say itself, or a slip to type."""


async def play(scene: Scene) -> None:
    """Read and answer the crew's messages until cancelled."""
    chance = scene.chance("runner")
    rooms = [room.id for room in scene.rooms()]
    async with scene.line(Role.FLOOR, *(f"backstage/{room}" for room in rooms)) as line:
        number = 0
        while True:
            await line.news(2)
            for row in _unread(line):
                await line.attempt("backstage", "delivered", {"message": row["id"], **DESK})
                await scene.think(chance, 2, 6)
                await line.attempt("backstage", "read", {"message": row["id"], **DESK})
            if chance.random() < SELDOM:
                number += 1
                await _speak(line, chance, chance.choice(rooms), number)


def _unread(line: Line) -> list[dict[str, Any]]:
    rows = [row for topic in line.rows for row in line.of(topic, "message")]
    others = [row for row in rows if row["desk"] != DESK["desk"]]
    return [row for row in others if all(receipt["desk"] != DESK["desk"] for receipt in row["receipts"])]


async def _speak(line: Line, chance: random.Random, room: str, number: int) -> None:
    """Say something, or bring a slip: with what its stub says."""
    if chance.random() < 0.5:
        await line.attempt("backstage", "say", {"room": room, "text": chance.choice(FLOOR_SAYS), **DESK})
    else:
        slip = {"room": room, "body": on_paper(chance), "receipt": f"RHS-{number}", "asked_at": line.now()}
        await line.attempt("questions", "submit", slip)
