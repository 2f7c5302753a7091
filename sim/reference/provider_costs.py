"""Providers: what an hour of their care costs and what is paid for it, pence."""

from __future__ import annotations

from sim.reference.policy_bills import PolicyBills
from sim.rules.finance import (
    cost_to_cover,
    fee_policy,
    left_of_pay,
    part_met,
    priced_at_cost,
    supplement,
    terms_of_an_hour,
    unit_margin,
)
from sim.units import Payer, Role

CARE_WORKER, SENIOR = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value


class ProviderCosts(PolicyBills):
    """What an hour of care costs a provider, with and without policies, and the prices that payers pay."""

    def pay_now(self) -> int:
        """Mean pay of care staff at the rates now posted, with steps above them and more seniors by policy."""
        return self.mean_pay(self.posted_pay) + self.progression + self.seniors_added

    def unaided_unit_cost(self) -> int:
        """Cost of an hour of care as it would be without policies on pay and terms."""
        pay = self.mean_pay(self.unaided_pay)
        return self.hourly_staff_cost(pay, self.travel_paid_share, with_terms=False) + self.other_cost

    def cost_of_terms(self) -> int:
        """What better terms and programmes for staff add by policy to an hour of care, at the wages last paid."""
        law, row = self.model.law, self.row
        benefits, programmes = law.benefit_cost[row], law.programme_cost[row]
        return terms_of_an_hour(self.wage_bill, benefits, programmes, self.demand, self.staff_minutes, self.model.p)

    def set_prices(self) -> None:
        """What each payer pays this month: the fee, policy uplifts, cover of policy costs and recovery funds."""
        law, row = self.model.law, self.row
        from_terms, terms = self.cost_of_terms(), law.benefit_cost[row] + law.programme_cost[row]
        for payer in Payer:
            for_pay, granted = self.pay_covered(payer)
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

    def pay_covered(self, payer: int) -> tuple[int, int]:
        """What a payer adds to the fee for policies on pay, and how much of it is new money."""
        typical = self.council.typical_costs[self.service][payer]
        covered = granted = 0.0
        for bill in self.bills(payer):
            own = self.by_own_cost(payer, bill.policy)
            rate = typical[bill.policy][bill.cost] * self.part_of_its_own(payer, bill.policy, bill.cost)
            met = bill.share * cost_to_cover(bill.pence, rate, own)
            covered += met
            if self.model.law.policy_new_money[bill.policy][payer]:
                granted += met
        return supplement(covered), supplement(granted)

    def charged(self, payer: int) -> int:
        """Cost of an hour of care that the payer's fee follows: what is met beside the fee is no part of it."""
        without, before, own = self.unaided_unit_cost(), self.mean_pay(self.unaided_pay), self.travel_paid_share
        if priced_at_cost(self.sector):
            return without + self.left_by(payer, self.hourly_staff_cost(before, own, with_terms=False))
        paid = self.own_pay()
        paid += min(self.mean_pay(self.posted_pay) - paid, self.ring_fenced_rise())
        staff = self.hourly_staff_cost(paid, own, with_terms=False)
        return without + staff - self.hourly_staff_cost(before, own, with_terms=False)

    def left_by(self, payer: int, before: int) -> int:
        """What of the cost of policies a payer leaves, where staff would cost `before` without them."""
        law, row = self.model.law, self.row
        met = 0.0
        for bill in self.bills(payer):
            met += bill.share * bill.pence
        paid = self.hourly_staff_cost(self.pay_now(), self.travel_paid, with_terms=False)
        with_terms = self.hourly_staff_cost(self.pay_now(), self.travel_paid)
        of_pay = left_of_pay(paid - before, self.all_policies(), met)
        share = part_met(law.terms_cover[row][payer], law.benefit_cost[row] + law.programme_cost[row])
        left = supplement(of_pay + (with_terms - paid) * (1.0 - share))
        return left + self.fixed_cost(law.establishment_cost[row] - law.establishment_cover[row][payer])

    @property
    def council_unit_margin(self) -> float:
        """Margin on one more hour of council-bought care, share of the price."""
        cost = self.hourly_staff_cost(self.pay_now(), self.travel_paid)
        return unit_margin(self.price[Payer.COUNCIL], cost, self.other_cost)
