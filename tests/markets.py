"""What tests of behaviour share: policies in a line, people followed month by month, and margins that are stated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.levers.base import Lever, all_levers
from sim.model import CareLabourModel
from sim.rulebook import Rulebook
from sim.units import MONTHS_PER_YEAR, Status, month_index
from sim.virtual_market import virtual_market

SEEDS = range(12)
YEAR, TWO_YEARS, THREE_YEARS = 12, 24, 36
"""Months."""
PROVIDERS = 40
"""Of a market that is not asked for another number."""
Market = dict[str, Any]
APRIL_2016, APRIL_2022 = month_index(2016, 4), month_index(2022, 4)
STANDARD_ERRORS = 4.0
"""A sign counts as shown if it lies so many standard errors from nothing."""


@dataclass(frozen=True)
class Policy:
    """A lever made of a function that writes the rulebook."""

    write: Callable[[Rulebook], None]
    name: str = "policy"

    def edit(self, book: Rulebook, month: int) -> None:
        self.write(book)


def lever(name: str, **keys: Any) -> Lever:
    """A lever from the first month on."""
    return all_levers()[name].model_validate({"from": "2016-04", **keys})


def after(months: int, **market: Any) -> CareLabourModel:
    """A small market so many months on."""
    model = virtual_market(**{"month": APRIL_2016, **market})
    for _ in range(months):
        model.step()
    return model


def surely(differences: Any) -> float:
    """Smallest gain that paired replicates leave likely: the mean less four standard errors."""
    values = np.asarray(differences, dtype=float)
    return float(values.mean() - STANDARD_ERRORS * values.std(ddof=1) / np.sqrt(values.size))


class People:
    """Who works for whom, remembered so that moves can be told after a step."""

    def __init__(self, model: CareLabourModel) -> None:
        self.model = model
        self.look()

    def look(self) -> None:
        workers = self.model.workers
        self.uid, self.status = workers.uid.copy(), workers.status.copy()
        self.employer = np.where(workers.status == Status.CARE, workers.employer, -1)

    def step(self) -> Moves:
        """Simulate a month and say what became of everybody who was there before it."""
        self.model.step()
        workers, rows = self.model.workers, slice(len(self.uid))
        same = (workers.uid[rows] == self.uid) & (self.uid != 0)
        status = np.where(same, workers.status[rows], Status.EMPTY)
        employer = np.where(status == Status.CARE, workers.employer[rows], -1)
        moves = Moves(self.uid, self.status, self.employer, status, employer)
        self.look()
        return moves


@dataclass(frozen=True)
class Moves:
    """One entry for each row that held somebody before the step."""

    uid: Any
    status_before: Any
    employer_before: Any
    status_now: Any
    employer_now: Any

    @property
    def employed(self) -> Any:
        """Who was in a care job."""
        return self.employer_before >= 0

    @property
    def left(self) -> Any:
        """Who left a care job, for whatever."""
        return self.employed & (self.employer_now != self.employer_before)

    @property
    def moved(self) -> Any:
        """Who went straight from one care job to another."""
        return self.left & (self.employer_now >= 0)


def months(model: CareLabourModel, number: int) -> Iterator[Moves]:
    """Step, telling each month's moves."""
    people = People(model)
    for _ in range(number):
        yield people.step()


def leaving_rate(model: CareLabourModel, number: int, of: Callable[[Moves], Any] | None = None) -> float:
    """Leavers a year for each person in a care job, everybody's or of those for whom `of` holds."""
    left = there = 0
    for moves in months(model, number):
        counted = moves.employed if of is None else moves.employed & of(moves)
        there += counted.sum()
        left += (moves.left & counted).sum()
    return float(left / there * MONTHS_PER_YEAR)


def paired(measure: Callable[[CareLabourModel], Any], *markets: Market, seeds: int = 24) -> Any:
    """[market, seed, ...] a measure of each market under each seed."""
    return np.array([[measure(virtual_market(seed=seed, **market)) for seed in range(seeds)] for market in markets])


def simulated(model: CareLabourModel, number: int) -> CareLabourModel:
    for _ in range(number):
        model.step()
    return model
