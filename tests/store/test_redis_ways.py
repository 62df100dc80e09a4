"""Every way in which Redis is reached: versions, users, certificates, clusters, Sentinels, sockets."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from server.errors import Unavailable
from server.store import Answer, Asked, Commit
from server.store.redis import RedisJournal
from server.store.redis.address import parse
from server.store.redis.line import Line
from server.store.redis.running import twice
from tests.conftest import Starts
from tests.store.test_journal import commit, event
from tests.support.certificate import certified
from tests.support.proxy import proxy
from tests.support.redis import KINDS, Cluster, RedisServer, Sentinel, server_path, until

pytestmark = pytest.mark.redis

ASKED = Asked("floor", "ref")
SECRET = "p@ss/word:1"


async def works(url: str) -> RedisJournal:
    """Use every kind of call once, between two processes, and return the journal of the first."""
    name = secrets.token_hex(4)
    one, two = await RedisJournal.connect(url, name), await RedisJournal.connect(url, name)
    hearing = asyncio.create_task(two.shared())
    await one.follow()
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
    await one.follow()
    assert one._news.is_waiting, "told, not only looked for"
    assert list((await one.peek()).newer) == [event(2)]
    await one.begin([])
    await one.release()
    await two.close()
    return one


@pytest.mark.parametrize("kind", KINDS)
async def test_every_redis_that_is_served(kind: str, tmp_path: Path, ended: Starts) -> None:
    server = ended(RedisServer(tmp_path, server_path(kind)))
    journal = await works(server.url)

    found = server.info("server")
    assert kind != "the oldest" or found["redis_version"].startswith("6.2")
    assert kind != "Valkey" or found["server_name"] == "valkey"
    assert journal.risk is None
    await journal.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_password_and_a_user_of_an_access_list(
    kind: str, tmp_path: Path, ended: Starts, caplog: pytest.LogCaptureFixture
) -> None:
    rules = "resetchannels ~cuedesk:* &cuedesk:* +@all -@dangerous +config|get"
    server = ended(RedisServer(tmp_path, server_path(kind), user=f"desk on >{SECRET} {rules}"))
    url = f"redis://desk:{quote(SECRET, safe='')}@127.0.0.1:{server.port}"
    journal = await works(url)
    server.kill()
    with pytest.raises(Unavailable) as refused:
        await journal.begin([])
    with pytest.raises(Unavailable) as unreachable:
        await RedisJournal.connect(url, "e")
    await journal.close()

    assert SECRET not in "".join([refused.value.message, unreachable.value.message, caplog.text])


async def test_a_wrong_password_is_told_without_it(tmp_path: Path, ended: Starts) -> None:
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


async def test_a_socket_of_this_machine_and_another_database(tmp_path: Path, ended: Starts) -> None:
    server = ended(RedisServer(tmp_path, unixsocket=str(tmp_path / "socket"), requirepass=SECRET))
    with pytest.raises(Unavailable):
        await RedisJournal.connect(f"unix://{tmp_path}/socket", "e")
    (tmp_path / "password").write_text(SECRET)
    journal = await works(f"unix://{tmp_path}/socket?db=3&password_file={tmp_path}/password")
    with server.client(password=SECRET) as client:
        assert client.info("keyspace").keys() == {"db3"}
    await journal.close()


async def test_a_host_that_never_answers_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.store.redis.line.CONNECTING", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, contextlib.ExitStack() as stack:
        where = deaf.getsockname()
        for _ in range(4):
            # Whoever calls from now on waits for those whom nobody receives.
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(where)
        line = Line(parse(f"redis://127.0.0.1:{where[1]}"), "key")
        with pytest.raises(Unavailable):
            await twice(line, lambda link: link.ask("PING"), is_large=False)

    assert line.generation == 1


async def test_a_cluster_is_asked_at_the_node_that_has_the_event(tmp_path: Path, ended: Starts) -> None:
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


async def test_an_append_that_a_moving_slot_refuses_is_known_not_to_be_made(
    tmp_path: Path, ended: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.redis.journal.CERTAINTY", 0.2)
    cluster = ended(Cluster(tmp_path))
    journal = await RedisJournal.connect(cluster.url, "moving")
    key = journal._names.meta
    moving = cluster.moving(key, next(node for node in cluster.nodes if node is not cluster.owner(key)))
    await journal.begin([])
    next(moving)
    with pytest.raises(Unavailable, match="nothing was done"):
        await journal.append(0, commit(1))
    for _ in moving:
        pass

    await journal.begin([])
    assert await journal.append(0, commit(1)) == 1
    await journal.close()


async def test_sentinels_lead_to_whichever_is_the_primary(tmp_path: Path, ended: Starts) -> None:
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
