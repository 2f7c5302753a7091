"""Which axes of a study an outcome depends on: Sobol indices, one axis at a time, and what sets runs apart.

Everything here takes plain arrays and tables, so that it works on any results. Points are given as quantiles of their
axes (0 the low end, 1 the high end), outcomes as one figure a point, the mean over its replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.intervals import Interval, interval
from sim.settings import setting

RESAMPLES = 200
"""Resamplings behind an interval."""
FEWEST_BLOCKS = 8
"""Base points below which Sobol indices are not told: their intervals would hold nothing and everything."""
FEWEST_IN_A_PART = 5
"""Runs on either side below which two groups of runs are not compared."""


class Index(NamedTuple):
    """Sobol indices of one axis: shares of an outcome's variance over the points."""

    axis: str
    first: float
    """Share that would go if this axis alone were known."""
    first_half: float
    """Half the width of the interval of `first`."""
    total: float
    """Share that would stay if all but this axis were known: with all its joint effects."""
    total_half: float
    """Half the width of the interval of `total`."""


class Sobol(NamedTuple):
    """Indices of all axes, and how they came about as base points were added."""

    blocks: int
    """Base points, each of which is run with every axis exchanged."""
    left_out: int
    """Base points that are not whole, since a run of theirs is missing."""
    indices: tuple[Index, ...]
    by_blocks: tuple[tuple[int, tuple[Index, ...]], ...]
    """Indices from fewer base points, the fewest first: where they still move, more are needed."""

    def moved(self) -> float:
        """Furthest that a total index moved when base points were last doubled; nan if there were too few."""
        if len(self.by_blocks) < 2:
            return float("nan")
        (_, before), (_, now) = self.by_blocks[-2:]
        return max(abs(new.total - old.total) for old, new in zip(before, now, strict=True))


