"""Emulator: what a run would show at any parameters, learnt from runs at some.

A polynomial for each target, linear in all parameters and quadratic in those that matter most, with a ridge penalty
chosen by leaving out one run at a time. Its error, runs' luck included, is the spread of what it says of runs left out.
Runs and targets are compared on a scale of their own: logarithms of what cannot fall below nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from sim.calibration.priors import Floats
from sim.calibration.targets import LEVEL, MEAN, Target

LEAST = 0.1
"""Values below such a share of the published one are counted as that, so that their logarithm exists."""
PENALTIES = np.logspace(-1, 4, 16)
"""Strengths of the ridge penalty that are tried, on parameters scaled to -1 to 1."""


class Emulator(NamedTuple):
    """Polynomials of quantiles of the priors."""

    quadratic: NDArray[np.int64]
    """Parameters that also enter squared and multiplied with each other, the most influential first."""
    intercept: Floats
    weights: Floats
    """[term, target]"""
    covariance: Floats
    """[target, target] of runs left out about what is said of them: figures of one run err together."""
    explained: Floats
    """[target] share of the variance of runs left out that is explained."""

    @property
    def error(self) -> Floats:
        """[target] standard deviation of runs left out about what is said of them."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def says(self, points: Floats) -> Floats:
        """[point, target] what runs at these quantiles would show on average."""
        return np.asarray(terms(points, self.quadratic) @ self.weights + self.intercept)


def part_of(emulator: Emulator, places: NDArray[np.int64]) -> Emulator:
    """The emulator of some of its targets."""
    return emulator._replace(
        intercept=emulator.intercept[places],
        weights=emulator.weights[:, places],
        covariance=emulator.covariance[np.ix_(places, places)],
        explained=emulator.explained[places],
    )


class Pair(NamedTuple):
    """Two emulators of different figures, those of the first coming first; their errors have nothing in common."""

    first: Emulator
    second: Emulator

    @property
    def covariance(self) -> Floats:
        """[target, target] of runs left out about what is said of them."""
        return np.asarray(block_diag(self.first.covariance, self.second.covariance))

    def says(self, points: Floats) -> Floats:
        """[point, target] what runs at these quantiles would show on average."""
        return np.hstack([self.first.says(points), self.second.says(points)])


def terms(points: Floats, quadratic: NDArray[np.int64]) -> Floats:
    """[point, term] linear terms of all parameters, then products of every pair of those that are quadratic."""
    scaled = 2.0 * points - 1.0
    chosen = scaled[:, quadratic]
    first, second = np.triu_indices(quadratic.size)
    return np.hstack([scaled, chosen[:, first] * chosen[:, second]])


def influence(points: Floats, shows: Floats, unit: Floats) -> Floats:
    """[parameter, target] how far what runs show moves along a prior, straight or bent, in units of the tolerance."""
    from sklearn.linear_model import RidgeCV

    scaled = 2.0 * points - 1.0
    fitted = RidgeCV(alphas=PENALTIES, alpha_per_target=True).fit(np.hstack([scaled, scaled**2]), shows / unit)
    straight, bent = np.split(fitted.coef_.T, 2)
    return np.asarray(np.hypot(2.0 * straight, bent))


def train(points: Floats, shows: Floats, unit: Floats, quadratic: int) -> Emulator:
    """Fit to runs.

    Args:
        points: [run, parameter] quantiles of the priors.
        shows: [run, target] what the runs show.
        unit: [target] tolerances, in which influence is weighed.
        quadratic: how many parameters enter squared and multiplied.
    """
    from sklearn.linear_model import RidgeCV

    weight = np.square(influence(points, shows, unit)).sum(axis=1)
    most = np.argsort(-weight, kind="stable")[:quadratic]
    x, y = terms(points, most), shows / unit
    fitted = RidgeCV(alphas=PENALTIES, alpha_per_target=True).fit(x, y)
    missed = left_out(x, y, np.asarray(fitted.alpha_)) * unit
    return Emulator(
        most,
        np.asarray(fitted.intercept_ * unit),
        np.asarray(fitted.coef_.T * unit),
        _covariance(missed),
        1.0 - np.square(missed / unit).mean(axis=0) / _positive(y.var(axis=0)),
    )


def _covariance(missed: Floats) -> Floats:
    """[target, target] of errors, correlations shrunk as far as the number of runs asks (Ledoit and Wolf 2004)."""
    from sklearn.covariance import ledoit_wolf

    size = np.sqrt(np.square(missed).mean(axis=0))
    together, _ = ledoit_wolf(missed / _positive(size), assume_centered=True)
    return np.asarray(together * np.outer(size, size))


def _positive(values: Floats) -> Floats:
    """To be divided by: one in place of nothing, as of a figure that is the same in all of a few runs."""
    return np.where(values > 0.0, values, 1.0)


def left_out(x: Floats, y: Floats, penalties: Floats) -> Floats:
    """[run, target] what runs show less what a ridge regression says of each when it alone is left out of the fit.

    Args:
        x: [run, term]
        y: [run, target]
        penalties: [target]
    """
    centred = y - y.mean(axis=0)
    u, size, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    missed = np.empty_like(y)
    for penalty in np.unique(penalties):
        which = penalties == penalty
        kept = size**2 / (size**2 + penalty)
        leverage = 1.0 / y.shape[0] + np.square(u) @ kept
        missed[:, which] = (centred[:, which] - (u * kept) @ (u.T @ centred[:, which])) / (1.0 - leverage)[:, None]
    return missed


def logarithmic(of: Sequence[Target]) -> np.ndarray:
    """[target] whether its logarithm is taken: levels and means, but neither growth nor gaps between groups."""
    return np.array([target.kind in (LEVEL, MEAN) for target in of])


def to_scale(shows: Floats, of: Sequence[Target]) -> Floats:
    """[run, target] what runs show, on the scale; where a group is empty, the median of the other runs stands in."""
    filled = np.where(np.isnan(shows), np.nanmedian(shows, axis=0), shows)
    least = np.array([LEAST * target.value for target in of])
    logs = logarithmic(of)
    return np.where(logs, np.log(np.where(logs, np.maximum(filled, least), 1.0)), filled)


def covariance_on_scale(covariance: Floats, of: Sequence[Target]) -> Floats:
    """[target, target] covariance of published figures on the scale, by its slope where they lie."""
    slope = np.where(logarithmic(of), 1.0 / np.array([target.value for target in of]), 1.0)
    return np.asarray(covariance * np.outer(slope, slope))
