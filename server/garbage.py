"""Python's cyclic collector, kept from stopping the loop while ten thousand screens are connected.

Owns    when what lives long is set aside.
Never   frees anything itself.
Used by serving and the sockets.

A full collection looks at everything that lives: 100 ms and more with 10,000 connections, in which no screen hears
anything. What start-up made, and connections that have come, stay for long and are freed by their last reference; so
they are set aside (`gc.freeze`), and the collector looks at what came since. A cycle that dies after it was set aside
is not freed: here that is at most the few web requests which are under way at that instant.
"""

from __future__ import annotations

import gc

EVERY = 500
"""Connections that come before those that live are set aside: what a collection in between costs 1 to 2 ms for."""


def set_aside() -> None:
    """Free what can be freed, and let the collector look no more at what lives now."""
    gc.collect()
    gc.freeze()


class Arrivals:
    """Counts what comes, and sets it aside from time to time."""

    def __init__(self) -> None:
        self._count = 0

    def one(self) -> None:
        """Count one more."""
        self._count += 1
        if self._count % EVERY == 0:
            set_aside()
