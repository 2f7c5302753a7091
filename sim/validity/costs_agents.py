"""What care costs, added up from the agents of one month and taken for a year: 52 weeks of what a week costs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.conditions import in_force
from sim.model import CareLabourModel
from sim.units import (
    MINUTES_PER_HOUR,
    PENCE_PER_POUND,
    WEEKS_PER_YEAR,
    Payer,
    Sector,
    Service,
    Status,
)

HOMES = (Service.RESIDENTIAL, Service.NURSING)


class Moment(NamedTuple):
    """Costs as agents have them in a month, for all England."""

    month: int
    gross_pay: float
    """Pay for work, paid travel and holidays, GBP/year."""
    on_costs: float
    """Employers' National Insurance and pension contributions, GBP/year."""
    nic_rise: float
    """Employers' National Insurance in the independent sector by this month's rate and threshold, less that by the last
    month's, on this month's pay, GBP/year."""
    independent_nic: float
    """Part of employers' National Insurance that the independent sector pays."""
    council_paid: Floats
    """[service, sector] what councils pay for care, GBP/year."""
    council_price: Floats
    """[service, sector] mean price councils pay for an hour of direct care, GBP."""
    self_funders: float
    """What people pay for care of their own, GBP/year."""


def look(model: CareLabourModel, scale: float) -> Moment:
    """Costs as the agents have them in the month just simulated."""
    pay, independent = weekly_pay(model)
    p, law, month = model.behaviour, model.law, model.month - 1
    earnings = pay * (1.0 + p.holiday_share)
    nic = insurance(earnings, law.nic_rate, law.nic_threshold)
    before = insurance(earnings, in_force("nic_rate", month - 1), in_force("nic_threshold", month - 1))
    yearly = WEEKS_PER_YEAR / (scale * PENCE_PER_POUND)
    minutes, price = paid_for(model)
    income = minutes * price / MINUTES_PER_HOUR
    by_council = income[:, Payer.COUNCIL]
    hours = minutes[:, Payer.COUNCIL] / MINUTES_PER_HOUR
    paid = _by_kind(model, by_council)
    return Moment(
        month=month,
        gross_pay=float(earnings.sum() * yearly),
        on_costs=float((nic.sum() + law.pension_rate * earnings.sum()) * yearly),
        nic_rise=float((nic - before)[independent].sum() * yearly),
        independent_nic=float(nic[independent].sum() / nic.sum()),
        council_paid=paid * yearly,
        council_price=_over(paid, _by_kind(model, hours) * PENCE_PER_POUND),
        self_funders=float(income[:, Payer.SELF_FUNDER].sum() * yearly),
    )


def weekly_pay(model: CareLabourModel) -> tuple[Floats, Any]:
    """[person in post] pay of a week, pence, and whether the employer is independent; the self-employed left out."""
    workers, providers = model.workers.columns, model.providers.columns
    rows = np.flatnonzero((workers.status == int(Status.CARE)) & (workers.self_employed == 0))
    employer = workers.employer[rows]
    travel_paid = np.maximum(providers.travel_paid_share, model.law.travel_paid_share)[employer]
    paid_minutes = workers.worked_minutes[rows] * (
        1.0 + (providers.travel_share * model.law.travel_time)[employer] * travel_paid
    )
    pay = workers.pay[rows] * paid_minutes / MINUTES_PER_HOUR
    return pay, providers.sector[employer] == int(Sector.INDEPENDENT)


def insurance(earnings: Floats, rate: float, threshold: float) -> Floats:
    """Employers' National Insurance on weekly earnings, pence."""
    return np.asarray(rate * np.maximum(earnings - threshold, 0.0))


def paid_for(model: CareLabourModel) -> tuple[Floats, Floats]:
    """[provider, payer] minutes a week that are paid for, and the price of an hour, pence.

    Visits are paid for when they are made, places in homes when they are taken.
    """
    providers = model.providers.columns
    minutes = np.where((providers.active == 1)[:, None], providers.demand_minutes, 0).astype(np.float64)
    demand = minutes.sum(axis=1)
    missed = np.where(providers.service >= int(Service.HOME_CARE), providers.missed_minutes, 0)
    made = 1.0 - np.divide(missed, demand, out=np.zeros(demand.size), where=demand > 0)
    return minutes * np.clip(made, 0.0, 1.0)[:, None], providers.price.astype(np.float64)


def _by_kind(model: CareLabourModel, values: Floats) -> Floats:
    """[service, sector] sums over providers."""
    providers = model.providers.columns
    place = providers.service.astype(np.int64) * len(Sector) + providers.sector
    sums = np.bincount(place, weights=values, minlength=len(Service) * len(Sector))
    return np.asarray(sums.reshape(len(Service), len(Sector)))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))
