"""Whose turn it is: the sides take turns, and what each has had is there for all to see.

Owns    the suggested next question, the credits of the sides, the meter, and how many questions still fit.
Never   changes a question: a moderator may choose otherwise, which is charged to the side that was chosen.
Used by the engine (charging) and the channel (the row `qa`).

Smooth weighted round robin: each side with something waiting gains its weight, the side with the largest
credit is suggested, and the side that goes on air pays the sum of all weights. With equal weights no waiting
side sits out more than one turn in a row. A side that has nothing waiting keeps no credit. Whoever chooses
otherwise borrows from the other side, which is told how many turns it is owed, and gets them back.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from statistics import median

import msgspec

from server.clock import Instant
from server.domain.questions.ledger import Ledger
from server.domain.questions.state import Room, Slots

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
        owed: how many turns were taken from it by choosing otherwise than suggested, to be given back.
        within: it has its turn after at most so many turns, itself counted, if the suggestions are followed; null
            while nothing waits there.
    """

    asked: int
    answered: int
    air_time: int
    median_wait: int | None
    waiting: int
    owed: int
    within: int | None


class Meters(msgspec.Struct, frozen=True):
    """Both sides."""

    room: Meter
    remote: Meter


class Desk(msgspec.Struct, frozen=True):
    """The Q&A of a room at a glance: the row `qa`.

    Attributes:
        fits: how many more questions fit, as of the room's last event; 0 also while `until` is null.
        until: when the time for them is over, as of then; null when neither Q&A closes nor an item runs.
        pace: how long one takes here, in milliseconds: (`until` − now) / `pace` brings `fits` to now.
        delay: the hold time of mode `delay`, in milliseconds.
        grace: for how long after the close viewers of a delayed stream are let in, in milliseconds.
        shut_at: when that is over; null while Q&A is open.
        fresh: new ones that few have been shown, for two of each ten places (crew; live).
        refused: how many were refused today, by known reason; `other` for all that were given a sentence, or none.
    """

    state: str
    closes_at: Instant | None
    mode: str
    blank: bool
    on_air: str | None
    next: str | None
    fits: int
    until: Instant | None
    pace: int
    suggested: str | None
    meter: Meters
    delay: int
    grace: int
    shut_at: Instant | None
    fresh: tuple[str, ...]
    refused: dict[str, int]
    rev: int


def desk(ledger: Ledger, room: Room) -> Desk:
    """Return the Q&A of a room at a glance."""
    line = ledger.line(room.id)
    return Desk(
        state=room.state,
        closes_at=room.closes_at,
        mode=room.mode,
        blank=room.blank,
        on_air=room.slots.on_air,
        next=room.slots.next,
        fits=fits(ledger, room),
        until=until(ledger, room),
        pace=pace(ledger, room),
        suggested=suggested(ledger, room),
        meter=Meters(*(_meter(ledger, room, side) for side in SIDES)),
        delay=room.delay,
        grace=room.grace,
        shut_at=None if room.closed_at is None else Instant(room.closed_at + room.grace),
        fresh=(),
        refused={reason: count for reason, count in sorted(line.refused(room.day).items()) if count},
        rev=room.stamp.rev,
    )


def charged(slots: Slots, present: Collection[str], side: str) -> Slots:
    """Return the credits after a question of `side` got its turn; `present` are the sides that waited, its own too."""
    saved = _earned(slots, present)
    saved[side] -= WEIGHT * len(present)
    return msgspec.structs.replace(slots, room_credit=saved["room"], remote_credit=saved["remote"])


def suggested(ledger: Ledger, room: Room) -> str | None:
    """Return the question that should follow the one on air and the one that is already next, if any."""
    line, slots = ledger.line(room.id), _coming(ledger, room)
    heads = {side: head for side in SIDES if (head := line.head(side, room.slots.next)) is not None}
    if not heads:
        return None
    saved = _earned(slots, heads)
    return heads[max(heads, key=lambda side: saved[side])]


def within(slots: Slots, side: str) -> int:
    """Return after how many turns at the latest, itself counted, a side that waits is suggested.

    The other side is taken to have something waiting all the time: when it has not, this one's turn comes sooner.
    """
    for turns in count(1):
        saved = _earned(slots, SIDES)
        first = max(SIDES, key=lambda each: saved[each])
        if first == side:
            return turns
        slots = charged(slots, SIDES, first)
    raise AssertionError


def pace(ledger: Ledger, room: Room) -> int:
    """Return how long a question takes here today, in milliseconds; the usual turn counts as one that was seen."""
    shares = [ledger.line(room.id).share(room.day, side) for side in SIDES]
    return max(1, (USUAL_TURN + sum(share.air_time for share in shares)) // (1 + sum(share.turns for share in shares)))


def until(ledger: Ledger, room: Room) -> Instant | None:
    """Return when the time for questions is over: Q&A closes, or what runs ends; None if neither is known."""
    ends = (room.closes_at, ledger.state.timetable.ends(room.id, room.changed_at))
    return min((end for end in ends if end is not None), default=None)


def fits(ledger: Ledger, room: Room) -> int:
    """Return how many more questions fit at this room's own pace, as of its last event; 0 when nothing ends."""
    end = until(ledger, room)
    return 0 if end is None else max(0, (end - room.changed_at) // pace(ledger, room))


def _earned(slots: Slots, present: Collection[str]) -> dict[str, int]:
    held = {"room": slots.room_credit, "remote": slots.remote_credit}
    return {side: held[side] + WEIGHT if side in present else 0 for side in SIDES}


def _coming(ledger: Ledger, room: Room) -> Slots:
    """Return the credits as they are once the question that is next has had its turn."""
    coming = None if room.slots.next is None else ledger.state.questions.get(room.slots.next)
    return room.slots if coming is None else charged(room.slots, ledger.line(room.id).sides(), coming.origin)


def _meter(ledger: Ledger, room: Room, side: str) -> Meter:
    line = ledger.line(room.id)
    share, waiting = line.share(room.day, side), line.sides().get(side, 0)
    slots = _coming(ledger, room)
    return Meter(
        asked=share.asked,
        answered=share.answered,
        air_time=share.air_time,
        median_wait=int(median(share.waits)) if share.waits else None,
        waiting=waiting,
        owed=max(0, _saved(slots, side) - WEIGHT),
        within=within(slots, side) if line.head(side, room.slots.next) is not None else None,
    )


def _saved(slots: Slots, side: str) -> int:
    return slots.room_credit if side == "room" else slots.remote_credit
