"""``python -m sim.starting_point`` writes ``docs/starting_point.md``: the model beside published figures, by year.

Nothing is fitted here. The page says how far the starting values of the parameters take the model, what fits and what
does not, for the years up to 2021/22; later ones are kept for validation.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.documentation.markdown import table
from sim.headline import written
from sim.published import published
from sim.results import Results, year_value
from sim.running import run
from sim.settings import setting
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, financial_year, month_name, parse_month

ENGLAND, ALL = "England", "all"
FIRST, LAST = parse_month("2016-04"), parse_month("2022-03")
APRILS = range(FIRST, LAST, MONTHS_PER_YEAR)
NAME = "Starting point"
PAGE = PACKAGE.parent / "docs" / "starting_point.md"


class Line(NamedTuple):
    """One figure: what it is called, and where the results hold it."""

    label: str
    indicator: str
    area: str = ENGLAND
    group: str = ALL
    kind: str = "percent"


SECTIONS: dict[str, tuple[Line, ...]] = {
    "Vacancy rate (council and independent sector)": (
        Line("all", "vacancy_rate"),
        *(Line(group.replace("_", " "), "vacancy_rate", group=group) for group in (
            "residential", "nursing", "home_care", "community", "care_worker", "senior_care_worker",
            "registered_nurse", "social_worker", "manager",
        )),
        *(Line(area, "vacancy_rate", area) for area in (
            "London", "East of England", "West Midlands", "Yorkshire and The Humber", "North East",
        )),
    ),
    "Turnover": (
        Line("all directly employed", "turnover_all"),
        Line("council and independent sector", "turnover_council_independent"),
        Line("independent sector", "turnover_independent"),
        Line("care worker", "turnover_council_independent", group="care_worker"),
        *(Line(group.replace("_", " "), "turnover_all", group=group) for group in (
            "senior_care_worker", "registered_nurse", "occupational_therapist", "home_care",
            "residential", "personal_assistants",
        )),
        Line("care worker, independent sector", "turnover_independent", group="care_worker"),
        Line("aged under 20", "turnover", group="under 20"),
        Line("aged 60 and over", "turnover", group="60 and over"),
        *(Line(area, "turnover_all", area) for area in ("London", "East of England", "West Midlands", "North East")),
    ),
    "Where staff come from and go": (
        Line("came to their job from another care job", "staff_from_care"),
        Line("new to care", "staff_new_to_care"),
        Line("long in care", "staff_long_in_care"),
        Line("moves to another job that lead out of care", "moves_out_of_care"),
    ),
    "Zero-hours contracts": (
        Line("all jobs", "zero_hours_share"),
        Line("home care", "zero_hours_share", group="home_care"),
        Line("London", "zero_hours_share", "London"),
    ),
    "Pay": (
        Line("median of independent care workers", "pay_p50", group="care_worker", kind="pounds"),
        Line("care workers within 10p of the legal minimum", "share_at_floor", group="care_worker"),
        Line("premium of seniors, pence an hour", "senior_premium", kind="pence"),
        Line("premium for five years in the sector, pence an hour", "experience_premium", kind="pence"),
    ),
    "Posts": (
        Line("filled posts", "filled_posts", kind="thousand"),
        Line("vacant posts", "vacancies", kind="thousand"),
    ),
    "Care": (
        Line("agency time of care delivered", "agency_share"),
        Line("home care missed, mean of the year", "missed_share", group="home_care"),
        Line("care needed that waits or is missed", "unmet_share"),
        Line("cost to councils", "cost_council", kind="billion"),
        Line("margin of independent providers", "provider_margin"),
    ),
}  # fmt: skip

OPENING = """# The starting point: the model beside published figures

Written by `{command}`; do not edit by hand.

**Nothing is fitted here.** The parameters are priors from the literature and starting values set by hand
([parameters.md](parameters.md)), with which scenarios run; what changes when they are fitted stands in
[calibration.md](calibration.md). Some were set with an eye on the figures below, and levels and shares of 2016/17
went into the starting population ([population.md](population.md)), so agreement in the first year says little. Years
after 2021/22 were not used and are not shown. Published figures are those of `sim/data/published.csv` and
`sim/data/patterns.csv`, which name the source of each; editions of one series differ by up to a point, and some
published bases differ from the model's in ways their notes say. Baseline scenario, scale {scale:g}, {replicates}.

