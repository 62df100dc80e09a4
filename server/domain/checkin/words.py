"""What can be asked of check-in, and what then is a fact.

Owns    the commands, the events and their bounds.
Never   decides.
Used by the engine and the check-in channel; other channels may hear `Scanned` and `TicketBound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from server.domain.base import Command, Event

ScanType = Literal["entry", "exit"]
Status = Literal["paid", "pending", "canceled", "blocked"]

Barcode = Annotated[str, Meta(max_length=4_300)]
"""Whatever a reader may read: a QR code holds no more than 4 296 characters."""

Nonce = Annotated[str, Meta(min_length=1, max_length=190)]
Text = Annotated[str, Meta(max_length=300)]
Id = Annotated[str, Meta(min_length=1, max_length=100)]
Moment = Annotated[int, Meta(ge=0, le=2**53)]
ListId = Annotated[int, Meta(ge=0, le=2**53)]
Share = Annotated[float, Meta(ge=0, lt=1)]


class ListRules(Struct, frozen=True, kw_only=True):
    """One check-in list: the categories it admits (empty: all), and whether a ticket may come in again."""

    id: ListId
    name: Text
    products: tuple[Text, ...] = ()
    allow_multiple_entries: bool = False
    allow_entry_after_exit: bool = True


class Lane(Struct, frozen=True, kw_only=True):
    """One lane at a gate where badges are scanned."""

    id: Id
    title: Text = ""
    gate: Text = ""
    kind: Text = ""

    def place(self) -> str:
        """Return where this is, in the crew's words."""
        return self.gate or self.title or self.id


class Enrolment(Struct, frozen=True, kw_only=True):
    """One registered person as a source tells it. `id` must not tell who it is."""

    id: Id
    secret: Barcode
    name: Text
    category: Text = ""
    organisation: Text = ""
    phone: Text = ""
    email: Text = ""
    seat: Text = ""
    vip: bool = False
    status: Status = "paid"


class Import(Command, frozen=True, kw_only=True):
    """Make these lists, lanes and attendees known, by id; what is known already and not named stays.

    Attributes:
        timezone: an IANA name; None leaves it.
        no_show: the share of the registered who are expected to stay away; None leaves it.
    """

    lists: tuple[ListRules, ...] = ()
    lanes: tuple[Lane, ...] = ()
    attendees: tuple[Enrolment, ...] = ()
    timezone: Text | None = None
    no_show: Share | None = None


class Scan(Command, frozen=True, kw_only=True):
    """A badge was held before a reader.

    Attributes:
        datetime: when, if not now: an upload of what was scanned without a net.
        nonce: made once per scan and sent with every attempt to tell of it.
        force: it happened anyway: store it whatever the rules say.
    """

    secret: Barcode
    list: ListId = 1
    type: ScanType = "entry"
    datetime: Moment | None = None
    nonce: Nonce | None = None
    force: bool = False
    lane: Id | None = None


class Annul(Command, frozen=True, kw_only=True):
    """Take back one accepted scan."""

    nonce: Nonce
    list: ListId = 1
    explanation: Text = ""


class WalkIn(Command, frozen=True, kw_only=True):
    """Somebody came without a ticket and was let in. `datetime` and `nonce` are as in `Scan`."""

    name: Text = ""
    category: Text = ""
    list: ListId = 1
    lane: Id | None = None
    datetime: Moment | None = None
    nonce: Nonce | None = None


class Join(Command, frozen=True, kw_only=True):
    """The asker holds this ticket code."""

    ticket: Barcode


class CheckinConfigured(Event, frozen=True, kw_only=True):
    """The event's time zone, and the share of the registered expected to stay away."""

    timezone: str
    no_show: float = 0.0


class ListOpened(Event, frozen=True, kw_only=True):
    """A check-in list is known, or its rules changed."""

    rules: ListRules


class LaneOpened(Event, frozen=True, kw_only=True):
    """A lane is known, or was renamed."""

    lane: Lane


class AttendeeEnrolled(Event, frozen=True, kw_only=True):
    """A person holds a ticket, or what is known of them changed."""

    PERSONAL: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("secret", "name", "organisation", "phone", "email", "seat"), "attendee"
    )

    attendee: str
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


class Scanned(Event, frozen=True, kw_only=True):
    """A person went in or out.

    Attributes:
        at: when it happened; the record's own instant says when the server heard of it.
        overrode: the reason for which it would have been refused, had it not been forced.
        skewed: the device's clock was so wrong that the time of receipt was taken.
    """

    attendee: str
    type: ScanType
    list: int
    lane: str | None
    at: int
    nonce: str | None = None
    overrode: str | None = None
    skewed: bool = False


class ScanDenied(Event, frozen=True, kw_only=True):
    """A scan was refused. For an unknown code `attendee` is a digest of it, so that even that can be erased."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"barcode": "attendee"}

    attendee: str
    type: ScanType
    list: int
    lane: str | None
    at: int
    reason: str
    nonce: str | None = None
    barcode: str = ""
    skewed: bool = False


class ScanAnnulled(Event, frozen=True, kw_only=True):
    """An accepted scan was taken back. `scan` is its number, counted from 1."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"explanation": "attendee"}

    scan: int
    attendee: str
    explanation: str = ""


class TicketBound(Event, frozen=True, kw_only=True):
    """A person (one device, one browser) showed that they hold a ticket."""

    person: str
    attendee: str


EVENTS: tuple[type[Event], ...] = (
    CheckinConfigured,
    ListOpened,
    LaneOpened,
    AttendeeEnrolled,
    Scanned,
    ScanDenied,
    ScanAnnulled,
    TicketBound,
)

COUNTED = (CheckinConfigured, AttendeeEnrolled, Scanned, ScanAnnulled)
"""The events that change how many are expected, arrived or inside."""
