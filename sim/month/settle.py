"""Money settles: income, costs, margins; establishments close and open."""

from __future__ import annotations

from sim.draws import Purpose, person_id, uniform
from sim.jit import kernel, part
from sim.month.commission import HOME_SERVICES
from sim.month.costs import council_unit_margin
from sim.month.deliver import INDEPENDENT, demand_of, pay_for_agency_time
from sim.rules.agency import agency_price, price_to_member
from sim.rules.commissioning import newcomers_catchment
from sim.rules.delivery import agency_cost
from sim.rules.enforcement import arrears, inspected, penalty
from sim.rules.finance import (
    closure_chance,
    establishment_bill,
    opening_chance,
    priced_at_cost,
    programme_bill,
    register_bill,
    smoothed_margin,
    visits_paid_for,
    weekly_income,
)
from sim.rules.homes import admissions_refused
from sim.rules.pay import weekly_on_costs, weekly_wage
from sim.rules.staffing import care_declined
from sim.units import NEVER, Payer, Role, Service, Stream

ROLE_COUNT, PAYER_COUNT, SERVICE_COUNT = len(Role), len(Payer), len(Service)
COUNCIL = int(Payer.COUNCIL)
CARE_WORKER, SENIOR = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER)
PROVIDER_STREAM = int(Stream.PROVIDER)
WAGES, ON_COSTS, AGENCY, OTHER, PROFIT, BALANCE = 0, 1, 2, 3, 5, 6
ARREARS, PENALTIES = 7, 8


@part
def monthly(weekly):
    """A month's money from a week's, whole pence."""
    return weekly * 52 // 12


@kernel
def settle(lo, hi, seed, month, providers, councils, reach, law, p, ledger):
    """Councils [lo, hi): every provider is paid for care given, pays its costs, and keeps or takes out the rest."""
    for council in range(lo, hi):
        spent = 0
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if providers.active[j] == 0:
                continue
            income, from_council = collect(providers, j, council, ledger)
            spent += from_council
            cost = spend(providers, j, council, law, p, ledger)
            if law.wage_inspections[j] > 0.0 and providers.underpaid[j] > 0:
                cost += inspect(seed, month, providers, j, council, law, ledger)
            keep_books(providers, j, council, income, cost, p, ledger)
            decline(providers, j, council, income, law, p, ledger)
            if providers.sector[j] == INDEPENDENT:
                close(seed, month, providers, j, council, p, ledger)
        councils.spent[council] = spent


@part
def collect(providers, j, council, ledger):
    """A month's income of provider `j`, pence, and the council's part.

    Home care is paid for visits made, homes by the bed.
    """
    service = providers.service[j]
    demand = demand_of(providers, j) + providers.returned_minutes[j]
    total, from_council = 0, 0
    for payer in range(PAYER_COUNT):
        minutes = providers.demand_minutes[j, payer]
        if payer == COUNCIL:
            minutes += providers.returned_minutes[j]
        if service >= HOME_SERVICES:
            minutes = visits_paid_for(minutes, demand, providers.missed_minutes[j])
        paid = monthly(weekly_income(minutes, providers.price[j, payer]))
        ledger.payments[council, service, payer] += paid
        ledger.grants[council, service, payer] += monthly(weekly_income(minutes, providers.grant[j, payer]))
        total += paid
        if payer == COUNCIL:
            from_council = paid
    return total, from_council


