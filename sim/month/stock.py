"""What the month's results need to know of people in post: one pass over all of them."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.jit import kernel, part
from sim.month.groups import MOST_BANDS, GroupKind, add_to_groups
from sim.month.people import CARE, SPONSORED
from sim.rules.pay import effective_wage
from sim.units import MONTHS_PER_YEAR, Role, Sector, Service

INDEPENDENT, CARE_WORKER = int(Sector.INDEPENDENT), int(Role.CARE_WORKER)
HIGHEST_PAY = 6000
"""Pence an hour; higher pay is counted here."""
NEAR_FLOOR = 10
"""Pay within this many pence of the legal minimum counts as at the floor (Skills for Care)."""


class Measure(IntEnum):
    """What is summed over people in post in each cell."""

    HEADS = 0
    ZERO_HOURS = 1
    SPONSORED = 2
    MINUTES = 3
    PAY = 4
    EFFECTIVE_PAY = 5
    AT_FLOOR = 6
    BELOW_FLOOR = 7
    LONG_SERVICE = 8


HEADS, ZERO_HOURS, SPONSORED_HEADS, MINUTES, PAY, EFFECTIVE_PAY, AT_FLOOR, BELOW_FLOOR, LONG_SERVICE = range(
    len(Measure)
)


class Stock(NamedTuple):
    """Sums over people in post at the end of the month, all int64."""

    cells: np.ndarray
    """[L, S, X, R, measure]: one cell's measures lie together, so that a person touches one place in memory."""
    pay_counts: np.ndarray
    """[region, R, pence] people by pay, independent sector."""
    groups: np.ndarray
    """[kind, band] people."""
    experience_pay: np.ndarray
    """[2, 2] care workers of the independent sector: people and pay summed, under 1 year and 5 years or more in the
    sector."""

    @property
    def heads(self) -> np.ndarray:
        """[L, S, X, R] people in post."""
        return self.cells[..., Measure.HEADS]

    @property
    def zero_hours(self) -> np.ndarray:
        """[L, S, X, R] people on zero hours."""
        return self.cells[..., Measure.ZERO_HOURS]

    @property
    def sponsored(self) -> np.ndarray:
        """[L, S, X, R] people on a sponsored visa."""
        return self.cells[..., Measure.SPONSORED]

    @property
    def minutes(self) -> np.ndarray:
        """[L, S, X, R] minutes a week worked."""
        return self.cells[..., Measure.MINUTES]

    @property
    def pay(self) -> np.ndarray:
        """[L, S, X, R] sum of contract pay, pence/hour."""
        return self.cells[..., Measure.PAY]

    @property
    def effective_pay(self) -> np.ndarray:
        """[L, S, X, R] sum of effective pay, pence/hour, each cut to whole pence."""
        return self.cells[..., Measure.EFFECTIVE_PAY]

    @property
    def at_floor(self) -> np.ndarray:
        """[L, S, X, R] people within 10p of the legal minimum."""
        return self.cells[..., Measure.AT_FLOOR]

    @property
    def below_floor(self) -> np.ndarray:
        """[L, S, X, R] people whose effective pay lies below the adult legal minimum."""
        return self.cells[..., Measure.BELOW_FLOOR]

    @property
    def long_service(self) -> np.ndarray:
        """[L, S, X, R] minutes a week by staff a year or more in post."""
        return self.cells[..., Measure.LONG_SERVICE]


def empty_stock(councils: int, regions: int) -> Stock:
    """Zeros."""

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype=np.int64)

    return Stock(
        zeros(councils, len(Service), len(Sector), len(Role), len(Measure)),
        zeros(regions, len(Role), HIGHEST_PAY + 1),
        zeros(len(GroupKind), MOST_BANDS),
        zeros(2, 2),
    )


@kernel
def take_stock(lo, hi, month, workers, providers, councils, law, out):
    """Add people in rows [lo, hi) to the sums."""
    for i in range(lo, hi):
        if workers.status[i] != CARE:
            continue
        j = workers.employer[i]
        council, role = providers.council[j], workers.role[i]
        pay, minutes = workers.pay[i], workers.worked_minutes[i]
        effective = int(effective_wage(pay, providers.paid_part[j]))
        cell = out.cells[council, providers.service[j], providers.sector[j], role]
        cell[HEADS] += 1
        cell[MINUTES] += minutes
        cell[PAY] += pay
        cell[EFFECTIVE_PAY] += effective
        cell[ZERO_HOURS] += workers.contract_minutes[i] == 0
        cell[SPONSORED_HEADS] += workers.visa[i] == SPONSORED
        cell[AT_FLOOR] += pay <= law.adult_rate + NEAR_FLOOR
        cell[BELOW_FLOOR] += effective < law.adult_rate
        if month - workers.job_start[i] >= MONTHS_PER_YEAR:
            cell[LONG_SERVICE] += minutes
        if providers.sector[j] == INDEPENDENT:
            out.pay_counts[councils.region[council], role, min(pay, HIGHEST_PAY)] += 1
            if role == CARE_WORKER:
                add_experience(workers, i, month, pay, out)
        add_to_groups(workers, providers, i, j, month, 1, out.groups)


@part
def add_experience(workers, i, month, pay, out):
    """Count pay of the new and the experienced."""
    months = month - workers.sector_start[i]
    if months < MONTHS_PER_YEAR:
        out.experience_pay[0, 0] += 1
        out.experience_pay[0, 1] += pay
    elif months >= 5 * MONTHS_PER_YEAR:
        out.experience_pay[1, 0] += 1
        out.experience_pay[1, 1] += pay
