"""What a run found: named figures, how they are kept, and how two runs differ."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.measure.sums import change, verdict
from tests.support.program import ROOT

KEPT = ROOT / "docs" / "performance.json"
"""The run that the documents tell of."""

MORE_IS_BETTER = ("a second", "%")
"""Units of which more is better; of every other less is."""


class Figure(NamedTuple):
    """One figure.

    Attributes:
        group: what it belongs to.
        name: what was measured; with the group it names the figure in all runs.
        value: in `unit`.
        ratio: the same as a multiple of the bare loop's in this run, where there is one.
        line: names the series that the figure is a point of, and `at` its place there.
    """

    group: str
    name: str
    value: float
    unit: str = ""
    ratio: float | None = None
    line: str = ""
    at: float = 0.0

    @property
    def key(self) -> str:
        """The figure's name in every run."""
        return f"{self.group}: {self.name}"


class Run(NamedTuple):
    """All figures of one run, and what must be known about it."""

    about: dict[str, str]
    figures: list[Figure]

    def saved(self, file: Path) -> None:
        """Write it to `file`."""
        figures = [_plain(figure) for figure in self.figures]
        text = json.dumps({"about": self.about, "figures": figures}, indent=1, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")

    @staticmethod
    def read(file: Path) -> Run:
        """Return the run that was saved in `file`."""
        kept = json.loads(file.read_text("utf-8"))
        return Run(kept["about"], [Figure(**figure) for figure in kept["figures"]])

    def value(self, group: str, name: str) -> float | None:
        """Return one figure's value, if it was taken."""
        return next((each.value for each in self.figures if (each.group, each.name) == (group, name)), None)


class Difference(NamedTuple):
    """One figure of two runs."""

    key: str
    before: float
    after: float
    unit: str
    share: float
    verdict: str


def compared(before: Run, after: Run) -> list[Difference]:
    """Return the figures that both runs have; by their ratios where both have them, since machines differ."""
    old = {figure.key: figure for figure in before.figures}
    found = []
    for figure in after.figures:
        other = old.get(figure.key)
        if other is None:
            continue
        if figure.ratio is not None and other.ratio is not None:
            was, now, unit = other.ratio, figure.ratio, "×"
        else:
            was, now, unit = other.value, figure.value, figure.unit
        better = verdict(was, now, figure.unit in MORE_IS_BETTER)
        found.append(Difference(figure.key, was, now, unit, change(was, now), better))
    return found


def short(value: float) -> str:
    """Return a figure with as many digits as mean something."""
    if not math.isfinite(value):
        return "-"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| what | figure | unit | × bare loop |", "| --- | ---: | --- | ---: |"]
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            lines.append(f"| **{group}** | | | |")
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        lines.append(f"| {figure.name} | {short(figure.value)} | {figure.unit} | {ratio} |")
    return "\n".join(lines)


def _plain(figure: Figure) -> Mapping[str, object]:
    kept = {name: value for name, value in figure._asdict().items() if value not in (None, "", 0.0) or name == "value"}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in kept.items()}
