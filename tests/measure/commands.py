"""Commands a second, each durable before its answer, beside a bare loop that appends and syncs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from server.roles import Role
from tests.measure import shared_commands
from tests.measure.apart import readers
from tests.measure.fanout import Scale
from tests.measure.figures import Figure
from tests.measure.machine import bare, cpu, family
from tests.measure.product import DELTA, Product, command, event, messages, paper, served
from tests.measure.speech import Heard, Speech
from tests.measure.sums import median, paired
from tests.support.redis import RedisServer, server_path

TOTAL, LONGEST = 3_000, 4.0
"""Commands of one measure, and the seconds after which no more are sent."""

LIVELY = 100
"""Changes a second that two processes are shown."""

LINKS = 4
"""Connections that they come in by, each with up to 64 under way."""

WALK_IN = command("checkin", "walk_in", name="Guest $n", category="guest")
SYNC = "a bare loop that appends 200 bytes and syncs"
DECIDES, FOLLOWS, REDIS = (
    "CPU of a change at the process that decides it",
    "CPU of a change at the process that follows",
    "CPU of a change at Redis",
)


def durable(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure one process with its own file, and one and two that share Redis."""
    yield from _bare_sync(folder)
    with served(event(folder / "own")) as product:
        yield from _commands("Durable commands: SQLite, one process", product)
    if server_path() is None:
        return
    for processes in (1, 2):
        redis = RedisServer(folder / f"redis{processes}")
        try:
            place = event(folder / f"shared{processes}")
            with served(place, "--redis", redis.url, processes=processes) as product:
                name = ("one process", "two processes")[processes - 1]
                yield from _commands(f"Durable commands: Redis, {name}", product)
        finally:
            redis.kill()
    yield from shared_commands.figures(folder, scale)


def _bare_sync(folder: Path) -> Iterator[Figure]:
    """How often a second a plain file takes 200 bytes and is synced: what a commit waits for at least."""
    count, begin = 0, time.perf_counter()
    with (folder / "plain").open("wb", buffering=0) as file:
        while time.perf_counter() - begin < 0.5:
            file.write(b"x" * 200)
            os.fdatasync(file.fileno())
            count += 1
    yield Figure("Durable commands", SYNC, count / 0.5, "a second")


def _commands(group: str, product: Product) -> Iterator[Figure]:
    """Send commands by several links, spread over the processes, as fast as they are answered."""
    heard, used = _driven(product)
    answered = sum(each["answered"] for each in heard)
    rate = sum(each["a second"] for each in heard)
    refused = sum(each["refused"] + each["unanswered"] for each in heard)
    yield Figure(group, "commands", rate, "a second")
    yield Figure(group, "server CPU per command", used / 1e3 / answered, "µs")
    yield Figure(group, f"acknowledged, p50, {64 * LINKS} under way", median([each["p50"] for each in heard]), "ms")
    yield Figure(group, "acknowledged, p99", max(each["p99"] for each in heard), "ms")
    with product.program.http(product.key(Role.CONTROL)) as client:
        totals = client.get("/api/v1/checkin").json()["rows"]["totals"]
    yield Figure(group, "refused, unanswered, lost or doubled", refused + abs(totals["walk_ins"] - answered), "")


def _driven(product: Product) -> tuple[list[Heard], int]:
    each = LINKS // len(product.ports)
    with ExitStack() as stack:
        crowds = [stack.enter_context(readers(port, is_calm=len(product.ports) > 1)) for port in product.ports]
        for crowd in crowds:
            for _ in range(each):
                crowd.voice(product.key(Role.FLOOR))
        spent = cpu(product.pids)
        speeches = [Speech((WALK_IN,), 0, voice, limit=TOTAL // LINKS) for voice in range(each)]
        for crowd in crowds:
            crowd.start("listen", LONGEST, *speeches)
        found = [crowd.answer() for crowd in crowds]
        used = cpu(product.pids) - spent
    members = ("answered", "unanswered", "refused", "a second", "p50", "p99")
    return [{name: heard[f"{place} {name}"] for name in members} for heard in found for place in range(each)], used


def two_processes(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure fan-out through two processes on Redis: readers on both, commands on the first, all cores shared."""
    if server_path() is None:
        return
    sockets = scale.sockets
    group = f"Two processes on Redis, {sockets:,} sockets, {LIVELY} a second"
    redis = RedisServer(folder / "redis")
    try:
        with served(event(folder / "event"), "--redis", redis.url, processes=2) as product:
            yield from _shared_cost(group, product, redis)
            yield from _across(group, product, sockets, LIVELY)
    finally:
        redis.kill()


def _shared_cost(group: str, product: Product, redis: RedisServer) -> Iterator[Figure]:
    """Measure what a change costs each, where nobody reads: as many a second as are delivered after."""
    with readers(product.ports[0]) as crowd:
        # At a few a second most of it would be what an idle process takes anyway.
        speech = messages(product, 1, LIVELY, crowd.voice(product.key(Role.CONTROL)))
        parts = [*(family(program.process.pid) for program in product.programs), [redis.process.pid]]
        spent = [cpu(pids) for pids in parts]
        said = crowd.listen(2.0, speech)["0 said"]
        for name, pids, before in zip((DECIDES, FOLLOWS, REDIS), parts, spent, strict=True):
            yield Figure(group, name, (cpu(pids) - before) / 1e3 / said, "µs")


def _across(group: str, product: Product, sockets: int, rate: float) -> Iterator[Figure]:
    with ExitStack() as stack:
        crowds = [stack.enter_context(readers(port, is_calm=True)) for port in product.ports]
        for crowd in crowds:
            crowd.connect(sockets // len(crowds), product.key(Role.WALL), ("agenda/R0",))
            crowd.settled("agenda/R0")
        speech = messages(product, 1, rate, crowds[0].voice(product.key(Role.CONTROL)))
        floor = stack.enter_context(bare())
        plain = stack.enter_context(readers(floor.port))
        plain.connect(sockets)
        write = Speech((paper(DELTA),), rate, plain.voice(), bare=True)
        cost, base, p50, p99, later, torn = [], [], [], [], [], 0.0
        for _ in range(3):
            spent = cpu(product.pids)
            crowds[1].start("listen", 2.2)
            heard = [crowds[0].listen(2.0, speech), crowds[1].answer()]
            cost.append((cpu(product.pids) - spent) / 1e3 / sum(each["frames"] for each in heard))
            spent = cpu(floor.pids)
            wrote = plain.listen(1.0, write)["frames"]
            base.append((cpu(floor.pids) - spent) / 1e3 / wrote)
            p50.append(max(each["p50"] for each in heard))
            p99.append(max(each["p99"] for each in heard))
            later.append(heard[1]["p50"] - heard[0]["p50"])
            torn += sum(each["torn"] for each in heard)
        yield Figure(group, "CPU of both processes per delivered message", median(cost), "µs", paired(cost, base))
        yield Figure(group, "delivery p50, the slower process", median(p50), "ms")
        yield Figure(group, "delivery p99, the slower process", median(p99), "ms")
        yield Figure(group, "by which p50 is later at the process that follows", median(later), "ms")
        yield Figure(group, "deltas that did not fit", torn, "")
