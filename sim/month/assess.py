"""Need grows by client group, and councils' social workers and therapists assess those who wait.

Only what is assessed becomes need that `commission` tries to buy; who waits for assessment is counted apart.
"""

from __future__ import annotations

from sim.jit import kernel, part
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
from sim.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR, ClientGroup, Payer, Role, Sector, Service

SERVICE_COUNT, GROUP_COUNT, PAYER_COUNT = len(Service), len(ClientGroup), len(Payer)
COUNCIL_SECTOR, COUNCIL = int(Sector.COUNCIL), int(Payer.COUNCIL)
SOCIAL_WORKER, THERAPIST = 0, 1
"""Places of the two roles in a team."""
ROLES = (int(Role.SOCIAL_WORKER), int(Role.OCCUPATIONAL_THERAPIST))
OLDER, PHYSICAL = int(ClientGroup.OLDER), int(ClientGroup.PHYSICAL)


@kernel
def find_agency_assessors(councils, providers, reach, p, found):
    """Write the share of the agency assessors sought who are found to `found` [region, place of the role]."""
    for region in range(found.shape[0]):
        for place in range(len(ROLES)):
            role, vacant, posts = ROLES[place], 0, 0
            for council in range(councils.uid.shape[0]):
                if councils.region[council] != region:
                    continue
                for n in range(reach.list_start[council], reach.list_start[council + 1]):
                    j = reach.provider[n]
                    if providers.active[j] == 1 and providers.sector[j] == COUNCIL_SECTOR:
                        vacant += max(providers.posts_sought[j, role] - providers.posts_filled[j, role], 0)
                        posts += providers.posts_start[j, role]
            found[region, place] = agency_assessors_found(vacant, posts, p)


@kernel
def assess(lo, hi, councils, providers, reach, found, law, p):
    """Councils [lo, hi): people come to need care, wait, and are assessed as far as the team has time."""
    for council in range(lo, hi):
        fall_on_carers(council, councils, providers, reach, law, p)
        count_team(council, councils, providers, reach, found, p)
        arrive(council, councils, law, p)
        work_through(council, councils, law, p)
        for service in range(SERVICE_COUNT):
            total = 0.0
            growth = law.need_factor[service, COUNCIL] / law.client_mean_factor
            for group in range(GROUP_COUNT):
                councils.person_minutes[council, service, group] *= growth
                people = people_to_care_for(councils.clients[council, group], councils.spared[council, group], service)
                total += group_minutes(people, councils.person_minutes[council, service, group])
            spent_down = councils.spent_down_minutes[council, service]
            councils.need_minutes[council, service, COUNCIL] = int(total + 0.5) + spent_down


@part
def count_team(council, councils, providers, reach, found, p):
    """The team's time this month: people in post, and agency staff in part of the posts that are empty."""
    cost = 0.0
    for place in range(2):
        role, own, agency = ROLES[place], 0, 0.0
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            if providers.active[j] == 1 and providers.sector[j] == COUNCIL_SECTOR:
                filled = providers.posts_filled[j, role]
                there = found[councils.region[council], place]
                covered = agency_assessors(providers.posts_sought[j, role], filled, there, p)
                own += filled
                agency += covered
                cost += agency_assessor_cost(covered, providers.posted_pay[j, role], p)
        councils.team[council, place] = own + agency
        councils.team_agency[council, place] = agency
    councils.agency_cost[council] = int(cost * WEEKS_PER_YEAR / MONTHS_PER_YEAR)


@part
def arrive(council, councils, law, p):
    """Need of some ends, others come to need care and wait; `clients` are then those assessed before this month."""
    for group in range(GROUP_COUNT):
        turnover = client_turnover(0 if group == OLDER else 1, p)
        factor = law.client_factor[council, group]
        people = councils.clients[council, group] + councils.awaiting[council, group]
        waiting = awaiting_assessment(councils.awaiting[council, group], people, factor, turnover)
        councils.awaiting[council, group] = waiting
        councils.spared[council, group] = care_spared(councils.spared[council, group], turnover, 0.0, 0.0)
        councils.clients[council, group] = people * factor - waiting


