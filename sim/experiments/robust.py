"""Packages of a frontier, simulated at full settings: what each does on average, and what it risks.

Expectation and minimax regret stand side by side: a package may be good on average and bad where it matters, and which
of these counts is not for a model to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.experiments.goals import mean_known
from sim.experiments.search import unbeaten
from sim.intervals import Interval, interval, share_interval

TIE = 1e-9
"""What the first objective adds to a benefit: too little to matter to any figure, enough to decide between equals."""


class Package(NamedTuple):
    """One package of a frontier."""

    place: int
    """Its row in the arrays that it came from."""
    objectives: dict[str, Interval]
    """Of each objective, turned so that less is better."""
    regrets: dict[str, float]
    """By objective: furthest that it falls behind the package that is best in a draw, over all draws."""
    met: tuple[float, ...]
    """Share of the draws in which each demand is met."""
    met_all: float
    met_all_low: float
    met_all_high: float
    """Ends of its interval, which holds for all packages at once: the surest is the one that had most luck, too."""
    margin: float
    """Of the mean of the tightest demand, in standard deviations over packages and draws; below zero where missed."""
    beaten: bool
    """Whether another package is at least as good on average in all objectives and in the share of draws that meet
    the goal, and better in one of these; in the margin, where none meets it on average."""


def packages(objectives: Mapping[str, Floats], slacks: Floats, drawn: bool) -> list[Package]:
    """Packages with intervals, regrets and shares: first the one that most often meets the goal, or comes nearest.

    Args:
        objectives: [package, draw] by name, less being better; packages with missing runs are left out.
        slacks: [demand, package, draw]
        drawn: whether replicates have draws of the parameters of their own.
    """
    values = np.array(list(objectives.values()))
    whole = np.flatnonzero(np.isfinite(values).all(axis=(0, 2)) & np.isfinite(slacks).all(axis=(0, 2)))
    values, slacks = values[:, whole], slacks[:, whole]
    met = (slacks >= 0.0).mean(axis=2)
    meets = np.asarray((slacks >= 0.0).all(axis=0))
    met_all = meets.mean(axis=1)
    nearness = _margins(slacks)
    reached = bool((nearness >= 0.0).any())
    safety = met_all if reached else nearness
    beaten = ~unbeaten(np.column_stack([*values.mean(axis=2), -safety])) if len(whole) else np.zeros(0, dtype=bool)
    found = [
        Package(
            int(place),
            {name: _known(interval(one[row], drawn)) for name, one in zip(objectives, values, strict=True)},
            {name: float(regret(one)[row]) for name, one in zip(objectives, values, strict=True)},
            tuple(float(share) for share in met[:, row]),
            float(met_all[row]),
            *share_interval(int(meets[row].sum()), meets.shape[1], choices=len(whole)),
            float(nearness[row]),
            bool(beaten[row]),
        )
        for row, place in enumerate(whole)
    ]
    if not reached:
        return sorted(found, key=lambda one: -one.margin)
    return sorted(found, key=lambda one: (-one.met_all, [each.mean for each in one.objectives.values()]))


def _margins(slacks: Floats) -> Floats:
    """[package] mean of the tightest demand, in standard deviations; 0 without demands."""
    if not len(slacks) or not slacks.shape[1]:
        return np.zeros(slacks.shape[1])
    spread = slacks.std(axis=(1, 2))
    return np.asarray((slacks.mean(axis=2) / np.where(spread > 0.0, spread, 1.0)[:, None]).min(axis=0))


def _known(found: Interval | None) -> Interval:
    return found or Interval(float("nan"), float("nan"), float("nan"), 0)


def regret(losses: Floats) -> Floats:
    """[package] largest regret over draws (Savage 1951): loss less that of the best package in the same draw.

    Args:
        losses: [package, draw]
    """
    return np.asarray((losses - losses.min(axis=0)).max(axis=1))


def shortfall(slacks: Floats) -> Floats:
    """[package, draw] by how much the demands are missed in all, each in standard deviations over packages and draws.

    Args:
        slacks: [demand, package, draw]
    """
    spread = np.nanstd(slacks, axis=(1, 2), keepdims=True)
    return np.asarray((np.maximum(-slacks, 0.0) / np.where(spread > 0.0, spread, 1.0)).sum(axis=0))


def benefit(objectives: Mapping[str, Floats], slacks: Floats) -> tuple[Floats, str]:
    """[draw, package] what a choice is judged by when information is valued, larger being better, and what that is.

    With demands it is whether all of them are met: its mean is the chance to meet the goal. Without, it is the first
    objective. Of packages that are equal in that, the one with the lower first objective is taken. Nan where a run is
    missing, which is no run that misses the goal.

    Args:
        objectives: [package, draw] by name, less being better.
        slacks: [demand, package, draw]
    """
    name, first = next(iter(objectives.items()))
    if not len(slacks):
        return -first.T, name
    met = np.where(np.isfinite(slacks).all(axis=0), (slacks >= 0.0).all(axis=0), np.nan)
    order = np.argsort(np.argsort(mean_known(first)))
    return (met - TIE * order[:, None]).T, "chance to meet the goal"