@part
def spend(providers, j, council, law, p, ledger):
    """A month's costs of provider `j`, pence: wages with overtime, on-costs, agency, other."""
    service = providers.service[j]
    pay = providers.posted_pay[j, CARE_WORKER]
    travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    extra = weekly_wage(pay, providers.overtime_minutes[j], providers.travel_share[j] * law.travel_time[j], travel_paid)
    wages = monthly(providers.wage_bill[j] + extra)
    on_extra = weekly_on_costs(extra, law.nic_rate, 0, law.pension_rate + law.benefit_cost[j], p)
    on_costs = monthly(providers.on_costs[j] + on_extra)
    asked = agency_price(pay_for_agency_time(providers, j), int(law.agency_price_cap[j]), p)
    price = price_to_member(asked, law.bank_price[j])
    agency = monthly(agency_cost(providers.agency_minutes[j], price))
    programmes = programme_bill(providers.wage_bill[j], law.programme_cost[j])
    other = monthly(weekly_income(demand_of(providers, j), providers.other_cost[j]) + programmes)
    other += establishment_bill(providers.sector[j], law.establishment_cost[j])
    registered = providers.posts_filled[j, CARE_WORKER] + providers.posts_filled[j, SENIOR]
    other += register_bill(registered, law.register_fee_employer[j])
    ledger.costs[council, service, WAGES] += wages
    ledger.costs[council, service, ON_COSTS] += on_costs
    ledger.costs[council, service, AGENCY] += agency
    ledger.costs[council, service, OTHER] += other
    return wages + on_costs + agency + other + pay_joint_posts(providers, j, council, law, ledger)


@part
def pay_joint_posts(providers, j, council, law, ledger):
    """A month of what work in the NHS adds to pay in joint posts: what it costs provider `j`, pence."""
    month = monthly(providers.joint_pay[j])
    if law.joint_public[j] == 1:
        ledger.programmes[council] += month
        return 0
    ledger.costs[council, providers.service[j], ON_COSTS] += month
    ledger.bonuses[council, providers.service[j]] += month
    return month


@part
def inspect(seed, month, providers, j, council, law, ledger):
    """A chance that the wages of provider `j` are inspected: what they lack is paid back, with a penalty, pence."""
    if not inspected(uniform(seed, providers.uid[j], month, Purpose.INSPECTION), law.wage_inspections[j]):
        return 0
    owed = arrears(int(providers.underpaid[j]), law.arrears_months, int(month - providers.opened[j]))
    fine = penalty(owed, law.underpayment_penalty)
    ledger.costs[council, providers.service[j], ARREARS] += owed
    ledger.costs[council, providers.service[j], PENALTIES] += fine
    providers.ordered[j] = 1
    return owed + fine


@part
def keep_books(providers, j, council, income, cost, p, ledger):
    """Margin and reserves of provider `j`; what exceeds the reserves it keeps is taken out as profit.

    Councils and people with direct payments make neither profit nor loss as employers: they bear the balance.
    """
    reserves = providers.reserves[j] + income - cost
    most = int(p.reserve_months_most * income)
    kind, taken = BALANCE, reserves
    if priced_at_cost(providers.sector[j]):
        providers.year_income[j] += income
        providers.year_cost[j] += cost
    else:
        providers.margin[j] = smoothed_margin(providers.margin[j], income, cost, p)
        kind, taken = PROFIT, max(reserves - most, 0)
    ledger.costs[council, providers.service[j], kind] += taken
    providers.reserves[j] = reserves - taken


@part
def decline(providers, j, council, income, law, p, ledger):
    """A loss-making provider hands council care back; a home takes no more people from the council.

    The ledger also takes up what was handed back for want of staff.
    """
    service = providers.service[j]
    declined = 0
    if providers.sector[j] == INDEPENDENT:
        declined = care_declined(
            council_unit_margin(providers, j, law, p),
            providers.reserves[j],
            income,
            providers.demand_minutes[j, COUNCIL],
            p,
        )
    if service < HOME_SERVICES:
        declined = admissions_refused(declined, providers.demand_minutes[j, COUNCIL], providers.beds_closed[j], p)
    providers.demand_minutes[j, COUNCIL] -= declined
    providers.returned_minutes[j] += declined
    ledger.returned[council, service] += providers.returned_minutes[j]


