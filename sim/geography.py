"""Councils, regions and integrated care systems of England: who lies in what, and how far apart.

Rows are fixed: councils, regions and integrated care systems stand in the order of their ONS codes. Boundaries are
those of April 2023 (councils) and April 2024 (integrated care boards); a council belongs to the system in which most
of its residents of 2021 live. Sources of every column: `sim/data/README.md`.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.shipped import PACKAGE

DATA: Path = PACKAGE / "data"
OPEN_COAST = "open"
METRES_PER_KM = 1000.0

Floats = NDArray[np.float64]
Rows = list[dict[str, str]]


class Geography(NamedTuple):
    """Plain arrays for kernels: `L` councils, `E` pairs of councils in reach."""

    region: NDArray[np.int8]
    """[L] row of the region."""
    ics: NDArray[np.int16]
    """[L] row of the integrated care system."""
    rural: Floats
    """[L] share of residents who live in rural areas (2021 Rural-Urban Classification)."""
    coastal: NDArray[np.int8]
    """[L] 1 on the open coast."""
    easting_km: Floats
    """[L] easting of the population centre, British National Grid, km."""
    northing_km: Floats
    """[L] northing of the population centre, km."""
    area_km2: Floats
    """[L] area, square km."""
    local_km: Floats
    """[L] typical distance from home to a job within the council, km."""
    population: Floats
    """[L] residents, Census 2021."""
    working_age: Floats
    """[L] residents aged 16 to 64, mid-2023."""
    neighbour_start: NDArray[np.int32]
    """[L + 1] first place of each council in the lists of councils in reach."""
    neighbour_council: NDArray[np.int16]
    """[E] councils in reach, nearest first; the council itself heads its list."""
    neighbour_km: Floats
    """[E] distance between population centres, km; 0 for the council itself."""
    neighbour_border: NDArray[np.int8]
    """[E] 1 where the two share a border, or are one."""


class Places(NamedTuple):
    """Codes and names of the rows of `Geography`."""

    council_codes: tuple[str, ...]
    councils: tuple[str, ...]
    short_names: tuple[str, ...]
    region_codes: tuple[str, ...]
    regions: tuple[str, ...]
    ics_codes: tuple[str, ...]
    ics: tuple[str, ...]


def read_rows(name: str) -> Rows:
    """Rows of a file in `sim/data/`."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def council_rows() -> tuple[dict[str, str], ...]:
    """Rows of `councils.csv` in the order of their codes."""
    return tuple(sorted(read_rows("councils.csv"), key=lambda row: row["code"]))


def _names_by_code(code: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = sorted({(row[code], row[name]) for row in council_rows()})
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


@cache
def load_places() -> Places:
    """Codes and names, read once."""
    rows = council_rows()
    region_codes, regions = _names_by_code("region_code", "region")
    ics_codes, systems = _names_by_code("ics_code", "ics")
    return Places(
        council_codes=tuple(row["code"] for row in rows),
        councils=tuple(row["name"] for row in rows),
        short_names=tuple(row["short_name"] for row in rows),
        region_codes=region_codes,
        regions=regions,
        ics_codes=ics_codes,
        ics=systems,
    )


def _column(name: str) -> Floats:
    return np.array([float(row[name]) for row in council_rows()])


def local_distance(area_km2: Floats, longest_km: float) -> Floats:
    """Typical distance from home to a job in the same council, km.

    Mean distance from the centre of a disc of the same area, two thirds of its radius, up to `longest_km`: in a large
    county people live near their job, not spread at random.
    """
    return np.minimum(2.0 / 3.0 * np.sqrt(area_km2 / math.pi), longest_km)


def _neighbour_lists(codes: tuple[str, ...], reach_km: float) -> tuple[NDArray[np.int32], list[tuple[int, float, int]]]:
    """Starts and (council, km, border) of councils in reach: within `reach_km`, or sharing a border."""
    row_of = {code: row for row, code in enumerate(codes)}
    lists = [{(0.0, row, 1)} for row in range(len(codes))]
    for pair in read_rows("neighbours.csv"):
        km, border = float(pair["km"]), int(pair["contiguous"])
        if km <= reach_km or border:
            one, other = row_of[pair["code"]], row_of[pair["neighbour_code"]]
            lists[one].add((km, other, border))
            lists[other].add((km, one, border))
    start = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int32)
    return start, [(council, km, border) for one in lists for km, council, border in sorted(one)]


@cache
def load_geography(reach_km: float, longest_local_km: float) -> Geography:
    """Arrays of all councils; `reach_km` limits lists of neighbours, `longest_local_km` journeys within a council."""
    rows, places = council_rows(), load_places()
    area = _column("area_km2")
    start, pairs = _neighbour_lists(places.council_codes, reach_km)
    geography = Geography(
        region=np.array([places.region_codes.index(row["region_code"]) for row in rows], dtype=np.int8),
        ics=np.array([places.ics_codes.index(row["ics_code"]) for row in rows], dtype=np.int16),
        rural=_column("rural_share"),
        coastal=np.array([row["coastal"] == OPEN_COAST for row in rows], dtype=np.int8),
        easting_km=_column("bng_e") / METRES_PER_KM,
        northing_km=_column("bng_n") / METRES_PER_KM,
        area_km2=area,
        local_km=local_distance(area, longest_local_km),
        population=_column("pop_census2021"),
        working_age=_column("pop_16_64"),
        neighbour_start=start,
        neighbour_council=np.array([pair[0] for pair in pairs], dtype=np.int16),
        neighbour_km=np.array([pair[1] for pair in pairs]),
        neighbour_border=np.array([pair[2] for pair in pairs], dtype=np.int8),
    )
    for array in geography:
        array.setflags(write=False)
    return geography
