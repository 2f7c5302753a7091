"""Councils let home-care contracts anew: hours go to other providers, and staff go with them on their own terms."""

from __future__ import annotations

import numpy as np

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.month.people import CARE, lawful_pay
from sim.rules.commissioning import shared_out
from sim.rules.job_value import management_felt
from sim.rules.migration import tied_to_sponsor
from sim.rules.tenders import (
    bid_score,
    bid_weight,
    contract_months,
    contracts_due,
    goes_with_contract,
    minutes_guaranteed,
    minutes_let,
)
from sim.units import Payer, Role, Sector, Service

COUNCIL = int(Payer.COUNCIL)
SERVICE_COUNT = len(Service)
HOME_CARE, INDEPENDENT = int(Service.HOME_CARE), int(Sector.INDEPENDENT)
SENIOR = int(Role.SENIOR_CARE_WORKER)


@part
def bids(providers, j):
    """Whether provider `j` holds council home care, and so bids for it."""
    return (
        providers.active[j] == 1
        and providers.service[j] == HOME_CARE
        and providers.sector[j] == INDEPENDENT
        and providers.demand_minutes[j, COUNCIL] > 0
    )


@part
def is_due(seed, month, council, councils, law):
    """Whether a council lets its contracts this month."""
    uid = councils.uid[council]
    length = contract_months(law.contract_years[council], uniform(seed, uid, 0, Purpose.CONTRACT_LENGTH))
    return contracts_due(month, length, uniform(seed, uid, 0, Purpose.TENDER_CALENDAR))


@kernel
def let_contracts(lo, hi, seed, month, councils, providers, reach, law, p, won, lost_part):
    """Councils [lo, hi): minutes that providers win change hands; what part of its care each one loses."""
    for council in range(lo, hi):
        first, last = reach.list_start[council], reach.list_start[council + 1]
        for n in range(first, last):
            won[reach.provider[n]] = 0
            lost_part[reach.provider[n]] = 0.0
        if is_due(seed, month, council, councils, law):
            cell = council * SERVICE_COUNT + HOME_CARE
            for market in range(reach.first_market[cell], reach.first_market[cell + 1]):
                share_out_contracts(seed, month, council, market, providers, reach, law, p, won)
            for n in range(first, last):
                take_over(reach.provider[n], council, providers, law, won, lost_part)


@part
def share_out_contracts(seed, month, council, market, providers, reach, law, p, won):
    """What each bidder of a market gains, negative for those who lose; minutes left by rounding stay with the first."""
    first, last = reach.market_start[market], reach.market_start[market + 1]
    pool, cost = 0, 0.0
    for n in range(first, last):
        j = reach.in_market[n]
        if bids(providers, j):
            let = minutes_let(providers.demand_minutes[j, COUNCIL], p)
            pool += let
            cost += float(let) * providers.price[j, COUNCIL]
    mean_price = cost / pool if pool > 0 else 0.0
    weights = 0
    for n in range(first, last):
        j = reach.in_market[n]
        if bids(providers, j):
            weight = weight_of(seed, month, j, council, mean_price, providers, law, p)
            won[j] = weight
            weights += weight
    left, heir = pool, -1
    for n in range(first, last):
        j = reach.in_market[n]
        if bids(providers, j):
            part_won = shared_out(won[j], weights, pool)
            left -= part_won
            won[j] = part_won - minutes_let(providers.demand_minutes[j, COUNCIL], p)
            if heir < 0:
                heir = j
    if heir >= 0:
        won[heir] += left


@part
def weight_of(seed, month, j, council, mean_price, providers, law, p):
    """Weight of a bid."""
    noise = law.tender_noise[council] * normal(seed, providers.uid[j], month, Purpose.TENDER_JUDGEMENT)
    price, price_weight = providers.price[j, COUNCIL], law.tender_price_weight[council]
    management = management_felt(providers.management[j], law.management_gap[j], law.management_gain[j])
    score = bid_score(price, mean_price, management, providers.strain[j], price_weight, noise, p)
    return bid_weight(minutes_let(providers.demand_minutes[j, COUNCIL], p), score, p)


@part
def take_over(j, council, providers, law, won, lost_part):
    """Minutes change hands; a share of what a provider has now is guaranteed."""
    if not bids(providers, j):
        return
    demand = providers.demand_minutes[j, 0] + providers.demand_minutes[j, 1] + providers.demand_minutes[j, 2]
    if won[j] < 0:
        lost_part[j] = -won[j] / demand
    providers.demand_minutes[j, COUNCIL] += won[j]
    held = providers.demand_minutes[j, COUNCIL]
    providers.guaranteed_minutes[j] = minutes_guaranteed(held, law.block_share[council])


@kernel
def judge_transfers(lo, hi, seed, month, workers, lost_part, p, listed):
    """List who in rows [lo, hi) works for care that another provider has won, from place `lo` on.

    Care workers and seniors with no other plan go. Those who start this month are assigned to other work, and the law
    covers employees alone.

    Returns:
        Where the list ends.
    """
    found = lo
    for i in range(lo, hi):
        in_care = workers.status[i] == CARE
        employer = workers.employer[i] if in_care else 0
        listed[found] = i
        found += np.uint64(in_care & (lost_part[employer] > 0.0))
    end = lo
    for k in range(lo, found):
        i = listed[k]
        if workers.role[i] > SENIOR or workers.next_employer[i] >= 0:
            continue
        if workers.job_start[i] >= month or workers.self_employed[i] == 1:
            continue
        part_lost = lost_part[workers.employer[i]]
        if goes_with_contract(uniform(seed, workers.uid[i], month, Purpose.TRANSFER), part_lost, p):
            listed[end] = i
            end += np.uint64(1)
    return end


@kernel
def transfer(seed, month, workers, providers, reach, law, won, ledger, rows):
    """People in `rows` go over to a provider that has won care in the same market, on the terms they had.

    They are neither leavers nor starters. Those tied to a sponsor go to licensed providers only.
    """
    for k in range(rows.shape[0]):
        i = rows[k]
        tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
        old, role = workers.employer[i], workers.role[i]
        u = uniform(seed, workers.uid[i], month, Purpose.TRANSFER + 256)
        new = winner(u, reach.market[old], tied, providers, reach, won)
        if new < 0:
            continue
        providers.posts_filled[old, role] -= 1
        providers.posts_filled[new, role] += 1
        workers.employer[i] = new
        if tied:
            workers.sponsor[i] = new
        floor = lawful_pay(workers, i, new, role, month, law, providers)
        if workers.pay[i] < floor:
            workers.pay[i] = floor
        ledger.transferred[providers.council[new], role] += 1


@part
def winner(u, market, tied, providers, reach, won):
    """Provider to which somebody goes, each winner in proportion to what it has won; -1 if there is none."""
    first, last = reach.market_start[market], reach.market_start[market + 1]
    total = 0
    for n in range(first, last):
        j = reach.in_market[n]
        if won[j] > 0 and (not tied or providers.licensed[j] == 1):
            total += won[j]
    place = int(u * total)
    for n in range(first, last):
        j = reach.in_market[n]
        if won[j] > 0 and (not tied or providers.licensed[j] == 1):
            place -= won[j]
            if place < 0:
                return j
    return -1
