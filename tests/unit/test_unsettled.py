"""Nobody is shown what a power cut could take back, however they come to look just then."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from server import wire
from server.app import Event, build
from server.auth import Grant, Keyring
from server.board import Board
from server.boards import Ahead
from server.clock import Instant
from server.connection import Connection, Exchange
from server.errors import Unavailable
from server.framing import Parcel
from server.roles import Actor, Role
from server.store import Commit
from server.store.memory import MemoryJournal
from tests.support.clock import ManualClock
from tests.support.event import SECRET, running, settle
from tests.support.rig import CONTROL

REFILL = (CONTROL, "catering", "refill", {"station": "tea", "portions": 5})


class SlowDisk(MemoryJournal):
    """A journal that writes when it is let, or fails then."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()
        self.written.set()
        self.full = False

    async def append(self, expected: int, commit: Commit) -> int:
        await self.written.wait()
        if self.full:
            raise Unavailable("no space left")
        return await super().append(expected, commit)


class Screen(Connection):
    """A connection that keeps the `rows` frames it gets."""

    def __init__(self, event: Event, actor: Actor) -> None:
        super().__init__(Exchange(event.boards, event.hub, event.conductor, ManualClock(), lambda: 0.0), actor)
        self.frames: list[dict[str, Any]] = []
        self.open(wire.hello(Instant(0), {}))

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        told = (msgspec.json.decode(frame.text) for frame in parcel.frames)
        self.frames += (frame for frame in told if frame["t"] == "rows")


@contextlib.asynccontextmanager
async def desk() -> AsyncIterator[tuple[Event, SlowDisk]]:
    """Run an event whose journal writes when it is let, at the latest when left."""
    journal = SlowDisk()
    async with running(journal) as event:
        try:
            yield event, journal
        finally:
            journal.written.set()


async def asked(event: Event, journal: SlowDisk) -> asyncio.Future[Any]:
    """Ask for something that is decided and not written yet."""
    journal.written.clear()
    answer = event.conductor.post(*REFILL)
    await settle()
    assert event.boards.ahead
    return answer


async def test_a_board_that_is_new_waits_for_the_journal() -> None:
    async with desk() as (event, journal):
        answer = await asked(event, journal)
        screen = Screen(event, CONTROL)
        screen.receive(wire.subscribe("catering"))
        await settle()
        assert screen.frames == []

        journal.written.set()
        await answer
        await settle()
        (shown,) = screen.frames
        assert shown["to"] == event.journal.offset
        assert shown["set"]["station/tea"]["left"] == 5


async def test_a_board_that_is_new_does_not_have_what_could_not_be_written() -> None:
    async with desk() as (event, journal):
        answer = await asked(event, journal)
        screen = Screen(event, CONTROL)
        screen.receive(wire.subscribe("catering"))
        journal.full = True
        journal.written.set()
        with pytest.raises(Unavailable):
            await answer
        event.conductor.post(*REFILL)
        await settle(200)

        (shown,) = screen.frames
        assert shown["set"] == {}


async def test_who_left_the_topic_meanwhile_is_not_shown_it() -> None:
    async with desk() as (event, journal):
        answer = await asked(event, journal)
        screen = Screen(event, CONTROL)
        screen.receive(wire.subscribe("catering"))
        screen.receive('{"t":"unsub","c":"catering"}')
        journal.written.set()
        await answer
        await settle()

        assert screen.frames == []


async def test_a_board_that_is_there_shows_what_is_written_at_once() -> None:
    async with desk() as (event, journal):
        event.boards.open("catering", CONTROL)
        answer = await asked(event, journal)
        screen = Screen(event, CONTROL)
        screen.receive(wire.subscribe("catering"))

        assert [frame["set"] for frame in screen.frames] == [{}]
        journal.written.set()
        await answer


async def test_a_person_s_own_board_waits_as_well() -> None:
    async with desk() as (event, journal):
        answer = await asked(event, journal)
        person = Actor("p1", Role.ATTENDEE, subject="p1")
        with pytest.raises(Ahead):
            event.boards.open("me", person)
        journal.written.set()
        await answer

        board: Board = event.boards.open("me", person)
        assert board.rows == {}


async def test_rows_over_http_wait_as_well() -> None:
    async with desk() as (event, journal):
        answer = await asked(event, journal)
        transport = httpx.ASGITransport(app=build(event, None))
        key = Keyring(SECRET).mint(Grant("control", Role.CONTROL))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            asking = asyncio.ensure_future(
                client.get("/api/v1/catering", headers={"authorization": f"Bearer {key}"}, timeout=10)
            )
            await settle()
            assert not asking.done()

            journal.written.set()
            await answer
            assert (await asking).json()["rows"]["station/tea"]["left"] == 5
