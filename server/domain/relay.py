"""The engine of the relay: what the stage of each room has been handed, and who asks to speak.

Owns    the question that each stage shows and who has seen it, and the life of a voice ask.
Never   knows a question that is not on air, or carries sound.
Used by the conductor and the relay channel, which tells it what the questions channel hands over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec

from server.clock import Instant
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Stamp, Target
from server.errors import Conflict, IllegalTransition

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(max_length=80)]
AskState = Literal["requested", "checking", "ready", "on_air", "ended", "fell_back"]

STEPS: Mapping[str, Mapping[AskState, AskState]] = {
    "invite": {"requested": "checking", "fell_back": "checking"},
    "ready": {"checking": "ready", "fell_back": "ready"},
    "air": {"ready": "on_air"},
    "fall_back": {"checking": "fell_back", "ready": "fell_back", "on_air": "fell_back"},
    "end": {
        "requested": "ended",
        "checking": "ended",
        "ready": "ended",
        "on_air": "ended",
        "fell_back": "ended",
    },
    "lower": {
        "requested": "ended",
        "checking": "ended",
        "ready": "ended",
        "on_air": "ended",
        "fell_back": "ended",
    },
}
"""Verb → state of a voice ask before → state after. `fall_back` keeps the place: the text is shown instead."""


class Import(Command, frozen=True):
    """Take over the rooms of the event."""

    rooms: list[Id]


class Seen(Command, frozen=True):
    """The stage has the question on air before it.

    Attributes:
        question: what it shows; None: whatever is on air.
    """

    room: Id
    question: Id | None = None


class Raise(Command, frozen=True):
    """Ask to speak.

    Attributes:
        question: the own question to be asked aloud, if it is one that was written.
        name: how the asker wants to be called; None: not at all.
    """

    room: Id
    question: Id | None = None
    name: Name | None = None


class OnAsk(Command, frozen=True):
    """Something about one voice ask."""

    ask: Id


class AskStep(OnAsk, frozen=True):
    """A step of an ask's life: `step` names the row of the table."""

    step: ClassVar[str] = ""


class Lower(AskStep, frozen=True):
    """Take back one's own."""

    step = "lower"


class Invite(AskStep, frozen=True):
    """Let its sound be checked."""

    step = "invite"


class Ready(AskStep, frozen=True):
    """Its sound was checked and is good."""

    step = "ready"


class Air(AskStep, frozen=True):
    """Let the room hear it."""

    step = "air"


class FallBack(AskStep, frozen=True):
    """Its sound was lost: the text takes over, the place is kept."""

    step = "fall_back"


class End(AskStep, frozen=True):
    """It is over."""

    step = "end"


class Mute(OnAsk, frozen=True):
    """Silence it, or with `on` false let it be heard again."""

    on: bool = True


class RelayRoomsImported(Event, frozen=True):
    """The rooms of the event."""

    rooms: list[str]


class HandoverSeen(Event, frozen=True):
    """A stage showed the question."""

    room: str
    question: str


class HandRaised(Event, frozen=True):
    """A person asked to speak."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "person"}

    ask: str
    room: str
    question: str | None
    person: str
    name: str | None


class AskMoved(Event, frozen=True):
    """A voice ask took a step of its life."""

    ask: str
    step: str


class AskMuted(Event, frozen=True):
    """A voice was silenced, or is heard again."""

    ask: str
    on: bool


EVENTS: tuple[type[Event], ...] = (RelayRoomsImported, HandoverSeen, HandRaised, AskMoved, AskMuted)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A question as a stage was handed it. `author` is the person who asked, if known."""

    question: str
    number: int
    body: str
    name: str | None
    origin: str
    author: str | None
    since: Instant


class Stage(msgspec.Struct):
    """What one room's displays show. While `blank`, nothing."""

    shown: Shown | None = None
    seen_by: list[str] = msgspec.field(default_factory=list)
    blank: bool = False
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class Ask(msgspec.Struct, kw_only=True):
    """A person who asks to speak. `since` is when it came to its present state."""

    id: str
    room: str
    question: str | None
    person: str
    name: str | None
    state: AskState
    since: Instant
    muted: bool = False
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class RelayState(msgspec.Struct):
    """Everything that a checkpoint keeps. `tickets` says whose ticket a person showed."""

    stages: dict[str, Stage] = msgspec.field(default_factory=dict)
    asks: dict[str, Ask] = msgspec.field(default_factory=dict)
    tickets: dict[str, str] = msgspec.field(default_factory=dict)


