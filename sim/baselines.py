"""The two baselines of law: ``enacted`` is on the statute book, ``announced`` adds what is announced or expected.

What each holds, with source and status, stands in ``sim/data/baselines.csv``. Values of enacted law are rows of
``law.csv``, to which the list points; values of announced law are in the list itself.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from sim.conditions import dated_rows
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
    law = {(row.series, row.month, row.key): row for row in dated_rows()}
    found = []
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            month = parse_month(row["from"])
            head = (row["baseline"], row["series"], month)
            if row["baseline"] == ENACTED:
                is_law = law[row["series"], month, row["key"]]
                origin = (is_law.source, is_law.source_url, is_law.status, is_law.note)
                found.append(Entry(*head, is_law.value, is_law.unit, row["says"], *origin))
            else:
                origin = (row["source"], row["source_url"], row["status"], row["note"])
                found.append(Entry(*head, float(row["value"]), row["unit"], row["says"], *origin))
    return tuple(found)


def contents(baseline: str) -> tuple[Entry, ...]:
    """What a baseline holds, enacted law first; KeyError for a baseline that is not known."""
    kinds = COMBINED[baseline]
    return tuple(entry for entry in _entries() if entry.baseline in kinds)


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
