"""A clock that stands still until a test moves it."""

from __future__ import annotations

from server.clock import Instant

NINE = Instant(1_788_500_000_000 // 86_400_000 * 86_400_000 + 9 * 3_600_000)
"""Nine o'clock UTC of an ordinary day."""


class ManualClock:
    """Tells the time that a test set."""

    def __init__(self, now: int = NINE) -> None:
        self._now = Instant(now)

    def now(self) -> Instant:
        return self._now

    def advance(self, milliseconds: int) -> Instant:
        """Move on by so much, and return the new now."""
        self._now = Instant(self._now + milliseconds)
        return self._now

    def set(self, instant: int) -> Instant:
        """Move to `instant`, and return it."""
        self._now = Instant(instant)
        return self._now
