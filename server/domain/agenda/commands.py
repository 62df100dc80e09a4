"""What can be asked of the agenda, argument by argument.

Owns    the command types of the channel's verbs.
Never   decides one.
Used by the agenda engine and its channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from server.domain.agenda.state import Level, Preset, Readiness
from server.domain.base import Command
from server.plan import (
    CallLeads,
    EndKind,
    GapKind,
    ItemKind,
    PlannedItem,
    PlannedRoom,
    PlannedSpeaker,
    StartKind,
    Target,
)

WEEK = 7 * 24 * 3_600_000
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Length = Annotated[int, Meta(ge=0, le=WEEK)]
SignedLength = Annotated[int, Meta(ge=-WEEK, le=WEEK)]
When = Annotated[int, Meta(ge=0, le=LATEST)]
Names = Annotated[tuple[Text | PlannedSpeaker, ...], Meta(max_length=50)]


class ImportAgenda(Command, frozen=True, kw_only=True):
    """Make the agenda equal its source; live state and facts are left alone. `tickets`: attendee → speaker.

    `presets`: the lines for the stage; null: they stay.
    """

    timezone: str
    rooms: tuple[PlannedRoom, ...] = ()
    items: tuple[PlannedItem, ...] = ()
    targets: tuple[Target, ...] = ()
    leads: CallLeads = CallLeads()
    tickets: dict[Id, Id] = msgspec.field(default_factory=dict)
    presets: tuple[Preset, ...] | None = None


class OfItem(Command, frozen=True, kw_only=True):
    """Anything asked about one item."""

    item: Id


class StartItem(OfItem, frozen=True, kw_only=True):
    """Begin an item, at `at` if that is told late."""

    at: When | None = None


class FinishItem(OfItem, frozen=True, kw_only=True):
    """End the running item."""

    at: When | None = None


class PauseItem(OfItem, frozen=True, kw_only=True):
    """Stop the clock of the running item."""

    at: When | None = None


class ResumeItem(OfItem, frozen=True, kw_only=True):
    """Let the clock of a paused item run on."""

    at: When | None = None


class SkipItem(OfItem, frozen=True, kw_only=True):
    """Leave a coming item out."""


class RestoreItem(OfItem, frozen=True, kw_only=True):
    """Put a skipped item back in its place."""


class AdjustItem(OfItem, frozen=True, kw_only=True):
    """Give the item `by` more time (less, if negative)."""

    by: SignedLength


class EditItem(OfItem, frozen=True, kw_only=True):
    """Change the plan of an item; what is null stays. A speaker is an id, a name, or both."""

    title: Text | None = None
    duration: Length | None = None
    min_duration: Length | None = None
    start_kind: StartKind | None = None
    end_kind: EndKind | None = None
    gap_kind: GapKind | None = None
    optional: bool | None = None
    planned_start: When | None = None
    speakers: Names | None = None


class MoveItem(OfItem, frozen=True, kw_only=True):
    """Put an item before or after another one of its room."""

    before: Id | None = None
    after: Id | None = None


class SwapItems(Command, frozen=True, kw_only=True):
    """Let two items of one room change places."""

    a: Id
    b: Id


class OfRoom(Command, frozen=True, kw_only=True):
    """Anything asked about one room."""

    room: Id


class NextItem(OfRoom, frozen=True, kw_only=True):
    """Leave the item `from` (null: none is running) and begin the one after it."""

    left: Id | None = msgspec.field(default=None, name="from")


class AdvanceRoom(OfRoom, frozen=True, kw_only=True):
    """Begin what comes next, or end what is last: a key that need not know what is on."""


class ToggleRoom(OfRoom, frozen=True, kw_only=True):
    """Pause what runs, resume what is paused, begin what is next where nothing is on."""


class GiveTime(OfRoom, frozen=True, kw_only=True):
    """Give what is on `by` more time (less, if negative); where nothing is on, what is next."""

    by: SignedLength


class ShowPreset(OfRoom, frozen=True, kw_only=True):
    """Show the stage the line `number` (from 1) of those that the event has ready.

    `language`: which of its texts; null: that of the item that is on, else the event's first.
    """

    number: Annotated[int, Meta(ge=1, le=99)]
    language: Annotated[str, Meta(min_length=1, max_length=35)] | None = None


class ExpectLate(OfRoom, frozen=True, kw_only=True):
    """Say that the people of the next item who are not there come `by` later than they should."""

    by: Annotated[int, Meta(ge=0, le=WEEK)] = 600_000


class RescueRoom(OfRoom, frozen=True, kw_only=True):
    """Adopt the best plan for the next item whose people have told an arrival that is too late for it."""


class PreviewChange(Command, frozen=True, kw_only=True):
    """Ask what a change would come to: `do` is its verb, `args` are its arguments; this changes nothing."""

    do: Literal["start", "finish", "next", "skip", "restore", "adjust", "edit", "move", "swap", "insert", "undo"]
    args: dict[str, Any]


class InsertItem(OfRoom, frozen=True, kw_only=True):
    """Add an item after another one, or (null) right after what is on."""

    title: Text
    duration: Length
    after: Id | None = None
    kind: ItemKind = "filler"


class SuggestPlans(OfRoom, frozen=True, kw_only=True):
    """Ask how the room still ends on time if an item can begin only at `available_at`; this changes nothing."""

    item: Id
    available_at: When


class AdoptPlan(Command, frozen=True, kw_only=True):
    """Take over a proposal, whole, while the room is as it was when it was made."""

    proposal: Annotated[str, Meta(min_length=1, max_length=300)]


class ShowMessage(OfRoom, frozen=True, kw_only=True):
    """Show a line to the people on stage."""

    text: Text
    level: Level = "info"


class ClearMessage(OfRoom, frozen=True, kw_only=True):
    """Take the line away."""


class SeeMessage(OfRoom, frozen=True, kw_only=True):
    """Say that the stage has seen the message `id`."""

    id: Id


class ReadySpeaker(Command, frozen=True, kw_only=True):
    """Say how far a speaker is on the way to the stage; `eta`: the instant they expect to arrive."""

    speaker: Id
    readiness: Readiness
    eta: When | None = None


class AckCall(Command, frozen=True, kw_only=True):
    """Say that the person was told."""

    call: Id


class UndoChange(OfRoom, frozen=True, kw_only=True):
    """Take back the room's last change."""


CHANGES: Mapping[str, type[Command]] = {
    "start": StartItem,
    "finish": FinishItem,
    "next": NextItem,
    "skip": SkipItem,
    "restore": RestoreItem,
    "adjust": AdjustItem,
    "edit": EditItem,
    "move": MoveItem,
    "swap": SwapItems,
    "insert": InsertItem,
    "undo": UndoChange,
}
"""Verb → its command: what can be previewed."""
