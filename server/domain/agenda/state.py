"""What the agenda knows: plans, facts, rooms, speakers and calls.

Owns    the types of the agenda's state and the two lifecycles, as transition tables.
Never   computes a time or decides a command.
Used by every module of the agenda engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from server.clock import MINUTE
from server.domain.base import Stamp
from server.plan import CallLeads, EndKind, GapKind, ItemKind, StartKind

ItemState = Literal["pending", "running", "paused", "done", "skipped"]
CallState = Literal["waiting", "due", "acked", "held", "missed"]
Readiness = Literal["unknown", "away", "on_site", "miked", "in_wings", "ready", "link_tested"]
Level = Literal["info", "warn", "urgent"]
CallRole = Literal["speaker", "host", "tech"]

LIFECYCLE: Mapping[tuple[ItemState, str], ItemState] = {
    ("pending", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("running", "finish"): "done",
    ("paused", "finish"): "done",
    ("pending", "skip"): "skipped",
    ("skipped", "restore"): "pending",
}
"""(state, verb) → state: every step an item can take."""

CALL_LIFECYCLE: Mapping[tuple[CallState, str], CallState] = {
    ("waiting", "due"): "due",
    ("held", "due"): "due",
    ("due", "hold"): "held",
    ("acked", "hold"): "held",
    ("waiting", "ack"): "acked",
    ("due", "ack"): "acked",
    ("held", "ack"): "acked",
    ("due", "start"): "missed",
}
"""(state, step) → state: `due`, `hold` and `start` happen by the forecast, `ack` is a person's."""


def leads_of(calls: CallLeads) -> dict[CallRole, tuple[int, ...]]:
    """Return role → how long before the expected start it is called, in milliseconds, the earliest call first."""
    told: dict[CallRole, tuple[int, ...]] = {"speaker": calls.speaker, "host": calls.host, "tech": calls.tech}
    return {role: tuple(minutes * MINUTE for minutes in sorted(set(each), reverse=True)) for role, each in told.items()}


class ItemPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An item as planned: by its source, or as the crew has edited it since.

    Attributes:
        start, end: planned instants.
        gap: the planned time between the end of the item before it and its start; 0 for the first of a day.
        speakers: ids; names and readiness stand in `AgendaState.speakers`.
        min_duration, min_gap: floors; None: the default of the kind.
        broadcast: every room it shows in, its home room included.
    """

    id: str
    room: str
    title: str
    start: int
    end: int
    day: int = 1
    gap: int = 0
    kind: ItemKind = "talk"
    speakers: tuple[str, ...] = ()
    start_kind: StartKind = "soft"
    end_kind: EndKind = "duration"
    min_duration: int | None = None
    gap_kind: GapKind = "buffer"
    min_gap: int | None = None
    optional: bool = False
    language: str | None = None
    broadcast: tuple[str, ...] = ()

    @property
    def floor(self) -> int:
        """What must survive of the gap before it: a turnover survives whole, unless it says less."""
        if self.min_gap is not None:
            return self.min_gap
        return self.gap if self.gap_kind == "turnover" else 0

    @property
    def rooms(self) -> tuple[str, ...]:
        """Return the rooms on whose boards it stands, its home room first."""
        return (self.room, *(room for room in self.broadcast if room != self.room))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What has happened to an item, apart from any plan.

    Attributes:
        paused_total: the length of all ended pauses.
        adjusted: time added to (or taken from) its planned duration by `adjust`.
        passed: a later item was started while this one was pending: nobody expects it any more.
    """

    state: ItemState = "pending"
    started_at: int | None = None
    ended_at: int | None = None
    paused_at: int | None = None
    paused_total: int = 0
    adjusted: int = 0
    passed: bool = False


class Announced(msgspec.Struct, frozen=True):
    """From and to when the public is told that an item lasts."""

    item: str
    start: int
    end: int


class Published(msgspec.Struct, frozen=True, gc=False):
    """What the public was told last of an item, and of which plan that was true.

    Attributes:
        count: how often it was told anew.
    """

    start: int
    end: int
    plan_start: int
    plan_end: int
    count: int = 0


