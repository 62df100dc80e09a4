"""Backstage on the screens: messages between those who run a room, and who has read them.

Owns    who may say and read what, and what the stage sees of it.
Never   shows a word to the audience, the overlay or the wall.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import Instant
from server.domain.backstage import (
    EVENTS,
    Backstage,
    Delivered,
    Message,
    MessageReceived,
    MessageSaid,
    Read,
    Receipt,
    Say,
)
from server.domain.base import Event, Recorded
from server.domain.questions.events import QuestionRoomsImported
from server.roles import CREW, CREW_VIEW, STAGE_VIEW, Audience, Role

READERS = CREW | {Role.STAGE}


class MessageRow(Row, frozen=True, kw_only=True):
    """A message between those who run a room.

    Attributes:
        to: whose desks it is for: `moderator`, `floor`, `control`, `stage`; none: everybody but the stage.
        by, desk, name: whose key said it, in which browser, and what colleagues call them.
        said_at: when it was said; `at` is when it came in, which is later where the link was cut.
        receipts: the desks that have it on their screens, and since when it is read there.
    """

    id: str
    room: str
    text: str
    level: str
    to: tuple[str, ...]
    by: str
    desk: str
    name: str | None
    said_at: Instant
    at: Instant
    receipts: tuple[Receipt, ...]
    rev: int


def hear_rooms(engine: Backstage, recorded: Recorded) -> None:
    """Let the crew of every room that has a queue talk, also in an event that was imported long ago."""
    if isinstance(recorded.event, QuestionRoomsImported):
        engine.open(recorded.event.rooms)


class BackstageChannel(Channel[Backstage]):
    """What the crew of a room tell each other."""

    name = "backstage"
    title: ClassVar[Mapping[str, str]] = {"en": "Backstage", "zh-Hans": "后台通话"}
    engine = Backstage
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    bare_roles = CREW
    room_roles = READERS
    pages: ClassVar[Mapping[str, int]] = {"moderate": 40, "control": 45, "door": 40, "stage": 30}
    hears: ClassVar[Mapping[type[Event], Callable[[Backstage, Recorded], None]]] = {QuestionRoomsImported: hear_rooms}
    row_types: ClassVar[Mapping[str, type[Row]]] = {"message/ID": MessageRow}
    verbs: ClassVar[Mapping[str, Verb]] = {
        "say": Verb(Say, CREW, help="Tells the crew of a room something; the stage only where `to` names it."),
        "delivered": Verb(Delivered, READERS, help="Says that this desk has a message on its screen."),
        "read": Verb(Read, READERS, help="Says that somebody at this desk has read a message."),
    }

    def touched(self, engine: Backstage, recorded: Recorded) -> Iterable[Touch]:
        """Return the message of an event, and those that it pushed out."""
        match recorded.event:
            case MessageSaid(message=key, room=room):
                yield from (Touch(f"message/{each}", (room,)) for each in (key, *engine.fallen))
            case MessageReceived(message=key) if (message := engine.find(key)) is not None:
                yield Touch(f"message/{key}", (message.room,))

    def keys(self, engine: Backstage, room: str | None) -> Iterable[str]:
        """Return the messages of a room that are at hand."""
        return (f"message/{message.id}" for message in engine.state.rooms.get(room or "", ()))

    def rooms(self, engine: Backstage) -> Iterable[str]:
        """Return every room of the event."""
        return engine.state.rooms

    def row(self, engine: Backstage, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a message as the crew sees it, or the stage if it is addressed there; nobody else sees any."""
        message = engine.find(key.removeprefix("message/"))
        if message is None:
            return None
        if audience == CREW_VIEW:
            return _row(message, message.receipts)
        if audience == STAGE_VIEW and message.is_for("stage"):
            own = [receipt for receipt in message.receipts if receipt.by.partition(":")[0] == "stage"]
            return msgspec.structs.replace(_row(message, own), name=None)
        return None


def _row(message: Message, receipts: Sequence[Receipt]) -> MessageRow:
    return MessageRow(
        id=message.id,
        room=message.room,
        text=message.text,
        level=message.level,
        to=tuple(message.to),
        by=message.by,
        desk=message.desk,
        name=message.name,
        said_at=message.said_at,
        at=message.at,
        receipts=tuple(map(msgspec.structs.replace, receipts)),
        rev=message.rev,
    )


CHANNEL = BackstageChannel()
