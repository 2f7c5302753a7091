"""People look at jobs and apply where that beats what they have (read-only: nobody moves yet)."""

from __future__ import annotations

from typing import NamedTuple

from sim.draws import Purpose, logistic_quantile, normal, person_id, uniform
from sim.jit import kernel, part, whole
from sim.month.applications import NO_APPLICATION, TO_CARE, TO_NHS, TO_OUTSIDE
from sim.month.newcomers import draw_traits
from sim.month.offers import (
    Seeker,
    best_care_offer,
    months_in_sector,
    present_care_value,
    weekly_pay,
)
from sim.month.people import CARE, EMPTY, NHS, NOT_WORKING, OTHER_WORK, SEEKING
from sim.rules.entry import outside_wage, present_value_outside
from sim.rules.job_value import nhs_job_value, out_of_work_value, outside_job_value
from sim.rules.migration import tied_to_sponsor
from sim.rules.search import (
    application_cost,
    looking_probability,
    returner_looking_chance,
    value_needed,
)
from sim.rules.staffing import applicant_priority
from sim.units import MONTHS_PER_YEAR, NEVER, NOBODY, Role, Visa

OTHER_ROLE, MANAGER = int(Role.OTHER), int(Role.MANAGER)
UNRESTRICTED = int(Visa.UNRESTRICTED)
HEALTH_ROLES = (int(Role.REGISTERED_NURSE), int(Role.SOCIAL_WORKER), int(Role.OCCUPATIONAL_THERAPIST))


class Chances(NamedTuple):
    """Chance of seeing a job outside care this month, the same for everybody in one position."""

    employed: float
    seeking: float


@part
def as_seeker(workers, i, month, law):
    """A person as a seeker."""
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    return Seeker(
        workers.uid[i],
        whole(workers.home_council[i]),
        whole(workers.role[i]),
        whole(months_in_sector(workers, i, month)),
        whole(workers.wanted_minutes[i]),
        workers.value_of_guarantee[i],
        workers.value_of_flexibility[i],
        tied,
        whole(workers.visa_month[i]),
        whole(workers.visa_floor[i]),
        whole(workers.employer[i]) if workers.status[i] == CARE else NOBODY,
    )


@part
def present_value(workers, i, month, providers, nhs, peers, law, p):
    """Value of what a person does now, log pay."""
    status = workers.status[i]
    home = workers.home_council[i]
    if status == CARE:
        return present_care_value(workers, i, month, providers, peers, law, p)
    if status == NHS:
        k = workers.employer[i]
        role = 0 if workers.role[i] == 1 else workers.role[i]
        return nhs_job_value(
            nhs.pay[k, role],
            nhs.benefits[k],
            workers.value_of_flexibility[i],
            workers.distance[i],
            workers.match[i],
            p,
        )
    if status == OTHER_WORK:
        return outside_job_value(float(workers.pay[i]), workers.taste_for_care[i], workers.match[i])
    unrestricted = 1 if workers.visa[i] == UNRESTRICTED else 0
    return out_of_work_value(float(law.outside_pay[home]), unrestricted, p)


@part
def looks_now(workers, i, u, value, usual, month, p):
    """Whether a person in work whose job is worth `value` looks at jobs this month."""
    surplus = value - usual[workers.home_council[i], workers.role[i]]
    age = (month - workers.birth_month[i]) / MONTHS_PER_YEAR
    return u < looking_probability(surplus, age, p)


@part
def could_look(workers, i, u, month, p):
    """Test that needs no value of a job: for people in work, against the most anyone's chance can be (exact thinning).

    For everybody else the chance itself.
    """
    status = workers.status[i]
    if status == CARE:
        return u < p.search_most and workers.next_employer[i] < 0
    if workers.next_employer[i] >= 0 or status == NOT_WORKING:
        return False
    return u < returner_looking_chance(status, month - workers.last_care_month[i], p)


@part
def see_nhs(seed, workers, i, seeker, month, nhs, councils, law, p):
    """Value of an NHS post if one is seen this month, log pay; far below any job otherwise."""
    k = councils.ics[seeker.home]
    role = 0 if seeker.role == 1 else seeker.role
    if nhs.pay[k, role] <= 0 or nhs.posts[k, role] <= nhs.filled[k, role]:
        return -1e9
    if seeker.tied and role not in HEALTH_ROLES:
        return -1e9
    chance = p.nhs_look_professional if role in HEALTH_ROLES else p.nhs_look
    if uniform(seed, seeker.uid, month, Purpose.NHS_SEEN) >= chance:
        return -1e9
    match = p.match_spread * normal(seed, seeker.uid, month, Purpose.NHS_SEEN + 256)
    return nhs_job_value(nhs.pay[k, role], nhs.benefits[k], seeker.value_of_flexibility, p.nhs_distance, match, p)


