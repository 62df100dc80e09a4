"""The arithmetic of measuring: percentiles, pairs, and what counts as a difference."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

NOISE = 0.10
"""A change smaller than this, as a share, is the machine's mood."""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed; not-a-number of none."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the middle value; not-a-number of none."""
    return statistics.median(values) if values else math.nan


def paired(ours: Sequence[float], bare: Sequence[float]) -> float:
    """Return the median of the ratios of pairs taken one right after the other: the machine's drift cancels out."""
    return median([mine / other for mine, other in zip(ours, bare, strict=True) if other > 0])


def change(before: float, after: float) -> float:
    """Return by which share `after` differs from `before`; infinite from nothing."""
    if before == after:
        return 0.0
    return math.inf if before == 0 else after / before - 1


def verdict(before: float, after: float, more_is_better: bool) -> str:
    """Return `better`, `worse` or "" for what is within the noise."""
    share = change(before, after)
    if math.isnan(share) or abs(share) < NOISE:
        return ""
    return "better" if (share > 0) is more_is_better else "worse"


def slope(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return (rise per unit, value at zero) of the straight line through `points` with the least squares."""
    line = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return line.slope, line.intercept
