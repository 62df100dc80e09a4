"""The plan at the pace of the rehearsal: of now, and as much shorter as the day goes faster.

Owns    whether the running server's plan needs another tempo, and giving it one.
Never   touches a plan of which anything has happened already.
Used by the show, before anybody acts.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from server.clock import Duration, Instant
from server.plan import EventPlan, PlannedItem, Target
from server.rehearsal.client import Line, Row

NEAR = 15 * 60_000
"""A plan whose first item begins within this many milliseconds of now is of now."""

NIGHT = 60 * 60_000
"""How long a night lasts when time is compressed, in milliseconds of the day."""

LEAD = 60_000
"""How long before its first item a plan begins that had to be moved, in milliseconds of the day."""


def paced(plan: EventPlan, first: int, speed: float) -> EventPlan:
    """Return the plan with its first item at `first`, and every length divided by `speed`; fast plans skip nights."""
    if not plan.items:
        return plan
    origins = _origins(plan, first, speed)

    def moved(at: int, day: int) -> Instant:
        was, is_now = origins.get(day, origins[min(origins)])
        return Instant(is_now + round((at - was) / speed))

    def shorter(length: Duration | None) -> Duration | None:
        return None if length is None else Duration(round(length / speed))

    return msgspec.structs.replace(
        plan,
        items=tuple(_item(item, moved, shorter) for item in plan.items),
        targets=tuple(Target(target.day, moved(target.at, target.day), target.room) for target in plan.targets),
    )


def _origins(plan: EventPlan, first: int, speed: float) -> dict[int, tuple[int, int]]:
    """Return event day → when its first item was to begin, and when it is to begin now."""
    days = sorted({item.day for item in plan.items})
    found: dict[int, tuple[int, int]] = {}
    start, began, ended = float(first), 0, 0
    for day in days:
        items = [item for item in plan.items if item.day == day]
        begins = min(item.start for item in items)
        night = begins - ended
        if found:
            start += (ended - began + (NIGHT if speed > 1 and night > NIGHT else night)) / speed
        found[day] = (begins, round(start))
        began, ended = begins, max(item.end for item in items)
    return found


def _item(
    item: PlannedItem, moved: Callable[[int, int], Instant], shorter: Callable[[Duration | None], Duration | None]
) -> PlannedItem:
    return msgspec.structs.replace(
        item,
        start=moved(item.start, item.day),
        end=moved(item.end, item.day),
        min_duration=shorter(item.min_duration),
        min_gap=shorter(item.min_gap),
    )


def first_start(plan: EventPlan, rows: list[Row], now: int, speed: float) -> int | None:
    """Return where the first item of the paced plan is to stand; None when the server's plan is to stay as it is.

    It stays once anything has begun, when it is paced already, and when it is of now and of this speed.
    """
    if not plan.items or not rows or any(row["state"] != "pending" for row in rows):
        return None
    first = min(int(row["planned"]["start"]) for row in rows)
    length = max(int(row["planned"]["end"]) for row in rows) - first
    wanted = max(item.end for item in paced(plan, 0, speed).items)
    is_of_now = abs(first - now) <= NEAR
    if is_of_now and abs(length - wanted) <= max(1_000, wanted * 0.01):
        return None
    return first if is_of_now and speed == 1 else now + round(LEAD / max(1.0, speed**0.5))


async def give(line: Line, plan: EventPlan, speed: float) -> EventPlan:
    """Give the server's agenda the tempo of the rehearsal, and return the plan as it then is.

    `line` is the control room's, and mirrors `agenda/ROOM` of every room.
    """
    for topic in line.rows:
        await line.until_known(topic)
    rows = [row for topic in line.rows for row in line.of(topic, "item")]
    first = first_start(plan, rows, line.now(), speed)
    if first is None:
        return plan
    fitting = paced(plan, first, speed)
    args = {"timezone": plan.timezone, "rooms": plan.rooms, "items": fitting.items, "targets": fitting.targets}
    await line.ask("agenda", "import", msgspec.to_builtins(args))
    return fitting
