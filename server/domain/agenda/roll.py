"""What a room does by itself: opening its days, and running its items when nobody attends it.

Owns    when a day comes up, and the steps of `roll` rooms.
Never   makes an event or changes the state.
Used by the agenda's index and engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from server.clock import HOUR
from server.domain.agenda.forecast import Entry, Outlook, clock_end
from server.domain.agenda.state import Item, Room

BEFORE_DAY = 2 * HOUR
"""How long before its first item a day comes up; never while the day before is still planned to last."""


class Step(NamedTuple):
    """What an unattended room does next, at the instant it was planned for: start an item, or (None) only finish."""

    at: int
    start: str | None
    finishes: str | None


def openings(line: Sequence[Entry]) -> dict[int, int]:
    """Return event day → when it comes up in this line, days in order."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for entry in line:
        plan = entry.item.plan
        starts[plan.day] = min(plan.start, starts.get(plan.day, plan.start))
        ends[plan.day] = max(plan.end, ends.get(plan.day, plan.end))
    found: dict[int, int] = {}
    ended = 0
    for day in sorted(starts):
        found[day] = min(starts[day], max(ended, starts[day] - BEFORE_DAY))
        ended = max(ended, ends[day])
    return found


def day_at(line: Sequence[Entry], now: int) -> int:
    """Return the event day that a plan first read at `now` is on: its first, or its last once everything is over."""
    days = sorted({entry.item.plan.day for entry in line})
    if not days:
        return 0
    over = max(entry.item.plan.end for entry in line) <= now
    return days[-1] if over else days[0]


def next_day(room: Room, line: Sequence[Entry], outlook: Outlook) -> tuple[int, int] | None:
    """Return when the next unopened day of an attended room comes up, and which it is. Not while an item is on."""
    if room.mode == "roll" or outlook.current is not None:
        return None
    later = [(at, day) for day, at in openings(line).items() if day > room.day]
    return min(later, default=None)


def step(room: Room, items: Mapping[str, Item]) -> Step | None:
    """Return what an unattended room does next, or None: it is attended, paused, or at its end."""
    if room.mode != "roll":
        return None
    current = next((items[key] for key in room.order if items[key].on), None)
    coming = next((items[key] for key in room.order if items[key].upcoming), None)
    if current is None:
        if coming is None:
            return None
        return Step(max(coming.plan.start, room.fact_at), coming.plan.id, None)
    if current.facts.state == "paused":
        return None
    end = max(clock_end(current, room.fact_at), room.fact_at)
    if coming is not None and max(coming.plan.start, end + coming.plan.floor) <= end:
        return Step(end, coming.plan.id, current.plan.id)
    return Step(end, None, current.plan.id)
