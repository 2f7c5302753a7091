"""``docs/data.md``: every dated series of law and conditions, inputs of last resort, assumptions, settings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from sim.baselines import ANNOUNCED, contents
from sim.conditions import Dated, dated_rows
from sim.documentation.markdown import link, number, sentence, table
from sim.documentation.source import field_meanings
from sim.outlook import LEVELS, known_assumptions, outlook_of
from sim.rulebook import Rulebook
from sim.shipped import PACKAGE
from sim.units import month_index, month_name

DATA = PACKAGE / "data"
SHOWN = tuple(month_index(year, 6) for year in range(2026, 2032))
"""Months for which the paths of assumptions are listed."""
LISTED_VALUES = 12
"""Values of one source that are listed; of more, the first, the last and their number are told."""
MEANINGS = {
    "real_living_wage_uk": "Real Living Wage outside London, as the Living Wage Foundation announced it",
    "real_living_wage_london": "Real Living Wage in London",
    "council_floor": "Lowest pay of council employees",
    "sick_pay_rate": "Cost to employers of statutory sick pay, added to the minimum pension contribution",
    "outside_pay_ratio": "Going rate of low-paid work outside care over the National Living Wage",
    "unemployment_shift": "Added to unemployment under a low or high assumption",
    "vacancy_response": "Response of the economy's vacancies to unemployment on another path than the central one",
    "nlw_path_shift": "Distance from the central National Living Wage under a low or high assumption",
    "rlw_path_shift": "Distance from the central Real Living Wage under a low or high assumption",
    "outside_pay_shift": "Added to the going rate outside care under a low or high assumption",
    "earnings_of_year": "Growth of regular pay in general over the financial year that begins with this April, first "
    "quarter on first quarter",
    "nhs_award": "Award on NHS pay scales each April after the last published one",
    "nhs_award_shift": "Added to the award on NHS pay scales under a low or high assumption",
    "council_funding_shift": "Added to the growth of councils' money under a low or high assumption",
    "need_growth": "Growth of the care that councils would pay for, by service",
    "need_growth_private": "Growth of the care that the NHS and self-funders pay for, by service",
    "need_growth_shift": "Added to the growth of need under a low or high assumption",
    "client_growth": "Growth of people with council-funded need, by client group",
    "client_growth_mean": "The same for all groups together, by which the growth of care by service is divided into "
    "people and hours a person",
    "carers_limit_hours": "Hours at the National Living Wage that the limit of Carer's Allowance is worth at least",
    "occupancy": "Share of care home beds that are occupied",
    "occupancy_staffing": "Response of staff needed in care homes to occupancy",
}
"""Series that reach the law of a month through others."""

OPENING = """# Data: law, funding and conditions by month

Written by `python -m sim.documentation` from `sim/data/`; do not edit by hand.

Every figure the program uses is a row in `sim/data/`; [sim/data/README.md](../sim/data/README.md) lists the files,
[sim/data/LICENCES.md](../sim/data/LICENCES.md) the terms of use, [parameters.md](parameters.md) the behavioural
parameters and [population.md](population.md) what the starting population is made from.

*Status*: `published` (as in the source named, often reached through a secondary page), `derived` (arithmetic; the
note says which), `judgement` (a source guides it), `assumption` (no figure was found), `recalled` (from memory, not
verified: an input of last resort).

