"""The stopping rule of a study: whether an outcome is known well enough at every point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.study_results import POINT, REFERENCE, REPLICATE

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.schema import Until
    from sim.experiments.study_results import StudyResults

FEWEST = 5
"""Replicates of a point below which its standard error is not believed.

A rule that looks again and again stops where a few replicates happen to be alike. Where it may stop after two, means
err by about twice what was asked for (root mean square, one replicate added at a time); after five, by about a fifth
more than was asked for.
"""


def enough(results: StudyResults, until: Until, replicates: int) -> bool:
    """Whether the standard error asked for is met in the last financial year at every point.

    It is that of the mean over replicates: of the change against the reference where there is one. Replicates that
    have failed do not count, and a point of which none is left keeps nobody waiting. With fewer than `FEWEST` it is
    never met, so that a study that may have no more of them makes all that it may.

    Args:
        results: what is finished.
        until: the stopping rule.
        replicates: how many count, from the first on.
    """
    if replicates < FEWEST:
        return False
    errors = standard_errors(results, until.outcome, replicates)
    return bool(np.all(errors[~np.isnan(errors)] <= until.standard_error))


def standard_errors(results: StudyResults, outcome: str, replicates: int) -> np.ndarray:
    """[point] standard error of the mean of an outcome; infinite where fewer than `FEWEST` replicates are finished."""
    frame: pd.DataFrame
    if results.has_reference:
        frame = results.changes()
    else:
        frame = results.table()
        frame = frame[~frame[REFERENCE]]
    last = frame[(frame["year"] == frame["year"].max()) & (frame[REPLICATE] <= replicates)]
    of_points = last.groupby(POINT)[outcome]
    many = of_points.count()
    errors = of_points.std() / np.sqrt(many)
    return np.asarray(errors.mask((many > 0) & (many < FEWEST), np.inf), dtype=np.float64)
