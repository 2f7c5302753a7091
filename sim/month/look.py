"""People look at jobs and apply where that beats what they have (read-only: nobody moves yet)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.month.agency import see_agency
from sim.month.ahead import fetch_present_job, fetch_standing, next_of
from sim.month.lookers import NO_APPLICATION, TO_AGENCY, TO_CARE, TO_NHS, TO_OUTSIDE
from sim.month.marks import list_rows
from sim.month.offers import best_care_offer
from sim.month.people import (
    AGENCY,
    CARE,
    EMPTY,
    HEALTH_ROLES,
    NOT_WORKING,
    OTHER_ROUTE,
    OTHER_WORK,
    SEEKING,
    seeks_sponsor,
)
from sim.month.present_job import present_value, weekly_pay
from sim.rules.agency import agency_looking_chance
from sim.rules.entry import outside_wage
from sim.rules.job_value import nhs_job_value, out_of_work_value, outside_job_value
from sim.rules.migration import sponsors_applicant, tied_to_sponsor
from sim.rules.search import (
    application_cost,
    looking_probability,
    most_looking,
    outside_chance_of,
    returner_looking_chance,
    value_needed,
)
from sim.rules.staffing import applicant_priority, suitable
from sim.units import MONTHS_PER_YEAR, NOBODY, Role

SENIOR, MANAGER = int(Role.SENIOR_CARE_WORKER), int(Role.MANAGER)
NOTHING_SEEN = -1e9
"""Value of having seen no job, log pay."""


class Chances(NamedTuple):
    """Chance of seeing a job outside care this month, the same for everybody in one position."""

    employed: float
    seeking: float


@part
def looks_now(workers, i, u, value, usual, month, p):
    """Whether a person in work whose job is worth `value` looks at jobs this month."""
    surplus = value - usual[workers.home_council[i], workers.role[i]]
    age = (month - workers.birth_month[i]) / MONTHS_PER_YEAR
    return u < looking_probability(surplus, age, p)


@kernel
def most_by_age(most, p):
    """Write the most that the chance of looking can be to `most`, by age in months."""
    for months in range(most.shape[0]):
        most[months] = most_looking(months / MONTHS_PER_YEAR, p)


@part
def might_look(status, next_employer, months_out, u, most, law, p):
    """Test of people in care against the most that anybody's chance can be (exact thinning), of others against theirs.

    Of agency staff, whose chance depends on the place, none is left out. People here by another route may have to
    find a sponsor, and then look at any age as often as anybody.

    Without branches, so that a loop over people tests several at once.
    """
    chance = returner_looking_chance(status, months_out, law.returners_invited, p)
    out_of_care = (status != EMPTY) & (status != NOT_WORKING) & (u < chance)
    in_care = (status == CARE) & (u < most)
    return (next_employer < 0) & (in_care | (status == AGENCY) | ((status != CARE) & out_of_care))


@part
def might_at_their_age(lo, found, seed, month, workers, most, p, listed):
    """Keep of the rows listed in places [lo, found) those whom their age leaves a chance; return where they end.

    A table is read for few: a pass over everybody that did so could not test several at once.
    """
    end = lo
    for k in range(lo, found):
        i = listed[k]
        u = uniform(seed, workers.uid[i], month, Purpose.LOOK)
        of_age = most[min(month - workers.birth_month[i], most.shape[0] - 1)]
        any_age = (workers.status[i] != CARE) | (workers.visa[i] == OTHER_ROUTE)
        listed[end] = i
        end += np.uint64(any_age | (u < of_age))
    return end


@part
def cost_of_moving(workers, i, month, law, p):
    """Cost of changing job, log pay: the usual one, and for the tied a new application unless portability spares it."""
    cost = p.switching_cost if workers.status[i] == CARE or workers.status[i] == AGENCY else p.entry_cost
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if tied and month - workers.visa_month[i] >= law.portability_months:
        cost += application_cost(law.visa_fee, weekly_pay(workers.pay[i], workers.worked_minutes[i]), p)
    return cost


@part
def value_without_sponsor(workers, i, law, p):
    """What people who have to find a sponsor give up: their job ends with their permission to stay, log pay."""
    return out_of_work_value(float(law.outside_pay[workers.home_council[i]]), 0, p)


@kernel
def decide_to_look(
    lo, hi, seed, month, workers, providers, nhs, councils, peers, usual, law, p, most, needed, marks, listed
):
    """List people in rows [lo, hi) who look from place `lo` on, and write the value a job must exceed to `needed`.

    `most` is the most that the chance of people in care can be, by age in months; `marks` is working room.

    Returns:
        Where the list ends.
    """
    for i in range(lo, hi):
        u = uniform(seed, workers.uid[i], month, Purpose.LOOK)
        months_out = month - workers.last_care_month[i]
        marks[i] = might_look(workers.status[i], workers.next_employer[i], months_out, u, p.search_most, law, p)
    found = might_at_their_age(lo, list_rows(lo, hi, marks, listed), seed, month, workers, most, p, listed)
    end = lo
    for k in range(lo, found):
        ahead = next_of(listed, k, found)
        fetch_standing(workers, ahead)
        fetch_present_job(workers, ahead)
        i = listed[k]
        u, status = uniform(seed, workers.uid[i], month, Purpose.LOOK), workers.status[i]
        home = workers.home_council[i]
        if status == AGENCY and u >= agency_looking_chance(councils.agency_use[home], p):
            continue
        if seeks_sponsor(workers, i, month, providers, law, p):
            value = value_without_sponsor(workers, i, law, p)
        else:
            value = present_value(workers, i, month, providers, nhs, councils, peers, law, p)
            if status == CARE and not looks_now(workers, i, u, value, usual, month, p):
                continue
        needed[i] = value_needed(value, cost_of_moving(workers, i, month, law, p))
        listed[end] = i
        end += np.uint64(1)
    return end


@part
def see_nhs(seed, lookers, n, month, nhs, councils, p):
    """Value of an NHS post if one is seen this month, log pay; far below any job otherwise."""
    k = councils.ics[lookers.home[n]]
    role = 0 if lookers.role[n] == 1 else lookers.role[n]
    if nhs.pay[k, role] <= 0 or nhs.posts[k, role] <= nhs.filled[k, role]:
        return NOTHING_SEEN
    if lookers.tied[n] == 1 and role not in HEALTH_ROLES:
        return NOTHING_SEEN
    chance = p.nhs_look_professional if role in HEALTH_ROLES else p.nhs_look
    if uniform(seed, lookers.uid[n], month, Purpose.NHS_SEEN) >= chance:
        return NOTHING_SEEN
    match = p.match_spread * normal(seed, lookers.uid[n], month, Purpose.NHS_SEEN + 256)
    return nhs_job_value(nhs.pay[k, role], nhs.benefits[k], lookers.value_of_flexibility[n], p.nhs_distance, match, p)


@part
def see_outside(seed, lookers, n, workers, month, chances, law, p):
    """Value of a job outside care if one is seen this month, log pay; far below any job otherwise."""
    i = lookers.row[n]
    role = lookers.role[n]
    if workers.status[i] == OTHER_WORK or lookers.tied[n] == 1 or role == MANAGER or role in HEALTH_ROLES:
        return NOTHING_SEEN
    chance = chances.seeking if workers.status[i] == SEEKING else chances.employed
    uid = lookers.uid[n]
    if uniform(seed, uid, month, Purpose.OUTSIDE_SEEN) >= outside_chance_of(int(role == SENIOR), chance, p):
        return NOTHING_SEEN
    wage = outside_wage(law.outside_pay[lookers.home[n]], normal(seed, uid, month, Purpose.OUTSIDE_PAY), p)
    match = p.match_spread * normal(seed, uid, month, Purpose.OUTSIDE_TASTE)
    return outside_job_value(wage, workers.taste_for_care[i], match)


@part
def turned_down(seed, lookers, n, offer, month, providers, law, p):
    """Whether an employer finds person `n` unfit for the post, or will not sponsor them, whoever else applies."""
    uid, j, role = lookers.uid[n], offer.provider, offer.role
    new = lookers.experience[n] == 0 and role <= SENIOR
    standard = law.entry_standard[j] if new else 0.0
    if not suitable(uniform(seed, uid, month, Purpose.SUITABLE), standard, p):
        return True
    if lookers.tied[n] == 0 or month - lookers.visa_month[n] < law.portability_months:
        return False
    u = uniform(seed, uid, month, Purpose.SPONSORED_HERE)
    posted, floor = providers.posted_pay[j, role], law.visa_floor[role]
    cost, paperwork = law.visa_cost[role], law.hub_paperwork[j]
    return not sponsors_applicant(u, posted, floor, cost, providers.reserves[j], paperwork, p)


@kernel
def apply(lo, hi, seed, month, lookers, workers, providers, nhs, councils, peers, reach, chances, law, p):
    """People in places [lo, hi) apply for the best job they saw, if it is worth more than needed."""
    for n in range(lo, hi):
        lookers.kind[n] = NO_APPLICATION
        lookers.chosen[n] = 0
        offer = best_care_offer(seed, lookers, n, month, providers, reach, law, p)
        in_nhs, outside, agency = NOTHING_SEEN, NOTHING_SEEN, NOTHING_SEEN
        i = lookers.row[n]
        if i != NOBODY:
            outside = see_outside(seed, lookers, n, workers, month, chances, law, p)
            agency = see_agency(seed, lookers, n, workers, month, councils, peers, p)
            if workers.status[i] == CARE:
                in_nhs = see_nhs(seed, lookers, n, month, nhs, councils, p)
        best = max(offer.value, in_nhs, outside, agency)
        if best <= lookers.needed[n]:
            continue
        if best == offer.value:
            if offer.provider != lookers.employer[n] and turned_down(seed, lookers, n, offer, month, providers, law, p):
                continue
            qualified = workers.qualified[i] if i != NOBODY else 0
            u = uniform(seed, lookers.uid[n], month, Purpose.PRIORITY)
            lookers.kind[n] = TO_CARE
            lookers.provider[n] = offer.provider
            lookers.post[n] = offer.role
            lookers.priority[n] = applicant_priority(lookers.experience[n], qualified, u, p)
        elif best == in_nhs:
            lookers.kind[n] = TO_NHS
            lookers.provider[n] = councils.ics[lookers.home[n]]
            lookers.post[n] = lookers.role[n]
        elif best == outside:
            lookers.kind[n] = TO_OUTSIDE
        else:
            lookers.kind[n] = TO_AGENCY
