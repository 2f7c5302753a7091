"""Intervals over runs: replicates, which differ in luck, or draws of the parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.settings import setting

HAIR = 1e-6
"""Of a draw: what rounding makes of whole numbers of draws."""
FEWEST = 2.0
"""Effective number of draws below which nothing is said of what they leave open."""


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


@lru_cache
def _quantile(degrees: float, coverage: float) -> float:
    from scipy.stats import t  # late, because scipy.stats is slow to import

    return float(t.ppf(0.5 + coverage / 2.0, degrees))


def discoveries(
    samples: Sequence[NDArray[np.float64]], drawn: bool = False, weights: NDArray[np.float64] | None = None
) -> list[bool]:
    """Which of many differences, each over its runs, are clear of nothing, having looked at them all.

    Of those named, at most one in ten is expected to be luck (Benjamini and Hochberg 1995, at what the intervals leave
    uncovered). Of draws enough for an interval between them (`between_draws`), all that are clear are named: what luck
    alone moves goes one way in 19 draws once in 260,000 times, however many are looked at. Differences that are not
    known or do not vary from nothing are not named.

    Args:
        samples: differences, over as many runs each as are known.
        drawn: whether runs are draws of the parameters (see `intervals`).
        weights: of the draws, if they count unequally (see `weighted_interval`); all samples are then of these.
    """
    from scipy.stats import t

    chances, named = np.ones(len(samples)), np.zeros(len(samples), dtype=bool)
    lengths = np.array([len(values) for values in samples])
    for runs in np.unique(lengths[lengths > 1]):
        shares = np.full(runs, 1.0 / runs) if weights is None else weights
        effective = effective_number(shares)
        if effective < FEWEST:
            continue
        places = np.flatnonzero(lengths == runs)
        values = np.array([samples[int(place)] for place in places], dtype=np.float64)
        mean = values @ shares
        if drawn and effective >= _enough(_coverage(1)):
            low, high = between_draws(values.T, _coverage(1), weights)
            clear = (np.minimum(low, mean) > 0.0) | (np.maximum(high, mean) < 0.0)
            named[places] = np.isfinite(values).all(axis=1) & clear
            continue
        spread = np.sqrt((values - mean[:, None]) ** 2 @ shares / (1.0 - 1.0 / effective))
        tested = np.isfinite(values).all(axis=1) & (values != values[:, :1]).any(axis=1)
        of_what = 1.0 + 1.0 / effective if drawn else 1.0 / effective
        distance = np.abs(mean[tested]) / (spread[tested] * math.sqrt(of_what))
        chances[places[tested]] = 2.0 * t.sf(distance, effective - 1.0)
    order = np.argsort(chances, kind="stable")
    allowed = (1.0 - setting("interval")) * np.arange(1, len(samples) + 1) / max(len(samples), 1)
    passing = np.flatnonzero(chances[order] <= allowed)
    if passing.size:
        named[order[: passing[-1] + 1]] = True
    return [bool(one) for one in named]


def effective_number(weights: NDArray[np.float64]) -> float:
    """Kish's (1965) effective number of draws that count by weights adding up to 1: 1 over the sum of their squares."""
    return 1.0 / float(weights @ weights)


def interval(values: Any, drawn: bool = False, choices: int = 1) -> Interval | None:
    """Interval of `intervals` for one figure over its runs; None if nothing is known."""
    known = np.asarray(values, dtype=np.float64)
    if np.isnan(known).any():
        return None
    found = intervals(known, drawn, choices)
    return Interval(float(found["mean"]), float(found["low"]), float(found["high"]), int(known.size))


def intervals(values: NDArray[np.float64], drawn: bool = False, choices: int = 1) -> dict[str, NDArray[np.float64]]:
    """Intervals over the first axis: ``mean``, ``low`` and ``high``, of the coverage in the settings.

    Of replicates, they are for the mean, about which luck leaves something open (Student's t). Of draws of the
    parameters (`drawn`), they are for what another draw would show: more draws make them surer, not narrower. Where
    there are draws enough, they lie between the draws themselves, whatever the shape in which these are spread
    (`between_draws`), and hold the mean even where a few draws take it far out. A single run has no limits. Of the
    most striking of several `choices` they are so much wider that all of these would be covered (Bonferroni).
    """
    if drawn and values.shape[0] >= _enough(_coverage(choices)):
        mean = values.mean(axis=0)
        low, high = between_draws(values, _coverage(choices))
        return {"mean": mean, "low": np.minimum(low, mean), "high": np.maximum(high, mean)}
    return by_student(values, drawn, choices)


