"""What the month's results need to know of people in post: one pass over all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.jit import kernel, part
from sim.month.groups import MOST_BANDS, GroupKind, add_to_groups
from sim.month.people import CARE, SPONSORED
from sim.rules.pay import effective_wage
from sim.units import Role, Sector, Service

HIGHEST_PAY = 6000
"""Pence an hour; higher pay is counted here."""
NEAR_FLOOR = 10
"""Pay within this many pence of the legal minimum counts as at the floor (Skills for Care)."""


class Stock(NamedTuple):
    """Sums over people in post at the end of the month, all int64. Cells are [L, S, X, R]."""

    heads: np.ndarray
    zero_hours: np.ndarray
    sponsored: np.ndarray
    minutes: np.ndarray
    pay: np.ndarray
    """Sum of contract pay, pence/hour."""
    effective_pay: np.ndarray
    """Sum of effective pay, pence/hour, each cut to whole pence."""
    at_floor: np.ndarray
    below_floor: np.ndarray
    """People whose effective pay lies below the adult legal minimum."""
    long_service: np.ndarray
    """Minutes by staff a year or more in post."""
    pay_counts: np.ndarray
    """[region, R, pence] people by pay, independent sector."""
    groups: np.ndarray
    """[kind, band] people."""
    experience_pay: np.ndarray
    """[2, 2] care workers of the independent sector: people and pay summed, under 1 year and 5 years or more in the sector."""


def empty_stock(councils: int, regions: int) -> Stock:
    """Zeros."""
    cells = (councils, len(Service), len(Sector), len(Role))

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype=np.int64)

    sums = [zeros(*cells) for _ in range(9)]
    return Stock(*sums, zeros(regions, len(Role), HIGHEST_PAY + 1), zeros(len(GroupKind), MOST_BANDS), zeros(2, 2))


@kernel
def take_stock(lo, hi, month, workers, providers, councils, law, out):
    """Add people in rows [lo, hi) to the sums."""
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            continue
        j = workers.employer[i]
        council, service, sector, role = (
            providers.council[j],
            providers.service[j],
            providers.sector[j],
            workers.role[i],
        )
        pay = workers.pay[i]
        travel_paid = max(providers.travel_paid_share[j], law.travel_paid_share[j])
        effective = int(effective_wage(pay, providers.travel_share[j], travel_paid))
        out.heads[council, service, sector, role] += 1
        out.minutes[council, service, sector, role] += workers.worked_minutes[i]
        out.pay[council, service, sector, role] += pay
        out.effective_pay[council, service, sector, role] += effective
        if workers.contract_minutes[i] == 0:
            out.zero_hours[council, service, sector, role] += 1
        if workers.visa[i] == SPONSORED:
            out.sponsored[council, service, sector, role] += 1
        if pay <= law.adult_rate + NEAR_FLOOR:
            out.at_floor[council, service, sector, role] += 1
        if effective < law.adult_rate:
            out.below_floor[council, service, sector, role] += 1
        if month - workers.job_start[i] >= 12:
            out.long_service[council, service, sector, role] += workers.worked_minutes[i]
        if sector == 0:
            out.pay_counts[councils.region[council], role, min(pay, HIGHEST_PAY)] += 1
            if role == 0:
                add_experience(workers, i, month, pay, out)
        add_to_groups(workers, providers, i, j, month, 1, out.groups)


@part
def add_experience(workers, i, month, pay, out):
    """Count pay of the new and the experienced."""
    months = month - workers.sector_start[i]
    if months < 12:
        out.experience_pay[0, 0] += 1
        out.experience_pay[0, 1] += pay
    elif months >= 60:
        out.experience_pay[1, 0] += 1
        out.experience_pay[1, 1] += pay
