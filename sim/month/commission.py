"""Need grows, fees are set, and councils and other buyers buy what money and providers' room allow."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.rules.budget import affordable_uplift, overspend_allowed
from sim.rules.commissioning import (
    care_worth_staffing,
    change_this_month,
    planned_share,
    rationing,
    room_for_more,
    shared_out,
    smaller_packages,
)
from sim.rules.finance import (
    establishment_bill,
    fee_after_cost_rise,
    fee_policy,
    fixed_cost_of_an_hour,
    floor_grant,
    part_met,
    price_at_cost,
    priced_at_cost,
    staff_cost,
    unit_margin,
    weekly_income,
)
from sim.rules.homes import open_capacity
from sim.rules.pay import cost_of_mix
from sim.units import Payer, Role, Sector, Service

SERVICE_COUNT, PAYER_COUNT = len(Service), len(Payer)
SECTOR_COUNT = len(Sector)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)
CARE_WORKER, SENIOR = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER)
HOME_SERVICES = 2
"""Services below this code are care homes."""


@part
def hourly_staff_cost(providers, j, pay, travel_paid, with_terms, law, p):
    """Staff cost of an hour of direct care at provider `j`, pence, with employers' on-costs at the margin.

    `with_terms` is 1 with what better terms and programmes for staff cost by policy, 0 without.
    """
    on_top = law.nic_rate * p.nic_marginal_share + law.pension_rate + with_terms * law.benefit_cost[j]
    on_costs = p.holiday_share + (1.0 + p.holiday_share) * on_top + with_terms * law.programme_cost[j]
    return staff_cost(pay, providers.travel_share[j] * law.travel_time[j], travel_paid, on_costs)


@part
def mean_pay(providers, j, rates, with_seniors):
    """Mean posted rate of care workers, and of seniors if asked, weighted by posts at the start, pence/hour."""
    posts = providers.posts_start[j, CARE_WORKER]
    total = rates[j, CARE_WORKER] * posts
    if with_seniors == 1:
        posts += providers.posts_start[j, SENIOR]
        total += rates[j, SENIOR] * providers.posts_start[j, SENIOR]
    return total // posts if posts > 0 else int(rates[j, CARE_WORKER])


@part
def pay_now(providers, j, with_seniors, law):
    """Mean pay of care staff at the rates now posted, with steps above them and more seniors by policy, pence/hour."""
    mix = cost_of_mix(
        providers.posts_start[j, CARE_WORKER],
        providers.posts_start[j, SENIOR],
        law.senior_posts_share[j],
        providers.posted_pay[j, CARE_WORKER],
        providers.posted_pay[j, SENIOR],
    )
    return mean_pay(providers, j, providers.posted_pay, with_seniors) + providers.progression[j] + mix


@part
def policy_cost(providers, j, pay, travel, law, p):
    """Staff cost of an hour of care as far as cover counts it, pence: with or without on-costs."""
    if law.cover_on_costs[j] == 1:
        return hourly_staff_cost(providers, j, pay, travel, 0, law, p)
    return staff_cost(pay, providers.travel_share[j] * law.travel_time[j], travel, 0.0)


@part
def extra_costs(providers, j, law, p):
    """What floors and steps of pay, and what travel rules, add by policy to an hour of care, pence."""
    with_seniors = law.cover_differentials[j]
    own_travel = providers.travel_paid_share[j]
    travel = max(own_travel, law.travel_paid_share[j])
    now = pay_now(providers, j, with_seniors, law)
    without = mean_pay(providers, j, providers.unaided_pay, with_seniors)
    base = policy_cost(providers, j, without, travel, law, p)
    from_floor = policy_cost(providers, j, now, travel, law, p) - base
    from_travel = base - policy_cost(providers, j, without, own_travel, law, p)
    return max(from_floor, 0), max(from_travel, 0)


@part
def extra_cost_of_terms(providers, j, law, p):
    """What better terms and programmes for staff add by policy to an hour of care, at the pay now posted, pence."""
    pay = pay_now(providers, j, 1, law)
    travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    with_terms = hourly_staff_cost(providers, j, pay, travel, 1, law, p)
    added = with_terms - hourly_staff_cost(providers, j, pay, travel, 0, law, p)
    return added + fixed_cost(providers, j, law)


@kernel
def set_prices(lo, hi, providers, law, p):
    """What each payer pays this month at providers in rows [lo, hi).

    The fee, policy uplifts, cover of policy costs and recovery funds.
    """
    for j in range(lo, hi):
        from_floor, from_travel = extra_costs(providers, j, law, p)
        from_terms, terms = extra_cost_of_terms(providers, j, law, p), law.benefit_cost[j] + law.programme_cost[j]
        council, service = providers.council[j], providers.service[j]
        for payer in range(PAYER_COUNT):
            fee = providers.fee[j, payer]
            for_floor = floor_grant(from_floor, law.floor_cover[j, payer])
            for_travel = floor_grant(from_travel, law.travel_cover[j, payer])
            for_terms = floor_grant(from_terms, part_met(law.terms_cover[j, payer], terms))
            grant = law.recovery_grant + floor_grant(from_terms, part_met(law.terms_cover_from_grant[j, payer], terms))
            if law.cover_from_grant[j, payer] == 1:
                grant += for_floor
            if law.travel_cover_from_grant[j, payer] == 1:
                grant += for_travel
            uplift = 0
            if payer == COUNCIL:
                uplift = int(fee * (fee_policy(providers.sector[j], law.council_fee[council, service]) - 1.0))
                if law.council_fee_from_grant[council, service] == 1 and uplift > 0:
                    grant += uplift
            providers.price[j, payer] = fee + uplift + for_floor + for_travel + for_terms + law.recovery_grant
            providers.grant[j, payer] = grant


@part
def unit_costs(providers, j, law, p):
    """Unit cost of an hour of care now with and without policies on pay and terms, pence, other costs included."""
    travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    with_policy = hourly_staff_cost(providers, j, pay_now(providers, j, 1, law), travel, 1, law, p)
    without = hourly_staff_cost(
        providers, j, mean_pay(providers, j, providers.unaided_pay, 1), providers.travel_paid_share[j], 0, law, p
    )
    return with_policy + fixed_cost(providers, j, law) + providers.other_cost[j], without + providers.other_cost[j]


@part
def fixed_cost(providers, j, law):
    """Part of what programmes cost whatever an employer's size that falls on an hour of care, pence."""
    bill = establishment_bill(providers.sector[j], law.establishment_cost[j])
    return fixed_cost_of_an_hour(bill, providers.capacity_minutes[j])


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
        money, cost = money_and_cost(council, councils, providers, reach)
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
    """Growth of unit costs that reaches a fee: without policies where the payer covers them beside the fee."""
    if law.floor_cover[j, payer] > 0.0 or law.travel_cover[j, payer] > 0.0 or law.terms_cover[j, payer] > 0.0:
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
    money, cost = money_and_cost(council, councils, providers, reach)
    repayment = councils.repayment[council]
    return rationing(money, cost, overspend_allowed(repayment, councils.budget[council], p))


@part
def money_and_cost(council, councils, providers, reach):
    """A council's money for the month, what it pays off taken away, and what its need costs at today's prices."""
    cost_of_need, grants = 0, 0
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
            grants += granted
    money = councils.budget[council] - councils.repayment[council] + grants * 52 // 12
    return money, cost_of_need * 52 // 12


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
    waiting = need - placed - trimmed
    councils.waiting_minutes[council, service, payer] = waiting if waiting > 0 else 0
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
def council_unit_margin(providers, j, law, p):
    """Margin on one more hour of council-bought care at provider `j`, share of the price."""
    travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    pay = pay_now(providers, j, 1, law)
    cost = hourly_staff_cost(providers, j, pay, travel, 1, law, p)
    return unit_margin(providers.price[j, COUNCIL], cost, providers.other_cost[j])


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
