"""What the model is fitted to: published figures up to 2021/22, each with a tolerance (``sim/data/targets.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.series import Key, Measured
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, month_name, parse_month

Floats = NDArray[np.float64]
LAST_FITTED = parse_month("2022-03")
"""Nothing later is read: what the model says of the years after is a test of it."""
WITHIN = 2.0
"""Tolerances within which a figure counts as met."""
LEVEL, MEAN, GROWTH, GAP = "level", "mean", "growth", "gap"


class Target(NamedTuple):
    """One published figure and how closely the model should meet it."""

    indicator: str
    area: str
    group_type: str
    group: str
    kind: str
    """``level`` of a month, ``mean`` of months, ``growth`` in the year up to a month, ``gap`` between two groups."""
    against: str
    """The other group of a gap."""
    first_month: int
    """First month of a mean; otherwise the month itself."""
    month: int
    value: float
    tolerance: float
    """Standard deviation of this figure about the truth: rounding, sampling, editions that differ."""
    shared: float
    """Standard deviation that all figures of the series have in common: another base or definition."""
    unit: str
    why: str
    """Reason for the tolerances."""
    source: str
    source_url: str
    status: str
    note: str

    @property
    def series(self) -> tuple[str, ...]:
        """Figures of one series share part of their error."""
        return self.indicator, self.area, self.group_type, self.group, self.kind, self.against

    @property
    def name(self) -> str:
        """In words, without the month."""
        where = [] if self.area == "England" else [self.area]
        who = [] if self.group == "all" else [self.group.replace("_", " ")]
        what = {GROWTH: "growth of ", GAP: "gap in "}.get(self.kind, "") + self.indicator.replace("_", " ")
        against = [f"against {self.against}"] if self.against else []
        return ", ".join([what, *where, *who, *against])

    @property
    def when(self) -> str:
        """The month, or the months of a mean."""
        last = month_name(self.month)
        return last if self.kind != MEAN else f"{month_name(self.first_month)} to {last}"


@cache
def targets() -> tuple[Target, ...]:
    """All targets in the order of the file; ValueError if one lies after the years that are fitted."""
    found = read_targets(PACKAGE / "data" / "targets.csv")
    late = [target for target in found if target.month > LAST_FITTED]
    if late:
        message = f"targets.csv: {late[0].name} in {late[0].when} lies after {month_name(LAST_FITTED)}"
        raise ValueError(message)
    return found


def read_targets(file: Path) -> tuple[Target, ...]:
    """Figures of a file with the columns of ``targets.csv``."""
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(_read(row) for row in csv.DictReader(lines))


def _read(row: dict[str, str]) -> Target:
    numbers = {name: float(row[name]) for name in ("value", "tolerance", "shared")}
    month = parse_month(row["month"])
    first = parse_month(row["first_month"]) if row["first_month"] else month
    return Target(**{**row, **numbers, "month": month, "first_month": first})  # type: ignore[arg-type]


def moments(of: Sequence[Target]) -> list[list[object]]:
    """What is read off a run for each figure, whatever was published of it."""
    return [[*one.series, one.first_month, one.month] for one in of]


def published_values(of: Sequence[Target]) -> Floats:
    """[target] what was published."""
    return np.array([target.value for target in of])


def covariance(of: Sequence[Target]) -> Floats:
    """[target, target] covariance of the published figures about what the model should meet."""
    shared = np.array([target.shared for target in of])
    same = np.array([[one.series == other.series for other in of] for one in of])
    return np.asarray(np.diag([target.tolerance**2 for target in of]) + same * np.outer(shared, shared))


def observe(measured: Measured, of: Sequence[Target]) -> Floats:
    """[target] what a run shows where something was published."""
    places = {key: place for place, key in enumerate(measured.keys) if key.area_type != "council"}

    def series(target: Target, group: str) -> Floats:
        area_type = "england" if target.area == "England" else "region"
        key = Key(area_type, target.area, target.group_type, group, target.indicator)
        return np.asarray(measured.values[places[key]])

    def value(target: Target) -> float:
        values, at = series(target, target.group), target.month - measured.first_month
        if target.kind == MEAN:
            return float(values[target.first_month - measured.first_month : at + 1].mean())
        if target.kind == GROWTH:
            return float(values[at] / values[at - MONTHS_PER_YEAR] - 1.0)
        if target.kind == GAP:
            return float(values[at] - series(target, target.against)[at])
        return float(values[at])

    return np.array([value(target) for target in of])
