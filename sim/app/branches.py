"""Futures of one draw of the parameters, from states of 2026 and 2027 that are kept in memory.

A branch holds a model, the states from which policies part, and what the baseline shows. A future with policies costs
the months from their first one on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.doses.study import PAYERS
from sim.history import State, Walk, history, restore, take_state
from sim.measures import Floats
from sim.recording import Record, record, stack
from sim.replicate import Plan
from sim.results import year_value
from sim.scenario import load_scenario
from sim.series import Wanted, measure
from sim.units import MONTHS_PER_YEAR, month_index

if TYPE_CHECKING:
    from sim.levers.base import Lever

HISTORY = month_index(2016, 4)
START = month_index(2026, 4)
"""First month of the future, of which the state is kept on disk."""
USUAL = month_index(2027, 4)
"""Month in which most real cases begin: states are kept in memory of this one, too."""
END = month_index(2031, 3)
MONTHLY = ("filled_posts", "vacancies", "vacancy_rate", "turnover_all", "unmet_share", "long_service_share")
"""Indicators as they stand at the end of a month."""
COST = "cost"
SHOWN = (*MONTHLY, COST)
WANTED = Wanted(frozenset((*MONTHLY, *PAYERS)))


class Cancelled(Exception):
    """Somebody has asked for something else meanwhile."""


class _Fork(NamedTuple):
    """A state from which futures part, with what was recorded of the year before it."""

    state: State
    records: tuple[Record, ...]


class Branch:
    """One draw of the parameters at one scale."""

    def __init__(self, draw: int, scale: float) -> None:
        """Take the history of a draw from the store, or simulate it, and go through the baseline's future.

        Args:
            draw: of the fitted parameters, from 1 on (`sim.drawn`).
            scale: share of England.
        """
        self.draw, self.scale = draw, scale
        walk = history(Plan((load_scenario("baseline", {"scale": scale}),), drawn=True).origin(draw), START)
        self._model = walk.model
        self._forks = {START: self._fork(walk)}
        walk.to(USUAL)
        self._forks[USUAL] = self._fork(walk)
        walk.to(END + 1)
        self.baseline = self._measured(walk.records, HISTORY, END)
        """[figure, month] from April 2016 on, in the order of `SHOWN`."""

    def _fork(self, walk: Walk) -> _Fork:
        return _Fork(take_state(walk.model), tuple(walk.records[-MONTHS_PER_YEAR:]))

    def _measured(self, records: Sequence[Record], first: int, last: int) -> Floats:
        """[figure, month] of some months; costs are those of the last twelve months."""
        found = measure(stack(records), self.scale, first, last, councils_in_full=False, wanted=WANTED)
        monthly = [found.of(name) for name in MONTHLY]
        return np.stack([*monthly, np.add.reduce([found.of(name) for name in PAYERS])])

    def future(
        self, levers: Sequence[Lever], goes_on: Callable[[], bool] = lambda: True
    ) -> Iterator[tuple[int, Floats]]:
        """What policies make of the years from April 2026 on, year by year as it is simulated.

        Args:
            levers: policies, none of which begins before April 2026.
            goes_on: asked each month; once it says no, `Cancelled` is raised.

        Yields:
            Months known, and [figure, month] of these, from April 2026 on.
        """
        begins = min((lever.start for lever in levers), default=END + 1)
        fork = self._forks[USUAL if begins >= USUAL else START]
        restore(self._model, fork.state, levers)
        records = list(fork.records)
        known = self.baseline[:, START - HISTORY : fork.state.month - HISTORY]
        while self._model.month <= END:
            if not goes_on():
                raise Cancelled
            self._model.simulate_month()
            records.append(record(self._model))
            if self._model.month % MONTHS_PER_YEAR == 0:
                year = self._measured(records, self._model.month - MONTHS_PER_YEAR, self._model.month - 1)
                records = records[-MONTHS_PER_YEAR:]
                known = np.concatenate([known, year], axis=1)
                yield known.shape[1], known


def by_year(values: Any) -> Floats:
    """[..., figure, year] of financial years, the way results sum them up, from [..., figure, month] from an April."""
    months = np.asarray(values, dtype=np.float64)
    aprils = range(0, months.shape[-1] - MONTHS_PER_YEAR + 1, MONTHS_PER_YEAR)
    figures = [
        np.stack([year_value(name, months[..., place, :], april) for april in aprils], axis=-1)
        for place, name in enumerate((*MONTHLY, PAYERS[0]))
    ]
    return np.stack(figures, axis=-2)
