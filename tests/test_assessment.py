"""What people who draw on care get: need by client group, its assessment, and what falls on unpaid carers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.conditions import in_force
from sim.headline import HEADLINES
from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.population import build_population
from sim.population.inputs import figures
from sim.population.needs import GROUP_NAMES
from sim.rulebook import Rulebook, Scope
from sim.rules.assessment import agency_assessors_found, assessment_effort, time_for_assessments, wait_in_months
from sim.units import ClientGroup, LeaveReason, Payer, Role, Sector, Service, Status, month_index
from sim.virtual_market import virtual_market

TWO_YEARS = 24
HERE, THERE = 0, 1
TEAMS: dict[str, Any] = {
    "providers": 16,
    "sector": [Sector.INDEPENDENT] * 3 + [Sector.COUNCIL],
    "social_workers": [0.0] * 3 + [0.2],
    "therapists": [0.0] * 3 + [0.2],
    "vacancies": 0.12,
    "pool": 0.4,
    "km_apart": 6.0,
}
"""Two councils side by side, each with a team that assesses, and few people outside to join it."""


def posts(multiplier: float, role: Role, council: int | None = None) -> Policy:
    """A council's decision over the posts of its assessment team; all councils', if none is named."""

    def write(book: Rulebook) -> None:
        where = None
        if council is not None:
            everyone = np.ones(book.statics.posts.size, dtype=bool)
            roles = np.arange(len(Role)) == role
            councils = np.arange(book.statics.outside_factor.size) == council
            where = Scope(everyone, roles, councils, np.ones(len(Service), dtype=bool))
        book.assessment_posts.multiply(multiplier, where=where)

    return Policy(write)


def simulated(measure: Callable[[CareLabourModel], Any], months: int = TWO_YEARS, **market: Any) -> Any:
    model = virtual_market(**{**TEAMS, **market})
    found = []
    for _ in range(months):
        model.step()
        found.append(measure(model))
    return np.array(found)


def paired(measure: Callable[[CareLabourModel], Any], *changes: dict[str, Any], seeds: int = 24) -> Any:
    """[change, seed, ...] the mean over the second year."""
    return np.array(
        [[simulated(measure, seed=seed, **change)[12:].mean(axis=0) for seed in range(seeds)] for change in changes]
    )


def test_therapists_posts_raised_in_one_council_shorten_its_waits_and_lengthen_its_neighbours() -> None:
    more = {"levers": [posts(2.0, Role.OCCUPATIONAL_THERAPIST, council=HERE)]}
    without, with_posts = paired(lambda model: model.councils.awaiting.sum(axis=1).copy(), {}, more, seeds=40)
    change = with_posts - without
    assert surely(-change[:, HERE]) > 0
    assert surely(change[:, THERE]) > 0


def test_in_england_too_agency_therapists_who_go_to_one_council_are_missing_at_its_neighbours() -> None:
    therapist, turn = int(Role.OCCUPATIONAL_THERAPIST), month_index(2016, 4)
    region = CareLabourModel(scale=0.2, seed=3).councils.region
    here = np.flatnonzero(region == np.bincount(region).argmax())
    raised, others, away = here[::2], here[1::2], np.flatnonzero(region != region[here[0]])

    def write(book: Rulebook) -> None:
        if book.month >= turn:
            councils = np.isin(np.arange(book.statics.outside_factor.size), raised)
            roles, everyone = np.arange(len(Role)) == therapist, np.ones(book.statics.posts.size, dtype=bool)
            book.assessment_posts.multiply(
                3.0, where=Scope(everyone, roles, councils, np.ones(len(Service), dtype=bool))
            )

    found = []
    for levers in ([], [Policy(write)]):
        model = CareLabourModel(scale=0.2, seed=3, levers=levers)
        for _ in range(6):
            model.step()
        agency, waiting = model.councils.team_agency[:, 1], model.councils.awaiting.sum(axis=1)
        found.append((float(agency[raised].sum()), *(float(waiting[place].sum()) for place in (raised, others, away))))
    (agency, own, nearby, far), (agency_then, own_then, nearby_then, far_then) = found
    assert agency_then > agency
    assert own_then < 0.8 * own
    assert nearby_then > 1.02 * nearby
    assert far_then == pytest.approx(far, rel=0.001)


def test_agency_assessors_are_as_many_as_there_are_in_a_region() -> None:
    p = as_record(behaviour({"assessor_agency_cover": 0.7, "assessor_agency_most": 0.15}))
    assert agency_assessors_found(10, 100, p) == 1.0, "seven are sought, fifteen are there"
    assert agency_assessors_found(40, 100, p) == pytest.approx(15 / 28)
    assert agency_assessors_found(0, 0, p) == 1.0


def all_waits_and_hours(model: CareLabourModel) -> tuple[float, ...]:
    councils, providers = model.councils, model.providers
    direct = providers.posts_sought[:, [Role.CARE_WORKER, Role.SENIOR_CARE_WORKER]].sum()
    bought = councils.bought_minutes[:, :, Payer.COUNCIL].sum()
    in_need = (councils.clients + councils.awaiting).sum()
    return councils.months_waited.mean(), councils.awaiting.sum(), bought, direct, in_need


def test_fewer_assessors_mean_longer_waits_less_care_bought_and_fewer_posts_but_no_less_need() -> None:
    fewer = {"levers": [posts(0.6, Role.SOCIAL_WORKER)]}
    without, with_fewer = paired(all_waits_and_hours, {}, fewer, seeds=40)
    wait, waiting, bought, sought, in_need = (with_fewer - without).T
    assert surely(wait) > 0
    assert surely(waiting) > 0
    assert surely(-bought) > 0
    assert surely(-sought) > 0
    assert in_need == pytest.approx(0.0, abs=1e-9)


def test_what_lowers_the_vacancy_rate_is_shown_beside_what_is_not_met_and_not_assessed() -> None:
    shown = [line.indicator for line in HEADLINES]
    assert {"vacancy_rate", "unmet_share", "unassessed_share", "people_awaiting_assessment"} <= set(shown)


def test_a_teams_time_for_new_people_is_what_safeguarding_and_reviews_leave() -> None:
    p = as_record(behaviour({"safeguarding_share": 0.2, "review_share": 0.3, "assessment_least": 0.1}))
    assert time_for_assessments(10.0, 10.0, 1.0, 1.0, 1, p) == pytest.approx(8.0 * 0.5 / 0.8)
    assert time_for_assessments(10.0, 10.0, 1.0, 1.0, 0, p) == pytest.approx(7.0), "therapists have no safeguarding"
    assert time_for_assessments(10.0, 10.0, 2.0, 1.0, 1, p) == pytest.approx(8.0 * 0.5 / 1.1), "more reviews"
    assert time_for_assessments(10.0, 10.0, 1.0, 2.0, 1, p) == pytest.approx(6.0 * 0.5 / 0.8), "more safeguarding"
    assert time_for_assessments(10.0, 10.0, 1.0, 5.0, 1, p) == pytest.approx(1.0 * 0.5 / 0.8), "and some always left"
    # One post more gives all its time to assessments and reviews, as safeguarding takes no more than before.
    assert time_for_assessments(11.0, 10.0, 1.0, 1.0, 1, p) == pytest.approx(9.0 * 0.5 / 0.8)


def test_teams_under_pressure_assess_in_less_time() -> None:
    p = as_record(behaviour({"assessment_stretch": 0.5, "assessment_wait_usual": 1.0, "assessment_wait_most": 24.0}))
    assert [assessment_effort(0.2, 1.0, wait, p) for wait in (0.5, 1.0, 3.0)] == pytest.approx([0.2, 0.2, 0.1])
    assert assessment_effort(0.2, 1.5, 1.0, p) == pytest.approx(0.3)
    assert [wait_in_months(30.0, seen, p) for seen in (10.0, 30.0, 0.0)] == [3.0, 1.0, 24.0]
    assert wait_in_months(0.0, 0.0, p) == 0.0


def test_an_ageing_councils_need_grows_faster() -> None:
    model = virtual_market(providers=8, older_clients=[0.9, 0.3], month=0)
    people = model.councils.clients + model.councils.awaiting
    before, minutes = people.sum(axis=1), model.councils.need_minutes[:, :, Payer.COUNCIL].sum(axis=1)
    for _ in range(36):
        model.step()
    after = (model.councils.clients + model.councils.awaiting).sum(axis=1)
    grown = model.councils.need_minutes[:, :, Payer.COUNCIL].sum(axis=1) / minutes
    assert (after / before)[0] > (after / before)[1] + 0.01
    assert grown[0] > grown[1] + 0.01


def test_growth_of_a_client_group_is_a_field_that_policies_and_assumptions_may_write() -> None:
    def write(book: Rulebook) -> None:
        factors = np.ones(len(ClientGroup))
        factors[ClientGroup.LEARNING_DISABILITY] = 1.01
        book.client_factor.multiply(factors)

    grown = [
        simulated(lambda model: model.councils.clients.sum(axis=0).copy(), months=12, levers=levers)[-1]
        for levers in ([], [Policy(write)])
    ]
    ratio = grown[1] / grown[0]
    assert ratio[ClientGroup.LEARNING_DISABILITY] > 1.08
    assert ratio[ClientGroup.OLDER] < 1.02


def test_groups_growth_weighted_by_their_care_is_the_growth_of_all() -> None:
    councils = build_population(0.01, 1).councils
    care = (councils.clients[:, None, :] * councils.person_minutes).sum(axis=(0, 1))
    growth = np.array([in_force("client_growth", 0, name) for name in GROUP_NAMES])
    assert (care * growth).sum() / care.sum() == pytest.approx(in_force("client_growth_mean", 0), abs=2e-4)


def test_what_clients_need_at_the_start_is_what_is_bought() -> None:
    councils = build_population(0.01, 1).councils
    need = (councils.clients[:, None, :] * councils.person_minutes).sum(axis=2)
    assert need == pytest.approx(councils.bought_minutes[:, :, Payer.COUNCIL], abs=0.5)
    assert councils.clients.sum() == pytest.approx(figures()["clients"] * 0.01)
    older, younger = councils.clients[:, ClientGroup.OLDER], councils.clients[:, 1:].sum(axis=1)
    assert (older / younger).max() > 2 * (older / younger).min()


def test_agency_assessors_cover_part_of_the_posts_that_are_empty_and_cost_more() -> None:
    model = virtual_market(**TEAMS)
    model.step()
    councils, providers = model.councils, model.providers
    own = providers.sector == Sector.COUNCIL
    empty = sum(
        np.maximum(providers.posts_sought[own, role] - providers.posts_filled[own, role], 0).sum()
        for role in (Role.SOCIAL_WORKER, Role.OCCUPATIONAL_THERAPIST)
    )
    assert councils.team_agency.sum() == pytest.approx(empty * model.behaviour.assessor_agency_cover)
    hours = councils.team_agency.sum() * model.behaviour.assessor_hours * 52 / 12
    assert councils.agency_cost.sum() / hours > providers.posted_pay[own, Role.OCCUPATIONAL_THERAPIST].min()


NO_CARERS = {"carer_leaving": 0.0, "carer_cutting": 0.0}
SHORT_OF_STAFF: dict[str, Any] = {"vacancies": 0.2, "pool": 0.2, "providers": 8}


def end_state(**changes: float) -> dict[str, Any]:
    model = virtual_market(behaviour=behaviour({**NO_CARERS, **changes}), **SHORT_OF_STAFF)
    for _ in range(TWO_YEARS):
        model.step()
    return {name: values for table in model.world.state().values() for name, values in table.items()}


def test_with_the_parameters_at_zero_unpaid_carers_change_nothing() -> None:
    as_they_are, none_at_all = end_state(), end_state(carer_share=0.0)
    assert all(np.array_equal(values, none_at_all[name]) for name, values in as_they_are.items())


def test_care_not_met_makes_some_care_workers_leave_or_cut_their_hours() -> None:
    def measure(**changes: float) -> tuple[int, float, int]:
        model = virtual_market(behaviour=behaviour({**NO_CARERS, **changes}), **SHORT_OF_STAFF)
        left = returned = 0
        for _ in range(TWO_YEARS):
            before = model.workers.uid.copy(), model.workers.status.copy(), model.workers.leave_reason.copy()
            model.step()
            left += int(model.ledger.leavers[..., LeaveReason.CARING].sum())
            away = (before[1] == Status.NOT_WORKING) & (before[2] == LeaveReason.CARING)
            same = model.workers.uid[: away.size] == before[0]
            returned += int((away & same & (model.workers.status[: away.size] != Status.NOT_WORKING)).sum())
        staff = model.workers.status == Status.CARE
        return left, float(model.workers.wanted_minutes[staff].mean()), returned

    left, wanted, _ = measure()
    left_to_care, _, returned = measure(carer_leaving=0.1)
    stayed, wanted_less, _ = measure(carer_cutting=0.2)
    assert (left, stayed) == (0, 0)
    assert left_to_care > returned > 0
    assert wanted_less < wanted - 10


def test_more_care_unmet_falls_on_carers_as_more_hours() -> None:
    def burden(**market: Any) -> float:
        return float(simulated(lambda model: model.councils.carers_minutes.mean(), **market)[-1])

    assert burden(vacancies=0.25) > burden(vacancies=0.02)


def test_care_left_out_of_packages_falls_on_carers() -> None:
    def burden(trim: float) -> Any:
        poor = Policy(lambda book: book.savings.replace(0.1))
        return simulated(
            lambda model: (model.councils.carers_minutes.sum(), model.councils.trimmed_minutes.sum()),
            months=6, levers=[poor], behaviour=behaviour({"package_trim": trim}),
        )[-1]  # fmt: skip

    waiting, left_out = burden(0.0), burden(0.1)
    assert waiting[1] == 0.0
    assert left_out[1] > 0.0
    assert left_out[0] == pytest.approx(waiting[0], rel=0.1), "what is left out of packages falls on carers as waits do"
