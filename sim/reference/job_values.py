"""What jobs are worth to people: the present one, and one seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.reference.agency import value_in_agency
from sim.reference.people import distance_between, match_between, nhs_role, terms_offered
from sim.reference.providers import NOTHING
from sim.rules.entry import outside_wage
from sim.rules.job_value import (
    bond_value,
    care_job_value,
    fair_treatment_value,
    fee_felt,
    flexibility_met,
    guarantee_value,
    hours_shortfall,
    km_felt,
    match_belief,
    nhs_job_value,
    out_of_work_value,
    outside_job_value,
    reception_value,
    value_at_first_sight,
)
from sim.rules.leaving import outside_job_chance
from sim.rules.migration import sponsored_hours
from sim.rules.search import outside_chance_of, outside_offer_chance, typical_value
from sim.rules.substitution import self_employed_pay, self_employment_terms
from sim.units import NEVER, Role, Status, Visa

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.nhs import NHS
    from sim.reference.people import Worker
    from sim.reference.providers import Provider

HEALTH_ROLES = (Role.REGISTERED_NURSE, Role.SOCIAL_WORKER, Role.OCCUPATIONAL_THERAPIST)


@dataclass
class Seeker:
    """What a look depends on, whether the person is a worker or still in a pool."""

    uid: int
    home: Council
    role: int
    wanted_minutes: int
    value_of_guarantee: float
    value_of_flexibility: float
    ethnicity: int = 0
    nationality: int = 0
    """Of workers; 0 for people of the pools, who learn how an employer treats them once they are there."""
    months_in_sector: int = 0
    qualified: int = 0
    tied: bool = False
    visa_month: int = NEVER
    visa_floor: int = 0
    provider: Provider | None = None
    """Present employer in care."""
    newcomer: bool = False
    """Whether the person has never worked in care."""

    @classmethod
    def of(cls, worker: Worker) -> Seeker:
        """A worker as a seeker."""
        return cls(
            uid=worker.uid,
            home=worker.home_council,
            role=worker.role,
            wanted_minutes=worker.wanted_minutes,
            value_of_guarantee=worker.value_of_guarantee,
            value_of_flexibility=worker.value_of_flexibility,
            ethnicity=worker.ethnicity,
            nationality=worker.nationality,
            months_in_sector=worker.months_in_sector,
            qualified=worker.qualified,
            tied=worker.bound,
            visa_month=worker.visa_month,
            visa_floor=worker.visa_floor,
            provider=worker.provider if worker.in_care else None,
        )


def belief(worker: Worker) -> float:
    """How a person in post sees the match today, log pay."""
    months = worker.model.month - worker.job_start
    return match_belief(worker.match, worker.first_impression, months, worker.model.p)


def fair_treatment(person: Worker | Seeker, provider: Provider) -> float:
    """What fair treatment by an employer is worth to a person, log pay."""
    worth = provider.model.law.fair_treatment[provider.row]
    return fair_treatment_value(person.ethnicity, person.nationality, worth)


def usual_value(worker: Worker) -> float:
    """Value of a typical job nearby, log pay."""
    home = worker.home_council
    outside = float(worker.model.law.outside_pay[home.row])
    return typical_value(float(home.going_rate[worker.role]), outside, worker.model.p)


def value_with_terms(worker: Worker, contract: int, worked: int) -> float:
    """Value of the care job a person is in, with a contract for so many minutes a week, log pay."""
    model, provider, p = worker.model, worker.provider, worker.model.p
    value = care_job_value(
        value_at_first_sight(
            provider.value_of_post(worker.pay, worker.role) + fair_treatment(worker, provider), belief(worker)
        )
        + reception_value(worker.visa, worker.months_in_sector, model.law.reception_worth[provider.row])
        + bond_value(provider.service, p),
        guarantee_value(contract, worked, worker.value_of_guarantee),
        worker.value_of_flexibility * wishes_met(provider, model.month - worker.job_start, contract),
        hours_shortfall(worked, worker.wanted_minutes, p),
        km_felt(worker.distance, model.law.distance_felt[provider.row]),
        p,
    )
    return value + register_felt(provider, worker.role, worker.pay, worked)


def wishes_met(provider: Provider, months: int, contract: int) -> float:
    """Share of wishes over shifts that are met; full-time contracts by policy come with a say from the first day."""
    law, row = provider.model.law, provider.row
    unmet, wait = law.unmet_wishes[row], law.flexibility_wait_months[row]
    if 0 < law.full_time_minutes[row] <= contract:
        unmet, wait = unmet * (1.0 - law.full_time_wishes[row]), 0
    return flexibility_met(provider.flexibility, unmet, months, wait)


def register_felt(provider: Provider, role: int, pay: int, worked: int) -> float:
    """What the fee of a register takes off the value of a job of a care worker or senior, log pay."""
    fee = provider.model.law.register_fee[provider.row]
    return fee_felt(fee, pay, worked) if fee > 0 and role <= Role.SENIOR_CARE_WORKER else 0.0


def value_self_employed(worker: Worker) -> float:
    """Value of the work of somebody self-employed, log pay."""
    provider, p = worker.provider, worker.model.p
    pay = self_employed_pay(worker.pay, p)
    return care_job_value(
        value_at_first_sight(
            provider.value_to_anybody(pay, worker.role) + fair_treatment(worker, provider), belief(worker)
        ),
        0.0,
        self_employment_terms(worker.value_of_flexibility, p),
        hours_shortfall(worker.worked_minutes, worker.wanted_minutes, p),
        worker.distance,
        p,
    )


def present_care_value(worker: Worker) -> float:
    """Value of the care job a person is in, log pay."""
    if worker.self_employed:
        return value_self_employed(worker)
    return value_with_terms(worker, worker.contract_minutes, worker.worked_minutes)


def present_value(worker: Worker) -> float:
    """Value of what a person does now, log pay."""
    model = worker.model
    if worker.in_care:
        return present_care_value(worker)
    if worker.status == Status.NHS:
        employer: NHS = worker.employer  # type: ignore[assignment]
        pay, benefits = employer.pay[worker.nhs_role], employer.benefits
        return nhs_job_value(pay, benefits, worker.value_of_flexibility, worker.distance, worker.match, model.p)
    if worker.status == Status.AGENCY:
        return value_in_agency(worker, worker.pay, worker.match)
    if worker.status == Status.OTHER_WORK:
        return outside_job_value(float(worker.pay), worker.taste_for_care, worker.match)
    outside = float(model.law.outside_pay[worker.home_council.row])
    return out_of_work_value(outside, int(worker.visa == Visa.UNRESTRICTED), model.p)


def value_of_post(seeker: Seeker, provider: Provider, role: int) -> float:
    """Value of an open post to a seeker, by terms that would be met on the first day, log pay."""
    model, p = provider.model, provider.model.p
    floor = model.law.pay_floor[provider.row][role]
    if seeker.tied:
        portable = model.month - seeker.visa_month < model.law.portability_months
        own = provider is seeker.provider or portable
        floor = max(floor, seeker.visa_floor if own else model.law.visa_floor[role])
    pay = provider.pay_offered(role, seeker.months_in_sector, seeker.qualified, floor)
    contract, worked = terms_offered(
        seeker.uid, seeker.wanted_minutes, seeker.value_of_guarantee, seeker.tied, provider
    )
    if seeker.tied:
        worked = sponsored_hours(worked, provider.rogue, p)
    value = care_job_value(
        value_at_first_sight(
            provider.value_of_post(pay, role) + fair_treatment(seeker, provider),
            match_between(seeker.uid, provider, seeker.newcomer)[1],
        ),
        guarantee_value(contract, worked, seeker.value_of_guarantee),
        seeker.value_of_flexibility * wishes_met(provider, int(p.flexibility_horizon), contract),
        hours_shortfall(worked, seeker.wanted_minutes, p),
        km_felt(distance_between(seeker.uid, seeker.home, provider), model.law.distance_felt[provider.row]),
        p,
    )
    return value + register_felt(provider, role, provider.posted_pay[role], worked)


def nhs_match(worker: Worker) -> float:
    """Match of a person with the NHS post that might be seen this month, log pay."""
    deviate = worker.model.luck.normal_this_month(worker.uid, Purpose.NHS_SEEN, repeat=1)
    return worker.model.p.match_spread * deviate


def value_of_nhs_post(worker: Worker) -> float:
    """Value of an NHS post if one is seen this month, log pay."""
    model, p = worker.model, worker.model.p
    employer, role = model.nhs_employers[worker.home_council.ics], nhs_role(worker.role)
    if employer.pay[role] <= 0 or employer.posts[role] <= employer.filled[role]:
        return NOTHING
    if worker.bound and role not in HEALTH_ROLES:
        return NOTHING
    chance = p.nhs_look_professional if role in HEALTH_ROLES else p.nhs_look
    if model.luck.this_month(worker.uid, Purpose.NHS_SEEN) >= chance:
        return NOTHING
    flexibility = worker.value_of_flexibility
    return nhs_job_value(employer.pay[role], employer.benefits, flexibility, p.nhs_distance, nhs_match(worker), p)


def outside_job_seen(worker: Worker) -> tuple[float, float]:
    """Wage, pence/hour, and match, log pay, of the job outside care that might be seen this month."""
    model = worker.model
    going_rate = model.law.outside_pay[worker.home_council.row]
    wage = outside_wage(going_rate, model.luck.normal_this_month(worker.uid, Purpose.OUTSIDE_PAY), model.p)
    match = model.p.match_spread * model.luck.normal_this_month(worker.uid, Purpose.OUTSIDE_TASTE)
    return wage, match


def value_of_outside_job(worker: Worker) -> float:
    """Value of a job outside care if one is seen this month, log pay."""
    model = worker.model
    if worker.bound or worker.role == Role.MANAGER or worker.role in HEALTH_ROLES:
        return NOTHING
    if worker.status == Status.SEEKING:
        chance = outside_job_chance(model.law.tightness, model.p)
    else:
        chance = outside_offer_chance(model.law.tightness, model.p)
    chance = outside_chance_of(int(worker.role == Role.SENIOR_CARE_WORKER), chance, model.p)
    if model.luck.this_month(worker.uid, Purpose.OUTSIDE_SEEN) >= chance:
        return NOTHING
    wage, match = outside_job_seen(worker)
    return outside_job_value(wage, worker.taste_for_care, match)
