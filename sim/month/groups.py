"""Groups of people by which results are told: who gains and who loses."""

from __future__ import annotations

from enum import IntEnum

from sim.jit import part
from sim.units import MONTHS_PER_YEAR, NEVER


class GroupKind(IntEnum):
    """What people are grouped by."""

    AGE = 0
    GENDER = 1
    ETHNICITY = 2
    NATIONALITY = 3
    VISA = 4
    EXPERIENCE = 5
    TENURE = 6
    CONTRACT = 7
    DISTANCE = 8
    SIZE = 9
    HOUSEHOLD = 10


BANDS = {
    GroupKind.AGE: ("under 20", "20-24", "25-39", "40-49", "50-59", "60 and over"),
    GroupKind.GENDER: ("female", "male"),
    GroupKind.ETHNICITY: ("white", "minority ethnic"),
    GroupKind.NATIONALITY: ("British", "EU", "non-EU"),
    GroupKind.VISA: ("unrestricted", "sponsored", "other route"),
    GroupKind.EXPERIENCE: ("under 1 year", "1-2 years", "3-4 years", "5-9 years", "10-19 years", "20 years and over"),
    GroupKind.TENURE: ("under 1 year", "1-2 years", "3-4 years", "5-9 years", "10-19 years", "20 years and over"),
    GroupKind.CONTRACT: ("zero hours", "1-7 hours", "8-20 hours", "21-34 hours", "35 hours and over"),
    GroupKind.DISTANCE: ("under 1 km", "1-4 km", "5-9 km", "10-19 km", "20 km and over"),
    GroupKind.SIZE: ("under 10 posts", "10-49 posts", "50-249 posts", "250 posts and over"),
    GroupKind.HOUSEHOLD: ("no benefits", "Universal Credit", "Carer's Allowance"),
}
MOST_BANDS = 6


YEAR, HOUR = MONTHS_PER_YEAR, 60


@part
def age_band(months):
    """Band of an age in months. Bands are sums of comparisons: branches on people's ages cannot be predicted."""
    return (
        (months >= 20 * YEAR)
        + (months >= 25 * YEAR)
        + (months >= 40 * YEAR)
        + (months >= 50 * YEAR)
        + (months >= 60 * YEAR)
    )


@part
def years_band(months):
    """Band of a length of time in months."""
    return (
        (months >= YEAR) + (months >= 3 * YEAR) + (months >= 5 * YEAR) + (months >= 10 * YEAR) + (months >= 20 * YEAR)
    )


@part
def contract_band(minutes):
    """Band of contracted minutes a week."""
    return (minutes > 0) + (minutes >= 8 * HOUR) + (minutes > 20 * HOUR) + (minutes >= 35 * HOUR)


@part
def distance_band(km):
    """Band of a distance in km."""
    return (km >= 1.0) + (km >= 5.0) + (km >= 10.0) + (km >= 20.0)


def size_band(posts: int) -> int:
    """Band of an establishment's posts at the start."""
    if posts < 10:
        return 0
    if posts < 50:
        return 1
    return 2 if posts < 250 else 3


@part
def add_to_groups(workers, providers, i, j, month, amount, out):
    """Add an amount to every group that person `i`, employed by `j`, belongs to.

    Bands are asked for plain numbers: uncompiled, numpy's would add up their comparisons to true or false.
    """
    out[0, age_band(int(month - workers.birth_month[i]))] += amount
    out[1, workers.gender[i]] += amount
    out[2, workers.ethnicity[i]] += amount
    out[3, workers.nationality[i]] += amount
    out[4, workers.visa[i]] += amount
    experience = month - workers.sector_start[i] if workers.sector_start[i] > NEVER else 0
    out[5, years_band(int(experience))] += amount
    out[6, years_band(int(month - workers.job_start[i]))] += amount
    out[7, contract_band(int(workers.contract_minutes[i]))] += amount
    out[8, distance_band(float(workers.distance[i]))] += amount
    out[9, providers.size_band[j]] += amount
    out[10, workers.household[i]] += amount
