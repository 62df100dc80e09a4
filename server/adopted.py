"""The fast carrier: after the handshake the transport is taken over from uvicorn, and nothing else stays.

Owns    the protocol on an adopted transport.
Never   decides who may connect (the handshake is ordinary Starlette), or what a message means.
Used by the sockets.

A connection then costs a transport, this object and a place in an array, and its frames are written without a task
in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import cast

from starlette.websockets import WebSocket

from server import framing
from server.connection import Connection, Exchange
from server.errors import CloseCode
from server.framing import Fault, Op, Parcel, Reader
from server.handshake import EXTENSION, Handover
from server.roles import Actor

GOODBYE = 1.0
"""Seconds a peer gets to answer a close frame."""

TOGETHER = 8
"""Answers to one packet of a peer that go out in one write; beyond that its link is to say whether it takes more."""

ASKED_AFTER = 20.0
"""Seconds after which a silent peer is asked for a sign of life."""

DEAD_AFTER = 45.0
"""Seconds without one after which it is given up."""


class Adopted(Connection, asyncio.Protocol):
    """A screen on a transport of its own."""

    __slots__ = ("_held", "_peers", "_reader", "_transport", "_write")

    def __init__(self, exchange: Exchange, actor: Actor, handover: Handover) -> None:
        """Take over the transport."""
        transport = handover.transport
        super().__init__(exchange, actor, transport.get_extra_info("socket").fileno(), handover.deflates)
        self._transport = transport
        self._write = transport.write
        self._held: list[bytes] | None = [handover.response]
        self._reader = Reader(handover.inflates)
        self._peers = handover.peers
        self._peers.add(self)
        transport.set_protocol(self)
        # Whatever does not leave at once congests the link: nothing is ever behind something that waits.
        transport.set_write_buffer_limits(high=0)

    def begin(self, hello: bytes, topics: Iterable[str], early: bytes) -> None:
        """Say hello, do what the address asks for, then what the peer sent before the transport was taken over."""
        self.open(hello)
        for message in topics:
            self.receive(message)
        if early:
            self.data_received(early)
            self.hold(self.is_busy)
        else:
            self._let_go()

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
        if self._held is None:
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


def offered(opened: WebSocket) -> Handover | None:
    """Take over an accepted socket's transport, or return None where none is offered."""
    give_up = opened.scope.get("extensions", {}).get(EXTENSION)
    return None if give_up is None else cast("Handover", give_up())
