"""The devices of the event: each reports what it measures, over HTTP or a socket, with its own key.

Owns    reporting, and the order in which machines get into trouble.
Never   repairs anything: that is the watch's.
Used by the show.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import httpx

from server.rehearsal.machines import FAULTS, Fault, Machine, Readings
from server.rehearsal.scene import Scene
from server.roles import Role

OFTEN = 3.0
"""Seconds between two reports, at most; less where the server expects them sooner."""

TROUBLES: Sequence[tuple[float, Fault]] = (
    (7, "battery"),
    (62, "drops"),
    (125, "silent"),
    (185, "mains"),
    (240, "soft"),
)
"""Seconds after the beginning → what goes wrong: the shop window's first minutes. Later troubles come by chance."""

PATIENCE = 90.0
"""Seconds after which a trouble that nobody repairs goes away by itself."""

Kit = Mapping[str, Machine]


def kit(scene: Scene) -> Kit:
    """Return a machine for each device of the event."""
    return {device.id: Machine(device, scene.chance("machine", device.id)) for device in scene.plan.devices}


async def play(scene: Scene, machines: Kit) -> None:
    """Let every machine report, and now and then one fail, until cancelled."""
    async with httpx.AsyncClient(base_url=scene.url, timeout=10, trust_env=False) as http, asyncio.TaskGroup() as group:
        for number, machine in enumerate(machines.values()):
            over = _by_socket(scene, machine) if number % 2 else _by_http(scene, machine, http)
            group.create_task(over)
        group.create_task(_trouble(scene, machines))


def _args(machine: Machine, readings: Readings, seq: int) -> dict[str, object]:
    return {"device": machine.id, "readings": readings, "seq": seq, "boot_id": f"{machine.id}-{machine.boot}"}


async def _beat(scene: Scene, machine: Machine, chance: random.Random, first: bool) -> float:
    """Wait until the machine reports next, and return how long that was."""
    usual = min(OFTEN, 0.6 * machine.interval / 1_000)
    waited = chance.uniform(0, usual) if first else usual * chance.uniform(0.85, 1.15)
    await asyncio.sleep(waited)
    return waited


async def _by_socket(scene: Scene, machine: Machine) -> None:
    chance = scene.chance("reports", machine.id)
    line = scene.line(Role.DEVICE)
    line.key = scene.key(Role.DEVICE, device=machine.id)
    async with line:
        for seq in itertools.count(1):
            readings = machine.measure(await _beat(scene, machine, chance, seq == 1))
            if machine.speaks:
                await line.attempt("devices", "report", _args(machine, readings, seq))


async def _by_http(scene: Scene, machine: Machine, http: httpx.AsyncClient) -> None:
    chance = scene.chance("reports", machine.id)
    headers = {"authorization": f"Bearer {scene.key(Role.DEVICE, device=machine.id)}"}
    for seq in itertools.count(1):
        readings = machine.measure(await _beat(scene, machine, chance, seq == 1))
        if machine.speaks:
            await _post(scene, http, headers, _args(machine, readings, seq))


async def _post(scene: Scene, http: httpx.AsyncClient, headers: Mapping[str, str], args: Mapping[str, object]) -> None:
    try:
        answer = await http.post("/api/v1/devices/report", json=args, headers=headers)
    except httpx.HTTPError:
        scene.tally.reconnects += 1
        return  # the next report says it all again
    if answer.is_success:
        scene.tally.done["devices.report"] += 1
    elif answer.status_code != 503:
        scene.tally.refuse("devices.report", str(answer.json()["code"]))


# Troubles -------------------------------------------------------------------------------------------------------


async def _trouble(scene: Scene, machines: Kit) -> None:
    chance = scene.chance("troubles")
    for at, fault in itertools.chain(TROUBLES, _later(chance)):
        await scene.at(scene.pace.hand(at))
        machine = victim(machines, fault, chance)
        if machine is not None:
            machine.fail(fault)
            asyncio.get_running_loop().call_later(PATIENCE, _pass, machine, fault)


def _later(chance: random.Random) -> Iterator[tuple[float, Fault]]:
    usual: list[Fault] = ["battery", "battery", "silent", "drops", "soft", "mains"]
    at = TROUBLES[-1][0]
    while True:
        at += chance.uniform(70, 150)
        yield at, chance.choice(usual)


def victim(machines: Kit, fault: Fault, chance: random.Random) -> Machine | None:
    """Return a sound machine that such a thing befalls: a room's first of its kind rather than its spare."""
    able = [machine for machine in machines.values() if fault in FAULTS.get(machine.kind, ()) and not machine.fault]
    firsts = {(machine.kind, machine.room): machine for machine in reversed(able)}
    return chance.choice([*firsts.values()]) if firsts else None


def _pass(machine: Machine, fault: Fault) -> None:
    if machine.fault == fault:
        machine.repair()
