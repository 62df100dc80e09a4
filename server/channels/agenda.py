"""The agenda on the wire: rooms, items and calls, and who may see and run them.

Owns    the rows of the agenda, their audiences, and the permissions of its verbs.
Never   computes a time or keeps state: that is the engine's.
Used by the conductor, the session and the generated documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.domain.agenda import EVENTS, Agenda, ImportAgenda, SpeakerReadied, commands
from server.domain.agenda.events import AgendaPlanned, RoomEvent, SpeakerNamed
from server.domain.agenda.forecast import clock_end
from server.domain.agenda.state import Call, CallRole, CallState, Item, ItemState, Level, Readiness, Room, Summons
from server.domain.base import Command, Event, Recorded
from server.plan import EndKind, EventPlan, GapKind, ItemKind, StartKind
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, STEERING, WALL_VIEW, Audience, Role

CONTROL_ONLY = frozenset({Role.CONTROL})
CALLERS = STEERING | {Role.FLOOR}
VIEWS = frozenset({CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW})
CREW_VIEWS = frozenset({CREW_VIEW, WALL_VIEW})


class SpanRow(msgspec.Struct, frozen=True):
    """From when to when; null where nobody expects it, `end` null while it lasts."""

    start: int | None
    end: int | None


class EndRow(msgspec.Struct, frozen=True):
    """When the room's day ends: as planned, as expected, and when it must."""

    planned: int | None
    expected: int | None
    target: int | None


class MessageRow(msgspec.Struct, frozen=True):
    """A line for the people on stage."""

    id: str
    text: str
    level: Level
    seen_by: tuple[str, ...]


class RoomRow(msgspec.Struct, frozen=True):
    """One room now.

    Attributes:
        late_from: the instant from which `late` grows by itself, millisecond for millisecond; null while it does not.
        to_find: the time by which its day misses the target; null without one.
    """

    id: str
    title: str
    state: str
    item: str | None
    next: str | None
    late: int
    end: EndRow
    message: MessageRow | None
    rev: int
    day: int | None
    mode: str
    late_from: int | None
    to_find: int | None
    as_of: int


class SpeakerRow(msgspec.Struct, frozen=True):
    """Somebody on stage; `readiness` and `eta` are the crew's to know."""

    id: str
    name: str
    readiness: Readiness | None
    eta: int | None


class ClockRow(msgspec.Struct, frozen=True):
    """The anchor that screens count from."""

    started_at: int
    duration: int
    paused_at: int | None
    paused_total: int


class ClashRow(msgspec.Struct, frozen=True):
    """A speaker of this item who is wanted for `item` in `room` meanwhile, `by` milliseconds long."""

    speaker: str
    item: str
    room: str
    by: int


class ItemRow(msgspec.Struct, frozen=True):
    """One item: planned, expected, actual.

    Attributes:
        order: sorts the items of any board; means nothing else.
        duration: the time allotted, `adjusted` included.
        gap: the planned time before it.
        must_start_by: the latest start that still meets the day's target.
        live_gap: planned start less the expected finish before it, for a coming hard item; negative is a conflict.
        clashes: where its speakers are wanted at the same time.
    """

    id: str
    room: str
    title: str
    kind: ItemKind
    speakers: tuple[SpeakerRow, ...]
    order: int
    planned: SpanRow
    expected: SpanRow
    actual: SpanRow | None
    duration: int
    min_duration: int
    start_kind: StartKind
    end_kind: EndKind
    gap_kind: GapKind
    min_gap: int
    optional: bool
    state: ItemState
    clock: ClockRow | None
    rev: int
    day: int
    gap: int
    adjusted: int
    language: str | None
    broadcast: tuple[str, ...]
    must_start_by: int | None
    live_gap: int | None
    clashes: tuple[ClashRow, ...]


class CallRow(msgspec.Struct, frozen=True):
    """Somebody is to be told that they are on soon."""

    id: str
    item: str
    role: CallRole
    name: str
    lead: int
    due_at: int
    state: CallState
    acked_by: str | None
    escalated: bool
    rev: int


