"""What levers on pay and terms do to a small market, and who pays for it."""

from __future__ import annotations

import numpy as np
import pytest
from markets import SEEDS, after, lever, surely

from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.money import account
from sim.month.ledger import COST_KINDS
from sim.month.stock import TeamSum
from sim.parameters import behaviour
from sim.population.inputs import figures
from sim.recording import record, stack
from sim.reference.rows import parameters
from sim.rules.enforcement import arrears, inspected, penalty, travel_pay_owed, underpayment
from sim.rules.finance import on_costs_at_margin, part_met, ring_fenced_pay, terms_of_an_hour
from sim.rules.pay import progression_pay, weekly_on_costs
from sim.units import Payer, Role, Sector, Service, Status

WHOLE = {
    "council": {"cover": 1.0, "from": "new_grant"},
    "nhs": {"cover": 1.0, "from": "own_budget"},
    "self_funder": {"pass_to_fees": 1.0},
}
NOBODY = {"self_funder": {"pass_to_fees": 0.0}}


def test_a_payer_meets_a_part_of_what_terms_cost_and_never_more_than_the_whole() -> None:
    assert part_met(0.01, 0.04) == 0.25
    assert part_met(0.05, 0.04) == 1.0
    assert part_met(0.0, 0.0) == 0.0


def test_terms_that_are_paid_for_leave_margins_alone_and_others_come_out_of_them() -> None:
    terms = {"pension_points": 8, "sick_pay": 2, "worth_of_a_pound": 0.0}
    without, funded, unfunded = (
        after(3, margin=0.05, levers=levers)
        for levers in (
            [],
            [lever("sick_pay_and_pension", **terms, funding=WHOLE)],
            [lever("sick_pay_and_pension", **terms, funding=NOBODY)],
        )
    )
    margins = [model.providers.margin[:40].mean() for model in (without, funded, unfunded)]
    assert margins[0] - margins[2] > 0.005
    assert (unfunded.providers.price[:40] == without.providers.price[:40]).all()
    dearer = funded.providers.price[:40].mean() / without.providers.price[:40].mean()
    # A margin is a share of income, which the supplement adds to.
    assert margins[1] * dearer == pytest.approx(margins[0], abs=0.1 * (margins[0] - margins[2]))
    added = funded.providers.price[:40] - without.providers.price[:40]
    assert (added > 0).all()
    granted = funded.providers.grant[:40] - without.providers.grant[:40]
    assert (granted[:, Payer.COUNCIL] == added[:, Payer.COUNCIL]).all()
    assert (granted[:, [Payer.NHS, Payer.SELF_FUNDER]] == 0).all()


def test_what_terms_cost_counts_everybodys_wages() -> None:
    assert terms_of_an_hour(60_000, 0.1, 0.0, 6_000, 5_000, parameters(behaviour({"holiday_share": 0.0}))) == 60
    assert terms_of_an_hour(60_000, 0.1, 0.02, 6_000, 5_000, parameters(behaviour({"holiday_share": 0.5}))) == 102
    assert terms_of_an_hour(60_000, 0.1, 0.0, 3_000, 6_000, parameters(behaviour({"holiday_share": 0.0}))) == 60
    assert terms_of_an_hour(60_000, 0.1, 0.0, 0, 0, parameters(behaviour())) == 0


def test_with_all_roles_in_it_funded_terms_still_leave_most_of_margins_alone() -> None:
    """In England most wages are not those of the staff whose hours are bought: seniors, managers, kitchens, offices."""
    terms = {"pension_points": 10, "worth_of_a_pound": 0.0}
    margins = []
    for levers in ([], *([lever("sick_pay_and_pension", **terms, funding=paid)] for paid in (WHOLE, NOBODY))):
        model = CareLabourModel(scale=0.01, seed=3, levers=levers)
        for _ in range(12):
            model.step()
        there = (model.providers.active == 1) & (model.providers.sector == Sector.INDEPENDENT)
        margins.append(model.providers.margin[there].mean())
    lost_unfunded, lost_funded = margins[0] - margins[2], margins[0] - margins[1]
    assert lost_unfunded > 0.02
    assert abs(lost_funded) < 0.15 * lost_unfunded


def test_of_two_levers_on_terms_each_is_met_by_those_who_pay_for_it() -> None:
    paid = lever("leadership_programme", gain=1, cost=6, funding=WHOLE)
    not_paid = lever("wellbeing_programme", relief=0.1, cost=2, funding=NOBODY)
    prices = [after(1, levers=levers).providers.price[:40] for levers in ([], [paid], [paid, not_paid])]
    assert (prices[1] > prices[0]).all()
    assert np.abs(prices[2] - prices[1]).max() <= 1  # to the penny of rounding


