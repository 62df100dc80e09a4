"""Access keys: who may be what, as signed tokens.

Owns    the event's secret, the form of keys, and which links exist by default.
Never   keeps a key: a key says everything about itself, and only its revocation is an event.
Used by app, pages, sockets, the HTTP interface and the command line.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from server.errors import ConfigError, Unauthenticated
from server.plan import EventPlan
from server.roles import Actor, Role

SECRET_FILE = "cuedesk.secret"  # noqa: S105 - a file name, not a secret


class Grant(msgspec.Struct, frozen=True):
    """What a key grants: `id` names it (in the journal, and to revoke it)."""

    id: str
    role: Role
    room: str | None = None
    device: str | None = None

    def actor(self) -> Actor:
        """Return the one who acts with this key."""
        bound = self.room is not None and self.role in (Role.MODERATOR, Role.STAGE)
        rooms = frozenset({self.room}) if bound and self.room else None
        return Actor(self.id, self.role, rooms, self.device if self.role is Role.DEVICE else self.id)

    def path(self, key: str) -> str:
        """Return the address, below the server's, that signs its holder in and opens their page."""
        room = quote(self.room or "", safe="")
        page = {
            Role.CONTROL: "/control",
            Role.MODERATOR: f"/moderate/{room}" if room else "/control",
            Role.FLOOR: "/door",
            Role.WALL: "/wall",
            Role.STAGE: f"/stage/{room}",
            Role.DEVICE: "/api/v1/devices",
            Role.ATTENDEE: f"/r/{room}" if room else "/",
        }[self.role]
        return f"{page}?key={key}"


class Keyring:
    """Signs keys and reads them, with the event's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._serializer = URLSafeSerializer(
            secret, salt="cuedesk.key", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._unmarked = hashlib.blake2b(key=hashlib.sha256(secret).digest(), digest_size=16)

    @property
    def event_id(self) -> str:
        """The event's name in shared stores, derived from the secret."""
        return "e" + hashlib.sha256(b"cuedesk.event" + self._secret).hexdigest()[:16]

    def fingerprint(self, *parts: bytes) -> bytes:
        """Return a keyed hash of `parts`: equal for equal parts, and telling nothing without the secret."""
        state = self._unmarked.copy()
        for part in parts:
            state.update(len(part).to_bytes(8, "big") + part)
        return state.digest()

    def mint(self, grant: Grant) -> str:
        """Return the key that says `grant`."""
        token = self._serializer.dumps([grant.id, grant.role.value, grant.room, grant.device])
        return token if isinstance(token, str) else token.decode()

    def read(self, key: str) -> Grant:
        """Return what `key` grants, whether or not it was revoked.

        Raises:
            Unauthenticated: this event's secret did not sign it.
        """
        try:
            id_, role, room, device = self._serializer.loads(key)
            return Grant(id_, Role(role), room, device)
        except (BadData, ValueError, TypeError):
            raise Unauthenticated("This access key is not of this event; ask the control room for a link.") from None

    def newcomer(self) -> Grant:
        """Return the grant of an attendee nobody has seen before."""
        return Grant(f"p{secrets.token_hex(8)}", Role.ATTENDEE)


def default_grants(plan: EventPlan) -> list[Grant]:
    """Return the links that every event has: one of each role, and of each room or device where the role has one."""
    rooms = [room.id for room in plan.rooms]
    return [
        Grant("control", Role.CONTROL),
        Grant("wall", Role.WALL),
        Grant("floor", Role.FLOOR),
        *(Grant(f"moderator:{room}", Role.MODERATOR, room) for room in rooms),
        *(Grant(f"stage:{room}", Role.STAGE, room) for room in rooms),
        *(Grant(f"device:{device.id}", Role.DEVICE, None, device.id) for device in plan.devices),
    ]


def read_secret(folder: Path) -> bytes:
    """Return the event's secret, making it on first use (readable by its owner only).

    Raises:
        ConfigError: this user may not read it, or not write in the folder.
    """
    path = folder / SECRET_FILE
    try:
        return _made_secret(path)
    except OSError as error:
        # In a container the folder is often somebody else's, and its ids are all that both sides know.
        who = f"user {os.geteuid()}, group {os.getegid()}"
        raise ConfigError([f"{path}: {error.strerror} for {who}, who must be able to write in the folder"]) from None


def _made_secret(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    secret = secrets.token_urlsafe(48).encode()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return secret
