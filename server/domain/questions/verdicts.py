"""The deciding half: what each command comes to.

Owns    every rule that can refuse a command, and the events that an accepted one means.
Never   changes anything (but claims, which are live).
Used by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from server.clock import SECOND, Instant
from server.domain.base import Command, Context, Decision, Event
from server.domain.questions import commands as c
from server.domain.questions import events as e
from server.domain.questions.asking import check_pace, looked_through, similar_to, submit, vote
from server.domain.questions.delay import clamped, delay_of_mark
from server.domain.questions.fairness import desk
from server.domain.questions.flying import is_wanted
from server.domain.questions.ledger import Ledger
from server.domain.questions.lifecycle import (
    EDITABLE,
    MERGE_TARGETS,
    MERGEABLE,
    REPLIED_STATES,
    STEPS,
    VOTING_STATES,
    State,
    public_body,
)
from server.domain.questions.live import Claims, Exposures
from server.domain.questions.state import Act, Question, Room
from server.domain.questions.text import print_of
from server.errors import Conflict, IllegalTransition, Malformed
from server.filters import masked

UNDO_LASTS = 10 * SECOND
"""How long one's own act can be taken back, in milliseconds."""


def plan(ledger: Ledger, command: c.Import, context: Context) -> Decision:
    """Take over what the folder says."""
    return Decision([e.QuestionRoomsImported(**msgspec.structs.asdict(command))])


# Steps of a question's life ---------------------------------------------------------------------------------------


def step(ledger: Ledger, command: c.StepCommand, context: Context) -> Decision:
    """Take a step that the transition table has for the question's state."""
    question = ledger.question(command.question)
    if isinstance(command, c.Approve) and question.standing.is_altered and is_wanted(ledger, question):
        return Decision([e.QuestionApproved(question=question.id)], _moved(question, question.standing.state))
    to = _destination(question, command.step)
    kind = e.STEP_EVENTS[command.step]
    if isinstance(command, c.Reject):
        events: list[Event] = [e.QuestionRejected(question=question.id, reason=command.reason or None)]
    elif isinstance(command, c.Next):
        events = [e.QuestionNext(question=question.id, replaces=_room(ledger, question).slots.next)]
    elif isinstance(command, c.Defer):
        events = [e.QuestionDeferred(question=question.id, subject=question.subject, reply=command.reply)]
    else:
        events = [kind(question=question.id)]
    if question.standing.state == "on_air":
        events.append(e.TakenBack(room=question.room, former=question.author))
    return Decision(events, _moved(question, to))


def air(ledger: Ledger, command: c.Air, context: Context) -> Decision:
    """Put a question on air, if what it replaces is still what is on air."""
    question = ledger.question(command.question)
    room = _room(ledger, question)
    if command.replaces != room.slots.on_air:
        detail = {"key": "qa", "row": msgspec.to_builtins(desk(ledger, room)), "rev": room.stamp.rev}
        raise Conflict(
            "Another question went on air meanwhile; look at the stage, then choose again.",
            {**detail, "by": room.stamp.by, "at": room.stamp.at},
        )
    to = _destination(question, "air")
    aired = e.QuestionAired(question=question.id, replaces=command.replaces)
    return Decision([aired, _handover(ledger, question, context.now)], _moved(question, to))


def merge(ledger: Ledger, command: c.Merge, context: Context) -> Decision:
    """Join a question into another of the same room."""
    question, into = ledger.question(command.question), ledger.question(command.into)
    if question is into or question.room != into.room:
        raise IllegalTransition("Choose another question of the same room to merge it into.")
    if question.standing.state not in MERGEABLE or into.standing.state not in MERGE_TARGETS:
        raise IllegalTransition("Only questions that are still open can be merged; reopen it first.")
    return Decision([e.QuestionMerged(question=question.id, into=into.id)], _moved(question, "merged"))


def unmerge(ledger: Ledger, command: c.Unmerge, context: Context) -> Decision:
    """Part a question again, in the state it had."""
    question = ledger.question(command.question)
    into, former = question.standing.merged_into, question.standing.merged_from
    if into is None or former is None:
        raise IllegalTransition("This question is not merged into another.")
    event = e.QuestionUnmerged(question=question.id, into=into)
    return Decision([event], _moved(question, parted(former)))


def parted(former: State) -> State:
    """Return the state after a merge is taken apart: the one before, but the place of `next` may be taken by now."""
    return "shortlisted" if former == "next" else former


def undo(ledger: Ledger, command: c.Undo, context: Context) -> Decision:
    """Take back one's own last act, if nothing newer builds on it."""
    question = ledger.question(command.question)
    act = ledger.state.acts.get(question.id)
    if act is None or context.now - act.at > UNDO_LASTS:
        raise IllegalTransition("There is no act of the last ten seconds to take back here.")
    if act.by != context.by or not _intact(ledger, act):
        raise Conflict(
            "Something newer builds on this; look at it again, then decide.",
            {"by": changed_by(ledger, question), "at": question.stamp.at},
        )
    room = _room(ledger, question)
    hosts = {
        stand.merged_into for stand in (*act.before.values(), *act.after.values()) if stand.merged_into is not None
    }
    events: list[Event] = [e.ActUndone(question=question.id, restored=sorted(hosts.union(act.before)))]
    back = act.slots_before.on_air
    if back != room.slots.on_air and act.slots_before != act.slots_after:
        if back is None:
            events.append(e.TakenBack(room=room.id, former=_former(ledger, room)))
        else:
            events.append(_handover(ledger, ledger.question(back), act.before[back].on_air_at or context.now))
    return Decision(events, _moved(question, act.before[question.id].state))


