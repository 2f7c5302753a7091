"""Folders of results: what is in them, written whole or not at all, and read back by `load_results`."""

from __future__ import annotations

import csv
import errno
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.replacing import MANIFEST, Kind, check_replaceable, replaced
from sim.results import SCHEMA, Results, definitions, run_columns
from sim.settings import setting
from sim.units import parse_month

MONTHLY = "monthly.parquet"
YEARLY = "yearly.csv"
TABLES = {"england": "monthly_england.csv", "region": "monthly_regions.csv"}
DEFINITIONS = "definitions.csv"
FURTHER = {
    "moves": "moves",
    "places": "places",
    "money": "money",
    "crossings": "crossings",
    "events": "simulated_events",
    "panel": "simulated_people",
    "provider_panel": "simulated_providers",
}
"""Files, without their ending, of the further tables; names of those about single people and providers say what they
are."""
SIMULATED = "Simulated people and providers, drawn at random. None of them exists; this is no evidence about anybody."
RESULTS = Kind("result", frozenset({"schema", "code_hash", "scenarios"}))
Extra = Callable[[Results, Path], None]


def real(folder: Path) -> Path:
    """The folder that is meant: what a link leads to, and the one that dots stand for; ScenarioError for a circle."""
    try:
        return folder.resolve() if folder.is_symlink() or not folder.name or ".." in folder.parts else folder
    except (OSError, RuntimeError):
        found = f"{folder} is a link that leads nowhere"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a folder, which may be new")]) from None


def check_target(target: Path) -> None:
    """Refuse a folder that holds anything but earlier results, or cannot be written, before hours are spent."""
    check_replaceable(real(target), RESULTS)


def save_results(
    results: Results, target: Path, *, detail: bool, all_months: bool = False, extra: Iterable[Extra] = ()
) -> None:
    """Write everything, then put it in the place of what was there; on failure that is as it was.

    Args:
        results: what to write.
        target: the folder; earlier results in it are replaced.
        detail: whether groups of people are written.
        all_months: whether the monthly table is written however long it is.
        extra: functions that write further files of the results into the folder they are given.
    """
    target = real(target)
    try:
        with replaced(target, RESULTS, results.manifest) as folder:
            _write_tables(results, folder, detail, all_months)
            for write in extra:
                write(results, folder)
    except OSError as problem:
        where = f": {problem.filename}" if problem.filename else ""
        found = f"{problem.strerror or problem}{where}"
        why = f"results cannot be written ({found}); runs that are finished are not made again"
        raise OSError(problem.errno or errno.EIO, why, str(target)) from problem
    results.folder = target


def load_results(folder: str | Path) -> Results:
    """Results from a folder that `save_results` wrote.

    Raises ValueError for a layout of another version, or if the monthly table was left out.
    """
    import pyarrow.parquet as pq

    from sim.tables import run_of

    folder = Path(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("schema") != SCHEMA:
        message = f"{folder}: results of layout {manifest.get('schema')}, this version reads {SCHEMA}"
        raise ValueError(message)
    if not (folder / MONTHLY).is_file():
        message = f"{folder}: no {MONTHLY}, which was left out for its length: run again with --detail months"
        raise ValueError(message)
    seeds = {one["replicate"]: one["seed"] for one in manifest["replicates"]}
    months = range(parse_month(manifest["window"]["from"]), parse_month(manifest["window"]["to"]) + 1)
    file = pq.ParquetFile(folder / MONTHLY)
    paths = {name: folder / f"{stem}.parquet" for name, stem in FURTHER.items()}
    further = {name: pq.read_table(path) for name, path in paths.items() if path.is_file()}
    runs = [run_of(file.read_row_group(group), months, seeds, further) for group in range(file.num_row_groups)]
    return Results(tuple(runs), manifest, folder)


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write a CSV file with the columns of its first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_tables(results: Results, folder: Path, detail: bool, all_months: bool) -> None:
    from pyarrow import csv as arrow_csv

    from sim.tables import average_table, yearly_table

    rows = sum(run.measured.values.size for run in results.runs)
    if all_months or rows <= int(setting("monthly_rows")):
        _write_monthly(results, folder / MONTHLY, detail)
    else:
        sys.stderr.write(f"caresim: {MONTHLY} is left out, as it would have {rows:,} rows; ask with --detail months\n")
    for area_type, name in TABLES.items():
        arrow_csv.write_csv(average_table(results, area_type, detail), folder / name)
    yearly = yearly_table(results, detail)
    arrow_csv.write_csv(yearly, folder / YEARLY)
    if yearly.num_rows == 0:
        sys.stderr.write(f"caresim: {YEARLY} has no rows, as the window holds no whole financial year \n")
    write_rows(folder / DEFINITIONS, definitions())
    _write_further(results, folder)


def _write_further(results: Results, folder: Path) -> None:
    """Moves, places and whatever else was asked for: every month as Parquet, and as CSV what people can read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sim.further_tables import csv_tables

    for name, stem in FURTHER.items():
        if results.has(name):
            parts = [run_columns(run, run.measured.tables[name]) for run in results.runs]
            table = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
            if stem.startswith("simulated"):
                table = table.replace_schema_metadata({"note": SIMULATED})
            pq.write_table(table, folder / f"{stem}.parquet", compression="zstd")
    for name, frame in csv_tables(results, int(setting("csv_rows"))).items():
        frame.to_csv(folder / f"{FURTHER[name]}.csv", index=False, lineterminator="\n")


def _parquet_options(columns: list[str]) -> dict[str, Any]:
    """How the monthly table is written.

    Splitting the bytes of floats by significance makes them compress better. Lowest and highest values are kept only
    of what differs from run to run: of anything else they are the same in every row group, so that no reader gains, and
    finding them took as long as all the rest.
    """
    return {
        "compression": "zstd",
        "use_dictionary": [name for name in columns if name != "value"],
        "column_encoding": {"value": "BYTE_STREAM_SPLIT"},
        "write_statistics": ["scenario", "draw", "replicate"],
    }


def _write_monthly(results: Results, path: Path, detail: bool) -> None:
    """One row group for each run."""
    import pyarrow.parquet as pq

    from sim.tables import monthly_table

    writer = None
    try:
        for run in results.runs:
            table = monthly_table(run, detail)
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, **_parquet_options(table.column_names))
            writer.write_table(table, row_group_size=table.num_rows)
    finally:
        if writer is not None:
            writer.close()
