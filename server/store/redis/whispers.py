"""What is live, told between processes: published, and heard by whoever listens.

Owns    the subscription, and knowing one's own words.
Never   keeps anything: what nobody hears is gone.
Used by the journal.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from server.store.redis.line import Line

logger = logging.getLogger(__name__)

LISTENING = 5
"""Seconds to listen before the link is looked at again."""


class Whispers:
    """One process's part of what is said between processes."""

    def __init__(self, line: Line, channel: str) -> None:
        self._line = line
        self._channel = channel
        self._own = secrets.token_bytes(8)
        self._hearing: PubSub | None = None

    async def say(self, redis: Redis, messages: Sequence[bytes]) -> None:
        """Publish these messages, in order."""
        async with redis.pipeline(transaction=False) as pipe:
            for message in messages:
                pipe.publish(self._channel, self._own + message)
            await pipe.execute()

    async def hear(self) -> bytes:
        """Return the next message of another process, whatever happens to the link meanwhile."""
        while True:
            try:
                if self._hearing is None:
                    self._hearing = (await self._line.patient()).pubsub()
                    await self._hearing.subscribe(self._channel)
                message = await self._hearing.get_message(ignore_subscribe_messages=True, timeout=LISTENING)
            except (RedisError, OSError) as error:
                # The follower says aloud that Redis is away.
                logger.debug("cannot hear: %s", self._line.reason(error))
                self._hearing = None
                await asyncio.sleep(1)
                continue
            if message is not None and not message["data"].startswith(self._own):
                return bytes(message["data"][len(self._own) :])

    async def close(self) -> None:
        """Listen no more."""
        if self._hearing is not None:
            await self._hearing.aclose()  # type: ignore[no-untyped-call]  # the library leaves it untyped
