"""Draws of the behavioural parameters for use: ``sim/data/posterior_use.csv``, inferred from figures of all years."""

from __future__ import annotations

import csv
from functools import cache

from sim.parameters import Behaviour, behaviour
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.shipped import PACKAGE

CENTRAL_DRAW = 0
"""The starting values of the parameters, which are no draw."""
FILE = PACKAGE / "data" / "posterior_use.csv"


@cache
def _draws() -> tuple[Behaviour, ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(behaviour({name: float(value) for name, value in row.items() if name != "draw"}) for row in rows)


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
