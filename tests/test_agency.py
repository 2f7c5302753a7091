"""Agency staff are people: they choose agency pay over a post, and limits on agencies send them back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.month.ledger import COST_KINDS
from sim.month.moves import OUT_OF_CARE
from sim.parameters import behaviour
from sim.rules.agency import agency_job_value, agency_pay, agency_price
from sim.units import DIRECT_ROLES, Role, Sector, Service, Status
from sim.virtual_market import virtual_market

SETTLED, YEAR, QUARTER = 30, 12, 3
AGENCY_COSTS = COST_KINDS.index("agency")
AGENCIES = OUT_OF_CARE + int(Status.AGENCY) - int(Status.NHS)
SHORT_OF_STAFF: dict[str, Any] = {"vacancies": 0.15, "pool": 0.6}


def settled(seed: int, **market: Any) -> CareLabourModel:
    """A market in which people have come to work for agencies."""
    model = virtual_market(seed=seed, **SHORT_OF_STAFF, **market)
    for _ in range(SETTLED):
        model.step()
    return model


def after(seed: int, policy: Policy | None) -> Any:
    """Agency staff lost, agency hours and missed hours of the first quarter, and returns to posts within a year."""
    model = settled(seed)
    before = int(model.stock.agency[:, 0].sum())
    if policy is not None:
        model.levers = (policy,)
    missed = given = back = 0
    for month in range(YEAR):
        model.step()
        back += int(model.ledger.moves[AGENCIES, :OUT_OF_CARE].sum())
        if month < QUARTER:
            missed += int(model.providers.missed_minutes.sum())
            given += int(model.providers.agency_minutes.sum())
    return before - int(model.stock.agency[:, 0].sum()), given, missed, back


def test_a_cap_on_agency_time_sends_its_people_back_to_posts_and_costs_hours_at_first() -> None:
    cap = Policy(lambda book: book.agency_share_cap.cap(0.0))
    free = np.array([after(seed, None) for seed in range(40)])
    capped = np.array([after(seed, cap) for seed in range(40)])
    lost, given, missed, back = (capped - free).T
    assert (capped[:, 1] == 0).all()
    assert surely(-given) > 0
    assert surely(missed) > 0
    assert surely(lost) > 0
    assert surely(back) > 0


def test_a_cap_on_prices_makes_agency_work_pay_less_and_shrinks_it() -> None:
    cap = Policy(lambda book: book.agency_price_cap.cap(1000))
    free = np.array([after(seed, None) for seed in range(16)])
    capped = np.array([after(seed, cap) for seed in range(16)])
    assert surely((capped - free)[:, 0]) > 0


def test_agency_staff_are_paid_less_than_they_cost_and_more_than_staff() -> None:
    model = settled(1)
    workers = model.workers
    staff, agency = workers.pay[workers.status == Status.CARE], workers.pay[workers.status == Status.AGENCY]
    price = agency_price(int(staff.mean()), 1_000_000, model.p)
    assert agency.size > 5
    assert staff.mean() < agency.mean() < price


def test_agency_hours_are_those_of_its_people_and_fill_no_post() -> None:
    model = settled(2)
    for _ in range(YEAR):
        model.step()
        workers = model.workers
        with_agencies = workers.status == Status.AGENCY
        offered = workers.wanted_minutes[with_agencies].sum()
        assert 0 < model.providers.agency_minutes.sum() <= offered == model.stock.agency[:, 1].sum()
        assert (workers.employer[with_agencies] == -1).all()


def test_nobody_works_for_agencies_where_nobody_comes_across_them() -> None:
    model = settled(3, behaviour=behaviour({"agency_look": 0.0}))
    assert not (model.workers.status == Status.AGENCY).any()
    assert not model.providers.agency_minutes.any()


def test_idle_hours_and_lower_prices_make_agency_work_worth_less() -> None:
    p = as_record(behaviour())
    busy = agency_job_value(1000, 1.0, 0.1, 0.0, p)
    assert agency_job_value(1000, 0.5, 0.1, 0.0, p) < busy
    assert agency_pay(agency_price(1000, 1500, p), p) < agency_pay(agency_price(1000, 1_000_000, p), p)


def test_agency_time_is_priced_at_what_the_roles_it_stands_in_for_are_paid() -> None:
    model = CareLabourModel(scale=0.02, seed=3)
    for _ in range(3):
        model.step()
    providers, p = model.providers, model.p
    posts, pay = providers.posts_sought[:, :DIRECT_ROLES], providers.posted_pay[:, :DIRECT_ROLES]
    sought = posts.sum(axis=1)
    mean = np.where(sought > 0, (posts * pay).sum(axis=1) // np.maximum(sought, 1), pay[:, Role.CARE_WORKER])
    price = np.array([agency_price(int(each), 1_000_000, p) for each in mean])
    bill = np.floor(providers.agency_minutes / 60.0 * price) * 52 / 12
    for service in (Service.RESIDENTIAL, Service.NURSING):
        there = (providers.service == service) & (providers.sector < Sector.DIRECT_PAYMENT)
        booked = model.ledger.costs[:, service, AGENCY_COSTS].sum()
        assert booked == pytest.approx(bill[there].sum(), rel=0.01)
    nursing = (providers.service == Service.NURSING) & (posts.sum(axis=1) > 0)
    assert mean[nursing].mean() > 1.05 * providers.posted_pay[nursing, Role.CARE_WORKER].mean(), "nurses cost more"
