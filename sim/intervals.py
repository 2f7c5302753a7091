"""Intervals over replicates."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.settings import setting


class Interval(NamedTuple):
    """A mean over replicates and what luck leaves open about it; without a second replicate there are no limits."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def clear(self) -> bool:
        """Whether zero lies outside."""
        return self.count > 1 and (self.low > 0.0 or self.high < 0.0)


@cache
def _quantile(degrees: int, coverage: float) -> float:
    from scipy.stats import t  # late, because scipy.stats is slow to import

    return float(t.ppf(0.5 + coverage / 2.0, degrees))


def interval(values: Any) -> Interval | None:
    """Student's t interval of the mean over replicates, of the coverage in the settings; None if nothing is known."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    if known.size == 0:
        return None
    mean = float(known.mean())
    if known.size == 1:
        return Interval(mean, float("nan"), float("nan"), 1)
    half = _quantile(known.size - 1, setting("interval")) * float(known.std(ddof=1)) / float(np.sqrt(known.size))
    return Interval(mean, mean - half, mean + half, int(known.size))
