"""Intervals over replicates."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.settings import setting


class Interval(NamedTuple):
    """A mean over replicates and what luck leaves open about it; without a second replicate there are no limits."""

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


def interval(values: Any) -> Interval | None:
    """Student's t interval of the mean over replicates, of the coverage in the settings; None if nothing is known."""
    known = np.asarray(values, dtype=np.float64)
    if np.isnan(known).any():
        return None
    found = intervals(known)
    return Interval(float(found["mean"]), float(found["low"]), float(found["high"]), int(known.size))


def intervals(values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Intervals over the first axis: ``mean``, ``low`` and ``high``, the limits missing for a single replicate."""
    count = values.shape[0]
    mean = values.mean(axis=0)
    if count == 1:
        unknown = np.full_like(mean, np.nan)
        return {"mean": mean, "low": unknown, "high": unknown}
    half = _quantile(count - 1, setting("interval")) * values.std(axis=0, ddof=1) / math.sqrt(count)
    return {"mean": mean, "low": mean - half, "high": mean + half}
