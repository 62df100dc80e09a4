"""What each event does to the Q&A of a room.

Owns    every change of a room that is not the change of a question.
Never   refuses: what does not fit the state is passed over.
Used by `changes`, the applying half of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.clock import HOUR, after
from server.domain.base import Event, Recorded
from server.domain.questions import events as e
from server.domain.questions.delay import grace_of
from server.domain.questions.ledger import Ledger
from server.domain.questions.state import Limits, Room
from server.roles import SYSTEM

GRACE = 2 * HOUR
"""How long after a room closed what waits there can still be taken up, in milliseconds."""


def rooms_imported(ledger: Ledger, event: e.QuestionRoomsImported, recorded: Recorded) -> None:
    """The event's rooms and limits; what is known goes on as it was."""
    state = ledger.state
    state.zone, state.close_after_item, state.import_mode = event.timezone, event.close_after_item, event.import_mode
    state.danmaku = event.danmaku
    ledger.load(event.wordlists)
    state.limits = Limits(event.burst, event.per_minute, event.per_person, event.votes_per_minute)
    for key in event.rooms:
        if key not in state.rooms:
            now = recorded.at
            state.rooms[key] = room = Room(id=key, mode=event.mode, changed_at=now)
            room.state, room.closed_at = ("open", None) if event.open else ("closed", now)


def opened(room: Room, event: e.QaOpened, recorded: Recorded) -> None:
    """It takes questions."""
    room.state = "open"
    room.closes_at = room.closed_at = room.expires_at = room.closed_with = None
    room.stamp.touch(recorded)


def closing(room: Room, event: e.QaClosing, recorded: Recorded) -> None:
    """It takes questions for a while."""
    room.state, room.closes_at, room.closed_with = "closing", event.closes_at, event.item
    room.closed_at = room.expires_at = None
    room.stamp.touch(recorded)


def closed(room: Room, event: e.QaClosed, recorded: Recorded) -> None:
    """It takes no more questions."""
    room.state, room.closes_at, room.closed_at = "closed", None, recorded.at
    room.expires_at = after(recorded.at, GRACE)
    if recorded.by != SYSTEM:
        room.closed_with = None
    room.stamp.touch(recorded)


def mode_set(ledger: Ledger, event: e.QaModeSet, recorded: Recorded) -> None:
    """New questions show after a review, at once, or after a hold time; without one nothing goes by itself."""
    room = ledger.state.rooms.get(event.room)
    if room is None:
        return
    room.mode, room.delay = event.mode, event.delay
    room.stamp.touch(recorded)
    for question in ledger.in_room(room) if event.mode != "delay" else ():
        question.release_at = None
        ledger.settle(question)


def blanked(room: Room, event: e.QaBlanked, recorded: Recorded) -> None:
    """Its public displays are empty, or show again."""
    room.blank = event.on
    room.stamp.touch(recorded)


def measured(ledger: Ledger, event: e.DelayMeasured, recorded: Recorded) -> None:
    """It is known how far behind a viewer's picture is."""
    room = ledger.state.rooms.get(event.room)
    if room is None:
        return
    ledger.spend_vote(event.person, recorded.at)
    room.delays[event.person] = event.delay
    room.grace = grace_of(room.delays.values())


OF_ROOM: Mapping[type[Event], Callable[[Room, Any, Recorded], None]] = {
    e.QaOpened: opened,
    e.QaClosing: closing,
    e.QaClosed: closed,
    e.QaBlanked: blanked,
}
