"""Councils: need, money, what is bought and what waits."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def shared_out(part: int, whole: int, amount: int) -> int:
    """A provider's share of an amount in proportion to its part of the whole; rounded down, so never more than all."""
    if whole <= 0 or amount <= 0:
        return 0
    return int(part / whole * amount)


@rule
def rationing(money: int, cost_of_need: int, overspend: float) -> float:
    """Share of need that a council's money for the month covers with the overspend that is borne, from 0 to 1."""
    if cost_of_need <= 0:
        return 1.0
    if money <= 0:
        return 0.0
    share = money * (1.0 + overspend) / cost_of_need
    return share if share < 1.0 else 1.0


@rule
def planned_share(previous: float, affordable: float, p: Behaviour) -> float:
    """Share of need that a council sets out to buy this month.

    New money is planned out over some months, as reviews and assessments come up; a cut is felt at once.
    """
    if affordable <= previous:
        return affordable
    return previous + p.planning_speed * (affordable - previous)


@rule
def can_be_placed(need: int, planned: float, bought: int) -> int:
    """Minutes a week of need less those that a council set out to buy and for which it found nobody.

    `planned` is the share of need that it set out to buy. What it rations for want of money stays in.
    """
    without = int(need * planned) - bought
    return need - without if without > 0 else need


@rule
def smaller_packages(need: int, target: int, bought: int, p: Behaviour) -> int:
    """Minutes a week by which packages are made smaller: the first thing to give way when money does not cover need.

    Up to a share of need; only beyond it do people wait. Never more than is not bought.
    """
    trimmed = int(need * p.package_trim)
    if trimmed > need - target:
        trimmed = need - target
    if trimmed > need - bought:
        trimmed = need - bought
    return trimmed if trimmed > 0 else 0


@rule
def change_this_month(target: int, bought: int, p: Behaviour) -> int:
    """Minutes a week by which buying moves towards its target in a month: packages are set up and end one by one."""
    return int((target - bought) * p.commissioning_speed)


@rule
def catchment_next(before: int, given: int, p: Behaviour) -> int:
    r"""Minutes a week of the care of those who turn to a provider next month.

    .. math:: k' = k + \phi (d - k)

    People turn to those who have given the care of their place, `d`. Where these give less than is needed, some of the
    need goes elsewhere in the council in time: agencies extend their rounds, families look farther.
    """
    return before + int((given - before) * p.catchment_speed)


@rule
def newcomers_catchment(before: int, capacity: int, waiting: int, waiting_in_all: int) -> int:
    """Minutes a week of one payer's care that turn to a new establishment: of what waits, up to its size.

    `waiting` is what this payer's people wait for and `waiting_in_all` what all do, in the council. Who turned to the
    site `before` and has not yet gone elsewhere (`catchment_next`) turns to it still, if these are more.
    """
    drawn = shared_out(waiting, waiting_in_all, capacity if capacity < waiting_in_all else waiting_in_all)
    return drawn if drawn > before else before


@rule
def room_for_more(
    capacity: int, demand: int, staff: int, missed: int, unit_margin: float, headroom: float, p: Behaviour
) -> int:
    """Minutes a week more that a provider can take on.

    Up to its size, and no more than its staff have time for, with a little overbooking; none while it misses care or
    would lose on each hour at today's fee.
    """
    if missed > int(demand * p.missed_tolerated) or unit_margin < p.loss_tolerated:
        return 0
    room = int(capacity * headroom) - demand
    spare = staff + int(capacity * p.overbooking) - demand
    if spare < room:
        room = spare
    return room if room > 0 else 0


@rule
def care_worth_staffing(
    demand: int, unplaced_share: int, capacity: int, headroom: float, unit_margin: float, p: Behaviour
) -> int:
    """Minutes a week for which a provider would have staff at today's fees.

    The care it gives, and its share of what buyers would pay for and cannot place, up to its size: providers recruit
    for work that waits. None of the latter if each hour would lose money.
    """
    if unit_margin < p.loss_tolerated:
        return demand
    most = int(capacity * headroom)
    wanted = demand + unplaced_share
    if wanted > most:
        wanted = most
    return wanted if wanted > demand else demand


@rule
def given_nearby(waiting: int, share: float) -> int:
    """Minutes a week of the care at home that people wait for which local micro-enterprises give: a share of it.

    They are outside the measured workforce: nobody is counted who works for them.
    """
    return int(waiting * share)
