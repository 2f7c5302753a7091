"""What the model can't meet: how far each series of figures lies from it beyond the figures' own errors.

An error of the model that its parameters can't mend must not pull them. It is counted as an error of the figures,
series by series (Kennedy and O'Hagan 2001), of the size seen: half of its variance is common to all years of a
series, half is each year's own (an assumption; six years can't tell).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.targets import LEVEL, MEAN, Target
from sim.problems import Problem, ScenarioError

DISCREPANCY = "discrepancy_2022.csv"
"""Beside the file of draws of the same calibration."""
COLUMNS = ("indicator", "area", "group_type", "group", "kind", "against", "spread")
COMMON = 0.5
"""Share of the variance that all years of a series have in common."""


class Discrepancy(NamedTuple):
    """Standard deviations of the model's own error."""

    of: tuple[Target, ...]
    spread: Floats
    """[target] on the scale of the emulator; one value for all figures of a series."""

    def covariance(self) -> Floats:
        """[target, target] of the model's own error."""
        same = np.array([[one.series == other.series for other in self.of] for one in self.of])
        common = COMMON * same * np.outer(self.spread, self.spread)
        return np.asarray(common + np.diag((1.0 - COMMON) * self.spread**2))

    def rows(self) -> list[list[str]]:
        """Its size for each series, headings first: of a level as a share of it, of a growth or gap in its unit."""
        sizes = {target.series: spread for target, spread in zip(self.of, self.spread, strict=True)}
        return [list(COLUMNS), *([*series, f"{spread:.4g}"] for series, spread in sizes.items())]


def discrepancy(apart: Floats, errors: Floats, of: Sequence[Target]) -> Discrepancy:
    """Mean square by which each series lies further from the model than its errors allow.

    Args:
        apart: [target] what the model shows at best, less what was published.
        errors: [target, target] covariance of the published figures.
        of: the targets.
    """
    beyond = np.square(apart) - np.diag(errors)
    series = [target.series for target in of]
    spread = [np.sqrt(max(0.0, beyond[[one == this for one in series]].mean())) for this in series]
    return Discrepancy(tuple(of), np.array(spread))


def read_discrepancy(file: Path) -> dict[tuple[str, ...], float]:
    """Its size by series, as `Discrepancy.rows` has it; ScenarioError for a file that holds something else."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            first, *rows = csv.reader(lines)
        if tuple(first) != COLUMNS:
            raise _other(file, 1, ",".join(COLUMNS))
        return {tuple(series): float(spread) for *series, spread in rows}
    except (ValueError, csv.Error):
        raise _other(file, 0, "sizes by series, as caresim calibrate writes them") from None


def _other(file: Path, line: int, expected: str) -> ScenarioError:
    return ScenarioError([Problem(str(file), line, "file", "something else", expected)])


def in_units(figure: Target, level: float, sizes: dict[tuple[str, ...], float]) -> float:
    """The model's own error of a figure in its unit, where the model shows `level`; none of series not fitted."""
    size = sizes.get(figure.series, 0.0)
    return size * abs(level) if figure.kind in (LEVEL, MEAN) else size
