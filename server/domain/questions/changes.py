"""The applying half: what each event does to the state.

Owns    every change of questions, and the memory of acts that can be taken back.
Never   refuses: what does not fit the state is passed over.
Used by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from server.domain import pace
from server.domain.base import Event, Recorded
from server.domain.questions import events as e
from server.domain.questions import rooms
from server.domain.questions.fairness import charged
from server.domain.questions.ledger import Ledger
from server.domain.questions.lifecycle import PUBLIC_STATES, STEPS, Standing, State, moved
from server.domain.questions.state import Act, Allowance, Question, Room
from server.domain.questions.verdicts import UNDO_LASTS, parted

replace = msgspec.structs.replace


class Turn:
    """One event being applied to one question, and what it changes on the way."""

    def __init__(self, ledger: Ledger, question: Question, recorded: Recorded) -> None:
        self.ledger = ledger
        self.question = question
        self.recorded = recorded
        self.room: Room = ledger.state.rooms[question.room]
        self._before: dict[str, Standing] = {}
        self._slots = self.room.slots

    def put(self, question: Question, standing: Standing) -> None:
        """Let a question stand otherwise, and free or take its place on the stage."""
        self._before.setdefault(question.id, question.standing)
        self.ledger.put(question, standing)
        slots = self.room.slots
        self.room.slots = replace(
            slots,
            on_air=_seat(slots.on_air, question, "on_air"),
            next=_seat(slots.next, question, "next"),
        )

    def move(self, question: Question, to: State, reason: str | None = None) -> None:
        """Move a question to another state at the time of the event."""
        order = 1 + max(self.ledger.line(self.room.id).orders.values(), default=0)
        self.put(question, moved(question.standing, to, self.recorded.at, reason, order))

    def close(self, takes_back: bool) -> None:
        """Count the revisions and, for an act that can be taken back, remember what was before."""
        questions = self.ledger.state.questions
        for key, former in self._before.items():
            if key == self.question.id or former.state != questions[key].standing.state:
                questions[key].stamp.touch(self.recorded)
        if (self._slots.on_air, self._slots.next) != (self.room.slots.on_air, self.room.slots.next):
            self.room.stamp.touch(self.recorded)
        if self._before:
            self.question.release_at = None
            self.ledger.settle(self.question)
        if takes_back and self._before:
            after = {key: questions[key].standing for key in self._before}
            self.ledger.state.acts[self.question.id] = Act(
                self.recorded.by, self.recorded.at, self._before, after, self._slots, self.room.slots
            )


def _seat(holder: str | None, question: Question, state: State) -> str | None:
    if question.standing.state == state:
        return question.id
    return None if holder == question.id else holder


# A question's life ------------------------------------------------------------------------------------------------


def submitted(ledger: Ledger, event: e.Submitted, recorded: Recorded) -> None:
    """A question came in."""
    room = ledger.state.rooms.setdefault(event.room, Room(id=event.room))
    if event.question in ledger.state.questions:
        return
    if room.day != event.day:
        room.day, room.allowances = event.day, {}
    room.count = event.number
    approved_at = recorded.at if event.state == "approved" else None
    standing = Standing(event.state, event.body, approved_at=approved_at, hits=event.hits)
    question = Question(
        id=event.question,
        room=event.room,
        number=event.number,
        day=event.day,
        origin=event.origin,
        inlet=event.inlet,
        name=event.name,
        lang=event.lang,
        author=event.author,
        subject=event.subject,
        received=recorded.at,
        perceived=event.perceived,
        asked_at=event.asked_at,
        standing=standing,
        retry_at=event.retry_at,
        release_at=event.release_at,
        receipt=event.receipt,
    )
    question.stamp.touch(recorded)
    ledger.add(question, room)
    _relate(ledger, question, event.similar, ())
    if event.author is not None and event.retry_at is None:
        allowance = room.allowances.setdefault(ledger.state.presence.voter(event.author), Allowance())
        allowance.full_at = pace.used(allowance.full_at, recorded.at, ledger.state.limits.per_minute)
        allowance.asked += 1


def photographed(ledger: Ledger, event: e.SlipPhotographed, recorded: Recorded) -> None:
    """There is a picture of its slip; an erased one is there no more."""
    question = ledger.state.questions.get(event.question)
    if question is not None:
        question.photo = recorded.offset if event.picture else None


def voted(ledger: Ledger, event: e.Voted, recorded: Recorded) -> None:
    """A voter is counted in or out; out means of everything that was merged in as well."""
    question = ledger.state.questions.get(event.question)
    if question is None or event.n <= question.counters.get(event.voter, -1):
        return
    question.counters[event.voter] = event.n
    ledger.vote(question, ledger.state.presence.voter(event.voter), event.on)
    ledger.spend_vote(event.voter, recorded.at)


def bound(ledger: Ledger, person: str, ticket: str) -> None:
    """A person showed a ticket: what they own, said and used up is its holder's, on each of their devices."""
    state, former = ledger.state, ledger.state.presence.voter(person)
    if former == ticket:
        return
    ledger.bind(person, ticket)
    if former != person:
        return
    if (full_at := state.votes_full_at.pop(person, None)) is not None:
        state.votes_full_at[ticket] = max(full_at, state.votes_full_at.get(ticket, full_at))
    for room in state.rooms.values():
        if (allowance := room.allowances.pop(person, None)) is not None:
            shared = room.allowances.setdefault(ticket, Allowance())
            shared.full_at = max(shared.full_at, allowance.full_at)
            shared.asked += allowance.asked


