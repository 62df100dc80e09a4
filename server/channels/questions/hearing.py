"""What other channels' events mean for questions.

Owns    who is in the house and who holds which ticket (check-in), what runs and when it ends (agenda), and the events
        by which Q&A opens and closes with the items of the agenda.
Never   decides what a question may do.
Used by the channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.clock import Instant, after
from server.domain.agenda.events import (
    AgendaPlanned,
    ChangeUndone,
    ItemAdjusted,
    ItemFinished,
    ItemPaused,
    ItemResumed,
    ItemStarted,
    RoomEvent,
)
from server.domain.agenda.evolution import CHANGES
from server.domain.agenda.state import ItemPlan
from server.domain.base import Event, Recorded
from server.domain.checkin import ScanAnnulled, Scanned, TicketBound
from server.domain.questions import Questions, events
from server.domain.questions.timetable import Slot, Timetable
from server.roles import SYSTEM

Hear = Callable[[Questions, Recorded], None]


def hear_checkin(engine: Questions, recorded: Recorded) -> None:
    """Note who is in the house: it decides from which side a question comes; and who holds which ticket."""
    presence = engine.state.presence
    match recorded.event:
        case TicketBound() as bound:
            engine.bound(bound.person, bound.attendee)
        case Scanned() as scan:
            presence.passed(scan.attendee, Instant(scan.at), scan.type == "entry")
        case ScanAnnulled() as annulled:
            presence.annulled(annulled.attendee)


def hear_agenda(engine: Questions, recorded: Recorded) -> None:
    """Note what runs and how long it takes."""
    timetable, event = engine.state.timetable, recorded.event
    if isinstance(event, AgendaPlanned):
        timetable.planned({plan.id: _slot(plan) for plan in event.items})
    elif isinstance(event, ChangeUndone):
        timetable.undone(event.room, event.current)
    elif isinstance(event, RoomEvent):
        if type(event) in CHANGES:
            _remember(timetable, event, recorded.by)
        _change(timetable, event)
        _tick(timetable, event)
    engine.scheduled(rooms_of(engine, event), recorded.at)


def rooms_of(engine: Questions, event: Event) -> Sequence[str]:
    """Return the rooms whose Q&A an event of the agenda concerns."""
    if not isinstance(event, RoomEvent) or isinstance(event, ChangeUndone):
        return tuple(engine.state.rooms) if isinstance(event, AgendaPlanned | ChangeUndone) else ()
    run = engine.state.timetable.runs.get(event.room)
    items = (getattr(event, "item", ""), getattr(event, "finishes", None), None if run is None else run.item)
    shown = (engine.state.timetable.rooms_of(item) for item in items if item)
    rooms = dict.fromkeys((event.room, *(room for some in shown for room in some)))
    return tuple(room for room in rooms if room in engine.state.rooms)


def react_to_agenda(engine: Questions, recorded: Recorded) -> Sequence[Event]:
    """Return the openings and closings of Q&A that follow from what began or ended, if the event wants any."""
    grace = engine.state.close_after_item
    if grace is None:
        return ()
    event, timetable = recorded.event, engine.state.timetable
    ended = event.item if isinstance(event, ItemFinished) else getattr(event, "finishes", None)
    came: list[Event] = []
    for key in rooms_of(engine, event):
        room = engine.state.rooms[key]
        slot = timetable.slots.get(ended or "")
        if timetable.running(key) is not None:
            if room.closed_with is not None and room.state != "open":
                came.append(events.QaOpened(room=key))
        elif slot is not None and slot.kind != "break" and key in slot.rooms and room.state == "open":
            at = Instant(max(recorded.at, after(Instant(getattr(event, "at", recorded.at)), grace)))
            came.append(events.QaClosing(room=key, closes_at=at, item=ended))
    return came


def _remember(timetable: Timetable, event: RoomEvent, by: str) -> None:
    """Remember what an undo brings back: it takes back what a person did, and only the last of it."""
    if by == SYSTEM:
        timetable.forget(event.room)
        return
    moved = [*getattr(event, "placed", ()), *getattr(event, "shortened", ())]
    items = [getattr(event, "item", ""), *(plan.id for plan in _plans(event)), *(each.item for each in moved)]
    timetable.remember(event.room, tuple(dict.fromkeys(item for item in items if item)))


def _plans(event: RoomEvent) -> Sequence[ItemPlan]:
    plan = getattr(event, "plan", None)
    return getattr(event, "plans", ()) if plan is None else (plan,)


def _change(timetable: Timetable, event: RoomEvent) -> None:
    """Apply what an event says of the length of items, whichever event it is."""
    for plan in _plans(event):
        timetable.put(plan.id, _slot(plan))
    for placed in getattr(event, "placed", ()):
        timetable.placed(placed.item, placed.start, placed.end)
    for given in getattr(event, "shortened", ()):
        timetable.lengthened(given.item, -given.by)
    if isinstance(event, ItemAdjusted):
        timetable.lengthened(event.item, event.by)


def _tick(timetable: Timetable, event: RoomEvent) -> None:
    """Apply what an event says of what runs."""
    match event:
        case ItemStarted():
            timetable.started(event.room, event.item, event.at)
        case ItemFinished():
            timetable.finished(event.room, event.item)
        case ItemPaused():
            timetable.paused(event.room, event.at)
        case ItemResumed():
            timetable.resumed(event.room, event.at)


def _slot(plan: ItemPlan) -> Slot:
    ends = plan.end if plan.end_kind == "fixed" else None
    return Slot(plan.rooms, plan.kind, max(0, plan.end - plan.start), ends)


HEARS: Mapping[type[Event], Hear] = {
    **dict.fromkeys((TicketBound, Scanned, ScanAnnulled), hear_checkin),
    **dict.fromkeys((*CHANGES, AgendaPlanned, ChangeUndone), hear_agenda),
}

REACTS: Mapping[type[Event], Callable[[Questions, Recorded], Sequence[Event]]] = dict.fromkeys(
    (ItemStarted, ItemFinished, ChangeUndone), react_to_agenda
)