class AgendaChannel(Channel[Agenda]):
    """The channel of the agenda."""

    name = "agenda"
    title: ClassVar[Mapping[str, str]] = {"en": "Agenda", "zh-Hans": "议程"}
    engine = Agenda
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    bare_roles = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL, Role.ATTENDEE})
    room_roles = bare_roles | {Role.STAGE}
    pages: ClassVar[Mapping[str, int]] = {"wall": 10, "control": 10, "moderate": 10, "stage": 10, "attendee": 10}
    row_types: ClassVar[Mapping[str, type[Row]]] = {"room": RoomRow, "item/ID": ItemRow, "call/ID": CallRow}
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(ImportAgenda, CONTROL_ONLY, help="Read the source again; live state and facts are left alone."),
        "start": Verb(commands.StartItem, STEERING, help="Begin an item; another one that is on in the room ends."),
        "finish": Verb(commands.FinishItem, STEERING, help="End the running item."),
        "pause": Verb(commands.PauseItem, STEERING, help="Stop the clock of the running item; its slot grows."),
        "resume": Verb(commands.ResumeItem, STEERING, help="Let the clock of a paused item run on."),
        "skip": Verb(commands.SkipItem, STEERING, help="Leave a coming item out; it takes no time."),
        "restore": Verb(commands.RestoreItem, STEERING, help="Put a skipped item back in its place."),
        "next": Verb(commands.NextItem, STEERING, help="Leave the item `from` and begin the one after it."),
        "adjust": Verb(commands.AdjustItem, STEERING, help="Add time to the running or a coming item, or take it."),
        "edit": Verb(commands.EditItem, STEERING, help="Change an item's plan; facts stay as they are."),
        "move": Verb(commands.MoveItem, STEERING, help="Put a coming item before or after another one of its day."),
        "swap": Verb(commands.SwapItems, STEERING, help="Let two coming items of one day change places."),
        "insert": Verb(commands.InsertItem, STEERING, help="Add an item after another, or right after what is on."),
        "suggest": Verb(
            commands.SuggestPlans,
            STEERING,
            live=True,
            help="Ask how the day still ends on target if an item can begin only at `available_at`; nothing changes.",
        ),
        "adopt": Verb(commands.AdoptPlan, STEERING, help="Take over a proposal, whole, while the room is unchanged."),
        "message": Verb(commands.ShowMessage, STEERING, help="Show a line to the people on stage."),
        "clear_message": Verb(commands.ClearMessage, STEERING, help="Take the line away."),
        "seen": Verb(commands.SeeMessage, STEERING | {Role.STAGE}, help="Acknowledge the line."),
        "ready": Verb(commands.ReadySpeaker, CALLERS, help="Say how far a speaker is on the way to the stage."),
        "ack_call": Verb(commands.AckCall, CALLERS, help="Say that the person was told."),
        "undo": Verb(commands.UndoChange, STEERING, help="Take back the room's last change."),
    }

    def plan(self, engine: Agenda, plan: EventPlan) -> Command | None:
        """Return the command that makes rooms, items and targets those of `plan`."""
        return ImportAgenda(
            timezone=plan.timezone, rooms=plan.rooms, items=plan.items, targets=plan.targets, leads=plan.calls
        )

    def touched(self, engine: Agenda, recorded: Recorded) -> Iterable[Touch]:
        """Return all rows of the event's room, of rooms that share a broadcast, and of items that share a speaker."""
        event = recorded.event
        if isinstance(event, RoomEvent):
            return _of_rooms(engine, engine.index.groups.get(event.room, (event.room,)))
        if isinstance(event, (SpeakerReadied, SpeakerNamed)):
            return _of_speaker(engine, event.speaker)
        return _of_all(engine) if isinstance(event, AgendaPlanned) else ()

    def rooms(self, engine: Agenda) -> Iterable[str]:
        """Return every room of the plan."""
        return engine.state.rooms

    def room_titles(self, engine: Agenda) -> Mapping[str, str]:
        """Return the rooms' titles as planned."""
        return {id_: room.title for id_, room in engine.state.rooms.items()}

    def keys(self, engine: Agenda, room: str | None) -> Iterable[str]:
        """Return the room, its items in order, and its calls."""
        if room not in engine.index.lines:
            return
        yield "room"
        for entry in engine.index.lines[room]:
            yield f"item/{entry.item.plan.id}"
        for call in engine.index.calls(room):
            yield f"call/{call}"

    def bare_key(self, room: str, key: str) -> str | None:
        """Return the room's id for its room row: nothing else stands on the bare board."""
        return room if key == "room" else None

    def row(self, engine: Agenda, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a row: crew see everything, the stage and the public neither calls nor readiness."""
        home = engine.state.rooms.get(room or "")
        if home is None or audience not in VIEWS:
            return None
        if key == "room":
            return _room_row(engine, home, audience)
        kind, _, name = key.partition("/")
        if kind == "item":
            item = engine.state.items.get(name)
            shown = item is not None and home.id in item.plan.rooms
            return _item_row(engine, item, audience in CREW_VIEWS) if item is not None and shown else None
        if kind == "call" and audience in CREW_VIEWS:
            return _call_row(engine, home.id, name)
        return None


def _of_rooms(engine: Agenda, rooms: Iterable[str]) -> Iterable[Touch]:
    index = engine.index
    items: dict[str, None] = {}
    for room in rooms:
        yield Touch("room", (room,))
        for call in (index.calls_shown.get(room, {}) | dict.fromkeys(index.calls(room))) if room in index.lines else ():
            yield Touch(f"call/{call}", (room,))
        for item, shown in index.shown.items():
            if room in shown:
                items[item] = None
                items.update((other, None) for _, other in index.rivals.get(item, ()))
    for item in items:
        yield Touch(f"item/{item}", tuple(index.shown[item]))


def _of_speaker(engine: Agenda, speaker: str) -> Iterable[Touch]:
    for item in engine.state.items.values():
        if speaker in item.plan.speakers:
            yield Touch(f"item/{item.plan.id}", tuple(engine.index.shown[item.plan.id]))
    for room in engine.index.rooms_of_speaker.get(speaker, ()):
        for call in engine.index.calls(room):
            yield Touch(f"call/{call}", (room,))


def _of_all(engine: Agenda) -> Iterable[Touch]:
    index = engine.index
    for room in index.rooms_shown:
        yield Touch("room", (room,))
        calls = dict(index.calls_shown.get(room, {}))
        if room in index.lines:
            calls |= dict.fromkeys(index.calls(room))
        for call in calls:
            yield Touch(f"call/{call}", (room,))
    for item, rooms in index.shown.items():
        yield Touch(f"item/{item}", tuple(rooms))


def _room_row(engine: Agenda, room: Room, audience: Audience) -> RoomRow:
    outlook = engine.index.outlook(room.id)
    target = None if outlook.day is None else room.targets.get(outlook.day)
    expected = outlook.expected_end
    missing = None if target is None or expected is None else max(0, expected - target)
    message = room.message if audience != PUBLIC_VIEW else None
    return RoomRow(
        id=room.id,
        title=room.title,
        state=_room_state(engine, room, outlook.current, outlook.next),
        item=outlook.current,
        next=outlook.next,
        late=outlook.late,
        end=EndRow(outlook.planned_end, expected, target),
        message=MessageRow(message.id, message.text, message.level, message.seen_by) if message else None,
        rev=room.stamp.rev,
        day=outlook.day,
        mode=room.mode,
        late_from=outlook.late_from,
        to_find=missing if audience != PUBLIC_VIEW else None,
        as_of=room.as_of,
    )


def _room_state(engine: Agenda, room: Room, current: str | None, coming: str | None) -> str:
    if current is not None:
        return engine.state.items[current].facts.state
    return "idle" if coming is not None or not room.order else "ended"


def _item_row(engine: Agenda, item: Item, crew: bool) -> ItemRow:
    plan, facts, index = item.plan, item.facts, engine.index
    span = index.outlook(plan.room).spans[plan.id]
    clashes = [ClashRow(*clash) for clash in index.clashes(item)] if crew else []
    return ItemRow(
        id=plan.id,
        room=plan.room,
        title=plan.title,
        kind=plan.kind,
        speakers=tuple(_speaker_row(engine, key, crew) for key in plan.speakers),
        order=index.orders[plan.id],
        planned=SpanRow(plan.start, plan.end),
        expected=SpanRow(span.start, span.end),
        actual=None if facts.started_at is None else SpanRow(facts.started_at, facts.ended_at),
        duration=item.duration,
        min_duration=item.min_duration,
        start_kind=plan.start_kind,
        end_kind=plan.end_kind,
        gap_kind=plan.gap_kind,
        min_gap=plan.floor,
        optional=plan.optional,
        state=facts.state,
        clock=_clock_row(item) if item.on else None,
        rev=item.stamp.rev,
        day=plan.day,
        gap=plan.gap,
        adjusted=facts.adjusted,
        language=plan.language,
        broadcast=plan.broadcast,
        must_start_by=index.limits(plan.room).get(plan.id) if crew else None,
        live_gap=index.gaps(plan.room).get(plan.id) if crew else None,
        clashes=tuple(clashes),
    )


def _clock_row(item: Item) -> ClockRow:
    """Return the anchor: a fixed end is one as well, since what it leaves is a duration."""
    facts = item.facts
    started = facts.started_at or 0
    at = facts.paused_at if facts.paused_at is not None else started
    return ClockRow(started, clock_end(item, at) - started - facts.paused_total, facts.paused_at, facts.paused_total)


def _speaker_row(engine: Agenda, key: str, crew: bool) -> SpeakerRow:
    speaker = engine.state.speakers.get(key)
    if speaker is None:
        return SpeakerRow(key, "", "unknown" if crew else None, None)
    return SpeakerRow(key, speaker.name, speaker.readiness if crew else None, speaker.eta if crew else None)


def _call_row(engine: Agenda, room: str, key: str) -> CallRow | None:
    call = engine.index.calls(room).get(key)
    if call is None:
        return None
    summons = call.summons if isinstance(call, Call) else call
    speaker = engine.state.speakers.get(summons.speaker or "")
    made = call if isinstance(call, Call) else None
    return CallRow(
        id=summons.id,
        item=summons.item,
        role=summons.role,
        name=speaker.name if speaker is not None else "",
        lead=summons.lead,
        due_at=summons.due_at,
        state=_call_state(engine, made, summons),
        acked_by=made.acked_by if made else None,
        escalated=made.escalated if made else False,
        rev=made.stamp.rev if made else 0,
    )


def _call_state(engine: Agenda, made: Call | None, summons: Summons) -> CallState:
    if made is None:
        return "waiting"
    begun = not engine.state.items[summons.item].upcoming
    return "missed" if begun and made.state == "due" else made.state


CHANNEL = AgendaChannel()
