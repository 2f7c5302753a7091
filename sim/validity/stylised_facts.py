"""Stylised facts of the care labour market: what is expected, from ``sim/data/stylised_facts.csv``."""

from __future__ import annotations

import csv
import math
from functools import cache
from typing import NamedTuple

from sim.shipped import PACKAGE
from sim.units import NEVER, parse_month

FITTED, GIVEN, UNFITTED = "fitted", "given", "unfitted"
"""Whether a figure is a target of calibration, an input of the model under another name, or neither.

A figure that a range of evidence or a rule was made after counts as an input, too.
"""
EXPERIMENTS, NONE = "experiments", "none"
"""Measures that are none: shown by the virtual experiments, or nothing that the model can say."""


ABOVE, BELOW = "above", "below"
"""Sides of a range on which a figure may lie outside it."""


class Figure(NamedTuple):
    """One figure of a fact and the range in which it is expected."""

    row: str
    """Name of the figure: that of its fact, with a letter if there are several."""
    id: str
    """Name of the fact."""
    fact: str
    quantity: str
    unit: str
    low: float
    high: float
    """Ends of the expected range; infinite where there is none."""
    use: str
    measure: str
    """How it is measured: a function of `sim.validity.stylised_measures`, or `EXPERIMENTS`, or `NONE`."""
    indicator: str
    group_type: str
    group: str
    first_month: int
    """First of the months that are looked at; `month` itself where it is one."""
    month: int
    against: float
    """A published figure that the model's is set against; NaN if there is none."""
    why: str
    """Reason for the range."""
    source: str
    source_url: str
    status: str
    note: str
    fails: str
    """Side of the range, `ABOVE` or `BELOW`, for which the reason holds; empty for both."""
    why_it_fails: str
    """What in the model makes it so, told only where the figure does lie outside its range."""

    @property
    def measured(self) -> bool:
        """Whether a run of the baseline shows it."""
        return self.measure not in (EXPERIMENTS, NONE)

    @property
    def unseen(self) -> bool:
        """Whether it tests the model: neither fitted nor given."""
        return self.use == UNFITTED

    def holds(self, value: float) -> bool:
        """Whether a value lies in the expected range."""
        return self.low <= value <= self.high

    def reason(self, value: float) -> str:
        """Why a value lies outside the range; empty if that is not known for the side on which it does."""
        side = ABOVE if value > self.high else BELOW
        return self.why_it_fails if self.fails in ("", side) else ""


@cache
def all_figures() -> tuple[Figure, ...]:
    """Every figure of every fact, in the order of the file."""
    with (PACKAGE / "data" / "stylised_facts.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_read(row) for row in csv.DictReader(lines))


@cache
def measured_figures() -> tuple[Figure, ...]:
    """Those that a run of the baseline shows."""
    return tuple(figure for figure in all_figures() if figure.measured)


def _read(row: dict[str, str]) -> Figure:
    month = parse_month(row["month"]) if row["month"] else NEVER
    numbers = {
        "low": float(row["low"]) if row["low"] else -math.inf,
        "high": float(row["high"]) if row["high"] else math.inf,
        "against": float(row["against"]) if row["against"] else math.nan,
        "first_month": parse_month(row["first_month"]) if row["first_month"] else month,
        "month": month,
    }
    return Figure(**{**row, **numbers})  # type: ignore[arg-type]
