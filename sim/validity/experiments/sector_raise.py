"""How staff of the whole sector respond when all of care pays more and nobody outside it does.

Labour supply to the sector is what would work in care at a wage, whatever posts there are. Nobody observes that; the
published estimates infer it from flows. In a steady state staff are recruits over the rate of leaving, so that the
elasticity of supply is that of recruits less that of leaving (Manning 2003), and the published ones take recruits to
respond as leaving does with the sign turned. The model shows all of it: people outside care who apply, people who leave
care, and staff in post, who are as many as posts allow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibration.runs import Job
from sim.month.lookers import TO_CARE
from sim.parameters import Behaviour
from sim.units import MONTHS_PER_YEAR, LeaveReason
from sim.validity.experiments.evidence import setting
from sim.validity.experiments.worlds import (
    AlteredModel,
    Branch,
    Found,
    branch,
    change,
    england,
    mean_pay,
    raise_pay,
    watch,
)

YEARS, EARLY = 5, 2
"""Years that a raise lasts, and of them those before responses are counted."""


class Late(NamedTuple):
    """What the years after the first ones show."""

    staff: float
    turnover: float
    exits: float
    applicants: float
    """People outside care who apply to care employers."""
    pay: float


def pay_held(behaviour: Behaviour) -> Behaviour:
    """Employers leave pay where it is, so that what is seen is how people respond and not how pay does."""
    return behaviour._replace(vacancy_pay_response=0.0, mid_year_review=0.0)


def applicants(model: AlteredModel) -> float:
    """People outside care who applied to care employers in the month just simulated."""
    lookers = model.world.scratch.lookers.columns
    return float(((lookers.kind == TO_CARE) & (lookers.employer < 0)).sum())


def late(model: AlteredModel) -> Late:
    """Walk through all the years and count in the later ones."""
    watch(model, EARLY * MONTHS_PER_YEAR)
    applied, leavers, exits, present = 0.0, 0.0, 0.0, 0.0
    staff = 0.0
    for _ in range((YEARS - EARLY) * MONTHS_PER_YEAR):
        month = watch(model, 1)
        applied += applicants(model)
        leavers += month.leavers.sum()
        exits += month.leavers.sum() - month.leavers[:, [LeaveReason.CARE_JOB, LeaveReason.AGENCY_WORK]].sum()
        present += month.present.sum()
        staff = month.staff.sum()
    return Late(float(staff), float(leavers / present), float(exits / present), applied, mean_pay(model))


def sector_raise(job: Job, behaviour: Behaviour) -> Found:
    """Responses in percent for each percent of pay, five years before April 2016, when nothing outside changes."""
    start: Branch = branch(england(job, pay_held(behaviour), -YEARS * MONTHS_PER_YEAR))
    without = late(start.go())
    raise_pay(start.go(), setting("sector_raise"), np.ones(start.model.providers.capacity, dtype=bool))
    raised = late(start.model)
    dearer = change(raised.pay, without.pay)
    leaving = change(raised.turnover, without.turnover) / dearer
    exits = change(raised.exits, without.exits) / dearer
    applied = change(raised.applicants, without.applicants) / dearer
    return {
        "sector_staff": change(raised.staff, without.staff) / dearer,
        "sector_leaving": leaving,
        "sector_exits": exits,
        "sector_applicants": applied,
        "sector_twice_leaving": -2.0 * leaving,
        "sector_supply": applied - exits,
    }
