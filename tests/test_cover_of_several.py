"""Several policies on pay at once, and one after another: each keeps its own terms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from markets import after, lever
from test_cover import COUNCIL, HERE, LIVING_WAGE, LOW, NOBODY, PAID, floor, market, supplements

from sim.model import CareLabourModel
from sim.rules.pay import follows_care_pay
from sim.units import Payer, Role, Sector

OWN: dict[str, Any] = {"cover": 1.0, "from": "own_budget"}
CARE_WORKERS: dict[str, Any] = {"applies_to": {"role": "care_worker"}}
SENIORS: dict[str, Any] = {"applies_to": {"role": "senior_care_worker"}}


def paid(of_council: Any, **keys: Any) -> dict[str, Any]:
    """A funding block in which the council alone pays."""
    return {"funding": {"council": of_council, **NOBODY, **keys}}


def living_wage(of_council: Any, ring_fenced: bool = True, include: tuple[str, ...] = (), **keys: Any) -> Any:
    return lever("real_living_wage", **paid(of_council, ring_fenced=ring_fenced, include=list(include)), **keys)


def agreement(pounds: float, of_council: Any = None, ring_fenced: bool = True, **keys: Any) -> Any:
    terms = paid(of_council, ring_fenced=ring_fenced) if of_council else {"funding": NOBODY}
    return lever("fair_pay_agreement", above_minimum=pounds, **terms, **keys)


def grants(model: Any) -> Any:
    return model.providers.grant[HERE, COUNCIL]


@pytest.mark.parametrize("ring_fenced", [True, False])
def test_floors_of_two_roles_keep_their_purses_and_shares(ring_fenced: bool) -> None:
    """Full cover of care workers' floor by new money, and a hundredth or all of seniors' by councils themselves."""
    wage = living_wage(PAID, ring_fenced, **CARE_WORKERS)
    alone = market(wage)
    assert (grants(alone) == supplements(alone)).all()
    for share in (0.01, 1.0):
        seniors = agreement(2.0, {"cover": share, "from": "own_budget"}, ring_fenced, **SENIORS)
        both, other = market(wage, seniors), market(seniors)
        assert (grants(other) == 0).all()
        assert (grants(both) == grants(alone)).all()
        assert (np.abs(supplements(both) - supplements(alone) - supplements(other)) <= 1).all()
    assert supplements(other).mean() > 5


def test_a_penny_for_seniors_changes_neither_whose_money_a_floor_is_nor_whether_it_is_one_rate() -> None:
    for ring_fenced in (True, False):
        wage = living_wage(OWN, ring_fenced, **CARE_WORKERS)
        alone, both = market(wage), market(wage, agreement(0.01, PAID, not ring_fenced, **SENIORS))
        assert supplements(alone).sum() > 0
        assert (np.abs(supplements(both) - supplements(alone)) <= 1).all()
        assert (grants(both) <= 1).all()


def test_of_two_floors_of_one_role_who_covers_most_meets_it_as_far_as_that_floor_goes() -> None:
    """Small cover of a lower floor changes nothing; of a higher one, it meets its share of the rest alone."""
    tenth = {"cover": 0.1, "from": "own_budget"}
    full = market(living_wage(PAID))
    lower = market(living_wage(PAID), agreement(0.2, tenth))
    assert (supplements(lower) == supplements(full)).all()
    assert (grants(lower) == grants(full)).all()
    higher = market(living_wage(PAID), agreement(2.0, tenth))
    rest = supplements(higher) - supplements(full)
    assert (grants(higher) == grants(full)).all()
    rise = higher.providers.posted_pay[HERE, 0] - np.maximum(full.providers.posted_pay[HERE, 0], LIVING_WAGE)
    assert rise.mean() > 50
    assert rest == pytest.approx(0.1 * rise, abs=2.0)


def test_of_two_floors_that_are_paid_in_full_the_higher_one_adds_to_the_lower() -> None:
    """Government pays for 30 pence above the minimum of 720, councils for the rest of a living wage."""
    lower, higher = agreement(0.3, PAID), living_wage(OWN)
    both, first, last = market(lower, higher), market(lower), market(higher)
    low = both.providers.unaided_pay[HERE, 0] == LOW
    assert low.sum() > 10
    assert (supplements(first)[low] >= 9).all()
    assert (np.abs(grants(both) - supplements(first)) <= 1)[low].all()
    assert (np.abs(supplements(both) - supplements(last)) <= 1)[low].all()


@pytest.mark.parametrize("pounds", [0.3, 2.0])
@pytest.mark.parametrize("include", [(), ("differentials",)])
def test_two_floors_that_are_paid_in_full_cost_what_the_higher_one_costs(pounds: float, include: Any) -> None:
    wage = living_wage(PAID, include=include)
    agreed = lever("fair_pay_agreement", above_minimum=pounds, **paid(PAID, ring_fenced=True, include=list(include)))
    both = market(wage, agreed)
    assert (np.abs(supplements(both) - supplements(market(agreed if pounds > 1.0 else wage))) <= 2).all()


def test_pay_that_moves_with_care_workers_is_that_of_whom_the_rule_names() -> None:
    wage = lever("fair_pay_agreement", above_minimum=3.0, **CARE_WORKERS).model_copy(update={"start": 0})
    model = CareLabourModel(scale=0.003, seed=2, levers=[wage])
    model.simulate_month()
    providers = model.providers
    moved = (providers.posted_pay > providers.unaided_pay)[providers.active == 1].any(axis=0)
    assert [role for role in Role if moved[role]] == [role for role in Role if follows_care_pay(role)]


def test_one_rate_is_for_those_whom_its_policy_covers() -> None:
    """Half the employers owe a real living wage, all a penny above the minimum: the others are paid the penny."""
    half = living_wage(PAID, ring_fenced=False, share_of_employers=0.5)
    alone = market(half)
    bound = alone.law.policy_binds[0][HERE] == 1
    assert 10 < bound.sum() < 30
    for purse in (PAID, OWN):
        both = market(half, agreement(0.01, purse, ring_fenced=False))
        assert (np.abs(supplements(both) - supplements(alone)) <= 2).all()
        assert (np.abs(grants(both) - grants(alone)) <= 2).all()
    assert supplements(alone)[bound].min() > 10
    assert supplements(alone)[~bound].max() == 0


def test_one_rate_is_not_for_those_whose_floor_another_policy_covers_whole() -> None:
    """Half the employers have a living wage paid in full; half of a floor of 80 pence is paid to the others alone."""
    half, share = living_wage(PAID, ring_fenced=False, share_of_employers=0.5), {"cover": 0.5, "from": "new_grant"}
    lower = agreement(0.8, share, ring_fenced=False)
    both, first, last = (after(1, pay=LOW, travel=0.0, levers=found) for found in ((half, lower), (half,), (lower,)))
    bound = first.law.policy_binds[0][HERE] == 1
    assert (np.abs(supplements(both) - supplements(first)) <= 1)[bound].all()
    assert supplements(last)[~bound].min() > 10
    assert (np.abs(supplements(both) - supplements(last)) <= 1)[~bound].all()


def test_one_rate_goes_on_evenly_where_its_floor_passes_another() -> None:
    """Half the employers have a living wage of 825 paid in full; an agreement pays others half of what it lifts."""
    wage, share = living_wage(PAID, share_of_employers=0.5), {"cover": 0.5, "from": "new_grant"}
    found = [market(wage, agreement(pounds, share, ring_fenced=False)) for pounds in (1.05, 1.06, 1.07)]
    for before, later in itertools.pairwise(found):
        assert (np.abs(supplements(later) - supplements(before)) <= 2).all()
    assert supplements(found[0]).mean() > 20


def test_floors_that_nobody_pays_for_take_no_differential_of_one_that_is_paid_for() -> None:
    """Below it they change nothing; a higher one leaves those of the lift up to the floor that is paid for."""
    wage = living_wage(PAID, include=("on_costs", "differentials"))
    alone = market(wage)
    assert supplements(alone).mean() > supplements(market(living_wage(PAID, include=("on_costs",)))).mean() + 2
    for pounds in (0.2, 0.6, 1.0):
        assert (supplements(market(wage, agreement(pounds))) == supplements(alone)).all()
    just_above = market(wage, agreement((LIVING_WAGE - LOW + 20 + 1) / 100))  # a penny: the minimum is 720, LOW is 740
    assert supplements(just_above).mean() == pytest.approx(supplements(alone).mean(), abs=3.0)


def test_a_ring_fenced_rise_of_fees_pays_for_travel_that_a_policy_has_paid() -> None:
    fee = lever("fee_uplift", percent=10.0, ring_fenced=1.0, funding={"from": "new_grant"})
    travel = lever("paid_travel_time", share=1.0, **paid(PAID, ring_fenced=True))

    def rise(*levers: Any) -> Any:
        """Rise for an hour of care, where so much of the travel is paid, as a share of its time."""
        model = after(1, pay=LOW, travel=0.25, levers=levers)
        providers = model.providers
        share = np.maximum(providers.travel_paid_share, model.law.travel_paid_share)[HERE]
        return (providers.posted_pay - providers.unaided_pay)[HERE, 0] * (1.0 + 0.25 * share)

    without, paid_for = rise(fee), rise(fee, travel)
    assert without.mean() > 50
    assert paid_for == pytest.approx(without, abs=2.0)


def test_a_rise_to_a_floor_that_nobody_pays_for_is_no_differential_of_another_policy() -> None:
    wage = living_wage(PAID, include=("differentials",), **CARE_WORKERS)
    alone, both = market(wage), market(wage, agreement(5.0, **SENIORS))
    assert (both.providers.posted_pay[HERE, 1] > alone.providers.posted_pay[HERE, 1] + 150).all()
    assert (supplements(both) <= supplements(alone)).all()
    bare = market(living_wage(PAID, **CARE_WORKERS))
    assert (supplements(bare) < supplements(alone)).any()
    at_the_floor = bare.providers.posted_pay[HERE, 0] == LIVING_WAGE
    assert (supplements(both) == supplements(bare))[at_the_floor].all()


def test_differentials_are_paid_for_by_the_policy_whose_floor_makes_them() -> None:
    """A penny for all, or a floor below the law, with its differentials does not pay for those of another policy."""
    terms = paid(PAID, ring_fenced=True, include=["differentials"])
    unpaid = lever("real_living_wage", funding=NOBODY)
    penny = lever("fair_pay_agreement", above_minimum=0.01, **terms)
    nurses = lever("fair_pay_agreement", above_minimum=0.01, applies_to={"role": "registered_nurse"}, **terms)
    assert supplements(market(living_wage(PAID, include=("differentials",)))).mean() > 50
    for small in (penny, nurses):
        assert supplements(market(unpaid, small)).mean() <= supplements(market(small)).mean() + 1
    below = lever("real_living_wage", **terms)
    lifted = lever("national_living_wage", percent=30.0)
    assert (supplements(market(lifted, agreement(1.0), below)) == 0).all()


NEXT_MONTH = {"start": 19}  # November 2017, the month after a policy that ends in October


def test_a_penny_covers_no_pay_that_another_policy_has_left_behind() -> None:
    terms = paid(PAID, ring_fenced=True, include=["on_costs", "differentials"])
    ended = lever("real_living_wage", to="2017-10", funding=NOBODY)
    penny = lever("fair_pay_agreement", above_minimum=0.01, **terms).model_copy(update=NEXT_MONTH)
    left = after(20, pay=LOW, travel=0.0, levers=[ended, penny])
    assert (left.providers.posted_pay[HERE, 0] - left.law.statutory_floor[HERE, 0]).mean() > 50
    assert supplements(left).mean() < 5


def test_an_agreement_for_seniors_covers_no_pay_that_care_workers_were_left_with() -> None:
    terms = paid(PAID, ring_fenced=True, include=["on_costs", "differentials"])
    ended = lever("real_living_wage", to="2017-10", funding=NOBODY, **CARE_WORKERS)
    seniors = lever("fair_pay_agreement", above_minimum=3.0, **terms, **SENIORS).model_copy(update=NEXT_MONTH)
    both, alone = (after(22, pay=LOW, travel=0.0, levers=found) for found in ([ended, seniors], [seniors]))
    assert (both.providers.posted_pay - both.providers.unaided_pay)[HERE, 0].mean() > 50

    def for_each_penny(model: Any) -> Any:
        """Cover for each penny by which seniors' pay is lifted."""
        providers = model.providers
        open_here = providers.active[HERE] == 1
        lifted = (providers.posted_pay - providers.unaided_pay)[HERE, 1]
        return supplements(model)[open_here] / lifted[open_here]

    assert for_each_penny(alone).mean() > 0.1
    assert for_each_penny(both) == pytest.approx(for_each_penny(alone).mean(), abs=0.0125)  # a penny of eighty


