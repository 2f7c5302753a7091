"""Need grows, fees are uprated, and councils and other buyers buy what money and providers' room allow."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.costs import council_unit_margin, covers_pay, unit_costs
from sim.rules.budget import affordable_uplift, overspend_allowed
from sim.rules.commissioning import (
    can_be_placed,
    care_worth_staffing,
    change_this_month,
    given_nearby,
    planned_share,
    rationing,
    room_for_more,
    shared_out,
    smaller_packages,
)
from sim.rules.finance import fee_after_cost_rise, price_at_cost, priced_at_cost, weekly_income
from sim.rules.homes import open_capacity
from sim.units import Payer, Sector, Service

SERVICE_COUNT, PAYER_COUNT = len(Service), len(Payer)
SECTOR_COUNT = len(Sector)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)
HOME_CARE = int(Service.HOME_CARE)
HOME_SERVICES = 2
"""Services below this code are care homes."""


@part
def growth_of(now, before):
    """Growth of a cost; none when there is nothing to compare with."""
    return now / before - 1.0 if before > 0 else 0.0


@kernel
def uprate_fees(lo, hi, councils, providers, reach, law, p):
    """April: fees of providers in councils [lo, hi) are uprated.

    Councils and the NHS pay the uplifts actually made. Once none is known, councils' fees rise by what their money
    leaves after need, and the NHS's follow the average growth of unit costs in part; self-funders' fees follow the
    provider's own costs, as all do where nobody bargains (`priced_at_cost`). Where a payer covers a policy floor
    or better terms through a supplement, such fees follow costs without the policy, or the rise would be paid twice.
    """
    for council in range(lo, hi):
        money, _, cost = money_and_cost(council, councils, providers, reach)
        first, last = reach.list_start[council], reach.list_start[council + 1]
        for n in range(first, last):
            j = reach.provider[n]
            providers.other_cost[j] = int(providers.other_cost[j] * (1.0 + law.price_growth) + 0.5)
        for service in range(SERVICE_COUNT):
            local = local_cost_growth(providers, reach, first, last, service, law, p)
            uplift = affordable_uplift(money, cost, local, p)
            for n in range(first, last):
                j = reach.provider[n]
                if providers.service[j] == service and not priced_at_cost(providers.sector[j]):
                    uprate_provider(providers, j, service, local, uplift, law, p)
            for sector in range(SECTOR_COUNT):
                if priced_at_cost(sector):
                    charge_costs(providers, reach, first, last, service, sector, law, p)


@part
def local_cost_growth(providers, reach, first, last, service, law, p):
    """Growth of unit costs of one service in a council, without pay policies, weighted by care the council buys."""
    now, before = 0, 0
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.active[j] == 1:
            hours = providers.demand_minutes[j, COUNCIL] // 60
            now += unit_costs(providers, j, law, p)[1] * hours
            before += providers.unaided_cost[j] * hours
    return growth_of(now, before)


@part
def charge_costs(providers, reach, first, last, service, sector, law, p):
    """New prices of one service and sector of a council, by what all of them together cost in the year past."""
    income, cost = 0, 0
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.sector[j] == sector:
            income += providers.year_income[j]
            cost += providers.year_cost[j]
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.sector[j] == sector:
            charge_cost(providers, j, income, cost, law, p)


@part
def cost_growth(providers, j, payer, with_policy, without, law):
    """Growth of unit costs that reaches a fee: without policies where it is said who covers them beside the fee.

    Care priced at cost has no margin to meet what its payer does not cover: there, costs with policies count then.
    """
    told = law.funding_told[j] == 1 and not priced_at_cost(providers.sector[j])
    for_terms = law.terms_cover[j, payer] > 0.0 or law.establishment_cover[j, payer] > 0
    if told or for_terms or covers_pay(law, j, payer):
        return growth_of(without, providers.unaided_cost[j])
    return growth_of(with_policy, providers.unit_cost[j])


@part
def charge_cost(providers, j, income, cost, law, p):
    """New prices of one provider whose care is priced at cost; its year begins anew."""
    with_policy, without = unit_costs(providers, j, law, p)
    for payer in range(PAYER_COUNT):
        growth = cost_growth(providers, j, payer, with_policy, without, law)
        providers.fee[j, payer] = price_at_cost(providers.fee[j, payer], income, cost, growth)
    providers.unit_cost[j] = with_policy
    providers.unaided_cost[j] = without
    providers.year_income[j] = 0
    providers.year_cost[j] = 0


@part
def uprate_provider(providers, j, service, local, uplift, law, p):
    """New fees of one provider; `uplift` is what the council can afford."""
    with_policy, without = unit_costs(providers, j, law, p)
    for payer in range(PAYER_COUNT):
        fee = providers.fee[j, payer]
        if payer == SELF_FUNDER:
            growth = cost_growth(providers, j, payer, with_policy, without, law)
            providers.fee[j, payer] = fee_after_cost_rise(fee, growth, p.self_funder_passthrough)
        elif law.fees_follow_costs == 1 and payer == COUNCIL:
            providers.fee[j, payer] = fee_after_cost_rise(fee, uplift, 1.0)
        elif law.fees_follow_costs == 1:
            providers.fee[j, payer] = fee_after_cost_rise(fee, local, p.fee_passthrough)
        else:
            providers.fee[j, payer] = fee_after_cost_rise(fee, law.fee_uplift[service], 1.0)
    providers.unit_cost[j] = with_policy
    providers.unaided_cost[j] = without


@kernel
def commission(lo, hi, councils, providers, reach, law, p):
    """Councils [lo, hi): others' need grows, money is rationed, and care is bought or cut."""
    for council in range(lo, hi):
        for service in range(SERVICE_COUNT):
            for payer in range(PAYER_COUNT):
                if payer != COUNCIL:  # a council buys what its team has assessed (sim/month/assess.py)
                    need = councils.need_minutes[council, service, payer]
                    councils.need_minutes[council, service, payer] = int(need * law.need_factor[service, payer] + 0.5)
        affordable = share_affordable(council, councils, providers, reach, p)
        share = planned_share(councils.planned_share[council], affordable, p)
        councils.planned_share[council] = share
        for service in range(SERVICE_COUNT):
            unplaced = 0
            for payer in range(PAYER_COUNT):
                target = councils.need_minutes[council, service, payer]
                if payer == COUNCIL:
                    target = int(target * share)
                unplaced += buy(council, service, payer, target, councils, providers, reach, law, p)
            seek_work(council, service, unplaced, providers, reach, law, p)


