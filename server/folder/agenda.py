"""The agenda, composed: whatever its format, rooms, ids, days and defaults are settled here.

Owns    the choice of the reader for a file, and the way from drafts to the plan's items.
Never   knows a format.
Used by `server.folder.read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import PurePath

import msgspec

from server.clock import HOUR
from server.folder.agenda_table import read_agenda_table
from server.folder.checks import check_items
from server.folder.days import firsts, settle_days
from server.folder.draft import DraftAgenda, DraftItem
from server.folder.faults import Report
from server.folder.frab import read_frab
from server.folder.located import Located, read_json, read_xml
from server.folder.opass import read_opass
from server.folder.pentabarf import read_pentabarf
from server.folder.rooms import Rooms
from server.folder.wording import derived, identifier, quoted
from server.plan import PlannedItem

_LONGEST = 60 * 24 * HOUR


def read_agenda(raw: bytes, name: str, languages: Sequence[str], zone: tzinfo, report: Report) -> DraftAgenda:
    """Return what an agenda's file says, by the reader of its format."""
    match PurePath(name).suffix.lower():
        case ".json":
            return _read_json_agenda(raw, languages, zone, report)
        case ".xml":
            schedule = read_xml(raw, report)
            return DraftAgenda() if schedule is None else read_pentabarf(schedule, zone, report)
        case ".ics":
            # Its library takes longer to load than all the rest of the program.
            from server.folder.ical import read_ical

            return read_ical(raw, zone, report)
        case _:
            return read_agenda_table(raw, name, zone, report)


def _read_json_agenda(raw: bytes, languages: Sequence[str], zone: tzinfo, report: Report) -> DraftAgenda:
    document = read_json(raw, report)
    if document is None:
        return DraftAgenda()
    if isinstance(document, Located):
        if document.object("schedule") or document.object("conference"):
            return read_frab(document, zone, report)
        if isinstance(document.get("sessions"), list):
            return read_opass(document, languages, zone, report)
    report.fault(1, "The JSON is no schedule of frab, pretalx or OPass; export one of these.")
    return DraftAgenda()


MANY = 2_000
"""More items than any event has: served, but told of."""


def compose(draft: DraftAgenda, rooms: Rooms, only_room: str, report: Report) -> tuple[PlannedItem, ...]:
    """Return the items of the plan in order of their starts.

    Args:
        draft: what the source says; its items get their days.
        rooms: those of event.toml; the agenda's join them.
        only_room: what to call the room of an agenda that names none.
        report: is told of faults (ids, rooms, ends before starts) and warnings (overlaps, double bookings).
    """
    for room in draft.rooms:
        rooms.take(room.name, room.id, None, report)
    for item in draft.items:
        if item.room:
            rooms.take(item.room, None, item.line, report)
    _refuse_impossible(draft.items, report)
    if len(draft.items) > MANY:
        report.warn(None, f"The agenda has {len(draft.items)} items; make sure that it is the right file.")
    settle_days(draft.items)
    ordered = sorted(draft.items, key=lambda item: (item.start, item.end))
    lines = _Lines(report)
    planned = [lines.note(item, _planned(item, rooms, only_room, report)) for item in ordered]
    first = firsts(planned)
    told = {id_: item.start_kind for id_, item in lines.drafts.items()}
    settled = tuple(_with_start_kind(item, told.get(item.id), item.id in first) for item in planned)
    check_items(settled, {id_: item.line for id_, item in lines.drafts.items()}, report)
    return settled


def _refuse_impossible(items: list[DraftItem], report: Report) -> None:
    for item in items:
        if item.end < item.start:
            report.fault(item.line, f"{quoted(item.title)} ends before it starts; correct its times.")
            item.end = item.start
        elif item.end - item.start > _LONGEST:
            report.fault(item.line, f"{quoted(item.title)} lasts for months; correct its times.")
            item.end = item.start


class _Lines:
    """Remembers which draft each id came from, and tells of ids that are taken twice."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.drafts: dict[str, DraftItem] = {}

    def note(self, draft: DraftItem, planned: PlannedItem) -> PlannedItem:
        """Keep the draft of an item, and return the item."""
        earlier = self.drafts.setdefault(planned.id, draft)
        if earlier is not draft:
            first, second = sorted((earlier.line or 0, draft.line or 0))
            if draft.id is None:
                message = (
                    f"{quoted(draft.title)} is also on line {first}, in the same room at the same time; remove one."
                )
            else:
                message = f"The id {quoted(planned.id)} is also on line {first}; give each item its own."
            self.report.fault(second or None, message)
        return planned


def _planned(item: DraftItem, rooms: Rooms, only_room: str, report: Report) -> PlannedItem:
    room = rooms.find(item.room) if item.room else rooms.only(only_room, item.line, report)
    home = room or ""
    return PlannedItem(
        id=identifier(item.id) if item.id else derived(home, item.start, item.title),
        room=home,
        title=item.title,
        start=item.start,
        end=item.end,
        day=item.day or 1,
        kind=item.kind,
        speakers=item.speakers,
        end_kind=item.end_kind,
        min_duration=item.min_duration,
        gap_kind=item.gap_kind or ("break" if item.kind == "break" else "buffer"),
        min_gap=item.min_gap,
        optional=item.optional,
        language=item.language,
        broadcast=_shown_in(item, home, rooms, report),
    )


def _shown_in(item: DraftItem, home: str, rooms: Rooms, report: Report) -> tuple[str, ...]:
    """Return every room that shows the item, its home room first."""
    if item.broadcast == ("*",):
        return tuple(dict.fromkeys([home, *(room.id for room in rooms.planned)]))
    return tuple(dict.fromkeys([home, *(rooms.take(name, None, item.line, report) for name in item.broadcast)]))


def _with_start_kind(item: PlannedItem, told: str | None, is_first: bool) -> PlannedItem:
    kind = told or ("hard" if is_first else "soft")
    return item if kind == item.start_kind else msgspec.structs.replace(item, start_kind=kind)
