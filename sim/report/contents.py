"""Everything that the report tells, computed once for the page and for the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.companions import ALONE, UNFUNDED
from sim.comparison import END, Comparison
from sim.headline import KINDS
from sim.manifest import scenarios_of
from sim.report.blocks import MONEY, Block, Line, line
from sim.report.findings import Finding, findings
from sim.report.gains import all_blocks, equality_words
from sim.report.grounds import Ground, grounds
from sim.report.ledger import Costing, Modelled, costings, modelled, payers, savings, uncosted, unit_costs
from sim.report.maps import MAPS, Map, draw_map
from sim.report.outcomes import OUTCOMES, Duel, Outcome, TallyRow, duels, tallies, values
from sim.report.pairing import Sharpness, sharpness
from sim.report.policies import Policy, policies
from sim.report.spillovers import Spillover, spillovers

if TYPE_CHECKING:
    from sim.measures import Floats


class Contents(NamedTuple):
    """The report's tables and sentences."""

    when: str
    period: str
    findings: list[Finding]
    tallies: list[TallyRow]
    duels: list[Duel]
    sharpness: list[Sharpness]
    unfunded: list[Block]
    """A funded scenario beside itself without funding."""
    parts: list[Block]
    """A package beside its parts, and their sum."""
    cash: list[Block]
    """Who pays, by financial year; one table a scenario."""
    real: list[Block]
    unit_costs: Block | None
    savings: Block | None
    modelled: list[Modelled]
    """What scenarios cost, beside published costings."""
    costings: list[Costing]
    uncosted: list[str]
    """Scenarios of whose kind no costing was found."""
    groups: dict[str, list[Block]]
    equality: dict[str, str]
    """One sentence a scenario."""
    spillovers: list[Spillover]
    maps: dict[str, list[Map]]
    policies: list[Policy]
    """Levers of the base and of each scenario, as they are set."""
    grounds: dict[str, list[Ground]]


def contents_of(comparison: Comparison) -> Contents:
    """Compute everything."""
    when, period = comparison.moments()[-1]
    scenarios = tuple(scenarios_of(comparison.results.manifest))
    levers = {lever.name for scenario in scenarios for lever in scenario.levers}
    names = comparison.others
    yearly = when != END
    return Contents(
        when,
        period,
        findings(comparison, scenarios),
        tallies(comparison, when),
        duels(comparison, when),
        sharpness(comparison),
        twins(comparison, when),
        packages(comparison, when),
        [one for name in names if (one := payers(comparison, name, real=False))] if yearly else [],
        [one for name in names if (one := payers(comparison, name, real=True))] if yearly else [],
        unit_costs(comparison),
        savings(comparison),
        modelled(comparison, scenarios) if yearly else [],
        costings(levers),
        uncosted(scenarios, names),
        all_blocks(comparison, when),
        {name: equality_words(comparison, when, name) for name in names},
        spillovers(comparison, scenarios, when),
        {name: [draw_map(comparison, name, mapped, when, period) for mapped in MAPS] for name in names},
        policies(scenarios, comparison.shown),
        {name: grounds(comparison, name, when) for name in names},
    )


def twins(comparison: Comparison, when: str) -> list[Block]:
    """Each funded scenario beside itself without funding, and what funding changes."""
    found = []
    for one in comparison.companions:
        if one.kind == UNFUNDED:
            columns = {"with funding": one.of, "without": one.name}
            found.append(_beside(comparison, one.of, columns, when))
    return found


def packages(comparison: Comparison, when: str) -> list[Block]:
    """Each package beside its parts; then the sum of these, and what the package does beyond it."""
    parts: dict[str, dict[str, str]] = {}
    for one in comparison.companions:
        if one.kind == ALONE:
            parts.setdefault(one.of, {})[one.part] = one.name
    return [_package(comparison, package, of_package, when) for package, of_package in parts.items()]


def _beside(comparison: Comparison, title: str, columns: dict[str, str], when: str) -> Block:
    lines = [one for outcome in OUTCOMES if (one := _line(comparison, outcome, tuple(columns.values()), when))]
    return Block(title, "", comparison.base, tuple(columns), tuple(lines))


def _line(comparison: Comparison, outcome: Outcome, names: Sequence[str], when: str) -> Line | None:
    found = [values(comparison, name, outcome, when) for name in (comparison.base, *names)]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    told = outcome.line
    return line(_labelled(outcome), told.kind, known[0], known[1:], comparison.drawn)


def _package(comparison: Comparison, package: str, parts: dict[str, str], when: str) -> Block:
    """Columns: the package, each part alone, their sum, and what the package does beyond it (the interaction)."""
    lines = []
    for outcome in OUTCOMES:
        names = (comparison.base, package, *parts.values())
        found = [values(comparison, name, outcome, when) for name in names]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            continue
        base, whole, *alone = known
        effects: list[Floats] = [one - base for one in (whole, *alone)]
        total = np.add.reduce(effects[1:])
        columns = [*effects, total, effects[0] - total]
        told = line(_labelled(outcome), outcome.line.kind, None, columns, comparison.drawn)
        lines.append(told._replace(base=float(base.mean())))
    columns_named = ("together", *(name.replace("_", " ") for name in parts), "sum of parts", "beyond the sum")
    return Block(package, "", comparison.base, columns_named, tuple(lines))


def _labelled(outcome: Outcome) -> str:
    """An outcome as it stands in a table; sums of money, which lines tell without a unit, with theirs."""
    label = outcome.line.label
    unit = f", {KINDS[outcome.line.kind].unit}" if outcome.line.kind in MONEY else ""
    return label[:1].upper() + label[1:] + unit
