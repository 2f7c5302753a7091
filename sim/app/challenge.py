"""Assumptions that a room can challenge: draws of the fitted parameters count by how near they are to what is believed.

Each draw has lived through 2016 to 2026 with its own parameters. To believe something else about one of them is to
listen to the draws that share this belief; nobody's behaviour changes in the middle of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.drawn import behaviour_of
from sim.geography import read_rows
from sim.intervals import effective_number
from sim.measures import Floats
from sim.parameters import Parameter, parameter_table

SHOWN = 10
NEARNESS = 0.2
"""Standard deviation of the bell by which a draw counts, as a share of the range that the evidence leaves open."""
NEAR = 1.0
"""Distance within which a draw shares a belief, in standard deviations of the bell."""
FEWEST = 3.0
"""Effective number of draws below which nothing is told."""


class Assumption(NamedTuple):
    """A parameter on a slider."""

    parameter: Parameter
    moves: str
    """What it moves most, among the conclusions of docs/validation.md."""
    question: str
    """The same as somebody from the sector would ask it."""
    low_words: str
    high_words: str
    """What the ends of the range mean."""

    @property
    def name(self) -> str:
        """Of the parameter."""
        return self.parameter.parameter

    @property
    def low(self) -> float:
        """Lower end of the range that the evidence leaves open."""
        return self.parameter.low

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.parameter.high

    def told(self) -> dict[str, Any]:
        """For the page: what is known of the parameter, and how it is asked."""
        return self.parameter._asdict() | {name: value for name, value in self._asdict().items() if name != "parameter"}


@cache
def assumptions() -> tuple[Assumption, ...]:
    """The parameters on which most conclusions hang, first those on which more do."""
    known, asked = parameter_table(), {row["parameter"]: row for row in read_rows("challenges.csv")}
    rows = [(row["parameter"], row["outcomes"].split("; ")) for row in read_rows("standing_out.csv")]
    rows.sort(key=lambda row: -len(row[1]))
    return tuple(_shown(known[name], outcomes, asked.get(name, {})) for name, outcomes in rows[:SHOWN])


def _shown(one: Parameter, outcomes: Sequence[str], asked: Mapping[str, str]) -> Assumption:
    """A parameter that nobody has put as a question yet is shown by its meaning."""
    words = (asked.get("question", one.meaning), asked.get("low", "less"), asked.get("high", "more"))
    return Assumption(one, "; ".join(outcomes), *words)


def usual(draws: Sequence[int]) -> dict[str, float]:
    """Mean of each assumption over draws, within the range of the evidence: where its slider stands at first."""
    held = [behaviour_of(draw)._asdict() for draw in draws]
    return {
        one.name: float(np.clip(np.mean([each[one.name] for each in held]), one.low, one.high)) for one in assumptions()
    }


def distances(believed: Mapping[str, float], draws: Sequence[int]) -> Floats:
    """[draw] distance from what is believed, in units of `NEARNESS` times the range that the evidence leaves open.

    Of several assumptions, squares are added up.

    Raises:
        KeyError: for what is no assumption.
    """
    ranges = {one.name: one.high - one.low for one in assumptions()}
    squares = np.zeros(len(draws))
    for name, value in believed.items():
        held = np.array([behaviour_of(draw)._asdict()[name] for draw in draws], dtype=np.float64)
        squares += ((held - value) / (NEARNESS * ranges[name])) ** 2
    return np.sqrt(squares)


def weights(believed: Mapping[str, float], draws: Sequence[int]) -> Floats:
    """How much each draw counts, adding up to 1: equal shares where nothing particular is believed.

    A draw counts by exp(-d^2 / 2) of its distance d from what is believed.
    """
    squares = distances(believed, draws) ** 2
    counted = np.exp(-0.5 * (squares - squares.min()))
    return np.asarray(counted / counted.sum())


def amount(believed: Mapping[str, float], draws: Sequence[int]) -> float:
    """How many draws share what is believed: Kish's effective number, or nothing where even the nearest is far."""
    if believed and distances(believed, draws).min() > NEAR:
        return 0.0
    return effective_number(weights(believed, draws))


def too_few(believed: Mapping[str, float], draws: Sequence[int]) -> bool:
    """Whether the draws that share a belief amount to too few to tell anything."""
    return bool(believed) and amount(believed, draws) < FEWEST
