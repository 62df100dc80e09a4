"""The people at the doors: one station per lane, its badge reader and its queue.

Owns    bringing the passings of the script to the lanes, and scanning them one after another.
Never   judges a scan.
Used by the show.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

from server.plan import PlannedList
from server.rehearsal.client import Line, Refused
from server.rehearsal.doors import Passing, passings, service
from server.rehearsal.scene import Scene
from server.roles import Role

Queues = Mapping[str | None, asyncio.Queue[Passing]]


async def play(scene: Scene) -> None:
    """Let people come until everybody has."""
    plan = scene.plan
    on = next(iter(plan.lists), PlannedList(id=1, name=""))
    story = passings(plan.attendees, plan.lanes, on, scene.chance("doors"), _pauses(scene))
    lanes: list[str | None] = [lane.id for lane in plan.lanes]
    queues: Queues = {lane: asyncio.Queue() for lane in lanes or [None]}
    seconds = scene.pace.planned(service(len(plan.attendees), len(queues)))
    async with asyncio.TaskGroup() as group:
        for lane, queue in queues.items():
            group.create_task(_station(scene, queue, seconds, scene.chance("lane", lane)))
        for passing in story:
            await scene.at(scene.pace.planned(passing.at))
            queues[passing.lane].put_nowait(passing)


def _pauses(scene: Scene) -> list[tuple[float, float]]:
    """Return the breaks of the whole house, in seconds of the day after its first item begins."""
    items, speed = scene.plan.items, scene.pace.speed / 1_000
    first = min((item.start for item in items), default=0)
    everywhere = [item for item in items if item.kind == "break" and len(item.broadcast) == len(scene.rooms())]
    return [((item.start - first) * speed, (item.end - first) * speed) for item in everywhere]


async def _station(scene: Scene, queue: asyncio.Queue[Passing], seconds: float, chance: random.Random) -> None:
    async with scene.line(Role.FLOOR) as line:
        while not line.now():
            await line.news(0.1)
        while True:
            passing = await queue.get()
            await _scan(scene, line, passing)
            if passing.at >= 0:
                await asyncio.sleep(seconds * chance.uniform(0.6, 1.5))


async def _scan(scene: Scene, line: Line, passing: Passing) -> None:
    args: dict[str, object] = {"list": passing.list, "lane": passing.lane, "nonce": passing.nonce}
    if passing.at < 0:  # scanned before the link was up: the reader tells it late, at its true time
        args["datetime"] = line.now() + round(1_000 * (scene.pace.planned(passing.at) - scene.elapsed()))
    try:
        if passing.kind == "walk_in":
            await line.ask("checkin", "walk_in", {**args, "name": passing.name, "category": "attendee"})
        else:
            await line.ask("checkin", "scan", {**args, "secret": passing.secret, "type": passing.kind})
    except Refused:
        return
