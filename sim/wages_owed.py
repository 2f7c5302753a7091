"""Wages and on-costs that providers owe for a week, from the pay and hours of every worker.

The audit holds them against what the books of providers say. The rules of pay are written here once more, over arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.units import DIRECT_CARE_ROLES, MINUTES_PER_HOUR, NOBODY, Role, Status

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]


def weekly_bills(model: CareLabourModel) -> tuple[Ints, Ints]:
    """[P] wages and on-costs of a week, pence, less hours withheld."""
    workers, providers = model.workers, model.providers
    rows = np.flatnonzero((workers.status == Status.CARE) & (workers.employer != NOBODY))
    employer, worked = workers.employer[rows], workers.worked_minutes[rows]
    alone = workers.self_employed[rows] == 1
    premium = 1.0 + model.behaviour.self_employed_premium
    pay = np.where(alone, np.floor(workers.pay[rows] * premium + 0.5), workers.pay[rows])
    wage = _weekly_wage(pay, worked, _travel_time(model)[employer], _travel_paid(model)[employer])
    zero_hours = np.isin(workers.role[rows], DIRECT_CARE_ROLES) & (workers.contract_minutes[rows] == 0)

    def by_employer(values: Any) -> Ints:
        return np.bincount(employer, weights=values, minlength=providers.capacity).astype(np.int64)

    benefits = model.law.benefit_cost[employer]
    on_cost = np.where(alone, 0, _weekly_on_costs(model, wage, benefits, model.law.nic_threshold))
    bill, on_costs = by_employer(wage), by_employer(on_cost)
    minutes, cost = by_employer(worked * zero_hours), by_employer(wage * zero_hours)
    share = np.divide(providers.withheld_minutes, minutes, out=np.zeros(minutes.size), where=minutes > 0)
    saved = (cost * share).astype(np.int64)
    of_bill = np.divide(saved, bill, out=np.zeros(bill.size), where=bill > 0)
    return bill - saved, on_costs - (on_costs * of_bill).astype(np.int64)


def weekly_overtime(model: CareLabourModel) -> tuple[Ints, Ints]:
    """[P] wages and on-costs of a week's overtime, pence, at the pay that employers post."""
    providers = model.providers
    pay, minutes = providers.posted_pay[:, Role.CARE_WORKER], providers.overtime_minutes
    extra = _weekly_wage(pay, minutes, _travel_time(model), _travel_paid(model))
    return extra, _weekly_on_costs(model, extra, model.law.benefit_cost, threshold=0)


def _travel_paid(model: CareLabourModel) -> NDArray[np.float64]:
    return np.asarray(np.maximum(model.providers.travel_paid_share, model.law.travel_paid_share))


def _travel_time(model: CareLabourModel) -> NDArray[np.float64]:
    return np.asarray(model.providers.travel_share * model.law.travel_time)


def _weekly_wage(pay: Any, minutes: Any, travel_share: Any, travel_paid: Any) -> Ints:
    """The rule `weekly_wage` over arrays, operation for operation."""
    paid_minutes = minutes * (1.0 + travel_share * travel_paid)
    return np.asarray(np.floor(pay * paid_minutes / MINUTES_PER_HOUR + 0.5), dtype=np.int64)


def _weekly_on_costs(model: CareLabourModel, wage: Ints, benefit_cost: Any, threshold: int) -> Ints:
    """The rule `weekly_on_costs` over arrays, operation for operation."""
    law = model.law
    with_holiday = wage * (1.0 + model.behaviour.holiday_share)
    above = np.maximum(with_holiday - threshold, 0.0)
    cost = with_holiday - wage + law.nic_rate * above + (law.pension_rate + benefit_cost) * with_holiday
    return np.asarray(np.floor(cost + 0.5), dtype=np.int64)
