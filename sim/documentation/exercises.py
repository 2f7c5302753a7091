"""Figures of the workshop guide's exercises, told as the page tells them: ``make exercises``.

Each table of ``docs/workshop.md`` that stands between two marks is written anew; the words around it are by hand, and
to be read again when the figures have changed.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.app import answers, comparing
from sim.app.challenge import weights
from sim.app.choices import FULL, Choice, levers_of, ready
from sim.app.handout import number, signed
from sim.app.pool import Pool
from sim.app.worker import Kind, Looked
from sim.documentation.markdown import table
from sim.documentation.pages import DOCS
from sim.documentation.screens import DRAWS, SCALE
from sim.experiments.wording import change_unit

GUIDE = DOCS / "workshop.md"
MARKS = re.compile(r"(<!-- figures: (?P<name>\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
PACKAGES: dict[str, tuple[Choice, ...]] = {
    "Real living wage": (Choice("real_living_wage", "real_living_wage", FULL),),
    "Fee uplift": (Choice("fee_uplift", "fee_uplift", FULL),),
    "Zero hours ban": (Choice("zero_hours_ban", "zero_hours_ban", FULL),),
    "Overseas recruitment": (Choice("overseas_recruitment", "overseas_recruitment", FULL),),
    "With portability": (
        Choice("overseas_recruitment", "overseas_recruitment", FULL),
        Choice("sponsor_portability", "sponsor_portability", FULL),
    ),
    "More staff from home": tuple(ready("domestic_growth")[1]),
}


class Exercise(NamedTuple):
    """What a table shows: lines of the page by their labels, packages side by side."""

    packages: tuple[str, ...]
    lines: tuple[str, ...]


EXERCISES = {
    "pay_or_fees": Exercise(
        ("Real living wage", "Fee uplift"),
        (
            "Cost", "Vacancies", "Mean pay of care workers", "Care by staff a year or more in post", "Care not met",
            "Margin of independent providers",
        ),
    ),
    "security_or_choice": Exercise(
        ("Zero hours ban",),
        ("Jobs on zero-hours contracts", "Posts filled", "Vacancies", "Turnover", "Care not met"),
    ),
    "overseas_or_home": Exercise(
        ("Overseas recruitment", "With portability", "More staff from home"),
        ("Posts filled", "Vacancies", "Turnover", "Turnover of sponsored staff", "Care not met", "Cost"),
    ),
}  # fmt: skip


async def told(pool: Pool, package: Sequence[Choice]) -> dict[str, dict[str, Any]]:
    """Changes by the label of their line, the large figures before lines of *Compare and vote*."""
    levers, person = levers_of(package), "guide"
    change: Mapping[str, Any] = {}
    async for question in pool.ask(person, levers):
        if len(question.finished) == pool.draws:
            change = answers.told(pool.baselines, question.answers, question.finished)["change"]
    looks: dict[int, Looked] = {}
    async for question in pool.ask(f"{person}/look", levers, Kind.LOOK):
        looks = {draw: question.answers[draw] for draw in question.finished}
    sections = comparing.compared(looks, 1, weights({}, sorted(looks)))
    lines = {line["label"]: line for section in sections.values() for line in section}
    large = {one.label: change[one.name] | {"unit": one.unit, "decimals": one.decimals} for one in answers.FIGURES}
    return lines | large


def cell(line: Mapping[str, Any]) -> str:
    """A change and its range, or the range alone where it may go either way."""
    mean, low, high = (line[name] for name in ("mean", "low", "high"))
    decimals = line["decimals"]
    if not line["sign"]:
        return f"may rise or fall ({signed(low, decimals)} to {signed(high, decimals)})"
    return f"{signed(mean, decimals)} ({number(low, decimals)} to {number(high, decimals)})"


def as_table(exercise: Exercise, known: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Table of an exercise from what is known of each package by line."""
    rows = []
    for label in exercise.lines:
        lines = [known[package][label] for package in exercise.packages]
        rows.append([f"{label}, {change_unit(lines[0]['unit'])}", *(cell(line) for line in lines)])
    return table([f"by {answers.last_year()}", *exercise.packages], rows)


def rewritten(guide: str, tables: Mapping[str, str]) -> str:
    """The guide with new tables between its marks; ValueError unless each table has its place in it."""
    places = [found["name"] for found in MARKS.finditer(guide)]
    if sorted(places) != sorted(tables):
        message = f"the guide has places for {', '.join(places)}, not for {', '.join(tables)}"
        raise ValueError(message)
    return MARKS.sub(lambda found: f"{found[1]}{tables[found['name']]}\n{found[3]}", guide)


async def _known(draws: int, scale: float) -> dict[str, dict[str, dict[str, Any]]]:
    pool = Pool(draws, scale, max(1, min(os.cpu_count() or 1, draws)))
    pool.start()
    try:
        async for ready_draws in pool.grow():
            print(f"{ready_draws} of {draws} draws are ready", flush=True)
        known = {}
        for name, package in PACKAGES.items():
            known[name] = await told(pool, package)
            print(name, flush=True)
        return known
    finally:
        pool.stop()


def write(guide: Path = GUIDE, draws: int = DRAWS, scale: float = SCALE) -> None:
    """Write the tables of the guide anew."""
    known = asyncio.run(_known(draws, scale))
    tables = {name: as_table(exercise, known) for name, exercise in EXERCISES.items()}
    guide.write_text(rewritten(guide.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    write()
    print(GUIDE)
