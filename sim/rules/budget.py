"""Councils' money: where it comes from, what a year leaves over or owes, and what is left for fees."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def money_from_source(usual: int, multiplier: float) -> int:
    """A month's money from one source, pence: what actual law and budgets bring, times what a policy makes of it."""
    return int(usual * multiplier + 0.5)


@rule
def savings_asked(money: int, own: int, share: float) -> int:
    """Money a month that a council takes out of care for its savings, pence: out of its own, and no more than that."""
    asked = int(money * share + 0.5)
    return asked if asked < own else own


@rule
def surplus_at_year_end(balance: int, budget: int, p: Behaviour) -> int:
    """What goes back to the council at large in April, pence: whatever exceeds the reserve kept for care."""
    kept = int(p.council_reserve_months * budget)
    return balance - kept if balance > kept else 0


@rule
def monthly_repayment(balance: int) -> int:
    """What is held back each month of a year to pay off an overspend of the years before, pence; in full in a year.

    A council's budget must balance (Local Government Finance Act 1992), and a chief finance officer who sees that it
    does not stops new spending (Local Government Finance Act 1988, section 114): no deficit runs on.
    """
    return (11 - balance) // 12 if balance < 0 else 0


@rule
def overspend_allowed(repayment: int, budget: int, p: Behaviour) -> float:
    """Overspend that is borne within a year, share of the money.

    774m of 29.4bn in 2024/25 (ADASS). Nothing in a year that has to pay off so much that spending is under control.
    """
    if repayment > p.spending_control * budget:
        return 0.0
    return p.overspend_tolerated


@rule
def affordable_uplift(money: int, cost_of_need: int, cost_growth: float, p: Behaviour) -> float:
    r"""Rise of a council's fees when no actual uplift is known, share.

    What is left of the money once need is paid for at old fees, within bounds: at least part of the growth of
    providers' costs, at most all of it.

    .. math:: u = \min(b \, g, \; \max(a \, g, \; M / C - 1))

    with `g` growth of costs, `M` the money, `C` what need costs at old fees, `a` and `b` the bounds.
    """
    if cost_growth <= 0.0:
        return 0.0
    least, most = p.uplift_least * cost_growth, p.uplift_most * cost_growth
    left = money / cost_of_need - 1.0 if cost_of_need > 0 else most
    if left < least:
        return least
    return left if left < most else most
