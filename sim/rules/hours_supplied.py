"""Hours people want to work, where benefits take part of what they earn: Universal Credit and Carer's Allowance."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def household_of(
    u: float, weekly_earnings: int, unrestricted: int, earnings_limit: int, credit_weight: float, p: Behaviour
) -> int:
    """Benefits of a household, a code of `units.Household`: 0 neither, 1 Universal Credit, 2 Carer's Allowance.

    Carer's Allowance goes to a share of those who earn no more than its limit, Universal Credit to a share of
    everybody else, larger where more households draw it (`credit_weight`, 1 in England). A visa that ties to a
    sponsor, or another with a time limit, bars both.
    """
    if unrestricted == 0:
        return 0
    if weekly_earnings <= earnings_limit and u < p.carers_allowance_share:
        return 2
    if u >= 1.0 - p.universal_credit_share * credit_weight:
        return 1
    return 0


@rule
def hour_worth(pay: int, taper: float) -> float:
    """What an hour of work leaves a claimant of Universal Credit, pence: pay less the award it takes away."""
    return pay * (1.0 - taper)


@rule
def hours_wanted(
    household: int,
    free_minutes: int,
    wanted_minutes: int,
    pay: int,
    worth_now: float,
    worth_then: float,
    earnings_limit: int,
    p: Behaviour,
) -> int:
    r"""Minutes a week a person wants to work at a rate of pay, given those wanted if benefits did not matter.

    Carer's Allowance is lost whole when earnings pass its limit :math:`L` (2016: 110 pounds a week), so claimants stay
    under it, and a raise cuts their hours at once. On Universal Credit hours follow what an hour leaves, in constant
    prices, against what it left when the hours were chosen:

    .. math:: h^{CA} = \min(h_0, L / w), \qquad h^{UC} = h_0 \exp(\epsilon \ln(y_t / y_0)), \quad y = w (1 - \tau)

    with the exponent bounded. But for cuts to stay under the limit, hours come a part of the way at each review.

    Only the ratio :math:`w_t (1 - \tau_t) / (w_0 (1 - \tau_0))` matters. A taper that stays as it is cancels out, so it
    acts in the years in which its rate changes alone; a raise by a tenth moves hours as it would those of somebody who
    keeps every pound. There is no work allowance and no threshold: the taper is that of every pound earned. Whether a
    raise adds hours or takes them away is the sign of :math:`\epsilon`, an input that does not follow from the taper.
    """
    if household == 2 and pay > 0:
        most = earnings_limit * 60 // pay
        target = free_minutes if free_minutes < most else most
        if target < wanted_minutes:
            return int(target)
    elif household == 1 and worth_now > 0.0 and worth_then > 0.0:
        change = p.hours_elasticity * math.log(worth_now / worth_then)
        if change > p.hours_change_most:
            change = p.hours_change_most
        if change < -p.hours_change_most:
            change = -p.hours_change_most
        target = int(free_minutes * math.exp(change))
    else:
        return wanted_minutes
    return wanted_minutes + int(p.hours_review_speed * (target - wanted_minutes))


@rule
def minutes_after_review(minutes: int, wanted_before: int, wanted_now: int, posts_vacant: int) -> int:
    """Minutes a week in the present job after the hours wanted have changed.

    People can always give hours up; employers give more only where they have posts vacant.
    """
    if wanted_before <= 0 or (wanted_now > wanted_before and posts_vacant <= 0):
        return minutes
    return int(minutes * (wanted_now / wanted_before))
