"""Cover of what policies on pay cost: by the books of each employer or one rate for all, once, and by one purse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import after, lever

from sim.month.ledger import COST_KINDS
from sim.units import Payer, Sector, Service, month_index

LOW, HIGH, LIVING_WAGE = 740, 900, 825
"""Pay below and above the floor that is set, pence an hour."""
PAID: dict[str, Any] = {"cover": 1.0, "from": "new_grant"}
HERE = np.arange(40)
COUNCIL = int(Payer.COUNCIL)


def floor(ring_fenced: bool, purse: str = "new_grant", **keys: Any) -> Any:
    public = {"cover": 1.0, "from": purse}
    funding = {"council": public, "nhs": public, "include": ["on_costs"], "ring_fenced": ring_fenced}
    return lever("real_living_wage", funding=funding, **keys)


def supplements(model: Any, payer: int = COUNCIL) -> Any:
    """What a payer adds to the fee, by provider."""
    return (model.providers.price[:, payer] - model.providers.fee[:, payer])[HERE]


def market(*levers: Any, months: int = 1, **keys: Any) -> Any:
    return after(months, pay=[LOW, LOW, LOW, HIGH], levers=levers, travel=0.0, **keys)


def test_ring_fenced_cover_follows_each_employers_own_cost() -> None:
    model = market(floor(True))
    paid_more_before = model.providers.unaided_pay[HERE, 0] >= LIVING_WAGE
    assert 5 < paid_more_before.sum() < 20
    for payer in (Payer.COUNCIL, Payer.NHS):
        assert (supplements(model, payer)[paid_more_before] == 0).all()
        assert (supplements(model, payer)[~paid_more_before] > LIVING_WAGE - LOW - 20).all()


def test_other_cover_is_one_rate_which_costs_as_much_and_stays_with_those_who_paid_more_before() -> None:
    fenced, free = market(floor(True)), market(floor(False))
    paid_more_before = free.providers.unaided_pay[HERE, 0] >= LIVING_WAGE
    for council in (0, 1):
        there = free.providers.council[HERE] == council
        assert np.unique(supplements(free)[there]).size == 1
        assert 0 < supplements(free)[there][0] < supplements(fenced)[there].max()
        bought = free.providers.demand_minutes[HERE, COUNCIL][there]
        spent = [(supplements(model)[there] * bought).sum() / bought.sum() for model in (fenced, free)]
        assert spent[1] == pytest.approx(spent[0], abs=1.0)  # rounded down to a penny an hour
    # Self-funders pay what the policy costs their own provider, whatever the terms of public money.
    assert (supplements(free, Payer.SELF_FUNDER) == supplements(fenced, Payer.SELF_FUNDER)).all()
    margins = [market(floor(way), months=12).providers.margin[HERE] for way in (True, False)]
    assert (margins[1] - margins[0])[paid_more_before].mean() > 0.015
    assert (margins[1] - margins[0])[~paid_more_before].mean() < 0


def test_care_priced_at_cost_is_covered_at_its_own_cost() -> None:
    fenced, free = (market(floor(way), sector=[Sector.INDEPENDENT, Sector.COUNCIL]) for way in (True, False))
    owned = free.providers.sector[HERE] == Sector.COUNCIL
    assert (supplements(free)[owned] == supplements(fenced)[owned]).all()
    assert (supplements(free)[~owned] != supplements(fenced)[~owned]).any()


def test_pay_that_a_ring_fenced_rise_of_fees_pays_for_is_not_covered_again() -> None:
    """A rise that brings pay to the floor leaves nothing of it to cover; one that does not, the rest."""
    rise = {"percent": 30.0, "ring_fenced": 1.0, "funding": {"from": "new_grant"}}
    alone, both = market(lever("fee_uplift", **rise)), market(lever("fee_uplift", **rise), floor(True))
    lifted = alone.providers.posted_pay[HERE, 0] >= LIVING_WAGE
    assert lifted.all()
    assert (np.abs(supplements(both) - supplements(alone)) <= 2).all()  # pennies of rounding
    half = {**rise, "percent": 4.0}
    less, rest, whole = (
        market(lever("fee_uplift", **half)),
        market(lever("fee_uplift", **half), floor(True)),
        market(floor(True)),
    )
    low = less.providers.posted_pay[HERE, 0] < LIVING_WAGE
    cover = (supplements(rest) - supplements(less))[low]
    assert (cover > 0).all()
    assert (cover < supplements(whole)[low] - 10).all()


NOBODY: dict[str, Any] = {"self_funder": {"pass_to_fees": 0.0}}
ALL_COSTS: dict[str, Any] = {"include": ["on_costs", "differentials"], "ring_fenced": True}


def passed_on(share: float) -> dict[str, Any]:
    return {"self_funder": {"pass_to_fees": share}, "include": ["on_costs"]}


@pytest.mark.parametrize(
    ("name", "keys"),
    [("real_living_wage", {}), ("sick_pay_and_pension", {"pension_points": 10}), ("paid_travel_time", {})],
)
def test_self_funders_pay_more_the_more_is_passed_on_and_nothing_more_where_nothing_is(name: str, keys: Any) -> None:
    """Also past an April, when fees follow costs: what nobody meets stays in margins."""

    def mean_price(*levers: Any) -> float:
        model = after(14, pay=LOW, levers=levers, travel=0.2, sector=Sector.INDEPENDENT)
        return float(model.providers.price[HERE, Payer.SELF_FUNDER].mean())

    def of(share: float) -> float:
        terms = {"self_funder": {"pass_to_fees": share}}
        return mean_price(lever(name, funding=terms, **keys))

    none, little, half, whole = of(0.0), of(0.01), of(0.5), of(1.0)
    assert none <= little < half < whole
    assert little - none == pytest.approx((whole - none) / 100, abs=1.0)
    assert half - none == pytest.approx((whole - none) / 2, rel=0.1)


def test_an_april_does_not_pay_a_covered_floor_a_second_time_through_fees() -> None:
    """Supplements are what the floor costs; fees rise with costs as they would be without it, whoever meets it."""
    for terms, met in ((NOBODY, False), ({}, True)):
        wage = lever("real_living_wage", funding={**terms, "include": ["on_costs"]})
        start, later = (after(months, pay=LOW, levers=[wage], travel=0.0) for months in (11, 14))
        fees, without = (
            (getattr(later.providers, name)[HERE] / getattr(start.providers, name)[HERE]).T
            for name in ("fee", "unaided_cost")
        )
        assert fees[Payer.SELF_FUNDER] == pytest.approx(without, abs=0.002)
        assert (later.providers.posted_pay[HERE, 0] > later.providers.unaided_pay[HERE, 0] + 30).all()
        assert ((supplements(later, Payer.SELF_FUNDER) > 30) == met).all()


def test_who_pays_for_nothing_of_a_policy_changes_nothing_of_what_others_pay_for_theirs() -> None:
    alone = market(lever("real_living_wage", funding={"council": PAID, "nhs": PAID}))
    for other in (
        lever("fair_pay_agreement", above_minimum=0.01, funding={**NOBODY, **ALL_COSTS}),
        lever("paid_travel_time", funding={**NOBODY, "include": ["on_costs"], "ring_fenced": True}),
    ):
        both = market(lever("real_living_wage", funding={"council": PAID, "nhs": PAID}), other)
        assert (both.providers.price == alone.providers.price).all()
        assert (both.providers.grant == alone.providers.grant).all()


def test_cover_of_one_kind_of_cost_is_no_cover_of_another() -> None:
    """Steps that are paid for don't pay for a floor, nor does a floor of seniors for one of care workers."""
    unpaid = lever("real_living_wage", funding=NOBODY, applies_to={"role": "care_worker"})
    steps = lever("pay_progression", experience_step=0.001, funding={"council": PAID, "nhs": PAID})
    assert (supplements(market(unpaid, steps)) == 0).all()
    seniors = lever(
        "fair_pay_agreement", above_minimum=0.01, funding={"council": PAID}, applies_to={"role": "senior_care_worker"}
    )
    assert (supplements(market(unpaid, seniors)) == 0).all()


