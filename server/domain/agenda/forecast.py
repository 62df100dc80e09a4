"""When everything will begin and end: a pure function of plan, facts and one instant.

Owns    the rules of expected times, lateness and must-start-by of one room's line of items.
Never   reads a clock, remembers anything, or knows a wire row.
Used by the agenda engine; `reading` and web/static/js/forecast.js bring rows to now by the same rules.

Theory of operation: one walk along the line carries the expected finish of what stands before (`cursor`).
A soft item begins at that finish plus its gap; where that is later than planned the gap gives way down to
its floor. A hard item begins as planned, unless the finish before it plus the floor is later. A day's first
item has nothing before it and begins as planned. Nothing begins before the running item ends, or before `now`.
An item that is run from another room (`Entry.abroad`) comes with times that are decided there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from server.domain.agenda.state import Item


class Span(msgspec.Struct, frozen=True):
    """From when to when; both None for an item that nobody expects (skipped, or passed over)."""

    start: int | None = None
    end: int | None = None


UNEXPECTED = Span()


class Entry(msgspec.Struct):
    """An item in a room's line; `abroad` has its times when another room runs it."""

    item: Item
    abroad: Span | None = None


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a room can expect at one instant.

    Attributes:
        spans: item id → expected span, for every item of the line.
        current: the item that is on, if any.
        next: the item that comes then (of the same day, while one is on).
        late: how late the room is; negative when early.
        late_from: the instant from which `late` grows with time while nobody does anything; None: it does not.
        day: the event day that `planned_end` and `expected_end` are of; None in an empty room.
    """

    spans: Mapping[str, Span]
    current: str | None
    next: str | None
    late: int
    late_from: int | None
    day: int | None
    planned_end: int | None
    expected_end: int | None


def clock_end(item: Item, now: int) -> int:
    """Return when the clock of a started item shows zero, its open pause counted up to `now`."""
    plan, facts = item.plan, item.facts
    began = plan.start if facts.started_at is None else facts.started_at
    pauses = facts.paused_total
    if facts.paused_at is not None:
        pauses += max(0, now - facts.paused_at)
    if plan.end_kind == "fixed":
        return max(plan.end + facts.adjusted, began + pauses + item.min_duration)
    return began + item.duration + pauses


def finish_of(item: Item, start: int) -> int:
    """Return when an item that begins at `start` ends."""
    if item.plan.end_kind == "fixed":
        return max(item.plan.end + item.facts.adjusted, start + item.min_duration)
    return start + item.duration


def start_after(item: Item, cursor: int) -> int:
    """Return when an item begins whose predecessor ends at `cursor`."""
    plan = item.plan
    if plan.start_kind == "hard":
        return max(plan.start, cursor + plan.floor)
    return max(cursor + plan.floor, min(cursor + plan.gap, plan.start))


def forecast(line: Sequence[Entry], now: int, last: str | None = None) -> Outlook:
    """Return what a room can expect at `now`. Linear in the length of the line.

    Args:
        line: the room's items in running order.
        now: the instant that the answer is true at.
        last: the item that was started last, running or done: what comes next follows it.
    """
    spans: dict[str, Span] = {}
    cursor, day, earliest = footing(line, now, last)
    for entry in line:
        plan = entry.item.plan
        span = spans[plan.id] = _span(entry, now, cursor if day == plan.day else None, earliest)
        if span.end is not None and leads_on(entry):
            cursor = span.end if day != plan.day or cursor is None else max(cursor, span.end)
            day = plan.day
    return _summary(line, spans, now)


def footing(line: Sequence[Entry], now: int, last: str | None) -> tuple[int | None, int | None, int]:
    """Return what coming items stand on: when the last one that began ends, its event day, the earliest instant."""
    cursor, day = _origin(line, now, last)
    return cursor, day, now if cursor is None or not _is_on(line, last) else max(now, cursor)


def leads_on(entry: Entry) -> bool:
    """Say whether what follows in the line waits for this item."""
    return entry.item.upcoming or (entry.abroad is not None and entry.item.facts.state != "skipped")


def _is_on(line: Sequence[Entry], last: str | None) -> bool:
    return any(entry.item.plan.id == last and entry.item.on for entry in line)


def _origin(line: Sequence[Entry], now: int, last: str | None) -> tuple[int | None, int | None]:
    for entry in line:
        item = entry.item
        if item.plan.id == last:
            if item.on:
                return max(clock_end(item, now), now), item.plan.day
            if item.facts.ended_at is not None:
                return item.facts.ended_at, item.plan.day
    return None, None


def _span(entry: Entry, now: int, cursor: int | None, earliest: int) -> Span:
    item = entry.item
    facts = item.facts
    if entry.abroad is not None:
        return entry.abroad
    if item.on:
        return Span(facts.started_at, max(clock_end(item, now), now))
    if facts.state == "done":
        return Span(facts.started_at, facts.ended_at)
    if not item.upcoming:
        return UNEXPECTED
    start = item.plan.start if cursor is None else start_after(item, cursor)
    start = max(start, earliest)
    return Span(start, finish_of(item, start))


def _summary(line: Sequence[Entry], spans: Mapping[str, Span], now: int) -> Outlook:
    current = _current(line)
    coming = _coming(line, current)
    done = None if current or coming else _latest_done(line)
    anchor = current or coming or done or (line[-1].item if line else None)
    day = anchor.plan.day if anchor else None
    ends = [spans[entry.item.plan.id].end for entry in line if entry.item.plan.day == day]
    return Outlook(
        spans=spans,
        current=current.plan.id if current else None,
        next=coming.plan.id if coming else None,
        late=_late(current, coming, done, spans, now),
        late_from=_late_from(current, coming, spans),
        day=day,
        planned_end=max((entry.item.plan.end for entry in line if entry.item.plan.day == day), default=None),
        expected_end=max((end for end in ends if end is not None), default=None),
    )


def _current(line: Sequence[Entry]) -> Item | None:
    """Return the item that is on: the room's own, else one that is shown from another room."""
    guest = None
    for entry in line:
        if entry.item.on:
            if entry.abroad is None:
                return entry.item
            guest = entry.item
    return guest


