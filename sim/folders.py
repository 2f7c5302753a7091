"""Folders of results: written beside their place and renamed when whole, read back by `load_results`."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.results import COLUMNS, SCHEMA, Results, Run, definitions, in_tables
from sim.series import Key, Measured
from sim.special_indicators import PER_PERSON_GROUPS
from sim.units import month_name, parse_month

MANIFEST = "manifest.json"
MONTHLY = "monthly.parquet"
YEARLY = "yearly.csv"
TABLES = {"england": "monthly_england.csv", "region": "monthly_regions.csv"}
DEFINITIONS = "definitions.csv"
DECIMALS = 6
"""Significant figures after the point that CSV tables show."""
AVERAGE = "mean"
"""Stands for the replicate in CSV tables, which show averages over replicates."""
Extra = Callable[[Path], None]


def check_target(target: Path) -> None:
    """Refuse a folder that holds anything but earlier results, or cannot be written, before hours are spent."""
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        found = f"{target} has something in it that is no result of this program"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a new or empty folder, or earlier results")])
    beside = _beside(target)
    beside.mkdir(parents=True)
    beside.rmdir()


def save_results(results: Results, target: Path, *, detail: bool, extra: Iterable[Extra] = ()) -> None:
    """Write everything to a new folder, then put it in the place of the old one; on failure nothing is left behind.

    Args:
        detail: whether groups of people are written.
        extra: functions that write further files into the folder they are given.
    """
    beside = _beside(target)
    beside.mkdir(parents=True)
    try:
        _write_monthly(results, beside / MONTHLY, detail)
        for area_type, name in TABLES.items():
            _write_rows(beside / name, COLUMNS, _averages(results, area_type, detail))
        _write_rows(
            beside / YEARLY, None, (row for row in results.years() if detail or not _detailed(row["indicator"]))
        )
        _write_rows(beside / DEFINITIONS, None, definitions())
        for write in extra:
            write(beside)
        _write_manifest(results, beside)
        _put_in_place(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    results.folder = target


def load_results(folder: str | Path) -> Results:
    """Results from a folder that `save_results` wrote. Raises ValueError for a layout of another version."""
    import pyarrow.parquet as pq

    folder = Path(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("schema") != SCHEMA:
        message = f"{folder}: results of layout {manifest.get('schema')}, this version reads {SCHEMA}"
        raise ValueError(message)
    seeds = {one["replicate"]: one["seed"] for one in manifest["replicates"]}
    file = pq.ParquetFile(folder / MONTHLY)
    runs = [_run_of(file.read_row_group(group), seeds) for group in range(file.num_row_groups)]
    return Results(tuple(runs), manifest, folder)


def _beside(target: Path) -> Path:
    return target.parent / f".{target.name}.{os.getpid()}.part"


def _put_in_place(beside: Path, target: Path) -> None:
    """Rename the finished folder; an earlier one is kept until that has worked."""
    old = target.parent / f".{target.name}.{os.getpid()}.old"
    if not target.exists():
        beside.rename(target)
        return
    target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _detailed(indicator: str) -> bool:
    return indicator in PER_PERSON_GROUPS


def _write_monthly(results: Results, path: Path, detail: bool) -> None:
    """One row group for each run, series by series and month by month."""
    import pyarrow.parquet as pq

    writer = None
    try:
        for run in results.runs:
            table = _table(run, detail)
            if writer is None:
                encoding = {"value": "BYTE_STREAM_SPLIT"}
                texts = [name for name in table.column_names if name != "value"]
                writer = pq.ParquetWriter(
                    path, table.schema, compression="zstd", use_dictionary=texts, column_encoding=encoding
                )
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    finally:
        if writer is not None:
            writer.close()


def _table(run: Run, detail: bool) -> Any:
    """Arrow table of one run; texts are coded, which keeps three million rows small."""
    import pyarrow as pa

    places = [place for place, key in enumerate(run.measured.keys) if detail or not _detailed(key.indicator)]
    values = run.measured.values[places]
    series, months = values.shape
    rows = values.size

    def coded(codes: np.ndarray, names: list[str]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string()))

    first = run.measured.first_month
    columns = {
        "scenario": coded(np.zeros(rows), [run.scenario]),
        "draw": pa.array(np.full(rows, run.draw, dtype=np.int32)),
        "replicate": pa.array(np.full(rows, run.replicate, dtype=np.int32)),
        "month": coded(np.tile(np.arange(months), series), [month_name(first + month) for month in range(months)]),
    }
    for column in Key._fields:
        names, codes = np.unique([getattr(run.measured.keys[place], column) for place in places], return_inverse=True)
        columns[column] = coded(np.repeat(codes, months), [str(name) for name in names])
    columns["value"] = pa.array(values.ravel(), from_pandas=True)
    return pa.table(columns)


def _run_of(table: Any, seeds: dict[int, int]) -> Run:
    """A run from its row group."""
    months = table.column("month").to_pylist()
    count = len(dict.fromkeys(months))
    firsts = table.take(list(range(0, table.num_rows, count)))
    keys = tuple(Key(*texts) for texts in zip(*(firsts.column(name).to_pylist() for name in Key._fields), strict=True))
    head = firsts.slice(0, 1).to_pylist()[0]
    values = table.column("value").to_numpy().reshape(len(keys), count)
    measured = Measured(keys, parse_month(months[0]), np.array(values))
    return Run(head["scenario"], head["draw"], head["replicate"], seeds[head["replicate"]], measured)


def _averages(results: Results, area_type: str, detail: bool) -> Iterator[dict[str, Any]]:
    """Rows of a CSV table: the mean over replicates of each series and month."""
    months = [month_name(month) for month in results.months]
    for scenario in results.scenarios:
        runs = results.of(scenario)
        mean = np.mean([run.measured.values for run in runs], axis=0)
        for place, key in enumerate(runs[0].measured.keys):
            if key.area_type != area_type or not in_tables(key) or (_detailed(key.indicator) and not detail):
                continue
            fixed = {"scenario": scenario, "draw": runs[0].draw, "replicate": AVERAGE, **key._asdict()}
            for month, value in zip(months, mean[place], strict=True):
                if not np.isnan(value):
                    yield {**fixed, "month": month, "value": value}


def _write_rows(path: Path, columns: Iterable[str] | None, rows: Iterable[dict[str, Any]]) -> None:
    """A CSV file; columns as in the first row if not given."""
    rows = iter(rows)
    first = next(rows, None)
    names = list(columns or (first or {}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        if first is not None:
            writer.writerow([_text(first[name]) for name in names])
        for row in rows:
            writer.writerow([_text(row[name]) for name in names])


def _text(value: Any) -> Any:
    """A number as people read it: no more figures than mean anything; nothing where there is nothing."""
    if isinstance(value, float):
        return (
            ""
            if np.isnan(value)
            else f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
            if abs(value) < 1e4
            else f"{value:.0f}"
        )
    return value


def _write_manifest(results: Results, folder: Path) -> None:
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[path.relative_to(folder).as_posix()] = {"bytes": path.stat().st_size, "sha256": digest}
    results.manifest["files"] = files
    text = json.dumps(results.manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
