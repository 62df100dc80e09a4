"""What fails between processes and Redis: nothing acknowledged is lost, nothing is done twice, and crews are told."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from server.roles import Role
from tests.conftest import Starts
from tests.support.outbox import Answers, all_came, came, floor, hear, insist, refs, say, until_desk
from tests.support.program import Program, Screen, make_folder
from tests.support.proxy import Proxy, proxy
from tests.support.redis import RedisServer, Sentinel, until

pytestmark = [pytest.mark.server, pytest.mark.redis]


@pytest.fixture
def way(redis: RedisServer) -> Iterator[Proxy]:
    with proxy(redis.port) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "event")


@pytest.fixture
def near(folder: Path, redis: RedisServer, ended: Starts) -> Program:
    """A process with an undisturbed way to Redis."""
    return ended(Program(folder, "--redis", redis.url))


@pytest.fixture
def far(folder: Path, near: Program, way: Proxy, ended: Starts) -> Program:
    """Another one, whose way can be broken."""
    return ended(Program(folder, "--redis", f"redis://127.0.0.1:{way.port}"))


def log_of(program: Program) -> str:
    return (program.folder / "log.txt").read_text()


# A partition between one process and Redis ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cut", "stall"])
def test_a_process_that_is_cut_off_says_so_and_catches_up(how: str, near: Program, far: Program, way: Proxy) -> None:
    one, other = floor(far), floor(near)
    insist(one, refs(5, "before"))
    getattr(way, how)()
    say(one, refs(5, "meanwhile"))
    refused = hear(one, 10)
    assert {refused[ref]["code"] for ref in refs(5, "meanwhile")} == {"unavailable"}
    assert until_desk(one, "unavailable")["since"] is not None
    assert insist(other, refs(5, "other"))
    assert came(one) == 5
    way.heal()

    until_desk(one, "ok")
    insist(one, refs(5, "meanwhile"))
    assert insist(other, refs(5, "meanwhile")) == insist(one, refs(5, "meanwhile"))
    all_came(15, one, other)


def test_an_append_whose_answer_was_lost_is_answered_and_done_once(near: Program, far: Program, way: Proxy) -> None:
    one, other = floor(far), floor(near)
    names = refs(60)
    for start in range(0, 60, 10):
        say(one, names[start : start + 10])
        way.lose_answers()
    insist(one, names)

    assert insist(other, names) == insist(one, names)
    assert came(other) == 60


def test_a_screen_of_a_cut_off_process_stays_and_may_be_joined(near: Program, far: Program, way: Proxy) -> None:
    one = floor(far)
    insist(one, refs(3))
    way.cut()
    until_desk(one, "unavailable")
    late = floor(far)

    assert came(late) == 3
    assert until_desk(late, "unavailable")["message"]


# What happens to Redis itself ----------------------------------------------------------------------------------------


def test_redis_that_is_killed_and_read_from_its_file_has_all_that_was_told(
    near: Program, far: Program, redis: RedisServer
) -> None:
    one, other = floor(near), floor(far)
    names = refs(300)
    say(one, names[:150])
    say(other, names[150:])
    hear(one, 20)
    redis.kill()
    told = hear(one, 150) | hear(other, 150)
    oks = {ref: answer for ref, answer in told.items() if answer["t"] == "ok"}
    assert {answer["code"] for ref, answer in told.items() if ref not in oks} <= {"unavailable"}
    redis.start()
    again = insist(other, names)

    assert {ref: again[ref] for ref in oks} == oks
    all_came(300, one, other)


def test_a_frozen_redis_makes_nobody_wait_without_an_answer(near: Program, redis: RedisServer) -> None:
    one = floor(near)
    insist(one, refs(2))
    redis.freeze()
    start = time.monotonic()
    say(one, ["late"])
    assert hear(one, 3)["late"]["code"] == "unavailable"
    assert time.monotonic() - start < 20
    redis.thaw()

    until_desk(one, "ok")
    insist(one, ["late"])
    assert came(one) == 3


def test_an_emptied_redis_is_refused_aloud_until_the_servers_are_restarted(
    folder: Path, near: Program, redis: RedisServer, ended: Starts
) -> None:
    one = floor(near)
    insist(one, refs(3))
    redis.ask("FLUSHALL")
    say(one, ["after"])

    assert "another history" in hear(one, 4)["after"]["message"]
    assert until_desk(one, "replaced")["since"] is not None
    assert came(one) == 3
    assert "another history" in log_of(near)
    restarted = ended(Program(folder, "--redis", redis.url))
    assert came(floor(restarted)) == 0
    say(one, ["still"])
    assert hear(one, 5)["still"]["code"] == "unavailable"


def test_a_failover_to_a_stale_replica_is_refused_by_all_until_a_restart(
    tmp_path: Path, folder: Path, redis: RedisServer, ended: Starts
) -> None:
    """A process that knew too little to notice is stopped by the one that knew more."""
    stale = ended(RedisServer(tmp_path / "stale"))
    stale.replicate(redis)
    sentinel = ended(Sentinel(tmp_path / "s", redis))
    sentinel.knows(1)
    with proxy(sentinel.port) as slow:
        knowing = ended(Program(folder, "--redis", sentinel.url))
        behind = ended(Program(folder, "--redis", f"redis+sentinel://127.0.0.1:{slow.port}/{sentinel.name}"))
        one, two = floor(knowing), floor(behind)
        insist(one, refs(5))
        until(lambda: stale.info("replication")["slave_repl_offset"] == redis.info("replication")["master_repl_offset"])
        # A Sentinel that saw this would lead the replica back to its primary.
        sentinel.ask("SENTINEL", "REMOVE", sentinel.name)
        stale.ask("REPLICAOF", "NO", "ONE")
        insist(one, refs(5, "lost"))
        redis.kill()
        sentinel.ask("SENTINEL", "MONITOR", sentinel.name, "127.0.0.1", str(stale.port), "1")
        message = until_desk(one, "replaced")["message"]
        until_desk(two, "replaced")

        assert "older copy" in message
        assert came(one) == 10
        knowing.stop()
        accepted = ended(Program(folder, "--redis", sentinel.url))
        three = floor(accepted)
        insist(three, refs(5, "lost"))
        assert came(three) == 10


def test_a_failover_loses_nothing_that_was_told_when_replicas_are_waited_for(
    tmp_path: Path, folder: Path, redis: RedisServer, ended: Starts
) -> None:
    replica = ended(RedisServer(tmp_path / "replica"))
    replica.replicate(redis)
    sentinel = ended(Sentinel(tmp_path / "s", redis))
    sentinel.knows(1)
    pair = [ended(Program(folder, "--redis", f"{sentinel.url}?replicas=1")) for _ in range(2)]
    screens = [floor(program) for program in pair]
    names = [refs(150, "a"), refs(150, "b")]
    for screen, some in zip(screens, names, strict=True):
        say(screen, some)
    hear(screens[0], 20)
    redis.kill()
    oks: Answers = {}
    for screen in screens:
        oks |= {ref: answer for ref, answer in hear(screen, 150).items() if answer["t"] == "ok"}
    until(lambda: sentinel.primary() == replica.port)
    until(lambda: replica.info("replication")["role"] == "master")
    # Nobody has what the new primary has: it waits for no replica until there is one.
    second = ended(RedisServer(tmp_path / "second"))
    second.replicate(replica)
    again = insist(screens[1], names[0] + names[1])

    assert {ref: again[ref] for ref in oks} == oks
    all_came(300, *screens)


# Processes that come and go ------------------------------------------------------------------------------------------


def test_either_process_may_be_killed_under_load(near: Program, far: Program) -> None:
    screens = {"near": floor(near), "far": floor(far)}
    told: Answers = {}
    for name, screen in screens.items():
        say(screen, refs(150, name))
    hear(screens["near"], 10)
    near.kill()
    with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
        while True:
            screens["near"].read(2)
    for screen in screens.values():
        told |= screen.answers
    again = insist(screens["far"], refs(150, "near") + refs(150, "far"))

    assert {ref: again[ref] for ref in told} == told
    assert came(screens["far"]) == 300


def test_a_process_that_joins_late_shows_the_same(
    folder: Path, near: Program, redis: RedisServer, ended: Starts
) -> None:
    one = floor(near)
    insist(one, refs(50))
    late = floor(ended(Program(folder, "--redis", redis.url)))

    assert came(late) == 50
    assert late.subscribe("agenda") == one.subscribe("agenda")
    assert insist(late, refs(50)) == insist(one, refs(50))


def test_a_rolling_restart_costs_each_screen_one_connection(
    folder: Path, near: Program, far: Program, redis: RedisServer, ended: Starts
) -> None:
    one, other = floor(near), floor(far)
    for screen in (one, other):
        screen.subscribe("agenda/R0")
    near.process.terminate()
    assert one.ended() == 1012
    one.program = far
    one.connect()
    assert near.stop() == 0
    again = ended(Program(folder, "--redis", redis.url))
    far.process.terminate()
    for screen in (one, other):
        assert screen.ended() == 1012
        screen.program = again
        screen.connect()
    desk_ = Screen(again, again.key(Role.CONTROL))
    assert desk_.ask("agenda", "adjust", {"item": "t1", "by": 60_000})["t"] == "ok"

    for screen in (one, other):
        while screen.rows["agenda/R0"]["item/t1"].get("adjusted") != 60_000:
            screen.read()
        assert screen.snapshots == 1
