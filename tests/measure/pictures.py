"""Figures as pictures: Plotly in a page of its own, or that page photographed by the browser of this machine."""

from __future__ import annotations

import html
import json
import tempfile
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from tests.measure.figures import Figure, Run
from tests.support.browser import QUIET, browser_path

WIDTH, HEIGHT = 1180, 420
INK, PAPER = "#20303c", "#ffffff"
COLOURS = ("#1f6f8b", "#c8553d", "#588157", "#7b5ea7", "#b08900")


class Chart(NamedTuple):
    """One chart: its sentence, its traces, its axes' names."""

    title: str
    traces: list[dict[str, Any]]
    across: str
    upwards: str
    is_log: bool = False
    height: int = HEIGHT


def of_run(run: Run) -> list[Chart]:
    """Return the charts of a run: every ratio to the bare loop, and each series as it grows."""
    ratios = [figure for figure in run.figures if figure.ratio not in (None, 1.0) and not figure.line]
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": [f"{figure.name}<br><sub>{html.escape(figure.group)}</sub>" for figure in reversed(ratios)],
        "x": [figure.ratio for figure in reversed(ratios)],
        "text": [f"{figure.ratio:.2f}" for figure in reversed(ratios)],
        "textposition": "outside",
        "marker": {"color": COLOURS[0]},
    }
    charts = []
    if ratios:
        title = "Beside a bare write loop in the same run (1 = the loop)"
        charts.append(Chart(title, [bars], "× bare loop (logarithmic)", "", True, 120 + 44 * len(ratios)))
    lines: dict[str, list[Figure]] = defaultdict(list)
    for figure in run.figures:
        if figure.line:
            lines[figure.line].append(figure)
    for name, points in lines.items():
        trace: dict[str, Any] = {"type": "scatter", "mode": "lines+markers", "line": {"color": COLOURS[1]}}
        trace |= {"x": [point.at for point in points], "y": [point.value for point in points]}
        charts.append(Chart(f"CPU of a {name}", [trace], name.rpartition("by ")[2], points[0].unit, False, 300))
    return charts


def draw(charts: list[Chart], file: Path) -> None:
    """Write the charts to `file`: a page, or its picture if the name ends in .png and there is a browser."""
    page = _page(charts)
    if file.suffix != ".png":
        file.write_text(page, "utf-8")
        return
    path = browser_path()
    if path is None:
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (source := Path(folder) / "page.html").write_text(page, "utf-8")
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        shown = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        shown.goto(source.as_uri())
        shown.wait_for_function(f"document.querySelectorAll('.main-svg').length >= {len(charts)}")
        shown.screenshot(path=file, full_page=True)
        browser.close()


def _page(charts: list[Chart]) -> str:
    script = files("plotly").joinpath("package_data/plotly.min.js").read_text("utf-8")
    drawn = []
    for number, chart in enumerate(charts):
        spec = json.dumps([chart.traces, _layout(chart), {"displayModeBar": False}])
        drawn.append(f'<div id="c{number}"></div><script>Plotly.newPlot("c{number}", ...{spec});</script>')
    style = f"body{{margin:0;background:{PAPER};font-family:sans-serif}}"
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style><script>{script}</script>{"".join(drawn)}'


def _layout(chart: Chart) -> dict[str, Any]:
    axis = {"automargin": True, "gridcolor": "#e3e8ec", "zerolinecolor": "#b8c4cc"}
    return {
        "title": {"text": chart.title, "font": {"size": 17}, "x": 0.02, "xanchor": "left"},
        "width": WIDTH,
        "height": chart.height,
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"color": INK, "size": 13},
        "colorway": list(COLOURS),
        "margin": {"l": 80, "r": 60, "t": 60, "b": 60},
        "xaxis": {**axis, "title": {"text": chart.across}, "type": "log" if chart.is_log else "linear"},
        "yaxis": {**axis, "title": {"text": chart.upwards}},
        "showlegend": len(chart.traces) > 1,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1.0, "xanchor": "right"},
    }
