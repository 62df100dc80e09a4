"""Those who watch the machines: they take alerts on, go there, and put things right.

Owns    `devices.ack`, `resolve` and `raise`, and the hands that change a battery.
Never   knows of a fault that no alert tells of.
Used by the show.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

from server.rehearsal.client import Line
from server.rehearsal.devices import Kit
from server.rehearsal.scene import Scene
from server.rehearsal.texts import HELP, TAKEN_ON
from server.roles import Role

Row = dict[str, Any]


async def play(scene: Scene, machines: Kit) -> None:
    """Take on every alert that fires until cancelled."""
    chance = scene.chance("watch")
    async with scene.line(Role.CONTROL, "devices") as line, asyncio.TaskGroup() as group:
        await line.until_known("devices")
        group.create_task(_call_for_help(scene))
        in_hand: set[tuple[str, int]] = set()
        while True:
            for alert in line.of("devices", "alert"):
                firing = (alert["id"], alert["began_at"])
                if alert["state"] == "firing" and firing not in in_hand:
                    in_hand.add(firing)
                    group.create_task(_attend(scene, line, machines, alert, random.Random(chance.random())))  # noqa: S311
            await line.news(5)


async def _attend(scene: Scene, line: Line, machines: Kit, alert: Row, chance: random.Random) -> None:
    await scene.think(chance, 5, 12)
    now = line.row("devices", f"alert/{alert['id']}")
    if now is None or now["state"] not in ("firing", "recovering"):
        return
    if now["acked_by"] is None:
        await line.attempt("devices", "ack", {"alert": alert["id"], "reason": chance.choice(TAKEN_ON)})
    await scene.think(chance, 9, 20)
    machine = machines.get(alert["device"] or "")
    if machine is not None:
        machine.repair()
    elif alert["device"] is None:
        await scene.think(chance, 15, 30)
        await line.attempt("devices", "resolve", {"alert": alert["id"], "reason": "处理好了 Done"})


async def _call_for_help(scene: Scene) -> None:
    """Let the floor call for a hand now and then."""
    chance = scene.chance("help")
    rooms = [room.id for room in scene.rooms()]
    async with scene.line(Role.FLOOR) as line:
        await scene.at(scene.pace.hand(85))
        while True:
            category, note = chance.choice(HELP)
            room = chance.choice(rooms) if rooms else None
            await line.attempt("devices", "raise", {"category": category, "room": room, "note": note})
            await scene.think(chance, 240, 480)