@part
def share_affordable(council, councils, providers, reach, p):
    """Share of its need that a council can pay for at today's prices; new money counts as money."""
    money, cost, _ = money_and_cost(council, councils, providers, reach)
    repayment = councils.repayment[council]
    return rationing(money, cost, overspend_allowed(repayment, councils.budget[council], p))


@part
def money_and_cost(council, councils, providers, reach):
    """A council's money for the month, what it pays off taken away, and costs of its need at today's prices.

    Of all of it, and of what can be placed.
    """
    cost_of_need, cost_of_placed, grants = 0, 0, 0
    for service in range(SERVICE_COUNT):
        minutes, cost, granted = 0, 0, 0
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if providers.active[j] == 1 and providers.service[j] == service:
                demand = providers.demand_minutes[j, COUNCIL]
                minutes += demand
                cost += weekly_income(demand, providers.price[j, COUNCIL])
                granted += weekly_income(demand, providers.grant[j, COUNCIL])
        if minutes > 0:
            need = councils.need_minutes[council, service, COUNCIL]
            cost_of_need += int(cost / minutes * need)
            placed = can_be_placed(need, councils.planned_share[council], minutes)
            cost_of_placed += int(cost / minutes * placed)
            grants += granted
    money = councils.budget[council] - councils.repayment[council] + grants * 52 // 12
    return money, cost_of_need * 52 // 12, cost_of_placed * 52 // 12


@part
def buy(council, service, payer, target, councils, providers, reach, law, p):
    """Move one kind of buying towards its target: growth goes where there is room.

    Cuts fall on what is not guaranteed.
    """
    first, last = reach.list_start[council], reach.list_start[council + 1]
    bought, loose, room = 0, 0, 0
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.active[j] == 1:
            bought += providers.demand_minutes[j, payer]
            loose += not_guaranteed(providers, j, payer)
            providers.room_minutes[j] = provider_room(providers, j, service, law, p)
            room += providers.room_minutes[j]
    change = change_this_month(target, bought, p)
    if change > room:
        change = room
    placed = 0
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.active[j] == 1:
            if change > 0:
                providers.demand_minutes[j, payer] += shared_out(providers.room_minutes[j], room, change)
            elif change < 0:
                cut = -change if -change < loose else loose
                providers.demand_minutes[j, payer] -= shared_out(not_guaranteed(providers, j, payer), loose, cut)
            placed += providers.demand_minutes[j, payer]
    councils.bought_minutes[council, service, payer] = placed
    need = councils.need_minutes[council, service, payer]
    trimmed = smaller_packages(need, target, placed, p)
    councils.trimmed_minutes[council, service, payer] = trimmed
    waiting = max(need - placed - trimmed, 0)
    if service == HOME_CARE:
        nearby = given_nearby(int(waiting), law.micro_share[council])
        councils.micro_minutes[council, payer] = nearby
        waiting -= nearby
    councils.waiting_minutes[council, service, payer] = waiting
    return target - placed if target > placed else 0


@part
def not_guaranteed(providers, j, payer):
    """Care that a payer buys from provider `j` and may cut, minutes/week."""
    bought = providers.demand_minutes[j, payer]
    if payer == COUNCIL:
        bought -= providers.guaranteed_minutes[j]
    return bought if bought > 0 else 0


@part
def seek_work(council, service, unplaced, providers, reach, law, p):
    """Providers of a service plan staff for the care they give and for their share of what could not be placed."""
    first, last = reach.list_start[council], reach.list_start[council + 1]
    capacity = 0
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.active[j] == 1:
            capacity += providers.capacity_minutes[j]
    for n in range(first, last):
        j = reach.provider[n]
        if providers.service[j] == service and providers.active[j] == 1:
            providers.sought_minutes[j] = care_worth_staffing(
                bought_from(providers, j),
                shared_out(providers.capacity_minutes[j], capacity, unplaced),
                providers.capacity_minutes[j],
                p.headroom_homes if service < HOME_SERVICES else p.headroom_community,
                council_unit_margin(providers, j, law, p),
                p,
            )


@part
def bought_from(providers, j):
    """Care bought from provider `j` by all payers, minutes/week."""
    return providers.demand_minutes[j, 0] + providers.demand_minutes[j, 1] + providers.demand_minutes[j, 2]


@part
def provider_room(providers, j, service, law, p):
    """Minutes a week more that provider `j` can take on."""
    return room_for_more(
        open_capacity(providers.capacity_minutes[j], providers.beds_closed[j]),
        bought_from(providers, j),
        providers.staff_minutes[j],
        providers.missed_minutes[j],
        council_unit_margin(providers, j, law, p),
        p.headroom_homes if service < HOME_SERVICES else p.headroom_community,
        p,
    )
