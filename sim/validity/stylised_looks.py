"""What is asked of employers and people themselves in one month or over a year, where no series says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.priors import Floats
from sim.rules.pay import weekly_wage
from sim.units import NOBODY, Payer, Role, Sector, Service, Status

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[Any]
CARE_WORKER = int(Role.CARE_WORKER)
STEPS = 50
"""Most steps of Newton's method."""
CLOSE = 1e-10


def independent(model: CareLabourModel) -> Ints:
    """Rows of independent employers that are open and have care workers."""
    providers = model.providers
    here = (providers.uid != 0) & (providers.active == 1) & (providers.sector == int(Sector.INDEPENDENT))
    return np.flatnonzero(here & (providers.posts_filled[:, CARE_WORKER] > 0))


def pay_spread(model: CareLabourModel) -> float:
    """Standard deviation of log posted pay of care workers among the employers of a council."""
    rows = independent(model)
    pay = np.log(model.providers.posted_pay[rows, CARE_WORKER])
    _, council = np.unique(model.providers.council[rows], return_inverse=True)
    apart = pay - (np.bincount(council, weights=pay) / np.bincount(council))[council]
    return float(np.sqrt(np.square(apart).sum() / (rows.size - council.max() - 1)))


class Roster(NamedTuple):
    """Employers of a moment."""

    row: Ints
    uid: Ints
    low: Ints
    """Whether they post less than the median of their council."""
    staff: Ints
    """Care workers in post."""


def roster(model: CareLabourModel) -> Roster:
    """Independent employers now; those at the median of their council are left out."""
    rows, providers = independent(model), model.providers
    pay, council = providers.posted_pay[rows, CARE_WORKER], providers.council[rows]
    median = {code: np.median(pay[council == code]) for code in np.unique(council)}
    usual = np.array([median[code] for code in council])
    kept = rows[pay != usual]
    return Roster(kept, providers.uid[kept].copy(), (pay < usual)[pay != usual],
                  providers.posts_filled[kept, CARE_WORKER].copy())  # fmt: skip


def low_payers_kept(model: CareLabourModel, then: Roster) -> float:
    """Care workers now over those then at low payers, over the same at high payers; the closed have none."""
    providers = model.providers
    there = (providers.uid[then.row] == then.uid) & (providers.active[then.row] == 1)
    now = np.where(there, providers.posts_filled[then.row, CARE_WORKER], 0)
    kept = [now[who].sum() / then.staff[who].sum() for who in (then.low, ~then.low)]
    return float(kept[0] / kept[1])


class Openings:
    """Vacancies for care workers of each employer over some months, and how many of them were filled."""

    def __init__(self, model: CareLabourModel) -> None:
        capacity = model.providers.capacity
        self.filled, self.vacant, self.log_pay, self.months = (np.zeros(capacity) for _ in range(4))

    def add(self, model: CareLabourModel) -> None:
        """Count the month just simulated."""
        workers, providers, rows = model.workers, model.providers, independent(model)
        new = (workers.status == int(Status.CARE)) & (workers.role == CARE_WORKER)
        new &= workers.job_start == model.month - 1
        started = np.bincount(workers.employer[new], minlength=providers.capacity)
        posts = providers.posts_sought[:, CARE_WORKER] - providers.posts_filled[:, CARE_WORKER]
        self.filled[rows] += started[rows]
        self.vacant[rows] += np.maximum(posts, 0)[rows]
        self.log_pay[rows] += np.log(providers.posted_pay[rows, CARE_WORKER])
        self.months[rows] += 1

    def duration_elasticity(self, model: CareLabourModel) -> float:
        """Change of the time to fill a post for 1% more posted pay: of the rate of filling, with the sign turned.

        Posts filled are counts with a mean in proportion to the posts that were open (Poisson regression), given the
        service and the region.
        """
        rows = np.flatnonzero((self.months > 0) & (self.filled + self.vacant > 0))
        providers = model.providers
        region = model.councils.region[providers.council[rows]]
        controls = [_dummies(providers.service[rows]), _dummies(region)[:, 1:]]
        pay = (self.log_pay[rows] / self.months[rows])[:, None]
        effects = poisson(
            np.hstack([pay - pay.mean(), *controls]), self.filled[rows], (self.filled + self.vacant)[rows]
        )
        return -float(effects[0])


