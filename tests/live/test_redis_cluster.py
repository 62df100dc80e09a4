"""An event's hash slot moves to another node of the cluster while the desk runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.auth import Keyring, read_secret
from server.roles import Role
from server.store.redis.scripts import Keys
from tests.conftest import Starts
from tests.support.outbox import all_came, floor, hear, insist, refs, say
from tests.support.program import Program, Screen, make_folder
from tests.support.redis import KINDS, Cluster, RedisServer, server_path, until

pytestmark = [pytest.mark.server, pytest.mark.redis]

Pair = tuple[Program, Program]


@pytest.fixture(scope="module", params=KINDS)
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), server_path(request.param))
    yield cluster
    cluster.kill()


@pytest.fixture
def pair(tmp_path: Path, cluster: Cluster, ended: Starts) -> Pair:
    folder = make_folder(tmp_path / "event")
    one, two = (ended(Program(folder, "--redis", cluster.url)) for _ in range(2))
    return one, two


@pytest.fixture
def keys(pair: Pair) -> Keys:
    return Keys.of(Keyring(read_secret(pair[0].folder)).event_id)


def another(cluster: Cluster, keys: Keys) -> RedisServer:
    """Return a node that has not got the event."""
    return next(node for node in cluster.nodes if node is not cluster.owner(keys.meta))


def listeners(node: RedisServer, keys: Keys) -> int:
    """Return how many processes hear from this very node what is appended."""
    return int(node.ask("PUBSUB", "NUMSUB", keys.news)[1])


def test_a_slot_that_moves_makes_commands_late_and_nothing_lost(cluster: Cluster, pair: Pair, keys: Keys) -> None:
    screens = [floor(program) for program in pair]
    told = insist(screens[0], refs(20))
    for step, _ in enumerate(cluster.moving(keys.meta, another(cluster, keys))):
        # What was said after one step is under way during the next.
        for screen, of in zip(screens, "ab", strict=True):
            told |= hear(screen, 5 if step else 0)
            screen.answers.clear()
            say(screen, refs(5, f"{of}{step}-"))
    for screen in screens:
        told |= hear(screen, 5)
    oks = {ref: answer for ref, answer in told.items() if answer["t"] == "ok"}
    refused = [answer for ref, answer in told.items() if ref not in oks]
    assert refused, "while the keys are in two places, nobody can append"
    assert all(answer["code"] == "unavailable" and answer["retry"] for answer in refused)
    again = insist(screens[0], told)
    assert insist(screens[1], told) == again

    assert {ref: again[ref] for ref in oks} == oks
    all_came(len(told), *screens)


def test_whoever_does_nothing_hears_from_the_new_node_too(cluster: Cluster, pair: Pair, keys: Keys) -> None:
    source, to = cluster.owner(keys.meta), another(cluster, keys)
    until(lambda: listeners(source, keys) == 2)
    for _ in cluster.moving(keys.meta, to):
        pass
    until(lambda: (listeners(source, keys), listeners(to, keys)) == (0, 2))
    control, stage = (Screen(program, program.key(Role.CONTROL)) for program in pair)
    stage.subscribe("agenda/R0")
    assert control.ask("agenda", "start", {"item": "t1"})["t"] == "ok"

    while stage.rows["agenda/R0"]["item/t1"]["state"] != "running":
        stage.read()


@pytest.mark.parametrize("cluster", ["Valkey"], indirect=True)
def test_a_slot_that_valkey_moves_at_once_refuses_nothing(cluster: Cluster, pair: Pair, keys: Keys) -> None:
    to = another(cluster, keys)
    screens = [floor(program) for program in pair]
    insist(screens[0], refs(20))
    slot = str(cluster.slot(keys.meta))
    for screen, of in zip(screens, "ab", strict=True):
        say(screen, refs(200, of))
    node = ("NODE", to.ask("CLUSTER", "MYID"))
    assert cluster.owner(keys.meta).ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, *node) == "OK"
    told = hear(screens[0], 220) | hear(screens[1], 200)
    until(lambda: cluster.owner(keys.meta) is to)

    assert {answer["t"] for answer in told.values()} == {"ok"}
    assert insist(screens[1], refs(200, "a")).items() <= told.items()
    all_came(420, *screens)
