"""Catering: how many portions are left at each station.

Owns    stations, portions, and when one runs low.
Never   knows a screen.
Used by the catering channel.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.clock import Instant
from server.domain.base import Command, Context, Decision, Event, Recorded, Stamp, Target
from server.errors import IllegalTransition

LOW = 10


class Refill(Command, frozen=True):
    """Brings portions to a station; a new name makes a new station."""

    station: str
    portions: int


class Serve(Command, frozen=True):
    """Hands out portions at a station."""

    station: str
    portions: int = 1


class Refilled(Event, frozen=True):
    """Portions came."""

    station: str
    portions: int


class Served(Event, frozen=True):
    """Portions went."""

    station: str
    portions: int


class Station(Stamp):
    """One counter."""

    left: int = 0


class Catered(msgspec.Struct):
    """All stations."""

    stations: dict[str, Station] = {}


class Catering:
    """The engine."""

    def __init__(self) -> None:
        self.state = Catered()

    def locate(self, command: Command) -> Target:
        """Return the station a command is about."""
        name = command.station  # type: ignore[attr-defined]
        station = self.state.stations.get(name)
        if station is None:
            return Target(key=f"station/{name}")
        return Target(key=f"station/{name}", rev=station.rev, by=station.by, at=station.at)

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what a command comes to."""
        match command:
            case Refill(station=station, portions=portions):
                return Decision([Refilled(station=station, portions=portions)], {"station": station})
            case Serve(station=station, portions=portions):
                there = self.state.stations.get(station)
                if there is None or there.left < portions:
                    raise IllegalTransition("There is not enough left; refill the station first.")
                return Decision([Served(station=station, portions=portions)], {"left": there.left - portions})
        raise NotImplementedError

    def evolve(self, recorded: Recorded) -> None:
        """Apply an event."""
        match recorded.event:
            case Refilled(station=name, portions=portions):
                change = portions
            case Served(station=name, portions=portions):
                change = -portions
            case _:
                return
        station = self.state.stations.setdefault(name, Station())
        station.left += change
        station.touch(recorded)

    def deadline(self) -> Instant | None:
        """Nothing falls due by itself."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Nothing falls due by itself."""
        return []

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state."""
        assert isinstance(state, Catered)
        self.state = state
