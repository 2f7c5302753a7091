"""What people who look come across: a few providers in reach, and what each open post would be worth to them."""

from __future__ import annotations

from typing import NamedTuple

from sim.draws import REPEAT, Purpose, lower_half, random_bits, uniform, upper_half
from sim.jit import kernel, part, whole
from sim.month.advertise import NOTHING, worth_of_post
from sim.month.ahead import AHEAD
from sim.month.full_time import wishes_met
from sim.month.people import offer_terms, pair_km, pair_match
from sim.month.progression import pay_offered
from sim.month.recruits import blur_met
from sim.prefetch import fetch
from sim.rules.job_value import (
    care_job_value,
    fair_treatment_value,
    fee_felt,
    guarantee_value,
    hours_shortfall,
    km_felt,
    value_at_first_sight,
)
from sim.rules.migration import may_work_for, sponsored_hours
from sim.rules.search import ATTEMPTS, LOOKS_APART, notices
from sim.units import NOBODY, Role

CARE_WORKER, SENIOR, MANAGER = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER), int(Role.MANAGER)
ROLE_UP, SAME_ROLE = 0, 1
"""Places of the two posts a provider may have open for a person."""


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
def seat_seen(bits, role, home, reach):
    """Place in the list of seats that a look of the month falls on, by posts at the start and distance; or nobody's."""
    council = council_seen(upper_half(bits), role, home, reach)
    first, last = reach.seat_start[role, council], reach.seat_start[role, council + 1]
    if last <= first:
        return NOBODY
    return first + int(lower_half(bits) * (last - first))


@part
def role_up(role, experience, p):
    """Next role up that a person has the experience for; the present role otherwise."""
    if role == CARE_WORKER and experience >= int(p.senior_experience_months):
        return SENIOR
    if role == SENIOR and experience >= int(p.manager_experience_months):
        return MANAGER
    return whole(role)


@part
def floor_with(lookers, n, j, role, month, law):
    """Salary floor of the visa that tied person `n` would hold with provider `j`: a new sponsor needs a new grant."""
    if j == lookers.employer[n] or month - lookers.visa_month[n] < law.portability_months:
        return whole(lookers.visa_floor[n])
    return whole(law.visa_floor[role])


@part
def worth_as_advertised(lookers, n, j, role, month, providers, peers, law, p):
    """What an open post is worth to anybody like person `n`, log pay.

    The floor of a visa, or a step for a qualification, may lift its pay.
    """
    stepped = lookers.qualified[n] == 1 and law.qualification_step[j] > 0.0
    if (stepped or lookers.tied[n] == 1) and providers.posts_open[j, role] > 0:
        floor = law.pay_floor[j, role]
        of_visa = floor_with(lookers, n, j, role, month, law) if lookers.tied[n] == 1 else 0
        if stepped or of_visa > floor:
            floor = max(floor, of_visa)
            pay = pay_offered(providers, j, role, lookers.experience[n], lookers.qualified[n], floor, law, p)
            return worth_of_post(providers, j, role, pay, peers, law, p)
    return providers.advertised[j, role, 1 if lookers.experience[n] >= int(p.experienced_months) else 0]


@part
def look_falls(seed, lookers, n, look, attempt, month, reach):
    """Place in the list of seats that a look of person `n` falls on at an attempt; or nobody's."""
    purpose = Purpose.LOOK_AT + REPEAT * (look + LOOKS_APART * attempt)
    return seat_seen(random_bits(seed, lookers.uid[n], month, purpose), lookers.role[n], lookers.home[n], reach)


@part
def seen_already(lookers, n, sight, j):
    """Whether provider `j` employs person `n` or was come across before; nobody counts as known."""
    known = j == NOBODY
    for earlier in range(sight):
        known = known | (lookers.seen[n, earlier] == j)
    return known


@part
def provider_found(seed, lookers, n, sight, month, reach):
    """Provider that a look finds: where it falls on one that is known, people look again, a few times.

    So how many employers they see in a month hardly depends on how many there are, and thus on the share of England
    that is simulated.
    """
    place = lookers.seen[n, sight]
    for attempt in range(1, ATTEMPTS):
        j = reach.seat[place] if place != NOBODY else NOBODY
        if not seen_already(lookers, n, sight, j):
            return j
        place = look_falls(seed, lookers, n, sight - 1, attempt, month, reach)
    j = reach.seat[place] if place != NOBODY else NOBODY
    return NOBODY if seen_already(lookers, n, sight, j) else j


@kernel
def come_across(lo, hi, seed, month, lookers, reach):
    """People in places [lo, hi) come across their own employer's posts and those of a few providers in reach.

    First where their looks fall, then whose seats those are: the second pass reads the list of all seats here and
    there, and nothing waits in between.
    """
    for k in range(lookers.seen.shape[1] - 1):
        for n in range(lo, hi):
            lookers.seen[n, k + 1] = (
                look_falls(seed, lookers, n, k, 0, month, reach) if k < lookers.looks[n] else NOBODY
            )
    for n in range(lo, hi):
        lookers.seen[n, 0] = lookers.employer[n]
        for sight in range(1, lookers.seen.shape[1]):
            if sight <= lookers.looks[n]:
                lookers.seen[n, sight] = provider_found(seed, lookers, n, sight, month, reach)


