"""What is live, told between processes: published, and heard by whoever listens.

Owns    the subscription, and knowing one's own words.
Never   keeps anything: what nobody hears is gone.
Used by the journal.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Sequence

from redis.exceptions import RedisError

from server.store.redis.line import Line
from server.store.redis.link import Link

logger = logging.getLogger(__name__)

MOST = 1_000
"""Messages that are kept for who does not listen at the moment."""

AGAIN = 1.0
"""Seconds before a link that could not be had is asked for again."""


class Whispers:
    """One process's part of what is said between processes."""

    def __init__(self, line: Line, channel: str) -> None:
        self._line = line
        self._channel = channel
        self._own = secrets.token_bytes(8)
        self._said: deque[bytes] = deque(maxlen=MOST)
        self._stir = asyncio.Event()
        line.listen(channel, self._hear, self._stir.set)

    async def say(self, link: Link, messages: Sequence[bytes]) -> None:
        """Publish these messages, in order."""
        await asyncio.gather(*(link.ask("PUBLISH", self._channel, self._own + message) for message in messages))

    async def hear(self) -> bytes:
        """Return the next message of another process, whatever happens to the link meanwhile."""
        while not self._said:
            self._stir.clear()
            try:
                await self._line.link()
            except (RedisError, OSError) as error:
                # The follower says aloud that Redis is away.
                logger.debug("cannot hear: %s", self._line.reason(error))
                await asyncio.sleep(AGAIN)
                continue
            await self._stir.wait()
        return self._said.popleft()

    def _hear(self, message: bytes) -> None:
        if not message.startswith(self._own):
            self._said.append(message[len(self._own) :])
            self._stir.set()
