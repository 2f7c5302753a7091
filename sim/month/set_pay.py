"""Employers set the pay they post, and staff in post follow."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.agency import going_agency_pay
from sim.month.costs import ring_fence
from sim.month.people import AGENCY, CARE, lawful_pay
from sim.month.progression import has_steps, step_pay
from sim.rules.enforcement import travel_pay_owed
from sim.rules.pay import (
    april_pay,
    incumbent_pay,
    kept_up_pay,
    ladder_pay,
    lead_from_keeping_up,
    mid_year_pay,
    other_roles_pay,
    professional_pay,
    reviewed_within_year,
)
from sim.rules.staffing import vacancy_share
from sim.units import MONTHS_PER_YEAR, Role, Sector

ROLE_COUNT = len(Role)
CARE_WORKER, SENIOR, OTHER = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER), int(Role.OTHER)
COUNCIL_SECTOR = int(Sector.COUNCIL)


@part
def remember_march(providers, j, law):
    """In April, what provider `j` will keep up with earnings from: pay, floor and lead of the month before."""
    providers.pay_last_march[j] = providers.unaided_pay[j, CARE_WORKER]
    providers.floor_last_march[j] = law.old_care_floor
    providers.lead_last_march[j] = providers.lead_from_earnings[j]


@part
def reviews_now(seed, month, providers, j, law, p):
    """Whether provider `j` reviews pay this month, which is not April."""
    if law.april == 1 or not reviewed_within_year(providers.sector[j]):
        return False
    return uniform(seed, providers.uid[j], month, Purpose.PAY_STEP) < p.mid_year_review


@part
def keep_lead(providers, j, floor, kept_up, p):
    """Let a review tell what lead over the statutory floor provider `j` aims at from now on."""
    providers.lead_from_earnings[j] = lead_from_keeping_up(
        providers.lead_last_march[j], providers.pay_premium[j], providers.pay_last_march[j], kept_up,
        providers.floor_last_march[j], floor, p,
    )  # fmt: skip


@part
def new_care_pay(providers, j, previous, floor, old_floor, reviewed, kept_up, lead, law, p):
    """Pay posted for care workers this month, pence/hour: by the yearly review in April, or a review in between.

    `kept_up` is pay of March grown with earnings, 0 where there is none to keep up with; `lead` is aimed at beyond the
    premium.
    """
    vacancy = vacancy_share(providers.posts_sought[j, CARE_WORKER], providers.posts_filled[j, CARE_WORKER])
    margin = providers.margin[j]
    if law.april == 1:
        if providers.sector[j] == COUNCIL_SECTOR:
            return professional_pay(previous, floor, law.earnings_growth)
        premium = providers.pay_premium[j] + lead
        return april_pay(previous, floor, old_floor, premium, vacancy, margin, p)
    pay = previous if previous > floor else floor
    return mid_year_pay(pay, kept_up, vacancy, margin, p) if reviewed else pay


@part
def other_pay(previous, role, care_before, care_now, floor, law, p):
    """Pay posted for a role other than care worker, pence/hour."""
    if role == SENIOR:
        if care_before <= 0:
            return max(previous, floor)
        return ladder_pay(previous, care_before, care_now, floor, p)
    if role == OTHER:
        if care_before <= 0:
            return max(previous, floor)
        return other_roles_pay(previous, care_before, care_now, floor)
    if law.april == 0:
        return max(previous, floor)
    return professional_pay(previous, floor, law.earnings_growth)


@kernel
def set_pay(lo, hi, seed, month, providers, law, p, before, floor_before, policy_on, changed):
    """Providers in rows [lo, hi) set the pay they post; `before` [P, R] keeps the old rates for those in post.

    `unaided_pay` moves by the same rules under the statutory floor alone: what the employer would have paid without the
    policy. `floor_before` [P, R] is the floor of the month before. `policy_on` is 1 while any floor or fee policy is
    in force.
    """
    for j in range(lo, hi):
        changed[j] = 0
        for role in range(ROLE_COUNT):
            before[j, role] = providers.posted_pay[j, role]
        if providers.active[j] == 0:
            continue
        post_rates(seed, month, providers, j, law, p, before, floor_before, policy_on)
        for role in range(ROLE_COUNT):
            if providers.posted_pay[j, role] != before[j, role]:
                changed[j] = 1
        if law.april == 1 or law.pay_floor[j, CARE_WORKER] != floor_before[j, CARE_WORKER]:
            changed[j] = 1
        if has_steps(j, CARE_WORKER, law):  # somebody may have come to a step
            changed[j] = 1
        if providers.ordered[j] == 1:
            keep_to_order(providers, j, law)


@part
def keep_to_order(providers, j, law):
    """Once found to pay less than the law, provider `j` pays for enough of the travel for its rate to keep it."""
    travel = providers.travel_share[j] * law.travel_time[j]
    owed = travel_pay_owed(providers.posted_pay[j, CARE_WORKER], law.adult_rate, travel)
    providers.travel_paid_share[j] = max(providers.travel_paid_share[j], owed)


@part
def post_rates(seed, month, providers, j, law, p, before, floor_before, policy_on):
    """New posted and unaided pay of one provider."""
    unaided_before = providers.unaided_pay[j, CARE_WORKER]
    care_before = before[j, CARE_WORKER]
    floor = law.statutory_floor[j, CARE_WORKER]
    if law.april == 1:
        remember_march(providers, j, law)
    reviewed = reviews_now(seed, month, providers, j, law, p)
    kept_up = kept_up_pay(providers.pay_last_march[j], law.earnings_since_april, p)
    if reviewed:
        keep_lead(providers, j, floor, kept_up, p)
    lead = providers.lead_from_earnings[j]
    unaided = new_care_pay(providers, j, unaided_before, floor, law.old_care_floor, reviewed, kept_up, lead, law, p)
    care = unaided
    if policy_on == 1 or care_before != unaided_before:
        # What a policy has lifted doesn't grow with earnings on top: the policy says how it goes on.
        floor = law.pay_floor[j, CARE_WORKER]
        old_floor = floor_before[j, CARE_WORKER]
        care = new_care_pay(providers, j, care_before, floor, old_floor, reviewed, 0.0, 0.0, law, p)
        care = max(care, unaided + ring_fence(providers, j, law, p))
    providers.unaided_pay[j, CARE_WORKER] = unaided
    providers.posted_pay[j, CARE_WORKER] = care
    for role in range(SENIOR, ROLE_COUNT):
        providers.unaided_pay[j, role] = other_pay(
            providers.unaided_pay[j, role], role, unaided_before, unaided, law.statutory_floor[j, role], law, p
        )
        providers.posted_pay[j, role] = other_pay(
            before[j, role], role, care_before, care, law.pay_floor[j, role], law, p
        )


@kernel
def uprate_staff(lo, hi, month, workers, providers, councils, peers, law, p, before, changed):
    """People in post in rows [lo, hi) follow the rate their employer posts.

    They follow the law when they come of age for it. Agency pay follows the rates that were posted nearby last month.
    """
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            if workers.status[i] == AGENCY:
                workers.pay[i] = going_agency_pay(councils, peers, workers.home_council[i], workers.role[i], p)
            continue
        j = workers.employer[i]
        if changed[j] == 0 and month - workers.birth_month[i] != law.adult_age * MONTHS_PER_YEAR:
            continue
        role = workers.role[i]
        floor = lawful_pay(workers, i, j, role, month, law, providers)
        pay = incumbent_pay(workers.pay[i], before[j, role], providers.posted_pay[j, role], floor, p)
        if has_steps(j, role, law):
            experience = month - workers.sector_start[i]
            pay = max(pay, step_pay(providers, j, role, experience, workers.qualified[i], law, p))
        workers.pay[i] = pay


@kernel
def peer_pay(lo, hi, providers, reach, peers, unaided_peers):
    """Mean pay of councils [lo, hi) by role: as posted, and as it would be posted without policies.

    Both are weighted by posts filled; the last value is kept where nobody is employed.
    """
    for council in range(lo, hi):
        for role in range(ROLE_COUNT):
            pay, unaided, posts = 0, 0, 0
            for n in range(reach.list_start[council], reach.list_start[council + 1]):
                j = reach.provider[n]
                if providers.active[j] == 1:
                    pay += providers.posted_pay[j, role] * providers.posts_filled[j, role]
                    unaided += providers.unaided_pay[j, role] * providers.posts_filled[j, role]
                    posts += providers.posts_filled[j, role]
            if posts > 0:
                peers[council, role] = pay // posts
                unaided_peers[council, role] = unaided // posts
