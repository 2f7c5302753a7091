"""What levers on migration do to a small market by way of the rules."""

from __future__ import annotations

from math import exp, log1p
from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, APRIL_2022, SEEDS, after, lever, surely

from sim.conditions import in_force
from sim.coverage import AppliesTo
from sim.jit import as_record
from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.money import account
from sim.month.ledger import COST_KINDS
from sim.month.sponsor import sponsor_wishes
from sim.parameters import behaviour
from sim.recording import record, stack
from sim.rules.agency import price_to_member
from sim.rules.delivery import agency_wanted
from sim.rules.entry import asylum_looking
from sim.rules.job_value import reception_value
from sim.rules.migration import (
    arrivals_possible,
    joins_hub,
    licence_chance,
    revocation_chance,
    sponsoring_share,
    wants_to_sponsor,
)
from sim.units import MONTHS_PER_YEAR, NEVER, LeaveReason, Nationality, Role, Source, Status, Stream, Visa, month_index
from sim.virtual_market import virtual_market

AGENCY, OTHER = COST_KINDS.index("agency"), COST_KINDS.index("other")
FROM_OVERSEAS = (Source.OVERSEAS_SPONSORED, Source.OVERSEAS_OTHER)
NURSE = Role.REGISTERED_NURSE
ROUTE_CLOSED = month_index(2025, 9)
MANY = {"sponsored": 0.6, "licensed": True, "vacancies": 0.15, "month": APRIL_2022}


SPONSORSHIP = COST_KINDS.index("sponsorship")


def test_bars_to_dependants_take_away_as_many_as_lifting_them_adds() -> None:
    p = as_record(behaviour({"dependants_draw": 2.0}))
    assert arrivals_possible(100, 999, 1, 1, 0.5, p) == arrivals_possible(100, 999, 0, 0, 0.5, p) == 50
    assert arrivals_possible(100, 999, 1, 0, 0.5, p) == 100
    assert arrivals_possible(100, 999, 0, 1, 0.5, p) == 25


def test_no_more_come_than_a_policy_allows_whoever_wishes_to_come() -> None:
    p = as_record(behaviour({"dependants_draw": 2.0}))
    for dependants, of_law in ((0, 0), (1, 0), (1, 1)):
        assert arrivals_possible(100, 100, dependants, of_law, 0.5, p) == 50
    assert arrivals_possible(100, 60, 0, 1, 0.5, p) == 25, "a bar leaves fewer who wish to come than may"
    assert arrivals_possible(300, 60, 0, 1, 0.5, p) == 30, "and more than may where many come"
    assert arrivals_possible(5, 5, 0, 0, 0.1, p) == 0.5, "a limit is not rounded up to whole people of the model"
    assert arrivals_possible(4, 999, 0, 0, 0.1, p) == 0.4, "nor is the estimate, up or down: employers' draws round"


def test_sponsors_lose_licences_by_scrutiny_and_seek_fewer_where_recruits_may_leave() -> None:
    p = as_record(behaviour({"revocation_rogue": 0.04, "revocation_honest": 0.01}))
    assert [revocation_chance(rogue, 1.0, p) for rogue in (1, 0)] == [0.04, 0.01]
    assert [revocation_chance(rogue, 2.0, p) for rogue in (1, 0)] == [0.08, 0.02]
    assert [revocation_chance(rogue, 0.0, p) for rogue in (1, 0)] == [0.0, 0.0]
    p = as_record(behaviour({"licence_base": 0.5, "portability_on_demand": 0.8}))
    assert [licence_chance(0.2, months, p) for months in (0, 1, 36)] == pytest.approx([0.1, 0.08, 0.08])
    p = as_record(behaviour({"sponsor_share": 0.25}))
    assert [wants_to_sponsor(posts, 1000, 900, 0, 0, 0.0, p) for posts in (-1, 0, 1, 4, 5)] == [0, 0, 1, 1, 2]


