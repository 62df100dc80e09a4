"""The way to the Redis that is the primary now, wherever that is.

Owns    finding it (as given, through Sentinels, by the cluster's slots), connecting, and letting go after a failure.
Never   knows what is kept there, or repeats a command by itself.
Used by the journal, its news and its whispers.

All keys of an event lie in one hash slot, so there is one primary at a time, in a cluster too: a plain connection to
it serves scripts and publish/subscribe alike. Redis ends a connection that subscribes as soon as too much waits to be
read there (32 MB as it comes), answers included: what may be large is asked for on a second one, made when it is
needed. Whatever fails, both are dropped and the primary is looked for anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
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
from server.store.redis.link import Hears, Link, Question, connected

T = TypeVar("T")

CONNECTING = 2.0
"""Seconds a connection may take to come about."""

ASKING = 2.0
"""Seconds a Sentinel, or a node asked for its slots, may take to answer."""

ANSWERING = 3.0
"""Seconds an answer may take; a link that carries nothing any more is known by it."""

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
        self._link: Link | None = None
        self._large: Link | None = None
        self._connecting = asyncio.Lock()
        self._hears: dict[bytes, Hears] = {}
        self._losing: list[Callable[[], None]] = []

    def listen(self, channel: str, hear: Hears, lost: Callable[[], None]) -> None:
        """Have every link tell `hear` what is published on `channel`, and `lost` when there is no more to be heard."""
        self._hears[channel.encode()] = hear
        self._losing.append(lost)

    async def link(self) -> Link:
        """Return the connection of this generation that hears what is published, made if there is none yet.

        Raises:
            RedisError, OSError: no primary is to be found, or it is not to be had.
        """
        if self._link is None:
            async with self._connecting:
                self._link = self._link or await self._connected(self._hears, self._lost)
        return self._link

    async def large(self) -> Link:
        """Return the connection of this generation for what may be large, as `link` does; Redis may end an idle one."""
        if self._large is None or self._large.is_lost:
            async with self._connecting:
                if self._large is None or self._large.is_lost:
                    self._large = await self._connected({}, lambda: None)
        return self._large

    def drop(self, generation: int) -> None:
        """Let go of the connections of `generation`, so that the next command looks for the primary anew."""
        if generation != self.generation:
            return
        self.generation += 1
        links = (self._link, self._large)
        self._link = self._large = self._primary = None
        for link in links:
            if link is not None:
                link.close()

    def close(self) -> None:
        """Let go for good."""
        self.drop(self.generation)

    async def call(self, work: Callable[[Link], Awaitable[T]], is_large: bool = False) -> T:
        """Return what `work` gets from the primary; what failed is dropped.

        Raises:
            RedisError, OSError: there is no answer, or it is a refusal.
        """
        generation = self.generation
        try:
            return await work(await (self.large() if is_large else self.link()))
        except (*ELSEWHERE, OSError):
            self.drop(generation)
            raise

    def reason(self, error: Exception) -> str:
        """Return what went wrong, for a log or the crew, without any secret."""
        text = self.address.without_secrets(str(error) or type(error).__name__).rstrip(".")
        if self.address.is_cluster and isinstance(error, (AskError, TryAgainError)):
            return f"the event is being moved to another node of the cluster, or was just now ({text})"
        if isinstance(error, AskError):
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

    def _client(self, host: Host, timeout: float, username: str | None, password: str | None) -> Redis:
        # Only the journal knows what may be sent twice, so the library must not repeat by itself.
        return Redis(
            host=host[0],
            port=host[1],
            **self._tls(),
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

    # Connecting to it -------------------------------------------------------------------------------------------

    async def _connected(self, hears: Mapping[bytes, Hears], lost: Callable[[], None]) -> Link:
        generation = self.generation
        await self._find()
        where = self._primary or self.address.path
        greeting = [*self._greeting(), *(("SUBSCRIBE", channel) for channel in hears)]
        make = partial(Link, ANSWERING, hears, lost)
        link = await connected(make, where, self._security(), CONNECTING, greeting)
        if generation != self.generation:
            link.close()
            raise ConnectionError("The connection was dropped while it came about.")
        return link

    def _lost(self) -> None:
        for tell in self._losing:
            tell()

    def _greeting(self) -> list[Question]:
        address = self.address
        is_known = address.username is not None or address.password is not None
        who = ("AUTH", address.username or "default", address.password or "") if is_known else ()
        chosen = [("SELECT", address.db)] if address.db else []
        return [("HELLO", 3, *who), *chosen]

    def _security(self) -> ssl.SSLContext | None:
        if not self.address.is_tls or self.address.path:
            return None
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.address.ca:
            context.load_verify_locations(self.address.ca)
        if self.address.cert:
            context.load_cert_chain(self.address.cert, self.address.key)
        return context


def is_passing(error: Exception) -> bool:
    """Say whether the same command may succeed elsewhere, or a moment later."""
    return isinstance(error, (*ELSEWHERE, OSError)) or (
        isinstance(error, ResponseError) and str(error).startswith(("UNBLOCKED", "LOADING", "NOREPLICAS"))
    )


def is_refused(error: Exception) -> bool:
    """Say whether it is certain that nothing was done: what was asked is another node's, or nobody's at the moment."""
    return isinstance(error, (ReadOnlyError, AskError, TryAgainError, ClusterDownError))


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
