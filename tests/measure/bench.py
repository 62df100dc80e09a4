"""All figures of the product in one run, beside a bare write loop: a table, a picture, and what changed since."""

from __future__ import annotations

import datetime
import gc
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.measure import commands, fanout, journeys, pictures, scale, storms
from tests.measure.fanout import Scale
from tests.measure.figures import KEPT, Figure, Run, compared, markdown, short
from tests.measure.machine import Floor, described, go_first, open_files
from tests.support.program import ROOT

MEASURES: dict[str, Callable[[Path, Scale], Iterator[Figure]]] = {
    "fan-out": fanout.fan_out,
    "bursts": fanout.bursts,
    "storms": storms.arrivals,
    "commands": commands.durable,
    "processes": commands.two_processes,
    "stalled": fanout.stalled,
    "growth": fanout.growth,
    "pixels": journeys.tap_to_pixels,
    "ready": journeys.time_to_ready,
}

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "performance.png"
BEGIN, END = "<!-- figures: scripts/bench --docs -->", "<!-- end of figures -->"
SPARE = 500


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="Take these measures only.")
@click.option("--sockets", default=1_000, show_default=True, help="Readers of the large measures; 5000, 10000.")
@click.option("--also", multiple=True, type=int, help="Take fan-out and storms with so many readers as well.")
@click.option("--pairs", default=5, show_default=True, help="Turns of product and bare loop.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures there.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw them there (.html, or .png with a browser).")
@click.option("--compare", type=click.Path(path_type=Path, exists=True), help="Tell what differs from that file.")
@click.option("--docs", is_flag=True, help="Write docs/performance.json, and the tables and pictures of its pages.")
@click.option("--first", is_flag=True, help="Go before other programs of this machine (needs the right to).")
@click.option("--from", "kept", type=click.Path(path_type=Path, exists=True), help="Measure nothing; take this file.")
def main(
    only: tuple[str, ...],
    sockets: int,
    also: tuple[int, ...],
    pairs: int,
    file: Path | None,
    plot: Path | None,
    compare: Path | None,
    docs: bool,
    first: bool,
    kept: Path | None,
) -> None:
    """Take the figures and print them."""
    console = Console()
    if docs and only:
        raise click.UsageError("The documents tell of a whole run; leave out --only.")
    if first and not go_first():
        console.print("no right to go first: figures of a busy machine", style="yellow")
    before = Run.read(compare) if compare is not None else None
    plan = [(name, Scale(sockets, pairs)) for name in only or MEASURES]
    plan += [(name, Scale(count, max(2, pairs // 2))) for count in also for name in ("fan-out", "storms")]
    run = Run.read(kept) if kept is not None else measured(console, plan)
    console.print(table(run))
    if file is not None:
        run.saved(file)
    if plot is not None:
        pictures.draw(pictures.of_run(run), plot)
    if before is not None:
        console.print(differences(before, run))
    if docs:
        run.saved(KEPT)
        # The page is made of what was kept, with its rounding.
        run = Run.read(KEPT)
        PAGE.write_text(filled(PAGE.read_text("utf-8"), run), "utf-8")
        pictures.draw(pictures.of_run(run), PICTURE)
        scale.write(run)


def measured(console: Console, plan: list[tuple[str, Scale]]) -> Run:
    """Take these measures, one after the other."""
    figures: list[Figure] = []
    about = {**described(), "commit": commit(), "taken": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC"}
    about["bare loop"] = floor_language()
    begin = time.monotonic()
    for name, wanted in plan:
        scale = allowed(console, wanted)
        gc.collect()
        try:
            with tempfile.TemporaryDirectory() as folder, console.status(f"measuring {name}"):
                figures += MEASURES[name](Path(folder), scale)
        except AssertionError as error:
            # What the others find is worth keeping.
            about[f"{name} failed"] = str(error)
        console.print(f"{name}, {scale.sockets:,} sockets: {time.monotonic() - begin:.0f} s", style="dim")
    about["seconds"] = f"{time.monotonic() - begin:.0f}"
    return Run(about, figures)


def allowed(console: Console, scale: Scale) -> Scale:
    """Return the scale with as many sockets as may be open here."""
    most = open_files(scale.sockets * 2 + SPARE) - SPARE
    if most < scale.sockets:
        console.print(f"only {most:,} sockets: raise `ulimit -n` for more", style="yellow")
    return scale.fewer(most)


def floor_language() -> str:
    """Say in what the bare write loop is written here: without a compiler it is Python, and so dearer."""
    floor = Floor()
    floor.stop()
    return floor.language


def commit() -> str:
    """Return the commit that is measured, and whether files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def table(run: Run) -> Table:
    """Return the figures for a terminal."""
    shown = Table(box=None, title=" · ".join(f"{name}: {value}" for name, value in run.about.items()))
    for name in ("what", "figure", "unit", "× bare loop"):
        shown.add_column(name, justify="left" if name in ("what", "unit") else "right")
    group = ""
    for figure in run.figures:
        if figure.group != group:
            group = figure.group
            shown.add_row(group, style="bold")
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        shown.add_row(f"  {figure.name}", short(figure.value), figure.unit, ratio)
    return shown


def differences(before: Run, after: Run) -> Table:
    """Return what differs between two runs, the largest change first; ratios are compared where both have them."""
    shown = Table(box=None, title=f"{before.about.get('commit')} → {after.about.get('commit')}")
    for name in ("what", "was", "is", "unit", "change", ""):
        shown.add_column(name, justify="left" if name in ("what", "unit", "") else "right")
    for each in sorted(compared(before, after), key=lambda each: -abs(each.share)):
        style = {"better": "green", "worse": "red"}.get(each.verdict, "dim")
        share = f"{each.share:+.0%}" if each.share not in (float("inf"), float("-inf")) else "new"
        shown.add_row(each.key, short(each.before), short(each.after), each.unit, share, each.verdict, style=style)
    return shown


def filled(page: str, run: Run) -> str:
    """Return the page with the run's table between its marks."""
    head, _, rest = page.partition(BEGIN)
    tail = rest.partition(END)[2]
    about = "\n".join(f"- {name}: {value}" for name, value in run.about.items())
    return f"{head}{BEGIN}\n\n{about}\n\n{markdown(run.figures)}\n\n{END}{tail}"


if __name__ == "__main__":
    main()
