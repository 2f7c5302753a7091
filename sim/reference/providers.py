"""Providers: the pay and the posts they let be known, and the staff they plan for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.reference.agency import going_agency_pay
from sim.reference.plan import plan_recruitment
from sim.reference.provider_costs import ProviderCosts
from sim.rules.assessment import assessor_posts
from sim.rules.commissioning import care_worth_staffing, room_for_more
from sim.rules.enforcement import travel_pay_owed
from sim.rules.homes import open_capacity
from sim.rules.job_value import peer_shortfall, setting_value, value_to_anybody, workplace_value
from sim.rules.nhs import joint_lead, nhs_hour
from sim.rules.pay import (
    april_pay,
    effective_wage,
    incumbent_pay,
    kept_up_pay,
    ladder_pay,
    lead_from_keeping_up,
    mid_year_pay,
    offered_pay,
    other_roles_pay,
    paid_part_of_day,
    professional_pay,
    progression_pay,
    reviewed_within_year,
)
from sim.rules.staffing import care_posts_sought, cover_for_absence, posts_handed, posts_sought, recruits_ahead
from sim.units import ASSESSOR_ROLES, DIRECT_CARE_ROLES, MONTHS_PER_YEAR, Payer, Role, Sector, Status

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel

CARE_WORKER, SENIOR, NURSE = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value, Role.REGISTERED_NURSE.value
SPONSORSHIP = 4
"""Kind of cost in `Ledger.costs`."""
NOTHING = -1e9
"""Value of a post that is not open."""


class Provider(ProviderCosts):
    """An establishment as it acts: it sets pay, advertises posts, and plans staff for the care it could give."""

    def advertise(self) -> None:
        """Let it be known which posts are open, none at a closed establishment, and what they are worth to anybody."""
        left = self.posts_open
        self.posts_open = [max(self.posts_to_offer(role), 0) if self.active else 0 for role in Role]
        self.posts_new = [max(now - before, 0) for now, before in zip(self.posts_open, left, strict=True)]
        self.advertised = [[self.worth_advertised(role, months) for months in (0, self.experienced)] for role in Role]

    def posts_to_offer(self, role: int) -> int:
        """Vacant posts of a role, and what the establishment recruits ahead of those who will leave."""
        if role != CARE_WORKER or self.sector == Sector.DIRECT_PAYMENT:
            return self.vacant_posts(role)
        u = self.model.luck.for_life(self.uid, Purpose.RECRUITED_AHEAD)
        return self.vacant_posts(role) + recruits_ahead(self.posts_sought[role], u, self.model.p)

    @property
    def experienced(self) -> int:
        """Months in the sector from which recruits are offered the premium for experience."""
        return int(self.model.p.experienced_months)

    def worth_advertised(self, role: int, months_in_sector: int) -> float:
        """What a post is worth to anybody with so much experience, log pay; next to nothing if none is open."""
        if self.posts_open[role] == 0:
            return NOTHING
        floor = self.model.law.pay_floor[self.row][role]
        return self.value_of_post(self.pay_offered(role, months_in_sector, 0, floor), role)

    @property
    def pays_steps(self) -> bool:
        """Whether a policy sets steps of pay above the rates posted here."""
        law = self.model.law
        return bool(law.experience_step[self.row] > 0.0 or law.qualification_step[self.row] > 0.0)

    def step_pay(self, role: int, months_in_sector: int, qualified: int) -> int:
        """Least that steps leave a care worker or senior, pence/hour; 0 where there is no step."""
        if role > SENIOR or not self.pays_steps:
            return 0
        law, posted = self.model.law, self.posted_pay[role]
        steps = law.experience_step[self.row], law.qualification_step[self.row]
        return progression_pay(posted, months_in_sector, qualified, *steps, self.model.p)

    def pay_offered(self, role: int, months_in_sector: int, qualified: int, floor: int) -> int:
        """Pay offered to a recruit, steps included, pence/hour."""
        pay = offered_pay(self.posted_pay[role], months_in_sector, floor, self.model.p)
        return max(pay, self.step_pay(role, months_in_sector, qualified))

    def paid_for_steps(self, role: int, months_in_sector: int, qualified: int) -> int:
        """Part of somebody's pay above what a recruit like them would get without steps, pence/hour."""
        stepped = self.step_pay(role, months_in_sector, qualified)
        return max(stepped - offered_pay(self.posted_pay[role], months_in_sector, 0, self.model.p), 0)

    def value_of_post(self, pay: int, role: int) -> float:
        """What employment here is worth to anybody, log pay, with the lead of a joint post where it is one."""
        law = self.model.law
        there = nhs_hour(law.nhs_pay[role], law.joint_terms[self.row])
        return self.value_to_anybody(pay, role) + joint_lead(pay, there, law.joint_time[self.row][role])

    def value_to_anybody(self, pay: int, role: int) -> float:
        """The part of a job's value here that does not depend on who holds it, log pay."""
        shortfall = peer_shortfall(pay, self.council.going_rate[role], self.model.p)
        return value_to_anybody(effective_wage(pay, self.paid_part), self.workplace, shortfall)

    def describe_jobs(self) -> None:
        """What is common to all jobs here this month: the part of the day that is paid, and the workplace."""
        p = self.model.p
        self.paid_part = paid_part_of_day(self.travel_now, self.travel_paid)
        setting = setting_value(self.service, p) + self.amenities
        benefits = self.other_benefits + self.model.law.extra_benefits[self.row]
        self.workplace = workplace_value(benefits, setting, self.management_now, self.strain_felt, p)

    # -- pay

    def review_pay(self) -> None:
        """Set the pay posted this month, by role; staff in post follow if it moves."""
        law, row = self.model.law, self.row
        self.pay_before = list(self.posted_pay)
        self.rate_changed = False
        if not self.active:
            return
        unaided_before, care_before = self.unaided_pay[CARE_WORKER], self.posted_pay[CARE_WORKER]
        statutory, floor = law.statutory_floor[row], law.pay_floor[row]
        if law.april:
            self.pay_last_march, self.floor_last_march = unaided_before, law.old_care_floor
            self.lead_last_march = self.lead_from_earnings
        now, kept_up = self.reviews_now(), kept_up_pay(self.pay_last_march, law.earnings_since_april, self.model.p)
        if now:
            self.keep_lead(statutory[CARE_WORKER], kept_up)
        lead = self.lead_from_earnings
        unaided = self.reviewed_care_pay(unaided_before, statutory[CARE_WORKER], law.old_care_floor, now, kept_up, lead)
        care = unaided
        if self.model.levers or care_before != unaided_before:
            reviewed = self.reviewed_care_pay(
                care_before, floor[CARE_WORKER], self.floor_before[CARE_WORKER], now, kept_up=0.0, lead=0.0
            )
            care = max(reviewed, unaided + self.ring_fenced_rise())
        for role in Role:
            if role == Role.CARE_WORKER:
                self.unaided_pay[role], self.posted_pay[role] = unaided, care
                continue
            self.unaided_pay[role] = self.reviewed_pay(
                role, self.unaided_pay[role], unaided_before, unaided, statutory[role]
            )
            self.posted_pay[role] = self.reviewed_pay(role, self.posted_pay[role], care_before, care, floor[role])
        floor_moved = floor[CARE_WORKER] != self.floor_before[CARE_WORKER]
        self.rate_changed = bool(law.april) or floor_moved or self.pays_steps or self.posted_pay != self.pay_before
        if self.ordered:
            owed = travel_pay_owed(self.posted_pay[CARE_WORKER], law.adult_rate, self.travel_now)
            self.travel_paid_share = max(self.travel_paid_share, owed)

    def reviews_now(self) -> bool:
        """Whether it reviews pay this month, which is not April."""
        model = self.model
        if model.law.april or not reviewed_within_year(self.sector):
            return False
        return model.luck.this_month(self.uid, Purpose.PAY_STEP) < model.p.mid_year_review

    def keep_lead(self, floor: int, kept_up: float) -> None:
        """Let a review tell what lead over the statutory floor it aims at from now on."""
        march = self.lead_last_march, self.pay_premium, self.pay_last_march
        self.lead_from_earnings = lead_from_keeping_up(*march, kept_up, self.floor_last_march, floor, self.model.p)

    def reviewed_care_pay(
        self, previous: int, floor: int, old_floor: int, reviewed: bool, kept_up: float, lead: float
    ) -> int:
        """Pay posted for care workers: by the yearly review in April, or a review in between."""
        model = self.model
        if model.law.april:
            if self.sector == Sector.COUNCIL:
                return professional_pay(previous, floor, model.law.earnings_growth)
            premium = self.pay_premium + lead
            return april_pay(previous, floor, old_floor, premium, self.vacancy_rate, self.margin, model.p)
        pay = max(previous, floor)
        return mid_year_pay(pay, kept_up, self.vacancy_rate, self.margin, model.p) if reviewed else pay

    def reviewed_pay(self, role: int, previous: int, care_before: int, care_now: int, floor: int) -> int:
        """Pay posted for a role other than care worker."""
        if role == Role.SENIOR_CARE_WORKER and care_before > 0:
            return ladder_pay(previous, care_before, care_now, floor, self.model.p)
        if role == Role.OTHER and care_before > 0:
            return other_roles_pay(previous, care_before, care_now, floor)
        if role in (Role.SENIOR_CARE_WORKER, Role.OTHER) or not self.model.law.april:
            return max(previous, floor)
        return professional_pay(previous, floor, self.model.law.earnings_growth)

    # -- how much care, and how many posts

    def not_guaranteed(self, payer: int) -> int:
        """Care that a payer buys and may cut, minutes a week."""
        guaranteed = self.guaranteed_minutes if payer == Payer.COUNCIL else 0
        return max(self.demand_minutes[payer] - guaranteed, 0)

    def find_room(self) -> int:
        """Minutes a week more that it can take on."""
        self.room_minutes = room_for_more(
            open_capacity(self.capacity_minutes, self.beds_closed),
            self.demand,
            self.staff_minutes,
            self.missed_minutes,
            self.council_unit_margin,
            self.headroom,
            self.model.p,
        )
        return self.room_minutes

    def seek_work(self, share_of_unplaced: int) -> None:
        """Plan staff for the care it gives and for its share of what buyers could not place."""
        self.sought_minutes = care_worth_staffing(
            self.demand,
            share_of_unplaced,
            self.capacity_minutes,
            self.headroom,
            self.council_unit_margin,
            self.model.p,
        )

    def pay_for_grant(self, role: int) -> None:
        """Pay the fees and charges of a sponsored visa."""
        cost = self.model.law.visa_cost[role]
        self.reserves -= cost
        self.model.ledger.costs[self.council.row, self.service, SPONSORSHIP] += cost

    def plan_posts(self) -> None:
        """Posts it would staff at today's fees."""
        for role in Role:
            if not self.active:
                self.posts_sought[role] = 0
                continue
            u = self.model.luck.for_life(self.uid, Purpose.ROUNDING, repeat=role)
            if self.sector == Sector.COUNCIL and role in ASSESSOR_ROLES:
                multiplier = self.model.law.assessment_posts[self.council.row][role]
                self.posts_sought[role] = assessor_posts(self.posts_start[role], multiplier, u)
                continue
            posts, capacity = self.posts_of_team(role), self.capacity_minutes
            if role in DIRECT_CARE_ROLES and capacity > 0:
                filled, time = self.posts_filled[role], self.model.law.time_for_care[self.row]
                care = cover_for_absence(self.model.law.absence, self.model.p) * (self.sought_minutes / capacity)
                self.posts_sought[role] = care_posts_sought(
                    posts, filled, self.minutes_at_start, self.minutes_each, self.recruit_minutes, care, time, u
                )
            else:
                self.posts_sought[role] = posts_sought(posts, self.sought_minutes, capacity, u)

    def posts_of_team(self, role: int) -> int:
        """Posts of a role at the start, with those of care workers and nurses that a policy turns into seniors'."""
        to_seniors = {one: self.handed_over(one, number) for number, one in enumerate((CARE_WORKER, NURSE))}
        if role == SENIOR:
            return self.posts_start[role] + sum(to_seniors.values())
        return self.posts_start[role] - to_seniors.get(role, 0)

    def handed_over(self, role: int, number: int) -> int:
        """Posts of a role that become posts of seniors."""
        law = self.model.law
        share = (law.senior_posts_share, law.nurse_posts_handed)[number][self.row]
        if share <= 0.0:
            return 0
        u = self.model.luck.for_life(self.uid, Purpose.POSTS_HANDED, repeat=number)
        return posts_handed(self.posts_start[role], share, u)


