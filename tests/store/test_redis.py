"""What the journal in Redis makes of links and histories that fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.app import Event
from server.errors import Unavailable
from server.plan import Header
from server.store import Answer, Asked, Behind, Commit, Replaced, Stored, Unsure
from server.store.redis import RedisJournal
from server.store.redis import journal as under_test
from server.store.redis.address import parse
from tests.conftest import Starts
from tests.store.test_journal import commit, event
from tests.support.clock import ManualClock
from tests.support.proxy import Proxy
from tests.support.redis import RedisServer, until

pytestmark = pytest.mark.redis

ASKED = Asked("floor", "ref")


@pytest.fixture
async def here(way: Proxy, name: str) -> AsyncIterator[RedisJournal]:
    """A journal behind a way that can be broken."""
    made = await RedisJournal.connect(f"redis://127.0.0.1:{way.port}", name)
    yield made
    await made.close()


@pytest.fixture
async def there(redis: RedisServer, name: str) -> AsyncIterator[RedisJournal]:
    """The same journal, in another process."""
    made = await RedisJournal.connect(redis.url, name)
    yield made
    await made.close()


# Links that fail ----------------------------------------------------------------------------------------------------


async def test_an_append_whose_answer_was_lost_is_made_once(here: RedisJournal, way: Proxy) -> None:
    await here.begin([])
    way.lose_answers()

    assert await here.append(0, commit(1)) == 1
    assert list(await here.read(0)) == [event(1)]


async def test_an_append_that_cannot_be_asked_for_any_more_is_unsure_and_found_later(
    here: RedisJournal, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "CERTAINTY", 0.2)
    await here.begin([ASKED])
    way.lose_answers(1_000)
    with pytest.raises(Unsure):
        await here.append(0, Commit([event(1)], {ASKED: Answer(b"f", b"{}", None)}, {}))
    way.lose_answers(0)
    opening = await here.begin([ASKED])

    assert (list(opening.newer), list(opening.known)) == ([event(1)], [ASKED])


async def test_a_stalled_link_is_given_up_and_another_one_taken(
    here: RedisJournal, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.redis.line.ANSWERING", 0.3)
    monkeypatch.setattr("server.store.redis.line.CONNECTING", 0.3)
    await here.begin([])
    await here.release()
    here._line.drop(here._line.generation)
    await here.begin([])
    way.stall()
    with pytest.raises(Unavailable):
        await here.begin([])
    way.heal()

    await here.begin([])
    assert await here.append(0, commit(1)) == 1


async def test_who_dies_with_the_pen_holds_nobody_up_for_long(
    here: RedisJournal, there: RedisJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "PEN", 100)
    await there.begin([])
    await here.begin([])
    await here.append(0, commit(1))

    with pytest.raises(Behind):
        await there.append(0, commit(1))


async def test_a_forgotten_script_is_told_again(here: RedisJournal, redis: RedisServer) -> None:
    redis.ask("SCRIPT", "FLUSH")
    await here.begin([])

    assert await here.append(0, commit(1)) == 1


# Histories that are not the one -------------------------------------------------------------------------------------


def stored(offset: int, text: bytes) -> Stored:
    return event(offset)._replace(body=text)


@pytest.fixture
async def apart(
    tmp_path: Path, ended: Starts, name: str
) -> AsyncIterator[tuple[RedisServer, RedisServer, RedisJournal]]:
    """A journal at offset 3, and a Redis that has only the first two of its events."""
    right, stale = (ended(RedisServer(tmp_path / name)) for name in "12")
    journal = await RedisJournal.connect(right.url, name)
    await journal.append(0, commit(1, 2))
    stale.replicate(right)
    until(lambda: stale.ask("XLEN", journal._names.events) == 1)
    stale.ask("REPLICAOF", "NO", "ONE")
    await journal.append(2, commit(3))
    yield right, stale, journal
    await journal.close()


def lead_to(journal: RedisJournal, server: RedisServer) -> None:
    """Let a journal's next connection go elsewhere, as a failover does."""
    journal._line.address = parse(server.url)


async def fail_over(journal: RedisJournal, server: RedisServer) -> None:
    lead_to(journal, server)
    journal._line.drop(journal._line.generation)


