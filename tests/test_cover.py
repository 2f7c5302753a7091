"""Cover of what policies on pay cost: by the books of each employer or one rate for all, once, and by one purse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import after, lever

from sim.units import Payer, Sector, month_index

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
    assert (margins[1] - margins[0])[paid_more_before].mean() > 0.02
    assert (margins[1] - margins[0])[~paid_more_before].mean() < 0


def test_care_priced_at_cost_is_covered_at_its_own_cost() -> None:
    fenced, free = (market(floor(way), sector=[Sector.INDEPENDENT, Sector.COUNCIL]) for way in (True, False))
    owned = free.providers.sector[HERE] == Sector.COUNCIL
    assert (supplements(free)[owned] == supplements(fenced)[owned]).all()
    assert (supplements(free)[~owned] != supplements(fenced)[~owned]).any()


def test_of_two_policies_on_floors_the_one_that_covers_most_says_whose_money_it_is() -> None:
    """A little new money for one of them does not turn a bill that councils meet themselves into a grant."""
    small = {"council": {"cover": 0.1, "from": "new_grant"}, "nhs": {"cover": 0.1, "from": "new_grant"}}
    other = lever("fair_pay_agreement", above_minimum=0.2, funding=small)
    own, both = market(floor(True, "own_budget")), market(floor(True, "own_budget"), other)
    assert supplements(both).sum() == supplements(own).sum() > 0
    assert both.ledger.grants.sum() == 0
    granted = market(floor(True), lever("fair_pay_agreement", above_minimum=0.2))
    assert granted.ledger.grants.sum() > 0


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
