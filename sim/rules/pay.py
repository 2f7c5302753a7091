"""What a job pays, what the law asks, and how employers set pay."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour
from sim.rules.finance import priced_at_cost
from sim.units import Role


@rule
def effective_wage(pay: int, paid_part: float) -> float:
    """Pay for each hour a job takes out of the day, pence/hour: contract pay times the part of the day that is paid."""
    return pay * paid_part


@rule
def paid_part_of_day(travel_share: float, travel_paid_share: float) -> float:
    """Part of the time a job takes out of the day that is paid.

    .. math:: (1 + s t) / (1 + t)

    with `t` travel time per contact hour and `s` the share of it that is paid. Homecare Workers' Group: about 75% of
    home-care workers are not paid for travel.
    """
    return (1.0 + travel_paid_share * travel_share) / (1.0 + travel_share)


@rule
def legal_minimum(age_years: int, adult_age: int, adult_rate: int, youth_rate: int, adult_rate_for_all: int) -> int:
    """Lowest lawful pay, pence/hour, at this age.

    Most care employers pay the adult rate to all (Giupponi and Machin 2018).
    """
    if age_years >= adult_age or adult_rate_for_all == 1:
        return adult_rate
    return youth_rate


@rule
def rounded_up(pay: float, step: int) -> int:
    """Pay rounded up to a multiple of `step` pence: advertised rates cluster on round numbers."""
    whole = int(math.ceil(pay - 1e-9))
    return ((whole + step - 1) // step) * step


@rule
def april_pay(
    previous: int, floor: int, old_floor: int, premium: float, vacancy_rate: float, margin: float, p: Behaviour
) -> int:
    r"""Pay for new care workers from April, pence/hour.

    The employer aims at its premium over the floor, never cuts cash pay and never pays below the floor. Part of a rise
    of the floor reaches pay above it, fading with distance from the old floor (IFS WP21/48: up to about the 20th
    percentile). The premium and a response to vacancies need a margin to pay for them: with `[m]` 1 where the margin
    exceeds `margin_for_raise` and 0 elsewhere,

    .. math:: w' = \max(F', \; w + \lambda e^{-(w/F - 1)/d} (F' - F), \; [m] F'(1 + \pi)) + [m] \rho \, (v - v^*)^+ w

    The vacancy rate counts up to `vacancy_response_cap` above the tolerated one.
    """
    kept = float(previous)
    if floor > old_floor:
        distance = (previous - old_floor) / old_floor
        if distance < 0.0:
            distance = 0.0
        kept += p.floor_spillover * math.exp(-distance / p.floor_spillover_reach) * (floor - old_floor)
    target = floor * (1.0 + premium)
    if kept < target and margin > p.margin_for_raise:
        kept = target
    if vacancy_rate > p.vacancy_tolerated and margin > p.margin_for_raise:
        excess = vacancy_rate - p.vacancy_tolerated
        if excess > p.vacancy_response_cap:
            excess = p.vacancy_response_cap
        kept += p.vacancy_pay_response * excess * previous
    if kept <= floor:
        return floor
    return rounded_up(kept, int(p.pay_step))


@rule
def reviewed_within_year(sector: int) -> bool:
    """Whether an employer reviews pay between one April and the next.

    Not where care is priced at cost. A council pays what the national award of the year brings, and growth of earnings
    reaches it with that (`professional_pay`): to keep up within the year would count it twice. A direct payment is set
    once a year, and leaves who employs by it no margin to pay more from (assumption).
    """
    return not priced_at_cost(sector)


@rule
def kept_up_pay(last_march: int, since_april: float, p: Behaviour) -> float:
    r"""What was paid in March, had it kept up with a part of the growth of earnings in general since then, pence/hour.

    .. math:: w_{\text{March}} (1 + \phi e)

    with `earnings_followed` as the part; by March that is eleven twelfths of a year's growth, on which April builds.
    Median pay of care workers rose by 5.4% in 2021/22, when the floor had risen by 2.2% and regular pay in general
    rose by 4.2%; in 2020/21 it rose by 6.0%, with the floor up by 6.2% and regular pay by 4.6% (Skills for Care; ONS,
    average weekly earnings without bonuses, first quarter on first quarter).
    """
    return last_march * (1.0 + p.earnings_followed * since_april)


@rule
def mid_year_pay(current: int, kept_up: float, vacancy_rate: float, margin: float, p: Behaviour) -> int:
    r"""Pay for new care workers when an employer reviews it between Aprils, pence/hour.

    Where the margin allows, pay is not left behind by earnings in general (`kept_up_pay`), which binds in years in
    which they grow by more than April brought; and it is raised by one notch if vacancies are above what the employer
    tolerates (low payers do not lose staff at once: Vadean and Allan 2023).

    .. math:: w' = \max(w, \; w_{\text{March}} (1 + \phi e)) \, (1 + [v > v^*] \, \rho_m)
    """
    if margin <= p.margin_for_raise:
        return current
    pay = float(current)
    if pay < kept_up:
        pay = kept_up
    if vacancy_rate > p.vacancy_tolerated:
        pay *= 1.0 + p.mid_year_raise
    if pay <= current:
        return current
    return rounded_up(pay, int(p.pay_step))


@rule
def lead_from_keeping_up(
    before: float, premium: float, last_march: int, kept_up: float, floor_last_march: int, floor: int, p: Behaviour
) -> float:
    r"""Lead over the floor that an employer aims at beyond its own premium, as earnings outran the floor; share of it.

    .. math:: \ell' = \ell + \kappa \min(w_{\text{March}} (1 + \phi e) / F - 1 - \pi - \ell, \; \phi e - g)^+

    with the lead of March :math:`\ell`, the premium :math:`\pi` and the growth :math:`g` of the floor since March. A
    part `lead_kept` of what keeping up brought stays; no study tells how large it is. Nothing stays in years in which
    the floor outruns what is followed of earnings, and never more than it was outrun by: a lead that has other reasons,
    such as raises for want of staff, is none of this. All is reckoned from March, so that it doesn't matter how often
    pay was reviewed. This is an aim: what the margin pays for, `april_pay` tells.
    """
    if last_march <= 0 or floor_last_march <= 0:
        return before
    if floor < floor_last_march:  # earnings did not outrun it: it was lowered
        floor = floor_last_march
    brought = kept_up / floor - 1.0 - premium - before
    outrun = kept_up / last_march - floor / floor_last_march
    if brought > outrun:
        brought = outrun
    return before if brought <= 0.0 else before + p.lead_kept * brought


@rule
def ladder_pay(previous: int, care_before: int, care_now: int, floor: int, p: Behaviour) -> int:
    """Pay of a senior care worker, pence/hour, when care-worker pay moves.

    Moves by `senior_passthrough` for each 1% of care-worker pay (0.88: the senior premium fell from 11% in 2017 to 6%
    in 2024, Skills for Care) and stays a step above care workers.
    """
    growth = (care_now - care_before) / care_before
    pay = previous * (1.0 + p.senior_passthrough * growth)
    least = care_now + int(p.pay_step)
    if least < floor:
        least = floor
    if pay < least:
        return least
    return int(math.floor(pay + 0.5))


@rule
def follows_care_pay(role: int) -> bool:
    """Whether pay of a role moves with care workers' at the same employer: theirs, `ladder_pay`, `other_roles_pay`.

    Pay of nurses and other professionals follows national scales and earnings (`professional_pay`).
    """
    return role == Role.CARE_WORKER or role == Role.SENIOR_CARE_WORKER or role == Role.OTHER


@rule
def other_roles_pay(previous: int, care_before: int, care_now: int, floor: int) -> int:
    r"""Pay of cooks, cleaners, drivers and others outside care work, pence/hour: it moves with care workers'.

    .. math:: w' = \max\left(F, \; w \frac{c'}{c}\right)

    They are hired in the same low-paid market. No series of their pay was found (assumption).
    """
    pay = int(math.floor(previous * (care_now / care_before) + 0.5))
    return pay if pay > floor else floor


@rule
def professional_pay(previous: int, floor: int, growth: float) -> int:
    """Pay of nurses, managers, social workers and occupational therapists, and of care workers whom councils employ.

    Pence an hour. Follows earnings in general, above the floor.
    """
    pay = int(math.floor(previous * (1.0 + growth) + 0.5))
    return pay if pay > floor else floor


@rule
def incumbent_pay(own: int, posted_before: int, posted_now: int, floor: int, p: Behaviour) -> int:
    """Pay of someone in post when the posted rate moves, pence/hour.

    What a person earns above new recruits keeps only part of the rise, so premiums for experience melt as the floor
    rises (33p in 2016, 4-10p in 2023-25, Skills for Care).
    """
    lead = own - posted_before
    if lead < 0:
        lead = 0
    rise = posted_now - posted_before
    if rise > 0:
        lead -= int(math.floor(p.compression * rise + 0.5))
    if lead < 0:
        lead = 0
    pay = posted_now + lead
    if pay < own:
        pay = own
    return pay if pay > floor else floor


@rule
def offered_pay(posted: int, months_in_sector: int, floor: int, p: Behaviour) -> int:
    """Pay offered to a recruit, pence/hour: a small premium for five years in the sector, never below the floor."""
    pay = posted
    if months_in_sector >= int(p.experienced_months):
        pay += int(p.experience_offer)
    return pay if pay > floor else floor


@rule
def progression_pay(
    posted: int,
    months_in_sector: int,
    qualified: int,
    experience_step: float,
    qualification_step: float,
    p: Behaviour,
) -> int:
    r"""Least that steps of progression leave somebody, pence/hour; 0 for those without a step.

    .. math:: w_s = w \, (1 + s_e [m \ge m_e] + s_q q)

    with the posted rate `w`, a step for years in the sector and one for a relevant qualification. Steps hang on the
    posted rate, so that they don't melt as leads over it do (`incumbent_pay`).
    """
    step = 0.0
    if months_in_sector >= int(p.experienced_months):
        step += experience_step
    if qualified == 1:
        step += qualification_step
    if step <= 0.0:
        return 0
    return int(math.floor(posted * (1.0 + step) + 0.5))


@rule
def cost_of_mix(care_posts: int, senior_posts: int, share: float, care_pay: int, senior_pay: int) -> int:
    """What more senior posts add to the mean pay of care staff, pence/hour: a share of care-worker posts at their rate.

    Counted by posts, filled or not.
    """
    if share <= 0.0 or care_posts <= 0 or senior_pay <= care_pay:
        return 0
    return int(math.floor(share * care_posts / (care_posts + senior_posts) * (senior_pay - care_pay) + 0.5))


@rule
def weekly_wage(pay: int, minutes: int, travel_share: float, travel_paid_share: float) -> int:
    """Wage for a week, pence. `minutes` are contact minutes; paid travel comes on top."""
    paid_minutes = minutes * (1.0 + travel_share * travel_paid_share)
    return int(math.floor(pay * paid_minutes / 60.0 + 0.5))


@rule
def weekly_on_costs(wage: int, nic_rate: float, nic_threshold: int, pension_rate: float, p: Behaviour) -> int:
    """Employer National Insurance, pension and holiday pay on top of a weekly wage, pence.

    Holiday is 5.6 weeks a year, 12.07% of time worked; National Insurance is due above the weekly secondary threshold.
    """
    with_holiday = wage * (1.0 + p.holiday_share)
    above = with_holiday - nic_threshold
    if above < 0.0:
        above = 0.0
    cost = with_holiday - wage + nic_rate * above + pension_rate * with_holiday
    return int(math.floor(cost + 0.5))
