"""``caresim results``: the studies there are, what one of them shows, and its table for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.journal import YEAR
from sim.experiments.study_results import (
    MANIFEST,
    POINT,
    REFERENCE,
    REPLICATE,
    StudyResults,
    holds_study,
    read_study,
)
from sim.experiments.wording import change_unit, figure
from sim.problems import COMMAND_LINE, Problem, ScenarioError, nearest_name

if TYPE_CHECKING:
    import pandas as pd

POINTS_SHOWN = 40
"""Longest table that is printed in full."""
BYTES_PER_MB = 1_000_000
FIGURES, FIGURES_OF_ERRORS, FIGURES_OF_AXES = 4, 2, 6
"""Told of means, of their standard errors and of the values of axes."""


def list_studies(folder: Path, named: Mapping[str, Path]) -> None:
    """Print the studies in a folder."""
    if named:
        option = f"--{next(iter(named))}"
        expected = "the name of a study before it (`caresim results` lists them)"
        raise ScenarioError([Problem(COMMAND_LINE, 0, option, "no study named", expected)])
    rows, damaged = [], []
    for place in studies_in(folder):
        try:
            rows.append(_row(read_study(place)))
        except ScenarioError as problem:  # the others are listed all the same
            damaged.append(str(problem))
    for words in damaged:
        print(f"Note: {words}")
    if not rows:
        print(f"No studies in {folder}. `caresim sweep FILE` makes one.")
        return
    _print(["study", "title", "runs", "done", "failed", "last at work", "size"], rows, f"Studies in {folder}")


def studies_in(folder: Path) -> list[Path]:
    """Folders of studies, by name."""
    return sorted(manifest.parent for manifest in folder.glob(f"*/{MANIFEST}") if holds_study(manifest.parent))


def _row(results: StudyResults) -> list[str]:
    counts = results.counts()
    last = results.manifest["sessions"][-1]
    when = str(last.get("ended") or last["started"]).replace("T", " ")[: len("2026-01-01 00:00")]
    size = sum(file.stat().st_size for file in results.folder.rglob("*") if file.is_file())
    told = [f"{counts[name]:,}" for name in ("of", "done", "failed")]
    return [results.folder.name, results.manifest["study"], *told, when, f"{size / BYTES_PER_MB:,.1f} MB"]


def show(study: str, folder: Path, named: Mapping[str, Path], *, changes: bool) -> None:
    """Print what a study shows in its last financial year, and write its table to files.

    Args:
        study: name of a study, or its folder.
        folder: where studies lie.
        named: files to write, by format.
        changes: whether these hold changes against the reference in place of levels.
    """
    from sim.experiments.exports import check_place, export

    results = find(study, folder)
    if changes and not results.has_reference:
        found = f"{results.manifest['study']!r} has no levers, and so no reference"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--changes", found, "a study in which levers vary")])
    for kind, place in named.items():
        check_place(kind, place)
    counts = results.counts()
    left = counts["of"] - counts["done"] - counts["failed"]
    print(f"{results.manifest['study']}: {counts['done']:,} runs done, {counts['failed']:,} failed, {left:,} left")
    table = results.table()
    if table.empty:
        print("Nothing is finished yet.")
    else:
        _show_last_year(results, table)
    for kind, place in named.items():
        export(results, results.changes() if changes else table, kind, place)
        print(f"Written: {place}")


def find(study: str, folder: Path) -> StudyResults:
    """A study by its name in a folder, or by its own folder; ScenarioError where there is none."""
    for place in (folder / study, Path(study)):
        if holds_study(place):
            return read_study(place)
    known = [place.name for place in studies_in(folder)]
    expected = f"a study in {folder}" + (f": {', '.join(known)}" if known else "; there is none yet")
    raise ScenarioError(
        [Problem(COMMAND_LINE, 0, "STUDY", f"no study {study!r}", expected, nearest_name(study, known))]
    )


def _show_last_year(results: StudyResults, table: pd.DataFrame) -> None:
    """Means over replicates or draws by point, with standard errors, of levels and of changes."""
    each = "draw" if results.manifest.get("drawn") else "replicate"
    year = str(table[YEAR].cat.categories[-1])
    levels = table[~table[REFERENCE]]
    units = {one["name"]: one["unit"] for one in results.manifest["outcomes"]}
    _show(results, levels[levels[YEAR] == year], units, f"{year}: mean over {each}s (standard error)")
    if results.has_reference:
        differences = results.changes()
        title = f"{year}: change against the reference, paired by {each} (standard error)"
        units = {one["name"]: change_unit(one["unit"]) for one in results.manifest["outcomes"]}
        _show(results, differences[differences[YEAR] == year], units, title)


def _show(results: StudyResults, rows: pd.DataFrame, units: Mapping[str, str], title: str) -> None:
    outcomes = results.manifest["outcomes"]
    by_point = rows.groupby(POINT)
    means, errors = summary(rows, results.outcomes)
    axes = by_point[results.axes()].first()
    headings = [POINT, *results.axes(), "runs", *(f"{one['label']}, {units[one['name']]}" for one in outcomes)]
    cells = []
    for point in means.index[:POINTS_SHOWN]:
        values = [
            _value(means.at[point, one["name"]] / one["per"], errors.at[point, one["name"]] / one["per"])
            for one in outcomes
        ]
        where = [_plain(axes.at[point, name]) for name in results.axes()]
        cells.append([str(point), *where, str(by_point[REPLICATE].count()[point]), *values])
    _print(headings, cells, title)
    if len(means) > POINTS_SHOWN:
        print(f"and {len(means) - POINTS_SHOWN:,} points more; write them to a file with --csv, --stata or --parquet")


def summary(rows: pd.DataFrame, outcomes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means over replicates by point, and their standard errors (missing for one replicate)."""
    by_point = rows.groupby(POINT)[outcomes]
    return by_point.mean(), by_point.sem()


def _value(mean: float, error: float) -> str:
    text = figure(mean, digits=FIGURES)
    return text if np.isnan(error) else f"{text} ({figure(error, digits=FIGURES_OF_ERRORS)})"


def _plain(value: Any) -> str:
    return figure(value, digits=FIGURES_OF_AXES) if isinstance(value, float) else str(value)


def _print(headings: list[str], rows: list[list[str]], title: str) -> None:
    """A table that fits the terminal, or lines with tabs where a program reads them."""
    import sys

    if not sys.stdout.isatty():
        print(title)
        for row in [headings, *rows]:
            print("\t".join(row))
        return
    from rich.markup import escape
    from rich.table import Table

    from sim.terminal import console

    table = Table(*map(escape, headings), title=escape(title))
    for row in rows:
        table.add_row(*map(escape, row))
    console().print(table)
