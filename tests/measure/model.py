"""A desk of many processes as queues: each process's core, each machine's uplink, one Redis; nothing but arithmetic.

Theory of operation: events lie in a heap by time. A process works on one job at a time, in the order they came:
deciding a command, applying what another process appended, a piece of a pass to its readers, a handshake. A command
is decided, appended (to its own disk, or to Redis, which serves one request at a time), and then makes the board of
every process newer. A process whose readers are behind writes to them in pieces, round and round, with a turn for
other jobs between; each piece gets all that is new by then in one write. Bytes leave by the machine's uplink, one after
the other. Drawn from a seed, so a run can be repeated.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from tests.measure.sums import percentile

PIECE = 512
"""Writes before a process does something else."""

HEADERS = 66
"""Bytes that Ethernet, IP and TCP add to a delta."""


class Costs(NamedTuple):
    """What each thing takes: microseconds of one core, bytes, or bits a second.

    Attributes:
        delivery: one delta of 500 bytes to one reader, the kernel included.
        command: deciding one command, its rows included, at the process that takes it.
        applied: applying and projecting what another process appended.
        handshake: one connection with its subscriptions.
        append: until the journal has it, in wall time: a sync of the own disk, or Redis's.
        redis: what Redis itself works for one append, and `tail` for telling one process of it.
        socket: bytes of memory an idle socket holds.
        reader: what a client takes to read one delta, for a bench whose readers are one process each.
    """

    delivery: float = 8.0
    command: float = 1_500.0
    applied: float = 700.0
    handshake: float = 500.0
    append: float = 1_000.0
    redis: float = 150.0
    tail: float = 30.0
    socket: float = 4_096.0
    delta: float = 500.0
    snapshot: float = 20_000.0
    uplink: float = 1e9
    reader: float = 0.0


class Layout(NamedTuple):
    """What is asked of it: readers, processes, machines that share them evenly, changes a second, a cut.

    `cores` is for a bench on one machine, where processes, readers and Redis share so many.
    """

    readers: int
    processes: int = 1
    machines: int = 1
    rate: float = 10.0
    cut: bool = False
    seconds: float = 5.0
    cores: float = math.inf


class Outcome(NamedTuple):
    """What came of it: shares of 1 for what can be full, milliseconds for what takes time."""

    core: float
    uplink: float
    redis: float
    p50: float
    p99: float
    last: float
    rounds: float
    back: float
    memory: float


class Queue:
    """Somebody who does one thing after the other; work of a processor needs one of the cores meanwhile."""

    def __init__(self, world: World, is_work: bool = True) -> None:
        self._world = world
        self._is_work = is_work
        self._jobs: deque[tuple[float, Callable[[], None]]] = deque()
        self._is_busy = False
        self.worked = 0.0

    def ask(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something that takes so long once all before it is done, and then call `then`."""
        self._jobs.append((seconds, then))
        if not self._is_busy:
            self._next()

    def _next(self) -> None:
        self._is_busy = bool(self._jobs)
        if not self._jobs:
            return
        if self._is_work:
            self._world.core(self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        seconds, then = self._jobs.popleft()
        self.worked += seconds

        def done() -> None:
            if self._is_work:
                self._world.leave_core()
            then()
            self._next()

        self._world.after(seconds, done)


class World:
    """The clock, the cores where they are shared, and what is to happen."""

    def __init__(self, cores: float = math.inf) -> None:
        self.now = 0.0
        self._free = cores
        self._line: deque[Callable[[], None]] = deque()
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Let something happen so much later."""
        heapq.heappush(self._heap, (self.now + seconds, next(self._order), call))

    def core(self, begin: Callable[[], None]) -> None:
        """Begin some work once a core is free for it."""
        if self._free >= 1:
            self._free -= 1
            begin()
        else:
            self._line.append(begin)

    def leave_core(self) -> None:
        """Let the next work have the core."""
        if self._line:
            self._line.popleft()()
        else:
            self._free += 1

    def run(self) -> None:
        """Let everything happen."""
        while self._heap:
            self.now, _, call = heapq.heappop(self._heap)
            call()


class Process:
    """One process: a core, the readers it serves, and whether they are behind."""

    def __init__(self, desk: Desk, readers: int, uplink: Queue) -> None:
        self._desk = desk
        self._readers = readers
        self._uplink = uplink
        self._news: list[float] = []
        self._pieces = [min(PIECE, readers - start) for start in range(0, readers, PIECE)]
        self._seen = [0] * len(self._pieces)
        self._writing = False
        self._writes = 0
        self.core = Queue(desk.world)
        self.client = Queue(desk.world)

    @property
    def rounds(self) -> float:
        """How often all readers were written to."""
        return self._writes / max(1, len(self._pieces))

    def changed(self, since: float) -> None:
        """A board is newer by what was asked for at `since`."""
        self._news.append(since)
        if not self._writing:
            self._writing = True
            # What else changed in this turn of the loop goes with it.
            self._desk.world.after(0.0, lambda: self._write(0))

    def arrive(self, done: Callable[[], None]) -> None:
        """One reader after the other connects and gets its snapshot."""
        costs = self._desk.costs
        seconds = (costs.handshake + costs.delivery) / 1e6
        for _ in range(self._readers):
            self.core.ask(seconds, lambda: self._send(costs.snapshot, done))

    def _write(self, cursor: int) -> None:
        """Write to the next piece that lacks anything."""
        behind = [piece for piece, seen in enumerate(self._seen) if seen < len(self._news)]
        if not behind:
            self._writing = False
            return
        piece = next((piece for piece in behind if piece >= cursor), behind[0])
        carried, size = self._news[self._seen[piece] :], self._pieces[piece]
        self._seen[piece] = len(self._news)
        self._writes += 1

        def written() -> None:
            self._send((self._desk.costs.delta + HEADERS) * size, lambda: self._read(carried, size))
            self._write(piece + 1)

        self.core.ask(size * self._desk.costs.delivery / 1e6, written)

    def _send(self, size: float, done: Callable[[], None]) -> None:
        self._uplink.ask(size * 8 / self._desk.costs.uplink, done)

    def _read(self, carried: list[float], size: int) -> None:
        seconds = size * self._desk.costs.reader / 1e6
        # The readers of a piece are served one by one: half of them have it after half of the time.
        self.client.ask(seconds, lambda: self._desk.delivered(carried, size, seconds))


class Desk:
    """All processes, the uplinks of their machines, and Redis."""

    def __init__(self, layout: Layout, costs: Costs, seed: int = 1) -> None:
        self.layout = layout
        self.costs = costs
        self.world = World(layout.cores)
        self._chance = random.Random(seed)
        self._redis = Queue(self.world)
        self._uplinks = [Queue(self.world, is_work=False) for _ in range(layout.machines)]
        self._delays: list[tuple[float, int]] = []
        self._last: dict[float, float] = {}
        self._back = 0.0
        self.processes = [
            Process(self, len(range(number, layout.readers, layout.processes)), self._uplinks[number % layout.machines])
            for number in range(layout.processes)
        ]

    def run(self) -> Outcome:
        """Let it happen, and say what came of it."""
        layout = self.layout
        if layout.cut:
            for process in self.processes:
                process.arrive(self._arrived)
        for number in range(int(layout.rate * layout.seconds)):
            at = number / layout.rate + self._chance.random() * 0.2 / layout.rate
            self.world.after(at, lambda: self._command(self._chance.choice(self.processes)))
        self.world.run()
        span = max(layout.seconds, self.world.now)
        delays = [delay * 1e3 for delay, size in self._delays for _ in range(max(1, size // 32))]
        return Outcome(
            core=max(process.core.worked for process in self.processes) / span,
            uplink=max(uplink.worked for uplink in self._uplinks) / span,
            redis=self._redis.worked / span,
            p50=percentile(delays, 0.5),
            p99=percentile(delays, 0.99),
            last=percentile([each * 1e3 for each in self._last.values()], 0.5),
            rounds=max(process.rounds for process in self.processes) / max(1.0, layout.rate * layout.seconds),
            back=self._back,
            memory=layout.readers / layout.processes * self.costs.socket,
        )

    def delivered(self, carried: list[float], size: int, seconds: float) -> None:
        """So many readers have what was asked for at these instants; they got it within the last `seconds`."""
        for since in carried:
            for part in range(8):
                self._delays.append((self.world.now - seconds * part / 8 - since, size // 8))
            self._last[since] = self.world.now - since

    def _arrived(self) -> None:
        self._back = self.world.now

    def _command(self, home: Process) -> None:
        asked = self.world.now
        home.core.ask(self.costs.command / 1e6, lambda: self._append(home, asked))

    def _append(self, home: Process, asked: float) -> None:
        if self.layout.processes == 1:
            self.world.after(self.costs.append / 1e6, lambda: home.changed(asked))
            return
        work = (self.costs.redis + self.costs.tail * self.layout.processes) / 1e6
        self._redis.ask(work, lambda: self.world.after(self.costs.append / 1e6, lambda: self._tell(home, asked)))

    def _tell(self, home: Process, asked: float) -> None:
        home.changed(asked)
        for process in self.processes:
            if process is not home:
                process.core.ask(self.costs.applied / 1e6, _then(process, asked))


def _then(process: Process, asked: float) -> Callable[[], None]:
    return lambda: process.changed(asked)


class Limits(NamedTuple):
    """What a layout must keep to."""

    core: float = 0.6
    uplink: float = 0.7
    redis: float = 0.5
    p99: float = 250.0
    back: float = 10.0


def breaks(outcome: Outcome, limits: Limits) -> list[str]:
    """Return what is beyond its limit, the worst first."""
    shares = {
        "core of an edge process": outcome.core / limits.core,
        "uplink of a machine": outcome.uplink / limits.uplink,
        "Redis": outcome.redis / limits.redis,
        "delay of a delivery": outcome.p99 / limits.p99 if not math.isnan(outcome.p99) else 0.0,
        "everybody back after a cut": outcome.back / limits.back,
    }
    return [name for name, share in sorted(shares.items(), key=lambda each: -each[1]) if share > 1]


def least(layout: Layout, costs: Costs, limits: Limits, most: int = 256) -> tuple[int, list[str]]:
    """Return the fewest processes that carry `layout` (machines hold as many as before), and what stops one fewer."""
    each = layout.processes / layout.machines
    stopped: list[str] = []
    for count in range(1, most + 1):
        machines = max(1, math.ceil(count / each))
        tried = layout._replace(processes=count, machines=machines)
        calm = Desk(tried._replace(cut=False), costs).run()
        found = breaks(calm, limits)
        if not found:
            cut = Desk(tried._replace(cut=True, seconds=1.0), costs).run()
            found = breaks(calm._replace(back=cut.back), limits)
        if not found:
            return count, stopped
        stopped = found
    return most, stopped
