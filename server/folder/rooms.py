"""Which room is meant, whatever a file calls it.

Owns    the ids of rooms: the table's, else the source's, else the name verbatim.
Never   renames a room: titles stay as written.
Used by `agenda`, and by what else of event.toml names rooms.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.folder.faults import Report
from server.folder.wording import identifier, quoted
from server.plan import PlannedRoom

ONLY_ROOM = "main"


class Rooms:
    """All rooms of the event, found by id or by title."""

    def __init__(self, tables: Sequence[PlannedRoom]) -> None:
        self._rooms = {room.id: room for room in tables}
        self._ids = {room.title: room.id for room in tables} | {room.id: room.id for room in tables}

    @property
    def planned(self) -> tuple[PlannedRoom, ...]:
        """The rooms, those of event.toml first, then in the agenda's order."""
        return tuple(self._rooms.values())

    def find(self, name: str) -> str | None:
        """Return the id of the room with this id or title, or None."""
        return self._ids.get(name)

    def take(self, name: str, source_id: str | None, line: int | None, report: Report) -> str:
        """Return the id of the room that a source names, which becomes known by this; twins by id are told."""
        known = (self._ids.get(source_id) if source_id else None) or self._ids.get(name)
        ident = known or identifier(source_id or name)
        if known is None and ident in self._rooms:
            other = self._rooms[ident].title
            report.fault(
                line, f"The rooms {quoted(other)} and {quoted(name)} would share an id; give one its own in [[rooms]]."
            )
        self._rooms.setdefault(ident, PlannedRoom(ident, name))
        for word in (name, source_id):
            if word:
                self._ids.setdefault(word, ident)
        return ident

    def only(self, title: str, line: int | None, report: Report) -> str | None:
        """Return the id of the only room, made when there is none; None, and a fault, when there are several."""
        if not self._rooms:
            return self.take(title, ONLY_ROOM, line, report)
        if len(self._rooms) == 1:
            return next(iter(self._rooms))
        report.fault(line, "The room is missing and there are several; write which.")
        return None
