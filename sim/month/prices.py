"""What each payer pays for an hour of care: fees, policy uplifts, cover of policy costs and recovery funds."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.costs import covers_pay, extra_cost_of_terms, extra_costs, terms_met
from sim.rules.finance import cost_to_cover, fee_policy, of_most_cover, priced_at_cost, supplement, weight_of_cover
from sim.units import NOBODY, PayCost, Payer, Role

PAYER_COUNT, COST_COUNT, ROLE_COUNT = len(Payer), len(PayCost), len(Role)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)


@part
def by_own_cost(providers, j, payer, cost, law):
    """Whether a payer covers what a policy costs provider `j` itself: self-funders do, and whoever ring-fences it."""
    if payer == SELF_FUNDER or priced_at_cost(providers.sector[j]):
        return True
    return of_most_cover(law.pay_cover[j, payer, cost], law.pay_cover_ring_fenced[j, payer, cost])


@part
def pays_one_rate(providers, j, payer, law):
    """Whether a payer covers anything at provider `j` at one rate for all."""
    for cost in range(COST_COUNT):
        if law.pay_cover[j, payer, cost] > 0.0 and not by_own_cost(providers, j, payer, cost, law):
            return True
    return False


@part
def sees_other_rises(law, j, payer, other):
    """Whether a payer covers floors of other roles at provider `j` than another one does."""
    for role in range(ROLE_COUNT):  # noqa: SIM110 (numba compiles no generators)
        if law.covered_roles[j, payer, role] != law.covered_roles[j, other, role]:
            return True
    return False


@kernel
def typical_costs(lo, hi, providers, reach, law, p, paid, bought):
    """Add up what one rate for all covers in councils [lo, hi): pence times minutes times cover, and the latter.

    To `paid` and `bought` [L, S, Y, cost], by service and payer. Employers whose own cost is covered are left out.
    """
    for council in range(lo, hi):
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            service = providers.service[j]
            for payer in range(PAYER_COUNT):
                if not pays_one_rate(providers, j, payer, law):
                    continue
                costs = extra_costs(providers, j, payer, law, p)
                for cost in range(COST_COUNT):
                    cover = law.pay_cover[j, payer, cost]
                    if cover > 0.0 and not by_own_cost(providers, j, payer, cost, law):
                        minutes = providers.demand_minutes[j, payer] * weight_of_cover(cover)
                        paid[council, service, payer, cost] += costs[cost] * minutes
                        bought[council, service, payer, cost] += minutes


@part
def pay_covered(providers, j, payer, costs, typical, law):
    """What a payer adds to the fee for policies on pay, pence an hour, and how much of it is new money."""
    covered, granted = 0.0, 0.0
    council, service = providers.council[j], providers.service[j]
    for cost in range(COST_COUNT):
        cover = law.pay_cover[j, payer, cost]
        if cover > 0.0:
            own_cost = by_own_cost(providers, j, payer, cost, law)
            met = cover * cost_to_cover(costs[cost], typical[council, service, payer, cost], own_cost)
            covered += met
            if of_most_cover(cover, law.pay_cover_from_grant[j, payer, cost]):
                granted += met
    return supplement(covered), supplement(granted)


@kernel
def set_prices(lo, hi, providers, law, p, typical, any_cover):
    """What each payer pays this month at providers in rows [lo, hi).

    The fee, policy uplifts, cover of policy costs and recovery funds. `typical` [L, S, Y, cost] is what policies on pay
    add to an hour where cover is one rate for all; `any_cover` says whether anybody covers anything of that.
    """
    for j in range(lo, hi):
        from_terms, terms = extra_cost_of_terms(providers, j, law, p), law.benefit_cost[j] + law.programme_cost[j]
        council, service = providers.council[j], providers.service[j]
        costs, seen_by = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0), NOBODY
        for payer in range(PAYER_COUNT):
            fee = providers.fee[j, payer]
            for_pay, grant = 0, 0
            if any_cover and covers_pay(law, j, payer):
                if seen_by == NOBODY or sees_other_rises(law, j, payer, seen_by):
                    costs, seen_by = extra_costs(providers, j, payer, law, p), payer
                for_pay, grant = pay_covered(providers, j, payer, costs, typical, law)
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
