"""A study as a model of the EMA Workbench: the same axes and outcomes, for all that works on those.

The Workbench has its own designs and its own store; a study lends it what varies, within which bounds, and a function
that simulates one point. What a point shows are means over the study's replicates or draws.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments.axes import LEVER, SETTING, Axis
from sim.experiments.estimate import specify
from sim.experiments.files import load_study
from sim.experiments.goals import cube, mean_known
from sim.experiments.specification import runs_of
from sim.experiments.work import make_runs, tasks_of

if TYPE_CHECKING:
    from sim.experiments.schema import Study

CHANGE = "change_of_"
"""Begins the names of outcomes that are changes against the reference."""


def as_model(study: Study | str | Path, name: str = "caresim") -> Any:
    """The study as an `ema_workbench.Model`; its settings, such as scale, stay as the study has them at first.

    Args:
        study: a study, its file, or the name of a shipped one.
        name: of the model; letters and digits only, as the Workbench asks.

    Raises:
        ScenarioError: it is no study.
        ImportError: the Workbench is not installed (``pip install '.[workbench]'``).
    """
    from ema_workbench import Constant, Model, ScalarOutcome

    known = study if not isinstance(study, (str, Path)) else load_study(study)
    model = Model(name, function=Point(known))
    varied = [axis for axis in known.parts.axes if axis.kind != SETTING]
    model.uncertainties = [_parameter(axis) for axis in varied if axis.kind != LEVER]
    model.levers = [_parameter(axis) for axis in varied if axis.kind == LEVER]
    model.constants = [Constant(_plain(axis.name), axis.middle()) for axis in known.parts.axes if axis.kind == SETTING]
    model.outcomes = [ScalarOutcome(name) for name in _outcomes(known)]
    return model


def _plain(name: str) -> str:
    """A name that the Workbench can hand to a function."""
    return name.replace(".", "__")


def _parameter(axis: Axis) -> Any:
    from ema_workbench import CategoricalParameter, IntegerParameter, RealParameter

    if axis.values is not None:
        return CategoricalParameter(_plain(axis.name), list(axis.values))
    if axis.step == 1.0:
        return IntegerParameter(_plain(axis.name), int(axis.low or 0), int(axis.high or 0))
    return RealParameter(_plain(axis.name), axis.low, axis.high)


def _outcomes(study: Study) -> list[str]:
    levels = [one.name for one in study.measured]
    return [*levels, *(f"{CHANGE}{name}" for name in levels)] if study.has_reference else levels


class Point:
    """Simulates one point of a study's space, as a function of its axes."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @property
    def __name__(self) -> str:
        """The Workbench tells functions by their names."""
        return "point"

    def __call__(self, **values: Any) -> dict[str, float]:
        """Outcomes of the last financial year, means over replicates; undivided.

        Raises:
            RuntimeError: a run went wrong, with what the program said.
        """
        axes = self.study.parts.axes
        row = {axis.name: axis.exactly(values[_plain(axis.name)]) for axis in axes}
        points = pd.DataFrame([row], columns=[axis.name for axis in axes])
        return _shown(self.study, points)


def _shown(study: Study, points: pd.DataFrame) -> dict[str, float]:
    """Means over replicates of what a table of one point shows."""
    replicates = range(1, study.repeats + 1)
    specified = specify(runs_of(study, points, replicates))
    years: dict[str, dict[str, list[float]]] = {}
    for task in tasks_of(runs_of(study, points, replicates), specified.forks, specified.tasks):
        for done in make_runs(task).done:
            if done.error:
                raise RuntimeError(done.error)
            years[done.key] = done.years
    names = [one.name for one in study.measured]
    rows = [
        {"point": point, "replicate": replicate, "reference": reference, "year": year}
        | dict(zip(names, shown, strict=True))
        for point, replicate, reference, key, _ in specified.rows
        for year, shown in years[key].items()
    ]
    table = pd.DataFrame(rows)
    values = cube(table, _changes(table, names) if study.has_reference else None, names, len(points))
    found = {name: float(mean_known(values.levels[name])[0]) for name in names}
    return found | {f"{CHANGE}{name}": float(mean_known(one)[0]) for name, one in values.changes.items()}


def _changes(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Levels less those of the reference with the same replicate and year."""
    by = ["replicate", "year"]
    references = table[table["reference"]].set_index(by)[names]
    others = table[~table["reference"]].set_index(by)
    others[names] = others[names] - references
    return others.reset_index()
