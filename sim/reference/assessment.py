"""Need grows by client group, and each council's social workers and therapists assess those who wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.assessment import (
    agency_assessor_cost,
    agency_assessors,
    agency_assessors_found,
    assessed_this_month,
    assessment_effort,
    awaiting_assessment,
    care_spared,
    client_turnover,
    group_minutes,
    people_to_care_for,
    time_for_assessments,
    wait_in_months,
)
from sim.rules.carers import minutes_for_each_carer
from sim.units import ASSESSOR_ROLES, MONTHS_PER_YEAR, WEEKS_PER_YEAR, ClientGroup, Payer, Role, Sector, Service

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel

THERAPISTS_SEE = (ClientGroup.OLDER, ClientGroup.PHYSICAL)


def assess(model: ReferenceModel) -> None:
    """People come to need care, and councils assess those for whom they have time."""
    found = find_agency_assessors(model)
    for council in model.councils:
        fall_on_carers(council)
        count_team(council, found)
        arrive(council)
        work_through(council)
        find_need(council)


def find_agency_assessors(model: ReferenceModel) -> dict[tuple[int, int], float]:
    """Share of the agency assessors sought who are found, by region and role."""
    found = {}
    for region in {council.region for council in model.councils}:
        employers = [
            site
            for site in model.providers
            if site.council.region == region and site.active and site.sector == Sector.COUNCIL
        ]
        for role in ASSESSOR_ROLES:
            vacant = sum(max(site.posts_sought[role] - site.posts_filled[role], 0) for site in employers)
            posts = sum(site.posts_start[role] for site in employers)
            found[region, int(role)] = agency_assessors_found(vacant, posts, model.p)
    return found


def fall_on_carers(council: Council) -> None:
    """Care that waited, was missed or left out of packages last month falls on unpaid carers."""
    unmet = 0.0
    for service in Service:
        for group in ClientGroup:
            unmet += group_minutes(council.awaiting[group], council.person_minutes[service][group])
    # Whole minutes, added one to the other as the kernel does: the sum of decimals depends on the order.
    for by_payer, left_out in zip(council.waiting_minutes, council.trimmed_minutes, strict=True):
        for waiting, trimmed in zip(by_payer, left_out, strict=True):
            unmet += waiting
            unmet += trimmed
    for site in council.sites:
        unmet += site.missed_minutes
    support = council.model.law.carer_support[council.row]
    council.carers_minutes = minutes_for_each_carer(unmet, council.unpaid_carers, support)


def count_team(council: Council, found: dict[tuple[int, int], float]) -> None:
    """The team's time this month: people in post, and agency staff in part of the posts that are empty."""
    p, cost = council.model.p, 0.0
    employers = [site for site in council.sites if site.active and site.sector == Sector.COUNCIL]
    for place, role in enumerate(ASSESSOR_ROLES):
        agency = 0.0
        for site in employers:
            there = found[council.region, int(role)]
            covered = agency_assessors(site.posts_sought[role], site.posts_filled[role], there, p)
            agency += covered
            cost += agency_assessor_cost(covered, site.posted_pay[role], p)
        council.team[place] = sum(site.posts_filled[role] for site in employers) + agency
        council.team_agency[place] = agency
    council.agency_cost = int(cost * WEEKS_PER_YEAR / MONTHS_PER_YEAR)


def arrive(council: Council) -> None:
    """Need of some ends, others come to need care and wait."""
    for group in ClientGroup:
        turnover = client_turnover(int(group != ClientGroup.OLDER), council.model.p)
        factor = council.model.law.client_factor[council.row][group]
        people = council.clients[group] + council.awaiting[group]
        council.awaiting[group] = awaiting_assessment(council.awaiting[group], people, factor, turnover)
        council.spared[group] = care_spared(council.spared[group], turnover, 0.0, 0.0)
        council.clients[group] = people * factor - council.awaiting[group]


def could_assess(council: Council, role: Role) -> float:
    """People whom one role of the team has time to assess this month."""
    law, p, place = council.model.law, council.model.p, ASSESSOR_ROLES.index(role)
    clients = 0.0
    for group in ClientGroup:
        clients += council.clients[group]
    time = time_for_assessments(
        council.team[place],
        council.team_start[place],
        clients / council.clients_start,
        law.safeguarding_load,
        int(role == Role.SOCIAL_WORKER),
        p,
    )
    return time / assessment_effort(council.effort, law.assessment_effort, council.months_waited, p)


def work_through(council: Council) -> None:
    """Therapists assess older people and those with physical needs, social workers everybody who still waits."""
    council.assessed = [0.0 for _ in ClientGroup]
    if council.effort > 0.0:
        # In a small sample a council may have no social worker: therapists then assess everybody.
        theirs = THERAPISTS_SEE if council.team_start[0] > 0.0 else tuple(ClientGroup)
        reablement = council.model.law.reablement[council.row]
        seen = assess_groups(council, could_assess(council, Role.OCCUPATIONAL_THERAPIST), theirs, reablement)
        seen += assess_groups(council, could_assess(council, Role.SOCIAL_WORKER), tuple(ClientGroup))
    else:
        seen = assess_groups(council, waiting_in(council, tuple(ClientGroup)), tuple(ClientGroup))
    council.months_waited = wait_in_months(waiting_in(council, tuple(ClientGroup)), seen, council.model.p)


def waiting_in(council: Council, groups: tuple[ClientGroup, ...]) -> float:
    """People of some groups who wait for assessment."""
    waiting = 0.0
    for group in groups:
        waiting += council.awaiting[group]
    return waiting


def assess_groups(council: Council, able: float, groups: tuple[ClientGroup, ...], reablement: float = 0.0) -> float:
    """Assess up to `able` people of the groups, in proportion to who waits; how many that is.

    `reablement` is the part of their care at home that people are spared whom therapists see by their role.
    """
    waiting = waiting_in(council, groups)
    done = assessed_this_month(waiting, able, council.model.p)
    share = done / waiting if waiting > 0.0 else 0.0
    for group in groups:
        seen = council.awaiting[group] * share
        council.awaiting[group] -= seen
        council.clients[group] += seen
        council.assessed[group] += seen
        if group in THERAPISTS_SEE:
            council.spared[group] = care_spared(council.spared[group], 0.0, seen, reablement)
    return done


def find_need(council: Council) -> None:
    """What the council's clients need from each service: the need it tries to buy."""
    law = council.model.law
    for service in Service:
        growth = law.need_factor[service][Payer.COUNCIL] / law.client_mean_factor
        total = 0.0
        for group in ClientGroup:
            council.person_minutes[service][group] *= growth
            people = people_to_care_for(council.clients[group], council.spared[group], service)
            total += group_minutes(people, council.person_minutes[service][group])
        council.need_minutes[service][Payer.COUNCIL] = int(total + 0.5) + council.spent_down_minutes[service]
