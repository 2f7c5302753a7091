"""Further tables for people to read: moves, places and crossings by financial year, as means over replicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.detail import DIMENSIONS
from sim.indicators import AT_END
from sim.intervals import intervals
from sim.money_report import money_rows
from sim.results import Results, Run, of_year, unit_of, whole_years
from sim.tables import DECIMALS, rounded
from sim.units import MONTHS_PER_YEAR, financial_year, month_name

YEAR = ["scenario", "financial_year"]
FROM, TO, PLACE = ["from", "from_role"], ["to", "to_role"], ["place", "role"]
COUNTS = ("people", "leavers", "vacancies")
"""Indicators of crossings that are nothing where a cell is not listed; others are not known there."""


def _aprils(results: Results) -> list[int]:
    return whole_years(results.months[0], results.months[-1])


def _year_of(results: Results) -> dict[str, str]:
    """Financial year of each month that lies in a whole one."""
    return {
        month_name(month): financial_year(april)
        for april in _aprils(results)
        for month in range(april, april + MONTHS_PER_YEAR)
    }


def _of_runs(results: Results, name: str, year_of: dict[str, str]) -> Iterator[tuple[Run, pd.DataFrame]]:
    """A further table run by run, of the months that have a financial year, which becomes a column."""
    for run in results.runs:
        frame = run.measured.tables[name].to_pandas()
        frame.insert(0, "financial_year", frame["month"].map(year_of))
        yield run, frame[frame["financial_year"].notna()]


def _summed(results: Results, name: str, keys: list[str], year_of: dict[str, str]) -> pd.Series[float]:
    """People by financial year and keys, mean over replicates; what is not listed in one of them is nothing there."""
    parts = []
    for scenario in results.scenarios:
        tables = [_with_year(run.measured.tables[name], year_of) for run in results.of(scenario)]
        sums = pa.concat_tables(tables).group_by(["financial_year", *keys]).aggregate([("people", "sum")])
        parts.append(_texts(sums.to_pandas()).assign(scenario=scenario))
    joined = pd.concat(parts)
    return (joined.groupby([*YEAR, *keys])["people_sum"].sum() / len(results.of(results.scenarios[0]))).rename("people")


def _with_year(table: pa.Table, year_of: dict[str, str]) -> pa.Table:
    """Rows of the months that have a financial year, which becomes a column; texts in full, as runs list them apart."""
    months = table.column("month").combine_chunks()
    years = pa.array([year_of.get(month) for month in months.dictionary.to_pylist()], pa.string())
    told = table.append_column("financial_year", years.take(months.indices))
    kinds = [(name, pa.float64() if name == "people" else pa.string()) for name in told.column_names]
    return told.filter(pc.field("financial_year").is_valid()).cast(pa.schema(kinds))


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts as texts, and not as categories, of which grouping would list all."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category").columns, str))


def yearly_moves(results: Results) -> pd.DataFrame:
    """Who went from where to where in each financial year: people of England, mean over replicates."""
    moves = _summed(results, "moves", [*FROM, *TO, "same_employer"], _year_of(results))
    return _rounded(moves.reset_index())


def yearly_places(results: Results, moves: pd.DataFrame) -> pd.DataFrame:
    """People by place at the start and end of each financial year, and those who came and went between.

    Places beyond, such as the pool or retirement, hold nobody who is followed and have no start and end. Those who came
    and went are told by `yearly_moves`.
    """
    from sim.month.moves import GONE
    from sim.moves import places

    aprils = _aprils(results)
    starts = {month_name(april - 1): financial_year(april) for april in aprils}
    ends = {month_name(april + MONTHS_PER_YEAR - 1): financial_year(april) for april in aprils}
    parts = {
        "start": _summed(results, "places", PLACE, starts),
        "came": moves.groupby([*YEAR, *TO])["people"].sum(),
        "went": moves.groupby([*YEAR, *FROM])["people"].sum(),
        "end": _summed(results, "places", PLACE, ends),
    }
    joined = pd.concat(parts, axis=1).rename_axis([*YEAR, *PLACE]).reset_index()
    followed = joined["place"].isin([each.name for each in places()[:GONE]])
    for name in ("start", "end"):
        joined[name] = joined[name].fillna(0.0).where(followed)
    return _rounded(joined.fillna({"came": 0.0, "went": 0.0}))


def yearly_crossings(results: Results) -> pd.DataFrame:
    """Crossings by financial year: mean over replicates, its interval, and the replicates in which it is known."""
    parts = []
    ends = {month_name(april + MONTHS_PER_YEAR - 1) for april in _aprils(results)}
    for run, frame in _of_runs(results, "crossings", _year_of(results)):
        at_end = frame["indicator"].map({name: of_year(name) for name in frame["indicator"].unique()}) == AT_END
        chosen = frame[~at_end | frame["month"].isin(ends)].drop(columns="month")
        keys = [name for name in chosen.columns if name != "value"]
        sums = chosen.groupby(keys, observed=True)["value"].sum().reset_index()
        parts.append(_texts(sums.assign(scenario=run.scenario, replicate=run.replicate)))
    joined = pd.concat(parts)
    dimensions = [name for name in DIMENSIONS if name in joined.columns]
    keys = [*YEAR, "crossing", *dimensions, "indicator"]
    by_run = joined.set_index([*keys, "replicate"])["value"].unstack("replicate")
    counts = by_run.index.get_level_values("indicator").isin(COUNTS)
    by_run[counts] = by_run[counts].fillna(0.0)
    table = by_run.index.to_frame(index=False)
    table["unit"] = [unit_of(name) for name in table["indicator"]]
    return table.assign(**_intervals(by_run.to_numpy(dtype=np.float64).T, results.drawn))


def _intervals(values: Any, drawn: bool) -> dict[str, Any]:
    """Intervals over the first axis of what is known in each column, and in how many rows it is."""
    known = (~np.isnan(values)).sum(axis=0)
    ordered = np.sort(values, axis=0)
    out = {name: np.full(known.size, np.nan) for name in ("mean", "low", "high")}
    for count in np.unique(known[known > 0]):
        here = known == count
        for name, found in intervals(ordered[:count, here], drawn).items():
            out[name][here] = found
    return {**{name: rounded(found) for name, found in out.items()}, "replicates": known}


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Books must close in what people read: numbers keep their decimals, whatever their size."""
    return frame.round(DECIMALS)


def csv_tables(results: Results, most: int) -> dict[str, pd.DataFrame]:
    """Tables that are written as CSV beside the Parquet files, by name.

    Tables of single people and providers go with all their months, up to so many rows.
    """
    found = {}
    if _aprils(results):
        moves = yearly_moves(results)
        found = {"moves": moves, "places": yearly_places(results, moves)}
        found["money"] = pd.DataFrame(list(money_rows(results)))
        if results.has("crossings"):
            found["crossings"] = yearly_crossings(results)
    single: Sequence[str] = [name for name in ("events", "panel", "provider_panel") if results.has(name)]
    for name in single:
        if sum(run.measured.tables[name].num_rows for run in results.runs) <= most:
            found[name] = results.frame(name)
    return found
