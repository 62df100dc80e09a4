"""What commands come to while an event runs: facts, or a refusal that says what to do instead.

Owns    the rules of starting, pausing, leaving out, messages, readiness, calls and undo.
Never   changes the state.
Used by the agenda engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.agenda import commands as c
from server.domain.agenda import events, planning, proposals
from server.domain.agenda.answers import Desk, done, told
from server.domain.agenda.state import CALL_LIFECYCLE, LIFECYCLE, Call, Item, Room, Summons
from server.domain.base import Command, Context, Decision, Event, NotFound
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


def _current(desk: Desk, room: Room) -> Item | None:
    return next((desk.state.items[key] for key in room.order if desk.state.items[key].on), None)


def _begin(desk: Desk, item: Item, at: int) -> events.ItemStarted:
    room = desk.state.rooms[item.plan.room]
    current = _current(desk, room)
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
    current = _current(desk, room)
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


def ready(desk: Desk, command: c.ReadySpeaker, context: Context) -> Decision:
    """Note how far a speaker is."""
    speaker = desk.state.speakers[command.speaker]
    result = {"id": command.speaker, "readiness": command.readiness, "eta": command.eta, "rev": speaker.stamp.rev}
    if (speaker.readiness, speaker.eta) == (command.readiness, command.eta):
        return Decision((), result)
    event = events.SpeakerReadied(speaker=command.speaker, readiness=command.readiness, eta=command.eta)
    return Decision((event,), result | {"rev": speaker.stamp.rev + 1})


def ack_call(desk: Desk, command: c.AckCall, context: Context) -> Decision:
    """Note that the person was told; telling it twice changes nothing."""
    summons, call = found_call(desk, command.call)
    state = "waiting" if call is None else call.state
    rev = 0 if call is None else call.stamp.rev
    result = {"id": command.call, "state": "acked", "rev": rev}
    if state == "acked":
        return Decision((), result)
    item = desk.state.items[summons.item]
    if not item.upcoming or (state, "ack") not in CALL_LIFECYCLE:
        raise IllegalTransition(f"{item.plan.title!r} has begun or is off: there is nobody to call for it any more.")
    event = events.CallAcked(room=item.plan.room, call=summons)
    return Decision((event,), result | {"rev": rev + 1})


def found_call(desk: Desk, key: str) -> tuple[Summons, Call | None]:
    """Return a call by its id, and how it stands if it was made.

    Raises:
        NotFound: no room has it.
    """
    call = desk.state.calls.get(key)
    if call is not None and call.summons.item in desk.state.items:
        return call.summons, call
    for room in desk.state.rooms:
        waiting = desk.index.calls(room).get(key)
        if isinstance(waiting, Summons):
            return waiting, None
    raise NotFound(f"There is no call {key!r}: take its id from the row of the call.")


def undo(desk: Desk, command: c.UndoChange, context: Context) -> Decision:
    """Take back the room's last change."""
    room = desk.state.rooms[command.room]
    if room.undo is None:
        detail = {"rev": room.stamp.rev, "by": room.stamp.by, "at": room.stamp.at}
        raise Conflict("There is nothing to take back: something newer builds on the last change.", detail)
    current = next((key for key in room.undo.order if _was_on(desk, room, key)), None)
    result = {"id": room.id, "room": room.id, "undone": room.undo.what, "item": current, "rev": room.stamp.rev + 1}
    return Decision((events.ChangeUndone(room=room.id, what=room.undo.what, current=current),), result)


def _was_on(desk: Desk, room: Room, key: str) -> bool:
    kept = room.undo.items.get(key) if room.undo is not None else None
    facts = kept.facts if kept is not None else desk.state.items[key].facts
    return facts.state in ("running", "paused")


DECISIONS: Mapping[type[Command], Callable[[Desk, Any, Context], Decision]] = {
    c.ImportAgenda: planning.import_agenda,
    c.StartItem: start,
    c.FinishItem: _fact("finish", events.ItemFinished),
    c.PauseItem: _fact("pause", events.ItemPaused),
    c.ResumeItem: _fact("resume", events.ItemResumed),
    c.SkipItem: _turn("skip", events.ItemSkipped),
    c.RestoreItem: _turn("restore", events.ItemRestored),
    c.NextItem: next_item,
    c.AdjustItem: adjust,
    c.EditItem: planning.edit,
    c.MoveItem: planning.move,
    c.SwapItems: planning.swap,
    c.InsertItem: planning.insert,
    c.SuggestPlans: proposals.suggest,
    c.AdoptPlan: proposals.adopt,
    c.ShowMessage: message,
    c.ClearMessage: clear_message,
    c.SeeMessage: seen,
    c.ReadySpeaker: ready,
    c.AckCall: ack_call,
    c.UndoChange: undo,
}
"""Command type → what decides it."""
