"""One screen that is connected, whatever carries its frames: what it asked, what it is owed, and its end.

Owns    doing what the session says, answers, and what a peer may leave unread or unanswered.
Never   waits, knows a transport, or touches an engine.
Used by the sockets and the two carriers, adopted and portable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from server import framing, wire
from server.board import Board, Position
from server.boards import Ahead, Boards
from server.clock import Clock
from server.cohort import Outlet
from server.errors import AppError, CloseCode, LimitReached, PeerError
from server.framing import Parcel
from server.hub import Hub
from server.roles import Actor, Role
from server.session import Ask, Close, Effect, Leave, Open, Reply, Session

ANSWERS = 256
"""How many answers may wait for one link; a peer that asks on without reading is given up."""

UNDER_WAY = 64
"""How many commands of one connection may be under way; it is not read further until some are done."""

RANKS = {Role.CONTROL: 0, Role.MODERATOR: 0, Role.FLOOR: 1, Role.STAGE: 1, Role.WALL: 1, Role.DEVICE: 1}
"""Who is written to first; attendees come last."""


class Poster(Protocol):
    """Takes commands: the conductor."""

    def post(
        self, actor: Actor, channel: str, verb: str, args: Mapping[str, object], ref: str | None, rev: int | None
    ) -> asyncio.Future[Mapping[str, Any]]:
        """Queue a command and return its answer to come."""
        ...


class Exchange:
    """What connections have in common.

    Attributes:
        now: the loop's time in seconds.
        gone: told of every connection that ended.
    """

    def __init__(self, boards: Boards, hub: Hub, poster: Poster, clock: Clock, now: Callable[[], float]) -> None:
        """Join connections to these."""
        self.boards = boards
        self.hub = hub
        self.poster = poster
        self.clock = clock
        self.now = now
        self.gone: Callable[[Connection], None] = _nobody


class Connection(Outlet):
    """One connected screen. A carrier adds how frames are written and how the link ends.

    Attributes:
        actor: who its key says it is.
        heard: when its peer last sent anything, in the loop's seconds.
        code: why it is being ended, None while it lives.
        screen: the id its page gave itself, or empty.
    """

    __slots__ = ("_due", "_session", "_under_way", "_waiting", "actor", "code", "exchange", "heard", "screen")

    def __init__(self, exchange: Exchange, actor: Actor, fd: int = -1, inflates: bool = False) -> None:
        super().__init__(RANKS.get(actor.role, 2), fd, inflates)
        self.actor = actor
        self.exchange = exchange
        self.heard = exchange.now()
        self.code: CloseCode | None = None
        self.screen = ""
        self._session = Session(exchange.clock)
        self._under_way = 0
        self._waiting: list[bytes] | None = None
        self._due: dict[str, Position | None] | None = None

    @property
    def is_busy(self) -> bool:
        """Say whether so many commands are under way that the peer is to wait."""
        return self._under_way >= UNDER_WAY

    # A carrier's own --------------------------------------------------------------------------------------------

    def hold(self, still: bool) -> None:
        """Read no more of what the peer sends, or read on."""
        raise NotImplementedError

    def hang_up(self, code: CloseCode) -> None:
        """Say `code` to the peer after what was written, and close."""
        raise NotImplementedError

    def drop(self) -> None:
        """Cut the link without waiting for anything."""
        raise NotImplementedError

    def check(self, now: float) -> None:
        """Ask a silent peer for a sign of life, give up a dead one, unless the carrier's server does that."""

    # Peer -------------------------------------------------------------------------------------------------------

    def open(self, hello: bytes) -> None:
        """Begin: say hello."""
        self.exchange.hub.enter(self)
        self.reply(hello)

    def receive(self, message: str | bytes) -> None:
        """Do what a whole message asks for."""
        self.heard = self.exchange.now()
        for effect in self._session.receive(message):
            if self.code is None:
                self._apply(effect)

    def reply(self, frame: bytes) -> None:
        """Send a frame of its own. A peer that leaves too many unread is given up."""
        if self.code is not None:
            return
        if not self.congested:
            self.deliver(_private(frame))
            return
        if self._waiting is None:
            self._waiting = []
        self._waiting.append(frame)
        if len(self._waiting) > ANSWERS:
            self.end(CloseCode.TOO_SLOW)

    def end(self, code: CloseCode) -> None:
        """Close with `code` after what is written. The first reason counts."""
        if self.code is None:
            self._depart(code)
            self.hang_up(code)

    # Link -------------------------------------------------------------------------------------------------------

    def choked(self) -> None:
        """Note that the link takes no more bytes for now."""
        if not self.congested and self.code is None:
            self.exchange.hub.congest(self)

    def freed(self) -> None:
        """Note that it takes bytes again: send what waits, then what is new."""
        if not self.congested or self.code is not None:
            return
        self.congested = False
        waiting, self._waiting = self._waiting, None
        for count, frame in enumerate(waiting or (), start=1):
            self.deliver(_private(frame))
            if self.congested:
                self._waiting = (waiting or [])[count:]
                return
        self._open_due()
        if not self.congested:
            self.exchange.hub.relieve(self)

    def lost(self) -> None:
        """Note that the link is gone."""
        if self.code is None:
            self._depart(CloseCode.HEARTBEAT_LOST)

    def _depart(self, code: CloseCode) -> None:
        self.code = code
        self.exchange.hub.leave(self)
        self.exchange.gone(self)

    # Effects ----------------------------------------------------------------------------------------------------

    def _apply(self, effect: Effect) -> None:
        match effect:
            case Reply(frame):
                self.reply(frame)
            case Open(topic, position):
                self._open(topic, position)
            case Leave(topic):
                self._leave(topic)
            case Ask(command):
                self._ask(command)
            case Close(code):
                self.end(code)

    def _open(self, topic: str, position: Position | None) -> None:
        if self.congested:
            self._put_off(topic, position)
            return
        try:
            board = self.exchange.boards.open(topic, self.actor)
        except Ahead:
            self._put_off(topic, position)
            self.exchange.boards.await_settled(topic, self.actor, self._open_due)
            return
        except AppError as error:
            self.reply(wire.err(None, type(error)(error.message, {**error.detail, "c": topic})))
            return
        self.exchange.hub.unwatch(self, board)
        self._follow(board, position)

    def _follow(self, board: Board, position: Position | None) -> None:
        if self.congested:
            # What it had missed of other boards has filled the link.
            self._put_off(board.topic, position)
            return
        self.deliver(Parcel([board.frame(position)]))
        self.exchange.hub.watch(self, board)

    def _open_due(self) -> None:
        """Open what was put off, unless it has to wait on."""
        if self.congested or self.code is not None:
            return
        due, self._due = self._due, None
        for topic, position in (due or {}).items():
            self._open(topic, position)

    def _put_off(self, topic: str, position: Position | None) -> None:
        """Open `topic` later, with what is true then: when the link takes bytes again, or the journal has caught up."""
        self._due = {**(self._due or {}), topic: position}

    def _leave(self, topic: str) -> None:
        if self._due:
            self._due.pop(topic, None)
        for board in self.exchange.hub.reads(self):
            if board.topic == topic:
                self.exchange.hub.unwatch(self, board)

    def _ask(self, command: wire.Command) -> None:
        if self._waiting and len(self._waiting) > ANSWERS // 2:
            self.reply(wire.err(command.ref, LimitReached("Read the answers before you ask on.")))
            return
        self._under_way += 1
        if self._under_way == UNDER_WAY:
            self.hold(True)
        done = self.exchange.poster.post(
            self.actor, command.c, command.v, command.args, ref=command.ref, rev=command.rev
        )
        done.add_done_callback(lambda answer: self._answered(command.ref, answer))

    def _answered(self, ref: str, answer: asyncio.Future[Mapping[str, Any]]) -> None:
        if self._under_way == UNDER_WAY:
            self.hold(False)
        self._under_way -= 1
        if answer.cancelled():
            return
        error = answer.exception()
        if error is None:
            self.reply(wire.ok(ref, answer.result()))
        elif isinstance(error, PeerError):
            for effect in self._session.slipped(ref, error):
                self._apply(effect)
        elif isinstance(error, AppError):
            self.reply(wire.err(ref, error))


def _private(frame: bytes) -> Parcel:
    return Parcel([framing.text(frame, deflates=False)])


def _nobody(_connection: Connection) -> None:
    """Tell nobody."""
