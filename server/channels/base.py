"""What a channel is: an engine, its verbs, its rows, and who may see and do what.

Owns    the shape of a channel and the generic checks that read it.
Never   holds state: that is the engine's.
Used by every channel module, the conductor, the session and the generated documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from server.clock import Instant
from server.domain.base import Command, Engine, Event, Recorded
from server.plan import EventPlan
from server.roles import Actor, Audience, Role

E = TypeVar("E", bound=Engine)

Row = msgspec.Struct
"""One row of a board. Members are never omitted: null and empty ones are sent."""


class Touch(NamedTuple):
    """A row that may have changed, and where it shows.

    Attributes:
        key: the row's key on a room's board (or on the bare board of a channel without rooms).
        rooms: the rooms on whose boards it may appear; empty for a channel without rooms.
        people: the persons on whose `me` board it may appear.
        lazy: it may be collected for the channel's `gather` time before it is sent.
    """

    key: str
    rooms: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    lazy: bool = False


class Verb(msgspec.Struct, frozen=True):
    """One thing that can be asked of a channel.

    Attributes:
        args: the command type: the wire's `args`, strictly.
        roles: who may ask.
        own: those of `roles` who may ask it of their own things only (`Target.owner`).
        live: the effect is not journalled; the answer says `"live": true`.
        admit: prepares the command as the actor's role demands (defaults, findings); runs once, before deciding.
        help: one English sentence for the protocol page.
    """

    args: type[Command]
    roles: frozenset[Role]
    own: frozenset[Role] = frozenset()
    live: bool = False
    admit: Callable[[Any, Actor], Command] | None = None
    help: str = ""


class Channel(Generic[E]):
    """The way of one noun from its engine to the screens. Subclasses are stateless; one instance each.

    Class attributes:
        name: the channel's name everywhere: module, topic, panel file, element, CSS block.
        title: label of the channel by language tag (`en`, `zh-Hans`).
        events: every event type of its engine.
        verbs: verb → specification.
        by_room: whether its rows belong to rooms: then it has a topic `NAME/ROOM` each, and a bare one.
        live: whether its rows have members that are not a function of the journal: boards of such rows have the
            process's own epoch.
        live_views: the audiences that see these members; None: all of them.
        bare_roles, room_roles: who may read the bare topic, and the topics by room.
        gather: how long a board collects changes before it sends again, in milliseconds; 0: at once.
        pages: page name → position: where its panel stands by itself.
        leads: the pages whose reader came for this panel: it is fetched before all others there.
        hears: event types of other channels that its engine applies, with the function that applies them.
        reacts: event types of other channels to which it answers with events of its own, in the same append.
    """

    name: ClassVar[str]
    title: ClassVar[Mapping[str, str]]
    engine: ClassVar[type[Any]]
    events: ClassVar[Sequence[type[Event]]]
    verbs: ClassVar[Mapping[str, Verb]]
    by_room: ClassVar[bool] = False
    live: ClassVar[bool] = False
    live_views: ClassVar[frozenset[Audience] | None] = None
    bare_roles: ClassVar[frozenset[Role]] = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL})
    room_roles: ClassVar[frozenset[Role]] = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL})
    gather: ClassVar[int] = 0
    pages: ClassVar[Mapping[str, int]] = {}
    leads: ClassVar[frozenset[str]] = frozenset()
    hears: ClassVar[Mapping[type[Event], Callable[[Any, Recorded], None]]] = {}
    reacts: ClassVar[Mapping[type[Event], Callable[[Any, Recorded], Sequence[Event]]]] = {}
    upcasts: ClassVar[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    row_types: ClassVar[Mapping[str, type[Row]]] = {}
    """Key pattern (`room`, `item/ID`) → row type: the source of the documented rows."""

    def plan(self, engine: E, plan: EventPlan) -> Command | None:
        """Return the command (verb `import`) that makes the channel's part of `plan` true, or None if it has none."""
        return None

    def touched(self, engine: E, recorded: Recorded) -> Iterable[Touch]:
        """Return every row that `recorded` (own, or one of `hears`), just applied, may have changed; or more."""
        raise NotImplementedError

    def keys(self, engine: E, room: str | None) -> Iterable[str]:
        """Return the keys of all rows of a room (None: of a channel without rooms)."""
        raise NotImplementedError

    def rooms(self, engine: E) -> Iterable[str]:
        """Return the rooms that have rows."""
        return ()

    def room_titles(self, engine: E) -> Mapping[str, str]:
        """Return the titles of the rooms it knows the titles of."""
        return {}

    def bare_key(self, room: str, key: str) -> str | None:
        """Return the key under which a room's row stands on the bare board, or None if it does not."""
        return key

    def mine(self, engine: E, person: str) -> Iterable[str]:
        """Return the keys of the rows on this person's `me` board."""
        return ()

    def row(self, engine: E, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return the row as this audience sees it, or None when it does not (any more)."""
        raise NotImplementedError

    def view(self, key: str, audience: Audience) -> Audience:
        """Return the audience whose row under `key` this one's always equals: it is made once for both."""
        return audience

    def next_refresh(self, engine: E) -> Instant | None:
        """Return when a live member next changes by the mere passing of time, or None."""
        return None

    def refresh(self, engine: E, now: Instant) -> Iterable[Touch]:
        """Bring the live members to `now` and return the rows whose live members changed since the last call.

        Called when `next_refresh` has come, and right after every live verb of the channel was decided.
        """
        return ()


class Concern(NamedTuple):
    """What one kind of event is to the channels, in their order.

    Attributes:
        hearers: those it concerns, with the function by which each hears of it; None: the event is its own.
        reactors: those that answer it, with the function that makes the answer.
    """

    hearers: Sequence[tuple[str, Callable[[Any, Recorded], None] | None]]
    reactors: Sequence[tuple[str, Callable[[Any, Recorded], Sequence[Event]]]]


class Concerns:
    """Whom an event concerns: asked for each event, found out once for each kind."""

    def __init__(self, channels: Mapping[str, Channel[Any]]) -> None:
        self._channels = channels
        self._found: dict[type[Event], Concern] = {}

    def of(self, event: Event) -> Concern:
        """Return what an event of this kind is to the channels."""
        kind = type(event)
        if kind not in self._found:
            self._found[kind] = self._find(kind)
        return self._found[kind]

    def _find(self, kind: type[Event]) -> Concern:
        channels = self._channels.items()
        hearers = [(name, channel.hears.get(kind)) for name, channel in channels]
        own = {name for name, channel in channels if kind in channel.events}
        return Concern(
            [(name, None if name in own else hears) for name, hears in hearers if name in own or hears is not None],
            [(name, channel.reacts[kind]) for name, channel in channels if kind in channel.reacts],
        )