def test_an_agreement_for_seniors_that_nobody_pays_for_leaves_cover_of_care_workers_alone() -> None:
    """Seniors have no differential below a floor of their own; care workers keep theirs, however high that floor is."""
    wage = living_wage(PAID, include=("on_costs", "differentials"), **CARE_WORKERS)
    alone, bare = market(wage), market(living_wage(PAID, include=("on_costs",), **CARE_WORKERS))
    high, higher = (market(wage, agreement(pounds, **SENIORS)) for pounds in (3.0, 6.0))
    posted, without = alone.providers.posted_pay[HERE, 0], alone.providers.unaided_pay[HERE, 0]
    above = (posted - np.maximum(without, LIVING_WAGE)).clip(0)
    assert above.max() > 10
    assert (supplements(higher) == supplements(high)).all()
    assert (supplements(high) <= supplements(alone)).all()
    kept = 0.8 * above  # of an hour's pay, 24 of 27 posts are care workers'; on-costs come on top
    assert (supplements(high) >= supplements(bare) + kept).all()


def test_a_policy_that_stops_for_some_months_is_paid_for_again_from_what_pay_would_be_without_it() -> None:
    terms = paid(PAID, ring_fenced=True, include=["on_costs", "differentials"])
    first = lever("real_living_wage", to="2017-10", **terms)
    again = lever("real_living_wage", **terms).model_copy(update={"start": 20})  # December 2017
    steady = lever("real_living_wage", **terms)
    stopped, always = (after(22, pay=LOW, travel=0.0, levers=found) for found in ([first, again], [steady]))
    assert supplements(always).mean() > 50
    assert supplements(stopped).mean() == pytest.approx(supplements(always).mean(), rel=0.05)


