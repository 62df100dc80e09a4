"""One channel on a test bench: its engine driven by hand, its rows read as any audience sees them."""

from __future__ import annotations

from typing import Any

import msgspec

from server.channels.base import Channel, Touch
from server.domain.base import Context, Decision, Event, Recorded
from server.errors import Conflict
from server.roles import CREW_VIEW, Actor, Audience, Role
from tests.support.clock import ManualClock

CONTROL = Actor("control", Role.CONTROL)


def attendee(person: str) -> Actor:
    """Return an attendee who is `person`."""
    return Actor(person, Role.ATTENDEE, subject=person)


class Rig:
    """Decides, records and evolves as the conductor does, without waiting for anything."""

    def __init__(self, channel: Channel[Any], clock: ManualClock | None = None) -> None:
        self.channel = channel
        self.clock = clock or ManualClock()
        self.engine = channel.engine()
        self.history: list[Recorded] = []
        self.touches: list[Touch] = []
        self.uids = 0

    def decide(self, verb: str, args: dict[str, Any], actor: Actor = CONTROL, rev: int | None = None) -> Decision:
        """Return what a verb comes to, applying nothing."""
        spec = self.channel.verbs[verb]
        command = msgspec.convert(args, spec.args)
        if spec.admit is not None:
            command = spec.admit(command, actor)
        target = self.engine.locate(command)
        if rev is not None and target.rev is not None and rev != target.rev:
            raise Conflict("changed meanwhile", {"by": target.by, "at": target.at})
        self.uids += 1
        context = Context(now=self.clock.now(), by=actor.id, uid=f"u{self.uids:025}", role=actor.role.value)
        decision: Decision = self.engine.decide(command, context)
        return decision

    def do(self, verb: str, actor: Actor = CONTROL, rev: int | None = None, **args: Any) -> dict[str, Any]:
        """Ask a verb, apply what it comes to, and return its result."""
        decision = self.decide(verb, args, actor, rev)
        self.apply(*decision.events, by=actor.id)
        return dict(decision.result)

    def apply(self, *events: Event, by: str = "system") -> None:
        """Record and evolve events of this channel, or of others that it hears."""
        for event in events:
            self.history.append(Recorded(len(self.history) + 1, self.clock.now(), by, event))
            self._evolve(self.engine, self.history[-1])
            self.touches += self.channel.touched(self.engine, self.history[-1])

    def hear(self, recorded: Recorded) -> None:
        """Evolve one event of another bench's history."""
        self._evolve(self.engine, recorded)

    def wait(self, milliseconds: int) -> None:
        """Let time pass, deadline by deadline."""
        end = self.clock.now() + milliseconds
        while (due := self.engine.deadline()) is not None and due <= end:
            self.clock.set(max(due, self.clock.now()))
            events = self.engine.expire(self.clock.now())
            assert events, "a deadline that has come must bring an event"
            self.apply(*events)
        self.clock.set(end)

    def rows(self, room: str | None = None, audience: Audience = CREW_VIEW) -> dict[str, Any]:
        """Return the rows of a room as an audience sees them, as plain data."""
        found = {
            key: self.channel.row(self.engine, room, key, audience) for key in self.channel.keys(self.engine, room)
        }
        return {key: msgspec.to_builtins(row) for key, row in found.items() if row is not None}

    def replayed(self) -> Any:
        """Return a second engine that was told the same history."""
        engine = self.channel.engine()
        for recorded in self.history:
            self._evolve(engine, recorded)
        return engine

    def restored(self) -> Any:
        """Return a second engine made from this one's encoded state."""
        engine = self.channel.engine()
        packed = msgspec.msgpack.encode(self.engine.state)
        engine.restore(msgspec.msgpack.decode(packed, type=type(self.engine.state)))
        return engine

    def _evolve(self, engine: Any, recorded: Recorded) -> None:
        hears = self.channel.hears.get(type(recorded.event))
        if hears is not None:
            hears(engine, recorded)
        else:
            engine.evolve(recorded)
