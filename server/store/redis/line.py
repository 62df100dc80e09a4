"""The connections to the Redis that is the primary now, wherever that is.

Owns    finding it (as given, through Sentinels, by the cluster's slots), connecting, and letting go after a failure.
Never   knows what is kept there, or repeats a command by itself.
Used by the journal.

All keys of an event lie in one hash slot, so there is one primary at a time, in a cluster too: a plain connection to
it serves scripts, blocking reads and publish/subscribe alike. Whatever fails, the connections are dropped and the
primary is looked for anew.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,  # noqa: A004 - the library's own
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,  # noqa: A004 - the library's own
    TryAgainError,
)

from server.store.redis.address import Address, Host

T = TypeVar("T")

CONNECTING = 2.0
"""Seconds a connection may take to come about."""

ASKING = 2.0
"""Seconds a Sentinel, or a node asked for its slots, may take to answer."""

ANSWERING = 3.0
"""Seconds an answer may take; a link that carries nothing any more is known by it."""

BLOCKING = 1_000
"""Milliseconds a reader waits for news before it asks again, which shows that the link lives."""

ELSEWHERE = (ConnectionError, TimeoutError, ReadOnlyError, AskError, TryAgainError, ClusterDownError, BusyLoadingError)
"""Failures after which the primary is to be looked for anew; the command may succeed there."""

Raw = Any


class Line:
    """This process's way to Redis."""

    def __init__(self, address: Address, slot_key: str) -> None:
        """Prepare for `address`; `slot_key` is any key of the event, for its slot in a cluster."""
        self.address = address
        self.generation = 0
        """How often the connections were dropped."""
        self._slot = key_slot(slot_key.encode())
        self._seeds = list(address.hosts)
        self._primary: Host | None = None
        self._quick: Redis | None = None
        self._patient: Redis | None = None

    async def quick(self) -> Redis:
        """Return the client for commands that are answered at once.

        Raises:
            RedisError, OSError: no primary is to be found.
        """
        if self._quick is None:
            await self._find()
            self._quick = self._quick or self._client(self._primary, ANSWERING)
        return self._quick

    async def patient(self) -> Redis:
        """Return the client for reads that wait up to `BLOCKING`, and for hearing what is published.

        Raises:
            RedisError, OSError: no primary is to be found.
        """
        if self._patient is None:
            await self._find()
            self._patient = self._patient or self._client(self._primary, BLOCKING / 1000 + ANSWERING)
        return self._patient

    async def drop(self, generation: int) -> None:
        """Let go of the connections of `generation`, so that the next command looks for the primary anew."""
        if generation != self.generation:
            return
        self.generation += 1
        quick, patient, self._quick, self._patient, self._primary = self._quick, self._patient, None, None, None
        for client in (quick, patient):
            if client is not None:
                await client.connection_pool.disconnect()
                await client.aclose()

    async def close(self) -> None:
        """Let go for good."""
        await self.drop(self.generation)

    async def call(self, work: Callable[[Redis], Awaitable[T]]) -> T:
        """Return what `work` gets from the primary; what failed is dropped.

        Raises:
            RedisError, OSError: there is no answer, or it is a refusal.
        """
        generation = self.generation
        try:
            return await work(await self.quick())
        except (*ELSEWHERE, OSError):
            await self.drop(generation)
            raise

    def reason(self, error: Exception) -> str:
        """Return what went wrong, for a log or the crew, without any secret."""
        text = self.address.without_secrets(str(error) or type(error).__name__).rstrip(".")
        if isinstance(error, AskError) and not self.address.is_cluster:
            return f"{text}: this is a node of a cluster, which is addressed as redis+cluster://"
        return text

    # Finding the primary ----------------------------------------------------------------------------------------

    async def _find(self) -> None:
        if self._primary is not None or self.address.path:
            return
        if self.address.is_sentinel:
            found = await self._first(self._ask_sentinel)
        elif self.address.is_cluster:
            found = await self._first(self._ask_node)
        else:
            found = self.address.hosts[0]
        self._primary = self._primary or found

    async def _first(self, ask: Callable[[Host], Awaitable[Host | None]]) -> Host:
        """Return the first answer of those who may know; the one that gave it is asked first next time."""
        said: list[str] = []
        for host in tuple(self._seeds):
            try:
                found = await ask(host)
            except (RedisError, OSError) as error:
                said.append(f"{host[0]}:{host[1]}: {error}")
                continue
            if found is not None:
                self._seeds.remove(host)
                self._seeds.insert(0, host)
                return found
            said.append(f"{host[0]}:{host[1]}: knows no primary")
        raise ConnectionError("; ".join(said))

    async def _ask_sentinel(self, host: Host) -> Host | None:
        async with self._asked(host, self.address.sentinel_username, self.address.sentinel_password) as client:
            found: Raw = await client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.address.name)
        return None if found is None else (_text(found[0]), int(found[1]))

    async def _ask_node(self, host: Host) -> Host | None:
        async with self._asked(host, self.address.username, self.address.password) as client:
            slots: Raw = await client.execute_command("CLUSTER", "SLOTS")
        # A node that was not told its own address leaves it out: it is where it was asked.
        owners = [(low, high, (_text(node[0]) or host[0], int(node[1]))) for low, high, node, *_ in slots]
        self._seeds += [node for *_, node in owners if node not in self._seeds]
        return next((node for low, high, node in owners if low <= self._slot <= high), None)

    @contextlib.asynccontextmanager
    async def _asked(self, host: Host, username: str | None, password: str | None) -> AsyncIterator[Any]:
        client = self._client(host, ASKING, username, password)
        try:
            yield client
        finally:
            await client.aclose()

    def _client(self, host: Host | None, timeout: float, *user: str | None) -> Redis:
        username, password = user or (self.address.username, self.address.password)
        where: dict[str, Any] = {"unix_socket_path": self.address.path}
        if host is not None:
            where = {"host": host[0], "port": host[1], **self._tls()}
        # Only the journal knows what may be sent twice, so the library must not repeat by itself.
        return Redis(
            **where,
            db=self.address.db if not user else 0,
            username=username,
            password=password,
            socket_connect_timeout=CONNECTING,
            socket_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    def _tls(self) -> dict[str, Any]:
        if not self.address.is_tls:
            return {}
        files = {"ssl_ca_certs": self.address.ca, "ssl_certfile": self.address.cert, "ssl_keyfile": self.address.key}
        return {"ssl": True, "ssl_min_version": ssl.TLSVersion.TLSv1_2, **files}


def is_passing(error: Exception) -> bool:
    """Say whether the same command may succeed elsewhere, or a moment later."""
    return isinstance(error, (*ELSEWHERE, OSError)) or (
        isinstance(error, ResponseError) and str(error).startswith(("UNBLOCKED", "LOADING", "NOREPLICAS"))
    )


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