def test_a_ring_fenced_rise_of_fees_raises_pay_once_however_often_it_stops() -> None:
    terms = {"percent": 10.0, "ring_fenced": 1.0, "funding": {"from": "new_grant"}}
    steady = lever("fee_uplift", **terms)
    stopping = [
        lever("fee_uplift", to="2017-05", **terms),
        lever("fee_uplift", to="2017-10", **terms).model_copy(update={"start": 15}),  # July 2017
        steady.model_copy(update={"start": 20}),  # December 2017
    ]
    once, often = (after(22, pay=LOW, travel=0.0, levers=found).providers.posted_pay for found in ([steady], stopping))
    without = after(22, pay=LOW, travel=0.0).providers.posted_pay
    assert (once - without)[HERE, 0].mean() > 50
    assert often[HERE, 0].mean() == pytest.approx(once[HERE, 0].mean(), abs=10.0)


def test_a_floor_of_others_keeps_no_pay_left_behind_out_of_fees() -> None:
    ended = lever("real_living_wage", to="2017-10", funding=NOBODY)
    nurses = {"applies_to": {"role": "registered_nurse"}}
    floor_of_nurses = lever("fair_pay_agreement", above_minimum=0.01, funding=NOBODY, **nurses)
    penny = lever("fair_pay_agreement", above_minimum=0.01, funding=NOBODY)
    fee = fees_of_self_funders(30, ended)
    for other in (floor_of_nurses, penny):
        assert fees_of_self_funders(30, ended, other) == pytest.approx(fee, rel=0.02)


