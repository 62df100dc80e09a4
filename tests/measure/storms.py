"""What comes all at once: handshakes, everybody back after a cut, everybody asking for everything; and idle sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from server.roles import Role
from tests.measure.fanout import Scale
from tests.measure.figures import Figure
from tests.measure.machine import cpu, memory
from tests.measure.product import Duel, command, duel, messages, paper
from tests.measure.speech import Speech
from tests.measure.sums import median, paired

PAGE = ("agenda/R0", "questions/R0", "relay/R0", "me")
"""What an attendee's page reads."""

BATCHES = 4
HANDSHAKE, IDLE, BACK, SNAPSHOT = (
    "server CPU per handshake, four topics subscribed",
    "process memory per idle socket, four topics open",
    "back with their rows",
    "bytes each",
)


def arrivals(folder: Path, scale: Scale) -> Iterator[Figure]:
    """Measure handshakes and what an idle socket holds, then cut all of them at once."""
    with duel(folder, rooms=2, items=40) as both:
        # What the first hundred need is made once for all: pools, caches, the rooms' boards.
        both.ours.connect(100, None, PAGE)
        both.ours.settled(*PAGE)
        both.ours.listen(0.3)
        yield from _handshakes(both, scale)
        yield from _storm(both, scale)
        yield from _snapshots(both, scale)


def _handshakes(both: Duel, scale: Scale) -> Iterator[Figure]:
    group = f"{scale.sockets:,} attendees arrive"
    each = max(50, scale.sockets // BATCHES)
    ours, cost, floor = [], [], []
    before = memory(both.product.pids)
    for _ in range(BATCHES):
        spent = cpu(both.product.pids)
        ours.append(each / both.ours.connect(each, None, PAGE))
        cost.append((cpu(both.product.pids) - spent) / 1e3 / each)
        spent = cpu(both.floor.pids)
        both.bare.connect(each)
        floor.append((cpu(both.floor.pids) - spent) / 1e3 / each)
    both.ours.settled(*PAGE)
    both.ours.listen(1.0)
    held = (memory(both.product.pids) - before) / (each * BATCHES)
    yield Figure(group, "handshakes", median(ours), "a second")
    yield Figure(group, HANDSHAKE, median(cost), "µs", paired(cost, floor))
    yield Figure(group, IDLE, held / 1024, "KB")


def _storm(both: Duel, scale: Scale) -> Iterator[Figure]:
    """Cut all; they come back and resume, while a moderator goes on and one message was missed by everybody."""
    group = f"{scale.sockets:,} attendees cut at once"
    desk = both.ours.voice(both.product.key(Role.FLOOR))
    news = messages(both.product, 1, 5, both.voice)
    walk_in = Speech((command("checkin", "walk_in", name="Guest $n", category="guest"),), 20, desk)
    spent, before = cpu(both.product.pids), memory(both.product.pids)
    heard = both.ours.storm(PAGE, 1_000, news, walk_in)
    used = (cpu(both.product.pids) - spent) / 1e9
    with both.product.program.http(both.product.key(Role.ATTENDEE)) as client:
        shown = client.get("/api/v1/agenda/R0").json()["rows"]
    kept = (memory(both.product.pids) - before) / scale.sockets
    wrong = both.ours.astray(PAGE) + sum(rows != shown for rows in both.ours.rows("agenda/R0"))
    yield Figure(group, "accepted again", heard["accepted"], "s")
    yield Figure(group, BACK, heard["back"], "s")
    yield Figure(group, "server CPU for all of it", used, "s")
    yield Figure(group, "process memory per socket beyond what they held before", kept / 1024, "KB")
    yield Figure(group, "connections refused or dropped on the way", heard["lost"], "")
    yield Figure(group, "readers with wrong rows, deltas that did not fit", wrong + heard["torn"], "")
    yield Figure(group, "commands refused meanwhile", heard["0 refused"] + heard["1 refused"], "")
    yield Figure(group, "commands acknowledged meanwhile, p99", heard["1 p99"], "ms")


def _snapshots(both: Duel, scale: Scale) -> Iterator[Figure]:
    group = f"{scale.sockets:,} ask for a whole room's agenda at once"
    spent = cpu(both.product.pids)
    heard = both.ours.again("agenda/R0")
    used = (cpu(both.product.pids) - spent) / 1e3
    plain = both.bare.voice()
    size = max(200, int(heard["bytes"]))
    spent = cpu(both.floor.pids)
    bare = both.bare.listen(0.5, Speech((paper(size),), 4, plain, bare=True))
    floor = (cpu(both.floor.pids) - spent) / 1e3 / max(1.0, bare["frames"])
    cost = used / heard["told"]
    yield Figure(group, "until the last has it", heard["seconds"], "s")
    yield Figure(group, SNAPSHOT, heard["bytes"], "bytes")
    yield Figure(group, "server CPU per snapshot, the asking included", cost, "µs", cost / floor)
