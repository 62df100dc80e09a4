"""Screens through the whole house, without a socket: who may tell them what, and who sees it."""

from __future__ import annotations

from typing import Any

import pytest

from server.app import Event
from server.domain.screens.words import STALE_AFTER
from server.errors import AppError, Forbidden
from server.plan import EventPlan, PlannedRoom
from server.roles import Actor, Role
from server.wire import decode_json
from tests.support.clock import ManualClock
from tests.support.event import running, settle

PLAN = EventPlan(title="Test", timezone="UTC", rooms=(PlannedRoom("R0", "Main"), PlannedRoom("R1", "Side")))
CONTROL = Actor("control", Role.CONTROL)
WALL = Actor("wall", Role.WALL)
STAGE = Actor("stage:R0", Role.STAGE, frozenset({"R0"}))
MODERATOR = Actor("moderator:R0", Role.MODERATOR, frozenset({"R0"}))
FLOOR = Actor("floor", Role.FLOOR)
ATTENDEE = Actor("p1", Role.ATTENDEE, subject="p1")
DEVICE = Actor("device:mic", Role.DEVICE, subject="mic")

PAGES = {
    WALL: {"page": "wall"},
    STAGE: {"page": "stage", "room": "R0"},
    MODERATOR: {"page": "moderate", "room": "R0"},
    FLOOR: {"page": "door"},
    CONTROL: {"page": "control"},
}


def rows(event: Event, topic: str, actor: Actor) -> dict[str, Any]:
    """Return a topic's rows as an actor sees them."""
    found: dict[str, Any] = {key: decode_json(row) for key, row in event.boards.open(topic, actor).rows.items()}
    return found


@pytest.mark.parametrize("actor", PAGES, ids=lambda actor: actor.id)
async def test_every_page_of_the_crew_reports_and_the_crew_sees_it(actor: Actor) -> None:
    async with running(plan=PLAN) as event:
        answer = await event.ask(actor, "screens", "report", {"screen": "s1", **PAGES[actor]})

        assert answer == {"live": True}
        for reader in (CONTROL, MODERATOR, FLOOR, WALL):
            assert rows(event, "screens", reader)["screen/s1"]["page"] == PAGES[actor]["page"]


@pytest.mark.parametrize("actor", [ATTENDEE, DEVICE], ids=lambda actor: actor.id)
async def test_who_is_not_of_the_crew_neither_reports_nor_reads(actor: Actor) -> None:
    async with running(plan=PLAN) as event:
        with pytest.raises(Forbidden):
            await event.ask(actor, "screens", "report", {"screen": "s1", "page": "wall"})
        for topic in ("screens", "screens/R0"):
            with pytest.raises(Forbidden):
                event.boards.open(topic, actor)


ORDERS: dict[str, dict[str, Any]] = {"rename": {"name": "x"}, "redirect": {}, "identify": {}, "blank": {}, "forget": {}}


@pytest.mark.parametrize("actor", [WALL, STAGE, MODERATOR, FLOOR], ids=lambda actor: actor.id)
async def test_only_the_control_desk_tells_screens_what_to_do(actor: Actor) -> None:
    async with running(plan=PLAN) as event:
        await event.ask(CONTROL, "screens", "report", {"screen": "s1", "page": "control"})
        for verb, args in ORDERS.items():
            with pytest.raises(Forbidden):
                await event.ask(actor, "screens", verb, {"screen": "s1", **args})


async def test_a_stage_reads_the_screens_of_its_room_only() -> None:
    async with running(plan=PLAN) as event:
        await event.ask(STAGE, "screens", "report", {"screen": "s1", **PAGES[STAGE]})
        await event.ask(CONTROL, "screens", "report", {"screen": "s2", "page": "stage", "room": "R1"})

        assert list(rows(event, "screens/R0", STAGE)) == ["screen/s1"]
        for topic in ("screens", "screens/R1"):
            with pytest.raises(Forbidden):
                event.boards.open(topic, STAGE)


async def test_a_stage_reports_for_its_own_room_only() -> None:
    async with running(plan=PLAN) as event:
        with pytest.raises(AppError) as refused:
            await event.ask(STAGE, "screens", "report", {"screen": "s1", "page": "stage", "room": "R1"})
        assert refused.value.code == "forbidden"


async def test_silence_reaches_the_boards_by_itself() -> None:
    clock = ManualClock()
    async with running(plan=PLAN, clock=clock) as event:
        await event.ask(WALL, "screens", "report", {"screen": "s1", "page": "wall"})
        board = event.boards.open("screens", CONTROL)
        clock.advance(STALE_AFTER)
        await event.ask(CONTROL, "questions", "blank", {"room": "R0", "on": True})
        await settle()

        assert decode_json(board.rows["screen/s1"])["state"] == "stale"


async def test_a_screen_that_only_says_that_it_is_there_moves_no_board() -> None:
    clock = ManualClock()
    async with running(plan=PLAN, clock=clock) as event:
        await event.ask(WALL, "screens", "report", {"screen": "s1", "page": "wall"})
        board = event.boards.open("screens", CONTROL)
        before = board.position
        for _ in range(30):
            clock.advance(20_000)
            await event.ask(WALL, "screens", "report", {"screen": "s1", "page": "wall"})

        assert board.position == before
