"""Income, costs, margins, exit and entry of providers."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour
from sim.rules.commissioning import shared_out


@rule
def weekly_income(minutes: int, fee: int) -> int:
    """Income from one payer for a week's care, pence."""
    return int(math.floor(minutes / 60.0 * fee + 0.5))


@rule
def programme_bill(wages: int, share: float) -> int:
    """What programmes for staff (training, support) cost an employer, pence: a share of wages, paid to outsiders."""
    return int(math.floor(wages * share + 0.5))


@rule
def register_bill(people: int, fee: int) -> int:
    """What an employer who bears the yearly fees of a register pays in a month, pence."""
    return people * fee // 12


@rule
def establishment_bill(sector: int, cost: int) -> int:
    """What programmes cost an establishment a month whatever its size, pence.

    Nothing where people employ assistants at home (sector 2): these are no establishments.
    """
    return 0 if sector == 2 else cost


@rule
def visits_paid_for(bought: int, demand: int, missed: int) -> int:
    """Minutes a week of one payer's visits that are paid for: those made. Payers share those missed in proportion."""
    left_out = missed if missed < demand else demand
    return bought - shared_out(bought, demand, left_out)


@rule
def still_missed(missed: int, returned: int) -> int:
    """Visits, minutes a week, that last month's staff would miss again: care handed back since is no longer bought."""
    return missed - returned if missed > returned else 0


@rule
def fixed_cost_of_an_hour(monthly_cost: int, capacity_minutes: int) -> int:
    """Part of a monthly cost of any amount of care that falls on an hour of it, pence: less the larger the employer."""
    if capacity_minutes <= 0:
        return 0
    return int(math.floor(monthly_cost * 12.0 / 52.0 / (capacity_minutes / 60.0) + 0.5))


@rule
def smoothed_margin(previous: float, income: int, cost: int, p: Behaviour) -> float:
    """Surplus over income, smoothed over about a year, bounded to between -1 and 1."""
    if income <= 0:
        return previous
    now = (income - cost) / income
    if now < -1.0:
        now = -1.0
    return previous + p.margin_speed * (now - previous)


@rule
def unit_margin(price: int, staff_cost: int, other_cost: int) -> float:
    """What is left of the price of one more hour of care after staff and other costs, as a share of the price."""
    if price <= 0:
        return 0.0
    return (price - staff_cost - other_cost) / price


@rule
def fee_after_cost_rise(fee: int, cost_growth: float, passed_on: float) -> int:
    """Fee when unit costs move, pence/hour; `passed_on` is the share of cost growth that reaches the fee."""
    if cost_growth <= 0.0:
        return fee
    return int(math.floor(fee * (1.0 + passed_on * cost_growth) + 0.5))


@rule
def priced_at_cost(sector: int) -> bool:
    """Whether care has no price to bargain over: council services (sector 1), and assistants of employers at home (2).

    A council's own services are a cost of its budget. A personal budget, and with it a direct payment, is the cost to
    the council of meeting the needs (Care Act 2014, sections 26 and 31). That councils' rates for assistants keep to
    that is an assumption.
    """
    return sector == 1 or sector == 2


@rule
def fee_policy(sector: int, multiplier: float) -> float:
    r"""What a policy on councils' fees multiplies the fee by: :math:`m' = 1` where care is priced at cost, else `m`.

    The reference is that of `priced_at_cost`: what is owed is the cost. On top of cost it would be a surplus in the
    first year and be taken back in the next.
    """
    return 1.0 if priced_at_cost(sector) else multiplier


@rule
def price_at_cost(price: int, income: int, cost: int, cost_growth: float) -> int:
    r"""Price of care from April where it is priced at cost, pence/hour.

    What an hour cost in the year past and how much unit costs have grown from April to April:

    .. math:: f' = f \frac{C}{I} (1 + g)

    with the year's income `I` and cost `C`, and the growth `g` of the unit cost. A rise of pay within the year is part
    of both; what that makes too much comes off again a year later.
    """
    if income <= 0:
        return int(math.floor(price * (1.0 + cost_growth) + 0.5))
    return int(math.floor(price * (cost / income) * (1.0 + cost_growth) + 0.5))


