"""A small event's doors: three lists, one lane, and five tickets that stand for all kinds."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.checkin import CHANNEL
from server.domain.checkin import ScanDenied, Scanned
from server.roles import Actor, Role
from tests.support.rig import Rig

EAST = Actor("floor:east", Role.FLOOR)
WEST = Actor("floor:west", Role.FLOOR)
PEOPLE: list[dict[str, Any]] = [
    {"id": "t1", "secret": "one", "name": "Wang Wei", "category": "regular", "seat": "A1"},
    {"id": "t2", "secret": "two", "name": "Ana", "category": "speaker", "vip": True},
    {"id": "t3", "secret": "gone", "name": "Bo", "category": "regular", "status": "canceled"},
    {"id": "t4", "secret": "shut", "name": "Cy", "category": "regular", "status": "blocked"},
    {"id": "t5", "secret": "owes", "name": "Di", "category": "regular", "status": "pending"},
]
LISTS: list[dict[str, Any]] = [
    {"id": 1, "name": "Main"},
    {"id": 2, "name": "Speakers", "products": ["speaker"]},
    {"id": 3, "name": "Once", "allow_entry_after_exit": False},
    {"id": 4, "name": "Lunch", "allow_multiple_entries": True},
]


@pytest.fixture
def door() -> Rig:
    rig = Rig(CHANNEL)
    rig.do("import", lists=LISTS, lanes=[{"id": "A", "title": "Lane A", "gate": "East"}], attendees=PEOPLE)
    rig.touches.clear()
    return rig


def totals(rig: Rig) -> dict[str, Any]:
    row: dict[str, Any] = rig.rows()["totals"]
    return row


def stored(rig: Rig) -> list[Any]:
    return [recorded.event for recorded in rig.history if isinstance(recorded.event, (Scanned, ScanDenied))]