def _dummies(codes: Ints) -> Floats:
    return np.asarray(codes[:, None] == np.unique(codes)[None, :], dtype=np.float64)


def poisson(causes: Floats, counts: Floats, exposure: Floats) -> Floats:
    """[cause] effects on the log of the expected count for each unit of exposure; NaN if Newton's method finds none."""
    effects = np.zeros(causes.shape[1])
    effects[1:] = np.log(counts.sum() / exposure.sum()) if causes.shape[1] > 1 else 0.0
    for _ in range(STEPS):
        expected = exposure * np.exp(np.clip(causes @ effects, -STEPS, STEPS))
        information = causes.T @ (causes * expected[:, None])
        step = np.linalg.lstsq(information, causes.T @ (counts - expected), rcond=None)[0]
        effects = effects + step
        if np.abs(step).max() < CLOSE:
            return effects
    return np.full(causes.shape[1], np.nan)


class Books(NamedTuple):
    """Council fees for an hour of home care, pence, employers one by one."""

    uid: Ints
    fee: Ints
    council_minutes: Ints
    """Care the council buys, minutes/week."""
    council: Ints


def books(model: CareLabourModel) -> Books:
    """Of independent home care now; employers without care bought by a council have no council fee to speak of."""
    providers, rows = model.providers, independent(model)
    rows = rows[providers.service[rows] == int(Service.HOME_CARE)]
    council = int(Payer.COUNCIL)
    return Books(providers.uid[rows], providers.fee[rows, council], providers.demand_minutes[rows, council],
                 providers.council[rows])  # fmt: skip


def fee_rise(before: Books, now: Books) -> float:
    """Rise of council fees of the same employers, larger ones counting more."""
    _, first, second = np.intersect1d(before.uid, now.uid, return_indices=True)
    weight = before.council_minutes[first]
    return float((weight * now.fee[second]).sum() / (weight * before.fee[first]).sum() - 1.0)


def below(of: Books, pence: float) -> float:
    """Share of councils whose mean fee, hours weighted, is below so many pence an hour."""
    bought = of.council_minutes > 0
    weight, council = of.council_minutes[bought].astype(np.float64), of.council[bought]
    hours = np.bincount(council, weights=weight)
    paid = np.bincount(council, weights=weight * of.fee[bought])
    return float((paid[hours > 0.0] / hours[hours > 0.0] < pence).mean())


def home_care_pay(model: CareLabourModel) -> dict[str, float]:
    """Pay of care workers in independent home care: effective over contract, and beside residential care."""
    workers, providers = model.workers, model.providers
    row = np.flatnonzero((workers.status == int(Status.CARE)) & (workers.role == CARE_WORKER))
    employer = np.where(workers.employer[row] == NOBODY, 0, workers.employer[row])
    row = row[providers.sector[employer] == int(Sector.INDEPENDENT)]
    employer = workers.employer[row]
    pay, minutes = workers.pay[row].astype(np.float64), workers.worked_minutes[row]
    week = np.array(
        [
            weekly_wage(int(rate), int(time), providers.travel_share[at], providers.travel_paid_share[at])
            for rate, time, at in zip(pay, minutes, employer, strict=True)
        ]
    )
    at_home = providers.service[employer] == int(Service.HOME_CARE)
    in_homes = providers.service[employer] == int(Service.RESIDENTIAL)
    unpaid = at_home & (providers.travel_paid_share[employer] == 0.0) & (providers.travel_share[employer] > 0.0)
    effective = pay[unpaid] * providers.paid_part[employer[unpaid]]
    return {
        "effective_over_contract": float(effective.sum() / pay[unpaid].sum()),
        "hour_home_over_residential": float(pay[at_home].mean() / pay[in_homes].mean()),
        "week_home_over_residential": float(week[at_home].mean() / week[in_homes].mean()),
    }
