"""What levers on recruitment do to a small market by way of the rules."""

from __future__ import annotations

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, after, lever, surely

from sim.levers.base import Lever
from sim.money import account
from sim.month.ledger import COST_KINDS
from sim.parameters import behaviour
from sim.recording import record, stack
from sim.rules.commissioning import given_nearby
from sim.rules.entry import blur_after_talk, people_moving
from sim.rules.job_value import km_felt
from sim.units import MONTHS_PER_YEAR, Service, Source, Status
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


def test_help_with_transport_has_distance_count_less_and_costs_what_is_said() -> None:
    assert km_felt(10.0, 0.25) == 2.5
    helped = lever("rural_coastal_offer", distance_taken=0.5, transport_cost=2)
    without, with_help = (after(1, levers=levers) for levers in ([], [helped]))
    there = (without.workers.status == Status.CARE) & (with_help.workers.status == Status.CARE)
    there &= (without.workers.employer == with_help.workers.employer) & (without.workers.self_employed == 0)
    rows = np.flatnonzero(there & (without.workers.job_start == with_help.workers.job_start))
    gains = with_help.value_of_jobs(rows) - without.value_of_jobs(rows)
    expected = 0.5 * behaviour().distance_cost * without.workers.distance[rows]
    assert gains == pytest.approx(expected, abs=1e-9)
    costs = [model.ledger.costs[..., COST_KINDS.index("other")].sum() for model in (without, with_help)]
    assert costs[1] - costs[0] == pytest.approx(0.02 * 52 * without.providers.wage_bill.sum() / 12, rel=0.01)


def kilometres(seed: int, *levers: Lever) -> float:
    """Mean distance to work of people who started a job within a year."""
    model = after(MONTHS_PER_YEAR, seed=seed, levers=levers, vacancies=0.15, providers=80)
    workers = model.workers
    return float(workers.distance[(workers.status == Status.CARE) & (workers.job_start >= APRIL_2016)].mean())


def test_people_come_from_farther_away_where_distance_counts_less() -> None:
    helped = lever("rural_coastal_offer", distance_taken=1)
    assert surely([kilometres(seed, helped) - kilometres(seed) for seed in SEEDS]) > 0


FIRST = {"council": "Hartlepool"}
"""The first of the councils, whatever its name in the small market."""


def test_people_who_move_are_lost_to_their_neighbours_and_government_pays_for_each() -> None:
    assert [people_moving(30, 0.05, u) for u in (0.0, 0.49, 0.5)] == [1, 1, 2]
    offer = lever("rural_coastal_offer", relocation=50, cost_per_move=3000, applies_to=FIRST)
    model = virtual_market(month=APRIL_2016, levers=[offer], pool=0.5, vacancies=0.2, providers=80, audit=True)
    for _ in range(6):
        model.step()
        gained, lost = model.ledger.relocated
        assert gained == -lost > 0
        assert model.ledger.programmes.tolist() == [300_000 * gained, 0]
        assert gained == pytest.approx(model.councils.looking[1], abs=1)  # half of those who looked, before half left


def test_people_who_move_are_shared_among_the_places_that_call_them() -> None:
    both = {"council": ["Hartlepool", "Middlesbrough"]}
    offer = lever("rural_coastal_offer", relocation=50, applies_to=both)
    model = virtual_market(month=APRIL_2016, levers=[offer], pool=0.5, councils=3, providers=90, audit=True)
    model.step()
    *gained, lost = model.ledger.relocated
    assert min(gained) > 0
    assert sum(gained) == -lost
    assert -lost == pytest.approx(model.councils.looking[2], abs=2), "half of those who looked, before half left"


def filled(seed: int, *levers: Lever) -> list[int]:
    """Posts filled in each of two councils after two years."""
    model = after(24, seed=seed, levers=levers, pool=0.3, vacancies=0.2, providers=80)
    return [int(model.stock.heads[council].sum()) for council in (0, 1)]


def test_a_place_gains_staff_whom_its_neighbours_lose() -> None:
    offer = lever("rural_coastal_offer", relocation=50, applies_to=FIRST)
    gains = np.array([np.subtract(filled(seed, offer), filled(seed)) for seed in SEEDS])
    assert surely(gains[:, 0]) > 0
    assert surely(-gains[:, 1]) > 0


def test_micro_enterprises_give_care_that_people_wait_for_and_fill_no_post() -> None:
    assert given_nearby(1000, 0.25) == 250
    assert given_nearby(1000, 0.0) == 0
    offer = lever("rural_coastal_offer", micro_enterprises=0.5, micro_price=24, applies_to=FIRST)
    market = {"service": [Service.HOME_CARE, Service.RESIDENTIAL], "vacancies": 0.3, "pool": 0.2}
    without, helped = (after(1, levers=levers, audit=True, **market) for levers in ([], [offer]))
    home, waiting = Service.HOME_CARE, without.councils.waiting_minutes
    assert waiting[0, home].sum() > 0
    assert helped.councils.micro_minutes[0].tolist() == (waiting[0, home] // 2).tolist()
    assert helped.councils.micro_minutes[1].sum() == 0
    now = helped.councils.waiting_minutes
    assert (now[0, home] + helped.councils.micro_minutes[0] == waiting[0, home]).all()
    assert (now[1] == waiting[1]).all()
    assert (now[:, Service.RESIDENTIAL] == waiting[:, Service.RESIDENTIAL]).all()
    assert helped.stock.heads.sum() == without.stock.heads.sum()
    found = account(stack([record(helped)]))
    minutes = int(helped.councils.micro_minutes.sum())
    assert found["pay_for_nearby"][0] == found["nearby"][0] == minutes * 2400 // 60 * 52 // 12
