"""The engine of questions: one queue per room for the room and for those who are elsewhere.

Owns    the state, and the way of commands and events to their rules.
Never   holds a rule itself: verdicts decide, changes apply, the lifecycle table says what may follow what.
Used by the conductor and the channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from server.clock import Instant
from server.domain.base import Command, Context, Decision, Event, Recorded, Target
from server.domain.questions import changes, events, verdicts
from server.domain.questions.commands import Claim, Edit, OnQuestion, OnRoom, Shown, StepCommand, Submit, Withdraw
from server.domain.questions.fairness import Desk, desk
from server.domain.questions.ledger import Ledger
from server.domain.questions.live import Claims, Exposures
from server.domain.questions.state import QuestionsState, Room


class Questions:
    """Every room's queue. See `domain.base.Engine`."""

    def __init__(self) -> None:
        self.state = QuestionsState()
        self.ledger = Ledger(self.state)
        self.claims = Claims()
        self.exposures = Exposures()
        self._desks: dict[str, Desk] = {}

    def locate(self, command: Command) -> Target:
        """Return the question or the room that `command` is about.

        Raises:
            NotFound: there is none of this id.
        """
        if isinstance(command, OnQuestion):
            question = self.ledger.question(command.question)
            by, owner = verdicts.changed_by(self.ledger, question), question.author
            if isinstance(command, Edit | Withdraw) and command.sender in self.ledger.devices(owner):
                owner = command.sender
            return Target((question.room,), f"q/{question.id}", question.stamp.rev, by, question.stamp.at, owner)
        if isinstance(command, OnRoom):
            room = self.ledger.room(command.room)
            return Target((room.id,), "qa", room.stamp.rev, room.stamp.by, room.stamp.at)
        if isinstance(command, Submit):
            return Target((self.ledger.room(command.room).id,))
        return Target()

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to, changing nothing but who reads, or is shown, what.

        Raises:
            DomainError: it is refused.
        """
        if isinstance(command, Claim):
            return verdicts.claim(self.ledger, command, context, self.claims)
        if isinstance(command, Shown):
            return verdicts.shown(self.ledger, command, context, self.exposures)
        verdict = verdicts.VERDICTS.get(type(command))
        if verdict is not None:
            return verdict(self.ledger, command, context)
        assert isinstance(command, StepCommand), type(command)
        return verdicts.step(self.ledger, command, context)

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event. Never refuses."""
        changes.apply(self.ledger, recorded)
        room = changes.room_of(self.ledger, recorded.event)
        if room is not None:
            self._desks.pop(room.id, None)

    def bound(self, person: str, ticket: str) -> None:
        """Hear that a person holds a ticket."""
        changes.bound(self.ledger, person, ticket)
        self._desks.clear()

    def scheduled(self, rooms: Iterable[str], at: Instant) -> None:
        """Hear that the agenda of these rooms changed."""
        for key in rooms:
            self.state.rooms[key].changed_at = at
            self._desks.pop(key, None)

    def deadline(self) -> Instant | None:
        """Return when a room closes, a closed one gives up what waits, or a hold time is over."""
        dues = [due for room in self.state.rooms.values() for due in (room.closes_at, room.expires_at)]
        return min((due for due in (*dues, *self.ledger.releasing.values()) if due is not None), default=None)

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return the events of every hold time and every closing that is over at `now`."""
        due: list[Event] = [
            events.QuestionReleased(question=key) for key, at in self.ledger.releasing.items() if at <= now
        ]
        for room in self.state.rooms.values():
            if room.closes_at is not None and room.closes_at <= now:
                due.append(events.QaClosed(room=room.id))
            if room.expires_at is not None and room.expires_at <= now:
                due.append(events.QuestionsExpired(room=room.id))
        return due

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state that an equal engine had."""
        assert isinstance(state, QuestionsState)
        self.state = state
        self.ledger = Ledger(state)
        self._desks = {}

    def desk(self, room: Room) -> Desk:
        """Return the Q&A of a room at a glance, worked out once after each change."""
        found = self._desks.get(room.id)
        if found is None:
            found = self._desks[room.id] = desk(self.ledger, room)
        return found
