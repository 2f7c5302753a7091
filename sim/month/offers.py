"""What a person sees when looking: a few providers in reach, and what each open post would be worth."""

from __future__ import annotations

from typing import NamedTuple

from sim.draws import Purpose, lower_half, random_bits, upper_half
from sim.jit import part, whole
from sim.month.advertise import worth_to_anybody
from sim.month.people import offer_terms, pair_km, pair_match
from sim.rules.job_value import care_job_value, flexibility_met, guarantee_value, hours_shortfall, match_belief
from sim.rules.migration import may_work_for, sponsored_hours
from sim.rules.pay import offered_pay
from sim.units import MINUTES_PER_HOUR, NEVER, NOBODY, Role

CARE_WORKER, SENIOR, MANAGER = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER), int(Role.MANAGER)
REPEAT = 256
"""Offset between the purposes of repeated draws of one kind."""


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
def council_seen(u, role, home, reach):
    """Council that a look falls on: the own one first, then those in reach by distance."""
    last = reach.reach_start[home + 1] - 1
    for e in range(reach.reach_start[home], last):
        if u < reach.weight[role, e]:
            return reach.council[e]
    return reach.council[last]


@part
def provider_seen(seed, seeker, month, k, reach):
    """Provider that the `k`-th look of the month falls on, by its posts at the start and its distance; or nobody."""
    bits = random_bits(seed, seeker.uid, month, Purpose.LOOK_AT + REPEAT * k)
    council = council_seen(upper_half(bits), seeker.role, seeker.home, reach)
    first, last = reach.seat_start[seeker.role, council], reach.seat_start[seeker.role, council + 1]
    if last <= first:
        return NOBODY
    return whole(reach.seat[first + int(lower_half(bits) * (last - first))])


@part
def worth_as_advertised(seeker, j, role, providers, peers, law, p):
    """What an open post is worth to anybody like this seeker, log pay: the floor of a visa may lift its pay."""
    if seeker.tied and seeker.visa_floor > law.pay_floor[j, role] and providers.posts_open[j, role] > 0:
        pay = offered_pay(providers.posted_pay[j, role], seeker.experience, seeker.visa_floor, p)
        return worth_to_anybody(providers, j, role, pay, peers, p)
    return providers.advertised[j, role, 1 if seeker.experience >= int(p.experienced_months) else 0]


@part
def at_best(advertised, impression, seeker):
    """The most a post can be worth to a seeker before its terms are known, log pay.

    Added up in the order of `care_job_value`, of which no later part can be positive, so rounding cannot put it below.
    """
    guarantee = seeker.value_of_guarantee if seeker.value_of_guarantee > 0.0 else 0.0
    return advertised + impression + guarantee + seeker.value_of_flexibility


@part
def offer_value(seed, seeker, j, advertised, impression, providers, reach, law, p):
    """Value of an open post to a seeker, by terms that would be met on the first day, log pay."""
    contract, worked = offer_terms(
        seed, seeker.uid, seeker.wanted_minutes, seeker.value_of_guarantee, seeker.tied, j, providers, law, p
    )
    if seeker.tied:
        worked = sponsored_hours(worked, providers.rogue[j], p)
    return care_job_value(
        advertised,
        impression,
        guarantee_value(contract, worked, seeker.value_of_guarantee),
        seeker.value_of_flexibility
        * flexibility_met(providers.flexibility[j], int(p.flexibility_horizon), law.flexibility_wait_months[j]),
        hours_shortfall(worked, seeker.wanted_minutes, p),
        pair_km(seed, seeker.uid, providers.uid[j], seeker.home, providers.council[j], reach),
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
    """The better of the best offer so far and what provider `j` has open for this person.

    What a post is worth to anybody comes first, then the impression it makes, and only where the two can still win are
    its terms looked at.
    """
    if seeker.tied and not may_work_for(
        seeker.tied, providers.licensed[j], seeker.visa_month, month, law.portability_months
    ):
        return best
    higher = role_sought(seeker, p)
    for role in (higher, seeker.role):
        if j != seeker.employer or role != seeker.role:
            advertised = worth_as_advertised(seeker, j, role, providers, peers, law, p)
            _, impression = pair_match(seed, seeker.uid, providers.uid[j], p)
            if at_best(advertised, impression, seeker) > best.value:
                value = offer_value(seed, seeker, j, advertised, impression, providers, reach, law, p)
                if value > best.value:
                    best = Offer(whole(j), whole(role), value)
        if higher == seeker.role:
            break
    return best


@part
def best_care_offer(seed, seeker, looks, needed, month, providers, peers, reach, law, p):
    """Best open care post among the own employer's higher posts and a few providers in reach.

    Only posts worth more than `needed` (log pay) count; with none, nobody's post at that value is returned.
    """
    best = Offer(NOBODY, seeker.role, needed)
    if seeker.employer >= 0:
        best = consider(seed, seeker, seeker.employer, best, month, providers, peers, reach, law, p)
    # The next look is drawn while this one is considered: what it falls on takes time to fetch from memory.
    following = provider_seen(seed, seeker, month, 0, reach) if looks > 0 else NOBODY
    for k in range(1, looks + 1):
        j = following
        following = provider_seen(seed, seeker, month, k, reach) if k < looks else NOBODY
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
    return care_job_value(
        worth_to_anybody(providers, j, workers.role[i], workers.pay[i], peers, p),
        present_belief(workers, i, month, p),
        guarantee_value(workers.contract_minutes[i], workers.worked_minutes[i], workers.value_of_guarantee[i]),
        workers.value_of_flexibility[i]
        * flexibility_met(providers.flexibility[j], month - workers.job_start[i], law.flexibility_wait_months[j]),
        hours_shortfall(workers.worked_minutes[i], workers.wanted_minutes[i], p),
        workers.distance[i],
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
