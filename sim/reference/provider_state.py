"""Providers: what is known of each, and what follows from it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.rules.agency import agency_price
from sim.rules.finance import establishment_bill, fixed_cost_of_an_hour
from sim.rules.job_value import management_felt
from sim.rules.staffing import felt_strain, vacancy_share
from sim.units import DIRECT_CARE_ROLES, Role, Service

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel

CARE_WORKER = Role.CARE_WORKER.value
HOMES = (Service.RESIDENTIAL, Service.NURSING)


class ProviderState(mesa.Agent):
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
    catchment_minutes: list[int]
    demand_minutes: list[int]
    minutes_at_start: float
    recruit_minutes: float
    minutes_each: float
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
    pay_last_march: int
    floor_last_march: int
    pay_premium: float
    lead_from_earnings: float
    lead_last_march: float
    zero_hours_share: float
    travel_share: float
    travel_paid_share: float
    flexibility: float
    amenities: float
    management: float
    other_benefits: float
    paid_part: float
    workplace: float
    adult_rate_for_all: int
    fee: list[int]
    price: list[int]
    grant: list[int]
    other_cost: int
    charged_cost: list[int]
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

    def fixed_cost(self, monthly: int) -> int:
        """Part of what programmes cost a month whatever the size that falls on an hour of care, pence."""
        return fixed_cost_of_an_hour(establishment_bill(self.sector, monthly), self.capacity_minutes)

    @property
    def agency_price(self) -> int:
        """Price of an hour of agency time, pence."""
        cap = self.model.law.agency_price_cap[self.row]
        return agency_price(self.pay_for_agency_time, cap, self.model.p)

    @property
    def pay_for_agency_time(self) -> int:
        """Pay on which agencies base their price, pence/hour: posted for its care posts, of all roles."""
        posts = sum(self.posts_sought[role] for role in DIRECT_CARE_ROLES)
        pay = sum(self.posts_sought[role] * self.posted_pay[role] for role in DIRECT_CARE_ROLES)
        return pay // posts if posts > 0 else self.posted_pay[CARE_WORKER]

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

    @property
    def strain_felt(self) -> float:
        """Strain as staff feel it, with what support takes away."""
        return felt_strain(self.strain, self.model.law.strain_felt[self.row])

    @property
    def management_now(self) -> float:
        """Management quality with what policy adds, log pay."""
        law, row = self.model.law, self.row
        return management_felt(self.management, law.management_gap[row], law.management_gain[row])
