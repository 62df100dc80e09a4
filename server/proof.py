"""Taking over a connection, tried once before the program relies on it.

Owns    one handshake on a pair of sockets, through uvicorn's protocol as it is installed here.
Never   serves anybody.
Used by serving.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from server.handshake import EXTENSION, Handover, Handshake

TURNS = 8
"""Turns of the loop after which what one end of a pair of sockets wrote has been read at the other."""

logger = logging.getLogger(__name__)

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: proof\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
EARLY = b"\x81\x85\0\0\0\0proof"
ECHO = b"\x81\x05proof"


async def adoption_works() -> bool:
    """Take over one connection on a pair of sockets, and say whether it went as it should.

    Uvicorn does not document what this relies on, so a newer one may raise anything here.
    """
    try:
        async with asyncio.timeout(5):
            works = await _take_one_over()
    except Exception:
        logger.warning("taking over a connection failed", exc_info=True)
        works = False
    if not works:
        logger.warning("WebSockets are carried the portable way, which costs more: this uvicorn is not known")
    return works


async def _take_one_over() -> bool:
    ours, theirs = socket.socketpair()
    asked, spoken = asyncio.Event(), asyncio.Event()

    async def giving_up(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        await spoken.wait()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        await receive()
        await send({"type": "websocket.accept"})
        _Echo(cast("Handover", scope["extensions"][EXTENSION]()))

    config = Config(giving_up, ws=Handshake, log_config=None, lifespan="off")
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    entrance: Any = config.http_protocol_class
    transport, _ = await loop.connect_accepted_socket(lambda: entrance(config, state, {}), ours)
    reader, writer = await asyncio.open_connection(sock=theirs)
    try:
        writer.write(HANDSHAKE)
        await asked.wait()
        writer.write(EARLY)
        spoken.set()
        answer = await reader.readuntil(b"\r\n\r\n")
        # By now uvicorn believes that its connection has ended; what the new protocol writes must come through.
        return answer.startswith(b"HTTP/1.1 101") and await reader.readexactly(len(ECHO)) == ECHO
    finally:
        transport.abort()
        writer.close()
        await writer.wait_closed()


class _Echo(asyncio.Protocol):
    """Writes back what was sent before it came, a turn after it came."""

    def __init__(self, handover: Handover) -> None:
        self._peers = handover.peers
        self._peers.add(self)
        handover.transport.set_protocol(self)
        answer = handover.response + (ECHO if handover.early == EARLY else b"\0" * len(ECHO))
        asyncio.get_running_loop().call_later(0.001, handover.transport.write, answer)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._peers.discard(self)