def test_sponsors_seek_recruits_for_leavers_they_expect_as_they_do_at_home() -> None:
    """With no post vacant, who recruits ahead asks for visas, too."""
    asked = {}
    for ahead in (0.0, 0.09):
        model = virtual_market(**{**MANY, "vacancies": 0.0, "behaviour": behaviour({"recruited_ahead": ahead})})
        model.step()
        providers, wishes = model.providers.columns, np.zeros((model.providers.capacity, len(Role)), dtype=np.int64)
        providers.posts_filled[...] = providers.posts_sought
        providers.posts_promised[...] = 0
        sponsor_wishes(0, len(wishes), model.draw_seed, providers, model.law, model.p, wishes)
        asked[ahead] = wishes.sum(axis=0)
    assert asked[0.0].sum() == 0
    assert asked[0.09][Role.CARE_WORKER] > 10
    assert asked[0.09].sum() == asked[0.09][Role.CARE_WORKER]


def route(months: int, **terms: Any) -> tuple[CareLabourModel, np.ndarray, int]:
    """A market short of staff under terms of the visa route: recruits from overseas by month and role, and charges."""
    policy = lever("overseas_recruitment", **{"open": True, "cap_per_year": 100_000, **terms})
    model = virtual_market(levers=[policy], audit=True, **{**MANY, "vacancies": 0.3})
    came, paid = [], 0
    for _ in range(months):
        model.step()
        came.append(model.ledger.starters[..., Source.OVERSEAS_SPONSORED].sum(axis=(0, 1, 2)))
        paid += int(model.ledger.costs[..., SPONSORSHIP].sum())
    return model, np.array(came), paid


def test_the_route_brings_as_many_as_its_cap_allows_in_its_roles_and_none_when_it_is_closed() -> None:
    model, wide, _ = route(12, cap_per_year=200_000)
    _, narrow, _ = route(12)
    allowed = 100_000 * model.world.scale
    assert 0.8 * allowed < narrow.sum() < 1.2 * allowed
    assert wide.sum() > 1.5 * narrow.sum()
    _, seniors, _ = route(12, roles="senior_care_worker")
    assert seniors[:, Role.SENIOR_CARE_WORKER].sum() > 2 * narrow[:, Role.SENIOR_CARE_WORKER].sum()
    both = ["care_worker", "senior_care_worker"]
    assert route(6, open=False, roles=both)[1][:, [Role.CARE_WORKER, Role.SENIOR_CARE_WORKER]].sum() == 0


def test_opened_again_without_a_cap_as_many_may_come_as_when_the_route_was_last_open() -> None:
    april = month_index(2027, 4)

    def ready(**terms: Any) -> tuple[int, int]:
        model = virtual_market(levers=[lever("overseas_recruitment", **{"from": "2027-04", **terms})])
        law = model.law_of(april)
        return int(law.visa_open[Role.SENIOR_CARE_WORKER]), int(law.visa_cap[law.visa_cap_of[Role.SENIOR_CARE_WORKER]])

    assert ready(in_country=True) == (0, 0), "closed since July 2025"
    last_year = [
        in_force("visa_cap", month, "care_worker") for month in range(month_index(2024, 8), month_index(2025, 8))
    ]
    assert ready(open=True) == (1, round(sum(last_year) / 12))
    assert ready(open=True, roles="senior_care_worker") == ready(open=True)
    assert ready(open=True, cap_per_year=1200) == (1, 100)
    while_open = virtual_market(levers=[lever("overseas_recruitment", **{"from": "2023-04", "open": True})])
    month = month_index(2024, 5)
    assert while_open.law_of(month).visa_cap[Role.CARE_WORKER] == in_force("visa_cap", month, "care_worker")


