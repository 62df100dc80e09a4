"""A real agenda on another day: for rehearsals.

Owns    how a whole agenda moves in time.
Never   reads a clock or changes anything but times.
Used by `serve --shift`, `rehearse` and `demo`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from server.clock import MINUTE, Instant
from server.folder.times import local, resolve
from server.plan import EventPlan, PlannedItem, Target

ShiftMode = Literal["now", "today"]


def shift(plan: EventPlan, now: Instant, mode: ShiftMode) -> EventPlan:
    """Return the plan with all items and target ends moved; an agenda without items stays as it is.

    `now` moves everything by the same time, so that the first item starts a minute after `now`. `today` moves
    everything by whole days, so that the first day is today: times of day stay, also over a change of the clocks.
    """
    if not plan.items:
        return plan
    first = min(item.start for item in plan.items)
    if mode == "now":
        by = now + MINUTE - first
        return _mapped(plan, lambda at: Instant(at + by))
    zone = ZoneInfo(plan.timezone)
    days = timedelta(days=(local(now, zone).date() - local(first, zone).date()).days)
    return _mapped(plan, lambda at: _days_later(at, days, zone))


def _days_later(at: Instant, days: timedelta, zone: ZoneInfo) -> Instant:
    shown = local(at, zone)
    moved = resolve(shown.replace(tzinfo=None, microsecond=0) + days, zone).at
    return Instant(moved + shown.microsecond // 1_000)


def _mapped(plan: EventPlan, move: Callable[[Instant], Instant]) -> EventPlan:
    return msgspec.structs.replace(
        plan,
        items=tuple(_item(item, move) for item in plan.items),
        targets=tuple(Target(target.day, move(target.at), target.room) for target in plan.targets),
    )


def _item(item: PlannedItem, move: Callable[[Instant], Instant]) -> PlannedItem:
    start = move(item.start)
    return msgspec.structs.replace(item, start=start, end=Instant(start + item.end - item.start))
