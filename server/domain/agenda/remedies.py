"""Plans against lateness: the day as the search sees it, and each plan it found as one event.

Owns    which items of a room a plan may touch, and the translation between agenda and search.
Never   says a word to anybody, or changes the state.
Used by `proposals`.

Theory of operation: all coming items of the late item's day may be left out or shortened as they themselves allow.
Places change only from the late item on, among the next `SMALL` items, up to the first one that other rooms share:
what several rooms do together stays where it is. A new filler takes over the place, the gap and the planned start of
the late item, which then follows it without a gap, so the set-up that the gap was for is done during the filler.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from server.domain.agenda import layout
from server.domain.agenda.answers import Desk
from server.domain.agenda.events import Placed, PlanAdopted, Shortened
from server.domain.agenda.forecast import Entry, Span, footing, leads_on
from server.domain.agenda.search import (
    NEVER,
    SMALL,
    Found,
    Setting,
    Slot,
    arrangements,
    is_told,
    search,
    traced,
)
from server.domain.agenda.state import Item, ItemPlan, Readiness, Room

HERE: frozenset[Readiness] = frozenset({"on_site", "miked", "in_wings", "ready", "link_tested"})
"""Who can come forward at once."""

FILLER_TITLE = "暖场 Interlude"
"""What a new filler is called until somebody gives it a name: both languages, since everybody reads it."""

AT_ONCE = 5
"""How many plans are offered."""


class Arrangement(msgspec.Struct, frozen=True):
    """One order of the room's items: who was moved, and who stands elsewhere by it."""

    order: tuple[str, ...]
    named: tuple[str, ...]
    placed: Mapping[str, Placed]
    slots: tuple[Slot, ...]


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, with what has to be said about it.

    Attributes:
        event: what adopting it comes to; a new filler has no id yet.
        cost: as `search` compares it.
        filler: the length of a new filler; 0 for none.
        start: when the late item will begin.
        end: when the day will end.
        short_by: by how much that misses the target.
        target: the day's target end, or its planned end where it has none.
        buffer: the time taken from gaps.
        told: the people who must be told, in running order.
    """

    event: PlanAdopted
    cost: tuple[int, ...]
    filler: int
    start: int
    end: int
    short_by: int
    target: int
    buffer: int
    told: tuple[str, ...]


class Day:
    """One room's day, once an item of it is late."""

    def __init__(self, desk: Desk, item: Item, available: int, now: int) -> None:
        self.desk = desk
        self.late = item
        self.available = available
        self.room: Room = desk.state.rooms[item.plan.room]
        index = desk.index
        index.outlook(self.room.id)
        self.spans = index.outlook_at(self.room.id, now).spans
        self.line = [entry for entry in index.lines[self.room.id] if entry.item.plan.day == item.plan.day]
        self.tail = [entry for entry in self.line if leads_on(entry) and self._span(entry.item) is not None]
        self.people = list(dict.fromkeys(key for entry in self.tail for key in entry.item.plan.speakers))
        self.setting = self._setting(now)
        self.base = [self._slot(place, entry) for place, entry in enumerate(self.tail)]

    def remedies(self) -> list[Remedy]:
        """Return the best plans, best first: one of each kind of means, none that only does more than a better one."""
        first, last = self._window()
        options = list(self._arrangements(first, last))
        before, after = self.base[:first], self.base[last:]
        found = search(self.setting, before, [(option.slots, len(option.named)) for option in options], after)
        by_places = {tuple(slot.place for slot in option.slots): option for option in options}
        kept: list[Found] = []
        for each in found:
            if all(better.means & ~each.means for better in kept):
                kept.append(each)
        return [self._remedy(each, by_places, first, last) for each in kept[:AT_ONCE]]

    def _span(self, item: Item) -> tuple[int, int] | None:
        span: Span = self.spans[item.plan.id]
        return None if span.start is None or span.end is None else (span.start, span.end)

    def _setting(self, now: int) -> Setting:
        cursor, day, earliest = footing(self.desk.index.lines[self.room.id], now, self.room.last)
        coming = {entry.item.plan.id for entry in self.tail if entry.abroad is None}
        fixed = [self.spans[entry.item.plan.id].end for entry in self.line if entry.item.plan.id not in coming]
        planned = max(entry.item.plan.end for entry in self.line)
        counts = [sum(key in entry.item.plan.speakers for entry in self.tail) for key in self.people]
        return Setting(
            cursor=cursor if day == self.late.plan.day else None,
            earliest=earliest,
            available=self.available,
            target=self.room.targets.get(self.late.plan.day, planned),
            floor=max((end for end in fixed if end is not None), default=0),
            shared=sum(1 << bit for bit, count in enumerate(counts) if count > 1),
            wide=len(self.tail) <= SMALL,
        )

    def _slot(self, place: int, entry: Entry) -> Slot:
        item, plan = entry.item, entry.item.plan
        expected, expected_end = self._span(item) or (0, 0)
        fixed = plan.end_kind == "fixed"
        late = item is self.late
        return Slot(
            place=place,
            start=plan.start,
            gap=plan.gap,
            floor=plan.floor,
            length=item.duration,
            least=min(item.min_duration, item.duration) if not fixed else item.min_duration,
            ends=plan.end + item.facts.adjusted if fixed else None,
            span=None if entry.abroad is None else (expected, expected_end),
            due=plan.start if plan.start_kind == "hard" else None,
            expected=expected,
            expected_end=expected_end,
            booked=min(plan.start, expected),
            people=sum(1 << self.people.index(key) for key in plan.speakers),
            ready_from=self._ready_from(item),
            busy=tuple(self._busy(item)),
            talk=plan.kind in ("talk", "ceremony"),
            hard=plan.start_kind == "hard",
            optional=(plan.optional or plan.kind == "filler") and not late and len(plan.rooms) == 1,
            late=late,
        )

    def _ready_from(self, item: Item) -> int:
        """Return from when an item can come forward: no break, nothing shared; else once all its people are there."""
        if item.plan.kind == "break" or len(item.plan.rooms) > 1:
            return NEVER
        return max((self._comes(key) for key in item.plan.speakers), default=0)

    def _comes(self, key: str) -> int:
        if key in self.late.plan.speakers:
            return self.available
        speaker = self.desk.state.speakers.get(key)
        if speaker is None:
            return NEVER
        if speaker.readiness in HERE:
            return 0
        return NEVER if speaker.eta is None else speaker.eta

    def _busy(self, item: Item) -> Iterator[tuple[int, int]]:
        index = self.desk.index
        for _, key in index.rivals.get(item.plan.id, ()):
            other = self.desk.state.items[key]
            span = index.outlook(other.plan.room).spans[key]
            if (other.on or other.upcoming) and span.start is not None and span.end is not None:
                yield span.start, span.end

    def _window(self) -> tuple[int, int]:
        """Return from and to which place of the tail items may change places."""
        first = next(place for place, entry in enumerate(self.tail) if entry.item is self.late)
        last = first
        while last < len(self.tail) and last - first < SMALL and _alone(self.tail[last]):
            last += 1
        return first, max(last, first + 1)

    def _arrangements(self, first: int, last: int) -> Iterator[Arrangement]:
        items = [entry.item for entry in self.tail[first:last]]
        keys = [item.plan.id for item in items]
        seats = [self.room.order.index(key) for key in keys]
        movable = [item is self.late or _movable(item.plan) for item in items]
        for places, named in arrangements(movable, 2 if self.setting.wide else 1).items():
            order = list(self.room.order)
            for seat, place in zip(seats, places, strict=True):
                order[seat] = keys[place]
            names = tuple(keys[place] for place in named)
            moved = layout.rearranged(self.desk.state.items, self.room.order, order, set(names))
            placed = {each.item: each for each in moved}
            slots = [_seated(self.base[first + place], items[place], placed, place in named) for place in places]
            yield Arrangement(tuple(order), names, placed, tuple(slots))

    def _remedy(self, found: Found, by_places: Mapping[tuple[int, ...], Arrangement], first: int, last: int) -> Remedy:
        middle = by_places[tuple(place for place, _, _ in found.choices if first <= place < last)]
        slots = [*self.base[:first], *middle.slots, *self.base[last:]]
        kept = list(traced(self.setting, slots, found))
        cuts = {place: cut for place, _, cut in found.choices}
        told = [slot for slot, start, _ in kept if is_told(slot, start, cuts[slot.place])]
        gone = [self.base[place] for place, dropped, _ in found.choices if dropped]
        filler = found.cost[-1]
        return Remedy(
            event=self._event(found, middle, filler),
            cost=found.cost,
            filler=filler,
            start=next(start for slot, start, _ in kept if slot.late),
            end=found.end,
            short_by=found.short_by,
            target=self.setting.target,
            buffer=_drawn(kept, filler),
            told=tuple(
                dict.fromkeys(key for slot in [*told, *gone] for key in self.tail[slot.place].item.plan.speakers)
            ),
        )

    def _event(self, found: Found, middle: Arrangement, filler: int) -> PlanAdopted:
        plans = {}
        for key, placed in middle.placed.items():
            plan = self.desk.state.items[key].plan
            plans[key] = replace(plan, start=placed.start, end=placed.end, gap=placed.gap)
        order = list(middle.order)
        if filler:
            late = plans.get(self.late.plan.id, self.late.plan)
            plans[""] = _filler(late, filler)
            plans[late.id] = replace(late, gap=0, min_gap=None)
            order.insert(order.index(late.id), "")
        keys = [entry.item.plan.id for entry in self.tail]
        return PlanAdopted(
            room=self.room.id,
            item=self.late.plan.id,
            order=tuple(order),
            moved=middle.named,
            plans=tuple(plans.values()),
            dropped=tuple(keys[place] for place, dropped, _ in found.choices if dropped),
            shortened=tuple(Shortened(keys[place], cut) for place, _, cut in found.choices if cut),
        )


