"""The journal of several processes: a Redis stream, appended to by a script.

Owns    the keys of an event in Redis, the scripts that make an append atomic, and the pen.
Never   elects anybody: processes are equal, and the pen is only held for as long as one batch takes.
Used by app.

Theory of operation: whoever wants to append takes the pen first, and in the same script gets everything that is
newer than what it has and the answers remembered under its batch's refs. So it decides upon the present end of
the history and its append fits. The pen is a key that expires: a process that dies with it holds nobody up for
long. Safety does not rest on the pen but on the append, which compares epoch and offset: one that comes too late
is refused, and its process rebuilds from the journal. A history that was emptied or rolled back is known by its
epoch and its offset, and is refused, never merged.

All keys of an event share one hash slot. "Acknowledged means on disk" needs `appendfsync always`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from server.clock import Instant
from server.errors import Unavailable
from server.store import Answer, Asked, Behind, Commit, Opening, Stored

logger = logging.getLogger(__name__)

PEN = 2_000
"""Milliseconds after which the pen of a process that died is free again."""

PATIENCE = 5.0
"""Seconds to wait for the pen before a batch is given up."""

CHUNK = 2_000
"""Events read at once."""

_OPEN = """
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return {'replaced'} end
local offset = tonumber(redis.call('HGET', KEYS[1], 'offset') or '0')
if offset < tonumber(ARGV[2]) then return {'replaced'} end
if not redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then return {'busy'} end
local newer = redis.call('XRANGE', KEYS[3], '(' .. ARGV[2] .. '-0', '+', 'COUNT', ARGV[5])
local known = {}
for i = 6, #ARGV do known[#known + 1] = redis.call('HGET', KEYS[4], ARGV[i]) end
return {'open', newer, known}
"""

_APPEND = """
local function close() if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end end
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then close() return 'replaced' end
local offset = tonumber(redis.call('HGET', KEYS[1], 'offset') or '0')
if offset ~= tonumber(ARGV[2]) then close() return 'behind' end
local at = 5
for _ = 1, tonumber(ARGV[4]) do
  offset = offset + 1
  redis.call('XADD', KEYS[3], offset .. '-0', 'e', ARGV[at], 'p', ARGV[at + 1])
  at = at + 2
