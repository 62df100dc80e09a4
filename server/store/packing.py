"""A large state as msgpack, a piece at a time, so that nobody waits for all of it.

Owns    what a piece is.
Never   knows what a state means, waits, or stores.
Used by history.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

STEP = 500
"""Entries of one piece: encoding so many takes well under a millisecond."""

_encode = msgspec.msgpack.Encoder().encode
_SHORT, _MIDDLE = 1 << 4, 1 << 16


def packed(state: msgspec.Struct) -> Iterator[bytes]:
    """Yield the pieces that together are `msgspec.msgpack.encode(state)`. The state must stay as it is meanwhile."""
    names = state.__struct_encode_fields__
    yield _head(len(names), 0x80, 0xDE)
    for name, field in zip(names, state.__struct_fields__, strict=True):
        yield _encode(name)
        yield from _pieces(getattr(state, field))


def _pieces(value: Any) -> Iterator[bytes]:
    match value:
        case dict() if len(value) > STEP:
            yield _head(len(value), 0x80, 0xDE)
            entries = iter(value.items())
            while some := dict(islice(entries, STEP)):
                yield _headless(some)
        case list() | set() if len(value) > STEP:
            yield _head(len(value), 0x90, 0xDC)
            members = iter(value)
            while part := list(islice(members, STEP)):
                yield _headless(part)
        case _:
            yield _encode(value)


def _headless(some: dict[Any, Any] | list[Any]) -> bytes:
    return _encode(some)[1 if len(some) < _SHORT else 3 :]


def _head(count: int, few: int, many: int) -> bytes:
    """Return what begins a map or an array of so many entries, in its shortest form."""
    if count < _SHORT:
        return bytes((few | count,))
    if count < _MIDDLE:
        return bytes((many,)) + count.to_bytes(2)
    return bytes((many + 1,)) + count.to_bytes(4)
