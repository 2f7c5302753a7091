"""Provider: an establishment that delivers care."""

from __future__ import annotations

import numpy as np

from sim.agents.columns import Column, ColumnarAgent, ColumnarAgentSet
from sim.rules.staffing import vacancy_share
from sim.units import NEVER, NOBODY, Payer, Role, Sector, Service, Status

ROLES = (len(Role),)
PAYERS = (len(Payer),)
EXPERIENCES = 2
"""Recruits without and with the years in the sector that employers pay a premium for."""


class Provider(ColumnarAgent):
    """One establishment. Columns by role have one entry for each `Role`, those by payer one for each `Payer`."""

    uid = Column(np.uint64, "identity; 0 means an empty row")
    active = Column(np.int8, "1 while open")
    council = Column(np.int16, "row of the council", default=NOBODY)
    organisation = Column(np.int32, "group of establishments it belongs to", default=NOBODY)
    service = Column(np.int8, "main service", codes=Service)
    sector = Column(np.int8, "who employs", codes=Sector)
    size_band = Column(np.int8, "size by posts at the start: under 10, 10-49, 50-249, 250 and over")
    beds = Column(np.int32, "registered beds, 0 outside care homes")
    opened = Column(np.int16, "month of opening", unit="month", default=NEVER)
    closed = Column(np.int16, "month of closure", unit="month", default=NEVER)

    capacity_minutes = Column(
        np.int64, "staff time it could deliver with every post of the start filled", unit="minutes/week"
    )
    demand_minutes = Column(np.int64, "direct care time bought, by payer", unit="minutes/week", shape=PAYERS)
    catchment_minutes = Column(
        np.int64, "direct care time of those who turn to it first, by payer", unit="minutes/week", shape=PAYERS
    )
    minutes_at_start = Column(np.float64, "direct care time of a care post of the start", unit="minutes/week")
    recruit_minutes = Column(
        np.float64,
        "direct care time of a care post of the start, mean of its service and sector: what a recruit is taken to give",
        unit="minutes/week",
    )
    minutes_each = Column(np.float64, "direct care time that each of its care staff gives", unit="minutes/week")
    sought_minutes = Column(np.int64, "direct care time it would staff at today's fees", unit="minutes/week")
    room_minutes = Column(np.int64, "direct care time it could take on more", unit="minutes/week")
    posts_start = Column(np.int32, "posts by role at the start: the weight by which job seekers meet it", shape=ROLES)
    posts_sought = Column(np.int32, "posts the provider would staff at today's fees, by role", shape=ROLES)
    posts_filled = Column(np.int32, "people in post, by role", shape=ROLES)
    posts_promised = Column(np.int32, "vacant posts promised to a recruit who has not started, by role", shape=ROLES)
    posted_pay = Column(np.int32, "pay offered to a new recruit, by role", unit="pence/hour", shape=ROLES)
    unaided_pay = Column(
        np.int32, "pay it would post under the statutory floor alone, by role", unit="pence/hour", shape=ROLES
    )
    pay_last_march = Column(
        np.int32,
        "pay for care workers of the last March under the statutory floor alone; 0 if there is none to keep up with",
        unit="pence/hour",
    )
    floor_last_march = Column(np.int32, "statutory floor of the last March; 0 if there is none", unit="pence/hour")
    pay_premium = Column(
        np.float64, "pay policy: care-worker pay aimed at, above the legal minimum", unit="share of the floor"
    )
    lead_from_earnings = Column(
        np.float64,
        "care-worker pay aimed at beyond that, kept from years in which earnings outran the floor",
        unit="share of the floor",
    )
    lead_last_march = Column(np.float64, "the same in the last March", unit="share of the floor")
    zero_hours_share = Column(np.float64, "share of care jobs offered on zero hours")
    travel_share = Column(np.float64, "travel time as a share of contact time, 0 outside home care")
    travel_paid_share = Column(np.float64, "share of travel time that is paid")
    flexibility = Column(np.float64, "share of staff wishes over shifts that the rota meets")
    amenities = Column(np.float64, "what else the workplace is worth to staff, against others", unit="log pay")
    management = Column(np.float64, "management quality, as staff value it", unit="log pay")
    other_benefits = Column(np.float64, "pension, sick pay and leave above the statutory minimum", unit="share of pay")
    adult_rate_for_all = Column(np.int8, "1 if staff below the age of the adult minimum wage get the adult rate")

    paid_part = Column(np.float64, "part of the time a job here takes that is paid, travel included", unit="share")
    workplace = Column(np.float64, "what the workplace is worth to anybody", unit="log pay")
    posts_open = Column(np.int32, "posts that can still be applied for, by role", shape=ROLES)
    posts_new = Column(np.int32, "posts that can be applied for and could not a month ago, by role", shape=ROLES)
    advertised = Column(
        np.float64,
        "what an open post is worth to anybody, by role, without and with years of experience; hugely negative if none",
        unit="log pay",
        shape=(len(Role), EXPERIENCES),
    )

    fee = Column(np.int32, "fee by payer for an hour of direct care", unit="pence/hour", shape=PAYERS)
    price = Column(np.int32, "what each payer pays this month: fee with supplements", unit="pence/hour", shape=PAYERS)
    grant = Column(np.int32, "part of the price met by new money from government", unit="pence/hour", shape=PAYERS)
    other_cost = Column(np.int32, "rent, food, office and other costs for an hour of direct care", unit="pence/hour")
    charged_cost = Column(
        np.int32, "cost of an hour of direct care that fees followed last April", unit="pence/hour", shape=PAYERS
    )
    unaided_cost = Column(
        np.int32, "what an hour would have cost at the last April without policies", unit="pence/hour"
    )
    margin = Column(np.float64, "surplus over income, smoothed over a year")
    reserves = Column(np.int64, "money in hand", unit="pence")
    year_income = Column(np.int64, "income since prices were last set, where care is priced at cost", unit="pence")
    year_cost = Column(np.int64, "cost since prices were last set, where care is priced at cost", unit="pence")

    staff_minutes = Column(np.int64, "direct care time its own staff can give", unit="minutes/week")
    withheld_minutes = Column(
        np.int64, "time for which zero-hours staff were not called in for want of work", unit="minutes/week"
    )
    overtime_minutes = Column(np.int64, "extra time given by staff", unit="minutes/week")
    agency_minutes = Column(np.int64, "direct care time bought from agencies", unit="minutes/week")
    missed_minutes = Column(np.int64, "direct care time bought but not given", unit="minutes/week")
    shortened_minutes = Column(
        np.int64, "part of the time missed by which visits at home are shorter than bought", unit="minutes/week"
    )
    returned_minutes = Column(
        np.int64,
        "direct care time handed back to the buyer this month; of admissions refused, in homes",
        unit="minutes/week",
    )
    wage_bill = Column(np.int64, "wages this week", unit="pence/week")
    on_costs = Column(np.int64, "employer National Insurance, pension and holiday pay this week", unit="pence/week")
    progression = Column(np.int32, "what steps above posted rates add to the mean pay of care staff", unit="pence/hour")
    joint_pay = Column(np.int64, "what work in the NHS adds to pay in joint posts this week", unit="pence/week")
    underpaid = Column(
        np.int64, "what wages lack of the legal minimum, travel counted, where they are inspected", unit="pence/week"
    )
    ordered = Column(np.int8, "1 once found to pay less than the law: it pays for enough of the travel since")
    strain = Column(np.float64, "strain on the team: smoothed shortfall of staff", unit="share of demand")

    licensed = Column(np.int8, "1 if licensed to sponsor workers from overseas")
    rogue = Column(np.int8, "1 if it sponsors people for whom it has no steady work")
    licence_lost = Column(np.int16, "month the licence was revoked", unit="month", default=NEVER)

    guaranteed_minutes = Column(
        np.int64, "council home care that its contract guarantees, whatever need does", unit="minutes/week"
    )
    months_short = Column(np.int16, "care homes: months running with too few staff for the care bought", unit="months")
    beds_closed = Column(np.float64, "care homes: beds closed to admission for want of staff", unit="share")
    usual_fee = Column(
        np.int32, "care homes: self-funders' fee of the start, grown with earnings in general", unit="pence/hour"
    )

    # What one establishment can tell, by the rules the kernels follow.

    def staff(self) -> ColumnarAgentSet:
        """People in post."""
        workers, row = self.model.workers, self.row
        here = (workers.status == Status.CARE) & (workers.employer == row)
        return ColumnarAgentSet(workers).select(where=here)

    def vacancy_rate(self, role: Role = Role.CARE_WORKER) -> float:
        """Vacant posts of a role as a share of posts sought."""
        return float(vacancy_share(self.posts_sought[role], self.posts_filled[role]))

    @property
    def care_bought(self) -> int:
        """Direct care time bought by all payers, minutes/week."""
        return int(self.demand_minutes.sum())

    @property
    def missed_share(self) -> float:
        """Share of the care asked for that was not given this month, care handed back since included."""
        asked = self.care_bought + self.returned_minutes
        return float(self.missed_minutes / asked) if asked else 0.0
