"""Figures behind the synthetic population: distribution parameters, published margins and columns by council."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.geography import Geography, load_geography, load_places, read_rows
from sim.units import Role, Sector, Service

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ENGLAND = "England"
START = "2016-04"
START_MONTH = 0
"""April 2016 as the model counts months."""
PERCENT = 100.0

CELLS: tuple[tuple[Service, Sector], ...] = (
    (Service.RESIDENTIAL, Sector.INDEPENDENT),
    (Service.RESIDENTIAL, Sector.COUNCIL),
    (Service.NURSING, Sector.INDEPENDENT),
    (Service.HOME_CARE, Sector.INDEPENDENT),
    (Service.HOME_CARE, Sector.COUNCIL),
    (Service.COMMUNITY, Sector.INDEPENDENT),
    (Service.COMMUNITY, Sector.COUNCIL),
    (Service.DAY, Sector.INDEPENDENT),
    (Service.DAY, Sector.COUNCIL),
    (Service.PERSONAL_ASSISTANTS, Sector.DIRECT_PAYMENT),
)
"""Service and sector pairs that exist, in the order in which establishments stand within a council."""

DIRECT_PAYMENT_CELL = len(CELLS) - 1
CELL_SERVICE = np.array([service for service, _ in CELLS])
CELL_SECTOR = np.array([sector for _, sector in CELLS])
CARE_HOMES = (Service.RESIDENTIAL, Service.NURSING)


def code_name(code: IntEnum) -> str:
    """Name of a code as files write it: ``home_care``."""
    return code.name.lower()


ROLE_NAMES = tuple(code_name(role) for role in Role)
SERVICE_NAMES = tuple(code_name(service) for service in Service)
CELL_NAMES = tuple(f"{code_name(service)}, {code_name(sector)}" for service, sector in CELLS)


class Figures:
    """Central values of `sim/data/population.csv` by name."""

    def __init__(self, values: dict[str, float]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> float:
        """One figure; KeyError names the file if it is missing."""
        if name not in self._values:
            message = f"sim/data/population.csv has no row {name!r}"
            raise KeyError(message)
        return self._values[name]

    def each(self, stem: str, names: Iterable[str]) -> Floats:
        """Figures ``stem.name`` for each of the names, in their order."""
        return np.array([self[f"{stem}.{name}"] for name in names])

    def by_role(self, stem: str) -> Floats:
        """Figures ``stem.care_worker`` and so on, in the order of `Role`."""
        return self.each(stem, ROLE_NAMES)

    def by_service(self, stem: str) -> Floats:
        """Figures ``stem.residential`` and so on, in the order of `Service`."""
        return self.each(stem, SERVICE_NAMES)


@cache
def figures() -> Figures:
    """The distribution parameters, read once."""
    return Figures({row["name"]: float(row["value"]) for row in read_rows("population.csv")})


def out_of_work_in_pool() -> float:
    """Share of people who look at care jobs from the pool of low-paid labour that is out of work."""
    return figures()["pool_out_of_work"]


@cache
def _margins() -> dict[tuple[str, str, str, str], float]:
    rows = read_rows("margins.csv")
    return {(row["series"], row["period"], row["geography"], row["breakdown"]): float(row["value"]) for row in rows}


def margin(series: str, breakdown: str, geography: str = ENGLAND, period: str = START) -> float:
    """One row of `sim/data/margins.csv`; KeyError names the file if it is missing."""
    key = (series, period, geography, breakdown)
    if key not in _margins():
        message = f"sim/data/margins.csv has no row {key}"
        raise KeyError(message)
    return _margins()[key]


def margins_of(series: str, breakdown: str, period: str = START) -> dict[str, float]:
    """Rows of one series and breakdown by geography."""
    return {
        geography: value
        for (one, when, geography, what), value in _margins().items()
        if one == series and what == breakdown and when == period
    }


def region_margins(series: str, breakdown: str, missing: float = np.nan) -> Floats:
    """[9] a series by region, with `missing` where nothing is published."""
    known = margins_of(series, breakdown)
    return np.array([known.get(region, missing) for region in load_places().regions])


def the_geography() -> Geography:
    """Geography with the reach that the population file states."""
    return load_geography(figures()["reach_km"], figures()["longest_local_km"])


def council_column(file: str, column: str) -> Floats:
    """[L] a column of a file with one row for each council, in council order; NaN where it is blank."""
    by_code = {row["code"]: row[column] for row in read_rows(file)}
    return np.array([float(by_code[code]) if by_code[code] else np.nan for code in load_places().council_codes])


def filled_by_region(values: Floats, size: Floats, region: NDArray[np.int8]) -> Floats:
    """Blanks of a count by council filled with the region's ratio of the count to `size`."""
    filled = values.copy()
    for one in np.unique(region):
        inside = region == one
        known = inside & ~np.isnan(values)
        blank = inside & np.isnan(values)
        filled[blank] = size[blank] * (values[known].sum() / size[known].sum())
    return filled
