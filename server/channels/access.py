"""The access channel: control sees which keys were issued and revoked, and does both.

Owns    the rows and verbs of access keys.
Never   shows a key: rows hold ids only.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import Instant
from server.domain.access import EVENTS, AccessEngine, Issue, KeyIssued, KeyRevoked, KeyRole, Revoke
from server.domain.base import Event, PeopleErased, Recorded
from server.roles import CREW_VIEW, Audience, Role

CONTROL = frozenset({Role.CONTROL})


class KeyRow(Row, frozen=True, kw_only=True):
    """A key that was issued or revoked here. `issued_at` is null for a default link."""

    id: str
    role: KeyRole
    room: str | None
    device: str | None
    issued_at: Instant | None
    revoked_at: Instant | None


class AccessChannel(Channel[AccessEngine]):
    """Keys that were issued or revoked, for control alone."""

    name = "access"
    title: ClassVar[Mapping[str, str]] = {"en": "Access", "zh-Hans": "访问权限"}
    engine = AccessEngine
    events: ClassVar[Sequence[type[Event]]] = (*EVENTS, PeopleErased)
    bare_roles = CONTROL
    pages: ClassVar[Mapping[str, int]] = {"control": 60}
    room_roles = frozenset()
    row_types: ClassVar[Mapping[str, type[Row]]] = {"key/ID": KeyRow}
    verbs: ClassVar[Mapping[str, Verb]] = {
        "issue": Verb(Issue, CONTROL, help="Makes the id of a new key of a role, and of a room or device where due."),
        "revoke": Verb(Revoke, CONTROL, help="Lets a key hold no longer; a default link's id is its role and room."),
    }

    def touched(self, engine: AccessEngine, recorded: Recorded) -> Iterable[Touch]:
        """Return the key's row."""
        match recorded.event:
            case KeyIssued(id=id_) | KeyRevoked(id=id_):
                yield Touch(f"key/{id_}")

    def keys(self, engine: AccessEngine, room: str | None) -> Iterable[str]:
        """Return a row key for every key known here."""
        return (f"key/{id_}" for id_ in engine.state.keys)

    def row(self, engine: AccessEngine, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return the key's row; the topic itself is control's alone."""
        known = engine.state.keys.get(key.removeprefix("key/"))
        if known is None or audience != CREW_VIEW:
            return None
        return msgspec.convert(msgspec.structs.asdict(known), KeyRow)


CHANNEL = AccessChannel()
