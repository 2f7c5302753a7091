"""Providers: what an hour of their care costs and what is paid for it, pence."""

from __future__ import annotations

from sim.reference.provider_state import ProviderState
from sim.rules.finance import (
    cost_to_cover,
    fee_policy,
    of_most_cover,
    on_costs_at_margin,
    part_met,
    priced_at_cost,
    ring_fenced_pay,
    staff_cost,
    supplement,
    terms_of_an_hour,
    unit_margin,
)
from sim.rules.pay import cost_of_mix
from sim.units import DIRECT_CARE_ROLES, Payer, Role

CARE_WORKER, SENIOR = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value


class ProviderCosts(ProviderState):
    """What an hour of care costs a provider, with and without policies, and the prices that payers pay."""

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

    def pay_now(self) -> int:
        """Mean pay of care staff at the rates now posted, with steps above them and more seniors by policy."""
        return self.mean_pay(self.posted_pay) + self.progression + self.seniors_added

    def unit_costs(self) -> tuple[int, int]:
        """Cost of an hour of care with and without policies on pay and terms."""
        with_policy = self.hourly_staff_cost(self.pay_now(), self.travel_paid)
        without = self.hourly_staff_cost(self.mean_pay(self.unaided_pay), self.travel_paid_share, with_terms=False)
        fixed = self.fixed_cost(self.model.law.establishment_cost[self.row])
        return with_policy + fixed + self.other_cost, without + self.other_cost

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
        return ring_fenced_pay(extra, share, self.travel_now, self.travel_paid_share, on_costs)

    def rises_by_policy(self, payer: int) -> tuple[int, int]:
        """What policies add to posted rates for each hour of direct care: by floors that a payer covers, and above."""
        direct = sum(self.posts_start[role] for role in DIRECT_CARE_ROLES)
        if direct == 0:
            return 0, 0
        law, rises = self.model.law, {True: 0, False: 0}
        for role in Role:
            before = self.unaided_pay[role]
            by_floor = law.covered_roles[self.row][payer][role] > 0.0 and before < law.pay_floor[self.row][role]
            rises[by_floor] += max(self.posted_pay[role] - before, 0) * self.posts_start[role]
        return rises[True] // direct, rises[False] // direct

    def policy_costs(self, payer: int) -> list[int]:
        """What policies on pay add to an hour for a payer, by `PayCost`: wages of each part, then their on-costs."""
        pay, (by_floor, above), fenced = (
            self.mean_pay(self.unaided_pay),
            self.rises_by_policy(payer),
            self.ring_fenced_rise(),
        )
        lifted = pay + max(by_floor - fenced, 0)
        all_lifted = lifted + max(above - max(fenced - by_floor, 0), 0)
        own, now = self.travel_paid_share, self.travel_paid
        changes = [
            ((pay, now), (lifted, now)),
            ((lifted, now), (all_lifted, now)),
            ((pay, now), (pay + self.progression, now)),
            ((pay, now), (pay + self.seniors_added, now)),
            ((pay, own), (pay, now)),
        ]
        wages = [self.wages_of(*after) - self.wages_of(*before) for before, after in changes]
        in_all = [
            self.hourly_staff_cost(*after, with_terms=False) - self.hourly_staff_cost(*before, with_terms=False)
            for before, after in changes
        ]
        return [*wages, *(whole - part for whole, part in zip(in_all, wages, strict=True))]

    def wages_of(self, pay: int, travel_paid: float) -> int:
        """Wages of an hour of direct care, without on-costs."""
        return staff_cost(pay, self.travel_now, travel_paid, 0.0)

    def cost_of_terms(self) -> int:
        """What better terms and programmes for staff add by policy to an hour of care, at the wages last paid."""
        law, row = self.model.law, self.row
        benefits, programmes = law.benefit_cost[row], law.programme_cost[row]
        return terms_of_an_hour(self.wage_bill, benefits, programmes, self.demand, self.staff_minutes, self.model.p)

    def covers_pay(self, payer: int) -> bool:
        """Whether a payer covers anything of what policies on pay cost here."""
        return any(share > 0.0 for share in self.model.law.pay_cover[self.row][payer])

    def by_own_cost(self, payer: int, cost: int) -> bool:
        """Whether a payer covers what a policy costs this provider itself."""
        law = self.model.law
        own = payer == Payer.SELF_FUNDER or priced_at_cost(self.sector)
        covered, fenced = law.pay_cover[self.row][payer][cost], law.pay_cover_ring_fenced[self.row][payer][cost]
        return own or of_most_cover(covered, fenced)

    def policy_cover(self, payer: int) -> tuple[int, int]:
        """What a payer adds to the fee for policies on pay, and how much of it is new money."""
        if not self.covers_pay(payer):
            return 0, 0
        law, typical = self.model.law, self.council.typical_costs[self.service][payer]
        covered = granted = 0.0
        for cost, own in enumerate(self.policy_costs(payer)):
            share = law.pay_cover[self.row][payer][cost]
            if share > 0.0:
                met = share * cost_to_cover(own, typical[cost], self.by_own_cost(payer, cost))
                covered += met
                if of_most_cover(share, law.pay_cover_from_grant[self.row][payer][cost]):
                    granted += met
        return supplement(covered), supplement(granted)

    def set_prices(self) -> None:
        """What each payer pays this month: the fee, policy uplifts, cover of policy costs and recovery funds."""
        law, row = self.model.law, self.row
        from_terms, terms = self.cost_of_terms(), law.benefit_cost[row] + law.programme_cost[row]
        for payer in Payer:
            for_pay, granted = self.policy_cover(payer)
            for_terms = supplement(from_terms * part_met(law.terms_cover[row][payer], terms))
            for_terms += self.fixed_cost(law.establishment_cover[row][payer])
            granted += law.recovery_grant
            granted += supplement(from_terms * part_met(law.terms_cover_from_grant[row][payer], terms))
            granted += self.fixed_cost(law.establishment_cover_from_grant[row][payer])
            uplift = 0
            if payer == Payer.COUNCIL:
                multiplier = fee_policy(self.sector, law.council_fee[self.council.row][self.service])
                uplift = int(self.fee[payer] * (multiplier - 1.0))
                if law.council_fee_from_grant[self.council.row][self.service] and uplift > 0:
                    granted += uplift
            self.price[payer] = self.fee[payer] + uplift + for_pay + for_terms + law.recovery_grant
            self.grant[payer] = granted

    @property
    def council_unit_margin(self) -> float:
        """Margin on one more hour of council-bought care, share of the price."""
        cost = self.hourly_staff_cost(self.pay_now(), self.travel_paid)
        return unit_margin(self.price[Payer.COUNCIL], cost, self.other_cost)
