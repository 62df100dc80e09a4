"""Schedules as iCalendar.

Owns    how a VEVENT becomes an item.
Never   unrolls a recurring event: an agenda has each item once.
Used by `agenda`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Calendar, Component, vCalAddress, vCategory, vDDDTypes, vText

from server.clock import Instant
from server.folder.draft import DraftAgenda, DraftItem
from server.folder.faults import Report
from server.folder.files import text_of
from server.folder.times import Moment, Unreadable, moment_of
from server.folder.wording import language_tag, quoted, speaker_id
from server.folder.words import kind_of
from server.plan import PlannedSpeaker

_BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.MULTILINE | re.IGNORECASE)


def read_ical(raw: bytes, zone: tzinfo, report: Report) -> DraftAgenda:
    """Return the agenda in an iCalendar file: one item for each of its events, rooms by location."""
    agenda = DraftAgenda()
    text = text_of(raw, report)
    if text is None:
        return agenda
    lines = [text.count("\n", 0, match.start()) + 1 for match in _BEGIN.finditer(text)]
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        report.fault(None, f"The calendar cannot be read ({quoted(str(error))}); export it again.")
        return agenda
    if len(events) != len(lines) or not events:
        report.fault(None, "The calendar is cut short or has no events; export it again.")
        return agenda
    for line, event in zip(lines, events, strict=True):
        _CalendarEvent(event, line, zone, report).join(agenda)
    return agenda


class _CalendarEvent:
    """One VEVENT and where it stands."""

    def __init__(self, event: Component, line: int, zone: tzinfo, report: Report) -> None:
        self.event: Any = event
        self.line = line
        self.zone = zone
        self.report = report
        self.title = report.text(line, "title", event.get("SUMMARY"))

    def join(self, agenda: DraftAgenda) -> None:
        """Add the item that it is to `agenda`, or say why it is none."""
        if str(self.event.get("STATUS", "")).upper() == "CANCELLED":
            self.report.warn(self.line, f"{quoted(self.title)} is cancelled and is left out.")
            return
        if not self.title:
            self.report.fault(self.line, "The event has no SUMMARY; give it a title and export the calendar again.")
        if self.event.get("RRULE") is not None:
            self.report.warn(
                self.line, f"{quoted(self.title)} recurs and only its first time is taken; list each time."
            )
        start = self._moment("DTSTART")
        end = self._end(start) if start is not None else None
        if start is not None and end is not None:
            agenda.items.append(self._item(start, end))

    def _item(self, start: Moment, end: Moment) -> DraftItem:
        for doubt in filter(None, (start.doubt, end.doubt)):
            self.report.warn(self.line, doubt)
        speakers = tuple(self._speakers())
        return DraftItem(
            line=self.line,
            id=str(self.event.get("UID", "")).strip() or None,
            title=self.title,
            room=self.report.text(self.line, "location", self.event.get("LOCATION")),
            start=start.at,
            end=end.at,
            kind=kind_of(named=self._category(), title=self.title, speakers=bool(speakers)),
            speakers=speakers,
            language=self._language(),
        )

    def _end(self, start: Moment) -> Moment | None:
        written = self.event.get("DURATION")
        length = written.dt if isinstance(written, vDDDTypes) else None
        if "DTEND" in self.event or not isinstance(length, timedelta):
            return self._moment("DTEND")
        return Moment(Instant(start.at + length // timedelta(milliseconds=1)))

    def _moment(self, name: str) -> Moment | None:
        # A property that could not be read is of another type, and so is one that is there twice.
        written = self.event.get(name)
        at = written.dt if isinstance(written, vDDDTypes) else None
        if isinstance(at, datetime):
            return self._resolved(at, name)
        if isinstance(at, date):
            message = f"{quoted(self.title)} lasts all day and is left out; give it times to have it in."
            self.report.warn(self.line, message)
        else:
            message = f"{quoted(self.title)} has no {name} that can be read; give it a date and a time."
            self.report.fault(self.line, message)
        return None

    def _resolved(self, at: datetime, name: str) -> Moment | None:
        try:
            return moment_of(at, self.zone)
        except Unreadable as error:
            self.report.fault(self.line, f"{name}: {error}")
            return None

    def _category(self) -> str:
        written = self.event.get("CATEGORIES")
        first = written[0] if isinstance(written, list) and written else written
        return str(next(iter(first.cats), "")) if isinstance(first, vCategory) else ""

    def _speakers(self) -> Iterable[PlannedSpeaker]:
        written = self.event.get("ATTENDEE", [])
        for person in written if isinstance(written, list) else [written]:
            named = person.params.get("CN") if isinstance(person, vCalAddress) else None
            if name := self.report.text(self.line, "name", named, 200):
                yield PlannedSpeaker(speaker_id(name), name)

    def _language(self) -> str | None:
        title = self.event.get("SUMMARY")
        return language_tag(title.params.get("LANGUAGE")) if isinstance(title, vText) else None
