"""What tools and other ways of organising work do to a small market: each lever beside the same market without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, after, lever, surely

from sim.jit import as_record
from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.month.ledger import COST_KINDS
from sim.month.worth import worth
from sim.parameters import behaviour
from sim.rules.delivery import present_minutes
from sim.rules.finance import establishment_bill, fixed_cost_of_an_hour
from sim.rules.job_value import flexibility_met
from sim.rules.staffing import care_posts_sought
from sim.units import LeaveReason, Payer, Sector, Status
from sim.virtual_market import virtual_market

SITES = slice(0, 40)
"""Rows of the providers that a small market starts with."""
SHORT = {"vacancies": 0.25, "pool": 0.2}
"""A market short of staff, with few people outside to draw on."""


def pair(months: int, policy: Lever, **market: Any) -> tuple[CareLabourModel, CareLabourModel]:
    """The same market without a lever and with it."""
    return after(months, levers=[], **market), after(months, levers=[policy], **market)


def other_costs(model: CareLabourModel) -> int:
    """Costs of the month that are neither wages nor agency, pence."""
    return int(model.ledger.costs[..., COST_KINDS.index("other")].sum())


# Rules by hand


def test_wishes_that_a_rota_meets_are_part_of_those_unmet() -> None:
    assert flexibility_met(0.3, 1.0, 12, 0) == 0.3
    assert flexibility_met(0.4, 0.5, 12, 0) == pytest.approx(0.7)
    assert flexibility_met(0.4, 0.0, 12, 0) == 1.0
    assert flexibility_met(0.4, 0.0, 5, 6) == 0.0


def test_time_saved_gives_more_care_and_takes_fewer_posts_but_time_lost_takes_no_more() -> None:
    p = behaviour()
    record = as_record(p)
    assert present_minutes(1000, p.usual_absence, 0.0, 1.0, record) == 1000
    assert present_minutes(1000, p.usual_absence, 0.0, 1.05, record) == 1050
    posts = [care_posts_sought(20, 20, 1000.0, 1000.0, 1000.0, 1.0, time, 0.5) for time in (1.0, 0.9, 1.25)]
    assert posts == [20, 20, 16]


def test_a_cost_of_an_establishment_weighs_more_on_an_hour_of_a_small_one() -> None:
    assert establishment_bill(Sector.INDEPENDENT, 5200) == establishment_bill(Sector.COUNCIL, 5200) == 5200
    assert establishment_bill(Sector.DIRECT_PAYMENT, 5200) == 0
    assert fixed_cost_of_an_hour(5200, 60 * 60) == 20
    assert fixed_cost_of_an_hour(5200, 600 * 60) == 2
    assert fixed_cost_of_an_hour(5200, 0) == fixed_cost_of_an_hour(0, 600) == 0


# Levers


def test_a_better_plan_of_visits_takes_less_of_the_day_and_of_the_wage_bill() -> None:
    tool = lever("rota_optimisation", travel_saved=0.2, cost=0, cost_per_establishment=0)
    without, with_tool = (model.providers for model in pair(1, tool, travel=0.3, travel_paid=[0.0, 1.0]))
    assert with_tool.paid_part[:40:2] == pytest.approx(1.0 / 1.24)
    assert (with_tool.paid_part[:40:2] > without.paid_part[:40:2]).all()
    assert (with_tool.paid_part[1:40:2] == 1.0).all()
    assert (with_tool.wage_bill[:40:2] == without.wage_bill[:40:2]).all(), "travel that nobody pays for costs no wages"
    assert with_tool.wage_bill[1:40:2] / without.wage_bill[1:40:2] == pytest.approx(1.24 / 1.30, rel=1e-4)


def test_a_licence_costs_a_small_employer_more_of_its_income_than_a_large_one() -> None:
    tool = lever("rota_optimisation", travel_saved=0.2, cost=0, cost_per_establishment=12_000)
    without, with_tool = pair(6, tool, workers_per_provider=[5, 60], travel=0.3, travel_paid=0.0)
    lost = (without.providers.margin - with_tool.providers.margin)[SITES]
    assert lost[::2].min() > 3.0 * lost[1::2].max()
    without, with_tool = pair(1, tool)
    assert other_costs(with_tool) - other_costs(without) == 40 * 100_000


def kept(months: int, *levers: Lever, seed: int, **market: Any) -> float:
    """People who left care in so many months, taken from nothing: the more the better."""
    model, gone = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **market), 0
    for _ in range(months):
        model.step()
        gone += model.ledger.leavers.sum() - model.ledger.leavers[..., LeaveReason.CARE_JOB].sum()
    return -float(gone)


@pytest.mark.parametrize(
    "policy",
    [
        lever("rota_optimisation", travel_saved=0.5, cost=0, cost_per_establishment=0),
        lever("rota_optimisation", wishes_met=0.8, cost=0, cost_per_establishment=0),
        lever("self_managed_teams", wishes_met=0.8, cost=0),
    ],
    ids=["travel saved", "wishes met", "teams"],
)
def test_shorter_days_and_better_rotas_keep_people_in_care(policy: Lever) -> None:
    market = {"travel": 0.3, "travel_paid": 0.0}
    found = [kept(24, policy, seed=seed, **market) - kept(24, seed=seed, **market) for seed in range(24)]
    assert surely(found) > 0


def test_having_to_wait_for_a_say_matters_more_the_more_wishes_a_rota_meets() -> None:
    tool = lever("rota_optimisation", wishes_met=0.8, cost=0, cost_per_establishment=0)

    def moves(seed: int, *levers: Lever) -> int:
        model, found = virtual_market(month=APRIL_2016, seed=seed, levers=levers), 0
        for _ in range(24):
            model.step()
            found += model.ledger.leavers[..., LeaveReason.CARE_JOB].sum()
        return found

    at_once = lever("day_one_flexibility")
    packages = ((), (at_once,), (tool,), (tool, at_once))
    none, say, rota, both = np.array([[moves(seed, *levers) for levers in packages] for seed in SEEDS]).T
    assert surely(none - say) > 0
    assert surely((rota - both) - (none - say)) > 0


def test_a_tool_costs_time_while_it_is_learnt_and_gives_more_back() -> None:
    tool = lever("care_technology", kind="assistive", released=10, lost=5, learning_months=4, cost=0)
    early, late, gone, posts = [], [], [], []
    for seed in SEEDS:
        without, with_tool = pair(1, tool, seed=seed, **SHORT)
        ratio = with_tool.providers.staff_minutes[SITES] / without.providers.staff_minutes[SITES]
        assert ratio == pytest.approx(0.95, abs=1e-4)
        early.append(with_tool.providers.missed_minutes.sum() - without.providers.missed_minutes.sum())
        assert (with_tool.providers.posts_sought == without.providers.posts_sought).all(), "nobody staffs for learning"
        without, with_tool = pair(12, tool, seed=seed, **SHORT)
        late.append(without.providers.missed_minutes.sum() - with_tool.providers.missed_minutes.sum())
        posts.append(1.0 - with_tool.providers.posts_sought.sum() / without.providers.posts_sought.sum())
        gone.append(with_tool.stock.agency.sum())
    assert surely(early) > 0
    assert surely(late) > 0
    assert surely(posts) > 0


def test_a_technologist_costs_from_the_first_month_and_saves_time_later() -> None:
    role = lever("care_technologist", posts_per_100=4, pay=1.25, hours_back=2, learning_months=6)
    without, with_role = pair(1, role)
    wages = 52 * without.providers.wage_bill.sum() / 12
    assert other_costs(with_role) - other_costs(without) == pytest.approx(0.05 * wages, rel=0.001)
    assert (with_role.providers.staff_minutes == without.providers.staff_minutes).all()
    free = lever("care_technologist", posts_per_100=4, pay=1, hours_back=2, learning_months=6)
    spared = []
    for seed in SEEDS:
        without, with_role = pair(12, free, seed=seed, **SHORT)
        spared.append(without.providers.missed_minutes.sum() - with_role.providers.missed_minutes.sum())
    assert surely(spared) > 0
    without, with_role = pair(12, free, **SHORT)
    assert (with_role.law.time_for_care == 1.08).all()


def test_teams_give_newcomers_a_say_at_once_and_everybody_a_better_rota() -> None:
    teams = lever("self_managed_teams", wishes_met=0.5, cost=0)
    without, with_teams = pair(1, teams, flexibility=0.4)
    rows = np.flatnonzero((without.workers.status == Status.CARE) & (with_teams.workers.status == Status.CARE))
    same = (without.workers.job_start[rows] < 0) & (with_teams.workers.job_start[rows] < 0)
    rows = rows[same]
    gained = worth(with_teams, rows) - worth(without, rows)
    value, months = without.workers.value_of_flexibility[rows], -without.workers.job_start[rows]
    new = months < without.law.flexibility_wait_months[0]
    assert new.any()
    assert not new.all()
    assert gained[new] == pytest.approx(0.7 * value[new], abs=1e-9)
    assert gained[~new] == pytest.approx(0.3 * value[~new], abs=1e-9)


def test_teams_feel_strain_less_and_their_coaching_is_paid_for() -> None:
    teams = lever("self_managed_teams", relief=0.5, cost=2)
    without, with_teams = pair(1, teams)
    wages = 52 * without.providers.wage_bill.sum() / 12
    assert other_costs(with_teams) - other_costs(without) == pytest.approx(0.02 * wages, rel=0.001)
    without, with_teams = pair(2, teams, **SHORT)
    assert (with_teams.providers.workplace[SITES] > without.providers.workplace[SITES]).all()


def test_those_who_pay_for_a_programme_pay_for_its_fixed_part_by_the_size_of_the_employer() -> None:
    sizes = {"workers_per_provider": [5, 60], "travel": 0.3}
    everything = {"self_funder": {"pass_to_fees": 1.0}, "council": {"cover": 1.0, "from": "new_grant"}}
    fixed, without_fixed = (
        after(
            1,
            levers=[
                lever("rota_optimisation", travel_saved=0.1, cost=1, cost_per_establishment=cost, funding=everything)
            ],
            **sizes,
        )
        for cost in (12_000, 0)
    )
    added = (fixed.providers.price - without_fixed.providers.price)[SITES]
    hours = fixed.providers.capacity_minutes[SITES] / 60.0
    for payer in (Payer.COUNCIL, Payer.SELF_FUNDER):
        assert added[:, payer] == pytest.approx(1_200_000 / 52 / hours, abs=1.0)
    assert added[::2, Payer.COUNCIL].min() > 5 * added[1::2, Payer.COUNCIL].max()
    assert (added[:, Payer.NHS] == 0).all()


def test_what_each_establishment_pays_is_met_by_those_who_pay_for_that_policy() -> None:
    everybody = {
        "council": {"cover": 1.0, "from": "new_grant"},
        "nhs": {"cover": 1.0, "from": "own_budget"},
        "self_funder": {"pass_to_fees": 1.0},
    }
    nobody = {"self_funder": {"pass_to_fees": 0.0}}

    def prices(*levers: Lever) -> np.ndarray:
        return after(1, levers=levers).providers.price[:40].copy()

    def tool(cost: float, funding: dict[str, Any]) -> Lever:
        return lever("rota_optimisation", travel_saved=0.1, cost=0, cost_per_establishment=cost, funding=funding)

    without = prices()
    assert (prices(tool(50_000, everybody)) > without).all()  # though it has no cost by wages
    assert (prices(tool(50_000, nobody)) == without).all()
    paid = lever("leadership_programme", gain=1, cost=4, funding=everybody)
    assert (prices(paid, tool(50_000, nobody)) == prices(paid)).all()
