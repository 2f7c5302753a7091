"""Agency staff: people of an integrated care system who chose agency pay over a permanent post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.lawful_month import NO_CAP
from sim.rules.agency import agency_job_value, agency_pay, agency_price, smoothed_use
from sim.rules.leaving import ill_health_chance, no_work_chance, retirement_chance
from sim.units import DIRECT_CARE_ROLES, MONTHS_PER_YEAR, NEVER, LeaveReason, Status

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker

NOTHING_SEEN = -1e9
"""Value of having seen no agency, log pay."""


def going_agency_pay(worker: Worker) -> int:
    """Pay of an hour for an agency nearby, pence: that of the role, less what caps take off prices."""
    home, p = worker.home_council, worker.model.p
    price = agency_price(home.going_rate[worker.role], NO_CAP, p) * home.agency_price
    return agency_pay(int(price), p)


def match_with_agency(worker: Worker) -> float:
    """How agency work seen this month would suit a person, log pay."""
    deviate = worker.model.luck.normal_this_month(worker.uid, Purpose.AGENCY_SEEN, repeat=1)
    return worker.model.p.match_spread * deviate


def value_in_agency(worker: Worker, pay: int, match: float) -> float:
    """Value of agency work at a rate of pay, log pay."""
    use = worker.home_council.agency_use
    return agency_job_value(pay, use, worker.value_of_flexibility, match, worker.model.p)


def value_of_agency_seen(worker: Worker) -> float:
    """Value of agency work if an agency comes up this month, log pay."""
    model = worker.model
    may = worker.status in (Status.CARE, Status.SEEKING) and not worker.bound and worker.role in DIRECT_CARE_ROLES
    if not may or worker.home_council.going_rate[worker.role] <= 0:
        return NOTHING_SEEN
    if model.luck.this_month(worker.uid, Purpose.AGENCY_SEEN) >= model.p.agency_look:
        return NOTHING_SEEN
    return value_in_agency(worker, going_agency_pay(worker), match_with_agency(worker))


def join_agency(worker: Worker) -> None:
    """Leave a care job, or the search for one, for agency work."""
    if worker.in_care:
        worker.end_care_job(LeaveReason.AGENCY_WORK.value, Status.AGENCY.value)
    worker.status, worker.job_start, worker.clock_start = Status.AGENCY.value, worker.model.month, NEVER
    worker.pay, worker.match = going_agency_pay(worker), match_with_agency(worker)


def reason_to_give_up(worker: Worker) -> LeaveReason:
    """Why a person gives up agency work this month without another job; NONE to go on."""
    model = worker.model
    u, age = model.luck.this_month(worker.uid, Purpose.LEAVE), worker.age_months / MONTHS_PER_YEAR
    chance = 0.0
    for reason, added in (
        (LeaveReason.RETIREMENT, retirement_chance(age, model.p)),
        (LeaveReason.ILL_HEALTH, ill_health_chance(age, 0.0, worker.frailty, model.p)),
        (LeaveReason.NO_WORK, no_work_chance(age, worker.frailty, 0.0, worker.match, 0.0, model.p)),
    ):
        chance += added
        if u < chance:
            return reason
    return LeaveReason.NONE


def give_up(worker: Worker, reason: LeaveReason) -> None:
    """Stop working for an agency without another job."""
    worker.last_care_month = worker.job_start = worker.model.month
    worker.status = Status.NOT_WORKING.value
    if reason != LeaveReason.NO_WORK:
        worker.leave_model(reason.value)


def find_conditions(model: ReferenceModel, wanted: list[int], offered: list[int]) -> None:
    """What agency staff meet from now on: how much of their time is used, and prices under caps."""
    paid, usual = [0] * len(offered), [0] * len(offered)
    sought = [0] * len(offered)
    for site in model.providers:
        if site.active:
            area, minutes = site.council.ics, wanted[site.row]
            sought[area] += minutes
            paid[area] += minutes * site.agency_price
            usual[area] += minutes * agency_price(site.pay_for_agency_time, NO_CAP, model.p)
    for council in model.councils:
        area = council.ics
        used = min(sought[area], offered[area])
        council.agency_use = smoothed_use(council.agency_use, offered[area], used, model.p)
        council.agency_price = paid[area] / usual[area] if usual[area] > 0 else 1.0