def test_payers_of_different_floors_each_pay_for_their_own() -> None:
    """The NHS pays for care workers' floor, councils for seniors'."""
    workers = lever("real_living_wage", funding={"nhs": PAID, **NOBODY, "ring_fenced": True}, **CARE_WORKERS)
    seniors = agreement(2.0, PAID, **SENIORS)
    both = market(workers, seniors)
    assert (supplements(both, Payer.COUNCIL) == supplements(market(seniors), Payer.COUNCIL)).all()
    assert (supplements(both, Payer.NHS) == supplements(market(workers), Payer.NHS)).all()
    assert (supplements(both, Payer.NHS) != supplements(both, Payer.COUNCIL)).any()


@pytest.mark.parametrize("percent", [2.0, 5.0, 8.0, 10.5, 15.0])
def test_a_ring_fenced_rise_of_fees_meets_floors_first_and_then_differentials(percent: float) -> None:
    """What it leaves of floors is covered, and of differentials what is left once it has met all floors."""
    fee = lever("fee_uplift", percent=percent, ring_fenced=1.0, funding={"from": "new_grant"})
    bare, full = (living_wage(PAID, include=include, **CARE_WORKERS) for include in ((), ("differentials",)))
    floors, whole = supplements(market(bare)), supplements(market(full))
    alone = market(fee)
    met = (alone.providers.posted_pay - alone.providers.unaided_pay)[HERE, 0]
    left_of_floors, left = (supplements(market(fee, wage)) - supplements(alone) for wage in (bare, full))
    low = (floors > 20) & (alone.providers.posts_start[HERE, 2:].sum(axis=1) == 0)
    assert low.sum() > 20
    assert left_of_floors[low] == pytest.approx(np.maximum(floors - met, 0)[low], abs=2.0)
    if met[low].max() < LIVING_WAGE - LOW:  # above it, pay is that of the fees and no longer that of the floor
        assert left[low] == pytest.approx(np.maximum(whole - met, 0)[low], abs=2.0)
    else:
        assert (left <= whole - floors)[low].all()


