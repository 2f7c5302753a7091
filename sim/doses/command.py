"""``caresim doses``: what each lever does at several doses; finished levers are not run again."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable
from pathlib import Path

from sim.doses.pictures import draw
from sim.doses.study import SHOWN, Response, doses_of, responses
from sim.intervals import Interval
from sim.levers.base import all_levers
from sim.lock import FILES as LOCKS
from sim.lock import FolderLock
from sim.problems import COMMAND_LINE, Problem, ScenarioError, nearest_name, one_of
from sim.progress import Lines
from sim.provenance import fingerprint, makers

COLUMNS = ("lever", "dose", "year", "indicator", "unit", "change", "low", "high", "draws", "scale", "made_by")
TABLE, FIGURES = "doses.csv", "figures"
BY_LABEL = {shown.label: shown for shown in SHOWN}


def measure_doses(output: Path, names: list[str], draws: int, scale: float, workers: int) -> None:
    """Run the levers named, all if none is, and write table and figures into a folder."""
    chosen = _chosen(names)
    made_by = fingerprint([makers(), draws, scale, SHOWN])
    figures = {name: output / FIGURES / f"dose_{name}.png" for name in chosen}
    _check(output, made_by, figures.values())
    output.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(output).take()  # two at once would each write the table without what the other found
    try:
        _measure(output, figures, draws, scale, workers, made_by)
    finally:
        lock.let_go()
    print(f"Table and figures: {output}")


def _measure(output: Path, figures: dict[str, Path], draws: int, scale: float, workers: int, made_by: str) -> None:
    """Run the levers that the table does not hold, and draw the figures that are missing."""
    known = read_doses(output / TABLE)
    progress = Lines(len(figures))
    for name, figure in figures.items():
        if name in known:
            progress.skip(1)
        else:
            known[name] = list(responses(name, draws, scale, workers))
            _write(output / TABLE, known, (draws, scale, made_by))
            progress.advance(1)
            if os.path.lexists(figure):
                progress.say(f"{figure} was there before and stays as it is")
        if not os.path.lexists(figure):
            draw(name, known[name], draws, figure)
        progress.say(f"{name} is done")


def _chosen(names: list[str]) -> list[str]:
    known = all_levers()
    for name in names:
        if name not in known:
            expected = one_of(known, "levers")
            raise ScenarioError([Problem(COMMAND_LINE, 0, "doses", name, expected, nearest_name(name, known))])
    return list(dict.fromkeys(names)) or list(known)


def _check(output: Path, made_by: str, figures: Iterable[Path]) -> None:
    """Refuse a folder in which results can't be written or that holds others, before any run."""
    found = ""
    files = [(file, Path.is_file) for file in (output / TABLE, *figures)]
    for place, right in (*files, (output / FIGURES, Path.is_dir)):
        if place.exists() and not right(place):
            found = f"{place} is in the way"
    others = output.is_dir() and any(not _is_part(entry) for entry in output.iterdir())
    if not found and others and not (output / TABLE).is_file():
        found = f"{output} has something in it that is no work of this command"
    if not found and (output / TABLE).is_file():
        rows = _rows(output / TABLE)
        if rows is None:
            found = f"{output / TABLE} is no work of this command"
        elif not all(made_by.startswith(row.get("made_by") or "") for row in rows):  # a last line may be cut short
            found = f"{output / TABLE} holds doses of other draws, another scale or another version"
    if found:
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "another folder, or that it is moved away")])


def _rows(file: Path) -> list[dict[str, str]] | None:
    """Lines of a table of doses; None for any other file."""
    with file.open(encoding="utf-8", errors="replace", newline="") as table:
        rows = csv.DictReader(line.replace("\0", "") for line in table)
        try:
            return list(rows) if tuple(rows.fieldnames or ()) == COLUMNS else None
        except csv.Error:
            return None


def read_doses(file: Path) -> dict[str, list[Response]]:
    """Levers of which all doses stand in a table; a damaged line leaves its lever out, which is then run again."""
    found: dict[str, list[Response]] = {}
    for row in (_rows(file) if file.is_file() else None) or []:
        one = _response(row)
        if one is not None:
            found.setdefault(one.lever, []).append(one)
    return {name: kept for name, kept in found.items() if name in all_levers() and _whole(name, kept)}


def _whole(name: str, kept: list[Response]) -> bool:
    shown = [(one.dose, one.shown) for one in kept]
    return shown == [(dose, each) for dose in doses_of(name) for each in SHOWN]


def _response(row: dict[str, str]) -> Response | None:
    """What a line says; None if it is damaged."""
    try:
        mean, low, high = (float(row[each]) for each in ("change", "low", "high"))
        change = Interval(mean, low, high, int(row["draws"]))
        if not all(map(math.isfinite, change)):
            return None
        return Response(row["lever"], float(row["dose"]), row["year"], BY_LABEL[row["indicator"]], change)
    except (ValueError, TypeError, KeyError):
        return None


def _is_part(entry: Path) -> bool:
    """Whether a file is of the lock, or was on its way to be the table when its process was killed."""
    return entry.name in LOCKS or (entry.name.startswith(f".{TABLE}.") and entry.name.endswith(".part"))


def _write(file: Path, known: dict[str, list[Response]], settings: Iterable[object]) -> None:
    part = file.with_name(f".{TABLE}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name in sorted(known):
            for one in known[name]:
                change = (one.change.mean, one.change.low, one.change.high)
                writer.writerow([name, one.dose, one.year, one.shown.label, one.shown.unit, *change, *settings])
    part.replace(file)
