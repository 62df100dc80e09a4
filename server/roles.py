"""Who may hold a key, and which view of the event each of them has.

Owns    roles, actors and audiences.
Never   checks a signature (auth) or a verb (channels).
Used by session, channels, hub and pages.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec


class Role(StrEnum):
    """What an access key lets its holder be."""

    CONTROL = "control"
    MODERATOR = "moderator"
    FLOOR = "floor"
    WALL = "wall"
    STAGE = "stage"
    DEVICE = "device"
    ATTENDEE = "attendee"


CREW = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR})
"""The people who run the event: they see crew rows."""

STEERING = frozenset({Role.CONTROL, Role.MODERATOR})
"""Those who may steer a room: control all of them, a moderator its own."""

Audience = NewType("Audience", str)
"""A group of readers that sees the same rows of a topic."""

CREW_VIEW = Audience("crew")
WALL_VIEW = Audience("wall")
STAGE_VIEW = Audience("stage")
PUBLIC_VIEW = Audience("public")

VIEWS = {
    CREW_VIEW: CREW,
    WALL_VIEW: frozenset({Role.WALL}),
    STAGE_VIEW: frozenset({Role.STAGE}),
    PUBLIC_VIEW: frozenset({Role.ATTENDEE}),
}
"""The audiences of many readers, with the roles that are of them."""

PAGE_ROLES = {
    "attendee": (Role.ATTENDEE,),
    "wall": (Role.WALL, Role.CONTROL, Role.FLOOR, Role.MODERATOR),
    "control": (Role.CONTROL,),
    "moderate": (Role.MODERATOR, Role.CONTROL),
    "stage": (Role.STAGE, Role.MODERATOR, Role.CONTROL),
    "overlay": (Role.STAGE, Role.WALL, Role.MODERATOR, Role.CONTROL),
    "door": (Role.FLOOR, Role.CONTROL),
}
"""Page → the roles that may open it; the first of them that a browser is signed in as speaks there."""

SYSTEM = "system"
"""The actor of what no person did: deadlines and the first import."""


def person_view(person: str) -> Audience:
    """Return the audience that is one attendee: the reader of their own `me` board."""
    return Audience(f"person:{person}")


def device_view(device: str) -> Audience:
    """Return the audience that is one reporting device."""
    return Audience(f"device:{device}")


class Actor(msgspec.Struct, frozen=True):
    """Whoever acts, as their key says.

    Attributes:
        id: stable and unique: the key's id, or the person's id for an attendee.
        role: what they may be.
        rooms: the rooms they act in; None means every room.
        subject: what "its own" means for them: an attendee's person id, a device's id.
    """

    id: str
    role: Role
    rooms: frozenset[str] | None = None
    subject: str | None = None

    def acts_in(self, rooms: tuple[str, ...]) -> bool:
        """Say whether a thing of these rooms is theirs to act on."""
        return self.rooms is None or not rooms or not self.rooms.isdisjoint(rooms)

    def audience(self) -> Audience:
        """Return the audience whose rows they read."""
        match self.role:
            case Role.CONTROL | Role.MODERATOR | Role.FLOOR:
                return CREW_VIEW
            case Role.WALL:
                return WALL_VIEW
            case Role.STAGE:
                return STAGE_VIEW
            case Role.DEVICE:
                return device_view(self.subject or "")
            case Role.ATTENDEE:
                return PUBLIC_VIEW


SYSTEM_ACTOR = Actor(SYSTEM, Role.CONTROL)