end
local answers = tonumber(ARGV[at])
at = at + 1
for _ = 1, answers do redis.call('HSET', KEYS[4], ARGV[at], ARGV[at + 1]) at = at + 2 end
local keys = tonumber(ARGV[at])
at = at + 1
for _ = 1, keys do redis.call('HSET', KEYS[5], ARGV[at], ARGV[at + 1]) at = at + 2 end
redis.call('HSET', KEYS[1], 'offset', offset)
close()
return offset
"""

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

_REPLACED = (
    "Redis holds another history than this server does (it was emptied, or restored from an older copy). "
    "Nothing is merged: restart the servers to go on with what Redis has."
)

Raw = Any


class RedisJournal:
    """See `server.store.Journal`. Made by `connect`."""

    is_shared = True
    warning: str | None = None

    def __init__(self, redis: Redis, event: str, epoch: str, offset: int) -> None:
        self.epoch = epoch
        self.offset = offset
        self._redis = redis
        base = f"cuedesk:{{{event}}}:"
        self._meta, self._pen, self._stream, self._answers, self._keys, self._checkpoint, self._live = (
            base + name for name in ("meta", "pen", "events", "answers", "keys", "checkpoint", "live")
        )
        self._token = secrets.token_hex(8)
        self._open = redis.register_script(_OPEN)
        self._append = redis.register_script(_APPEND)
        self._release = redis.register_script(_RELEASE)
        self._hearing: PubSub | None = None

    @classmethod
    async def connect(cls, url: str, event: str) -> RedisJournal:
        """Return the journal of `event` in the Redis at `url`, making it on first use.

        Raises:
            Unavailable: Redis cannot be reached.
        """
        redis: Redis = Redis.from_url(
            url, decode_responses=False, socket_connect_timeout=3, socket_timeout=10, health_check_interval=15
        )
        meta = f"cuedesk:{{{event}}}:meta"
        try:
            await redis.hsetnx(meta, "epoch", secrets.token_hex(4))
            found: Raw = await redis.hmget(meta, ["epoch", "offset"])
            epoch, offset = found
        except (RedisError, OSError) as error:
            await redis.aclose()
            raise Unavailable(f"Redis cannot be reached ({error}); check --redis and start again.") from error
        journal = cls(redis, event, (epoch or b"").decode(), int(offset or 0))
        journal.warning = await _warning(redis)
        return journal

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """See Journal."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            fields = [_field(each) for each in asked]
            args: list[Raw] = [self.epoch, self.offset, self._token, PEN, CHUNK, *fields]
            answer = await self._call(self._open, [self._meta, self._pen, self._stream, self._answers], args)
            match answer[0]:
                case b"open":
                    return await self._opening(answer[1], answer[2], asked)
                case b"replaced":
                    raise Unavailable(_REPLACED)
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable("Other servers keep the journal busy; send it again.")
            await asyncio.sleep(0.0005 + secrets.randbelow(1_000) / 1_000_000)

    async def append(self, expected: int, commit: Commit) -> int:
        """See Journal. An append of which no answer came may have been made: that, too, is `Behind`."""
        people = ",".join(commit.keys)
        args: list[Raw] = [self.epoch, expected, self._token, len(commit.events)]
        for number, event in enumerate(commit.events):
            args += [msgspec.msgpack.encode(event[1:]), people if number == 0 else ""]
        args.append(len(commit.answers))
        for asked, remembered in commit.answers.items():
            args += [_field(asked), msgspec.msgpack.encode(remembered)]
        args.append(len(commit.keys))
        for person, key in commit.keys.items():
            args += [person, key]
        keys = [self._meta, self._pen, self._stream, self._answers, self._keys]
        try:
            answer = await self._append(keys=keys, args=args)
        except (RedisError, OSError) as error:
            raise Behind(str(error)) from error
        if answer == b"replaced":
            raise Unavailable(_REPLACED)
        if answer == b"behind":
            raise Behind("another process appended first")
        self.offset = int(answer)
        return self.offset

    async def release(self) -> None:
        """See Journal."""
        await self._call(self._release, [self._pen], [self._token])

    async def follow(self) -> None:
        """See Journal."""
        while True:
            try:
                news = await self._redis.xread({self._stream: f"{self.offset}-0"}, count=1, block=5_000)
            except (RedisError, OSError) as error:
                logger.warning("cannot follow: %s", error)
                await asyncio.sleep(1)
                continue
            if news:
                return

    async def share(self, messages: Sequence[bytes]) -> None:
        """See Journal."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for message in messages:
                pipe.publish(self._live, self._token.encode() + message)
            await self._ask(pipe.execute())

    async def shared(self) -> bytes:
        """See Journal."""
        own = self._token.encode()
        while True:
            try:
                if self._hearing is None:
                    self._hearing = self._redis.pubsub()
                    await self._hearing.subscribe(self._live)
                message = await self._hearing.get_message(ignore_subscribe_messages=True, timeout=5)
            except (RedisError, OSError) as error:
                logger.warning("cannot hear: %s", error)
                self._hearing = None
                await asyncio.sleep(1)
                continue
            if message is not None and not message["data"].startswith(own):
                return bytes(message["data"][len(own) :])

    async def read(self, after: int) -> Iterable[Stored]:
        """See Journal."""
        found: list[Stored] = []
        while True:
            start = found[-1].offset if found else after
            entries = await self._ask(self._redis.xrange(self._stream, f"({start}-0", "+", count=CHUNK))
            if not entries:
                break
            found += [_stored(entry) for entry in entries]
        self.offset = found[-1].offset if found else max(self.offset, after)
        return found

    async def fetch(self, offset: int) -> Stored | None:
        """See Journal."""
        found = await self._ask(self._redis.xrange(self._stream, f"{offset}-0", f"{offset}-0"))
        return _stored(found[0]) if found else None

    async def keys(self) -> dict[str, bytes]:
        """See Journal."""
        return {person.decode(): key for person, key in (await self._ask(self._redis.hgetall(self._keys))).items()}

    async def checkpoint(self) -> bytes | None:
        """See Journal."""
        blob = await self._ask(self._redis.get(self._checkpoint))
        return None if blob is None else bytes(blob)

    async def save_checkpoint(self, blob: bytes) -> None:
        """See Journal."""
        await self._ask(self._redis.set(self._checkpoint, blob))

    async def forget(self, people: Iterable[str]) -> None:
        """See Journal."""
        doomed = list(people)
        if doomed:
            await self._ask(self._redis.hdel(self._keys, *doomed))
        await self._ask(self._redis.delete(self._checkpoint))

    async def close(self) -> None:
        """See Journal."""
        if self._hearing is not None:
            await self._hearing.aclose()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        await self._redis.aclose()

    async def note(self, name: str, value: str) -> None:
        """Keep a remark about this event, such as where it is being served."""
        await self._ask(self._redis.hset(self._meta, name, value))

    async def remark(self, name: str) -> str | None:
        """Return a remark made by `note`."""
        found = await self._ask(self._redis.hget(self._meta, name))
        return None if found is None else bytes(found).decode()

    async def _opening(self, entries: list[Raw], known: list[Raw], asked: Sequence[Asked]) -> Opening:
        newer = [_stored(entry) for entry in entries]
        people = [person for _, fields in entries for person in fields[3].decode().split(",") if person]
        if len(entries) == CHUNK:
            newer += await self.read(newer[-1].offset)
            keys = await self.keys()
        else:
            found = await self._ask(self._redis.hmget(self._keys, people)) if people else []
            keys = {person: key for person, key in zip(people, found, strict=True) if key is not None}
        if newer:
            self.offset = newer[-1].offset
        answers = {
            each: msgspec.msgpack.decode(answer, type=Answer)
            for each, answer in zip(asked, known, strict=True)
            if answer is not None
        }
        return Opening(newer, answers, keys)

    async def _call(self, script: Raw, keys: list[str], args: list[Raw]) -> Raw:
        return await self._ask(script(keys=keys, args=args))

    async def _ask(self, awaitable: Raw) -> Raw:
        try:
            return await awaitable
        except (RedisError, OSError) as error:
            raise Unavailable(f"Redis cannot be reached ({error}); nothing was done, send it again.") from error


async def _warning(redis: Redis) -> str | None:
    """Return what may be lost with this Redis, as it is set up."""
    try:
        found: Raw = {**await redis.config_get("appendonly"), **await redis.config_get("appendfsync")}
    except RedisError:
        return "Redis does not tell how it keeps its data: ask for appendonly yes and appendfsync always."
    if found.get("appendonly") != "yes":
        return "Redis keeps nothing on disk: if it stops, everything since its last copy is lost. Set appendonly yes."
    if found.get("appendfsync") != "always":
        return "Redis writes to disk once a second: a power cut loses the last second. Set appendfsync always."
    return None


def _field(asked: Asked) -> bytes:
    return msgspec.msgpack.encode(asked)


def _stored(entry: Raw) -> Stored:
    id_, fields = entry
    pairs = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    at, by, channel, kind, version, body = msgspec.msgpack.decode(pairs[b"e"])
    return Stored(int(id_.partition(b"-")[0]), Instant(at), by, channel, kind, version, body)
