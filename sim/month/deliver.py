"""Care is delivered: own staff, then overtime, then agency, then visits missed and hours handed back."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.people import CARE
from sim.rules.contracts import idle_minutes
from sim.rules.delivery import agency_ration, agency_wanted, care_handed_back, hours_withheld, overtime, present_minutes
from sim.rules.pay import weekly_on_costs, weekly_wage
from sim.rules.staffing import team_strain
from sim.units import Payer, Sector, Service

DIRECT_ROLES = 3
"""Roles below this code give direct care: care worker, senior, nurse."""
COUNCIL = int(Payer.COUNCIL)
HOME_CARE, COMMUNITY = int(Service.HOME_CARE), int(Service.COMMUNITY)
INDEPENDENT = int(Sector.INDEPENDENT)
MINUTES, STARTERS, WAGES, ON_COSTS, PEOPLE, ZERO_HOURS, ZERO_HOURS_COST = 0, 1, 2, 3, 4, 5, 6
SUMS = 7


@kernel
def tally(lo, hi, month, workers, providers, law, p, sums):
    """Add up staff time, new starters, wages and on-costs of people in rows [lo, hi) by employer: `sums` [7, P]."""
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            continue
        j = workers.employer[i]
        worked = workers.worked_minutes[i]
        travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
        wage = weekly_wage(workers.pay[i], worked, providers.travel_share[j], travel_paid)
        on_cost = weekly_on_costs(wage, law.nic_rate, law.nic_threshold, law.pension_rate, p)
        sums[WAGES, j] += wage
        sums[ON_COSTS, j] += on_cost
        if workers.role[i] < DIRECT_ROLES:
            sums[MINUTES, j] += worked - idle_minutes(workers.contract_minutes[i], p)
            sums[PEOPLE, j] += 1
            if workers.contract_minutes[i] == 0:
                sums[ZERO_HOURS, j] += worked
                sums[ZERO_HOURS_COST, j] += wage
            if workers.job_start[i] >= month - 1:
                sums[STARTERS, j] += 1


@part
def demand_of(providers, j):
    """Direct care time bought from provider `j` by all payers, minutes/week."""
    return providers.demand_minutes[j, 0] + providers.demand_minutes[j, 1] + providers.demand_minutes[j, 2]


@part
def withhold_hours(providers, j, surplus, sums, p):
    """Wages and on-costs of provider `j`, less those of zero-hours staff not called in for want of work."""
    withheld, saved = 0, 0
    if surplus > 0 and sums[ZERO_HOURS, j] > 0:
        withheld = hours_withheld(surplus, sums[ZERO_HOURS, j], p)
        saved = int(sums[ZERO_HOURS_COST, j] * (withheld / sums[ZERO_HOURS, j]))
    providers.withheld_minutes[j] = withheld
    providers.wage_bill[j] = sums[WAGES, j] - saved
    share = saved / sums[WAGES, j] if sums[WAGES, j] > 0 else 0.0
    providers.on_costs[j] = sums[ON_COSTS, j] - int(sums[ON_COSTS, j] * share)


@kernel
def staff_and_agency(lo, hi, providers, law, p, sums, wanted):
    """Time that own staff give at providers in rows [lo, hi), and the agency time they look for."""
    for j in range(lo, hi):
        wanted[j] = 0
        new_share = sums[STARTERS, j] / sums[PEOPLE, j] if sums[PEOPLE, j] > 0 else 0.0
        staff = present_minutes(sums[MINUTES, j], law.absence, new_share, p)
        demand = demand_of(providers, j)
        shortfall = demand - staff if demand > staff else 0
        withhold_hours(providers, j, staff - demand, sums, p)
        extra = overtime(shortfall, staff, p)
        providers.staff_minutes[j] = staff
        providers.overtime_minutes[j] = extra
        if shortfall > extra and providers.sector[j] <= 1:
            wanted[j] = agency_wanted(shortfall - extra, demand, providers.margin[j], p)


@kernel
def area_totals(providers, councils, wanted, wanted_in_area, available_in_area, p):
    """Agency time sought and to be had by integrated care system, minutes/week."""
    for area in range(wanted_in_area.shape[0]):
        wanted_in_area[area] = 0
        available_in_area[area] = 0
    for j in range(providers.uid.shape[0]):
        if providers.active[j] == 1:
            area = councils.ics[providers.council[j]]
            wanted_in_area[area] += wanted[j]
            available_in_area[area] += providers.staff_minutes[j]
    for area in range(available_in_area.shape[0]):
        available_in_area[area] = int(available_in_area[area] * p.agency_pool_share)


@kernel
def deliver(lo, hi, providers, councils, p, wanted, wanted_in_area, available_in_area):
    """Agency time is rationed, the rest of the shortfall is missed, and part of that handed back to the council."""
    for j in range(lo, hi):
        demand = demand_of(providers, j)
        area = councils.ics[providers.council[j]]
        agency = int(wanted[j] * agency_ration(wanted_in_area[area], available_in_area[area]))
        given = providers.staff_minutes[j] + providers.overtime_minutes[j] + agency
        missed = demand - given if demand > given else 0
        providers.agency_minutes[j] = agency
        providers.missed_minutes[j] = missed
        providers.returned_minutes[j] = 0
        service = providers.service[j]
        if missed > 0 and (service == HOME_CARE or service == COMMUNITY) and providers.sector[j] == INDEPENDENT:
            returned = care_handed_back(missed, demand, p)
            if returned > providers.demand_minutes[j, COUNCIL]:
                returned = providers.demand_minutes[j, COUNCIL]
            providers.demand_minutes[j, COUNCIL] -= returned
            providers.returned_minutes[j] = returned
        if demand > 0:
            shortfall = (demand - providers.staff_minutes[j]) / demand
            providers.strain[j] = team_strain(providers.strain[j], shortfall, p)