def _movable(plan: ItemPlan) -> bool:
    """Say whether an item may be given another place: no hard start was promised for it, and no kitchen serves it."""
    return plan.start_kind == "soft" and plan.kind != "break"


def _alone(entry: Entry) -> bool:
    return entry.abroad is None and len(entry.item.plan.rooms) == 1


def _seated(slot: Slot, item: Item, placed: Mapping[str, Placed], named: bool) -> Slot:
    seat = placed.get(item.plan.id)
    moved = named and bool(slot.busy)
    if seat is None:
        return replace(slot, moved=True) if moved else slot
    plan = replace(item.plan, start=seat.start, end=seat.end, gap=seat.gap)
    ends = None if slot.ends is None else plan.end + item.facts.adjusted
    # What was given another place is not left out as well: the hole would do for a wait that nobody fills.
    return replace(slot, start=plan.start, gap=plan.gap, floor=plan.floor, ends=ends, moved=moved, optional=False)


def _filler(late: ItemPlan, length: int) -> ItemPlan:
    return ItemPlan(
        id="",
        room=late.room,
        title=FILLER_TITLE,
        start=late.start,
        end=late.start + length,
        day=late.day,
        gap=late.gap,
        kind="filler",
        start_kind=late.start_kind,
        min_duration=0,
        gap_kind=late.gap_kind,
        min_gap=late.min_gap,
        optional=True,
        language=late.language,
    )


def _drawn(kept: Sequence[tuple[Slot, int, int]], filler: int) -> int:
    """Return how much shorter the gaps get between items that follow each other before and after."""
    total = 0
    for (one, _, end), (other, start, _) in pairwise(kept):
        if other.place == one.place + 1 and not (filler and other.late):
            total += max(0, other.expected - one.expected_end - (start - end))
    return total
