"""The search for a plan when somebody is late: what may be done, what it costs, and which is best.

Owns    the space of plans of one room's day, their cost, and finding the cheapest of each kind.
Never   knows a room, a command or a word of what it found.
Used by `remedies`.

Theory of operation: a plan decides for every coming item whether it stays, is left out, or gives time; and in which
order the items from the late one on come. Items are taken one by one; a *label* is the cheapest way to have come to
one instant. Two ways that have come to the same instant, have told the same people and used the same kinds of means
have the same future, so the dearer one is forgotten. That loses nothing: for short days the result is that of
trying everything. Long days keep the best `WIDTH` labels of each step.

A plan's cost is compared member by member: time by which the day's target is missed; time by which hard starts are
broken; people to be told; items that change place, come in or are left out; time taken from talks; time taken from
breaks and fillers; length of a new filler. What is then still equal is decided by the order of items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from server.clock import MINUTE

STEP = 5 * MINUTE
"""An item gives time in multiples of this, or exactly what it is late by, or all that it can."""

TOLD = 2 * MINUTE
"""People must be told when they begin earlier or later than expected by more than this."""

SMALL = 7
"""Up to so many items every plan is considered."""

WIDTH = 64
"""How many labels a longer day keeps at each step."""

FILLER, ORDER, CUT, DROP = 1, 2, 4, 8
"""The kinds of means, as bits."""

NEVER = 1 << 60

Choice = tuple[int, bool, int]
"""What is done with one item: its place before, whether it is left out, how much time it gives."""
Label = tuple[int, int, int, int, int, int, tuple[Choice, ...]]
"""Cost so far (hard starts, people, items, talks, breaks, filler) and the choices that led here."""
Key = tuple[int | None, int, int]
"""The instant come to (None: nothing stands before), the people already told who come again, the means used."""
Labels = dict[Key, Label]


class Slot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An item as the search sees it. Instants and lengths in milliseconds.

    Attributes:
        place: its index before anything changes.
        start, gap, floor: its planned start, the planned gap before it, and what must survive of that gap.
        length, least: the time allotted to it, and what it can shrink to.
        ends: when a fixed end is planned; None for a duration.
        span: its times when another room runs it; nothing can be decided about it then.
        due: the hard start that it was promised; None for a soft one.
        expected, expected_end: when it is expected if nothing is done.
        people: the bits of its people.
        booked: since when its people are wanted: as planned, or as expected if that is earlier.
        ready_from: the earliest instant at which it can come forward of that.
        busy: when its people are wanted in other rooms.
        talk: whether its time is that of people who speak.
        moved: whether it was given another place although its people are wanted elsewhere as well.
    """

    place: int
    start: int
    gap: int
    floor: int
    length: int
    least: int
    expected: int
    expected_end: int
    booked: int
    people: int = 0
    ends: int | None = None
    due: int | None = None
    span: tuple[int, int] | None = None
    ready_from: int = 0
    busy: tuple[tuple[int, int], ...] = ()
    talk: bool = True
    hard: bool = False
    optional: bool = False
    late: bool = False
    moved: bool = False


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the plans of one day have in common.

    Attributes:
        cursor: when what stands before the first slot ends; None: nothing does.
        earliest: nothing begins before.
        available: the late item begins no earlier.
        target: when the day is to end.
        floor: the end of what cannot be changed any more.
        shared: the bits of people with several items.
        wide: whether every label is kept.
    """

    cursor: int | None
    earliest: int
    available: int
    target: int
    floor: int
    shared: int
    wide: bool


class Found(msgspec.Struct, frozen=True):
    """The cheapest plan of its kind."""

    means: int
    cost: tuple[int, ...]
    end: int
    short_by: int
    choices: tuple[Choice, ...]


def arrangements(movable: Sequence[bool], at_most: int) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Return every order that so many moves can make, each with the fewest items that move.

    Args:
        movable: for each place whether what stands there may be moved.
        at_most: how many items move; two of them may also swap.
    """
    places = range(len(movable))
    found: dict[tuple[int, ...], tuple[int, ...]] = {tuple(places): ()}
    free = [place for place in places if movable[place]]
    for size in range(1, at_most + 1):
        for named in combinations(free, size):
            rest = [place for place in places if place not in named]
            for order in _inserted(rest, named):
                found.setdefault(order, named)
    for one, other in combinations(free, 2):
        swapped = {one: other, other: one}
        found.setdefault(tuple(swapped.get(place, place) for place in places), (one, other))
    return found


