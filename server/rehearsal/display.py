"""The display in front of the speaker: acknowledges what it shows, as the real one does.

Owns    `agenda.seen` and `relay.seen` of one room.
Never   steers anything.
Used by the show.
"""

from __future__ import annotations

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.roles import Role


async def play(scene: Scene, room: str) -> None:
    """Acknowledge every question and every message of the room until cancelled."""
    chance = scene.chance("display", room)
    async with scene.line(Role.STAGE, f"agenda/{room}", f"relay/{room}", room=room) as line:
        seen: str | None = None
        while True:
            await line.news(5)
            seen = await _question(line, room, seen)
            if (message := _message(line, room)) is not None:
                await scene.think(chance, 1.5, 4)
                await line.attempt("agenda", "seen", {"room": room, "id": message})


async def _question(line: Line, room: str, seen: str | None) -> str | None:
    shown = line.row(f"relay/{room}", "handover")
    question = None if shown is None else shown["question"]
    if question is not None and question != seen:
        await line.attempt("relay", "seen", {"room": room, "question": question})
    return question


def _message(line: Line, room: str) -> str | None:
    row = line.row(f"agenda/{room}", "room")
    message = None if row is None else row["message"]
    if message is None or any(by.startswith("stage:") for by in message["seen_by"]):
        return None
    id_: str = message["id"]
    return id_