def test_a_floor_of_one_role_is_covered_at_what_that_role_costs() -> None:
    """Seniors rise from 821 or so to 920 pence; their part of posts in direct care says what of it is due an hour."""
    seniors = {"above_minimum": 2.0, "applies_to": {"role": "senior_care_worker"}}
    model = market(lever("fair_pay_agreement", funding={"council": PAID, "ring_fenced": True}, **seniors))
    providers = model.providers
    rise = np.maximum(providers.posted_pay[HERE, 1] - providers.unaided_pay[HERE, 1], 0)
    posts = providers.posts_start[HERE]
    due = rise * posts[:, 1] / posts[:, :3].sum(axis=1)
    assert (due[providers.unaided_pay[HERE, 0] < HIGH] > 5).all()
    assert (np.abs(supplements(model) - due) <= 1).all()


def test_one_rate_costs_payers_what_they_cover_where_policies_cover_unlike_shares() -> None:
    """Half the employers pay a real living wage that is covered in full, all a floor of which a tenth is covered."""

    def spent(ring_fenced: bool) -> float:
        wage = lever(
            "real_living_wage",
            share_of_employers=0.5,
            funding={"council": PAID, "nhs": PAID, "ring_fenced": ring_fenced},
        )
        tenth = {"cover": 0.1, "from": "new_grant"}
        other = lever(
            "fair_pay_agreement",
            above_minimum=0.4,
            funding={"council": tenth, "nhs": tenth, "ring_fenced": ring_fenced},
        )
        model = market(wage, other)
        return float((supplements(model) * model.providers.demand_minutes[HERE, COUNCIL]).sum())

    assert spent(False) == pytest.approx(spent(True), rel=0.02)


