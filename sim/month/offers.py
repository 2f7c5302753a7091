"""What a person sees when looking: a few providers in reach, and what each open post would be worth."""

from __future__ import annotations

from typing import NamedTuple

from sim.draws import Purpose, uniform
from sim.jit import part, whole
from sim.month.people import offer_terms, pair_km, pair_match
from sim.rules.job_value import (
    care_job_value,
    flexibility_met,
    guarantee_value,
    hours_shortfall,
    match_belief,
    peer_shortfall,
    setting_value,
)
from sim.rules.migration import may_work_for, sponsored_hours
from sim.rules.pay import effective_wage, offered_pay
from sim.units import MINUTES_PER_HOUR, NEVER, NOBODY, Role

CARE_WORKER, SENIOR, MANAGER = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER), int(Role.MANAGER)
REPEAT = 256
"""Offset between the purposes of repeated draws of one kind."""
NOTHING = -1e9
"""Value of having seen no open post."""


class Seeker(NamedTuple):
    """What a look depends on, whether the person is an agent or still in the pool."""

    uid: int
    home: int
    role: int
    experience: int
    wanted_minutes: int
    value_of_guarantee: float
    value_of_flexibility: float
    tied: bool
    visa_month: int
    visa_floor: int
    employer: int


class Offer(NamedTuple):
    """Best open post seen, and its value in log pay."""

    provider: int
    role: int
    value: float


@part
def find_place(cumulative, start, end, target):
    """First place in [start, end) whose running total exceeds the target."""
    low, high = start, end - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > target:
            high = middle
        else:
            low = middle + 1
    return low


@part
def provider_seen(seed, seeker, month, k, reach):
    """Provider that the `k`-th look of the month falls on, by its posts at the start and its distance; or nobody."""
    role = seeker.role
    first, last = reach.reach_start[seeker.home], reach.reach_start[seeker.home + 1]
    if reach.weight[role, last - 1] <= 0.0:
        return NOBODY
    u = uniform(seed, seeker.uid, month, Purpose.LOOK_COUNCIL + REPEAT * k)
    council = reach.council[find_place(reach.weight[role], first, last, u)]
    start, end = reach.list_start[council], reach.list_start[council + 1]
    if end <= start:
        return NOBODY
    posts = reach.posts[role, end - 1]
    target = int(uniform(seed, seeker.uid, month, Purpose.LOOK_PROVIDER + REPEAT * k) * posts)
    return whole(reach.provider[find_place(reach.posts[role], start, end, target)])


@part
def open_posts(providers, j, role):
    """Posts of a role a provider still has to fill."""
    if providers.active[j] == 0:
        return 0
    return providers.posts_sought[j, role] - providers.posts_filled[j, role] - providers.posts_promised[j, role]


@part
def offer_value(seed, seeker, j, role, month, providers, peers, reach, law, p):
    """Value of an open post to a seeker, by terms that would be met on the first day, log pay."""
    floor = law.pay_floor[j, role]
    if seeker.tied and seeker.visa_floor > floor:
        floor = seeker.visa_floor
    pay = offered_pay(providers.posted_pay[j, role], seeker.experience, floor, p)
    paid_travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    contract, worked = offer_terms(
        seed, seeker.uid, seeker.wanted_minutes, seeker.value_of_guarantee, seeker.tied, j, providers, law, p
    )
    if seeker.tied:
        worked = sponsored_hours(worked, providers.rogue[j], p)
    match, impression = pair_match(seed, seeker.uid, providers.uid[j], p)
    return care_job_value(
        effective_wage(pay, providers.travel_share[j], paid_travel),
        providers.other_benefits[j],
        setting_value(providers.service[j], p),
        guarantee_value(contract, worked, seeker.value_of_guarantee),
        seeker.value_of_flexibility
        * flexibility_met(providers.flexibility[j], int(p.flexibility_horizon), law.flexibility_wait_months[j]),
        hours_shortfall(worked, seeker.wanted_minutes, p),
        providers.management[j],
        pair_km(seed, seeker.uid, providers.uid[j], seeker.home, providers.council[j], reach),
        providers.strain[j],
        peer_shortfall(pay, peers[providers.council[j], role], p),
        impression,
        p,
    )


@part
def role_sought(seeker, p):
    """Next role up that the person has the experience for; the present role otherwise."""
    if seeker.role == CARE_WORKER and seeker.experience >= int(p.senior_experience_months):
        return SENIOR
    if seeker.role == SENIOR and seeker.experience >= int(p.manager_experience_months):
        return MANAGER
    return seeker.role


@part
def consider(seed, seeker, j, best, month, providers, peers, reach, law, p):
    """The better of the best offer so far and what provider `j` has open for this person."""
    if not may_work_for(seeker.tied, providers.licensed[j], seeker.visa_month, month, law.portability_months):
        return best
    higher = role_sought(seeker, p)
    for role in (higher, seeker.role):
        if (j != seeker.employer or role != seeker.role) and open_posts(providers, j, role) > 0:
            value = offer_value(seed, seeker, j, role, month, providers, peers, reach, law, p)
            if value > best.value:
                best = Offer(whole(j), whole(role), value)
        if higher == seeker.role:
            break
    return best


@part
def best_care_offer(seed, seeker, looks, month, providers, peers, reach, law, p):
    """Best open care post among the own employer's higher posts and a few providers in reach."""
    best = Offer(NOBODY, seeker.role, NOTHING)
    if seeker.employer >= 0:
        best = consider(seed, seeker, seeker.employer, best, month, providers, peers, reach, law, p)
    for k in range(looks):
        j = provider_seen(seed, seeker, month, k, reach)
        if j >= 0 and j != seeker.employer:
            best = consider(seed, seeker, j, best, month, providers, peers, reach, law, p)
    return best


@part
def present_belief(workers, i, month, p):
    """How a person in post sees the match today, log pay."""
    return match_belief(workers.match[i], workers.first_impression[i], month - workers.job_start[i], p)


@part
def present_care_value(workers, i, month, providers, peers, law, p):
    """Value of the present care job of person `i`, log pay."""
    j = workers.employer[i]
    role = workers.role[i]
    paid_travel = max(providers.travel_paid_share[j], law.travel_paid_share[j])
    return care_job_value(
        effective_wage(workers.pay[i], providers.travel_share[j], paid_travel),
        providers.other_benefits[j],
        setting_value(providers.service[j], p),
        guarantee_value(workers.contract_minutes[i], workers.worked_minutes[i], workers.value_of_guarantee[i]),
        workers.value_of_flexibility[i]
        * flexibility_met(providers.flexibility[j], month - workers.job_start[i], law.flexibility_wait_months[j]),
        hours_shortfall(workers.worked_minutes[i], workers.wanted_minutes[i], p),
        providers.management[j],
        workers.distance[i],
        providers.strain[j],
        peer_shortfall(workers.pay[i], peers[providers.council[j], role], p),
        present_belief(workers, i, month, p),
        p,
    )


@part
def months_in_sector(workers, i, month):
    """Months since a person first worked in care; 0 for newcomers."""
    if workers.sector_start[i] <= NEVER:
        return 0
    return month - workers.sector_start[i]


@part
def weekly_pay(pay, minutes):
    """Pay for a week, pence."""
    return pay * minutes // MINUTES_PER_HOUR
