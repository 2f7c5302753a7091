"""People leave without a job to go to, and those long out of care return to their council's pool."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.reference.agency import give_up, reason_to_give_up
from sim.reference.job_values import HEALTH_ROLES, belief, present_care_value, usual_value
from sim.reference.people import FOR_ELSEWHERE, NEWLY_SPONSORED, RENEWED, WENT
from sim.rules.carers import caring_bound, caring_cut_chance, caring_leave_chance, caring_strength, hours_kept
from sim.rules.leaving import (
    back_to_seeking_chance,
    dismissal_chance,
    ill_health_chance,
    leaving_bound,
    no_work_chance,
    probation_chance,
    retirement_chance,
    vaccination_chance,
)
from sim.rules.migration import clock_has_run_out, leave_has_ended, sponsored_here, sponsors_own_staff_chance
from sim.units import MONTHS_PER_YEAR, NEVER, LeaveReason, Service, Status, Visa

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker

HOMES = (Service.RESIDENTIAL, Service.NURSING)
LOST_SPONSOR, LEFT_COUNTRY = 0, 1
"""Entries of `Ledger.displaced`."""


class Fate(IntEnum):
    """What can happen this month to someone out of care."""

    STAY = 0
    LEAVE_COUNTRY = 1
    RETURN_TO_POOL = 2
    SEEK_AGAIN = 3
    BE_SPONSORED = 4
    GO_HOME = 5


def leave(model: ReferenceModel) -> None:
    """Everybody's month is decided before anybody moves."""
    ending = [(worker, fate_of_visa(worker)) for worker in model.workers if permission_ends(worker)]
    known = {worker for worker, _ in ending}
    in_post = [(worker, reason_to_leave(worker)) for worker in model.workers if worker.in_care and worker not in known]
    others = [w for w in model.workers if not w.in_care and w.next_employer is None and w not in known]
    with_agency = [(worker, reason_to_give_up(worker)) for worker in others if worker.status == Status.AGENCY]
    without = [(worker, fate_out_of_care(worker)) for worker in others if worker.status != Status.AGENCY]
    out_of_care = [*ending, *without]
    for worker, reason in in_post:
        if reason == CUT_HOURS:
            cut_hours(worker)
        elif reason != LeaveReason.NONE:
            origin = worker.place
            leave_care(worker, LeaveReason(reason))
            worker.moved_from(origin)
    for worker, reason in with_agency:
        if reason != LeaveReason.NONE:
            origin = worker.place
            give_up(worker, reason)
            worker.moved_from(origin)
    for worker, fate in out_of_care:
        if fate == Fate.BE_SPONSORED:
            be_sponsored(worker)
        elif fate != Fate.STAY:
            origin = worker.place
            meet(worker, fate)
            worker.moved_from(origin)


def permission_ends(worker: Worker) -> bool:
    """Whether permission to stay ends for someone whose month no closure, lost licence or accepted job decides."""
    if not leave_has_ended(worker.leave_until, worker.model.month) or worker.next_employer is not None:
        return False
    if worker.visa == Visa.SPONSORED and not worker.tied:
        return False
    if not worker.in_care:
        return True
    provider = worker.provider
    return bool(provider.active) and not (worker.tied and provider.licence_lost == worker.model.month - 1)


def fate_of_visa(worker: Worker) -> Fate:
    """Whether someone whose permission to stay ends is sponsored, for the first time or again, or has to go."""
    model, role = worker.model, worker.role
    law = model.law
    eligible = sponsored_here(law.visa_open[role], law.in_country_switching[role])
    if not worker.in_care:
        stays = worker.status == Status.NHS and role in HEALTH_ROLES and eligible
        return Fate.BE_SPONSORED if stays else Fate.GO_HOME
    at, renewal = worker.provider, worker.visa == Visa.SPONSORED
    chance = sponsors_own_staff_chance(
        at.licensed, eligible, renewal, law.visa_floor[role], at.posted_pay[role], model.p
    )
    return Fate.BE_SPONSORED if model.luck.this_month(worker.uid, Purpose.IN_COUNTRY) < chance else Fate.GO_HOME


def be_sponsored(worker: Worker) -> None:
    """A visa is granted to a person already here: by the present employer, for the first time or again."""
    model, role = worker.model, worker.role
    if worker.visa == Visa.SPONSORED:
        model.ledger.visas[RENEWED] += 1
    else:
        model.ledger.visas[NEWLY_SPONSORED] += 1
        worker.visa, worker.visa_month = Visa.SPONSORED.value, model.month
    worker.grant_visa(role)
    if worker.in_care:
        provider = worker.sponsor = worker.provider
        provider.pay_for_grant(role)
        worker.pay = max(worker.pay, worker.lawful_pay(provider, role))


def go_home(worker: Worker) -> None:
    """A person whose permission to stay has ended leaves the country."""
    worker.model.ledger.visas[WENT] += 1
    if worker.in_care:
        worker.end_care_job(LeaveReason.VISA.value, Status.SEEKING.value)
    elif worker.status == Status.NHS:
        worker.leave_nhs_post(FOR_ELSEWHERE)
    worker.leave_model(LeaveReason.VISA.value)


