"""Agendas as tables: CSV and spreadsheets.

Owns    what the cells of an agenda's row mean.
Never   finds columns (`table`) or settles rooms, days and defaults (`agenda`).
Used by `agenda`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo

from server.clock import Duration, Instant
from server.folder.draft import DraftAgenda, DraftItem
from server.folder.faults import Report, did_you_mean
from server.folder.table import Entry, read_table
from server.folder.times import Unreadable, read_duration, read_end, read_moment
from server.folder.wording import language_tag, quoted, speaker_id
from server.folder.words import AGENDA_COLUMNS, ANSWERS, END_KINDS, GAP_KINDS, KINDS, START_KINDS, key
from server.plan import PlannedSpeaker

_BETWEEN = re.compile(r"[;；\n]+")


def read_agenda_table(raw: bytes, name: str, zone: tzinfo, report: Report) -> DraftAgenda:
    """Return the agenda in a CSV file or a spreadsheet."""
    table = read_table(raw, name, AGENDA_COLUMNS, report)
    if table is None:
        return DraftAgenda()
    missing = [column for column in ("title", "start") if column not in table.columns]
    if not table.columns & {"duration", "end"}:
        missing.append("duration")
    for column in missing:
        report.fault(table.header, f'There is no column "{column}"; add it to the header and fill it.')
    if missing:
        return DraftAgenda()
    items = [_Row(entry, zone, report).item() for entry in table.entries]
    return DraftAgenda([], [item for item in items if item is not None])


class _Row:
    """One row of an agenda; whatever is wrong with it is told, not just the first thing."""

    def __init__(self, entry: Entry, zone: tzinfo, report: Report) -> None:
        self.entry = entry
        self.zone = zone
        self.report = report

    def item(self) -> DraftItem | None:
        """Return the item, or None when its times cannot be told."""
        title = self._text("title")
        if not title:
            self._fault("The title is missing; write one.")
        start = self._start()
        length = self._duration("duration")
        end = None if start is None else self._end(start, length)
        shape = DraftItem(line=self.entry.number, title=title, start=Instant(0), end=Instant(0))
        shape.id = self._text("id", 200) or None
        shape.room = self._text("room")
        shape.speakers = tuple(self._speakers())
        shape.optional = self._word("optional", ANSWERS) == "yes"
        shape.language = self._language()
        shape.broadcast = tuple(filter(None, (part.strip() for part in _BETWEEN.split(self.entry.get("broadcast")))))
        self._set_kinds(shape)
        shape.min_duration, shape.min_gap = self._duration("min_duration"), self._duration("min_gap")
        if start is None or end is None:
            return None
        shape.start, shape.end = start, end
        return shape

    def _set_kinds(self, shape: DraftItem) -> None:
        # `_word` returns words of its table only, each of which is one of the member's literals.
        shape.kind = self._word("kind", KINDS) or "talk"  # type: ignore[assignment]
        shape.start_kind = self._word("start_kind", START_KINDS)  # type: ignore[assignment]
        shape.end_kind = self._word("end_kind", END_KINDS) or "duration"  # type: ignore[assignment]
        shape.gap_kind = self._word("gap_kind", GAP_KINDS)  # type: ignore[assignment]

    def _fault(self, message: str) -> None:
        self.report.fault(self.entry.number, message)

    def _text(self, column: str, limit: int = 500) -> str:
        return self.report.text(self.entry.number, column, self.entry.get(column), limit)

    def _start(self) -> Instant | None:
        written = f"{self.entry.get('date')} {self.entry.get('start')}".strip()
        if not self.entry.get("start"):
            self._fault("The start is missing; write a date and time like 2026-05-01 09:30.")
            return None
        try:
            # A start with its own date stands by itself, whatever the column of dates says.
            return self._moment(self.entry.get("start"), written)
        except Unreadable as error:
            self._fault(f"start: {error}")
            return None

    def _moment(self, alone: str, dated: str) -> Instant:
        try:
            moment = read_moment(alone, self.zone)
        except Unreadable:
            moment = read_moment(_without_midnight(dated), self.zone)
        if moment.doubt:
            self.report.warn(self.entry.number, moment.doubt)
        return moment.at

    def _end(self, start: Instant, length: Duration | None) -> Instant | None:
        end = self._told_end(start)
        if end is None:
            if length is None and not (self.entry.get("duration") or self.entry.get("end")):
                self._fault("Both duration and end are missing; write one of them.")
            return None if length is None else Instant(start + length)
        if length is not None and end != start + length:
            self._fault("The duration and the end contradict each other; correct or empty one of them.")
        return end

    def _told_end(self, start: Instant) -> Instant | None:
        if not (written := self.entry.get("end")):
            return None
        try:
            moment = read_end(written, start, self.zone)
        except Unreadable as error:
            self._fault(f"end: {error}")
            return None
        if moment.doubt:
            self.report.warn(self.entry.number, moment.doubt)
        return moment.at

    def _duration(self, column: str) -> Duration | None:
        if not (written := self.entry.get(column)):
            return None
        try:
            return read_duration(written)
        except Unreadable as error:
            self._fault(f"{column}: {error}")
            return None

    def _word(self, column: str, known: Mapping[str, str]) -> str | None:
        written = self.entry.get(column)
        if not written:
            return None
        word = known.get(key(written))
        if word is None:
            options = list(dict.fromkeys(known.values()))
            listed = ", ".join(options)
            self._fault(f"{column}: {quoted(written)} is none of {listed}{did_you_mean(written, options)}")
        return word

    def _language(self) -> str | None:
        written = self.entry.get("language")
        tag = language_tag(written)
        if written and tag is None:
            self._fault(f"language: {quoted(written)} is not a language tag; write one like en or zh-Hans.")
        return tag

    def _speakers(self) -> Iterable[PlannedSpeaker]:
        for part in _BETWEEN.split(self.entry.get("speakers")):
            if name := self.report.text(self.entry.number, "name", part, 200):
                yield PlannedSpeaker(speaker_id(name), name)


def _without_midnight(dated: str) -> str:
    """Return date and time as one: a spreadsheet's cell of a date alone comes with a time of 00:00:00."""
    return re.sub(r"^(\S+) 00:00:00 (?=\S)", r"\1 ", dated)
