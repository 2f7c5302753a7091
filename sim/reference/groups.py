"""Groups of people by which results are told, in the order of `sim.month.groups.GroupKind`."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.reference.people import Worker

AGES = (20, 25, 40, 50, 60)
"""Years of age at which the next band begins; below, the same for years of service, km and posts."""
YEARS = (1, 3, 5, 10, 20)
DISTANCES = (1.0, 5.0, 10.0, 20.0)
SIZES = (10, 50, 250)


def bands_of(worker: Worker) -> tuple[int, ...]:
    """Band of someone in post in each kind of group."""
    month = worker.model.month
    return (
        bisect_right(AGES, worker.age_months // MONTHS_PER_YEAR),
        worker.gender,
        worker.ethnicity,
        worker.nationality,
        worker.visa,
        bisect_right(YEARS, worker.months_in_sector // MONTHS_PER_YEAR),
        bisect_right(YEARS, (month - worker.job_start) // MONTHS_PER_YEAR),
        contract_band(worker.contract_minutes),
        bisect_right(DISTANCES, worker.distance),
        bisect_right(SIZES, sum(worker.provider.posts_start)),
        worker.household,
    )


def contract_band(minutes: int) -> int:
    """Band of contracted minutes a week: zero hours, under 8 hours, to 20 hours, under 35 hours, more."""
    if minutes <= 0:
        return 0
    if minutes < 8 * MINUTES_PER_HOUR:
        return 1
    if minutes <= 20 * MINUTES_PER_HOUR:
        return 2
    return 3 if minutes < 35 * MINUTES_PER_HOUR else 4
