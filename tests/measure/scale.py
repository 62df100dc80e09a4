"""Past this machine: unit costs from a run, the model checked against that run, and what larger events need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from rich.console import Console

from tests.measure import commands, fanout, pictures, storms
from tests.measure.figures import KEPT, Run, short
from tests.measure.model import Costs, Desk, Layout, Limits, Outcome, breaks, least
from tests.measure.pictures import Chart
from tests.support.program import ROOT

PAGE = ROOT / "docs" / "scale.md"
PICTURES = ROOT / "docs" / "images"
MARKS = ("costs", "check", "layouts")

CORES = 4
"""Processes on a machine of the layouts."""

LARGER = (1_000, 5_000, 10_000, 20_000, 50_000, 100_000)
RATES = (1.0, 10.0)
"""Readers and changes a second that layouts are sought for."""


class Taken(NamedTuple):
    """The figures of a run, found by what they are called."""

    run: Run

    def value(self, name: str, group: str = "") -> float:
        """Return the figure of this name in the first group that begins so.

        Raises:
            LookupError: the run has none.
        """
        for figure in self.run.figures:
            if figure.name == name and group in figure.group:
                return figure.value
        raise LookupError(f"the run has no figure {name!r}; take it with scripts/bench")

    def sockets(self) -> int:
        """Return to how many sockets it was delivered."""
        group = next(each.group for each in self.run.figures if each.name == fanout.BEYOND)
        return int("".join(sign for sign in group.partition(" sockets")[0] if sign.isdigit()))


def costs_of(taken: Taken) -> Costs:
    """Return the unit costs of a run; what readers take is for checking only."""
    return Costs(
        delivery=taken.value(fanout.BEYOND),
        command=taken.value(fanout.COMMAND),
        applied=taken.value(commands.FOLLOWS),
        handshake=taken.value(storms.HANDSHAKE),
        append=1e6 / taken.value(commands.SYNC),
        redis=taken.value(commands.REDIS),
        socket=taken.value(storms.IDLE) * 1024,
        snapshot=taken.value(storms.SNAPSHOT),
    )


class Check(NamedTuple):
    """One figure that both the model and the bench can say."""

    what: str
    measured: float
    modelled: float
    unit: str

    @property
    def error(self) -> float:
        """By which share the model differs."""
        return self.modelled / self.measured - 1 if self.measured else 0.0


def checks(taken: Taken) -> Iterator[Check]:
    """Run the model as the bench was run, and compare."""
    costs, count = costs_of(taken), taken.sockets()
    cores = float(taken.run.about.get("cores", "2"))
    # On loopback no cable is full. Reading a delta takes a client about as long as the bare loop takes to write it.
    local = costs._replace(uplink=1e12, reader=taken.value(fanout.BARE))
    one = Desk(Layout(count, rate=fanout.TICK, cores=cores), local).run()
    for name, value in (("delivery p50", one.p50), ("delivery p99", one.p99), ("last reader, median", one.last)):
        yield Check(f"one process, {count:,} sockets: {name}", taken.value(name, "Fan-out"), value, "ms")
    storm = Desk(Layout(count, rate=5, seconds=1, cut=True, cores=cores), local).run()
    measured = taken.value(storms.BACK)
    yield Check(f"one process, {count:,} cut at once: back with their rows", measured, storm.back, "s")
    shared = local._replace(command=taken.value(commands.DECIDES))
    two = Desk(Layout(count, 2, 1, commands.LIVELY, seconds=2, cores=cores), shared).run()
    for name, value in (("p50", two.p50), ("p99", two.p99)):
        label = f"delivery {name}, the slower process"
        yield Check(
            f"two processes on Redis, {commands.LIVELY} a second: delivery {name}", taken.value(label), value, "ms"
        )


def layouts(costs: Costs) -> Iterator[tuple[float, int, int, int, list[str], Outcome]]:
    """Yield (rate, readers, processes, machines, what stops one fewer, outcome) of events of growing size."""
    for rate in RATES:
        for count in LARGER:
            processes, stopped = least(Layout(count, CORES, 1, rate, seconds=2.0), costs, Limits())
            machines = -(-processes // CORES)
            outcome = Desk(Layout(count, processes, machines, rate, seconds=2.0), costs).run()
            yield rate, count, processes, machines, stopped, outcome


def filled(page: str, parts: dict[str, str]) -> str:
    """Return the page with these parts between their marks."""
    for name, text in parts.items():
        begin, end = f"<!-- {name}: scripts/bench --docs -->", f"<!-- end of {name} -->"
        head, _, rest = page.partition(begin)
        page = f"{head}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


def costs_table(costs: Costs) -> str:
    """Return the unit costs as a Markdown table."""
    named = {
        "delivery": ("one delta of 500 bytes to one reader, the kernel included", "µs of a core"),
        "command": ("deciding a command, journal and rows included", "µs of a core"),
        "applied": ("a change that another process decided", "µs of a core"),
        "redis": ("a change at Redis", "µs of a core"),
        "append": ("until a change is on disk", "µs of time"),
        "handshake": ("a connection with four topics", "µs of a core"),
        "socket": ("an idle socket", "bytes of memory"),
        "snapshot": ("a room's whole agenda, 40 items", "bytes"),
    }
    lines = ["| what | takes | of |", "| --- | ---: | --- |"]
    return "\n".join(
        [
            *lines,
            *(f"| {what} | {short(round(getattr(costs, name), 1))} | {of} |" for name, (what, of) in named.items()),
        ]
    )


def checks_table(found: Iterable[Check]) -> str:
    """Return what the model says beside what was measured."""
    lines = ["| what | measured | model | error |", "| --- | ---: | ---: | ---: |"]
    for each in found:
        unit = each.unit
        lines.append(
            f"| {each.what} | {short(each.measured)} {unit} | {short(each.modelled)} {unit} | {each.error:+.0%} |"
        )
    return "\n".join(lines)


def layouts_table(costs: Costs) -> str:
    """Return what events of growing size need."""
    lines = ["| screens | changes a second | processes | machines | busiest core | uplink | p99 | back | one fewer: |"]
    lines.append("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for rate, count, processes, machines, stopped, seen in layouts(costs):
        cut = Desk(Layout(count, processes, machines, 1.0, cut=True, seconds=1.0), costs).run()
        numbers = f"{seen.core:.0%} | {seen.uplink:.0%} | {seen.p99:.0f} ms | {cut.back:.1f} s"
        why = stopped[0] if stopped else ""
        lines.append(f"| {count:,} | {rate:g} | {processes} | {machines} | {numbers} | {why} |")
    return "\n".join(lines)


def charts(costs: Costs) -> list[Chart]:
    """Return how delays and shares grow with the readers of one process, and how many processes carry how many."""
    counts = [500, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 16_000, 20_000]
    seen = {rate: [Desk(Layout(count, rate=rate), costs).run() for count in counts] for rate in (1.0, 5.0, 10.0)}
    delays = [_line(f"{rate:g} a second", counts, [each.p99 for each in found]) for rate, found in seen.items()]
    cores = [
        _line(f"core, {rate:g} a second", counts, [each.core * 100 for each in found]) for rate, found in seen.items()
    ]
    cores.append(_line("uplink of 1 Gbit/s, 10 a second", counts, [each.uplink * 100 for each in seen[10.0]]))
    return [
        Chart("One process: delivery p99", delays, "screens", "ms", False, 360),
        Chart("One process: what is used", cores, "screens", "%", False, 360),
    ]


def _line(name: str, across: list[int], upwards: list[float]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines+markers", "name": name, "x": across, "y": upwards}


def tables(run: Run) -> dict[str, str]:
    """Return the tables of the page by the names of their marks."""
    taken = Taken(run)
    costs = costs_of(taken)
    return dict(zip(MARKS, (costs_table(costs), checks_table(checks(taken)), layouts_table(costs)), strict=True))


def write(run: Run) -> None:
    """Write the tables and the picture of docs/scale.md from a run."""
    PAGE.write_text(filled(PAGE.read_text("utf-8"), tables(run)), "utf-8")
    pictures.draw(charts(costs_of(Taken(run))), PICTURES / "scale.png")


@click.command()
@click.option("--docs", is_flag=True, help="Write the tables and the picture of docs/scale.md.")
@click.option("--costs", "file", type=click.Path(path_type=Path, exists=True), default=KEPT, help="A run of the bench.")
@click.option("--screens", type=int, help="Say what so many screens need, and nothing else.")
@click.option("--rate", default=10.0, show_default=True, help="Changes a second that each of them is shown.")
def main(docs: bool, file: Path, screens: int | None, rate: float) -> None:
    """Say what one process, one machine, one Redis and many of them carry."""
    console = Console()
    run = Run.read(file)
    costs = costs_of(Taken(run))
    if screens is not None:
        processes, stopped = least(Layout(screens, CORES, 1, rate, seconds=2.0), costs, Limits())
        console.print(f"{screens:,} screens at {rate:g} a second: {processes} processes", highlight=False)
        if stopped:
            console.print(f"one fewer is too few for: {', '.join(stopped)}")
        return
    for text in tables(run).values():
        console.print(text, markup=False, highlight=False)
    full = Desk(Layout(20_000), costs).run()
    console.print(f"one process with 20,000 screens at 10 a second breaks by: {', '.join(breaks(full, Limits()))}")
    if docs:
        write(run)


if __name__ == "__main__":
    main()
