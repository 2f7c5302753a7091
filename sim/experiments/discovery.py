"""Scenario discovery: under which conditions does a package fail, or meet, its goal?

A box is a few conditions that a person can read, found by PRIM (`sim.experiments.prim`) or as a leaf of a tree
(`sim.experiments.trees`). *Density* is the share of runs in the box that are of interest, *coverage* the share of those
of interest that it holds. How sure a box is shows in resamples of the runs: whether its conditions are found again, and
how dense the boxes found are among runs that were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.experiments.prim import FEWEST, Flags, Limit, Limits, chance_of, inside, prim_limits
from sim.experiments.trees import same_leaf, tree_limits
from sim.experiments.wording import figure

RESAMPLES = 30
"""Samples of the runs, drawn with replacement, in each of which the box is found anew."""
MOST_BOXES = 3
HELD_UP = 0.5
"""Share of what a box adds to the usual density that must show among runs left out, or there is no box."""


class Restriction(NamedTuple):
    """A condition of a box, and how surely it belongs there."""

    axis: str
    limit: Limit
    chance: float
    """Quasi-p value: chance of as dense a box if runs were taken at random from the box without this condition."""
    again: float
    """Share of the resamples whose box has a condition on this axis, too."""


class Box(NamedTuple):
    """Conditions under which runs of interest are common."""

    restrictions: tuple[Restriction, ...]
    density: float
    coverage: float
    share: float
    """Of all runs that it holds."""
    density_left_out: float
    """Density among runs left out of the resample in which a box was found: what to expect of new runs."""


def prim(runs: pd.DataFrame, interest: Flags, seed: int = 1) -> list[Box]:
    """Boxes by PRIM, each around the runs of interest that those before it leave.

    Args:
        runs: [run, axis] physical values.
        interest: [run]
        seed: of the resampling.
    """
    return _boxes(prim_limits, runs, interest, seed)


def cart(runs: pd.DataFrame, interest: Flags, seed: int = 1) -> list[Box]:
    """The leaves of a classification tree in which most runs are of interest, the one that covers most first.

    How sure each is shows in the leaves that take its place in trees grown on resamples, not in the best of these.
    """
    every = np.ones(len(runs), dtype=bool)
    found = [
        _box(partial(same_leaf, leaf=limits), limits, runs, interest, every, seed)
        for limits in tree_limits(runs, interest)
    ]
    kept = [box for box in found if _holds_up(box, float(interest.mean()))]
    return sorted(kept, key=lambda box: -box.coverage)


def enough(interest: Flags) -> bool:
    """Whether there is something to tell apart."""
    return bool(min(interest.sum(), (~interest).sum()) >= FEWEST)


def _boxes(find: Callable[..., Limits], runs: pd.DataFrame, interest: Flags, seed: int) -> list[Box]:
    found: list[Box] = []
    left = np.ones(len(runs), dtype=bool)
    while len(found) < MOST_BOXES and enough(interest[left]):
        limits = find(runs[left], interest[left])
        if not limits:
            break
        box = _box(find, limits, runs, interest, left, seed)
        if not _holds_up(box, float(interest[left].mean())):
            break
        found.append(box)
        left &= ~inside(runs, {one.axis: one.limit for one in box.restrictions})
    return found


# -- how sure a box is


def _holds_up(box: Box, usual: float) -> bool:
    """Whether enough of what a box adds to the usual density shows among runs left out."""
    return box.density_left_out - usual >= HELD_UP * (box.density - usual)


def _box(
    find: Callable[..., Limits], limits: Limits, runs: pd.DataFrame, interest: Flags, left: Flags, seed: int
) -> Box:
    """A box with what is known about it; `left` are the runs among which it was found."""
    within = inside(runs, limits) & left
    again, densities = _resampled(find, runs[left], interest[left], seed)
    chances = {axis: chance_of(runs[left], interest[left], limits, axis) for axis in limits}
    restrictions = tuple(
        Restriction(axis, limit, chances[axis], float(np.mean([axis in one for one in again])))
        for axis, limit in limits.items()
    )
    density = float(interest[within].mean()) if within.any() else 0.0
    coverage = float(interest[within].sum() / interest.sum())
    left_out = float(np.mean(densities)) if densities else float("nan")
    return Box(restrictions, density, coverage, float(within.mean()), left_out)


def _resampled(
    find: Callable[..., Limits], runs: pd.DataFrame, interest: Flags, seed: int
) -> tuple[list[Limits], list[float]]:
    """Boxes found in resamples, and the density of each among the runs that its resample has not."""
    rng = np.random.default_rng(seed)
    found, densities = [], []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(runs), len(runs))
        limits = find(runs.iloc[drawn].reset_index(drop=True), interest[drawn])
        found.append(limits)
        missing = np.setdiff1d(np.arange(len(runs)), drawn)
        within = inside(runs.iloc[missing], limits)
        if within.any():
            densities.append(float(interest[missing][within].mean()))
    return found, densities


# -- in words

SWITCHED = ": there or not"
"""Ends the label of an axis that says whether a lever is there."""
SHOWN = 4
"""Decimals of settings of levers that are told."""


def in_words(
    box: Box,
    does: str,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    runs: str = "runs",
    *,
    later: bool = False,
) -> str:
    """A box as a sentence.

    Args:
        box: what was found.
        does: what runs of interest do, as in "misses the goal".
        labels: of axes, as they stand in a sentence.
        units: of axes.
        runs: what is counted.
        later: whether it was found among what boxes before it left, and its figures leave out what those hold.
    """
    conditions = [condition(one.limit, labels[one.axis], units.get(one.axis, "")) for one in box.restrictions]
    listed = " and ".join(conditions)
    kind = f"{runs} that {does.replace('misses', 'miss').replace('meets', 'meet')}"
    return (
        f"{does[:1].upper()}{does[1:]} in {box.density:.0%} of {runs}{' outside the boxes before' if later else ''} "
        f"where {listed}; these are {box.coverage:.0%} of "
        f"all {kind}. Boxes found in resamples hold {box.density_left_out:.0%} of that kind among {runs} left out."
    )


def condition(limit: Limit, label: str, unit: str) -> str:
    """A condition in words."""
    if limit.among in (frozenset({True}), frozenset({False})):
        return f"{label.removesuffix(SWITCHED)} is {'' if True in limit.among else 'not '}there"
    if limit.among is not None:
        listed = sorted(value_told(value, unit) for value in limit.among)
        return f"{label} is {' or '.join(listed)}"
    low, high = value_told(limit.low, unit), value_told(limit.high, unit)
    if np.isinf(limit.low):
        return f"{label} is at most {high}"
    return f"{label} is at least {low}" if np.isinf(limit.high) else f"{label} is from {low} to {high}"


def value_told(value: object, unit: str) -> str:
    """A value of an axis, with its unit."""
    if isinstance(value, (bool, np.bool_)):
        return "on" if value else "off"
    if not isinstance(value, (int, float, np.integer, np.floating)):
        return str(value).replace("_", " ")
    return f"{100.0 * value:.3g}%" if unit == "share" else f"{figure(round(float(value), SHOWN))} {unit}".strip()