def changed_by(ledger: Ledger, question: Question) -> str | None:
    """Return who changed a question last; never which person its author is, since that may be nobody's business."""
    by = question.stamp.by
    return "author" if by in ledger.devices(question.author) else by


def _intact(ledger: Ledger, act: Act) -> bool:
    questions = ledger.state.questions
    if any(questions[key].standing != standing for key, standing in act.after.items()):
        return False
    room = questions[next(iter(act.after))].room
    return act.slots_before == act.slots_after or ledger.state.rooms[room].slots == act.slots_after


def _destination(question: Question, step: str) -> State:
    to = STEPS[step].get(question.standing.state)
    if to is None:
        allowed = ", ".join(sorted(STEPS[step]))
        raise IllegalTransition(
            f"Question {question.number} is {question.standing.state}; {step} needs one that is {allowed}.",
            {"state": question.standing.state, "allowed": sorted(STEPS[step])},
        )
    return to


def _former(ledger: Ledger, room: Room) -> str | None:
    return None if room.slots.on_air is None else ledger.state.questions[room.slots.on_air].author


def _handover(ledger: Ledger, question: Question, since: Instant) -> e.HandedOver:
    return e.HandedOver(
        room=question.room,
        question=question.id,
        number=question.number,
        origin=question.origin,
        author=question.author,
        subject=question.subject,
        name=None if question.name is None else masked(question.name, question.standing.hits, "name"),
        body=public_body(question.standing),
        since=since,
        former=_former(ledger, _room(ledger, question)),
    )


def _room(ledger: Ledger, question: Question) -> Room:
    return ledger.state.rooms[question.room]


def _moved(question: Question, to: State) -> dict[str, object]:
    return {"id": question.id, "number": question.number, "state": to, "rev": question.stamp.rev + 1}


# What moderators note on a question -------------------------------------------------------------------------------


def edit(ledger: Ledger, command: c.Edit, context: Context) -> Decision:
    """Change the text: a moderator before it is on air, its author before anybody reviewed it."""
    question = ledger.question(command.question)
    by_author = context.role == "attendee"
    if question.standing.state != "pending" and by_author:
        raise IllegalTransition("This question has been reviewed; withdraw it and ask again.")
    if question.standing.state not in EDITABLE:
        raise IllegalTransition("Only a question that waits can be edited; take it off the stage or reopen it first.")
    state = question.standing.state
    if command.body == question.standing.body:
        return Decision(result={**_moved(question, state), "rev": question.stamp.rev})
    hits = looked_through(ledger, command.body, question.name)
    reviewed = {hit.same() for hit in question.standing.hits}
    held = state != "held" and any(hit.tier == "hold" and hit.same() not in reviewed for hit in hits)
    similar = similar_to(ledger, _room(ledger, question), print_of(command.body), question.id)
    event = e.QuestionEdited(
        question=question.id,
        subject=question.subject,
        body=command.body,
        by_author=by_author,
        similar=similar,
        unlike=tuple(key for key in question.similar if key not in similar),
        hits=hits,
        held=held,
    )
    return Decision([event], _moved(question, "held" if held else state))


def reply(ledger: Ledger, command: c.Reply, context: Context) -> Decision:
    """Answer in writing."""
    question = ledger.question(command.question)
    state = question.standing.state
    if state not in REPLIED_STATES:
        raise IllegalTransition(
            f"Question {question.number} is {state}; defer it first, then answer it in writing.",
            {"state": state, "allowed": sorted(REPLIED_STATES)},
        )
    if command.reply == question.standing.reply:
        return Decision(result={**_moved(question, state), "rev": question.stamp.rev})
    event = e.QuestionReplied(question=question.id, subject=question.subject, reply=command.reply)
    return Decision([event], _moved(question, state))


def label(ledger: Ledger, command: c.SetLabel, context: Context) -> Decision:
    """Add or take off a label; doing so twice changes nothing."""
    question = ledger.question(command.question)
    if (command.label in question.standing.labels) == command.on:
        return Decision(result={"labels": list(question.standing.labels)})
    others = [each for each in question.standing.labels if each != command.label]
    event = e.QuestionLabelled(question=question.id, label=command.label, on=command.on)
    return Decision([event], {"labels": [*others, command.label] if command.on else others})


def assign(ledger: Ledger, command: c.Assign, context: Context) -> Decision:
    """Say who is to answer."""
    question = ledger.question(command.question)
    assignee = command.assignee or None
    changed = [e.QuestionAssigned(question=question.id, assignee=assignee)]
    return Decision(changed if assignee != question.standing.assignee else (), {"assignee": assignee})


