"""Futures of one draw of the parameters, from states of 2026 and 2027 that are kept in memory.

A branch holds a model, the states from which policies part, and what the baseline shows. A future with policies costs
the months from their first one on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.app.closer import Lives, lives_of
from sim.app.span import END, HISTORY, MONTHLY, START, USUAL
from sim.assessment_indicators import CLIENT_GROUP
from sim.doses.study import PAYERS
from sim.extras import NOTHING, Extras
from sim.history import State, Tick, Walk, history, no_tick, restore, take_state
from sim.measures import ALL, COUNCIL, ENGLAND, REGION, ROLE, Floats
from sim.month.stock import Counting
from sim.recording import Record, in_brief, record, record_in_brief, stack
from sim.replicate import Plan
from sim.scenario import load_scenario
from sim.series import Key, Keys, Measured, Wanted, measure
from sim.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.levers.base import Lever
    from sim.model import CareLabourModel

WANTED = Wanted(frozenset((*MONTHLY, *PAYERS)), group_types=frozenset({ALL}))
CLOSER = (
    *MONTHLY, *PAYERS, "waiting_share", "missed_share", "agency_share", "untrained_share", "delayed_discharges",
    "people_awaiting_assessment", "hours_on_carers", "mean_pay", "zero_hours_share",
    "provider_margin", "grants", "self_employed_workers", "turnover", "pay_of_group",
)  # fmt: skip
"""Indicators of a closer look: who gains, who pays, where, and what people who draw on care get."""
IN_FULL = Wanted(frozenset(CLOSER), frozenset({ENGLAND, REGION, COUNCIL}))
BY_REGION = ("filled_posts", "vacancy_rate", "turnover_all", "unmet_share", "mean_pay")
MAPPED = ("filled_posts", "vacancy_rate", "unmet_share")
_STAFF = ("visa", "contract", "age")
BY_GROUP: dict[str, tuple[str, ...]] = {
    "turnover": _STAFF, "pay_of_group": _STAFF, "turnover_all": (ROLE,), "mean_pay": (ROLE,),
    "people_awaiting_assessment": (CLIENT_GROUP,),
}  # fmt: skip
"""By which kinds of group indicators are shown beside the whole of England."""
FOLLOWED = Extras(people=40, providers=8)
"""People and establishments whose lives and books are told, of one draw."""


class Cancelled(Exception):
    """Somebody has asked for something else meanwhile."""


class _Fork(NamedTuple):
    """A state from which futures part, with what was recorded of the year before it."""

    state: State
    records: tuple[Record, ...]


class Look(NamedTuple):
    """A future looked at closely."""

    measured: Measured
    """Indicators of `CLOSER` from April 2026 on, for England, regions and councils."""
    lives: Lives | None
    """People and establishments that were followed, if any were."""


class Branch:
    """One draw of the parameters at one scale."""

    def __init__(self, draw: int, scale: float, tick: Tick = no_tick) -> None:
        """Take the history of a draw from the store, or simulate it, and go through the baseline's future.

        Args:
            draw: of the fitted parameters, from 1 on (`sim.drawn`).
            scale: share of England.
            tick: told each month that was simulated.
        """
        self.draw, self.scale = draw, scale
        origin = Plan((load_scenario("baseline", {"scale": scale}),), drawn=True).origin(draw)
        walk = history(origin, START, tick=tick)
        self._model = walk.model
        self._forks = {START: self._fork(walk)}
        walk.to(USUAL, tick)
        self._forks[USUAL] = self._fork(walk)
        walk.to(END + 1, tick)
        self.baseline = self._measured(walk.records, HISTORY, END)
        """[figure, month] from April 2016 on, in the order of `SHOWN`."""
        self._own_look = Look(self._closely(walk.records), None)

    def _before(self, levers: Sequence[Lever]) -> _Fork:
        """The last state before any of these policies begins."""
        begins = min((lever.start for lever in levers), default=END + 1)
        return self._forks[USUAL if begins >= USUAL else START]

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
        fork = self._before(levers)
        records = [in_brief(known) for known in fork.records]
        known = self.baseline[:, START - HISTORY : fork.state.month - HISTORY]
        for month in self._months(fork, levers, goes_on, note=record_in_brief):
            records.append(month)
            if self._model.month % MONTHS_PER_YEAR == 0:
                year = self._measured(records, self._model.month - MONTHS_PER_YEAR, self._model.month - 1)
                records = records[-MONTHS_PER_YEAR:]
                known = np.concatenate([known, year], axis=1)
                yield known.shape[1], known

    def baseline_look(self, follow: bool) -> Look:
        """The baseline's future, looked at closely; people are followed once somebody asks for it."""
        if follow and self._own_look.lives is None:
            self._own_look = self.look((), follow=True)
        return self._own_look

    def look(self, levers: Sequence[Lever], follow: bool, goes_on: Callable[[], bool] = lambda: True) -> Look:
        """A closer look at what policies make of the years from April 2026 on.

        Args:
            levers: policies, none of which begins before April 2026.
            follow: whether single people and establishments are followed (`FOLLOWED`).
            goes_on: asked each month; once it says no, `Cancelled` is raised.
        """
        # Whoever is followed is followed from the first month on; otherwise the year before policies is known.
        fork = self._forks[START] if follow else self._before(levers)
        records = list(self._forks[START].records)
        if fork is self._forks[USUAL]:
            records += fork.records
        try:
            records += self._months(fork, levers, goes_on, FOLLOWED if follow else NOTHING)
            lives = lives_of(self._model, self._model.watchers, START, END) if follow else None
        finally:
            self._model.watchers.clear()
        return Look(self._closely(records), lives)

    def _months(
        self,
        fork: _Fork,
        levers: Sequence[Lever],
        goes_on: Callable[[], bool],
        extras: Extras = NOTHING,
        note: Callable[[CareLabourModel], Record] = record,
    ) -> Iterator[Record]:
        """Simulate from a fork to the end, month by month, and give what is noted of each."""
        restore(self._model, fork.state, levers)
        self._model.counting = Counting.IN_FULL if note is record else Counting.IN_BRIEF
        self._model.watchers.extend(extras.followers(self._model, fork.state.month))
        while self._model.month <= END:
            if not goes_on():
                raise Cancelled
            self._model.simulate_month()
            yield note(self._model)

    def _closely(self, records: Sequence[Record]) -> Measured:
        """What the page shows of it alone, so that many packages can be kept."""
        found = measure(stack(records), self.scale, START, END, councils_in_full=False, wanted=IN_FULL)
        rows = [row for row, key in enumerate(found.keys) if _shown(key)]
        return Measured(Keys.shared(found.keys[row] for row in rows), START, found.values[rows], {})


def _shown(key: Key) -> bool:
    """Whether the page has a place for a series."""
    if key.indicator in BY_GROUP and key.group_type in BY_GROUP[key.indicator]:
        return key.area_type == ENGLAND
    areas = {ENGLAND: CLOSER, REGION: BY_REGION, COUNCIL: MAPPED}
    return key.group_type == ALL and key.indicator in areas[key.area_type]
