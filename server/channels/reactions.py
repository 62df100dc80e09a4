"""Reactions on the screens: a small meter of the last seconds, for the crew, the displays and the crowd itself.

Owns    who may react, and the meter's row.
Never   journals anything, or names anybody who tapped.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import Instant
from server.domain.base import Event, Recorded
from server.domain.questions import QaBlanked
from server.domain.questions.events import QuestionRoomsImported
from server.domain.reactions import KINDS, SILENCE, WINDOW, React, Reactions
from server.roles import CREW_VIEW, PUBLIC_VIEW, Audience, Role

METER = "meter"
EVERYBODY = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL, Role.STAGE, Role.ATTENDEE})


class MeterRow(Row, frozen=True):
    """What a room's crowd tapped in the last seconds, as it was last told; all zero while its displays are blank.

    Attributes:
        window: over how long it is counted, in milliseconds.
        counts: kind → taps.
        people: how many persons tapped.
        is_on: whether the organisers want reactions.
    """

    window: int
    counts: Mapping[str, int]
    people: int
    is_on: bool


def hear_questions(engine: Reactions, recorded: Recorded) -> None:
    """Note the rooms, what the organisers want, and where the kill key was pressed."""
    match recorded.event:
        case QuestionRoomsImported() as imported:
            engine.arranged(imported.rooms, imported.reactions)
        case QaBlanked(room=room, on=is_blank):
            engine.blanked(room, is_blank)


class ReactionsChannel(Channel[Reactions]):
    """One meter per room; live, so it is lost with the process and missed by nobody."""

    name = "reactions"
    title: ClassVar[Mapping[str, str]] = {"en": "Reactions", "zh-Hans": "现场反应"}
    engine = Reactions
    events: ClassVar[Sequence[type[Event]]] = ()
    by_room = True
    live = True
    room_roles = EVERYBODY
    pages: ClassVar[Mapping[str, int]] = {"moderate": 35, "wall": 60, "overlay": 40, "attendee": 60}
    hears: ClassVar[Mapping[type[Event], Callable[[Reactions, Recorded], None]]] = {
        QuestionRoomsImported: hear_questions,
        QaBlanked: hear_questions,
    }
    row_types: ClassVar[Mapping[str, type[Row]]] = {METER: MeterRow}
    verbs: ClassVar[Mapping[str, Verb]] = {
        "react": Verb(
            React,
            frozenset({Role.ATTENDEE, Role.CONTROL}),
            live=True,
            help="Reacts to what is on stage; `counted` says how many of the taps were within what one person may.",
        ),
    }

    def touched(self, engine: Reactions, recorded: Recorded) -> Iterable[Touch]:
        """Return the meters of the rooms that an event names."""
        event = recorded.event
        rooms = event.rooms if isinstance(event, QuestionRoomsImported) else [getattr(event, "room", "")]
        return [Touch(METER, (room,)) for room in rooms]

    def keys(self, engine: Reactions, room: str | None) -> Iterable[str]:
        """Return the meter."""
        return (METER,) if room in engine.state.rooms else ()

    def rooms(self, engine: Reactions) -> Iterable[str]:
        """Return every room of the event."""
        return engine.state.rooms

    def bare_key(self, room: str, key: str) -> str | None:
        """Return `meter/ROOM`."""
        return f"{key}/{room}"

    def row(self, engine: Reactions, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return the meter as it was last told to this audience."""
        kind, _, rest = key.partition("/")
        name = rest or room or ""
        if kind != METER or name not in engine.state.rooms or audience.startswith("person:"):
            return None
        crowd, told = engine.crowds.get(name), SILENCE
        if crowd is not None and (audience == CREW_VIEW or name not in engine.state.blank):
            told = crowd.public if audience == PUBLIC_VIEW else crowd.crew
        counts: Mapping[str, int] = {kind: told.counts.get(kind, 0) for kind in KINDS}
        return MeterRow(WINDOW, counts, told.people, engine.state.is_on)

    def next_refresh(self, engine: Reactions) -> Instant | None:
        """Return when a count is next to be told."""
        return engine.due()

    def refresh(self, engine: Reactions, now: Instant) -> Iterable[Touch]:
        """Return the meters whose count changed."""
        return [Touch(METER, (room,)) for room in engine.settle(now)]


CHANNEL = ReactionsChannel()