def order(ledger: Ledger, command: c.Order, context: Context) -> Decision:
    """Move a question within the shortlist."""
    question = ledger.question(command.question)
    if question.standing.state != "shortlisted":
        raise IllegalTransition("Only the shortlist has an order; shortlist the question first.")
    listed = [each.id for each in ledger.shortlist(_room(ledger, question)) if each is not question]
    anchor = command.before or command.after
    if anchor is not None and anchor not in listed:
        raise IllegalTransition("Choose another question of the shortlist to place it at.")
    after = None if command.before else command.after
    return Decision([e.QuestionOrdered(question=question.id, before=command.before, after=after)])


def claim(ledger: Ledger, command: c.Claim, context: Context, claims: Claims) -> Decision:
    """Note who is reading it."""
    question = ledger.question(command.question)
    if command.on:
        claims.take(question.id, context.by, context.now)
    else:
        claims.drop(question.id, context.by)
    return Decision(result={"claimed_by": claims.by(question.id)})


def shown(ledger: Ledger, command: c.Shown, context: Context, exposures: Exposures) -> Decision:
    """Note what a voter's list shows, as far as it waits for votes."""
    questions = ledger.state.questions
    known = [key for key in command.questions if key in questions and questions[key].standing.state in VOTING_STATES]
    exposures.note(ledger.state.presence.voter(context.by), known, context.now)
    return Decision(result={"counted": len(known)})


# Rooms ------------------------------------------------------------------------------------------------------------


def open_room(ledger: Ledger, command: c.Open, context: Context) -> Decision:
    """Take questions; opening what is open changes nothing."""
    room = ledger.room(command.room)
    return Decision([e.QaOpened(room=room.id)] if room.state != "open" else (), {"state": "open"})


def close_room(ledger: Ledger, command: c.Close, context: Context) -> Decision:
    """Take no more questions, now or later; closing what is closed changes nothing."""
    room = ledger.room(command.room)
    if command.closes_at is not None and command.closes_at > context.now:
        events: list[Event] = [e.QaClosing(room=room.id, closes_at=command.closes_at)]
        return Decision(events, {"state": "closing", "closes_at": command.closes_at})
    return Decision([e.QaClosed(room=room.id)] if room.state != "closed" else (), {"state": "closed"})


def set_mode(ledger: Ledger, command: c.SetMode, context: Context) -> Decision:
    """Choose when everybody sees a question."""
    room = ledger.room(command.room)
    delay = room.delay if command.delay is None else command.delay
    result = {"mode": command.mode, "delay": delay}
    if (command.mode, delay) == (room.mode, room.delay):
        return Decision(result=result)
    return Decision([e.QaModeSet(room=room.id, mode=command.mode, delay=delay)], result)


def measure(ledger: Ledger, command: c.Measure, context: Context) -> Decision:
    """Learn how far behind a viewer's picture is; what differs by less than a second from before is not news."""
    room = ledger.room(command.room)
    if (command.mark is None) == (command.question is None):
        raise Malformed("Say what is in your picture: the mark, or the question that has just appeared.")
    if command.mark is not None:
        delay = delay_of_mark(command.mark, context.now)
    else:
        delay = _delay_of_question(ledger, room, command.question, context.now)
    known = room.delays.get(context.by)
    if known is not None and abs(known - delay) < SECOND:
        return Decision(result={"delay": delay})
    check_pace(ledger, ledger.state.presence.voter(context.by), context.now)
    return Decision([e.DelayMeasured(room=room.id, person=context.by, delay=delay)], {"delay": delay})


def _delay_of_question(ledger: Ledger, room: Room, key: str | None, now: Instant) -> int:
    question = None if key is None or key != room.slots.on_air else ledger.question(key)
    if question is None or question.standing.on_air_at is None:
        raise IllegalTransition("This question is not on air any more; measure with the next one.")
    return clamped(now - question.standing.on_air_at)


def blank(ledger: Ledger, command: c.Blank, context: Context) -> Decision:
    """Empty the public displays, or show again; doing so twice changes nothing."""
    room = ledger.room(command.room)
    changed = [e.QaBlanked(room=room.id, on=command.on)] if command.on != room.blank else []
    return Decision(changed, {"blank": command.on})


Verdict = Callable[[Ledger, Any, Context], Decision]

VERDICTS: Mapping[type[Command], Verdict] = {
    c.Import: plan,
    c.Submit: submit,
    c.Bring: submit,
    c.Vote: vote,
    c.Air: air,
    c.Edit: edit,
    c.Reply: reply,
    c.Undo: undo,
    c.Merge: merge,
    c.Unmerge: unmerge,
    c.SetLabel: label,
    c.Assign: assign,
    c.Order: order,
    c.Open: open_room,
    c.Close: close_room,
    c.SetMode: set_mode,
    c.Blank: blank,
    c.Measure: measure,
}
"""Command → its rule. Steps without a rule of their own go by the transition table."""
