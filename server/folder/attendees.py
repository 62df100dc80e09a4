"""The people who registered.

Owns    what the columns of an attendee list and the members of pretix's positions mean.
Never   logs or repeats a name: faults quote ticket codes' lines, not people.
Used by `server.folder.read`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Literal

from server.folder.faults import Report
from server.folder.located import Located, read_json
from server.folder.table import Entry, read_table
from server.folder.wording import clean, quoted
from server.folder.words import ANSWERS, ATTENDEE_COLUMNS, STATUSES, key
from server.plan import PlannedAttendee

Status = Literal["paid", "pending", "canceled", "blocked"]
_MEMBERS = ("name", "category", "organisation", "phone", "email", "seat")
_SECRET_LIMIT = 500
_TEXT_LIMIT = 300
_VIP_CATEGORIES = frozenset({"vip", "贵宾", "貴賓"})


def read_attendees(raw: bytes, name: str, report: Report) -> tuple[PlannedAttendee, ...]:
    """Return the attendees in a CSV file, a spreadsheet or a list of pretix positions."""
    people = _People(report)
    if PurePath(name).suffix.lower() == ".json":
        _read_positions(raw, people, report)
        return people.planned
    table = read_table(raw, name, ATTENDEE_COLUMNS, report)
    if table is None:
        return ()
    if "secret" not in table.columns:
        report.fault(table.header, 'There is no column "secret"; add one with what each badge or ticket code says.')
        return ()
    for entry in table.entries:
        people.take(entry)
    return people.planned


class _People:
    """Collects people by the secret of their tickets; whoever is listed twice is told."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._lines: dict[str, int] = {}
        self._people: list[PlannedAttendee] = []

    @property
    def planned(self) -> tuple[PlannedAttendee, ...]:
        """Everybody so far."""
        return tuple(self._people)

    def take(self, entry: Entry) -> None:
        """Take one row."""
        secret = clean(entry.get("secret"))
        if not self._is_new(secret, entry.number):
            return
        texts = {member: self._text(entry, member) for member in _MEMBERS}
        vip = self._vip(entry, texts["category"])
        self._people.append(
            PlannedAttendee(id=attendee_id(secret), secret=secret, vip=vip, status=self._status(entry), **texts)
        )

    def _is_new(self, secret: str, line: int) -> bool:
        if not secret:
            self.report.fault(line, "The secret is missing; write what the ticket code says.")
        elif len(secret) > _SECRET_LIMIT:
            self.report.fault(
                line, f"The secret is longer than {_SECRET_LIMIT} characters; check the delimiter and quotes."
            )
        elif secret in self._lines:
            self.report.fault(line, f"The secret is also on line {self._lines[secret]}; remove one of the two.")
        else:
            self._lines[secret] = line
            return True
        return False

    def _text(self, entry: Entry, member: str) -> str:
        written = entry.get(member)
        return self.report.text(entry.number, member, written, _TEXT_LIMIT) if written else ""

    def _vip(self, entry: Entry, category: str) -> bool:
        written = entry.get("vip")
        answer = ANSWERS.get(key(written))
        if answer is None:
            self.report.fault(entry.number, f"vip: {quoted(written)} is neither yes nor no; write one of them.")
        return answer == "yes" or (not written and category.casefold() in _VIP_CATEGORIES)

    def _status(self, entry: Entry) -> Status:
        written = entry.get("status")
        match STATUSES.get(key(written)) if written else "paid":
            case "paid":
                return "paid"
            case "pending":
                return "pending"
            case "canceled":
                return "canceled"
            case "blocked":
                return "blocked"
        message = f"status: {quoted(written)} is none of paid, pending, canceled, blocked; write one of them."
        self.report.fault(entry.number, message)
        return "paid"


def attendee_id(secret: str) -> str:
    """Return the id under which the journal knows the holder of a ticket."""
    return "t" + hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:20]


def _read_positions(raw: bytes, people: _People, report: Report) -> None:
    document = read_json(raw, report)
    if document is None:
        return
    listed = document.get("results", document.get("positions")) if isinstance(document, Located) else document
    if not isinstance(listed, list):
        report.fault(1, "The JSON is no list of pretix positions; export the positions of a check-in list.")
        return
    for number, position in enumerate(listed, 1):
        if isinstance(position, Located):
            people.take(Entry(position.line, _cells(position)))
        else:
            report.fault(None, f"Entry {number} of the list is no position; export the positions again.")


def _cells(position: Located) -> dict[str, str]:
    """Return a position of pretix as the cells of a row."""
    return {
        "secret": position.text("secret"),
        "name": position.text("attendee_name"),
        "category": _label(position, "item", "item_name"),
        "organisation": position.text("company"),
        "phone": position.text("phone") or position.object("order").text("phone"),
        "email": position.text("attendee_email") or position.text("order__email", "email"),
        "seat": position.object("seat").text("name", "seat_guid") or position.text("seat"),
        "status": _position_status(position),
    }


def _label(position: Located, member: str, named: str) -> str:
    """Return a product's name where the export has it, in its first language, else its number."""
    expanded = position.object(member)
    names: Mapping[str, object] = expanded.object("name")
    words: Iterable[object] = names.values()
    return (
        position.text(named)
        or expanded.text("name")
        or next((str(word) for word in words if word), position.text(member))
    )


def _position_status(position: Located) -> str:
    if position.get("canceled") is True:
        return "canceled"
    if position.get("blocked"):
        return "blocked"
    return position.text("order__status", "status") or position.object("order").text("status")
