"""The rows of the agenda: what stands on a board, and how each is read from the engine.

Owns    the row types of the channel and their making.
Never   decides which rows exist or who may have them.
Used by the agenda channel.
"""

from __future__ import annotations

import msgspec

from server.domain.agenda import Agenda
from server.domain.agenda.band import Band
from server.domain.agenda.forecast import clock_end
from server.domain.agenda.state import Call, CallRole, CallState, Item, ItemState, Level, Readiness, Room, Summons
from server.plan import EndKind, GapKind, ItemKind, StartKind
from server.roles import PUBLIC_VIEW, Audience


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
        band: when its day may end, by what has run over today; null while fewer than two talks are over. The crew's.
        clock: the anchor of what is on, for screens that do not read the items.
        item_title, next_title: what is on and what is next, for screens that do not read the items.
    """

    id: str
    title: str
    state: str
    item: str | None
    item_title: str | None
    next: str | None
    next_title: str | None
    late: int
    end: EndRow
    message: MessageRow | None
    rev: int
    day: int | None
    mode: str
    late_from: int | None
    to_find: int | None
    as_of: int
    band: Band | None
    clock: ClockRow | None


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
        public: from and to when the public is told that it lasts: in steps, apart from what the crew expects.
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
    public: SpanRow


class PresetRow(msgspec.Struct, frozen=True):
    """A line for the stage that the event has ready: `number` counts from 1, `text` is by language tag."""

    number: int
    level: Level
    text: dict[str, str]


class PresetsRow(msgspec.Struct, frozen=True):
    """The lines for the stage that `preset` shows."""

    presets: tuple[PresetRow, ...]


class ChangeRow(msgspec.Struct, frozen=True):
    """One re-timing of the room; its boards show the latest twelve.

    Attributes:
        what: the name of the event.
        item, title: what it is about; null for the room as a whole.
        effect: the time that it adds; negative: takes.
        detail: the members that were edited, the items that were moved, the event that was taken back.
    """

    id: str
    at: int
    by: str
    what: str
    item: str | None
    title: str | None
    effect: int
    detail: str


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


def room_row(engine: Agenda, room: Room, audience: Audience) -> RoomRow:
    """Return the row of a room; the public sees neither its message nor what it is short of."""
    outlook = engine.index.outlook(room.id)
    on = engine.state.items[outlook.current] if outlook.current is not None else None
    target = None if outlook.day is None else room.targets.get(outlook.day)
    expected = outlook.expected_end
    missing = None if target is None or expected is None else max(0, expected - target)
    message = room.message if audience != PUBLIC_VIEW else None
    return RoomRow(
        id=room.id,
        title=room.title,
        state=_room_state(engine, room, outlook.current, outlook.next),
        item=outlook.current,
        item_title=_title(engine, outlook.current),
        next=outlook.next,
        next_title=_title(engine, outlook.next),
        late=outlook.late,
        end=EndRow(outlook.planned_end, expected, target),
        message=MessageRow(message.id, message.text, message.level, message.seen_by) if message else None,
        rev=room.stamp.rev,
        day=outlook.day,
        mode=room.mode,
        late_from=outlook.late_from,
        to_find=missing if audience != PUBLIC_VIEW else None,
        as_of=room.as_of,
        band=engine.index.band(room.id) if audience != PUBLIC_VIEW else None,
        clock=_clock_row(on) if on is not None else None,
    )


def _title(engine: Agenda, item: str | None) -> str | None:
    return None if item is None else engine.state.items[item].plan.title


def _room_state(engine: Agenda, room: Room, current: str | None, coming: str | None) -> str:
    if current is not None:
        return engine.state.items[current].facts.state
    return "idle" if coming is not None or not room.order else "ended"


def item_row(engine: Agenda, item: Item, crew: bool) -> ItemRow:
    """Return the row of an item, with what only the crew sees if it is for them."""
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
        public=SpanRow(item.public.start, item.public.end),
    )


def presets_row(engine: Agenda) -> PresetsRow:
    """Return the row of the lines for the stage."""
    ready = engine.state.presets
    return PresetsRow(tuple(PresetRow(number, each.level, each.texts) for number, each in enumerate(ready, 1)))


def change_row(engine: Agenda, room: str, key: str) -> ChangeRow | None:
    """Return the row of a re-timing that the room shows, or None."""
    deed = engine.index.latest_changes(room).get(int(key)) if key.isascii() and key.isdigit() else None
    if deed is None:
        return None
    item = engine.state.items.get(deed.item or "")
    title = None if item is None else item.plan.title
    return ChangeRow(key, deed.at, deed.by, deed.what, deed.item, title, deed.effect, deed.detail)


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


def call_row(engine: Agenda, room: str, key: str) -> CallRow | None:
    """Return the row of a call that the room shows, or None."""
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