def test_a_cap_holds_where_dependants_may_come_again_and_nurses_stay_as_they_are() -> None:
    """In April 2025 dependants are barred, and fewer come than the cap would let in."""

    def granted(dependants: bool) -> tuple[CareLabourModel, float]:
        """Recruits from overseas who were granted a visa within a year, people in England."""
        policy = lever("overseas_recruitment", open=True, cap_per_year=20_000, dependants=dependants)
        model = virtual_market(levers=[policy], **{**MANY, "vacancies": 0.3, "month": month_index(2025, 4)})
        came = 0
        for _ in range(MONTHS_PER_YEAR):
            model.step()
            came += int((model.workers.visa_month == model.month - 1).sum())
        return model, came / model.world.scale

    (_, barred), (model, free) = granted(False), granted(True)
    assert free == barred
    assert 5_000 < free < 20_000  # thousands come, and fewer than may
    assert model.law.visa_dependants[[Role.CARE_WORKER, Role.SENIOR_CARE_WORKER, NURSE]].tolist() == [1, 1, 0]


def test_terms_of_the_route_tell_in_who_comes_and_in_what_employers_pay() -> None:
    cheap, dear = (route(1, employer_cost=cost)[2] for cost in (1000, 9000))
    assert dear == 9 * cheap > 0
    assert route(12, dependants=False)[1].sum() < 0.7 * route(12)[1].sum()
    model, _, _ = route(12, salary_floor=12)
    workers = model.workers
    came = (workers.visa == Visa.SPONSORED) & (workers.visa_month >= APRIL_2022) & (workers.status == Status.CARE)
    assert came.sum() > 10
    assert (workers.pay[came] >= 1200).all()


def test_portability_spares_sponsored_staff_an_application_for_its_years_after_arrival_and_no_longer() -> None:
    def needed(*levers: Lever) -> tuple[CareLabourModel, np.ndarray]:
        """What a job elsewhere must be worth to those in post who looked in the first month."""
        model = after(1, levers=levers, **MANY)
        return model, model.world.scratch.needed[: model.workers.capacity].copy()

    model, usual = needed()
    workers = model.workers
    spared = {}
    for years in (1, 5):
        gained = usual - needed(lever("sponsor_portability", years=years))[1]
        spared[years] = np.flatnonzero(gained)
        rows = spared[years]
        year_of_pay = workers.pay[rows] * workers.worked_minutes[rows] // 60 * model.behaviour.weeks_a_year
        assert gained[rows] == pytest.approx(model.law.visa_fee / year_of_pay)
    assert 5 < spared[1].size < spared[5].size
    recent = model.month - 1 - workers.visa_month[spared[5]] < MONTHS_PER_YEAR
    assert (spared[1] == spared[5][recent]).all()


def licences(**terms: Any) -> tuple[int, int]:
    """Licences that rogue and other sponsors still hold after a year in which nobody new gets one."""
    policy = lever("sponsor_licensing", readiness_checks=0, **terms)
    many = behaviour({"licence_base": 0.0, "revocation_rogue": 0.05, "revocation_honest": 0.02})
    model = virtual_market(levers=[policy], behaviour=many, **{**MANY, "month": month_index(2023, 4), "providers": 200})
    model.providers.rogue[:200:2] = 1
    for _ in range(MONTHS_PER_YEAR):
        model.step()
    rogue = model.providers.rogue[:200] == 1
    held = model.providers.licensed[:200] == 1
    return int((held & rogue).sum()), int((held & ~rogue).sum())


def test_closer_scrutiny_takes_licences_from_rogue_sponsors_most_and_from_honest_ones_too() -> None:
    usual, close, none = (licences(scrutiny_change=change) for change in (0.001, 2, -1))
    assert none == (100, 100)
    assert close[0] < usual[0] < usual[1] < 100
    assert close[1] < usual[1]
    assert close[0] < close[1]


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


def test_a_hub_takes_its_part_of_reluctance_to_sponsor() -> None:
    p = as_record(behaviour({"sponsor_share": 0.4, "sponsor_floor_response": 2.0}))
    assert sponsoring_share(1000, 900, 0, 0, 0.0, p) == 0.4
    assert sponsoring_share(1000, 900, 0, 0, 0.5, p) == pytest.approx(0.7)
    assert sponsoring_share(1000, 1500, 0, 0, 0.5, p) == pytest.approx(0.7 * exp(-1.0))
    assert sponsoring_share(1000, 900, 5, 4, 1.0, p) == 0.0


