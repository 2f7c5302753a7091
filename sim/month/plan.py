"""Employers plan their posts, and a central body plans how many people it brings to fill them."""

from __future__ import annotations

from sim.draws import REPEAT, Purpose, uniform
from sim.jit import kernel, part
from sim.rules.assessment import assessor_posts
from sim.rules.plan import planned_interest, shortage_projected
from sim.rules.staffing import care_posts_sought, cover_for_absence, posts_handed, posts_sought
from sim.units import DIRECT_ROLES, PLAN_MEMORY, Role, Sector

ROLE_COUNT = len(Role)
CARE_WORKER, SENIOR, NURSE = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER), int(Role.REGISTERED_NURSE)
SOCIAL_WORKER, THERAPIST = int(Role.SOCIAL_WORKER), int(Role.OCCUPATIONAL_THERAPIST)
COUNCIL_SECTOR = int(Sector.COUNCIL)


@kernel
def plan_posts(lo, hi, seed, providers, law, p):
    """Posts that providers in rows [lo, hi) would staff at today's fees, and those of councils' assessment teams."""
    cover = cover_for_absence(law.absence, p)
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            if providers.active[j] == 0:
                providers.posts_sought[j, role] = 0
                continue
            u = uniform(seed, providers.uid[j], 0, Purpose.ROUNDING + REPEAT * role)
            if providers.sector[j] == COUNCIL_SECTOR and (role == SOCIAL_WORKER or role == THERAPIST):
                posts, multiplier = providers.posts_start[j, role], law.assessment_posts[providers.council[j], role]
                providers.posts_sought[j, role] = assessor_posts(posts, multiplier, u)
                continue
            posts = posts_of_team(seed, providers, j, role, law)
            sought, capacity = providers.sought_minutes[j], providers.capacity_minutes[j]
            if role < DIRECT_ROLES and capacity > 0:
                providers.posts_sought[j, role] = care_posts_sought(
                    posts,
                    providers.posts_filled[j, role],
                    providers.minutes_at_start[j],
                    providers.minutes_each[j],
                    providers.recruit_minutes[j],
                    cover * (sought / capacity),
                    law.time_for_care[j],
                    u,
                )
            else:
                providers.posts_sought[j, role] = posts_sought(posts, sought, capacity, u)


@part
def posts_of_team(seed, providers, j, role, law):
    """Posts of a role at provider `j` at the start, with those that a policy turns into posts of seniors."""
    posts = providers.posts_start[j, role]
    if role == CARE_WORKER:
        return posts - handed_over(seed, providers, j, CARE_WORKER, 0, law.senior_posts_share[j])
    if role == NURSE:
        return posts - handed_over(seed, providers, j, NURSE, 1, law.nurse_posts_handed[j])
    if role == SENIOR:
        return (
            posts
            + handed_over(seed, providers, j, CARE_WORKER, 0, law.senior_posts_share[j])
            + handed_over(seed, providers, j, NURSE, 1, law.nurse_posts_handed[j])
        )
    return posts


@part
def handed_over(seed, providers, j, role, number, share):
    """Posts of a role at provider `j` that become posts of seniors where a share of them is to."""
    if share <= 0.0:
        return 0
    u = uniform(seed, providers.uid[j], 0, Purpose.POSTS_HANDED + REPEAT * number)
    return posts_handed(providers.posts_start[j, role], share, u)


@kernel
def plan_recruitment(lo, hi, month, councils, providers, reach, law):
    """Councils [lo, hi): posts sought and filled are written down, and what was written some months ago is acted on."""
    now, seen = month % PLAN_MEMORY, (month - law.plan_lead_months) % PLAN_MEMORY
    for council in range(lo, hi):
        sought, filled = 0, 0
        for n in range(reach.list_start[council], reach.list_start[council + 1]):
            j = reach.provider[n]
            for role in range(ROLE_COUNT):
                sought += providers.posts_sought[j, role]
                filled += providers.posts_filled[j, role]
        councils.sought_before[council, now] = sought
        councils.filled_before[council, now] = filled
        shortage = shortage_projected(
            councils.sought_before[council, seen], councils.filled_before[council, seen], law.plan_error
        )
        councils.planned_interest[council] = planned_interest(shortage, law.plan_target, law.plan_response)
