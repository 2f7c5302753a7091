"""What levers on migration do to a small market by way of the rules."""

from __future__ import annotations

from math import log1p
from typing import Any

import numpy as np
import pytest
from markets import APRIL_2022, after, lever, surely

from sim.coverage import AppliesTo
from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.money import account
from sim.month.ledger import COST_KINDS
from sim.recording import record, stack
from sim.rules.entry import asylum_looking
from sim.rules.job_value import reception_value
from sim.units import MONTHS_PER_YEAR, NEVER, Nationality, Source, Status, Stream, Visa
from sim.virtual_market import virtual_market

OTHER = COST_KINDS.index("other")
FROM_OVERSEAS = (Source.OVERSEAS_SPONSORED, Source.OVERSEAS_OTHER)
MANY = {"sponsored": 0.6, "licensed": True, "vacancies": 0.15, "month": APRIL_2022}


def test_people_put_in_touch_are_rounded_by_luck_and_their_number_is_kept() -> None:
    assert [asylum_looking(250.0, 0.01, u) for u in (0.0, 0.49, 0.5)] == [2, 2, 3]
    assert asylum_looking(0.0, 1.0, 0.999) == 0


def test_people_granted_asylum_find_care_work_where_they_are_put_in_touch() -> None:
    put_in_touch = lever("right_to_work_asylum", people_a_year=50_000, applies_to={"region": "North West"})
    model = CareLabourModel(scale=0.01, levers=[put_in_touch], audit=True)
    books = []
    for _ in range(MONTHS_PER_YEAR):
        model.step()
        books.append(model.ledger.people_in[:, Stream.GRANTED_ASYLUM].copy())
    found = np.sum(books, axis=0)
    covered = model.world.statics.councils_covered(AppliesTo(region=("North West",)).council_codes())
    assert 30 < found.sum() < 300
    assert found[~covered].sum() == 0
    assert model.law.asylum_arrivals.sum() == pytest.approx(50_000 / 12)
    workers = model.workers
    granted = (workers.uid != 0) & (workers.uid >> np.uint64(60) == Stream.GRANTED_ASYLUM)
    assert granted.sum() > 20
    assert set(workers.visa[granted]) == {Visa.OTHER_ROUTE}
    assert set(workers.nationality[granted]) == {Nationality.NON_EU}
    assert (workers.leave_until[granted] == NEVER).all()
    paid = account(stack([record(model)]))
    assert paid["public_programmes"][0] == round(round(50_000 / 12 * 100_000) * 0.01)


def in_first_year(model: CareLabourModel) -> Any:
    """People on a visa in care, who came to it within a year before the month just simulated."""
    workers = model.workers
    recent = model.month - 1 - workers.sector_start < MONTHS_PER_YEAR
    return (workers.status == Status.CARE) & (workers.visa != Visa.UNRESTRICTED) & recent


def test_support_is_worth_what_is_said_to_people_from_overseas_in_their_first_year() -> None:
    assert reception_value(1, 11, 0.05) == reception_value(2, 0, 0.05) == 0.05
    assert reception_value(0, 3, 0.05) == reception_value(1, 12, 0.05) == 0.0
    without, supported = (
        after(2, levers=levers, **MANY) for levers in ([], [lever("overseas_induction_support", worth=10)])
    )
    same = (
        (without.workers.uid == supported.workers.uid)
        & (without.workers.status == Status.CARE)
        & (without.workers.employer == supported.workers.employer)
        & (without.workers.worked_minutes == supported.workers.worked_minutes)
        & (without.workers.job_start == supported.workers.job_start)
    )
    rows = np.flatnonzero(same)
    gains = supported.value_of_jobs(rows) - without.value_of_jobs(rows)
    newcomers = in_first_year(supported)[rows]
    assert 20 < newcomers.sum() < rows.size
    assert np.median(gains[newcomers]) == pytest.approx(log1p(0.1), abs=1e-3)
    assert np.median(gains[~newcomers]) == pytest.approx(0.0, abs=1e-3)


def gone_from_overseas(seed: int, *levers: Lever) -> int:
    """People from overseas in their first year who leave their care job within a year."""
    model, gone = virtual_market(seed=seed, levers=levers, **MANY), 0
    for _ in range(MONTHS_PER_YEAR):
        rows = np.flatnonzero(in_first_year(model))
        uid, employer = model.workers.uid[rows].copy(), model.workers.employer[rows].copy()
        model.step()
        workers = model.workers
        there = (workers.uid[rows] == uid) & (workers.status[rows] == Status.CARE)
        gone += int((~there | (workers.employer[rows] != employer)).sum())
    return gone


def test_fewer_people_who_are_received_well_leave_in_their_first_year() -> None:
    support = lever("overseas_induction_support", worth=20)
    assert surely([gone_from_overseas(seed) - gone_from_overseas(seed, support) for seed in range(24)]) > 0


def test_people_who_are_received_well_know_the_job_sooner() -> None:
    learnt = lever("overseas_induction_support", months_sooner=3)
    model = after(6, levers=[learnt], **MANY)
    workers, stock = model.workers, model.stock
    in_post, in_care = model.month - 1 - workers.job_start, model.month - 1 - workers.sector_start
    new = (workers.status == Status.CARE) & (in_post < 3)
    from_overseas = workers.visa != Visa.UNRESTRICTED
    moved = from_overseas & (in_care - in_post >= 3)
    expected = workers.worked_minutes[new & (~from_overseas | moved)].sum()
    assert stock.untrained.sum() == expected < workers.worked_minutes[new].sum()


@pytest.mark.parametrize("payer", ["employers", "government"])
def test_each_recruit_from_overseas_costs_what_is_said_to_whoever_pays(payer: str) -> None:
    other, public, came = [], 0, 0
    for levers in ([], [lever("overseas_induction_support", worth=0.001, cost_per_recruit=800, paid_by=payer)]):
        model = virtual_market(levers=levers, audit=True, **MANY)
        paid = 0
        for _ in range(4):
            model.step()
            paid += model.ledger.costs[..., OTHER].sum()
            if levers:
                public += model.ledger.programmes.sum()
                came += model.ledger.starters[..., list(FROM_OVERSEAS)].sum()
        other.append(paid)
    assert came > 10
    if payer == "government":
        assert public == 80_000 * came
        assert other[1] == pytest.approx(other[0], rel=1e-3)
    else:
        assert public == 0
        assert other[1] - other[0] == pytest.approx(80_000 * came, rel=0.02)
