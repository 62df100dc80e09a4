"""The agenda engine: rooms, items, speakers and calls, run by people and by the clock.

Owns    the protocol of an engine over the agenda's state.
Never   holds a rule: those are in `decisions`, `evolution`, `forecast`, `calls` and `roll`.
Used by the agenda channel and the conductor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from server.clock import Instant
from server.domain.agenda import calls, commands, events, evolution, roll
from server.domain.agenda.decisions import DECISIONS, found_call, inner
from server.domain.agenda.index import Index
from server.domain.agenda.proposals import reference
from server.domain.agenda.state import AgendaState, Item, Room
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Stamp, Target

AT_ONCE = 2
"""How many rooms take a step together: a day that opens in forty rooms must not hold up everybody else."""


class Agenda:
    """The rules of the agenda. `index` has everything that follows from `state`."""

    state: AgendaState

    def __init__(self) -> None:
        self.state = AgendaState()
        self.index = Index(self.state)

    def locate(self, command: Command) -> Target:
        """Return what a command is about; for `swap`, `move` and `insert` every item it names must exist.

        Raises:
            NotFound: it names an item, a room, a speaker, a call or a proposal that does not exist.
        """
        if isinstance(command, commands.PreviewChange):
            return self.locate(inner(command))
        if isinstance(command, commands.OfItem):
            if isinstance(command, commands.MoveItem):
                self._item(command.before or command.after or command.item)
            return self._of_item(self._item(command.item))
        if isinstance(command, commands.SwapItems):
            self._item(command.b)
            return self._of_item(self._item(command.a))
        return self._locate_room(command)

    def _locate_room(self, command: Command) -> Target:
        if isinstance(command, commands.OfRoom):
            if isinstance(command, commands.InsertItem) and command.after is not None:
                self._item(command.after)
            if isinstance(command, commands.SuggestPlans):
                self._item(command.item)
            return self._of_room(self._room(command.room))
        if isinstance(command, commands.AdoptPlan):
            return self._of_room(self._room(self._item(reference(command.proposal).item).plan.room))
        return self._locate_person(command)

    def _locate_person(self, command: Command) -> Target:
        if isinstance(command, commands.ReadySpeaker):
            speaker = self.state.speakers.get(command.speaker)
            if speaker is None:
                raise NotFound(f"There is no speaker {command.speaker!r}: take the id from an item's row.")
            rooms = tuple(self.index.rooms_of_speaker.get(command.speaker, ()))
            return _target(rooms, None, speaker.stamp)
        if isinstance(command, commands.AckCall):
            summons, call = found_call(self, command.call)
            room = self.state.items[summons.item].plan.room
            return _target((room,), f"call/{summons.id}", Stamp() if call is None else call.stamp)
        return _target((), None, self.state.stamp)

    def _of_item(self, item: Item) -> Target:
        return _target((item.plan.room,), f"item/{item.plan.id}", item.stamp)

    def _of_room(self, room: Room) -> Target:
        return _target((room.id,), "room", room.stamp)

    def _item(self, key: str) -> Item:
        item = self.state.items.get(key)
        if item is None:
            raise NotFound(f"There is no item {key!r}: take its id from the agenda.")
        return item

    def _room(self, key: str) -> Room:
        room = self.state.rooms.get(key)
        if room is None:
            raise NotFound(f"There is no room {key!r}: take its id from the agenda.")
        return room

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what a command comes to, changing nothing.

        Raises:
            NotFound: it names something that does not exist.
            IllegalTransition: the state has no such step; the message says what to do.
            Conflict: `next` leaves an item that is not on, a proposal is outdated, or there is nothing to undo.
        """
        self.locate(command)
        return DECISIONS[type(command)](self, command, context)

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event. Never refuses."""
        event = recorded.event
        room = event.room if isinstance(event, events.RoomEvent) else None
        for key in self.state.rooms if room is None else (room,):
            if key in self.state.rooms:
                self.index.remember_calls(key)
        evolution.evolve(self.state, recorded)
        self.index.note_changes()
        if isinstance(event, events.AgendaPlanned):
            self.index.rebuild()
        elif type(event) in evolution.STRUCTURAL and room is not None:
            self.index.rearrange(room)
        elif type(event) in events.SAID and room is not None:
            self.index.pass_on(room)
        elif room is not None:
            self.index.forget(room)

    def deadline(self) -> Instant | None:
        """Return when a room next does something by itself: opens a day, rolls on, or calls somebody."""
        due = [at for at in map(self.index.deadline, self.state.rooms) if at is not None]
        return Instant(min(due)) if due else None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return what falls due at `now`: one step of some rooms; ask again while `deadline` has passed."""
        due = ((room, self.index.deadline(room.id)) for room in self.state.rooms.values())
        rooms = [room for room, at in due if at is not None and at <= now]
        return [event for room in rooms[:AT_ONCE] for event in self._fall_due(room, now)]

    def _fall_due(self, room: Room, now: int) -> Iterator[Event]:
        line = self.index.lines[room.id]
        days = [day for day, at in roll.openings(line).items() if room.day < day and at <= now]
        if days and roll.next_day(room, line, self.index.outlook(room.id)) is not None:
            yield events.DayOpened(room=room.id, day=days[-1])
        step = roll.step(room, self.state.items)
        if step is not None and step.at <= now:
            yield _rolled(room, step)
        times = tuple(self.index.watch(room.id).announcements(now))
        if times:
            yield events.TimesPublished(room=room.id, times=times)
        if room.mode != "roll":
            yield from self._call(room, now)

    def _call(self, room: Room, now: int) -> Iterator[Event]:
        outlook = self.index.outlook(room.id)
        items = calls.coming(self.index.lines[room.id], outlook)
        held = calls.slipped(items, outlook, self.state, room.as_of)
        if held:
            yield events.CallsHeld(room=room.id, calls=tuple(held))
            return
        due = calls.due(items, self.index.outlook_at(room.id, now), self.state, now)
        if due:
            yield events.CallsMade(room=room.id, calls=tuple(due))
        late = [call for call in calls.unanswered(items, self.state) if call.made_at + calls.ESCALATION <= now]
        if late:
            yield events.CallsEscalated(room=room.id, calls=tuple(call.summons.id for call in late))

    def arrived(self, attendee: str) -> Sequence[Event]:
        """Return what follows when an attendee comes in: a speaker of whom no more is known is on site."""
        key = self.state.tickets.get(attendee, "")
        speaker = self.state.speakers.get(key)
        if speaker is None or speaker.readiness not in ("unknown", "away"):
            return ()
        return (events.SpeakerReadied(speaker=key, readiness="on_site"),)

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state that an equal engine had, and derive everything from it."""
        assert isinstance(state, AgendaState)
        self.state = state
        self.index = Index(state)


def _rolled(room: Room, step: roll.Step) -> Event:
    if step.start is not None:
        return events.ItemStarted(room=room.id, item=step.start, at=step.at, finishes=step.finishes)
    return events.ItemFinished(room=room.id, item=step.finishes or "", at=step.at)


def _target(rooms: tuple[str, ...], key: str | None, stamp: Stamp) -> Target:
    at = None if stamp.at is None else Instant(stamp.at)
    return Target(rooms=rooms, key=key, rev=stamp.rev, by=stamp.by, at=at)
