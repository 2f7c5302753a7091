"""What a conclusion rests on: the evidence on its levers, the parameters that move it most, and what would turn it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.geography import read_rows
from sim.headline import changed
from sim.intervals import Interval
from sim.parameters import parameter_table, uncertain
from sim.report.outcomes import FILLED, TURNOVER, UNMET, VACANCY, Outcome, values

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.measures import Floats

FEWEST_DRAWS = 20
"""Fewer runs than that tell nothing of single parameters."""
CHANCE = 0.05
"""Chance that any parameter at all is named for nothing."""
LOOKED_AT = (UNMET, FILLED, TURNOVER, VACANCY)
PART = 3
"""Runs are divided into so many parts by a parameter; the outer two are set beside each other."""


class Ground(NamedTuple):
    """One parameter that moves the effect of a scenario."""

    parameter: str
    meaning: str
    grade: str
    source: str
    outcome: str
    where_low: str
    """Effect in the runs in which the parameter is lowest."""
    where_high: str
    turns: bool
    """Whether the effect has another sign there."""


class Known(NamedTuple):
    """A parameter that stood out in the study of what conclusions hang on."""

    parameter: str
    meaning: str
    grade: str
    outcomes: str


def grounds(comparison: Comparison, scenario: str, when: str) -> list[Ground]:
    """Parameters whose draws go with the effect of a scenario more closely than chance allows among so many."""
    if not comparison.drawn or comparison.replicates < FEWEST_DRAWS:
        return []
    drawn = _drawn(comparison)
    found: list[tuple[float, Ground]] = []
    for outcome in LOOKED_AT:
        now, before = (values(comparison, name, outcome, when) for name in (scenario, comparison.base))
        if now is None or before is None:
            continue
        effect = now - before
        for name, draws in drawn.items():
            strength = _rank_correlation(draws, effect)
            if abs(strength) > _critical(len(effect), len(drawn)):
                found.append((abs(strength), _ground(name, draws, effect, outcome)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _drawn(comparison: Comparison) -> dict[str, Floats]:
    """[replicate] values of each uncertain parameter."""
    told = comparison.results.manifest["behaviour"]
    runs = [told[str(run.draw)] for run in comparison.results.of(comparison.base)]
    return {name: np.array([run[name] for run in runs]) for name in uncertain()}


def _ranks(values_: Floats) -> Floats:
    return np.argsort(np.argsort(values_, kind="stable"), kind="stable").astype(np.float64)


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's; nothing where one of the two does not vary."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


@cache
def _critical(runs: int, parameters: int) -> float:
    """Rank correlation above which, with this many parameters, one in `CHANCE` studies would name any for nothing."""
    from scipy.stats import t

    tested = parameters * len(LOOKED_AT)
    quantile = float(t.ppf(1.0 - CHANCE / (2.0 * tested), runs - 2))
    return float(quantile / np.sqrt(runs - 2 + quantile * quantile))


def _ground(name: str, draws: Floats, effect: Floats, outcome: Outcome) -> Ground:
    order = np.argsort(draws, kind="stable")
    size = len(order) // PART
    low, high = float(effect[order[:size]].mean()), float(effect[order[-size:]].mean())
    about = parameter_table()[name]
    kind = outcome.line.kind
    said = [changed(Interval(mean, 0.0, 0.0, 1), kind) for mean in (low, high)]
    turns = low * high < 0
    return Ground(name, about.meaning, about.grade, about.source, outcome.label, said[0], said[1], turns)


@cache
def standing_out() -> tuple[Known, ...]:
    """Parameters that stood out in the study of sensitivity, with what they move: `sim/data/standing_out.csv`."""
    table = parameter_table()
    return tuple(
        Known(row["parameter"], table[row["parameter"]].meaning, table[row["parameter"]].grade, row["outcomes"])
        for row in read_rows("standing_out.csv")
    )
