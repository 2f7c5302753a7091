"""Providers: what they post, whom they can pay, and what an hour of their care costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.draws import Purpose
from sim.reference.agency import going_agency_pay
from sim.reference.plan import plan_recruitment
from sim.rules.agency import agency_price
from sim.rules.assessment import assessor_posts
from sim.rules.commissioning import care_worth_staffing, room_for_more
from sim.rules.enforcement import travel_pay_owed
from sim.rules.finance import (
    establishment_bill,
    fee_policy,
    fixed_cost_of_an_hour,
    floor_grant,
    part_met,
    ring_fenced_pay,
    staff_cost,
    unit_margin,
)
from sim.rules.homes import open_capacity
from sim.rules.job_value import management_felt, peer_shortfall, setting_value, value_to_anybody, workplace_value
from sim.rules.nhs import joint_lead
from sim.rules.pay import (
    april_pay,
    cost_of_mix,
    effective_wage,
    incumbent_pay,
    ladder_pay,
    mid_year_pay,
    offered_pay,
    paid_part_of_day,
    professional_pay,
    progression_pay,
)
from sim.rules.staffing import felt_strain, posts_handed, posts_sought, vacancy_share
from sim.units import ASSESSOR_ROLES, DIRECT_CARE_ROLES, MONTHS_PER_YEAR, Payer, Role, Sector, Service, Status

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel

CARE_WORKER, SENIOR = Role.CARE_WORKER.value, Role.SENIOR_CARE_WORKER.value
HOMES = (Service.RESIDENTIAL, Service.NURSING)
SPONSORSHIP = 4
"""Kind of cost in `Ledger.costs`."""
NOTHING = -1e9
"""Value of a post that is not open."""


class Provider(mesa.Agent):
    """An establishment, or the empty site of one. Attributes are those of `sim.agents.provider.Provider`.

    Attributes by role or by payer are lists; `council` is the council itself.
    """

    model: ReferenceModel
    uid: int
    active: int
    council: Council
    service: int
    sector: int
    opened: int
    closed: int
    capacity_minutes: int
    demand_minutes: list[int]
    sought_minutes: int
    room_minutes: int
    posts_start: list[int]
    posts_sought: list[int]
    posts_filled: list[int]
    posts_promised: list[int]
    posts_open: list[int]
    posts_new: list[int]
    advertised: list[list[float]]
    posted_pay: list[int]
    unaided_pay: list[int]
    pay_premium: float
    zero_hours_share: float
    travel_share: float
    travel_paid_share: float
    flexibility: float
    management: float
    other_benefits: float
    paid_part: float
    workplace: float
    adult_rate_for_all: int
    fee: list[int]
    price: list[int]
    grant: list[int]
    other_cost: int
    unit_cost: int
    unaided_cost: int
    margin: float
    reserves: int
    year_income: int
    year_cost: int
    staff_minutes: int
    overtime_minutes: int
    agency_minutes: int
    missed_minutes: int
    shortened_minutes: int
    withheld_minutes: int
    returned_minutes: int
    wage_bill: int
    on_costs: int
    progression: int
    joint_pay: int
    underpaid: int
    ordered: int
    strain: float
    licensed: int
    rogue: int
    licence_lost: int
    guaranteed_minutes: int
    months_short: int
    beds_closed: float
    usual_fee: int

    LINKS = ("council",)

    def __init__(self, model: ReferenceModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.place = 0
        """Place in the council's list of sites."""
        self.floor_before: list[int] = []
        """Pay floor of last month, by role."""
        self.rate_changed = False
        """Whether staff in post have a new rate to follow this month."""
        self.pay_before: list[int] = []
        """Rates posted before this month's review, by role."""

    @property
    def travel_paid(self) -> float:
        """Share of travel time that is paid, by policy of the employer or by law."""
        by_law: float = self.model.law.travel_paid_share[self.row]
        return max(self.travel_paid_share, by_law)

    @property
    def travel_now(self) -> float:
        """Travel time as a share of contact time, with what policy saves of it."""
        return float(self.travel_share * self.model.law.travel_time[self.row])

    @property
    def establishment_bill(self) -> int:
        """What programmes cost a month whatever the size, pence."""
        return establishment_bill(self.sector, self.model.law.establishment_cost[self.row])

    @property
    def fixed_cost(self) -> int:
        """Part of that bill that falls on an hour of care, pence."""
        return fixed_cost_of_an_hour(self.establishment_bill, self.capacity_minutes)

    @property
    def agency_price(self) -> int:
        """Price of an hour of agency time, pence."""
        cap = self.model.law.agency_price_cap[self.row]
        return agency_price(self.posted_pay[CARE_WORKER], cap, self.model.p)

    @property
    def demand(self) -> int:
        """Direct care time bought by all payers, minutes a week."""
        return sum(self.demand_minutes)

    @property
    def vacancy_rate(self) -> float:
        """Vacant posts for care workers as a share of posts sought."""
        return vacancy_share(self.posts_sought[CARE_WORKER], self.posts_filled[CARE_WORKER])

    @property
    def headroom(self) -> float:
        """Most care it could give, against its start."""
        return self.model.p.headroom_homes if self.service in HOMES else self.model.p.headroom_community

    def vacant_posts(self, role: int) -> int:
        """Posts of a role still to be filled; negative if staff exceed posts sought."""
        return self.posts_sought[role] - self.posts_filled[role] - self.posts_promised[role]

    def advertise(self) -> None:
        """Let it be known which posts are open, none at a closed establishment, and what they are worth to anybody."""
        left = self.posts_open
        self.posts_open = [max(self.vacant_posts(role), 0) if self.active else 0 for role in Role]
        self.posts_new = [max(now - before, 0) for now, before in zip(self.posts_open, left, strict=True)]
        self.advertised = [[self.worth_advertised(role, months) for months in (0, self.experienced)] for role in Role]

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
        return self.value_to_anybody(pay, role) + joint_lead(pay, law.nhs_pay[role], law.joint_time[self.row][role])

    def value_to_anybody(self, pay: int, role: int) -> float:
        """The part of a job's value here that does not depend on who holds it, log pay."""
        shortfall = peer_shortfall(pay, self.council.going_rate[role], self.model.p)
        return value_to_anybody(effective_wage(pay, self.paid_part), self.workplace, shortfall)

    def describe_jobs(self) -> None:
        """What is common to all jobs here this month: the part of the day that is paid, and the workplace."""
        p = self.model.p
        self.paid_part = paid_part_of_day(self.travel_now, self.travel_paid)
        setting = setting_value(self.service, p)
        benefits = self.other_benefits + self.model.law.extra_benefits[self.row]
        self.workplace = workplace_value(benefits, setting, self.management_now, self.strain_felt, p)

    @property
    def strain_felt(self) -> float:
        """Strain as staff feel it, with what support takes away."""
        return felt_strain(self.strain, self.model.law.strain_felt[self.row])

    @property
    def management_now(self) -> float:
        """Management quality with what policy adds, log pay."""
        law, row = self.model.law, self.row
        return management_felt(self.management, law.management_gap[row], law.management_gain[row])

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
        unaided = self.reviewed_care_pay(unaided_before, statutory[CARE_WORKER], law.old_care_floor)
        care = unaided
        if self.model.levers or care_before != unaided_before:
            reviewed = self.reviewed_care_pay(care_before, floor[CARE_WORKER], self.floor_before[CARE_WORKER])
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

    def reviewed_care_pay(self, previous: int, floor: int, old_floor: int) -> int:
        """Pay posted for care workers: the yearly review in April, a chance of one in between."""
        model = self.model
        if model.law.april:
            if self.sector == Sector.COUNCIL:
                return professional_pay(previous, floor, model.law.earnings_growth)
            return april_pay(previous, floor, old_floor, self.pay_premium, self.vacancy_rate, self.margin, model.p)
        pay = max(previous, floor)
        if model.luck.this_month(self.uid, Purpose.PAY_STEP) < model.p.mid_year_review:
            return mid_year_pay(pay, self.vacancy_rate, self.margin, model.p)
        return pay

    def reviewed_pay(self, role: int, previous: int, care_before: int, care_now: int, floor: int) -> int:
        """Pay posted for a role other than care worker."""
        if role == Role.SENIOR_CARE_WORKER and care_before > 0:
            return ladder_pay(previous, care_before, care_now, floor, self.model.p)
        if role in (Role.SENIOR_CARE_WORKER, Role.OTHER) or not self.model.law.april:
            return max(previous, floor)
        return professional_pay(previous, floor, self.model.law.earnings_growth)

    def ring_fenced_rise(self) -> int:
        """Rise of pay that spends the ring-fenced part of a policy fee rise, pence/hour."""
        law = self.model.law
        share = law.fee_ring_fenced[self.row]
        multiplier = fee_policy(self.sector, law.council_fee[self.council.row][self.service])
        if share <= 0.0 or multiplier <= 1.0 or self.demand <= 0:
            return 0
        from_council = self.demand_minutes[Payer.COUNCIL] / self.demand
        extra = int(self.fee[Payer.COUNCIL] * (multiplier - 1.0) * from_council)
        on_costs = law.nic_rate + law.pension_rate
        return ring_fenced_pay(extra, share, self.travel_now, self.travel_paid_share, on_costs)

    # -- what an hour of care costs, pence

    def hourly_staff_cost(self, pay: int, travel_paid: float, with_terms: bool = True) -> int:
        """Staff cost of an hour of direct care with on-costs at the margin, and what terms cost by policy, or not."""
        law, p = self.model.law, self.model.p
        benefits, programmes = (law.benefit_cost[self.row], law.programme_cost[self.row]) if with_terms else (0.0, 0.0)
        on_top = law.nic_rate * p.nic_marginal_share + law.pension_rate + benefits
        on_costs = p.holiday_share + (1.0 + p.holiday_share) * on_top + programmes
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
        return with_policy + self.fixed_cost + self.other_cost, without + self.other_cost

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
        from_floor = cost(now, self.travel_paid) - paid_by_law
        from_travel = paid_by_law - cost(without, self.travel_paid_share)
        return max(from_floor, 0), max(from_travel, 0)

    def cost_of_terms(self) -> int:
        """What better terms and programmes for staff add by policy to an hour of care, at the pay now posted."""
        pay = self.pay_now()
        without = self.hourly_staff_cost(pay, self.travel_paid, with_terms=False)
        return self.hourly_staff_cost(pay, self.travel_paid) - without + self.fixed_cost

    def set_prices(self) -> None:
        """What each payer pays this month: the fee, policy uplifts, cover of policy costs and recovery funds."""
        law, row = self.model.law, self.row
        from_floor, from_travel = self.policy_costs()
        from_terms, terms = self.cost_of_terms(), law.benefit_cost[row] + law.programme_cost[row]
        for payer in Payer:
            for_floor = floor_grant(from_floor, law.floor_cover[row][payer])
            for_travel = floor_grant(from_travel, law.travel_cover[row][payer])
            for_terms = floor_grant(from_terms, part_met(law.terms_cover[row][payer], terms))
            granted = law.recovery_grant
            granted += floor_grant(from_terms, part_met(law.terms_cover_from_grant[row][payer], terms))
            granted += for_floor if law.cover_from_grant[row][payer] else 0
            granted += for_travel if law.travel_cover_from_grant[row][payer] else 0
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
            time = self.model.law.time_for_care[self.row] if role in DIRECT_CARE_ROLES else 1.0
            self.posts_sought[role] = posts_sought(
                self.posts_start[role], self.sought_minutes, self.capacity_minutes, time, u
            )


def hand_over(site: Provider) -> None:
    """Posts that a policy turns into posts of seniors: care workers' and nurses'."""
    law = site.model.law
    shares = {Role.CARE_WORKER: law.senior_posts_share, Role.REGISTERED_NURSE: law.nurse_posts_handed}
    for number, (role, share) in enumerate(shares.items()):
        if share[site.row] > 0.0:
            u = site.model.luck.for_life(site.uid, Purpose.POSTS_HANDED, repeat=number)
            handed = posts_handed(site.posts_sought[role], share[site.row], u)
            site.posts_sought[role] -= handed
            site.posts_sought[SENIOR] += handed


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
    for provider in model.providers:
        provider.set_prices()


def plan_posts(model: ReferenceModel) -> None:
    """Posts providers want filled, and how many people a central plan brings to fill them."""
    for provider in model.providers:
        provider.plan_posts()
        hand_over(provider)
    for council in model.councils:
        plan_recruitment(council)


def describe_jobs(model: ReferenceModel) -> None:
    """What is common to all jobs at each provider this month."""
    for provider in model.providers:
        provider.describe_jobs()
