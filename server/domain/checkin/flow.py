"""How many people a minute, and when enough of them will be in.

Owns    the definitions of every rate and of the forecast.
Never   reads a clock: the instant that a figure is true for is an argument.
Used by the tally.

Theory of operation: a flow is the sorted instants at which people passed. A window is two binary searches. The
smooth line is an exponentially weighted sum kept up to date in constant time, whatever order the instants come in:
each weighs e^(-age/τ), so the sum at one instant is that at another times a power of e.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from math import ceil, exp, sqrt

from msgspec import Struct

from server.clock import HOUR, MINUTE, SECOND, Duration, Instant

TAU = Duration(2 * MINUTE)
"""The memory of the smooth line."""

QUIET = Duration(4 * HOUR)
"""After so long without anybody the doors count as opened anew by the next to come."""

WARM = Duration(20 * MINUTE)
"""Longer ago than this, the instant of opening no longer matters to any rate."""

LEAST_RATE = 0.2
"""Persons per minute below which there is no forecast."""

LEAST_COUNT = 10
"""Arrivals below which there is no forecast."""

SIGMAS = 1.64
"""Half the width of a 90 % band, in standard deviations."""


class Flow:
    """When people passed one point."""

    def __init__(self) -> None:
        self._times: list[int] = []
        self._weight = 0.0
        self._anchor = 0

    def __len__(self) -> int:
        return len(self._times)

    def add(self, at: int) -> None:
        """Count one passage."""
        insort(self._times, at)
        if at >= self._anchor:
            self._weight = self._weight * exp((self._anchor - at) / TAU) + 1.0
            self._anchor = at
        else:
            self._weight += exp((at - self._anchor) / TAU)

    def remove(self, at: int) -> None:
        """Take back one passage that was counted at this instant."""
        del self._times[bisect_left(self._times, at)]
        self._weight = max(0.0, self._weight - exp((at - self._anchor) / TAU)) if self._times else 0.0

    def last(self) -> int | None:
        """Return the newest passage, or None."""
        return self._times[-1] if self._times else None

    def latest(self, count: int) -> list[int]:
        """Return the newest passages, oldest first."""
        return self._times[-count:]

    def nth(self, number: int) -> int:
        """Return when the passage with this number, counted from 1, was."""
        return self._times[number - 1]

    def within(self, now: int, window: int) -> int:
        """Return how many passed in the `window` that ends with `now`. Its end belongs to it, its start does not."""
        return bisect_right(self._times, now) - bisect_right(self._times, now - window)

    def rate(self, now: int, window: int) -> float:
        """Return persons per minute over the window, or over the time since the doors opened if that is shorter."""
        return self.within(now, window) * MINUTE / min(window, self._open_for(now, window))

    def smooth(self, now: int) -> float:
        """Return the smoothed persons per minute, corrected for a memory that is not yet full."""
        weight = self._weight * exp(min(0, self._anchor - now) / TAU)
        return weight * MINUTE / TAU / (1.0 - exp(-self._open_for(now, WARM) / TAU))

    def _open_for(self, now: int, longest: int) -> int:
        """Return how long the doors have been open, at most `longest`, at least a second."""
        place = bisect_left(self._times, now - WARM)
        if place == len(self._times):
            return longest
        first = self._times[place]
        if place and first - self._times[place - 1] < QUIET:
            return longest
        return max(SECOND, min(longest, now - first))


class Forecast(Struct, frozen=True):
    """When a share `to` of the expected will be in: most likely `at`, between `low` and `high` nine times in ten.

    All three lie in the past, and are equal, once that share has come.
    """

    to: float
    at: Instant
    low: Instant
    high: Instant


def forecast(arrivals: Flow, expected: int, now: int, share: float = 0.9) -> Forecast | None:
    """Return when `share` of `expected` persons will have arrived, or None where nobody can say."""
    needed = ceil(share * expected - 1e-9)
    if needed > 0 and len(arrivals) >= needed:
        reached = Instant(arrivals.nth(needed))
        return Forecast(share, reached, reached, reached)
    rate = arrivals.rate(now, 5 * MINUTE)
    if needed <= 0 or len(arrivals) < LEAST_COUNT or rate < LEAST_RATE:
        return None
    counted = arrivals.within(now, 5 * MINUTE)
    spread = SIGMAS * sqrt(counted) * rate / counted
    return Forecast(
        share, *(_reach(now, needed - len(arrivals), each) for each in (rate, rate + spread, rate - spread))
    )


def _reach(now: int, remaining: int, rate: float) -> Instant:
    return Instant(now + round(remaining * MINUTE / max(rate, LEAST_RATE)))
