"""The agenda on the wire: rooms, items and calls, and who may see and run them.

Owns    the audiences of the agenda's rows, and the permissions of its verbs.
Never   computes a time or keeps state: that is the engine's.
Used by the conductor, the session and the generated documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from server.channels.agenda import hearing
from server.channels.agenda.rows import CallRow as CallRow
from server.channels.agenda.rows import (
    ChangeRow,
    PresetsRow,
    call_row,
    change_row,
    item_row,
    presets_row,
    room_row,
)
from server.channels.agenda.rows import ItemRow as ItemRow
from server.channels.agenda.rows import RoomRow as RoomRow
from server.channels.base import Channel, Row, Touch, Verb
from server.domain.agenda import EVENTS, Agenda, ImportAgenda, SpeakerReadied, commands
from server.domain.agenda.events import SAID, AgendaPlanned, RoomEvent, SpeakerNamed
from server.domain.agenda.state import Preset
from server.domain.base import Command, Event, Recorded
from server.plan import EventPlan
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, STEERING, WALL_VIEW, Audience, Role

CONTROL_ONLY = frozenset({Role.CONTROL})
CALLERS = STEERING | {Role.FLOOR}
VIEWS = frozenset({CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW})
CREW_VIEWS = frozenset({CREW_VIEW, WALL_VIEW})


class AgendaChannel(Channel[Agenda]):
    """The channel of the agenda."""

    name = "agenda"
    title: ClassVar[Mapping[str, str]] = {"en": "Agenda", "zh-Hans": "议程"}
    engine = Agenda
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    bare_roles = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL, Role.ATTENDEE})
    room_roles = bare_roles | {Role.STAGE}
    pages: ClassVar[Mapping[str, int]] = {
        "wall": 10,
        "control": 10,
        "moderate": 10,
        "stage": 10,
        "attendee": 10,
        "overlay": 20,
    }
    row_types: ClassVar[Mapping[str, type[Row]]] = {
        "room": RoomRow,
        "item/ID": ItemRow,
        "call/ID": CallRow,
        "change/ID": ChangeRow,
        "presets": PresetsRow,
    }
    reacts: ClassVar[Mapping[type[Event], Callable[[Agenda, Recorded], Sequence[Event]]]] = hearing.REACTS
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(ImportAgenda, CONTROL_ONLY, help="Read the source again; live state and facts are left alone."),
        "start": Verb(commands.StartItem, STEERING, help="Begin an item; another one that is on in the room ends."),
        "finish": Verb(commands.FinishItem, STEERING, help="End the running item."),
        "pause": Verb(commands.PauseItem, STEERING, help="Stop the clock of the running item; its slot grows."),
        "resume": Verb(commands.ResumeItem, STEERING, help="Let the clock of a paused item run on."),
        "skip": Verb(commands.SkipItem, STEERING, help="Leave a coming item out; it takes no time."),
        "restore": Verb(commands.RestoreItem, STEERING, help="Put a skipped item back in its place."),
        "next": Verb(commands.NextItem, STEERING, help="Leave the item `from` and begin the one after it."),
        "adjust": Verb(commands.AdjustItem, STEERING, help="Add time to the running or a coming item, or take it."),
        "edit": Verb(commands.EditItem, STEERING, help="Change an item's plan; facts stay as they are."),
        "move": Verb(commands.MoveItem, STEERING, help="Put a coming item before or after another one of its day."),
        "swap": Verb(commands.SwapItems, STEERING, help="Let two coming items of one day change places."),
        "insert": Verb(commands.InsertItem, STEERING, help="Add an item after another, or right after what is on."),
        "suggest": Verb(
            commands.SuggestPlans,
            STEERING,
            live=True,
            help="Ask how the day still ends on target if an item can begin only at `available_at`; nothing changes.",
        ),
        "adopt": Verb(commands.AdoptPlan, STEERING, help="Take over a proposal, whole, while the room is unchanged."),
        "message": Verb(commands.ShowMessage, STEERING, help="Show a line to the people on stage."),
        "clear_message": Verb(commands.ClearMessage, STEERING, help="Take the line away."),
        "seen": Verb(commands.SeeMessage, STEERING | {Role.STAGE}, help="Acknowledge the line."),
        "ready": Verb(commands.ReadySpeaker, CALLERS, help="Say how far a speaker is on the way to the stage."),
        "ack_call": Verb(commands.AckCall, CALLERS, help="Say that the person was told."),
        "undo": Verb(commands.UndoChange, STEERING, help="Take back the room's last change."),
        "preview": Verb(
            commands.PreviewChange,
            STEERING,
            live=True,
            help="Ask what a change would move, whom that concerns and what would break; nothing changes.",
        ),
        "advance": Verb(
            commands.AdvanceRoom, STEERING, help="Begin what comes next; a second press within 3 s is none."
        ),
        "toggle": Verb(
            commands.ToggleRoom, STEERING, help="Pause what runs, resume what is paused, else begin the next."
        ),
        "give": Verb(commands.GiveTime, STEERING, help="Give time to what is on, else to what is next, or take it."),
        "preset": Verb(commands.ShowPreset, STEERING, help="Show the stage one of the lines that the event has ready."),
        "late": Verb(commands.ExpectLate, STEERING, help="Say that whoever of the next item is missing comes later."),
        "rescue": Verb(
            commands.RescueRoom, STEERING, help="Adopt the best plan for the guest who was said to be late."
        ),
    }

    def plan(self, engine: Agenda, plan: EventPlan) -> Command | None:
        """Return the command that makes rooms, items and targets those of `plan`."""
        return ImportAgenda(
            timezone=plan.timezone,
            rooms=plan.rooms,
            items=plan.items,
            targets=plan.targets,
            leads=plan.calls,
            tickets=hearing.tickets_of(plan),
            presets=tuple(Preset(each.texts(plan.languages), each.level) for each in plan.messages),
        )

    def touched(self, engine: Agenda, recorded: Recorded) -> Iterable[Touch]:
        """Return all rows of the event's room, of rooms that share a broadcast, and of items that share a speaker."""
        event = recorded.event
        if isinstance(event, RoomEvent):
            if type(event) in SAID and engine.index.stands_still(event.room):
                return (Touch("room", (event.room,)),)
            return _of_rooms(engine, engine.index.groups.get(event.room, (event.room,)))
        if isinstance(event, (SpeakerReadied, SpeakerNamed)):
            return _of_speaker(engine, event.speaker)
        return _of_all(engine) if isinstance(event, AgendaPlanned) else ()

    def rooms(self, engine: Agenda) -> Iterable[str]:
        """Return every room of the plan."""
        return engine.state.rooms

    def room_titles(self, engine: Agenda) -> Mapping[str, str]:
        """Return the rooms' titles as planned."""
        return {id_: room.title for id_, room in engine.state.rooms.items()}

    def keys(self, engine: Agenda, room: str | None) -> Iterable[str]:
        """Return the room, its items in order, and its calls."""
        if room not in engine.index.lines:
            return
        yield "room"
        yield "presets"
        for entry in engine.index.lines[room]:
            yield f"item/{entry.item.plan.id}"
        for call in engine.index.calls(room):
            yield f"call/{call}"
        for number in engine.index.latest_changes(room):
            yield f"change/{number}"

    def bare_key(self, room: str, key: str) -> str | None:
        """Return the room's id for its room row: nothing else stands on the bare board."""
        return room if key == "room" else None

    def row(self, engine: Agenda, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a row: crew see everything, the stage and the public neither calls nor readiness."""
        home = engine.state.rooms.get(room or "")
        if home is None or audience not in VIEWS:
            return None
        if key == "room":
            return room_row(engine, home, audience)
        kind, _, name = key.partition("/")
        if kind == "item":
            item = engine.state.items.get(name)
            shown = item is not None and home.id in item.plan.rooms
            return item_row(engine, item, audience in CREW_VIEWS) if item is not None and shown else None
        return _crew_row(engine, home.id, kind, name) if audience in CREW_VIEWS else None

    def view(self, key: str, audience: Audience) -> Audience:
        """Return crew for the wall; the stage sees its room as they do, and items as the public."""
        if audience == STAGE_VIEW and key != "room":
            return PUBLIC_VIEW
        return CREW_VIEW if audience in (WALL_VIEW, STAGE_VIEW) else audience


def _crew_row(engine: Agenda, room: str, kind: str, name: str) -> Row | None:
    if kind == "call":
        return call_row(engine, room, name)
    if kind == "change":
        return change_row(engine, room, name)
    return presets_row(engine) if (kind, name) == ("presets", "") else None


def _of_rooms(engine: Agenda, rooms: Iterable[str]) -> Iterable[Touch]:
    index = engine.index
    items: dict[str, None] = {}
    for room in rooms:
        yield Touch("room", (room,))
        for call in index.calls_to_tell(room):
            yield Touch(f"call/{call}", (room,))
        for number, _ in index.changes.get(room, ()):
            yield Touch(f"change/{number}", (room,))
        for item in index.shown_in.get(room, ()):
            items[item] = None
            items.update((other, None) for _, other in index.rivals.get(item, ()))
    for item in items:
        yield Touch(f"item/{item}", tuple(index.shown[item]))


def _of_speaker(engine: Agenda, speaker: str) -> Iterable[Touch]:
    for item in engine.state.items.values():
        if speaker in item.plan.speakers:
            yield Touch(f"item/{item.plan.id}", tuple(engine.index.shown[item.plan.id]))
    for room in engine.index.rooms_of_speaker.get(speaker, ()):
        for call in engine.index.calls(room):
            yield Touch(f"call/{call}", (room,))


def _of_all(engine: Agenda) -> Iterable[Touch]:
    index = engine.index
    for room in index.rooms_shown:
        yield Touch("room", (room,))
        yield Touch("presets", (room,))
        for number, _ in index.changes.get(room, ()):
            yield Touch(f"change/{number}", (room,))
        for call in index.calls_to_tell(room):
            yield Touch(f"call/{call}", (room,))
    for item, rooms in index.shown.items():
        yield Touch(f"item/{item}", tuple(rooms))


CHANNEL = AgendaChannel()
