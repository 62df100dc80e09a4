"""The displays that hang about the house: they report as pages do, and go where they are sent.

Owns    `screens.report` of every display, and `screens.rename` by whoever put them up.
Never   draws anything.
Used by the show.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.roles import Role

REPORT_EVERY = 20.0
"""Seconds between two reports, as pages make them."""

OUT_FOR = 75.0
"""Seconds that a display is dark when somebody has pulled its plug: long enough to be missed."""


@dataclass
class Display:
    """One display: what it is called, what it shows, and what is wrong with it."""

    id: str
    name: str
    role: Role
    page: str
    room: str | None = None
    skew: int = 8
    is_loose: bool = False

    def report(self) -> dict[str, object]:
        """Return what it says of itself."""
        shows = {"page": self.page, "room": self.room, "language": "zh-Hans", "width": 1920, "height": 1080}
        return {"screen": self.id, **shows, "skew": self.skew, "trip": 6}


def displays(scene: Scene) -> list[Display]:
    """Return the displays of the house: three in the foyer, and two in each room."""
    found = [
        Display("foyer-left", "大厅左 Foyer left", Role.WALL, "wall"),
        Display("foyer-right", "大厅右 Foyer right", Role.WALL, "wall", skew=90_300),
        Display("crew-room", "休息室 Crew room", Role.WALL, "wall", is_loose=True),
    ]
    for room in scene.rooms():
        found.append(Display(f"lectern-{room.id}", f"讲台 {room.id}", Role.STAGE, "stage", room.id))
        found.append(Display(f"mixer-{room.id}", f"导播 {room.id}", Role.STAGE, "overlay", room.id, skew=-31))
    return found


async def play(scene: Scene) -> None:
    """Let every display hang there until cancelled."""
    hung = displays(scene)
    async with scene.line(Role.CONTROL) as crew, asyncio.TaskGroup() as group:
        for display in hung:
            group.create_task(_hang(scene, display, crew))


async def _hang(scene: Scene, display: Display, crew: Line) -> None:
    topic = f"screens/{display.room}" if display.role is Role.STAGE else "screens"
    chance = scene.chance("signage", display.id)
    async with scene.line(display.role, topic, room=display.room) as line:
        await line.attempt("screens", "report", display.report())
        await crew.attempt("screens", "rename", {"screen": display.id, "name": display.name})
        while True:
            await _stay(line, topic, display)
            if display.is_loose and chance.random() < 0.08:
                await asyncio.sleep(OUT_FOR)
            await line.attempt("screens", "report", display.report())


async def _stay(line: Line, topic: str, display: Display) -> None:
    """Wait until it is time to report, or it was sent elsewhere."""
    loop = asyncio.get_running_loop()
    until = loop.time() + REPORT_EVERY
    while loop.time() < until:
        row = line.row(topic, f"screen/{display.id}")
        goes = None if row is None else row["goes"]
        if goes is not None and (goes["page"], goes["room"]) != (display.page, display.room):
            display.page, display.room = goes["page"], goes["room"]
            return
        await line.news(until - loop.time())
