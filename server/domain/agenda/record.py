"""The as-run record: what moved a room's times, by whom, and by how much.

Owns    which events are re-timings, and what each of them came to.
Never   changes the state.
Used by the agenda's evolution, which keeps what is returned here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.agenda import events
from server.domain.agenda.forecast import clock_end
from server.domain.agenda.state import AgendaState, Deed, ItemPlan
from server.domain.base import Event, Recorded


def deed_of(state: AgendaState, recorded: Recorded) -> Deed | None:
    """Return what an event that is about to be applied does to its room's times; None when it does nothing to them."""
    event = recorded.event
    kind = type(event)
    if kind not in _EFFECTS or not isinstance(event, events.RoomEvent):
        return None
    item = getattr(event, "item", None)
    if item is None and isinstance(event, events.ItemEdited | events.ItemInserted):
        item = event.plan.id
    known = item is None or item in state.items or isinstance(event, events.ItemInserted)
    if not known:
        return None
    at = getattr(event, "at", recorded.at)
    detail = _DETAILS[kind](state, event) if kind in _DETAILS else ""
    return Deed(at, recorded.by, event.room, kind.__name__, item, _EFFECTS[kind](state, event), detail)


def _members(state: AgendaState, event: events.ItemEdited) -> str:
    """Return the names of the members of a plan that an edit changes."""
    was = state.items.get(event.plan.id)
    names = [name for name in ItemPlan.__struct_fields__ if was is None or _differs(was.plan, event.plan, name)]
    return ",".join(names)


def _differs(one: ItemPlan, other: ItemPlan, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _started(state: AgendaState, event: events.ItemStarted) -> int:
    return event.at - state.items[event.item].plan.start


def _finished(state: AgendaState, event: events.ItemFinished) -> int:
    return event.at - clock_end(state.items[event.item], event.at)


def _resumed(state: AgendaState, event: events.ItemResumed) -> int:
    return event.at - (state.items[event.item].facts.paused_at or event.at)


def _edited(state: AgendaState, event: events.ItemEdited) -> int:
    was = state.items.get(event.plan.id)
    return 0 if was is None else event.plan.end - event.plan.start - was.plan.end + was.plan.start


def _adopted(state: AgendaState, event: events.PlanAdopted) -> int:
    added = sum(plan.end - plan.start for plan in event.plans if plan.id not in state.items)
    dropped = sum(state.items[key].duration for key in event.dropped if key in state.items)
    return added - dropped - sum(each.by for each in event.shortened)


_DETAILS: Mapping[type[Event], Callable[[AgendaState, Any], str]] = {
    events.ItemEdited: _members,
    events.ChangeUndone: lambda state, event: event.what,
    events.RoomArranged: lambda state, event: ",".join(event.moved),
}
"""What else is kept of a re-timing: the members edited, the event taken back, the items moved."""

_EFFECTS: Mapping[type[Event], Callable[[AgendaState, Any], int]] = {
    events.ItemStarted: _started,
    events.ItemFinished: _finished,
    events.ItemPaused: lambda state, event: 0,
    events.ItemResumed: _resumed,
    events.ItemAdjusted: lambda state, event: event.by,
    events.ItemSkipped: lambda state, event: -state.items[event.item].duration,
    events.ItemRestored: lambda state, event: state.items[event.item].duration,
    events.ItemEdited: _edited,
    events.ItemInserted: lambda state, event: event.plan.end - event.plan.start,
    events.RoomArranged: lambda state, event: 0,
    events.PlanAdopted: _adopted,
    events.ChangeUndone: lambda state, event: 0,
}
"""Re-timings, each with the time that it adds (or takes, if negative), in milliseconds.

A start counts from the planned start, a finish from what the clock allowed.
"""