@part
def close(seed, month, providers, j, council, p, ledger):
    """A chance of closure: buyers look elsewhere and staff lose their jobs next month; reserves go to the owner."""
    if uniform(seed, providers.uid[j], month, Purpose.EXIT) >= closure_chance(providers.margin[j], p):
        return
    providers.active[j] = 0
    providers.closed[j] = month
    for payer in range(PAYER_COUNT):
        ledger.ended[council, providers.service[j], payer] += providers.demand_minutes[j, payer]
        providers.demand_minutes[j, payer] = 0
    for role in range(ROLE_COUNT):
        providers.posts_sought[j, role] = 0
    ledger.costs[council, providers.service[j], PROFIT] += providers.reserves[j]
    providers.reserves[j] = 0
    ledger.closures[council, providers.service[j]] += 1


@kernel
def open_new(lo, hi, seed, month, providers, councils, reach, peers, unaided_peers, law, p, ledger):
    """Councils [lo, hi): empty sites may open as new establishments, more where care is waited for."""
    for council in range(lo, hi):
        for service in range(SERVICE_COUNT):
            waiting, capacity = 0, 0
            for payer in range(PAYER_COUNT):
                waiting += councils.waiting_minutes[council, service, payer]
                capacity += councils.bought_minutes[council, service, payer]
            chance = opening_chance(waiting, capacity, p)
            for n in range(reach.list_start[council], reach.list_start[council + 1]):
                j = reach.provider[n]
                if providers.service[j] != service or not vacant_site(providers, j, month, p):
                    continue
                if uniform(seed, providers.uid[j], month, Purpose.ENTRY) < chance:
                    open_site(month, providers, j, council, reach, peers, unaided_peers, law, p)
                    draw_clients(providers, j, council, councils)
                    ledger.openings[council, service] += 1


@part
def draw_clients(providers, j, council, councils):
    """People who wait for care turn to a new establishment, up to its size, and those who still turn to its site."""
    service, waiting = providers.service[j], 0
    for payer in range(PAYER_COUNT):
        waiting += councils.waiting_minutes[council, service, payer]
    for payer in range(PAYER_COUNT):
        providers.catchment_minutes[j, payer] = newcomers_catchment(
            providers.catchment_minutes[j, payer],
            providers.capacity_minutes[j],
            councils.waiting_minutes[council, service, payer],
            waiting,
        )


@part
def vacant_site(providers, j, month, p):
    """Whether a site is closed, empty of staff, and has been so for a while."""
    if (
        providers.active[j] == 1
        or providers.sector[j] != INDEPENDENT
        or month - providers.closed[j] < int(p.site_empty_months)
    ):
        return False
    for role in range(ROLE_COUNT):
        if providers.posts_filled[j, role] > 0 or providers.posts_promised[j, role] > 0:
            return False
    return True


@part
def open_site(month, providers, j, council, reach, peers, unaided_peers, law, p):
    """A new establishment starts with no care bought yet, posting the going rate."""
    providers.uid[j] = person_id(PROVIDER_STREAM, council, month, reach.place[j])
    providers.active[j] = 1
    providers.opened[j] = month
    providers.closed[j] = NEVER
    providers.margin[j] = p.margin_usual
    providers.reserves[j] = 0
    providers.strain[j] = 0.0
    providers.missed_minutes[j] = 0
    providers.shortened_minutes[j] = 0
    providers.staff_minutes[j] = 0
    providers.sought_minutes[j] = 0
    providers.minutes_each[j] = 0.0
    providers.guaranteed_minutes[j] = 0
    providers.licensed[j] = 0
    providers.rogue[j] = 0
    providers.licence_lost[j] = NEVER
    providers.months_short[j] = 0
    providers.beds_closed[j] = 0.0
    providers.usual_fee[j] = 0
    providers.pay_last_march[j] = 0
    providers.floor_last_march[j] = 0
    providers.lead_from_earnings[j] = 0.0
    providers.lead_last_march[j] = 0.0
    providers.progression[j] = 0
    providers.underpaid[j] = 0
    providers.ordered[j] = 0
    for role in range(ROLE_COUNT):
        providers.posted_pay[j, role] = max(peers[council, role], law.pay_floor[j, role])
        providers.unaided_pay[j, role] = max(unaided_peers[council, role], law.statutory_floor[j, role])
