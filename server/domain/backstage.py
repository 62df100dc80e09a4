"""The engine of backstage: what the people who run a room tell each other, and who has had it and read it.

Owns    the messages of each room with their receipts, and how many of them are kept at hand.
Never   speaks to the audience, or to the stage unless a message is addressed to it.
Used by the conductor and the backstage channel.

A receipt is a device's: several people may work with one access link, so each browser names itself (`desk`), and a
person may add what colleagues call them (`name`). Texts and names are sealed under an id of the message's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec

from server.clock import Instant
from server.domain import pace
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Target
from server.errors import Forbidden, LimitReached, Malformed

KEPT = 60
"""How many messages of a room are kept at hand; the journal has them all."""

BURST = 20
PER_MINUTE = 30
"""How many messages one key may send at once, and how fast they grow back: several people may work with one link, and
none of them may push out what the others have not read."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Desk = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Name = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=280)]
Time = Annotated[Instant, msgspec.Meta(ge=0, le=8_640_000_000_000_000)]
Place = Literal["moderator", "floor", "control", "stage"]
Level = Literal["info", "urgent"]


class Say(Command, frozen=True):
    """Tell the others of a room something.

    Attributes:
        desk: names the browser that says it, for its own receipts; None: the key alone does.
        name: what colleagues call who says it.
        to: whose desks it is for; none: everybody backstage, which is not the stage.
        said_at: when it was said, where it could be sent only later.
    """

    room: Id
    text: Text
    desk: Desk | None = None
    name: Name | None = None
    to: Annotated[list[Place], msgspec.Meta(max_length=4)] = msgspec.field(default_factory=list)
    level: Level = "info"
    said_at: Time | None = None


class OnMessage(Command, frozen=True):
    """Something about one message.

    Attributes:
        desk, name: see `Say`.
    """

    message: Id
    desk: Desk | None = None
    name: Name | None = None


class Delivered(OnMessage, frozen=True):
    """This desk has it on its screen."""


class Read(OnMessage, frozen=True):
    """Somebody at this desk has read it."""


class MessageSaid(Event, frozen=True):
    """Somebody told the others of a room something."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"text": "subject", "name": "subject"}

    message: str
    subject: str
    room: str
    text: str
    desk: str
    name: str | None
    to: list[Place]
    level: Level
    said_at: Instant


class MessageReceived(Event, frozen=True):
    """A desk has a message, or with `read` somebody there has read it."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "subject"}

    message: str
    subject: str
    desk: str
    name: str | None
    read: bool


EVENTS: tuple[type[Event], ...] = (MessageSaid, MessageReceived)


class Receipt(msgspec.Struct, kw_only=True):
    """What one desk has told of a message.

    Attributes:
        by: whose key it was.
        name: what colleagues call who was there.
        read_at: None: it is on the screen, nobody said that they read it.
    """

    by: str
    desk: str
    name: str | None
    delivered_at: Instant
    read_at: Instant | None = None


class Message(msgspec.Struct, kw_only=True):
    """One message. `at` is when the event had it, `said_at` when it was said."""

    id: str
    room: str
    text: str
    by: str
    desk: str
    name: str | None
    to: list[Place]
    level: Level
    said_at: Instant
    at: Instant
    receipts: list[Receipt] = msgspec.field(default_factory=list)
    rev: int = 1

    def receipt(self, by: str, desk: str) -> Receipt | None:
        """Return what a desk has told of it."""
        return next((each for each in self.receipts if (each.by, each.desk) == (by, desk)), None)

    def is_for(self, role: str) -> bool:
        """Say whether it is addressed to the desks of a role."""
        return role in self.to or (not self.to and role != "stage")


class BackstageState(msgspec.Struct):
    """Everything that a checkpoint keeps.

    Attributes:
        rooms: room → its messages, the oldest first.
        full_at: key → when it may send a whole burst again.
    """

    rooms: dict[str, list[Message]] = msgspec.field(default_factory=dict)
    full_at: dict[str, Instant] = msgspec.field(default_factory=dict)


