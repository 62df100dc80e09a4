"""The WebSocket door: Starlette's sockets joined to sessions, boards and the conductor.

Owns    one mailbox and one pump per connection, heartbeats, and ending connections with a reason.
Never   decides who may do what, interprets a row, or buffers without bound.
Used by app.

A mailbox holds answers to be sent and the set of boards that have news. The pump writes one frame at a time and
asks each board for what changed since this reader's position only when the link takes it. So a slow link gets
fewer, newer deltas, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server import wire
from server.board import Board, Position
from server.boards import Boards
from server.clock import Clock
from server.errors import AppError, CloseCode, LimitReached, PeerError
from server.hub import Hub
from server.roles import Actor
from server.session import Ask, Close, Effect, Leave, Open, Reply, Session

logger = logging.getLogger(__name__)

BEAT_AFTER = 2.0
"""Seconds of silence after which a screen is told that its link lives."""

STALLED_AFTER = 30.0
"""Seconds a link may take no bytes before it is given up."""

ANSWERS = 256
"""How many answers may wait for one link; a peer that asks on without reading is given up."""

UNDER_WAY = 64
"""How many commands of one connection may be under way; it is not read further until some are done."""


class Poster(Protocol):
    """Takes commands: the conductor."""

    def post(
        self, actor: Actor, channel: str, verb: str, args: Mapping[str, object], ref: str | None, rev: int | None
    ) -> asyncio.Future[Mapping[str, Any]]:
        """Queue a command and return its answer to come."""
        ...


class Connection:
    """One screen that is connected: its mailbox, its positions, and its end."""

    def __init__(self, socket: WebSocket, actor: Actor, sockets: Sockets) -> None:
        self.actor = actor
        self._socket = socket
        self._sockets = sockets
        self._session = Session(sockets.clock)
        self._replies: deque[bytes] = deque()
        self._news: dict[Board, None] = {}
        self._held: dict[Board, Position | None] = {}
        self._topics: dict[str, Board] = {}
        self._bell = asyncio.Event()
        self._room = asyncio.Semaphore(UNDER_WAY)
        self._end: CloseCode | None = None
        self._loop = asyncio.get_running_loop()
        self._sent = self._loop.time()
        self._writing_since: float | None = None

    # Outlet -----------------------------------------------------------------------------------------------------

    def offer(self, board: Board) -> None:
        """Note that `board` has news."""
        self._news[board] = None
        self._bell.set()

    def reply(self, frame: bytes) -> None:
        """Send a frame of its own. A peer that leaves too many unread is given up."""
        self._replies.append(frame)
        if len(self._replies) > ANSWERS:
            self.end(CloseCode.TOO_SLOW)
        self._bell.set()

    def end(self, code: CloseCode) -> None:
        """Close with `code` as soon as what waits is sent. The first reason counts."""
        if self._end is None:
            self._end = code
        self._bell.set()

    def tend(self, now: float) -> None:
        """Send a heartbeat if the link was silent, give it up if it has taken nothing for too long."""
        if self._writing_since is not None and now - self._writing_since > STALLED_AFTER:
            self.end(CloseCode.TOO_SLOW)
            self._sockets.abandon(self)
        elif self._writing_since is None and not self._replies and now - self._sent >= BEAT_AFTER:
            self.reply(wire.BEAT)

    # Life -------------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Run until either side ends it."""
        pump = asyncio.create_task(self._pump(), name="pump")
        reader = asyncio.create_task(self._read(), name="reader")
        try:
            await asyncio.wait({pump, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, reader):
                task.cancel()
            await asyncio.gather(pump, reader, return_exceptions=True)
            for board in self._held:
                self._sockets.hub.unwatch(board, self)

    async def _read(self) -> None:
        while True:
            try:
                message = await self._socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            for effect in self._session.receive(text if text is not None else message.get("bytes") or b""):
                await self._apply(effect)

    async def _apply(self, effect: Effect) -> None:
        match effect:
            case Reply(frame):
                self.reply(frame)
            case Open(topic, position):
                self._open(topic, position)
            case Leave(topic):
                self._leave(topic)
            case Ask(command):
                await self._ask(command)
            case Close(code):
                self.end(code)

    def _open(self, topic: str, position: Position | None) -> None:
        try:
            board = self._sockets.boards.open(topic, self.actor)
        except AppError as error:
            self.reply(wire.err(None, type(error)(error.message, {**error.detail, "c": topic})))
            return
        self._topics[topic] = board
        self._held[board] = position
        self._sockets.hub.watch(board, self)
        self._news.pop(board, None)
        self.reply(board.frame(position))
        self._held[board] = board.position

    def _leave(self, topic: str) -> None:
        board = self._topics.pop(topic, None)
        if board is not None:
            self._sockets.hub.unwatch(board, self)
            self._held.pop(board, None)
            self._news.pop(board, None)

    async def _ask(self, command: wire.Command) -> None:
        if len(self._replies) > ANSWERS // 2:
            self.reply(wire.err(command.ref, LimitReached("Read the answers before you ask on.")))
            return
        await self._room.acquire()
        done = self._sockets.poster.post(
            self.actor, command.c, command.v, command.args, ref=command.ref, rev=command.rev
        )
        done.add_done_callback(lambda answer: self._answered(command.ref, answer))

    def _answered(self, ref: str, answer: asyncio.Future[Mapping[str, Any]]) -> None:
        self._room.release()
        if answer.cancelled():
            return
        error = answer.exception()
        if error is None:
            self.reply(wire.ok(ref, answer.result()))
        elif isinstance(error, PeerError):
            for effect in self._session.slipped(ref, error):
                if isinstance(effect, Reply):
                    self.reply(effect.frame)
                elif isinstance(effect, Close):
                    self.end(effect.code)
        elif isinstance(error, AppError):
            self.reply(wire.err(ref, error))

    async def _pump(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._replies or self._news:
                frame = self._replies.popleft() if self._replies else self._next_delta()
                if frame is not None and not await self._write(frame):
                    return
            if self._end is not None:
                await self._close(self._end)
                return

    def _next_delta(self) -> bytes | None:
        board = next(iter(self._news))
        del self._news[board]
        if board not in self._held or self._held[board] == board.position:
            return None
        frame = board.frame(self._held[board])
        self._held[board] = board.position
        return frame

    async def _write(self, frame: bytes) -> bool:
        self._writing_since = self._loop.time()
        try:
            await self._socket.send_text(frame.decode())
        except (WebSocketDisconnect, RuntimeError, OSError):
            return False
        finally:
            self._writing_since = None
        self._sent = self._loop.time()
        return True

    async def _close(self, code: CloseCode) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            try:
                async with asyncio.timeout(1):
                    await self._socket.close(code)
            except (RuntimeError, OSError, TimeoutError):
                logger.debug("close failed: code=%d", code)


class Sockets:
    """Every connection of this process."""

    def __init__(self, boards: Boards, hub: Hub, poster: Poster, clock: Clock, revoked: Callable[[str], bool]) -> None:
        """Join sockets to these. `revoked` says of a key's id whether it is good no more."""
        self.boards = boards
        self.hub = hub
        self.poster = poster
        self.clock = clock
        self._revoked = revoked
        self._connections: dict[Connection, asyncio.Task[Any] | None] = {}
        self._screens: dict[tuple[str, str], Connection] = {}

    def __len__(self) -> int:
        return len(self._connections)

    async def serve(self, socket: WebSocket, actor: Actor, greeting: Mapping[str, object]) -> None:
        """Serve one accepted socket until it ends. A `screen` that is connected already gives way."""
        connection = Connection(socket, actor, self)
        screen = (actor.id, socket.query_params.get("screen", ""))
        if screen[1]:
            if (other := self._screens.get(screen)) is not None:
                other.end(CloseCode.REPLACED)
            self._screens[screen] = connection
        self._connections[connection] = asyncio.current_task()
        rooms = self.boards.rooms() if actor.rooms is None else sorted(actor.rooms)
        members = {
            "role": actor.role.value,
            "id": actor.id,
            "rooms": rooms,
            "topics": self.boards.topics(actor),
            **greeting,
        }
        connection.reply(wire.hello(self.clock.now(), members))
        try:
            await connection.serve()
        finally:
            del self._connections[connection]
            if self._screens.get(screen) is connection:
                del self._screens[screen]

    def abandon(self, connection: Connection) -> None:
        """Drop a connection whose link takes no more bytes, without waiting for it."""
        task = self._connections.get(connection)
        if task is not None:
            task.cancel()

    def end_all(self, code: CloseCode) -> None:
        """Tell every screen why the server goes."""
        for connection in self._connections:
            connection.end(code)

    async def tend(self) -> None:
        """Keep all links alive, and end those whose key was revoked (at whichever door or server), until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.5)
            for connection in tuple(self._connections):
                connection.tend(loop.time())
                if self._revoked(connection.actor.id):
                    connection.end(CloseCode.UNAUTHENTICATED)