class Relay:
    """Every room's stage and voice queue. See `domain.base.Engine`."""

    def __init__(self) -> None:
        self.state = RelayState()
        self._devices: dict[str, list[str]] = {}

    # Commands

    def locate(self, command: Command) -> Target:
        """Return the stage or the ask that `command` is about.

        Raises:
            NotFound: there is none of this id.
        """
        if isinstance(command, OnAsk):
            ask = self._ask(command.ask)
            return Target((ask.room,), f"ask/{ask.id}", ask.stamp.rev, ask.stamp.by, ask.stamp.at, owner=ask.person)
        if isinstance(command, Seen | Raise):
            self._stage(command.room)
            return Target((command.room,), "handover" if isinstance(command, Seen) else None)
        return Target()

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to, changing nothing.

        Raises:
            DomainError: it is refused.
        """
        match command:
            case Import():
                return Decision([RelayRoomsImported(rooms=command.rooms)])
            case Seen():
                return self._seen(command, context)
            case Raise():
                return self._raise(command, context)
            case Mute():
                return self._mute(command)
            case _:
                assert isinstance(command, AskStep), type(command)
                return self._step(command)

    def _seen(self, command: Seen, context: Context) -> Decision:
        stage = self._stage(command.room)
        if stage.shown is None:
            raise IllegalTransition("No question is on air in this room, so there is none to acknowledge.")
        if command.question is not None and command.question != stage.shown.question:
            raise Conflict(
                "Another question is on air by now; show that one, then acknowledge it.",
                {"question": stage.shown.question, "by": stage.stamp.by, "at": stage.stamp.at},
            )
        result = {"question": stage.shown.question}
        if context.by in stage.seen_by:
            return Decision(result=result)
        return Decision([HandoverSeen(room=command.room, question=stage.shown.question)], result)

    def _raise(self, command: Raise, context: Context) -> Decision:
        for ask in self.of(context.by):
            if ask.room == command.room and ask.state != "ended":
                return Decision(result={"id": ask.id, "state": ask.state})
        name = (command.name or "").strip() or None
        raised = HandRaised(ask=context.uid, room=command.room, question=command.question, person=context.by, name=name)
        return Decision([raised], {"id": context.uid, "state": "requested"})

    def _mute(self, command: Mute) -> Decision:
        ask = self._ask(command.ask)
        if ask.state == "ended":
            raise IllegalTransition("This voice has ended; there is nothing to mute.")
        changed = [AskMuted(ask=ask.id, on=command.on)] if ask.muted != command.on else []
        return Decision(changed, {"muted": command.on})

    def _step(self, command: AskStep) -> Decision:
        ask = self._ask(command.ask)
        to = STEPS[command.step].get(ask.state)
        if to is None:
            allowed = ", ".join(sorted(STEPS[command.step]))
            raise IllegalTransition(
                f"This voice is {ask.state}; {command.step} needs one that is {allowed}.",
                {"state": ask.state, "allowed": sorted(STEPS[command.step])},
            )
        return Decision([AskMoved(ask=ask.id, step=command.step)], {"id": ask.id, "state": to})

    # Events

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event. Never refuses."""
        match recorded.event:
            case RelayRoomsImported(rooms=rooms):
                for room in rooms:
                    self.state.stages.setdefault(room, Stage())
            case HandoverSeen() as seen:
                self._evolve_seen(seen, recorded)
            case HandRaised() as raised:
                self._evolve_raised(raised, recorded)
            case AskMoved() as moved if (ask := self.state.asks.get(moved.ask)) is not None:
                to = STEPS.get(moved.step, {}).get(ask.state)
                if to is not None:
                    ask.state, ask.since = to, recorded.at
                    ask.stamp.touch(recorded)
            case AskMuted() as muted if (ask := self.state.asks.get(muted.ask)) is not None:
                ask.muted = muted.on
                ask.stamp.touch(recorded)

    def _evolve_seen(self, event: HandoverSeen, recorded: Recorded) -> None:
        stage = self.state.stages.setdefault(event.room, Stage())
        shows = stage.shown is not None and stage.shown.question == event.question
        if shows and recorded.by not in stage.seen_by:
            stage.seen_by.append(recorded.by)

    def _evolve_raised(self, event: HandRaised, recorded: Recorded) -> None:
        ask = Ask(
            id=event.ask,
            room=event.room,
            question=event.question,
            person=event.person,
            name=event.name,
            state="requested",
            since=recorded.at,
        )
        ask.stamp.touch(recorded)
        self.state.asks.setdefault(event.ask, ask)

    def show(self, room: str, shown: Shown | None, recorded: Recorded) -> None:
        """Hand a question to a room's stage, or None to take it back. Nobody has seen it yet."""
        stage = self.state.stages.setdefault(room, Stage())
        stage.shown, stage.seen_by = shown, []
        stage.stamp.touch(recorded)

    def bound(self, person: str, ticket: str) -> None:
        """Hear that a person holds a ticket: the same holder's devices are told the same."""
        self.state.tickets[person] = ticket
        self._index()

    def blank(self, room: str, on: bool) -> None:
        """Empty a room's displays, or show again."""
        self.state.stages.setdefault(room, Stage()).blank = on

    # Time and restarts

    def deadline(self) -> Instant | None:
        """Return None: nothing falls due by itself."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return no event."""
        return ()

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state that an equal engine had."""
        assert isinstance(state, RelayState)
        self.state = state
        self._index()

    def _index(self) -> None:
        self._devices.clear()
        for person, ticket in self.state.tickets.items():
            self._devices.setdefault(ticket, []).append(person)

    # Finding

    def devices(self, person: str | None) -> tuple[str, ...]:
        """Return every person (one browser each) who holds the same ticket as this one, itself included."""
        if person is None:
            return ()
        return tuple(self._devices.get(self.state.tickets.get(person, ""), ())) or (person,)

    def of(self, person: str) -> list[Ask]:
        """Return a person's own voice asks in the order they came."""
        return [ask for ask in self.state.asks.values() if ask.person == person]

    def in_room(self, room: str) -> list[Ask]:
        """Return a room's voice asks in the order they came."""
        return [ask for ask in self.state.asks.values() if ask.room == room]

    def _ask(self, key: str) -> Ask:
        ask = self.state.asks.get(key)
        if ask is None:
            raise NotFound("There is no such voice ask; look at the list again.")
        return ask

    def _stage(self, room: str) -> Stage:
        stage = self.state.stages.get(room)
        if stage is None:
            raise NotFound("There is no such room in this event; choose one from the agenda.")
        return stage