def reason_to_leave(worker: Worker) -> int:
    """Why a person in post leaves this month; NONE to stay, `CUT_HOURS` to stay and work less."""
    model, provider = worker.model, worker.provider
    if not provider.active:
        return LeaveReason.CLOSURE
    if worker.tied and provider.licence_lost == model.month - 1:
        return LeaveReason.VISA
    if model.law.vaccination_condition > 0.0 and provider.service in HOMES:
        unemployment = model.law.unemployment[worker.home_council.row]
        chance = vaccination_chance(model.law.vaccination_condition, unemployment, model.p)
        if model.luck.this_month(worker.uid, Purpose.VACCINATION) < chance:
            return LeaveReason.VACCINATION
    u = model.luck.this_month(worker.uid, Purpose.LEAVE)
    age, in_job = worker.age_months / MONTHS_PER_YEAR, model.month - worker.job_start
    bound = leaving_bound(age, in_job, model.law.dismissal_months, worker.frailty, model.p)
    if u >= bound + caring_bound(model.p):
        return LeaveReason.NONE
    return route_out(worker, age, in_job, u)


CUT_HOURS = -1
"""Stays in post and works fewer hours, in order to care."""


def route_out(worker: Worker, age: float, in_job: int, u: float) -> int:
    """Route on which one draw falls, of those that compete; NONE to stay."""
    p, strain, frailty = worker.model.p, worker.provider.strain_felt, worker.frailty
    believed = belief(worker)
    surplus = present_care_value(worker) - believed - usual_value(worker)
    qualifying = worker.model.law.dismissal_months
    routes = (
        (LeaveReason.RETIREMENT, retirement_chance(age, p)),
        (LeaveReason.ILL_HEALTH, ill_health_chance(age, strain, frailty, p)),
        (LeaveReason.NO_WORK, no_work_chance(age, frailty, strain, believed, surplus, p)),
        (LeaveReason.PROBATION, probation_chance(in_job, frailty, believed, worker.tied, p)),
        (LeaveReason.PROBATION, dismissal_chance(in_job, qualifying, frailty, believed, p)),
    )
    chance = 0.0
    for reason, added in routes:
        chance += added
        if u < chance:
            return reason
    return route_to_caring(worker, age, u - chance)


def route_to_caring(worker: Worker, age: float, beyond: float) -> int:
    """Whether a person gives up work, or some of it, in order to care; `beyond` is what of the draw is left."""
    p = worker.model.p
    if worker.tied:
        return LeaveReason.NONE
    strength = caring_strength(age, worker.home_council.carers_minutes, p)
    leaving, cutting = caring_leave_chance(strength, p), caring_cut_chance(strength, p)
    if beyond < leaving:
        return LeaveReason.CARING
    if beyond < leaving + cutting and worker.worked_minutes > p.carer_minutes_least:
        return CUT_HOURS
    return LeaveReason.NONE


def cut_hours(worker: Worker) -> None:
    """A person in post works less, in order to care."""
    p = worker.model.p
    worker.wanted_minutes = hours_kept(worker.wanted_minutes, p)
    worker.free_minutes = hours_kept(worker.free_minutes, p)
    worker.worked_minutes = hours_kept(worker.worked_minutes, p)
    worker.contract_minutes = hours_kept(worker.contract_minutes, p)


def fate_out_of_care(worker: Worker) -> Fate:
    """What happens this month to a person who has left care and has no job to start."""
    model, law = worker.model, worker.model.law
    on_the_clock = worker.tied and worker.status != Status.NHS
    paused = law.clock_paused if worker.leave_reason == LeaveReason.VISA else 0
    if on_the_clock and clock_has_run_out(worker.clock_start, model.month, law.clock_months, paused):
        return Fate.LEAVE_COUNTRY
    months_out = model.month - worker.last_care_month
    if worker.last_care_month > NEVER and months_out >= int(model.p.months_reachable):
        return Fate.RETURN_TO_POOL
    if worker.status != Status.NOT_WORKING:
        return Fate.STAY
    seeks_again = model.luck.this_month(worker.uid, Purpose.LEAVE) < back_to_seeking_chance(model.p)
    return Fate.SEEK_AGAIN if seeks_again else Fate.STAY


def meet(worker: Worker, fate: Fate) -> None:
    """Carry out what was decided for a person out of care."""
    if fate == Fate.SEEK_AGAIN:
        worker.status = Status.SEEKING.value
    elif fate == Fate.GO_HOME:
        go_home(worker)
    elif fate == Fate.LEAVE_COUNTRY:
        worker.model.ledger.displaced[LEFT_COUNTRY] += 1
        worker.leave_model(LeaveReason.VISA.value)
    elif fate == Fate.RETURN_TO_POOL and worker.status == Status.NHS:
        # From now on the person counts as one of the NHS's own staff; the post stays filled.
        worker.employer.from_care[worker.nhs_role] -= 1  # type: ignore[union-attr]
        worker.leave_model(LeaveReason.NHS_JOB.value)
    elif fate == Fate.RETURN_TO_POOL:
        worker.leave_model(LeaveReason.NONE.value)


def leave_care(worker: Worker, reason: LeaveReason) -> None:
    """A person in post leaves by a route other than a new job."""
    model, tied = worker.model, worker.tied
    worker.drop_promise()
    status = Status.SEEKING
    if reason in (LeaveReason.NO_WORK, LeaveReason.CARING):
        status = Status.NOT_WORKING
    elif reason == LeaveReason.VACCINATION:
        status = Status.OTHER_WORK
        worker.pay = model.law.outside_pay[worker.home_council.row]
        worker.match = 0.0
    elif reason == LeaveReason.VISA:
        model.ledger.displaced[LOST_SPONSOR] += 1
    worker.end_care_job(reason.value, status.value)
    if reason in (LeaveReason.RETIREMENT, LeaveReason.ILL_HEALTH):
        worker.leave_model(reason.value)
    elif tied and reason == LeaveReason.NO_WORK:
        worker.leave_model(LeaveReason.VISA.value)
