"""The composition root: an event folder and settings become a running server.

Owns    building every object, in order, and taking them down again.
Never   contains rules.
Used by the command line and the tests.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from server import adapters, admin, api, pages, schemas
from server.auth import Grant, Keyring
from server.boards import Boards
from server.channels import discover
from server.channels.base import Channel
from server.clock import Clock
from server.conductor import Conductor
from server.connection import Exchange
from server.domain.base import Event as DomainEvent
from server.errors import AppError, CloseCode, Forbidden, Unavailable, WrongMethod
from server.fanout import accelerator, sends_at_once
from server.gate import Gate
from server.history import History
from server.hub import Hub
from server.metrics import Metrics
from server.plan import EventPlan, Header, PlannedRoom
from server.roles import CREW, SYSTEM_ACTOR, Actor, Role
from server.sockets import Sockets
from server.store import Journal
from server.wire import SUBPROTOCOL

logger = logging.getLogger(__name__)

KEYS_BEFORE = 1_000
"""How many keys may be issued or revoked before the first import."""


class Event:
    """One event, served: everything the doors reach."""

    def __init__(
        self,
        folder: Path,
        header: Header,
        journal: Journal,
        secret: bytes,
        clock: Clock,
        wrong: int,
        accelerated: bool = False,
    ) -> None:
        """Build the event of `folder` upon its journal.

        Args:
            folder: the event's.
            header: what its pages say.
            journal: holds its history.
            secret: signs its keys.
            clock: tells the time.
            wrong: wrong keys an address may try in a minute.
            accelerated: write to many sockets by compiled code, if there is some that works.
        """
        self.folder = folder
        self.header = header
        self.clock = clock
        self.journal = journal
        self.channels: Mapping[str, Channel[Any]] = discover()
        self.keyring = Keyring(secret)
        self.history = History(self.channels, journal, secret)
        self.boards = Boards(self.channels, self.history.engines, journal.epoch, secrets.token_hex(4))
        send_many = accelerator(accelerated)
        self.hub = Hub(_later, _now, send_many)
        self.conductor = Conductor(self.channels, self.history, self.boards, self.hub, self.keyring, clock)
        exchange = Exchange(self.boards, self.hub, self.conductor, clock, _now)
        self.sockets = Sockets(exchange, self._revoked, self._revocations)
        self.gate = Gate(self.keyring, self._revoked, wrong)
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry, self.sockets, self.hub, journal, partial(sends_at_once, send_many))
        self._ready = False

    # Life -------------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def running(self, first: EventPlan | None) -> AsyncIterator[None]:
        """Load the journal, import `first` into an empty one, conduct until left, then finish everything."""
        replayed = await self.history.load(self.boards)
        if self.journal.is_shared:
            self.boards.keep_all()
        logger.info("loaded: offset=%d replayed=%d", self.journal.offset, replayed)
        conducting = asyncio.create_task(self.conductor.run(), name="conductor")
        beside = [
            asyncio.create_task(self.sockets.tend(), name="tend"),
            asyncio.create_task(self.conductor.follow(), name="follow"),
            asyncio.create_task(self.conductor.listen(), name="listen"),
        ]
        try:
            if first is not None and await self.is_new():
                await self.adopt(first)
            # Whoever imported it, this process or another: nobody finds a ready server without it.
            await self.conductor.catch_up()
            self._ready = True
            yield
        finally:
            self._ready = False
            self.sockets.end_all(CloseCode.RESTART)
            self.conductor.close()
            await conducting
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.journal.close()

    async def is_new(self) -> bool:
        """Say whether the event was never imported: keys may be issued before it is served for the first time."""
        if self.journal.offset > KEYS_BEFORE:
            return False
        for offset in range(1, self.journal.offset + 1):
            # One by one, and no further than what was loaded: reading on would pass over what others import just now.
            stored = await self.journal.fetch(offset)
            if stored is not None and stored.channel != "access":
                return False
        return True

    async def adopt(self, plan: EventPlan) -> None:
        """Import `plan`: each channel takes its part, and all parts are one append."""
        commands = {name: channel.plan(self.history.engines[name], plan) for name, channel in self.channels.items()}
        # Posted in one breath, they are one batch: no crash and no other process finds an event half imported.
        posted = [
            self.conductor.post(SYSTEM_ACTOR, name, "import", command)
            for name, command in commands.items()
            if command is not None
        ]
        await asyncio.gather(*posted)

    def ready(self) -> bool:
        """Say whether commands are taken."""
        return self._ready

    # Desk -------------------------------------------------------------------------------------------------------

    def actor(self, connection: HTTPConnection) -> Actor:
        """See Desk."""
        return api.known(self.gate.find(connection))

    def holder(self, key: str) -> Actor:
        """See Desk."""
        return self.gate.grant(key).actor()

    async def ask(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object],
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        """See Desk."""
        with self.metrics.command(channel if channel in self.channels else "unknown"):
            return await self.conductor.submit(actor, channel, verb, args, ref, rev)

    async def recall(self, offset: int) -> DomainEvent | None:
        """Return an event as the journal has it, for what is too large to be kept in memory."""
        stored = await self.journal.fetch(offset)
        recorded = None if stored is None else self.history.codec.load(stored)
        return None if recorded is None else recorded.event

    def engine(self, channel: str) -> Any:
        """See Desk."""
        return self.history.engines[channel]

    # Doors ------------------------------------------------------------------------------------------------------

    def welcome(self, connection: HTTPConnection) -> tuple[Actor, Grant | None, str]:
        """Return who asks; a newcomer without a key becomes an attendee, with a grant and its key."""
        actor = self.gate.find(connection)
        if actor is not None:
            return actor, None, ""
        grant, key = self.newcomer()
        return grant.actor(), grant, key

    def newcomer(self) -> tuple[Grant, str]:
        """Return the grant and key of a new attendee."""
        grant = self.keyring.newcomer()
        return grant, self.keyring.mint(grant)

    def about(self) -> Mapping[str, object]:
        """Return what the pages say of the event."""
        return {
            "id": self.header.id or self.keyring.event_id,
            "title": self.header.title,
            "timezone": self.header.timezone,
            "languages": list(self.header.languages),
        }

    def rooms(self) -> Sequence[PlannedRoom]:
        """Return the event's rooms as the boards have them, titled as the agenda has them."""
        titles: dict[str, str] = {}
        for name, channel in self.channels.items():
            titles |= channel.room_titles(self.history.engines[name])
        return [PlannedRoom(room, titles.get(room, room)) for room in self.boards.rooms()]

    def openapi(self) -> Mapping[str, object]:
        """Return the OpenAPI document of the HTTP interface."""
        return schemas.openapi(self.channels)

    def asyncapi(self) -> Mapping[str, object]:
        """Return the AsyncAPI document of the WebSocket interface."""
        return schemas.asyncapi(self.channels)

    async def socket(self, socket: WebSocket) -> None:
        """Serve one WebSocket from its handshake on."""
        offered = socket.scope.get("subprotocols", [])
        try:
            actor, newcomer, key = self.welcome(socket)
        except AppError as error:
            forbidden = isinstance(error, Forbidden)
            await _refuse(socket, CloseCode.FORBIDDEN if forbidden else CloseCode.UNAUTHENTICATED, error.message)
            return
        if offered and SUBPROTOCOL not in offered:
            await _refuse(socket, CloseCode.VERSION, f"This server speaks {SUBPROTOCOL}; reload the page.")
            return
        await socket.accept(subprotocol=SUBPROTOCOL if offered else None)
        greeting: dict[str, object] = {"person": actor.subject} if actor.role is Role.ATTENDEE else {}
        if newcomer is not None:
            greeting["key"] = key
        if actor.role in CREW:
            greeting["warning"] = None if self.journal.risk is None else self.journal.risk.sentence
        await self.sockets.serve(socket, actor, greeting)

    def _revocations(self) -> int:
        access = self.history.engines.get("access")
        return 0 if access is None else int(access.revocations())

    def _revoked(self, id_: str) -> bool:
        access = self.history.engines.get("access")
        return access is not None and bool(access.revoked(id_))


