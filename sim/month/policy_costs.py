"""What each policy on pay adds to an hour of care at a provider, part by part, and which payer covers it, pence.

A part of the cost (`PayCost`) is covered once: of several policies that make it, `covers_sooner` says which one counts.
Differentials are shared out among all policies that lift care workers' floor, which is what makes them.
"""

from __future__ import annotations

from sim.jit import part
from sim.month.costs import hourly_staff_cost, mean_of_rates, mean_pay, ring_fence, seniors_added
from sim.rules.finance import (
    covers_sooner,
    differential,
    left_to_cover,
    lift_of_floor,
    part_left,
    part_of_lift,
    staff_cost,
)
from sim.rules.pay import follows_care_pay
from sim.units import DIRECT_ROLES, ON_COSTS, PayCost, Role

ROLE_COUNT, COST_COUNT = len(Role), len(PayCost)
FLOOR, DIFFERENTIALS = int(PayCost.FLOOR), int(PayCost.DIFFERENTIALS)
STEPS, TRAVEL = int(PayCost.STEPS), int(PayCost.TRAVEL)
CARE_WORKER, SENIOR = int(Role.CARE_WORKER), int(Role.SENIOR_CARE_WORKER)


@part
def of_direct_care(providers, j, amount):
    """An amount over all posts at the start for each of those in direct care, to the nearest whole one."""
    direct = 0
    for role in range(DIRECT_ROLES):
        direct += providers.posts_start[j, role]
    return (amount + direct // 2) // direct if direct > 0 else 0


@part
def highest_floor(law, j, role):
    """The highest floor that a policy sets for a role at provider `j`, pence/hour; 0 if none does."""
    highest = 0
    for policy in range(law.policy_cover.shape[0]):
        highest = max(highest, law.policy_floor[policy, j, role])
    return highest


@part
def rise_of_role(providers, j, role, law):
    """What floors by policy add to the posted rate of a role, pence/hour, apart from differentials."""
    top = min(providers.posted_pay[j, role], highest_floor(law, j, role))
    return max(top - providers.unaided_pay[j, role], 0)


@part
def lift_of_care_pay(law, j):
    """Lift of care workers' floor by policy above the lowest pay that law asks for, as a share of that."""
    return lift_of_floor(highest_floor(law, j, CARE_WORKER), law.statutory_floor[j, CARE_WORKER])


@part
def differential_of_role(providers, j, role, lift, law):
    """What a role has risen beyond its own floor because care workers' floor is lifted, pence/hour."""
    if not follows_care_pay(role):
        return 0
    now, before = providers.posted_pay[j, role], providers.unaided_pay[j, role]
    return differential(now, before, law.pay_floor[j, role], lift)


@part
def rises_by_policy(providers, j, law):
    """What policies add to posted rates, pence for each hour of direct care: up to floors, and above them.

    A floor lifts everybody below it, kitchens and cleaners, too. What goes beyond is a differential.
    """
    to_floors, above, lift = 0, 0, lift_of_care_pay(law, j)
    for role in range(ROLE_COUNT):
        posts = providers.posts_start[j, role]
        to_floors += rise_of_role(providers, j, role, law) * posts
        above += differential_of_role(providers, j, role, lift, law) * posts
    return of_direct_care(providers, j, to_floors), of_direct_care(providers, j, above)


@part
def own_pay(providers, j, law):
    """Mean posted pay of care workers and seniors less what policies in force add to it, pence/hour."""
    lift = lift_of_care_pay(law, j)
    return mean_of_rates(
        providers, j, own_pay_of_role(providers, j, CARE_WORKER, lift, law),
        own_pay_of_role(providers, j, SENIOR, lift, law),
    )  # fmt: skip


@part
def own_pay_of_role(providers, j, role, lift, law):
    """Posted pay of a role less what policies in force add to it, pence/hour."""
    added = rise_of_role(providers, j, role, law) + differential_of_role(providers, j, role, lift, law)
    return providers.posted_pay[j, role] - added


@part
def covered_up_to(law, j, role, payer, cost, policy):
    """Pay of a role up to which other policies cover it sooner than `policy` does, pence/hour."""
    height = 0
    for other in range(law.policy_cover.shape[0]):
        if other != policy and covers_sooner(
            law.policy_cover[other, payer, cost], law.policy_floor[other, j, role], other,
            law.policy_cover[policy, payer, cost], law.policy_floor[policy, j, role], policy,
        ):  # fmt: skip
            height = max(height, law.policy_floor[other, j, role])
    return height


@part
def takes_part(law, j, payer, policy, cost):
    """Whether a payer covers a part of the cost at provider `j` through a policy, and not through others alone."""
    if law.policy_binds[policy, j] == 0 or law.policy_cover[policy, payer, cost] <= 0.0:
        return False
    if cost % ON_COSTS == DIFFERENTIALS:  # each has its own part of them
        return True
    if cost % ON_COSTS == FLOOR:
        for role in range(ROLE_COUNT):
            if law.policy_floor[policy, j, role] > covered_up_to(law, j, role, payer, cost, policy):
                return True
        return False
    for other in range(law.policy_cover.shape[0]):
        if other != policy and law.policy_binds[other, j] == 1:
            shares = law.policy_cover[other, payer, cost], law.policy_cover[policy, payer, cost]
            if covers_sooner(shares[0], 0, other, shares[1], 0, policy):
                return False
    return True


@part
def part_of_its_own(providers, j, payer, policy, cost, law):
    """Part of what a policy asks of provider `j` that the payer covers through no other policy."""
    kind, rest, asked = cost % ON_COSTS, 0, 0
    if kind == FLOOR or kind == DIFFERENTIALS:
        for role in range(ROLE_COUNT if kind == FLOOR else 1):  # care workers' floor makes differentials
            floor, lowest = law.policy_floor[policy, j, role], law.statutory_floor[j, role]
            covered = max(lowest, covered_up_to(law, j, role, payer, cost, policy))
            posts = providers.posts_start[j, role]
            rest += max(floor - covered, 0) * posts
            asked += max(floor - lowest, 0) * posts
    return part_left(rest, asked)


@part
def rise_to_floors(providers, j, payer, policy, cost, law):
    """Rise to the floors of a policy that a payer covers through it, pence for each hour of direct care."""
    rise = 0
    for role in range(ROLE_COUNT):
        start = max(providers.unaided_pay[j, role], covered_up_to(law, j, role, payer, cost, policy))
        top = min(providers.posted_pay[j, role], law.policy_floor[policy, j, role])
        rise += max(top - start, 0) * providers.posts_start[j, role]
    return of_direct_care(providers, j, rise)


@part
def lift_covered(law, j, payer, policy, cost):
    """Lift of care workers' floor of which a payer covers the differentials through a policy, pence/hour.

    Laid out layer by layer, as rises to floors are.
    """
    covered = covered_up_to(law, j, CARE_WORKER, payer, cost, policy)
    return max(law.policy_floor[policy, j, CARE_WORKER] - max(law.statutory_floor[j, CARE_WORKER], covered), 0)


@part
def lift_of_all(law, j):
    """What all policies together add to care workers' floor at provider `j`, pence/hour."""
    return max(highest_floor(law, j, CARE_WORKER) - law.statutory_floor[j, CARE_WORKER], 0)


@part
def rises_here(providers, j, law, p):
    """What is the same for all policies and payers at provider `j`, pence for each hour of direct care.

    Rises to floors and above them (`rises_by_policy`), and what a ring-fenced rise of fees pays for of both.
    """
    to_floors, above = rises_by_policy(providers, j, law)
    return to_floors, above, ring_fence(providers, j, law, p)


@part
def rise_covered(providers, j, payer, policy, cost, rises, law):
    """Rise of mean pay by a policy of which a payer covers a part, pence for each hour of direct care.

    What a ring-fenced rise of fees pays for already is left out: it meets floors first, then differentials.
    """
    to_floors, above, fenced = rises
    kind = cost % ON_COSTS
    if kind == FLOOR:
        return left_to_cover(rise_to_floors(providers, j, payer, policy, cost, law), to_floors, fenced)
    if kind == DIFFERENTIALS:
        left = left_to_cover(above, above, max(fenced - to_floors, 0))
        return part_of_lift(left, lift_covered(law, j, payer, policy, cost), lift_of_all(law, j))
    return providers.progression[j] if kind == STEPS else seniors_added(providers, j, law)


@part
def wages_or_on_costs(providers, j, pay, travel_paid, on_costs, law, p):
    """Wages of an hour of direct care without what employers pay on top, or that alone, pence."""
    wages = staff_cost(pay, providers.travel_share[j] * law.travel_time[j], travel_paid, 0.0)
    return hourly_staff_cost(providers, j, pay, travel_paid, 0, law, p) - wages if on_costs else wages


@part
def policy_cost(providers, j, payer, policy, cost, rises, law, p):
    """What a payer covers a part of through a policy: one part of the cost (`PayCost`) of an hour of care, pence.

    `rises` is what `rises_here` says.
    """
    pay, own, on_costs = mean_pay(providers, j, providers.unaided_pay), providers.travel_paid_share[j], cost >= ON_COSTS
    travel = max(own, law.travel_paid_share[j])
    before = wages_or_on_costs(providers, j, pay, travel, on_costs, law, p)
    if cost % ON_COSTS == TRAVEL:
        return before - wages_or_on_costs(providers, j, pay, own, on_costs, law, p)
    rise = rise_covered(providers, j, payer, policy, cost, rises, law)
    return wages_or_on_costs(providers, j, pay + rise, travel, on_costs, law, p) - before


@part
def covered_at_own_cost(providers, j, payer, law, p):
    """What a payer would cover of the cost of policies on pay at provider `j` itself, pence an hour of care."""
    met, rises = 0.0, rises_here(providers, j, law, p)
    for policy in range(law.policy_cover.shape[0]):
        for cost in range(COST_COUNT):
            if takes_part(law, j, payer, policy, cost):
                own = policy_cost(providers, j, payer, policy, cost, rises, law, p)
                met += law.policy_cover[policy, payer, cost] * own
    return met


@part
def cost_of_all_policies(providers, j, law, p):
    """What policies on pay cost an hour of care at provider `j`, on-costs included, whoever covers it, pence."""
    pay, own = mean_pay(providers, j, providers.unaided_pay), providers.travel_paid_share[j]
    to_floors, above = rises_by_policy(providers, j, law)
    lifted = pay + to_floors + above + providers.progression[j] + seniors_added(providers, j, law)
    travel = max(own, law.travel_paid_share[j])
    return hourly_staff_cost(providers, j, lifted, travel, 0, law, p) - hourly_staff_cost(
        providers, j, pay, own, 0, law, p
    )