Rows of `law.csv`, `baselines.csv`, `assumptions.csv` and `settings.csv` carry no grade beside it: **their status is
their grade.** From `published`, the strongest, it falls over `derived`, `judgement` and `recalled` to `assumption`, for
which no figure was found. [All series with assumed values](#assumptions-in-law-and-conditions) stand in one table.

A dated series holds from each month given until the next one. After the last published month come the rows that carry
assumptions about the future. Months of the spin-up, before April 2016, have the law of April 2016 and no growth.
"""


def data_page() -> str:
    """The page."""
    series = {name: list(rows) for name, rows in groupby(sorted(dated_rows(), key=_order), key=lambda row: row.series)}
    parts = [OPENING, _overview(series), "", *(_series(name, rows) for name, rows in series.items())]
    ends = (_baselines(), _outlook(), _recalled(), _assumptions(), assumed_in_law(series), _settings())
    return "\n".join([*parts, "\n\n".join(ends), ""])


def _order(row: Dated) -> tuple[str, str, int]:
    return row.series, row.key, row.month


def meaning(series: str) -> str:
    """What a series is, as the code that reads it says; LookupError for one that nothing explains."""
    by_series = {field.series: field.__doc__ or "" for field in Rulebook.fields().values() if field.series}
    known = {**field_meanings("law.py", "Law"), **by_series, **MEANINGS}
    if series not in known:
        message = f"say in MEANINGS of sim/documentation/data.py what the series {series} of sim/data/law.csv is"
        raise LookupError(message)
    return sentence(re.sub(r"^\[[^]]*\] ", "", known[series]).rstrip("."))


def _overview(series: dict[str, list[Dated]]) -> str:
    rows = []
    for name, own in series.items():
        span = f"{month_name(min(row.month for row in own))} to {month_name(max(row.month for row in own))}"
        statuses = Counter(row.status for row in own)
        told = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
        rows.append([f"[{name}](#{name})", meaning(name), span, told])
    return table(("series", "what it is", "months in which values begin", "rows by status"), rows)


def _series(name: str, rows: list[Dated]) -> str:
    """One series: values put together that share key, source, status and note."""
    cells = []
    for (key, source, address, status, note), same in _grouped(rows):
        cells.append([key or "all", _values(same), same[0].unit, link(source, address), status, note])
    headings = ("of", "from: value", "unit", "source", "status", "note")
    return f"## {name}\n\n{meaning(name)}.\n\n{table(headings, cells)}\n"


def _grouped(rows: list[Dated]) -> list[tuple[tuple[str, str, str, str, str], list[Dated]]]:
    groups: dict[tuple[str, str, str, str, str], list[Dated]] = {}
    for row in rows:
        groups.setdefault((row.key, row.source, row.source_url, row.status, row.note), []).append(row)
    return list(groups.items())


def _values(rows: list[Dated]) -> str:
    told = [f"{month_name(row.month)}: {number(row.value)}" for row in rows]
    if len(told) > LISTED_VALUES:
        told = [told[0], f"… {len(told) - 2} more …", told[-1]]
    return ", ".join(told)


def sourced_rows() -> Iterable[tuple[str, dict[str, str]]]:
    """Every row of a data file that has a status, with the name of its file."""
    for file in sorted(DATA.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if "status" in row:
                    yield file.name, row


def _name_of(row: dict[str, str]) -> str:
    """What a row is about, whatever the columns of its file."""
    columns = (
        "parameter",
        "name",
        "series",
        "indicator",
        "cell",
        "from",
        "period",
        "key",
        "geography",
        "breakdown",
        "role",
    )
    return " ".join(row[column] for column in columns if row.get(column))


def _value_of(row: dict[str, str]) -> str:
    return f"{row.get('value') or row.get('central') or ''} {row.get('unit', '')}".strip()


def _baselines() -> str:
    rows = [
        [month_name(one.month), one.baseline, one.says, link(one.source, one.source_url), one.status, one.note]
        for one in contents(ANNOUNCED)
    ]
    opening = (
        "## Baselines\n\nWhat law holds without any policy. `baseline: enacted` is the default; `baseline: announced` "
        "adds the rows so marked. [scenarios.md](scenarios.md) says how to choose. "
        "The status is the grade of the evidence."
    )
    return f"{opening}\n\n{table(('from', 'baseline', 'what', 'source', 'status', 'note'), rows)}"


def _outlook() -> str:
    """The seven assumptions: what may be said of them, and their central, low and high paths."""
    limits = [
        [
            f"`{one.name}`", one.meaning, one.unit, month_name(one.first), f"{one.least:g} to {one.most:g}", one.source,
            one.status, one.note,
        ]
        for one in known_assumptions().values()
    ]  # fmt: skip
    paths = []
    for name in known_assumptions():
        for level in LEVELS:
            outlook = outlook_of(assumptions={name: level})
            paths.append([f"`{name}`", level, *(f"{outlook.value(name, month):.4g}" for month in SHOWN)])
    headings = ("assumption", "meaning", "unit", "from", "bounds", "last published", "status", "note")
    opening = (
        "## Assumptions about the future\n\nWhat a scenario may assume, from which month on, and why not before. The "
        "status is that of the last published value, and the grade of the evidence for it; the paths that follow are "
        "assumptions or forecasts."
    )
    between = "Their paths, in the same units; the series above hold them with source and status."
    months = tuple(month_name(month) for month in SHOWN)
    return f"{opening}\n\n{table(headings, limits)}\n\n{between}\n\n{table(('assumption', 'path', *months), paths)}"


def _recalled() -> str:
    rows = [
        [file, _name_of(row), _value_of(row), row.get("note", "")]
        for file, row in sourced_rows()
        if row["status"] == "recalled"
    ]
    opening = (
        "## Inputs of last resort\n\nQuoted from memory and not verified, used because nothing better was found. "
        "Look for the original before you rest a conclusion on one."
    )
    return f"{opening}\n\n{table(('file', 'what', 'value', 'note'), rows)}"


def _assumptions() -> str:
    """Assumptions and judgements: counted by file, and listed where a file of law or behaviour holds them."""
    counts = Counter((file, row["status"]) for file, row in sourced_rows())
    files = sorted({file for file, _ in counts})
    statuses = ("published", "derived", "judgement", "assumption", "recalled", "gap")
    rows = [[f"`{file}`", *(str(counts[file, status] or "") for status in statuses)] for file in files]
    listed = [
        [_name_of(row), _value_of(row), row["source"], row["status"], row["grade"], row.get("note", "")]
        for file, row in sourced_rows()
        if file == "population.csv" and row["status"] in ("assumption", "judgement")
    ]
    return (
        "## Assumptions\n\nRows by status and file. Assumptions on behaviour stand in [parameters.md](parameters.md), "
        "those on law and conditions [below](#assumptions-in-law-and-conditions).\n\n"
        f"{table(('file', *statuses), rows)}\n\n"
        "Assumptions in the starting population:\n\n"
        f"{table(('what', 'value', 'reasoning', 'status', 'grade', 'note'), listed)}"
    )


def assumed_in_law(series: dict[str, list[Dated]]) -> str:
    """Every dated series of which values are assumed: which they are, from when on, and why."""
    rows = []
    for name, own in series.items():
        assumed = [row for row in own if row.status == "assumption"]
        for (key, source, _, _, note), same in _grouped(assumed):
            what = f"[{name}](#{name})" + (f" of {key}" if key else "")
            rows.append([what, meaning(name), _values(same), same[0].unit, source, note])
    opening = (
        "## Assumptions in law and conditions\n\nEvery series of `law.csv` that holds assumed values, and which of its "
        "values they are; the others, where there are any, have a source. Status and grade of all are `assumption`."
    )
    return f"{opening}\n\n{table(('series', 'what it is', 'from: value', 'unit', 'reasoning', 'note'), rows)}"


def _settings() -> str:
    with (DATA / "settings.csv").open(encoding="utf-8", newline="") as stream:
        cells = ("value", "unit", "status", "note")
        rows = [[f"`{row['name']}`", *(row[cell] for cell in cells)] for row in csv.DictReader(stream)]
    opening = (
        "## Settings of the program\n\nFigures that are about the program and not about England. Each is a choice, so "
        "its status and the grade of its evidence are `assumption`."
    )
    return f"{opening}\n\n{table(('setting', 'value', 'unit', 'status', 'why'), rows)}"
