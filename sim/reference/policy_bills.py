"""Providers: what an hour of care costs with policies on pay, and which payer covers which part of it, pence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.reference.provider_state import ProviderState
from sim.rules.finance import (
    covers_sooner,
    differential,
    fee_policy,
    left_to_cover,
    lift_of_floor,
    on_costs_at_margin,
    part_left,
    part_of_lift,
    priced_at_cost,
    ring_fenced_pay,
    staff_cost,
)
from sim.rules.pay import cost_of_mix, follows_care_pay
from sim.units import DIRECT_CARE_ROLES, ON_COSTS, PayCost, Payer, Role

CARE_WORKER, SENIOR = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value


class Bill(NamedTuple):
    """A part of a policy's cost that a payer covers a share of."""

    policy: int
    cost: int
    share: float
    pence: int
    """All of that cost in an hour of care."""


class PolicyBills(ProviderState):
    """What policies on pay cost a provider."""

    def hourly_staff_cost(self, pay: int, travel_paid: float, with_terms: bool = True) -> int:
        """Staff cost of an hour of direct care with on-costs at the margin, and what terms cost by policy, or not."""
        law, p = self.model.law, self.model.p
        benefits, programmes = (law.benefit_cost[self.row], law.programme_cost[self.row]) if with_terms else (0.0, 0.0)
        on_costs = on_costs_at_margin(law.nic_rate, law.pension_rate, benefits, p) + programmes
        return staff_cost(pay, self.travel_now, travel_paid, on_costs)

    def mean_pay(self, rates: list[int]) -> int:
        """Mean rate of care workers and seniors, weighted by posts at the start."""
        posts = self.posts_start[CARE_WORKER] + self.posts_start[SENIOR]
        if posts == 0:
            return rates[CARE_WORKER]
        return sum(rates[role] * self.posts_start[role] for role in (CARE_WORKER, SENIOR)) // posts

    @property
    def seniors_added(self) -> int:
        """What more senior posts by policy add to the mean pay of care staff."""
        return cost_of_mix(
            self.posts_start[CARE_WORKER],
            self.posts_start[SENIOR],
            self.model.law.senior_posts_share[self.row],
            self.posted_pay[CARE_WORKER],
            self.posted_pay[SENIOR],
        )

    def ring_fenced_rise(self) -> int:
        """Rise of pay that spends the ring-fenced part of a policy fee rise, pence/hour."""
        law = self.model.law
        share = law.fee_ring_fenced[self.row]
        multiplier = fee_policy(self.sector, law.council_fee[self.council.row][self.service])
        if share <= 0.0 or multiplier <= 1.0 or self.demand <= 0:
            return 0
        from_council = self.demand_minutes[Payer.COUNCIL] / self.demand
        extra = int(self.fee[Payer.COUNCIL] * (multiplier - 1.0) * from_council)
        on_costs = on_costs_at_margin(law.nic_rate, law.pension_rate, law.benefit_cost[self.row], self.model.p)
        return ring_fenced_pay(extra, share, self.travel_now, self.travel_paid, on_costs)

    def by_own_cost(self, payer: int, policy: int) -> bool:
        """Whether a payer covers what a policy costs this provider itself."""
        own = payer == Payer.SELF_FUNDER or priced_at_cost(self.sector)
        return own or bool(self.model.law.policy_ring_fenced[policy])

    def part_of_its_own(self, payer: int, policy: int, cost: int) -> float:
        """Part of what a policy asks of this provider that the payer covers through no other policy."""
        kind = cost % ON_COSTS
        roles = {PayCost.FLOOR: list(Role), PayCost.DIFFERENTIALS: [Role.CARE_WORKER]}.get(PayCost(kind), [])
        shares = {n: float(cover[payer][cost]) for n, cover in enumerate(self.model.law.policy_cover)}
        rest = asked = 0
        for role in roles:
            floors, lowest = self.floors_of(role), int(self.model.law.statutory_floor[self.row][role])
            sooner = [
                floors[n]
                for n in shares
                if n != policy and covers_sooner(shares[n], floors[n], n, shares[policy], floors[policy], policy)
            ]
            rest += max(floors[policy] - max([lowest, *sooner]), 0) * self.posts_start[role]
            asked += max(floors[policy] - lowest, 0) * self.posts_start[role]
        return part_left(rest, asked)

    def bills(self, payer: int) -> Iterator[Bill]:
        """What a payer covers a share of: by policy, and part by part of its cost."""
        law = self.model.law
        for policy, covers in enumerate(law.policy_cover):
            for cost in PayCost:
                counts, rise = self.rise_through(policy, payer, cost)
                if counts:
                    yield Bill(policy, int(cost), float(covers[payer][cost]), self.of_an_hour(cost, rise))

    def rise_through(self, policy: int, payer: int, cost: PayCost) -> tuple[bool, int]:
        """Whether a payer covers a part of the cost through a policy, and what of it raises pay for an hour."""
        law = self.model.law
        sharing = [n for n, cover in enumerate(law.policy_cover) if cover[payer][cost] > 0.0 and self.bound_by(n)]
        if policy not in sharing:
            return False, 0
        kind = PayCost(cost % ON_COSTS)
        if kind == PayCost.FLOOR:
            layers = self.layers(payer, cost, sharing)
            return policy in layers, self.not_fenced(layers.get(policy, 0))
        if kind == PayCost.DIFFERENTIALS:
            return True, part_of_lift(self.above_floors, *self.lift_through(policy, payer, cost, sharing))
        first = self.soonest(payer, cost, dict.fromkeys(sharing, 0))
        by_kind = {
            PayCost.STEPS: self.progression,
            PayCost.SENIOR_POSTS: self.seniors_added,
            PayCost.TRAVEL: 0,
        }
        return policy == first, by_kind[kind]

    def bound_by(self, policy: int) -> bool:
        """Whether a policy covers this provider."""
        return bool(self.model.law.policy_binds[policy][self.row])

    def layers(self, payer: int, cost: PayCost, sharing: list[int]) -> dict[int, int]:
        """By policy through which a payer covers any pay at all: the rise it covers, for each hour of direct care.

        Pay is laid out floor by floor. Each layer is covered through that policy, of those whose floors reach to the
        top of it, by which it is covered soonest.
        """
        law, rises = self.model.law, dict[int, int]()
        for role in Role:
            heights = {n: int(law.policy_floor[n][self.row][role]) for n in sharing}
            below = 0
            for top in sorted({height for height in heights.values() if height > 0}):
                through = self.soonest(payer, cost, {n: height for n, height in heights.items() if height >= top})
                rise = max(min(self.posted_pay[role], top) - max(self.unaided_pay[role], below), 0)
                rises[through] = rises.get(through, 0) + rise * self.posts_start[role]
                below = top
        return {n: self.of_direct_care(rise) for n, rise in rises.items()}

    def soonest(self, payer: int, cost: PayCost, heights: dict[int, int]) -> int:
        """The policy through which a payer covers a rise that all of these ask for, each as far as its floor goes."""
        shares = {n: float(self.model.law.policy_cover[n][payer][cost]) for n in heights}
        found, *others = heights
        for n in others:
            if covers_sooner(shares[n], heights[n], n, shares[found], heights[found], found):
                found = n
        return found

    def of_direct_care(self, amount: int) -> int:
        """An amount over all posts for each of those in direct care, to the nearest whole one."""
        direct = sum(self.posts_start[role] for role in DIRECT_CARE_ROLES)
        return (amount + direct // 2) // direct if direct > 0 else 0

    @property
    def to_floors(self) -> int:
        """What floors by policy add to posted rates for each hour of direct care."""
        return self.of_direct_care(sum(self.rise_of(role) * self.posts_start[role] for role in Role))

    def rise_of(self, role: Role) -> int:
        """What floors by policy add to the posted rate of a role."""
        highest = max(self.floors_of(role), default=0)
        return max(min(self.posted_pay[role], highest) - self.unaided_pay[role], 0)

    def lift_through(self, policy: int, payer: int, cost: PayCost, sharing: list[int]) -> tuple[int, int]:
        """Lift of care workers' floor that a payer covers through a policy, layer by layer, and all of it by policy."""
        floors, lowest = self.floors_of(CARE_WORKER), int(self.model.law.statutory_floor[self.row][CARE_WORKER])
        through, below = 0, lowest
        for top in sorted({floors[n] for n in sharing if floors[n] > lowest}):
            if policy == self.soonest(payer, cost, {n: floors[n] for n in sharing if floors[n] >= top}):
                through += top - below
            below = top
        return through, max(max(floors) - lowest, 0)

    def floors_of(self, role: int) -> list[int]:
        """By policy: the floor it sets for a role; 0 for none."""
        return [int(floors[self.row][role]) for floors in self.model.law.policy_floor]

    def differential_of(self, role: Role) -> int:
        """What a role has risen beyond its own floor because care workers' floor is lifted."""
        if not follows_care_pay(role):
            return 0
        law = self.model.law
        highest, lowest = max(self.floors_of(CARE_WORKER), default=0), int(law.statutory_floor[self.row][CARE_WORKER])
        lift = lift_of_floor(highest, lowest)
        return differential(self.posted_pay[role], self.unaided_pay[role], law.pay_floor[self.row][role], lift)

    def own_pay(self) -> int:
        """Mean posted pay of care workers and seniors less what policies in force add to it."""
        return self.mean_pay([self.posted_pay[role] - self.rise_of(role) - self.differential_of(role) for role in Role])

    @property
    def all_differentials(self) -> int:
        """What policies have raised posted rates beyond floors, for each hour of direct care."""
        return self.of_direct_care(sum(self.differential_of(role) * self.posts_start[role] for role in Role))

    @property
    def above_floors(self) -> int:
        """The same, less what a ring-fenced rise of fees pays for once floors are met."""
        above = self.all_differentials
        return left_to_cover(above, above, max(self.ring_fenced_rise() - self.to_floors, 0))

    def not_fenced(self, rise: int) -> int:
        """What is left of a rise to floors when a ring-fenced rise of fees has paid for its part of all of them."""
        return left_to_cover(rise, self.to_floors, self.ring_fenced_rise())

    def of_an_hour(self, cost: PayCost, rise: int) -> int:
        """One part of the cost of an hour of care: wages, or what employers pay on top of them."""
        pay, own, now = self.mean_pay(self.unaided_pay), self.travel_paid_share, self.travel_paid
        before, after = (
            ((pay, own), (pay, now)) if cost % ON_COSTS == PayCost.TRAVEL else ((pay, now), (pay + rise, now))
        )
        wages = self.wages_of(*after) - self.wages_of(*before)
        if cost < ON_COSTS:
            return wages
        full = self.hourly_staff_cost(*after, with_terms=False) - self.hourly_staff_cost(*before, with_terms=False)
        return full - wages

    def wages_of(self, pay: int, travel_paid: float) -> int:
        """Wages of an hour of direct care, without on-costs."""
        return staff_cost(pay, self.travel_now, travel_paid, 0.0)

    def all_policies(self) -> int:
        """What policies on pay cost an hour of care, on-costs included, whoever covers it."""
        pay = self.mean_pay(self.unaided_pay)
        lifted = pay + self.to_floors + self.all_differentials + self.progression + self.seniors_added
        before = self.hourly_staff_cost(pay, self.travel_paid_share, with_terms=False)
        return self.hourly_staff_cost(lifted, self.travel_paid, with_terms=False) - before
