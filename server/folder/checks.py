"""What is odd about an agenda, but can be served: the crew should know it before the day.

Owns    overlaps, double bookings, and items without length or without end.
Never   refuses anything.
Used by `agenda`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.clock import HOUR
from server.folder.faults import Report
from server.folder.wording import quoted
from server.plan import PlannedItem

_DAY = 24 * HOUR


def check_items(items: Sequence[PlannedItem], lines: Mapping[str, int | None], report: Report) -> None:
    """Warn of everything that looks like a mistake; `items` are in order of start."""
    for item in items:
        if item.start == item.end:
            report.warn(lines.get(item.id), f"{quoted(item.title)} has no length; give it a duration.")
        elif item.end - item.start >= _DAY:
            report.warn(lines.get(item.id), f"{quoted(item.title)} lasts a day or longer; check its duration.")
    _check_rooms(items, lines, report)
    _check_speakers(items, lines, report)


def _check_rooms(items: Sequence[PlannedItem], lines: Mapping[str, int | None], report: Report) -> None:
    busy: dict[str, PlannedItem] = {}
    told: set[tuple[str, str]] = set()
    for item in items:
        for room in item.broadcast:
            before = busy.get(room)
            if before is not None and item.start < before.end and (before.id, item.id) not in told:
                told.add((before.id, item.id))
                message = (
                    f"{quoted(item.title)} overlaps {quoted(before.title)} in room {quoted(room)}; move one of them."
                )
                report.warn(lines.get(item.id), message)
            if before is None or item.end > before.end:
                busy[room] = item


def _check_speakers(items: Sequence[PlannedItem], lines: Mapping[str, int | None], report: Report) -> None:
    busy: dict[str, PlannedItem] = {}
    for item in items:
        for speaker in item.speakers:
            before = busy.get(speaker.id)
            # Twice in one room is an overlap of that room already.
            if before is not None and item.start < before.end and item.room not in before.broadcast:
                message = f"{quoted(speaker.name)} is also booked for {quoted(before.title)} then; ask which one holds."
                report.warn(lines.get(item.id), message)
            if before is None or item.end > before.end:
                busy[speaker.id] = item
