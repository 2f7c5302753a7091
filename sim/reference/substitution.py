"""Positions on zero hours where these are banned: what the employer makes of them, and whether the worker agrees."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.rules.agency import agency_price
from sim.rules.job_value import flexibility_met, guarantee_value, hours_shortfall
from sim.rules.substitution import (
    cost_of_guarantee,
    form_of_work,
    may_be_self_employed,
    self_employed_pay,
    self_employment_terms,
)
from sim.units import DIRECT_CARE_ROLES, Sector

if TYPE_CHECKING:
    from sim.reference.people import Worker
    from sim.reference.providers import Provider

LAWFUL, SELF_EMPLOYED, AGENCY_HOURS = 0, 1, 2
RULED_OUT = -1.0


def self_employment_possible(provider: Provider) -> bool:
    """Whether a provider gets away with self-employment; some always would, others never."""
    u = provider.model.luck.for_life(provider.uid, Purpose.SELF_EMPLOYMENT)
    return may_be_self_employed(u, provider.model.law.status_enforcement[provider.row])


def form_chosen(worker: Worker, needed: int) -> int:
    """What the employer makes of a position on zero hours, by cost."""
    provider, model = worker.provider, worker.model
    law, luck, p, pay = model.law, model.luck, model.p, worker.pay
    slack = provider.withheld_minutes / provider.staff_minutes if provider.staff_minutes > 0 else 0.0
    minimum = law.minimum_contract_minutes[provider.row]
    guarantee = cost_of_guarantee(pay, minimum, needed, slack, law.nic_rate, law.pension_rate, p)
    alone = float(self_employed_pay(pay, p)) if self_employment_possible(provider) else RULED_OUT
    agency = RULED_OUT
    allowed = law.agency_share_cap[provider.row] > 0.0 and provider.sector != Sector.DIRECT_PAYMENT
    if allowed and worker.role in DIRECT_CARE_ROLES:
        agency = float(agency_price(pay, law.agency_price_cap[provider.row], p))
    return form_of_work(
        luck.of_pair(worker.uid, provider.uid, Purpose.SUBSTITUTION),
        guarantee,
        alone,
        agency,
        luck.normal_of_pair(worker.uid, provider.uid, Purpose.SUBSTITUTION + 256),
        luck.normal_of_pair(worker.uid, provider.uid, Purpose.SUBSTITUTION + 512),
        p,
    )


def prefers_self_employment(worker: Worker, contract: int, guaranteed: int, needed: int) -> bool:
    """Whether a person would rather be self-employed for the time needed than have the lawful contract.

    `guaranteed` is the time worked under that contract.
    """
    provider, p, flexibility = worker.provider, worker.model.p, worker.value_of_flexibility
    law, months = worker.model.law, worker.model.month - worker.job_start
    unmet, wait = law.unmet_wishes[provider.row], law.flexibility_wait_months[provider.row]
    met = flexibility_met(provider.flexibility, unmet, months, wait)
    alone = (
        log(self_employed_pay(worker.pay, p) / worker.pay)
        + self_employment_terms(flexibility, p)
        + hours_shortfall(needed, worker.wanted_minutes, p)
    )
    employed = (
        guarantee_value(contract, guaranteed, worker.value_of_guarantee)
        + flexibility * met
        + hours_shortfall(guaranteed, worker.wanted_minutes, p)
    )
    return alone > employed