def sobol(names: Sequence[str], shown: Floats, second_order: bool, seed: int = 1) -> Sobol | None:
    """Indices from the runs of a Saltelli design.

    Args:
        names: axes.
        shown: [point] the outcome, in the order of the design; nan where a run is missing.
        second_order: whether the design was made for second-order indices too, so how many points a block has.
        seed: of the resampling behind the intervals.

    Returns:
        None where fewer than `FEWEST_BLOCKS` base points are whole, or the outcome does not vary.

    Raises:
        ValueError: if the number of points is not that of such a design.
    """
    whole = whole_blocks(names, shown, second_order)
    if len(whole) < FEWEST_BLOCKS or np.ptp(whole) == 0.0:
        return None
    left_out = shown.size // whole.shape[1] - len(whole)
    numbers = [len(whole) // parts for parts in (8, 4, 2, 1) if len(whole) // parts >= FEWEST_BLOCKS]
    by_blocks = tuple((number, _indices(names, whole[:number].ravel(), second_order, seed)) for number in numbers)
    return Sobol(len(whole), left_out, by_blocks[-1][1], by_blocks)


def whole_blocks(names: Sequence[str], shown: Floats, second_order: bool) -> Floats:
    """[base point, point of its block] the outcome at base points that lack no run; arguments as of `sobol`."""
    size = (2 * len(names) if second_order else len(names)) + 2
    if shown.size % size:
        message = f"{shown.size} points are no Saltelli design of {len(names)} axes, whose blocks have {size}"
        raise ValueError(message)
    blocks = shown.reshape(-1, size)
    return blocks[np.isfinite(blocks).all(axis=1)]


def no_indices(whole: int) -> str:
    """Why there are none of an outcome, with so many base points that lack no run."""
    if whole < FEWEST_BLOCKS:
        return f"no indices from {whole} base points that lack no run: {FEWEST_BLOCKS} are the least."
    return "no indices, as it is the same at all points."


def _indices(names: Sequence[str], shown: Floats, second_order: bool, seed: int) -> tuple[Index, ...]:
    from SALib.analyze import sobol as salib

    problem = {"num_vars": len(names), "names": list(names)}
    # A change of scale or of zero does not matter to the indices, but much to how well they are estimated.
    found = salib.analyze(
        problem, (shown - shown.mean()) / shown.std(), calc_second_order=second_order, num_resamples=RESAMPLES,
        conf_level=setting("interval"), seed=seed,
    )  # fmt: skip
    columns = zip(names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    return tuple(Index(name, *(float(value) for value in values)) for name, *values in columns)


# -- how much of what is seen is luck


class Luck(NamedTuple):
    """Shares of an outcome's variance that replicates of the same points leave open; nan with one replicate."""

    of_run: float
    """Of a single run's."""
    of_mean: float
    """Of the mean over a point's replicates, which analyses use; luck that all points share does not count."""


def luck(shown: Floats) -> Luck:
    """How much of what is seen is luck.

    Args:
        shown: [point, replicate], replicate r with the same seed at every point; points with missing runs left out.
    """
    shown = shown[np.isfinite(shown).all(axis=1)]
    points, replicates = shown.shape
    if points < 2 or replicates < 2:
        return Luck(float("nan"), float("nan"))
    means = shown.mean(axis=1)
    shared = shown.mean(axis=0) - shown.mean()
    apart = shown - means[:, None] - shared
    own = float(np.square(apart).sum() / ((points - 1) * (replicates - 1)))
    within = float(shown.var(axis=1, ddof=1).mean())
    seen = float(means.var(ddof=1))
    between = max(0.0, seen - own / replicates)
    return Luck(_share(within, between + within), min(1.0, _share(own / replicates, seen)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


# -- one axis at a time


class Swing(NamedTuple):
    """What a setting of one axis changes, all others as at the base point."""

    axis: str
    value: object
    change: Interval
    clear: bool
    """Whether zero lies outside an interval wide enough to hold for all settings looked at (Bonferroni)."""


def swings(points: pd.DataFrame, shown: Floats, drawn: bool = False) -> list[Swing]:
    """What each axis does alone, from the points that differ from the base point in one axis only.

    Changes are paired by replicate.

    Args:
        points: [point, axis] physical values, the base point first.
        shown: [point, replicate]
        drawn: whether replicates have draws of the parameters of their own.
    """
    differs = (points != points.iloc[0]).to_numpy()
    alone = np.flatnonzero(differs.sum(axis=1) == 1)
    found = []
    for place in alone:
        column = points.columns[int(np.flatnonzero(differs[place])[0])]
        difference = shown[place] - shown[0]
        difference = difference[np.isfinite(difference)]
        change = interval(difference, drawn) if difference.size else None
        sure = interval(difference, drawn, len(alone)) if difference.size else None
        if change is not None and sure is not None:
            found.append(Swing(column, points[column].iloc[place], change, sure.clear))
    widest = {swing.axis: 0.0 for swing in found}
    for swing in found:
        widest[swing.axis] = max(widest[swing.axis], abs(swing.change.mean))
    return sorted(found, key=lambda swing: -widest[swing.axis])


# -- what sets runs that meet a goal apart


class Regional(NamedTuple):
    """How differently an axis lies in runs that meet a goal and in those that do not."""

    axis: str
    distance: float
    """Kolmogorov and Smirnov's: the largest gap between the two cumulative distributions, 0 to 1."""
    chance: float
    """Chance of such a gap if the axis did not matter, multiplied by the number of axes looked at (Bonferroni)."""


def regional(names: Sequence[str], quantiles: Floats, met: np.ndarray) -> list[Regional]:
    """Regional sensitivity (Hornberger and Spear 1981), the axis that matters most first; empty if runs are all alike.

    Args:
        names: axes.
        quantiles: [run, axis]
        met: [run] whether the goal is met.
    """
    from scipy.stats import ks_2samp

    if min(met.sum(), (~met).sum()) < FEWEST_IN_A_PART:
        return []
    found = []
    for place, name in enumerate(names):
        test = ks_2samp(quantiles[met, place], quantiles[~met, place])
        found.append(Regional(name, float(test.statistic), min(1.0, float(test.pvalue) * len(names))))
    return sorted(found, key=lambda one: -one.distance)
