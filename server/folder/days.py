"""Where one day of the event ends and the next begins.

Owns    the day of each item, and the first item of a day in each room.
Never   looks at midnight: an item after it belongs to the evening before.
Used by `agenda` and `targets`.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.clock import HOUR, Duration, Instant
from server.folder.draft import DraftItem
from server.plan import PlannedItem

NIGHT = Duration(4 * HOUR)
_BRIDGE = Duration(12 * HOUR)


def settle_days(items: Sequence[DraftItem]) -> None:
    """Give every item its day, counted from 1.

    A day ends where the source says, else at the first gap of four hours or more in which nothing happens in any
    room. What lasts longer than twelve hours (a hackathon, an exhibition) does not join two days into one.
    """
    day, reach = 0, Instant(0)
    for item in sorted(items, key=lambda item: item.start):
        if item.day is not None:
            continue
        if day == 0 or item.start - reach >= NIGHT:
            day += 1
        item.day = day
        end = item.end if item.end - item.start <= _BRIDGE else item.start
        reach = max(reach, end)


def firsts(items: Sequence[PlannedItem]) -> frozenset[str]:
    """Return the ids of the items with which a day of their home room begins; `items` are in order of start."""
    begun: set[tuple[str, int]] = set()
    found: set[str] = set()
    for item in items:
        if (item.room, item.day) not in begun:
            found.add(item.id)
        begun.update((room, item.day) for room in item.broadcast)
    return frozenset(found)


def spans(items: Sequence[PlannedItem]) -> dict[int, tuple[Instant, Instant]]:
    """Return when each day's first item starts and its last one ends, day by day."""
    found: dict[int, tuple[Instant, Instant]] = {}
    for item in items:
        start, end = found.get(item.day, (item.start, item.end))
        found[item.day] = (min(start, item.start), max(end, item.end))
    return dict(sorted(found.items()))
