"""Whether a goal is met: outcomes of its year as arrays of points and replicates, and what its conditions leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats

if TYPE_CHECKING:
    from sim.experiments.schema import Condition, Goal

RELATIVE, CHANGE, LEVEL = "relative_change", "change", "level"
AT_MOST = "_at_most"


class Cube(NamedTuple):
    """Outcomes of one financial year; nan where a run is missing."""

    year: str
    replicates: tuple[int, ...]
    levels: dict[str, Floats]
    """[point, replicate] of every outcome, points in the order of the design."""
    changes: dict[str, Floats]
    """[point, replicate] the same less the reference; empty where nothing is chosen."""

    def after(self, replicate: int) -> Cube:
        """The same without the replicates up to one."""
        kept = np.array(self.replicates, dtype=np.int64) > replicate
        levels, changes = ({name: one[:, kept] for name, one in part.items()} for part in (self.levels, self.changes))
        return Cube(self.year, tuple(one for one in self.replicates if one > replicate), levels, changes)

    def of(self, outcome: str) -> Floats:
        """[point, replicate] changes of an outcome where there are any, else its levels."""
        return self.changes[outcome] if self.changes else self.levels[outcome]

    def mean(self, outcome: str) -> Floats:
        """[point] mean over replicates, so far as they are known."""
        return mean_known(self.of(outcome))


def mean_known(values: Floats) -> Floats:
    """Means over the last axis of what is known; nan where nothing is."""
    known = np.isfinite(values)
    number = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def cube(
    table: pd.DataFrame, changes: pd.DataFrame | None, outcomes: Sequence[str], points: int, year: str | None = None
) -> Cube:
    """Outcomes of a year, the last one if none is named, from the tables of `sim.experiments.study_results`.

    Args:
        table: levels of runs, with the columns point, replicate, reference and year.
        changes: the same less their references; None where there are none.
        outcomes: their columns.
        points: how many there are; those without runs are nan.
        year: as in "2029/30".
    """
    year = year or str(max(table["year"].astype(str)))
    of_year = table[(table["year"].astype(str) == year) & ~table["reference"].astype(bool)]
    replicates = tuple(sorted(int(one) for one in of_year["replicate"].unique()))
    levels = {name: _square(of_year, name, points, replicates) for name in outcomes}
    if changes is None:
        return Cube(year, replicates, levels, {})
    paired = changes[changes["year"].astype(str) == year]
    return Cube(year, replicates, levels, {name: _square(paired, name, points, replicates) for name in outcomes})


def _square(rows: pd.DataFrame, name: str, points: int, replicates: Sequence[int]) -> Floats:
    found = np.full((points, len(replicates)), np.nan)
    found[rows["point"].to_numpy(), np.searchsorted(replicates, rows["replicate"].to_numpy())] = rows[name].to_numpy()
    return found


# -- the goal


class Demand(NamedTuple):
    """One limit of one condition of a goal."""

    outcome: str
    kind: str
    """`RELATIVE`, `CHANGE` or `LEVEL`: what is limited."""
    at_most: bool
    limit: float

    def slack(self, values: Cube) -> Floats:
        """[point, replicate] by how much it is met, below zero where it is not, in what its limit is stated in."""
        shown = self.shown(values)
        return self.limit - shown if self.at_most else shown - self.limit

    def shown(self, values: Cube) -> Floats:
        """[point, replicate] what is limited."""
        if self.kind == LEVEL:
            return values.levels[self.outcome]
        if self.kind == CHANGE:
            return values.changes[self.outcome]
        reference = values.levels[self.outcome] - values.changes[self.outcome]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(values.changes[self.outcome] / reference)


def demands(goal: Goal) -> list[Demand]:
    """All limits of all conditions of a goal."""
    return [demand for condition in goal.conditions for demand in _demands(condition)]


def _demands(condition: Condition) -> list[Demand]:
    found = []
    for name, limit in condition.limits.items():
        kind = next(kind for kind in (RELATIVE, CHANGE, LEVEL) if name.startswith(kind))
        found.append(Demand(condition.outcome, kind, name.endswith(AT_MOST), limit))
    return found


def slacks(asked: Sequence[Demand], values: Cube) -> Floats:
    """[demand, point, replicate] by how much demands are met."""
    return np.array([demand.slack(values) for demand in asked])


def met_on_average(slack: Floats) -> np.ndarray:
    """[point] whether every demand is met by the mean over replicates; false where nothing is known.

    Args:
        slack: [demand, point, replicate]
    """
    return np.asarray((mean_known(slack) >= 0.0).all(axis=0))


def share_met(slack: Floats) -> Floats:
    """[point] share of the replicates in which every demand is met; nan where nothing is known."""
    known = np.isfinite(slack).all(axis=0)
    met = np.where(known, (slack >= 0.0).all(axis=0), np.nan)
    return mean_known(met)


def objectives(goal: Goal, values: Cube) -> dict[str, Floats]:
    """[point, replicate] of each objective, by its name, turned so that less is better."""
    found = {name: values.of(name) for name in goal.minimise}
    return found | {name: -values.of(name) for name in goal.maximise}
