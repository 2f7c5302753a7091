"""Outcomes that the report names: which way is better, and in how many runs a scenario is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.comparison import END, FIRST, Comparison
from sim.headline import CARE_WORKER, Headline, last_year
from sim.money_report import COUNCIL, GOVERNMENT
from sim.results import whole_years

if TYPE_CHECKING:
    from sim.measures import Floats

LESS, MORE = -1, 1
PUBLIC = "public"
"""Stands for what all public payers pay, which is no indicator of its own but a sum of the account."""


class Outcome(NamedTuple):
    """One outcome."""

    label: str
    """As it stands in a sentence."""
    line: Headline
    better: int
    """`LESS` or `MORE`."""
    says: str
    """How the outcome stands in the table of runs."""


def _outcome(label: str, indicator: str, kind: str, better: int, says: str, group: str = "all") -> Outcome:
    return Outcome(label, Headline(label, indicator, group, kind), better, says)


UNMET = _outcome("care not met", "unmet_share", "percent", LESS, "Less care is not met")
FILLED = _outcome("filled posts", "filled_posts", "thousand", MORE, "More posts are filled")
VACANCY = _outcome("the vacancy rate", "vacancy_rate", "percent", LESS, "The vacancy rate is lower")
TURNOVER = _outcome("turnover", "turnover_all", "percent", LESS, "Turnover is lower")
COST = _outcome("what public payers pay", PUBLIC, "million", LESS, "Public payers pay less")
OUTCOMES = (
    UNMET,
    FILLED,
    VACANCY,
    TURNOVER,
    _outcome("long service", "long_service_share", "percent", MORE, "More care is given by long-serving staff"),
    _outcome("delayed discharges", "delayed_discharges", "thousand", LESS, "Fewer people wait in hospital for care"),
    _outcome("median pay", "pay_p50", "pounds", MORE, "Care workers' median pay is higher", CARE_WORKER),
    _outcome("providers' margin", "provider_margin", "percent", MORE, "Providers' margins are higher"),
    COST,
)


def values(comparison: Comparison, scenario: str, outcome: Outcome, when: str) -> Floats | None:
    """[replicate] an outcome at one of the times compared; None for sums of a year where there is none."""
    if outcome.line.indicator != PUBLIC:
        return comparison.values(scenario, outcome.line, when)
    if when == END:
        return None
    april = comparison.first_april if when == FIRST else last_year(comparison.results)
    assert april is not None
    months = comparison.results.months
    place = whole_years(months[0], months[-1]).index(april)
    items = comparison.account(scenario)
    return np.asarray(np.add.reduce([items[item] for item in (*GOVERNMENT, *COUNCIL)])[:, place])


def effect(comparison: Comparison, scenario: str, outcome: Outcome, when: str, against: str = "") -> Floats | None:
    """[replicate] difference of an outcome from the base, or from another scenario; None as for `values`."""
    now, then = (values(comparison, name, outcome, when) for name in (scenario, against or comparison.base))
    return None if now is None or then is None else now - then


class Tally(NamedTuple):
    """In how many runs one scenario is better than another, and in how many worse; in the rest they are alike."""

    better: int
    worse: int
    runs: int

    @property
    def text(self) -> str:
        """As tables have it."""
        if self.better == self.worse == 0:
            return "no difference"
        return f"{self.better} of {self.runs}"


def tally(comparison: Comparison, outcome: Outcome, scenario: str, against: str, when: str) -> Tally | None:
    """Count runs in which an outcome is better under one scenario than under another."""
    change = effect(comparison, scenario, outcome, when, against)
    if change is None:
        return None
    gain = outcome.better * change
    return Tally(int((gain > 0).sum()), int((gain < 0).sum()), len(gain))


class TallyRow(NamedTuple):
    """A line of the table of runs."""

    says: str
    cells: tuple[Tally, ...]


def tallies(comparison: Comparison, when: str) -> list[TallyRow]:
    """In how many runs each outcome is better than under the base, scenario by scenario."""
    rows = []
    for outcome in OUTCOMES:
        found = [tally(comparison, outcome, name, comparison.base, when) for name in comparison.others]
        cells = tuple(one for one in found if one is not None)
        if len(cells) == len(found):
            rows.append(TallyRow(outcome.says, cells))
    return rows


class Duel(NamedTuple):
    """One outcome, each scenario against each other one."""

    says: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Tally | None, ...]], ...]


DUELS = (UNMET, FILLED, TURNOVER, COST)


def duels(comparison: Comparison, when: str) -> list[Duel]:
    """In how many runs a scenario (in rows) is better than another (in columns); nothing where there is but one."""
    names = comparison.others
    if len(names) < 2:
        return []
    found = []
    for outcome in DUELS:
        if values(comparison, names[0], outcome, when) is None:
            continue
        rows = tuple(
            (one, tuple(None if one == other else tally(comparison, outcome, one, other, when) for other in names))
            for one in names
        )
        found.append(Duel(outcome.says, names, rows))
    return found


def said_of_runs(comparison: Comparison) -> str:
    """What the runs are that are counted."""
    if comparison.drawn:
        return (
            f"Each of the {comparison.replicates} runs has one set of behavioural parameters that the published "
            "figures allow, and luck of its own. Counts name the outcome they are of: they are not the probability "
            "that a policy is better."
        )
    return (
        f"The {comparison.replicates} runs differ in luck alone: counts tell whether a difference is luck, and not "
        "how sure it is how people and employers behave."
    )
