"""WebSocket frames (RFC 6455) as this side writes them and one peer sends them, without a socket.

Owns    the bytes of outgoing frames, and a reader that is small while a peer sends what browsers send.
Never   waits, writes, or looks into a message.
Used by boards and the connections.

A screen sends a short masked text frame now and then. That much is read here, with two words of memory per
connection. Whatever is unusual (fragments, long frames, reserved bits, faults) goes to a complete parser, made for
that connection when it is first needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from websockets.extensions.permessage_deflate import PerMessageDeflate
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

CONTROL = frozenset({0x80 | Op.CLOSE, 0x80 | Op.PING, 0x80 | Op.PONG})

DEFLATED_TEXT = 0xC0 | Op.TEXT
"""First byte of a whole text frame that is deflated (RFC 7692)."""

TAIL = b"\x00\x00\xff\xff"
"""What ends a flushed block, and is not sent."""

EFFORT = 3
"""Of zlib: a snapshot of 100 rows becomes a ninth of it in 0.15 ms. More effort gains little and stops the loop."""

WORTHWHILE = 256
"""Bytes below which a message is sent as it is."""


class Frame:
    """One text frame, made once and written to everybody.

    Attributes:
        wire: the frame as it goes over a plain link.
    """

    __slots__ = ("_head", "_small", "wire")

    def __init__(self, wire: bytes, head: int, deflates: bool = True) -> None:
        """Take a frame whose first `head` bytes are its header."""
        self.wire = wire
        self._head = head
        self._small = None if deflates else wire

    @property
    def text(self) -> bytes:
        """The message, for links that make frames themselves."""
        return self.wire[self._head :]

    @property
    def small(self) -> bytes:
        """The frame as it goes over a link that inflates: deflated once for all of them, without context."""
        if self._small is None:
            self._small = _deflated(self.text) or self.wire
        return self._small


class Parcel:
    """Frames that go to one or many screens in one write."""

    __slots__ = ("_small", "_wire", "frames")

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.frames = tuple(frames)
        self._wire: bytes | None = None
        self._small: bytes | None = None

    @property
    def wire(self) -> bytes:
        """All of it, for plain links."""
        if self._wire is None:
            self._wire = b"".join([frame.wire for frame in self.frames])
        return self._wire

    @property
    def small(self) -> bytes:
        """All of it, for links that inflate."""
        if self._small is None:
            self._small = b"".join([frame.small for frame in self.frames])
        return self._small


class Message(NamedTuple):
    """One whole message or control frame of a peer."""

    op: int
    data: bytes


class Fault(Exception):
    """A peer broke the protocol; `code` is the close code that tells it so."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def text(message: bytes, deflates: bool = True) -> Frame:
    """Return `message` (UTF-8) as a text frame; one for a single reader is not worth deflating."""
    head = _head(Op.TEXT, len(message))
    return Frame(head + message, len(head), deflates)


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

    __slots__ = ("_full", "_inflates", "_rest")

    def __init__(self, inflates: bool = False) -> None:
        """Begin at the start of a frame of a peer that may deflate its messages, each without context."""
        self._rest = b""
        self._inflates = inflates
        self._full: _Complete | None = None

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that `data` completes.

        Raises:
            Fault: the peer broke the protocol; nothing more can be read.
        """
        if self._full is None:
            data = self._rest + data if self._rest else data
            at = 0
            while (size := self._size(data, at)) > 0 and at + size <= len(data):
                yield _unmasked(data, at, size)
                at += size
            self._rest = data[at:]
            if size >= 0 and len(self._rest) <= PATIENT:
                return
            data, self._rest = self._rest, b""
            self._full = _Complete(_parser(self._inflates))
        yield from self._full.feed(data)

    def _size(self, data: bytes, at: int) -> int:
        """Return the bytes of the frame at `at`, 0 if its header is not all there, -1 if it is an unusual one."""
        if len(data) - at < 2:
            return 0
        first, second = data[at], data[at + 1]
        usual = first in WHOLE or (first == DEFLATED_TEXT and self._inflates)
        length = second - 0x80
        if not usual or length < 0 or length == 127 or (first in CONTROL and length > 125):
            return -1
        if length < 126:
            return 6 + length
        return 8 + int.from_bytes(data[at + 2 : at + 4]) if len(data) - at >= 4 else 0


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


def _unmasked(data: bytes, at: int, size: int) -> Message:
    start = at + (8 if data[at + 1] == 0xFE else 6)
    length = at + size - start
    mask = data[start - 4 : start]
    mask = mask * (length // 4) + mask[: length % 4]
    body = (int.from_bytes(data[start : at + size]) ^ int.from_bytes(mask)).to_bytes(length)
    return Message(data[at] & 0x0F, _inflated(body) if data[at] == DEFLATED_TEXT else body)


def _deflated(message: bytes) -> bytes | None:
    """Return `message` as a deflated text frame, or None where that is no gain."""
    if len(message) < WORTHWHILE:
        return None
    deflate = zlib.compressobj(EFFORT, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = (deflate.compress(message) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
    head = _head(Op.TEXT, len(body))
    return bytes((DEFLATED_TEXT,)) + head[1:] + body if len(body) < len(message) else None


def _inflated(body: bytes) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        message = inflate.decompress(body + TAIL, MAX_MESSAGE + 1)
    except zlib.error as error:
        raise Fault(1002, f"this does not inflate: {error}") from None
    if len(message) > MAX_MESSAGE:
        raise Fault(1009, "the message inflates to more than 1 MiB")
    return message


def _parser(inflates: bool) -> ServerProtocol:
    parser = ServerProtocol(state=State.OPEN, max_size=MAX_MESSAGE)
    if inflates:
        parser.extensions = [PerMessageDeflate(True, True, zlib.MAX_WBITS, zlib.MAX_WBITS)]
    return parser
