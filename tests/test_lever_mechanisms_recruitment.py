"""What levers on recruitment do to a small market by way of the rules."""

from __future__ import annotations

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, lever, surely

from sim.levers.base import Lever
from sim.month.ledger import COST_KINDS
from sim.rules.entry import blur_after_talk
from sim.units import MONTHS_PER_YEAR, Source, Status
from sim.virtual_market import virtual_market

ON_COSTS = COST_KINDS.index("on_costs")
NEW_TO_CARE = (Source.LOCAL_POOL, Source.OVERSEAS_OTHER)


def test_a_friends_word_takes_its_part_of_what_is_unclear() -> None:
    assert blur_after_talk(1.0, 0.25) == 0.75
    assert blur_after_talk(0.5, 0.5) == 0.25
    assert blur_after_talk(0.7, 0.0) == 0.7


def newcomers_gone(seed: int, *levers: Lever) -> float:
    """Of people new to care who are in post after a year and came within half a year, the share gone in nine months."""
    model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, vacancies=0.15, providers=120)
    for _ in range(MONTHS_PER_YEAR):
        model.step()
    workers = model.workers
    new = (workers.status == Status.CARE) & (workers.job_start == workers.sector_start)
    new &= model.month - workers.job_start <= 6
    uid, job = workers.uid[new].copy(), workers.job_start[new].copy()
    for _ in range(9):
        model.step()
    rows = {one: row for row, one in enumerate(model.workers.uid)}
    kept = [
        one in rows and model.workers.status[rows[one]] == Status.CARE and model.workers.job_start[rows[one]] == start
        for one, start in zip(uid, job, strict=True)
    ]
    return 1.0 - float(np.mean(kept))


def test_people_whom_friends_bring_leave_early_less_often() -> None:
    brought = lever("referral_scheme", share_referred=1, clearer=1)
    assert surely([newcomers_gone(seed) - newcomers_gone(seed, brought) for seed in SEEDS]) > 0


@pytest.mark.parametrize("part", [0.3, 1.0])
def test_employers_pay_the_bonus_for_those_whom_friends_brought_and_only_for_people_new_to_care(part: float) -> None:
    started = paid = on_costs = without = 0
    levers = [lever("referral_scheme", share_referred=part, clearer=0.5, bonus=400)]
    model = virtual_market(month=APRIL_2016, levers=levers, vacancies=0.15, providers=80, audit=True)
    for _ in range(12):
        model.step()
        started += model.ledger.starters[..., list(NEW_TO_CARE)].sum()
        paid += model.ledger.bonuses.sum()
        on_costs += model.ledger.costs[..., ON_COSTS].sum()
        without += (52 * model.providers.on_costs // 12).sum()
    assert started > 100
    if part == 1.0:
        assert paid == 40_000 * started
        assert on_costs - without >= paid
    else:
        assert paid / (40_000 * started) == pytest.approx(part, abs=0.1)
