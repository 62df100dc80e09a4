"""Events as bytes and back, personal members sealed, old versions brought up to date.

Owns    the form of an event's body in the journal.
Never   stores or reads anything itself.
Used by the conductor and the command line.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec

from server.channels.base import Channel
from server.domain.base import Event, Recorded
from server.errors import Unavailable
from server.store import Stored
from server.store.vault import Vault

logger = logging.getLogger(__name__)

_SEALED = "~"


class Codec:
    """Knows every event type of every channel."""

    def __init__(self, channels: Mapping[str, Channel[Any]], vault: Vault) -> None:
        self._channels = channels
        self._vault = vault
        self._types = {(name, kind.__name__): kind for name, channel in channels.items() for kind in channel.events}
        self.owners: dict[type[Event], str] = {kind: name for (name, _), kind in self._types.items()}
        self._unknown: set[tuple[str, str]] = set()
        self._erased = {kind: _erased_members(kind) for kind in self.owners}

    def store(self, recorded: Recorded) -> Stored:
        """Return `recorded` as the journal keeps it."""
        event = recorded.event
        kind = type(event)
        body = msgspec.to_builtins(event, str_keys=True)
        for member, subject in kind.PERSONAL.items():
            if body[member]:
                plain = msgspec.json.encode(body[member])
                sealed = self._vault.seal(body[subject], plain, _context(kind, member))
                body[member] = {_SEALED: base64.b64encode(sealed).decode()}
        encoded = msgspec.json.encode(body)
        return Stored(
            recorded.offset, recorded.at, recorded.by, self.owners[kind], kind.__name__, kind.VERSION, encoded
        )

    def load(self, stored: Stored) -> Recorded | None:
        """Return the event that `stored` keeps, or None if no channel of this program knows its type any more.

        Raises:
            Unavailable: a newer program wrote it.
        """
        kind = self._types.get((stored.channel, stored.type))
        if kind is None:
            self._pass_over(stored.channel, stored.type)
            return None
        if stored.version > kind.VERSION:
            raise Unavailable("A newer Cuedesk writes to this event; update this server and start it again.")
        body: dict[str, Any] = msgspec.json.decode(stored.body)
        for member, subject in kind.PERSONAL.items():
            sealed = body.get(member)
            if isinstance(sealed, dict) and _SEALED in sealed:
                plain = self._vault.open(body[subject], base64.b64decode(sealed[_SEALED]), _context(kind, member))
                body[member] = self._erased[kind][member] if plain is None else msgspec.json.decode(plain)
        for version in range(stored.version, kind.VERSION):
            body = self._channels[stored.channel].upcasts[stored.type, version](body)
        return Recorded(stored.offset, stored.at, stored.by, msgspec.convert(body, kind, str_keys=True))

    def _pass_over(self, channel: str, type_: str) -> None:
        if (channel, type_) not in self._unknown:
            self._unknown.add((channel, type_))
            logger.warning("events that this program does not know are passed over: channel=%s type=%s", channel, type_)


def _context(kind: type[Event], member: str) -> bytes:
    return f"{kind.__name__}.{member}".encode()


def _erased_members(kind: type[Event]) -> dict[str, object]:
    hints = get_type_hints(kind)
    return {member: "" if hints[member] is str else None for member in kind.PERSONAL}
