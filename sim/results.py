"""Results: what was measured of every run, as tables, on disk and back.

The monthly table has one row for each scenario, draw, replicate, month, area, group and indicator. Counts, hours and
money are for England's size: what the model counts, divided by the scale. ``load_results`` reads any folder written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.drawn import CENTRAL_DRAW
from sim.indicators import AT_END, INDICATORS, MEAN, SUM
from sim.measures import ALL, COUNCIL, ENGLAND, REGION, Floats
from sim.series import Key, Measured
from sim.special_indicators import SPECIAL
from sim.units import MONTHS_PER_YEAR, month_name

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 4
"""Version of the files' layout; a reader refuses what it does not know."""
MOST_NAMED = 3
"""Scenarios that are named where results are told in a line."""


class Run(NamedTuple):
    """One scenario simulated once."""

    scenario: str
    draw: int
    """Of the behavioural parameters (`sim.drawn`); 0 are their starting values."""
    replicate: int
    """Counts from 1; the same replicate of two scenarios has the same seed, and so the same luck."""
    seed: int
    measured: Measured


def unit_of(indicator: str) -> str:
    """Unit of an indicator."""
    return INDICATORS[indicator].unit if indicator in INDICATORS else SPECIAL[indicator][0]


def definition_of(indicator: str) -> str:
    """Definition of an indicator."""
    return INDICATORS[indicator].definition if indicator in INDICATORS else SPECIAL[indicator][2]


def of_year(indicator: str) -> str:
    """How a financial year is summed up: at its end, as a mean, or as a sum."""
    return INDICATORS[indicator].of_year if indicator in INDICATORS else SPECIAL[indicator][1]


def definitions() -> list[dict[str, str]]:
    """Every indicator with unit, definition and what a financial year's value is."""
    names = [*INDICATORS, *SPECIAL]
    return [
        {"indicator": name, "unit": unit_of(name), "financial_year": of_year(name), "definition": definition_of(name)}
        for name in names
    ]


def whole_years(first: int, last: int) -> list[int]:
    """Aprils of the financial years that lie wholly within the months `first` to `last`."""
    april = first + (-first) % MONTHS_PER_YEAR
    return list(range(april, last - MONTHS_PER_YEAR + 2, MONTHS_PER_YEAR))


def year_value(indicator: str, values: Floats, start: int) -> Floats:
    """Value of a financial year that begins at place `start` of the last axis."""
    of_months = values[..., start : start + MONTHS_PER_YEAR]
    kind = of_year(indicator)
    if kind == AT_END:
        return np.asarray(of_months[..., -1])
    if kind == SUM:
        return np.asarray(of_months.sum(axis=-1))
    if kind == MEAN:
        return np.asarray(of_months.mean(axis=-1))
    message = f"{indicator}: a financial year cannot be summed up as {kind!r}"
    raise ValueError(message)


