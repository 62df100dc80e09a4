"""How far behind the room a viewer's picture is, and what follows from it.

Owns    the marks that a picture shows, the measure of a delay, the instant a question was asked at, and until when one
        is let in after Q&A closed.
Never   believes more than a minute of delay, or more of a claim than was measured.
Used by both halves of the engine.

A delay is measured between two things the desk knows itself: when the overlay began to show something, and when a
viewer said that it is in their picture. That something is the mark, a number that follows from the time alone, or a
question that went on air. So no player of ours is needed, and a claim alone moves nobody to the front by more than it
could have been.
"""

from __future__ import annotations

from collections.abc import Collection

from server.clock import SECOND, Instant
from server.domain.questions.commands import Submit
from server.domain.questions.state import Room
from server.errors import IllegalTransition, Malformed

MOST_DELAY = 60 * SECOND
"""How far behind the room a viewer's picture is believed to be, in milliseconds."""

SLACK = 5 * SECOND
"""How much later than it could have been something may arrive, in milliseconds."""

MARK_LASTS = 2 * SECOND
"""How long a mark stands, in milliseconds."""

FIRST_MARK, MARKS = 10, 50
"""The marks are the numbers from 10 to 59, one after another; a hundred seconds pass before one comes again."""


def mark_at(now: Instant) -> int:
    """Return the mark that the overlay shows."""
    return FIRST_MARK + now // MARK_LASTS % MARKS


def delay_of_mark(mark: int, now: Instant) -> int:
    """Return how far behind a picture is that shows `mark`, in milliseconds: the middle of when it stood counts.

    Raises:
        Malformed: there is no such mark.
        IllegalTransition: it was not shown within the last minute.
    """
    if not FIRST_MARK <= mark < FIRST_MARK + MARKS:
        raise Malformed(f"Type the number from {FIRST_MARK} to {FIRST_MARK + MARKS - 1} that stands in the picture.")
    turns = now // MARK_LASTS
    back = (turns - (mark - FIRST_MARK)) % MARKS
    if back == MARKS - 1:
        return 0
    delay = now - (turns - back) * MARK_LASTS - MARK_LASTS // 2
    if delay > MOST_DELAY + MARK_LASTS:
        raise IllegalTransition("This number was not shown within the last minute; look at the picture again.")
    return clamped(delay)


def clamped(delay: int) -> int:
    """Return a delay that is believed."""
    return min(max(delay, 0), MOST_DELAY)


def grace_of(delays: Collection[int]) -> int:
    """Return for how long after the close delayed viewers are let in: what 95 of 100 need, and a little (ms).

    Where nobody's delay is known yet it is the most that is believed.
    """
    if not delays:
        return MOST_DELAY + SLACK
    ordered = sorted(delays)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)] + SLACK


def perceived_at(room: Room, person: str, command: Submit, now: Instant) -> Instant:
    """Return which instant of the talk an attendee had just seen when they asked.

    What was measured goes before what is claimed: a claim may be as old as the measure allows. Without a measure it may
    be a minute old, which is worth little more than a place among equals.
    """
    known = room.delays.get(person)
    if command.perceived is None:
        asked = now if command.asked_at is None else command.asked_at
        said, earliest = asked - (known or 0), now - MOST_DELAY
    else:
        said, earliest = command.perceived, now - (MOST_DELAY if known is None else min(MOST_DELAY, known + SLACK))
    return Instant(min(max(said, earliest), now))


def is_shut(room: Room, person: str, command: Submit, perceived: Instant, now: Instant) -> bool:
    """Say whether an attendee asks too late: the room had closed in their picture, or the grace is over."""
    if room.closed_at is None:
        return False
    is_behind = command.perceived is not None or person in room.delays
    return perceived >= room.closed_at or now > room.closed_at + (room.grace if is_behind else SLACK)
