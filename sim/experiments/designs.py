"""Designs: which points of the space of axes are simulated."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.experiments.axes import Axis, axes_of
from sim.experiments.schema import GRID, LATIN_HYPERCUBE, MORRIS, ONE_AT_A_TIME, POINTS, SOBOL, Design, Study
from sim.problems import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
POINT = "point"
"""Name of the index of a table of points."""


def points_of(study: Study) -> pd.DataFrame:
    """Table of points: a row for each, a column for each axis, in the units of the axes."""
    import pandas as pd

    axes, kind = axes_of(study), study.design.kind
    if kind == POINTS:
        return cast("pd.DataFrame", study.parts.points)
    if kind in (GRID, ONE_AT_A_TIME):
        rows = grid(axes) if kind == GRID else one_at_a_time(axes)
    else:
        quantiles = SAMPLES[kind](len(axes), study.design)
        rows = [tuple(axis.at(float(at)) for axis, at in zip(axes, row, strict=True)) for row in quantiles]
    columns = {axis.name: pd.Series([row[place] for row in rows]) for place, axis in enumerate(axes)}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows), name=POINT))


def size_of(study: Study) -> int:
    """Points of a design, without making them."""
    axes, design = axes_of(study), study.design
    if design.kind == GRID:
        return int(np.prod([len(axis.levels()) for axis in axes], dtype=np.int64)) if axes else 1
    if design.kind == ONE_AT_A_TIME:
        return len(one_at_a_time(axes))
    if design.kind == SOBOL:
        return design.number * ((2 if design.second_order else 1) * len(axes) + 2)
    if design.kind == MORRIS:
        return design.trajectories * (len(axes) + 1)
    return design.number if design.kind == LATIN_HYPERCUBE else len(points_of(study))


def grid(axes: Sequence[Axis]) -> list[tuple[Any, ...]]:
    """Every combination of the values of all axes, the last axis moving fastest."""
    return list(product(*(axis.levels() for axis in axes)))


def one_at_a_time(axes: Sequence[Axis]) -> list[tuple[Any, ...]]:
    """The middle of all axes, then each axis at its other values: both ends of a range without steps."""
    middle = tuple(axis.middle() for axis in axes)
    rows = [middle]
    for place, axis in enumerate(axes):
        values = (axis.at(0.0), axis.at(1.0)) if axis.is_range and axis.steps is None else axis.levels()
        rows += [(*middle[:place], value, *middle[place + 1 :]) for value in values if value != middle[place]]
    return rows


def latin_hypercube(axes: int, design: Design) -> Floats:
    """[point, axis] quantiles: each axis is cut into as many equal parts as there are points, each part used once."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(axes, seed=design.seed).random(design.number))


def sobol(axes: int, design: Design) -> Floats:
    """[point, axis] quantiles of Saltelli's scheme, from which Sobol indices are computed.

    With base sample N and k axes: N (k + 2) points, or N (2 k + 2) for indices of pairs.
    Source: Saltelli and others (2010), Computer Physics Communications 181, 259-270.
    """
    return np.asarray(
        _salib("sobol", design).sample(
            _problem(axes), design.number, calc_second_order=design.second_order, seed=design.seed
        )
    )


def morris(axes: int, design: Design) -> Floats:
    """[point, axis] quantiles of walks in which one axis after another moves by one step: T (k + 1) points.

    Source: Morris (1991), Technometrics 33(2), 161-174.
    """
    return np.asarray(
        _salib("morris", design).sample(_problem(axes), design.trajectories, num_levels=design.levels, seed=design.seed)
    )


def _salib(name: str, design: Design) -> Any:
    """A sampler of SALib, which is an extra of the installation."""
    try:
        return importlib.import_module(f"SALib.sample.{name}")
    except ImportError:
        expected = "the extra `experiments`: pip install 'caresim[experiments]'"
        found = f"{design.kind} needs SALib, which is not installed"
        raise ScenarioError([Problem("design", 0, "kind", found, expected)]) from None


def _problem(axes: int) -> dict[str, Any]:
    """A unit cube, as SALib describes it."""
    return {"num_vars": axes, "names": [f"axis {place}" for place in range(axes)], "bounds": [[0.0, 1.0]] * axes}


SAMPLES: dict[str, Callable[[int, Design], Floats]] = {
    LATIN_HYPERCUBE: latin_hypercube,
    SOBOL: sobol,
    MORRIS: morris,
}