def _coming(line: Sequence[Entry], current: Item | None) -> Item | None:
    for entry in line:
        if entry.item.upcoming and (current is None or entry.item.plan.day == current.plan.day):
            return entry.item
    return None


def _latest_done(line: Sequence[Entry]) -> Item | None:
    done = [entry.item for entry in line if entry.item.facts.ended_at is not None]
    return max(done, key=lambda item: item.facts.ended_at or 0, default=None)


def _late(current: Item | None, coming: Item | None, done: Item | None, spans: Mapping[str, Span], now: int) -> int:
    if current is not None:
        began = current.plan.start if current.facts.started_at is None else current.facts.started_at
        return began - current.plan.start + max(0, now - clock_end(current, now))
    if coming is not None:
        start = spans[coming.plan.id].start
        return 0 if start is None else start - coming.plan.start
    if done is not None and done.facts.ended_at is not None:
        return done.facts.ended_at - done.plan.end
    return 0


def _late_from(current: Item | None, coming: Item | None, spans: Mapping[str, Span]) -> int | None:
    if current is not None:
        return None if current.facts.state == "paused" else spans[current.plan.id].end
    return None if coming is None else spans[coming.plan.id].start


def must_start_by(line: Sequence[Entry], targets: Mapping[int, int]) -> dict[str, int]:
    """Return by when each coming item must begin so that its day still ends on target.

    Gaps count with their floors, items with fixed ends with what they can shrink to; a day needs a target.
    """
    found: dict[str, int] = {}
    limits = dict(targets)
    for entry in reversed(line):
        item = entry.item
        limit = limits.get(item.plan.day)
        if limit is None or not item.upcoming:
            continue
        least = item.min_duration if item.plan.end_kind == "fixed" else item.duration
        found[item.plan.id] = limit - least
        limits[item.plan.day] = limit - least - item.plan.floor
    return found


def live_gaps(line: Sequence[Entry], spans: Mapping[str, Span]) -> dict[str, int]:
    """Return every coming hard item's planned start less the expected finish before it: negative is a conflict."""
    found: dict[str, int] = {}
    cursor: tuple[int, int] | None = None
    for entry in line:
        item = entry.item
        span = spans[item.plan.id]
        if item.upcoming and item.plan.start_kind == "hard" and cursor is not None and cursor[0] == item.plan.day:
            found[item.plan.id] = item.plan.start - cursor[1]
        if span.end is not None:
            cursor = (item.plan.day, span.end)
    return found
