"""When the days are to end.

Owns    the forms of `target_end` in event.toml.
Never   invents a target: without the key there is none.
Used by `server.folder.read`.

The forms, each of which may be a text or TOML's own time:

    target_end = "18:00"                     every day, in all rooms (a time before the day's start is after midnight)
    target_end = 2026-05-02T17:30:00+08:00   the day in which it falls, or a list of such
    [target_end]                             a key is a day's number, its date, or a room's id or title
    1 = "18:00"
    "2026-05-02" = "17:30"
    "Hall A" = "16:00"
    [target_end.2]                           a day by rooms, or a room by days
    R0 = "17:00"
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from server.clock import Instant
from server.folder.days import spans
from server.folder.faults import Report
from server.folder.rooms import Rooms
from server.folder.times import Unreadable, local, moment_of, read_clock, read_date, read_moment, resolve
from server.folder.toml import EventFile
from server.folder.wording import quoted
from server.plan import PlannedItem, Target

_ROOT = "target_end"


def read_targets(file: EventFile, items: Sequence[PlannedItem], rooms: Rooms, report: Report) -> tuple[Target, ...]:
    """Return the targets that event.toml names, the more particular ones last."""
    if file.target_end is None:
        return ()
    reader = _Targets(file, items, rooms, report)
    reader.read(file.target_end, None, None, (_ROOT,))
    found = {(target.day, target.room): target for target in reader.found}
    return tuple(sorted(found.values(), key=lambda target: (target.room is not None, target.day, target.room or "")))


class _Targets:
    """Reads a value for the days and the room that the keys above it named."""

    def __init__(self, file: EventFile, items: Sequence[PlannedItem], rooms: Rooms, report: Report) -> None:
        self.zone: tzinfo = file.zone
        self.lines = file.lines
        self.rooms = rooms
        self.report = report
        self.days = spans(items)
        self.found: list[Target] = []

    def read(self, value: object, day: int | None, room: str | None, path: tuple[str, ...]) -> None:
        """Take a target, a list of them or a table."""
        try:
            match value:
                case dict():
                    for key, inner in value.items():
                        self._enter(str(key), inner, day, room, path)
                case list():
                    for inner in value:
                        self.read(inner, day, room, path)
                case _:
                    self._take(value, day, room)
        except Unreadable as error:
            self._fault(str(error), path)

    def _enter(self, key: str, value: object, day: int | None, room: str | None, path: tuple[str, ...]) -> None:
        path = (*path, key)
        if room is None and (named := self.rooms.find(key)) is not None:
            self.read(value, day, named, path)
        elif day is None and (number := self._day_named(key)) is not None:
            self.read(value, number, room, path)
        else:
            self._fault(
                f"{quoted(key)} is neither a room nor a day of the agenda; write a room's id, 1 or 2026-05-01.", path
            )

    def _take(self, value: object, day: int | None, room: str | None) -> None:
        clock = _clock(value)
        if clock is not None:
            chosen = self.days if day is None else [day]
            self.found += [Target(number, self._at(number, clock), room) for number in chosen]
            return
        at = self._moment(value)
        self.found.append(Target(day or self._day_of(at), at, room))

    def _at(self, day: int, clock: time) -> Instant:
        """Return when clocks next show `clock` after the day has begun."""
        start = self.days[day][0]
        begin = local(start, self.zone)
        at = resolve(datetime.combine(begin.date(), clock), self.zone).at
        return at if at > start else resolve(datetime.combine(begin.date() + timedelta(days=1), clock), self.zone).at

    def _moment(self, value: object) -> Instant:
        if isinstance(value, datetime):
            return moment_of(value, self.zone).at
        if isinstance(value, str):
            return read_moment(value, self.zone).at
        raise Unreadable(f'{quoted(str(value))} is no target end; write it like "18:00" or "2026-05-01 18:00".')

    def _day_of(self, at: Instant) -> int:
        begun = [day for day, (start, _) in self.days.items() if start < at]
        if not begun:
            raise Unreadable("The target end lies before the first item of the agenda; write a later one.")
        return begun[-1]

    def _day_named(self, key: str) -> int | None:
        if key.isdecimal():
            return int(key) if int(key) in self.days else None
        try:
            wanted: date = read_date(key)
        except Unreadable:
            return None
        return next((day for day, (start, _) in self.days.items() if local(start, self.zone).date() == wanted), None)

    def _fault(self, message: str, path: tuple[str, ...]) -> None:
        self.report.fault(self.lines.line(*path), f"target_end: {message}")


def _clock(value: object) -> time | None:
    if isinstance(value, time):
        return value
    try:
        return read_clock(value) if isinstance(value, str) else None
    except Unreadable:
        return None
