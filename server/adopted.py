"""The fast carrier: after the handshake the transport is taken over from uvicorn, and nothing else stays.

Owns    the protocol on an adopted transport, and the one place that knows uvicorn's inside.
Never   decides who may connect (the handshake is ordinary Starlette), or what a message means.
Used by serving (the protocol class) and the sockets (adoption).

A connection then costs a transport, this object and a place in an array, and its frames are written without a task
in between. What is used of uvicorn is not documented, so the program proves it before it relies on it (see
proof), and otherwise serves by the portable carrier.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol

from server import framing
from server.connection import Connection, Exchange
from server.errors import CloseCode
from server.framing import Fault, Op, Parcel, Reader
from server.roles import Actor

EXTENSION = "cuedesk.adopt"
"""Under this name the connection's scope offers its transport."""

GOODBYE = 1.0
"""Seconds a peer gets to answer a close frame."""

TOGETHER = 8
"""Answers to one packet of a peer that go out in one write; beyond that its link is to say whether it takes more."""

ASKED_AFTER = 20.0
"""Seconds after which a silent peer is asked for a sign of life."""

DEAD_AFTER = 45.0
"""Seconds without one after which it is given up."""


class Handover(NamedTuple):
    """What is taken over.

    Attributes:
        transport: the link, plain TCP.
        peers: the server's connections, for whose end it waits when it stops.
        parser: has read a part of a message already; None between messages.
        early: messages that came before.
        inflates: the peer may deflate what it sends.
        deflates: it takes frames that are deflated with the window that all share.
    """

    transport: asyncio.Transport
    peers: set[Any]
    parser: ServerProtocol | None
    early: list[str | bytes]
    inflates: bool
    deflates: bool


class Adopted(Connection, asyncio.Protocol):
    """A screen on a transport of its own."""

    __slots__ = ("_held", "_peers", "_reader", "_transport", "_write")

    def __init__(self, exchange: Exchange, actor: Actor, handover: Handover) -> None:
        """Take over the transport."""
        transport = handover.transport
        super().__init__(exchange, actor, transport.get_extra_info("socket").fileno(), handover.deflates)
        self._transport = transport
        self._write = transport.write
        self._held: list[bytes] | None = None
        self._reader = Reader(handover.inflates, handover.parser)
        self._peers = handover.peers
        self._peers.add(self)
        transport.set_protocol(self)
        # Whatever does not leave at once congests the link: nothing is ever behind something that waits.
        transport.set_write_buffer_limits(high=0)

    def begin(self, hello: bytes, early: Iterable[str | bytes]) -> None:
        """Say hello, then do what the peer sent before the transport was taken over."""
        self.open(hello)
        for message in early:
            self.receive(message)
        self.data_received(b"")
        self.hold(self.is_busy)

    # Outlet and connection --------------------------------------------------------------------------------------

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        """See Outlet."""
        data = parcel.small if self.inflates else parcel.wire
        self._put(data[sent:] if sent else data)

    def hold(self, still: bool) -> None:
        """See Connection."""
        if self._transport.is_closing():
            return
        if still:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def hang_up(self, code: CloseCode) -> None:
        """See Connection."""
        self._say_goodbye(code)
        if not self._transport.is_closing():
            self._transport.resume_reading()
            asyncio.get_running_loop().call_later(GOODBYE, self._transport.abort)

    def drop(self) -> None:
        """See Connection."""
        self._transport.abort()

    def check(self, now: float) -> None:
        """See Connection."""
        if now - self.heard > DEAD_AFTER:
            self.end(CloseCode.HEARTBEAT_LOST)
            self.drop()
        elif now - self.heard > ASKED_AFTER and not self.congested:
            self._write(framing.PING)

    # asyncio.Protocol -------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes of the peer. What they ask for is answered in one write: a page opens all its topics at once."""
        self._held = []
        try:
            for op, body in self._reader.feed(data):
                self._take(op, body)
        except Fault as fault:
            self._fail(fault.code, str(fault))
        except UnicodeDecodeError:
            self._fail(1007, "text is UTF-8")
        finally:
            self._let_go()

    def pause_writing(self) -> None:
        """The link takes no more."""
        self.choked()

    def resume_writing(self) -> None:
        """The link takes bytes again."""
        self.freed()

    def eof_received(self) -> None:
        """The peer sends no more: the transport closes."""

    def connection_lost(self, _exc: Exception | None) -> None:
        """The transport is gone."""
        self._peers.discard(self)
        self.lost()

    def shutdown(self) -> None:
        """Uvicorn ends: tell the peer to come back."""
        self.end(CloseCode.RESTART)

    # Frames -----------------------------------------------------------------------------------------------------

    def _take(self, op: int, body: bytes) -> None:
        if op == Op.CLOSE:
            self._leave_off(body)
        elif self.code is not None:
            return
        elif op == Op.TEXT:
            self.receive(body.decode())
        elif op == Op.BINARY:
            self.receive(body)
        else:
            self.heard = self.exchange.now()
            if op == Op.PING:
                self._put(framing.pong(body))

    def _leave_off(self, body: bytes) -> None:
        """Answer a close frame, unless it is the answer to ours, and close."""
        if self.code is None:
            self.lost()
            self._put(framing.close_echo(body))
        self._close()

    def _fail(self, code: int, reason: str) -> None:
        self.lost()
        self._say_goodbye(code, reason)
        self._close()

    def _say_goodbye(self, code: int, reason: str = "") -> None:
        if not self._transport.is_closing():
            self._put(framing.close(code, reason))

    def _close(self) -> None:
        self._let_go()
        self._transport.close()

    def _put(self, data: bytes) -> None:
        if self._held is None:
            self._write(data)
            return
        self._held.append(data)
        if len(self._held) >= TOGETHER:
            self._let_go()

    def _let_go(self) -> None:
        """Write what was held back, and hold nothing back any more."""
        held, self._held = self._held, None
        if held:
            self._write(b"".join(held))


DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
"""Without context each message stands for itself, so that what is deflated once fits every link."""


class AdoptableProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket protocol, whose transport can be taken over once the connection is accepted."""

    def handle_connect(self, event: Any) -> None:
        """Offer the transport in the scope, and shared deflation to the peer."""
        if self.scheme == "ws":
            self.conn.available_extensions = [DEFLATE]
        super().handle_connect(event)
        if hasattr(self, "scope") and self.scheme == "ws":
            cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self.give_up

    def give_up(self) -> Handover:
        """Hand over the transport, and what the peer sent since the handshake."""
        self.stop_keepalive()
        del cast("dict[str, Any]", self.scope["extensions"])[EXTENSION]
        early: list[str | bytes] = []
        while not self.queue.empty():
            event = cast("dict[str, Any]", self.queue.get_nowait())
            if event["type"] == "websocket.receive":
                early.append(event["text"] if event.get("text") is not None else event["bytes"])
        transport, self.transport = self.transport, cast("asyncio.Transport", _Gone())
        self.connections.discard(self)
        # A parser that has read a part of a message stays for this connection.
        parser = self.conn if self.conn.reader.buffer or self.frames else None
        deflate = next((each for each in self.conn.extensions if isinstance(each, PerMessageDeflate)), None)
        shared = deflate is not None and deflate.local_max_window_bits == zlib.MAX_WBITS
        return Handover(transport, self.connections, parser, early, deflate is not None, shared)


class _Gone:
    """What uvicorn's protocol holds in place of the transport it gave up: closing it closes nothing."""

    def is_closing(self) -> bool:
        return True

    def close(self) -> None:
        """Do nothing."""


def offered(opened: WebSocket) -> Handover | None:
    """Take over an accepted socket's transport, or return None where none is offered."""
    give_up = opened.scope.get("extensions", {}).get(EXTENSION)
    return None if give_up is None else cast("Handover", give_up())
