"""What the public is told of the times: apart from the crew's, in steps, and never a moment too early.

Owns    the rule of published times, and when the next of them is due.
Never   makes an event, reads a clock, or moves a time because a room runs early.
Used by the agenda's evolution (announcing), index (when) and engine (what).

The rule, for the start and for the end of every item by itself:

- What was published first is the plan. It follows lateness in whole steps of five minutes, downwards: nobody is sent
  away for longer than it takes, and no news is older than one step.
- It never comes back by itself: who was told 10:10 is not asked to be there at 10:05 because the room caught up.
- When people change the plan itself by a step or more, what is published moves with it, in either direction, as soon
  as that is another time by a step or more.
- A room that nobody has touched for an hour after it should have moved on is not run from this desk: what is
  published of it stays. Likewise a day in which nothing was begun is not published later than by an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.clock import HOUR, MINUTE
from server.domain.agenda.forecast import Entry, Outlook
from server.domain.agenda.state import Announced, Item, Published

STEP = 5 * MINUTE
"""Public times move by multiples of this when a room is late, and never by less."""

PATIENCE = HOUR
"""How long published times follow a room in which nobody does anything."""


def announce(item: Item, announced: Announced) -> Published:
    """Return what is published of an item once its times were announced: true of its plan as it is."""
    plan = item.plan
    return Published(announced.start, announced.end, plan.start, plan.end, item.public.count + 1)


def _base(told: int, was: int, plan: int) -> int:
    """Return what was told, moved with a plan that people have changed by a step or more since."""
    return told if abs(plan - was) < STEP else told + plan - was


def _new(told: int, base: int, expected: int) -> int:
    """Return what is to be told: later by whole steps, and only if that is another time by a step or more."""
    later = base + max(0, (expected - base) // STEP * STEP)
    return told if abs(later - told) < STEP else later


def _way(told: int, base: int, expected: int) -> int:
    """Return how far an expected time is from where something new is to be told; 0 or less: it is there."""
    if _new(told, base, expected) != told:
        return 0
    return base + -((base - told - STEP) // STEP) * STEP - expected


class Watch:
    """What one room has published, against what it can expect.

    `outlook` is as of the room's last event; `outlook_at` gives that of any later instant.
    """

    def __init__(
        self, line: Sequence[Entry], as_of: int, run: int | None, outlook: Outlook, outlook_at: Callable[[int], Outlook]
    ) -> None:
        """Watch a room's line. `run` is the event day of the item that was started last, None before the first."""
        self._as_of = as_of
        self._outlook = outlook
        self._outlook_at = outlook_at
        self._items = [entry.item for entry in line if entry.abroad is None and _is_watched(entry.item, run, outlook)]
        self._calm_until = self._find_calm()

    def _find_calm(self) -> int:
        """Return until when no expected time moves while nobody does anything."""
        own = (item.plan.id for item in self._items if item.on)
        current = next(own, None)
        if current is not None and self._outlook.late_from is None:
            return self._as_of
        spans = [self._outlook.spans[item.plan.id] for item in self._items]
        edges = [span.end if item.on else span.start for item, span in zip(self._items, spans, strict=True)]
        return max(self._as_of, min((edge for edge in edges if edge is not None), default=self._as_of))

    def due(self) -> int | None:
        """Return when something is to be published next if nobody does anything, or None.

        An expected time never moves faster than time itself, so the least way to the next step is time to be waited;
        only those that reach a step at all while the room's patience lasts are looked at on the way.
        """
        at, outlook, last = self._as_of, self._outlook, self._horizon()
        until = self._outlook_at(last)
        # What is to be told at once may be so only now: a plan that was moved back may be met by lateness later.
        moving = [item for item in self._items if min(_left(item, outlook), _left(item, until)) <= 0]
        while moving:
            left = min(_left(item, outlook) for item in moving)
            if left <= 0:
                return at
            at = min(max(at, self._calm_until) + left, last)
            outlook = self._outlook_at(at)
        return None

    def _horizon(self) -> int:
        return max(self._as_of, self._calm_until + PATIENCE)

    def announcements(self, now: int) -> list[Announced]:
        """Return what is to be published at `now`; what fell due before and holds no more is told as it was then."""
        found = self._told_at(min(now, self._horizon()))
        due = None if found else self.due()
        return found if due is None or due > now else self._told_at(due)

    def _told_at(self, instant: int) -> list[Announced]:
        outlook = self._outlook_at(instant)
        return [_announced(item, outlook) for item in self._items if _left(item, outlook) <= 0]


def _is_watched(item: Item, run: int | None, outlook: Outlook) -> bool:
    if not (item.on or item.upcoming):
        return False
    start = outlook.spans[item.plan.id].start
    is_run = item.on or item.plan.day == run
    return start is not None and (is_run or start - item.plan.start <= PATIENCE)


def _sides(item: Item, outlook: Outlook) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return what was told of an item, the base of what is told next, and what is expected: of its start and end."""
    told, plan, span = item.public, item.plan, outlook.spans[item.plan.id]
    start = _base(told.start, told.plan_start, plan.start)
    end = _base(told.end, told.plan_end, plan.end)
    return (
        (told.start, start, start if span.start is None else span.start),
        (told.end, end, end if span.end is None else span.end),
    )


def _left(item: Item, outlook: Outlook) -> int:
    return min(_way(*side) for side in _sides(item, outlook))


def _announced(item: Item, outlook: Outlook) -> Announced:
    start, end = (_new(*side) for side in _sides(item, outlook))
    if end < start or abs(end - item.public.end) < STEP:
        end = item.public.end
    if end < start:
        end += (start - end + STEP - 1) // STEP * STEP
    return Announced(item.plan.id, start, end)
