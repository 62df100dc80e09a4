"""What one key of a button box comes to: verbs that need no item, and survive a finger that presses twice.

Owns    the rules of advancing, toggling, giving time, preset lines and the late guest by one key.
Never   does what no other verb does: each comes to one of theirs.
Used by `decisions`.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.clock import HOUR, SECOND
from server.domain.agenda import commands as c
from server.domain.agenda import deeds, events, proposals
from server.domain.agenda.answers import Desk
from server.domain.agenda.remedies import HERE
from server.domain.agenda.state import Item, Room
from server.domain.base import Context, Decision, NotFound
from server.errors import IllegalTransition

AGAIN = 3 * SECOND
"""A second press within so long after an item began or ended means the same one."""

TOGGLED = SECOND
"""A second press within so long after a pause or its end means the same one."""

AHEAD = 3 * HOUR
"""What is planned to begin later than this is not begun by a key: that is another day."""


def advance(desk: Desk, command: c.AdvanceRoom, context: Context) -> Decision:
    """Leave what is on and begin what is next, once for every press that was meant."""
    room = desk.state.rooms[command.room]
    last = desk.state.items.get(room.last or "")
    if last is not None and context.now - max(last.facts.started_at or 0, last.facts.ended_at or 0) < AGAIN:
        return _again(desk, room)
    current = deeds.current_of(desk, room)
    if current is None:
        _startable(desk, room, context)
    left = None if current is None else current.plan.id
    return deeds.next_item(desk, c.NextItem(room=room.id, left=left), context)


def _again(desk: Desk, room: Room) -> Decision:
    current = deeds.current_of(desk, room)
    item = None if current is None else current.plan.id
    return Decision((), {"id": room.id, "room": room.id, "item": item, "rev": room.stamp.rev, "again": True})


def _startable(desk: Desk, room: Room, context: Context) -> Item:
    """Return the item that a key may begin in a room where nothing is on.

    Raises:
        IllegalTransition: there is none, it is far ahead, or another room's broadcast is on.
    """
    outlook = desk.index.outlook(room.id)
    if outlook.current is not None:
        guest = desk.state.items[outlook.current].plan
        raise IllegalTransition(f"{guest.title!r} is run from room {guest.room!r}: press the key of that room.")
    coming = next((desk.state.items[key] for key in room.order if desk.state.items[key].upcoming), None)
    if coming is None or coming.plan.start - context.now > AHEAD:
        raise IllegalTransition("Nothing is to begin here now: start the item by hand if it is meant after all.")
    return coming


def toggle(desk: Desk, command: c.ToggleRoom, context: Context) -> Decision:
    """Pause what runs, resume what is paused, begin what is next where nothing is on."""
    room = desk.state.rooms[command.room]
    current = deeds.current_of(desk, room)
    if current is None:
        return advance(desk, c.AdvanceRoom(room=room.id), context)
    if context.now - room.fact_at < TOGGLED:
        return _again(desk, room)
    if current.facts.state == "paused":
        return deeds.resume(desk, c.ResumeItem(item=current.plan.id), context)
    return deeds.pause(desk, c.PauseItem(item=current.plan.id), context)


def give(desk: Desk, command: c.GiveTime, context: Context) -> Decision:
    """Give time to what is on, else to what is next, or take it."""
    room = desk.state.rooms[command.room]
    item = deeds.current_of(desk, room) or _startable(desk, room, context)
    return deeds.adjust(desk, c.AdjustItem(item=item.plan.id, by=command.by), context)


def preset(desk: Desk, command: c.ShowPreset, context: Context) -> Decision:
    """Show the stage one of the lines that the event has ready."""
    ready = desk.state.presets
    if command.number > len(ready):
        raise NotFound(f"There is no message {command.number}: this event has {len(ready)}, numbered from 1.")
    line = ready[command.number - 1]
    current = deeds.current_of(desk, desk.state.rooms[command.room])
    text = line.in_language(command.language, None if current is None else current.plan.language)
    return deeds.message(desk, c.ShowMessage(room=command.room, text=text, level=line.level), context)


def expect_late(desk: Desk, command: c.ExpectLate, context: Context) -> Decision:
    """Note that whoever of the next item is not there comes later, and say what could be done about it."""
    room = desk.state.rooms[command.room]
    item = _next_own(desk, room)
    absent = [key for key in item.plan.speakers if key in desk.state.speakers and not _is_here(desk, key)]
    if not absent:
        raise IllegalTransition(f"Nobody of {item.plan.title!r} is missing: set who is away on the desk first.")
    due = max(context.now, desk.index.outlook(room.id).spans[item.plan.id].start or 0)
    eta = due + command.by
    offers = proposals.suggest(desk, c.SuggestPlans(room=room.id, item=item.plan.id, available_at=eta), context)
    known = {key: desk.state.speakers[key] for key in absent}
    fresh = [key for key, each in known.items() if (each.readiness, each.eta) != ("away", eta)]
    told = [events.SpeakerReadied(speaker=key, readiness="away", eta=eta) for key in fresh]
    return Decision(tuple(told), {"id": item.plan.id, "title": item.plan.title, "eta": eta, **offers.result})


def rescue(desk: Desk, command: c.RescueRoom, context: Context) -> Decision:
    """Take over the best plan for the first item whose people come too late for it."""
    room = desk.state.rooms[command.room]
    late = next(_late_items(desk, room), None)
    if late is None:
        raise IllegalTransition("Nobody who is on soon has told a late arrival: press the key for a late guest first.")
    item, eta = late
    offers = proposals.suggest(desk, c.SuggestPlans(room=room.id, item=item.plan.id, available_at=eta), context)
    best = proposals.first(offers)
    adopted = proposals.adopt(desk, c.AdoptPlan(proposal=best["id"]), context)
    return Decision(adopted.events, {**adopted.result, "summary": best["summary"]})


def _next_own(desk: Desk, room: Room) -> Item:
    key = desk.index.outlook(room.id).next
    item = None if key is None else desk.state.items[key]
    if item is None or item.plan.room != room.id:
        raise IllegalTransition("Nothing of this room is next: choose the item on the desk.")
    return item


def _is_here(desk: Desk, speaker: str) -> bool:
    return desk.state.speakers[speaker].readiness in HERE


def _late_items(desk: Desk, room: Room) -> Iterator[tuple[Item, int]]:
    """Yield the coming items that somebody has told too late an arrival for, with when all of them are there."""
    spans = desk.index.outlook(room.id).spans
    for item in (desk.state.items[key] for key in room.order):
        start = spans[item.plan.id].start
        known = [desk.state.speakers[key] for key in item.plan.speakers if key in desk.state.speakers]
        eta = max((each.eta for each in known if each.eta is not None and each.readiness not in HERE), default=0)
        if item.upcoming and start is not None and eta > start:
            yield item, eta
