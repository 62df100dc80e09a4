"""What comes in from those who ask: questions and votes.

Owns    numbering, review and hold, the limits of one person, and the search for equal and near questions.
Never   changes anything.
Used by the deciding half of the engine.
"""

from __future__ import annotations

from server.clock import Instant
from server.domain import pace
from server.domain.base import Context, Decision, Event
from server.domain.questions import commands as c
from server.domain.questions import events as e
from server.domain.questions import limits
from server.domain.questions.delay import is_shut, perceived_at
from server.domain.questions.ledger import Ledger
from server.domain.questions.lifecycle import PUBLIC_STATES, VOTING_STATES, State
from server.domain.questions.state import Question, Room
from server.domain.questions.text import NEAR, Print, likeness, print_of
from server.errors import Closed, Forbidden, IllegalTransition, LimitReached, NotFound
from server.filters import Hit

_COMPARED = 500
"""How many of a room's newest questions a new one is compared with."""

_SHOWN_SIMILAR = 5


def submit(ledger: Ledger, command: c.Submit, context: Context) -> Decision:
    """Take a question in: number it, and let it through, to review, or on hold."""
    room = ledger.room(command.room)
    author = context.by if context.role == "attendee" else None
    perceived = _perceived(room, command, context)
    if author is not None and is_shut(room, author, command, perceived, context.now):
        raise Closed("Q&A in this room is closed; keep the question for its next round.")
    day = limits.day_of(context.now, ledger.state.zone)
    found = print_of(command.body)
    twin = _twin(ledger, room, author, day, found)
    if twin is not None:
        result = {"duplicate_of": twin.id, "number": twin.number, "state": twin.standing.state}
        return Decision(result=result)
    hits = looked_through(ledger, command.body, command.name)
    mode = ledger.state.import_mode if command.inlet == "import" else None
    through: State = "approved" if (mode or room.mode) == "post" else "pending"
    retry_at = _retry_at(ledger, room, author, day, context.now)
    state = "held" if retry_at is not None or any(hit.tier == "hold" for hit in hits) else through
    number = room.count + 1 if room.day == day else 1
    event = e.Submitted(
        question=context.uid,
        room=room.id,
        number=number,
        day=day,
        origin=command.origin or _origin(ledger, command, context),
        inlet=command.inlet or "web",
        author=author,
        subject=author or f"q{context.uid}",
        name=command.name,
        lang=command.lang,
        body=command.body,
        state=state,
        perceived=perceived,
        asked_at=None if command.asked_at is None else Instant(min(command.asked_at, context.now)),
        similar=similar_to(ledger, room, found, context.uid),
        retry_at=retry_at,
        release_at=Instant(context.now + room.delay) if (mode or room.mode, state) == ("delay", "pending") else None,
        hits=hits,
        receipt=command.receipt,
    )
    events: list[Event] = [event]
    if command.photo is not None:
        events.append(e.SlipPhotographed(question=event.question, subject=event.subject, picture=command.photo))
    return Decision(events, {"id": context.uid, "number": number, "state": state, "retry_at": retry_at})


def vote(ledger: Ledger, command: c.Vote, context: Context) -> Decision:
    """Count a voter in or out; what comes late or twice changes nothing."""
    question = ledger.question(command.question)
    if question.standing.state not in VOTING_STATES:
        if question.standing.state not in PUBLIC_STATES and context.by not in ledger.devices(question.author):
            raise NotFound("There is no such question; look at the list again.")
        raise IllegalTransition("Voting on this question is over; vote for one that still waits.")
    last = question.counters.get(context.by, -1)
    n = last + 1 if command.n is None else command.n
    voters, voter = ledger.voters(question), ledger.state.presence.voter(context.by)
    if n <= last:
        return Decision(result=_tally(question, voter in voters, len(voters)))
    check_pace(ledger, voter, context.now)
    votes = len(voters) + command.on - (voter in voters)
    event = e.Voted(question=question.id, voter=context.by, on=command.on, n=n)
    return Decision([event], _tally(question, command.on, votes))


