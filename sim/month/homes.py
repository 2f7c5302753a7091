"""Care homes close and reopen beds; people wait in hospital for care; self-funders run out of means."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.commission import HOME_SERVICES, bought_from
from sim.rules.commissioning import shared_out
from sim.rules.homes import beds_closed, discharges_delayed, months_short, open_capacity, residents_not_replaced
from sim.rules.self_funders import means_run_out, replaced_by_the_usual_mix, spend_down_chance
from sim.units import Payer, Service

COUNCIL, NHS, SELF_FUNDER = int(Payer.COUNCIL), int(Payer.NHS), int(Payer.SELF_FUNDER)
SERVICE_COUNT, PAYER_COUNT = len(Service), len(Payer)


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
        for service in range(HOME_SERVICES):
            self_paid, council_paid = 0, 0
            for n in range(reach.list_start[council], reach.list_start[council + 1]):
                j = reach.provider[n]
                if providers.service[j] == service and providers.active[j] == 1:
                    self_paid += providers.demand_minutes[j, SELF_FUNDER]
                    council_paid += providers.demand_minutes[j, COUNCIL]
            back = replaced_by_the_usual_mix(councils.spent_down_minutes[council, service], p)
            total = 0
            for n in range(reach.list_start[council], reach.list_start[council + 1]):
                j = reach.provider[n]
                if providers.service[j] == service and providers.active[j] == 1:
                    total += change_payer(providers, j, self_paid, council_paid, back, law, p)
            councils.need_minutes[council, service, SELF_FUNDER] -= total
            councils.need_minutes[council, service, COUNCIL] += total
            councils.spent_down_minutes[council, service] += total
            ledger.spent_down[council, service] += total


@part
def change_payer(providers, j, self_paid, council_paid, back, law, p):
    """Care at home `j`, minutes/week, that passes from self-funders to the council this month; `back` is to return."""
    fee = providers.price[j, SELF_FUNDER] - providers.grant[j, SELF_FUNDER]
    if providers.usual_fee[j] == 0:
        providers.usual_fee[j] = fee
    elif law.april == 1:
        providers.usual_fee[j] = int(providers.usual_fee[j] * (1.0 + law.earnings_growth) + 0.5)
    own, councils_own = providers.demand_minutes[j, SELF_FUNDER], providers.demand_minutes[j, COUNCIL]
    moved = means_run_out(own, spend_down_chance(fee, providers.usual_fee[j], law.capital_limit, p), p)
    moved -= shared_out(councils_own, council_paid, back)
    moved += shared_out(own, self_paid, -back)
    moved = max(min(moved, own), -councils_own)
    providers.demand_minutes[j, SELF_FUNDER] -= moved
    providers.demand_minutes[j, COUNCIL] += moved
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
