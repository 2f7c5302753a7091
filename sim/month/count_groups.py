"""People in post are counted by group.

Everybody belongs to a group of each kind, so several kinds are counted at once: a pass without branches writes where
each person belongs as three small numbers, a second counts these, and single kinds are sums of that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.jit import kernel
from sim.month.groups import BANDS, GroupKind, age_band, contract_band, distance_band, years_band
from sim.month.people import CARE
from sim.units import NEVER

TOGETHER = (
    (GroupKind.GENDER, GroupKind.ETHNICITY, GroupKind.NATIONALITY, GroupKind.VISA, GroupKind.HOUSEHOLD),
    (GroupKind.AGE, GroupKind.EXPERIENCE),
    (GroupKind.TENURE, GroupKind.CONTRACT, GroupKind.DISTANCE),
)
"""Kinds of groups that are counted together."""
ETHNICITIES, NATIONALITIES, VISAS, HOUSEHOLDS = (len(BANDS[kind]) for kind in TOGETHER[0][1:])
EXPERIENCES = len(BANDS[GroupKind.EXPERIENCE])
CONTRACTS, DISTANCES = len(BANDS[GroupKind.CONTRACT]), len(BANDS[GroupKind.DISTANCE])
COMBINATIONS = max(int(np.prod([len(BANDS[kind]) for kind in kinds])) for kinds in TOGETHER)

assert np.iinfo(np.uint8).max + 1 >= COMBINATIONS, "a combination of groups is written as one byte"


def empty_combinations() -> NDArray[np.int64]:
    """Zeros: [2, 3, combination] people, and their contract pay in pence an hour."""
    return np.zeros((2, len(TOGETHER), COMBINATIONS), dtype=np.int64)


@kernel
def find_groups(lo, hi, month, workers, combination):
    """Write the three combinations of groups that people in rows [lo, hi) belong to: [3, row]."""
    for i in range(lo, hi):
        by_sex_and_ethnicity = workers.gender[i] * ETHNICITIES + workers.ethnicity[i]
        by_visa = (by_sex_and_ethnicity * NATIONALITIES + workers.nationality[i]) * VISAS + workers.visa[i]
        combination[0, i] = by_visa * HOUSEHOLDS + workers.household[i]
        experience = month - workers.sector_start[i] if workers.sector_start[i] > NEVER else 0
        age = int(month - workers.birth_month[i])
        combination[1, i] = age_band(age) * EXPERIENCES + years_band(int(experience))
        tenure = years_band(int(month - workers.job_start[i]))
        contract = contract_band(int(workers.contract_minutes[i]))
        combination[2, i] = (tenure * CONTRACTS + contract) * DISTANCES + distance_band(float(workers.distance[i]))


@kernel
def count_groups(lo, hi, workers, combination, out):
    """Add employees in rows [lo, hi), and their pay, to the combinations they belong to."""
    for i in range(lo, hi):
        counts = int((workers.status[i] == CARE) & (workers.self_employed[i] == 0))
        pay = counts * workers.pay[i]
        out[0, 0, combination[0, i]] += counts
        out[0, 1, combination[1, i]] += counts
        out[0, 2, combination[2, i]] += counts
        out[1, 0, combination[0, i]] += pay
        out[1, 1, combination[1, i]] += pay
        out[1, 2, combination[2, i]] += pay


def count_kinds(combinations: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """Write sums by group, [kind, band], from sums by combination, [3, combination]; sizes of establishments stay."""
    for kinds, counts in zip(TOGETHER, combinations, strict=True):
        shape = [len(BANDS[kind]) for kind in kinds]
        sums = counts[: int(np.prod(shape))].reshape(shape)
        for axis, kind in enumerate(kinds):
            others = tuple(other for other in range(len(kinds)) if other != axis)
            out[kind, : shape[axis]] = sums.sum(axis=others)
