"""Money settles; establishments close and open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose, person_id
from sim.reference.councils import a_month_of
from sim.rules.agency import price_to_member
from sim.rules.commissioning import newcomers_catchment
from sim.rules.delivery import agency_cost
from sim.rules.enforcement import arrears, inspected, penalty
from sim.rules.finance import (
    closure_chance,
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
from sim.units import NEVER, Payer, Role, Sector, Service, Stream

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider

WAGES, ON_COSTS, AGENCY, OTHER, PROFIT, BALANCE = 0, 1, 2, 3, 5, 6
ARREARS, PENALTIES = 7, 8
"""Kinds of cost in `Ledger.costs`."""
HOMES = (Service.RESIDENTIAL, Service.NURSING)


def settle(model: ReferenceModel) -> None:
    """Every provider is paid for care given, pays its costs, and keeps or takes out the rest."""
    for council in model.councils:
        council.spent = sum(settle_up(site) for site in council.sites if site.active)
    for council in model.councils:
        open_new(council)


def settle_up(site: Provider) -> int:
    """A month's money of one provider; what its council paid."""
    paid = income_by_payer(site)
    income, cost = sum(paid), spend(site) + pay_what_inspection_finds(site)
    keep_books(site, income, cost)
    decline(site, income)
    if site.sector == Sector.INDEPENDENT:
        perhaps_close(site)
    return paid[Payer.COUNCIL]


def income_by_payer(site: Provider) -> list[int]:
    """A month's income by payer, pence. Home care is paid for visits made, homes by the bed."""
    ledger, place = site.model.ledger, (site.council.row, site.service)
    demand = site.demand + site.returned_minutes
    paid = []
    for payer in Payer:
        minutes = site.demand_minutes[payer]
        if payer == Payer.COUNCIL:
            minutes += site.returned_minutes
        if site.service not in HOMES:
            minutes = visits_paid_for(minutes, demand, site.missed_minutes)
        paid.append(a_month_of(weekly_income(minutes, site.price[payer])))
        ledger.payments[*place, payer] += paid[payer]
        ledger.grants[*place, payer] += a_month_of(weekly_income(minutes, site.grant[payer]))
    return paid


def spend(site: Provider) -> int:
    """A month's costs, pence: wages with overtime, on-costs, agency, other."""
    law, p, ledger = site.model.law, site.model.p, site.model.ledger
    pay = site.posted_pay[Role.CARE_WORKER]
    extra = weekly_wage(pay, site.overtime_minutes, site.travel_now, site.travel_paid)
    extra_on_costs = weekly_on_costs(extra, law.nic_rate, 0, law.pension_rate + law.benefit_cost[site.row], p)
    programmes = programme_bill(site.wage_bill, law.programme_cost[site.row])
    registered = site.posts_filled[Role.CARE_WORKER] + site.posts_filled[Role.SENIOR_CARE_WORKER]
    of_any_size = site.establishment_bill + register_bill(registered, law.register_fee_employer[site.row])
    costs = {
        WAGES: a_month_of(site.wage_bill + extra),
        ON_COSTS: a_month_of(site.on_costs + extra_on_costs),
        AGENCY: a_month_of(
            agency_cost(site.agency_minutes, price_to_member(site.agency_price, law.bank_price[site.row]))
        ),
        OTHER: a_month_of(weekly_income(site.demand, site.other_cost) + programmes) + of_any_size,
    }
    for kind, cost in costs.items():
        ledger.costs[site.council.row, site.service, kind] += cost
    return sum(costs.values()) + pay_joint_posts(site)


def pay_joint_posts(site: Provider) -> int:
    """A month of what work in the NHS adds to pay in joint posts: what it costs the employer, pence."""
    ledger, month = site.model.ledger, a_month_of(site.joint_pay)
    if site.model.law.joint_public[site.row]:
        ledger.programmes[site.council.row] += month
        return 0
    ledger.costs[site.council.row, site.service, ON_COSTS] += month
    ledger.bonuses[site.council.row, site.service] += month
    return month


def pay_what_inspection_finds(site: Provider) -> int:
    """A chance that wages are inspected: what they lack of the law is paid back, with a penalty, pence."""
    model, law = site.model, site.model.law
    rate = law.wage_inspections[site.row]
    if rate <= 0.0 or site.underpaid <= 0 or not inspected(model.luck.this_month(site.uid, Purpose.INSPECTION), rate):
        return 0
    owed = arrears(site.underpaid, law.arrears_months, model.month - site.opened)
    fine = penalty(owed, law.underpayment_penalty)
    model.ledger.costs[site.council.row, site.service, ARREARS] += owed
    model.ledger.costs[site.council.row, site.service, PENALTIES] += fine
    site.ordered = 1
    return owed + fine