class Item(msgspec.Struct):
    """One item: its plan now, as last imported (None: made here), its facts, revision, and what is published of it."""

    plan: ItemPlan
    source: ItemPlan | None = None
    facts: Facts = Facts()
    stamp: Stamp = msgspec.field(default_factory=Stamp)
    told: Published | None = None

    def __post_init__(self) -> None:
        if self.told is None:
            self.told = Published(self.plan.start, self.plan.end, self.plan.start, self.plan.end)

    @property
    def public(self) -> Published:
        """What the public was told of it last: its first plan, if nothing else."""
        assert self.told is not None
        return self.told

    @property
    def upcoming(self) -> bool:
        """Say whether it is still expected to begin."""
        return self.facts.state == "pending" and not self.facts.passed

    @property
    def on(self) -> bool:
        """Say whether it is the running item, paused or not."""
        return self.facts.state in ("running", "paused")

    @property
    def duration(self) -> int:
        """The time allotted to it: as planned, with what was adjusted. Never negative."""
        return max(0, self.plan.end - self.plan.start + self.facts.adjusted)

    @property
    def min_duration(self) -> int:
        """What it can shrink to: zero for a fixed end, its whole duration otherwise, unless the plan says."""
        if self.plan.min_duration is not None:
            return self.plan.min_duration
        return 0 if self.plan.end_kind == "fixed" else self.duration


class Message(msgspec.Struct, frozen=True):
    """A line for the people on stage. `seen_by` are the actors that have acknowledged it."""

    id: str
    text: str
    level: Level
    seen_by: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """An item as it was before a change."""

    plan: ItemPlan
    facts: Facts


class Before(msgspec.Struct, kw_only=True):
    """How a room was before its last change: what `undo` restores.

    Attributes:
        what: the name of the event that made the change.
        items: the changed items as they were; None for one that the change has made.
        spoke: whether the change was about the message.
    """

    what: str
    order: list[str]
    items: dict[str, Kept | None]
    message: Message | None
    spoke: bool
    last: str | None
    fact_at: int


class Room(msgspec.Struct, kw_only=True):
    """One timeline.

    Attributes:
        order: the ids of its own items, in running order.
        last: the item that was started last, running or not.
        fact_at: the instant of its latest fact.
        as_of: the instant of its latest event: what `expected` and `late` are true at.
        day: the latest event day that was opened here.
        targets: event day → when it is to end.
    """

    id: str
    title: str
    mode: Literal["manual", "roll"] = "manual"
    order: list[str] = []
    last: str | None = None
    fact_at: int = 0
    as_of: int = 0
    day: int = 0
    targets: dict[int, int] = {}
    message: Message | None = None
    undo: Before | None = None
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class Speaker(msgspec.Struct):
    """A person on stage, and how far they are on their way there."""

    name: str = ""
    readiness: Readiness = "unknown"
    eta: int | None = None
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class Summons(msgspec.Struct, frozen=True):
    """One call as it follows from the forecast: who is wanted for what, how long before, and when.

    Attributes:
        start: the expected start of the item that `due_at` was measured to.
    """

    id: str
    item: str
    role: CallRole
    speaker: str | None
    lead: int
    due_at: int
    start: int


class Call(msgspec.Struct):
    """A call that was made, acknowledged or held; one that only waits follows from the forecast."""

    summons: Summons
    state: CallState
    made_at: int
    escalated: bool = False
    acked_by: str | None = None
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class Deed(msgspec.Struct, frozen=True, gc=False):
    """One re-timing of a room, for the as-run record.

    Attributes:
        at: when it happened, not when it was told.
        by: the actor.
        what: the name of the event.
        item: the item it is about; None: several.
        effect: the time that it adds, in milliseconds; negative: takes.
        detail: which members of a plan were edited, or which event was taken back.
    """

    at: int
    by: str
    room: str
    what: str
    item: str | None
    effect: int
    detail: str = ""


class Preset(msgspec.Struct, frozen=True):
    """A line that the crew has ready for the stage: language tag → text, the event's language first."""

    texts: dict[str, str]
    level: Level = "info"

    def in_language(self, *wanted: str | None) -> str:
        """Return the text in the first language that it has of those wanted, else in its own first."""
        for tag in wanted:
            primary = (tag or "").casefold().partition("-")[0]
            for known, text in self.texts.items():
                if primary and known.casefold().partition("-")[0] == primary:
                    return text
        return next(iter(self.texts.values()), "")


class AgendaState(msgspec.Struct):
    """Everything that the journal determines about the agenda.

    Attributes:
        leads: role → how long before the expected start it is called, in milliseconds.
        tickets: attendee → the speaker that they are.
        deeds: every re-timing, in the order of the journal.
        presets: the lines for the stage, as numbered on the crew's keys.
    """

    timezone: str = "UTC"
    rooms: dict[str, Room] = {}
    items: dict[str, Item] = {}
    speakers: dict[str, Speaker] = {}
    calls: dict[str, Call] = {}
    leads: dict[CallRole, tuple[int, ...]] = msgspec.field(default_factory=lambda: leads_of(CallLeads()))
    tickets: dict[str, str] = {}
    deeds: list[Deed] = []
    presets: tuple[Preset, ...] = ()
    stamp: Stamp = msgspec.field(default_factory=Stamp)
