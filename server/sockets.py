"""The WebSocket door: accepted sockets become connections, and connections are kept alive or ended.

Owns    the list of connections, heartbeats, giving up dead and stalled links, one screen per `screen` id.
Never   decides who may do what, or writes a row.
Used by app.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from starlette.websockets import WebSocket

from server import wire
from server.adopted import Adopted, offered
from server.connection import Connection, Exchange
from server.errors import CloseCode
from server.garbage import Arrivals
from server.portable import Portable
from server.roles import Actor

TEND = 0.5
"""Seconds between looks at the links."""

BEAT_AFTER = 2.0
"""Seconds of silence after which a screen is told that its link lives."""

STALLED_AFTER = 30.0
"""Seconds a link may take no bytes before it is given up."""

AT_ONCE = 32
"""Topics that an address may subscribe to."""

ROUND = 20
"""Looks it takes to go round all connections: each is looked at every ten seconds."""


class Sockets:
    """Every connection of this process."""

    def __init__(self, exchange: Exchange, revoked: Callable[[str], bool], revocations: Callable[[], int]) -> None:
        """Join sockets to `exchange`. `revoked` says whether a key's id is good no more, `revocations` how many are."""
        self._exchange = exchange
        self._revoked = revoked
        self._revocations = revocations
        self._checked = 0
        self._connections: dict[Connection, None] = {}
        self._screens: dict[tuple[str, str], Connection] = {}
        self._round: Iterator[Connection] = iter(())
        self._ended = 0
        self._arrivals = Arrivals()
        self._late: deque[float] = deque([0.0], maxlen=int(60 / TEND))
        exchange.gone = self._gone

    def __len__(self) -> int:
        return len(self._connections)

    async def serve(self, socket: WebSocket, actor: Actor, greeting: Mapping[str, object]) -> None:
        """Serve one accepted socket: in the background where its transport can be taken over, else until it ends.

        A `screen` that is connected already gives way; every `sub` of the address is subscribed to at once.
        """
        hello = self._hello(actor, greeting)
        screen = (actor.id, socket.query_params.get("screen", ""))
        topics = [wire.subscribe(topic) for topic in socket.query_params.getlist("sub")[:AT_ONCE]]
        if (handover := offered(socket)) is not None:
            adopted = Adopted(self._exchange, actor, handover)
            self._keep(adopted, screen)
            adopted.begin(hello, topics, handover.early)
        else:
            portable = Portable(self._exchange, actor, socket)
            self._keep(portable, screen)
            await portable.serve(hello, topics)

    def late(self) -> float:
        """Return by how many seconds the loop came too late at worst in the last minute, as far as was looked at."""
        return max(self._late)

    def end_all(self, code: CloseCode) -> None:
        """Tell every screen why the server goes."""
        for connection in tuple(self._connections):
            connection.end(code)

    async def tend(self) -> None:
        """Keep all links alive, and end those whose key was revoked (at whichever door or server), until cancelled."""
        while True:
            before = self._exchange.now()
            await asyncio.sleep(TEND)
            now = self._exchange.now()
            self._late.append(max(0.0, now - before - TEND))
            self._exchange.hub.beat(BEAT_AFTER)
            self._give_up_stalled(now)
            self._look_at_some(now)
            self._end_revoked()

    def _hello(self, actor: Actor, greeting: Mapping[str, object]) -> bytes:
        boards = self._exchange.boards
        rooms = boards.rooms() if actor.rooms is None else sorted(actor.rooms)
        topics = boards.topics(actor)
        members = {"role": actor.role.value, "id": actor.id, "rooms": rooms, "topics": topics, **greeting}
        return wire.hello(self._exchange.clock.now(), members)

    def _keep(self, connection: Connection, screen: tuple[str, str]) -> None:
        if screen[1]:
            if (other := self._screens.get(screen)) is not None:
                other.end(CloseCode.REPLACED)
            self._screens[screen] = connection
            connection.screen = screen[1]
        self._connections[connection] = None
        self._arrivals.one()

    def _gone(self, connection: Connection) -> None:
        self._connections.pop(connection, None)
        screen = (connection.actor.id, connection.screen)
        if self._screens.get(screen) is connection:
            del self._screens[screen]
        self._ended += 1
        if self._ended > len(self._connections):
            # Most of those that the round still goes to are no more, and would be kept by it: it begins again.
            self._go_round(())

    def _give_up_stalled(self, now: float) -> None:
        for outlet, since in tuple(self._exchange.hub.congested.items()):
            if now - since > STALLED_AFTER and isinstance(outlet, Connection):
                outlet.end(CloseCode.TOO_SLOW)
                outlet.drop()

    def _look_at_some(self, now: float) -> None:
        """Look at a part of the connections: all of them in a turn would stop the loop."""
        some = list(islice(self._round, len(self._connections) // ROUND + 1))
        if not some:
            self._go_round(tuple(self._connections))
        for connection in some:
            if connection.code is None:
                connection.check(now)

    def _go_round(self, connections: tuple[Connection, ...]) -> None:
        self._round = iter(connections)
        self._ended = 0

    def _end_revoked(self) -> None:
        if self._revocations() == self._checked:
            return
        self._checked = self._revocations()
        for connection in tuple(self._connections):
            if self._revoked(connection.actor.id):
                connection.end(CloseCode.UNAUTHENTICATED)
