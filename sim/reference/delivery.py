"""Care is delivered: own staff, then overtime, then agency, then visits shortened or left out and hours handed back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.reference.agency import find_conditions
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
from sim.units import Payer, Sector, Service, Status

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider
    from sim.reference.stocktaking import Team

VISITING = (Service.HOME_CARE, Service.COMMUNITY)
"""Services from which care that is missed may be handed back."""


def deliver(model: ReferenceModel) -> None:
    """Staff, overtime and agency give care; the rest is missed or handed back."""
    wanted = [call_in_staff(provider, model.teams[provider.row]) for provider in model.providers]
    sought = [0] * len(model.nhs_employers)
    offered = [0] * len(model.nhs_employers)
    for provider in model.providers:
        if provider.active:
            sought[provider.council.ics] += wanted[provider.row]
    for worker in model.workers:
        if worker.status == Status.AGENCY:
            offered[worker.home_council.ics] += worker.wanted_minutes
    for provider in model.providers:
        area = provider.council.ics
        give_care(provider, int(wanted[provider.row] * agency_ration(sought[area], offered[area])))
    find_conditions(model, wanted, offered)


def call_in_staff(provider: Provider, team: Team) -> int:
    """Time that own staff give; the agency time that is looked for beyond it, minutes a week."""
    p = provider.model.p
    learners = team.direct_learners / team.direct_people if team.direct_people > 0 else 0.0
    law = provider.model.law
    staff = present_minutes(team.direct_minutes, law.absence, learners, law.time_for_care[provider.row], p)
    shortfall = max(provider.demand - staff, 0)
    extra = overtime(shortfall, staff, p)
    withhold_hours(provider, team, staff - provider.demand)
    provider.staff_minutes, provider.overtime_minutes = staff, extra
    provider.minutes_each = minutes_each(team.direct_minutes, team.direct_people)
    provider.progression = team.steps // team.direct_minutes if team.direct_minutes > 0 else 0
    provider.underpaid, provider.joint_pay = team.underpaid, team.joint
    if shortfall > extra and provider.sector != Sector.DIRECT_PAYMENT:
        cap, bank = law.agency_share_cap[provider.row], law.bank_cover[provider.row]
        return agency_wanted(shortfall - extra, provider.demand, provider.margin, cap, bank, p)
    return 0


def withhold_hours(provider: Provider, team: Team, surplus: int) -> None:
    """The wage bill, less the wages of zero-hours staff who are not called in for want of work."""
    withheld = saved = 0
    if surplus > 0 and team.zero_hours_minutes > 0:
        withheld = hours_withheld(surplus, team.zero_hours_minutes, provider.model.p)
        saved = int(team.zero_hours_wages * (withheld / team.zero_hours_minutes))
    share = saved / team.wages if team.wages > 0 else 0.0
    provider.withheld_minutes = withheld
    provider.wage_bill = team.wages - saved
    provider.on_costs = team.on_costs - int(team.on_costs * share)


def give_care(provider: Provider, agency: int) -> None:
    """Care given, missed and handed back to the council; the team's strain follows."""
    p, demand = provider.model.p, provider.demand
    missed = max(demand - provider.staff_minutes - provider.overtime_minutes - agency, 0)
    provider.agency_minutes, provider.missed_minutes, provider.returned_minutes = agency, missed, 0
    visiting = provider.service in VISITING
    provider.shortened_minutes = visits_shortened(missed, demand, p) if visiting else 0
    if missed > 0 and visiting and provider.sector == Sector.INDEPENDENT:
        returned = min(care_handed_back(missed, provider.shortened_minutes, p), provider.demand_minutes[Payer.COUNCIL])
        provider.demand_minutes[Payer.COUNCIL] -= returned
        provider.returned_minutes = returned
    if demand > 0:
        provider.strain = team_strain(provider.strain, (demand - provider.staff_minutes) / demand, p)