@dataclass(repr=False)
class Results:
    """Everything measured of some runs, and the manifest that reproduces them."""

    runs: tuple[Run, ...]
    manifest: dict[str, Any]
    folder: Path | None = field(default=None)
    """Where they were written or read."""

    def __repr__(self) -> str:
        """What they hold, in a line: in full they would fill some thousand screens."""
        if not self.runs:
            return "Results of no runs"
        each = len(self.of(self.scenarios[0]))
        runs = f"{each} {'draw' if self.drawn else 'replicate'}{'s'[: each != 1]}"
        first, last = month_name(self.months[0]), month_name(self.months[-1])
        window = f"{first} to {last} ({len(self.months)} month{'s'[: len(self.months) != 1]})"
        further = [name for name in self.runs[0].measured.tables if self.has(name)]
        names = ", ".join(map(repr, self.scenarios[:MOST_NAMED]))
        more = len(self.scenarios) - MOST_NAMED
        names += f" and {more} more" if more > 0 else ""
        return f"Results of {names}: {runs}, {window}; tables: {', '.join(['monthly', 'yearly', *further])}"

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, the first one first."""
        return tuple(dict.fromkeys(run.scenario for run in self.runs))

    @property
    def drawn(self) -> bool:
        """Whether runs have draws of the fitted parameters, so that intervals hold how uncertain these are."""
        return any(run.draw != CENTRAL_DRAW for run in self.runs)

    def of(self, scenario: str) -> tuple[Run, ...]:
        """Runs of one scenario by replicate; KeyError if there is none of that name."""
        found = tuple(sorted((run for run in self.runs if run.scenario == scenario), key=lambda run: run.replicate))
        if not found:
            raise KeyError(scenario)
        return found

    @property
    def months(self) -> range:
        """Months reported."""
        measured = self.runs[0].measured
        return range(measured.first_month, measured.first_month + measured.values.shape[1])

    def values(
        self, scenario: str, indicator: str, area: str = "England", group: str = "all", group_type: str | None = None
    ) -> Floats:
        """[replicate, month] one indicator in one area for one group."""
        return np.stack([run.measured.of(indicator, area, group, group_type) for run in self.of(scenario)])

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """The monthly table of England and the regions; that with councils has some 3 million rows a run."""
        from sim.tables import monthly_table

        return self._frame(lambda run: monthly_table(run, True, lambda key: key.area_type != COUNCIL))

    def everything(self) -> pd.DataFrame:
        """The monthly table with councils: some 3 million rows a run."""
        from sim.tables import monthly_table

        return self._frame(lambda run: monthly_table(run, True))

    @property
    def moves(self) -> pd.DataFrame:
        """Who went from where to where, month by month, for England's size."""
        return self.frame("moves")

    @property
    def places(self) -> pd.DataFrame:
        """How many stood where at the end of each month, and of the one before the first."""
        return self.frame("places")

    @property
    def money(self) -> pd.DataFrame:
        """Whose money: who pays for care and where it goes, month by month, GBP of England."""
        return self.frame("money")

    @property
    def events(self) -> pd.DataFrame:
        """What happened to people and providers who were followed."""
        return self.frame("events")

    @property
    def panel(self) -> pd.DataFrame:
        """How people who were followed stood at the end of each month."""
        return self.frame("panel")

    @property
    def provider_panel(self) -> pd.DataFrame:
        """How providers that were followed stood at the end of each month."""
        return self.frame("provider_panel")

    @property
    def crossings(self) -> pd.DataFrame:
        """Crossings of groups that were asked for, month by month."""
        return self.frame("crossings")

    def has(self, name: str) -> bool:
        """Whether there is a further table of this name."""
        return all(name in run.measured.tables for run in self.runs)

    def frame(self, name: str) -> pd.DataFrame:
        """A further table of all runs; LookupError, saying how to get it, if it was not asked for."""
        if not self.has(name):
            message = f"no {name}: ask for them with {ASKED_BY[name]}"
            raise LookupError(message)
        return self._frame(lambda run: run_columns(run, run.measured.tables[name]))

    def yearly(self) -> pd.DataFrame:
        """Financial years of England in full and of the regions as a whole: mean over replicates and its interval."""
        from sim.tables import yearly_table

        frame: pd.DataFrame = yearly_table(self, detail=True).to_pandas()
        return frame

    def _frame(self, rows: Callable[[Run], Any]) -> pd.DataFrame:
        import pyarrow as pa

        frame: pd.DataFrame = pa.concat_tables([rows(run) for run in self.runs]).unify_dictionaries().to_pandas()
        return frame


ASKED_BY = {
    "events": "run(..., people=100) or run(..., providers=100)",
    "panel": "run(..., people=100)",
    "provider_panel": "run(..., providers=100)",
    "crossings": 'run(..., detail="role,service")',
}
"""How to get the further tables that are not always there."""


def run_columns(run: Run, table: Any) -> Any:
    """A table of one run with columns before its own that say which."""
    import pyarrow as pa

    from sim.arrow import coded, with_columns_first

    many = np.zeros(table.num_rows, dtype=np.int32)
    which = {
        "scenario": coded([run.scenario], many),
        "draw": pa.array(many + np.int32(run.draw)),
        "replicate": pa.array(many + np.int32(run.replicate)),
    }
    return with_columns_first(table, which)


def in_tables(key: Key) -> bool:
    """Whether a series is in the CSV tables: England in full, regions as a whole."""
    return key.area_type == ENGLAND or (key.area_type == REGION and key.group_type == ALL)
