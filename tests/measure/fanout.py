"""What one delivery costs, from a crew's command to the last screen, beside a bare write loop of the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from server.roles import Role
from tests.measure.asker import Asker
from tests.measure.disk import Syncs
from tests.measure.figures import Figure
from tests.measure.machine import cpu, memory
from tests.measure.product import DELTA, Duel, Product, command, duel, messages
from tests.measure.speech import READERS, Heard, Speech
from tests.measure.sums import median, paired
from tests.support.program import Screen

PHASE = 1.5
"""Seconds each side is measured at a time."""

NEWS, TICK, BURST, QUESTIONS = 4, 10, 200, 50
"""Boards that change at once, ticks a second, changes a second in a burst, and the rows they fall on."""
BEYOND, BARE, COMMAND, BARE_LAST = (
    "of it beyond the command itself",
    "the bare write loop",
    "server CPU of the command, journal and rows included",
    "last reader of the bare loop",
)


class Scale(NamedTuple):
    """How much is measured."""

    sockets: int = 1_000
    pairs: int = 5

    def fewer(self, most: int) -> Scale:
        """Return the same with no more than `most` sockets."""
        return self._replace(sockets=min(self.sockets, most))


def fan_out(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure one board and four boards a tick: processor time and delays; commands and the loop's stalls meanwhile."""
    topics = tuple(f"agenda/R{room}" for room in range(NEWS))
    with duel(folder, rooms=NEWS) as both:
        speech = messages(both.product, 1, TICK, both.voice)
        wall = both.product.key(Role.WALL)
        alone = both.command_alone(speech, *topics, key=wall)
        both.connect(scale.sockets, *topics, key=wall)
        yield from _single(both, scale, alone)
        yield from _joined(both, scale)
        yield from _meanwhile(both, scale)
        yield from _exact(both, topics, scale)


def _single(both: Duel, scale: Scale, alone: float) -> Iterator[Figure]:
    group = f"Fan-out to {scale.sockets:,} sockets, {DELTA} bytes, {TICK} a second"
    speech = messages(both.product, 1, TICK, both.voice)
    ours, bare = _rounds(both, scale.pairs, speech, 1)
    cost = [heard["cpu"] / heard["frames"] for heard in ours]
    floor = [heard["cpu"] / heard["frames"] for heard in bare]
    beyond = [(heard["cpu"] - alone * heard["0 said"]) / heard["frames"] for heard in ours]
    yield Figure(group, "server CPU per delivered message", median(cost), "µs", paired(cost, floor))
    yield Figure(group, BEYOND, median(beyond), "µs", paired(beyond, floor))
    yield Figure(group, BARE, median(floor), "µs", 1.0)
    yield Figure(group, COMMAND, alone, "µs")
    yield from _delays(group, ours, bare)
    yield Figure(group, BARE_LAST, median([heard["last reader"] for heard in bare]), "ms", 1.0)


def _delays(group: str, ours: list[Heard], bare: list[Heard]) -> Iterator[Figure]:
    labels = {
        "p50": "delivery p50",
        "p99": "delivery p99",
        "p99 at sockets": "the same until it is in the reader's socket",
        "last reader": "last reader, median",
    }
    for name, label in labels.items():
        mine, other = [heard[name] for heard in ours], [heard[name] for heard in bare]
        yield Figure(group, label, median(mine), "ms", paired(mine, other))


def _joined(both: Duel, scale: Scale) -> Iterator[Figure]:
    group = f"Fan-out to {scale.sockets:,} sockets, {NEWS} boards changing per tick"
    single = messages(both.product, 1, TICK, both.voice)
    speech = messages(both.product, NEWS, TICK, both.voice)
    cost, floor, once = [], [], []
    for _ in range(max(2, scale.pairs - 2)):
        ours, bare = both.round(PHASE, speech, DELTA, NEWS)
        plain = both.round(PHASE / 2, single, DELTA, 1)[1]
        cost.append(ours["cpu"] / (ours["0 said"] * NEWS * scale.sockets))
        floor.append(bare["cpu"] / bare["frames"])
        once.append(plain["cpu"] / plain["frames"])
    yield Figure(group, "server CPU per reader and changed board", median(cost), "µs", paired(cost, once))
    yield Figure(group, f"the same beside {NEWS} bare writes per tick", median(cost), "µs", paired(cost, floor))


