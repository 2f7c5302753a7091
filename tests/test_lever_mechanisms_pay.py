"""What levers on pay and terms do to a small market, and who pays for it."""

from __future__ import annotations

import numpy as np
import pytest
from markets import after, lever

from sim.rules.finance import part_met
from sim.units import Payer

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
    assert margins[1] == pytest.approx(margins[0], abs=0.1 * (margins[0] - margins[2]))
    assert (unfunded.providers.price[:40] == without.providers.price[:40]).all()
    added = funded.providers.price[:40] - without.providers.price[:40]
    assert (added > 0).all()
    granted = funded.providers.grant[:40] - without.providers.grant[:40]
    assert (granted[:, Payer.COUNCIL] == added[:, Payer.COUNCIL]).all()
    assert (granted[:, [Payer.NHS, Payer.SELF_FUNDER]] == 0).all()


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
