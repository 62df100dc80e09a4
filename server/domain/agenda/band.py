"""How the day may end: from how much longer or shorter this room's own talks have run today.

Owns    the band of a room's end (P50, P90) and what it rests on.
Never   draws by chance: the same history gives the same band everywhere.
Used by the agenda's index.

Theory of operation: every talk of the day that is over gives one sample, its overrun as a share of the time it had;
a sample of zero stands for the plan. `RUNS` days are walked through, each with its own choice of a sample for every
talk that is to come (and for the one that is on, never less than it has taken already). Breaks and fillers take
the time they have. The gaps, floors, hard starts and fixed ends are those of the forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from server.clock import MINUTE
from server.domain.agenda.forecast import Entry, Outlook, clock_end, footing, leads_on
from server.domain.agenda.state import Item

LEAST = 2
"""Talks that must be over before anything is said."""

RUNS = 32
SHORTEST = 5 * MINUTE
"""Shares of a shorter talk than this say little: they count as shares of so much."""

EARLIEST, LATEST = -0.5, 1.0
RUNS_OVER = frozenset({"talk", "ceremony"})


class Band(msgspec.Struct, frozen=True):
    """When a room's day ends in one of two and in nine of ten cases like this day's, as of its last event.

    Attributes:
        rest50, rest90: how much of that comes after the item that is on: however late it is by now, the
            day does not end before its expected end and so much.
        talks: how many of this day's talks it rests on.
    """

    p50: int
    p90: int
    rest50: int
    rest90: int
    talks: int


class Step(NamedTuple):
    """One coming item of a walk, in plain numbers.

    Attributes:
        until: when it ends, where another room says so; None: it takes its place among the others.
        is_hard, start, gap, floor: as `start_after` reads them.
        fixed_end, least: when it ends whatever it began at, but not before it has had its least; None: by its length.
        extra: by how much it runs over in each run.
    """

    until: int | None
    is_hard: bool
    start: int
    gap: int
    floor: int
    fixed_end: int | None
    least: int
    extra: list[int]


def band(line: Sequence[Entry], outlook: Outlook, now: int, last: str | None) -> Band | None:
    """Return the band of the end of the day that `outlook` is of; None while too few talks are over, or at its end."""
    day, end = outlook.day, outlook.expected_end
    if day is None or end is None or (outlook.current is None and outlook.next is None):
        return None
    today = [entry for entry in line if entry.item.plan.day == day]
    found = [_overrun(entry.item) for entry in today if entry.abroad is None and _counts(entry.item)]
    if len(found) < LEAST:
        return None
    samples = [0.0, *sorted(found)]
    walk = _Walk(today, footing(line, now, last), now, samples)
    ends, rests = walk.ends(True), walk.ends(False)
    rest50, rest90 = (max(0, each - end) for each in _quantiles(rests))
    p50, p90 = _quantiles(ends)
    return Band(p50, p90, rest50, rest90, len(found))


def _quantiles(ends: list[int]) -> tuple[int, int]:
    ends.sort()
    return ends[len(ends) // 2], ends[len(ends) * 9 // 10]


def _counts(item: Item) -> bool:
    facts = item.facts
    return facts.state == "done" and facts.started_at is not None and item.plan.kind in RUNS_OVER


def _overrun(item: Item) -> float:
    """Return by which share of its time a talk that is over ran longer; what the crew gave it counts as overrun."""
    plan, facts = item.plan, item.facts
    started, ended = facts.started_at or 0, facts.ended_at or 0
    had = plan.end - (started if plan.end_kind == "fixed" else plan.start)
    share = (ended - started - max(had, item.plan.min_duration or 0)) / max(had, SHORTEST)
    return min(LATEST, max(EARLIEST, share))


class _Walk:
    """The rest of a day, to be walked through many times."""

    def __init__(
        self,
        today: Sequence[Entry],
        foot: tuple[int | None, int | None, int],
        now: int,
        samples: Sequence[float],
    ) -> None:
        cursor, day, self._earliest = foot
        self._now = now
        self._current = next((entry.item for entry in today if entry.item.on and entry.abroad is None), None)
        self._cursor = cursor if today and day == today[0].item.plan.day else None
        self._over = max((_known_end(entry) for entry in today), default=0)
        self._extra = [] if self._current is None else _extras(self._current, samples, 0)
        coming = [entry for entry in today if leads_on(entry) and not entry.item.on]
        self._steps = [_step(entry, samples, place) for place, entry in enumerate(coming, 1)]

    def ends(self, varies: bool) -> list[int]:
        """Return the end of every run; `varies`: so does the item that is on."""
        current = self._current
        runs = current is not None and varies and current.facts.state != "paused"
        ends = []
        for run in range(RUNS):
            foot = self._cursor
            if runs and current is not None:
                foot = max(self._now, clock_end(current, self._now) + self._extra[run])
            over = self._over if current is None or foot is None else max(foot, self._over)
            earliest = self._earliest if foot is None or current is None else foot
            ends.append(_walked(self._steps, run, foot, earliest, over))
        return ends


def _walked(steps: Sequence[Step], run: int, cursor: int | None, earliest: int, end: int) -> int:
    """Return when a day ends whose items begin at `earliest` or later, after one that ends at `cursor`."""
    for until, is_hard, start, gap, floor, fixed_end, least, extra in steps:
        if until is None:
            begins = start
            if cursor is not None:
                free = start if is_hard or cursor + gap > start else cursor + gap
                begins = cursor + floor if cursor + floor > free else free
            begins = earliest if earliest > begins else begins
            until = begins + least  # noqa: PLW2901 - a tight loop
            if fixed_end is not None and fixed_end > until:
                until = fixed_end  # noqa: PLW2901 - a tight loop
            until += extra[run]  # noqa: PLW2901 - a tight loop
        cursor = until if cursor is None or until > cursor else cursor
        end = cursor if cursor > end else end
    return end


def _known_end(entry: Entry) -> int:
    facts = entry.item.facts
    return facts.ended_at or 0 if facts.state == "done" else 0


def _step(entry: Entry, samples: Sequence[float], place: int) -> Step:
    item = entry.item
    plan = item.plan
    is_fixed = plan.end_kind == "fixed"
    return Step(
        until=None if entry.abroad is None else entry.abroad.end or 0,
        is_hard=plan.start_kind == "hard",
        start=plan.start,
        gap=plan.gap,
        floor=plan.floor,
        fixed_end=plan.end + item.facts.adjusted if is_fixed else None,
        least=item.min_duration if is_fixed else item.duration,
        extra=_extras(item, samples, place),
    )


def _extras(item: Item, samples: Sequence[float], place: int) -> list[int]:
    """Return by how much an item runs over in each run: every item has all samples, each in its own turn."""
    if item.plan.kind not in RUNS_OVER or not item.duration:
        return [0] * RUNS
    length = max(item.duration, SHORTEST)
    # Steps of the golden section spread few samples evenly, and differently for every place.
    turns = [(run * 0x9E3779B1 + place * 0x61C88647 * (1 + run // 8)) & 0xFFFFFFFF for run in range(RUNS)]
    return [max(-item.duration, round(samples[turn * len(samples) >> 32] * length)) for turn in turns]
