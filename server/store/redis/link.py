"""One connection to Redis, which many ask at once, and which hears what is published.

Owns    the wire: greeting, questions and their answers in order, silence, and what is pushed in between.
Never   finds the primary, asks anything by itself, or asks twice.
Used by the line.

Theory of operation: a question is written at once, and its answer is a future; Redis answers in the order it was asked.
It is told to speak RESP3, in which what is published comes on the same connection as the answers: so what is heard
before an answer was published before it was given, and a process reads its own words and its answer in one go.
Nobody waits with a timer of his own: one timer looks now and then at the oldest question.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from hiredis import ProtocolError, PushNotification, Reader, pack_command
from redis.asyncio.connection import DefaultParser
from redis.exceptions import ConnectionError, RedisError  # noqa: A004 - the library's own
from redis.exceptions import TimeoutError as Silence

Raw = Any
Question = tuple[Any, ...]
Hears = Callable[[bytes], None]

_NOTHING = object()


class Link(asyncio.Protocol):
    """A connection. Made by `connected`; once lost it stays lost."""

    def __init__(self, patience: float, hears: Mapping[bytes, Hears], lost: Callable[[], None]) -> None:
        """Prepare for answers within `patience` seconds; `hears` says by channel who is told what is published."""
        self._loop = asyncio.get_running_loop()
        self._patience = patience
        self._hears = hears
        self._told_lost = lost
        self._reader = Reader(replyError=DefaultParser.parse_error, notEnoughData=_NOTHING)
        self._asked: deque[tuple[asyncio.Future[Raw], float]] = deque()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._why: RedisError | None = None

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._why is not None

    def ask(self, *question: Any) -> asyncio.Future[Raw]:
        """Send a command, and return its answer to come: a refusal, silence or a lost link is an exception of redis."""
        answer: asyncio.Future[Raw] = self._loop.create_future()
        if self._transport is None or self._why is not None:
            answer.set_exception(_again(self._why))
            return answer
        self._transport.write(pack_command(question))
        self._asked.append((answer, self._loop.time()))
        if self._timer is None:
            self._timer = self._loop.call_later(self._patience, self._look)
        return answer

    def close(self) -> None:
        """Hang up. Idempotent."""
        self._end(ConnectionError("The connection was closed here."))

    # The protocol -----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._end(ConnectionError(str(exc) if exc else "Connection closed by server."))

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._reader.feed(data)
        try:
            while (came := self._reader.gets()) is not _NOTHING:
                self._take(came)
        except ProtocolError as error:
            self._end(ConnectionError(f"This is not Redis: {error}"))

    def _take(self, came: Raw) -> None:
        if isinstance(came, PushNotification):
            if came[0] == b"message":
                self._hears[came[1]](came[2])
                return
            if came[0] != b"subscribe":
                return
        if not self._asked:
            self._end(ConnectionError(f"An answer came that nobody asked for: {came!r}"))
            return
        answer, _ = self._asked.popleft()
        if answer.done():
            # Whoever asked has gone.
            return
        if isinstance(came, Exception):
            answer.set_exception(came)
        else:
            answer.set_result(came)

    # Silence ----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Give the link up if the oldest question has waited for too long."""
        self._timer = None
        if not self._asked:
            return
        left = self._asked[0][1] + self._patience - self._loop.time()
        if left <= 0:
            self._end(Silence("Timeout reading from socket"))
        else:
            self._timer = self._loop.call_later(left, self._look)

    def _end(self, why: RedisError) -> None:
        if self._why is not None:
            return
        self._why = why
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        while self._asked:
            answer, _ = self._asked.popleft()
            if not answer.done():
                answer.set_exception(_again(why))
        self._told_lost()


def _again(why: RedisError | None) -> RedisError:
    """Return what was wrong as an exception of its own, for one more who asked."""
    return type(why)(*why.args) if why is not None else ConnectionError("There is no connection.")


async def connected(
    make: Callable[[], Link],
    where: tuple[str, int] | str,
    security: ssl.SSLContext | None,
    within: float,
    greeting: Sequence[Question],
) -> Link:
    """Return a link to a host and port, or to a socket of this machine, on which this greeting was answered.

    Raises:
        RedisError, OSError: it did not come about within so many seconds, or the greeting was refused.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(within):
            if isinstance(where, str):
                _, link = await loop.create_unix_connection(make, where)
            else:
                _, link = await loop.create_connection(make, *where, ssl=security)
    except TimeoutError:
        raise Silence("Timeout connecting to server") from None
    try:
        for question in greeting:
            await link.ask(*question)
    except (RedisError, OSError, asyncio.CancelledError):
        link.close()
        raise
    return link