@kernel
def look_over(lo, hi, seed, month, lookers, providers, peers, law, p):
    """What the providers that people in places [lo, hi) came across promise them at first sight."""
    for n in range(lo, hi):
        ahead = min(n + AHEAD, hi - 1)
        for sight in range(lookers.seen.shape[1]):
            fetch(providers.advertised, lookers.seen[ahead, sight])
            fetch(providers.uid, lookers.seen[ahead, sight])
        for sight in range(lookers.seen.shape[1]):
            first_sight(seed, lookers, n, sight, whole(lookers.seen[n, sight]), month, providers, peers, law, p)


@part
def noticed(seed, lookers, n, sight, j, role, month, providers, p):
    """Whether person `n` considers the posts of a role that provider `j` has open; those of the own employer always."""
    if lookers.employer[n] == NOBODY or lookers.employer[n] == j:
        return True
    return notices(
        providers.posts_new[j, role], uniform(seed, lookers.uid[n], month, Purpose.SECOND_LOOK + REPEAT * sight), p
    )


@part
def first_sight(seed, lookers, n, sight, j, month, providers, peers, law, p):
    """What the posts of provider `j` promise person `n`; nothing where none is open."""
    lookers.promise[n, sight, ROLE_UP] = NOTHING
    lookers.promise[n, sight, SAME_ROLE] = NOTHING
    if j == NOBODY:
        return
    role = whole(lookers.role[n])
    higher = role_up(role, lookers.experience[n], p)
    same, above = NOTHING, NOTHING
    # Whether a post is open is looked up first: it takes less than the luck of noticing it.
    if j != lookers.employer[n]:
        same = worth_as_advertised(lookers, n, j, role, month, providers, peers, law, p)
        if same > NOTHING and not noticed(seed, lookers, n, sight, j, role, month, providers, p):
            same = NOTHING
    if higher != role:
        above = worth_as_advertised(lookers, n, j, higher, month, providers, peers, law, p)
        if above > NOTHING and not noticed(seed, lookers, n, sight, j, higher, month, providers, p):
            above = NOTHING
    if same > NOTHING or above > NOTHING:
        blur = blur_met(seed, lookers.uid[n], lookers.row[n] == NOBODY, providers, j, law)
        _, impression = pair_match(seed, lookers.uid[n], providers.uid[j], blur, p)
        fair = fair_treatment_value(lookers.ethnicity[n], lookers.nationality[n], law.fair_treatment[j])
        lookers.promise[n, sight, SAME_ROLE] = value_at_first_sight(same + fair, impression)
        lookers.promise[n, sight, ROLE_UP] = value_at_first_sight(above + fair, impression)


@part
def at_best(promise, lookers, n):
    """The most a post can be worth to person `n` before its terms are known, log pay.

    Added up in the order of `care_job_value`, of which no later part can be positive, so rounding cannot put it below.
    """
    guarantee = lookers.value_of_guarantee[n] if lookers.value_of_guarantee[n] > 0.0 else 0.0
    return promise + guarantee + lookers.value_of_flexibility[n]


@part
def offer_value(seed, lookers, n, j, role, promise, providers, reach, law, p):
    """Value of an open post to person `n`, by terms that would be met on the first day, log pay."""
    uid, wanted, tied = lookers.uid[n], whole(lookers.wanted_minutes[n]), lookers.tied[n] == 1
    contract, worked = offer_terms(seed, uid, wanted, lookers.value_of_guarantee[n], tied, j, providers, law, p)
    if tied:
        worked = sponsored_hours(worked, providers.rogue[j], p)
    value = care_job_value(
        promise,
        guarantee_value(contract, worked, lookers.value_of_guarantee[n]),
        lookers.value_of_flexibility[n] * wishes_met(providers, j, int(p.flexibility_horizon), contract, law),
        hours_shortfall(worked, wanted, p),
        km_felt(
            pair_km(seed, uid, providers.uid[j], lookers.home[n], providers.council[j], reach), law.distance_felt[j]
        ),
        p,
    )
    if law.register_fee[j] > 0 and role <= SENIOR:
        value += fee_felt(law.register_fee[j], providers.posted_pay[j, role], worked)
    return value


@part
def best_care_offer(seed, lookers, n, month, providers, reach, law, p):
    """Best open care post that person `n` came across and that is worth more than needed; or nobody's.

    Terms are looked at only where what a post promises can still win.
    """
    best = Offer(NOBODY, whole(lookers.role[n]), lookers.needed[n])
    for sight in range(lookers.seen.shape[1]):
        j = whole(lookers.seen[n, sight])
        for which in range(2):
            promise = lookers.promise[n, sight, which]
            if at_best(promise, lookers, n) <= best.value:
                continue
            tied, visa_month = lookers.tied[n] == 1, whole(lookers.visa_month[n])
            if not may_work_for(tied, providers.licensed[j], visa_month, month, law.portability_months):
                continue
            role = lookers.role[n] if which == SAME_ROLE else role_up(lookers.role[n], lookers.experience[n], p)
            value = offer_value(seed, lookers, n, j, role, promise, providers, reach, law, p)
            if value > best.value:
                best = Offer(j, whole(role), value)
    return best