Rates of a year are those of its March, and turnover counts the twelve months up to it. Care missed or waited for,
agency time and margins are means of the year, costs its sums. Small groups and regions of a sample move by a point or
more with luck alone.
"""


def published_values() -> dict[tuple[str, str, str, str], float]:
    """Published figures by indicator, area, group and financial year, up to 2021/22; of two editions the first row."""
    found: dict[tuple[str, str, str, str], float] = {}
    for row in published():
        if FIRST <= row.month <= LAST:
            found.setdefault((row.indicator, ENGLAND, row.group, financial_year(row.month)), row.value)
    with (PACKAGE / "data" / "patterns.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            key = line["indicator"], line["area"], line["group"], financial_year(parse_month(line["month"]))
            found.setdefault(key, float(line["value"]))
    return found


class Row(NamedTuple):
    """One line of a table by financial year; NaN where nothing was published."""

    line: Line
    modelled: tuple[float, ...]
    published: tuple[float, ...]


def rows(results: Results, lines: tuple[Line, ...]) -> Iterator[Row]:
    """Model and published values of some lines."""
    known = published_values()
    for line in lines:
        values = results.values(NAME, line.indicator, line.area, line.group).mean(axis=0)
        modelled = tuple(float(year_value(line.indicator, values, april - FIRST)) for april in APRILS)
        key = line.indicator, line.area, line.group
        told = tuple(known.get((*key, financial_year(april)), float("nan")) for april in APRILS)
        yield Row(line, modelled, told)


def _cell(value: float, kind: str) -> str:
    if np.isnan(value):
        return ""
    return f"{value:.0f}" if kind == "pence" else written(value, kind)


def _table(found: list[Row]) -> str:
    headings = ("", "", *(financial_year(april) for april in APRILS))
    cells = []
    for row in found:
        cells.append([row.line.label, "model", *(_cell(value, row.line.kind) for value in row.modelled)])
        if not np.isnan(row.published).all():
            cells.append(["", "published", *(_cell(value, row.line.kind) for value in row.published)])
    return table(headings, cells)


def misfits(section: str, found: list[Row]) -> Iterator[tuple[float, str]]:
    """Figures further from the published one than the setting allows, with the gap as a share of it."""
    for row in found:
        for april, here, there in zip(APRILS, row.modelled, row.published, strict=True):
            gap = here / there - 1.0 if there else float("nan")
            if abs(gap) > setting("misfit"):
                kind = row.line.kind
                name = section.split(" (")[0]
                told = f"{_cell(here, kind)} against {_cell(there, kind)} published"
                yield abs(gap), f"{name}, {row.line.label}, {financial_year(april)}: {told}"


def patterns(results: Results) -> list[tuple[str, bool, str]]:
    """Patterns that the starting point should show: what, whether it does, and the figures."""

    def at_end(line: Line) -> float:
        return next(iter(rows(results, (line,)))).modelled[-1]

    by_year = next(iter(rows(results, (Line("", "vacancy_rate"),)))).modelled
    peak = financial_year(APRILS[int(np.argmax(by_year))])
    regions = sorted(
        {key.area for key in results.runs[0].measured.keys if key.area_type == "region"},
        key=lambda area: -at_end(Line("", "vacancy_rate", area)),
    )
    ratio = at_end(Line("", "vacancy_rate", group="home_care")) / at_end(Line("", "vacancy_rate", group="residential"))
    carers = at_end(Line("", "turnover_council_independent", group="care_worker"))
    seniors = at_end(Line("", "turnover_all", group="senior_care_worker"))
    young, old = (at_end(Line("", "turnover", group=age)) for age in ("under 20", "60 and over"))
    return [
        ("2021/22 is the peak of the vacancy rate", peak == financial_year(LAST), f"peak in {peak}"),
        ("home-care vacancy rate at least 1.5 times residential, 2021/22", ratio >= 1.5, f"{ratio:.2f} times"),
        ("London has the highest vacancy rate of 2021/22", regions[0] == "London", f"order: {', '.join(regions)}"),
        (
            "care workers leave more than seniors, 2021/22", carers > seniors,
            f"{written(carers, 'percent')} against {written(seniors, 'percent')}",
        ),
        (
            "the young leave more than the old, 2021/22", young > old,
            f"{written(young, 'percent')} under 20 against {written(old, 'percent')} from 60",
        ),
    ]  # fmt: skip


def page(results: Results, command: str, scale: float, replicates: int) -> str:
    """The page."""
    told = "one replicate" if replicates == 1 else f"mean of {replicates} replicates"
    parts = [OPENING.format(command=command, scale=scale, replicates=told)]
    gaps: list[tuple[float, str]] = []
    for section, lines in SECTIONS.items():
        found = list(rows(results, lines))
        gaps += misfits(section, found)
        parts.append(f"## {section}\n\n{_table(found)}\n")
    shown = [[what, "yes" if so else "**no**", figures] for what, so, figures in patterns(results)]
    parts.append(f"## Patterns\n\n{table(('pattern', 'shown', 'figures'), shown)}\n")
    least = f"{setting('misfit'):.0%}"
    listed = "\n".join(f"- {text}" for _, text in sorted(gaps, reverse=True))
    parts.append(
        f"## What does not fit\n\nFigures more than {least} of the published value away, widest first:\n\n{listed}\n"
    )
    return "\n".join(parts)


def main() -> None:
    """Run the baseline and write the page."""
    parser = argparse.ArgumentParser(prog="python -m sim.starting_point", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="share of England simulated")
    parser.add_argument("--replicates", type=int, default=1, help="runs that differ only in luck")
    parser.add_argument("--output", type=Path, default=PAGE, help="file to write")
    options = parser.parse_args()
    window = {"from": month_name(FIRST), "to": month_name(LAST)}
    scenario = {"name": NAME, "window": window, "scale": options.scale, "replicates": options.replicates}
    command = f"python -m sim.starting_point --scale {options.scale:g} --replicates {options.replicates}"
    text = page(run(scenario), command, options.scale, options.replicates)
    options.output.write_text(text, encoding="utf-8")
    print(options.output)


if __name__ == "__main__":
    main()