def _inserted(rest: Sequence[int], named: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not named:
        yield tuple(rest)
        return
    for at in range(len(rest) + 1):
        yield from _inserted([*rest[:at], named[0], *rest[at:]], named[1:])


def search(
    setting: Setting, before: Sequence[Slot], orders: Iterable[tuple[Sequence[Slot], int]], after: Sequence[Slot]
) -> list[Found]:
    """Return the cheapest plan of each kind of means, best first.

    Args:
        setting: what all plans have in common.
        before: the items in front of those that may change places.
        orders: every order of those that may, and how many items move for it.
        after: the items behind them.
    """
    labels: Labels = {(setting.cursor, 0, 0): (0, 0, 0, 0, 0, 0, ())}
    joined: Labels = {}
    trail: list[tuple[Slot, Labels]] = []
    start = _walk(setting, labels, before)
    for order, moved in sorted(orders, key=lambda pair: [slot.place for slot in pair[0]]):
        shared = next((at for at, (slot, _) in enumerate(trail) if slot != order[at]), len(trail))
        del trail[shared:]
        for slot in order[shared:]:
            trail.append((slot, _step(setting, trail[-1][1] if trail else start, slot)))
        for key, label in (_moved(trail[-1][1], moved) if moved else trail[-1][1]).items():
            _keep(joined, key, label)
    return _ranked(setting, _walk(setting, _undominated(joined), after))


def _moved(labels: Labels, count: int) -> Labels:
    return {
        (cursor, told, means | ORDER): (hard, people, items + count, talk, rest, made, path)
        for (cursor, told, means), (hard, people, items, talk, rest, made, path) in labels.items()
    }


def _keep(labels: Labels, key: Key, label: Label) -> None:
    known = labels.get(key)
    if known is None or label < known:
        labels[key] = label


def _walk(setting: Setting, labels: Labels, slots: Sequence[Slot]) -> Labels:
    for slot in slots:
        labels = _step(setting, labels, slot)
    return labels


def _step(setting: Setting, labels: Labels, slot: Slot) -> Labels:
    reached: Labels = {}
    for key, label in labels.items():
        for to, dearer in _choices(setting, slot, key, label):
            _keep(reached, to, dearer)
    reached = _undominated(reached)
    return reached if setting.wide or len(reached) <= WIDTH else _narrowed(reached)


def _undominated(labels: Labels) -> Labels:
    """Forget what has come to the same point at a higher cost with the same means and more."""
    alike: dict[tuple[int | None, int], list[tuple[Label, int]]] = {}
    for (cursor, told, means), label in labels.items():
        alike.setdefault((cursor, told), []).append((label, means))
    kept: Labels = {}
    for (cursor, told), some in alike.items():
        better: list[int] = []
        for label, means in sorted(some):
            if all(each & ~means for each in better):
                better.append(means)
                kept[cursor, told, means] = label
    return kept


def _narrowed(labels: Labels) -> Labels:
    """Keep the cheapest labels and the earliest: the one kind for its cost, the other for the target's sake."""
    cheap = sorted(labels, key=labels.__getitem__)[: WIDTH // 2]
    early = sorted(labels, key=lambda key: (key[0] or 0, labels[key]))[: WIDTH // 2]
    return {key: labels[key] for key in dict.fromkeys(cheap + early)}


def _choices(setting: Setting, slot: Slot, key: Key, label: Label) -> Iterator[tuple[Key, Label]]:
    cursor, told, means = key
    hard, people, items, talk, rest, made, path = label
    if slot.span is not None:
        yield (_later(cursor, slot.span[1]), told, means), label
        return
    if slot.optional and not slot.late:
        new = slot.people & ~told
        lost = slot.expected_end - slot.expected
        cost = (talk + lost, rest) if slot.talk else (talk, rest + lost)
        costs = (hard, people + new.bit_count(), items + 1, *cost, made, (*path, (slot.place, True, 0)))
        yield (cursor, told | slot.people & setting.shared, means | DROP), costs
    start = begins(slot, cursor, setting.earliest)
    if slot.late and start < setting.available:
        made += setting.available - start
        items += 1
        means |= FILLER
        start = setting.available
    if not _possible(slot, start):
        return
    hard += 0 if slot.due is None else abs(start - slot.due)
    for cut, end in _ends(slot, start):
        new = slot.people & ~told if is_told(slot, start, cut) else 0
        taken = max(0, slot.expected_end - slot.expected - end + start)
        cost = (talk + taken, rest) if slot.talk else (talk, rest + taken)
        to = (end, told | new & setting.shared, means | CUT if cut else means)
        yield to, (hard, people + new.bit_count(), items, *cost, made, (*path, (slot.place, False, cut)))


def traced(setting: Setting, slots: Iterable[Slot], found: Found) -> Iterator[tuple[Slot, int, int]]:
    """Yield every item that a plan keeps, with the instants from and to which it will then last."""
    given = {place: (dropped, cut) for place, dropped, cut in found.choices}
    cursor = setting.cursor
    for slot in slots:
        dropped, cut = given.get(slot.place, (False, 0))
        if slot.span is not None:
            cursor = _later(cursor, slot.span[1])
        elif not dropped:
            start = begins(slot, cursor, setting.earliest)
            start = max(start, setting.available) if slot.late else start
            cursor = next(end for each, end in _ends(slot, start) if each == cut)
            yield slot, start, cursor


def is_told(slot: Slot, start: int, cut: int) -> bool:
    """Say whether an item's people must be told that it begins at `start` and gives `cut` of its time."""
    return cut > 0 or abs(start - slot.expected) > TOLD


def _later(cursor: int | None, end: int) -> int:
    return end if cursor is None else max(cursor, end)


def begins(slot: Slot, cursor: int | None, earliest: int) -> int:
    """Return when an item begins, by the rules of `forecast`."""
    if cursor is None:
        return max(slot.start, earliest)
    if slot.hard:
        return max(slot.start, cursor + slot.floor, earliest)
    return max(cursor + slot.floor, min(cursor + slot.gap, slot.start), earliest)


def _possible(slot: Slot, start: int) -> bool:
    """Say whether its people can be there: none comes forward who has not arrived, or goes where they are not free."""
    early = start < slot.booked - TOLD
    if early and start < slot.ready_from:
        return False
    if not early and not slot.moved:
        return True
    end = start + slot.length
    return all(end <= since or start >= until for since, until in slot.busy)


def _ends(slot: Slot, start: int) -> Iterator[tuple[int, int]]:
    """Yield (time given, end) for everything that an item can do once it has begun."""
    if slot.ends is not None:
        yield 0, max(slot.ends, start + slot.least)
        return
    end = start + slot.length
    yield 0, end
    spare = slot.length - slot.least
    if spare <= 0:
        return
    given = {spare, *range(STEP, spare, STEP)}
    behind = end - slot.expected_end
    if 0 < behind < spare:
        given.add(behind)
    for cut in sorted(given):
        yield cut, end - cut


def _ranked(setting: Setting, labels: Labels) -> list[Found]:
    best: dict[int, Found] = {}
    for (cursor, _, means), (*costs, path) in labels.items():
        end = setting.floor if cursor is None else max(cursor, setting.floor)
        short_by = max(0, end - setting.target)
        found = Found(means, (short_by, *costs), end, short_by, path)
        known = best.get(means)
        if known is None or (found.cost, found.choices) < (known.cost, known.choices):
            best[means] = found
    return sorted(best.values(), key=lambda found: (found.cost, found.choices))
