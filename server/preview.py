"""What importing a plan would change, told before it is done.

Owns    trying an import on twins of the engines, and naming the rows that would come out different.
Never   changes an engine of the event, or knows what a row means.
Used by the control room's routes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.channels.base import Channel
from server.clock import Instant
from server.domain.base import Context, Event, Recorded
from server.plan import EventPlan
from server.roles import CREW_VIEW, SYSTEM

FOLLOWS = frozenset(
    {
        *("rev", "order", "as_of", "expected", "late", "late_from", "to_find", "must_start_by", "live_gap"),
        *("band", "public"),
    }
)
"""Members that follow from others or from the time: a row in which only these differ is not told."""


class Preview(msgspec.Struct, frozen=True):
    """What would change: by channel and kind of event, and row by row.

    Attributes:
        changes: `channel`, `change` and `count`.
        rows: `channel`, `row` (its key), `title`, `change` (new, gone or changed) and the `members` that differ.
    """

    changes: list[Mapping[str, object]]
    rows: list[Mapping[str, object]]


def preview(channels: Mapping[str, Channel[Any]], engines: Mapping[str, Any], plan: EventPlan, now: Instant) -> Preview:
    """Return what importing `plan` would change; an event that changes nothing is not told."""
    found = Preview([], [])
    for name, channel in channels.items():
        engine = engines[name]
        command = channel.plan(engine, plan)
        if command is None:
            continue
        events = engine.decide(command, Context(now=now, by=SYSTEM, uid="preview")).events
        twin = _after(engine, events, now)
        if msgspec.to_builtins(twin.state) == msgspec.to_builtins(engine.state):
            continue
        counts = Counter(type(event).__name__ for event in events)
        found.changes.extend({"channel": name, "change": kind, "count": count} for kind, count in counts.items())
        found.rows.extend({"channel": name, **row} for row in _differing(_rows(channel, engine), _rows(channel, twin)))
    return found


def _after(engine: Any, events: Sequence[Event], now: Instant) -> Any:
    twin = type(engine)()
    twin.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(engine.state), type=type(engine.state)))
    for event in events:
        twin.evolve(Recorded(0, now, SYSTEM, event))
    return twin


def _rows(channel: Channel[Any], engine: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for room in channel.rooms(engine) if channel.by_room else (None,):
        for key in channel.keys(engine, room):
            row = channel.row(engine, room, key, CREW_VIEW)
            if row is not None:
                # A room's own row has the same key in every room.
                found[key if "/" in key or not room else f"{key}/{room}"] = msgspec.to_builtins(row)
    return found


def _differing(before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]) -> list[dict[str, object]]:
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        row = new or old or {}
        change = "new" if old is None else "gone" if new is None else "changed"
        members = [name for name in new if name not in FOLLOWS and old[name] != new[name]] if old and new else []
        if members or change != "changed":
            title = row.get("title") or row.get("name") or ""
            found.append({"row": key, "title": title, "change": change, "members": members})
    return found
