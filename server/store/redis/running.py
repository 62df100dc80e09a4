"""Running a script: by its name, told anew where it was forgotten, and waited for by replicas.

Owns    how a script is sent.
Never   repeats what may have been done.
Used by the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redis.exceptions import NoScriptError

from server.store.redis.link import Link, Raw
from server.store.redis.scripts import sha

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
