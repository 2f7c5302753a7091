"""Inspection of wages: what the law asks for all the time a job takes, and what an employer found out has to pay."""

from __future__ import annotations

import math

from sim.jit import rule


@rule
def underpayment(effective: float, minutes: int, travel_share: float, minimum: int) -> int:
    """What a week's wage lacks of the legal minimum, pence: travel between visits is working time.

    `minutes` are contact minutes. National Minimum Wage Regulations 2015, regulation 34: travel for work counts as time
    worked, so that pay is judged over both.
    """
    if effective >= minimum:
        return 0
    return int(math.floor((minimum - effective) * minutes * (1.0 + travel_share) / 60.0 + 0.5))


@rule
def inspected(u: float, share_a_year: float) -> bool:
    """Whether the wages of an employer are inspected this month."""
    return u < share_a_year / 12.0


@rule
def arrears(weekly: int, months: int, months_open: int) -> int:
    """Wages to be paid back, pence: what this week lacks, for so many months or for as long as the place is open."""
    counted = months if months < months_open else months_open
    if counted < 0:
        counted = 0
    return weekly * 52 * counted // 12


@rule
def penalty(owed: int, multiple: float) -> int:
    """Penalty, pence: a multiple of the arrears (at most twice in law, National Minimum Wage Act 1998, section 19A)."""
    return int(math.floor(owed * multiple + 0.5))


@rule
def travel_pay_owed(pay: int, minimum: int, travel_share: float) -> float:
    r"""Least share of travel time that must be paid for a rate of pay to keep the law.

    .. math:: w \frac{1 + s t}{1 + t} \ge F \quad \Rightarrow \quad s = \frac{(1 + t) F / w - 1}{t}

    rounded up to a thousandth, so that what is paid is never a fraction of a penny below the law.
    """
    if travel_share <= 0.0 or pay <= 0:
        return 0.0
    share = (minimum / pay * (1.0 + travel_share) - 1.0) / travel_share
    if share <= 0.0:
        return 0.0
    share = math.ceil(share * 1000.0) / 1000.0
    return share if share < 1.0 else 1.0
