"""How far runs at each scale lie from full scale: bias, luck, and the error of one run or of the mean of several.

Errors are shares of the figure at full scale. Luck at full scale comes from all scales: its variance is taken to fall
in proportion to the people simulated, since few runs of a full England would tell it badly. Where that is wrong, the
table shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.scale import FULL, Series, series

CLEAR = 2.0
"""Standard errors from nothing at which a bias counts as clear."""


class Found(NamedTuple):
    """What runs at each scale show, a row for each scale from the smallest on."""

    scales: tuple[float, ...]
    runs: tuple[int, ...]
    """[scale] seeds."""
    series: tuple[Series, ...]
    mean: Floats
    """[scale, series] over seeds."""
    spread: Floats
    """[scale, series] standard deviation between runs; at full scale from all scales."""

    @property
    def full(self) -> Floats:
        """[series] the figure at full scale."""
        return np.asarray(self.mean[-1])

    @property
    def relative_spread(self) -> Floats:
        """[scale, series] luck of one run, as a share of the figure."""
        return np.asarray(self.spread / np.abs(self.full))

    @property
    def bias(self) -> Floats:
        """[scale, series] mean less that at full scale, as a share of it."""
        return np.asarray((self.mean - self.full) / np.abs(self.full))

    @property
    def bias_error(self) -> Floats:
        """[scale, series] standard error of the bias; none at full scale, which is the yardstick."""
        variance = np.square(self.relative_spread) / np.array(self.runs)[:, None]
        error = np.sqrt(variance + variance[-1])
        error[-1] = 0.0
        return np.asarray(error)

    @property
    def bias_clear(self) -> NDArray[np.bool_]:
        """[scale, series] whether luck is unlikely to have made it."""
        below = np.array([scale < FULL for scale in self.scales])
        return np.asarray((np.abs(self.bias) > CLEAR * self.bias_error) & below[:, None])

    def error(self, runs: int) -> Floats:
        """[scale, series] error of the mean of so many runs: luck, and bias beyond what luck gives it."""
        squared = np.maximum(np.square(self.bias) - np.square(self.bias_error), 0.0)
        return np.asarray(np.sqrt(squared + np.square(self.relative_spread) / runs))

    def of(self, level: str) -> list[int]:
        """Places of the series of a level of which something can be said at every scale."""
        known = np.asarray(np.isfinite(self.error(1)).all(axis=0))
        return [place for place, one in enumerate(self.series) if one.level == level and known[place]]


def found_in(jobs: Sequence[Job], shows: Floats) -> Found:
    """Runs [job, series] by scale."""
    at = np.array([job.scale for job in jobs])
    scales = tuple(sorted(set(map(float, at))))
    by_scale = [shows[at == scale] for scale in scales]
    mean = np.array([values.mean(axis=0) for values in by_scale])
    variance = np.array([values.var(axis=0, ddof=1) for values in by_scale])
    degrees = np.array([len(values) - 1 for values in by_scale], dtype=np.float64)[:, None]
    of_full = (variance * np.array(scales)[:, None] * degrees).sum(axis=0) / degrees.sum()
    variance[-1] = of_full / scales[-1]
    mean[:, mean[-1] == 0.0] = np.nan  # no share of nothing
    return Found(scales, tuple(len(values) for values in by_scale), series(), mean, np.sqrt(variance))


def serves(found: Found, level: str, runs: int, within: float, share: float) -> float | None:
    """The smallest scale from which on a share of a level's figures lie within so much of full scale; None if none.

    Args:
        found: runs by scale.
        level: one of `sim.validity.scale.LEVELS`.
        runs: whose mean is taken.
        within: error allowed, a share of the figure.
        share: of the figures.
    """
    errors = found.error(runs)[:, found.of(level)]
    good = (errors <= within).mean(axis=1) >= share
    smallest = None
    for scale, enough in zip(reversed(found.scales), reversed(good), strict=True):
        if not enough:
            break
        smallest = scale
    return smallest
