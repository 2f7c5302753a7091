"""Policy search: which settings of levers meet a goal at the least cost, and what more safety costs.

A first design is simulated, a surrogate learns every objective and condition from it, NSGA-II (Deb et al. 2002, in
pymoo) searches the surrogates, and the packages it proposes are simulated and added; then again. Only simulated
packages are ever reported. Where a goal has conditions, the *margin* by which the tightest of them is met is an
objective of its own, so that the frontier also shows what it costs to be safer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.experiments.surrogate import Surrogate, train

POPULATION = 80
GENERATIONS = 60
"""Of NSGA-II, which only asks the surrogates."""
NEAR = 0.5
"""Where no package meets the goal, those are looked at whose margin is so much worse than the best at most."""
DIGITS = 9
"""Of quantiles by which packages are told apart."""


class Shown(NamedTuple):
    """What packages showed when they were simulated, means over their replicates."""

    objectives: Floats
    """[package, objective], turned so that less is better."""
    slacks: Floats
    """[package, demand] by how much each limit is met; below zero where it is not."""


class Space(NamedTuple):
    """The settings that are searched."""

    axes: int
    unordered: tuple[int, ...]
    """[axis] number of values of axes whose values have no order, 0 for others."""
    snap: Callable[[Floats], Floats]
    """[package, axis] quantiles of settings that can be chosen, nearest to those given."""


class Effort(NamedTuple):
    """How long is searched."""

    first: int = 64
    """Packages of the first design."""
    rounds: int = 3
    each: int = 12
    """Packages that each round adds."""
    seed: int = 1


class Round(NamedTuple):
    """What one round did."""

    added: int
    surrogates: tuple[Surrogate | None, ...]
    """Of each objective, then of each demand, before the round's packages were known."""
    guided: bool
    """Whether surrogates proposed its packages; where one of them explained too little, they fill the space instead."""
    missed: float
    """Mean distance of what the round's packages showed from what was said of them, in standard errors of the
    surrogates: about 0.8 where these tell their error rightly. Nan where nothing was said."""


class Found(NamedTuple):
    """All packages simulated on the way."""

    quantiles: Floats
    """[package, axis]"""
    shown: Shown
    rounds: tuple[Round, ...]

    @property
    def margins(self) -> Floats:
        """[package] of the tightest demand, in standard deviations of that demand over all packages."""
        return margin(self.shown.slacks, spread_of(self.shown.slacks))

    def frontier(self) -> np.ndarray:
        """Packages that no other one beats: those that meet the goal, or if none does, those that come nearest."""
        losses, allowed = self._losses, self._allowed
        return np.asarray(allowed[unbeaten(losses[allowed])])

    def leading(self, number: int) -> np.ndarray:
        """So many packages to look at closely: the frontier, what would be the frontier without that, and so on.

        Those just behind the frontier, or just short of the goal, belong there, too, since a few runs cannot rank
        packages surely. Of the last such layer those are taken that lie furthest apart.
        """
        losses, chosen = self._losses, list[int]()
        for left in (self._allowed, np.setdiff1d(np.flatnonzero(self._known), self._allowed)):
            while len(left) and len(chosen) < number:
                layer = left[unbeaten(losses[left])]
                chosen += [int(layer[place]) for place in far_apart(losses[layer], number - len(chosen))]
                left = np.setdiff1d(left, layer)
        return np.array(chosen, dtype=np.int64)

    @property
    def _losses(self) -> Floats:
        """[package, objective] with the margin, turned round, as the last one where there are demands."""
        losses = self.shown.objectives
        return np.column_stack([losses, -self.margins]) if self.shown.slacks.shape[1] else losses

    @property
    def _known(self) -> np.ndarray:
        return np.asarray(np.isfinite(np.hstack(self.shown)).all(axis=1))

    @property
    def _allowed(self) -> np.ndarray:
        known = self._known
        meets = known & (self.shown.slacks >= 0.0).all(axis=1)
        if meets.any() or not known.any():
            return np.flatnonzero(meets)
        return np.flatnonzero(known & (self.margins >= within_reach(self.margins[known])))


def within_reach(margins: Floats) -> float:
    """Margin from which packages count: that of the goal, or of those that come nearest where none meets it."""
    best = float(np.max(margins))
    return 0.0 if best >= 0.0 else best - NEAR


def spread_of(slacks: Floats) -> Floats:
    """[demand] standard deviation over packages; 1 where they are all alike."""
    if not slacks.size:
        return np.ones(slacks.shape[1])
    spread = np.nanstd(slacks, axis=0)
    return np.where(spread > 0.0, spread, 1.0)


def margin(slacks: Floats, spread: Floats) -> Floats:
    """[package] by how much the tightest demand is met, in standard deviations."""
    return np.asarray((slacks / spread).min(axis=1)) if slacks.shape[1] else np.zeros(len(slacks))


def unbeaten(losses: Floats) -> np.ndarray:
    """[package] whether no other package is at least as good in all and better in one, less being better.

    Args:
        losses: [package, objective]
    """
    as_good = (losses[:, None, :] <= losses[None, :, :]).all(axis=2)
    better = (losses[:, None, :] < losses[None, :, :]).any(axis=2)
    return np.asarray(~(as_good & better).any(axis=0))