@rule
def closure_chance(margin: float, p: Behaviour) -> float:
    """Chance that an establishment closes this month.

    About 2.3% of care homes close in a year (CSI 2019); losses raise the chance, profits lower it:

    .. math:: h = h_0 e^{-k (m - m_0)}
    """
    exponent = -p.closure_margin * (margin - p.margin_usual)
    if exponent > 4.0:
        exponent = 4.0
    if exponent < -3.0:
        exponent = -3.0
    return p.closure_base * math.exp(exponent)


@rule
def opening_chance(waiting: int, capacity: int, p: Behaviour) -> float:
    """Chance that an empty site opens this month: a base rate, and more where care is waited for."""
    chance = p.opening_base
    if capacity > 0:
        chance += p.opening_unmet * waiting / capacity
    return chance if chance < p.opening_most else p.opening_most


@rule
def cost_to_cover(own: int, typical: float, by_own_cost: bool) -> float:
    """What of a policy's cost a payer's cover counts, pence an hour of care.

    Ring-fenced money follows the books: each employer is paid what the policy costs it, `own`, and all of it goes to
    staff. Other money is one rate for all in the council whom the policy covers and who give the service, what it
    costs a `typical` hour: employers who paid more before keep what they don't need, and those whom it costs more go
    short. An identity.
    """
    return float(own) if by_own_cost else typical


@rule
def supplement(covered: float) -> int:
    """Fee supplement, whole pence an hour, that meets what a payer covers of what policies cost."""
    return int(math.floor(covered + 0.5))


@rule
def covers_sooner(cover: float, floor: int, turn: int, than_cover: float, than_floor: int, than_turn: int) -> bool:
    """Whether one policy, and not another, covers a rise of pay that both of them ask for.

    The one whose payer covers the larger share counts; of equal shares the lower floor, to which the higher one then
    adds the rest; of equal floors the first in turn. Assumption: no law says how two such policies would share a bill.
    """
    if cover != than_cover:
        return cover > than_cover
    if floor != than_floor:
        return floor < than_floor
    return turn < than_turn


@rule
def left_to_cover(rise: int, all_rises: int, paid: int) -> int:
    r"""What is left to cover of a rise of pay when some of all rises together is paid for otherwise, pence/hour.

    .. math:: r \, \frac{\max(R - f, 0)}{R}

    with the rise `r`, all of them `R`, and `f` what a ring-fenced rise of fees has paid for, which is spread over all
    rises in proportion, whoever pays for them (assumption).
    """
    if all_rises <= 0 or paid >= all_rises:
        return 0
    return rise * (all_rises - paid) // all_rises


@rule
def differential(now: int, before: int, floor: int, lift: float) -> int:
    r"""Rise of a role beyond any floor of its own that policies explain, pence/hour.

    .. math:: \min(\max(w - \max(w_0, f), 0), \lceil l \, w_0 \rceil)

    with pay `w` now and `w_0` without policies, the role's floor `f`, and the lift `l` of care workers' floor above the
    lowest pay that law asks for, as a share of it: leads are kept in proportion at most (assumption). What lies beyond
    is pay that a policy has left behind, or the employer's own. Only pay that moves with care workers' has
    differentials (`follows_care_pay`).
    """
    above = now - (before if before > floor else floor)
    most = int(math.ceil(before * lift))
    if above < 0:
        return 0
    return above if above < most else most


@rule
def lift_of_floor(floor: int, lowest: int) -> float:
    """Lift of a wage floor by policy above the lowest pay that law asks for, as a share of that; none below it."""
    return floor / lowest - 1.0 if floor > lowest > 0 else 0.0


