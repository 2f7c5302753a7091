"""Care is delivered: own staff, then overtime, then agency, then visits shortened or left out and hours handed back."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.lawful_month import NO_CAP
from sim.month.stock import (
    DIRECT_MINUTES,
    JOINT,
    LEARNERS,
    ON_COSTS,
    PEOPLE,
    STEPS,
    UNDERPAID,
    WAGES,
    ZERO_HOURS_COST,
    ZERO_HOURS_MINUTES,
)
from sim.rules.agency import agency_price
from sim.rules.delivery import (
    agency_ration,
    agency_wanted,
    care_handed_back,
    hours_withheld,
    overtime,
    present_minutes,
    visits_shortened,
)
from sim.rules.staffing import minutes_each, team_strain
from sim.units import DIRECT_ROLES, Payer, Role, Sector, Service

COUNCIL = int(Payer.COUNCIL)
HOME_CARE, COMMUNITY = int(Service.HOME_CARE), int(Service.COMMUNITY)
INDEPENDENT = int(Sector.INDEPENDENT)
CARE_WORKER = int(Role.CARE_WORKER)


@part
def demand_of(providers, j):
    """Direct care time bought from provider `j` by all payers, minutes/week."""
    return providers.demand_minutes[j, 0] + providers.demand_minutes[j, 1] + providers.demand_minutes[j, 2]


@part
def pay_for_agency_time(providers, j):
    """Pay on which agencies base the price of an hour at provider `j`, pence: posted for its care posts, of all roles.

    A nursing home calls in nurses, too.
    """
    posts, pay = 0, 0
    for role in range(DIRECT_ROLES):
        posts += providers.posts_sought[j, role]
        pay += providers.posts_sought[j, role] * providers.posted_pay[j, role]
    return int(pay // posts) if posts > 0 else int(providers.posted_pay[j, CARE_WORKER])


@part
def withhold_hours(providers, j, surplus, team, p):
    """Wages and on-costs of provider `j`, less those of zero-hours staff not called in for want of work."""
    withheld, saved = 0, 0
    if surplus > 0 and team[ZERO_HOURS_MINUTES] > 0:
        withheld = hours_withheld(surplus, team[ZERO_HOURS_MINUTES], p)
        saved = int(team[ZERO_HOURS_COST] * (withheld / team[ZERO_HOURS_MINUTES]))
    providers.withheld_minutes[j] = withheld
    providers.wage_bill[j] = team[WAGES] - saved
    share = saved / team[WAGES] if team[WAGES] > 0 else 0.0
    providers.on_costs[j] = team[ON_COSTS] - int(team[ON_COSTS] * share)


@kernel
def staff_and_agency(lo, hi, providers, law, p, teams, wanted):
    """Time that own staff give at providers in rows [lo, hi), and the agency time they look for."""
    for j in range(lo, hi):
        wanted[j] = 0
        team = teams[j]
        learners = team[LEARNERS] / team[PEOPLE] if team[PEOPLE] > 0 else 0.0
        staff = present_minutes(team[DIRECT_MINUTES], law.absence, learners, law.time_for_care[j], p)
        demand = demand_of(providers, j)
        shortfall = demand - staff if demand > staff else 0
        withhold_hours(providers, j, staff - demand, team, p)
        extra = overtime(shortfall, staff, p)
        providers.staff_minutes[j] = staff
        providers.overtime_minutes[j] = extra
        direct = team[DIRECT_MINUTES]
        providers.minutes_each[j] = minutes_each(direct, team[PEOPLE])
        providers.progression[j] = team[STEPS] // direct if direct > 0 else 0
        providers.underpaid[j] = team[UNDERPAID]
        providers.joint_pay[j] = team[JOINT]
        if shortfall > extra and providers.sector[j] <= 1:
            cap = law.agency_share_cap[j]
            wanted[j] = agency_wanted(shortfall - extra, demand, providers.margin[j], cap, law.bank_cover[j], p)


@kernel
def area_totals(providers, councils, law, p, wanted, agency, wanted_in_area, offered_in_area, paid, usual):
    """Agency time sought and offered by integrated care system, and its weekly price, as it is and without caps.

    `agency` [L, 2] holds the time that the agency staff of each council offer.
    """
    for area in range(wanted_in_area.shape[0]):
        wanted_in_area[area] = 0
        offered_in_area[area] = 0
        paid[area] = 0
        usual[area] = 0
    for j in range(providers.uid.shape[0]):
        if providers.active[j] == 1:
            area = councils.ics[providers.council[j]]
            pay = pay_for_agency_time(providers, j)
            wanted_in_area[area] += wanted[j]
            paid[area] += wanted[j] * agency_price(pay, int(law.agency_price_cap[j]), p)
            usual[area] += wanted[j] * agency_price(pay, NO_CAP, p)
    for home in range(councils.uid.shape[0]):
        offered_in_area[councils.ics[home]] += agency[home, 1]


@kernel
def deliver(lo, hi, providers, councils, p, wanted, wanted_in_area, offered_in_area):
    """Agency time is rationed, the rest of the shortfall is missed, and part of that handed back to the council."""
    for j in range(lo, hi):
        demand = demand_of(providers, j)
        area = councils.ics[providers.council[j]]
        agency = int(wanted[j] * agency_ration(wanted_in_area[area], offered_in_area[area]))
        given = providers.staff_minutes[j] + providers.overtime_minutes[j] + agency
        missed = demand - given if demand > given else 0
        providers.agency_minutes[j] = agency
        providers.missed_minutes[j] = missed
        providers.returned_minutes[j] = 0
        service = providers.service[j]
        visiting = service == HOME_CARE or service == COMMUNITY
        providers.shortened_minutes[j] = visits_shortened(missed, demand, p) if visiting else 0
        if missed > 0 and visiting and providers.sector[j] == INDEPENDENT:
            returned = care_handed_back(missed, providers.shortened_minutes[j], p)
            if returned > providers.demand_minutes[j, COUNCIL]:
                returned = providers.demand_minutes[j, COUNCIL]
            providers.demand_minutes[j, COUNCIL] -= returned
            providers.returned_minutes[j] = returned
        if demand > 0:
            shortfall = (demand - providers.staff_minutes[j]) / demand
            providers.strain[j] = team_strain(providers.strain[j], shortfall, p)
