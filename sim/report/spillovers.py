"""What a policy for some places does to their neighbours: councils covered, councils that border on them, the rest."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.comparison import Comparison
from sim.geography import council_rows, read_rows
from sim.report.blocks import Block, Line, line
from sim.report.gains import at_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.measures import Floats
    from sim.scenario import Scenario

COVERED, NEIGHBOURS, REST = "Covered", "Neighbours", "The rest of England"


class Spillover(NamedTuple):
    """One scenario for some places only."""

    scenario: str
    councils: int
    neighbours: int
    block: Block


def spillovers(comparison: Comparison, scenarios: Sequence[Scenario], when: str) -> list[Spillover]:
    """A table for each scenario whose levers cover some councils and not others."""
    found = []
    for scenario in scenarios:
        parts = zones(scenario) if scenario.name in comparison.others else None
        if parts is not None:
            covered, neighbours, _ = (len(places) for places in parts.values())
            found.append(Spillover(scenario.name, covered, neighbours, _block(comparison, scenario.name, parts, when)))
    return found


def zones(scenario: Scenario) -> dict[str, list[str]] | None:
    """Councils covered by any lever that is for some places, those that border on them, and the others, by name.

    None where no lever is for some places only, or one is for all.
    """
    everywhere = {row["code"] for row in council_rows()}
    codes = [lever.applies_to.council_codes() for lever in scenario.levers]
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
        sums = {name: _Sums(comparison, name, councils, when) for name in (comparison.base, scenario)}
        before, after = sums[comparison.base], sums[scenario]
        shown: list[tuple[str, str, Callable[[_Sums], Floats]]] = [
            ("filled posts", "thousand", lambda one: one.of("filled_posts")),
            (
                "vacancy rate",
                "percent",
                lambda one: one.of("vacancies") / (one.of("filled_posts") + one.of("vacancies")),
            ),
            ("care not met", "percent", lambda one: one.weighted("unmet_share") / one.of("hours_needed")),
        ]
        for label, unit, value in shown:
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
        return np.nan_to_num(np.stack([at_time(self._comparison, indicator, one, self._when) for one in values]))

    def of(self, indicator: str) -> Floats:
        """Sum of an indicator."""
        return np.asarray(self._each(indicator).sum(axis=0))

    def weighted(self, indicator: str) -> Floats:
        """Sum of a share of need, each council by its need."""
        return np.asarray((self._each(indicator) * self._each("hours_needed")).sum(axis=0))
