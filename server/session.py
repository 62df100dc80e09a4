"""One connection as a machine: frames in, effects out.

Owns    the order of checks on what a peer sends, and when a peer has made too many mistakes.
Never   awaits, sends, knows Starlette, or touches an engine.
Used by the sockets.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from server import wire
from server.board import Position
from server.clock import MINUTE, Clock, Instant
from server.errors import CloseCode, Malformed, PeerError

MISTAKES = 10
"""How many frames that are no frames, within a minute, end a connection."""

SLIPS = 100
"""How many commands that fit no verb, within a minute, end it: a page of another version is wrong, but no vandal."""


class Reply(NamedTuple):
    """Send these bytes as one text frame."""

    frame: bytes


class Open(NamedTuple):
    """Subscribe this connection to a topic, from a position on."""

    topic: str
    position: Position | None


class Leave(NamedTuple):
    """End the subscription to a topic."""

    topic: str


class Ask(NamedTuple):
    """Hand a command to the conductor and answer under its ref."""

    command: wire.Command


class Close(NamedTuple):
    """End the connection with this code."""

    code: CloseCode


Effect = Reply | Open | Leave | Ask | Close


class Session:
    """What one peer said so far, as far as it matters for what it says next."""

    __slots__ = ("_clock", "_mistakes", "_slips")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Made when they are needed: ten thousand screens make no mistakes.
        self._mistakes: deque[Instant] | None = None
        self._slips: deque[Instant] | None = None

    def receive(self, message: str | bytes) -> list[Effect]:
        """Return what is to be done about one message: text as `str`; `bytes` (a binary frame) is a mistake."""
        try:
            if isinstance(message, bytes):
                raise Malformed(f"{wire.SUBPROTOCOL} is JSON in text frames; this was a binary one.")
            frame = wire.decode(message)
        except Malformed as error:
            ref = error.detail.get("ref")
            return self.mistaken(ref if isinstance(ref, str) else None, Malformed(error.message))
        match frame:
            case wire.Ping(ts=ts):
                return [Reply(wire.pong(ts, self._clock.now()))]
            case wire.Subscribe(c=topic, pos=position):
                return [Open(topic, Position(*position) if position else None)]
            case wire.Unsubscribe(c=topic):
                return [Leave(topic)]
            case wire.Command():
                return [Ask(frame)]

    def mistaken(self, ref: str | None, error: PeerError) -> list[Effect]:
        """Return the answer to what is no frame; too many of them within a minute also close."""
        if self._mistakes is None:
            self._mistakes = deque(maxlen=MISTAKES)
        return self._told(ref, error, self._mistakes)

    def slipped(self, ref: str, error: PeerError) -> list[Effect]:
        """Return the answer to a command that fits no verb; far too many of them within a minute also close."""
        if self._slips is None:
            self._slips = deque(maxlen=SLIPS)
        return self._told(ref, error, self._slips)

    def _told(self, ref: str | None, error: PeerError, lately: deque[Instant]) -> list[Effect]:
        now = self._clock.now()
        lately.append(now)
        abusive = len(lately) == lately.maxlen and now - lately[0] < MINUTE
        reply = Reply(wire.err(ref, error))
        return [reply, Close(CloseCode.ABUSIVE)] if abusive else [reply]
