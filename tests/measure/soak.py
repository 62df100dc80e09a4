"""Kill, cut, stall and rehearse for as long as it takes to believe it."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, track

from server.roles import Role
from tests.live.test_cuts import cut_and_resume
from tests.live.test_kill import kill_once
from tests.measure.apart import readers
from tests.measure.fanout import TICK, moving
from tests.measure.figures import short
from tests.measure.machine import family, memory
from tests.measure.product import duel
from tests.measure.sums import median, slope
from tests.support.program import ROOT, make_folder, serving

STALLED, STEP = 1_000, 10.0
"""Readers, one of whom stalls, and the seconds between two looks at them."""

GROWTH = 1 << 20
"""Bytes a minute that memory may rise, measured by a straight line, before it is no longer called flat."""

SLOWER = 1.5
"""How much slower the last quarter's p99 may be than the first's."""


@click.command()
@click.option("--kills", default=200, show_default=True, help="How often the server is killed under load.")
@click.option("--cuts", default=1_000, show_default=True, help="How often a link is cut and resumed.")
@click.option("--stalled", default=10.0, show_default=True, help="Minutes that one reader in a thousand reads nothing.")
@click.option("--day", default=10.0, show_default=True, help="Minutes that the demo's days are rehearsed.")
@click.option("--speed", default=60.0, show_default=True, help="How much faster than life they are.")
@click.option(
    "--readers", "count", default=STALLED, show_default=True, help="Readers of the stalled and the day's run."
)
def main(kills: int, cuts: int, stalled: float, day: float, speed: float, count: int) -> None:
    """Run all of it, and stop at the first thing that is wrong."""
    console = Console()
    if kills:
        killed(kills)
        console.print(f"{kills} kills: nothing acknowledged was lost or doubled")
    if cuts:
        cut(cuts)
        console.print(f"{cuts} cuts: every mirror exact")
    if stalled:
        console.print(f"one stalled reader among {count}: {watched(beside_a_stalled(count), stalled)}")
    if day:
        console.print(f"days at {speed:g} times life: {watched(rehearsed(speed, count), day)}")


def killed(times: int) -> None:
    """Kill a server under load, again and again."""
    for _ in track(range(times), description="kills under load"):
        seed = secrets.randbits(32)
        with tempfile.TemporaryDirectory() as folder:
            try:
                kill_once(Path(folder), seed)
            except AssertionError:
                click.echo(f"seed {seed}", err=True)
                raise


def cut(times: int) -> None:
    """Cut a link and resume, again and again."""
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        bar = progress.add_task("cut links", total=times)
        with serving(make_folder(Path(folder))) as program:
            cut_and_resume(program, times, secrets.randbits(32), lambda: progress.advance(bar))


Look = Callable[[], tuple[float, int]]
"""Listens for a while; returns the p99 of deliveries in milliseconds (0: none measured) and the server's memory."""


def watched(running: contextlib.AbstractContextManager[Look], minutes: float) -> str:
    """Look again and again for so many minutes, and say what was seen.

    Raises:
        AssertionError: memory rises, or deliveries become slower.
    """
    delays, held = [], []
    begin = time.monotonic()
    with running as look, Progress() as progress:
        bar = progress.add_task("watching", total=minutes * 60)
        while (passed := time.monotonic() - begin) < minutes * 60:
            p99, bytes_ = look()
            delays.append(p99)
            held.append((passed / 60, float(bytes_)))
            said = f"memory {bytes_ / 2**20:.1f} MB" + (f", p99 {p99:.0f} ms" if p99 else "")
            progress.update(bar, completed=passed, description=said)
    return flat(delays, held)


def flat(delays: list[float], held: list[tuple[float, float]]) -> str:
    """Say how memory and delays went; the first quarter, in which everything is made, does not count for memory.

    Raises:
        AssertionError: they did not stay flat.
    """
    quarter = max(2, len(delays) // 4)
    rise = slope(held[quarter:])[0] if len(held) - quarter > 2 else 0.0
    first, last = median(delays[:quarter]), median(delays[-quarter:])
    said = (
        f"memory {held[-1][1] / 2**20:.1f} MB, {rise / 1024:+.0f} KB a minute; p99 {short(first)} then {short(last)} ms"
    )
    assert rise < GROWTH, f"memory rises: {said}"
    assert last <= max(first * SLOWER, first + 20), f"deliveries become slower: {said}"
    return said


@contextlib.contextmanager
def beside_a_stalled(count: int) -> Iterator[Look]:
    """Serve `count` readers of a room that moves, one of whom reads nothing; it comes back whenever it is dropped."""
    with tempfile.TemporaryDirectory() as folder, duel(Path(folder), items=20) as both:
        key = both.product.key(Role.WALL)
        both.ours.connect(count - 1, key, ("agenda/R0",))
        both.ours.settled("agenda/R0")
        speech = moving(both, TICK)
        with readers(both.product.ports[0]) as others:

            def look() -> tuple[float, int]:
                others.connect(1, key, ("agenda/R0",))
                others.stall(1)
                heard = both.ours.listen(STEP, speech)
                assert not heard["torn"], "a delta did not fit"
                return heard["p99"], memory(both.product.pids)

            yield look


@contextlib.contextmanager
def rehearsed(speed: float, count: int) -> Iterator[Look]:
    """Serve the demo, rehearsed at `speed`, to `count` screens beside its own people."""
    command = [sys.executable, "-m", "server", "demo", "--port", "0", "--speed", str(speed), "--folder"]
    with tempfile.TemporaryDirectory() as folder:
        log = (Path(folder) / "log").open("w")
        demo = subprocess.Popen(
            [*command, str(Path(folder) / "event")], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert demo.stdout is not None
            while not (line := demo.stdout.readline()).startswith("ready "):
                assert line, "the demo did not start"
            with readers(int(line.split()[1].rpartition(":")[2])) as crowd:
                crowd.connect(count, None, ("agenda/R0", "questions/R0"))

                def look() -> tuple[float, int]:
                    heard = crowd.listen(STEP)
                    assert not heard["torn"], "a delta did not fit"
                    assert demo.poll() is None, "the demo ended"
                    return 0.0, memory(family(demo.pid))

                yield look
        finally:
            demo.terminate()
            demo.wait(10)
            log.close()


if __name__ == "__main__":
    main()