@pytest.mark.parametrize("name", ["pay_progression", "career_pathway"])
def test_steps_and_senior_posts_are_covered_at_what_they_cost(name: str) -> None:
    keys = {"pay_progression": {"experience_step": 10.0}, "career_pathway": {"posts": 30}}[name]
    model = after(3, pay=LOW, travel=0.0, levers=[lever(name, **paid(PAID, ring_fenced=True), **keys)])
    providers, steps = model.providers, model.providers.progression[HERE].copy()  # they are paid for a month later
    model.step()
    posts = providers.posts_start[HERE, :2]
    lead = providers.posted_pay[HERE, 1] - providers.posted_pay[HERE, 0]
    due = {
        "pay_progression": steps,
        "career_pathway": 0.3 * posts[:, 0] / posts.sum(axis=1) * lead,
    }[name]
    assert due.mean() > 3
    assert supplements(model) == pytest.approx(due, abs=1.5)


def test_steps_that_two_policies_ask_for_are_paid_for_once_by_who_covers_most() -> None:
    tenth = {"cover": 0.1, "from": "own_budget"}

    def after_steps(*of_council: Any) -> Any:
        terms = [paid(one, ring_fenced=True) for one in of_council]
        levers = [lever("pay_progression", experience_step=10.0, **each) for each in terms]
        return after(3, pay=LOW, travel=0.0, levers=levers)

    alone, both = after_steps(PAID), after_steps(tenth, PAID)
    assert supplements(alone).mean() > 20
    assert (supplements(both) == supplements(alone)).all()
    assert (grants(both) == grants(alone)).all()


def fees_of_self_funders(months: int, *levers: Any) -> float:
    model = after(months, pay=LOW, levers=levers, travel=0.0, sector=Sector.INDEPENDENT)
    return float(model.providers.fee[HERE, Payer.SELF_FUNDER].mean())


def test_fees_follow_costs_again_once_a_policy_has_ended() -> None:
    """The Aprils in which it was in force are not lost; what pay it leaves behind is a cost like any other."""
    for terms in (NOBODY, {}):
        ends = lever("real_living_wage", to="2017-10", funding=terms)
        during, later = fees_of_self_funders(14, ends), fees_of_self_funders(38, ends)
        assert during < fees_of_self_funders(14) * 1.01
        assert later > fees_of_self_funders(38) * 0.995


