"""A watcher that counts care workers in post and leavers by what they have, and those who leave soon after starting.

Groups are of care workers in the independent sector, as in the surveys of Skills for Care. A leaver belongs to the
groups of the moment before leaving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.priors import Floats
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, PENCE_PER_POUND, LeaveReason, Role, Sector, Status, Visa
from sim.watching import LEAVING

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[Any]
COUNTED = (int(Sector.INDEPENDENT), int(Sector.COUNCIL))
"""Sectors whose starters are followed."""
YOUNG = 25 * MONTHS_PER_YEAR
FULL_TIME = 35 * MINUTES_PER_HOUR
"""Contracted minutes a week from which work is full time (Skills for Care's highest band of hours)."""
WELL_ABOVE = int(1.5 * PENCE_PER_POUND)
"""Pence an hour above the National Living Wage at which Skills for Care's higher band of pay begins."""


class People(NamedTuple):
    """Care workers in post at a moment, a row each."""

    row: Ints
    uid: Ints
    employer: Ints
    sector: Ints
    age_months: Ints
    pay: Ints
    contract: Ints
    qualified: Ints
    visa: Ints
    tenure: Ints
    """Months in the job."""


def care_workers(model: CareLabourModel, month: int) -> People:
    """Those in post now, of all sectors."""
    workers = model.workers
    row = np.flatnonzero((workers.status == int(Status.CARE)) & (workers.role == int(Role.CARE_WORKER)))
    employer = workers.employer[row]
    return People(
        row, workers.uid[row], employer, model.providers.sector[employer], month - workers.birth_month[row],
        workers.pay[row], workers.contract_minutes[row], workers.qualified[row], workers.visa[row],
        month - workers.job_start[row],
    )  # fmt: skip


Group = Callable[[People, int], Ints]
GROUPS: dict[str, Group] = {
    "young": lambda people, rate: people.age_months < YOUNG,
    "at_minimum": lambda people, rate: people.pay <= rate,
    "well_above": lambda people, rate: people.pay >= rate + WELL_ABOVE,
    "sponsored": lambda people, rate: people.visa == int(Visa.SPONSORED),
    "unrestricted": lambda people, rate: people.visa == int(Visa.UNRESTRICTED),
    "all_factors": lambda people, rate: (people.pay > rate) & (people.contract >= FULL_TIME) & (people.qualified == 1),
    "no_factor": lambda people, rate: (people.pay <= rate) & (people.contract == 0) & (people.qualified == 0),
}
"""Who belongs to a group, given the National Living Wage in pence an hour."""


class Tally:
    """Counts by month from April 2016 on; months before are looked at and not counted."""

    def __init__(self, months: int) -> None:
        self.in_post = np.zeros((months, len(GROUPS)))
        self.left = np.zeros((months, len(GROUPS)))
        self.started = np.zeros(months)
        """[month] care workers who started, council and independent sector."""
        self.left_early = np.zeros((months, MONTHS_PER_YEAR))
        """[month of the start, months in the job] of these, who left within a year."""
        self._before: People | None = None

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Remember who is in post ahead of a verb in which people leave."""
        if verb in LEAVING and model.month >= 0:
            self._before = care_workers(model, model.month)

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Count those who have left, as employers tell of them."""
        people, self._before = self._before, None
        if people is None:
            return
        workers, row = model.workers, people.row
        stays = (workers.status[row] == int(Status.CARE)) & (workers.employer[row] == people.employer)
        told = workers.leave_reason[row] != int(LeaveReason.CLOSURE)
        left = People(*(values[~(stays & (workers.uid[row] == people.uid)) & told] for values in people))
        self.left[model.month] += _by_group(left, model.law.adult_rate)
        early = left.tenure[np.isin(left.sector, COUNTED) & (left.tenure < MONTHS_PER_YEAR)]
        early = early[early <= model.month]
        np.add.at(self.left_early, (model.month - early, early), 1)

    def month_over(self, model: CareLabourModel) -> None:
        """Count those in post and those who started."""
        month = model.month - 1
        if month >= 0:
            self.in_post[month] = _by_group(care_workers(model, month), model.law.adult_rate)
            self.started[month] = model.ledger.starters[:, :, COUNTED, int(Role.CARE_WORKER)].sum()

    def fork(self) -> Tally:
        """A tally that has counted the same."""
        other = Tally(len(self.started))
        for name in ("in_post", "left", "started", "left_early"):
            getattr(other, name)[...] = getattr(self, name)
        return other

    def tables(self, model: CareLabourModel) -> dict[str, Any]:
        """Nothing is written out."""
        return {}

    def turnover(self, group: str, first: int, last: int) -> float:
        """Leavers of the months `first` to `last` over those in post at their end (Skills for Care); NaN for nobody."""
        place = list(GROUPS).index(group)
        here = float(self.in_post[last, place])
        return float(self.left[first : last + 1, place].sum()) / here if here > 0.0 else float("nan")

    def left_within(self, months: int, first: int, last: int) -> float:
        """Share of those who started in the months `first` to `last` who left before so many months had gone by."""
        starts = slice(first, last + 1)
        started = float(self.started[starts].sum())
        return float(self.left_early[starts, :months].sum()) / started if started > 0.0 else float("nan")


def _by_group(people: People, adult_rate: int) -> Floats:
    """[group] how many of the independent sector belong to it."""
    independent = people.sector == int(Sector.INDEPENDENT)
    return np.array([float((belongs(people, adult_rate) & independent).sum()) for belongs in GROUPS.values()])
