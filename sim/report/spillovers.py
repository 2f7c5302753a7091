"""What a policy for some places does to their neighbours: councils covered, councils that border on them, the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.comparison import Comparison
from sim.differences import added, left_out
from sim.geography import council_rows, read_rows
from sim.intervals import Interval, interval
from sim.report.blocks import Block, Line, line
from sim.report.gains import at_time

if TYPE_CHECKING:
    from sim.levers.base import Lever
    from sim.measures import Floats
    from sim.scenario import Scenario

COVERED, NEIGHBOURS, REST = "Covered", "Neighbours", "The rest of England"
MEAN_PAY, TURNOVER, VACANCY_RATE = "mean pay", "turnover", "vacancy rate"
TOLD = {MEAN_PAY: "mean pay", TURNOVER: "turnover", VACANCY_RATE: "the vacancy rate"}
"""What findings tell of the places covered, as it stands in the sentence and in its order."""
AT_WORK = ("filled_posts_all", "self_employed_workers")
"""Whose leaving turnover counts; pay is that of people in filled posts alone."""


class Spillover(NamedTuple):
    """One scenario for some places only."""

    scenario: str
    councils: int
    neighbours: int
    block: Block


def spillovers(comparison: Comparison, scenarios: Sequence[Scenario], when: str) -> list[Spillover]:
    """A table for each scenario that differs from the base by levers for some councils and not others."""
    found = []
    base = next(scenario for scenario in scenarios if scenario.name == comparison.base)
    for scenario in scenarios:
        levers = (*added(scenario, base), *left_out(scenario, base))
        parts = zones(levers) if scenario.name in comparison.others else None
        if parts is not None:
            covered, neighbours, _ = (len(places) for places in parts.values())
            found.append(Spillover(scenario.name, covered, neighbours, _block(comparison, scenario.name, parts, when)))
    return found


def zones(levers: Sequence[Lever]) -> dict[str, list[str]] | None:
    """Councils covered by any lever that is for some places, those that border on them, and the others, by name.

    None where no lever is for some places only, or one is for all.
    """
    everywhere = {row["code"] for row in council_rows()}
    codes = [lever.applies_to.council_codes() for lever in levers]
    covered = frozenset[str]().union(*codes)
    if not codes or covered == everywhere:
        return None
    beside = {other for code in covered for other in borders()[code]} - covered
    names = {row["code"]: row["name"] for row in council_rows()}
    kinds = {COVERED: covered, NEIGHBOURS: beside, REST: everywhere - covered - beside}
    return {kind: [names[code] for code in sorted(of_kind)] for kind, of_kind in kinds.items()}


@cache
def borders() -> dict[str, frozenset[str]]:
    """Codes of the councils that share a border with each council."""
    found: dict[str, set[str]] = {row["code"]: set() for row in council_rows()}
    for row in read_rows("neighbours.csv"):
        if row["contiguous"] == "1":
            found[row["code"]].add(row["neighbour_code"])
            found[row["neighbour_code"]].add(row["code"])
    return {code: frozenset(others) for code, others in found.items()}


def _block(comparison: Comparison, scenario: str, parts: dict[str, list[str]], when: str) -> Block:
    lines: list[Line] = []
    for kind, councils in parts.items():
        if not councils:
            continue
        before, after = (_Sums(comparison, name, councils, when) for name in (comparison.base, scenario))
        for label, (unit, value) in SHOWN.items():
            lines.append(line(f"{kind}: {label}", unit, value(before), [value(after)], comparison.drawn))
    return Block(scenario, "", comparison.base, (scenario,), tuple(lines))


class _Sums:
    """Sums over some councils at one of the times compared, [replicate]."""

    def __init__(self, comparison: Comparison, scenario: str, councils: list[str], when: str) -> None:
        self._comparison, self._scenario, self._councils, self._when = comparison, scenario, councils, when

    def _each(self, indicator: str) -> Floats:
        """[council, replicate]; nothing where a council has none of it."""
        results = self._comparison.results
        values = [results.values(self._scenario, indicator, area=council) for council in self._councils]
        found = np.stack([at_time(self._comparison, indicator, one, self._when) for one in values])
        # Known of no council is not known at all, as turnover is before there is a year to look back on.
        return found if np.isnan(found).all() else np.nan_to_num(found)

    def of(self, indicator: str) -> Floats:
        """Sum of an indicator."""
        return np.asarray(self._each(indicator).sum(axis=0))

    def weighted(self, indicator: str, *by: str) -> Floats:
        """Mean of an indicator, each council by the sum of that of which it is a share or a mean."""
        weights = np.add.reduce([self._each(one) for one in by])
        return np.asarray((self._each(indicator) * weights).sum(axis=0) / weights.sum(axis=0))


Sought = Callable[[_Sums], "Floats"]
SHOWN: dict[str, tuple[str, Sought]] = {
    "filled posts": ("thousand", lambda one: one.of("filled_posts")),
    VACANCY_RATE: ("percent", lambda one: one.of("vacancies") / (one.of("filled_posts") + one.of("vacancies"))),
    TURNOVER: ("percent", lambda one: one.weighted("turnover_all", *AT_WORK)),
    MEAN_PAY: ("pounds", lambda one: one.weighted("mean_pay", "filled_posts_all")),
    "care not met": ("percent", lambda one: one.weighted("unmet_share", "hours_needed")),
}
"""What the table has of each kind of place: how it is written, and how it comes from sums over councils."""


class Moved(NamedTuple):
    """A difference in the places covered."""

    label: str
    kind: str
    change: Interval


def moved_there(comparison: Comparison, scenario: str, levers: Sequence[Lever], when: str) -> list[Moved]:
    """Differences from the base of pay, turnover and vacancies in the places covered; none for all of England."""
    parts = zones(levers)
    if parts is None:
        return []
    before, after = (_Sums(comparison, name, parts[COVERED], when) for name in (comparison.base, scenario))
    found = []
    for label, in_sentence in TOLD.items():
        kind, value = SHOWN[label]
        change = interval(value(after) - value(before), comparison.drawn)
        if change is not None:
            found.append(Moved(in_sentence, kind, change))
    return found
