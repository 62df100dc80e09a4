"""How safe an acknowledgement is with this Redis, as it is set up.

Owns    what the crew is told to change.
Never   changes a setting of Redis.
Used by the journal, at the start and after each reconnection.
"""

from __future__ import annotations

from redis.exceptions import ResponseError

from server.store import Risk
from server.store.redis.address import Address
from server.store.redis.link import Link

UNKNOWN = Risk("unknown", "Redis does not tell how it keeps its data: ask for appendonly yes and appendfsync always.")
MEMORY = Risk(
    "memory",
    "Redis keeps nothing on disk: if it stops, everything since its last copy is lost. Set appendonly yes.",
)
SECOND = Risk(
    "second", "Redis writes to disk once a second: a power cut loses the last second. Set appendfsync always."
)
FAILOVER = Risk(
    "failover",
    "If Redis fails over to a replica, what was acknowledged last may be lost. Add ?replicas=1 to --redis.",
)


async def risk_of(link: Link, address: Address) -> Risk | None:
    """Return the greatest way in which what was acknowledged can be lost."""
    try:
        found = {**await link.ask("CONFIG", "GET", "appendonly"), **await link.ask("CONFIG", "GET", "appendfsync")}
    except ResponseError:
        return UNKNOWN
    if found.get(b"appendonly") != b"yes":
        return MEMORY
    if found.get(b"appendfsync") != b"always":
        return SECOND
    if (address.is_sentinel or address.is_cluster) and not address.replicas:
        return FAILOVER
    return None
