"""What check-in knows: lists, lanes, tickets and every scan there was.

Owns    the state of the engine, as the journal determines it.
Never   counts: counts derive from the scans (tally).
Used by the engine and by what reads it.
"""

from __future__ import annotations

from msgspec import Struct, field

from server.clock import Instant
from server.domain.checkin.words import Lane, ListRules, ScanType, Status


class Ticket(Struct):
    """One person's right to come in.

    Attributes:
        number: its place in the order of enrolment, counted from 1.
        walk_in: it was made at the door.
    """

    id: str
    number: int
    secret: str = ""
    name: str = ""
    category: str = ""
    organisation: str = ""
    phone: str = ""
    email: str = ""
    seat: str = ""
    vip: bool = False
    status: Status = "paid"
    walk_in: bool = False


class Passage(Struct, gc=False):
    """One scan, accepted or not.

    Attributes:
        id: its number, counted from 1.
        ticket: the ticket's id; a digest of the code where no ticket has it.
        at: when it happened.
        received: when the server heard of it.
        by: the key whose device scanned it.
        reason: why it was refused or no longer counts; None while it stands.
        overrode: the reason for which it would have been refused, had it not been forced.
    """

    id: int
    ticket: str
    list: int
    type: ScanType
    at: Instant
    received: Instant
    by: str
    lane: str | None = None
    nonce: str | None = None
    reason: str | None = None
    overrode: str | None = None
    skewed: bool = False
    barcode: str = ""
    explanation: str = ""

    def order(self) -> tuple[int, int]:
        """Return what scans are sorted by: when they happened, then when they were told."""
        return (self.at, self.id)


class CheckinState(Struct):
    """Everything the journal says about the doors. `as_of` is the instant of the newest event that changed a count."""

    timezone: str = "UTC"
    no_show: float = 0.0
    as_of: Instant = Instant(0)
    lists: dict[int, ListRules] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    scans: list[Passage] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)
    """Person → the ticket they hold."""
    erased: set[str] = field(default_factory=set)
    """Tickets whose persons asked to be forgotten: no import brings them back."""

    def place(self, lane: str | None) -> str | None:
        """Return the gate of a lane in the crew's words, or None without a lane."""
        if lane is None:
            return None
        return self.lanes[lane].place() if lane in self.lanes else lane
