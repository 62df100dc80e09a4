"""Asking: scripts by their name, told anew where they were forgotten, waited for by replicas; and once more.

Owns    how a script is sent, and what is asked a second time.
Never   repeats what may not be done twice.
Used by the journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as Silence

from server.errors import Unavailable
from server.store.redis.line import Line, is_passing
from server.store.redis.link import Link, Raw
from server.store.redis.scripts import sha

logger = logging.getLogger(__name__)

REPLICATING = 500
"""Milliseconds that one attempt gives the replicas."""


async def run(link: Link, script: str, keys: Sequence[str], args: Sequence[Raw]) -> Raw:
    """Return what a script answers."""
    try:
        return await link.ask("EVALSHA", sha(script), len(keys), *keys, *args)
    except NoScriptError:
        return await link.ask("EVAL", script, len(keys), *keys, *args)


async def run_and_wait(
    link: Link, script: str, keys: Sequence[str], args: Sequence[Raw], replicas: int
) -> tuple[Raw, int]:
    """Return what a script answers, and how many replicas have what it wrote; none are asked if none are wanted."""
    if not replicas:
        return await run(link, script, keys, args), 0
    try:
        return await _waited(link, replicas, "EVALSHA", sha(script), len(keys), *keys, *args)
    except NoScriptError:
        return await _waited(link, replicas, "EVAL", script, len(keys), *keys, *args)


async def _waited(link: Link, replicas: int, *question: Raw) -> tuple[Raw, int]:
    # On one connection: WAIT counts who has what this very connection wrote.
    answer, count = await asyncio.gather(link.ask(*question), link.ask("WAIT", replicas, REPLICATING))
    return answer, int(count)


async def twice(line: Line, work: Callable[[Link], Awaitable[Raw]], is_large: bool) -> Raw:
    """Do what may be done twice, a second time where the first attempt met a link that had died meanwhile.

    Raises:
        Unavailable: there is no answer, or it is a refusal.
    """
    try:
        try:
            return await line.call(work, is_large)
        except (RedisError, OSError) as error:
            if not is_passing(error) or isinstance(error, Silence):
                raise
            return await line.call(work, is_large)
    except (RedisError, OSError) as error:
        logger.info("Redis did not do it: %s", line.reason(error))
        raise Unavailable("Redis, which keeps this event, cannot be reached; send it again.") from error
