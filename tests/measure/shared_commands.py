"""Durable commands through several processes on one Redis: how many a second, and what each costs whom."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.roles import Role
from tests.measure.fanout import Scale
from tests.measure.figures import Figure
from tests.support.program import Program, make_folder
from tests.support.redis import RedisServer

Figures = dict[str, float]

TICKS = os.sysconf("SC_CLK_TCK")


def figures(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure what a command costs whom where two processes share a Redis, by how Redis writes to its disk."""
    for appendfsync in ("always", "everysec"):
        group = f"Durable commands: Redis, two processes, appendfsync {appendfsync}"
        for name, value in shared_commands(folder / f"fsync-{appendfsync}", appendfsync=appendfsync).items():
            what, _, unit = name.rpartition(", ")
            yield Figure(group, what, value, unit)


def shared_commands(
    folder: Path,
    total: int = 4_000,
    processes: int = 2,
    links: int = 2,
    in_flight: int = 64,
    appendfsync: str = "always",
) -> Figures:
    """Return figures by name and unit: walk-ins over `links` sockets to each process, each on disk before its answer.

    What was done is checked on every process. Figures of processor time hold on a busy machine too; those of wall
    time only on an idle one.
    """
    with ExitStack() as stack:
        redis = RedisServer(folder / "redis", appendfsync=appendfsync)
        stack.callback(redis.kill)
        programs = stack.enter_context(_started(folder / "event", redis, processes))
        keys = programs[0].key(Role.FLOOR)
        pids = [program.process.pid for program in programs]
        before = [_processor_time(pid) for pid in (*pids, redis.process.pid)]
        mine = time.process_time()
        start = time.perf_counter()
        took = asyncio.run(_drive([program.url for program in programs for _ in range(links)], keys, total, in_flight))
        elapsed = time.perf_counter() - start
        mine = time.process_time() - mine
        spent = [_processor_time(pid) - then for pid, then in zip((*pids, redis.process.pid), before, strict=True)]
        _check(programs, total)
    took.sort()
    per = 1_000_000 / total
    return {
        "commands, a second": round(total / elapsed),
        "answer, median, ms": round(took[total // 2] * 1000, 1),
        "answer, p99, ms": round(took[int(total * 0.99)] * 1000, 1),
        "CPU of a command at all servers, µs": round(sum(spent[:-1]) * per),
        "CPU of a command at Redis, µs": round(spent[-1] * per),
        "CPU of a command at the client, µs": round(mine * per),
    }


@contextmanager
def _started(folder: Path, redis: RedisServer, count: int) -> Iterator[list[Program]]:
    make_folder(folder)
    first = Program(folder, "--redis", redis.url)
    with ThreadPoolExecutor(count) as pool:
        programs = [first, *pool.map(lambda _: Program(folder, "--redis", redis.url), range(count - 1))]
    try:
        yield programs
    finally:
        for program in programs:
            program.kill()


async def _drive(urls: list[str], key: str, total: int, in_flight: int) -> list[float]:
    took: list[float] = []
    share = [total // len(urls) + (number < total % len(urls)) for number in range(len(urls))]
    await asyncio.gather(
        *(
            _link(url, key, f"l{number}", some, in_flight, took)
            for number, (url, some) in enumerate(zip(urls, share, strict=True))
        )
    )
    return took


async def _link(url: str, key: str, name: str, count: int, in_flight: int, took: list[float]) -> None:
    where = url.replace("http", "ws") + "/ws"
    headers = {"Authorization": f"Bearer {key}"}
    async with connect(where, subprotocols=[Subprotocol("cuedesk.v1")], additional_headers=headers, proxy=None) as link:
        await link.recv()
        sent: dict[str, float] = {}
        for number in range(min(in_flight, count)):
            await _ask(link, f"{name}-{number}", sent)
        asked = len(sent)
        while sent:
            frame: dict[str, Any] = json.loads(await link.recv())
            if frame["t"] not in ("ok", "err"):
                continue
            assert frame["t"] == "ok", frame
            took.append(time.perf_counter() - sent.pop(frame["ref"]))
            if asked < count:
                await _ask(link, f"{name}-{asked}", sent)
                asked += 1


async def _ask(link: ClientConnection, ref: str, sent: dict[str, float]) -> None:
    args = {"name": f"Guest {ref}", "category": "guest"}
    sent[ref] = time.perf_counter()
    await link.send(json.dumps({"t": "cmd", "ref": ref, "c": "checkin", "v": "walk_in", "args": args}))


def _check(programs: list[Program], total: int) -> None:
    for program in programs:
        deadline = time.monotonic() + 10
        with program.http(program.key(Role.FLOOR)) as client:
            came = -1
            while came != total:
                assert time.monotonic() < deadline, f"{came} of {total} came"
                came = client.get("/api/v1/checkin").json()["rows"]["totals"]["walk_ins"]


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