async def test_an_older_copy_is_refused_by_every_call(apart: tuple[RedisServer, RedisServer, RedisJournal]) -> None:
    _, stale, journal = apart
    await fail_over(journal, stale)

    for call in (journal.begin([]), journal.peek(), journal.read(0), journal.save_checkpoint(b"x")):
        with pytest.raises(Replaced, match="older copy"):
            await call
    assert stale.ask("GET", journal._names.checkpoint) is None


async def test_an_older_copy_that_grew_meanwhile_is_refused_too(
    apart: tuple[RedisServer, RedisServer, RedisJournal], name: str
) -> None:
    _, stale, journal = apart
    other = await RedisJournal.connect(stale.url, name)
    await other.append(2, Commit([stored(3, b"other"), stored(4, b"other")], {}, {}))
    await fail_over(journal, stale)

    with pytest.raises(Replaced):
        await journal.begin([])
    with pytest.raises(Replaced):
        await journal.read(0)
    with pytest.raises(Behind):
        await journal.append(3, commit(4))
    assert [each.body for each in await other.read(2)] == [b"other", b"other"]
    await other.close()


async def test_who_was_behind_does_not_go_on_with_it_either(
    apart: tuple[RedisServer, RedisServer, RedisJournal], name: str
) -> None:
    """The one that knew too little is told by the one that knew more; a restart is the operator's consent."""
    _, stale, journal = apart
    behind = await RedisJournal.connect(stale.url, name)
    await fail_over(journal, stale)
    with pytest.raises(Replaced):
        await journal.begin([])
    with pytest.raises(Replaced):
        await behind.begin([])
    restarted = await RedisJournal.connect(stale.url, name)

    assert [each.offset for each in await restarted.read(0)] == [1, 2]
    await behind.begin([])
    with pytest.raises(Replaced):
        await journal.begin([])
    await behind.begin([])
    for each in (behind, restarted):
        await each.close()


async def test_the_right_redis_that_comes_back_is_gone_on_with(
    apart: tuple[RedisServer, RedisServer, RedisJournal],
) -> None:
    right, stale, journal = apart
    await fail_over(journal, stale)
    with pytest.raises(Replaced):
        await journal.begin([])
    await fail_over(journal, right)

    await journal.begin([])
    assert await journal.append(3, commit(4)) == 4


async def test_what_the_follower_heard_of_another_history_is_not_taken_in(
    apart: tuple[RedisServer, RedisServer, RedisJournal], name: str
) -> None:
    """The next offset fits, but the batch does not follow the one that this process stands at."""
    _, stale, journal = apart
    other = await RedisJournal.connect(stale.url, name)
    await other.append(2, Commit([stored(3, b"other")], {}, {}))
    await fail_over(journal, stale)
    await journal.follow()
    journal._seen = journal._line.generation
    await other.append(3, Commit([stored(4, b"other")], {}, {}))
    await journal.follow()
    journal._must_look = False

    with pytest.raises(Replaced):
        await journal.peek()
    await other.close()


async def test_an_answer_waits_for_as_many_replicas_as_are_asked_for(
    tmp_path: Path, ended: Starts, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, replica = (ended(RedisServer(tmp_path / name)) for name in "12")
    replica.replicate(primary)
    journal = await RedisJournal.connect(f"{primary.url}?replicas=1", name)
    await journal.append(0, commit(1))
    monkeypatch.setattr(under_test, "CERTAINTY", 0.5)
    monkeypatch.setattr("server.store.redis.running.REPLICATING", 100)
    replica.freeze()
    await journal.begin([ASKED])
    with pytest.raises(Unsure):
        await journal.append(1, Commit([event(2)], {ASKED: Answer(b"f", b"{}", None)}, {}))
    # The same question again: it is known, but not yet safe, so it must not be answered.
    assert ASKED in (await journal.begin([ASKED])).known
    with pytest.raises(Unsure):
        await journal.release()
    replica.thaw()
    monkeypatch.undo()

    await journal.begin([ASKED])
    await journal.release()
    until(lambda: replica.ask("XLEN", journal._names.events) == 2)
    await journal.close()


async def test_asking_whether_an_event_is_new_passes_over_nothing_that_others_import(
    here: RedisJournal, there: RedisJournal
) -> None:
    late = Event(Path(), Header(title="Test", timezone="UTC"), here, b"secret", ManualClock(), 60)
    await there.append(0, commit(1))

    assert await late.is_new(), "what others import is not here yet"
    assert (await here.begin([])).newer, "and it is still to be taken in"
