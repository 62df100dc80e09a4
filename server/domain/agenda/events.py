"""What can happen to the agenda: the facts that the journal keeps.

Owns    the event types of the channel.
Never   applies one.
Used by the agenda engine, its channel, and channels that hear of the agenda.

`at` in an event is the instant of the fact; it may lie before the instant of recording, when it was told late.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from server.domain.agenda.state import Announced, ItemPlan, Level, Preset, Readiness, Summons
from server.domain.base import Event
from server.plan import CallLeads, PlannedRoom, Target


class SpeakerNamed(Event, frozen=True, kw_only=True):
    """A speaker's name became known, or was corrected."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "speaker"}
    speaker: str
    name: str


class AgendaPlanned(Event, frozen=True, kw_only=True):
    """The source was read: the whole plan as it stands there, and which attendee is which speaker."""

    timezone: str
    rooms: tuple[PlannedRoom, ...]
    items: tuple[ItemPlan, ...]
    targets: tuple[Target, ...]
    leads: CallLeads = CallLeads()
    tickets: dict[str, str] = msgspec.field(default_factory=dict)
    presets: tuple[Preset, ...] = ()


class RoomEvent(Event, frozen=True, kw_only=True):
    """Something that happened in one room."""

    room: str


class ItemStarted(RoomEvent, frozen=True, kw_only=True):
    """An item began; `finishes` is the one that ended by it."""

    item: str
    at: int
    finishes: str | None = None


class ItemFinished(RoomEvent, frozen=True, kw_only=True):
    """The running item ended."""

    item: str
    at: int


class ItemPaused(RoomEvent, frozen=True, kw_only=True):
    """The clock of the running item stopped."""

    item: str
    at: int


class ItemResumed(RoomEvent, frozen=True, kw_only=True):
    """The clock of a paused item runs on."""

    item: str
    at: int


class ItemSkipped(RoomEvent, frozen=True, kw_only=True):
    """A coming item was left out."""

    item: str


class ItemRestored(RoomEvent, frozen=True, kw_only=True):
    """A skipped item took its place again."""

    item: str


class ItemAdjusted(RoomEvent, frozen=True, kw_only=True):
    """An item got `by` more time (less, if negative)."""

    item: str
    by: int


class ItemEdited(RoomEvent, frozen=True, kw_only=True):
    """An item's plan was changed to `plan`."""

    plan: ItemPlan


class Placed(msgspec.Struct, frozen=True):
    """Where an item stands after a rearrangement: its planned instants and the gap before it."""

    item: str
    start: int
    end: int
    gap: int


class RoomArranged(RoomEvent, frozen=True, kw_only=True):
    """Items changed places: `moved` were meant, `placed` are all that stand elsewhere now."""

    order: tuple[str, ...]
    moved: tuple[str, ...]
    placed: tuple[Placed, ...]


class ItemInserted(RoomEvent, frozen=True, kw_only=True):
    """An item was added, in front of `before` (None: as the last)."""

    plan: ItemPlan
    before: str | None


class Shortened(msgspec.Struct, frozen=True):
    """An item that gives `by` milliseconds of its time."""

    item: str
    by: int


class PlanAdopted(RoomEvent, frozen=True, kw_only=True):
    """A plan against lateness was taken over, whole.

    Attributes:
        item: the late item that it was made for.
        order: the room's items in their new order.
        moved: the items that were given another place.
        plans: the plans of all items that stand elsewhere now, and of those that were added.
        dropped: the items that are left out.
        shortened: the items that give time.
    """

    item: str
    order: tuple[str, ...]
    moved: tuple[str, ...] = ()
    plans: tuple[ItemPlan, ...] = ()
    dropped: tuple[str, ...] = ()
    shortened: tuple[Shortened, ...] = ()


class MessageShown(RoomEvent, frozen=True, kw_only=True):
    """A line is shown to the people on stage."""

    id: str
    text: str
    level: Level


class MessageCleared(RoomEvent, frozen=True, kw_only=True):
    """The line was taken away."""


class MessageSeen(RoomEvent, frozen=True, kw_only=True):
    """Whoever recorded this has seen the message."""

    id: str


SAID: frozenset[type[Event]] = frozenset({MessageShown, MessageCleared, MessageSeen})
"""What is said to the stage: it changes nobody's times."""


class ChangeUndone(RoomEvent, frozen=True, kw_only=True):
    """The room's last change was taken back; `current` is the item that runs now."""

    what: str
    current: str | None


class DayOpened(RoomEvent, frozen=True, kw_only=True):
    """An event day came up: what is left of the days before it is not expected any more."""

    day: int


class TimesPublished(RoomEvent, frozen=True, kw_only=True):
    """The public was told new times."""

    times: tuple[Announced, ...]


class SpeakerReadied(Event, frozen=True, kw_only=True):
    """A speaker came nearer to the stage, or farther from it."""

    speaker: str
    readiness: Readiness
    eta: int | None = None


class CallsMade(RoomEvent, frozen=True, kw_only=True):
    """Calls fell due."""

    calls: tuple[Summons, ...]


class CallsHeld(RoomEvent, frozen=True, kw_only=True):
    """The forecast slipped after calls were made: they come again, at the new time."""

    calls: tuple[Summons, ...]


class CallsEscalated(RoomEvent, frozen=True, kw_only=True):
    """Nobody acknowledged these calls in time."""

    calls: tuple[str, ...]


class CallAcked(RoomEvent, frozen=True, kw_only=True):
    """Somebody told the person who was called."""

    call: Summons


EVENTS: tuple[type[Event], ...] = (
    SpeakerNamed,
    AgendaPlanned,
    ItemStarted,
    ItemFinished,
    ItemPaused,
    ItemResumed,
    ItemSkipped,
    ItemRestored,
    ItemAdjusted,
    ItemEdited,
    RoomArranged,
    ItemInserted,
    PlanAdopted,
    MessageShown,
    MessageCleared,
    MessageSeen,
    ChangeUndone,
    DayOpened,
    TimesPublished,
    SpeakerReadied,
    CallsMade,
    CallsHeld,
    CallsEscalated,
    CallAcked,
)
"""Every event type of the channel."""
