"""A journal that lives as long as its process: for tests and rehearsals.

Owns    the same promises as the durable stores, but for durability.
Never   writes a file.
Used by tests.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence

from server.store import Answer, Asked, Behind, Commit, Opening, Risk, Stored


class MemoryJournal:
    """See `server.store.Journal`."""

    is_shared = False
    risk: Risk | None = None

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(4)
        self.offset = 0
        self._events: list[Stored] = []
        self._answers: dict[Asked, Answer] = {}
        self._keys: dict[str, bytes] = {}
        self._checkpoint: bytes | None = None

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """See Journal."""
        return Opening((), {each: self._answers[each] for each in asked if each in self._answers}, {})

    async def recall(self, asked: Sequence[Asked]) -> Mapping[Asked, Answer]:
        """See Journal."""
        return (await self.begin(asked)).known

    async def peek(self) -> Opening:
        """See Journal. There is never anything."""
        return Opening((), {}, {})

    async def release(self) -> None:
        """See Journal."""

    async def follow(self) -> None:
        """See Journal."""
        await asyncio.Event().wait()

    async def share(self, messages: Sequence[bytes]) -> None:
        """See Journal. Nobody listens."""

    async def shared(self) -> bytes:
        """See Journal."""
        await asyncio.Event().wait()
        return b""

    async def append(self, expected: int, commit: Commit) -> int:
        """See Journal."""
        if expected != self.offset:
            raise Behind
        self._keys.update(commit.keys)
        self._events += commit.events
        self._answers.update(commit.answers)
        self.offset += len(commit.events)
        return self.offset

    async def read(self, after: int) -> Iterable[Stored]:
        """See Journal."""
        return self._events[after:]

    async def fetch(self, offset: int) -> Stored | None:
        """See Journal."""
        return self._events[offset - 1] if 0 < offset <= len(self._events) else None

    async def keys(self) -> dict[str, bytes]:
        """See Journal."""
        return dict(self._keys)

    async def checkpoint(self) -> bytes | None:
        """See Journal."""
        return self._checkpoint

    async def save_checkpoint(self, blob: bytes) -> None:
        """See Journal."""
        self._checkpoint = blob

    async def forget(self, people: Iterable[str]) -> None:
        """See Journal."""
        for person in people:
            self._keys.pop(person, None)
        self._checkpoint = None

    async def close(self) -> None:
        """See Journal."""
