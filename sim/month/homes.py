"""Care homes close and reopen beds; people wait in hospital for care; self-funders run out of means."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.commission import HOME_SERVICES, bought_from
from sim.rules.commissioning import shared_out
from sim.rules.homes import beds_closed, discharges_delayed, months_short, open_capacity, residents_not_replaced
from sim.rules.self_funders import payer_changes, spend_down_chance
from sim.units import Payer, Sector, Service

COUNCIL, NHS, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.NHS), int(Payer.SELF_FUNDER)
SERVICE_COUNT, PAYER_COUNT, DIRECT_PAYMENT = len(Service), len(Payer), int(Sector.DIRECT_PAYMENT)


@part
def open_beds(providers, j, p):
    """Direct care time, minutes/week, for which home `j` has beds open."""
    return int(open_capacity(providers.capacity_minutes[j], providers.beds_closed[j]) * p.headroom_homes)


@kernel
def close_beds(lo, hi, providers, p):
    """Homes in rows [lo, hi) close beds if they were short of staff for long, reopen them when staffed."""
    for j in range(lo, hi):
        if providers.service[j] >= HOME_SERVICES or providers.active[j] == 0:
            continue
        demand, missed = bought_from(providers, j), providers.missed_minutes[j]
        providers.months_short[j] = months_short(providers.months_short[j], missed, demand, p)
        providers.beds_closed[j] = beds_closed(providers.beds_closed[j], providers.months_short[j], missed, demand, p)
        if providers.beds_closed[j] > 0.0:
            gone = residents_not_replaced(demand, open_beds(providers, j, p), p)
            for payer in range(PAYER_COUNT):
                providers.demand_minutes[j, payer] -= shared_out(providers.demand_minutes[j, payer], demand, gone)


@kernel
def spend_down(lo, hi, councils, providers, reach, law, p, ledger):
    """Councils [lo, hi): self-funders in homes whose means run out stay where they are, and the council pays."""
    for council in range(lo, hi):
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            service = providers.service[j]
            if service >= HOME_SERVICES or providers.active[j] == 0:
                continue
            moved = change_payer(providers, j, law, p)
            councils.need_minutes[council, service, SELF_FUNDER] -= moved
            councils.need_minutes[council, service, COUNCIL] += moved
            ledger.spent_down[council, service] += moved


@part
def change_payer(providers, j, law, p):
    """Care at home `j`, minutes/week, that passes from self-funders to the council this month."""
    fee = providers.price[j, SELF_FUNDER] - providers.grant[j, SELF_FUNDER]
    if providers.usual_fee[j] == 0:
        providers.usual_fee[j] = fee
    elif law.april == 1:
        providers.usual_fee[j] = int(providers.usual_fee[j] * (1.0 + law.earnings_growth) + 0.5)
    chance = spend_down_chance(fee, providers.usual_fee[j], law.capital_limit, p)
    own = providers.demand_minutes[j, SELF_FUNDER]
    moved = payer_changes(own, chance, providers.spent_down_minutes[j], p)
    moved = max(min(moved, own), -providers.demand_minutes[j, COUNCIL])
    providers.demand_minutes[j, SELF_FUNDER] -= moved
    providers.demand_minutes[j, COUNCIL] += moved
    providers.spent_down_minutes[j] += moved
    return moved


@kernel
def delay_discharges(lo, hi, councils, providers, reach, p):
    """Councils [lo, hi): people who wait in hospital for care that could not be placed."""
    for council in range(lo, hi):
        for service in range(SERVICE_COUNT):
            closed = 0
            for n in range(reach.list_start[council], reach.list_start[council + 1]):
                j = reach.provider[n]
                if providers.service[j] == service and providers.active[j] == 1 and service < HOME_SERVICES:
                    closed += beds_shut(providers, j, p)
            waiting = councils.waiting_minutes[council, service, NHS]
            councils.delayed_discharges[council, service] = discharges_delayed(waiting, closed, p)


@part
def beds_shut(providers, j, p):
    """Direct care time, minutes/week, of the beds that home `j` has closed."""
    return int(providers.capacity_minutes[j] * p.headroom_homes) - open_beds(providers, j, p)