def _meanwhile(both: Duel, scale: Scale) -> Iterator[Figure]:
    """Commands and pings while the screens are being served."""
    group = f"While {scale.sockets:,} sockets get {TICK} a second"
    url, key = both.product.program.url, both.product.key
    walk_in = command("checkin", "walk_in", name="Guest $n", category="guest").replace("$ref", "walk-in-$n")
    with (
        Asker(url, key(Role.FLOOR), walk_in, 0.02) as door,
        Asker(url, key(Role.CONTROL), '{"t":"ping","ts":$n}', 0.004) as pinger,
        Syncs(both.product.program.folder, 0.04) as disk,
    ):
        heard = both.ours.listen(max(4.0, scale.pairs * 1.0), messages(both.product, 1, TICK, both.voice))
    acks, pongs, syncs = sorted(door.took), sorted(pinger.took), sorted(disk.took)
    yield Figure(group, f"command acknowledged, p50 of {len(acks):,}", median(acks), "ms")
    yield Figure(group, "command acknowledged, p99", acks[len(acks) * 99 // 100], "ms")
    yield Figure(group, "a bare write and sync on the same disk, p99", syncs[len(syncs) * 99 // 100], "ms")
    yield Figure(group, "commands refused", door.refused + heard["0 refused"], "")
    yield Figure(group, f"longest stall of the loop (slowest of {len(pongs):,} pings)", pongs[-1], "ms")
    yield Figure(group, "ping p99", pongs[len(pongs) * 99 // 100], "ms")


def _exact(both: Duel, topics: tuple[str, ...], scale: Scale) -> Iterator[Figure]:
    group = f"Correct, {scale.sockets:,} sockets"
    with both.product.program.http(both.product.key(Role.WALL)) as client:
        wrong = 0
        for topic in topics:
            shown = client.get(f"/api/v1/{topic}").json()["rows"]
            wrong += sum(rows != shown for rows in both.ours.rows(topic))
    counts = both.ours.counts()
    yield Figure(group, "mirrors that differ from the server's rows", wrong, "")
    yield Figure(group, "deltas that did not fit, links lost", counts["torn"] + counts["lost"], "")


def bursts(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure votes: so many a second on 50 questions, beside one write per change to every reader."""
    group = f"Burst: {BURST} votes a second on {QUESTIONS} questions, {scale.sockets:,} readers"
    alone = _votes_alone(folder / "alone", scale)
    with duel(folder / "read") as both:
        speech = _votes(both.product)
        both.connect(scale.sockets, "questions/R0")
        row = _row_bytes(both.product)
        cost, beyond, floor, bytes_, frames, refused = [], [], [], [], [], 0.0
        for _ in range(max(2, scale.pairs - 2)):
            ours, bare = both.round(PHASE, speech, row, 1)
            changes = ours["0 said"] * scale.sockets
            cost.append(ours["cpu"] / changes)
            beyond.append((ours["cpu"] - alone * ours["0 said"]) / changes)
            floor.append(bare["cpu"] / bare["frames"])
            bytes_.append(ours["bytes"] / changes)
            frames.append(ours["frames"] / scale.sockets / PHASE)
            refused += ours["refused"] + ours["0 refused"]
        yield Figure(group, "server CPU per change and reader", median(cost), "µs", paired(cost, floor))
        yield Figure(group, "of it beyond the votes themselves", median(beyond), "µs", paired(beyond, floor))
        yield Figure(group, "bytes per change and reader", median(bytes_), "bytes", median(bytes_) / row)
        yield Figure(group, "frames a second each reader gets", median(frames), "", median(frames) / BURST)
        yield Figure(group, "votes refused", refused, "")


def _votes_alone(folder: Path, scale: Scale) -> float:
    """Return what a vote costs in µs where as many are connected, and nobody reads the questions."""
    with duel(folder) as both:
        speech = _votes(both.product)
        both.ours.connect(scale.sockets)
        spent = cpu(both.product.pids)
        heard = both.ours.listen(2 * PHASE, speech)
        return (cpu(both.product.pids) - spent) / 1e3 / max(1.0, heard["0 said"])


def _votes(product: Product) -> Speech:
    """Return votes that the readers give in turn, on questions that are asked for it."""
    votes = [command("questions", "vote", question=id_, on="$flip", n="$n") for id_ in _questions(product, QUESTIONS)]
    return Speech(tuple(votes), BURST, READERS, in_turn=True)


def _questions(product: Product, count: int) -> list[str]:
    desk = Screen(product.program, product.key(Role.CONTROL))
    ids = []
    for number in range(count):
        args = {"room": "R0", "body": f"Question number {number}, what about it?", "inlet": "slip"}
        ids.append(desk.ask("questions", "submit", args)["result"]["id"])
        desk.ask("questions", "approve", {"question": ids[-1]})
    desk.close()
    return ids


def _row_bytes(product: Product) -> int:
    """Return how long a delta with one question is."""
    desk = Screen(product.program, product.key(Role.WALL))
    rows = desk.subscribe("questions/R0")
    desk.close()
    row = next(row for key, row in rows.items() if key.startswith("q/"))
    return len(json.dumps(row, separators=(",", ":"))) + 120


def stalled(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Let one reader stop reading while a whole room moves ten times a second, and watch the others."""
    items = 20
    group = f"One stalled reader among {scale.sockets:,}, {items} items moving {TICK} a second"
    with duel(folder, items=items) as both:
        both.connect(scale.sockets, "agenda/R0", key=both.product.key(Role.WALL))
        speech = moving(both, TICK)
        before = [both.ours.listen(PHASE, speech) for _ in range(2)]
        held = memory(both.product.pids)
        both.ours.stall(1)
        both.ours.listen(PHASE, speech)
        after = [both.ours.listen(PHASE, speech) for _ in range(2)]
        yield Figure(group, "delivery p99 before it stalled", median([each["p99"] for each in before]), "ms")
        yield Figure(group, "delivery p99 of the others", median([each["p99"] for each in after]), "ms")
        yield Figure(group, "memory it cost", max(0, memory(both.product.pids) - held) / 1024, "KB")
        yield Figure(group, "bytes of a delta", after[-1]["bytes"] / max(1.0, after[-1]["frames"]), "bytes")


def moving(both: Duel, rate: float) -> Speech:
    """Return a speech that makes the first item of a room a little longer each time, so that all others move."""
    text = command("agenda", "edit", item="r0i0", title="$stamp", duration="$longer")
    return Speech((text.replace('"$longer"', "$longer"),), rate, both.voice)


Size = tuple[int, int, int]
"""Sockets, rooms, and items of each room."""


def growth(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure what a command and a delivery cost as sockets, items and rooms grow."""
    half = max(1, scale.sockets // 2)
    lines: dict[str, list[Size]] = {
        "sockets": [(max(1, scale.sockets // 10), 1, 4), (half, 1, 4), (scale.sockets, 1, 4)],
        "items of the room": [(half, 1, 4), (half, 1, 100), (half, 1, 400)],
        "rooms": [(half, 1, 4), (half, 40, 4)],
    }
    sizes = dict.fromkeys(size for line in lines.values() for size in line)
    taken = {size: _taken(folder / "-".join(map(str, size)), size) for size in sizes}
    for what, line in lines.items():
        for size in line:
            at = size[{"sockets": 0, "rooms": 1}.get(what, 2)]
            alone, cost, ratio = taken[size]
            group = f"As {what} grow"
            yield Figure(group, f"CPU of a command, {at} {what}", alone, "µs", None, f"command by {what}", at)
            yield Figure(group, f"CPU of a delivery, {at} {what}", cost, "µs", ratio, f"delivery by {what}", at)


def _taken(folder: Path, size: Size) -> tuple[float, float, float]:
    """Return the processor time of a command and of a delivery in µs, and the latter beside the bare loop."""
    sockets, rooms, items = size
    folder.mkdir(parents=True)
    with duel(folder, rooms=rooms, items=items) as both:
        wall, speech = both.product.key(Role.WALL), messages(both.product, 1, TICK, both.voice)
        alone = both.command_alone(speech, "agenda/R0", key=wall, seconds=1.0)
        both.connect(sockets, "agenda/R0", key=wall)
        ours, bare = _rounds(both, 1, speech, 1)
    cost = [(each["cpu"] - alone * each["0 said"]) / each["frames"] for each in ours]
    return alone, median(cost), paired(cost, [each["cpu"] / each["frames"] for each in bare])


def _rounds(both: Duel, count: int, speech: Speech, writes: int) -> tuple[list[Heard], list[Heard]]:
    pairs = [both.round(PHASE, speech, DELTA, writes) for _ in range(count)]
    return [ours for ours, _ in pairs], [bare for _, bare in pairs]
