"""The journal in Redis, for several processes that share an event.

Owns    what of it the rest of the program sees.
Never   holds anything itself.
Used by serving and the command line's errands.
"""

from server.store.redis.journal import RedisJournal

__all__ = ["RedisJournal"]
