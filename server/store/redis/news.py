"""What processes append, told by Redis to those who listen: each batch as it lies in the stream.

Owns    what was heard and is not taken in yet, and whether it goes on from what this process has.
Never   asks Redis, or trusts what it heard: a batch is taken for what comes next by the mark it names only.
Used by the journal.

What is told is `token offset mark body`: who appended (told to himself as well, and passed over), and the batch.
"""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec

from server.store.redis.entries import MARK, Entry, entry_at, is_chain
from server.store.redis.line import Line

MOST = 1_000
"""Batches that are kept for who does not take them in: more are read from the stream."""


class News:
    """One process's ear for what others append."""

    def __init__(self, line: Line, channel: str, token: str) -> None:
        """Hear on every connection of `line`; what is told under `token` are this process's own words."""
        self._own = token.encode() + b" "
        self._told: deque[bytes] = deque(maxlen=MOST)
        self._stir = asyncio.Event()
        self.stirs = 0
        """How often something was heard, or the connection lost."""
        line.listen(channel, self._hear, self._stirred)

    @property
    def is_waiting(self) -> bool:
        """Whether something was heard that is not taken yet."""
        return bool(self._told)

    def take(self, offset: int, mark: bytes) -> list[Entry] | None:
        """Return what was heard of batches after the event at `offset`, which has `mark`; None if some are missing."""
        told, self._told = self._told, deque(maxlen=MOST)
        try:
            heard = [entry for each in told if (entry := _entry(each)).offset > offset]
        except (ValueError, msgspec.MsgspecError):
            return None
        return heard if is_chain(offset, mark, heard) else None

    def clear(self) -> None:
        """Forget what was heard on a connection that is no more."""
        self._told.clear()

    async def more(self, stirs: int, seconds: float) -> bool:
        """Wait until there were more stirs than so many, but so many seconds at most; say whether there were."""
        if self.stirs == stirs:
            self._stir.clear()
            timer = asyncio.get_running_loop().call_later(seconds, self._stir.set)
            try:
                await self._stir.wait()
            finally:
                timer.cancel()
        return self.stirs != stirs

    def _hear(self, told: bytes) -> None:
        if not told.startswith(self._own):
            self._told.append(told)
            self._stirred()

    def _stirred(self) -> None:
        self.stirs += 1
        self._stir.set()


def _entry(told: bytes) -> Entry:
    _, offset, rest = told.split(b" ", 2)
    return entry_at(int(offset), rest[MARK:], rest[:MARK])
