"""The four words every engine is written in: command, event, record, engine.

Owns    the base types of commands and events and the protocol of an engine.
Never   names a channel, a role, a row's wire form, or a store.
Used by every engine, the channels and the conductor.

Theory of operation: `decide` looks at a command and the state and returns events, or raises a
DomainError; it changes nothing. `evolve` applies one recorded event; it is total: it never refuses,
whatever the order of history. So `decide` may be run again after somebody else's events were applied,
and a replay of the journal needs no decision. Time is an argument everywhere; `deadline` says when the
engine next wants `expire` to be called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec

from server.clock import Instant
from server.errors import NotFound as NotFound


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A wish: the arguments of one verb, exactly as the contract names them. Unknown members are refused."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the journal keeps for ever. The class name is its name in the journal.

    Class attributes:
        VERSION: raised when the members change; the channel then has an upcaster.
        PERSONAL: member → member that holds the id of the person it is about. These members are encrypted
            in the journal under that person's own key; once the key is deleted they read as "" (a `str`
            member) or None (an optional one), and `evolve` must live with that.
    """

    VERSION: ClassVar[int] = 1
    PERSONAL: ClassVar[Mapping[str, str]] = {}


class PeopleErased(Event, frozen=True, kw_only=True):
    """These persons' keys were deleted: whoever still has something of theirs in memory forgets it now."""

    people: tuple[str, ...]


class Recorded(msgspec.Struct, frozen=True):
    """An event as the journal has it.

    Attributes:
        offset: its place in the journal, counted from 1.
        at: when it happened; never before the event in front of it.
        by: the id of the actor.
        event: what happened.
    """

    offset: int
    at: Instant
    by: str
    event: Event


class Context(msgspec.Struct, frozen=True):
    """What a decision may know besides the command and the state.

    Attributes:
        now: the present instant.
        by: the id of the actor.
        uid: a fresh unguessable id (26 lower-case letters and digits), for a thing that the command makes.
        role: the actor's role, as plain text, where an engine's rule depends on it.
    """

    now: Instant
    by: str
    uid: str
    role: str = "control"


class Decision(msgspec.Struct, frozen=True):
    """What a command comes to.

    Attributes:
        events: the facts to journal; empty when the command changes nothing.
        result: the members of the answer (JSON-safe).
        subject: the person whose data `result` shows, if any: it is kept encrypted under their key.
    """

    events: Sequence[Event] = ()
    result: Mapping[str, object] = msgspec.field(default_factory=dict)
    subject: str | None = None


class Target(msgspec.Struct, frozen=True):
    """The thing a command is about, for the checks that are the same everywhere.

    Attributes:
        rooms: the rooms it belongs to; empty when it has none. Moderators act in their rooms only.
        key: the key of its row, or None when the command makes something new.
        rev: its present revision, or None when it has none.
        by, at: who changed it last, and when.
        owner: the person or device whose own it is, if any.
    """

    rooms: tuple[str, ...] = ()
    key: str | None = None
    rev: int | None = None
    by: str | None = None
    at: Instant | None = None
    owner: str | None = None


class Stamp(msgspec.Struct):
    """The revision of one thing: how often it changed, by whom last, and when."""

    rev: int = 0
    by: str | None = None
    at: Instant | None = None

    def touch(self, recorded: Recorded) -> None:
        """Count one change."""
        self.rev += 1
        self.by = recorded.by
        self.at = recorded.at


class Engine(Protocol):
    """The rules of one channel. See the module's theory of operation.

    Everything that the journal determines lives in `state`, one mutable Struct of plain typed members, so that
    a checkpoint is `state` encoded and `restore` is the same decoded. Indexes derived from it are rebuilt by
    `restore`; live values (never journalled) are kept beside it and are lost with the process.
    """

    @property
    def state(self) -> msgspec.Struct:
        """Everything that the journal determines."""
        ...

    def locate(self, command: Command) -> Target:
        """Return what `command` is about.

        Raises:
            NotFound: it names something that does not exist.
        """
        ...

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to, changing nothing (but live values, for live verbs).

        Raises:
            DomainError: it is refused.
        """
        ...

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event of this channel. Never refuses."""
        ...

    def deadline(self) -> Instant | None:
        """Return when `expire` next has something to say, or None."""
        ...

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return the events that fall due by themselves at `now`, changing nothing."""
        ...

    def restore(self, state: Any) -> None:
        """Take over a state that an equal engine had, and rebuild what derives from it."""
        ...
