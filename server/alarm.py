"""An alarm that rings once, at an instant that may be set anew.

Owns    the one timer behind it.
Never   knows what it rings for.
Used by the conductor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.clock import Clock, Instant

NAP = 10
"""The shortest wait, in milliseconds: whoever asks for an instant that is over must not take the loop."""


class Alarm:
    """Calls `ring` at the instant that was set last."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._due: Instant | None = None
        self._timer: asyncio.TimerHandle | None = None

    def set(self, due: Instant | None) -> None:
        """Ring at `due`, and at no other instant; None: not at all."""
        if due == self._due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due, self._timer = due, None
        if due is not None:
            delay = max(NAP, due - self._clock.now()) / 1000
            self._timer = asyncio.get_running_loop().call_later(delay, self._rung)

    def _rung(self) -> None:
        self._due = self._timer = None
        self._ring()
