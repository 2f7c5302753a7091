"""A place's own figures beside the model's: what each was used for, and how close the model comes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.coverage import places
from sim.headline import WITHOUT_DECIMALS
from sim.local_data import QUANTITIES, LocalFigure
from sim.population.local import told_at_start
from sim.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.measures import Floats
    from sim.results import Results
    from sim.scenario import Scenario

PERCENT = 100.0
INDICATORS = {
    "filled_posts": ("filled_posts", 1.0),
    "zero_hours_share": ("zero_hours_share", PERCENT),
    "turnover": ("turnover_all", PERCENT),
    "vacancy_rate": ("vacancy_rate", PERCENT),
}
"""Indicator that is set beside a figure, and its factor. Fees and posts by sector are not measured by council."""


def local_rows(results: Results, scenario: Scenario) -> dict[str, Any]:
    """File, hash and rows of a scenario's own figures, each with its use and the model's mean over replicates."""
    data = scenario.local_data
    if data is None:
        return {}
    rescaling = data.that_rescale()
    rows = []
    for figure in data.rows:
        used = f"re-scales the start: {told_at_start(figure)}" if figure in rescaling else "check only"
        rows.append(
            {
                **figure.model_dump(mode="json", exclude_none=True),
                "unit": QUANTITIES[figure.quantity].unit,
                "used": used,
                "model": _modelled(results, scenario.name, figure),
            }
        )
    return {"file": data.file, "sha256": data.sha256, "rows": rows}


def _modelled(results: Results, scenario: str, figure: LocalFigure) -> float | None:
    """The model's figure at the end of the year; None where it is not measured or the year lies outside the window."""
    month = figure.period + MONTHS_PER_YEAR - 1
    if figure.quantity not in INDICATORS or figure.sector is not None or month not in results.months:
        return None
    indicator, factor = INDICATORS[figure.quantity]
    names = [row["name"] for row in places() if row["code"] in figure.council_codes()]

    def at_end(of: str) -> Floats:
        """[council] mean over replicates."""
        values = [results.values(scenario, of, name, figure.service or "all") for name in names]
        return np.array([each[:, month - results.months[0]].mean() for each in values])

    found, posts = at_end(indicator), at_end("filled_posts")
    known = np.isfinite(found) & (posts > 0)
    if not known.any():
        return None
    total = found[known].sum() if indicator == "filled_posts" else np.average(found[known], weights=posts[known])
    return round(float(total) * factor, 4)


def told(row: dict[str, Any]) -> str:
    """What a row of `local_rows` is, in words."""
    what = QUANTITIES[row["quantity"]].meaning
    narrowed = ", ".join(row[key].replace("_", " ") for key in ("service", "sector") if key in row)
    return f"{row['name']}, {row['period']}: {what}{f' ({narrowed})' if narrowed else ''}"


def shown(value: float | None) -> str:
    """A figure for a table; large ones have no decimals."""
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if abs(value) >= WITHOUT_DECIMALS else f"{value:.4g}"


def print_local(found: dict[str, Any]) -> None:
    """The same on the terminal."""
    from rich.markup import escape
    from rich.table import Table

    from sim.terminal import console

    file = escape(str(found["file"]))
    title = f"{file} (sha256 {found['sha256'][:12]}): its figures, and the model's at the end of those years"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading, side in (("", "left"), ("unit", "left"), ("yours", "right"), ("model", "right"), ("used", "left")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for row in found["rows"]:
        table.add_row(escape(told(row)), row["unit"], shown(row["value"]), shown(row["model"]), row["used"])
    console().print(table)
