"""What happens in a room by a person's hand: facts of items, and lines for the stage.

Owns    the rules of starting, ending, pausing, leaving out, giving time and messages.
Never   changes the state.
Used by `decisions` and `keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.agenda import commands as c
from server.domain.agenda import events
from server.domain.agenda.answers import Desk, done, told
from server.domain.agenda.state import LIFECYCLE, Item, Room
from server.domain.base import Context, Decision, Event, NotFound
from server.errors import Conflict, IllegalTransition

HINTS: Mapping[str, str] = {
    "pending": "it has not begun; start it first",
    "running": "it is running; pause or finish it first",
    "paused": "it is paused; resume or finish it first",
    "done": "it is over; insert a new item, or undo if that was a mistake",
    "skipped": "it is skipped; restore it first",
}
"""State → what the state allows, for refusals."""


def _step(item: Item, verb: str) -> str:
    """Return the state that a verb leads to.

    Raises:
        IllegalTransition: there is no such step.
    """
    state = item.facts.state
    to = LIFECYCLE.get((state, verb))
    if to is None:
        hint = f"{item.plan.title!r} cannot {verb} while {state}: {HINTS[state]}."
        raise IllegalTransition(hint, {"id": item.plan.id, "state": state})
    return to


def _instant(at: int | None, room: Room, now: int) -> int:
    """Return the instant of a fact told now.

    Raises:
        IllegalTransition: it is in the future, or before the room's last fact.
    """
    if at is None:
        return max(now, room.fact_at)
    if not room.fact_at <= at <= now:
        raise IllegalTransition(
            "Give an instant after the room's last fact and not in the future.",
            {"earliest": room.fact_at, "latest": now},
        )
    return at


def current_of(desk: Desk, room: Room) -> Item | None:
    """Return the room's own item that is on."""
    return next((desk.state.items[key] for key in room.order if desk.state.items[key].on), None)


def _begin(desk: Desk, item: Item, at: int) -> events.ItemStarted:
    room = desk.state.rooms[item.plan.room]
    current = current_of(desk, room)
    return events.ItemStarted(
        room=room.id, item=item.plan.id, at=at, finishes=current.plan.id if current is not None else None
    )


def start(desk: Desk, command: c.StartItem, context: Context) -> Decision:
    """Begin an item and end the one that is on."""
    item = desk.state.items[command.item]
    if item.facts.state == "running":
        return told(item, "running")
    to = _step(item, "start")
    at = _instant(command.at, desk.state.rooms[item.plan.room], context.now)
    return done(item, to, _begin(desk, item, at))


def _fact(verb: str, kind: Callable[..., Event]) -> Callable[[Desk, Any, Context], Decision]:
    def decide(desk: Desk, command: c.FinishItem | c.PauseItem | c.ResumeItem, context: Context) -> Decision:
        item = desk.state.items[command.item]
        to = _step(item, verb)
        at = _instant(command.at, desk.state.rooms[item.plan.room], context.now)
        return done(item, to, kind(room=item.plan.room, item=item.plan.id, at=at))

    return decide


def _turn(verb: str, kind: Callable[..., Event]) -> Callable[[Desk, Any, Context], Decision]:
    def decide(desk: Desk, command: c.OfItem, context: Context) -> Decision:
        item = desk.state.items[command.item]
        return done(item, _step(item, verb), kind(room=item.plan.room, item=item.plan.id))

    return decide


def next_item(desk: Desk, command: c.NextItem, context: Context) -> Decision:
    """Leave the item that is on, and begin the one after it: of the same day, unless nothing is on."""
    room = desk.state.rooms[command.room]
    outlook = desk.index.outlook(room.id)
    current = current_of(desk, room)
    leaving = current.plan.id if current is not None else None
    if command.left not in (leaving, outlook.current):
        detail = {"item": outlook.current, "rev": room.stamp.rev, "by": room.stamp.by, "at": room.stamp.at}
        raise Conflict("The room has moved on: look at what is on now, then ask again.", detail)
    coming = _coming(desk, room, current)
    at = _instant(None, room, context.now)
    result = {"id": room.id, "room": room.id, "item": coming and coming.plan.id, "rev": room.stamp.rev + 1}
    if coming is not None:
        return Decision((_begin(desk, coming, at),), result)
    if current is None:
        raise IllegalTransition("Nothing comes next in this room: insert an item, or restore a skipped one.")
    return Decision((events.ItemFinished(room=room.id, item=current.plan.id, at=at),), result)


def _coming(desk: Desk, room: Room, current: Item | None) -> Item | None:
    items = (desk.state.items[key] for key in room.order)
    days = None if current is None else current.plan.day
    return next((item for item in items if item.upcoming and days in (None, item.plan.day)), None)


def adjust(desk: Desk, command: c.AdjustItem, context: Context) -> Decision:
    """Add time to the running or a coming item, or take it: never more than it has."""
    item = desk.state.items[command.item]
    if item.facts.state in ("done", "skipped"):
        _step(item, "adjust")
    by = max(command.by, -item.duration)
    if by == 0:
        return told(item, item.facts.state)
    return done(item, item.facts.state, events.ItemAdjusted(room=item.plan.room, item=item.plan.id, by=by))


def message(desk: Desk, command: c.ShowMessage, context: Context) -> Decision:
    """Show a line to the stage, in place of any other."""
    event = events.MessageShown(room=command.room, id=context.uid, text=command.text, level=command.level)
    return _said(desk, command.room, context.uid, event)


def clear_message(desk: Desk, command: c.ClearMessage, context: Context) -> Decision:
    """Take the line away, if there is one."""
    shown = desk.state.rooms[command.room].message
    happened = () if shown is None else (events.MessageCleared(room=command.room),)
    return _said(desk, command.room, None if shown is None else shown.id, *happened)


def seen(desk: Desk, command: c.SeeMessage, context: Context) -> Decision:
    """Note that the actor has seen the line, once."""
    shown = desk.state.rooms[command.room].message
    if shown is None or shown.id != command.id:
        raise NotFound("That message is not shown any more: look at the one that is.")
    happened = () if context.by in shown.seen_by else (events.MessageSeen(room=command.room, id=command.id),)
    return _said(desk, command.room, shown.id, *happened)


def _said(desk: Desk, room: str, key: str | None, *happened: Event) -> Decision:
    rev = desk.state.rooms[room].stamp.rev + len(happened)
    return Decision(happened, {"id": key, "room": room, "rev": rev})


finish = _fact("finish", events.ItemFinished)
pause = _fact("pause", events.ItemPaused)
resume = _fact("resume", events.ItemResumed)
skip = _turn("skip", events.ItemSkipped)
restore = _turn("restore", events.ItemRestored)
