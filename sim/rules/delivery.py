"""Care delivered: own staff, then overtime, then agency; the rest is missed, and part of that handed back.

Care missed is all time bought and not given: visits are first shortened, then left out.
"""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def present_minutes(
    worked_minutes: int, absence: float, share_in_induction: float, time_for_care: float, p: Behaviour
) -> int:
    """Staff time that reaches people: contracted time less sickness absence beyond the usual and less induction.

    `time_for_care` is what an hour of the rest gives, against today: more where tools save other work.
    """
    extra_absence = absence - p.usual_absence
    lost = extra_absence + p.induction_loss * share_in_induction
    if lost < 0.0:
        lost = 0.0
    return int(worked_minutes * (1.0 - lost) * time_for_care)


@rule
def in_induction(months_in_post: int, months_in_sector: int, spared: int, sooner: int, p: Behaviour) -> bool:
    """Whether a person still learns the job: the Care Certificate is expected within 12 weeks of starting.

    Where a certificate counts with every employer, those who had learnt the job before this one are spared some months.
    Others may learn it `sooner`, by so many months, where a programme helps them.
    """
    needed = int(p.induction_months)
    if months_in_sector - months_in_post >= needed:
        needed -= spared
    else:
        needed -= sooner
    return months_in_post < needed


@rule
def hours_withheld(surplus: int, zero_hours_minutes: int, p: Behaviour) -> int:
    """Minutes a week for which staff on zero hours are not called in when there is less work than staff.

    The slack that zero hours give an employer: guaranteed hours are paid whether or not there is work.
    """
    most = int(zero_hours_minutes * p.zero_hours_slack)
    return surplus if surplus < most else most


@rule
def overtime(shortfall: int, staff_minutes: int, p: Behaviour) -> int:
    """Extra time that staff in post give, minutes/week: up to a small share of their hours."""
    most = int(staff_minutes * p.overtime_most)
    return shortfall if shortfall < most else most


@rule
def agency_wanted(shortfall: int, demand: int, margin: float, share_cap: float, bank: float, p: Behaviour) -> int:
    """Agency time an employer seeks, minutes/week.

    Agency staff cost about twice as much (Care England 2022: 19.57 against 9.90), so employers cover a part of a
    shortfall, up to a share of care bought, and less when they make no money. A cap by law on the share may be lower.
    Members of a shared `bank` of staff turn to it for so much of the part that they would not cover otherwise.
    """
    share = p.agency_cover if margin > 0.0 else p.agency_cover * p.agency_cover_poor
    share += (1.0 - share) * bank
    wanted = int(shortfall * share)
    most = int(demand * (p.agency_most if p.agency_most < share_cap else share_cap))
    return wanted if wanted < most else most


@rule
def agency_ration(wanted_in_area: int, offered_in_area: int) -> float:
    """Share of agency time sought that can be had: agency staff of an integrated care system offer so much."""
    if wanted_in_area <= offered_in_area or wanted_in_area <= 0:
        return 1.0
    return offered_in_area / wanted_in_area


@rule
def visits_shortened(missed: int, demand: int, p: Behaviour) -> int:
    """Minutes a week that visits are shorter than bought: the first thing to give way when staff run out of time.

    Up to what buyers put up with; beyond it whole visits are left out.
    """
    most = int(demand * p.missed_tolerated)
    return missed if missed < most else most


@rule
def care_handed_back(missed: int, shortened: int, p: Behaviour) -> int:
    """Minutes a week returned to the buyer: part of the visits that are left out."""
    return int((missed - shortened) * p.hand_back_share)


@rule
def agency_cost(minutes: int, price: int) -> int:
    """Weekly cost of agency time, pence, at a price of an hour."""
    return int(math.floor(minutes / 60.0 * price + 0.5))
