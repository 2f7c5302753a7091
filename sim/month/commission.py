"""Need grows, and councils and other buyers buy what money and providers' room allow."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.costs import council_unit_margin
from sim.rules.budget import overspend_allowed
from sim.rules.commissioning import (
    can_be_placed,
    care_worth_staffing,
    catchment_next,
    change_this_month,
    given_nearby,
    planned_share,
    rationing,
    room_for_more,
    shared_out,
    smaller_packages,
)
from sim.rules.finance import still_missed, visits_paid_for, weekly_income
from sim.rules.homes import open_capacity
from sim.units import Payer, Service

SERVICE_COUNT, PAYER_COUNT = len(Service), len(Payer)
COUNCIL = int(Payer.COUNCIL)
HOME_CARE = int(Service.HOME_CARE)
HOME_SERVICES = 2
"""Services below this code are care homes."""


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
            buy_service(council, service, share, councils, providers, reach, law, p)


@part
def buy_service(council, service, share, councils, providers, reach, law, p):
    """Care of a service is bought market by market, and what of a council's need is not bought waits or is trimmed."""
    cell = council * SERVICE_COUNT + service
    first, last = reach.first_market[cell], reach.first_market[cell + 1]
    for payer in range(PAYER_COUNT):
        councils.bought_minutes[council, service, payer] = 0
        councils.catchment_minutes[council, service, payer] = catchment(
            reach.market_start[first], reach.market_start[last], payer, providers, reach
        )
    for market in range(first, last):
        unplaced = 0
        for payer in range(PAYER_COUNT):
            target = target_of(council, service, payer, share, councils)
            there = part_of_market(
                market,
                first,
                last,
                councils.catchment_minutes[council, service, payer],
                payer,
                target,
                providers,
                reach,
            )
            placed = buy(market, service, payer, there, providers, reach, law, p)
            councils.bought_minutes[council, service, payer] += placed
            unplaced += max(there - placed, 0)
        seek_work(market, service, unplaced, providers, reach, law, p)
    for payer in range(PAYER_COUNT):
        wait(council, service, payer, target_of(council, service, payer, share, councils), councils, law, p)


@part
def part_of_market(market, first, last, in_all, payer, target, providers, reach):
    """What of a council's buying falls to a market, minutes/week; by size, where its people have turned to nobody."""
    lo, hi = reach.market_start[market], reach.market_start[market + 1]
    if in_all > 0:
        return shared_out(catchment(lo, hi, payer, providers, reach), in_all, target)
    everywhere = size_of(reach.market_start[first], reach.market_start[last], providers, reach)
    return shared_out(size_of(lo, hi, providers, reach), everywhere, target)


@part
def catchment(first, last, payer, providers, reach):
    """Care of those who turn to providers in places [first, last) of the list of markets, minutes/week."""
    minutes = 0
    for n in range(first, last):
        minutes += providers.catchment_minutes[reach.in_market[n], payer]
    return minutes


@part
def size_of(first, last, providers, reach):
    """Care that establishments and sites in places [first, last) of the list of markets could give, minutes/week."""
    minutes = 0
    for n in range(first, last):
        minutes += providers.capacity_minutes[reach.in_market[n]]
    return minutes


@part
def target_of(council, service, payer, share, councils):
    """Care that a payer would buy, minutes/week: of a council's need the `share` that it set out to buy."""
    need = councils.need_minutes[council, service, payer]
    return int(need * share) if payer == COUNCIL else need


@part
def share_affordable(council, councils, providers, reach, p):
    """Share of its need that a council can pay for at today's prices; new money counts as money."""
    money, cost, _ = money_and_cost(council, councils, providers, reach)
    repayment = councils.repayment[council]
    return rationing(money, cost, overspend_allowed(repayment, councils.budget[council], p))