def test_fees_of_self_funders_carry_what_terms_cost_once() -> None:
    costly = {"pension_points": 20, "worth_of_a_pound": 0.0, "funding": WHOLE}
    without, passed_on = (
        after(26, travel=0.0, levers=levers).providers for levers in ([], [lever("sick_pay_and_pension", **costly)])
    )
    open_in_both = (without.active[:40] == 1) & (passed_on.active[:40] == 1)
    fee, price = (
        getattr(passed_on, kind)[:40, Payer.SELF_FUNDER] / getattr(without, kind)[:40, Payer.SELF_FUNDER]
        for kind in ("fee", "price")
    )
    assert np.median(fee[open_in_both]) == pytest.approx(1.0, abs=0.01)
    assert 1.08 < np.median(price[open_in_both]) < 1.2


# Fees with a ring fence


def test_the_part_of_a_fee_rise_that_is_for_pay_goes_into_pay_travel_and_what_comes_on_top() -> None:
    assert ring_fenced_pay(120, 0.5, 0.0, 0.0, 0.0) == 60
    assert ring_fenced_pay(120, 1.0, 0.25, 1.0, 0.2) == 80
    assert ring_fenced_pay(120, 1.0, 0.25, 0.0, 0.2) == 100
    assert ring_fenced_pay(-120, 1.0, 0.0, 0.0, 0.0) == ring_fenced_pay(120, 0.0, 0.0, 0.0, 0.0) == 0


def test_twice_the_ring_fence_raises_pay_twice_as_much() -> None:
    def raised(part: float) -> np.ndarray:
        uplift = lever("fee_uplift", percent=10, ring_fenced=part, funding={"from": "new_grant"})
        return after(1, pay=900, council_share=1.0, levers=[uplift]).providers.posted_pay[:40, Role.CARE_WORKER]

    none, half, whole = (raised(part) for part in (0.0, 0.5, 1.0))
    assert (half > none).all()
    assert whole - none == pytest.approx(2 * (half - none), abs=1)


def test_a_ring_fence_pays_for_holidays_and_insurance_as_the_books_do() -> None:
    """What a pound more of pay costs is what the bill of one person rises by, of somebody above the threshold."""
    p = parameters(behaviour({"nic_marginal_share": 1.0}))
    wage, nic, pension = 50_000, 0.15, 0.03
    rise = [weekly_on_costs(pay, nic, 9_600, pension, p) for pay in (wage, wage + 1_000)]
    assert on_costs_at_margin(nic, pension, 0.0, p) == pytest.approx((rise[1] - rise[0]) / 1_000, abs=0.001)


# Progression


def test_steps_are_shares_of_the_posted_rate_and_add_up() -> None:
    p = parameters(behaviour())
    assert progression_pay(1000, 60, 0, 0.05, 0.02, p) == 1050
    assert progression_pay(1000, 59, 1, 0.05, 0.02, p) == 1020
    assert progression_pay(1000, 60, 1, 0.05, 0.02, p) == 1070
    assert progression_pay(1000, 59, 0, 0.05, 0.02, p) == 0