@rule
def part_of_lift(amount: int, covered: int, lift: int) -> int:
    """Part of differentials that is covered through one policy, by its layers of the lift of care workers' floor."""
    return amount * covered // lift if lift > 0 else 0


@rule
def part_left(rest: int, asked: int) -> float:
    """Part of what a policy asks of an employer that others leave; all of it where it asks for nothing there."""
    return rest / asked if asked > 0 else 1.0


@rule
def uncovered(met: float, cost: float) -> float:
    r"""Share of a cost that a payer leaves: :math:`1 - m / c`, between 0 and 1; all of it where nothing is met."""
    if cost <= 0.0 or met <= 0.0:
        return 1.0
    return 1.0 - met / cost if met < cost else 0.0


@rule
def left_of_pay(extra: int, in_force: int, met: float) -> float:
    r"""What a payer leaves of what an hour of care costs more than it would at pay without policies, pence.

    .. math:: \min(x, c) \left(1 - \frac{m}{c}\right) + \max(x - c, 0)

    with that cost `x`, what policies in force make of it `c`, and what the payer meets of it `m`. Whatever lies beyond
    has been left behind by policies that ended: it is a cost like any other, and no policy in force meets it.
    """
    of_policies = extra if extra < in_force else in_force
    return of_policies * uncovered(met, float(in_force)) + (extra - of_policies)


@rule
def terms_of_an_hour(
    wages: int, benefits: float, programmes: float, bought_minutes: int, staff_minutes: int, p: Behaviour
) -> int:
    r"""What better terms and programmes cost an employer for an hour of care, pence.

    .. math:: c = \frac{W \, (b (1 + h) + q)}{H}

    with a week's wages `W` of everybody employed, not only of those who give the care, benefits `b` on wages with
    holiday pay `h`, programmes `q`, and the hours `H` of care bought, or that staff could give if these are more: who
    has lost work is not paid more for what is left. An identity of the model's own books.
    """
    minutes = bought_minutes if bought_minutes > staff_minutes else staff_minutes
    if minutes <= 0:
        return 0
    share = benefits * (1.0 + p.holiday_share) + programmes
    return int(math.floor(wages * share / (minutes / 60.0) + 0.5))


@rule
def part_met(met: float, cost: float) -> float:
    r"""Part that a payer meets of what better terms and programmes for staff cost: :math:`\min(m / c, 1)`.

    `m` and `c` are shares of wages, summed over the policies in force, so that each is met by those who pay for it.
    """
    if cost <= 0.0:
        return 0.0
    return met / cost if met < cost else 1.0


@rule
def on_costs_at_margin(nic_rate: float, pension_rate: float, terms: float, p: Behaviour) -> float:
    r"""What a pound more of pay costs an employer on top, share: holiday pay, insurance, pension and better terms.

    .. math:: o = h + (1 + h)(n \, m + b + t)

    with holiday pay `h`, National Insurance at rate `n` on the part `m` of pay above the threshold, pension `b` and
    terms by policy `t`.
    """
    return p.holiday_share + (1.0 + p.holiday_share) * (nic_rate * p.nic_marginal_share + pension_rate + terms)


@rule
def staff_cost(pay: int, travel_share: float, travel_paid_share: float, on_costs: float) -> int:
    """Staff cost of an hour of direct care, pence: pay, paid travel and on-costs."""
    return int(math.floor(pay * (1.0 + travel_share * travel_paid_share) * (1.0 + on_costs) + 0.5))


@rule
def ring_fenced_pay(
    extra_fee: int, share: float, travel_share: float, travel_paid_share: float, on_costs: float
) -> int:
    """Rise of pay, pence/hour, that spends the ring-fenced share of a fee rise on staff."""
    if extra_fee <= 0:
        return 0
    return int(math.floor(extra_fee * share / ((1.0 + travel_share * travel_paid_share) * (1.0 + on_costs))))
