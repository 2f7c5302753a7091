"""What each payer pays for an hour of care: fees, policy uplifts, cover of policy costs and recovery funds."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.costs import extra_cost_of_terms, terms_met
from sim.month.policy_costs import part_of_its_own, policy_cost, rises_here, takes_part
from sim.rules.finance import cost_to_cover, fee_policy, priced_at_cost, supplement
from sim.units import PayCost, Payer

PAYER_COUNT, COST_COUNT = len(Payer), len(PayCost)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)


@part
def by_own_cost(providers, j, payer, policy, law):
    """Whether a payer covers what a policy costs provider `j` itself: self-funders do, and whoever ring-fences it."""
    return payer == SELF_FUNDER or priced_at_cost(providers.sector[j]) or law.policy_ring_fenced[policy] == 1


@kernel
def typical_costs(lo, hi, providers, reach, law, p, paid, bought):
    """Add up what one rate for all whom a policy covers is to meet in councils [lo, hi): pence times minutes; minutes.

    To `paid` and `bought` [L, S, Y, K, cost], by service and payer. Employers whose own cost is covered are left out,
    and those for whom other policies cover some of what this one asks count for the rest.
    """
    for council in range(lo, hi):
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            service, rises = providers.service[j], rises_here(providers, j, law, p)
            for payer in range(PAYER_COUNT):
                minutes = providers.demand_minutes[j, payer]
                for policy in range(law.policy_cover.shape[0]):
                    if by_own_cost(providers, j, payer, policy, law):
                        continue
                    for cost in range(COST_COUNT):
                        if takes_part(law, j, payer, policy, cost):
                            pence = policy_cost(providers, j, payer, policy, cost, rises, law, p)
                            counts = part_of_its_own(providers, j, payer, policy, cost, law)
                            paid[council, service, payer, policy, cost] += pence * minutes
                            bought[council, service, payer, policy, cost] += int(counts * minutes)


@part
def pay_covered(providers, j, payer, typical, rises, law, p):
    """What a payer adds to the fee for policies on pay, pence an hour, and how much of it is new money."""
    covered, granted = 0.0, 0.0
    council, service = providers.council[j], providers.service[j]
    for policy in range(law.policy_cover.shape[0]):
        own_cost = by_own_cost(providers, j, payer, policy, law)
        for cost in range(COST_COUNT):
            if takes_part(law, j, payer, policy, cost):
                own = policy_cost(providers, j, payer, policy, cost, rises, law, p) if own_cost else 0
                rate = typical[council, service, payer, policy, cost]
                rate *= part_of_its_own(providers, j, payer, policy, cost, law)
                met = law.policy_cover[policy, payer, cost] * cost_to_cover(own, rate, own_cost)
                covered += met
                if law.policy_new_money[policy, payer] == 1:
                    granted += met
    return supplement(covered), supplement(granted)


@kernel
def set_prices(lo, hi, providers, law, p, typical):
    """What each payer pays this month at providers in rows [lo, hi).

    The fee, policy uplifts, cover of policy costs and recovery funds. `typical` [L, S, Y, K, cost] is what policies on
    pay add to an hour where cover is one rate for all.
    """
    for j in range(lo, hi):
        from_terms, terms = extra_cost_of_terms(providers, j, law, p), law.benefit_cost[j] + law.programme_cost[j]
        council, service, rises = providers.council[j], providers.service[j], (0, 0, 0)
        if law.policy_cover.shape[0] > 0:
            rises = rises_here(providers, j, law, p)
        for payer in range(PAYER_COUNT):
            fee = providers.fee[j, payer]
            for_pay, grant = pay_covered(providers, j, payer, typical, rises, law, p)
            for_terms = terms_met(
                providers, j, from_terms, terms, law.terms_cover[j, payer], law.establishment_cover[j, payer]
            )
            grant += law.recovery_grant + terms_met(
                providers, j, from_terms, terms, law.terms_cover_from_grant[j, payer],
                law.establishment_cover_from_grant[j, payer],
            )  # fmt: skip
            uplift = 0
            if payer == COUNCIL:
                uplift = int(fee * (fee_policy(providers.sector[j], law.council_fee[council, service]) - 1.0))
                if law.council_fee_from_grant[council, service] == 1 and uplift > 0:
                    grant += uplift
            providers.price[j, payer] = fee + uplift + for_pay + for_terms + law.recovery_grant
            providers.grant[j, payer] = grant
