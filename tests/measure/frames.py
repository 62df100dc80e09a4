"""WebSocket frames as bytes, and the stamps that news carries through the whole product.

A stamp is written into a text that a command carries (a message to the stage, a question). It holds the sender's
monotonic clock and a number, so whoever reads the delta knows how long it was under way, and which news it is.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

_STAMP = re.compile(rb"@(\d{17})\.(\d{7})@")
_ROWS = re.compile(rb'\{"t":"rows","c":"([^"]+)","epoch":"([^"]+)","from":(null|\d+),"to":(\d+)')

STAMP_BYTES = 27


class Span(NamedTuple):
    """What a `rows` frame does to its reader: from which position (None: from nothing) to which."""

    topic: str
    since: tuple[str, int] | None
    to: tuple[str, int]


class Digest(NamedTuple):
    """What some bytes of a stream hold: frames other than control frames, and what is left of the last one."""

    texts: tuple[bytes, ...]
    spans: tuple[Span, ...]
    stamps: tuple[tuple[int, int], ...]
    control: tuple[tuple[int, bytes], ...]
    rest: bytes


def written(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return a client's frame. Its mask is zero, which a server must take like any other."""
    return _head(opcode, len(payload), 0x80) + b"\0\0\0\0" + payload


def shown(payload: bytes) -> bytes:
    """Return a server's text frame."""
    return _head(TEXT, len(payload), 0) + payload


def _head(opcode: int, size: int, masked: int) -> bytes:
    if size < 126:
        return bytes((0x80 | opcode, masked | size))
    if size < 1 << 16:
        return bytes((0x80 | opcode, masked | 126)) + size.to_bytes(2, "big")
    return bytes((0x80 | opcode, masked | 127)) + size.to_bytes(8, "big")


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the whole server frames in `data` as (opcode, payload), and the bytes of one that is still to come."""
    found = []
    at, end = 0, len(data)
    while end - at >= 2:
        size, start = data[at + 1], at + 2
        if size == 126:
            size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        elif size == 127:
            size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
        if start + size > end or start > end:
            break
        found.append((data[at] & 15, data[start : start + size]))
        at = start + size
    return found, data[at:]


def digest(data: bytes) -> Digest:
    """Read a piece of a server's stream that begins with a frame."""
    found, rest = split(data)
    texts = tuple(payload for opcode, payload in found if opcode == TEXT)
    spans = tuple(span for payload in texts if (span := span_of(payload)) is not None)
    stamps = tuple(stamp for payload in texts for stamp in stamps_in(payload))
    return Digest(texts, spans, stamps, tuple(each for each in found if each[0] != TEXT), rest)


def span_of(payload: bytes) -> Span | None:
    """Return what a `rows` frame does to its reader; None for any other frame."""
    match = _ROWS.match(payload)
    if match is None:
        return None
    topic, epoch = match[1].decode(), match[2].decode()
    since = None if match[3] == b"null" else (epoch, int(match[3]))
    return Span(topic, since, (epoch, int(match[4])))


def stamp(instant: int, number: int) -> str:
    """Return the text that says `number` was sent at `instant` (monotonic nanoseconds)."""
    return f"@{instant:017}.{number:07}@"


def stamps_in(payload: bytes) -> list[tuple[int, int]]:
    """Return (instant, number) of every stamp in a payload."""
    return [(int(instant), int(number)) for instant, number in _STAMP.findall(payload)]


def upgrade(port: int, headers: tuple[str, ...] = ()) -> bytes:
    """Return the request that opens a WebSocket."""
    lines = (
        "GET /ws HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: Y3VlZGVzay1tZWFzdXJlcw==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: cuedesk.v1",
        *headers,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def subscribe(topic: str, position: tuple[str, int] | None = None) -> bytes:
    """Return the frame that asks for a topic, from a position on."""
    return written(json.dumps({"t": "sub", "c": topic, "pos": position}).encode())


def unsubscribe(topic: str) -> bytes:
    """Return the frame that ends a subscription."""
    return written(json.dumps({"t": "unsub", "c": topic}).encode())
