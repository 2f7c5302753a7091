"""Value of information: which uncertain parameter, if it were known, would change what is recommended, and its worth.

The package is recommended whose benefit is largest on average over the draws. Were a parameter known, it would be the
one with the largest benefit given its value, which a regression of each package's benefit on the parameter tells
(Strong, Oakley and Brennan 2014): a smooth curve, a cubic spline with a ridge penalty. What is gained by that on
average is the expected value of partial perfect information. Such figures are above nothing even where a parameter does
not matter, since curves follow luck; therefore each stands beside what draws shuffled at random would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.settings import setting

KNOTS = 5
"""Of the spline, at even quantiles of a parameter's draws."""
PENALTIES = np.logspace(-2, 6, 17)
"""Strengths of the ridge penalty that are tried; the strongest leaves no curve."""
RESAMPLES = 300
"""Resamplings behind an interval, and shuffles behind what luck would show."""
AT_ONCE = 300_000
"""Numbers, about, that are resampled at once."""
FEWEST_DRAWS = 20
"""Draws below which nothing is told."""


class Worth(NamedTuple):
    """What knowing one parameter would be worth."""

    parameter: str
    value: float
    """Expected value of partial perfect information, in the unit of the benefit."""
    low: float
    high: float
    by_luck: float
    """What a parameter that does not matter would show at most, but for the share that intervals leave uncovered."""
    changed: float
    """Share of the draws in which the recommendation would be another one."""
    changed_low: float
    changed_high: float
    changed_by_luck: float
    luck_of_all: float
    """What the most valuable of as many parameters that do not matter would show at most, likewise."""

    @property
    def clear(self) -> bool:
        """Whether it is more than luck shows, having looked at all parameters."""
        return self.value > self.luck_of_all


class Information(NamedTuple):
    """What knowing more is worth to a choice between packages."""

    recommended: int
    """Package whose benefit is largest on average."""
    perfect: float
    """Expected value of knowing everything, luck of runs included: what no research can exceed."""
    perfect_low: float
    perfect_high: float
    worths: tuple[Worth, ...]
    """The most valuable parameter first."""


def information(benefits: Floats, parameters: Floats, names: Sequence[str], seed: int = 1) -> Information | None:
    """What knowing each parameter is worth; None with fewer than `FEWEST_DRAWS` draws or a single package.

    Args:
        benefits: [draw, package] larger is better.
        parameters: [draw, parameter]; those that do not vary are left out.
        names: [parameter]
        seed: of resampling and shuffling.
    """
    draws, packages = benefits.shape
    if draws < FEWEST_DRAWS or packages < 2:
        return None
    rng = np.random.default_rng(seed)
    resampled = [float(_perfect(benefits[rng.integers(0, draws, draws)])) for _ in range(RESAMPLES)]
    low, high = np.quantile(resampled, _ends())
    # The same shuffles for all parameters, so that the largest of them can be told.
    shuffles = [rng.permutation(draws) for _ in range(RESAMPLES)]
    found = [
        _worth(name, benefits, column, np.random.default_rng([seed, place]), shuffles)
        for place, (name, column) in enumerate(zip(names, parameters.T, strict=True))
        if np.ptp(column) > 0.0
    ]
    if not found:
        return None
    of_all = float(np.quantile(np.max([by_luck for _, by_luck in found], axis=0), float(setting("interval"))))
    perfect = float(_perfect(benefits))
    worths = [worth._replace(value=min(worth.value, perfect), luck_of_all=of_all) for worth, _ in found]
    ranked = sorted(worths, key=lambda one: (not one.clear, -one.value, -one.changed))
    return Information(int(benefits.mean(axis=0).argmax()), perfect, float(low), float(high), tuple(ranked))


def _ends() -> tuple[float, float]:
    open_ = (1.0 - float(setting("interval"))) / 2.0
    return open_, 1.0 - open_


