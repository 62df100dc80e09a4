"""How many questions of one person may wait, and which day they count in.

Owns    the arithmetic of days.
Never   reads a clock.
Used by both halves of the engine.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from server.clock import Instant

MAX_HELD = 20
"""How many held questions one person may have in a room; one more is refused."""


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