def test_members_with_vacancies_and_steady_work_come_under_the_licence_of_a_hub() -> None:
    assert joins_hub(0.1, 0.2, 0.05, True)
    assert not joins_hub(0.1, 0.2, 0.0, True)
    assert not joins_hub(0.1, 0.2, 0.05, False)
    assert not joins_hub(0.2, 0.2, 0.05, True)
    market = {"month": APRIL_2022, "vacancies": 0.3, "behaviour": behaviour({"rogue_share": 0.4, "licence_base": 0.0})}
    hub = lever("recruitment_hub", joining=50, applies_to={"size": "small"})
    without, helped = (after(12, levers=levers, **market).providers for levers in ([], [hub]))
    assert without.licensed.sum() == 0
    assert 15 < helped.licensed[:40].sum() < 40
    assert helped.rogue.sum() == 0


def placed_again(seed: int, *levers: Lever) -> int:
    """Of people whose sponsor lost the licence within a year, those who work in care half a year later."""
    market = {"sponsored": [0.5, 0.0], "licensed": [True, False], "vacancies": 0.2, "pay": 1400, "providers": 120}
    lost = behaviour({"revocation_honest": 0.03, "licence_base": 0.0})
    model = virtual_market(seed=seed, levers=levers, behaviour=lost, month=ROUTE_CLOSED, **market)
    without_sponsor: set[int] = set()
    for month in range(18):
        model.step()
        if month < MONTHS_PER_YEAR:
            hit = model.workers.leave_reason == LeaveReason.VISA
            without_sponsor |= set(model.workers.uid[hit & (model.workers.uid != 0)].tolist())
    in_care = model.workers.uid[model.workers.status == Status.CARE]
    return len(without_sponsor & set(in_care.tolist()))


@pytest.mark.parametrize("how", [{"joining": 50}, {"matches": 12}, {"paperwork_taken": 1}])
def test_people_who_lost_their_sponsor_find_another_through_a_hub(how: dict[str, float]) -> None:
    hub = lever("recruitment_hub", **how)
    assert surely([placed_again(seed, hub) - placed_again(seed) for seed in SEEDS]) > 0


def test_a_shared_bank_costs_members_less_an_hour_and_fills_more_gaps_and_pays_its_staff_the_same() -> None:
    assert price_to_member(2000, 0.8) == 1600
    assert price_to_member(1999, 1.0) == 1999
    p = as_record(behaviour({"agency_cover": 0.8, "agency_most": 1.0}))
    assert agency_wanted(1000, 10_000, 0.1, 1.0, 0.0, p) == 800
    assert agency_wanted(1000, 10_000, 0.1, 1.0, 0.5, p) == 900
    bank = {"employer_of_record": "nhs_bank"}
    cheaper = lever("recruitment_hub", **bank, price_saved=20)
    fuller = lever("recruitment_hub", **bank, more_covered=1)
    short = {"vacancies": 0.15, "pool": 0.6}
    found = [after(24, levers=levers, **short) for levers in ([], [cheaper], [fuller])]
    costs = [model.ledger.costs[..., AGENCY].sum() for model in found]
    hours = [model.providers.agency_minutes.sum() for model in found]
    assert costs[1] / hours[1] == pytest.approx(0.8 * costs[0] / hours[0], rel=0.02)
    assert (found[1].councils.agency_price == 1.0).all()

    def used(seed: int, *levers: Lever) -> int:
        model, hours = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **short), 0
        for _ in range(24):
            model.step()
            hours += int(model.providers.agency_minutes.sum())
        return hours

    assert surely([used(seed, fuller) - used(seed) for seed in SEEDS]) > 0
