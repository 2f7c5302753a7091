"""Runs of a policy search: packages as points of studies of their own, each in a folder that a sweep can go on with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.drawn import draws_there_are
from sim.experiments.axes import Axis, axes_of
from sim.experiments.designs import POINT, points_of
from sim.experiments.goals import demands, mean_known, objectives, slacks
from sim.experiments.information import FEWEST_DRAWS
from sim.experiments.prepared import Prepared, prepare, values_without_order
from sim.experiments.schema import Design, Study
from sim.experiments.search import Shown, Space
from sim.experiments.search_record import refuse_other_packages
from sim.experiments.study_results import read_study

FIRST, ROUND, FRONTIER = "first", "round_", "frontier"
"""Folders of the studies of a search."""
FILE = "points.csv"
FRESH = FEWEST_DRAWS
"""Draws or replicates of the frontier that had no part in its choice, if nothing else is asked for."""


class Workers(NamedTuple):
    """Who makes runs."""

    processes: int
    scheduler: str | None


class Full(NamedTuple):
    """Settings at which the frontier is simulated before it is reported."""

    repeats: int
    """Draws, or replicates where a study has no draws."""
    scale: float


def full_settings(study: Study, repeats: int | None, scale: float | None) -> Full:
    """What was asked for; where it was not, the study's scale, its draws or replicates and fresh ones after them."""
    wanted = study.repeats + FRESH
    most = draws_there_are() if study.draws is not None else wanted
    return Full(repeats or min(most, wanted), scale or study.base.scale)


def with_points(study: Study, points: pd.DataFrame, full: Full | None = None) -> Study:
    """The same study over other points, and at full settings if these are given."""
    text = points.to_csv(index=False)
    design = Design(kind="points", file=FILE, sha256=hashlib.sha256(text.encode()).hexdigest())
    changes: dict[str, Any] = {"design": design, "until": None}
    if full is not None:
        changes["draws" if study.draws is not None else "replicates"] = full.repeats
        changes["scale"] = full.scale
    found = study.model_copy(update=changes)
    parts = study.parts._replace(points=points)
    if full is not None:
        scaled = {"scale": full.scale}
        others = {name: one.model_copy(update=scaled) for name, one in parts.packages.items()}
        parts = parts._replace(base=parts.base.model_copy(update=scaled), packages=others)
    found._parts = parts
    return found


def space_of(study: Study) -> Space:
    """The settings that can be chosen."""
    axes = axes_of(study)

    def snap(quantiles: Floats) -> Floats:
        columns = [_snapped(axis, column) for axis, column in zip(axes, quantiles.T, strict=True)]
        return np.column_stack(columns)

    return Space(len(axes), tuple(values_without_order(axis) for axis in axes), snap)


def _snapped(axis: Axis, quantiles: Floats) -> list[float]:
    return [axis.quantile(axis.at(min(1.0, max(0.0, float(at))))) for at in quantiles]


def quantiles_of(study: Study, points: pd.DataFrame) -> Floats:
    """[point, axis] quantiles of points."""
    axes = axes_of(study)
    return np.column_stack([[axis.quantile(axis.exactly(one)) for one in points[axis.name]] for axis in axes])


def table_of(study: Study, quantiles: Floats) -> pd.DataFrame:
    """Points at quantiles [point, axis]."""
    columns = {
        axis.name: pd.Series([axis.at(float(at)) for at in column])
        for axis, column in zip(axes_of(study), quantiles.T, strict=True)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(quantiles), name=POINT))


class Simulation:
    """Simulates packages, each call as a study in a folder of its own."""

    def __init__(self, study: Study, folder: Path, workers: Workers) -> None:
        """Say what is simulated, and where results go."""
        self.study, self.folder, self.workers = study, folder, workers
        self._calls = 0

    def __call__(self, quantiles: Floats) -> Shown:
        """What packages show, means over draws or replicates."""
        name = FIRST if self._calls == 0 else f"{ROUND}{self._calls}"
        self._calls += 1
        return shown_by(self.run(name, with_points(self.study, table_of(self.study, quantiles))))

    def run(self, name: str, study: Study) -> Prepared:
        """Sweep a study in a folder of this search, or read it if it is there."""
        from sim.experiments.sweep_command import sweep

        refuse_other_packages(self.folder, name, study.resolved()["design"])
        print(f"{name.replace('_', ' ')}: {len(points_of(study))} packages")
        place = self.folder / name
        begun = place.is_dir() and any(place.iterdir())
        sweep(study, place, resume=begun, workers=self.workers.processes, scheduler=self.workers.scheduler)
        results = read_study(place)
        goal = study.goal
        return prepare(results, goal.year if goal else None)


def shown_by(data: Prepared) -> Shown:
    """Objectives and slacks of packages, means over draws or replicates."""
    goal = data.study.goal
    if goal is None:
        message = "a search needs a goal"
        raise ValueError(message)
    losses = np.column_stack([mean_known(one) for one in objectives(goal, data.values).values()])
    slack = slacks(demands(goal), data.values).reshape(-1, *losses.shape[:1], len(data.values.replicates))
    return Shown(losses, mean_known(slack).T)
