"""What joint posts of care and the NHS do to a small market."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from markets import APRIL_2022, SEEDS, after, lever, surely

from sim.levers.base import Lever
from sim.month.ledger import COST_KINDS
from sim.rules.nhs import joint_extra, joint_lead, nhs_hour
from sim.units import LeaveReason, Role, Status
from sim.virtual_market import virtual_market

ON_COSTS = COST_KINDS.index("on_costs")


def test_time_in_the_nhs_is_paid_at_its_rate_where_that_is_higher() -> None:
    assert nhs_hour(1150, 0.1) == 1265
    assert nhs_hour(1150, 0.0) == 1150
    assert joint_lead(1000, 1200, 0.25) == pytest.approx(log(1.05))
    assert joint_extra(1000, 1200, 0.25, 600) == 500
    assert joint_lead(1000, 1000, 0.5) == joint_lead(1000, 1500, 0.0) == joint_lead(1000, 0, 0.5) == 0.0
    assert joint_extra(1000, 900, 0.5, 600) == joint_extra(1000, 1500, 0.0, 600) == 0


def gone_to_the_nhs(seed: int, *levers: Lever) -> int:
    """People who left care for the NHS in two years, where it has posts to fill."""
    model, gone = virtual_market(month=APRIL_2022, seed=seed, levers=levers, providers=120, nhs=4.0), 0
    for _ in range(24):
        model.step()
        gone += int(model.ledger.leavers[..., LeaveReason.NHS_JOB].sum())
    return gone


def test_fewer_people_in_joint_posts_leave_for_the_nhs() -> None:
    joint = lever("joint_roles", time_in_nhs=0.5)
    assert surely([gone_to_the_nhs(seed) - gone_to_the_nhs(seed, joint) for seed in SEEDS]) > 0


@pytest.mark.parametrize("payer", ["employers", "government"])
def test_what_joint_posts_add_to_pay_is_paid_by_whoever_it_is_said(payer: str) -> None:
    joint = lever("joint_roles", roles="care_worker", time_in_nhs=0.4, terms=25, paid_by=payer)
    model = after(3, levers=[joint])
    workers, providers, ledger = model.workers, model.providers, model.ledger
    care = (workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER)
    rate = int(model.law.nhs_pay[Role.CARE_WORKER] * 1.25 + 0.5)
    above = np.maximum(rate - workers.pay[care], 0)
    extra = np.floor(0.4 * above * workers.worked_minutes[care] / 60.0 + 0.5).astype(np.int64)
    assert (above > 0).any()
    assert providers.joint_pay.sum() == extra.sum()
    month = (providers.joint_pay[:40] * 52 // 12)[providers.active[:40] == 1].sum()
    assert (ledger.bonuses.sum(), ledger.programmes.sum()) == ((month, 0) if payer == "employers" else (0, month))


def test_joint_posts_that_employers_pay_for_come_out_of_margins() -> None:
    margins = [
        after(12, margin=0.05, levers=[lever("joint_roles", time_in_nhs=0.5, paid_by=payer)])
        .providers.margin[:40]
        .mean()
        for payer in ("government", "employers")
    ]
    assert margins[0] - margins[1] > 0.005
