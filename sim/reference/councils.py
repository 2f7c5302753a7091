"""Councils: need, money, what is bought from whom, and where people of the council could work."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.reference.provider_state import HOMES
from sim.rules.budget import affordable_uplift, overspend_allowed
from sim.rules.commissioning import (
    can_be_placed,
    catchment_next,
    change_this_month,
    given_nearby,
    planned_share,
    rationing,
    shared_out,
    smaller_packages,
)
from sim.rules.finance import (
    fee_after_cost_rise,
    price_at_cost,
    priced_at_cost,
    still_missed,
    visits_paid_for,
    weekly_income,
)
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, WEEKS_PER_YEAR, PayCost, Payer, Role, Sector, Service

if TYPE_CHECKING:
    from sim.reference.markets import Market
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider


class Council(mesa.Agent):
    """A council that commissions care. Attributes are those of `LocalAuthority`, lists where columns have a shape."""

    model: ReferenceModel
    uid: int
    region: int
    ics: int
    pool: int
    looking: int
    need_minutes: list[list[int]]
    bought_minutes: list[list[int]]
    waiting_minutes: list[list[int]]
    catchment_minutes: list[list[int]]
    micro_minutes: list[int]
    budget: int
    spent: int
    trimmed_minutes: list[list[int]]
    budget_parts: list[int]
    balance: int
    repayment: int
    planned_share: float

    clients: list[float]
    awaiting: list[float]
    assessed: list[float]
    spared: list[float]
    person_minutes: list[list[float]]
    clients_start: float
    team_start: list[float]
    team: list[float]
    team_agency: list[float]
    agency_cost: int
    effort: float
    months_waited: float
    unpaid_carers: float
    carers_minutes: float
    sought_before: list[int]
    filled_before: list[int]
    planned_interest: float
    planned_people: int
    agency_use: float
    agency_price: float
    universal_credit: float
    delayed_discharges: list[float]
    spent_down_minutes: list[int]

    LINKS = ()

    def __init__(self, model: ReferenceModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.typical_costs: list[list[list[list[float]]]] = []
        self.sites: list[Provider] = []
        """Establishments and empty sites, in the order of their identities at the start."""
        self.markets: list[list[Market]] = []
        """By service, the local markets in which care is bought."""
        self.posts: list[list[Provider]] = []
        """By role, the site of each post there was at the start; a look falls on one of them."""
        self.neighbours: list[Council] = []
        """Councils in reach, this one first."""
        self.km: dict[Council, float] = {}
        """Distance between population centres, km; 0 to the own."""
        self.look_chance: list[list[float]] = []
        """By role: chance that a look falls on a neighbour or one before it in the list."""
        self.local_km = 0.0
        """Typical distance from home to a job within the council."""
        self.arrivals_share = 0.0
        """Share of people arriving by routes without a sponsor who come here."""
        self.going_rate: list[int] = []
        """Mean posted pay by role, pence/hour."""
        self.unaided_rate: list[int] = []
        """What that pay would be without policies, pence/hour."""

    def open_sites(self, service: int) -> list[Provider]:
        """Establishments of a service that are open."""
        return [site for site in self.sites if site.active and site.service == service]

    def find_going_rates(self) -> None:
        """Mean pay by role, as posted and without policies, by posts filled; the last value where nobody is in post."""
        for role in Role:
            sites = [site for site in self.sites if site.active]
            posts = sum(site.posts_filled[role] for site in sites)
            if posts > 0:
                self.going_rate[role] = sum(site.posted_pay[role] * site.posts_filled[role] for site in sites) // posts
                unaided = sum(site.unaided_pay[role] * site.posts_filled[role] for site in sites)
                self.unaided_rate[role] = unaided // posts

    # -- April

    def uprate_fees(self) -> None:
        """Uplifts actually made; once none is known, what money leaves (councils) or part of the growth of costs (NHS).

        Self-funders' fees follow costs, and so do all where nobody bargains.
        """
        money, _, cost = self.money_and_cost()
        for site in self.sites:
            site.other_cost = int(site.other_cost * (1.0 + self.model.law.price_growth) + 0.5)
        for service in Service:
            local = self.local_cost_growth(service)
            uplift = affordable_uplift(money, cost, local, self.model.p)
            for site in self.sites:
                if site.service == service and not priced_at_cost(site.sector):
                    self.uprate_site(site, local, uplift)
            for sector in Sector:
                if priced_at_cost(sector):
                    self.charge_cost([each for each in self.sites if (each.service, each.sector) == (service, sector)])

    def local_cost_growth(self, service: int) -> float:
        """Growth of unit costs of a service, without pay policies, weighted by care the council buys."""
        now = before = 0
        for site in self.open_sites(service):
            hours = site.demand_minutes[Payer.COUNCIL] // MINUTES_PER_HOUR
            now += site.unaided_unit_cost() * hours
            before += site.unaided_cost * hours
        return growth(now, before)

    def uprate_site(self, site: Provider, local: float, uplift: float) -> None:
        """New fees of one provider: `local` is the growth of its service's costs, `uplift` what the council affords."""
        law, p = self.model.law, self.model.p
        for payer in Payer:
            own_costs = self.charged_growth(site, payer)
            if payer == Payer.SELF_FUNDER:
                rise, passed_on = own_costs, p.self_funder_passthrough
            elif law.fees_follow_costs and payer == Payer.COUNCIL:
                rise, passed_on = uplift, 1.0
            elif law.fees_follow_costs:
                rise, passed_on = local, p.fee_passthrough
            else:
                rise, passed_on = law.fee_uplift[site.service], 1.0
            site.fee[payer] = fee_after_cost_rise(site.fee[payer], rise, passed_on)
        site.unaided_cost = site.unaided_unit_cost()

    def charged_growth(self, site: Provider, payer: Payer) -> float:
        """Growth since last April of the cost that the payer's fee follows; that of this April is kept."""
        before, now = site.charged_cost[payer], site.charged(payer)
        site.charged_cost[payer] = now
        return growth(now, before)

    def charge_cost(self, sites: Sequence[Provider]) -> None:
        """New prices of providers whose care is priced at cost, by what all of them cost in the year past."""
        income, cost = sum(site.year_income for site in sites), sum(site.year_cost for site in sites)
        for site in sites:
            for payer in Payer:
                site.fee[payer] = price_at_cost(site.fee[payer], income, cost, self.charged_growth(site, payer))
            site.unaided_cost = site.unaided_unit_cost()
            site.year_income = site.year_cost = 0

    def find_typical_costs(self) -> None:
        """What policies on pay add to an hour where all are paid one rate, by service, payer, policy and part of it."""
        policies = range(len(self.model.law.policy_cover))
        paid, bought = ([[[[0 for _ in PayCost] for _ in policies] for _ in Payer] for _ in Service] for _ in range(2))
        for site in self.sites:
            for payer in Payer:
                for bill in site.bills(payer):
                    if not site.by_own_cost(payer, bill.policy):
                        minutes = site.demand_minutes[payer]
                        counts = site.part_of_its_own(payer, bill.policy, bill.cost)
                        paid[site.service][payer][bill.policy][bill.cost] += bill.pence * minutes
                        bought[site.service][payer][bill.policy][bill.cost] += int(counts * minutes)
        self.typical_costs = (np.array(paid) / np.maximum(np.array(bought), 1)).tolist()

    # -- buying

    def commission(self) -> None:
        """Need grows, money is rationed, and care is bought or cut."""
        law = self.model.law
        for service in Service:
            for payer in (Payer.NHS, Payer.SELF_FUNDER):
                grown = self.need_minutes[service][payer] * law.need_factor[service][payer]
                self.need_minutes[service][payer] = int(grown + 0.5)
        share = self.planned_share = planned_share(self.planned_share, self.share_affordable(), self.model.p)
        for service in Service:
            self.buy_service(service, share)

    def buy_service(self, service: int, share: float) -> None:
        """Care of a service is bought market by market; what of the need is not bought waits or is trimmed."""
        targets = list(self.need_minutes[service])
        targets[Payer.COUNCIL] = int(targets[Payer.COUNCIL] * share)
        self.bought_minutes[service] = [0] * len(Payer)
        markets = self.markets[service]
        in_all = [sum(market.catchment(payer) for market in markets) for payer in Payer]
        self.catchment_minutes[service] = in_all
        for market in markets:
            unplaced, sites = 0, market.open_sites()
            for payer in Payer:
                if in_all[payer] > 0:
                    there = shared_out(market.catchment(payer), in_all[payer], targets[payer])
                else:
                    everywhere = sum(each.capacity() for each in markets)
                    there = shared_out(market.capacity(), everywhere, targets[payer])
                placed = self.buy(sites, payer, there)
                for site in market.sites:
                    given = site.demand_minutes[payer]
                    site.catchment_minutes[payer] = catchment_next(site.catchment_minutes[payer], given, self.model.p)
                self.bought_minutes[service][payer] += placed
                unplaced += max(there - placed, 0)
            capacity = sum(site.capacity_minutes for site in sites)
            for site in sites:
                site.seek_work(shared_out(site.capacity_minutes, capacity, unplaced))
        for payer in Payer:
            self.wait(service, payer, targets[payer])

    def share_affordable(self) -> float:
        """Share of its need that the council can pay for at today's prices."""
        money, cost, _ = self.money_and_cost()
        return rationing(money, cost, overspend_allowed(self.repayment, self.budget, self.model.p))

    def money_and_cost(self) -> tuple[int, int, int]:
        """Money for the month, less what is paid off, with new money; and costs of need at today's prices.

        Of all of it, and of what can be placed. Visits that were bought and missed last month cost nothing.
        """
        cost_of_need = cost_of_placed = grants = 0
        for service in Service:
            minutes = cost = granted = 0
            for site in self.open_sites(service):
                bought = site.demand_minutes[Payer.COUNCIL]
                minutes += bought
                visits = service not in HOMES
                missed = still_missed(site.missed_minutes, site.returned_minutes)
                paid = visits_paid_for(bought, site.demand, missed) if visits else bought
                cost += weekly_income(paid, site.price[Payer.COUNCIL])
                granted += weekly_income(paid, site.grant[Payer.COUNCIL])
            if minutes > 0:
                need = self.need_minutes[service][Payer.COUNCIL]
                cost_of_need += int(cost / minutes * need)
                cost_of_placed += int(cost / minutes * can_be_placed(need, self.planned_share, minutes))
                grants += granted
        money = self.budget - self.repayment + a_month_of(grants)
        return money, a_month_of(cost_of_need), a_month_of(cost_of_placed)

    def buy(self, sites: Sequence[Provider], payer: int, target: int) -> int:
        """Move one kind of buying in a market towards its target; the minutes a week that are bought then.

        Growth goes where there is room, cuts fall on what is not guaranteed.
        """
        bought = sum(site.demand_minutes[payer] for site in sites)
        loose = {site: site.not_guaranteed(payer) for site in sites}
        open_to_cuts = sum(loose.values())
        room = sum(site.find_room() for site in sites)
        change = min(change_this_month(target, bought, self.model.p), room)
        for site in sites:
            if change > 0:
                site.demand_minutes[payer] += shared_out(site.room_minutes, room, change)
            elif change < 0:
                site.demand_minutes[payer] -= shared_out(loose[site], open_to_cuts, min(-change, open_to_cuts))
        return sum(site.demand_minutes[payer] for site in sites)

    def wait(self, service: int, payer: int, target: int) -> None:
        """What is not bought: packages are made smaller, neighbours help, and people wait for the rest."""
        need, placed = self.need_minutes[service][payer], self.bought_minutes[service][payer]
        trimmed = smaller_packages(need, target, placed, self.model.p)
        self.trimmed_minutes[service][payer] = trimmed
        waiting = max(need - placed - trimmed, 0)
        if service == Service.HOME_CARE:
            nearby = given_nearby(waiting, self.model.law.micro_share[self.row])
            self.micro_minutes[payer] = nearby
            waiting -= nearby
        self.waiting_minutes[service][payer] = waiting


def growth(now: int, before: int) -> float:
    """Growth of a cost; none when there is nothing to compare with."""
    return now / before - 1.0 if before > 0 else 0.0


def a_month_of(a_week: int) -> int:
    """A month's money from a week's, whole pence."""
    return a_week * WEEKS_PER_YEAR // MONTHS_PER_YEAR


def place_of(running_total: Sequence[float], target: float) -> int:
    """First place at which a running total exceeds the target; the last place if none does."""
    return min(bisect_right(running_total, target), len(running_total) - 1)


def commission(model: ReferenceModel) -> None:
    """Need grows, money is rationed at the month's prices, care is bought."""
    for council in model.councils:
        council.commission()
