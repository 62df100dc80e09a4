"""Schedules as OPass JSON: sessions, speakers and rooms by id, with texts in Chinese and English.

Owns    the choice of language, and how a session becomes an item.
Never   settles rooms, days or defaults.
Used by `agenda`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from server.folder.draft import DraftAgenda, DraftItem, DraftRoom
from server.folder.faults import Report
from server.folder.located import Located
from server.folder.times import Unreadable, read_moment
from server.folder.wording import language_tag, quoted
from server.folder.words import kind_of
from server.plan import ItemKind, PlannedSpeaker


class OPassReader:
    """Turns sessions into items, in the event's first language where a text has it."""

    def __init__(self, document: Located, languages: Sequence[str], zone: tzinfo, report: Report) -> None:
        self.zone = zone
        self.report = report
        self._tongues = dict.fromkeys([*(tag.split("-")[0] for tag in languages), "zh", "en"])
        self._speakers = {entry.text("id"): self.localized(entry, "name") for entry in document.objects("speakers")}
        self._types = {entry.text("id"): self.localized(entry, "name") for entry in document.objects("session_types")}

    def localized(self, entry: Located, member: str) -> str:
        """Return the member in the first of the event's languages that has it."""
        options = [entry.object(tongue).text(member) for tongue in self._tongues]
        return next((option for option in options if option), entry.text(member))

    def room(self, entry: Located) -> DraftRoom:
        """Return a room; its name is its id where it has no other."""
        written = self.localized(entry, "name") or entry.text("id")
        return DraftRoom(self.report.text(entry.line, "room's name", written), entry.text("id") or None)

    def session(self, entry: Located) -> DraftItem | None:
        """Return a session as an item, or None after saying what cannot be read of it."""
        title = self.report.text(entry.line, "title", self.localized(entry, "title"))
        if not title:
            self.report.fault(entry.line, "The session has no title; give it one and export the schedule again.")
        try:
            start, end = (read_moment(entry.text(member), self.zone) for member in ("start", "end"))
        except Unreadable as error:
            self.report.fault(entry.line, f"{quoted(title)}: {error}")
            return None
        for doubt in filter(None, (start.doubt, end.doubt)):
            self.report.warn(entry.line, doubt)
        speakers = tuple(self._people(entry))
        return DraftItem(
            line=entry.line,
            id=entry.text("id") or None,
            title=title,
            room=entry.text("room"),
            start=start.at,
            end=end.at,
            kind=self._kind(entry, title, bool(speakers)),
            speakers=speakers,
            language=language_tag(entry.get("language")),
            broadcast=_broadcast(entry),
        )

    def _kind(self, entry: Located, title: str, has_speakers: bool) -> ItemKind:
        named = self._types.get(entry.text("type"), entry.text("type"))
        return kind_of(named=named, title=title, speakers=has_speakers)

    def _people(self, entry: Located) -> Iterable[PlannedSpeaker]:
        listed = entry.get("speakers")
        for one in listed if isinstance(listed, list) else []:
            speaker = str(one)
            if speaker not in self._speakers:
                self.report.warn(entry.line, f"The speaker {quoted(speaker)} is not among the speakers; add them.")
            name = self.report.text(entry.line, "name", self._speakers.get(speaker) or speaker, 200)
            yield PlannedSpeaker(speaker, name)


def read_opass(document: Located, languages: Sequence[str], zone: tzinfo, report: Report) -> DraftAgenda:
    """Return the agenda in an OPass schedule."""
    reader = OPassReader(document, languages, zone, report)
    rooms = [reader.room(entry) for entry in document.objects("rooms")]
    items = [reader.session(entry) for entry in document.objects("sessions")]
    return DraftAgenda(rooms, [item for item in items if item is not None])


def _broadcast(entry: Located) -> tuple[str, ...]:
    listed = entry.get("broadcast")
    return tuple(str(room) for room in listed if room) if isinstance(listed, list) else ()
