"""Positions on zero hours where these are banned: what the employer makes of them, and whether the worker agrees."""

from __future__ import annotations

import math

from sim.draws import Purpose, pair_normal, pair_uniform, uniform
from sim.jit import part
from sim.rules.agency import agency_price
from sim.rules.job_value import flexibility_met, guarantee_value, hours_shortfall
from sim.rules.substitution import (
    cost_of_guarantee,
    form_of_work,
    may_be_self_employed,
    self_employed_pay,
    self_employment_terms,
)

LAWFUL, SELF_EMPLOYED, AGENCY_HOURS = 0, 1, 2
RULED_OUT = -1.0


@part
def self_employment_possible(seed, providers, j, law):
    """Whether provider `j` gets away with self-employment; some always would, others never."""
    u = uniform(seed, providers.uid[j], 0, Purpose.SELF_EMPLOYMENT)
    return may_be_self_employed(u, law.status_enforcement[j])


@part
def form_chosen(seed, uid, role, pay, needed, providers, j, law, p):
    """What provider `j` makes of a person's position on zero hours, by cost."""
    other = providers.uid[j]
    staff = providers.staff_minutes[j]
    slack = providers.withheld_minutes[j] / staff if staff > 0 else 0.0
    guarantee = cost_of_guarantee(
        int(pay), int(law.minimum_contract_minutes[j]), int(needed), slack, law.nic_rate, law.pension_rate, p
    )
    alone = float(self_employed_pay(int(pay), p)) if self_employment_possible(seed, providers, j, law) else RULED_OUT
    agency = RULED_OUT
    if law.agency_share_cap[j] > 0.0 and providers.sector[j] <= 1 and role < 3:
        agency = float(agency_price(int(pay), int(law.agency_price_cap[j]), p))
    return form_of_work(
        pair_uniform(seed, uid, other, Purpose.SUBSTITUTION),
        guarantee,
        alone,
        agency,
        pair_normal(seed, uid, other, Purpose.SUBSTITUTION + 256),
        pair_normal(seed, uid, other, Purpose.SUBSTITUTION + 512),
        p,
    )


@part
def prefers_self_employment(workers, i, providers, j, contract, guaranteed, needed, law, month, p):
    """Whether person `i` would rather be self-employed for the time needed than have the lawful contract.

    `guaranteed` is the time worked under that contract.
    """
    wanted, flexibility = int(workers.wanted_minutes[i]), workers.value_of_flexibility[i]
    met = flexibility_met(
        providers.flexibility[j], law.unmet_wishes[j], month - workers.job_start[i], law.flexibility_wait_months[j]
    )
    pay = int(workers.pay[i])
    alone = (
        math.log(self_employed_pay(pay, p) / pay)
        + self_employment_terms(flexibility, p)
        + hours_shortfall(int(needed), wanted, p)
    )
    employed = (
        guarantee_value(contract, guaranteed, workers.value_of_guarantee[i])
        + flexibility * met
        + hours_shortfall(int(guaranteed), wanted, p)
    )
    return alone > employed
