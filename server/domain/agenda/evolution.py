"""How each event changes the agenda's state.

Owns    applying events; keeping what `undo` restores.
Never   refuses, or looks at a forecast.
Used by the agenda engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from server.domain.agenda import events, publishing
from server.domain.agenda.intake import take_over
from server.domain.agenda.record import deed_of
from server.domain.agenda.state import (
    AgendaState,
    Before,
    Call,
    Item,
    Kept,
    Message,
    Room,
    Speaker,
    Summons,
)
from server.domain.base import Event, Recorded
from server.roles import SYSTEM

CHANGES: frozenset[type[Event]] = frozenset(
    {
        events.ItemStarted,
        events.ItemFinished,
        events.ItemPaused,
        events.ItemResumed,
        events.ItemSkipped,
        events.ItemRestored,
        events.ItemAdjusted,
        events.ItemEdited,
        events.RoomArranged,
        events.ItemInserted,
        events.PlanAdopted,
        events.MessageShown,
        events.MessageCleared,
        events.DayOpened,
    }
)
"""What `undo` can take back when a person did it, and what a later `undo` cannot reach behind."""

STRUCTURAL: frozenset[type[Event]] = frozenset(
    {events.ItemEdited, events.RoomArranged, events.ItemInserted, events.PlanAdopted, events.ChangeUndone}
)
"""What changes the plan of one room, so that its line has to be derived again."""


def evolve(state: AgendaState, recorded: Recorded) -> None:
    """Apply one recorded event; whatever it names that does not exist is ignored."""
    event = recorded.event
    if isinstance(event, events.RoomEvent):
        room = state.rooms.get(event.room)
        if room is not None:
            deed = deed_of(state, recorded)
            state.deeds += () if deed is None else (deed,)
            _evolve_room(state, room, recorded)
    elif type(event) in _WIDE:
        _WIDE[type(event)](state, recorded, event)


def _evolve_room(state: AgendaState, room: Room, recorded: Recorded) -> None:
    kind = type(recorded.event)
    if kind not in CHANGES:
        _ROOM[kind](state, room, recorded, recorded.event)
        return
    order, message, last, fact_at = list(room.order), room.message, room.last, room.fact_at
    # What is said moves no item: a long day is not looked through for it.
    moves = kind not in events.SAID
    kept = {key: Kept(state.items[key].plan, state.items[key].facts) for key in order} if moves else {}
    _ROOM[kind](state, room, recorded, recorded.event)
    touched: dict[str, Kept | None] = {key: was for key, was in kept.items() if _differs(state.items.get(key), was)}
    touched |= {key: None for key in room.order if moves and key not in kept}
    _touch(state, room, touched, recorded)
    room.undo = None
    if recorded.by != SYSTEM:
        spoke = message is not room.message
        room.undo = Before(
            what=kind.__name__, order=order, items=touched, message=message, spoke=spoke, last=last, fact_at=fact_at
        )


def _differs(item: Item | None, was: Kept) -> bool:
    return item is None or item.plan is not was.plan or item.facts is not was.facts


def _touch(state: AgendaState, room: Room, keys: Mapping[str, object], recorded: Recorded) -> None:
    room.stamp.touch(recorded)
    room.as_of = max(room.as_of, recorded.at)
    for key in keys:
        if key in state.items:
            state.items[key].stamp.touch(recorded)


def _name(state: AgendaState, recorded: Recorded, event: events.SpeakerNamed) -> None:
    state.speakers.setdefault(event.speaker, Speaker()).name = event.name


def _ready(state: AgendaState, recorded: Recorded, event: events.SpeakerReadied) -> None:
    speaker = state.speakers.setdefault(event.speaker, Speaker())
    speaker.readiness, speaker.eta = event.readiness, event.eta
    speaker.stamp.touch(recorded)


def _start(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemStarted) -> None:
    item = state.items.get(event.item)
    if item is None or event.item not in room.order:
        return
    for key in room.order:
        if state.items[key].on and key != event.item:
            _end(state.items[key], event.at)
    place = room.order.index(event.item)
    for index, key in enumerate(room.order):
        facts = state.items[key].facts
        if facts.state == "pending" and facts.passed is not (index < place):
            state.items[key].facts = replace(facts, passed=index < place)
    item.facts = replace(item.facts, state="running", started_at=event.at, passed=False)
    room.last, room.day = event.item, max(room.day, item.plan.day)
    room.fact_at = event.at


def _end(item: Item, at: int) -> None:
    facts = item.facts
    total = facts.paused_total + (0 if facts.paused_at is None else max(0, at - facts.paused_at))
    item.facts = replace(facts, state="done", ended_at=at, paused_at=None, paused_total=total)


def _finish(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemFinished) -> None:
    item = state.items.get(event.item)
    if item is not None and item.on:
        _end(item, event.at)
        room.fact_at = event.at


def _pause(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemPaused) -> None:
    item = state.items.get(event.item)
    if item is not None and item.facts.state == "running":
        item.facts = replace(item.facts, state="paused", paused_at=event.at)
        room.fact_at = event.at


def _resume(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemResumed) -> None:
    item = state.items.get(event.item)
    if item is not None and item.facts.paused_at is not None:
        total = item.facts.paused_total + max(0, event.at - item.facts.paused_at)
        item.facts = replace(item.facts, state="running", paused_at=None, paused_total=total)
        room.fact_at = event.at


def _skip(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemSkipped) -> None:
    item = state.items.get(event.item)
    if item is not None:
        item.facts = replace(item.facts, state="skipped", passed=False)


def _restore(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemRestored) -> None:
    item = state.items.get(event.item)
    if item is None or event.item not in room.order:
        return
    begun = room.order.index(room.last) if room.last in room.order else -1
    item.facts = replace(item.facts, state="pending", passed=room.order.index(event.item) < begun)


def _adjust(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemAdjusted) -> None:
    item = state.items.get(event.item)
    if item is not None:
        item.facts = replace(item.facts, adjusted=item.facts.adjusted + event.by)


def _edit(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemEdited) -> None:
    item = state.items.get(event.plan.id)
    if item is not None:
        item.plan = event.plan


def _arrange(state: AgendaState, room: Room, recorded: Recorded, event: events.RoomArranged) -> None:
    if set(event.order) != set(room.order):
        return
    room.order = list(event.order)
    for placed in event.placed:
        item = state.items[placed.item]
        item.plan = replace(item.plan, start=placed.start, end=placed.end, gap=placed.gap)
    for key in event.moved:
        state.items[key].facts = replace(state.items[key].facts, passed=False)


def _insert(state: AgendaState, room: Room, recorded: Recorded, event: events.ItemInserted) -> None:
    if event.plan.id in state.items:
        return
    place = room.order.index(event.before) if event.before in room.order else len(room.order)
    room.order.insert(place, event.plan.id)
    state.items[event.plan.id] = Item(event.plan)


def _adopt(state: AgendaState, room: Room, recorded: Recorded, event: events.PlanAdopted) -> None:
    added = {plan.id for plan in event.plans if plan.id not in state.items}
    if set(event.order) != set(room.order) | added or any(plan.room != room.id for plan in event.plans):
        return
    for plan in event.plans:
        if plan.id in added:
            state.items[plan.id] = Item(plan)
        else:
            state.items[plan.id].plan = plan
    room.order = list(event.order)
    for key in event.moved:
        _refact(state.items.get(key), passed=False)
    for key in event.dropped:
        _refact(state.items.get(key), state="skipped", passed=False)
    for each in event.shortened:
        item = state.items.get(each.item)
        _refact(item, adjusted=item.facts.adjusted - each.by if item is not None else 0)


def _refact(item: Item | None, **changed: Any) -> None:
    if item is not None:
        item.facts = replace(item.facts, **changed)


def _show(state: AgendaState, room: Room, recorded: Recorded, event: events.MessageShown) -> None:
    room.message = Message(event.id, event.text, event.level)


def _clear(state: AgendaState, room: Room, recorded: Recorded, event: events.MessageCleared) -> None:
    room.message = None


def _see(state: AgendaState, room: Room, recorded: Recorded, event: events.MessageSeen) -> None:
    message = room.message
    if message is None or message.id != event.id or recorded.by in message.seen_by:
        return
    room.message = replace(message, seen_by=(*message.seen_by, recorded.by))
    if room.undo is not None and room.undo.spoke:
        room.undo = None
    _touch(state, room, {}, recorded)


def _open_day(state: AgendaState, room: Room, recorded: Recorded, event: events.DayOpened) -> None:
    room.day = max(room.day, event.day)
    for key in room.order:
        item = state.items[key]
        if item.upcoming and item.plan.day < event.day:
            item.facts = replace(item.facts, passed=True)


def _publish(state: AgendaState, room: Room, recorded: Recorded, event: events.TimesPublished) -> None:
    for announced in event.times:
        item = state.items.get(announced.item)
        if item is not None:
            item.told = publishing.announce(item, announced)


def _undo(state: AgendaState, room: Room, recorded: Recorded, event: events.ChangeUndone) -> None:
    before = room.undo
    if before is None:
        return
    for key, kept in before.items.items():
        if kept is None:
            state.items.pop(key, None)
        elif key in state.items:
            state.items[key].plan, state.items[key].facts = kept.plan, kept.facts
    room.order, room.last, room.fact_at = before.order, before.last, before.fact_at
    if before.spoke:
        room.message = before.message
    room.undo = None
    _touch(state, room, before.items, recorded)


def _make_calls(state: AgendaState, room: Room, recorded: Recorded, event: events.CallsMade) -> None:
    for summons in event.calls:
        _set_call(state, recorded, summons).state = "due"


def _hold_calls(state: AgendaState, room: Room, recorded: Recorded, event: events.CallsHeld) -> None:
    for summons in event.calls:
        _set_call(state, recorded, summons).state = "held"


def _set_call(state: AgendaState, recorded: Recorded, summons: Summons) -> Call:
    """Make a call anew: nobody has acknowledged it yet."""
    call = state.calls.setdefault(summons.id, Call(summons, "due", recorded.at))
    call.summons, call.made_at, call.escalated, call.acked_by = summons, recorded.at, False, None
    call.stamp.touch(recorded)
    return call


def _escalate(state: AgendaState, room: Room, recorded: Recorded, event: events.CallsEscalated) -> None:
    for key in event.calls:
        call = state.calls.get(key)
        if call is not None:
            call.escalated = True
            call.stamp.touch(recorded)


def _ack(state: AgendaState, room: Room, recorded: Recorded, event: events.CallAcked) -> None:
    call = _set_call(state, recorded, event.call)
    call.state, call.acked_by = "acked", recorded.by


_WIDE: Mapping[type[Event], Callable[[AgendaState, Recorded, Any], None]] = {
    events.AgendaPlanned: take_over,
    events.SpeakerNamed: _name,
    events.SpeakerReadied: _ready,
}

_ROOM: Mapping[type[Event], Callable[[AgendaState, Room, Recorded, Any], None]] = {
    events.ItemStarted: _start,
    events.ItemFinished: _finish,
    events.ItemPaused: _pause,
    events.ItemResumed: _resume,
    events.ItemSkipped: _skip,
    events.ItemRestored: _restore,
    events.ItemAdjusted: _adjust,
    events.ItemEdited: _edit,
    events.RoomArranged: _arrange,
    events.ItemInserted: _insert,
    events.PlanAdopted: _adopt,
    events.MessageShown: _show,
    events.MessageCleared: _clear,
    events.MessageSeen: _see,
    events.DayOpened: _open_day,
    events.TimesPublished: _publish,
    events.ChangeUndone: _undo,
    events.CallsMade: _make_calls,
    events.CallsHeld: _hold_calls,
    events.CallsEscalated: _escalate,
    events.CallAcked: _ack,
}
