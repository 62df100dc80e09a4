"""A small agenda on the test bench: minutes instead of instants, rows by item."""

from __future__ import annotations

from typing import Any

import msgspec

from server.channels.agenda import CHANNEL
from server.clock import Instant
from server.plan import EventPlan, PlannedItem, PlannedSpeaker
from server.roles import CREW_VIEW, Actor, Audience, Role
from tests.support.clock import NINE
from tests.support.rig import Rig

MINUTE = 60_000
MODERATOR = Actor("moderator:R0", Role.MODERATOR, rooms=frozenset({"R0"}))
LIN = PlannedSpeaker("lin", "Lin")
WANG = PlannedSpeaker("wang", "Wang")


def at(minute: float) -> Instant:
    """Return the instant so many minutes after nine o'clock."""
    return Instant(NINE + round(minute * MINUTE))


def item(key: str, start: float, end: float, room: str = "R0", **more: Any) -> PlannedItem:
    """Return a planned item from one minute to another."""
    return PlannedItem(id=key, room=room, title=key.upper(), start=at(start), end=at(end), **more)


def plan(*items: PlannedItem, **more: Any) -> EventPlan:
    """Return an event that is nothing but an agenda."""
    return EventPlan(title="Camp", timezone="Asia/Shanghai", items=items, **more)


class Hall(Rig):
    """The agenda's channel on the bench, an hour before the first minute unless told otherwise."""

    def __init__(self, *items: PlannedItem, now: float = -60, **more: Any) -> None:
        super().__init__(CHANNEL)
        self.clock.set(at(now))
        self.read(*items, **more)

    def read(self, *items: PlannedItem, **more: Any) -> dict[str, Any]:
        """Import an agenda."""
        command = CHANNEL.plan(self.engine, plan(*items, **more))
        return self.do("import", **msgspec.to_builtins(command))

    def next(self, left: str | None, room: str = "R0") -> dict[str, Any]:
        """Leave an item for the one after it."""
        members: dict[str, Any] = {"from": left}
        return self.do("next", room=room, **members)

    def set(self, minute: float) -> None:
        """Let time come to a minute without anything falling due by itself."""
        self.clock.set(at(minute))

    def room(self, room: str = "R0", audience: Audience = CREW_VIEW) -> dict[str, Any]:
        """Return the row of a room."""
        row: dict[str, Any] = self.rows(room, audience)["room"]
        return row

    def item(self, key: str, room: str = "R0", audience: Audience = CREW_VIEW) -> dict[str, Any]:
        """Return the row of an item."""
        row: dict[str, Any] = self.rows(room, audience)[f"item/{key}"]
        return row

    def expected(self, key: str, room: str = "R0") -> tuple[float | None, float | None]:
        """Return the minutes from and to which an item is expected to last."""
        span = self.item(key, room)["expected"]
        return minute_of(span["start"]), minute_of(span["end"])

    def planned(self, key: str, room: str = "R0") -> tuple[float | None, float | None]:
        """Return the minutes from and to which an item is planned to last."""
        span = self.item(key, room)["planned"]
        return minute_of(span["start"]), minute_of(span["end"])

    def late(self, room: str = "R0") -> float:
        """Return how many minutes late a room is."""
        late: float = self.room(room)["late"] / MINUTE
        return late

    def calls(self, room: str = "R0") -> dict[str, str]:
        """Return the state of every call of a room."""
        return {key.removeprefix("call/"): row["state"] for key, row in self.rows(room).items() if key[:5] == "call/"}


def minute_of(instant: int | None) -> float | None:
    """Return the minute of an instant."""
    return None if instant is None else (instant - NINE) / MINUTE
