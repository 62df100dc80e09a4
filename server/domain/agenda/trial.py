"""A change tried on a copy: what it would move, whom that concerns, and what would break.

Owns    the verb `preview`: the answer before anything is applied.
Never   changes the state, or decides whether a change is good.
Used by `decisions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from server.clock import MINUTE
from server.domain.agenda import evolution
from server.domain.agenda.answers import Desk
from server.domain.agenda.events import RoomEvent
from server.domain.agenda.forecast import Outlook, Span
from server.domain.agenda.index import Clash, Index
from server.domain.agenda.state import AgendaState, Item
from server.domain.base import Context, Decision, Recorded

TOLD = 2 * MINUTE
"""Whose item begins earlier or later by more than this has to know."""

SEEN = MINUTE // 2
"""What moves by less shows nowhere."""


class Sight(NamedTuple):
    """The agenda as it is, or as it would be, at one instant."""

    state: AgendaState
    derived: Index
    outlooks: Mapping[str, Outlook]

    def span(self, key: str) -> Span:
        """Return from when to when an item is expected; of one that is not there, nothing."""
        item = self.state.items.get(key)
        return Span() if item is None else self.outlooks[item.plan.room].spans[key]


def outcome(desk: Desk, decision: Decision, context: Context) -> dict[str, Any]:
    """Return what a decision would come to: `changes`, the `end` of each room it moves, whom to `tell`, what breaks."""
    named = [event.room for event in decision.events if isinstance(event, RoomEvent)]
    rooms = list(dict.fromkeys(tied for room in named for tied in desk.index.groups.get(room, ())))
    was = Sight(desk.state, desk.index, _outlooks(desk.index, rooms, context.now))
    state = _copied(desk.state)
    for event in decision.events:
        evolution.evolve(state, Recorded(0, context.now, context.by, event))
    index = Index(state)
    would = Sight(state, index, _outlooks(index, rooms, context.now))
    changes = list(_changes(was, would, rooms))
    return {
        "id": decision.result.get("id"),
        "rev": desk.state.rooms[rooms[0]].stamp.rev if rooms else None,
        "changes": changes,
        "ends": [each for room in rooms if (each := _end(was, would, room)) is not None],
        "tell": _told(was, would, changes),
        "breaks": [*_broken_starts(was, would, rooms), *_clashes(was, would, rooms)],
    }


def _copied(state: AgendaState) -> AgendaState:
    """Return a copy that evolves by itself; what nothing changes in place is shared."""
    items = {key: Item(each.plan, each.source, each.facts, replace(each.stamp), each.told) for key, each in _all(state)}
    rooms = {key: replace(room, order=list(room.order), stamp=replace(room.stamp)) for key, room in state.rooms.items()}
    speakers = {key: replace(each, stamp=replace(each.stamp)) for key, each in state.speakers.items()}
    calls = {key: replace(each, stamp=replace(each.stamp)) for key, each in state.calls.items()}
    own = {"items": items, "rooms": rooms, "speakers": speakers, "calls": calls, "deeds": []}
    return replace(state, **own, stamp=replace(state.stamp))


def _all(state: AgendaState) -> Iterable[tuple[str, Item]]:
    return state.items.items()


def _outlooks(index: Index, rooms: Iterable[str], now: int) -> dict[str, Outlook]:
    for room in rooms:
        index.outlook(room)
    return {room: index.outlook_at(room, now) for room in rooms}


def _changes(was: Sight, would: Sight, rooms: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield every item that would be elsewhere in time, longer, shorter, out, back or new, in its new order."""
    for room in rooms:
        for key in would.state.rooms[room].order:
            before, after = was.span(key), would.span(key)
            change = {
                "item": key,
                "title": would.state.items[key].plan.title,
                "room": room,
                "from": {"start": before.start, "end": before.end},
                "to": {"start": after.start, "end": after.end},
                "by": 0 if before.start is None or after.start is None else after.start - before.start,
                "is_new": key not in was.state.items,
            }
            if _shows(before, after) or change["is_new"]:
                yield change


def _shows(before: Span, after: Span) -> bool:
    for one, other in ((before.start, after.start), (before.end, after.end)):
        if (one is None) is not (other is None) or abs((one or 0) - (other or 0)) >= SEEN:
            return True
    return False


def _end(was: Sight, would: Sight, room: str) -> dict[str, Any] | None:
    before, after = was.outlooks[room], would.outlooks[room]
    target = None if after.day is None else would.state.rooms[room].targets.get(after.day)
    if before.expected_end == after.expected_end:
        return None
    title = would.state.rooms[room].title
    return {"room": room, "title": title, "from": before.expected_end, "to": after.expected_end, "target": target}


def _told(was: Sight, would: Sight, changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of those whose item moves by more than they would bear, is cut, left out or new to them."""
    found: dict[str, None] = {}
    for change in changes:
        before, after = change["from"], change["to"]
        gone = (before["start"] is None) is not (after["start"] is None)
        if gone or abs(change["by"]) > TOLD or _length(after) < _length(before) - SEEN:
            found.update(dict.fromkeys(would.state.items[change["item"]].plan.speakers))
    for key, item in would.state.items.items():
        before_it = was.state.items[key].plan.speakers if key in was.state.items else item.plan.speakers
        both = (*before_it, *item.plan.speakers)
        found.update(dict.fromkeys(each for each in both if each not in before_it or each not in item.plan.speakers))
    known = would.state.speakers
    return [known[key].name for key in found if key in known and known[key].name]


def _length(span: Mapping[str, int | None]) -> int:
    return (span["end"] or 0) - (span["start"] or 0)


def _broken_starts(was: Sight, would: Sight, rooms: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the hard starts that would be kept waiting longer than now."""
    for room in rooms:
        for key in would.state.rooms[room].order:
            item = would.state.items[key]
            start, before = would.span(key).start, was.span(key).start
            by = 0 if start is None else start - item.plan.start
            if item.upcoming and item.plan.start_kind == "hard" and by >= SEEN and by > (before or 0) - item.plan.start:
                yield {"kind": "hard_start", "item": key, "title": item.plan.title, "room": room, "by": by}


def _clashes(was: Sight, would: Sight, rooms: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the people who would be wanted in two rooms at once, and are not now; each pair of items once."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for key in (key for room in rooms for key in would.state.rooms[room].order):
        known = {(each.speaker, each.item) for each in _clashing(was, key)}
        for clash in _clashing(would, key):
            pair = (clash.speaker, frozenset((key, clash.item)))
            if (clash.speaker, clash.item) in known or pair in seen:
                continue
            seen.add(pair)
            yield _clash(would, key, clash)


def _clash(would: Sight, key: str, clash: Clash) -> dict[str, Any]:
    speaker = would.state.speakers.get(clash.speaker)
    title, name = would.state.items[key].plan.title, "" if speaker is None else speaker.name
    return {"kind": "clash", "item": key, "title": title, "room": clash.room, "by": clash.by, "name": name}


def _clashing(sight: Sight, key: str) -> list[Clash]:
    item = sight.state.items.get(key)
    return [] if item is None else [*sight.derived.clashes(item)]
