"""The journal of several processes: a Redis stream, appended to by a script.

Owns    the pen, what this process holds of the history, and what a lost answer means.
Never   elects anybody: processes are equal, and the pen is only held for as long as one batch takes.
Used by serving and the command line's errands.

Theory of operation: whoever wants to append takes the pen first, and in the same script gets everything that is
newer than what it has and the answers remembered under its batch's refs. So it decides upon the present end of
the history and its append fits. Who finds the pen taken has the next turn, and waits until something was appended,
which every process is told at once: so the pen goes round, and the commands that came meanwhile make a larger batch.
The pen is a key that expires: a process that dies with it holds nobody up for long. Safety does not rest on the pen
but on the append, which compares epoch, offset and mark: one that comes too late is refused, and its process rebuilds
from the journal. An append whose answer was lost is sent again; the script knows it by its mark.

A history that was emptied or rolled back is known by epoch and mark, and is refused, never merged. Reading what
others appended takes no pen and no question: the append tells the batch itself to all who listen. What is asked and
what is told come on one connection, so whoever has looked at the journal on it has heard of everything since. Only
where the connection is new, or what was told does not go on from what is here, the journal is looked at again.

"Acknowledged means on disk" needs `appendfsync always`; "acknowledged survives a failover" needs `replicas`, for
which each answer waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from redis.exceptions import ConnectionError, RedisError  # noqa: A004 - the library's own

from server.errors import Unavailable
from server.store import Answer, Asked, Behind, Commit, Opening, Replaced, Risk, Stored, Unsure
from server.store.redis import scripts
from server.store.redis.address import parse
from server.store.redis.entries import MARK, Entry, entry_of, events_of, field, opened, packed
from server.store.redis.guidance import risk_of
from server.store.redis.line import Line, is_passing, is_refused
from server.store.redis.link import Link
from server.store.redis.news import News
from server.store.redis.running import run, run_and_wait, twice
from server.store.redis.scripts import Keys
from server.store.redis.whispers import Whispers

logger = logging.getLogger(__name__)

PEN = 2_000
"""Milliseconds after which the pen of a process that died is free again."""

PATIENCE = 5.0
"""Seconds to wait for the pen before a batch is given up."""

GLANCE = 0.005
"""Seconds after which a waiting process looks at the pen although it heard of no append."""

CERTAINTY = 4.0
"""Seconds to go on asking whether an append was made, or for replicas to have it."""

PAUSE = 0.05
"""Seconds between two such attempts."""

TURN = 100
"""Milliseconds for which the pen is kept for who has the next turn."""

CHUNK = 100
"""Batches read at once."""

SOME = 5
"""Batches that come with a turn, on the connection that is not for what is large."""

SILENCE = 1.0
"""Seconds without news after which Redis is asked whether there are none, which also shows that the link lives."""

_EMPTIED = (
    "Redis holds another history than this server knows (it was emptied, or another one was put there). Nothing is "
    "merged: bring the old data back, or restart all servers to begin with what Redis has."
)
_ROLLED_BACK = (
    "Redis holds an older copy of this event: acknowledged changes are missing from it. Nothing is merged: bring back "
    "the Redis that has them, or restart all servers to go on without them."
)
_WRONG = {b"emptied": _EMPTIED, b"rolled back": _ROLLED_BACK, b"disputed": _ROLLED_BACK}

Raw = Any


class RedisJournal:
    """See `server.store.Journal`. Made by `connect`."""

    is_shared = True
    risk: Risk | None = None

    def __init__(self, line: Line, keys: Keys) -> None:
        self.epoch = ""
        self.offset = 0
        self._mark = b""
        self._decisions = b"0"
        self._line = line
        self._names = keys
        self._token = secrets.token_hex(8)
        self._must_wait = self._is_unsure = False
        self._seen = self._followed = -1
        self._must_look, self._stirs = False, 0
        self._news = News(line, keys.news, self._token)
        self._whispers = Whispers(line, keys.live)

    @classmethod
    async def connect(cls, url: str, event: str) -> RedisJournal:
        """Return the journal of `event` in the Redis at `url`, making it on first use.

        Raises:
            ConfigError: the address is none.
            Unavailable: Redis cannot be reached.
        """
        keys = Keys.of(event)
        journal = cls(Line(parse(url), keys.meta), keys)
        try:
            await journal._start()
        except Unavailable:
            await journal.close()
            raise
        return journal

    async def _start(self) -> None:
        address = self._line.address
        try:
            epoch = secrets.token_hex(4)
            found = await self._line.call(lambda link: run(link, scripts.START, [self._names.meta], [epoch]))
        except (RedisError, OSError) as error:
            reason = self._line.reason(error)
            raise Unavailable(
                f"Redis at {address} cannot be used ({reason}); check --redis and start again."
            ) from error
        self.epoch, self.offset, self._mark = found[0].decode(), int(found[1] or 0), found[2] or b""
        self._decisions = found[3] or b"0"
        await self._look()

    # Appending --------------------------------------------------------------------------------------------------

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """See Journal."""
        self._must_wait = self._is_unsure or bool(asked)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while True:
            if heard := self._take_heard():
                return await self._opened(heard, {}, is_open=False)
            stirs = self._news.stirs
            answer = await self._open(self._token, asked)
            if answer[0] == b"open":
                return await self._opening(answer[1], answer[2], asked)
            if loop.time() > deadline:
                raise Unavailable("Other servers keep the journal busy; send it again.")
            await self._news.more(stirs, GLANCE)

    async def recall(self, asked: Sequence[Asked]) -> Mapping[Asked, Answer]:
        """See Journal."""
        self._must_wait = True
        fields = [field(each) for each in asked]
        return opened(asked, await self._ask(lambda link: link.ask("HMGET", self._names.answers, *fields)))

    async def peek(self) -> Opening:
        """See Journal. What was heard is enough, if it fits."""
        if heard := self._take_heard():
            return await self._opened(heard, {})
        if not self._must_look and self._seen == self._line.generation:
            return Opening((), {}, {})
        answer = await self._open("", ())
        return await self._opening(answer[1], answer[2], ())

    def _take_heard(self) -> list[Entry]:
        """Return what was heard of others, if it goes on from where this process stands."""
        if self._seen != self._line.generation:
            return []
        heard = self._news.take(self.offset, self._mark)
        self._must_look |= heard is None
        return heard or []

    async def append(self, expected: int, commit: Commit) -> int:
        """See Journal. It is sent again until there is an answer: the script knows an append that was made."""
        mark = secrets.token_bytes(MARK)
        args = [self.epoch, expected, self._mark, mark, self._token, *packed(commit, self._mark)]
        names = self._names
        keys = [names.meta, names.events, names.pen, names.answers, names.keys, names.news]
        match await self._surely(scripts.APPEND, keys, args):
            case b"emptied":
                raise Replaced(_EMPTIED)
            case b"behind":
                raise Behind("another process appended first")
        if commit.events:
            self.offset, self._mark = expected + len(commit.events), mark
        return self.offset

    async def release(self) -> None:
        """See Journal."""
        keys = [self._names.pen, self._names.meta]
        if self._must_wait and self._line.address.replicas:
            # What is answered from memory may be so young that no replica has it yet.
            await self._surely(scripts.RELEASE, keys, [self._token, 1])
            return
        with contextlib.suppress(Unavailable):
            await self._ask(lambda link: run(link, scripts.RELEASE, keys, [self._token, 0]))

    # Following --------------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """See Journal. What is heard waits for whoever begins or peeks; on a new connection he has to look for it."""
        generation = self._line.generation
        try:
            link = await self._line.link()
            is_over = self._followed != generation
            if is_over:
                self._followed, self._must_look = generation, True
            while not is_over:
                is_silent = not await self._news.more(self._stirs, SILENCE)
                self._stirs = self._news.stirs
                if link.is_lost:
                    raise ConnectionError("the connection was lost")
                if is_silent and await self._is_astray(link):
                    self._must_look = True
                is_over = self._news.is_waiting or (is_silent and self._must_look)
        except (RedisError, OSError) as error:
            self._line.drop(generation)
            self._news.clear()
            raise Unavailable(self._line.reason(error)) from error

    async def _is_astray(self, link: Link) -> bool:
        """Say whether Redis is elsewhere than this process, of which nobody told; or others know more than Redis."""
        offset, disputed = await link.ask("HMGET", self._names.meta, "offset", "disputed")
        return disputed is not None or int(offset or 0) != self.offset

    async def share(self, messages: Sequence[bytes]) -> None:
        """See Journal."""
        await self._ask(lambda link: self._whispers.say(link, messages))

    async def shared(self) -> bytes:
        """See Journal."""
        return await self._whispers.hear()

    # Reading ----------------------------------------------------------------------------------------------------

    async def read(self, after: int) -> Iterable[Stored]:
        """See Journal. What this process held must be part of what is read, by its mark."""
        while True:
            generation = self._line.generation
            found = await self._read(after)
            if generation == self._line.generation:
                break
        held = next((entry.mark for entry in found if entry.offset == self.offset), None)
        if self.offset > after and held != self._mark:
            raise Replaced(_ROLLED_BACK)
        if found:
            self.offset, self._mark = found[-1].offset, found[-1].mark
        return events_of(found, after)

    async def fetch(self, offset: int) -> Stored | None:
        """See Journal."""
        found = await self._range(f"{offset}-0", 1)
        return next((event for entry in found for event in entry_of(entry).events if event.offset == offset), None)

    async def keys(self) -> dict[str, bytes]:
        """See Journal."""
        found = await self._ask(lambda link: link.ask("HGETALL", self._names.keys), is_large=True)
        return {person.decode(): key for person, key in found.items()}

    async def checkpoint(self) -> bytes | None:
        """See Journal."""
        blob = await self._ask(lambda link: link.ask("GET", self._names.checkpoint), is_large=True)
        return None if blob is None else bytes(blob)

    async def save_checkpoint(self, blob: bytes) -> None:
        """See Journal. It is kept only where the history is the one it was made of."""
        keys = [self._names.meta, self._names.events, self._names.checkpoint]
        args = [*self._history(), blob]
        done = await self._ask(lambda link: run(link, scripts.SAVE, keys, args), is_large=True)
        if done in _WRONG:
            raise Replaced(_WRONG[done])

    async def forget(self, people: Iterable[str]) -> None:
        """See Journal."""
        doomed = list(people)
        if doomed:
            await self._ask(lambda link: link.ask("HDEL", self._names.keys, *doomed))
        await self._ask(lambda link: link.ask("DEL", self._names.checkpoint))

    async def close(self) -> None:
        """See Journal."""
        self._line.close()

    async def note(self, name: str, value: str) -> None:
        """Keep a remark about this event, such as where it is being served."""
        await self._ask(lambda link: link.ask("HSET", self._names.meta, name, value))

    @classmethod
    async def remark(cls, url: str, event: str, name: str) -> str | None:
        """Return a remark made by `note`, without opening the journal.

        Raises:
            ConfigError: the address is none.
            Unavailable: Redis cannot be reached.
        """
        keys = Keys.of(event)
        journal = cls(Line(parse(url), keys.meta), keys)
        try:
            found = await journal._ask(lambda link: link.ask("HGET", keys.meta, name))
        finally:
            await journal.close()
        return None if found is None else bytes(found).decode()

    # Inside -----------------------------------------------------------------------------------------------------

    def _history(self) -> list[Raw]:
        return [self.epoch, self.offset, self._mark, self._decisions]

    async def _open(self, token: str, asked: Sequence[Asked]) -> list[Raw]:
        """Run the opening script; the pen of this very process counts as free, so it may be run again."""
        names = self._names
        keys = [names.meta, names.events, names.pen, names.answers, names.turn]
        args = [*self._history(), token, PEN, TURN, SOME, *(field(each) for each in asked)]
        answer: list[Raw] = await self._ask(lambda link: run(link, scripts.OPEN, keys, args))
        if answer[0] in _WRONG:
            raise Replaced(_WRONG[answer[0]])
        if answer[0] == b"open":
            self._must_look = False
        if self._seen != self._line.generation:
            await self._look()
        return answer

    async def _look(self) -> None:
        """See again how this Redis keeps its data: after a failover it is another one."""
        self._seen = self._line.generation
        self.risk = await self._ask(lambda link: risk_of(link, self._line.address))

    async def _opening(self, entries: list[Raw], known: list[Raw], asked: Sequence[Asked]) -> Opening:
        newer = [entry_of(entry) for entry in entries]
        if len(newer) == SOME:
            newer += await self._read(newer[-1].offset)
        return await self._opened(newer, opened(asked, known))

    async def _opened(self, newer: list[Entry], known: Mapping[Asked, Answer], is_open: bool = True) -> Opening:
        people = [person for entry in newer for person in entry.people]
        keys: dict[str, bytes] = {}
        if people:
            found = await self._ask(lambda link: link.ask("HMGET", self._names.keys, *people), is_large=True)
            keys = {person: key for person, key in zip(people, found, strict=True) if key is not None}
        if newer:
            self.offset, self._mark = newer[-1].offset, newer[-1].mark
        return Opening([event for entry in newer for event in entry.events], known, keys, is_open)

    async def _read(self, after: int) -> list[Entry]:
        """Return the batches after an offset."""
        found: list[Entry] = []
        while entries := await self._range(f"({found[-1].offset if found else after}-0", CHUNK):
            found += [entry_of(entry) for entry in entries]
        return found

    async def _range(self, after: str, most: int) -> list[Raw]:
        place = (self._names.events, after, "+", "COUNT", most)
        entries: list[Raw] = await self._ask(lambda link: link.ask("XRANGE", *place), is_large=True)
        return entries

    async def _surely(self, script: str, keys: list[str], args: list[Raw]) -> Raw:
        """Run a script that may be sent twice until it is known what became of it, and enough replicas have it.

        Raises:
            Unsure: that was not to be learned in time.
            Unavailable: Redis refused it, and nothing was done.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + CERTAINTY
        replicas = self._line.address.replicas
        sent = False
        while True:
            try:
                answer, count = await self._line.call(lambda link: run_and_wait(link, script, keys, args, replicas))
                if count >= replicas or answer in (b"behind", b"emptied"):
                    self._is_unsure = False
                    return answer
                why = f"{count} of {replicas} replicas have it"
                sent = True
            except (RedisError, OSError) as error:
                why = self._line.reason(error)
                is_over = not is_passing(error) or (is_refused(error) and loop.time() > deadline)
                if is_over and not sent:
                    raise Unavailable("Redis does not take it now; nothing was done, send it again.") from error
                sent |= not is_refused(error)
            if loop.time() > deadline:
                logger.warning("it is not known whether an append was made: %s", why)
                self._is_unsure = True
                raise Unsure
            await asyncio.sleep(PAUSE)

    async def _ask(self, work: Callable[[Link], Awaitable[Raw]], is_large: bool = False) -> Raw:
        return await twice(self._line, work, is_large)
