"""The rows of questions: everything for the crew, what is let through for everybody, their own for those who asked.

Owns    the row types, and what each audience sees of a question and of a room's Q&A.
Never   changes anything.
Used by the channel.
"""

from __future__ import annotations

import msgspec

from server.channels.base import Row
from server.clock import Instant
from server.domain.questions import Questions
from server.domain.questions.fairness import Desk
from server.domain.questions.flying import flying, is_wanted
from server.domain.questions.lifecycle import PUBLIC_STATES, REPLIED_STATES, public_body
from server.domain.questions.ranking import fresh, score
from server.domain.questions.state import Question, Room
from server.filters import Hit, masked
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Audience

MY_VOTES = "my_votes"
DANMAKU = "danmaku"

_STAGE_STATES = frozenset({"next", "on_air"})


class QuestionRow(Row, frozen=True):
    """One question as its reader may see it.

    Attributes:
        name: how the asker wants to be called; None: anonymous, or not for this reader.
        body: as typed; empty where this reader may not read it, and once it was withdrawn or erased.
        order: its place in the shortlist, counted from 1.
        hits: what the word lists have of its text: list and version, entry and tier, and where it stands (crew).
        similar: the questions that look like it (crew).
        claimed_by: who is reading it right now (crew; live).
        perceived: the instant of the talk that the asker had seen: the fair order of asking.
        original: the text as typed, once a moderator changed it (crew, author).
        retry_at: held for being over a limit: when the asker's next question will not be (crew, author).
        release_at: when it is let through by itself in mode `delay` (crew).
        is_altered: it flew over the picture until its text was changed; `approve` lets it fly again (crew).
        score: how well it does among those who have been shown it, from 0 to 1, while it waits (crew; live).
        place: how many are before it on its side, itself counted, up to ten (author).
        reply: the answer in writing.
        seen: how many voters have been shown it (crew; live).
        photo: names the picture of its paper slip, at `/api/v1/slips/ID/PHOTO` (crew).
        receipt: what the stub says that its asker was given (crew).
    """

    id: str
    number: int
    room: str
    origin: str
    inlet: str
    name: str | None
    lang: str | None
    body: str
    state: str
    votes: int
    order: int | None
    labels: tuple[str, ...]
    assignee: str | None
    merged_into: str | None
    hits: tuple[Hit, ...]
    similar: tuple[str, ...]
    claimed_by: str | None
    received: Instant
    perceived: Instant
    asked_at: Instant | None
    approved_at: Instant | None
    on_air_at: Instant | None
    closed_at: Instant | None
    close_reason: str | None
    original: str | None
    retry_at: Instant | None
    release_at: Instant | None
    is_altered: bool
    score: float | None
    place: int | None
    reply: str | None
    seen: int | None
    photo: str | None
    receipt: str | None
    rev: int


class VotesRow(Row, frozen=True):
    """What the reader is for: the questions' ids."""

    questions: tuple[str, ...]


def desk_row(engine: Questions, room: Room, audience: Audience) -> Desk | None:
    """Return a room's Q&A; while the room is blank nobody outside the crew is told what its displays would show."""
    desk = engine.desk(room)
    if audience == CREW_VIEW:
        return msgspec.structs.replace(desk, fresh=fresh(engine.ledger, engine.exposures, room))
    if audience not in (WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW):
        return None
    if audience != WALL_VIEW:
        desk = msgspec.structs.replace(desk, suggested=None)
    return msgspec.structs.replace(desk, on_air=None, next=None) if room.blank else desk


class Comment(msgspec.Struct, frozen=True):
    """What may be drawn over a picture: this text and no other. `at` is when it was let through."""

    id: str
    number: int
    body: str
    at: Instant


class DanmakuRow(Row, frozen=True):
    """What flies over the room's picture, the newest last; what is no longer in it is taken off at once."""

    comments: tuple[Comment, ...]


