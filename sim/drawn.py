"""Draws of the behavioural parameters for use: ``sim/data/posterior_use.csv``, inferred from figures of all years."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sim.parameters import Behaviour, Parameter, behaviour, parameter_table, uncertain
from sim.problems import COMMAND_LINE, SHOWN_CHARACTERS, Problem, ScenarioError, nearest_name
from sim.shipped import PACKAGE

CENTRAL_DRAW = 0
"""The starting values of the parameters, which are no draw."""
FILE = PACKAGE / "data" / "posterior_use.csv"
SLACK = 1e-5
"""Six digits are written of a value, so that one at an end of its range may seem to lie so much of it beyond."""


@cache
def _draws() -> tuple[Behaviour, ...]:
    return tuple(behaviour(values) for values in read_draws(FILE))


def draws_there_are() -> int:
    """Draws in the file."""
    return len(_draws())


def behaviour_of(draw: int) -> Behaviour:
    """Parameters of a draw, counted from 1; the starting values for `CENTRAL_DRAW`."""
    return behaviour() if draw == CENTRAL_DRAW else _draws()[draw - 1]


def check_draws(draws: int | None, replicates: int | None) -> None:
    """Refuse numbers of draws that there are not, and draws with replicates: each draw is run once."""
    if draws is None:
        return
    if replicates is not None:
        found = f"--draws {draws} with --replicates {replicates}"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--draws", found, "one of them: each draw is run once")])
    if not 1 <= draws <= draws_there_are():
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--draws", str(draws), f"1 to {draws_there_are()}")])


# -- the file


def read_draws(file: Path) -> list[dict[str, float]]:
    """Values of parameters, a draw each, from a file; ScenarioError for one that holds something else."""
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
    return [_values(file, line, row, names) for line, row in rows]


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


def _values(file: Path, line: int, row: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    """Values of a line by parameter."""
    if len(row) != len(names) + 1:
        raise _no_draws(file, line, "line", f"{len(row)} values", f"{len(names) + 1}, as the first line has")
    known = parameter_table()
    return {name: _value(file, line, text, known[name]) for name, text in zip(names, row[1:], strict=True)}


def _value(file: Path, line: int, text: str, of: Parameter) -> float:
    """A value, within the range of its parameter."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    slack = SLACK * max(abs(of.low), abs(of.high))
    if not of.low - slack <= value <= of.high + slack:
        expected = f"a number from {of.low:g} to {of.high:g}"
        raise _no_draws(file, line, of.parameter, repr(text[:SHOWN_CHARACTERS]), expected)
    return min(of.high, max(of.low, value))
