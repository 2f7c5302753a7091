"""Draws of a posterior in a file: a line for each, a column for every parameter with a range."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from sim.calibration.priors import quantile_of, uncertain
from sim.calibration.runs import Job
from sim.parameters import Parameter, parameter_table
from sim.problems import SHOWN_CHARACTERS, Problem, ScenarioError, nearest_name

SLACK = 1e-5
"""Six digits are written of a value, so that one at an end of its range may seem to lie so much of it beyond."""


def draws(file: Path) -> list[Job]:
    """Draws of the posterior as runs without scale and seed; ScenarioError for a file that holds something else."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            first, *names = next(reader, [""])
            if first != "draw":
                raise _no_draws(file, 1, "first column", repr(first[:SHOWN_CHARACTERS]), "draw")
            _check_names(file, names)
            rows = [(reader.line_num, row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise _no_draws(file, 0, "file", str(problem), "a table of draws in CSV") from None
    if not rows:
        raise _no_draws(file, 1, "file", "no draws below its first line", "a line for each draw")
    return [Job(tuple(names), _quantiles(file, line, row, names), 0.0, 0) for line, row in rows]


def _no_draws(file: Path, line: int, field: str, found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(str(file), line, field[:SHOWN_CHARACTERS], found, expected)])


def _check_names(file: Path, names: Sequence[str]) -> None:
    """Every parameter with a range has a column, and nothing else has."""
    for name in names:
        if name not in uncertain():
            near = nearest_name(name, uncertain()) or uncertain()[0]
            raise _no_draws(file, 1, name or "a column", "no parameter with a range", f"such as {near}")
    for name in uncertain():
        if names.count(name) != 1:
            raise _no_draws(file, 1, name, f"{names.count(name)} columns", "one for every parameter with a range")


def _quantiles(file: Path, line: int, row: Sequence[str], names: Sequence[str]) -> tuple[float, ...]:
    """Quantiles of the priors at which the values of a line lie."""
    if len(row) != len(names) + 1:
        raise _no_draws(file, line, "line", f"{len(row)} values", f"{len(names) + 1}, as the first line has")
    known = parameter_table()
    return tuple(_quantile(file, line, text, known[name]) for name, text in zip(names, row[1:], strict=True))


def _quantile(file: Path, line: int, text: str, of: Parameter) -> float:
    """Quantile of the prior at which a value lies."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    slack = SLACK * max(abs(of.low), abs(of.high))
    if not of.low - slack <= value <= of.high + slack:
        expected = f"a number from {of.low:g} to {of.high:g}"
        raise _no_draws(file, line, of.parameter, repr(text[:SHOWN_CHARACTERS]), expected)
    return min(1.0, max(0.0, quantile_of(of.parameter, value)))