def danmaku_row(engine: Questions, room: Room, audience: Audience) -> DanmakuRow | None:
    """Return what flies over a room's picture, for whoever draws it; None for others, and while the room is blank."""
    if room.blank or audience not in (CREW_VIEW, WALL_VIEW, STAGE_VIEW):
        return None
    comments = [
        Comment(each.id, each.number, public_body(each.standing), each.standing.approved_at or each.received)
        for each in flying(engine.ledger, room)
    ]
    return DanmakuRow(tuple(comments)) if comments else None


def votes_row(engine: Questions, audience: Audience) -> VotesRow | None:
    """Return what a person is for, from whichever of their devices; None for everybody else."""
    kind, _, person = audience.partition(":")
    questions = tuple(sorted(engine.ledger.votes_of(person))) if kind == "person" else ()
    return VotesRow(questions) if questions else None


def crew_row(engine: Questions, question: Question) -> QuestionRow:
    """Return a question with all that the crew may see."""
    standing = question.standing
    return QuestionRow(
        id=question.id,
        number=question.number,
        room=question.room,
        origin=question.origin,
        inlet=question.inlet,
        name=question.name,
        lang=question.lang,
        body=standing.body,
        state=standing.state,
        votes=len(engine.ledger.voters(question)),
        order=standing.order,
        labels=standing.labels,
        assignee=standing.assignee,
        merged_into=standing.merged_into,
        hits=standing.hits if standing.body else (),
        similar=tuple(question.similar),
        claimed_by=engine.claims.by(question.id),
        received=question.received,
        perceived=question.perceived,
        asked_at=question.asked_at,
        approved_at=standing.approved_at,
        on_air_at=standing.on_air_at,
        closed_at=standing.closed_at,
        close_reason=standing.close_reason,
        original=standing.original,
        retry_at=question.retry_at,
        release_at=question.release_at,
        is_altered=standing.is_altered and is_wanted(engine.ledger, question),
        score=score(engine.ledger, engine.exposures, question),
        place=None,
        reply=standing.reply if standing.state in REPLIED_STATES else None,
        seen=engine.exposures.count(question.id),
        photo=None if question.photo is None else str(question.photo),
        receipt=question.receipt,
        rev=question.stamp.rev,
    )


def author_row(engine: Questions, question: Question) -> QuestionRow:
    """Return a question as its own author sees it, in every state."""
    return msgspec.structs.replace(
        crew_row(engine, question),
        labels=(),
        assignee=None,
        hits=(),
        similar=(),
        claimed_by=None,
        release_at=None,
        is_altered=False,
        score=None,
        seen=None,
        photo=None,
        receipt=None,
        place=engine.ledger.line(question.room).place(question.id),
    )


def outside_row(engine: Questions, question: Question, audience: Audience) -> QuestionRow | None:
    """Return what leaves the crew, if anything does; while a room is blank its displays show no question at all."""
    state, blank = question.standing.state, engine.state.rooms[question.room].blank
    row = msgspec.structs.replace(
        crew_row(engine, question),
        original=None,
        hits=(),
        score=None,
        seen=None,
        photo=None,
        receipt=None,
    )
    body = public_body(question.standing) if state in PUBLIC_STATES else ""
    if audience == WALL_VIEW:
        reply = row.reply if state in PUBLIC_STATES else None
        return None if blank else msgspec.structs.replace(row, name=None, body=body, reply=reply)
    on_stage = state in _STAGE_STATES
    shown = (audience == PUBLIC_VIEW and state in PUBLIC_STATES) or (audience == STAGE_VIEW and on_stage)
    if not shown or (blank and on_stage):
        return None
    return msgspec.structs.replace(
        row,
        name=None if row.name is None else masked(row.name, question.standing.hits, "name"),
        body=body,
        labels=(),
        assignee=None,
        similar=(),
        claimed_by=None,
        asked_at=None,
        retry_at=None,
        release_at=None,
        is_altered=False,
    )