@part
def could_assess(council, place, councils, law, p):
    """People whom one role of the team has time to assess this month."""
    clients = 0.0
    for group in range(GROUP_COUNT):
        clients += councils.clients[council, group]
    ratio = clients / councils.clients_start[council]
    team, usual = councils.team[council, place], councils.team_start[council, place]
    time = time_for_assessments(team, usual, ratio, law.safeguarding_load, 1 if place == SOCIAL_WORKER else 0, p)
    effort = assessment_effort(councils.effort[council], law.assessment_effort, councils.months_waited[council], p)
    return time / effort


@part
def assess_groups(council, able, only_physical, reablement, councils, p):
    """Assess up to `able` people of the groups in question, in proportion to who waits; return how many.

    `reablement` is the part of their care at home that older people and those with physical needs are spared.
    """
    waiting = 0.0
    for group in range(GROUP_COUNT):
        if only_physical == 0 or group == OLDER or group == PHYSICAL:
            waiting += councils.awaiting[council, group]
    done = assessed_this_month(waiting, able, p)
    share = done / waiting if waiting > 0.0 else 0.0
    for group in range(GROUP_COUNT):
        if only_physical == 0 or group == OLDER or group == PHYSICAL:
            seen = councils.awaiting[council, group] * share
            councils.awaiting[council, group] -= seen
            councils.clients[council, group] += seen
            councils.assessed[council, group] += seen
            if group == OLDER or group == PHYSICAL:
                councils.spared[council, group] = care_spared(councils.spared[council, group], 0.0, seen, reablement)
    return done


@part
def work_through(council, councils, law, p):
    """Therapists assess older people and those with physical needs, social workers everybody who still waits.

    In a small sample a council may have no social worker: therapists then assess everybody.
    """
    for group in range(GROUP_COUNT):
        councils.assessed[council, group] = 0.0
    if councils.effort[council] > 0.0:
        physical = 1 if councils.team_start[council, SOCIAL_WORKER] > 0.0 else 0
        seen = assess_groups(
            council, could_assess(council, THERAPIST, councils, law, p), physical, law.reablement[council], councils, p
        )
        seen += assess_groups(council, could_assess(council, SOCIAL_WORKER, councils, law, p), 0, 0.0, councils, p)
    else:
        waiting = 0.0
        for group in range(GROUP_COUNT):
            waiting += councils.awaiting[council, group]
        seen = assess_groups(council, waiting, 0, 0.0, councils, p)
    waiting = 0.0
    for group in range(GROUP_COUNT):
        waiting += councils.awaiting[council, group]
    councils.months_waited[council] = wait_in_months(waiting, seen, p)


@part
def fall_on_carers(council, councils, providers, reach, law, p):
    """Care that waited, was missed or left out of packages last month falls on unpaid carers."""
    unmet = unassessed_minutes(council, councils)
    for service in range(SERVICE_COUNT):
        for payer in range(PAYER_COUNT):
            unmet += councils.waiting_minutes[council, service, payer]
            unmet += councils.trimmed_minutes[council, service, payer]
    for n in range(reach.list_start[council], reach.list_start[council + 1]):
        unmet += providers.missed_minutes[reach.provider[n]]
    carers, support = councils.unpaid_carers[council], law.carer_support[council]
    councils.carers_minutes[council] = minutes_for_each_carer(unmet, carers, support)


@part
def unassessed_minutes(council, councils):
    """Direct care time that people who wait for assessment need, minutes a week."""
    total = 0.0
    for service in range(SERVICE_COUNT):
        for group in range(GROUP_COUNT):
            total += group_minutes(councils.awaiting[council, group], councils.person_minutes[council, service, group])
    return total
