"""April: fees are uprated."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.commission import money_and_cost
from sim.month.costs import fixed_cost, hourly_staff_cost, mean_pay, pay_now, ring_fence, unaided_unit_cost
from sim.month.policy_costs import cost_of_all_policies, covered_at_own_cost, own_pay
from sim.rules.budget import affordable_uplift
from sim.rules.finance import fee_after_cost_rise, left_of_pay, part_met, price_at_cost, priced_at_cost, supplement
from sim.units import Payer, Sector, Service

SERVICE_COUNT, PAYER_COUNT, SECTOR_COUNT = len(Service), len(Payer), len(Sector)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)


@part
def growth_of(now, before):
    """Growth of a cost; none when there is nothing to compare with."""
    return now / before - 1.0 if before > 0 else 0.0


@kernel
def uprate_fees(lo, hi, councils, providers, reach, law, p):
    """April: fees of providers in councils [lo, hi) are uprated.

    Councils and the NHS pay the uplifts actually made. Once none is known, councils' fees rise by what their money
    leaves after need, and the NHS's follow the average growth of unit costs in part; self-funders' fees follow the
    provider's own costs, as all do where nobody bargains (`priced_at_cost`), apart from what is met beside the fee
    (`charged_cost`).
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
            now += unaided_unit_cost(providers, j, law, p) * hours
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
def charged_cost(providers, j, payer, law, p):
    """Unit cost of an hour of care that the payer's fee is to follow, pence.

    What a policy costs is met beside the fee as the policy says, and so is no part of it; what else raises pay is: a
    ring-fenced rise of fees, and what a policy that has ended leaves behind. Care priced at cost has no margin to meet
    what its payer does not cover: there, it comes into the fee.
    """
    without = unaided_unit_cost(providers, j, law, p)
    if priced_at_cost(providers.sector[j]):
        return without + costs_left(providers, j, payer, law, p)
    before, travel = mean_pay(providers, j, providers.unaided_pay), providers.travel_paid_share[j]
    own = own_pay(providers, j, law)
    told = mean_pay(providers, j, providers.posted_pay) - own
    charged = own + min(told, ring_fence(providers, j, law, p))
    staff = hourly_staff_cost(providers, j, charged, travel, 0, law, p)
    return without + staff - hourly_staff_cost(providers, j, before, travel, 0, law, p)


@part
def costs_left(providers, j, payer, law, p):
    """What of the cost of policies at provider `j` a payer would not cover beside the fee, pence an hour of care."""
    own = providers.travel_paid_share[j]
    travel, pay = max(own, law.travel_paid_share[j]), pay_now(providers, j, law)
    before = hourly_staff_cost(providers, j, mean_pay(providers, j, providers.unaided_pay), own, 0, law, p)
    paid = hourly_staff_cost(providers, j, pay, travel, 0, law, p)
    with_terms = hourly_staff_cost(providers, j, pay, travel, 1, law, p)
    met = covered_at_own_cost(providers, j, payer, law, p)
    of_pay = left_of_pay(paid - before, cost_of_all_policies(providers, j, law, p), met)
    terms = law.benefit_cost[j] + law.programme_cost[j]
    of_terms = (with_terms - paid) * (1.0 - part_met(law.terms_cover[j, payer], terms))
    fixed = law.establishment_cost[j] - law.establishment_cover[j, payer]
    return supplement(of_pay + of_terms) + fixed_cost(providers, j, fixed)


@part
def charged_growth(providers, j, payer, law, p):
    """Growth since last April of the unit cost that the payer's fee follows; that of this April is kept."""
    now = charged_cost(providers, j, payer, law, p)
    growth = growth_of(now, providers.charged_cost[j, payer])
    providers.charged_cost[j, payer] = now
    return growth


@part
def charge_cost(providers, j, income, cost, law, p):
    """New prices of one provider whose care is priced at cost; its year begins anew."""
    for payer in range(PAYER_COUNT):
        growth = charged_growth(providers, j, payer, law, p)
        providers.fee[j, payer] = price_at_cost(providers.fee[j, payer], income, cost, growth)
    providers.unaided_cost[j] = unaided_unit_cost(providers, j, law, p)
    providers.year_income[j] = 0
    providers.year_cost[j] = 0


@part
def uprate_provider(providers, j, service, local, uplift, law, p):
    """New fees of one provider; `uplift` is what the council can afford."""
    for payer in range(PAYER_COUNT):
        fee, growth = providers.fee[j, payer], charged_growth(providers, j, payer, law, p)
        if payer == SELF_FUNDER:
            providers.fee[j, payer] = fee_after_cost_rise(fee, growth, p.self_funder_passthrough)
        elif law.fees_follow_costs == 1 and payer == COUNCIL:
            providers.fee[j, payer] = fee_after_cost_rise(fee, uplift, 1.0)
        elif law.fees_follow_costs == 1:
            providers.fee[j, payer] = fee_after_cost_rise(fee, local, p.fee_passthrough)
        else:
            providers.fee[j, payer] = fee_after_cost_rise(fee, law.fee_uplift[service], 1.0)
    providers.unaided_cost[j] = unaided_unit_cost(providers, j, law, p)
