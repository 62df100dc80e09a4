"""Boards of topics: who reads which, and what an event writes where."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from server.app import Event
from server.errors import Forbidden, NotFound, UnknownChannel
from server.plan import EventPlan, PlannedDevice, PlannedItem, PlannedRoom
from server.roles import Actor, Role
from tests.support.clock import NINE
from tests.support.event import running
from tests.support.rig import CONTROL, attendee

HOUR = 3_600_000


def plan(room_of_mic: str = "R0") -> EventPlan:
    items = [
        PlannedItem(id=f"{room}-1", room=room, title="Talk", start=NINE, end=NINE + HOUR)  # type: ignore[arg-type]
        for room in ("R0", "R1")
    ]
    return EventPlan(
        title="T",
        timezone="UTC",
        rooms=(PlannedRoom("R0", "Hall"), PlannedRoom("R1", "Side")),
        items=tuple(items),
        devices=(PlannedDevice(id="mic", name="Mic", room=room_of_mic),),
    )


@pytest.fixture
async def event() -> AsyncIterator[Event]:
    async with running(plan=plan()) as event:
        yield event


READERS = {
    "control": (CONTROL, {"agenda", "agenda/R1", "checkin", "devices", "questions", "questions/R0", "access"}, {"me"}),
    "wall": (Actor("wall", Role.WALL), {"agenda", "checkin", "questions/R0", "relay"}, {"me", "access"}),
    "stage": (Actor("s", Role.STAGE, frozenset({"R0"})), {"agenda/R0", "relay/R0"}, {"agenda", "agenda/R1", "checkin"}),
    "attendee": (attendee("p1"), {"agenda", "agenda/R0", "questions/R1", "relay/R0", "me"}, {"questions", "checkin"}),
    "device": (Actor("d", Role.DEVICE, subject="mic"), {"devices"}, {"agenda", "devices/R0", "me"}),
}


@pytest.mark.parametrize(("actor", "may", "may_not"), READERS.values(), ids=READERS)
def test_each_role_reads_its_topics(event: Event, actor: Actor, may: set[str], may_not: set[str]) -> None:
    topics = set(event.boards.topics(actor))

    assert may <= topics
    assert not may_not & topics
    for topic in topics:
        event.boards.open(topic, actor)
    for topic in may_not:
        with pytest.raises(Forbidden):
            event.boards.open(topic, actor)


def test_what_does_not_exist_is_told_apart(event: Event) -> None:
    with pytest.raises(UnknownChannel):
        event.boards.open("tea", CONTROL)
    with pytest.raises(NotFound):
        event.boards.open("agenda/R9", CONTROL)


async def test_a_change_in_one_room_is_not_sent_to_another(event: Event) -> None:
    here, there = (event.boards.open(f"agenda/{room}", CONTROL) for room in ("R0", "R1"))
    before = there.position
    await event.ask(CONTROL, "agenda", "start", {"item": "R0-1"})

    assert b'"running"' in here.rows["item/R0-1"]
    assert there.position == before


async def test_the_bare_topic_has_all_rooms(event: Event) -> None:
    board = event.boards.open("agenda", CONTROL)

    assert list(board.rows) == ["R0", "R1"]
    assert set(event.boards.open("questions", CONTROL).rows) == {"qa/R0", "qa/R1"}


async def test_a_device_that_moves_is_shown_in_its_new_room_only(event: Event) -> None:
    boards = {topic: event.boards.open(topic, CONTROL) for topic in ("devices", "devices/R0", "devices/R1")}
    await event.adopt(plan(room_of_mic="R1"))

    assert [topic for topic, board in boards.items() if "device/mic" in board.rows] == ["devices", "devices/R1"]


async def test_a_person_sees_their_own_question_whatever_becomes_of_it(event: Event) -> None:
    person = attendee("p1")
    mine = event.boards.open("me", person)
    asked = await event.ask(person, "questions", "submit", {"room": "R0", "body": "Why?"})
    await event.ask(CONTROL, "questions", "reject", {"question": asked["id"], "reason": "off_topic"})
    row = msgspec.json.decode(mine.rows[f"q/{asked['id']}"])

    assert (row["state"], row["close_reason"]) == ("rejected", "off_topic")
    assert f"q/{asked['id']}" not in event.boards.open("questions/R0", person).rows


async def test_what_is_written_step_by_step_equals_what_is_built_at_once(event: Event) -> None:
    readers = [actor for actor, _, _ in READERS.values()]
    boards = [event.boards.open(topic, actor) for actor in readers for topic in event.boards.topics(actor)]
    asked = await event.ask(attendee("p1"), "questions", "submit", {"room": "R0", "body": "Why?"})
    await event.ask(CONTROL, "questions", "approve", {"question": asked["id"]})
    await event.ask(CONTROL, "agenda", "start", {"item": "R0-1"})
    await event.ask(CONTROL, "questions", "air", {"question": asked["id"], "replaces": None})
    await event.ask(CONTROL, "devices", "raise", {"category": "medical", "room": "R0", "note": "first row"})
    written = [dict(board.rows) for board in boards]
    event.boards.rebuild()

    assert written == [board.rows for board in boards]
