"""Kill and cut for as long as it takes to believe it."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

import click
from rich.progress import Progress, track

from tests.live.test_cuts import cut_and_resume
from tests.live.test_kill import kill_once
from tests.support.program import make_folder, serving


@click.command()
@click.option("--kills", default=200, show_default=True, help="How often the server is killed under load.")
@click.option("--cuts", default=1_000, show_default=True, help="How often a link is cut and resumed.")
def main(kills: int, cuts: int) -> None:
    """Run both, and stop at the first thing that is wrong."""
    for _ in track(range(kills), description="kills under load"):
        seed = secrets.randbits(32)
        with tempfile.TemporaryDirectory() as folder:
            try:
                kill_once(Path(folder), seed)
            except AssertionError:
                click.echo(f"seed {seed}", err=True)
                raise
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        bar = progress.add_task("cut links", total=cuts)
        with serving(make_folder(Path(folder))) as program:
            cut_and_resume(program, cuts, secrets.randbits(32), lambda: progress.advance(bar))
    click.echo(f"{kills} kills: nothing acknowledged was lost or doubled · {cuts} cuts: every mirror exact")


if __name__ == "__main__":
    main()
