"""Benefits and hours: what people on Universal Credit and Carer's Allowance make of a raise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.coverage import AppliesTo
from sim.jit import as_record
from sim.levers.funding import Funding
from sim.model import CareLabourModel
from sim.parameters import behaviour, parameter_table
from sim.rulebook import Rulebook
from sim.rules.delivery import in_induction
from sim.rules.hours_supplied import hour_worth, hours_wanted, household_of
from sim.units import Household, Status
from sim.virtual_market import virtual_market

A_QUARTER = 0.25
LIMIT_2016 = 11_000
OCTOBER_2016, TWO_APRILS = 6, 20
HALF_CLAIM = {"carers_allowance_share": 0.5, "universal_credit_share": 0.3}
PART_TIME: dict[str, Any] = {"hours": (12.0, 20.0), "month": OCTOBER_2016, "vacancies": 0.15}


def raised(share: float) -> list[Policy]:
    """A floor for all of care above the minimum wage of 2017, paid for from new money."""

    def write(book: Rulebook) -> None:
        everybody = book.scope(AppliesTo(), "", 1.0)
        floor = book.pay_floor.floor(round(750 * (1.0 + share)), where=everybody)
        paid = {"cover": 1.0, "from": "new_grant"}
        terms = {"council": paid, "nhs": paid, "include": ["on_costs", "differentials"], "ring_fenced": True}
        Funding.model_validate(terms).cover_floor(book, everybody, floor)

    return [Policy(write)]


def a_year_and_a_half(seed: int, p: Any, share: float) -> tuple[CareLabourModel, Any]:
    """A market after two Aprils, and who was in post at its start: identity, employer and hours."""
    model = virtual_market(behaviour=p, seed=seed, levers=raised(share), **PART_TIME)
    before = {name: values.copy() for name, values in model.workers.arrays.items()}
    for _ in range(TWO_APRILS):
        model.step()
    return model, before


def hours_of_stayers(model: CareLabourModel, before: Any, household: Household) -> float:
    """Hours worked by people with the same employer throughout, against theirs at the start."""
    workers, rows = model.workers, slice(len(before["uid"]))
    stayed = (workers.uid[rows] == before["uid"]) & (workers.status[rows] == Status.CARE)
    stayed &= (workers.employer[rows] == before["employer"]) & (before["household"] == household)
    return float(workers.worked_minutes[rows][stayed].sum() / before["worked_minutes"][stayed].sum())


def test_a_raise_cuts_hours_on_carers_allowance_and_still_wins_heads() -> None:
    p = behaviour(HALF_CLAIM)
    hours, heads = [], []
    for seed in range(12):
        runs = [a_year_and_a_half(seed, p, share) for share in (0.0, A_QUARTER)]
        hours.append([hours_of_stayers(*run, Household.CARERS_ALLOWANCE) for run in runs])
        heads.append([run[0].stock.heads.sum() for run in runs])
    kept, cut = np.array(hours).T
    assert surely(kept - cut) > 0.02
    assert surely(np.diff(np.array(heads), axis=1)) > 0


@pytest.mark.parametrize(("elasticity", "sign"), [(0.3, 1), (-0.3, -1)])
def test_hours_on_universal_credit_follow_what_an_hour_leaves(elasticity: float, sign: int) -> None:
    p = behaviour({**HALF_CLAIM, "hours_elasticity": elasticity})
    differences = []
    for seed in range(12):
        without, with_raise = (
            hours_of_stayers(*a_year_and_a_half(seed, p, share), Household.UNIVERSAL_CREDIT)
            for share in (0.0, A_QUARTER)
        )
        differences.append(sign * (with_raise - without))
    assert surely(differences) > 0


def test_a_raise_can_cut_hours_on_universal_credit_and_still_win_heads() -> None:
    """At the low end of what the elasticity may be, with nobody on Carer's Allowance, whose limit cuts hours anyway."""
    lowest = parameter_table()["hours_elasticity"].low
    assert lowest < 0.0
    p = behaviour({"carers_allowance_share": 0.0, "universal_credit_share": 0.5, "hours_elasticity": lowest})
    cut, heads, claimants = [], [], []
    for seed in range(12):
        (without, at_first), (with_raise, with_raise_at_first) = (
            a_year_and_a_half(seed, p, share) for share in (0.0, A_QUARTER)
        )
        kept = hours_of_stayers(without, at_first, Household.UNIVERSAL_CREDIT)
        cut.append(kept - hours_of_stayers(with_raise, with_raise_at_first, Household.UNIVERSAL_CREDIT))
        heads.append(with_raise.stock.heads.sum() - without.stock.heads.sum())
        claimants.append(in_post(with_raise) - in_post(without))
    assert surely(cut) > 0.015
    assert surely(heads) > 10
    assert surely(claimants) > 0


