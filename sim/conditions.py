"""Dated series of law, funding and outside conditions: ``sim/data/law.csv``, one row from each date on."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.units import parse_month

FILE = Path(__file__).resolve().parent / "data" / "law.csv"


class Dated(NamedTuple):
    """One row: a value from a month on."""

    series: str
    month: int
    key: str
    value: float
    unit: str
    source: str
    source_url: str
    status: str
    note: str


@cache
def dated_rows() -> tuple[Dated, ...]:
    """All rows, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Dated(
                row["series"], parse_month(row["from"]), row["key"], float(row["value"]), row["unit"], row["source"],
                row["source_url"], row["status"], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@cache
def _steps(series: str, key: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    rows = sorted((row.month, row.value) for row in dated_rows() if row.series == series and row.key == key)
    return tuple(month for month, _ in rows), tuple(value for _, value in rows)


def in_force(series: str, month: int, key: str = "", before: float | None = None) -> float:
    """Value of a series in a month: the last one that began. `before` is returned ahead of the first row.

    Raises LookupError for an unknown series or a month ahead of it without `before`.
    """
    months, values = _steps(series, key)
    place = bisect_right(months, month) - 1
    if place >= 0:
        return values[place]
    if before is not None:
        return before
    message = f"no value of {series} {key} in month {month}"
    raise LookupError(message)


@cache
def first_month(series: str, key: str = "") -> int:
    """Month of the first row of a series. Raises LookupError for an unknown one."""
    return _months_of(series, key)[0]


@cache
def last_month(series: str, key: str = "") -> int:
    """Month of the last row of a series. Raises LookupError for an unknown one."""
    return _months_of(series, key)[-1]


def _months_of(series: str, key: str) -> tuple[int, ...]:
    months, _ = _steps(series, key)
    if not months:
        message = f"no series {series!r}"
        raise LookupError(message)
    return months


def starts_now(series: str, month: int, key: str = "") -> float:
    """Value of a series that begins in this very month; 0 otherwise. For yearly growth that is applied once."""
    months, values = _steps(series, key)
    place = bisect_right(months, month) - 1
    return values[place] if place >= 0 and months[place] == month else 0.0


def by_code(series: str, month: int, names: Sequence[str], before: float = 0.0) -> list[float]:
    """Values of a keyed series for each name; `before` where the series has no such key or has not begun."""
    return [in_force(series, month, name, before) if _steps(series, name)[0] else before for name in names]
