"""Two futures of a draw, without and with a real living wage, and what each shows of 2030.

History is simulated once for both, so that they differ by the policy alone; luck is that of the same people and months.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.history import Origin, State, Walk, restore, spin_up, take_state
from sim.recording import Record, stack
from sim.results import year_value
from sim.scenario import load_scenario
from sim.series import Measured, measure
from sim.shipped import shipped_folder
from sim.units import MONTHS_PER_YEAR, parse_month
from sim.validity.visits import ALONE, Looking

if TYPE_CHECKING:
    from sim.model import CareLabourModel

POLICY = "real_living_wage"
"""Shipped scenario of the policy."""
APRIL_2029, MARCH_2030 = parse_month("2029-04"), parse_month("2030-03")
FUTURES = 2
BASELINE, WITH_POLICY = range(FUTURES)
LUCKS = 2
"""Runs of a draw that differ in luck alone."""
OTHER_LUCK = 1_000_000
"""Added to the seed for the second run: no study counts so far."""


class Outcome(NamedTuple):
    """A figure of the financial year 2029/30: of its March, or the mean or sum of its months."""

    indicator: str
    label: str
    """In words, as it stands in a sentence."""
    unit: str


OUTCOMES = (
    Outcome("vacancy_rate", "the vacancy rate", "share"),
    Outcome("unmet_share", "care not met", "share"),
    Outcome("missed_share", "care missed", "share"),
    Outcome("turnover_all", "turnover", "share"),
    Outcome("filled_posts", "filled posts", "posts"),
    Outcome("cost_council", "cost to councils", "GBP"),
)


class Conclusion(NamedTuple):
    """What is concluded: how high something will be, or what the policy changes in it."""

    outcome: Outcome
    effect: bool

    @property
    def name(self) -> str:
        """In words."""
        return f"the effect of a real living wage on {self.outcome.label}" if self.effect else self.outcome.label


CONCLUSIONS = tuple(Conclusion(outcome, effect) for effect in (False, True) for outcome in OUTCOMES)


@cache
def policy() -> tuple[Any, ...]:
    """Levers of the policy."""
    return load_scenario(POLICY).levers


def policy_text() -> list[str]:
    """How the policy is written, for stores of runs."""
    folder = shipped_folder("scenarios")
    return [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in (POLICY, "baseline")]


class Fork(NamedTuple):
    """Where two futures part."""

    state: State
    past: list[Record]


def fork_of(walk: Walk) -> Fork:
    """The moment at which a walk stands."""
    return Fork(take_state(walk.model), list(walk.records))


def parting() -> int:
    """First month of the policy."""
    return int(min(lever.start for lever in policy()))


def two_futures(model: CareLabourModel, fork: Fork) -> tuple[list[Record], list[Record]]:
    """Records up to March 2030 without and with the policy, from one history."""

    def future(levers: Sequence[Any]) -> list[Record]:
        restore(model, fork.state, levers)
        return Walk(model, list(fork.past)).to(MARCH_2030 + 1).records

    return future(()), future(policy())


def both_futures(origin: Origin) -> tuple[list[Record], list[Record]]:
    """The same of a history that is simulated first."""
    walk = spin_up(origin).to(parting())
    return two_futures(walk.model, fork_of(walk))


def year_measured(records: Sequence[Record], scale: float, april: int) -> Measured:
    """Every series in the financial year that begins in a month; yearly rates look back a year further."""
    last = april + MONTHS_PER_YEAR - 1
    needed = [one for one in records if april - MONTHS_PER_YEAR < int(one.month) <= last]
    return measure(stack(needed), scale, april, last)


def outcomes_of(origin: Origin) -> Floats:
    """[future, outcome] without and with the policy, history included."""
    return outcomes(both_futures(origin), origin.scale)


def outcomes(futures: Sequence[list[Record]], scale: float) -> Floats:
    """[future, outcome] from the records of each future."""
    years = [year_measured(records, scale, APRIL_2029) for records in futures]
    return np.array(
        [[float(year_value(one.indicator, year.of(one.indicator), 0)) for one in OUTCOMES] for year in years]
    )


def run_twice(job: Job) -> Looking:
    """[luck, future, outcome] flat: a draw with its own luck, then with another. A visit (`sim.validity.visits`)."""
    walk = yield parting()
    fork = fork_of(walk)
    walk = yield ALONE
    own = outcomes(two_futures(walk.model, fork), job.scale)
    other = outcomes_of(Origin(job.scale, job.seed + OTHER_LUCK, job.behaviour))
    return np.array([own, other]).ravel()


def concluded(futures: Floats) -> Floats:
    """[..., conclusion] from [..., future, outcome]: levels of the baseline, then what the policy changes."""
    levels = futures[..., BASELINE, :]
    return np.asarray(np.concatenate([levels, futures[..., WITH_POLICY, :] - levels], axis=-1))


def by_luck(shows: Floats) -> Floats:
    """[draw, luck, conclusion] from runs [draw, value] of `run_twice`."""
    return concluded(shows.reshape(len(shows), LUCKS, FUTURES, len(OUTCOMES)))
