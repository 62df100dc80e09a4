"""The conductor: decided in order, durable before it is seen, once per ref, all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from server.channels.catering import CHANNEL  # type: ignore[import-not-found]

from server.app import Event
from server.cohort import Outlet
from server.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    KeyReuse,
    Malformed,
    Unavailable,
    UnknownChannel,
    UnknownCommand,
)
from server.framing import Parcel
from server.roles import Actor, Role
from server.store import Commit
from server.store.memory import MemoryJournal
from server.store.sqlite import SqliteJournal
from tests.support.clock import ManualClock
from tests.support.event import running, settle
from tests.support.rig import CONTROL

FLOOR = Actor("floor", Role.FLOOR)
WALL = Actor("wall", Role.WALL)


@pytest.fixture
async def event() -> AsyncIterator[Event]:
    async with running() as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 50})
        yield event


def left(event: Event) -> int:
    board = event.boards.open("catering", CONTROL)
    return int(msgspec.json.decode(board.rows["station/tea"])["left"])


async def test_an_answer_means_that_everybody_sees_it(event: Event) -> None:
    await event.ask(FLOOR, "catering", "serve", {"station": "tea", "portions": 8})

    assert left(event) == 42


async def test_the_same_ref_is_done_once_and_answered_alike(event: Event) -> None:
    answers = [await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, ref="one") for _ in range(3)]

    assert answers == [{"left": 49}] * 3
    assert left(event) == 49


async def test_twins_that_arrive_together_are_done_once(event: Event) -> None:
    serve = ("catering", "serve", {"station": "tea"}, "one")
    answers = await asyncio.gather(*(event.ask(FLOOR, *serve) for _ in range(5)))

    assert answers == [{"left": 49}] * 5
    assert left(event) == 49


async def test_a_ref_belongs_to_who_sent_it(event: Event) -> None:
    await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, ref="one")
    await event.ask(CONTROL, "catering", "serve", {"station": "tea"}, ref="one")

    assert left(event) == 48


async def test_a_ref_used_for_something_else_is_refused(event: Event) -> None:
    await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, ref="one")

    with pytest.raises(KeyReuse):
        await event.ask(FLOOR, "catering", "serve", {"station": "tea", "portions": 2}, ref="one")


async def test_a_refusal_is_not_remembered(event: Event) -> None:
    with pytest.raises(IllegalTransition):
        await event.ask(FLOOR, "catering", "serve", {"station": "tea", "portions": 60}, ref="one")
    await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 10})
    await event.ask(FLOOR, "catering", "serve", {"station": "tea", "portions": 60}, ref="one")

    assert left(event) == 0


async def test_a_stale_revision_is_told_who_was_faster(event: Event) -> None:
    await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, rev=1)

    with pytest.raises(Conflict) as refused:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 1}, rev=1)
    assert refused.value.detail["by"] == "floor"
    assert msgspec.to_builtins(refused.value.detail["row"])["left"] == 49
    assert left(event) == 49


@pytest.mark.parametrize(
    ("channel", "verb", "args", "refusal"),
    [
        ("tea", "serve", {}, UnknownChannel),
        ("catering", "eat", {}, UnknownCommand),
        ("catering", "serve", {"station": 1}, Malformed),
        ("catering", "serve", {"station": "tea"}, Forbidden),
    ],
)
async def test_refusals_come_in_the_order_of_the_contract(
    event: Event, channel: str, verb: str, args: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await event.ask(WALL, channel, verb, args)


async def test_an_event_never_happens_before_the_one_in_front_of_it() -> None:
    clock = ManualClock()
    journal = MemoryJournal()
    async with running(journal, clock=clock) as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 1})
        clock.advance(-60_000)
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 1})

    first, second = await journal.read(0)
    assert second.at == first.at


class FullDisk(MemoryJournal):
    """A journal that can be told to fail."""

    full = False

    async def append(self, expected: int, commit: Commit) -> int:
        if self.full:
            raise Unavailable("no space left")
        return await super().append(expected, commit)


async def test_what_cannot_be_journalled_never_happened() -> None:
    journal = FullDisk()
    async with running(journal) as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 5})
        board = event.boards.open("catering", CONTROL)
        before = board.position
        journal.full = True
        with pytest.raises(Unavailable):
            await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, ref="one")
        journal.full = False

        assert board.position == before
        assert await event.ask(FLOOR, "catering", "serve", {"station": "tea"}, ref="one") == {"left": 4}


async def test_closing_finishes_what_was_posted_and_takes_no_more() -> None:
    journal = MemoryJournal()
    async with running(journal) as event:
        posted = event.conductor.post(CONTROL, "catering", "refill", {"station": "tea", "portions": 5})
        event.conductor.close()
        assert await posted == {"station": "tea"}
        with pytest.raises(Unavailable):
            await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 5})


async def test_a_restart_has_the_same_rows_refs_and_positions(tmp_path: Path) -> None:
    async with running(SqliteJournal(tmp_path)) as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 9}, ref="one")
        board = event.boards.open("catering", CONTROL)
        await event.ask(CONTROL, "catering", "refill", {"station": "rice", "portions": 9})
        rows, position = dict(board.rows), board.position
    async with running(SqliteJournal(tmp_path)) as event:
        board = event.boards.open("catering", CONTROL)

        assert (board.rows, board.position) == (rows, position)
        assert await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 9}, ref="one")
        assert board.position == position


async def test_a_reader_resumes_over_a_restart_with_what_changed(tmp_path: Path) -> None:
    async with running(SqliteJournal(tmp_path)) as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 9})
        position = event.boards.open("catering", CONTROL).position
        await event.ask(CONTROL, "catering", "refill", {"station": "rice", "portions": 9})
    async with running(SqliteJournal(tmp_path)) as event:
        frame = msgspec.json.decode(event.boards.open("catering", CONTROL).frame(position).text)

    assert frame["from"] == position.offset
    assert list(frame["set"]) == ["station/rice"]


@pytest.mark.parametrize(("code", "replayed"), [("the same", 0), ("another", 1)])
async def test_a_checkpoint_counts_for_the_code_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: str, replayed: int
) -> None:
    monkeypatch.setattr("server.history._code_mark", lambda: "the same")
    async with running(SqliteJournal(tmp_path)) as event:
        await event.ask(CONTROL, "catering", "refill", {"station": "tea", "portions": 9})
    monkeypatch.setattr("server.history._code_mark", lambda: code)
    caplog.set_level("INFO", "server.app")
    async with running(SqliteJournal(tmp_path)) as event:
        assert left(event) == 9
    assert f"replayed={replayed}" in caplog.text


async def test_an_unknown_bug_in_one_command_stops_nobody(
    event: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(event.engine("catering"), "decide", broken)
        with pytest.raises(Unavailable):
            await event.ask(FLOOR, "catering", "serve", {"station": "tea"})
    await event.ask(FLOOR, "catering", "serve", {"station": "tea"})

    assert left(event) == 49
    assert "command failed" in caplog.text


async def test_readers_are_written_to_once_the_journal_has_it(event: Event) -> None:
    written: list[int] = []

    class Screen(Outlet):
        def deliver(self, parcel: Parcel, sent: int = 0) -> None:
            written.append(event.journal.offset)

    board, screen = event.boards.open("catering", CONTROL), Screen()
    event.hub.enter(screen)
    event.hub.watch(screen, board)
    before = event.journal.offset
    await event.conductor.post(FLOOR, "catering", "serve", {"station": "tea"})
    await settle()

    assert written == [before + 1]


async def test_the_loop_gets_more_turns_until_nobody_waits_for_an_answer(event: Event) -> None:
    asked = event.conductor.post(FLOOR, "catering", "serve", {"station": "tea"})
    assert event.hub.hasty
    await asked
    await settle()

    assert not event.hub.hasty


def test_the_acid_channel_is_found_by_its_file_alone() -> None:
    assert CHANNEL.name == "catering"