def _together(shuffles: Sequence[np.ndarray], size: int) -> list[np.ndarray]:
    """[shuffle, draw] shuffles, as many at once as leave memory for `size` numbers each."""
    return np.array_split(np.array(shuffles), max(1, len(shuffles) * size // AT_ONCE))


def _usual(benefits: Floats) -> np.ndarray:
    """[..., 1] package whose benefit is largest on average, from [..., draw, package]."""
    return np.asarray(benefits.mean(axis=-2).argmax(axis=-1)[..., None])


def _of_package(benefits: Floats, package: np.ndarray) -> Floats:
    """[..., draw, 1] benefits of one package, from [..., draw, package]."""
    return np.take_along_axis(benefits, package[..., None, :], axis=-1)


def _perfect(benefits: Floats) -> Floats:
    """[...] gain if the best package could be chosen in each draw, from [..., draw, package]."""
    usual = _of_package(benefits, _usual(benefits))[..., 0]
    return np.asarray((benefits.max(axis=-1) - usual).mean(axis=-1))


def _worth(
    name: str, benefits: Floats, parameter: Floats, rng: np.random.Generator, shuffles: Sequence[np.ndarray]
) -> tuple[Worth, Floats]:
    """Value of one parameter with its interval and with what luck would show; and [shuffle] the latter in full."""
    curve = Curve(parameter)
    said = curve.says(benefits)
    draws = len(benefits)
    missed = benefits - said
    again, shuffled = [], []
    for some in _together(shuffles, benefits.size):
        # Both what a curve leaves open and which draws there happen to be.
        left_open, there = np.moveaxis(rng.integers(0, draws, (len(some), 2, draws)), 1, 0)
        new = curve.says(said + missed[left_open])
        again.append(_gain(np.take_along_axis(new, there[..., None], axis=1)))
        shuffled.append(_gain(curve.says(benefits[some])))
    found = _gain(said)
    resamples, by_luck = np.concatenate(again), np.concatenate(shuffled)
    ends = np.quantile(resamples, _ends(), axis=0)
    # Luck raises what resamples show of a parameter that matters little, and lowers it where packages are close. Either
    # way the interval holds what they show, and as much on either side of what was found.
    around = ends + found - np.median(resamples, axis=0)
    low, high = np.maximum(np.minimum(ends[0], around[0]), 0.0), np.maximum(ends[1], around[1])
    luck = np.quantile(by_luck, float(setting("interval")), axis=0)
    changed_high = min(1.0, float(high[1]))
    worth = Worth(
        name, float(found[0]), float(low[0]), float(high[0]), float(luck[0]),
        float(found[1]), min(1.0, float(low[1])), changed_high, float(luck[1]), float(luck[0]),
    )  # fmt: skip
    return worth, by_luck[:, 0]


def _gain(said: Floats) -> Floats:
    """[..., 2] value of knowing, and share of draws with another recommendation, from [..., draw, package] expected."""
    changed = (said.argmax(axis=-1) != _usual(said)).mean(axis=-1)
    return np.stack([_perfect(said), changed], axis=-1)


class Curve:
    """Smooth curves over one parameter: what benefits are expected at each draw's value of it."""

    def __init__(self, parameter: Floats) -> None:
        """Prepare for the draws of a parameter, [draw]."""
        self.u, size, _ = np.linalg.svd(_basis(parameter), full_matrices=False)
        self.kept = size**2 / (size**2 + PENALTIES[:, None])
        """[penalty, term]"""
        self.left = 1.0 - 1.0 / len(parameter) - self.kept @ np.square(self.u).T
        """[penalty, draw] one less the leverage of each draw."""

    def says(self, benefits: Floats) -> Floats:
        """[..., draw, package] from the same, with the penalty that errs least about draws left out one at a time.

        Only differences between packages matter to a choice, so the error is theirs.
        """
        mean = benefits.mean(axis=-2, keepdims=True)
        slopes = self.u.T @ (benefits - mean)
        differences = benefits - _of_package(benefits, _usual(benefits))
        differences = differences - differences.mean(axis=-2, keepdims=True)
        along = self.u.T @ differences
        errors = [
            np.square((differences - self.u @ (kept[:, None] * along)) / left[:, None]).sum(axis=(-2, -1))
            for kept, left in zip(self.kept, self.left, strict=True)
        ]
        said = mean + self.u @ (self.kept[np.argmin(errors, axis=0)][..., None] * slopes)
        # No package is expected to do better than it does anywhere: a chance stays a chance.
        lowest, highest = (end(benefits, axis=-2, keepdims=True) for end in (np.min, np.max))
        return np.asarray(np.clip(said, lowest, highest))


def _basis(parameter: Floats) -> Floats:
    """[draw, term] a cubic spline, each term with mean 0 and variance 1."""
    from sklearn.preprocessing import SplineTransformer

    knots = np.unique(np.quantile(parameter, np.linspace(0.0, 1.0, KNOTS)))[:, None]
    terms = SplineTransformer(knots=knots, degree=3).fit_transform(parameter[:, None])
    kept = terms[:, terms.std(axis=0) > 0.0]
    return np.asarray((kept - kept.mean(axis=0)) / kept.std(axis=0))