@part
def money_and_cost(council, councils, providers, reach):
    """A council's money for the month, what it pays off taken away, and costs of its need at today's prices.

    Of all of it, and of what can be placed. Visits that were bought and missed last month cost nothing.
    """
    cost_of_need, cost_of_placed, grants = 0, 0, 0
    for service in range(SERVICE_COUNT):
        minutes, cost, granted = 0, 0, 0
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if providers.active[j] == 1 and providers.service[j] == service:
                demand = providers.demand_minutes[j, COUNCIL]
                minutes += demand
                paid = demand
                if service >= HOME_SERVICES:
                    missed = still_missed(providers.missed_minutes[j], providers.returned_minutes[j])
                    paid = visits_paid_for(demand, bought_from(providers, j), missed)
                cost += weekly_income(paid, providers.price[j, COUNCIL])
                granted += weekly_income(paid, providers.grant[j, COUNCIL])
        if minutes > 0:
            need = councils.need_minutes[council, service, COUNCIL]
            cost_of_need += int(cost / minutes * need)
            placed = can_be_placed(need, councils.planned_share[council], minutes)
            cost_of_placed += int(cost / minutes * placed)
            grants += granted
    money = councils.budget[council] - councils.repayment[council] + grants * 52 // 12
    return money, cost_of_need * 52 // 12, cost_of_placed * 52 // 12


@part
def buy(market, service, payer, target, providers, reach, law, p):
    """Move one kind of buying in a market towards its target: growth goes where there is room; the care that is bought.

    Cuts fall on what is not guaranteed.
    """
    first, last = reach.market_start[market], reach.market_start[market + 1]
    bought, loose, room = 0, 0, 0
    for n in range(first, last):
        j = reach.in_market[n]
        if providers.active[j] == 1:
            bought += providers.demand_minutes[j, payer]
            loose += not_guaranteed(providers, j, payer)
            providers.room_minutes[j] = provider_room(providers, j, service, law, p)
            room += providers.room_minutes[j]
    change = change_this_month(target, bought, p)
    if change > room:
        change = room
    placed = 0
    for n in range(first, last):
        j = reach.in_market[n]
        if providers.active[j] == 1:
            if change > 0:
                providers.demand_minutes[j, payer] += shared_out(providers.room_minutes[j], room, change)
            elif change < 0:
                cut = -change if -change < loose else loose
                providers.demand_minutes[j, payer] -= shared_out(not_guaranteed(providers, j, payer), loose, cut)
            placed += providers.demand_minutes[j, payer]
        providers.catchment_minutes[j, payer] = catchment_next(
            providers.catchment_minutes[j, payer], providers.demand_minutes[j, payer], p
        )
    return placed


@part
def wait(council, service, payer, target, councils, law, p):
    """What is not bought of a payer's need: packages are made smaller, neighbours help, people wait for the rest."""
    need, placed = councils.need_minutes[council, service, payer], councils.bought_minutes[council, service, payer]
    trimmed = smaller_packages(need, target, placed, p)
    councils.trimmed_minutes[council, service, payer] = trimmed
    waiting = max(need - placed - trimmed, 0)
    if service == HOME_CARE:
        nearby = given_nearby(int(waiting), law.micro_share[council])
        councils.micro_minutes[council, payer] = nearby
        waiting -= nearby
    councils.waiting_minutes[council, service, payer] = waiting


@part
def not_guaranteed(providers, j, payer):
    """Care that a payer buys from provider `j` and may cut, minutes/week."""
    bought = providers.demand_minutes[j, payer]
    if payer == COUNCIL:
        bought -= providers.guaranteed_minutes[j]
    return bought if bought > 0 else 0


@part
def seek_work(market, service, unplaced, providers, reach, law, p):
    """Providers of a market plan staff for the care they give and for their share of what could not be placed in it."""
    first, last = reach.market_start[market], reach.market_start[market + 1]
    capacity = 0
    for n in range(first, last):
        j = reach.in_market[n]
        if providers.active[j] == 1:
            capacity += providers.capacity_minutes[j]
    for n in range(first, last):
        j = reach.in_market[n]
        if providers.active[j] == 1:
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