def set_pay(model: ReferenceModel) -> None:
    """Employers set the pay they post, staff follow, and the going rates are worked out."""
    for provider in model.providers:
        provider.review_pay()
    for worker in model.workers:
        of_age = model.month - worker.birth_month == model.law.adult_age * MONTHS_PER_YEAR
        if worker.in_care and (worker.provider.rate_changed or of_age):
            provider, role = worker.provider, worker.role
            floor = worker.lawful_pay(provider, role)
            pay = incumbent_pay(worker.pay, provider.pay_before[role], provider.posted_pay[role], floor, model.p)
            worker.pay = max(pay, provider.step_pay(role, model.month - worker.sector_start, worker.qualified))
        elif worker.status == Status.AGENCY:
            worker.pay = going_agency_pay(worker)
    for council in model.councils:
        council.find_going_rates()


def set_prices(model: ReferenceModel) -> None:
    """Fees are uprated in April; what each payer pays this month."""
    if model.law.april:
        for council in model.councils:
            council.uprate_fees()
    set_prices_of_month(model)


def set_prices_of_month(model: ReferenceModel) -> None:
    """What each payer pays this month, once it is known what policies typically cost in each council."""
    for council in model.councils:
        council.find_typical_costs()
    for provider in model.providers:
        provider.set_prices()


def plan_posts(model: ReferenceModel) -> None:
    """Posts providers want filled, and how many people a central plan brings to fill them."""
    for provider in model.providers:
        provider.plan_posts()
    for council in model.councils:
        plan_recruitment(council)


def describe_jobs(model: ReferenceModel) -> None:
    """What is common to all jobs at each provider this month."""
    for provider in model.providers:
        provider.describe_jobs()
