"""Care homes close and reopen beds; people wait in hospital for care; self-funders run out of means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.reference.provider_state import HOMES
from sim.rules.commissioning import shared_out
from sim.rules.homes import beds_closed, discharges_delayed, months_short, open_capacity, residents_not_replaced
from sim.rules.self_funders import means_run_out, replaced_by_the_usual_mix, spend_down_chance
from sim.units import Payer, Service

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider


def close_beds(model: ReferenceModel) -> None:
    """Care homes close beds to admission for want of staff, and reopen them."""
    for home in model.providers:
        if not home.active or home.service not in HOMES:
            continue
        demand, missed = home.demand, home.missed_minutes
        home.months_short = months_short(home.months_short, missed, demand, model.p)
        home.beds_closed = beds_closed(home.beds_closed, home.months_short, missed, demand, model.p)
        if home.beds_closed > 0.0:
            gone = residents_not_replaced(demand, open_beds(home), model.p)
            home.demand_minutes = [bought - shared_out(bought, demand, gone) for bought in home.demand_minutes]


def open_beds(home: Provider) -> int:
    """Direct care time, minutes a week, for which a home has beds open."""
    return int(open_capacity(home.capacity_minutes, home.beds_closed) * home.model.p.headroom_homes)


def spend_down(model: ReferenceModel) -> None:
    """Self-funders in care homes whose means run out become the council's to pay for, and stay where they are."""
    for council in model.councils:
        for service in HOMES:
            homes = council.open_sites(service)
            paid = [sum(home.demand_minutes[payer] for home in homes) for payer in Payer]
            back = replaced_by_the_usual_mix(council.spent_down_minutes[service], model.p)
            total = sum(change_payer(home, paid, back) for home in homes)
            council.need_minutes[service][Payer.SELF_FUNDER] -= total
            council.need_minutes[service][Payer.COUNCIL] += total
            council.spent_down_minutes[service] += total
            model.ledger.spent_down[council.row, service] += total


def change_payer(home: Provider, paid: list[int], back: int) -> int:
    """Care, minutes a week, that passes from self-funders to the council this month; `back` is to return."""
    law, p = home.model.law, home.model.p
    fee = home.price[Payer.SELF_FUNDER] - home.grant[Payer.SELF_FUNDER]
    if home.usual_fee == 0:
        home.usual_fee = fee
    elif law.april:
        home.usual_fee = int(home.usual_fee * (1.0 + law.earnings_growth) + 0.5)
    own, councils = home.demand_minutes[Payer.SELF_FUNDER], home.demand_minutes[Payer.COUNCIL]
    moved = means_run_out(own, spend_down_chance(fee, home.usual_fee, law.capital_limit, p), p)
    moved += shared_out(own, paid[Payer.SELF_FUNDER], -back) - shared_out(councils, paid[Payer.COUNCIL], back)
    moved = max(min(moved, own), -councils)
    home.demand_minutes[Payer.SELF_FUNDER] -= moved
    home.demand_minutes[Payer.COUNCIL] += moved
    return moved


def delay_discharges(model: ReferenceModel) -> None:
    """People wait in hospital for care that could not be placed."""
    p = model.p
    for council in model.councils:
        for service in Service:
            homes = council.open_sites(service) if service in HOMES else []
            closed = sum(int(home.capacity_minutes * p.headroom_homes) - open_beds(home) for home in homes)
            waiting = council.waiting_minutes[service][Payer.NHS]
            council.delayed_discharges[service] = discharges_delayed(waiting, closed, p)
