"""What the devices engine hears of the agenda: which item is on, who speaks in it, and when it ends.

Owns    the translation of the agenda's events for the devices' programme.
Never   decides anything.
Used by the devices channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.clock import Duration, Instant
from server.domain.agenda import events as agenda
from server.domain.agenda.state import ItemPlan
from server.domain.base import Event, Recorded
from server.domain.devices import DevicesEngine
from server.domain.devices.programme import ShownItem


def _planned(engine: DevicesEngine, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, agenda.AgendaPlanned)
    programme = engine.programme
    for item in event.items:
        programme.plan(item.id, _shown(item))
    programme.keep([item.id for item in event.items])


def _edited(engine: DevicesEngine, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, agenda.ItemEdited | agenda.ItemInserted)
    engine.programme.plan(event.plan.id, _shown(event.plan))


def _moved_on(engine: DevicesEngine, recorded: Recorded) -> None:
    programme = engine.programme
    match recorded.event:
        case agenda.ItemStarted(item=item, at=at):
            programme.start(item, Instant(at))
        case agenda.ItemFinished(item=item):
            programme.finish(item)
        case agenda.ItemPaused(item=item, at=at):
            programme.pause(item, Instant(at))
        case agenda.ItemResumed(item=item, at=at):
            programme.resume(item, Instant(at))
        case agenda.ItemAdjusted(item=item, by=by):
            programme.adjust(item, by)
        case agenda.ChangeUndone(room=room, current=current):
            programme.undo(room, current)


def _shown(item: ItemPlan) -> ShownItem:
    """Return what devices care for of a planned item of the agenda."""
    return ShownItem(
        room=item.room,
        title=item.title,
        speakers=list(item.speakers),
        duration=Duration(item.end - item.start),
        fixed_end=Instant(item.end) if item.end_kind == "fixed" else None,
    )


HEARS: Mapping[type[Event], Callable[[Any, Recorded], None]] = {
    agenda.AgendaPlanned: _planned,
    agenda.ItemInserted: _edited,
    agenda.ItemEdited: _edited,
    agenda.ItemStarted: _moved_on,
    agenda.ItemFinished: _moved_on,
    agenda.ItemPaused: _moved_on,
    agenda.ItemResumed: _moved_on,
    agenda.ItemAdjusted: _moved_on,
    agenda.ChangeUndone: _moved_on,
}
