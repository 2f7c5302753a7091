"""Keyed random draws: a draw is a pure function of (seed, person, month, purpose).

There is no sequence and no state, so the same person meets the same luck in every scenario, whatever the number of
threads or the order of rows, and differences between scenarios are differences of policy. The mixing function is the
64-bit finaliser of Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", applied to each part
of the key in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np

from sim.jit import TRACED, compiled, kernel, rule, types

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB
TO_UNIT = 1.0 / 9007199254740992.0
SEED_STEP, MONTH_STEP, PURPOSE_STEP = 0x9E6C63D0876A9A99, 0xD1342543DE82EF95, 0xF1357AEA2E62A9C5
"""Odd multipliers that spread small seeds, months and purposes over 64 bits."""
TO_HALF = 1.0 / 4294967296.0
LOW_32 = 0xFFFFFFFF
LOW_16 = 0xFFFF
SUM_MEAN = 2.0 * 65535.0
"""Mean of the sum of four draws from 0 to 65,535."""
SUM_SCALE = 1.0 / math.sqrt(4.0 * (65536.0 * 65536.0 - 1.0) / 12.0)
"""One over its standard deviation."""
MONTH_OFFSET = 4096
"""Added to a month so that keys are positive through any spin-up."""

REPEAT = 256
"""Offset between the purposes of repeated draws of one kind."""

F = TypeVar("F", bound=Callable[..., Any])


class Purpose(IntEnum):
    """What a draw decides. A purpose that needs several draws uses ``purpose + REPEAT * k``."""

    LEAVE = 1
    LOOK = 3
    LOOK_AT = 4
    MATCH = 6
    IMPRESSION = 7
    DISTANCE = 8
    CONTRACT = 9
    PRIORITY = 10
    START_LAG = 11
    DROP_OUT = 12
    NHS_SEEN = 13
    NHS_PRIORITY = 14
    OUTSIDE_SEEN = 15
    OUTSIDE_PAY = 16
    OUTSIDE_TASTE = 17
    AGE = 20
    GENDER = 21
    ETHNICITY = 22
    NATIONALITY = 23
    ROLE = 24
    WANTED_HOURS = 25
    VALUE_GUARANTEE = 26
    VALUE_FLEXIBILITY = 27
    TASTE_FOR_CARE = 28
    FRAILTY = 29
    QUALIFIED = 30
    BACKGROUND = 31
    CIRCUMSTANCES = 32
    OVERSEAS_SPONSOR = 40
    OVERSEAS_RETURN = 41
    ROGUE = 42
    REVOCATION = 43
    PAY_STEP = 50
    EXIT = 52
    ENTRY = 53
    ROUNDING = 54
    PHASE_IN = 55
    VACCINATION = 57
    POOL = 60
    NHS_FLOW = 61
    SETUP = 70
    FOLLOW = 80
    CONTRACT_LENGTH = 90
    TENDER_CALENDAR = 91
    TENDER_JUDGEMENT = 92
    TRANSFER = 93
    HOUSEHOLD = 81
    AGENCY_SEEN = 82
    SUBSTITUTION = 83
    SELF_EMPLOYMENT = 84
    IN_COUNTRY = 94
    LEAVE_TO_STAY = 95
    SUITABLE = 96
    SECOND_LOOK = 97
    SPONSORED_HERE = 98
    INSPECTION = 110
    TRAINING = 111
    POSTS_HANDED = 112
    FULL_TIME = 113
    REFERRED = 120
    GRANTED_ASYLUM = 121
    HUB = 122
    RELOCATION = 123
    RECRUITED_AHEAD = 124


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * MIX_1) & MASK
    z = ((z ^ (z >> 27)) * MIX_2) & MASK
    return z ^ (z >> 31)


def _keyed(signature: types.Type) -> Callable[[F], F]:
    """Compile with a uint64 signature: as a signed integer an identity would silently give another number.

    Where plain Python is traced, the kernels may be plain Python too, and numpy's integers of 64 bits would overflow.
    """
    if TRACED:
        return lambda function: lambda *key: function(*map(int, key))  # type: ignore[return-value]
    return lambda function: compiled(function, signature)


_mix64 = _keyed(types.uint64(types.uint64))(_mix)


@_keyed(types.uint64(types.uint64, types.uint64, types.uint64, types.uint64))
def random_bits(seed: int, person: int, month: int, purpose: int) -> int:
    """64 random bits.

    The part of the key that does not name the person is mixed first, so that a loop over people computes it once.
    """
    key = _mix64((seed * SEED_STEP + month * MONTH_STEP + purpose * PURPOSE_STEP) & MASK)
    return _mix64((key ^ person) & MASK)


@_keyed(types.float64(types.uint64, types.uint64, types.uint64, types.uint64))
def uniform(seed: int, person: int, month: int, purpose: int) -> float:
    """Uniform draw in [0, 1) with 53 random bits."""
    return float(random_bits(seed, person, month, purpose) >> 11) * TO_UNIT


@_keyed(types.float64(types.uint64))
def upper_half(bits: int) -> float:
    """Uniform draw in [0, 1) of the upper 32 of 64 random bits."""
    return float(bits >> 32) * TO_HALF


@_keyed(types.float64(types.uint64))
def lower_half(bits: int) -> float:
    """Uniform draw in [0, 1) of the lower 32 of 64 random bits, independent of the upper ones."""
    return float(bits & LOW_32) * TO_HALF


@_keyed(types.float64(types.uint64, types.uint64, types.uint64, types.uint64))
def pair_uniform(seed: int, person: int, other: int, purpose: int) -> float:
    """Uniform draw of a pair, such as a person and an employer: the same pair always draws the same."""
    return uniform(seed, _mix64((person + other * GOLDEN) & MASK), 0, purpose)


@_keyed(types.float64(types.uint64))
def normal_of(bits: int) -> float:
    """Normal deviate of 64 random bits: the sum of four draws of 16 bits, scaled to variance 1, within 3.5 deviations.

    Needs no logarithm, which counts because several are drawn for every post that anyone looks at.
    """
    total = (bits & LOW_16) + ((bits >> 16) & LOW_16) + ((bits >> 32) & LOW_16) + (bits >> 48)
    return (float(total) - SUM_MEAN) * SUM_SCALE


@_keyed(types.float64(types.uint64, types.uint64, types.uint64, types.uint64))
def normal(seed: int, person: int, month: int, purpose: int) -> float:
    """Standard normal draw of a person."""
    return normal_of(random_bits(seed, person, month, purpose))


@_keyed(types.float64(types.uint64, types.uint64, types.uint64, types.uint64))
def pair_normal(seed: int, person: int, other: int, purpose: int) -> float:
    """Standard normal draw of a pair."""
    return normal_of(random_bits(seed, _mix64((person + other * GOLDEN) & MASK), 0, purpose))


@rule
def logistic_quantile(u: float) -> float:
    """Standard logistic deviate (variance pi^2/3) of a uniform draw, cut at six standard deviations."""
    if u < 1e-5:
        u = 1e-5
    if u > 1.0 - 1e-5:
        u = 1.0 - 1e-5
    return math.log(u / (1.0 - u))


@rule
def normal_quantile(u: float) -> float:
    """Standard normal deviate of a uniform draw, cut at 4.3 standard deviations.

    Rational approximation of Odeh and Evans (1974), Applied Statistics 23(1), algorithm AS 70; error below 1.5e-8.
    """
    p = u
    if p < 1e-5:
        p = 1e-5
    if p > 1.0 - 1e-5:
        p = 1.0 - 1e-5
    tail = p if p < 0.5 else 1.0 - p
    t = math.sqrt(math.log(1.0 / (tail * tail)))
    numerator = (((t * -0.453642210148e-4 + -0.0204231210245) * t + -0.342242088547) * t + -1.0) * t + -0.322232431088
    denominator = (((t * 0.0038560700634 + 0.103537752850) * t + 0.531103462366) * t + 0.588581570495) * t
    x = t + numerator / (denominator + 0.0993484626060)
    return x if p >= 0.5 else -x


def person_id(stream: int, council: int, month: int, place: int) -> int:
    """Identity that no scenario can shift: stream, council, month and place in the stream, never a running count."""
    return (stream << 60) | (council << 48) | ((month + MONTH_OFFSET) << 32) | place


person_id = _keyed(types.uint64(types.uint64, types.uint64, types.uint64, types.uint64))(person_id)


@kernel
def fill_uniform(seed: int, people: np.ndarray, month: int, purpose: int, out: np.ndarray) -> None:
    """Write one draw for each identity in `people` (uint64) to `out` (float64)."""
    for i in range(people.shape[0]):
        out[i] = uniform(seed, people[i], month, purpose)


def uniforms(seed: int, people: np.ndarray, month: int, purpose: int) -> np.ndarray:
    """Array of draws, one for each identity: the twin of `uniform` for whole columns."""
    out = np.empty(people.shape[0], dtype=np.float64)
    fill_uniform(seed, people, month, int(purpose), out)
    return out