def stepped(turn: Turn, event: e.Step) -> None:
    """A question took a step of the transition table, or was let through once more after its text was changed."""
    standing = turn.question.standing
    if isinstance(event, e.QuestionApproved) and standing.is_altered:
        turn.put(turn.question, replace(standing, is_altered=False))
        return
    to = STEPS[event.step].get(turn.question.standing.state)
    if to is None:
        return
    if to == "next":
        _vacate(turn, turn.room.slots.next, "shortlisted")
    if to == "on_air":
        turn.room.slots = charged(turn.room.slots, turn.ledger.line(turn.room.id).sides(), turn.question.origin)
        _vacate(turn, turn.room.slots.on_air, "answered")
    turn.move(turn.question, to, event.reason if isinstance(event, e.QuestionRejected) else None)
    if isinstance(event, e.QuestionDeferred):
        turn.put(turn.question, replace(turn.question.standing, reply=event.reply))


def withdrawn(ledger: Ledger, event: e.QuestionWithdrawn, recorded: Recorded) -> None:
    """Its author took it back: the text goes, here and in what could have been taken back."""
    question = ledger.state.questions.get(event.question)
    if question is None or question.standing.state not in STEPS["withdraw"]:
        return
    turn = Turn(ledger, question, recorded)
    turn.move(question, "withdrawn")
    turn.put(question, replace(question.standing, body="", original=None, hits=(), reply=None))
    turn.close(takes_back=False)
    question.name = question.photo = None
    acts = ledger.state.acts
    for key in [key for key, act in acts.items() if question.id in act.before]:
        del acts[key]


def expired(ledger: Ledger, event: e.QuestionsExpired, recorded: Recorded) -> None:
    """What still waited in a room did so in vain."""
    room = ledger.state.rooms.get(event.room)
    if room is None:
        return
    for question in list(ledger.in_room(room)):
        if question.standing.state in STEPS["expire"]:
            turn = Turn(ledger, question, recorded)
            turn.move(question, "expired")
            turn.close(takes_back=False)
    room.expires_at = None


def _vacate(turn: Turn, holder: str | None, to: State) -> None:
    question = None if holder is None else turn.ledger.state.questions.get(holder)
    if question is not None and question is not turn.question:
        turn.move(question, to)


def _relate(ledger: Ledger, question: Question, similar: Iterable[str], unlike: Iterable[str]) -> None:
    question.similar = [key for key in similar if key in ledger.state.questions]
    for key in question.similar:
        other = ledger.state.questions[key]
        if question.id not in other.similar:
            other.similar.append(question.id)
    for key in unlike:
        former = ledger.state.questions.get(key)
        if former is not None and question.id in former.similar:
            former.similar.remove(question.id)


# What moderators note on it ---------------------------------------------------------------------------------------


def edited(turn: Turn, event: e.QuestionEdited) -> None:
    """Its text was changed; what the author wrote is kept when a moderator did. It may have to wait for a review."""
    standing = turn.question.standing
    original = standing.original if event.by_author else standing.original or standing.body
    is_altered = standing.is_altered or (standing.state in PUBLIC_STATES and event.body != standing.body)
    after = replace(standing, body=event.body, original=original, hits=event.hits, is_altered=is_altered)
    turn.put(turn.question, after)
    if event.held:
        turn.move(turn.question, "held")
    _relate(turn.ledger, turn.question, event.similar, event.unlike)


def replied(turn: Turn, event: e.QuestionReplied) -> None:
    """It was answered in writing."""
    turn.put(turn.question, replace(turn.question.standing, reply=event.reply))


def merged(turn: Turn, event: e.QuestionMerged) -> None:
    """It was joined into another one."""
    into = turn.ledger.state.questions.get(event.into)
    if into is None or any(part is into for part in turn.ledger.parts(turn.question)):
        return
    former = turn.question.standing.state
    if former in STEPS["merge"]:
        turn.move(turn.question, "merged")
        turn.put(turn.question, replace(turn.question.standing, merged_into=into.id, merged_from=former))


