"""``caresim doses``: what each lever does at several doses; finished levers are not run again."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from sim.doses.pictures import draw
from sim.doses.study import SHOWN, Response, responses
from sim.intervals import Interval
from sim.levers.base import all_levers
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
    output.mkdir(parents=True, exist_ok=True)
    known = _read(output / TABLE, made_by)
    progress = Lines(len(chosen))
    for name in chosen:
        if name in known:
            progress.skip(1)
        else:
            known[name] = list(responses(name, draws, scale, workers))
            _write(output / TABLE, known, (draws, scale, made_by))
            progress.advance(1)
        draw(name, known[name], draws, output / FIGURES / f"dose_{name}.png")
        progress.say(f"{name} is done")
    print(f"Table and figures: {output}")


def _chosen(names: list[str]) -> list[str]:
    known = all_levers()
    for name in names:
        if name not in known:
            expected = one_of(known, "levers")
            raise ScenarioError([Problem(COMMAND_LINE, 0, "doses", name, expected, nearest_name(name, known))])
    return names or list(known)


def _read(file: Path, made_by: str) -> dict[str, list[Response]]:
    """Finished levers of this code and these settings; other lines are left out and written over."""
    found: dict[str, list[Response]] = {}
    if not file.is_file():
        return found
    with file.open(encoding="utf-8", errors="replace", newline="") as table:
        rows = csv.DictReader(table)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            problem = Problem(COMMAND_LINE, 0, "--output", f"{file} is no work of this command", "another folder")
            raise ScenarioError([problem])
        for row in rows:
            if row.get("made_by") == made_by:
                mean, low, high = (float(row[each]) for each in ("change", "low", "high"))
                change = Interval(mean, low, high, int(row["draws"]))
                one = Response(row["lever"], float(row["dose"]), row["year"], BY_LABEL[row["indicator"]], change)
                found.setdefault(row["lever"], []).append(one)
    return found


def _write(file: Path, known: dict[str, list[Response]], settings: Iterable[object]) -> None:
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name in sorted(known):
            for one in known[name]:
                change = (one.change.mean, one.change.low, one.change.high)
                writer.writerow([name, one.dose, one.year, one.shown.label, one.shown.unit, *change, *settings])
    part.replace(file)