def check_pace(ledger: Ledger, voter: str, now: Instant) -> None:
    """Refuse what comes faster than a person may vote.

    Raises:
        LimitReached: they have to wait.
    """
    per_minute = ledger.state.limits.votes_per_minute
    free = pace.free_at(ledger.state.votes_full_at.get(voter, Instant(0)), per_minute, per_minute)
    if free > now:
        wait = pace.seconds_until(free, now)
        raise LimitReached("That was many votes in a minute; wait a moment.", {"retry_after": wait})


def _tally(question: Question, on: bool, votes: int) -> dict[str, object]:
    return {"question": question.id, "on": on, "votes": votes}


def _origin(ledger: Ledger, command: c.Submit, context: Context) -> c.Origin:
    # What the crew types was said in the room; a voice that an attendee sends may come from anywhere.
    crew = context.role != "attendee" and command.inlet == "voice"
    here = crew or command.inlet in ("kiosk", "slip", "staff") or ledger.state.presence.is_inside(context.by)
    return "room" if here else "remote"


def _perceived(room: Room, command: c.Submit, context: Context) -> Instant:
    if context.role == "attendee":
        return perceived_at(room, context.by, command, context.now)
    said = command.asked_at if command.asked_at is not None else command.perceived
    return context.now if said is None else Instant(min(said, context.now))


def _twin(ledger: Ledger, room: Room, author: str | None, day: str, found: Print) -> Question | None:
    """Return the author's own question of today that says the same, if it still stands."""
    if author is None:
        return None
    for question in ledger.of(author):
        here = question.room == room.id and question.day == day
        if (
            here
            and question.standing.state not in ("withdrawn", "expired")
            and ledger.prints[question.id].key == found.key
        ):
            return question
    return None


def looked_through(ledger: Ledger, body: str, name: str | None) -> tuple[Hit, ...]:
    """Return what the word lists have of a text and of its asker's name.

    Raises:
        Forbidden: the organisers take no question with such a word.
    """
    hits = (*ledger.screen.look(body, "body"), *(ledger.screen.look(name, "name") if name else ()))
    if any(hit.tier == "refuse" for hit in hits):
        sentence = "The organisers take no questions with such a word; say it in another way."
        raise Forbidden(sentence, {"reason": "words"})
    return hits


def _retry_at(ledger: Ledger, room: Room, author: str | None, day: str, now: Instant) -> Instant | None:
    """Return from when on an author who is over a limit is not; None: they are not."""
    if author is None:
        return None
    bounds = ledger.state.limits
    allowance = room.allowances.get(ledger.state.presence.voter(author)) if room.day == day else None
    if allowance is None:
        return None
    free = pace.free_at(allowance.full_at, bounds.burst, bounds.per_minute)
    if allowance.asked >= bounds.per_person:
        free = limits.next_day(now, ledger.state.zone)
    if free <= now:
        return None
    held = sum(question.standing.state == "held" and question.room == room.id for question in ledger.of(author))
    if held >= limits.MAX_HELD:
        wait = pace.seconds_until(free, now)
        sentence = "Your earlier questions are still waiting for a review; send this one later."
        raise LimitReached(sentence, {"retry_after": wait, "retry_at": free})
    return free


def similar_to(ledger: Ledger, room: Room, found: Print, but: str) -> tuple[str, ...]:
    """Return the questions of a room that look like a text, the nearest first."""
    near = []
    for key in room.ids[-_COMPARED:]:
        other = ledger.state.questions[key]
        if key != but and other.standing.state not in ("withdrawn", "merged"):
            alike = likeness(found, ledger.prints[key])
            if alike >= NEAR:
                near.append((-alike, other.number, key))
    return tuple(key for _, _, key in sorted(near)[:_SHOWN_SIMILAR])
