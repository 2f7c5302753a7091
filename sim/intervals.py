"""Intervals over runs: replicates, which differ in luck, or draws of the parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.settings import setting


class Interval(NamedTuple):
    """A mean over runs and what they leave open; without a second run there are no limits."""

    mean: float
    low: float
    high: float
    runs: int

    @property
    def clear(self) -> bool:
        """Whether zero lies outside."""
        return self.runs > 1 and (self.low > 0.0 or self.high < 0.0)


@cache
def _quantile(degrees: int, coverage: float) -> float:
    from scipy.stats import t  # late, because scipy.stats is slow to import

    return float(t.ppf(0.5 + coverage / 2.0, degrees))


def discoveries(samples: Sequence[NDArray[np.float64]], drawn: bool = False) -> list[bool]:
    """Which of many differences, each over its runs, are clear of nothing, having looked at them all.

    Of those named, at most one in ten is expected to be luck (Benjamini and Hochberg 1995, at what the intervals leave
    uncovered). Differences that are not known or do not vary from nothing are not named.
    """
    from scipy.stats import t

    chances = np.ones(len(samples))
    for place, values in enumerate(samples):
        runs = len(values)
        spread = float(np.std(values, ddof=1)) if runs > 1 else 0.0
        if runs > 1 and np.isfinite(values).all() and spread > 0.0:
            of_what = 1.0 + 1.0 / runs if drawn else 1.0 / runs
            chances[place] = 2.0 * float(t.sf(abs(values.mean()) / (spread * math.sqrt(of_what)), runs - 1))
    order = np.argsort(chances, kind="stable")
    allowed = (1.0 - setting("interval")) * np.arange(1, len(samples) + 1) / max(len(samples), 1)
    passing = np.flatnonzero(chances[order] <= allowed)
    named = np.zeros(len(samples), dtype=bool)
    if passing.size:
        named[order[: passing[-1] + 1]] = True
    return [bool(one) for one in named]


def interval(values: Any, drawn: bool = False, choices: int = 1) -> Interval | None:
    """Interval of `intervals` for one figure over its runs; None if nothing is known."""
    known = np.asarray(values, dtype=np.float64)
    if np.isnan(known).any():
        return None
    found = intervals(known, drawn, choices)
    return Interval(float(found["mean"]), float(found["low"]), float(found["high"]), int(known.size))


def intervals(values: NDArray[np.float64], drawn: bool = False, choices: int = 1) -> dict[str, NDArray[np.float64]]:
    """Student's t intervals over the first axis: ``mean``, ``low`` and ``high``, of the coverage in the settings.

    Of replicates, they are for the mean, about which luck leaves something open. Of draws of the parameters (`drawn`),
    they are for what another draw would show: more draws make them surer, not narrower. A single run has no limits.
    Of the most striking of several `choices` they are so much wider that all of these would be covered (Bonferroni).
    """
    count = values.shape[0]
    mean = values.mean(axis=0)
    if count == 1:
        unknown = np.full_like(mean, np.nan)
        return {"mean": mean, "low": unknown, "high": unknown}
    of_what = 1.0 + 1.0 / count if drawn else 1.0 / count
    coverage = 1.0 - (1.0 - setting("interval")) / choices
    half = _quantile(count - 1, coverage) * values.std(axis=0, ddof=1) * math.sqrt(of_what)
    return {"mean": mean, "low": mean - half, "high": mean + half}
