"""The event's folder, read as a whole: event.toml, the agenda and the attendees.

Owns    the order of reading, what the files say about each other, and the plan they make together.
Never   writes, and never stops at the first fault.
Used by the command line and by the app when it serves a folder for the first time.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from server.filters import Wordlist
from server.folder.agenda import compose, read_agenda
from server.folder.attendees import attendee_id, read_attendees
from server.folder.crosscheck import check_tables, devices_in_rooms
from server.folder.draft import DraftAgenda
from server.folder.faults import Fault, Report
from server.folder.files import (
    AGENDA_PATTERNS,
    AGENDA_SUFFIXES,
    ATTENDEE_PATTERNS,
    ATTENDEE_SUFFIXES,
    chosen,
    content,
    found,
)
from server.folder.rooms import Rooms
from server.folder.shift import ShiftMode, shift
from server.folder.targets import read_targets
from server.folder.toml import EventFile, read_toml
from server.folder.wordlists import listed, read_listed, starter
from server.plan import EventPlan, PlannedAttendee, PlannedItem, PlannedList

__all__ = ["EVENT_FILE", "Fault", "Reading", "ShiftMode", "attendee_id", "read", "shift"]

EVENT_FILE = "event.toml"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder came to.

    Attributes:
        plan: the event, or None while there are faults.
        faults: what must be put right before it can be served.
        warnings: what is odd, but is served.
        files: the names of the files that were read.
    """

    plan: EventPlan | None
    faults: list[Fault]
    warnings: list[Fault]
    files: list[str]


def read(folder: Path) -> Reading:
    """Return the event in `folder`, or everything that is wrong with it, in the order of files and lines."""
    return _Folder(folder).read()


class _Folder:
    """One reading of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.event = Report(EVENT_FILE)
        self.reports = [self.event]
        self.files: list[str] = []

    def read(self) -> Reading:
        file = self._event_file()
        plan = None if file is None else self._plan(file)
        faults = [fault for report in self.reports for fault in _by_line(report.faults)]
        warnings = [fault for report in self.reports for fault in _by_line(report.warnings)]
        return Reading(plan=None if faults else plan, faults=faults, warnings=warnings, files=self.files)

    def _event_file(self) -> EventFile | None:
        if not self.folder.is_dir():
            self.event.fault(
                None, "There is no such folder; make it and put an event.toml with title and timezone inside."
            )
            return None
        path = self.folder / EVENT_FILE
        if not path.is_file():
            self.event.fault(None, "The file is missing; write one with at least title and timezone.")
            return None
        self.files.append(path.name)
        raw = content(path, self.event)
        return None if raw is None else read_toml(raw, self.event)

    def _plan(self, file: EventFile) -> EventPlan:
        rooms = Rooms(file.rooms)
        items = self._items(file, rooms)
        attendees = self._attendees(file)
        check_tables(file, rooms, {attendee.category for attendee in attendees}, self.event)
        return EventPlan(
            title=file.title,
            timezone=file.timezone,
            id=file.id,
            languages=file.languages,
            rooms=rooms.planned,
            items=items,
            targets=read_targets(file, items, rooms, self.event),
            attendees=attendees,
            lists=file.lists or (PlannedList(id=1, name=_in_first(file, "全体参会者", "All attendees")),),
            lanes=file.lanes,
            devices=devices_in_rooms(file, rooms),
            contacts=file.contacts,
            rules=file.rules,
            questions=file.questions,
            wordlists=self._wordlists(file),
            calls=file.calls,
            messages=file.messages,
        )

    def _items(self, file: EventFile, rooms: Rooms) -> tuple[PlannedItem, ...]:
        path = chosen(self.folder, file.agenda, self.event, file.lines.line("agenda"))
        if file.agenda is None:
            path = found(self.folder, AGENDA_PATTERNS, AGENDA_SUFFIXES, "agenda", self.event)
            if path is None and not self.event.faults:
                self.event.warn(None, "The folder has no agenda; add one, for example agenda.csv.")
        draft, report = DraftAgenda(), self.event
        if path is not None:
            report = self._begin(path)
            raw = content(path, report)
            draft = DraftAgenda() if raw is None else read_agenda(raw, path.name, file.languages, file.zone, report)
            if not draft.items and not report.faults:
                report.warn(None, "The agenda has no items; add some.")
        return compose(draft, rooms, _in_first(file, "主会场", "Main room"), report)

    def _attendees(self, file: EventFile) -> tuple[PlannedAttendee, ...]:
        path = chosen(self.folder, file.attendees, self.event, file.lines.line("attendees"))
        if file.attendees is None:
            path = found(self.folder, ATTENDEE_PATTERNS, ATTENDEE_SUFFIXES, "attendees", self.event)
        if path is None:
            return ()
        report = self._begin(path)
        raw = content(path, report)
        return () if raw is None else read_attendees(raw, path.name, report)

    def _wordlists(self, file: EventFile) -> tuple[Wordlist, ...]:
        rules, line = file.questions, file.lines.line("questions", "filters")
        named = [chosen(self.folder, name, self.event, line) for name in rules.filters]
        paths = [path for path in named if path is not None] if rules.filters else listed(self.folder)
        read = [read_listed(path, self._begin(path)) for path in paths]
        found = tuple(each for each in read if each is not None)
        return (starter(), *found) if rules.starter else found

    def _begin(self, path: Path) -> Report:
        report = Report(path.relative_to(self.folder).as_posix())
        self.reports.append(report)
        self.files.append(report.file)
        return report


def _by_line(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)


def _in_first(file: EventFile, chinese: str, english: str) -> str:
    """Return what the program has to name itself, in the event's first language."""
    return chinese if file.languages[0].startswith("zh") else english
