"""How often one person may do something, counted from the journal's own times.

Owns    the arithmetic of allowances.
Never   reads a clock.
Used by the engines that limit what one person sends.

An allowance is one instant: when the burst is whole again. Each use moves it on by the time that one use
takes to grow back; a use is within the rate while that instant lies less than a whole burst ahead.
"""

from __future__ import annotations

from server.clock import MINUTE, SECOND, Instant


def used(full_at: Instant, now: Instant, per_minute: float) -> Instant:
    """Return the allowance after one use."""
    return Instant(max(full_at, now) + round(MINUTE / per_minute))


def free_at(full_at: Instant, burst: int, per_minute: float) -> Instant:
    """Return from when on one more use is within the rate."""
    return Instant(full_at - (burst - 1) * round(MINUTE / per_minute))


def seconds_until(free: Instant, now: Instant) -> int:
    """Return how long to wait, in whole seconds that are long enough."""
    return -(-(free - now) // SECOND)
