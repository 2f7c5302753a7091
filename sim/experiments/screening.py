"""Morris screening: which of many axes an outcome depends on at all, at the price of a few runs for each.

A trajectory starts at a random point of a lattice and moves one axis after the other by a fixed step, a good half of
the axis's range. What the outcome does at each step is an elementary effect (Morris 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.settings import setting

RESAMPLES = 500
"""Resamplings of trajectories behind an interval."""
FEWEST_TRAJECTORIES = 4


class Effect(NamedTuple):
    """Elementary effects of one axis, in the unit of the outcome for one step of the design."""

    axis: str
    mean: float
    """With its sign: effects in both directions cancel out."""
    size: float
    """Mean of absolute effects, mu* (Campolongo, Cariboni and Saltelli 2007)."""
    size_low: float
    size_high: float
    spread: float
    """Standard deviation of effects, sigma: bent, or dependent on other axes."""
    spread_low: float
    spread_high: float

    @property
    def bent(self) -> bool:
        """Whether effects differ along the way by as much as they are large."""
        return self.spread > self.size


def effects(quantiles: Floats, shown: Floats) -> Floats:
    """[trajectory, axis] elementary effects of whole trajectories.

    Args:
        quantiles: [point, axis] in the order of the design, trajectories of one point more than there are axes.
        shown: [point] the outcome; nan where a run is missing.

    Raises:
        ValueError: if a trajectory is not one of single steps.
    """
    axes = quantiles.shape[1]
    points = quantiles.reshape(-1, axes + 1, axes)
    steps, changes = np.diff(points, axis=1), np.diff(shown.reshape(-1, axes + 1), axis=1)
    if ((steps != 0.0).sum(axis=2) > 1).any():
        message = "a trajectory moves several axes in one step, so that this is no Morris design"
        raise ValueError(message)
    # An axis with few values may stay where it is: the step at which nothing moves is its own, and without effect.
    signed = np.sign(steps) * changes[:, :, None]
    found = np.where(steps != 0.0, signed, 0.0).sum(axis=1)
    return np.asarray(found[np.isfinite(changes).all(axis=1)])


def screen(names: Sequence[str], quantiles: Floats, shown: Floats, seed: int = 1) -> list[Effect]:
    """Size and spread of the effects of every axis, the largest first; empty with too few whole trajectories.

    Args:
        names: axes.
        quantiles: [point, axis]
        shown: [point] the outcome.
        seed: of the resampling behind the intervals.
    """
    found = effects(quantiles, shown)
    if len(found) < FEWEST_TRAJECTORIES:
        return []
    rng = np.random.default_rng(seed)
    drawn = found[rng.integers(0, len(found), (RESAMPLES, len(found)))]
    open_ = (1.0 - setting("interval")) / 2.0
    ends = (open_, 1.0 - open_)
    size_low, size_high = np.quantile(np.abs(drawn).mean(axis=1), ends, axis=0)
    spread_low, spread_high = np.quantile(drawn.std(axis=1, ddof=1), ends, axis=0)
    size, spread = np.abs(found).mean(axis=0), found.std(axis=0, ddof=1)
    columns = np.column_stack([found.mean(axis=0), size, size_low, size_high, spread, spread_low, spread_high])
    rows = [Effect(name, *(float(value) for value in row)) for name, row in zip(names, columns, strict=True)]
    return sorted(rows, key=lambda one: -one.size)
