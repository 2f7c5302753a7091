"""Surrogate: says in a moment what a run would show on average, learnt from the runs of a study.

A Gaussian process or gradient boosting, whichever says better what points left out of its training show. Its error on
points left out stands beside everything that comes from it, and one that explains too little of them is not used.
(`sim.calibration.emulator` is another one, made for two hundred parameters and the inference from published figures.)
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import Floats

FOLDS = 5
"""Parts of the points, each of which is left out once."""
FEWEST_POINTS = 20
"""Points below which nothing is learnt."""
LARGEST_PROCESS = 1200
"""Points up to which a Gaussian process is tried: its work grows with the cube of their number."""
LEAST_EXPLAINED = 0.5
"""Share of the variance of points left out below which a surrogate is refused."""
HARDLY_BETTER = 0.97
"""Share of the variance of points left out from which no other kind is tried."""
AT_ONCE = 5_000
"""Points asked at once, which bounds memory."""
BASE_POINTS = 4096
"""Base points of the Saltelli design at which a surrogate is asked for Sobol indices: a power of two."""
PROCESS, BOOSTING = "Gaussian process", "gradient boosting"


class Encoding(NamedTuple):
    """How points are told to a surrogate: quantiles as they are, but a column for each value without an order."""

    unordered: tuple[int, ...]
    """[axis] number of values of an axis whose values have no order; 0 for any other."""

    def columns(self, quantiles: Floats) -> Floats:
        """[point, column] from [point, axis]."""
        parts = []
        for place, values in enumerate(self.unordered):
            column = quantiles[:, place]
            if values:
                which = np.minimum((column * values).astype(np.int64), values - 1)
                parts.append(np.eye(values)[which])
            else:
                parts.append(column[:, None])
        return np.hstack(parts)


class Surrogate(NamedTuple):
    """A surrogate of one outcome."""

    kind: str
    explained: float
    """Share of the variance of points left out that it explains; luck that their replicates left is in the rest."""
    error: float
    """Standard deviation of its error on points left out, in the unit of the outcome."""
    points: int
    """Points that it learnt from."""
    encoding: Encoding
    model: Any
    others: dict[str, float]
    """Share explained by each kind that was tried."""

    @property
    def good_enough(self) -> bool:
        """Whether it may be used."""
        return self.explained >= LEAST_EXPLAINED

    def says(self, quantiles: Floats) -> Floats:
        """[point] what runs at these quantiles [point, axis] would show on average."""
        parts = range(0, len(quantiles), AT_ONCE)
        said = [self.model.predict(self.encoding.columns(quantiles[first : first + AT_ONCE])) for first in parts]
        return np.concatenate(said) if said else np.zeros(0)


def train(quantiles: Floats, shown: Floats, unordered: Sequence[int] | None = None, seed: int = 1) -> Surrogate | None:
    """The better of the surrogates of an outcome; None with too few points, or if the outcome does not vary.

    Args:
        quantiles: [point, axis]
        shown: [point] the outcome; points where it is nan are left out.
        unordered: [axis] number of values of axes whose values have no order, 0 for others; all 0 if left out.
        seed: of the split into folds, and of the models.
    """
    known = np.isfinite(shown)
    quantiles, shown = quantiles[known], shown[known]
    if len(shown) < FEWEST_POINTS or np.ptp(shown) == 0.0:
        return None
    encoding = Encoding(tuple(unordered or [0] * quantiles.shape[1]))
    columns = encoding.columns(quantiles)
    missed: dict[str, Floats] = {}
    explained: dict[str, float] = {}
    for kind in [PROCESS, BOOSTING] if len(shown) <= LARGEST_PROCESS else [BOOSTING]:
        if max(explained.values(), default=0.0) < HARDLY_BETTER:
            missed[kind] = _left_out(kind, columns, shown, seed)
            explained[kind] = float(1.0 - np.square(missed[kind]).mean() / shown.var())
    best = max(explained, key=lambda kind: explained[kind])
    error = float(np.sqrt(np.square(missed[best]).mean()))
    return Surrogate(best, explained[best], error, len(shown), encoding, _fit(best, columns, shown, seed), explained)


def _left_out(kind: str, columns: Floats, shown: Floats, seed: int) -> Floats:
    """[point] what points show less what is said of each by a model that has not seen it."""
    from sklearn.model_selection import KFold

    missed = np.empty_like(shown)
    for learnt, left in KFold(FOLDS, shuffle=True, random_state=seed).split(columns):
        missed[left] = shown[left] - _fit(kind, columns[learnt], shown[learnt], seed).predict(columns[left])
    return missed


def _fit(kind: str, columns: Floats, shown: Floats, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning

    model = _process(columns.shape[1], seed) if kind == PROCESS else _boosting(len(shown), seed)
    with warnings.catch_warnings():
        # A length at the end of its range says that an axis does not matter, which is no failure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(columns, shown)


def _process(columns: int, seed: int) -> Any:
    """A smooth function with a length of its own along every column, and luck on top."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    lengths = RBF(np.ones(columns), (0.05, 100.0))
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * lengths + WhiteKernel(0.1, (1e-6, 10.0))
    return GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=0, random_state=seed)


def _boosting(points: int, seed: int) -> Any:
    """Three hundred small trees, each with half of the points."""
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(
        n_estimators=300, learning_rate=0.05, max_depth=3, subsample=0.5, min_samples_leaf=max(1, points // 100),
        random_state=seed,
    )  # fmt: skip


def sobol_through(
    surrogate: Surrogate, names: Sequence[str], listed: Sequence[int] | None = None, seed: int = 1
) -> Any:
    """Sobol indices by a surrogate, at as many points as they need: `sim.experiments.sensitivity.Sobol`, or None.

    Their intervals are those of this sum, and know nothing of the surrogate's own error.

    Args:
        surrogate: of the outcome.
        names: axes.
        listed: [axis] number of values of axes whose values are listed, at which alone the surrogate is asked: between
            and beyond them there is nothing, and it has learnt nothing. 0 for ranges; all 0 if left out.
        seed: of the design, and of the resampling behind the intervals.
    """
    from SALib.sample import sobol as design

    from sim.experiments.sensitivity import sobol

    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    points = design.sample(problem, BASE_POINTS, calc_second_order=False, seed=seed)
    for place, values in enumerate(listed or ()):
        if values:
            points[:, place] = (np.minimum(np.floor(points[:, place] * values), values - 1) + 0.5) / values
    return sobol(names, surrogate.says(points), second_order=False, seed=seed)


def told(surrogate: Surrogate, unit: str, per: float) -> str:
    """What it is and how far it errs, as it stands beside all that comes from it."""
    return (
        f"{surrogate.kind}, learnt from {surrogate.points:,} points; of points left out it explains "
        f"{surrogate.explained:.0%} of the variance and errs by {surrogate.error / per:.3g} {unit} (standard deviation)"
    )


def refusal(surrogate: Surrogate | None, shown: Floats) -> str:
    """Why none is used of an outcome, [point] shown; empty if one may be."""
    if surrogate is None:
        known = int(np.isfinite(shown).sum())
        if known < FEWEST_POINTS:
            return f"Nothing can be learnt from {known} point{'s'[: known != 1]}: {FEWEST_POINTS} are the least."
        return "Nothing can be learnt: it is the same at all points."
    if surrogate.good_enough:
        return ""
    return (
        f"No surrogate is used: the better one ({surrogate.kind}) explains {surrogate.explained:.0%} of the variance "
        f"of points left out, less than {LEAST_EXPLAINED:.0%}. More points or replicates are needed."
    )