def unmerged(turn: Turn, event: e.QuestionUnmerged) -> None:
    """It stands by itself again, in the state it had."""
    standing = turn.question.standing
    if standing.state != "merged" or standing.merged_from is None:
        return
    turn.put(turn.question, replace(standing, merged_into=None, merged_from=None))
    turn.move(turn.question, parted(standing.merged_from))


def labelled(turn: Turn, event: e.QuestionLabelled) -> None:
    """A label was added or taken off."""
    standing = turn.question.standing
    others = tuple(each for each in standing.labels if each != event.label)
    turn.put(turn.question, replace(standing, labels=(*others, event.label) if event.on else others))


def assigned(turn: Turn, event: e.QuestionAssigned) -> None:
    """Somebody is to answer it."""
    turn.put(turn.question, replace(turn.question.standing, assignee=event.assignee))


def ordered(turn: Turn, event: e.QuestionOrdered) -> None:
    """It took another place; the shortlist is counted anew."""
    if turn.question.standing.state != "shortlisted":
        return
    listed = [each for each in turn.ledger.shortlist(turn.room) if each is not turn.question]
    keys = [each.id for each in listed]
    place = len(listed)
    if event.before in keys:
        place = keys.index(event.before)
    elif event.after in keys:
        place = keys.index(event.after) + 1
    listed.insert(place, turn.question)
    for count, question in enumerate(listed, start=1):
        if question.standing.order != count:
            turn.put(question, replace(question.standing, order=count))


def undone(ledger: Ledger, event: e.ActUndone, recorded: Recorded) -> None:
    """The last act was taken back: everything it changed stands as before."""
    act = ledger.state.acts.pop(event.question, None)
    question = ledger.state.questions.get(event.question)
    if act is None or question is None:
        return
    turn = Turn(ledger, question, recorded)
    for key, standing in act.before.items():
        turn.put(ledger.state.questions[key], standing)
    if act.slots_before != act.slots_after:
        turn.room.slots = act.slots_before
    turn.close(takes_back=False)


OF_LEDGER: Mapping[type[Event], Callable[[Ledger, Any, Recorded], None]] = {
    e.QuestionRoomsImported: rooms.rooms_imported,
    e.Submitted: submitted,
    e.SlipPhotographed: photographed,
    e.Voted: voted,
    e.QuestionWithdrawn: withdrawn,
    e.QuestionsExpired: expired,
    e.ActUndone: undone,
    e.QaModeSet: rooms.mode_set,
    e.DelayMeasured: rooms.measured,
}

OF_QUESTION: Mapping[type[Event], Callable[[Turn, Any], None]] = {
    **{kind: stepped for kind in e.STEP_EVENTS.values() if kind is not e.QuestionWithdrawn},
    e.QuestionEdited: edited,
    e.QuestionReplied: replied,
    e.QuestionMerged: merged,
    e.QuestionUnmerged: unmerged,
    e.QuestionLabelled: labelled,
    e.QuestionAssigned: assigned,
    e.QuestionOrdered: ordered,
}


def apply(ledger: Ledger, recorded: Recorded) -> None:
    """Apply one event. What names nothing known, or does not fit, is passed over."""
    event, kind = recorded.event, type(recorded.event)
    state = ledger.state
    for key in [key for key, act in state.acts.items() if recorded.at - act.at > UNDO_LASTS]:
        del state.acts[key]
    if kind in OF_LEDGER:
        OF_LEDGER[kind](ledger, event, recorded)
    elif kind in OF_QUESTION:
        question = state.questions.get(getattr(event, "question", ""))
        if question is not None:
            turn = Turn(ledger, question, recorded)
            OF_QUESTION[kind](turn, event)
            turn.close(_takes_back(event))
    elif kind in rooms.OF_ROOM and (room := state.rooms.get(getattr(event, "room", ""))) is not None:
        rooms.OF_ROOM[kind](room, event, recorded)
    if (changed := room_of(ledger, event)) is not None:
        changed.changed_at = recorded.at


def room_of(ledger: Ledger, event: Event) -> Room | None:
    """Return the room that an event happened in."""
    question = ledger.state.questions.get(getattr(event, "question", ""))
    key = getattr(event, "room", "") if question is None else question.room
    return ledger.state.rooms.get(key)


def _takes_back(event: Event) -> bool:
    """Say whether its actor may take it back: a moderator's act, not an author's and not the passing of time."""
    return not isinstance(event, e.QuestionReleased) and not (isinstance(event, e.QuestionEdited) and event.by_author)
