"""Where items stand: laying a source out in rooms, reading it again, and moving items about.

Owns    the gaps of a source, the merging of a later source, and the placing of moved items.
Never   changes the state or a fact.
Used by the agenda engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from server.domain.agenda.events import Placed
from server.domain.agenda.state import Item, ItemPlan
from server.plan import PlannedItem, Target

TIMES = ("room", "day", "start", "end")
"""Members that a source gives as one: where and when an item is."""


class Difference(NamedTuple):
    """What reading a source again would change: ids of items."""

    added: list[str]
    changed: list[str]
    dropped: list[str]


def laid_out(items: Iterable[PlannedItem]) -> tuple[ItemPlan, ...]:
    """Return the plans of a source's items in order of their start, each with the gap before it."""
    ends: dict[tuple[str, int], int] = {}
    plans = []
    for order, item in sorted(enumerate(items), key=lambda pair: (pair[1].start, pair[0])):
        del order
        plan = _plan_of(item, ends.get((item.room, item.day), item.start))
        for room in plan.rooms:
            ends[room, item.day] = max(item.end, ends.get((room, item.day), item.end))
        plans.append(plan)
    return tuple(plans)


def _plan_of(item: PlannedItem, before: int) -> ItemPlan:
    return ItemPlan(
        id=item.id,
        room=item.room,
        title=item.title,
        start=item.start,
        end=max(item.start, item.end),
        day=item.day,
        gap=max(0, item.start - before),
        kind=item.kind,
        speakers=tuple(dict.fromkeys(speaker.id for speaker in item.speakers)),
        start_kind=item.start_kind,
        end_kind=item.end_kind,
        min_duration=item.min_duration,
        gap_kind=item.gap_kind,
        min_gap=item.min_gap,
        optional=item.optional,
        language=item.language,
        broadcast=item.broadcast,
    )


def difference(items: Mapping[str, Item], source: Iterable[ItemPlan]) -> Difference:
    """Return which items a source adds, changes and drops."""
    named = {plan.id: plan for plan in source}
    added = [key for key in named if key not in items]
    changed = [key for key, plan in named.items() if key in items and items[key].source != plan]
    dropped = [key for key, item in items.items() if key not in named and vanishes(item)]
    return Difference(added, changed, dropped)


def vanishes(item: Item) -> bool:
    """Say whether an item leaves with its source: it is not the crew's own, and nothing has happened to it."""
    return item.source is not None and item.facts.state == "pending"


def merged(item: Item, source: ItemPlan) -> ItemPlan:
    """Return an item's plan after its source was read again.

    What the source has changed since it was last read is taken over; the crew's own edits of anything else stay.
    An item to which something has happened stays in its room.
    """
    last = item.source
    if last is None:
        return source
    new = {name: getattr(source, name) for name in ItemPlan.__struct_fields__}
    changed = {name: value for name, value in new.items() if value != getattr(last, name)}
    if not changed.keys().isdisjoint(TIMES):
        changed |= {name: new[name] for name in TIMES}
    if item.facts.state != "pending":
        changed.pop("room", None)
    return msgspec.structs.replace(item.plan, **changed)


def reordered(order: Sequence[str], items: Mapping[str, Item], retimed: set[str]) -> list[str]:
    """Return a room's order once some of its items have new times: those go where their start puts them."""
    kept = [key for key in order if key not in retimed]
    fresh = sorted((key for key in order if key in retimed), key=lambda key: items[key].plan.start)
    result: list[str] = []
    for key in kept:
        while fresh and items[fresh[0]].plan.start < items[key].plan.start:
            result.append(fresh.pop(0))
        result.append(key)
    return result + fresh


def targets_of(room: str, targets: Iterable[Target]) -> dict[int, int]:
    """Return event day → target end of a room: its own, else the one of all rooms."""
    ordered = sorted(targets, key=lambda target: target.room is not None)
    return {target.day: target.at for target in ordered if target.room in (None, room)}


def rearranged(
    items: Mapping[str, Item], old: Sequence[str], new: Sequence[str], named: set[str]
) -> tuple[Placed, ...]:
    """Return where the items of a room stand once their order `old` has become `new`.

    Durations travel with their items; the lengths of the gaps stay where they are, so whatever stands outside
    of the rearranged stretch keeps its plan. A hard item that was not itself meant (`named`) keeps its instant
    and its own gap, and a conflict with what is now before it shows.
    """
    low, high = _stretch(old, new)
    slots = old[low : high + 1]
    pinned = {key for key in slots if items[key].plan.start_kind == "hard" and key not in named}
    gaps = iter([items[key].plan.gap for key in slots if key not in pinned])
    cursor = min((items[key].plan.start - items[key].plan.gap for key in slots[:1]), default=0)
    placed = []
    for key in new[low : high + 1]:
        plan = items[key].plan
        gap = plan.gap if key in pinned else next(gaps)
        start = plan.start if key in pinned else cursor + gap
        end = start + plan.end - plan.start
        cursor = max(cursor, end)
        placed.append(Placed(key, start, end, gap))
    return tuple(place for place in placed if _moved(items[place.item].plan, place))


def _stretch(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    differing = [index for index, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    return (differing[0], differing[-1]) if differing else (0, -1)


def _moved(plan: ItemPlan, place: Placed) -> bool:
    return (plan.start, plan.end, plan.gap) != (place.start, place.end, place.gap)
