"""The rehearsal played against the real program, at high speed, watched by a client of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.rehearsal import Show
from server.rehearsal.client import Line, Refused, Tally
from server.roles import Role
from server.sample import copy_to
from tests.support.program import Program, make_folder, serving

pytestmark = pytest.mark.server


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event")) as program:
        yield program


LONGEST = 60
"""Seconds after which a watcher gives up."""


async def seen(line: Line, what: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not what():
            await line.news(1)


def watching(program: Program, *topics: str) -> Line:
    return Line(program.url, Tally(), program.key(Role.CONTROL), topics)


def test_the_sample_day_fills_the_house_raises_alerts_and_puts_questions_on_air(tmp_path: Path) -> None:
    folder = tmp_path / "event"
    copy_to(folder)
    with serving(folder, "--shift", "now") as program:
        show = Show(folder, program.url, speed=240, people=12)
        asyncio.run(_watch(show, program))
    assert show.scene.tally.unexpected() == {}


async def _watch(show: Show, program: Program) -> None:
    async with watching(
        program, "checkin", "devices", "questions", "relay", "backstage", "agenda", "agenda/R0"
    ) as line:
        play = asyncio.create_task(show.play())
        await seen(line, lambda: (line.row("checkin", "totals") or {"arrived": 0})["arrived"] > 100)
        await seen(line, lambda: (line.row("checkin", "totals") or {"walk_ins": 0})["walk_ins"] > 0)
        await seen(line, lambda: any(alert["acked_by"] for alert in line.of("devices", "alert")))
        await seen(line, lambda: any(shown["seen_by"] for shown in line.of("relay", "handover")))
        await seen(
            line,
            lambda: any(receipt["read_at"] for row in line.of("backstage", "message") for receipt in row["receipts"]),
        )
        await seen(line, lambda: any(question["state"] == "answered" for question in line.of("questions", "q")))
        await seen(line, lambda: sum(item["state"] == "done" for item in line.of("agenda/R0", "item")) > 0)
        assert not play.done()
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)


def test_a_restart_of_the_server_is_ridden_out(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "event")
    program = Program(folder, "--shift", "now")
    show = Show(folder, program.url, speed=60, people=4)
    try:
        program = asyncio.run(_interrupt(show, program))
    finally:
        program.stop()
    assert show.scene.tally.unexpected() == {}
    assert show.scene.tally.reconnects > 0


async def _interrupt(show: Show, program: Program) -> Program:
    port = program.url.rsplit(":", 1)[1]
    async with watching(program, "checkin") as line:
        play = asyncio.create_task(show.play())
        await seen(line, lambda: (line.row("checkin", "totals") or {"arrived": 0})["arrived"] > 5)
        await asyncio.to_thread(program.kill)
        before = (line.row("checkin", "totals") or {})["arrived"]
        program = await asyncio.to_thread(Program, program.folder, "--port", port)
        await seen(line, lambda: (line.row("checkin", "totals") or {"arrived": 0})["arrived"] > before + 5)
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)
    return program


async def test_a_line_mirrors_asks_and_takes_a_refusal_for_an_answer(program: Program) -> None:
    tally = Tally()
    async with Line(program.url, tally, program.key(Role.MODERATOR, "R0"), ("agenda/R0",)) as line:
        await line.until_known("agenda/R0")
        result = await line.ask("agenda", "start", {"item": "t1"})
        await seen(line, lambda: (line.row("agenda/R0", "room") or {})["item"] == "t1")
        with pytest.raises(Refused, match="cannot"):
            await line.ask("agenda", "resume", {"item": "t1"})
        assert await line.attempt("agenda", "start", {"item": "nothing"}) is None
    assert result["id"] == "t1"
    assert tally.refused == {("agenda.resume", "illegal_transition"): 1, ("agenda.start", "not_found"): 1}
    assert tally.unexpected() == {}


async def test_an_attendee_who_comes_back_is_the_same_person(program: Program) -> None:
    line = Line(program.url, Tally(), None, ("me",))
    async with line:
        await line.until_known("me")
        asked = await line.ask("questions", "submit", {"room": "R0", "body": "Where is the tea? 茶在哪里？"})
    again = Line(program.url, Tally(), line.key, ("me",))
    async with again:
        await seen(again, lambda: again.row("me", f"q/{asked['id']}") is not None)


async def test_a_line_that_the_server_wants_no_more_says_so(program: Program) -> None:
    tally = Tally()
    async with Line(program.url, tally, "forged") as line:
        with pytest.raises(ExceptionGroup) as gone:
            async with asyncio.TaskGroup() as group:
                group.create_task(line.ask("agenda", "start", {"item": "t1"}))
    assert "4500" in str(gone.value.exceptions[0])
    assert tally.unexpected() == {("connect", "4500"): 1}


def test_the_house_is_full_of_displays_that_have_names_and_go_where_they_are_sent(program: Program) -> None:
    show = Show(program.folder, program.url, speed=240, people=1)
    asyncio.run(_send_a_display(show, program))
    assert show.scene.tally.unexpected() == {}


async def _send_a_display(show: Show, program: Program) -> None:
    async with watching(program, "screens") as line:
        play = asyncio.create_task(show.play())
        await seen(line, lambda: sum(bool(screen["name"]) for screen in line.of("screens", "screen")) >= 7)
        await line.ask("screens", "redirect", {"screen": "foyer-left", "page": "overlay", "room": "R1"})
        await seen(line, lambda: (line.row("screens", "screen/foyer-left") or {"page": None})["page"] == "overlay")
        assert not play.done()
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)