@part
def see_outside(seed, workers, i, seeker, month, chances, law, p):
    """Value of a job outside care if one is seen this month, log pay; far below any job otherwise."""
    if seeker.tied or seeker.role == MANAGER or seeker.role in HEALTH_ROLES:
        return -1e9
    chance = chances.seeking if workers.status[i] == SEEKING else chances.employed
    if uniform(seed, seeker.uid, month, Purpose.OUTSIDE_SEEN) >= chance:
        return -1e9
    wage = outside_wage(
        law.outside_pay[seeker.home],
        normal(seed, seeker.uid, month, Purpose.OUTSIDE_PAY),
        p,
    )
    match = p.match_spread * normal(seed, seeker.uid, month, Purpose.OUTSIDE_TASTE)
    return outside_job_value(wage, workers.taste_for_care[i], match)


@part
def cost_of_moving(workers, i, seeker, month, law, p):
    """Cost of changing job, log pay: the usual one, and for the tied a new application unless portability spares it."""
    cost = p.switching_cost if workers.status[i] == CARE else p.entry_cost
    if seeker.tied and month - seeker.visa_month >= law.portability_months:
        cost += application_cost(law.visa_fee, weekly_pay(workers.pay[i], workers.worked_minutes[i]), p)
    return cost


@part
def apply_best(seed, workers, i, value, month, providers, nhs, councils, peers, reach, chances, law, p, out, at):
    """Write the application of one person who looks, if any job seen is worth moving for."""
    seeker = as_seeker(workers, i, month, law)
    employed = workers.status[i] == CARE
    looks = int(p.looks_employed) if employed else int(p.looks_out_of_work)
    if seeker.tied and law.in_country_switching == 0 and month - seeker.visa_month >= law.portability_months:
        looks = 0
    needed = value_needed(value, cost_of_moving(workers, i, seeker, month, law, p))
    offer = best_care_offer(seed, seeker, looks, needed, month, providers, peers, reach, law, p)
    in_nhs = see_nhs(seed, workers, i, seeker, month, nhs, councils, law, p) if employed else -1e9
    outside = see_outside(seed, workers, i, seeker, month, chances, law, p) if workers.status[i] != OTHER_WORK else -1e9
    best = max(offer.value, in_nhs, outside)
    if not best > needed:
        return
    out.uid[at] = seeker.uid
    out.chosen[at] = 0
    if best == offer.value:
        out.kind[at] = TO_CARE
        out.provider[at] = offer.provider
        out.role[at] = offer.role
        u = uniform(seed, seeker.uid, month, Purpose.PRIORITY)
        out.priority[at] = applicant_priority(seeker.experience, workers.qualified[i], u, p)
    elif best == in_nhs:
        out.kind[at] = TO_NHS
        out.provider[at] = councils.ics[seeker.home]
        out.role[at] = seeker.role
    else:
        out.kind[at] = TO_OUTSIDE


@kernel
def look(lo, hi, seed, month, workers, providers, nhs, councils, peers, usual, reach, chances, law, p, out):
    """People in rows [lo, hi) look; place `i` of the applications belongs to row `i`."""
    for i in range(lo, hi):
        out.kind[i] = NO_APPLICATION
        if workers.status[i] == EMPTY:
            continue
        u = uniform(seed, workers.uid[i], month, Purpose.LOOK)
        if not could_look(workers, i, u, month, p):
            continue
        value = present_value(workers, i, month, providers, nhs, peers, law, p)
        if workers.status[i] != CARE or looks_now(workers, i, u, value, usual, month, p):
            apply_best(seed, workers, i, value, month, providers, nhs, councils, peers, reach, chances, law, p, out, i)


@kernel
def look_from_pool(lo, hi, seed, month, pool, providers, peers, reach, mix, law, p, out, first):
    """People of the pools in places [lo, hi) look; their applications stand from place `first` on."""
    for k in range(lo, hi):
        at = first + k
        out.kind[at] = NO_APPLICATION
        council = whole(pool.home[k])
        uid = person_id(pool.stream[k], council, month, pool.number[k])
        traits = draw_traits(seed, uid, mix, p)
        seeker = Seeker(
            uid, council, traits.role, 0, traits.wanted_minutes, traits.value_of_guarantee, traits.value_of_flexibility,
            False, NEVER, 0, NOBODY,
        )  # fmt: skip
        present = present_value_outside(
            law.outside_pay[council],
            normal(seed, uid, month, Purpose.OUTSIDE_PAY),
            traits.taste_for_care,
            logistic_quantile(uniform(seed, uid, month, Purpose.BACKGROUND)),
            p,
        )
        looks, needed = int(p.looks_out_of_work), value_needed(present, p.entry_cost)
        offer = best_care_offer(seed, seeker, looks, needed, month, providers, peers, reach, law, p)
        if offer.provider != NOBODY:
            out.kind[at] = TO_CARE
            out.uid[at] = uid
            out.chosen[at] = 0
            out.provider[at] = offer.provider
            out.role[at] = offer.role
            u = uniform(seed, uid, month, Purpose.PRIORITY)
            out.priority[at] = applicant_priority(0, 0, u, p)
