"""What processes tell each other through Redis: who appended is followed at once, and nothing is passed over."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.errors import Unavailable
from server.store import Commit
from server.store.redis import RedisJournal
from server.store.redis import journal as under_test
from tests.store.test_journal import commit, event
from tests.support.proxy import Proxy
from tests.support.redis import RedisServer, until

pytestmark = pytest.mark.redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


@pytest.fixture
async def join(name: str) -> AsyncIterator[Callable[..., Any]]:
    """Opens the event's journal once more, as another process does."""
    opened: list[RedisJournal] = []

    async def made(port: int, user: str = "") -> RedisJournal:
        opened.append(await RedisJournal.connect(f"redis://{user}127.0.0.1:{port}", name))
        return opened[-1]

    yield made
    for journal in opened:
        await journal.close()


async def looked(journal: RedisJournal) -> RedisJournal:
    """Let a journal look once on its connection, as it does when it begins to follow."""
    await journal.follow()
    await journal.peek()
    return journal


def questions(redis: RedisServer) -> int:
    """Return how many scripts and reads of the stream there were since the last call."""
    found = redis.info("commandstats")
    redis.ask("CONFIG", "RESETSTAT")
    return sum(found.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("evalsha", "eval", "xread"))


async def test_what_others_append_is_told_whole_and_not_asked_for(redis: RedisServer, join: Callable[..., Any]) -> None:
    one, two = await join(redis.port), await looked(await join(redis.port))
    await one.append(0, commit(1))
    questions(redis)
    await one.append(1, commit(2, 3))
    await two.follow()

    assert [event(1), event(2), event(3)] == list((await two.peek()).newer)
    assert questions(redis) == 1, "the append and nothing else"


async def test_ones_own_batches_are_no_news(redis: RedisServer, join: Callable[..., Any]) -> None:
    one, two = await looked(await join(redis.port)), await looked(await join(redis.port))
    following = asyncio.create_task(one.follow())
    await one.append(0, commit(1))
    await two.begin([])
    assert not following.done()
    await two.append(1, commit(2))
    await following

    assert list((await one.peek()).newer) == [event(2)]


async def test_what_was_told_while_the_link_was_cut_is_looked_for(
    redis: RedisServer, way: Proxy, join: Callable[..., Any]
) -> None:
    one, two = await looked(await join(way.port)), await join(redis.port)
    way.cut()
    await two.append(0, commit(1))
    with pytest.raises(Unavailable):
        await one.follow()
    way.heal()
    await one.follow()

    assert list((await one.peek()).newer) == [event(1)]


@pytest.fixture
def dumb(redis: RedisServer) -> str:
    """A user who may not publish: what it appends is told to nobody, as by an older program."""
    redis.ask("ACL", "SETUSER", "dumb", "on", ">s", "resetchannels", "~cuedesk:*", "&cuedesk:*", "+@all", "-publish")
    return "dumb:s@"


async def test_what_was_told_to_nobody_is_found_in_the_silence(
    redis: RedisServer, join: Callable[..., Any], dumb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "SILENCE", 0.05)
    one, two = await looked(await join(redis.port)), await join(redis.port, dumb)
    assert await two.append(0, commit(1)) == 1
    await one.follow()

    assert list((await one.peek()).newer) == [event(1)]


async def test_a_gap_in_what_was_told_is_filled_from_the_stream(
    redis: RedisServer, join: Callable[..., Any], dumb: str
) -> None:
    one, two, three = await looked(await join(redis.port)), await join(redis.port, dumb), await join(redis.port)
    await two.append(0, commit(1))
    await three.begin([])
    await three.append(1, commit(2))
    await one.follow()

    assert list((await one.peek()).newer) == [event(1), event(2)]


async def test_a_long_history_is_read_beside_what_is_told(
    tmp_path: Path, join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis ends a connection that subscribes where much waits to be read."""
    narrow = RedisServer(tmp_path / "narrow", client_output_buffer_limit="pubsub 256kb 0 0")
    try:
        one, two, three = await looked(await join(narrow.port)), await join(narrow.port), await join(narrow.port)
        for offset in range(60):
            large = event(offset + 1)._replace(body=secrets.token_bytes(20_000))
            await two.append(offset, Commit([large], {}, {f"p{offset}": bytes(10_000)}))
        await two.save_checkpoint(bytes(1_000_000))
        generations = [each._line.generation for each in (one, two, three)]

        assert len(list(await three.read(0))) == 60
        assert len(await three.keys()) == 60
        assert len(await three.checkpoint() or b"") == 1_000_000
        one._news.clear()
        assert len((await one.begin([])).newer) == 60
        assert generations == [each._line.generation for each in (one, two, three)]
    finally:
        narrow.kill()


async def test_what_is_no_batch_is_not_believed(redis: RedisServer, join: Callable[..., Any]) -> None:
    one, two = await looked(await join(redis.port)), await join(redis.port)
    for said in ("", "x", "someone 1 short", "someone far off"):
        redis.ask("PUBLISH", one._names.news, said)
    await two.append(0, commit(1))
    await one.follow()

    assert list((await one.peek()).newer) == [event(1)]


async def test_a_turn_that_ends_with_nothing_is_no_write_to_the_disk(
    tmp_path: Path, redis: RedisServer, join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "PATIENCE", 0.02)
    # Neither may expire meanwhile: that is a write.
    monkeypatch.setattr(under_test, "PEN", 60_000)
    monkeypatch.setattr(under_test, "TURN", 60_000)
    replica = RedisServer(tmp_path / "replica")
    try:
        replica.replicate(redis)
        one, two = await join(redis.port), await join(redis.port)
        await one.append(0, commit(1))
        before = redis.info("persistence")["aof_current_size"]
        await one.begin([])
        await two.peek()
        with pytest.raises(Unavailable, match="busy"):
            await two.begin([])
        assert redis.ask("EXISTS", one._names.pen, one._names.turn) == 2
        until(
            lambda: replica.info("replication")["slave_repl_offset"] >= redis.info("replication")["master_repl_offset"]
        )
        assert replica.ask("EXISTS", one._names.pen, one._names.turn) == 0
        await one.release()
        assert redis.info("persistence")["aof_current_size"] == before
        await two.begin([])
        await two.append(1, commit(2))
        assert redis.info("persistence")["aof_current_size"] > before
    finally:
        replica.kill()


async def test_the_answer_to_who_has_gone_is_given_to_nobody_else(
    redis: RedisServer, way: Proxy, join: Callable[..., Any]
) -> None:
    one = await join(way.port)
    await one.append(0, commit(1, 2))
    way.stall()
    gone, waiting = asyncio.create_task(one.fetch(1)), asyncio.create_task(one.fetch(2))
    await asyncio.wait({gone}, timeout=0.05)
    gone.cancel()
    way.heal()

    assert await waiting == event(2)


async def test_who_does_not_speak_the_language_of_redis_is_no_redis(name: str) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        with pytest.raises(Unavailable, match="not Redis"):
            await RedisJournal.connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", name)
