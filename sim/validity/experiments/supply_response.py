"""How conclusions on pay change if people responded to it less or more than the calibrated model says.

The published response of the whole sector, 2 to 5 percent of staff for each percent of pay, and the low end that
relative pay implies lie far apart. The model's own lies where calibration puts it (`sector_raise`). Here people are
made to respond as if each percent by which a policy raises care pay over pay elsewhere were several (`strength`): the
going rate outside care and NHS pay look that much lower, or higher, to them, while employers and payers bear what the
raise costs. Without the policy nothing differs, so that no other part of the calibrated model moves, and how people
compare care employers with one another stays as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.law import Law
from sim.levers.pay import RealLivingWage
from sim.parameters import Behaviour
from sim.units import MONTHS_PER_YEAR, Role
from sim.validity.experiments.evidence import setting
from sim.validity.experiments.policies import funded
from sim.validity.experiments.sector_raise import sector_raise
from sim.validity.experiments.worlds import (
    AlteredModel,
    Branch,
    Found,
    Year,
    branch,
    change,
    england,
    raise_pay,
    walk,
    watch,
)

RESPONSES = {"half": 0.5, "two": 2.0, "four": 4.0}
"""Percent of staff that would work in care for each percent of pay, by name."""
OWN = "own"
"""The response that the draw has of itself."""
YEARS = 3
LEAST = 0.1
"""Weakest response of a draw from which strengths are taken; below it, they would say nothing."""


def third_year(start: Branch, raised: float, levers: tuple[Any, ...], strength: float) -> Year:
    """The third year of a policy, in which people respond to what it adds to pay with a strength."""
    firms = start.model.providers.columns

    def felt(law: Law, month: int) -> Law:
        """Pay elsewhere as it must look for care pay to lead it by so many times what the policy adds."""
        if strength == 1.0 or month < start.state.month:
            return law
        by_council, everywhere = gain(start.model, raised)
        lead = np.exp((1.0 - strength) * by_council)
        return law._replace(
            outside_pay=np.rint(law.outside_pay * lead).astype(law.outside_pay.dtype),
            nhs_pay=np.rint(law.nhs_pay * np.exp((1.0 - strength) * everywhere)).astype(law.nhs_pay.dtype),
        )

    model = start.go(felt, levers)
    if raised > 0.0:
        raise_pay(model, raised, np.ones(firms.uid.size, dtype=bool))
    watch(model, (YEARS - 1) * MONTHS_PER_YEAR)
    return watch(model, MONTHS_PER_YEAR)


def gain(model: AlteredModel, raised: float) -> tuple[Floats, float]:
    """[council] and everywhere: what a policy adds to the pay of care workers, log pay: its floors, or a raise."""
    firms, councils = model.providers.columns, model.councils.capacity
    here = firms.active == 1
    posted, unaided = (rates[here, Role.CARE_WORKER].astype(float) for rates in (firms.posted_pay, firms.unaided_pay))
    staff = firms.posts_filled[here].sum(axis=1).astype(float)
    added = np.bincount(firms.council[here], weights=staff * np.log(posted / unaided), minlength=councils)
    employed = np.bincount(firms.council[here], weights=staff, minlength=councils)
    more = np.log1p(raised)
    return added / np.maximum(employed, 1.0) + more, float(added.sum() / employed.sum() + more)


def supply_response(job: Job, behaviour: Behaviour) -> Found:
    """Two policies under the draw's own response and under others; and the draw's own response."""
    found = sector_raise(job, behaviour)
    own = max(found["sector_supply"], LEAST)
    start = branch(walk(england(job, behaviour, 0), int(setting("response_from"))))
    without = third_year(start, 0.0, (), 1.0)
    policies: dict[str, tuple[float, tuple[Any, ...]]] = {
        "rlw": (0.0, (funded(RealLivingWage, start.state.month),)),
        "raise": (setting("sector_raise"), ()),
    }
    for policy, (raised, levers) in policies.items():
        for name, response in {OWN: own, **RESPONSES}.items():
            year = third_year(start, raised, levers, response / own)
            found[f"{policy}_{name}_staff"] = change(year.staff.sum(), without.staff.sum())
            found[f"{policy}_{name}_vacancies"] = year.vacancy_rate - without.vacancy_rate
            found[f"{policy}_{name}_turnover"] = year.turnover - without.turnover
    return found