def build(event: Event, first: EventPlan | None) -> Starlette:
    """Return the ASGI application that serves `event`; `first` is imported if its journal is empty."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with event.running(first):
            yield

    async def refused(request: Request, error: Exception) -> Response:
        refusal = error if isinstance(error, AppError) else pages.not_found(request, error)
        if refusal is None and isinstance(error, HTTPException):
            return Response(error.detail, error.status_code)
        if refusal is None:
            logger.error("request failed: %s %s", request.method, request.url.path, exc_info=error)
            refusal = Unavailable("The desk could not do this, and changed nothing; tell the control room.")
        if pages.is_page(request):
            answer = pages.error_page(event, request, refusal.status, refusal.message)
        else:
            answer = api.problem(refusal)
        if isinstance(refusal, WrongMethod):
            answer.headers["allow"] = ", ".join(refusal.allowed)
        return answer

    async def gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=400)

    doors: list[BaseRoute] = [WebSocketRoute("/ws", event.socket)]
    doors += [*adapters.discover(event), *admin.routes(event), *api.routes(event), *pages.routes(event)]
    handlers: Mapping[Any, Any] = {
        AppError: refused,
        HTTPException: refused,
        ClientDisconnect: gone,
        Exception: refused,
    }
    squeeze = [Middleware(GZipMiddleware, minimum_size=400, compresslevel=9)]
    return Starlette(routes=doors, lifespan=lifespan, exception_handlers=handlers, middleware=squeeze)


def _later(delay: float, call: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    if delay > 0:
        loop.call_later(delay, call)
    else:
        loop.call_soon(call)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _refuse(socket: WebSocket, code: CloseCode, reason: str) -> None:
    """Close with a code a browser can read, which takes an accepted socket."""
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
    await socket.close(code, reason[:120])
