"""What a study rests on besides its policies: the baseline of law and what the future outside care is taken to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.baselines import contents
from sim.outlook import CENTRAL, known_assumptions
from sim.results import whole_years
from sim.scenario import Scenario
from sim.units import MONTHS_PER_YEAR, financial_year, month_index, month_name

FIRST_YEAR_SHOWN = month_index(2026, 4)
"""The first year in which anything can be assumed: paths are shown from here on."""
IN_FORCE_AT_END = ("nlw_path", "rlw_path")
"""Rates, of which a year shows the last; of yearly growth it shows April's, of the others the mean."""
GROWTH_OF_APRIL = ("nhs_award", "council_funding")
DATED = "dated series"


def assumption_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """The assumptions of a scenario: what was chosen, and the path by financial year of the window."""
    years = [april for april in whole_years(scenario.window.start, scenario.window.end) if april >= FIRST_YEAR_SHOWN]
    rows = []
    for name, about in known_assumptions().items():
        choice = scenario.outlook.choice(name)
        path = {financial_year(april): round(_of_year(scenario, name, april), 4) for april in years}
        chosen = choice if isinstance(choice, str) else DATED
        rows.append(
            {"assumption": name, "meaning": about.meaning, "unit": about.unit, "chosen": chosen, "by_year": path}
        )
    return rows


def _of_year(scenario: Scenario, name: str, april: int) -> float:
    months = range(april, april + MONTHS_PER_YEAR)
    if name in IN_FORCE_AT_END:
        return scenario.outlook.value(name, months[-1])
    if name in GROWTH_OF_APRIL:
        return scenario.outlook.value(name, april)
    return float(np.mean([scenario.outlook.value(name, month) for month in months]))


def baseline_rows(scenarios: Sequence[Scenario]) -> dict[str, list[dict[str, Any]]]:
    """What is in each baseline that the scenarios use."""
    return {
        baseline: [
            {
                "from": month_name(entry.month),
                "law": entry.says,
                "baseline": entry.baseline,
                "source": entry.source,
                "source_url": entry.source_url,
                "status": entry.status,
                "note": entry.note,
            }
            for entry in contents(baseline)
        ]
        for baseline in dict.fromkeys(scenario.baseline for scenario in scenarios)
    }


def premises_line(scenario: Scenario) -> str:
    """One line that names the baseline and every assumption, with the path of those that are not central."""
    rows = assumption_rows(scenario)
    moved = [row for row in rows if row["chosen"] != CENTRAL]
    head = f"{scenario.name}: baseline {scenario.baseline}; assumptions "
    if not moved:
        return f"{head}all central"
    rest = "" if len(moved) == len(rows) else "; the rest central"
    return head + "; ".join(_told(row) for row in moved) + rest


def _told(row: dict[str, Any]) -> str:
    path = row["by_year"]
    if not path:
        return f"{row['assumption']} {row['chosen']}"
    values = " ".join(f"{value:.4g}" for value in path.values())
    return f"{row['assumption']} {row['chosen']} ({row['unit']}, {next(iter(path))} to {list(path)[-1]}: {values})"