class Backstage:
    """Every room's messages. See `domain.base.Engine`. `fallen` are those that the last event pushed out."""

    def __init__(self) -> None:
        self.state = BackstageState()
        self.fallen: tuple[str, ...] = ()
        self._messages: dict[str, Message] = {}

    def locate(self, command: Command) -> Target:
        """Return the room or the message that `command` is about.

        Raises:
            NotFound: there is none of this id.
        """
        if isinstance(command, OnMessage):
            message = self._message(command.message)
            return Target((message.room,), f"message/{message.id}", message.rev, message.by, message.at)
        if isinstance(command, Say):
            if command.room not in self.state.rooms:
                raise NotFound("There is no such room in this event; choose one from the agenda.")
            return Target((command.room,))
        return Target()

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to, changing nothing.

        Raises:
            DomainError: it is refused.
        """
        match command:
            case Say():
                return self._say(command, context)
            case _:
                assert isinstance(command, OnMessage), type(command)
                return self._receive(command, context)

    def _say(self, command: Say, context: Context) -> Decision:
        text = command.text.strip()
        if not text:
            raise Malformed("Write what the others are to know, then send it.")
        self._check_pace(context.by, context.now)
        said = MessageSaid(
            message=context.uid,
            subject=f"b{context.uid}",
            room=command.room,
            text=text,
            desk=command.desk or "",
            name=_name(command.name),
            to=sorted(set(command.to)),
            level=command.level,
            said_at=context.now if command.said_at is None else Instant(min(command.said_at, context.now)),
        )
        return Decision([said], {"id": context.uid})

    def _check_pace(self, by: str, now: Instant) -> None:
        free = pace.free_at(self.state.full_at.get(by, Instant(0)), BURST, PER_MINUTE)
        if free > now:
            wait = pace.seconds_until(free, now)
            sentence = f"That was many messages in a minute; send this one in {wait} s, or say it in person."
            raise LimitReached(sentence, {"retry_after": wait})

    def _receive(self, command: OnMessage, context: Context) -> Decision:
        message, desk = self._message(command.message), command.desk or ""
        if context.role == "stage" and not message.is_for("stage"):
            raise Forbidden("This message is not for the stage.")
        read = isinstance(command, Read)
        known = message.receipt(context.by, desk)
        result = {"id": message.id, "read": read or (known is not None and known.read_at is not None)}
        is_own = (message.by, message.desk) == (context.by, desk)
        if is_own or (known is not None and (known.read_at is not None or not read)):
            return Decision(result=result)
        received = MessageReceived(
            message=message.id, subject=f"b{message.id}", desk=desk, name=_name(command.name), read=read
        )
        return Decision([received], result)

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event. Never refuses."""
        self.fallen = ()
        match recorded.event:
            case MessageSaid() as said:
                self._evolve_said(said, recorded)
            case MessageReceived() as received if (message := self._messages.get(received.message)) is not None:
                _evolve_received(message, received, recorded)

    def _evolve_said(self, said: MessageSaid, recorded: Recorded) -> None:
        full_at = self.state.full_at
        full_at[recorded.by] = pace.used(full_at.get(recorded.by, recorded.at), recorded.at, PER_MINUTE)
        message = Message(
            id=said.message,
            room=said.room,
            text=said.text,
            by=recorded.by,
            desk=said.desk,
            name=said.name,
            to=said.to,
            level=said.level,
            said_at=said.said_at,
            at=recorded.at,
        )
        messages = self.state.rooms.setdefault(said.room, [])
        messages.append(message)
        self._messages[message.id] = message
        self.fallen = tuple(each.id for each in messages[:-KEPT])
        del messages[:-KEPT]
        for key in self.fallen:
            del self._messages[key]

    def open(self, rooms: Iterable[str]) -> None:
        """Hear which rooms the event has."""
        for room in rooms:
            self.state.rooms.setdefault(room, [])

    def deadline(self) -> Instant | None:
        """Return None: nothing falls due by itself."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return no event."""
        return ()

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state that an equal engine had."""
        assert isinstance(state, BackstageState)
        self.state = state
        self._messages = {each.id: each for messages in state.rooms.values() for each in messages}

    def find(self, key: str) -> Message | None:
        """Return a message that is kept at hand."""
        return self._messages.get(key)

    def _message(self, key: str) -> Message:
        message = self._messages.get(key)
        if message is None:
            raise NotFound("This message is no longer at hand; look at the newest ones.")
        return message


def _evolve_received(message: Message, received: MessageReceived, recorded: Recorded) -> None:
    receipt = message.receipt(recorded.by, received.desk)
    if receipt is None:
        receipt = Receipt(by=recorded.by, desk=received.desk, name=received.name, delivered_at=recorded.at)
        message.receipts.append(receipt)
    receipt.name = received.name or receipt.name
    if received.read and receipt.read_at is None:
        receipt.read_at = recorded.at
    message.rev += 1


def _name(typed: str | None) -> str | None:
    return (typed or "").strip() or None
