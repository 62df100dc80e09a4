"""The catering channel: portions per station, on the wall and in the control room.

Owns    the rows and rights of catering.
Never   holds state.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from server.channels.base import Channel, Touch, Verb
from server.domain.base import Recorded
from server.domain.catering import LOW, Catering, Refill, Refilled, Serve, Served  # type: ignore[import-not-found]
from server.roles import Audience, Role


class StationRow(msgspec.Struct, frozen=True):
    """One station."""

    station: str
    left: int
    low: bool
    rev: int


class CateringChannel(Channel[Catering]):
    """See the module."""

    name = "catering"
    title = {"en": "Catering", "zh-Hans": "餐饮"}
    engine = Catering
    events = (Refilled, Served)
    verbs = {
        "refill": Verb(Refill, frozenset({Role.CONTROL, Role.FLOOR}), help="Brings portions to a station."),
        "serve": Verb(Serve, frozenset({Role.CONTROL, Role.FLOOR}), help="Hands out portions."),
    }
    pages = {"wall": 90, "control": 90}
    row_types = {"station/NAME": StationRow}

    def touched(self, engine: Catering, recorded: Recorded) -> Iterable[Touch]:
        """One station."""
        return [Touch(f"station/{recorded.event.station}")]  # type: ignore[attr-defined]

    def keys(self, engine: Catering, room: str | None) -> Iterable[str]:
        """All stations."""
        return [f"station/{name}" for name in engine.state.stations]

    def row(self, engine: Catering, room: str | None, key: str, audience: Audience) -> StationRow | None:
        """The same for everybody."""
        name = key.removeprefix("station/")
        station = engine.state.stations.get(name)
        return None if station is None else StationRow(name, station.left, station.left < LOW, station.rev)


CHANNEL = CateringChannel()
