"""Schedules in the form of frab, which pretalx and pentabarf share: days, rooms, events.

Owns    how an event of such a schedule becomes an item, and the JSON form.
Never   settles rooms, days or defaults.
Used by `agenda`; `pentabarf` for the XML form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta, tzinfo
from typing import NamedTuple

from server.clock import Duration, Instant
from server.folder.draft import DraftAgenda, DraftItem, DraftRoom
from server.folder.faults import Report
from server.folder.located import Located
from server.folder.times import Moment, Unreadable, read_date, read_duration, read_moment
from server.folder.wording import language_tag, quoted, speaker_id
from server.folder.words import kind_of
from server.plan import PlannedSpeaker

_LONG = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{2})", re.ASCII)
_DAY_CHANGE = "04:00"


class FrabDay(NamedTuple):
    """A day of the schedule: its number, its calendar date and when it begins, as written."""

    number: int
    date: str
    start: str


class FrabReader:
    """Turns the events of a schedule into items, room by room and day by day."""

    def __init__(self, zone: tzinfo, report: Report) -> None:
        self.zone = zone
        self.report = report
        self.agenda = DraftAgenda()
        self._holders: dict[str, str] = {}

    def room(self, name: str, source_id: str = "") -> None:
        """Take a room that the schedule names."""
        self.agenda.rooms.append(DraftRoom(name, source_id or None))

    def event(self, event: Located, room: str, day: FrabDay) -> None:
        """Take one event; what cannot be read of it is told."""
        title = self.report.text(event.line, "title", event.text("title"))
        if not title:
            self.report.fault(event.line, "The event has no title; give it one and export the schedule again.")
        try:
            start = self._start(event, day)
            length = _length(event.text("duration"))
        except Unreadable as error:
            self.report.fault(event.line, f"{quoted(title)}: {error}")
            return
        if start.doubt:
            self.report.warn(event.line, start.doubt)
        self.agenda.items.append(self._item(event, title, start.at, length, event.text("room") or room, day.number))

    def _item(self, event: Located, title: str, start: Instant, length: Duration, room: str, day: int) -> DraftItem:
        speakers = tuple(_speakers(event.objects("persons"), self.report))
        return DraftItem(
            line=event.line,
            id=self._id(event),
            title=title,
            room=room,
            start=start,
            end=Instant(start + length),
            day=day,
            kind=kind_of(named=event.text("type"), title=title, speakers=bool(speakers)),
            speakers=speakers,
            language=language_tag(event.get("language")),
        )

    def _id(self, event: Located) -> str | None:
        """Return the event's `id`; its `guid` where an earlier event has that id: a talk given twice."""
        number, guid = event.text("id"), event.text("guid")
        if not number:
            return guid or None
        return number if self._holders.setdefault(number, guid) == guid or not guid else guid

    def _start(self, event: Located, day: FrabDay) -> Moment:
        if written := event.text("date"):
            return read_moment(written, self.zone)
        clock = event.text("start")
        date = read_date(day.date)
        # An event without a date that begins before its day does is of the night that follows.
        begins = day.start[11:16] if len(day.start) >= 16 else _DAY_CHANGE
        if clock.zfill(5) < begins:
            date += timedelta(days=1)
        return read_moment(f"{date} {clock}", self.zone)


def read_frab(document: Located, zone: tzinfo, report: Report) -> DraftAgenda:
    """Return the agenda in a frab or pretalx schedule export."""
    reader = FrabReader(zone, report)
    conference = document.object("schedule").object("conference") or document.object("conference")
    for room in conference.objects("rooms"):
        if name := report.text(room.line, "room's name", room.text("name")):
            reader.room(name, room.text("id"))
    days = conference.objects("days")
    if not days:
        report.fault(conference.line, "The schedule has no days; publish it and export it again.")
    for number, day in enumerate(days, 1):
        place = FrabDay(_index(day.get("index"), number), day.text("date"), day.text("day_start"))
        for name in day.object("rooms"):
            title = report.text(day.line, "room's name", name)
            reader.room(title)
            for event in day.object("rooms").objects(name):
                reader.event(event, title, place)
    return reader.agenda


def _index(written: object, number: int) -> int:
    return written if isinstance(written, int) and not isinstance(written, bool) and written > 0 else number


def _length(written: str) -> Duration:
    """Return a duration, which here may be `D:HH:MM` as well as `HH:MM`."""
    if (match := _LONG.fullmatch(written)) is not None:
        days, hours, minutes = (int(part) for part in match.groups())
        return Duration(((days * 24 + hours) * 60 + minutes) * 60_000)
    return read_duration(written)


def _speakers(persons: Iterable[Located], report: Report) -> Iterable[PlannedSpeaker]:
    for person in persons:
        name = report.text(person.line, "name", person.text("public_name", "full_public_name", "name"), 200)
        if name:
            yield PlannedSpeaker(person.text("id", "code", "guid") or speaker_id(name), name)
