"""Published figures to set beside the model's: ``sim/data/published.csv``."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from sim.shipped import PACKAGE
from sim.units import parse_month


class Published(NamedTuple):
    """One figure. A financial year stands at its March, to which most of these figures refer."""

    indicator: str
    group: str
    period: str
    month: int
    value: float
    unit: str
    basis: str
    after_2021_22: bool
    """True for years after 2021/22, which the starting parameters have not seen."""
    source: str
    status: str
    note: str


@cache
def published() -> tuple[Published, ...]:
    """All figures, in the order of the file."""
    with (PACKAGE / "data" / "published.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Published(
                indicator=row["indicator"],
                group=row["group"],
                period=row["period"],
                month=parse_month(row["month"]),
                value=float(row["value"]),
                unit=row["unit"],
                basis=row["basis"],
                after_2021_22=row["after_2021_22"] == "yes",
                source=row["source"],
                status=row["status"],
                note=row["note"],
            )
            for row in csv.DictReader(file)
        )


def published_for(indicator: str, group: str) -> tuple[Published, ...]:
    """Figures of one indicator and group by month."""
    found = [row for row in published() if (row.indicator, row.group) == (indicator, group)]
    return tuple(sorted(found, key=lambda row: row.month))
