"""Projection: every topic's rows for every audience that reads it, kept equal to the engines.

Owns    which boards exist, and writing to them what an event may have changed.
Never   waits, decides, or knows a reader.
Used by the conductor (write), the sockets and the HTTP interface (open).

A board is made when its first reader comes and kept from then on; `me` boards are made while their person is
connected, and the idle ones among them are let go, oldest first. Where several processes serve one event, every
journalled board is kept from the start (`keep_all`), so that a reader who comes from another process resumes.

The board `desk` says how this very process is: whether it can write. No event could tell that.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from server import wire
from server.board import Board
from server.channels.base import Channel, Concerns, Touch
from server.clock import Instant
from server.domain.base import Recorded
from server.errors import AppError, Forbidden, NotFound, UnknownChannel
from server.roles import CREW, VIEWS, Actor, Audience, Role, person_view
from server.store import Risk

ME = "me"
DESK = "desk"
DESK_READERS = CREW | {Role.WALL}
IDLE_PEOPLE = 16_384
"""How many `me` boards stay after their person went away, to resume from: more than are ever cut at once here."""


class DeskRow(msgspec.Struct, frozen=True):
    """How this process is: the row `journal` of the topic `desk`.

    Attributes:
        state: ok; unavailable: nothing can be written now; replaced: the store holds another history.
        risk: how what was acknowledged can be lost as the store is set up, if it can.
        message: what is wrong and what to do, or None.
        since: when it began, or None.
    """

    state: str
    risk: Risk | None
    message: str | None
    since: Instant | None


class Ahead(Exception):
    """A board that is new cannot be shown yet: the engines hold what may still come to nothing."""


Marks = dict[str, tuple[int, int, dict[str, int], dict[str, int]]]


class Boards:
    """All boards of the event in this process.

    Attributes:
        ahead: whether the engines hold what the journal does not (yet): no board is made then, since what it showed
            might be taken back. Those that are there show what is written to them.
    """

    def __init__(self, channels: Mapping[str, Channel[Any]], engines: Mapping[str, Any], epoch: str, own: str) -> None:
        """Project `engines`. `epoch` is the event's; `own` is this process's, for boards of live rows."""
        self._channels = channels
        self._concerns = Concerns(channels)
        self._engines = engines
        self._epoch = epoch
        self._own = own
        self._offset = 0
        self._boards: dict[tuple[str, str | None], dict[Audience, Board]] = defaultdict(dict)
        self._people: WeakValueDictionary[str, Board] = WeakValueDictionary()
        self._lately: OrderedDict[str, Board] = OrderedDict()
        self._marks: Marks = {}
        self._kept_rooms: list[str] | None = None
        self._rooms: list[str] | None = None
        self._desk = Board(DESK, own)
        self._told: DeskRow | None = None
        self.ahead = False
        self._awaited: list[tuple[str, Actor, Callable[[], object]]] = []

    def rooms(self) -> list[str]:
        """Return every room that any channel has rows of, sorted."""
        if self._rooms is None:
            found = {room for name, channel in self._channels.items() for room in channel.rooms(self._engines[name])}
            self._rooms = sorted(found - {""})
        return self._rooms

    def topics(self, actor: Actor) -> list[str]:
        """Return every topic that this actor may read."""
        rooms = [room for room in self.rooms() if actor.role is not Role.STAGE or actor.acts_in((room,))]
        topics = []
        for name, channel in self._channels.items():
            if actor.role in channel.bare_roles:
                topics.append(name)
            if channel.by_room and actor.role in channel.room_roles:
                topics += [f"{name}/{room}" for room in rooms]
        if actor.role in DESK_READERS:
            topics.append(DESK)
        return [*topics, ME] if actor.role is Role.ATTENDEE else topics

    def open(self, topic: str, actor: Actor) -> Board:
        """Return the board of `topic` as `actor` may see it, made if it is new.

        Raises:
            UnknownChannel: there is no such channel.
            Forbidden: the actor's role does not read this topic.
            NotFound: the room does not exist.
            Ahead: it is new, and can be made only once the journal has what the engines have; see `await_settled`.
        """
        if topic == ME:
            return self._mine(actor)
        if topic == DESK and actor.role in DESK_READERS:
            return self._desk
        name, slash, room = topic.partition("/")
        channel = self._channels.get(name)
        if channel is None:
            raise UnknownChannel(f"There is no channel {name!r}; `hello` lists the topics that you may read.")
        allowed = channel.by_room and actor.role in channel.room_roles if slash else actor.role in channel.bare_roles
        if not allowed or (actor.role is Role.STAGE and not actor.acts_in((room,))):
            raise Forbidden(f"Your key does not open the topic {topic!r}; `hello` lists those that it opens.")
        if slash and room not in self.rooms():
            raise NotFound(f"There is no room {room!r} in this event.")
        place, audience = (name, room if slash else None), actor.audience()
        if self.ahead and audience not in self._boards.get(place, ()):
            raise Ahead
        return self._room_board(*place, audience)

    def await_settled(self, topic: str, actor: Actor, then: Callable[[], object]) -> None:
        """Let `then` be called once `topic` can be opened."""
        self._awaited.append((topic, actor, then))

    def settle(self) -> list[Callable[[], object]]:
        """Make what was waited for, unless the engines are ahead, and return whom to call."""
        if self.ahead:
            return []
        awaited, self._awaited = self._awaited, []
        for topic, actor, _ in awaited:
            with contextlib.suppress(AppError):
                self.open(topic, actor)
        return [then for _, _, then in awaited]

    def apply(self, batch: Iterable[Recorded]) -> tuple[list[Board], list[Board]]:
        """Write what a durable batch changed; return the boards that changed: those to send at once, and lazily."""
        self._rooms = None
        touched: dict[str, dict[Touch, None]] = defaultdict(dict)
        for recorded in batch:
            self._offset = recorded.offset
            for name, _ in self._concerns.of(recorded.event).hearers:
                touched[name].update(dict.fromkeys(self._channels[name].touched(self._engines[name], recorded)))
        if self._kept_rooms is not None and self._kept_rooms != self.rooms():
            self.keep_all()
        return self._write({name: list(touches) for name, touches in touched.items()})

    def keep_all(self) -> None:
        """Make every journalled board of every audience now, and those of new rooms as they come."""
        self._kept_rooms = self.rooms()
        for name, channel in self._channels.items():
            for audience, roles in VIEWS.items():
                if self._is_live(name, audience):
                    continue
                if not roles.isdisjoint(channel.bare_roles):
                    self._room_board(name, None, audience)
                if channel.by_room and not roles.isdisjoint(channel.room_roles):
                    for room in self._kept_rooms:
                        self._room_board(name, room, audience)

    def refresh(self, name: str, touches: Iterable[Touch]) -> tuple[list[Board], list[Board]]:
        """Write live rows of one channel; return the boards that changed, as `apply` does."""
        return self._write({name: list(touches)})

    def tell(self, row: DeskRow) -> list[Board]:
        """Write how this process is, and return the board of it if that is news."""
        if row == self._told:
            return []
        self._told = row
        self._desk.write(self._desk.offset + 1, {"journal": wire.encode(row)})
        return [self._desk]

    def rebuild(self) -> list[Board]:
        """Bring every board to the engines' present state from scratch, and return those that changed."""
        self._rooms = None
        changed = []
        for (name, room), views in self._boards.items():
            for audience, board in views.items():
                rows = self._project(name, room, audience)
                lost = dict.fromkeys(key for key in board.rows if key not in rows)
                if board.write(self._next(board), {**rows, **lost}):
                    changed.append(board)
        for person, board in tuple(self._people.items()):
            rows = self._person_rows(person)
            lost = dict.fromkeys(key for key in board.rows if key not in rows)
            if board.write(self._next(board), {**rows, **lost}):
                changed.append(board)
        return changed

    def start(self, offset: int, marks: Marks) -> None:
        """Take over where the journal stands and the marks of an earlier process's boards."""
        self._offset = offset
        self._rooms = None
        self._marks = marks
        for mark in tuple(marks):
            topic, _, audience = mark.partition("\n")
            name, slash, room = topic.partition("/")
            if name in self._channels:
                self._room_board(name, room if slash else None, Audience(audience))

    def marks(self) -> Marks:
        """Return the marks of all journalled boards, for a checkpoint."""
        return {
            f"{board.topic}\n{audience}": board.marks()
            for views in self._boards.values()
            for audience, board in views.items()
            if board.epoch == self._epoch
        }

    def _write(self, touched: Mapping[str, list[Touch]]) -> tuple[list[Board], list[Board]]:
        urgent: dict[int, Board] = {}
        lazy: dict[int, Board] = {}
        for name, touches in touched.items():
            for patient in (False, True):
                some = [touch for touch in touches if touch.lazy is patient]
                for board in self._write_rows(name, some):
                    (lazy if patient else urgent)[id(board)] = board
        return list(urgent.values()), [board for board in lazy.values() if id(board) not in urgent]

    def _write_rows(self, name: str, touches: list[Touch]) -> Iterable[Board]:
        rows = _Rows(self._channels[name], self._engines[name])
        by_room: dict[str | None, dict[str, None]] = defaultdict(dict)
        for touch in touches:
            for room in touch.rooms or (None,):
                by_room[room][touch.key] = None
        for room, keys in by_room.items():
            for audience, board in self._boards.get((name, room), {}).items():
                if board.write(self._next(board), {key: rows.of(room, key, audience) for key in keys}):
                    yield board
        yield from self._write_bare(name, by_room, rows)
        for touch in touches:
            yield from self._write_people(name, touch)

    def _write_bare(self, name: str, by_room: Mapping[str | None, Iterable[str]], rows: _Rows) -> Iterable[Board]:
        """Write what shows on the channel's bare boards; what moved from one room to another stays."""
        for audience, board in self._boards.get((name, None), {}).items():
            changes: dict[str, bytes | None] = {}
            for room, keys in by_room.items():
                if room is None:
                    continue
                for key in keys:
                    bare = self._channels[name].bare_key(room, key)
                    if bare and changes.get(bare) is None:
                        changes[bare] = rows.of(room, key, audience)
            if board.write(self._next(board), changes):
                yield board

    def _write_people(self, name: str, touch: Touch) -> Iterable[Board]:
        for person in touch.people:
            board = self._people.get(person)
            if board is not None:
                row = self._row(name, touch.rooms[0] if touch.rooms else None, touch.key, person_view(person))
                if board.write(self._next(board), {touch.key: row}):
                    yield board

    def _next(self, board: Board) -> int:
        return self._offset if board.epoch == self._epoch else board.offset + 1

    def _row(self, name: str, room: str | None, key: str, audience: Audience) -> bytes | None:
        return _Rows(self._channels[name], self._engines[name]).of(room, key, audience)

    def _project(self, name: str, room: str | None, audience: Audience) -> dict[str, bytes]:
        channel, engine = self._channels[name], self._engines[name]
        rows: dict[str, bytes] = {}
        bare = room is None and channel.by_room
        for each in channel.rooms(engine) if bare else (room,):
            for key in channel.keys(engine, each):
                to = channel.bare_key(each or "", key) if bare else key
                row = self._row(name, each, key, audience) if to else None
                if to and row is not None:
                    rows[to] = row
        return rows

    def _room_board(self, name: str, room: str | None, audience: Audience) -> Board:
        views = self._boards[(name, room)]
        board = views.get(audience)
        if board is None:
            topic = name if room is None else f"{name}/{room}"
            epoch = self._own if self._is_live(name, audience) else self._epoch
            board = views[audience] = Board(topic, epoch, 0 if epoch == self._own else self._offset)
            board.rows = self._project(name, room, audience)
            marks = self._marks.pop(f"{topic}\n{audience}", None)
            board.remember(marks or (board.offset, board.offset, {}, {}))
        return board

    def _is_live(self, name: str, audience: Audience) -> bool:
        channel = self._channels[name]
        return channel.live and (channel.live_views is None or audience in channel.live_views)

    def _mine(self, actor: Actor) -> Board:
        if actor.role is not Role.ATTENDEE or actor.subject is None:
            raise Forbidden("The topic 'me' is for attendees; crew read the rooms' topics.")
        board = self._people.get(actor.subject)
        if board is None:
            if self.ahead:
                raise Ahead
            board = self._people[actor.subject] = Board(ME, self._epoch, self._offset, is_shared=False)
            board.rows = self._person_rows(actor.subject)
            board.remember((board.offset, board.offset, {}, {}))
        # Those that are watched are held by who watches them; of the others the newest stay.
        self._lately[actor.subject] = board
        self._lately.move_to_end(actor.subject)
        while len(self._lately) > IDLE_PEOPLE:
            self._lately.popitem(last=False)
        return board

    def _person_rows(self, person: str) -> dict[str, bytes]:
        rows: dict[str, bytes] = {}
        for name, channel in self._channels.items():
            for key in channel.mine(self._engines[name], person):
                row = self._row(name, None, key, person_view(person))
                if row is not None:
                    rows[key] = row
        return rows


class _Rows:
    """The rows of one channel as they are at this moment, encoded: what audiences see alike is made once."""

    def __init__(self, channel: Channel[Any], engine: Any) -> None:
        self._channel = channel
        self._engine = engine
        self._made: dict[tuple[str | None, str, Audience], bytes | None] = {}

    def of(self, room: str | None, key: str, audience: Audience) -> bytes | None:
        """Return a row as `audience` sees it, or None."""
        place = (room, key, self._channel.view(key, audience))
        if place not in self._made:
            row = self._channel.row(self._engine, room, key, audience)
            self._made[place] = None if row is None else wire.encode(row)
        return self._made[place]
