"""What levers do to a small market by way of the rules: each lever here beside the same market without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, APRIL_2022, SEEDS, after, lever, surely

from sim.jit import as_record
from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.money import account
from sim.month.ledger import COST_KINDS
from sim.parameters import behaviour
from sim.recording import record, stack
from sim.rules.entry import age_of_entrant, male_share, rank_by_age, share_younger_than
from sim.rules.search import returner_looking_chance
from sim.units import MONTHS_PER_YEAR, Gender, LeaveReason, Role, Service, Source, Status
from sim.virtual_market import virtual_market


def test_a_higher_employer_tax_comes_out_of_margins() -> None:
    margins, costs = [], []
    for seed in SEEDS:
        without, taxed = (
            after(12, seed=seed, levers=levers).providers
            for levers in ([], [lever("employer_tax", rate_points=5, threshold_change=-4000)])
        )
        margins.append(without.margin.mean() - taxed.margin.mean())
        costs.append(
            (taxed.on_costs.sum() / taxed.wage_bill.sum()) - (without.on_costs.sum() / without.wage_bill.sum())
        )
    assert surely(margins) > 0.005
    assert surely(costs) > 0.05


def to_the_nhs(seed: int, *levers: Lever) -> tuple[int, int]:
    """NHS support posts, and people who have left care for the NHS, after two years."""
    model, gone = virtual_market(month=APRIL_2016, seed=seed, levers=levers), 0
    for _ in range(25):
        model.step()
        gone += model.ledger.leavers[..., LeaveReason.NHS_JOB].sum()
    return model.nhs_employers.posts[:, Role.CARE_WORKER].sum(), gone


def test_posts_that_the_nhs_adds_are_partly_filled_from_care() -> None:
    drive = lever("nhs_recruitment_drive", percent_a_year=30)
    differences = np.array([np.subtract(to_the_nhs(seed, drive), to_the_nhs(seed)) for seed in SEEDS])
    assert (differences[:, 0] > 0).all()
    assert surely(differences[:, 1]) > 0
    posts, none = (to_the_nhs(1, *levers)[0] for levers in ([drive], []))
    assert posts / none == pytest.approx((1.31 / 1.01) * (1.315 / 1.015), rel=0.03)  # two Aprils, and no other month


def test_checks_before_a_licence_find_out_sponsors_without_work() -> None:
    many = behaviour({"rogue_share": 0.5, "licence_base": 1.0})
    market = {"month": APRIL_2022, "vacancies": 0.3, "behaviour": many}
    unchecked, checked, half = (
        after(12, levers=levers, **market).providers
        for levers in (
            [],
            [lever("sponsor_licensing", readiness_checks=1)],
            [lever("sponsor_licensing", readiness_checks=1, share_of_change=0.5)],
        )
    )
    assert checked.rogue.sum() == 0 < half.rogue.sum() < unchecked.rogue.sum()
    assert checked.licensed.sum() > 0
    assert (checked.licensed <= unchecked.licensed).all()


def test_a_longer_way_to_settlement_keeps_people_tied() -> None:
    def tied(*levers: Lever) -> int:
        return int(after(66, sponsored=0.3, levers=levers).stock.sponsored.sum())

    assert tied() < tied(lever("settlement_rules", years_more=5))


def leavers(seed: int, *levers: Lever, **market: Any) -> int:
    model, gone = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **market), 0
    for _ in range(24):
        model.step()
        gone += model.ledger.leavers.sum()
    return gone


def test_better_terms_keep_staff_and_cost_what_they_cost() -> None:
    better = [
        lever("staff_benefits", worth=10),
        lever("sick_pay_and_pension", pension_points=10),
        lever("leadership_programme", gain=10, cost=0),
    ]
    for terms in better:
        fewer = [leavers(seed) - leavers(seed, terms) for seed in SEEDS]
        assert surely(fewer) > 0, terms.name
    for costly in (lever("sick_pay_and_pension", pension_points=10), lever("staff_benefits", worth=1, cost=5)):
        costs = [after(6, levers=levers).providers.on_costs.sum() for levers in ([], [costly])]
        assert costs[1] > 1.1 * costs[0], costly.name


def test_programmes_for_staff_are_paid_to_others_out_of_margins() -> None:
    for name, dose in (("leadership_programme", {"gain": 1}), ("wellbeing_programme", {"relief": 0.1})):
        with_programme, without = (after(1, levers=levers) for levers in ([lever(name, cost=5, **dose)], []))
        other = [model.ledger.costs[..., COST_KINDS.index("other")].sum() for model in (with_programme, without)]
        wages = 52 * without.providers.wage_bill.sum() / 12
        assert other[0] - other[1] == pytest.approx(0.05 * wages, rel=0.02), name
        staff = [model.ledger.costs[..., COST_KINDS.index("on_costs")].sum() for model in (with_programme, without)]
        assert staff[0] == pytest.approx(staff[1], rel=0.01)


def test_support_takes_strain_off_staff_and_leaves_teams_as_short_as_they_are() -> None:
    short = {"vacancies": 0.25, "pool": 0.2}
    none, half, whole = (
        after(2, levers=[lever("wellbeing_programme", relief=relief)] if relief else [], **short)
        for relief in (0.0, 0.5, 1.0)
    )
    worth = [model.providers.workplace[:40] for model in (none, half, whole)]
    assert (worth[2] > worth[1]).all()
    assert (worth[1] > worth[0]).all()
    assert whole.providers.strain.mean() > 0.8 * none.providers.strain.mean() > 0


def test_company_relieves_home_care_alone_and_adds_to_other_support() -> None:
    market = {"vacancies": 0.25, "pool": 0.2, "service": [Service.HOME_CARE, Service.RESIDENTIAL]}
    wellbeing, network = lever("wellbeing_programme", relief=0.5), lever("peer_network", relief=0.4, cost=1)
    found = {
        name: after(2, levers=levers, **market)
        for name, levers in {
            "none": [], "network": [network], "both": [wellbeing, network], "wellbeing": [wellbeing],
        }.items()
    }  # fmt: skip
    worth = {name: model.providers.workplace[:40] for name, model in found.items()}
    at_home = found["none"].providers.service[:40] == Service.HOME_CARE
    assert (worth["network"][at_home] > worth["none"][at_home]).all()
    assert (worth["network"][~at_home] == worth["none"][~at_home]).all()
    law = found["both"].law
    assert law.strain_felt[:40] == pytest.approx(np.where(at_home, 0.6 * 0.5, 0.5))
    assert (law.programme_cost[:40][at_home] == 0.012).all()


def test_an_invitation_reaches_those_in_other_work_and_has_them_look_no_more_than_people_who_seek_work() -> None:
    p = as_record(behaviour({"other_work_look": 0.02, "seeking_look": 0.5, "not_working_look": 0.01}))
    others = (Status.NHS, Status.SEEKING, Status.NOT_WORKING)
    assert [returner_looking_chance(Status.OTHER_WORK, 12, invited, p) for invited in (1.0, 3.0, 100.0)] == [
        0.02, pytest.approx(0.06), 0.5
    ]  # fmt: skip
    assert [returner_looking_chance(status, 12, 100.0, p) for status in others] == [
        returner_looking_chance(status, 12, 1.0, p) for status in others
    ]


def test_people_invited_back_come_back_and_government_pays_for_the_invitation() -> None:
    def returned(seed: int, *levers: Lever) -> int:
        model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, vacancies=0.2, pool=0.3)
        found = 0
        for _ in range(36):
            model.step()
            found += model.ledger.starters[..., Source.OTHER_WORK].sum()
        return found

    invited = lever("returners_programme", more_looking=500, cost_per_year=12)
    assert surely([returned(seed, invited) - returned(seed) for seed in SEEDS]) > 0
    model = CareLabourModel(scale=0.01, levers=[invited])
    model.step()
    found = account(stack([record(model)]))
    assert found["public_programmes"][0] == found["programmes"][0] == 1_000_000 * 100 * 0.01


def to_nhs_and_cost(seed: int, *levers: Lever) -> tuple[float, float]:
    """People who left care for the NHS in three years, and what an hour worked costs at the end, pence."""
    model, gone = virtual_market(month=APRIL_2022, seed=seed, levers=levers), 0
    for _ in range(36):
        model.step()
        gone += model.ledger.leavers[..., LeaveReason.NHS_JOB].sum()
    providers, workers = model.providers, model.workers
    hours = workers.worked_minutes[workers.status == Status.CARE].sum() / 60.0
    return gone, float((providers.wage_bill + providers.on_costs).sum() / hours)


def test_nhs_terms_keep_people_from_the_nhs_more_the_more_of_them_there_are() -> None:
    base = lever("agenda_for_change_parity")
    whole = lever("agenda_for_change_parity", unsocial_hours=9, pension=20, sick_pay=1.5)
    found = np.array([[to_nhs_and_cost(seed, *levers) for levers in ((), (base,), (whole,))] for seed in SEEDS])
    gone, cost = found[:, :, 0], found[:, :, 1]
    assert surely(gone[:, 0] - gone[:, 2]) > 0
    assert gone[:, 0].mean() > gone[:, 1].mean() > gone[:, 2].mean()
    assert surely(cost[:, 1] - cost[:, 0]) > 0
    assert (cost[:, 2] - cost[:, 0]).mean() > 2.0 * (cost[:, 1] - cost[:, 0]).mean()


def test_an_agreement_lifts_pay_by_the_sum_agreed() -> None:
    without, with_floor = (
        after(2, pay=100, levers=levers)
        for levers in ([], [lever("fair_pay_agreement", above_minimum=0.5, phase_in_months=2)])
    )
    assert (with_floor.law.pay_floor - without.law.pay_floor == 50).all()
    lowest = [model.workers.pay[model.workers.status == Status.CARE].min() for model in (without, with_floor)]
    assert lowest[1] - lowest[0] == 50


def early_leavers(seed: int, *levers: Lever) -> float:
    """Of people who started a care job in the second half of a year, the share gone within six months."""
    model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, vacancies=0.1)
    for _ in range(12):
        model.step()
    workers = model.workers
    new = (workers.status == Status.CARE) & (model.month - workers.job_start <= 6)
    uid, job = workers.uid[new].copy(), workers.job_start[new].copy()
    for _ in range(6):
        model.step()
    rows = {uid: row for row, uid in enumerate(model.workers.uid)}
    kept = [
        one in rows and model.workers.status[rows[one]] == Status.CARE and model.workers.job_start[rows[one]] == start
        for one, start in zip(uid, job, strict=True)
    ]
    return 1.0 - float(np.mean(kept))


def test_people_who_know_what_a_job_is_like_leave_it_early_less_often() -> None:
    clear = lever("honest_job_previews", clearer=1)
    assert surely([early_leavers(seed) - early_leavers(seed, clear) for seed in range(24)]) > 0


def test_training_that_counts_elsewhere_gives_back_time_of_those_who_move() -> None:
    untrained, minutes = [], []
    for seed in SEEDS:
        without, portable = (
            after(8, seed=seed, levers=levers, vacancies=0.15)
            for levers in ([], [lever("portable_qualification", months_spared=3)])
        )
        untrained.append(without.stock.untrained.sum() - portable.stock.untrained.sum())
        minutes.append(portable.providers.staff_minutes.sum() - without.providers.staff_minutes.sum())
    assert surely(untrained) > 0
    assert surely(minutes) > 0
    model = after(8, levers=[lever("portable_qualification", months_spared=3)], vacancies=0.15, pool=2.0)
    workers = model.workers
    in_post, in_care = model.month - 1 - workers.job_start, model.month - 1 - workers.sector_start
    new = (workers.status == Status.CARE) & (in_post < 3) & (in_care - in_post < 3)
    assert (
        model.stock.untrained.sum() == workers.worked_minutes[new].sum() > 0
    )  # who had not learnt it is spared nothing


def entrants(seed: int, group: str | None) -> tuple[int, int, int, int]:
    """People in post who came within 18 months in which a campaign reached a group; of them men, young and old."""
    levers = [lever("targeted_recruitment", group=group, more_looking=100)] if group else []
    model = after(18, seed=seed, levers=levers, vacancies=0.2, pool=0.4)
    workers = model.workers
    new = (workers.status == Status.CARE) & (workers.sector_start > APRIL_2016)
    age = (workers.sector_start - workers.birth_month) / MONTHS_PER_YEAR
    chosen = (workers.gender == Gender.MALE, age < 25, age > 51)
    return new.sum(), *((new & of_group).sum() for of_group in chosen)


def test_a_campaign_brings_more_of_the_group_it_reaches() -> None:
    groups = (None, "everybody", "men", "young", "over_50s")
    found = np.array([[entrants(seed, group) for group in groups] for seed in SEEDS])
    people, shares = found[..., 0], found[..., 1:] / found[..., :1]
    assert surely(people[:, 1] - people[:, 0]) > 0
    for place in range(3):
        assert surely(shares[:, 2 + place, place] - shares[:, 0, place]) > 0.1, groups[2 + place]
        for other in {1, 2, 3, 4} - {2 + place}:
            assert (shares[:, other, place] - shares[:, 0, place]).mean() < 0.05, groups[other]


def test_a_campaign_for_men_brings_men_beside_those_who_come_anyway() -> None:
    p = as_record(behaviour({"male_share_entrants": 0.2}))
    assert [male_share(others, 0.0, p) for others in (0.0, 0.5)] == pytest.approx([0.2, 0.2])
    assert male_share(0.0, 0.6, p) == pytest.approx(0.5)  # of 1.6 people 0.8 are men
    assert male_share(0.6, 0.4, p) == pytest.approx(0.36)


def test_campaigns_by_age_leave_everybody_elses_age_as_it_was() -> None:
    p = as_record(behaviour())
    luck = np.linspace(0.0005, 0.9995, 1000)
    assert [rank_by_age(u, 1.3, 0.0, 0.0, p) for u in luck] == luck.tolist()
    young, over_50s = share_younger_than(25.0, p), 1.0 - share_younger_than(50.0, p)
    assert young == pytest.approx(1.0 - (37.0 / 44.0) ** 2)
    assert over_50s == pytest.approx((12.0 / 44.0) ** 2)
    mixed = np.array([age_of_entrant(rank_by_age(u, 1.25, 0.5, 0.25, p), p) for u in luck])
    assert (np.diff(mixed) > 0).all()
    assert (mixed < 25).mean() == pytest.approx((1.25 * young + 0.5) / 2, abs=0.001)
    assert (mixed > 50).mean() == pytest.approx((1.25 * over_50s + 0.25) / 2, abs=0.001)


def test_support_takes_care_off_unpaid_carers_and_meets_none_of_it() -> None:
    nobody_answers = behaviour({"carer_leaving": 0.0, "carer_cutting": 0.0})
    without, half = (
        after(6, levers=levers, vacancies=0.3, pool=0.2, behaviour=nobody_answers)
        for levers in ([], [lever("unpaid_carer_support", support=0.5)])
    )
    assert (half.councils.carers_minutes == 0.5 * without.councils.carers_minutes).all()
    assert half.councils.carers_minutes.max() > 0
    assert (half.providers.missed_minutes == without.providers.missed_minutes).all()
