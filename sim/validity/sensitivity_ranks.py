"""Which parameters move a figure most, from draws of them all at once, and which of these stand out from chance.

Parameters are named one after another: each time the one whose rank goes furthest with what is left of the figure's
rank, once those named before are taken out of both. Against that stands the furthest that any parameter goes with the
same figures shuffled, so that having looked at all of them is allowed for (Westfall and Young 1993; shuffling what is
left, Freedman and Lane 1983). How firm a name is, random halves of the draws tell (Meinshausen and Bühlmann 2010): the
share of halves that name it among the first, and how far it moves the figure in the other half, which did not choose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats

NAMED = 10
CHANCE = 0.05
"""Chance of naming anything where nothing is to be found."""
SHUFFLES = 1000
HALVES = 200
FOLDS = 10
DRAWS_FOR_EACH = 5
"""Draws that there must be for each parameter named."""


class Named(NamedTuple):
    """A parameter and what it does to a figure."""

    place: int
    """Among the parameters."""
    partial: float
    """Partial rank correlation, the others named held fixed."""
    chance: float
    """How often shuffled figures, all parameters looked at, give as much as this one when it was named."""
    firm: float
    """Share of random halves of the draws that name it among the first."""
    moves: float
    """Change of the figure from the low to the high end of 90% of the draws, by halves that did not choose it."""
    clear: bool
    """Whether it and all named before it stand out from chance."""


class Ranking(NamedTuple):
    """What moves a figure."""

    named: tuple[Named, ...]
    explained: float
    """Share of the variance over draws that clear parameters predict for draws left out; not below zero."""
    luck: float
    """Share that is luck."""

    @property
    def clear(self) -> tuple[Named, ...]:
        """Parameters that stand out from chance."""
        return tuple(one for one in self.named if one.clear)

    @property
    def left(self) -> float:
        """Share neither predicted nor luck."""
        return max(0.0, 1.0 - self.explained - self.luck)


def ranking(quantiles: Floats, figure: Floats, seed: int = 1) -> Ranking:
    """What moves a figure.

    Args:
        quantiles: [draw, parameter] of the priors.
        figure: [draw, luck] runs of each draw that differ in luck alone; their mean is explained.
        seed: of shuffles and halves.
    """
    rng = np.random.default_rng(seed)
    mean = figure.mean(axis=1)
    order, chances = _tested(quantiles, mean, rng)
    firm, moves = _in_halves(quantiles, mean, rng)
    partial = _partial(quantiles, mean, order)
    named = tuple(
        Named(place, float(partial[at]), chances[at], float(firm[place]), float(moves[place]),
              max(chances[: at + 1]) <= CHANCE)
        for at, place in enumerate(order)
    )  # fmt: skip
    return Ranking(named, _explained(quantiles, mean, rng), luck_share(figure))


def luck_share(figure: Floats) -> float:
    """Share of the variance over draws of the mean over lucks that is luck.

    Runs of a draw differ by luck alone, so that half their squared difference is its variance (of two runs).
    """
    within = float(figure.var(axis=1, ddof=1).mean()) / figure.shape[1]
    between = float(figure.mean(axis=1).var(ddof=1))
    return min(1.0, within / between) if between > 0.0 else float("nan")


def ranks(values: Floats) -> Floats:
    """[draw, ...] ranks along the first axis, standardised."""
    from scipy.stats import rankdata

    found = rankdata(values, axis=0)
    spread = found.std(axis=0)
    return np.asarray((found - found.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0))


def first_named(quantiles: Floats, figure: Floats) -> list[int]:
    """Places of parameters in the order they are named."""
    walk = _Naming(quantiles, figure)
    return [walk.name() for _ in range(_nameable(quantiles))]


def _nameable(quantiles: Floats) -> int:
    """How many can be named: few against the draws."""
    draws, parameters = quantiles.shape
    return int(min(NAMED, parameters, draws // DRAWS_FOR_EACH))


class _Naming:
    """Ranks of parameters and figure with those named so far taken out."""

    def __init__(self, quantiles: Floats, figure: Floats) -> None:
        self.parameters, self.figure = ranks(quantiles), ranks(figure)
        self.scale = np.linalg.norm(self.parameters, axis=0)
        self.open = self.scale > 0.0
        self.named: list[Floats] = []
        """Directions taken out, each of length one."""

    def shuffled(self, rng: Any, times: int) -> Floats:
        """[draw, time] what is left of the figure, shuffled, with those named taken out again."""
        figures = np.array([rng.permutation(self.figure) for _ in range(times)]).T
        for along in self.named:
            figures -= np.outer(along, along @ figures)
        return figures

    def correlations(self, figures: Floats) -> Floats:
        """[parameter, ...] size of the correlation with figures, none for those named."""
        length = np.linalg.norm(self.parameters, axis=0)
        # What is left of a named parameter is rounding.
        usable = self.open & (length > 1e-9 * self.scale)
        columns = np.where(usable, self.parameters / np.where(usable, length, 1.0), 0.0)
        return np.asarray(np.abs(columns.T @ figures) / np.linalg.norm(figures, axis=0))

    def name(self) -> int:
        """Name the next, and take it out of everything."""
        place = int(np.argmax(self.correlations(self.figure)))
        along = self.parameters[:, place] / np.linalg.norm(self.parameters[:, place])
        self.figure = self.figure - along * (along @ self.figure)
        self.parameters = self.parameters - np.outer(along, along @ self.parameters)
        self.open[place] = False
        self.named.append(along)
        return place


def _tested(quantiles: Floats, figure: Floats, rng: Any, clear_only: bool = False) -> tuple[list[int], list[float]]:
    """Parameters in the order they are named, and how often chance does as much; if asked, up to the last clear one."""
    walk = _Naming(quantiles, figure)
    order, chances = [], []
    for _ in range(_nameable(quantiles)):
        by_chance = walk.correlations(walk.shuffled(rng, SHUFFLES)).max(axis=0)
        found = float(walk.correlations(walk.figure).max())
        chance = float((1 + (by_chance >= found).sum()) / (1 + SHUFFLES))
        if clear_only and chance > CHANCE:
            break
        chances.append(chance)
        order.append(walk.name())
    return order, chances


def _partial(quantiles: Floats, figure: Floats, order: list[int]) -> Floats:
    """[named] partial rank correlation of each, the others named held fixed."""
    if not order:
        return np.empty(0)
    inverse = np.linalg.pinv(np.corrcoef(np.column_stack([ranks(quantiles[:, order]), ranks(figure)]).T))
    return np.asarray(-inverse[:-1, -1] / np.sqrt(np.diag(inverse)[:-1] * inverse[-1, -1]))


def _in_halves(quantiles: Floats, figure: Floats, rng: Any) -> tuple[Floats, Floats]:
    """[parameter] share of halves that name each, and its change of the figure in the halves that did not choose."""
    number, parameters = quantiles.shape
    low, high = np.quantile(quantiles, TAILS, axis=0)
    times, sums = np.zeros(parameters), np.zeros(parameters)
    for _ in range(HALVES):
        shuffled = rng.permutation(number)
        one, other = shuffled[: number // 2], shuffled[number // 2 :]
        places = first_named(quantiles[one], figure[one])
        slopes = _slopes(quantiles[other][:, places], figure[other])
        times[places] += 1.0
        sums[places] += slopes * (high - low)[places]
    return times / HALVES, np.divide(sums, times, out=np.full(parameters, np.nan), where=times > 0.0)


def _slopes(columns: Floats, figure: Floats) -> Floats:
    """[column] least-squares slopes."""
    design = np.column_stack([np.ones(len(figure)), columns])
    return np.asarray(np.linalg.lstsq(design, figure, rcond=None)[0][1:])


def _explained(quantiles: Floats, figure: Floats, rng: Any) -> float:
    """Share of the variance that clear parameters predict, those being named anew without the draws predicted."""
    number = len(figure)
    missed = np.empty(number)
    for fold in np.array_split(rng.permutation(number), min(FOLDS, number)):
        rest = np.setdiff1d(np.arange(number), fold)
        places, _ = _tested(quantiles[rest], figure[rest], rng, clear_only=True)
        slopes = _slopes(quantiles[rest][:, places], figure[rest])
        centre = quantiles[rest][:, places].mean(axis=0)
        missed[fold] = figure[fold] - figure[rest].mean() - (quantiles[fold][:, places] - centre) @ slopes
    return max(0.0, 1.0 - float(np.square(missed).mean() / figure.var()))


def companions(quantiles: Floats, seed: int = 1) -> dict[int, tuple[int, float]]:
    """Parameters that go together in the draws further than chance lets any pair go: the closest, and its correlation.

    A parameter may carry what its companion does.
    """
    rng = np.random.default_rng(seed)
    ranked = ranks(quantiles)

    def together(columns: Floats) -> Floats:
        found = columns.T @ columns / len(columns)
        np.fill_diagonal(found, 0.0)
        return np.asarray(found)

    by_chance = [np.abs(together(rng.permuted(ranked, axis=0))).max() for _ in range(HALVES)]
    bound = float(np.quantile(by_chance, 1.0 - CHANCE))
    found = together(ranked)
    closest = np.abs(found).argmax(axis=1)
    return {
        place: (int(other), float(found[place, other]))
        for place, other in enumerate(closest)
        if abs(found[place, other]) > bound
    }
