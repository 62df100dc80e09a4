"""Every plan against lateness, tried one after another through the forecast itself: slow, and plain to read.

It knows the rules as the crew's page tells them, and none of the search: each plan is laid out as items, and what it
costs is read from what the forecast then says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from msgspec.structs import replace

from server.domain.agenda import Agenda, layout
from server.domain.agenda.events import Placed
from server.domain.agenda.forecast import Entry, Span, forecast
from server.domain.agenda.state import Facts, Item, ItemPlan

MINUTE = 60_000
HERE = ("on_site", "miked", "in_wings", "ready", "link_tested")


class Everything:
    """One room of single-room items, of one day, nothing of which has begun."""

    def __init__(self, agenda: Agenda, late: str, available: int, now: int) -> None:
        self.agenda, self.available, self.now = agenda, available, now
        self.late = agenda.state.items[late]
        self.room = agenda.state.rooms[self.late.plan.room]
        self.items = [agenda.state.items[key] for key in self.room.order]
        self.before = forecast([Entry(item) for item in self.items], now).spans

    def cheapest(self) -> tuple[int, ...]:
        """Return the cost of the best plan."""
        return min(self._costs())

    def _costs(self) -> Iterator[tuple[int, ...]]:
        for order, named in self._orders():
            placed = {
                each.item: each
                for each in layout.rearranged(self.agenda.state.items, self.room.order, order, set(named))
            }
            line = [self._seated(key, placed) for key in order]
            yield from self._decided(line, [], len(named))

    def _orders(self) -> Iterator[tuple[list[str], tuple[str, ...]]]:
        first = self.items.index(self.late)
        head = [item.plan.id for item in self.items[:first]]
        tail = [item.plan.id for item in self.items[first:]]
        free = [item.plan.id for item in self.items[first:] if item is self.late or _may_move(item.plan)]
        for order in permutations(tail):
            for size in (0, 1, 2):
                named = next((some for some in combinations(free, size) if _sorted_without(order, tail, some)), None)
                if named is not None:
                    yield head + list(order), named
                    break

    def _seated(self, key: str, placed: dict[str, Placed]) -> Item:
        item = self.agenda.state.items[key]
        seat = placed.get(key)
        if seat is None:
            return item
        return Item(replace(item.plan, start=seat.start, end=seat.end, gap=seat.gap), facts=item.facts)

    def _decided(self, rest: Sequence[Item], done: list[Item], moved: int) -> Iterator[tuple[int, ...]]:
        if not rest:
            yield self._cost(done, moved)
            return
        item = rest[0]
        late = item.plan.id == self.late.plan.id
        seated = item.plan is not self.agenda.state.items[item.plan.id].plan
        if (item.plan.optional or item.plan.kind == "filler") and not late and not seated:
            yield from self._decided(rest[1:], [*done, Item(item.plan, facts=Facts(state="skipped"))], moved)
        ahead = done
        if late:
            start, _ = self._last_of([*done, item])
            if start < self.available:
                ahead = [*done, self._filler(item.plan, self.available - start)]
                item = Item(replace(item.plan, gap=0, min_gap=None), facts=item.facts)
        start, end = self._last_of([*ahead, item])
        if self._early(item, start):
            return
        for cut in self._cuts(item, end):
            shorter = Item(item.plan, facts=replace(item.facts, adjusted=item.facts.adjusted - cut))
            yield from self._decided(rest[1:], [*ahead, shorter], moved)

    def _spans(self, line: list[Item]) -> dict[str, Span]:
        return dict(forecast([Entry(item) for item in line], self.now).spans)

    def _last_of(self, line: list[Item]) -> tuple[int, int]:
        span = self._spans(line)[line[-1].plan.id]
        assert span.start is not None
        assert span.end is not None
        return span.start, span.end

    def _filler(self, plan: ItemPlan, length: int) -> Item:
        return Item(replace(plan, id="new", kind="filler", speakers=(), end=plan.start + length, end_kind="duration"))

    def _early(self, item: Item, start: int) -> bool:
        """Say whether people would have to come forward who are not there."""
        planned = self.agenda.state.items[item.plan.id].plan.start
        if start >= min(planned, self.before[item.plan.id].start or 0) - 2 * MINUTE:
            return False
        return item.plan.kind == "break" or any(not self._there(key, start) for key in item.plan.speakers)

    def _there(self, key: str, start: int) -> bool:
        if key in self.late.plan.speakers:
            return start >= self.available
        speaker = self.agenda.state.speakers[key]
        return speaker.readiness in HERE or (speaker.eta is not None and speaker.eta <= start)

    def _cuts(self, item: Item, end: int) -> list[int]:
        if item.plan.end_kind == "fixed":
            return [0]
        spare = max(0, item.duration - item.min_duration)
        behind = end - (self.before[item.plan.id].end or 0)
        return [cut for cut in range(0, spare + 1, MINUTE) if cut % (5 * MINUTE) == 0 or cut in (spare, behind)]

    def _cost(self, line: list[Item], moved: int) -> tuple[int, ...]:
        spans = self._spans(line)
        ends = [span.end for span in spans.values() if span.end is not None]
        target = self.room.targets.get(1, max(item.plan.end for item in self.items))
        hard, talk, rest, changed = 0, 0, 0, moved
        told: set[str] = set()
        for item in line:
            if item.plan.id == "new":
                continue
            span, was = spans[item.plan.id], self.before[item.plan.id]
            length = (was.end or 0) - (was.start or 0)
            if span.start is None or span.end is None:
                changed += 1
                taken = length
                told |= set(item.plan.speakers)
            else:
                taken = max(0, length - (span.end - span.start))
                cut = item.facts.adjusted < self.agenda.state.items[item.plan.id].facts.adjusted
                if cut or abs(span.start - (was.start or 0)) > 2 * MINUTE:
                    told |= set(item.plan.speakers)
                if item.plan.start_kind == "hard":
                    hard += abs(span.start - self.agenda.state.items[item.plan.id].plan.start)
            talk += taken if item.plan.kind in ("talk", "ceremony") else 0
            rest += taken if item.plan.kind in ("break", "filler") else 0
        made = sum(item.duration for item in line if item.plan.id == "new")
        return (max(0, max(ends, default=0) - target), hard, len(told), changed + (made > 0), talk, rest, made)


def _may_move(plan: ItemPlan) -> bool:
    return plan.start_kind == "soft" and plan.kind != "break"


def _sorted_without(order: Sequence[str], tail: Sequence[str], some: Sequence[str]) -> bool:
    left = [key for key in order if key not in some]
    return left == [key for key in tail if key not in some]
