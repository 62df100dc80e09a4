"""Redis by every way it is reached, and what the journal makes of links and histories that fail."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest

from server.app import Event
from server.errors import Unavailable
from server.plan import Header
from server.store import Answer, Asked, Behind, Commit, Replaced, Stored, Unsure
from server.store.redis import RedisJournal
from server.store.redis import journal as under_test
from server.store.redis.address import parse
from tests.store.test_journal import commit, event
from tests.support.certificate import certified
from tests.support.clock import ManualClock
from tests.support.proxy import Proxy, proxy
from tests.support.redis import Cluster, RedisServer, Sentinel, carried_path, until

pytestmark = pytest.mark.redis

ASKED = Asked("floor", "ref")
SECRET = "p@ss/word:1"


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


T = TypeVar("T", RedisServer, Sentinel, Cluster)
Starts = Callable[[T], T]


@pytest.fixture
def ended() -> Iterator[Starts[Any]]:
    """Ends with the test whatever was started by it."""
    running: list[Any] = []

    def keep(server: Any) -> Any:
        running.append(server)
        return server

    yield keep
    for server in reversed(running):
        server.kill()


@pytest.fixture
def way(redis: RedisServer) -> Iterator[Proxy]:
    with proxy(redis.port) as made:
        yield made


@pytest.fixture
def name() -> str:
    return secrets.token_hex(4)


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


async def works(url: str) -> RedisJournal:
    """Use every kind of call once, between two processes, and return the journal of the first."""
    name = secrets.token_hex(4)
    one, two = await RedisJournal.connect(url, name), await RedisJournal.connect(url, name)
    hearing = asyncio.create_task(two.shared())
    await one.begin([ASKED])
    await one.append(0, Commit([event(1)], {ASKED: Answer(b"f", b"{}", None)}, {"p1": b"k" * 32}))
    await two.follow()
    opening = await two.peek()
    assert (list(opening.newer), opening.keys) == ([event(1)], {"p1": b"k" * 32})
    assert ASKED in (await two.begin([ASKED])).known
    await two.append(1, commit(2))
    while not hearing.done():
        await one.share([b"battery low"])
        await asyncio.wait({hearing}, timeout=0.01)
    assert await hearing == b"battery low"
    assert list((await one.begin([])).newer) == [event(2)]
    await one.release()
    await two.close()
    return one


# Ways to Redis ------------------------------------------------------------------------------------------------------


async def test_the_oldest_redis_that_is_served(tmp_path: Path, ended: Starts[Any]) -> None:
    server = ended(RedisServer(tmp_path, carried_path()))
    journal = await works(server.url)

    assert server.info("server")["redis_version"].startswith("6.2")
    assert journal.risk is None
    await journal.close()


async def test_a_password_and_a_user_of_an_access_list(
    tmp_path: Path, ended: Starts[Any], caplog: pytest.LogCaptureFixture
) -> None:
    server = ended(RedisServer(tmp_path, user=f"desk on >{SECRET} ~cuedesk:* &cuedesk:* +@all -@dangerous +config|get"))
    url = f"redis://desk:{quote(SECRET, safe='')}@127.0.0.1:{server.port}"
    journal = await works(url)
    server.kill()
    with pytest.raises(Unavailable) as refused:
        await journal.begin([])
    with pytest.raises(Unavailable) as unreachable:
        await RedisJournal.connect(url, "e")
    await journal.close()

    assert SECRET not in "".join([refused.value.message, unreachable.value.message, caplog.text])


async def test_a_wrong_password_is_told_without_it(tmp_path: Path, ended: Starts[Any]) -> None:
    server = ended(RedisServer(tmp_path, requirepass="right"))
    with pytest.raises(Unavailable) as refused:
        await RedisJournal.connect(f"redis://:WRONG@127.0.0.1:{server.port}", "e")

    assert "WRONG" not in refused.value.message
    assert f"127.0.0.1:{server.port}" in refused.value.message


async def test_a_certificate_of_ones_own_authority(tmp_path: Path, redis: RedisServer) -> None:
    authority, context = certified(tmp_path)
    with proxy(redis.port, context) as tls:
        journal = await works(f"rediss://127.0.0.1:{tls.port}?ca={authority}")
        await journal.close()
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            await RedisJournal.connect(f"rediss://127.0.0.1:{tls.port}", "e")


async def test_a_cluster_is_asked_at_the_node_that_has_the_event(tmp_path: Path, ended: Starts[Any]) -> None:
    cluster = ended(Cluster(tmp_path))
    owners: set[int] = set()
    while len(owners) < 2:
        journal = await works(cluster.url)
        assert journal.risk is not None
        assert journal.risk.code == "failover"
        owners.add(cluster.owner(journal._names.meta).port)
        await journal.close()
    others = [node for node in cluster.nodes if node is not cluster.owner("cuedesk:{elsewhere}:meta")]
    with pytest.raises(Unavailable, match="redis\\+cluster"):
        await RedisJournal.connect(others[0].url, "elsewhere")


async def test_sentinels_lead_to_whichever_is_the_primary(tmp_path: Path, ended: Starts[Any]) -> None:
    primary, replica = (ended(RedisServer(tmp_path / name)) for name in "12")
    replica.replicate(primary)
    sentinel = ended(Sentinel(tmp_path / "s", primary))
    sentinel.knows(1)
    journal = await works(f"{sentinel.url}?replicas=1")
    until(lambda: primary.ask("INFO", "replication")["slave0"]["lag"] <= 1)
    primary.kill()
    until(lambda: sentinel.primary() == replica.port)
    until(lambda: replica.info("replication")["role"] == "master")

    assert (await journal.begin([ASKED])).known.keys() == {ASKED}
    assert list(await journal.read(0)) == [event(1), event(2)]
    await journal.close()


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
    tmp_path: Path, ended: Starts[Any], name: str
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
    tmp_path: Path, ended: Starts[Any], name: str, monkeypatch: pytest.MonkeyPatch
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
