"""Contracts of people in post are brought into line with the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.reference.agency import going_agency_pay, join_agency, match_with_agency, value_in_agency
from sim.reference.job_values import value_with_terms
from sim.reference.substitution import (
    AGENCY_HOURS,
    SELF_EMPLOYED,
    form_chosen,
    prefers_self_employment,
    self_employment_possible,
)
from sim.rules.contracts import could_work_full_time, hours_worked, lawful_contract, takes_guaranteed_hours
from sim.units import Household

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker


def contract_law(model: ReferenceModel) -> None:
    """Contracts of staff are brought into line with the law: below the minimum they end, and offers are made."""
    for worker in model.workers:
        if not worker.in_care:
            continue
        if worker.self_employed:
            minimum = model.law.minimum_contract_minutes[worker.provider.row]
            if minimum > 0 and self_employment_possible(worker.provider):
                continue
            worker.self_employed = 0
        elif substituted(worker):
            continue
        contract = contract_by_law(worker)
        if contract != worker.contract_minutes:
            worker.contract_minutes = contract
            worker.worked_minutes = hours_worked(contract, worker.worked_minutes, 1.0)
        if is_offered_full_time(worker):
            consider_full_time(worker)


def is_offered_full_time(worker: Worker) -> bool:
    """Whether somebody employed part-time is offered a full-time contract with a say over shifts."""
    site, role, law = worker.provider, worker.role, worker.model.law
    hours = law.full_time_minutes[site.row]
    if hours <= 0 or worker.contract_minutes >= hours or worker.tied:
        return False
    if worker.household == Household.CARERS_ALLOWANCE or site.posts_sought[role] <= site.posts_filled[role]:
        return False
    u = worker.model.luck.for_life(worker.uid, Purpose.FULL_TIME)
    return could_work_full_time(u, law.full_time_reach[site.row])


def consider_full_time(worker: Worker) -> None:
    """Take a full-time contract with a say over shifts if it is worth more than the present one."""
    hours = worker.model.law.full_time_minutes[worker.provider.row]
    worked = max(hours, worker.worked_minutes)
    now = value_with_terms(worker, worker.contract_minutes, worker.worked_minutes)
    if value_with_terms(worker, hours, worked) > now:
        worker.contract_minutes, worker.worked_minutes = hours, worked


def lawful(worker: Worker) -> int:
    """Contracted minutes a week that the law on minimum hours leaves a person."""
    law, row = worker.model.law, worker.provider.row
    minimum = law.minimum_contract_minutes[row]
    if minimum <= 0:
        return worker.contract_minutes
    keep = law.keep_zero_hours_if_preferred[row]
    return lawful_contract(worker.contract_minutes, worker.wanted_minutes, minimum, keep, worker.value_of_guarantee)


def contract_by_law(worker: Worker) -> int:
    """Contracted minutes a week that a person in post holds under this month's law."""
    law, row = worker.model.law, worker.provider.row
    contract = lawful(worker)
    entitled = (
        contract <= law.offer_threshold_minutes[row]
        and contract < worker.worked_minutes
        and worker.model.month - worker.job_start >= law.offer_reference_months[row]
    )
    if entitled and takes_guaranteed_hours(worker.value_of_guarantee, worker.model.p):
        return worker.worked_minutes
    return contract


def substituted(worker: Worker) -> bool:
    """Whether a position on zero hours that the law ends becomes self-employed work or agency hours."""
    contract, needed = lawful(worker), worker.worked_minutes
    if worker.contract_minutes != 0 or contract == 0 or worker.tied:
        return False
    form, guaranteed = form_chosen(worker, needed), hours_worked(contract, needed, 1.0)
    if form == SELF_EMPLOYED:
        if prefers_self_employment(worker, contract, guaranteed, needed):
            worker.self_employed = 1
            return True
    elif form == AGENCY_HOURS and worker.next_employer is None:
        as_agency = value_in_agency(worker, going_agency_pay(worker), match_with_agency(worker))
        if as_agency > value_with_terms(worker, contract, guaranteed):
            origin = worker.place
            join_agency(worker)
            worker.moved_from(origin)
            return True
    return False
