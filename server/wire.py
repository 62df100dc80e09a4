"""The frames of `cuedesk.v1`: what may come in, and how what goes out is written.

Owns    the strict decoder of client frames and the encoder of every server frame.
Never   knows a channel or an engine, or interprets a row.
Used by session, boards, sockets and the HTTP interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec

from server.clock import Instant
from server.errors import AppError, Malformed

VERSION = 1
SUBPROTOCOL = "cuedesk.v1"
MAX_FRAME = 1 << 20
"""Bytes of one frame or request body; more is refused."""

SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class _Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="t"):
    """A frame from a client; its `t` says which."""


class Subscribe(_Frame, frozen=True, tag="sub"):
    """Asks for a topic's rows from a position on; without one, for all of them."""

    c: Name
    pos: tuple[str, int] | None = None


class Unsubscribe(_Frame, frozen=True, tag="unsub"):
    """Ends a subscription. It has no answer."""

    c: Name


class Command(_Frame, frozen=True, tag="cmd"):
    """Asks channel `c` for verb `v`; `ref` names the wish for ever, `rev` is the revision it was made against."""

    ref: Ref
    c: Name
    v: Name
    args: dict[str, Any] = msgspec.field(default_factory=dict)
    rev: int | None = None


class Ping(_Frame, frozen=True, tag="ping"):
    """Asks for the time; `ts` comes back as it is."""

    ts: int | float


ClientFrame = Subscribe | Unsubscribe | Command | Ping

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


def decode(text: str | bytes) -> ClientFrame:
    """Return the frame that `text` is.

    Raises:
        Malformed: it is none; `detail["ref"]` is its `ref` where one can be made out.
    """
    if len(text) > MAX_FRAME:
        raise Malformed("The frame is larger than 1 MiB; send less at once.")
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"This is no frame of {SUBPROTOCOL}: {_reason(error)}", _ref_of(text)) from None


def convert(args: object, kind: type[Any]) -> Any:
    """Return `args` as a `kind`, strictly.

    Raises:
        Malformed: a member is unknown, missing, of the wrong type or out of range; the message names it.
    """
    try:
        _check_numbers(args)
        return msgspec.convert(args, kind, strict=True)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Malformed(f"These arguments do not fit: {_reason(error)}") from None


def decode_json(body: bytes) -> Any:
    """Return the JSON value in `body`.

    Raises:
        Malformed: it holds none.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {_reason(error)}") from None


def encode(value: object) -> bytes:
    """Return `value` as JSON."""
    return _encoder.encode(value)


def rows(
    topic: str, epoch: str, since: int | None, to: int, changed: Iterable[tuple[str, bytes]], gone: Iterable[str]
) -> bytes:
    """Return a `rows` frame made of rows that are encoded already."""
    members = b",".join(_encoder.encode(key) + b":" + row for key, row in changed)
    head = _encoder.encode({"t": "rows", "c": topic, "epoch": epoch, "from": since, "to": to})
    return b"".join((head[:-1], b',"set":{', members, b'},"del":', _encoder.encode(list(gone)), b"}"))


def subscribe(topic: str) -> str:
    """Return the frame by which a client asks for a topic's rows."""
    return _encoder.encode({"t": "sub", "c": topic}).decode()


def ok(ref: str, result: Mapping[str, object]) -> bytes:
    """Return the answer to a command that was done."""
    return _encoder.encode({"t": "ok", "ref": ref, "result": result})


def err(ref: str | None, error: AppError) -> bytes:
    """Return the answer to what was refused; `ref` is None when no command caused it."""
    return _encoder.encode(
        {
            "t": "err",
            "ref": ref,
            "code": error.code,
            "message": error.message,
            "retry": error.retry,
            "detail": error.detail,
        }
    )


def pong(ts: float, now: Instant) -> bytes:
    """Return the answer to a ping."""
    return _encoder.encode({"t": "pong", "ts": ts, "now": now})


def hello(now: Instant, members: Mapping[str, object]) -> bytes:
    """Return the greeting that opens every connection."""
    return _encoder.encode({"t": "hello", "v": VERSION, "now": now, **members})


BEAT = _encoder.encode({"t": "beat"})
"""The proof of life of a link on which nothing happens."""


def _reason(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _ref_of(text: str | bytes) -> dict[str, object]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    ref = value.get("ref") if isinstance(value, dict) and value.get("t") == "cmd" else None
    return {"ref": ref} if isinstance(ref, str) and len(ref) <= 128 else {}


def _check_numbers(value: object) -> None:
    if isinstance(value, dict):
        for member in value.values():
            _check_numbers(member)
    elif isinstance(value, list):
        for member in value:
            _check_numbers(member)
    elif isinstance(value, (int, float)) and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise msgspec.ValidationError("a number is beyond 2^53")
