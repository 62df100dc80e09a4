"""Running a script: by its name, told anew where it was forgotten, and waited for by replicas.

Owns    how a script is sent.
Never   repeats what may have been done.
Used by the journal.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from server.store.redis.scripts import sha

REPLICATING = 500
"""Milliseconds that one attempt gives the replicas."""

Raw = Any


async def run(redis: Redis, script: str, keys: list[str], args: list[Raw]) -> Raw:
    """Return what a script answers."""
    try:
        return await redis.evalsha(sha(script), len(keys), *keys, *args)
    except NoScriptError:
        return await redis.eval(script, len(keys), *keys, *args)


async def run_and_wait(redis: Redis, script: str, keys: list[str], args: list[Raw], replicas: int) -> tuple[Raw, int]:
    """Return what a script answers, and how many replicas have what it wrote; none are asked if none are wanted."""
    if not replicas:
        return await run(redis, script, keys, args), 0
    # On one connection: WAIT counts who has what this very connection wrote.
    async with redis.pipeline(transaction=False) as pipe:
        pipe.eval(script, len(keys), *keys, *args)
        pipe.execute_command("WAIT", replicas, REPLICATING)
        answer, count = await pipe.execute()
    return answer, int(count)