def by_student(values: NDArray[np.float64], drawn: bool = False, choices: int = 1) -> dict[str, NDArray[np.float64]]:
    """The same by Student's t, as if draws were spread normally."""
    count = values.shape[0]
    mean = values.mean(axis=0)
    if count == 1:
        unknown = np.full_like(mean, np.nan)
        return {"mean": mean, "low": unknown, "high": unknown}
    of_what = 1.0 + 1.0 / count if drawn else 1.0 / count
    half = _quantile(count - 1, _coverage(choices)) * values.std(axis=0, ddof=1) * math.sqrt(of_what)
    return {"mean": mean, "low": mean - half, "high": mean + half}


def _coverage(choices: int) -> float:
    return 1.0 - (1.0 - setting("interval")) / choices


def _enough(coverage: float) -> float:
    """Number of draws of which the lowest and the highest hold another one with this chance (Wilks 1941)."""
    return 2.0 / (1.0 - coverage) - 1.0 - HAIR


def between_draws(
    values: NDArray[np.float64], coverage: float, weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Interval for another draw from the order of the draws alone (Wilks 1941): no shape of their spread is assumed.

    Another draw lies below the `k`-th of `n` with the chance :math:`k / (n + 1)`. Draws that count by weight stand at
    the middle of their share of the whole, with the effective number of draws for `n`; between draws the limits are
    interpolated.
    """
    tail = (1.0 - coverage) / 2.0
    if weights is None:
        ordered = np.sort(values, axis=0)
        return _of_ordered(tail, ordered), _of_ordered(1.0 - tail, ordered)
    order = np.argsort(values, axis=0, kind="stable")
    ordered, shares, count = np.take_along_axis(values, order, axis=0), weights[order], effective_number(weights)
    places = ((np.cumsum(shares, axis=0) - shares / 2.0) * count + 0.5) / (count + 1.0)
    return _at(tail, places, ordered), _at(1.0 - tail, places, ordered)


def _of_ordered(chance: float, ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at a chance where the `k`-th of `n` draws stands at :math:`k / (n + 1)`; see `_at`."""
    place = min(max(chance * (len(ordered) + 1), 1.0), float(len(ordered)))
    below = min(int(place), len(ordered) - 1)
    before, after = ordered[below - 1], ordered[below]
    return np.asarray(before + (place - below) * (after - before))


def _at(chance: float, places: NDArray[np.float64], ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at a chance, between the two draws that stand around it; those of the first or last draw beyond them."""
    above = np.clip((places < chance).sum(axis=0, keepdims=True), 1, len(places) - 1)
    lower, upper = (np.take_along_axis(places, place, axis=0)[0] for place in (above - 1, above))
    before, after = (np.take_along_axis(ordered, place, axis=0)[0] for place in (above - 1, above))
    part = np.clip((chance - lower) / np.maximum(upper - lower, HAIR), 0.0, 1.0)  # draws of no weight stand together
    return np.asarray(before + part * (after - before))


def share_interval(met: int, runs: int, choices: int = 1) -> tuple[float, float]:
    """Interval of a share of runs (Clopper and Pearson 1934), of the coverage in the settings or more.

    Of the highest of several `choices` it is so much wider that all of these would be covered (Bonferroni).

    Args:
        met: runs that count.
        runs: all of them, one or more.
        choices: shares of which this is one.
    """
    from scipy.stats import beta

    tail = (1.0 - setting("interval")) / choices / 2.0
    low = float(beta.ppf(tail, met, runs - met + 1)) if met else 0.0
    high = float(beta.ppf(1.0 - tail, met + 1, runs - met)) if met < runs else 1.0
    return low, high


def weighted_interval(values: Any, weights: Any, choices: int = 1) -> Interval:
    """Interval of draws that count by weight, for what another draw of their kind would show.

    The formulas of `intervals` for draws, with weighted means and variances and the effective number of draws in place
    of their number. Equal weights give the same as none.

    Args:
        values: of draws, none of them missing.
        weights: of draws, not negative, adding up to 1.
        choices: of the most striking of so many the interval is wider (see `intervals`).
    """
    known, shares = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    mean = float(shares @ known)
    effective, coverage = effective_number(shares), _coverage(choices)
    if effective < FEWEST:
        return Interval(mean, math.nan, math.nan, 1)
    # Equal weights of twelve draws make twelve or a hair less, as the processor adds them up.
    runs = max(2, int(effective + HAIR))
    if effective >= _enough(coverage):
        low, high = between_draws(known, coverage, shares)
        return Interval(mean, min(float(low), mean), max(float(high), mean), runs)
    variance = float(shares @ (known - mean) ** 2) / (1.0 - 1.0 / effective)
    half = _quantile(effective - 1.0, coverage) * math.sqrt(variance * (1.0 + 1.0 / effective))
    return Interval(mean, mean - half, mean + half, runs)
