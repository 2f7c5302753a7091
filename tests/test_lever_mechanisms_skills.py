"""What levers on training, careers, a register and full-time work do to a small market."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, after, lever, surely

from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.month.ledger import COST_KINDS
from sim.month.stock import Measure, TeamSum
from sim.parameters import behaviour
from sim.reference.rows import parameters
from sim.rules.contracts import could_work_full_time
from sim.rules.finance import register_bill
from sim.rules.job_value import fee_felt
from sim.rules.pay import cost_of_mix
from sim.rules.staffing import posts_handed, suitable
from sim.rules.training import minutes_released, qualifies
from sim.units import Household, Payer, Role, Service, Source, Status
from sim.virtual_market import virtual_market

CARE, SENIOR, NURSE = Role.CARE_WORKER, Role.SENIOR_CARE_WORKER, Role.REGISTERED_NURSE
OTHER = COST_KINDS.index("other")


def in_post(model: CareLabourModel) -> np.ndarray:
    """Rows of care workers and seniors in post."""
    workers = model.workers
    return np.flatnonzero((workers.status == Status.CARE) & (workers.role <= SENIOR))


# Training


def test_time_for_training_is_what_the_offer_says_and_ends_with_the_qualification() -> None:
    assert minutes_released(1200, 120, 0) == 120
    assert minutes_released(90, 120, 0) == 90
    assert minutes_released(1200, 120, 1) == 0
    assert qualifies(0.04, 0.05)
    assert not qualifies(0.05, 0.05)


def training(**changes: Any) -> Lever:
    return lever("training_offer", **{"hours_a_week": 3, "hours_needed": 100, "cost": 0, **changes})


def test_training_takes_just_its_hours_from_care_at_once() -> None:
    without, trained = (after(1, levers=levers) for levers in ([], [training()]))
    rows = in_post(trained)
    assert (rows == in_post(without)).all()
    workers = trained.workers
    learning = rows[workers.qualified[rows] == 0]
    lost = np.minimum(workers.worked_minutes[learning], 180).sum()
    minutes = [model.stock.teams[:, TeamSum.DIRECT_MINUTES].sum() for model in (without, trained)]
    assert minutes[0] - minutes[1] == lost > 0
    assert (trained.providers.wage_bill == without.providers.wage_bill).all()


def test_the_untrained_qualify_in_the_time_that_their_hours_need() -> None:
    trained = virtual_market(month=APRIL_2016, levers=[training()])
    rows = in_post(trained)
    unqualified = rows[trained.workers.qualified[rows] == 0]
    uid = trained.workers.uid[unqualified].copy()
    for _ in range(6):
        trained.step()
    same = (trained.workers.uid[unqualified] == uid) & (trained.workers.status[unqualified] == Status.CARE)
    share = (trained.workers.qualified[unqualified][same] == 1).mean()
    assert share == pytest.approx(1.0 - (1.0 - 0.13) ** 6, abs=0.06)  # 13 of 100 hours a month


def test_training_in_one_service_has_its_staff_qualify_as_if_it_were_given_in_all() -> None:
    def newly_qualified(offer: Lever) -> tuple[CareLabourModel, np.ndarray]:
        model = virtual_market(month=APRIL_2016, service=[Service.HOME_CARE, Service.RESIDENTIAL], levers=[offer])
        before = model.workers.qualified.copy()
        model.step()
        return model, np.flatnonzero(model.workers.qualified > before)

    model, everywhere = newly_qualified(training())
    at_home = model.providers.service[model.workers.employer[everywhere]] == Service.HOME_CARE
    _, in_home_care = newly_qualified(training(applies_to={"service": ["home_care"]}))
    assert in_home_care.tolist() == everywhere[at_home].tolist()
    assert 5 < in_home_care.size < everywhere.size


def test_training_costs_care_first_and_gives_qualified_hours_later() -> None:
    def measure(seed: int, months: int, *levers: Lever) -> tuple[float, float]:
        model = after(months, seed=seed, vacancies=0.12, levers=levers)
        cells = model.stock.cells.sum(axis=(0, 1, 2))
        share = cells[:, Measure.QUALIFIED].sum() / cells[:, Measure.MINUTES].sum()
        return model.stock.teams[:, TeamSum.DIRECT_MINUTES].sum() / cells[:, Measure.MINUTES].sum(), share

    def changes(months: int) -> np.ndarray:
        return np.array([np.subtract(measure(seed, months, training()), measure(seed, months)) for seed in SEEDS])

    first, third_year = changes(2), changes(30)
    assert surely(-first[:, 0]) > 0.03
    assert surely(third_year[:, 0] - first[:, 0]) > 0.02
    assert surely(third_year[:, 1]) > 0.2


def test_courses_are_paid_for_as_a_share_of_wages() -> None:
    dear, free = (after(1, levers=[training(cost=cost)]) for cost in (5, 0))
    other = [model.ledger.costs[..., OTHER].sum() for model in (dear, free)]
    assert other[0] - other[1] == pytest.approx(0.05 * 52 * free.providers.wage_bill.sum() / 12, rel=0.02)


def test_who_qualifies_earns_the_step_for_it() -> None:
    step = lever("pay_progression", qualification_step=10)

    def pay(*levers: Lever) -> float:
        model = after(12, levers=levers)
        return float(model.workers.pay[in_post(model)].mean())

    assert pay(step, training()) > 1.015 * pay(step)


# Careers


def test_posts_are_handed_over_by_share_and_never_more_than_there_are() -> None:
    assert [posts_handed(10, 0.25, u) for u in (0.0, 0.49, 0.5)] == [2, 2, 3]
    assert posts_handed(1, 0.9, 0.99) == 1
    assert posts_handed(0, 0.5, 0.4) == 0
    assert cost_of_mix(80, 20, 0.1, 1000, 1100) == 8  # eight posts in a hundred, a pound an hour more
    assert cost_of_mix(80, 20, 0.0, 1000, 1100) == cost_of_mix(0, 20, 0.1, 1000, 1100) == 0


def test_a_pathway_turns_care_workers_posts_into_seniors_and_own_staff_rise_to_them() -> None:
    def run(seed: int, *levers: Lever) -> tuple[CareLabourModel, int, int]:
        model, promoted, gone = virtual_market(month=APRIL_2016, seed=seed, levers=levers), 0, 0
        for _ in range(24):
            model.step()
            promoted += model.ledger.promoted[..., CARE, SENIOR].sum()
            gone += model.ledger.leavers.sum()
        return model, promoted, gone

    pathway = lever("career_pathway", posts=25)
    without, with_posts = (after(1, levers=levers).providers.posts_sought for levers in ([], [pathway]))
    handed = without[:, CARE] - with_posts[:, CARE]
    taken_up = with_posts[:, SENIOR] - without[:, SENIOR]
    assert (np.abs(handed - taken_up) <= 1).all(), "apart from hours that recruits give more or less than staff do"
    assert handed.sum() == pytest.approx(taken_up.sum(), rel=0.05)
    assert (np.abs(handed - 0.25 * without[:, CARE]) <= 1).all()
    rises, pay = [], []
    for seed in SEEDS:
        (other, few, _), (model, many, _) = run(seed), run(seed, pathway)
        rises.append(many - few)
        pay.append(model.workers.pay[in_post(model)].mean() - other.workers.pay[in_post(other)].mean())
    assert surely(rises) > 50
    assert surely(pay) > 5


def test_payers_cover_what_more_seniors_cost_an_hour() -> None:
    payer = {"cover": 1.0, "from": "new_grant"}
    pathway = lever("career_pathway", posts=25, funding={"council": payer, "nhs": payer})
    without, paid = (after(1, levers=levers).providers for levers in ([], [pathway]))
    posts, rates = without.posts_start[:40], without.posted_pay[:40]
    share = 0.25 * posts[:, CARE] / (posts[:, CARE] + posts[:, SENIOR])
    expected = share * (rates[:, SENIOR] - rates[:, CARE])
    added = paid.price[:40, Payer.COUNCIL] - without.price[:40, Payer.COUNCIL]
    assert added == pytest.approx(expected, abs=1.0)
    assert (paid.grant[:40, Payer.COUNCIL] - without.grant[:40, Payer.COUNCIL] == added).all()


# Staffing mix


def test_seniors_in_nurses_posts_fill_them_and_leave_fewer_hours_to_nurses() -> None:
    def measure(seed: int, *levers: Lever) -> tuple[float, float, float]:
        model = CareLabourModel(scale=0.01, seed=seed, levers=levers)
        for _ in range(24):
            model.step()
        homes = (model.providers.service == Service.NURSING) & (model.providers.active == 1)
        sought, filled = model.providers.posts_sought[homes], model.providers.posts_filled[homes]
        cells = model.stock.cells[:, Service.NURSING].sum(axis=(0, 1))
        vacant = np.maximum(sought - filled, 0)[:, [SENIOR, NURSE]].sum() / sought[:, [SENIOR, NURSE]].sum()
        registered = cells[:, Measure.REGISTERED].sum() / cells[:, Measure.MINUTES].sum()
        assert cells[:, Measure.REGISTERED].sum() == cells[NURSE, Measure.MINUTES]
        return vacant, registered, float(sought[:, NURSE].sum())

    mix = lever("staffing_mix", posts=30, applies_to={"service": "nursing"})
    found = np.array([[measure(seed, *levers) for levers in ((), (mix,))] for seed in range(12)])
    change = found[:, 1] - found[:, 0]
    assert surely(-change[:, 0]) > 0
    assert surely(-change[:, 1]) > 0.005
    assert (found[:, 1, 2] / found[:, 0, 2]).mean() == pytest.approx(0.7, abs=0.05)


# A register


def test_a_fee_weighs_by_what_is_earned_and_a_standard_turns_a_share_away() -> None:
    assert fee_felt(52_000, 1000, 600) == pytest.approx(math.log(0.9))
    assert fee_felt(52_000, 1000, 1200) == pytest.approx(math.log(0.95))
    assert fee_felt(10**9, 1000, 600) == pytest.approx(math.log(0.5))
    assert fee_felt(0, 1000, 600) == 0.0
    p = parameters(behaviour({"suitable_share": 0.5}))
    assert [suitable(u, standard, p) for u, standard in ((0.45, 0.0), (0.45, 0.2), (0.39, 0.2))] == [True, False, True]
    assert register_bill(10, 3000) == 2500


def test_a_fee_takes_off_a_job_what_it_is_of_the_years_pay() -> None:
    without, with_fee = (
        after(1, zero_hours=0.0, levers=levers) for levers in ([], [lever("workforce_registration", fee=300)])
    )
    rows = np.intersect1d(in_post(with_fee), in_post(without))
    assert rows.size > 900
    yearly = 52 * with_fee.workers.pay[rows] * with_fee.workers.worked_minutes[rows] / 60
    change = with_fee.value_of_jobs(rows) - without.value_of_jobs(rows)
    assert change == pytest.approx(np.log(1 - 30_000 / yearly), abs=1e-9)


def test_employers_who_bear_the_fee_pay_it_for_each_of_their_staff() -> None:
    without, paid = (
        after(1, levers=levers) for levers in ([], [lever("workforce_registration", fee=120, paid_by="employer")])
    )
    staff = paid.providers.posts_filled[:, [CARE, SENIOR]].sum(axis=1)
    cost = (paid.ledger.costs - without.ledger.costs)[..., OTHER].sum()
    assert cost == (staff * 1000)[paid.providers.active == 1].sum() > 0


def test_a_standard_keeps_newcomers_out_and_standing_keeps_staff_in() -> None:
    def flows(seed: int, *levers: Lever) -> tuple[int, int]:
        model, new, gone = virtual_market(month=APRIL_2016, seed=seed, vacancies=0.15, levers=levers), 0, 0
        for _ in range(24):
            model.step()
            new += model.ledger.starters[..., Source.LOCAL_POOL].sum()
            gone += model.ledger.leavers.sum()
        return new, gone

    strict = lever("workforce_registration", turned_away=50)
    esteemed = lever("workforce_registration", worth_of_status=10)
    found = np.array([[flows(seed, *levers) for levers in ((), (strict,), (esteemed,))] for seed in SEEDS])
    assert surely(found[:, 0, 0] - found[:, 1, 0]) > 0
    assert surely(found[:, 0, 1] - found[:, 2, 1]) > 0


# Full time


SHORT = {"hours": (16.0, 30.0), "vacancies": 0.15, "pool": 0.3}


def full_time(**changes: Any) -> Lever:
    body = {"could_work_full_time": 1.0, "hours": 35, "wishes_met": 1.0, "cost": 0, **changes}
    return lever("full_time_with_part_time_flexibility", **body)


def test_part_time_staff_who_take_full_time_contracts_had_room_and_a_vacant_post_and_gain_by_it() -> None:
    assert could_work_full_time(0.2, 0.25)
    assert not could_work_full_time(0.25, 0.25)
    without, offered = (after(1, **SHORT, levers=levers) for levers in ([], [full_time()]))
    workers = offered.workers
    rows = in_post(offered)
    taken = rows[workers.contract_minutes[rows] == 35 * 60]
    assert 20 < taken.size < rows.size
    assert (workers.worked_minutes[taken] == 35 * 60).all()
    assert (workers.household[taken] != Household.CARERS_ALLOWANCE).all()
    assert (offered.value_of_jobs(taken) > without.value_of_jobs(taken)).all()
    full = after(1, **{**SHORT, "vacancies": 0.0}, levers=[full_time()])
    assert (full.workers.contract_minutes[in_post(full)] == 35 * 60).sum() < 0.2 * taken.size


def test_who_draws_carers_allowance_is_offered_no_full_time_contract() -> None:
    offered = after(1, **SHORT, levers=[full_time()])
    rows = in_post(offered)
    takers = offered.workers.uid[rows[offered.workers.contract_minutes[rows] == 35 * 60]]
    model = virtual_market(**{"month": APRIL_2016, **SHORT}, levers=[full_time()])
    model.workers.household[np.isin(model.workers.uid, takers)] = Household.CARERS_ALLOWANCE
    model.step()
    now = np.isin(model.workers.uid, takers) & (model.workers.status == Status.CARE)
    assert now.sum() > 20
    assert not (model.workers.contract_minutes[now] == 35 * 60).any()


def test_longer_weeks_give_more_care_by_the_same_people() -> None:
    def measure(seed: int, *levers: Lever) -> tuple[float, float]:
        model = after(12, seed=seed, **SHORT, levers=levers)
        cells = model.stock.cells.sum(axis=(0, 1, 2, 3))
        return cells[Measure.MINUTES] / cells[Measure.HEADS], model.providers.missed_minutes.sum()

    found = np.array([np.subtract(measure(seed, full_time()), measure(seed)) for seed in SEEDS])
    assert surely(found[:, 0]) > 60
    assert surely(-found[:, 1]) > 0


def test_fewer_take_a_full_week_that_meets_fewer_wishes_or_where_fewer_could() -> None:
    def taken(**changes: Any) -> int:
        model = after(1, **SHORT, levers=[full_time(**changes)])
        return int((model.workers.contract_minutes[in_post(model)] == 35 * 60).sum())

    assert taken(could_work_full_time=0.25) < 0.5 * taken()
    assert taken(wishes_met=0.0) < 0.7 * taken()
