"""Whether two sets of figures put the same things first."""

from __future__ import annotations

import numpy as np

from sim.calibration.priors import Floats


def ranks(values: Floats) -> Floats:
    """[n] ranks from 0 on; equal values share the mean of their ranks."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - 1 - (counts - 1) / 2.0)[places.ravel()], dtype=np.float64)


def correlation(one: Floats, other: Floats) -> float:
    """Correlation of the pairs of which both are known; NaN with fewer than three or where one side is all alike."""
    known = ~(np.isnan(one) | np.isnan(other))
    if known.sum() < 3 or np.ptp(one[known]) == 0.0 or np.ptp(other[known]) == 0.0:
        return float("nan")
    return float(np.corrcoef(one[known], other[known])[0, 1])


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation of the pairs of which both are known."""
    known = ~(np.isnan(one) | np.isnan(other))
    return correlation(ranks(one[known]), ranks(other[known]))
