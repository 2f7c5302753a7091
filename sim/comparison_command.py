"""``caresim compare``: with progress, tables, and a word on where everything lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.companions import ALONE, companions_of
from sim.comparison import Comparison
from sim.comparison_tables import print_comparison
from sim.headline import print_premises
from sim.report.writing import PAGE, write_report, write_tables
from sim.running import run_all

if TYPE_CHECKING:
    from sim.scenario import Scenario


def compare_scenarios(
    base: Scenario, others: Sequence[Scenario], *, output: Path, unfunded: bool, parts: bool, report: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Compare for the command line."""
    named = [base, *others]
    for scenario in named:
        for remark in scenario.remarks():
            print(f"Note: {scenario.name}: {remark}")
    along, told = companions_of(named, unfunded, parts)
    if parts and not any(one["kind"] == ALONE for one in told):
        print("Note: --parts adds nothing, as no scenario has several levers")
    extra = [write_tables, *([write_report] if report else [])]
    results = run_all([*named, *along], output=output, watch=True, extra=extra, companions=told, **options)
    print_comparison(Comparison(results))
    print_premises(results, named)
    print(f"Report: {output / PAGE}" if report else f"Tables: {output}")
