"""What each payer pays for an hour of care: fees, policy uplifts, cover of policy costs and recovery funds."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.costs import extra_cost_of_terms, extra_costs, terms_met
from sim.rules.finance import cost_to_cover, fee_policy, floor_grant, paid_from_grant, priced_at_cost
from sim.units import Payer

PAYER_COUNT = len(Payer)
COUNCIL, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.SELF_FUNDER)
FLOOR, TRAVEL = 0, 1
"""Policy costs that payers cover by the hour."""


@part
def covers_any(law, j):
    """Whether a payer covers what floors or paid travel cost provider `j`."""
    cover = 0.0
    for payer in range(PAYER_COUNT):
        cover += law.floor_cover[j, payer] + law.travel_cover[j, payer]
    return cover > 0.0


@kernel
def typical_costs(lo, hi, providers, reach, law, p, typical, bought):
    """Write what policies that are covered typically add to an hour in councils [lo, hi), pence.

    To `typical` [L, S, Y, 2], by service, payer and kind (`FLOOR`, `TRAVEL`): the mean over the minutes that the payer
    buys from employers covered, which are left in `bought`. Both are zero when this begins. Care priced at cost is
    left out.
    """
    for council in range(lo, hi):
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if priced_at_cost(providers.sector[j]) or not covers_any(law, j):
                continue
            from_floor, from_travel = extra_costs(providers, j, law, p)
            service = providers.service[j]
            for payer in range(PAYER_COUNT):
                minutes = providers.demand_minutes[j, payer]
                if law.floor_cover[j, payer] > 0.0:
                    typical[council, service, payer, FLOOR] += from_floor * minutes
                    bought[council, service, payer, FLOOR] += minutes
                if law.travel_cover[j, payer] > 0.0:
                    typical[council, service, payer, TRAVEL] += from_travel * minutes
                    bought[council, service, payer, TRAVEL] += minutes
        for service in range(typical.shape[1]):
            for payer in range(PAYER_COUNT):
                for kind in range(2):
                    if bought[council, service, payer, kind] > 0:
                        typical[council, service, payer, kind] //= bought[council, service, payer, kind]


@kernel
def set_prices(lo, hi, providers, law, p, typical):
    """What each payer pays this month at providers in rows [lo, hi).

    The fee, policy uplifts, cover of policy costs and recovery funds. `typical` [L, S, Y, 2] is what policies add to an
    hour where cover is not ring-fenced.
    """
    for j in range(lo, hi):
        from_floor, from_travel = extra_costs(providers, j, law, p)
        from_terms, terms = extra_cost_of_terms(providers, j, law, p), law.benefit_cost[j] + law.programme_cost[j]
        council, service = providers.council[j], providers.service[j]
        for payer in range(PAYER_COUNT):
            fee = providers.fee[j, payer]
            own_cost = payer == SELF_FUNDER or priced_at_cost(providers.sector[j])
            of_floor = cost_to_cover(
                from_floor, typical[council, service, payer, FLOOR], own_cost or law.floor_cover_ring_fenced[j] == 1
            )
            of_travel = cost_to_cover(
                from_travel, typical[council, service, payer, TRAVEL], own_cost or law.travel_cover_ring_fenced[j] == 1
            )
            for_floor = floor_grant(of_floor, law.floor_cover[j, payer])
            for_travel = floor_grant(of_travel, law.travel_cover[j, payer])
            for_terms = terms_met(
                providers, j, from_terms, terms, law.terms_cover[j, payer], law.establishment_cover[j, payer]
            )
            grant = law.recovery_grant + terms_met(
                providers, j, from_terms, terms, law.terms_cover_from_grant[j, payer],
                law.establishment_cover_from_grant[j, payer],
            )  # fmt: skip
            if paid_from_grant(law.floor_cover[j, payer], law.floor_cover_from_grant[j, payer]):
                grant += for_floor
            if paid_from_grant(law.travel_cover[j, payer], law.travel_cover_from_grant[j, payer]):
                grant += for_travel
            uplift = 0
            if payer == COUNCIL:
                uplift = int(fee * (fee_policy(providers.sector[j], law.council_fee[council, service]) - 1.0))
                if law.council_fee_from_grant[council, service] == 1 and uplift > 0:
                    grant += uplift
            providers.price[j, payer] = fee + uplift + for_floor + for_travel + for_terms + law.recovery_grant
            providers.grant[j, payer] = grant
