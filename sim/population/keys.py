"""Identities of the starting population, its keyed draws for whole columns, and rounding that keeps totals."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.draws import MONTH_OFFSET, Purpose, normal_quantile, uniform, uniforms
from sim.jit import kernel
from sim.units import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Identities = NDArray[np.uint64]

DRAW_STRIDE = 256
"""Distance between the purposes of several draws made for one decision (see `Purpose`)."""

DRAW_MONTH = MONTH_OFFSET - 1
"""Month under which the starting population is drawn: one no run reaches, so that no later draw repeats these."""


class Setup(IntEnum):
    """What a draw of the starting population decides, beside the purposes that a recruit's draws share."""

    HOME = 0
    BEDS = 1
    SIZE = 2
    PAY_LEVEL = 3
    ZERO_HOURS_KIND = 4
    ZERO_HOURS_SHARE = 5
    TRAVEL = 6
    TRAVEL_PAID = 7
    FLEXIBILITY = 8
    MANAGEMENT = 9
    BENEFITS = 10
    ADULT_RATE = 11
    AGE_OF_FIRM = 12
    GROUP = 13
    SINGLE_SITE = 14
    SELF_FUNDERS = 15
    MARGIN = 16
    ROLE_PAY = 17
    TENURE = 20
    EARLIER_CARE = 21
    EARLIER_YEARS = 22
    FULL_TIME = 23
    HOURS = 24
    NO_SET_HOURS = 25
    MORE_HOURS = 26
    MORE_HOURS_SIZE = 27
    OWN_PAY = 28
    TRAVEL_BETWEEN = 29
    VISA = 30
    ZERO_HOURS = 31


def identities(stream: Stream, council: Ints, place: Ints) -> Identities:
    """`draws.person_id` for whole columns, in month 0."""
    head = np.uint64((int(stream) << 60) | (MONTH_OFFSET << 32))
    return head | (council.astype(np.uint64) << np.uint64(48)) | place.astype(np.uint64)


def purpose_of(decision: Setup | Purpose) -> int:
    """Purpose code of a draw."""
    if isinstance(decision, Purpose):
        return int(decision)
    return int(Purpose.SETUP) + DRAW_STRIDE * int(decision)


def draw(seed: int, who: Identities, decision: Setup | Purpose) -> Floats:
    """Uniform draws in [0, 1), one for each identity."""
    return uniforms(seed, who, DRAW_MONTH, purpose_of(decision))


@kernel
def fill_normal(seed: int, who: np.ndarray, month: int, purpose: int, out: np.ndarray) -> None:
    """Write one standard normal draw for each identity to `out`."""
    for i in range(who.shape[0]):
        out[i] = normal_quantile(uniform(seed, who[i], month, purpose))


def draw_normal(seed: int, who: Identities, decision: Setup | Purpose) -> Floats:
    """Standard normal draws, one for each identity."""
    out = np.empty(who.shape[0], dtype=np.float64)
    fill_normal(seed, who, DRAW_MONTH, purpose_of(decision), out)
    return out


@kernel
def fill_quantile(chance: np.ndarray, out: np.ndarray) -> None:
    """Write the standard normal quantile of each chance to `out`."""
    for i in range(chance.shape[0]):
        out[i] = normal_quantile(chance[i])


def normal_thresholds(chance: Floats) -> Floats:
    """Standard normal deviates below which fall the given chances; cut at 4.3 standard deviations."""
    out = np.empty(chance.size, dtype=np.float64)
    fill_quantile(np.ravel(chance), out)
    return out.reshape(chance.shape)


def whole(values: Floats, offset: float = 0.5) -> Ints:
    """Whole numbers whose running sums are those of `values`, rounded: every stretch keeps its total within one."""
    ends = np.floor(np.cumsum(values, dtype=np.float64) + offset).astype(np.int64)
    return np.diff(ends, prepend=0)


def scaled_within(weights: Floats, group: Ints, totals: Floats) -> Floats:
    """Weights scaled so that each group sums to its total; groups without weight share it evenly."""
    sums = np.bincount(group, weights=weights, minlength=totals.size)
    counts = np.bincount(group, minlength=totals.size)
    usable = np.where((sums <= 0)[group], 1.0, weights)
    divisor = np.where(sums > 0, sums, counts)
    factor = np.divide(totals, divisor, out=np.zeros(totals.size), where=divisor > 0)
    return usable * factor[group]


def places_within(group: Ints, groups: int) -> Ints:
    """Running number of each row within its group; rows of a group stand together."""
    counts = np.bincount(group, minlength=groups)
    starts = np.cumsum(counts) - counts
    return np.arange(group.size) - starts[group]
