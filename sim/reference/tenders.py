"""Councils let home-care contracts anew: hours go to other providers, and staff go with them on their own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.rules.commissioning import shared_out
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

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.markets import Market
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker
    from sim.reference.providers import Provider

COUNCIL = Payer.COUNCIL
Minutes = dict["Provider", int]


def let_contracts(model: ReferenceModel) -> None:
    """Councils whose contracts run out let them anew; staff go with the care that changes hands."""
    won: Minutes = {}
    lost_part: dict[Provider, float] = {}
    for council in model.councils:
        if is_due(council):
            gains: Minutes = {}
            for market in council.markets[Service.HOME_CARE]:
                gains |= share_out_contracts(council, market)
            won |= gains
            model.ledger.relet[council.row] += sum(gain for gain in gains.values() if gain > 0)
            for site, gain in gains.items():
                if gain < 0:
                    lost_part[site] = -gain / site.demand
                site.demand_minutes[COUNCIL] += gain
                share = model.law.block_share[council.row]
                site.guaranteed_minutes = minutes_guaranteed(site.demand_minutes[COUNCIL], share)
    for worker in [one for one in model.workers if goes(one, lost_part)]:
        transfer(worker, won)


def is_due(council: Council) -> bool:
    """Whether a council lets its contracts this month."""
    luck, years = council.model.luck, council.model.law.contract_years[council.row]
    length = contract_months(years, luck.for_life(council.uid, Purpose.CONTRACT_LENGTH))
    return contracts_due(council.model.month, length, luck.for_life(council.uid, Purpose.TENDER_CALENDAR))


def share_out_contracts(council: Council, market: Market) -> Minutes:
    """What each bidder of a market gains, negative for those who lose; minutes left by rounding stay with the first."""
    p = council.model.p
    bidders = [
        site for site in market.open_sites() if site.sector == Sector.INDEPENDENT and site.demand_minutes[COUNCIL] > 0
    ]
    let = {site: minutes_let(site.demand_minutes[COUNCIL], p) for site in bidders}
    pool, cost = sum(let.values()), 0.0
    for site in bidders:
        cost += float(let[site]) * site.price[COUNCIL]
    mean_price = cost / pool if pool > 0 else 0.0
    weights = {site: weight_of(site, let[site], mean_price) for site in bidders}
    total = sum(weights.values())
    shares = {site: shared_out(weights[site], total, pool) for site in bidders}
    if bidders:
        shares[bidders[0]] += pool - sum(shares.values())
    return {site: shares[site] - let[site] for site in bidders}


def weight_of(site: Provider, let: int, mean_price: float) -> int:
    """Weight of a bid."""
    model = site.model
    council = site.council.row
    noise = model.law.tender_noise[council] * model.luck.normal_this_month(site.uid, Purpose.TENDER_JUDGEMENT)
    price_weight = model.law.tender_price_weight[council]
    price = site.price[COUNCIL]
    score = bid_score(price, mean_price, site.management_now, site.strain, price_weight, noise, model.p)
    return bid_weight(let, score, model.p)


def goes(worker: Worker, lost_part: dict[Provider, float]) -> bool:
    """Whether somebody works for care that another provider has won: care workers and seniors with no other plan."""
    if not worker.in_care or worker.role > Role.SENIOR_CARE_WORKER or worker.next_employer is not None:
        return False
    if worker.job_start >= worker.model.month or worker.self_employed:
        return False
    part = lost_part.get(worker.provider, 0.0)
    u = worker.model.luck.this_month(worker.uid, Purpose.TRANSFER)
    return part > 0.0 and goes_with_contract(u, part, worker.model.p)


def transfer(worker: Worker, won: Minutes) -> None:
    """Go over to a provider that has won care in the same market, on the same terms: no leaver and no starter."""
    old, role, tied = worker.provider, worker.role, worker.tied
    market = next(one for one in old.council.markets[old.service] if old in one.sites)
    winners = [site for site in market.sites if won.get(site, 0) > 0 and (not tied or site.licensed)]
    u = worker.model.luck.this_month(worker.uid, Purpose.TRANSFER, repeat=1)
    place = int(u * sum(won[site] for site in winners))
    for new in winners:
        place -= won[new]
        if place < 0:
            old.posts_filled[role] -= 1
            new.posts_filled[role] += 1
            worker.employer = new
            if tied:
                worker.sponsor = new
            worker.pay = max(worker.pay, worker.lawful_pay(new, role))
            worker.model.ledger.transferred[new.council.row, role] += 1
            return
