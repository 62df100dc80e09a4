"""A small event's devices on the bench: a hall's two microphones and a switch without a room."""

from __future__ import annotations

from typing import Any

import msgspec

from server.channels.devices import CHANNEL
from server.clock import MINUTE, SECOND
from server.domain.agenda import events as agenda
from server.domain.agenda.state import ItemPlan
from server.plan import EventPlan, PlannedDevice, PlannedRoom
from tests.support.rig import Rig

MIC = PlannedDevice(id="mic3", name="Mic 3", kind="microphone", room="R0", backups=("mic4",))
SPARE = PlannedDevice(id="mic4", name="Mic 4", kind="microphone", room="R0")
SWITCH = PlannedDevice(id="sw", name="Switch", kind="network")


def plan_of(*devices: PlannedDevice, **parts: Any) -> EventPlan:
    """Return a plan of two rooms with these devices."""
    rooms = (PlannedRoom("R0", "Hall"), PlannedRoom("R1", "Studio"))
    return EventPlan(title="Day", timezone="UTC", rooms=rooms, devices=devices, **parts)


def rig_of(plan: EventPlan) -> Rig:
    """Return a rig that has served `plan`."""
    rig = Rig(CHANNEL)
    adopt(rig, plan)
    return rig


def adopt(rig: Rig, plan: EventPlan) -> None:
    """Import `plan`."""
    rig.do("import", **msgspec.to_builtins(CHANNEL.plan(rig.engine, plan)))


def measure(rig: Rig, readings: dict[str, Any], device: str = "mic3", seconds: int = 0) -> None:
    """Report now, and then every five seconds for so long."""
    rig.do("report", device=device, readings=readings)
    for _ in range(seconds // 5):
        rig.wait(5 * SECOND)
        rig.do("report", device=device, readings=readings)


def report(rig: Rig, device: str = "mic3", *, seconds: int = 0, **readings: Any) -> None:
    """Report these readings now, and then every five seconds for so long."""
    measure(rig, readings, device, seconds)


def device(rig: Rig, id_: str = "mic3") -> dict[str, Any]:
    """Return a device's row."""
    row: dict[str, Any] = rig.rows()[f"device/{id_}"]
    return row


def alert(rig: Rig, rule: str, id_: str = "mic3") -> dict[str, Any]:
    """Return the row of a rule's alert."""
    row: dict[str, Any] = rig.rows()[f"alert/{id_}:{rule}"]
    return row


def state_of(rig: Rig, rule: str = "battery_bars_low", id_: str = "mic3") -> str | None:
    """Return the state of a rule's alert, or None when there is none."""
    row = rig.rows().get(f"alert/{id_}:{rule}")
    return None if row is None else row["state"]


def plan_item(rig: Rig, minutes: int = 30, **members: Any) -> None:
    """Let the agenda plan the item i7 in the hall."""
    now = rig.clock.now()
    item = ItemPlan(id="i7", room="R0", title="item 7", start=now, end=now + minutes * MINUTE, **members)
    rig.apply(agenda.AgendaPlanned(timezone="UTC", rooms=(), items=(item,), targets=()))


def start_item(rig: Rig) -> None:
    """Let the agenda start it."""
    rig.apply(agenda.ItemStarted(room="R0", item="i7", at=rig.clock.now()))
