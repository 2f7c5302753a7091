"""Providers: what an hour of their care costs and what is paid for it, pence."""

from __future__ import annotations

from sim.reference.provider_state import ProviderState
from sim.rules.finance import (
    cost_to_cover,
    fee_policy,
    floor_grant,
    on_costs_at_margin,
    paid_from_grant,
    part_met,
    priced_at_cost,
    ring_fenced_pay,
    staff_cost,
    terms_of_an_hour,
    unit_margin,
)
from sim.rules.pay import cost_of_mix
from sim.units import Payer, Role

CARE_WORKER, SENIOR = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value


class ProviderCosts(ProviderState):
    """What an hour of care costs a provider, with and without policies, and the prices that payers pay."""

    def hourly_staff_cost(self, pay: int, travel_paid: float, with_terms: bool = True) -> int:
        """Staff cost of an hour of direct care with on-costs at the margin, and what terms cost by policy, or not."""
        law, p = self.model.law, self.model.p
        benefits, programmes = (law.benefit_cost[self.row], law.programme_cost[self.row]) if with_terms else (0.0, 0.0)
        on_costs = on_costs_at_margin(law.nic_rate, law.pension_rate, benefits, p) + programmes
        return staff_cost(pay, self.travel_now, travel_paid, on_costs)

    def mean_pay(self, rates: list[int], with_seniors: bool = True) -> int:
        """Mean rate of care workers, and of seniors if asked, weighted by posts at the start."""
        roles = (CARE_WORKER, SENIOR) if with_seniors else (CARE_WORKER,)
        posts = sum(self.posts_start[role] for role in roles)
        if posts == 0:
            return rates[CARE_WORKER]
        return sum(rates[role] * self.posts_start[role] for role in roles) // posts

    def pay_now(self, with_seniors: bool = True) -> int:
        """Mean pay of care staff at the rates now posted, with steps above them and more seniors by policy."""
        mix = cost_of_mix(
            self.posts_start[CARE_WORKER],
            self.posts_start[SENIOR],
            self.model.law.senior_posts_share[self.row],
            self.posted_pay[CARE_WORKER],
            self.posted_pay[SENIOR],
        )
        return self.mean_pay(self.posted_pay, with_seniors) + self.progression + mix

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

    def policy_costs(self) -> tuple[int, int]:
        """What floors and steps of pay, and what travel rules, add by policy to an hour, as far as cover counts."""
        law, row = self.model.law, self.row

        def cost(pay: int, travel_paid: float) -> int:
            if law.cover_on_costs[row]:
                return self.hourly_staff_cost(pay, travel_paid, with_terms=False)
            return staff_cost(pay, self.travel_now, travel_paid, 0.0)

        with_seniors = bool(law.cover_differentials[row])
        now = self.pay_now(with_seniors)
        without = self.mean_pay(self.unaided_pay, with_seniors)
        paid_by_law = cost(without, self.travel_paid)
        paid_by_fees = cost(without + self.ring_fenced_rise(), self.travel_paid)
        from_floor = cost(now, self.travel_paid) - paid_by_fees
        from_travel = paid_by_law - cost(without, self.travel_paid_share)
        return max(from_floor, 0), max(from_travel, 0)

    def cost_of_terms(self) -> int:
        """What better terms and programmes for staff add by policy to an hour of care, at the wages last paid."""
        law, row = self.model.law, self.row
        benefits, programmes = law.benefit_cost[row], law.programme_cost[row]
        return terms_of_an_hour(self.wage_bill, benefits, programmes, self.demand, self.staff_minutes, self.model.p)

    def policy_cover(self, payer: int) -> tuple[int, int]:
        """What a payer adds to the fee for floors and steps of pay, and for travel rules."""
        law, row = self.model.law, self.row
        own_cost = payer == Payer.SELF_FUNDER or priced_at_cost(self.sector)
        typical = self.council.typical_costs[self.service][payer]
        fenced = law.floor_cover_ring_fenced[row], law.travel_cover_ring_fenced[row]
        floor, travel = (
            cost_to_cover(own, usual, own_cost or bool(ring_fenced))
            for own, usual, ring_fenced in zip(self.policy_costs(), typical, fenced, strict=True)
        )
        return floor_grant(floor, law.floor_cover[row][payer]), floor_grant(travel, law.travel_cover[row][payer])

    def set_prices(self) -> None:
        """What each payer pays this month: the fee, policy uplifts, cover of policy costs and recovery funds."""
        law, row = self.model.law, self.row
        from_terms, terms = self.cost_of_terms(), law.benefit_cost[row] + law.programme_cost[row]
        for payer in Payer:
            for_floor, for_travel = self.policy_cover(payer)
            for_terms = floor_grant(from_terms, part_met(law.terms_cover[row][payer], terms))
            for_terms += self.fixed_cost(law.establishment_cover[row][payer])
            granted = law.recovery_grant
            granted += floor_grant(from_terms, part_met(law.terms_cover_from_grant[row][payer], terms))
            granted += self.fixed_cost(law.establishment_cover_from_grant[row][payer])
            if paid_from_grant(law.floor_cover[row][payer], law.floor_cover_from_grant[row][payer]):
                granted += for_floor
            if paid_from_grant(law.travel_cover[row][payer], law.travel_cover_from_grant[row][payer]):
                granted += for_travel
            uplift = 0
            if payer == Payer.COUNCIL:
                multiplier = fee_policy(self.sector, law.council_fee[self.council.row][self.service])
                uplift = int(self.fee[payer] * (multiplier - 1.0))
                if law.council_fee_from_grant[self.council.row][self.service] and uplift > 0:
                    granted += uplift
            self.price[payer] = self.fee[payer] + uplift + for_floor + for_travel + for_terms + law.recovery_grant
            self.grant[payer] = granted

    @property
    def council_unit_margin(self) -> float:
        """Margin on one more hour of council-bought care, share of the price."""
        cost = self.hourly_staff_cost(self.pay_now(), self.travel_paid)
        return unit_margin(self.price[Payer.COUNCIL], cost, self.other_cost)
