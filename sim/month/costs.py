"""What an hour of care costs a provider, with and without policies, pence."""

from __future__ import annotations

from sim.jit import part
from sim.rules.finance import (
    establishment_bill,
    fee_policy,
    fixed_cost_of_an_hour,
    on_costs_at_margin,
    part_met,
    ring_fenced_pay,
    staff_cost,
    supplement,
    terms_of_an_hour,
    unit_margin,
)
from sim.rules.pay import cost_of_mix
from sim.units import Payer, Role

COUNCIL, PAYER_COUNT = int(Payer.COUNCIL), len(Payer)
CARE_WORKER, SENIOR = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER)


@part
def hourly_staff_cost(providers, j, pay, travel_paid, with_terms, law, p):
    """Staff cost of an hour of direct care at provider `j`, pence, with employers' on-costs at the margin.

    `with_terms` is 1 with what better terms and programmes for staff cost by policy, 0 without.
    """
    on_costs = on_costs_at_margin(law.nic_rate, law.pension_rate, with_terms * law.benefit_cost[j], p)
    on_costs += with_terms * law.programme_cost[j]
    return staff_cost(pay, providers.travel_share[j] * law.travel_time[j], travel_paid, on_costs)


@part
def mean_pay(providers, j, rates):
    """Mean posted rate of care workers and seniors, weighted by posts at the start, pence/hour."""
    return mean_of_rates(providers, j, rates[j, CARE_WORKER], rates[j, SENIOR])


@part
def mean_of_rates(providers, j, care, senior):
    """Mean of a rate of care workers and one of seniors, weighted by posts at the start, pence/hour."""
    posts = providers.posts_start[j, CARE_WORKER] + providers.posts_start[j, SENIOR]
    total = care * providers.posts_start[j, CARE_WORKER] + senior * providers.posts_start[j, SENIOR]
    return total // posts if posts > 0 else int(care)


@part
def pay_now(providers, j, law):
    """Mean pay of care staff at the rates now posted, with steps above them and more seniors by policy, pence/hour."""
    return mean_pay(providers, j, providers.posted_pay) + providers.progression[j] + seniors_added(providers, j, law)


@part
def fixed_cost(providers, j, monthly):
    """Part of what programmes cost provider `j` a month whatever its size that falls on an hour of care, pence."""
    return fixed_cost_of_an_hour(establishment_bill(providers.sector[j], monthly), providers.capacity_minutes[j])


@part
def ring_fence(providers, j, law, p):
    """Rise of pay that spends the ring-fenced part of a policy fee rise, pence/hour."""
    share = law.fee_ring_fenced[j]
    multiplier = fee_policy(providers.sector[j], law.council_fee[providers.council[j], providers.service[j]])
    if share <= 0.0 or multiplier <= 1.0:
        return 0
    bought = providers.demand_minutes[j, 0] + providers.demand_minutes[j, 1] + providers.demand_minutes[j, 2]
    if bought <= 0:
        return 0
    from_council = providers.demand_minutes[j, COUNCIL] / bought
    extra = int(providers.fee[j, COUNCIL] * (multiplier - 1.0) * from_council)
    on_costs = on_costs_at_margin(law.nic_rate, law.pension_rate, law.benefit_cost[j], p)
    travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    return ring_fenced_pay(extra, share, providers.travel_share[j] * law.travel_time[j], travel_paid, on_costs)


@part
def seniors_added(providers, j, law):
    """What more senior posts by policy add to the mean pay of care staff, pence/hour."""
    return cost_of_mix(
        providers.posts_start[j, CARE_WORKER],
        providers.posts_start[j, SENIOR],
        law.senior_posts_share[j],
        providers.posted_pay[j, CARE_WORKER],
        providers.posted_pay[j, SENIOR],
    )


@part
def extra_cost_of_terms(providers, j, law, p):
    """What better terms and programmes for staff add by policy to an hour of care, at the wages last paid, pence."""
    bought = 0
    for payer in range(PAYER_COUNT):
        bought += providers.demand_minutes[j, payer]
    return terms_of_an_hour(
        providers.wage_bill[j], law.benefit_cost[j], law.programme_cost[j], bought, providers.staff_minutes[j], p
    )


@part
def terms_met(providers, j, from_terms, terms, share, fixed):
    """What a payer meets of the cost of terms and programmes in an hour of care, pence.

    `from_terms` is that cost, of which the payer meets `share` of the `terms`, both shares of wages; and `fixed` pence
    a month of what programmes cost the establishment whatever its size.
    """
    return supplement(from_terms * part_met(share, terms)) + fixed_cost(providers, j, fixed)


@part
def unaided_unit_cost(providers, j, law, p):
    """Unit cost of an hour of care now if there were no policies on pay and terms, pence, other costs included."""
    pay, travel = mean_pay(providers, j, providers.unaided_pay), providers.travel_paid_share[j]
    return hourly_staff_cost(providers, j, pay, travel, 0, law, p) + providers.other_cost[j]


@part
def council_unit_margin(providers, j, law, p):
    """Margin on one more hour of council-bought care at provider `j`, share of the price."""
    travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    pay = pay_now(providers, j, law)
    cost = hourly_staff_cost(providers, j, pay, travel, 1, law, p)
    return unit_margin(providers.price[j, COUNCIL], cost, providers.other_cost[j])