def in_post(model: CareLabourModel) -> int:
    """People in post whose households are on Universal Credit."""
    workers = model.workers
    return int(((workers.household == Household.UNIVERSAL_CREDIT) & (workers.status == Status.CARE)).sum())


def test_on_universal_credit_a_taper_that_stays_the_same_cancels_out() -> None:
    p, credit = as_record(behaviour()), int(Household.UNIVERSAL_CREDIT)

    def after_raise(taper_then: float, taper_now: float) -> int:
        then, now = hour_worth(800, taper_then), hour_worth(900, taper_now)
        return int(hours_wanted(credit, 1200, 1200, 900, now, then, LIMIT_2016, p))

    assert after_raise(0.0, 0.0) == after_raise(0.63, 0.63) == after_raise(0.55, 0.55) > 1200
    assert after_raise(0.63, 0.55) > after_raise(0.63, 0.63) > after_raise(0.55, 0.63)


def test_without_benefits_and_caring_nobody_changes_the_hours_wanted() -> None:
    p = behaviour(switched_off=("benefits_and_hours", "unpaid_carers"))
    model, before = a_year_and_a_half(1, p, A_QUARTER)
    same = (model.workers.uid[: len(before["uid"])] == before["uid"]) & (before["uid"] != 0)
    assert not model.workers.household.any()
    assert np.array_equal(model.workers.wanted_minutes[: len(same)][same], before["wanted_minutes"][same])


def test_claimants_of_carers_allowance_earn_no_more_than_its_limit() -> None:
    model, _ = a_year_and_a_half(2, behaviour(HALF_CLAIM), A_QUARTER)
    workers = model.workers
    claim = (workers.household == Household.CARERS_ALLOWANCE) & (workers.status == Status.CARE)
    claim &= workers.job_start < 12
    assert claim.sum() > 20
    earned = workers.pay[claim].astype(np.int64) * workers.wanted_minutes[claim] // 60
    # Hours are reviewed in April and when a job begins: a raise in between may take somebody over until then.
    over = earned > model.law.carers_earnings_limit
    assert over.mean() < 0.05
    assert earned.max() < 1.1 * model.law.carers_earnings_limit


def test_the_limit_binds_at_once_and_the_way_back_takes_time() -> None:
    p = as_record(behaviour())
    carer = int(Household.CARERS_ALLOWANCE)
    assert hours_wanted(carer, 900, 900, 800, 0.0, 0.0, LIMIT_2016, p) == 825
    assert 825 < hours_wanted(carer, 900, 825, 800, 0.0, 0.0, LIMIT_2016 + 2000, p) < 900


def test_people_whose_visa_bars_benefits_have_none() -> None:
    p = as_record(behaviour(HALF_CLAIM))
    assert {household_of(u, 5_000, 0, LIMIT_2016, 1.0, p) for u in (0.0, 0.5, 0.99)} == {int(Household.NO_BENEFITS)}
    assert household_of(0.0, 5_000, 1, LIMIT_2016, 1.0, p) == Household.CARERS_ALLOWANCE
    assert household_of(0.0, 50_000, 1, LIMIT_2016, 1.0, p) == Household.NO_BENEFITS


def test_more_people_are_on_universal_credit_where_more_households_are() -> None:
    p = as_record(behaviour(HALF_CLAIM))
    draws = [k / 200 for k in range(200)]
    poor, rich = (sum(household_of(u, 50_000, 1, LIMIT_2016, weight, p) for u in draws) for weight in (1.5, 0.5))
    assert poor == pytest.approx(3 * rich, abs=2)


def test_induction_ends_after_the_months_it_takes() -> None:
    p = behaviour({"induction_months": 3})
    assert [in_induction(months, months, 0, 0, as_record(p)) for months in (0, 2, 3)] == [True, True, False]
    assert [in_induction(months, 60, 2, 1, as_record(p)) for months in (0, 1, 2)] == [True, False, False]
    assert in_induction(2, 2, 2, 0, as_record(p))  # who is new to the sector is spared nothing
    assert [in_induction(months, months, 3, 1, as_record(p)) for months in (0, 1, 2)] == [True, True, False]
    model = virtual_market(behaviour=p)
    for _ in range(6):
        model.step()
    workers = model.workers
    new = (workers.status == Status.CARE) & (model.month - 1 - workers.job_start < 3)
    assert model.stock.untrained.sum() == workers.worked_minutes[new].sum() > 0
