"""Designs from a file: a CSV with a column for each axis and a row for each point."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.axes import Axis, axes_of
from sim.experiments.schema import MOST_RUNS, Study
from sim.loader import Node, plain, text_of
from sim.problems import Problem, ScenarioError, describe, nearest_name, printable

if TYPE_CHECKING:
    import pandas as pd

SUFFIX = ".csv"
POINT = "point"
"""A column that may number the points; they are numbered anew."""
_PLAIN_NAME = re.compile(r"\w[\w .-]*")
_TRUTH = {"true": True, "false": False}
LARGEST = 256 * 1024 * 1024
"""Bytes of a file of points, of which there may be a million."""
MOST_PROBLEMS = 20
"""Problems of a file that are told: a wrong column has as many as rows."""


def read_points(study: Study, design: Node, folder: Path | None) -> tuple[Study, list[Problem]]:
    """A study with the points of the file that its design names and with the file's hash, and what is wrong with it."""
    node = design.value["file"] if isinstance(design.value, dict) else design
    name = str(node.value)
    if folder is None or not _PLAIN_NAME.fullmatch(name) or not name.endswith(SUFFIX):
        expected = "the name of a CSV file in the study's folder, without a path"
        return study, [node.problem(describe(plain(node)), expected)]
    path = folder / name
    if not path.is_file():
        there = [each.name for each in sorted(folder.glob(f"*{SUFFIX}"))]
        return study, [node.problem("no such file", "a file beside the study", nearest_name(name, there))]
    if path.resolve().parent != folder.resolve():
        return study, [node.problem(f"{describe(name)}, a link out of its folder", "a file in the study's folder")]
    try:
        rows, problems = _rows(text_of(path, str(path), "CSV", LARGEST), str(path), axes_of(study))
    except ScenarioError as error:
        return study, error.problems
    if problems:
        return study, problems[:MOST_PROBLEMS]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if study.design.sha256 not in (None, digest):
        return study, [node.problem(f"{describe(name)}, in which are other points", "the file the study was made with")]
    hashed = study.model_copy(update={"design": study.design.model_copy(update={"sha256": digest})})
    hashed._parts = study.parts._replace(points=_table(rows, axes_of(study)))
    return hashed, []


def _rows(text: str, file: str, axes: tuple[Axis, ...]) -> tuple[list[list[Any]], list[Problem]]:
    """Values in the order of the axes, and what is wrong with single ones."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        wrong = _wrong_columns(header, file, axes)
        if wrong:
            raise ScenarioError(wrong)
        rows: list[list[Any]] = []
        problems: list[Problem] = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            if len(cells) != len(header):
                problems.append(Problem(file, line, "row", f"{len(cells)} cells", f"{len(header)}, as in line 1"))
                continue
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            read = [_value(row[axis.name], axis) for axis in axes]
            problems += [
                Problem(file, line, axis.name, describe(row[axis.name]), _expected(axis))
                for axis, value in zip(axes, read, strict=True)
                if value is None
            ]
            rows.append(read)
    except csv.Error as error:
        found = f"not readable as CSV: {error}"
        raise ScenarioError([Problem(file, reader.line_num, "file", found, "cells with commas between them")]) from None
    if not 1 <= len(rows) <= MOST_RUNS and not problems:
        problems.append(Problem(file, 1, "file", f"{len(rows)} points", f"1 to {MOST_RUNS}, a row each"))
    return rows, problems


def _wrong_columns(header: list[str], file: str, axes: tuple[Axis, ...]) -> list[Problem]:
    names = [axis.name for axis in axes]
    expected = "a column for each axis of the study: " + ", ".join(names)
    unknown = [
        Problem(
            file, 1, printable(name) or "blank heading", "no axis of the study", expected, nearest_name(name, names)
        )
        for name in header
        if name not in (*names, POINT)
    ]
    missing = [Problem(file, 1, name, "no such column", expected) for name in names if name not in header]
    twice = [Problem(file, 1, name, "a column twice", expected) for name in names if header.count(name) > 1]
    return unknown + missing + twice


def _value(text: str, axis: Axis) -> Any:
    """A cell as a value that the axis may have; None if it is none."""
    for value in (text, _TRUTH.get(text.lower()), _number(text)):
        if value is not None and axis.holds(value):
            return axis.exactly(value)
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _expected(axis: Axis) -> str:
    if axis.values is None:
        return f"a number, {axis.low:g} to {axis.high:g}"
    return "one of " + ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in axis.values)


def _table(rows: list[list[Any]], axes: tuple[Axis, ...]) -> pd.DataFrame:
    import pandas as pd

    columns = {axis.name: [row[place] for row in rows] for place, axis in enumerate(axes)}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows), name=POINT))
