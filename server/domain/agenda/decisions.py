"""Which decision each command of the agenda has; readiness, calls, undo and previews.

Owns    the table of decisions, and the rules of people, calls, undo and previews.
Never   changes the state.
Used by the agenda engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from server.domain.agenda import commands as c
from server.domain.agenda import deeds, events, keys, planning, proposals, trial
from server.domain.agenda.answers import Desk
from server.domain.agenda.state import CALL_LIFECYCLE, Call, Room, Summons
from server.domain.base import Command, Context, Decision, NotFound
from server.errors import Conflict, IllegalTransition, Malformed


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


def preview(desk: Desk, command: c.PreviewChange, context: Context) -> Decision:
    """Return what a change would come to, changing nothing."""
    wanted = inner(command)
    return Decision((), trial.outcome(desk, DECISIONS[type(wanted)](desk, wanted, context), context))


def inner(command: c.PreviewChange) -> Command:
    """Return the change that a preview asks about.

    Raises:
        Malformed: its arguments do not fit.
    """
    try:
        return msgspec.convert(command.args, c.CHANGES[command.do], strict=True)
    except msgspec.ValidationError as error:
        raise Malformed(f"The arguments of {command.do!r} do not fit: {error}.") from None


def _was_on(desk: Desk, room: Room, key: str) -> bool:
    kept = room.undo.items.get(key) if room.undo is not None else None
    facts = kept.facts if kept is not None else desk.state.items[key].facts
    return facts.state in ("running", "paused")


DECISIONS: Mapping[type[Command], Callable[[Desk, Any, Context], Decision]] = {
    c.ImportAgenda: planning.import_agenda,
    c.StartItem: deeds.start,
    c.FinishItem: deeds.finish,
    c.PauseItem: deeds.pause,
    c.ResumeItem: deeds.resume,
    c.SkipItem: deeds.skip,
    c.RestoreItem: deeds.restore,
    c.NextItem: deeds.next_item,
    c.AdjustItem: deeds.adjust,
    c.EditItem: planning.edit,
    c.MoveItem: planning.move,
    c.SwapItems: planning.swap,
    c.InsertItem: planning.insert,
    c.SuggestPlans: proposals.suggest,
    c.AdoptPlan: proposals.adopt,
    c.ShowMessage: deeds.message,
    c.ClearMessage: deeds.clear_message,
    c.SeeMessage: deeds.seen,
    c.AdvanceRoom: keys.advance,
    c.ToggleRoom: keys.toggle,
    c.GiveTime: keys.give,
    c.ShowPreset: keys.preset,
    c.ExpectLate: keys.expect_late,
    c.RescueRoom: keys.rescue,
    c.PreviewChange: preview,
    c.ReadySpeaker: ready,
    c.AckCall: ack_call,
    c.UndoChange: undo,
}
"""Command type → what decides it."""
