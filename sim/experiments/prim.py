"""PRIM, the patient rule induction method: a box around runs of interest (Friedman and Fisher 1999).

Peeling takes a thin slice off the box at a time, the one whose loss raises the share of runs of interest most; of the
boxes on the way the one that best combines density and coverage is taken. Pasting gives back what was taken off in
vain, and conditions that chance explains are dropped (Bryant and Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
import pandas as pd

PEELED = 0.05
"""Share of the runs in a box that one slice may take off."""
SMALLEST = 0.05
"""Share of all runs that a box holds at least."""
FEWEST = 5
"""Runs that a box holds at least."""
BY_CHANCE = 0.05
"""Conditions that chance explains more often than that are dropped."""

Flags = np.ndarray
"""[run] true or false."""


class Limit(NamedTuple):
    """What a box asks of one axis."""

    low: float = -np.inf
    high: float = np.inf
    among: frozenset[Hashable] | None = None
    """Values allowed, of an axis without numbers."""

    def holds(self, values: pd.Series) -> Flags:
        """[run] whether the values are allowed."""
        if self.among is not None:
            return np.asarray(values.isin(list(self.among)))
        numbers = values.to_numpy(dtype=np.float64)
        return np.asarray((numbers >= self.low) & (numbers <= self.high))


Limits = dict[str, Limit]


def inside(runs: pd.DataFrame, limits: Limits) -> Flags:
    """[run] whether runs lie in a box."""
    found = np.ones(len(runs), dtype=bool)
    for axis, limit in limits.items():
        found &= limit.holds(runs[axis])
    return found


def prim_limits(runs: pd.DataFrame, interest: Flags) -> Limits:
    """The box on the path of peeling that best combines density and coverage, pasted and cleared of chance."""
    least = max(FEWEST, int(np.ceil(SMALLEST * len(runs))))
    path: list[Limits] = [{}]
    while (thinner := _peel(runs, interest, path[-1], least)) is not None:
        path.append(thinner)
    best = max(path, key=lambda limits: merit(interest, inside(runs, limits)))
    return _paste(runs, interest, significant(runs, interest, best))


def merit(interest: Flags, within: Flags) -> float:
    """Harmonic mean of density and coverage."""
    held = float(interest[within].sum())
    return 2.0 * held / float(within.sum() + interest.sum())


def _peel(runs: pd.DataFrame, interest: Flags, limits: Limits, least: int) -> Limits | None:
    """The box less the slice that raises its density most, or lowers it least, for each run lost; None if none may."""
    within = inside(runs, limits)
    mean, number = interest[within].mean(), int(within.sum())
    best, gain = None, -np.inf
    for axis in runs.columns:
        for limit in _slices(runs.loc[within, axis], limits.get(axis, Limit())):
            kept = within & limit.holds(runs[axis])
            if least <= kept.sum() < number:
                raised = (interest[kept].mean() - mean) / (number - kept.sum())
                if raised > gain:
                    best, gain = limits | {axis: limit}, raised
    return best


def _slices(values: pd.Series, limit: Limit) -> list[Limit]:
    """Limits that take off a slice: the lowest or highest values, or one value of an axis without numbers."""
    if not orders(values):
        present = sorted(values.unique(), key=str)
        return [limit._replace(among=frozenset(present) - {one}) for one in present] if len(present) > 1 else []
    numbers = values.to_numpy(dtype=np.float64)
    low, high = np.quantile(numbers, (PEELED, 1.0 - PEELED))
    above, below = numbers[numbers > low], numbers[numbers < high]
    # Where many runs share the value at the end, all of them go.
    higher = [limit._replace(low=float(above.min()))] if above.size else []
    lower = [limit._replace(high=float(below.max()))] if below.size else []
    return higher + lower


def orders(values: pd.Series) -> bool:
    """Whether an axis has numbers."""
    return bool(pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype))


def _paste(runs: pd.DataFrame, interest: Flags, limits: Limits) -> Limits:
    """Give back what peeling took off in vain: limits move outward as long as the merit does not fall."""
    for axis in list(limits):
        if limits[axis].among is not None:
            continue
        without = inside(runs, {name: one for name, one in limits.items() if name != axis})
        values = np.sort(runs.loc[without, axis].to_numpy(dtype=np.float64))
        step = max(1, int(PEELED * len(values) / 2.0))
        for end in ("low", "high"):
            here = limits[axis]
            outward = values[values < here.low][::-1] if end == "low" else values[values > here.high]
            for value in outward[::step]:
                here = limits[axis]
                moved = here._replace(low=float(value)) if end == "low" else here._replace(high=float(value))
                wider = limits | {axis: moved}
                if merit(interest, inside(runs, wider)) < merit(interest, inside(runs, limits)):
                    break
                limits = wider
    return limits


def significant(runs: pd.DataFrame, interest: Flags, limits: Limits) -> Limits:
    """The box without conditions that chance explains, the least sure dropped first."""
    while limits:
        sure = {axis: chance_of(runs, interest, limits, axis) for axis in limits}
        axis = max(sure, key=lambda one: sure[one])
        if sure[axis] <= BY_CHANCE:
            break
        limits = {name: limit for name, limit in limits.items() if name != axis}
    return limits


def chance_of(runs: pd.DataFrame, interest: Flags, limits: Limits, axis: str) -> float:
    """Quasi-p value of one condition (Bryant and Lempert 2010): binomial, one-sided."""
    from scipy.stats import binom

    within = inside(runs, limits)
    without = inside(runs, {name: one for name, one in limits.items() if name != axis})
    return float(binom.sf(interest[within].sum() - 1, within.sum(), interest[without].mean()))
