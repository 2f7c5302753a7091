"""Worlds that differ in one thing: the same draw, the same seed, the same people, with and without what is studied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.history import State, restore, take_state
from sim.law import Law
from sim.model import CareLabourModel
from sim.parameters import Behaviour
from sim.population import build_population
from sim.settings import setting
from sim.units import DIRECT_CARE_ROLES, MONTHS_PER_YEAR, LeaveReason, Sector, Service, Status, Stream
from sim.world import build_world

Alteration = Callable[[Law, int], Law]
Mask = NDArray[np.bool_]
Found = dict[str, float]
PERCENT = 100.0
TENTH = 0.1
"""Rise of pay in which published effects on leaving are stated."""
HOMES = (int(Service.RESIDENTIAL), int(Service.NURSING))
EMPLOYING = (int(Sector.INDEPENDENT), int(Sector.COUNCIL))


def unaltered(law: Law, month: int) -> Law:
    """The law as it is."""
    return law


class AlteredModel(CareLabourModel):
    """A model whose law, or whose world outside care, can be made another than the actual one in any month."""

    alteration: Alteration = staticmethod(unaltered)

    def law_of(self, month: int) -> Law:
        """Law of a month, levers and alteration included."""
        return self.alteration(super().law_of(month), month)


class Branch(NamedTuple):
    """A moment of a model, from which it can go on in more than one way."""

    model: AlteredModel
    state: State

    def go(self, alteration: Alteration = unaltered, levers: Sequence[Any] = ()) -> AlteredModel:
        """The model back at the moment, under an alteration of the law and levers from here on."""
        self.model.alteration = alteration
        restore(self.model, self.state, levers)
        return self.model


def england(job: Job, behaviour: Behaviour, month: int, alteration: Alteration = unaltered) -> AlteredModel:
    """England at the start of `month`, spun up; April 2016 and its law reach back without end (`sim.lawful_month`)."""
    first = month - int(setting("spin_up_months"))
    world = build_world(build_population(job.scale, job.seed, behaviour, first), behaviour, job.scale)
    model = AlteredModel(world, seed=job.seed, month=first, behaviour=behaviour)
    model.alteration = alteration
    return walk(model, month)


def walk(model: AlteredModel, month: int) -> AlteredModel:
    """The model, once `month` is the next it would simulate."""
    while model.month < month:
        model.simulate_month()
    return model


def branch(model: AlteredModel) -> Branch:
    """The moment at which a model stands."""
    return Branch(model, take_state(model))


class Year(NamedTuple):
    """What some months show of staff in the council and independent sectors."""

    staff: Floats
    """[service] people in post at the end."""
    leavers: Floats
    """[service, reason] who left a care job, as employers tell: none because theirs closed."""
    present: Floats
    """[service] people in post, summed over months."""
    granted: float
    """People granted a visa to come to a sponsor."""
    posts: Floats
    """[service] filled and vacant posts at the end."""
    closures: int
    """Establishments that closed."""
    open_at_start: int

    @property
    def turnover(self) -> float:
        """Leavers a year for each person in post, percent."""
        return float(PERCENT * MONTHS_PER_YEAR * self.leavers.sum() / self.present.sum())

    @property
    def exits(self) -> float:
        """The same of those who leave for no other employer in care."""
        within = self.leavers[:, [LeaveReason.CARE_JOB, LeaveReason.AGENCY_WORK]].sum()
        return float(PERCENT * MONTHS_PER_YEAR * (self.leavers.sum() - within) / self.present.sum())

    def turnover_of(self, services: Sequence[int]) -> float:
        """Leavers a year for each person in post in some services, percent."""
        chosen = list(services)
        return float(PERCENT * MONTHS_PER_YEAR * self.leavers[chosen].sum() / self.present[chosen].sum())

    @property
    def vacancy_rate(self) -> float:
        """Vacant over filled and vacant posts, percent."""
        return float(PERCENT * (1.0 - self.staff.sum() / self.posts.sum()))

    @property
    def closure_rate(self) -> float:
        """Establishments closed over the months, percent of those open at first."""
        return PERCENT * self.closures / self.open_at_start


def watch(model: AlteredModel, months: int) -> Year:
    """Simulate some months and count."""
    sectors = list(EMPLOYING)
    columns = model.providers.columns
    open_at_start = int(((columns.active == 1) & np.isin(columns.sector, sectors)).sum())
    leavers: Any = 0.0
    present: Any = 0.0
    granted = 0.0
    closures = 0
    for _ in range(months):
        model.simulate_month()
        leavers = leavers + model.ledger.leavers[:, :, sectors].sum(axis=(0, 2, 3))
        granted += float(model.ledger.people_in[:, Stream.OVERSEAS_SPONSORED].sum())
        present = present + model.stock.cells[..., 0][:, :, sectors].sum(axis=(0, 2, 3))
        closures += int(model.ledger.closures.sum())
    leavers[:, LeaveReason.CLOSURE] = 0
    here = (columns.active == 1) & np.isin(columns.sector, sectors)
    filled = columns.posts_filled[here].sum(axis=1, dtype=np.int64)
    vacant = np.maximum(columns.posts_sought[here] - columns.posts_filled[here], 0).sum(axis=1, dtype=np.int64)
    services = leavers.shape[0]
    service = columns.service[here]
    staff: Floats = np.bincount(service, weights=filled, minlength=services).astype(np.float64)
    posts = staff + np.bincount(service, weights=vacant, minlength=services).astype(np.float64)
    return Year(staff, leavers.astype(float), present.astype(float), granted, posts, closures, open_at_start)


class Staff(NamedTuple):
    """Direct care staff of the council and independent sectors at a moment, one entry each."""

    uid: NDArray[np.uint64]
    employer: NDArray[np.int64]
    job_start: NDArray[np.int64]
    pay: Floats
    row: NDArray[np.int64]


def direct_care_staff(model: CareLabourModel) -> Staff:
    """Care workers, senior care workers and nurses in post."""
    columns = model.workers.columns
    rows = np.flatnonzero((columns.status == Status.CARE) & np.isin(columns.role, DIRECT_CARE_ROLES))
    rows = rows[np.isin(model.providers.columns.sector[columns.employer[rows]], EMPLOYING)]
    return Staff(columns.uid[rows].copy(), columns.employer[rows].astype(np.int64),
                 columns.job_start[rows].astype(np.int64), columns.pay[rows].astype(float), rows)  # fmt: skip


def still_there(model: CareLabourModel, before: Staff) -> Mask:
    """Who of some staff is in the same job now."""
    columns, rows = model.workers.columns, before.row
    same = (columns.uid[rows] == before.uid) & (columns.status[rows] == Status.CARE)
    return np.asarray(same & (columns.employer[rows] == before.employer))


def raise_pay(model: CareLabourModel, share: float, employers: Mask) -> None:
    """Pay all staff of some employers a share more from now on, at a cost that nobody in the market bears.

    The cost comes off other costs, so that neither buyers nor the employer's willingness to staff care change.
    """
    columns = model.providers.columns
    staff_cost = np.maximum(columns.unaided_cost[employers] - columns.other_cost[employers], 0)
    columns.other_cost[employers] -= np.rint(share * staff_cost).astype(columns.other_cost.dtype)
    for rates in (columns.posted_pay, columns.unaided_pay):
        rates[employers] = np.rint(rates[employers] * (1.0 + share)).astype(rates.dtype)
    columns.pay_premium[employers] = (1.0 + columns.pay_premium[employers]) * (1.0 + share) - 1.0
    people = model.workers.columns
    theirs = people.status == Status.CARE
    theirs[theirs] = employers[people.employer[theirs]]
    people.pay[theirs] = np.rint(people.pay[theirs] * (1.0 + share)).astype(people.pay.dtype)


def mean_pay(model: CareLabourModel) -> float:
    """Mean contract pay of direct care staff, pence/hour."""
    return float(direct_care_staff(model).pay.mean())


def change(now: float, then: float) -> float:
    """Change in percent."""
    return PERCENT * (now / then - 1.0)
