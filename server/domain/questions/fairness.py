"""Whose turn it is: the sides take turns, and what each has had is there for all to see.

Owns    the suggested next question, the credits of the sides, the meter, and how many questions still fit.
Never   changes a question: a moderator may choose otherwise, which is charged to the side that was chosen.
Used by the engine (charging) and the channel (the row `qa`).

Smooth weighted round robin: each side with something waiting gains its weight, the side with the largest
credit is suggested, and the side that goes on air pays the sum of all weights. With equal weights no waiting
side sits out more than one turn in a row. A side that has nothing waiting keeps no credit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from statistics import median

import msgspec

from server.clock import Instant
from server.domain.questions.state import Ledger, Question, Room, Slots

SIDES = ("room", "remote")
WEIGHT = 1

USUAL_TURN = 120_000
"""How long a question takes before this room has shown its own pace, in milliseconds."""


class Meter(msgspec.Struct, frozen=True):
    """What one side has had today.

    Attributes:
        asked: how many questions came in.
        answered: how many of them were answered.
        air_time: milliseconds on air, up to when the last one left.
        median_wait: milliseconds from asking to going on air; None before the first one did.
        waiting: how many wait for their turn.
    """

    asked: int
    answered: int
    air_time: int
    median_wait: int | None
    waiting: int


class Meters(msgspec.Struct, frozen=True):
    """Both sides."""

    room: Meter
    remote: Meter


class Desk(msgspec.Struct, frozen=True):
    """The Q&A of a room at a glance: the row `qa`.

    Attributes:
        fits: how many more questions fit, as of the room's last event; None unless it is closing.
        delay: the hold time of mode `delay`, in milliseconds.
    """

    state: str
    closes_at: Instant | None
    mode: str
    blank: bool
    on_air: str | None
    next: str | None
    fits: int | None
    suggested: str | None
    meter: Meters
    delay: int
    rev: int


def desk(ledger: Ledger, room: Room) -> Desk:
    """Return the Q&A of a room at a glance."""
    today = [question for question in ledger.in_room(room) if question.day == room.day]
    waiting = ledger.waiting(room)
    return Desk(
        state=room.state,
        closes_at=room.closes_at,
        mode=room.mode,
        blank=room.blank,
        on_air=room.slots.on_air,
        next=room.slots.next,
        fits=fits(room, today),
        suggested=suggested(ledger, room, waiting),
        meter=Meters(*(_meter(side, today, waiting) for side in SIDES)),
        delay=room.delay,
        rev=room.stamp.rev,
    )


def charged(slots: Slots, waiting: Iterable[Question], side: str) -> Slots:
    """Return the credits after a question of `side`, itself among `waiting`, got its turn."""
    present = {question.origin for question in waiting}
    saved = _earned(slots, present)
    saved[side] -= WEIGHT * len(present)
    return msgspec.structs.replace(slots, room_credit=saved["room"], remote_credit=saved["remote"])


def suggested(ledger: Ledger, room: Room, waiting: list[Question]) -> str | None:
    """Return the question that should follow the one on air and the one that is already next, if any."""
    slots = room.slots
    coming = next((question for question in waiting if question.id == slots.next), None)
    if coming is not None:
        slots = charged(slots, waiting, coming.origin)
        waiting = [question for question in waiting if question is not coming]
    if not waiting:
        return None
    saved = _earned(slots, {question.origin for question in waiting})
    sides = {question.origin for question in waiting}
    side = max((side for side in SIDES if side in sides), key=lambda side: saved[side])
    turns = _turns(ledger, room)
    return min((question for question in waiting if question.origin == side), key=lambda q: _rank(ledger, q, turns)).id


def fits(room: Room, today: Iterable[Question]) -> int | None:
    """Return how many more questions fit at this room's own pace, as of its last event; None unless it is closing."""
    if room.closes_at is None:
        return None
    turns = [question.standing.air_time for question in today if question.standing.air_time > 0]
    pace = (USUAL_TURN + sum(turns)) // (1 + len(turns))
    return max(0, (room.closes_at - room.changed_at) // max(1, pace))


def _earned(slots: Slots, present: Collection[str]) -> dict[str, int]:
    held = {"room": slots.room_credit, "remote": slots.remote_credit}
    return {side: held[side] + WEIGHT if side in present else 0 for side in SIDES}


def _turns(ledger: Ledger, room: Room) -> dict[str, int]:
    turns: dict[str, int] = {}
    for question in ledger.in_room(room):
        if question.author is not None and question.standing.on_air_at is not None:
            turns[question.author] = turns.get(question.author, 0) + 1
    return turns


def _rank(ledger: Ledger, question: Question, turns: dict[str, int]) -> tuple[int, ...]:
    """Order inside a side: the shortlist as its moderator has it, then those without a turn yet, then by votes."""
    order = question.standing.order
    if order is not None:
        return (0, order, 0, 0, question.number)
    had = turns.get(question.author, 0) if question.author is not None else 0
    return (1, had, -len(ledger.voters(question)), question.perceived, question.number)


def _meter(side: str, today: list[Question], waiting: list[Question]) -> Meter:
    own = [question for question in today if question.origin == side]
    waits = [
        max(0, question.standing.on_air_at - question.perceived)
        for question in own
        if question.standing.on_air_at is not None
    ]
    return Meter(
        asked=len(own),
        answered=sum(question.standing.state == "answered" for question in own),
        air_time=sum(question.standing.air_time for question in own),
        median_wait=int(median(waits)) if waits else None,
        waiting=sum(question.origin == side for question in waiting),
    )
