"""The relay on the screens: what the stage has been handed, who has seen it, and who asks to speak.

Owns    the rows of the relay, who may see and ask what, and what it hears of the questions channel.
Never   holds state or applies a rule.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import Instant
from server.domain.base import Event, Recorded
from server.domain.checkin import TicketBound
from server.domain.questions import HandedOver, QaBlanked, TakenBack
from server.domain.relay import (
    EVENTS,
    Air,
    Ask,
    AskMoved,
    AskMuted,
    End,
    FallBack,
    HandoverSeen,
    HandRaised,
    Import,
    Invite,
    Lower,
    Mute,
    Raise,
    Ready,
    Relay,
    RelayRoomsImported,
    Seen,
    Shown,
    Stage,
)
from server.plan import EventPlan
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, STEERING, WALL_VIEW, Audience, Role, person_view

EVERYBODY = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL, Role.STAGE, Role.ATTENDEE})
OWN = frozenset({Role.ATTENDEE})
CONTROL = frozenset({Role.CONTROL})


class HandoverRow(Row, frozen=True):
    """The question on air as the stage has it; all null when there is none, or while the displays are blank.

    Attributes:
        since: when it went on air.
        seen_by: the stages that acknowledged it.
    """

    question: str | None = None
    number: int | None = None
    body: str | None = None
    name: str | None = None
    origin: str | None = None
    since: Instant | None = None
    seen_by: tuple[str, ...] = ()


class FeedRow(Row, frozen=True):
    """The sound of a room: whether its stage is connected, and how many listen."""

    stage_connected: bool = False
    listeners: int = 0
    recording: bool = False
    level_dbfs: float | None = None


class AskRow(Row, frozen=True):
    """A person who asks to speak; the levels are null as long as no sound arrives."""

    id: str
    question: str | None
    room: str
    name: str | None
    state: str
    muted: bool
    level_dbfs: float | None
    rtt_ms: int | None
    loss: float | None
    since: Instant
    rev: int


def hear_handed_over(engine: Relay, recorded: Recorded) -> None:
    """Hand the stage what the moderator put on air."""
    event = recorded.event
    if isinstance(event, HandedOver):
        shown = Shown(
            question=event.question,
            number=event.number,
            body=event.body,
            name=event.name,
            origin=event.origin,
            author=event.author,
            since=event.since,
        )
        engine.show(event.room, shown, recorded)


def hear_taken_back(engine: Relay, recorded: Recorded) -> None:
    """Take the question off the stage."""
    if isinstance(recorded.event, TakenBack):
        engine.show(recorded.event.room, None, recorded)


def hear_blanked(engine: Relay, recorded: Recorded) -> None:
    """Empty the displays, or show again."""
    if isinstance(recorded.event, QaBlanked):
        engine.blank(recorded.event.room, recorded.event.on)


def hear_ticket(engine: Relay, recorded: Recorded) -> None:
    """Note whose devices belong together."""
    if isinstance(recorded.event, TicketBound):
        engine.bound(recorded.event.person, recorded.event.attendee)


class RelayChannel(Channel[Relay]):
    """Remote questions and voices in the room."""

    name = "relay"
    title: ClassVar[Mapping[str, str]] = {"en": "On stage", "zh-Hans": "上屏"}
    engine = Relay
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    room_roles = EVERYBODY
    pages: ClassVar[Mapping[str, int]] = {"stage": 20, "overlay": 10, "moderate": 30, "wall": 50, "attendee": 30}
    row_types: ClassVar[Mapping[str, type[Row]]] = {"handover": HandoverRow, "feed": FeedRow, "ask/ID": AskRow}
    hears: ClassVar[Mapping[type[Event], Callable[[Relay, Recorded], None]]] = {
        HandedOver: hear_handed_over,
        TakenBack: hear_taken_back,
        QaBlanked: hear_blanked,
        TicketBound: hear_ticket,
    }
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(Import, CONTROL, help="Takes over the rooms."),
        "seen": Verb(Seen, STEERING | {Role.STAGE}, help="Acknowledges that the stage shows the question on air."),
        "raise": Verb(Raise, OWN | CONTROL, help="Asks to speak; asking again returns the ask that is open."),
        "lower": Verb(Lower, OWN | CONTROL, own=OWN, help="Takes back an own ask."),
        "invite": Verb(Invite, STEERING, help="Lets an asker's sound be checked."),
        "ready": Verb(Ready, CONTROL, help="Says that an asker's sound was checked and is good."),
        "air": Verb(Air, STEERING, help="Lets the room hear an asker whose sound was checked."),
        "mute": Verb(Mute, STEERING, help="Silences a voice, or with `on` false lets it be heard again."),
        "fall_back": Verb(FallBack, CONTROL, help="Says that a voice was lost: its text takes over."),
        "end": Verb(End, STEERING, help="Ends an ask."),
    }

    def plan(self, engine: Relay, plan: EventPlan) -> Import:
        """Return the rooms of the folder."""
        return Import(rooms=[room.id for room in plan.rooms])

    def touched(self, engine: Relay, recorded: Recorded) -> Iterable[Touch]:
        """Return the stage or the ask that an event is about, also on the boards of whom it concerns."""
        match recorded.event:
            case RelayRoomsImported(rooms=rooms):
                for room in rooms:
                    yield from (Touch("handover", (room,)), Touch("feed", (room,)))
            case HandedOver() | TakenBack() | QaBlanked() | HandoverSeen() as event:
                yield Touch("handover", (event.room,))
                concerned = (_author(engine.state.stages[event.room]), getattr(event, "former", None))
                if people := tuple(dict.fromkeys(each for person in concerned for each in engine.devices(person))):
                    yield Touch(f"handover/{event.room}", people=people)
            case TicketBound(person=person):
                # Whoever held it alone may have been another ticket's before: every stage is looked at.
                yield from (
                    Touch(f"handover/{room}", people=(person, *engine.devices(person))) for room in engine.state.stages
                )
            case HandRaised() | AskMoved() | AskMuted() as event:
                ask = engine.state.asks.get(event.ask)
                if ask is not None:
                    yield Touch(f"ask/{ask.id}", (ask.room,), (ask.person,))

    def keys(self, engine: Relay, room: str | None) -> Iterable[str]:
        """Return the room's stage, its sound and its asks."""
        if room not in engine.state.stages:
            return ()
        return ("handover", "feed", *(f"ask/{ask.id}" for ask in engine.in_room(room)))

    def rooms(self, engine: Relay) -> Iterable[str]:
        """Return every room of the event."""
        return engine.state.stages

    def bare_key(self, room: str, key: str) -> str | None:
        """Return `handover/ROOM` and `feed/ROOM` for a room's; asks have keys of their own."""
        return f"{key}/{room}" if key in ("handover", "feed") else key

    def mine(self, engine: Relay, person: str) -> Iterable[str]:
        """Return the stages that show a person's question, and their own asks."""
        stages = engine.state.stages.items()
        yield from (f"handover/{room}" for room, stage in stages if person in engine.devices(_author(stage)))
        yield from (f"ask/{ask.id}" for ask in engine.of(person))

    def row(self, engine: Relay, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a stage, its sound or an ask as this audience sees it."""
        kind, _, rest = key.partition("/")
        if kind == "ask":
            ask = engine.state.asks.get(rest)
            return None if ask is None else _ask_row(ask, audience)
        stage = engine.state.stages.get(rest or room or "")
        if stage is None:
            return None
        if kind == "feed":
            return FeedRow() if audience in (CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW) else None
        own = audience in map(person_view, engine.devices(_author(stage)))
        return _handover_row(stage, audience, own) if kind == "handover" else None


def _author(stage: Stage) -> str | None:
    return None if stage.shown is None else stage.shown.author


def _handover_row(stage: Stage, audience: Audience, own: bool) -> HandoverRow | None:
    shown = stage.shown
    if not own and audience not in (CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW):
        return None
    if shown is None or (stage.blank and audience != CREW_VIEW and not own):
        return HandoverRow()
    return HandoverRow(
        question=shown.question,
        number=shown.number,
        body=shown.body,
        name=None if audience == WALL_VIEW else shown.name,
        origin=shown.origin,
        since=shown.since,
        seen_by=() if audience == PUBLIC_VIEW else tuple(stage.seen_by),
    )


def _ask_row(ask: Ask, audience: Audience) -> AskRow | None:
    row = AskRow(
        id=ask.id,
        question=ask.question,
        room=ask.room,
        name=ask.name,
        state=ask.state,
        muted=ask.muted,
        level_dbfs=None,
        rtt_ms=None,
        loss=None,
        since=ask.since,
        rev=ask.stamp.rev,
    )
    if audience in (CREW_VIEW, person_view(ask.person)):
        return row
    if audience == WALL_VIEW:
        return msgspec.structs.replace(row, name=None)
    heard = ask.state == "on_air" or (ask.state == "ready" and audience == STAGE_VIEW)
    return row if heard and audience in (STAGE_VIEW, PUBLIC_VIEW) else None


CHANNEL = RelayChannel()
