"""The reader's side: rows that are true as of a room's last event, brought to now.

Owns    the Python twin of web/static/js/forecast.js; tests/vectors/forecast.json holds both to the same answers.
Never   asks the engine: the rows of one room's board are all it has.
Used by reports, rehearsals and tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.agenda.forecast import Entry, Outlook, Span, clock_end, forecast
from server.domain.agenda.state import Facts, Item, ItemPlan

Rows = Mapping[str, Mapping[str, Any]]


def remaining(clock: Mapping[str, int | None], now: int) -> int:
    """Return what is left on the clock of an item's row at `now`; negative is overtime."""
    paused_at = clock["paused_at"]
    until = now if paused_at is None else paused_at
    return (clock["started_at"] or 0) + (clock["duration"] or 0) + (clock["paused_total"] or 0) - until


def as_now(rows: Rows, now: int) -> dict[str, dict[str, Any]]:
    """Return the rows of a room's board with `expected`, `late`, `end.expected`, `to_find` and `band` as of `now`.

    Rows of calls, and boards without a room's row, are returned as they are.
    """
    found = {key: dict(row) for key, row in rows.items()}
    room = found.get("room")
    if room is None:
        return found
    now = max(now, room["as_of"])
    items = sorted((row for key, row in found.items() if key.startswith("item/")), key=lambda row: row["order"])
    line = [_entry(row, room["id"], now) for row in items]
    outlook = forecast(line, now, _last(line))
    for row in items:
        span = outlook.spans[row["id"]]
        row["expected"] = {"start": span.start, "end": span.end}
    _bring(room, outlook)
    return found


def _bring(room: dict[str, Any], outlook: Outlook) -> None:
    target = room["end"]["target"]
    room["late"] = outlook.late
    room["end"] = {**room["end"], "expected": outlook.expected_end}
    if room["to_find"] is not None and target is not None and outlook.expected_end is not None:
        room["to_find"] = max(0, outlook.expected_end - target)
    band = room.get("band")
    if band is not None and outlook.expected_end is not None:
        p50 = max(band["p50"], outlook.expected_end + band["rest50"])
        p90 = max(band["p90"], outlook.expected_end + band["rest90"])
        room["band"] = {**band, "p50": p50, "p90": p90}


def _entry(row: Mapping[str, Any], room: str, now: int) -> Entry:
    clock = row["clock"] or {}
    actual = row["actual"] or {}
    plan = ItemPlan(
        id=row["id"],
        room=row["room"],
        title=row["title"],
        start=row["planned"]["start"],
        end=row["planned"]["end"],
        day=row["day"],
        gap=row["gap"],
        start_kind=row["start_kind"],
        end_kind=row["end_kind"],
        min_duration=row["min_duration"],
        gap_kind=row["gap_kind"],
        min_gap=row["min_gap"],
    )
    facts = Facts(
        state=row["state"],
        started_at=actual.get("start"),
        ended_at=actual.get("end"),
        paused_at=clock.get("paused_at"),
        paused_total=clock.get("paused_total", 0),
        adjusted=row["adjusted"],
        passed=row["state"] == "pending" and row["expected"]["start"] is None,
    )
    item = Item(plan, facts=facts)
    return Entry(item, None if row["room"] == room else _abroad(item, row["expected"], now))


def _abroad(item: Item, expected: Mapping[str, int | None], now: int) -> Span:
    """Return the span of an item that another room runs: of that room no more is known here than its times."""
    start, end = expected["start"], expected["end"]
    if start is None or end is None or item.facts.state == "done":
        return Span(start, end)
    if item.on:
        return Span(start, max(clock_end(item, now), now))
    slip = max(0, now - start)
    return Span(start + slip, end + slip)


def _last(line: list[Entry]) -> str | None:
    own = [entry.item for entry in line if entry.abroad is None]
    on = next((item.plan.id for item in own if item.on), None)
    done = [item for item in reversed(own) if item.facts.ended_at is not None]
    latest = max(done, key=lambda item: item.facts.ended_at or 0, default=None)
    return on if on is not None or latest is None else latest.plan.id
