"""Headline indicators: which they are, how they are written, and the table of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.intervals import Interval, interval
from sim.results import of_year, whole_years, year_value
from sim.units import financial_year, month_name

if TYPE_CHECKING:
    from sim.measures import Floats
    from sim.results import Results

CARE_WORKER = "care_worker"


class Headline(NamedTuple):
    """One line of the tables."""

    label: str
    indicator: str
    group: str
    kind: str
    """How it is written: ``percent``, ``thousand``, ``pounds``, ``billion`` or ``count``."""
    note: str = ""


HEADLINES = (
    Headline("Vacancy rate", "vacancy_rate", "all", "percent", "council and independent sector"),
    Headline("Vacant posts", "vacancies", "all", "thousand"),
    Headline("Posts sought", "posts_sought", "all", "thousand"),
    Headline("Filled posts", "filled_posts", "all", "thousand"),
    Headline("Turnover a year, all directly employed", "turnover_all", "all", "percent"),
    Headline("Care needed that is not met", "unmet_share", "all", "percent", "waited for or missed"),
    Headline("Care missed, of care bought", "missed_share", "all", "percent"),
    Headline("Care waited for, of care needed", "waiting_share", "all", "percent"),
    Headline("Median pay of care workers", "pay_p50", CARE_WORKER, "pounds", "independent sector, an hour"),
    Headline("Zero-hours contracts", "zero_hours_share", "all", "percent", "of all jobs"),
    Headline("Sponsored workers", "sponsored_workers", "all", "thousand"),
    Headline("Cost to councils", "cost_council", "all", "billion", "with grants"),
    Headline("Cost to the NHS", "cost_nhs", "all", "billion", "with grants"),
    Headline("Cost to self-funders", "cost_self_funder", "all", "billion"),
    Headline("New money from government", "grants", "all", "billion", "part of the costs above"),
    Headline("Providers' margin", "provider_margin", "all", "percent", "independent sector"),
)


def at_month(results: Results, scenario: str, line: Headline, month: int) -> Floats:
    """[replicate] value in one month."""
    values = results.values(scenario, line.indicator, group=line.group)
    return np.asarray(values[:, month - results.months[0]])


def in_year(results: Results, scenario: str, line: Headline, april: int) -> Floats:
    """[replicate] value of the financial year that begins in a month."""
    values = results.values(scenario, line.indicator, group=line.group)
    return year_value(line.indicator, values, april - results.months[0])


def last_year(results: Results) -> int | None:
    """April of the last financial year that lies wholly in the window; None if there is none."""
    years = whole_years(results.months[0], results.months[-1])
    return years[-1] if years else None


def written(value: float, kind: str, *, change: bool = False) -> str:
    """A value, or with a sign a change, in the unit people use."""
    if np.isnan(value):
        return "not known"
    sign = "+" if change else ""
    if kind == "percent":
        return f"{100 * value:{sign}.2f} points" if change else f"{100 * value:.1f}%"
    if kind == "thousand":
        return f"{value / 1e3:{sign},.1f} thousand"
    if kind == "pounds":
        return f"£{value:,.2f}" if not change else f"{100 * value:{sign}.0f}p"
    if kind == "billion":
        return f"{'-' if value < 0 else sign}£{abs(value) / 1e9:,.2f} bn"
    return f"{value:{sign},.0f}"


def with_limits(found: Interval, kind: str) -> str:
    """A change with its interval."""
    text = written(found.mean, kind, change=True)
    if found.count < 2:
        return text
    return f"{text} ({_bare(found.low, kind)} to {_bare(found.high, kind)})"


def _bare(value: float, kind: str) -> str:
    """A limit of an interval: the change without its unit."""
    for unit in (" points", " thousand", " bn"):
        text = written(value, kind, change=True)
        if text.endswith(unit):
            return text.removesuffix(unit).replace("£", "")
    return written(value, kind, change=True)


def summed_up(line: Headline) -> str:
    """What the value of a financial year is."""
    kind = of_year(line.indicator)
    return {"at end": "in March", "mean": "mean of the year", "sum": "in the year"}[kind]


def print_headline(results: Results) -> None:
    """The headline table of one scenario."""
    from rich.console import Console
    from rich.table import Table

    scenario, end = results.scenarios[0], results.months[-1]
    april = last_year(results)
    count = len(results.of(scenario))
    table = Table(title=f"{scenario}: England, mean of {count} replicate{'s' if count > 1 else ''}")
    table.add_column("")
    table.add_column(month_name(end), justify="right")
    if april is not None:
        table.add_column(financial_year(april), justify="right")
    for line in HEADLINES:
        cells = [_cell(at_month(results, scenario, line, end), line)]
        if april is not None:
            cells.append(_cell(in_year(results, scenario, line, april), line))
        table.add_row(line.label, *cells)
    Console().print(table)


def _cell(values: Floats, line: Headline) -> str:
    found = interval(values)
    return "not known" if found is None else written(found.mean, line.kind)
