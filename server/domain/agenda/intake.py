"""A source taken over: its items, rooms, target ends, people and lines.

Owns    what reading a source changes.
Never   touches a fact, or refuses.
Used by the agenda's evolution.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.domain.agenda import events, layout, roll
from server.domain.agenda.forecast import Entry
from server.domain.agenda.state import AgendaState, Item, Room, leads_of
from server.domain.base import Recorded
from server.plan import PlannedRoom


def take_over(state: AgendaState, recorded: Recorded, event: events.AgendaPlanned) -> None:
    """Make the plan that of a source; what has happened stays, and what the crew has changed apart from it."""
    state.timezone = event.timezone
    state.leads, state.tickets, state.presets = leads_of(event.leads), dict(event.tickets), event.presets
    state.stamp.touch(recorded)
    retimed = _upsert(state, recorded, event)
    named = {room.id: room for room in event.rooms}
    for item in state.items.values():
        for key in item.plan.rooms:
            named.setdefault(key, PlannedRoom(key, key))
    _settle_rooms(state, recorded, named)
    for room in state.rooms.values():
        room.targets = layout.targets_of(room.id, event.targets)
        _settle_order(state, room, retimed, recorded)


def _upsert(state: AgendaState, recorded: Recorded, event: events.AgendaPlanned) -> set[str]:
    """Upsert the items of a source; return those whose place in their room is to be found anew."""
    for key in layout.difference(state.items, event.items).dropped:
        del state.items[key]
    retimed = set()
    for source in event.items:
        item = state.items.get(source.id)
        if item is None:
            item = state.items[source.id] = Item(source, source)
            item.stamp.touch(recorded)
            retimed.add(source.id)
            continue
        plan = layout.merged(item, source)
        if item.facts.state == "pending" and (plan.room, plan.start) != (item.plan.room, item.plan.start):
            retimed.add(source.id)
        if plan != item.plan:
            item.plan = plan
            item.stamp.touch(recorded)
        item.source = source
    return retimed


def _settle_rooms(state: AgendaState, recorded: Recorded, named: Mapping[str, PlannedRoom]) -> None:
    for key in [key for key in state.rooms if key not in named]:
        del state.rooms[key]
    for key, planned in named.items():
        room = state.rooms.get(key)
        if room is None:
            room = state.rooms[key] = Room(id=key, title=planned.title)
        room.title, room.mode = planned.title, planned.mode
        room.undo = None
        room.stamp.touch(recorded)
        room.as_of = max(room.as_of, recorded.at)


def _settle_order(state: AgendaState, room: Room, retimed: set[str], recorded: Recorded) -> None:
    fresh = not room.order
    own = {key: None for key, item in state.items.items() if item.plan.room == room.id}
    order = list({key: None for key in room.order if key in own} | own)
    room.order = layout.reordered(order, state.items, retimed)
    if fresh:
        room.day = roll.day_at([Entry(state.items[key]) for key in room.order], recorded.at)
