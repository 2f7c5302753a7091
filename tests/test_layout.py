"""The page on results tells the truth: every file and every column there is, and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small import SCALE, private_store

from sim import compare
from sim.detail import DIMENSIONS
from sim.documentation.layout import FILES, column_names
from sim.documentation.pages import DOCS
from sim.documentation.results import _areas, _groups
from sim.results import Results
from sim.special_indicators import PER_PERSON_GROUPS, SPECIAL

BASE: dict[str, Any] = {
    "name": "Enacted law",
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2016-04", "to": "2017-03"},
}
OTHER: dict[str, Any] = {
    **BASE,
    "name": "Raised",
    "levers": [{"national_living_wage": {"from": "2016-10", "percent": 10.0}}],
}
SHOWN = {"manifest.json", "report.html", "report.xlsx", "figures"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    asked = ["groups", "role,service", *(name for name in DIMENSIONS if name not in ("role", "service"))]
    with private_store(tmp_path_factory.mktemp("store")):
        output = tmp_path_factory.mktemp("results") / "new"
        yield compare(BASE, [OTHER], output=output, detail=asked, people=40, providers=20).results


def columns_of(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_every_file_is_described_and_every_file_described_is_written(results: Results) -> None:
    assert results.folder is not None
    written = {path.name for path in results.folder.iterdir()}
    assert written == {name for file in FILES for name in file.names} | SHOWN


@pytest.mark.parametrize("name", [name for file in FILES for name in file.names])
def test_every_column_is_described_in_its_order(results: Results, name: str) -> None:
    assert results.folder is not None
    file = next(file for file in FILES if name in file.names)
    assert columns_of(results.folder / name) == column_names(file.columns)
    assert all(meaning for meaning in file.columns.values())


def test_areas_and_groups_of_indicators_are_those_measured(results: Results) -> None:
    keys = results.runs[0].measured.keys
    for name in SPECIAL:
        assert {key.area_type for key in keys if key.indicator == name} == set(_areas(name))
        if name not in PER_PERSON_GROUPS:
            assert {key.group_type for key in keys if key.indicator == name} == {_groups(name)}


def test_the_page_lists_every_indicator_place_and_dimension(results: Results) -> None:
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    names = {key.indicator for key in results.runs[0].measured.keys} | set(DIMENSIONS)
    names |= set(results.events["event"].astype(str)) | set(results.crossings["indicator"].astype(str))
    names |= {name for name in results.moves["to"].astype(str) if " " not in name}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