@pytest.mark.parametrize("name", ["real_living_wage", "paid_travel_time"])
def test_money_for_a_policy_is_new_where_the_file_says_so_and_only_there(name: str) -> None:
    for purse, new in (("new_grant", True), ("own_budget", False)):
        public = {"cover": 1.0, "from": purse}
        model = after(1, pay=LOW, travel=0.2, levers=[lever(name, funding={"council": public, "nhs": public})])
        granted = model.providers.grant[HERE, COUNCIL]
        assert (granted == (supplements(model) if new else 0)).all()
        assert (supplements(model) > 0).all()


def test_paid_travel_is_one_rate_unless_it_is_ring_fenced() -> None:
    def of(ring_fenced: bool) -> Any:
        public = {"council": PAID, "nhs": PAID, "ring_fenced": ring_fenced}
        return after(1, pay=[LOW, HIGH], travel=0.2, levers=[lever("paid_travel_time", funding=public)])

    free, fenced = of(False), of(True)
    here = fenced.providers.council[HERE] == 0
    assert np.unique(supplements(free)[here]).size == 1
    assert np.unique(supplements(fenced)[here]).size > 1


def test_full_cover_of_a_floor_meets_what_it_costs_for_the_hours_that_are_bought() -> None:
    """England in a policy's first month: extra payments against extra wages, on-costs and agency time.

    Time that is paid and not bought, and overtime, stay with employers.
    """
    from sim.model import CareLabourModel

    terms = {"council": PAID, "nhs": PAID, **ALL_COSTS}
    wage = lever("real_living_wage", funding=terms).model_copy(update={"start": month_index(2018, 10)})
    costs, paid = [], []
    for levers in ((), (wage,)):
        model = CareLabourModel(scale=0.005, seed=3, levers=levers)
        while model.month <= month_index(2018, 10):
            model.simulate_month()
        homes = [Service.RESIDENTIAL, Service.NURSING, Service.HOME_CARE]
        kinds = [COST_KINDS.index(kind) for kind in ("wages", "on_costs", "agency")]
        costs.append(model.ledger.costs.sum(axis=0)[homes][:, kinds].sum(axis=1))
        paid.append(model.ledger.payments.sum(axis=(0))[homes].sum(axis=1))
    met = (paid[1] - paid[0]) / (costs[1] - costs[0])
    assert (met > 0.88).all()
    assert (met < 1.05).all()


def test_recovery_funds_are_not_spending_of_people_who_pay_for_themselves() -> None:
    from sim.model import CareLabourModel
    from sim.money import account
    from sim.recording import record, stack

    model = CareLabourModel(scale=0.002, seed=2)
    while model.month <= month_index(2022, 1):
        model.step()
    found = {item: int(values[0]) for item, values in account(stack([record(model)])).items()}
    paid = model.ledger.payments[:, :, Payer.SELF_FUNDER].sum()
    assert model.law.recovery_grant > 0
    assert found["recovery_funds"] > 0.01 * paid
    assert found["self_funders"] == paid - found["recovery_funds"]
