"""The doors and the agenda: who checks in as a speaker is on site."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.agenda import CHANNEL
from server.channels.agenda.hearing import tickets_of
from server.clock import Instant
from server.domain.base import Recorded
from server.domain.checkin import Scanned
from server.plan import EventPlan, PlannedAttendee, PlannedSpeaker
from server.roles import SYSTEM
from tests.support.agenda import LIN, WANG, Hall, at, item
from tests.support.event import running
from tests.support.rig import CONTROL

TWIN = PlannedSpeaker("lin-2", "lin ")


def attendee(key: str, name: str, category: str = "speaker") -> PlannedAttendee:
    return PlannedAttendee(id=key, secret=f"secret-{key}", name=name, category=category)


def plan(*attendees: PlannedAttendee, **more: Any) -> EventPlan:
    items = (item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60, speakers=(WANG,)))
    return EventPlan(title="Camp", timezone="UTC", items=more.get("items", items), attendees=attendees)


def test_an_attendee_with_a_speakers_ticket_and_name_is_that_speaker() -> None:
    people = (attendee("t1", " lin"), attendee("t2", "Wang", "讲者"), attendee("t3", "Chen"))

    assert tickets_of(plan(*people)) == {"t1": "lin", "t2": "wang"}


@pytest.mark.parametrize(
    "people", [(attendee("t1", "Lin", "attendee"),), (attendee("t1", "Lin"), attendee("t2", "LIN")), ()]
)
def test_nobody_is_taken_for_a_speaker_who_may_be_another(people: tuple[PlannedAttendee, ...]) -> None:
    assert tickets_of(plan(*people)) == {}


def test_two_speakers_of_one_name_are_not_guessed_at() -> None:
    items = (item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60, speakers=(TWIN,)))

    assert tickets_of(plan(attendee("t1", "Lin"), items=items)) == {}


@pytest.mark.parametrize(
    ("before", "after"), [("unknown", "on_site"), ("away", "on_site"), ("miked", "miked"), ("ready", "ready")]
)
def test_a_scan_brings_a_speaker_on_site_and_never_back(before: str, after: str) -> None:
    hall = Hall()
    hall.read(item("a", 0, 30, speakers=(LIN,)), attendees=(attendee("t1", "Lin"),))
    hall.do("ready", speaker="lin", readiness=before, eta=at(-10) if before == "away" else None)
    hall.apply(*react(hall, "t1"), by=SYSTEM)

    speaker = hall.item("a")["speakers"][0]
    assert (speaker["readiness"], speaker["eta"]) == (after, None)


def react(hall: Hall, key: str, way: Any = "entry") -> Any:
    scan = Scanned(attendee=key, type=way, list=1, lane=None, at=Instant(0))
    return CHANNEL.reacts[Scanned](hall.engine, Recorded(1, hall.clock.now(), "door", scan))


@pytest.mark.parametrize(("key", "way"), [("t1", "exit"), ("t9", "entry")])
def test_who_leaves_or_is_no_speaker_changes_nothing(key: str, way: str) -> None:
    hall = Hall()
    hall.read(item("a", 0, 30, speakers=(LIN,)), attendees=(attendee("t1", "Lin"),))

    assert react(hall, key, way) == ()


async def test_a_badge_at_the_door_is_seen_on_the_rundown() -> None:
    async with running(plan=plan(attendee("t1", "Lin"))) as event:
        await event.ask(CONTROL, "checkin", "scan", {"secret": "secret-t1", "list": 1, "nonce": "n1"})
        row = event.boards.open("agenda/R0", CONTROL).rows["item/a"]

    assert b'"readiness":"on_site"' in row
