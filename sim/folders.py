"""Folders of results: written beside their place and renamed when whole, read back by `load_results`."""

from __future__ import annotations

import csv
import errno
import hashlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.results import SCHEMA, Results, definitions, run_columns
from sim.settings import setting
from sim.units import parse_month

MANIFEST = "manifest.json"
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
PART, OLD = ".part", ".old"
"""Endings of folders that are on their way in and out."""
Extra = Callable[[Results, Path], None]


def real(folder: Path) -> Path:
    """The folder that is meant: what a link leads to, and the name of the one that a dot stands for.

    Results are put in the place of a folder by its name, which must be its own. ScenarioError for links in a circle.
    """
    try:
        return folder.resolve() if folder.is_symlink() or folder.name in ("", "..") else folder
    except (OSError, RuntimeError):
        found = f"{folder} is a link that leads nowhere"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a folder, which may be new")]) from None


def check_target(target: Path) -> None:
    """Refuse a folder that holds anything but earlier results, or cannot be written, before hours are spent."""
    target = real(target)
    if target.is_dir() and any(target.iterdir()) and _files_of(target) is None:
        found = f"{target} has something in it that is no result of this program"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a new or empty folder, or earlier results")])
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        _new_folder_beside(target, PART).rmdir()
    except OSError as problem:
        found = f"{target} cannot be made ({problem.strerror})"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a folder that can be written to")]) from None
    finally:
        for folder in missing:
            if folder.is_dir():
                folder.rmdir()


def save_results(
    results: Results, target: Path, *, detail: bool, all_months: bool = False, extra: Iterable[Extra] = ()
) -> None:
    """Write everything to a new folder, then put it in the place of the old one; on failure nothing is left behind.

    Args:
        results: what to write.
        target: the folder; earlier results in it are replaced.
        detail: whether groups of people are written.
        all_months: whether the monthly table is written however long it is.
        extra: functions that write further files of the results into the folder they are given.
    """
    target = real(target)
    beside = _new_folder_beside(target, PART)
    try:
        _write_tables(results, beside, detail, all_months)
        for write in extra:
            write(results, beside)
        _write_manifest(results, beside)
        _put_in_place(beside, target)
    except OSError as problem:
        why = f"results cannot be written ({problem.strerror or problem}); runs that are finished are not made again"
        raise OSError(problem.errno or errno.EIO, why, str(target)) from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)
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


def _new_folder_beside(target: Path, ending: str) -> Path:
    """A folder for what is on its way to a place, or out of it; what a process that was killed left is stepped over."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        folder = target.parent / f".{target.name}.{os.getpid()}{f'-{number}' if number else ''}{ending}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError


def _put_in_place(beside: Path, target: Path) -> None:
    """Rename the finished folder; an earlier one is kept until that has worked."""
    if not target.exists():
        beside.rename(target)
        return
    old = _new_folder_beside(target, OLD)
    try:
        target.rename(old)
    except OSError:  # such as the place of a mount, which has to stay
        old.rmdir()
        _fill(beside, target)
        return
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    _keep_the_users(old, target)
    shutil.rmtree(old)


def _fill(beside: Path, target: Path) -> None:
    """Put what is finished into a folder that cannot be renamed; what was there is kept until that has worked."""
    old = _new_folder_beside(target / "all", OLD)
    for entry in [entry for entry in target.iterdir() if entry != old]:
        entry.rename(old / entry.name)
    try:
        for entry in list(beside.iterdir()):
            shutil.move(entry, target / entry.name)
    except OSError:
        for entry in [entry for entry in target.iterdir() if entry != old]:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        for entry in list(old.iterdir()):
            entry.rename(target / entry.name)
        old.rmdir()
        raise
    _keep_the_users(old, target)
    shutil.rmtree(old)


def _keep_the_users(old: Path, target: Path) -> None:
    """What somebody else put into a folder of results, or changed there, is kept when the results are replaced."""
    ours = _files_of(old) or {}
    for entry in sorted(old.rglob("*")):
        name = entry.relative_to(old)
        whole = entry.is_symlink() or entry.is_file() or (entry.is_dir() and not any(entry.iterdir()))
        if whole and name.as_posix() != MANIFEST and not _is_as_written(entry, ours.get(name.as_posix())):
            kept = _free_name(target / name)
            kept.parent.mkdir(parents=True, exist_ok=True)
            entry.rename(kept)
            if kept.name != name.name:
                sys.stderr.write(f"caresim: {target / name} was somebody else's work; it is kept as {kept}\n")


def _is_as_written(entry: Path, told: Any) -> bool:
    """Whether a file is the one that the manifest tells of."""
    if told is None or entry.is_symlink() or not entry.is_file():
        return False
    return bool(entry.stat().st_size == told["bytes"] and _digest(entry) == told["sha256"])


def _free_name(path: Path) -> Path:
    """The path, or where that is taken a name like it that is not."""
    names = itertools.chain(
        [path], (path.with_name(f"{path.stem}.kept{n or ''}{path.suffix}") for n in itertools.count())
    )
    return next(name for name in names if not os.path.lexists(name))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files_of(folder: Path) -> dict[str, Any] | None:
    """Files that the manifest of earlier results lists; None if there is no such manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return dict(manifest["files"]) if {"schema", "code_hash", "scenarios"} <= set(manifest) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


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
    arrow_csv.write_csv(yearly_table(results, detail), folder / YEARLY)
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


def _write_monthly(results: Results, path: Path, detail: bool) -> None:
    """One row group for each run."""
    import pyarrow.parquet as pq

    from sim.tables import monthly_table

    writer = None
    try:
        for run in results.runs:
            table = monthly_table(run, detail)
            if writer is None:
                # Splitting the bytes of floats by significance makes them compress better.
                encoding = {"value": "BYTE_STREAM_SPLIT"}
                texts = [name for name in table.column_names if name != "value"]
                writer = pq.ParquetWriter(
                    path, table.schema, compression="zstd", use_dictionary=texts, column_encoding=encoding
                )
            writer.write_table(table, row_group_size=table.num_rows)
    finally:
        if writer is not None:
            writer.close()


def _write_manifest(results: Results, folder: Path) -> None:
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            files[name] = {"bytes": path.stat().st_size, "sha256": _digest(path)}
    results.manifest["files"] = files
    text = json.dumps(results.manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
