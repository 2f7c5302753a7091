"""Arrow tables of results: the monthly table of a run, averages over replicates, financial years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.arrow import coded
from sim.intervals import intervals
from sim.measures import Floats
from sim.results import Results, Run, in_tables, unit_of, whole_years, year_value
from sim.series import Key, Keys, Measured
from sim.special_indicators import PER_PERSON_GROUPS
from sim.units import financial_year, month_name, parse_month

AVERAGE = "mean"
"""Stands for the replicate in CSV tables, which show averages over replicates."""
RUN = ("scenario", "draw", "replicate")
"""Columns that say which run a row is of."""
DECIMALS = 6
"""Decimals of numbers below `WHOLE_FROM` in CSV tables."""
WHOLE_FROM = 10_000.0
"""Numbers from here on are whole in CSV tables."""


def detailed(key: Key) -> bool:
    """Whether a series is only written when detail is asked for."""
    return key.indicator in PER_PERSON_GROUPS


def monthly_table(run: Run, detail: bool, wanted: Callable[[Key], bool] = lambda key: True) -> Any:
    """Rows of one run, series by series and month by month."""
    places, keys = _chosen(run, lambda key: wanted(key) and (detail or not detailed(key)))
    return _monthly(run, run.measured.values[places], keys, run.replicate, run.draw)


def average_table(results: Results, area_type: str, detail: bool) -> Any:
    """Rows of the mean over replicates, scenario by scenario; without what is missing, rounded for people to read."""

    def wanted(key: Key) -> bool:
        return key.area_type == area_type and in_tables(key) and (detail or not detailed(key))

    parts = []
    for scenario in results.scenarios:
        runs = results.of(scenario)
        places, keys = _chosen(runs[0], wanted)
        mean = np.mean([run.measured.values[places] for run in runs], axis=0)
        draw = AVERAGE if results.drawn else runs[0].draw
        parts.append(_monthly(runs[0], rounded(mean), keys, AVERAGE, draw))
    return _plain(pa.concat_tables(parts))


def yearly_table(results: Results, detail: bool = False) -> Any:
    """Financial years: mean over replicates and its interval, of England in full and of the regions as a whole."""

    def wanted(key: Key) -> bool:
        return in_tables(key) and (detail or not detailed(key))

    first = results.months[0]
    aprils = whole_years(first, results.months[-1])
    parts = []
    for scenario in results.scenarios:
        runs = results.of(scenario)
        places, keys = _chosen(runs[0], wanted)
        by_run = np.stack([run.measured.values[places] for run in runs])
        # Without a whole year, there are no rows, but still their names.
        values = np.empty((len(runs), len(keys), len(aprils)))
        for year, april in enumerate(aprils):
            values[..., year] = _year_values(keys, by_run, april - first)
        found = intervals(values, results.drawn)
        columns: dict[str, Any] = {
            "scenario": coded([scenario], np.zeros(values[0].size)),
            "financial_year": coded(
                [financial_year(april) for april in aprils], np.tile(range(len(aprils)), len(keys))
            ),
            **{name: coded([getattr(key, name) for key in keys], each=len(aprils)) for name in Key._fields},
            "unit": coded([unit_of(key.indicator) for key in keys], each=len(aprils)),
            **{name: pa.array(rounded(limit).ravel(), from_pandas=True) for name, limit in found.items()},
            "replicates": pa.array(np.full(values[0].size, len(runs), dtype=np.int32)),
        }
        parts.append(pa.table(columns))
    return _plain(pa.concat_tables(parts), column="mean")


def run_of(table: Any, months: range, seeds: Mapping[int, int], further: Mapping[str, Any]) -> Run:
    """A run from its rows, as `monthly_table` put them, and the further tables of all runs by name."""
    count = len(months)
    firsts = table.take(pa.array(np.arange(0, table.num_rows, count)))
    keys = tuple(Key(*texts) for texts in zip(*(firsts.column(name).to_pylist() for name in Key._fields), strict=True))
    head = firsts.slice(0, 1).to_pylist()[0]
    if table.num_rows != len(keys) * count or parse_month(head["month"]) != months[0]:
        message = f"the rows of {head['scenario']!r}, replicate {head['replicate']}, are not those of {count} months"
        raise ValueError(message)
    values = np.array(table.column("value").to_numpy(), dtype=np.float64).reshape(len(keys), count)
    which = {name: head[name] for name in RUN}
    measured = Measured(
        Keys.shared(keys), months[0], values, {name: _of_run(each, which) for name, each in further.items()}
    )
    return Run(**which, seed=seeds[head["replicate"]], measured=measured)


def _of_run(table: Any, which: Mapping[str, Any]) -> Any:
    """Rows of one run, without the columns that say which."""
    import pyarrow.compute as pc

    here = np.ones(table.num_rows, dtype=bool)
    for name, value in which.items():
        here &= np.asarray(pc.equal(table.column(name).cast(pa.string()), str(value)))
    return table.filter(pa.array(here)).drop_columns(list(which))


def rounded(values: Floats) -> Floats:
    """Numbers as people read them: no more figures than mean anything."""
    return np.where(np.abs(values) < WHOLE_FROM, np.round(values, DECIMALS), np.round(values))


def _chosen(run: Run, wanted: Callable[[Key], bool]) -> tuple[list[int], list[Key]]:
    places = [place for place, key in enumerate(run.measured.keys) if wanted(key)]
    return places, [run.measured.keys[place] for place in places]


def _one(value: int | str, many: Any) -> Any:
    return coded([value], many) if isinstance(value, str) else pa.array(many + np.int32(value))


def _monthly(run: Run, values: Floats, keys: Sequence[Key], replicate: int | str, draw: int | str) -> Any:
    series, months = values.shape
    names = [month_name(run.measured.first_month + month) for month in range(months)]
    many = np.zeros(values.size, dtype=np.int32)
    columns: dict[str, Any] = {
        "scenario": coded([run.scenario], many),
        "draw": _one(draw, many),
        "replicate": _one(replicate, many),
        "month": coded(names, np.tile(np.arange(months), series)),
        **{name: coded([getattr(key, name) for key in keys], each=months) for name in Key._fields},
        "value": pa.array(values.ravel(), from_pandas=True),
    }
    return pa.table(columns)


def _year_values(keys: Sequence[Key], by_run: Floats, start: int) -> Floats:
    """[replicate, series] values of one financial year."""
    out = np.empty(by_run.shape[:2])
    indicators = np.array([key.indicator for key in keys])
    for indicator in np.unique(indicators):
        here = indicators == indicator
        out[:, here] = year_value(str(indicator), by_run[:, here], start)
    return out


def _plain(table: Any, column: str = "value") -> Any:
    """For CSV: texts as texts, without rows in which nothing is known."""
    known = table.filter(table.column(column).is_valid())
    texts = [name for name in known.column_names if pa.types.is_dictionary(known.schema.field(name).type)]
    for name in texts:
        place = known.column_names.index(name)
        known = known.set_column(place, name, known.column(name).cast(pa.string()))
    return known
