"""WebSocket frames (RFC 6455) as this side writes them and one peer sends them, without a socket.

Owns    the bytes of outgoing frames, and a reader that is small while a peer sends what browsers send.
Never   waits, writes, or looks into a message.
Used by boards and the connections.

A screen sends a short masked text frame now and then. That much is read here, with two words of memory per
connection. Whatever is unusual (fragments, long frames, reserved bits, faults) goes to a complete parser, made for
that connection when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from websockets.frames import Frame as Piece
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

MAX_MESSAGE = 1 << 20
"""Bytes of one message; more ends the connection with 1009."""

PATIENT = 4_096
"""Bytes of an unfinished frame above which the complete parser collects the rest."""


class Op(IntEnum):
    """What a frame is."""

    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


WHOLE = frozenset(0x80 | op for op in Op)
"""First bytes of frames that are whole and use no extension."""


class Frame(NamedTuple):
    """One text frame, made once and written to everybody.

    Attributes:
        wire: the frame as it goes over the link.
        head: how many bytes of it are its header.
    """

    wire: bytes
    head: int

    @property
    def text(self) -> bytes:
        """The message, for links that make frames themselves."""
        return self.wire[self.head :]


class Parcel:
    """Frames that go to one or many screens in one write."""

    __slots__ = ("frames", "wire")

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.frames = tuple(frames)
        self.wire = self.frames[0].wire if len(self.frames) == 1 else b"".join(frame.wire for frame in self.frames)


class Message(NamedTuple):
    """One whole message or control frame of a peer."""

    op: int
    data: bytes


class Fault(Exception):
    """A peer broke the protocol; `code` is the close code that tells it so."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def text(message: bytes) -> Frame:
    """Return `message` (UTF-8) as a text frame."""
    head = _head(Op.TEXT, len(message))
    return Frame(head + message, len(head))


def pong(data: bytes) -> bytes:
    """Return the answer to a ping that carried `data`."""
    return _head(Op.PONG, len(data)) + data


def close(code: int, reason: str = "") -> bytes:
    """Return a close frame. `reason` is cut to what a control frame takes."""
    body = code.to_bytes(2) + reason.encode()[:123].decode(errors="ignore").encode()
    return _head(Op.CLOSE, len(body)) + body


def close_echo(body: bytes) -> bytes:
    """Return the answer to a peer's close frame: its own code."""
    code = body[:2] if len(body) >= 2 else b""
    return _head(Op.CLOSE, len(code)) + code


PING = bytes((0x80 | Op.PING, 0))
"""Asks a silent peer for a sign of life."""


class Reader:
    """What one peer sends, taken apart. Its state between frames is an empty `bytes`."""

    __slots__ = ("_full", "_rest")

    def __init__(self, full: ServerProtocol | None = None) -> None:
        """Begin at the start of a frame, or go on with a parser that has read a part of one."""
        self._rest = b""
        self._full: _Complete | None = None if full is None else _Complete(full)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that `data` completes.

        Raises:
            Fault: the peer broke the protocol; nothing more can be read.
        """
        if self._full is None:
            data = self._rest + data if self._rest else data
            at = 0
            while (size := _size(data, at)) > 0 and at + size <= len(data):
                yield _unmasked(data, at, size)
                at += size
            self._rest = data[at:]
            if size >= 0 and len(self._rest) <= PATIENT:
                return
            data, self._rest = self._rest, b""
            self._full = _Complete(ServerProtocol(state=State.OPEN, max_size=MAX_MESSAGE))
        yield from self._full.feed(data)


class _Complete:
    """Everything that RFC 6455 allows, by the library's parser; fragments are joined here."""

    def __init__(self, parser: ServerProtocol) -> None:
        self._parser = parser
        self._parts: list[bytes] = []
        self._op = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        if data:
            self._parser.receive_data(data)
        for event in self._parser.events_received():
            if isinstance(event, Piece):
                yield from self._joined(event)
        # The parser answers pings and closes by itself; the connection does that in its own order.
        self._parser.data_to_send()
        if self._parser.parser_exc is not None:
            sent = self._parser.close_sent
            raise Fault(1002 if sent is None else sent.code, str(self._parser.parser_exc))

    def _joined(self, event: Piece) -> Iterator[Message]:
        if event.opcode in (Opcode.CLOSE, Opcode.PING, Opcode.PONG):
            yield Message(int(event.opcode), bytes(event.data))
            return
        if event.opcode is not Opcode.CONT:
            self._parts, self._op = [], int(event.opcode)
        self._parts.append(bytes(event.data))
        if event.fin:
            yield Message(self._op, b"".join(self._parts))
            self._parts = []


def _head(op: int, length: int) -> bytes:
    if length < 126:
        return bytes((0x80 | op, length))
    if length < 1 << 16:
        return bytes((0x80 | op, 126)) + length.to_bytes(2)
    return bytes((0x80 | op, 127)) + length.to_bytes(8)


def _size(data: bytes, at: int) -> int:
    """Return the bytes of the frame at `at`, 0 if its header is not all there, -1 if it is an unusual one."""
    if len(data) - at < 2:
        return 0
    first, second = data[at], data[at + 1]
    length = second - 0x80
    if first not in WHOLE or length < 0 or length == 127 or (first >= 0x88 and length > 125):
        return -1
    if length < 126:
        return 6 + length
    return 8 + int.from_bytes(data[at + 2 : at + 4]) if len(data) - at >= 4 else 0


def _unmasked(data: bytes, at: int, size: int) -> Message:
    start = at + (8 if data[at + 1] == 0xFE else 6)
    length = at + size - start
    mask = data[start - 4 : start]
    mask = mask * (length // 4) + mask[: length % 4]
    body = int.from_bytes(data[start : at + size]) ^ int.from_bytes(mask)
    return Message(data[at] & 0x0F, body.to_bytes(length))
