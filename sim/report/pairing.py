"""How much sharper differences are because both sides of a pair have the same people, draws and luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.comparison import END, Comparison
from sim.headline import KINDS
from sim.report.outcomes import FILLED, TURNOVER, UNMET, VACANCY, Outcome, values

if TYPE_CHECKING:
    from sim.measures import Floats

SHOWN = (VACANCY, TURNOVER, FILLED, UNMET)


class Sharpness(NamedTuple):
    """The standard error of one difference, in the unit in which it is written."""

    scenario: str
    period: str
    outcome: str
    unit: str
    paired: float
    """Of pairs that share people, draws and luck, as they were run."""
    unpaired: float
    """Of as many runs of each with people, draws and luck of their own."""

    @property
    def factor(self) -> float:
        """How often the second holds the first; not a number where the scenario changes nothing."""
        return self.unpaired / self.paired if self.paired > 0 else float("nan")


def sharpness(comparison: Comparison) -> list[Sharpness]:
    """For every scenario, in the first full year of a policy and in the last one; nothing for a single pair.

    Unpaired runs would differ by the variances of both sides; pairs differ by that of their difference. Both come from
    the same runs.
    """
    if comparison.replicates < 2:
        return []
    return [
        _sharpness(comparison, scenario, outcome, when, period)
        for when, period in comparison.moments()
        if when != END
        for scenario in comparison.others
        for outcome in SHOWN
    ]


def _sharpness(comparison: Comparison, scenario: str, outcome: Outcome, when: str, period: str) -> Sharpness:
    now, before = (values(comparison, name, outcome, when) for name in (scenario, comparison.base))
    assert now is not None
    assert before is not None
    kind = KINDS[outcome.line.kind]
    unit = "points" if outcome.line.kind == "percent" else kind.unit
    paired, unpaired = errors(now, before)
    return Sharpness(scenario, period, outcome.label, unit, paired / kind.scale, unpaired / kind.scale)


def errors(now: Floats, before: Floats) -> tuple[float, float]:
    """Standard errors of the mean difference: paired, and as if the runs had nothing in common."""
    runs = len(now)
    paired = float(np.std(now - before, ddof=1))
    unpaired = math.sqrt(float(np.var(now, ddof=1) + np.var(before, ddof=1)))
    return paired / math.sqrt(runs), unpaired / math.sqrt(runs)
