"""The portable carrier: any ASGI server's WebSocket, one pump per connection.

Owns    the task that writes a connection's frames one after another.
Never   keeps more than a few parcels waiting: then the link counts as congested.
Used by the sockets.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.connection import Connection, Exchange
from server.errors import CloseCode
from server.framing import Parcel
from server.roles import Actor

logger = logging.getLogger(__name__)

WAITING = 2
"""Parcels that may wait for the pump before the link counts as congested."""

GOODBYE = 1.0
"""Seconds the server may take to close."""


class Portable(Connection):
    """A screen on an ASGI server's socket."""

    __slots__ = ("_bell", "_parcels", "_reading", "_socket", "_task")

    def __init__(self, exchange: Exchange, actor: Actor, socket: WebSocket) -> None:
        super().__init__(exchange, actor)
        self._socket = socket
        self._parcels: deque[Parcel] = deque()
        self._bell = asyncio.Event()
        self._reading = asyncio.Event()
        self._reading.set()
        self._task: asyncio.Task[None] | None = None

    async def serve(self, hello: bytes, early: Iterable[str]) -> None:
        """Say hello, do what was asked for already, and run until either side ends it."""
        self.open(hello)
        for message in early:
            self.receive(message)
        pump = self._task = asyncio.create_task(self._pump(), name="pump")
        reader = asyncio.create_task(self._read(), name="reader")
        try:
            await asyncio.wait({pump, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.lost()
            for task in (pump, reader):
                task.cancel()
            await asyncio.gather(pump, reader, return_exceptions=True)

    # Outlet and connection --------------------------------------------------------------------------------------

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        """See Outlet."""
        self._parcels.append(parcel)
        self._bell.set()
        if len(self._parcels) > WAITING:
            self.choked()

    def hold(self, still: bool) -> None:
        """See Connection."""
        if still:
            self._reading.clear()
        else:
            self._reading.set()

    def hang_up(self, code: CloseCode) -> None:
        """See Connection."""
        self._reading.set()
        self._bell.set()

    def drop(self) -> None:
        """See Connection."""
        if self._task is not None:
            self._task.cancel()

    # Tasks ------------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            await self._reading.wait()
            try:
                message = await self._socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if self.code is None:
                self.receive(text if text is not None else message.get("bytes") or b"")

    async def _pump(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._parcels:
                for frame in self._parcels.popleft().frames:
                    if not await self._write(frame.text):
                        return
                if not self._parcels:
                    self.freed()
            if self.code is not None:
                await self._close(self.code)
                return

    async def _write(self, text: bytes) -> bool:
        try:
            await self._socket.send_text(text.decode())
        except (WebSocketDisconnect, RuntimeError, OSError):
            return False
        return True

    async def _close(self, code: CloseCode) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            try:
                async with asyncio.timeout(GOODBYE):
                    await self._socket.close(code)
            except (RuntimeError, OSError, TimeoutError):
                logger.debug("close failed: code=%d", code)
