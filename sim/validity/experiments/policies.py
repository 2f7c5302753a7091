"""Policies of which something is known without a control group: travel paid, visas made portable, and pay floors.

What is published of them can make the model's answer plausible or not; none of it is a causal estimate for England.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.levers.base import Lever
from sim.levers.contracts import PaidTravelTime
from sim.levers.migration import SponsorPortability
from sim.levers.pay import RealLivingWage
from sim.model import CareLabourModel
from sim.units import MONTHS_PER_YEAR, Service, Status, Visa, month_name, parse_month
from sim.validity.experiments.worlds import Branch, Found, change, direct_care_staff, mean_pay, still_there, watch

FUNDED: dict[str, Any] = {
    "council": {"cover": 1.0, "from": "new_grant"},
    "nhs": {"cover": 1.0, "from": "new_grant"},
    "self_funder": {"pass_to_fees": 1.0},
    "include": ["on_costs"],
}
"""Government pays councils' and the NHS's part of the cost, self-funders their own."""
YEARS = 2
PORTABLE_FROM, PORTABLE_TO = parse_month("2022-11"), parse_month("2024-03")


def funded(lever: type[Lever], month: int, **fields: Any) -> Lever:
    """A lever from a month on, fully paid for."""
    return lever.model_validate({"from": month_name(month), "funding": FUNDED, **fields})


def travel(start: Branch) -> Found:
    """Home care two years after all travel is paid."""
    lever = funded(PaidTravelTime, start.state.month, share=1.0)
    months = YEARS * MONTHS_PER_YEAR
    home_care = [int(Service.HOME_CARE)]
    watch(start.go(), months - MONTHS_PER_YEAR)
    without = watch(start.model, MONTHS_PER_YEAR)
    unpaid = effective_pay(start.model)
    watch(start.go(levers=[lever]), months - MONTHS_PER_YEAR)
    paid = watch(start.model, MONTHS_PER_YEAR)
    return {
        "travel_effective_pay": change(effective_pay(start.model), unpaid),
        "travel_turnover": paid.turnover_of(home_care) - without.turnover_of(home_care),
        "travel_staff": change(paid.staff[home_care].sum(), without.staff[home_care].sum()),
    }


def effective_pay(model: CareLabourModel) -> float:
    """Mean pay of home-care staff for each hour the job takes, unpaid travel included, pence."""
    staff, firms = direct_care_staff(model), model.providers.columns
    there = firms.service[staff.employer] == Service.HOME_CARE
    return float((staff.pay * firms.paid_part[staff.employer])[there].mean())


def floor(start: Branch, place: str) -> Found:
    """Care pay of at least the real living wage, paid for by government, over its second year."""
    lever = funded(RealLivingWage, start.state.month)
    months = (YEARS - 1) * MONTHS_PER_YEAR
    watch(start.go(), months)
    without, pay = watch(start.model, MONTHS_PER_YEAR), mean_pay(start.model)
    watch(start.go(levers=[lever]), months)
    raised = watch(start.model, MONTHS_PER_YEAR)
    return {
        f"{place}_pay": change(mean_pay(start.model), pay),
        f"{place}_turnover": raised.turnover - without.turnover,
        f"{place}_vacancies": raised.vacancy_rate - without.vacancy_rate,
    }


def portability(start: Branch) -> Found:
    """Sponsored staff of autumn 2022 with visas that are free of the sponsor for five years, and as they were."""
    lever = SponsorPortability.model_validate({"from": month_name(PORTABLE_FROM), "years": 5.0})
    moved, arrived = zip(*(followed(start, levers) for levers in ((), (lever,))), strict=True)
    return {
        "portability_moves": moved[1] / moved[0] if moved[0] > 0.0 else float("nan"),
        "portability_recruits": change(arrived[1], arrived[0]) if arrived[0] > 0.0 else float("nan"),
    }


def followed(start: Branch, levers: tuple[Any, ...]) -> tuple[float, float]:
    """Sponsored people who end with another care employer, share; and recruits from overseas, all of them."""
    model = start.go(levers=levers)
    before = direct_care_staff(model)
    sponsored = model.workers.columns.visa[before.row] == Visa.SPONSORED
    recruits = watch(model, PORTABLE_TO - PORTABLE_FROM + 1).granted
    columns, rows = model.workers.columns, before.row
    here = (columns.uid[rows] == before.uid) & (columns.status[rows] == Status.CARE)
    elsewhere = here & ~still_there(model, before) & sponsored
    return float(elsewhere.sum() / np.maximum(sponsored.sum(), 1)), float(recruits)
