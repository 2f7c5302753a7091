"""Headline indicators: which they are, how they are written, and the table of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.intervals import Interval, interval
from sim.results import of_year, whole_years, year_value
from sim.units import financial_year, month_name

if TYPE_CHECKING:
    from sim.measures import Floats
    from sim.results import Results
    from sim.scenario import Scenario

CARE_WORKER = "care_worker"


class Headline(NamedTuple):
    """One line of the tables."""

    label: str
    indicator: str
    group: str
    kind: str
    """How it is written, one of `KINDS`."""
    note: str = ""


class Kind(NamedTuple):
    """How values are written in tables and in sentences."""

    unit: str
    """Stands once beside the label."""
    scale: float
    """Divides values."""
    decimals: int
    change_decimals: int
    sentence: str
    """Format of a value in a sentence."""


KINDS = {
    "percent": Kind("%", 0.01, 1, 2, "{}%"),
    "thousand": Kind("thousand", 1e3, 1, 1, "{} thousand"),
    "pounds": Kind("\u00a3 an hour", 1.0, 2, 2, "\u00a3{}"),
    "posts": Kind("posts", 1.0, 0, 0, "{}"),
    "cost": Kind("\u00a3", 1.0, 0, 0, "\u00a3{}"),
    "million": Kind("\u00a3 million", 1e6, 0, 0, "\u00a3{} million"),
    "billion": Kind("\u00a3 billion", 1e9, 2, 2, "\u00a3{} billion"),
}
WITHOUT_DECIMALS = 1000.0
"""Written values from here on have no decimals."""
HEADLINES = (
    Headline("Vacancy rate", "vacancy_rate", "all", "percent", "council and independent sector"),
    Headline("Vacant posts", "vacancies", "all", "thousand"),
    Headline(
        "Care not met", "unmet_share", "all", "percent", "waited for, cut from packages or missed, of assessed need"
    ),
    Headline("Care waited for", "waiting_share", "all", "percent", "of care needed"),
    Headline("Care cut from packages", "trimmed_share", "all", "percent", "of care needed"),
    Headline("Care missed", "missed_share", "all", "percent", "of care bought"),
    Headline(
        "Care unassessed", "unassessed_share", "all", "percent", "of people who wait for assessment, not in the above"
    ),
    Headline("Waiting for assessment", "people_awaiting_assessment", "all", "thousand", "people who need care"),
    Headline("Posts sought", "posts_sought", "all", "thousand", "council and independent sector"),
    Headline("Filled posts", "filled_posts", "all", "thousand", "council and independent sector"),
    Headline("Quality: work by staff a year or more in post", "long_service_share", "all", "percent", "of hours"),
    Headline("Quality: work by staff in induction", "untrained_share", "all", "percent", "of hours"),
    Headline("Quality: work by qualified staff", "qualified_share", "all", "percent", "of hours"),
    Headline("Quality: work by registered nurses", "registered_share", "all", "percent", "of hours"),
    Headline("Quality: agency staff", "agency_share", "all", "percent", "of care delivered"),
    Headline("Quality: beds closed for want of staff", "beds_closed_share", "all", "percent", "of beds in homes"),
    Headline("Delayed discharges", "delayed_discharges", "all", "thousand", "people a day, waiting for care"),
    Headline("Turnover a year", "turnover_all", "all", "percent", "all directly employed"),
    Headline("Care workers' median pay", "pay_p50", CARE_WORKER, "pounds", "independent sector"),
    Headline("Zero-hours contracts", "zero_hours_share", "all", "percent", "of all jobs"),
    Headline("Sponsored workers", "sponsored_workers", "all", "thousand"),
    Headline("Cost to councils", "cost_council", "all", "billion", "grants included"),
    Headline("Cost to the NHS", "cost_nhs", "all", "billion", "grants included"),
    Headline("Cost to self-funders", "cost_self_funder", "all", "billion"),
    Headline("New government money", "grants", "all", "billion", "part of the costs above as far as it is spent"),
    Headline("Cost of programmes", "cost_programmes", "all", "billion", "paid by government beside the costs above"),
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


def number(value: float, kind: str, *, change: bool = False) -> str:
    """A value, or with a sign a change, in the unit of its kind but without it."""
    if np.isnan(value):
        return "not known"
    how = KINDS[kind]
    scaled = value / how.scale
    decimals = how.change_decimals if change else how.decimals
    if abs(scaled) >= WITHOUT_DECIMALS:
        decimals = 0
    # A change too small to show has no sign.
    shown = round(scaled, decimals) + 0.0
    return f"{shown:{'+' if change and shown else ''},.{decimals}f}"


def written(value: float, kind: str) -> str:
    """A value with its unit, for a sentence."""
    return KINDS[kind].sentence.format(number(value, kind))


def changed(found: Interval, kind: str) -> str:
    """A change, without its unit."""
    return number(found.mean, kind, change=True)


def limits(found: Interval, kind: str) -> str:
    """The interval of a change, in brackets; nothing for a single replicate."""
    if found.runs < 2:
        return ""
    return f"({number(found.low, kind, change=True)} to {number(found.high, kind, change=True)})"


def labelled(line: Headline) -> str:
    """Label with the unit."""
    return f"{line.label}, {KINDS[line.kind].unit}"


def summed_up(line: Headline) -> str:
    """What the value of a financial year is."""
    kind = of_year(line.indicator)
    return {"at end": "March", "mean": "mean", "sum": "year"}[kind]


def of_month(line: Headline) -> str:
    """What has to be said of the value of a single month: that money is that month's."""
    return "(in that month)" if of_year(line.indicator) == "sum" else ""


def print_headline(results: Results) -> None:
    """The headline table of one scenario."""
    from rich.markup import escape
    from rich.table import Table

    from sim.terminal import console

    scenario, end = results.scenarios[0], results.months[-1]
    april = last_year(results)
    count = len(results.of(scenario))
    table = Table(title=f"{escape(scenario)}: England, mean of {count} replicate{'s' if count > 1 else ''}")
    table.add_column("")
    table.add_column(month_name(end), justify="right")
    if april is not None:
        table.add_column(financial_year(april), justify="right")
    for line in HEADLINES:
        cells = [_cell(at_month(results, scenario, line, end), line)]
        if april is not None:
            cells.append(_cell(in_year(results, scenario, line, april), line))
        alone = of_month(line) if april is None else ""
        table.add_row(f"{labelled(line)} {alone}".rstrip(), *cells)
    console().print(table)


def print_premises(results: Results, scenarios: Sequence[Scenario]) -> None:
    """A line for each scenario with its baseline and assumptions; below them a place's own figures, if any."""
    from sim.local_check import print_local
    from sim.premises import premises_line

    for scenario in scenarios:
        print(premises_line(scenario))
    if results.manifest["local_data"]:
        print_local(results.manifest["local_data"])


def _cell(values: Floats, line: Headline) -> str:
    found = interval(values)
    return "not known" if found is None else number(found.mean, line.kind)
