"""What the public is told of the times: apart from the crew's, in steps, and never a moment too early.

Owns    the rule of published times, and when the next of them is due.
Never   makes an event, reads a clock, or moves a time because a room runs early.
Used by the agenda's evolution (plans that change), index (when) and engine (what).

The rule, for the start and for the end of every item by itself:

- What was published first is the plan. It follows lateness in whole steps of five minutes, downwards: nobody is sent
  away for longer than it takes, and no news is older than one step.
- It never comes back by itself: who was told 10:10 is not asked to be there at 10:05 because the room caught up.
- When people change the plan itself by a step or more, what is published moves with it, in either direction.
- A room that nobody has touched for an hour after it should have moved on is not run from this desk: what is
  published of it stays. Likewise a day in which nothing was begun is not published later than by an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from server.clock import HOUR, MINUTE
from server.domain.agenda.forecast import Entry, Outlook, Span
from server.domain.agenda.state import Announced, Item, ItemPlan, Published

STEP = 5 * MINUTE
"""Public times move by multiples of this when a room is late, and never by less."""

PATIENCE = HOUR
"""How long published times follow a room in which nobody does anything."""


def follow(public: Published, plan: ItemPlan) -> Published:
    """Return what is published of an item whose plan is now `plan`: it moves with what moved by a step or more."""
    start, plan_start = _moved(public.start, public.plan_start, plan.start)
    end, plan_end = _moved(public.end, public.plan_end, plan.end)
    if (plan_start, plan_end) == (public.plan_start, public.plan_end):
        return public
    return Published(start, _not_before(end, start), plan_start, plan_end, public.count + 1)


def _moved(told: int, was: int, now: int) -> tuple[int, int]:
    return (told, was) if abs(now - was) < STEP else (told + now - was, now)


def announce(public: Published, announced: Announced) -> Published:
    """Return what is published of an item once its times were announced."""
    return replace(public, start=announced.start, end=announced.end, count=public.count + 1)


def _later(told: int, expected: int) -> int:
    return told + max(0, (expected - told) // STEP * STEP)


def _not_before(end: int, start: int) -> int:
    """Return an end that does not lie before its start, moved by whole steps."""
    return end if end >= start else end - (end - start) // STEP * STEP


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

        An expected time never moves faster than time itself, so the least way to the next step is time to be waited.
        """
        at, outlook = self._as_of, self._outlook
        while self._items:
            left = min(_way(item, outlook.spans[item.plan.id]) for item in self._items)
            if left <= 0:
                return at
            at = max(at, self._calm_until) + left
            if at > self._calm_until + PATIENCE:
                return None
            outlook = self._outlook_at(at)
        return None

    def announcements(self, now: int) -> Iterable[Announced]:
        """Return what is to be published at `now`."""
        spans = self._outlook_at(min(now, max(self._as_of, self._calm_until + PATIENCE))).spans
        for item in self._items:
            span, told = spans[item.plan.id], item.public
            if _way(item, span) <= 0:
                start = told.start if span.start is None else _later(told.start, span.start)
                end = told.end if span.end is None else _later(told.end, span.end)
                yield Announced(item.plan.id, start, _not_before(end, start))


def _is_watched(item: Item, run: int | None, outlook: Outlook) -> bool:
    if not (item.on or item.upcoming):
        return False
    start = outlook.spans[item.plan.id].start
    is_run = item.on or item.plan.day == run
    return start is not None and (is_run or start - item.plan.start <= PATIENCE)


def _way(item: Item, span: Span) -> int:
    """Return how far an item's expected times are from where something is published."""
    told = item.public
    start = told.start if span.start is None else span.start
    end = told.end if span.end is None else span.end
    return STEP + min(told.start - start, told.end - end)
