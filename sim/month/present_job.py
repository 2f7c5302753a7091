"""What people's present job, or being without one, is worth to them."""

from __future__ import annotations

from sim.jit import part
from sim.month.advertise import worth_of_post, worth_to_anybody
from sim.month.agency import agency_value
from sim.month.full_time import wishes_met
from sim.month.people import AGENCY, CARE, NHS, OTHER_WORK
from sim.rules.job_value import (
    bond_value,
    care_job_value,
    fair_treatment_value,
    fee_felt,
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
from sim.rules.substitution import self_employed_pay, self_employment_terms
from sim.units import MINUTES_PER_HOUR, NEVER, Role, Visa

SENIOR = int(Role.SENIOR_CARE_WORKER)
UNRESTRICTED = int(Visa.UNRESTRICTED)


@part
def present_belief(workers, i, month, p):
    """How a person in post sees the match today, log pay."""
    return match_belief(workers.match[i], workers.first_impression[i], month - workers.job_start[i], p)


@part
def value_with_terms(workers, i, contract, worked, month, providers, peers, law, p):
    """Value of the present care job of person `i` with a contract for so many minutes a week, log pay."""
    j = workers.employer[i]
    value = care_job_value(
        value_at_first_sight(
            worth_of_post(providers, j, workers.role[i], workers.pay[i], peers, law, p)
            + fair_treatment_value(workers.ethnicity[i], workers.nationality[i], law.fair_treatment[j]),
            present_belief(workers, i, month, p),
        )
        + reception_value(workers.visa[i], months_in_sector(workers, i, month), law.reception_worth[j])
        + bond_value(providers.service[j], p),
        guarantee_value(contract, worked, workers.value_of_guarantee[i]),
        workers.value_of_flexibility[i] * wishes_met(providers, j, month - workers.job_start[i], contract, law),
        hours_shortfall(worked, workers.wanted_minutes[i], p),
        km_felt(workers.distance[i], law.distance_felt[j]),
        p,
    )
    if law.register_fee[j] > 0 and workers.role[i] <= SENIOR:
        value += fee_felt(law.register_fee[j], workers.pay[i], worked)
    return value


@part
def value_self_employed(workers, i, month, providers, peers, law, p):
    """Value of the work of person `i`, who is self-employed, log pay."""
    j = workers.employer[i]
    pay = self_employed_pay(int(workers.pay[i]), p)
    return care_job_value(
        value_at_first_sight(
            worth_to_anybody(providers, j, workers.role[i], pay, peers, p)
            + fair_treatment_value(workers.ethnicity[i], workers.nationality[i], law.fair_treatment[j]),
            present_belief(workers, i, month, p),
        ),
        0.0,
        self_employment_terms(workers.value_of_flexibility[i], p),
        hours_shortfall(workers.worked_minutes[i], workers.wanted_minutes[i], p),
        workers.distance[i],
        p,
    )


@part
def present_care_value(workers, i, month, providers, peers, law, p):
    """Value of the present care job of person `i`, log pay."""
    if workers.self_employed[i] == 1:
        return value_self_employed(workers, i, month, providers, peers, law, p)
    contract, worked = workers.contract_minutes[i], workers.worked_minutes[i]
    return value_with_terms(workers, i, contract, worked, month, providers, peers, law, p)


@part
def present_value(workers, i, month, providers, nhs, councils, peers, law, p):
    """Value of what a person does now, log pay."""
    status = workers.status[i]
    if status == CARE:
        return present_care_value(workers, i, month, providers, peers, law, p)
    if status == NHS:
        k = workers.employer[i]
        role = 0 if workers.role[i] == 1 else workers.role[i]
        return nhs_job_value(
            nhs.pay[k, role],
            nhs.benefits[k],
            workers.value_of_flexibility[i],
            workers.distance[i],
            workers.match[i],
            p,
        )
    if status == AGENCY:
        home, pay = workers.home_council[i], int(workers.pay[i])
        return agency_value(councils, home, pay, workers.value_of_flexibility[i], workers.match[i], p)
    if status == OTHER_WORK:
        return outside_job_value(float(workers.pay[i]), workers.taste_for_care[i], workers.match[i])
    unrestricted = 1 if workers.visa[i] == UNRESTRICTED else 0
    return out_of_work_value(float(law.outside_pay[workers.home_council[i]]), unrestricted, p)


@part
def months_in_sector(workers, i, month):
    """Months since a person first worked in care; 0 for newcomers."""
    if workers.sector_start[i] <= NEVER:
        return 0
    return month - workers.sector_start[i]


@part
def weekly_pay(pay, minutes):
    """Pay for a week, pence."""
    return pay * minutes // MINUTES_PER_HOUR
