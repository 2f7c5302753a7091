"""Which cell of a crossing a person in post belongs to, for those who ask for crossings; nothing a month needs."""

from __future__ import annotations

from sim.jit import kernel, part
from sim.month.groups import GroupKind, age_band, contract_band, distance_band, years_band
from sim.month.people import CARE
from sim.units import NEVER

REGION, COUNCIL, SERVICE, SECTOR, ROLE = 0, 1, 2, 3, 4
GROUPS_FROM = 5
"""Dimensions from here on are groups of people, in the order of `GroupKind`."""
AGE, GENDER = GROUPS_FROM + int(GroupKind.AGE), GROUPS_FROM + int(GroupKind.GENDER)
ETHNICITY, NATIONALITY = GROUPS_FROM + int(GroupKind.ETHNICITY), GROUPS_FROM + int(GroupKind.NATIONALITY)
VISA, EXPERIENCE = GROUPS_FROM + int(GroupKind.VISA), GROUPS_FROM + int(GroupKind.EXPERIENCE)
TENURE, CONTRACT = GROUPS_FROM + int(GroupKind.TENURE), GROUPS_FROM + int(GroupKind.CONTRACT)
DISTANCE, SIZE = GROUPS_FROM + int(GroupKind.DISTANCE), GROUPS_FROM + int(GroupKind.SIZE)
HOUSEHOLD = GROUPS_FROM + int(GroupKind.HOUSEHOLD)


@part
def place_band(dimension, workers, providers, councils, i, j):
    """Band of the job of person `i` with provider `j` in a dimension of places."""
    if dimension == REGION:
        return int(councils.region[providers.council[j]])
    if dimension == COUNCIL:
        return int(providers.council[j])
    if dimension == SERVICE:
        return int(providers.service[j])
    if dimension == SECTOR:
        return int(providers.sector[j])
    if dimension == ROLE:
        return int(workers.role[i])
    return int(providers.size_band[j])


@part
def person_band(dimension, workers, i, month):
    """Band of person `i` in a dimension of people, as `sim.month.groups` has it."""
    if dimension == AGE:
        return int(age_band(int(month - workers.birth_month[i])))
    if dimension == GENDER:
        return int(workers.gender[i])
    if dimension == ETHNICITY:
        return int(workers.ethnicity[i])
    if dimension == NATIONALITY:
        return int(workers.nationality[i])
    if dimension == VISA:
        return int(workers.visa[i])
    if dimension == EXPERIENCE:
        return int(years_band(int(month - workers.sector_start[i] if workers.sector_start[i] > NEVER else 0)))
    if dimension == TENURE:
        return int(years_band(int(month - workers.job_start[i])))
    if dimension == CONTRACT:
        return int(contract_band(int(workers.contract_minutes[i])))
    if dimension == HOUSEHOLD:
        return int(workers.household[i])
    return int(distance_band(float(workers.distance[i])))


@kernel
def code_people(lo, hi, month, workers, providers, councils, dimensions, strides, code):
    """Cell of everyone in post in rows [lo, hi); -1 for anybody else."""
    for i in range(lo, hi):
        code[i] = -1
        if workers.status[i] != CARE or workers.self_employed[i] == 1:
            continue
        j = workers.employer[i]
        cell = 0
        for k in range(dimensions.shape[0]):
            dimension = dimensions[k]
            if dimension <= ROLE or dimension == SIZE:
                cell += strides[k] * place_band(dimension, workers, providers, councils, i, j)
            else:
                cell += strides[k] * person_band(dimension, workers, i, month)
        code[i] = cell
