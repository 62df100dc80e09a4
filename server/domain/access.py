"""Access keys beyond the links that every event has: which were issued here, and which no longer hold.

Owns    the rules of issuing and revoking a key's id.
Never   makes or sees a key itself: whoever holds the event's secret signs one for an id.
Used by the access channel, and by whoever checks a key (`revoked`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from server.clock import Instant
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Target
from server.errors import Malformed

KeyRole = Literal["control", "moderator", "floor", "wall", "stage", "device"]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

ALONE = frozenset({"control", "wall", "floor"})
"""Roles whose default link is named by the role alone; the others' by role and room or device."""

BOUND = frozenset({"moderator", "stage", "device"})


class Issue(Command, frozen=True, kw_only=True):
    """Make the id of a new key. A stage needs its room, a device its device; a moderator without a room has all."""

    role: KeyRole
    room: Id | None = None
    device: Id | None = None


class Revoke(Command, frozen=True, kw_only=True):
    """Let a key hold no longer, whether it was issued here or is a default link."""

    id: Id


class KeyIssued(Event, frozen=True, kw_only=True):
    """A key's id was made."""

    id: str
    role: KeyRole
    room: str | None = None
    device: str | None = None


class KeyRevoked(Event, frozen=True, kw_only=True):
    """A key holds no longer."""

    id: str


EVENTS: tuple[type[Event], ...] = (KeyIssued, KeyRevoked)


class AccessKey(msgspec.Struct, kw_only=True):
    """A key that was issued or revoked here. `issued_at` is None for a default link."""

    id: str
    role: KeyRole
    room: str | None = None
    device: str | None = None
    issued_at: Instant | None = None
    revoked_at: Instant | None = None


class AccessState(msgspec.Struct, kw_only=True):
    """Keys by id."""

    keys: dict[str, AccessKey] = msgspec.field(default_factory=dict)


class AccessEngine:
    """Which keys were issued, and which revoked."""

    def __init__(self) -> None:
        self.state = AccessState()

    def locate(self, command: Command) -> Target:
        """Return the key that `command` is about.

        Raises:
            NotFound: no key can have this id.
        """
        if not isinstance(command, Revoke):
            return Target()
        if command.id not in self.state.keys and default_key(command.id) is None:
            raise NotFound(f"There is no key {command.id!r}; `cuedesk links` lists them.")
        return Target(key=f"key/{command.id}")

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to. Revoking a key that does not hold changes nothing.

        Raises:
            Malformed: the role wants a room or a device that is missing, or has none.
        """
        if isinstance(command, Issue):
            return _issue(command, context)
        assert isinstance(command, Revoke)
        events = [] if self.revoked(command.id) else [KeyRevoked(id=command.id)]
        return Decision(events, {"id": command.id})

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event."""
        keys = self.state.keys
        match recorded.event:
            case KeyIssued() as event:
                keys[event.id] = AccessKey(
                    id=event.id, role=event.role, room=event.room, device=event.device, issued_at=recorded.at
                )
            case KeyRevoked(id=id_):
                key = keys.get(id_) or default_key(id_)
                if key is not None:
                    keys[id_] = key
                    key.revoked_at = recorded.at

    def deadline(self) -> Instant | None:
        """Return None: keys do not run out."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return nothing."""
        return ()

    def restore(self, state: Any) -> None:
        """Take over a state."""
        self.state = state

    def revoked(self, id_: str) -> bool:
        """Say whether the key of this id holds no longer."""
        key = self.state.keys.get(id_)
        return key is not None and key.revoked_at is not None

    def revocations(self) -> int:
        """Return how many keys hold no longer."""
        return sum(key.revoked_at is not None for key in self.state.keys.values())

    def issued(self, id_: str) -> bool:
        """Say whether the key of this id was issued here."""
        key = self.state.keys.get(id_)
        return key is not None and key.issued_at is not None

    def grants(self) -> list[AccessKey]:
        """Return the keys that were issued here and still hold."""
        return [key for key in self.state.keys.values() if self.issued(key.id) and not self.revoked(key.id)]


def default_key(id_: str) -> AccessKey | None:
    """Return the default link that has this id, or None if none can."""
    role, colon, rest = id_.partition(":")
    if role in ALONE and not colon:
        return msgspec.convert({"id": id_, "role": role}, AccessKey)
    if role not in BOUND or not rest:
        return None
    bound_to = "device" if role == "device" else "room"
    return msgspec.convert({"id": id_, "role": role, bound_to: rest}, AccessKey)


def _issue(command: Issue, context: Context) -> Decision:
    if command.room is not None and command.role not in ("moderator", "stage"):
        raise Malformed(f"The role {command.role} has no room; leave it out.")
    if command.device is not None and command.role != "device":
        raise Malformed(f"The role {command.role} has no device; leave it out.")
    if command.role == "stage" and command.room is None:
        raise Malformed("A key for a stage needs its `room`.")
    if command.role == "device" and command.device is None:
        raise Malformed("A key for a device needs its `device`.")
    parts = [command.role, command.room or command.device, context.uid[-6:]]
    id_ = ":".join(part for part in parts if part)
    issued = KeyIssued(id=id_, role=command.role, room=command.room, device=command.device)
    return Decision([issued], {"id": id_, "role": command.role, "room": command.room, "device": command.device})
