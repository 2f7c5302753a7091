"""``caresim compare``: with progress, tables, and a word on where everything lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.companions import ALONE
from sim.comparison import compare
from sim.comparison_tables import print_comparison
from sim.differences import left_out
from sim.headline import print_premises
from sim.report.writing import PAGE

if TYPE_CHECKING:
    from sim.scenario import Scenario


def compare_scenarios(
    base: Scenario, others: Sequence[Scenario], *, output: Path, parts: bool, report: bool, **options: Any
) -> None:
    """Compare for the command line."""
    for scenario in (base, *others):
        for remark in scenario.remarks():
            print(f"Note: {scenario.name}: {remark}")
    comparison = compare(base, list(others), output=output, parts=parts, report=report, watch=True, **options)
    for scenario in others if parts else ():
        if not any((one.kind, one.of) == (ALONE, scenario.name) for one in comparison.companions):
            why = "leaves out levers of the first" if left_out(scenario, base) else "adds one thing at most"
            print(f"Note: {scenario.name}: --parts shows no parts, as it {why}")
    print_comparison(comparison)
    print_premises(comparison.results, [base, *others])
    print(f"Report: {output / PAGE}" if report else f"Tables: {output}")
