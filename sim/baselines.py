"""The two baselines of law: ``enacted`` is on the statute book, ``announced`` adds what is announced or expected.

What each holds, with source and status, stands in ``sim/data/baselines.csv``. Enacted law takes effect through the rows
of ``law.csv`` that the list repeats, announced law through the list itself.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from sim.units import parse_month

FILE = Path(__file__).resolve().parent / "data" / "baselines.csv"
BaselineName = Literal["enacted", "announced"]
ENACTED, ANNOUNCED = get_args(BaselineName)
COMBINED = {ENACTED: (ENACTED,), ANNOUNCED: (ENACTED, ANNOUNCED)}
"""Announced law comes on top of enacted law."""


class Entry(NamedTuple):
    """One thing that a baseline holds."""

    baseline: str
    series: str
    key: str
    month: int
    value: float
    unit: str
    says: str
    source: str
    source_url: str
    status: str
    note: str


@cache
def _entries() -> tuple[Entry, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(
                row["baseline"], row["series"], row["key"], parse_month(row["from"]), float(row["value"]), row["unit"],
                row["says"], row["source"], row["source_url"], row["status"], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def contents(baseline: str) -> tuple[Entry, ...]:
    """What a baseline holds, enacted law first, by date; KeyError for a baseline that is not known."""
    kinds = COMBINED[baseline]
    held = [entry for entry in _entries() if entry.baseline in kinds]
    return tuple(sorted(held, key=lambda entry: (kinds.index(entry.baseline), entry.month)))


@cache
def announcement(series: str) -> Entry:
    """The announced value of a series; LookupError if nothing is announced about it."""
    for entry in _entries():
        if entry.baseline == ANNOUNCED and entry.series == series:
            return entry
    message = f"sim/data/baselines.csv announces nothing about {series}"
    raise LookupError(message)


@cache
def first_announced() -> int:
    """First month in which announced law differs from enacted law."""
    return min(entry.month for entry in _entries() if entry.baseline == ANNOUNCED)