def keep_books(site: Provider, income: int, cost: int) -> None:
    """Margin and reserves; what exceeds the reserves that are kept is taken out as profit.

    Councils and people with direct payments make neither profit nor loss as employers: they bear the balance.
    """
    p = site.model.p
    reserves = site.reserves + income - cost
    if priced_at_cost(site.sector):
        site.year_income += income
        site.year_cost += cost
        kind, taken = BALANCE, reserves
    else:
        site.margin = smoothed_margin(site.margin, income, cost, p)
        kind, taken = PROFIT, max(reserves - int(p.reserve_months_most * income), 0)
    site.model.ledger.costs[site.council.row, site.service, kind] += taken
    site.reserves = reserves - taken


def decline(site: Provider, income: int) -> None:
    """A loss-making provider hands council care back, or takes nobody in; the ledger takes up what was handed back."""
    if site.sector == Sector.INDEPENDENT:
        bought = site.demand_minutes[Payer.COUNCIL]
        declined = care_declined(site.council_unit_margin, site.reserves, income, bought, site.model.p)
        if site.service in HOMES:
            declined = admissions_refused(declined, bought, site.beds_closed, site.model.p)
        site.demand_minutes[Payer.COUNCIL] -= declined
        site.returned_minutes += declined
    site.model.ledger.returned[site.council.row, site.service] += site.returned_minutes


def perhaps_close(site: Provider) -> None:
    """A chance of closure: buyers look elsewhere and staff lose their jobs next month; reserves go to the owner."""
    model, place = site.model, (site.council.row, site.service)
    if model.luck.this_month(site.uid, Purpose.EXIT) >= closure_chance(site.margin, model.p):
        return
    site.active, site.closed = 0, model.month
    for payer in Payer:
        model.ledger.ended[*place, payer] += site.demand_minutes[payer]
    site.demand_minutes = [0] * len(Payer)
    site.posts_sought = [0] * len(Role)
    model.ledger.costs[*place, PROFIT] += site.reserves
    site.reserves = 0
    model.ledger.closures[place] += 1


def open_new(council: Council) -> None:
    """Empty sites may open as new establishments, more where care is waited for."""
    model = council.model
    for service in Service:
        waiting, bought = sum(council.waiting_minutes[service]), sum(council.bought_minutes[service])
        chance = opening_chance(waiting, bought, model.p)
        for site in council.sites:
            if site.service != service or not is_vacant(site):
                continue
            if model.luck.this_month(site.uid, Purpose.ENTRY) < chance:
                open_site(site)
                draw_clients(site)
                model.ledger.openings[council.row, service] += 1


def draw_clients(site: Provider) -> None:
    """People who wait for care turn to a new establishment, up to its size, and those who still turn to its site."""
    waiting = site.council.waiting_minutes[site.service]
    site.catchment_minutes = [
        newcomers_catchment(before, site.capacity_minutes, each, sum(waiting))
        for before, each in zip(site.catchment_minutes, waiting, strict=True)
    ]


def is_vacant(site: Provider) -> bool:
    """Whether a site is closed, empty of staff, and has been so for a while."""
    model = site.model
    if site.active or site.sector != Sector.INDEPENDENT:
        return False
    if model.month - site.closed < int(model.p.site_empty_months):
        return False
    return not any(site.posts_filled) and not any(site.posts_promised)


def open_site(site: Provider) -> None:
    """A new establishment starts with no care bought yet, posting the going rate."""
    model, rates, unaided = site.model, site.council.going_rate, site.council.unaided_rate
    site.uid = person_id(Stream.PROVIDER.value, site.council.row, model.month, site.place)
    site.active, site.opened, site.closed = 1, model.month, NEVER
    site.margin, site.reserves, site.strain = model.p.margin_usual, 0, 0.0
    site.missed_minutes = site.shortened_minutes = 0
    site.staff_minutes = site.sought_minutes = site.guaranteed_minutes = 0
    site.minutes_each = 0.0
    site.licensed, site.rogue, site.licence_lost = 0, 0, NEVER
    site.months_short, site.beds_closed, site.usual_fee = 0, 0.0, 0
    site.pay_last_march = site.floor_last_march = 0
    site.lead_from_earnings = site.lead_last_march = 0.0
    site.progression = site.underpaid = site.ordered = 0
    for role in Role:
        site.posted_pay[role] = max(rates[role], model.law.pay_floor[site.row][role])
        site.unaided_pay[role] = max(unaided[role], model.law.statutory_floor[site.row][role])