def search(simulate: Callable[[Floats], Shown], space: Space, effort: Effort, start: Floats | None = None) -> Found:
    """Simulate, learn, search the surrogates, simulate what they propose, and again.

    Args:
        simulate: what packages show, given as quantiles [package, axis].
        space: which settings there are.
        effort: how many packages.
        start: [package, axis] the first design; one that fills the space, if left out.
    """
    start = _fill(effort.first, space.axes, effort.seed) if start is None else start
    quantiles = _distinct(space.snap(start), np.zeros((0, space.axes)))
    shown = simulate(quantiles)
    rounds = []
    for number in range(1, effort.rounds + 1):
        surrogates = _learn(quantiles, shown, space, effort.seed)
        guided = all(one is not None and one.good_enough for one in surrogates)
        proposed = _proposed(surrogates, quantiles, shown, space, effort, number) if guided else None
        if proposed is None:
            fresh = _fill(effort.each, space.axes, effort.seed + number)
            proposed = _distinct(space.snap(fresh), quantiles)
        if not len(proposed):
            break
        new = simulate(proposed)
        rounds.append(
            Round(len(proposed), surrogates, guided, _missed(surrogates, proposed, new) if guided else np.nan)
        )
        quantiles = np.vstack([quantiles, proposed])
        shown = Shown(*(np.vstack(pair) for pair in zip(shown, new, strict=True)))
    return Found(quantiles, shown, tuple(rounds))


def _fill(number: int, axes: int, seed: int) -> Floats:
    """[package, axis] quantiles that fill the space evenly."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(axes, rng=np.random.default_rng(seed)).random(number))


def _distinct(quantiles: Floats, known: Floats) -> Floats:
    """Those that are neither known nor there before, in their order."""
    seen = {tuple(row) for row in np.round(known, DIGITS)}
    kept = []
    for place, row in enumerate(map(tuple, np.round(quantiles, DIGITS))):
        if row not in seen:
            seen.add(row)
            kept.append(place)
    return quantiles[kept]


def _learn(quantiles: Floats, shown: Shown, space: Space, seed: int) -> tuple[Surrogate | None, ...]:
    columns = np.hstack([shown.objectives, shown.slacks]).T
    return tuple(train(quantiles, column, space.unordered, seed) for column in columns)


def _says(surrogates: Sequence[Surrogate | None], quantiles: Floats) -> Floats:
    """[package, objectives then demands] what surrogates say."""
    return np.column_stack([one.says(quantiles) for one in surrogates if one is not None])


def _missed(surrogates: Sequence[Surrogate | None], proposed: Floats, new: Shown) -> float:
    errors = np.array([one.error for one in surrogates if one is not None])
    return float(np.nanmean(np.abs(np.hstack(new) - _says(surrogates, proposed)) / errors))


# -- the search on surrogates


def _proposed(
    surrogates: Sequence[Surrogate | None], known: Floats, shown: Shown, space: Space, effort: Effort, number: int
) -> Floats:
    """[package, axis] of the frontier that surrogates see, those furthest apart and not simulated yet."""
    spread, objectives = spread_of(shown.slacks), shown.objectives.shape[1]
    # Held to a goal out of reach, the search would end at one package, and not show what coming nearer costs.
    known_margins = margin(shown.slacks, spread)
    asked = within_reach(known_margins[np.isfinite(known_margins)])

    def losses(quantiles: Floats) -> tuple[Floats, Floats]:
        said = _says(surrogates, space.snap(quantiles))
        slacks = said[:, objectives:]
        parts = [said[:, :objectives]]
        if slacks.shape[1]:
            parts.append(-margin(slacks, spread)[:, None])
        return np.hstack(parts), asked - slacks / spread

    found = space.snap(_nsga2(losses, space.axes, known, effort.seed + number))
    fresh = _distinct(found, known)
    if not len(fresh):
        return fresh
    said, missing = losses(fresh)
    # Of packages that seem to miss a demand, none goes before those that seem to meet all.
    order = np.argsort(missing.max(axis=1, initial=0.0).clip(min=0.0), kind="stable")
    return fresh[order][far_apart(said[order], effort.each)]


def _nsga2(losses: Callable[[Floats], tuple[Floats, Floats]], axes: int, known: Floats, seed: int) -> Floats:
    """[package, axis] of the last population of NSGA-II."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    first, second = losses(known[:1])

    class Surrogates(Problem):
        """What surrogates say, as pymoo asks for it."""

        def __init__(self) -> None:
            sizes = {"n_obj": first.shape[1], "n_ieq_constr": second.shape[1]}
            super().__init__(n_var=axes, xl=0.0, xu=1.0, **sizes)

        def _evaluate(self, x: Floats, out: dict[str, Floats], *_: object, **__: object) -> None:
            out["F"], out["G"] = losses(x)

    rng = np.random.default_rng(seed)
    start = np.vstack([known, rng.random((POPULATION, axes))])[:POPULATION]
    found = minimize(Surrogates(), NSGA2(pop_size=POPULATION, sampling=start), ("n_gen", GENERATIONS), seed=seed)
    return np.asarray(found.pop.get("X"), dtype=np.float64)


def far_apart(losses: Floats, number: int) -> list[int]:
    """The unbeaten packages first, and of these as many as asked for that lie furthest apart in what they show."""
    front = np.flatnonzero(unbeaten(losses))
    size = np.ptp(losses[front], axis=0)
    scaled = losses / np.where(size > 0.0, size, 1.0)
    chosen = [int(front[0])]
    while len(chosen) < min(number, len(front)):
        distance = np.linalg.norm(scaled[front][:, None] - scaled[chosen][None], axis=2).min(axis=1)
        chosen.append(int(front[int(distance.argmax())]))
    return chosen
