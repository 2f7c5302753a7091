"""One page that shows a comparison: table, figures, evidence and caveats, in a single file that opens offline."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cautions import cautions
from sim.comparison import Comparison, said_of_intervals, table_rows
from sim.levers.base import all_levers
from sim.local_check import shown, told
from sim.manifest import scenarios_of
from sim.money_report import shown as shown_money
from sim.shipped import PACKAGE
from sim.units import month_name

if TYPE_CHECKING:
    from sim.figures import Drawn

TEMPLATE = "page.html.j2"


def template(name: str, filters: dict[str, Any] | None = None, tests: dict[str, Any] | None = None) -> Any:
    """A template below ``sim/``, in which text is escaped and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters or {})
    environment.tests.update(tests or {})
    return environment.get_template(name)


def write_page(comparison: Comparison, figures: Sequence[Drawn], path: Path) -> None:
    """Write the page."""
    manifest = comparison.results.manifest
    money_year, money = shown_money(comparison.results)
    page = template(TEMPLATE).render(
        base=comparison.base,
        others=comparison.others,
        tables=[
            {
                "when": when,
                "period": period,
                "rows": table_rows(comparison, when),
                "cautions": cautions(comparison, when),
            }
            for when, period in comparison.moments()
        ],
        money=money,
        money_year=money_year,
        intervals=said_of_intervals(comparison),
        figures=[_figure(drawn) for drawn in figures],
        policies=_policies(comparison),
        baselines=_baselines(manifest),
        assumptions=_assumptions(manifest),
        local=manifest["local_data"],
        told=told,
        shown=shown,
        manifest=manifest,
        replicates=comparison.replicates,
        drawn=comparison.drawn,
        window=f"{month_name(comparison.results.months[0])} to {month_name(comparison.results.months[-1])}",
    )
    path.write_text(page, encoding="utf-8")


def _figure(drawn: Drawn) -> dict[str, str]:
    return {
        "title": drawn.title,
        "text": drawn.text,
        "data": base64.b64encode(drawn.png.read_bytes()).decode("ascii"),
    }


def _policies(comparison: Comparison) -> list[dict[str, Any]]:
    """Levers of each scenario with the grade of the evidence on them."""
    known = all_levers()
    return [
        {
            "scenario": scenario.name,
            "description": scenario.description,
            "levers": [
                {
                    "name": lever.name,
                    "sentence": known[lever.name].sentence,
                    "grade": known[lever.name].grade,
                    "case": known[lever.name].case,
                    "from": month_name(lever.start),
                }
                for lever in scenario.levers
            ],
        }
        for scenario in scenarios_of(comparison.results.manifest)
    ]


def _baselines(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Each baseline with its contents and the scenarios that use it."""
    written = [told["scenario"] for told in manifest["scenarios"]]
    return [
        {
            "name": name,
            "scenarios": [one["name"] for one in written if one["baseline"] == name],
            "entries": entries,
        }
        for name, entries in manifest["baselines"].items()
    ]


def _assumptions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Tables of assumptions; scenarios that assume the same share one."""
    blocks: list[dict[str, Any]] = []
    for name, rows in manifest["assumptions"].items():
        same = next((block for block in blocks if block["rows"] == rows), None)
        if same is None:
            blocks.append({"scenarios": [name], "rows": rows, "years": list(rows[0]["by_year"])})
        else:
            same["scenarios"].append(name)
    return blocks
