"""What a conclusion rests on: the evidence on its levers, the parameters that move it most, and what would turn it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.geography import read_rows
from sim.headline import changed
from sim.intervals import interval
from sim.parameters import parameter_table, uncertain
from sim.report.outcomes import FILLED, TURNOVER, UNMET, VACANCY, Outcome, effect

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
    """Whether the effect is clear of nothing in both, and of another sign."""


class Known(NamedTuple):
    """A parameter that stood out in the study of what conclusions hang on."""

    parameter: str
    meaning: str
    grade: str
    outcomes: str


class Validated(NamedTuple):
    """How far the fitted model met what it was not fitted to."""

    in_intervals: float
    """Share of figures of later years that lay in their 90% intervals."""
    in_a_tenth: float
    """How much too high care not met is in a tenth of England, as a share of it."""
    in_a_twentieth: float


def grounds(comparison: Comparison, scenario: str, when: str) -> list[Ground]:
    """Parameters whose draws go with the effect of a scenario more closely than chance allows among so many."""
    if not comparison.drawn or comparison.replicates < FEWEST_DRAWS:
        return []
    drawn = _drawn(comparison)
    found: list[tuple[float, Ground]] = []
    for outcome in LOOKED_AT:
        change = effect(comparison, scenario, outcome, when)
        if change is None:
            continue
        for name, draws in drawn.items():
            strength = _rank_correlation(draws, change)
            if abs(strength) > _critical(len(change), len(drawn)):
                found.append((abs(strength), _ground(name, draws, change, outcome)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _drawn(comparison: Comparison) -> dict[str, Floats]:
    """[replicate] values of each uncertain parameter."""
    told = comparison.results.manifest["behaviour"]
    runs = [told[str(run.draw)] for run in comparison.results.of(comparison.base)]
    return {name: np.array([run[name] for run in runs]) for name in uncertain()}


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's; nothing where one of the two does not vary."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    from scipy.stats import rankdata

    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


@cache
def _critical(runs: int, parameters: int) -> float:
    """Rank correlation above which, with this many parameters, one in `CHANCE` studies would name any for nothing."""
    from scipy.stats import t

    tested = parameters * len(LOOKED_AT)
    quantile = float(t.ppf(1.0 - CHANCE / (2.0 * tested), runs - 2))
    return float(quantile / np.sqrt(runs - 2 + quantile * quantile))


def _ground(name: str, draws: Floats, change: Floats, outcome: Outcome) -> Ground:
    order = np.argsort(draws, kind="stable")
    size = len(order) // PART
    # Both are means over runs of one kind, so that their intervals are for the mean and not for another draw.
    low, high = (interval(change[part]) for part in (order[:size], order[-size:]))
    assert low is not None
    assert high is not None
    about, kind = parameter_table()[name], outcome.line.kind
    said = [changed(one, kind) for one in (low, high)]
    turns = low.clear and high.clear and low.mean * high.mean < 0
    return Ground(name, about.meaning, about.grade, about.source, outcome.label, said[0], said[1], turns)


@cache
def standing_out() -> tuple[Known, ...]:
    """Parameters that stood out in the study of sensitivity, with what they move: `sim/data/standing_out.csv`."""
    table = parameter_table()
    return tuple(
        Known(row["parameter"], table[row["parameter"]].meaning, table[row["parameter"]].grade, row["outcomes"])
        for row in read_rows("standing_out.csv")
    )


@cache
def validated() -> Validated:
    """What reports say of the model's own validation: `sim/data/validated.csv`."""
    found = {row["what"]: float(row["value"]) for row in read_rows("validated.csv")}
    return Validated(
        found["later figures in their intervals"] / found["later figures"],
        found["care not met too high at 10%"],
        found["care not met too high at 5%"],
    )