def staff(model: CareLabourModel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of care workers in post; whether they have five years in the sector; whether they are qualified."""
    workers = model.workers
    rows = np.flatnonzero((workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER))
    return rows, model.month - 1 - workers.sector_start[rows] >= 60, workers.qualified[rows] == 1


def test_nobody_in_post_earns_less_than_the_steps_say() -> None:
    model = after(18, vacancies=0.1, levers=[lever("pay_progression", experience_step=10, qualification_step=5)])
    rows, experienced, qualified = staff(model)
    posted = model.providers.posted_pay[model.workers.employer[rows], Role.CARE_WORKER]
    stepped = posted * (1.0 + 0.10 * experienced + 0.05 * qualified)
    assert (model.workers.pay[rows] >= np.floor(stepped)).all()
    at_step = model.workers.pay[rows] <= np.ceil(stepped)
    assert (at_step & experienced).sum() > 50
    assert (at_step & qualified & ~experienced).sum() > 50


def test_posts_are_advertised_with_the_step_for_experience() -> None:
    models = [after(1, pay=800, levers=levers) for levers in ([], [lever("pay_progression", experience_step=10)])]
    posted = models[0].providers.posted_pay[:40, Role.CARE_WORKER]
    without, stepped = (model.providers.advertised[:40, Role.CARE_WORKER] for model in models)
    is_open = without[:, 0] > -100
    assert (stepped[is_open, 0] == without[is_open, 0]).all()
    gain = np.log(np.floor(posted * 1.1 + 0.5) / (posted + models[0].behaviour.experience_offer))
    assert stepped[is_open, 1] - without[is_open, 1] == pytest.approx(gain[is_open], abs=1e-9)


def gone(seed: int, *levers: Lever) -> np.ndarray:
    """Share of care workers with, and without, five years in care who left their employer within two years."""
    model = after(1, seed=seed, levers=levers)
    rows, experienced, _ = staff(model)
    uid, employer = model.workers.uid[rows].copy(), model.workers.employer[rows].copy()
    for _ in range(24):
        model.step()
    workers = model.workers
    stayed = (workers.uid[rows] == uid) & (workers.status[rows] == Status.CARE) & (workers.employer[rows] == employer)
    return np.array([1.0 - stayed[experienced].mean(), 1.0 - stayed[~experienced].mean()])


def test_a_step_for_experience_keeps_the_experienced() -> None:
    step = lever("pay_progression", experience_step=30)  # well above the leads that the experienced start with
    fewer = np.array([gone(seed) - gone(seed, step) for seed in SEEDS])
    assert surely(fewer[:, 0]) > 0
    assert surely(fewer[:, 0] - fewer[:, 1]) > 0


def test_steps_cost_what_payers_see_and_cover() -> None:
    terms = {"experience_step": 20, "qualification_step": 5}
    without, funded, unfunded = (
        after(3, margin=0.05, levers=levers)
        for levers in (
            [],
            [lever("pay_progression", **terms, funding={**WHOLE, "include": ["on_costs"]})],
            [lever("pay_progression", **terms, funding=NOBODY)],
        )
    )
    hours = without.stock.teams[:40, TeamSum.DIRECT_MINUTES] / 60
    extra = (unfunded.providers.wage_bill - without.providers.wage_bill)[:40] / hours
    # Steps take the place of leads that the experienced had, which the cost counts as steps.
    lead = figures()["experience_step"]
    assert 0 < unfunded.providers.progression[:40].mean() - extra.mean() < lead
    assert funded.providers.price[:40].mean() > 1.02 * without.providers.price[:40].mean()
    margins = [model.providers.margin[:40].mean() for model in (without, funded, unfunded)]
    assert margins[0] - margins[2] > 0.003
    assert margins[1] - margins[2] > 0.5 * (margins[0] - margins[2])  # prices follow a month after the wages


# Enforcement


def test_what_wages_lack_is_counted_over_travel_too_and_paid_back_with_a_penalty() -> None:
    assert underpayment(900.0, 600, 0.2, 1000) == 1200  # 12 hours away, a pound short in each
    assert underpayment(1000.0, 600, 0.2, 1000) == 0
    assert [arrears(1200, 12, open_for) for open_for in (100, 6, -1)] == [62_400, 31_200, 0]
    assert penalty(62_400, 1.5) == 93_600
    assert inspected(0.009, 0.12)
    assert not inspected(0.011, 0.12)


@pytest.mark.parametrize("pay", [1000, 1040, 1100, 1199, 1300])
def test_what_an_employer_owes_for_travel_is_just_enough(pay: int) -> None:
    share = travel_pay_owed(pay, 1000, 0.2)
    effective = pay * (1 + share * 0.2) / 1.2
    assert effective >= 1000
    assert share == 0 or effective < 1000.3
    assert travel_pay_owed(pay, 1000, 0.0) == 0


HOME_CARE = {"service": Service.HOME_CARE, "travel": 0.2}


def test_employers_found_out_pay_arrears_and_a_penalty_and_keep_the_law_from_then_on() -> None:
    strict = lever("wage_enforcement", inspected=100, arrears_months=6, penalty=2)
    model = after(1, **HOME_CARE, pay=[720, 725, 900], levers=[strict], audit=True)
    for _ in range(30):
        before = model.providers.ordered.copy()
        model.step()
        costs = dict(zip(COST_KINDS, model.ledger.costs.sum(axis=(0, 1)), strict=True))
        found = (model.providers.ordered == 1) & (before == 0)
        assert (costs["arrears"] > 0) == found.any()
        assert costs["penalties"] == 2 * costs["arrears"]
        books = {item: values[0] for item, values in account(stack([record(model)])).items()}
        assert books["penalties"] == costs["penalties"]
        after_tax = costs["wages"] + costs["on_costs"] + costs["arrears"] - model.ledger.taxes.sum()
        assert books["staff_after_tax"] == after_tax
    providers = model.providers
    open_now, ordered = providers.active == 1, providers.ordered == 1
    effective = providers.posted_pay[:, Role.CARE_WORKER] * (1 + 0.2 * providers.travel_paid_share) / 1.2
    lawful = effective >= model.law.adult_rate
    assert 10 < (open_now & ordered).sum() < open_now.sum()
    assert lawful[open_now & ordered].all()
    assert not lawful[open_now & ~ordered].all()


def test_inspections_lift_effective_pay_out_of_margins() -> None:
    def measure(seed: int, *levers: Lever) -> tuple[float, float]:
        model = after(30, seed=seed, **HOME_CARE, pay=720, margin=0.02, levers=levers)
        return model.stock.effective_pay.sum() / model.stock.heads.sum(), model.providers.margin[:40].mean()

    strict = lever("wage_enforcement", inspected=100, arrears_months=24)
    found = np.array([np.subtract(measure(seed, strict), measure(seed)) for seed in SEEDS])
    assert surely(found[:, 0]) > 20
    assert surely(-found[:, 1]) > 0.005


def test_nobody_is_fined_who_pays_for_travel() -> None:
    strict, paid = lever("wage_enforcement", inspected=100), lever("paid_travel_time", share=1)
    providers = after(6, **HOME_CARE, levers=[strict, paid]).providers
    assert providers.ordered.sum() == providers.underpaid.sum() == 0
