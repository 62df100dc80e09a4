"""The only place that reads a clock.

Owns    the types of time and the system clock.
Never   sleeps or schedules.
Used by everything that handles time; only the shells (conductor, app) hold a Clock.
"""

from __future__ import annotations

import time
from typing import NewType, Protocol

Instant = NewType("Instant", int)
"""A point in time: UTC milliseconds since the epoch."""

Duration = NewType("Duration", int)
"""A length of time in milliseconds. May be negative where the text says so."""

SECOND = Duration(1_000)
MINUTE = Duration(60_000)
HOUR = Duration(3_600_000)


class Clock(Protocol):
    """Tells the time. Tests hold one that stands still until told otherwise."""

    def now(self) -> Instant:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Return the present instant, to the millisecond."""
        return Instant(time.time_ns() // 1_000_000)


def after(instant: Instant, duration: int) -> Instant:
    """Return the instant that lies `duration` milliseconds after `instant`."""
    return Instant(instant + duration)


def between(start: Instant, end: Instant) -> Duration:
    """Return the signed time from `start` to `end`."""
    return Duration(end - start)
