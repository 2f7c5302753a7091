"""What analyses need of a study's results: axes that vary, points as quantiles, outcomes of one year as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.experiments.axes import LEVER, Axis, axes_of
from sim.experiments.goals import Cube, cube
from sim.experiments.outcomes import Outcome
from sim.experiments.wording import within
from sim.problems import COMMAND_LINE, Problem, ScenarioError

if TYPE_CHECKING:
    from sim.experiments.schema import Study
    from sim.experiments.study_results import StudyResults


LEAST_FRESH = 2
"""Runs without which there are no intervals."""


class Prepared(NamedTuple):
    """A study's results, ready for analysis."""

    study: Study
    axes: tuple[Axis, ...]
    """Those that have more than one value in the design."""
    points: pd.DataFrame
    """[point, axis] physical values, of those axes."""
    quantiles: Floats
    """[point, axis]"""
    outcomes: dict[str, Outcome]
    values: Cube
    counts: dict[str, int]
    """Runs done, failed and of."""
    manifest: dict[str, Any]
    fresh: bool = False
    """Whether runs by which the points were chosen are left out."""

    @property
    def names(self) -> list[str]:
        """Names of the axes."""
        return [axis.name for axis in self.axes]

    @property
    def labels(self) -> dict[str, str]:
        """Axes in words, by name."""
        return {axis.name: within(axis.label) for axis in self.axes}

    @property
    def units(self) -> dict[str, str]:
        """Units of axes by name."""
        return {axis.name: axis.unit for axis in self.axes}

    @property
    def unordered(self) -> tuple[int, ...]:
        """[axis] number of values of axes whose values have no order, 0 for others."""
        return tuple(values_without_order(axis) for axis in self.axes)

    @property
    def listed(self) -> tuple[int, ...]:
        """[axis] number of values of axes whose values are listed, 0 for ranges."""
        return tuple(0 if axis.values is None else len(axis.values) for axis in self.axes)

    @property
    def drawn(self) -> bool:
        """Whether replicates have draws of the parameters of their own."""
        return self.study.draws is not None

    @property
    def repeats(self) -> str:
        """What the runs of a point are, in words."""
        number = len(self.values.replicates)
        what = f"{'fresh ' if self.fresh else ''}{'draw' if self.drawn else 'replicate'}"
        return f"{number} {what}" if number == 1 else f"{number} {what}s"

    def without_choosing(self, choosing: int) -> Prepared:
        """The same without the first replicates, if points were chosen by these and enough others are left.

        Of many points, those are chosen that had luck in the runs they were chosen by: there they look better than
        they are. Runs that had no part in the choice tell no such tale.
        """
        left = self.values.after(choosing)
        return self._replace(values=left, fresh=True) if len(left.replicates) >= LEAST_FRESH else self

    def told(self, outcome: str) -> str:
        """An outcome as it stands in a sentence: its level, or its change."""
        label = self.outcomes[outcome].label
        return f"the change of {label}" if self.values.changes else label

    def unit(self, outcome: str) -> str:
        """Unit in which an outcome is told: of its level, or of its change."""
        one = self.outcomes[outcome]
        return one.unit_of_change if self.values.changes else one.unit

    def of_kind(self, kind: str) -> list[str]:
        """Names of the axes of a kind."""
        return [axis.name for axis in self.axes if axis.kind == kind]

    @property
    def packages(self) -> list[str]:
        """Axes that are chosen."""
        return self.of_kind(LEVER)


def values_without_order(axis: Axis) -> int:
    """Number of values of an axis whose values have no order; 0 for any other, and for two, where it is no matter."""
    if axis.values is None or len(axis.values) <= 2 or set(axis.values) <= {"low", "central", "high"}:
        return 0
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in axis.values)
    return 0 if numbers else len(axis.values)


def prepare(results: StudyResults, year: str | None = None) -> Prepared:
    """Ready the results of a study; ScenarioError where nothing of it is finished, or not the year asked for."""
    study, table, points = results.study, results.table(), results.points
    if not len(table):
        expected = "a study with finished runs: go on with `caresim sweep --resume`"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "STUDY", f"{results.folder} has none", expected)])
    years = sorted(table["year"].astype(str).unique())
    year = year or (study.goal.year if study.goal else None) or years[-1]
    if year not in years:
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--year", year, f"one of {', '.join(years)}")])
    axes = tuple(axis for axis in axes_of(study) if points[axis.name].nunique() > 1)
    if not axes:
        expected = "one in which something does; `caresim results` shows this one"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "STUDY", f"nothing varies in {results.folder}", expected)])
    names = [axis.name for axis in axes]
    quantiles = np.column_stack([_quantiles(axis, points[axis.name]) for axis in axes])
    changes = results.changes() if results.has_reference else None
    values = cube(table, changes, results.outcomes, len(points), year)
    outcomes = {one.name: one for one in study.measured}
    return Prepared(study, axes, points[names], quantiles, outcomes, values, results.counts(), results.manifest)


def _quantiles(axis: Axis, values: pd.Series[Any]) -> Floats:
    return np.array([axis.quantile(axis.exactly(value)) for value in values])