def test_a_small_policy_with_a_payer_leaves_fees_that_follow_other_costs_alone() -> None:
    raised = lever("fee_uplift", percent=20.0, ring_fenced=1.0, funding={"from": "new_grant"})
    small = lever("staff_benefits", worth=0.01, cost=0.001, funding=NOBODY)
    step = lever("pay_progression", experience_step=0.001, funding=NOBODY)
    fee = fees_of_self_funders(14, raised)
    assert fee > 1.1 * fees_of_self_funders(14)
    floor_of_a_penny = lever("fair_pay_agreement", above_minimum=0.01, funding=NOBODY)
    for other in (small, step, floor_of_a_penny):
        assert fees_of_self_funders(14, raised, other) == pytest.approx(fee, rel=0.015)


TECHNOLOGY = {"kind": "telecare", "released": 0.001, "learning_months": 0, "cost_per_establishment": 20_000}


@pytest.mark.parametrize(
    ("name", "keys", "include", "apart"),
    [
        ("real_living_wage", {}, {"include": ["on_costs"]}, 0.4),
        ("sick_pay_and_pension", {"pension_points": 10}, {}, 0.4),
        ("care_technology", TECHNOLOGY, {}, 0.15),
    ],
)
def test_care_priced_at_cost_charges_what_its_payer_leaves_of_each_policy(
    name: str, keys: Any, include: Any, apart: float
) -> None:
    """What nobody covers is in the council's price from the first April on, whether or not a penny of steps is covered.

    Whatever part is met beside the fee, the price with it is nearly the same: beside it, all staff count, kitchens too,
    and in the fee in the first year those who give care.
    """

    def price(*levers: Any) -> float:
        model = after(14, pay=LOW, travel=0.0, sector=Sector.COUNCIL, levers=levers)
        return float(model.providers.price[HERE, COUNCIL].mean())

    def from_april(of_council: Any = None) -> Any:
        terms = {"council": of_council, **NOBODY, **include} if of_council else NOBODY
        return lever(name, funding=terms, **keys).model_copy(update={"start": 12})

    step = lever("pay_progression", experience_step=0.001, **paid(PAID))
    unpaid, none = price(from_april()), price()
    assert unpaid > none + 15
    assert price(from_april(), step) == pytest.approx(unpaid, abs=2.0)
    for cover in ({"cover": 0.5, "from": "own_budget"}, OWN):
        assert price(from_april(cover)) == pytest.approx(unpaid, abs=apart * (unpaid - none))


@pytest.mark.parametrize("cover", [0.01, 0.5, 1.0])
def test_cover_of_a_penny_takes_no_pay_left_behind_out_of_prices_at_cost(cover: float) -> None:
    ended = lever("fair_pay_agreement", above_minimum=2.0, to="2017-10", funding=NOBODY)
    terms = {"include": ["on_costs", "differentials"]}

    def price(*of_council: Any) -> float:
        funding = paid(*of_council, ring_fenced=True, **terms) if of_council else {"funding": NOBODY}
        penny = lever("fair_pay_agreement", above_minimum=0.01, **funding).model_copy(update={"start": 20})
        model = after(26, pay=LOW, travel=0.0, sector=Sector.COUNCIL, levers=[ended, penny])
        return float(model.providers.price[HERE, COUNCIL].mean())

    unpaid = price()
    assert price({"cover": cover, "from": "own_budget"}) == pytest.approx(unpaid, abs=8.0)
    none = after(26, pay=LOW, travel=0.0, sector=Sector.COUNCIL).providers.price[HERE, COUNCIL].mean()
    assert unpaid > none + 100  # about 150 pence of pay, with on-costs


def test_a_site_that_opens_again_would_pay_what_others_would_without_the_policy() -> None:
    wage = floor(True)
    model = after(3, pay=LOW, travel=0.0, levers=[wage])
    opened = model.providers.opened.copy()
    found = []
    for _ in range(60):
        model.step()
        providers = model.providers
        new = (providers.opened != opened) & (providers.active == 1)
        opened = providers.opened.copy()
        for row in np.flatnonzero(new):
            others = (providers.council == providers.council[row]) & (providers.active == 1) & ~new
            found.append(
                (providers.unaided_pay[row, 0] / providers.unaided_pay[others, 0].mean(),
                 providers.posted_pay[row, 0] / providers.posted_pay[others, 0].mean())
            )  # fmt: skip
    assert len(found) > 2
    assert np.abs(np.array(found) - 1.0).max() < 0.04
