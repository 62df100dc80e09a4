"""How much one person may send, counted from the journal's own times, and which day it counts in.

Owns    the arithmetic of allowances and days.
Never   reads a clock.
Used by both halves of the engine.

An allowance is one instant: when the burst is whole again. Each use moves it on by the time that one use
takes to grow back; a use is within the rate while that instant lies less than a whole burst ahead.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from server.clock import MINUTE, Instant

MAX_HELD = 20
"""How many held questions one person may have in a room; one more is refused."""


def used(full_at: Instant, now: Instant, per_minute: float) -> Instant:
    """Return the allowance after one use."""
    return Instant(max(full_at, now) + round(MINUTE / per_minute))


def free_at(full_at: Instant, burst: int, per_minute: float) -> Instant:
    """Return from when on one more use is within the rate."""
    return Instant(full_at - (burst - 1) * round(MINUTE / per_minute))


def day_of(now: Instant, zone: str) -> str:
    """Return the calendar day of an instant in the event's zone, as `2026-09-04`."""
    return datetime.fromtimestamp(now / 1000, _zone(zone)).date().isoformat()


def next_day(now: Instant, zone: str) -> Instant:
    """Return when the next calendar day begins in the event's zone."""
    today = datetime.fromtimestamp(now / 1000, _zone(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Instant(int((today + timedelta(days=1)).timestamp() * 1000))


def _zone(name: str) -> tzinfo:
    # The importer checks the zone; a journal of another machine may still name one that this one lacks.
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
