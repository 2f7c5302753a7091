"""A small market for tests of runs: a hundredth of England or less, and short windows."""

from __future__ import annotations

import numpy as np

from sim.history import Origin, Walk
from sim.parameters import behaviour
from sim.recording import stack

SCALE = 0.004
ASSUMPTIONS = {"unemployment": "central", "need_growth": "central"}


def origin(seed: int = 1, scale: float = SCALE) -> Origin:
    return Origin(scale, seed, behaviour(), ASSUMPTIONS)


def same_state(one: Walk, other: Walk) -> bool:
    """Whether two walks stand at the same place and remember the same past, to the bit."""
    first, second = one.model.world.state(), other.model.world.state()
    for table in first:
        for name, values in first[table].items():
            rows = min(len(values), len(second[table][name]))
            if not np.array_equal(values[:rows], second[table][name][:rows], equal_nan=values.dtype.kind == "f"):
                return False
    return same_records(one, other)


def same_records(one: Walk, other: Walk) -> bool:
    pairs = zip(stack(one.records), stack(other.records), strict=True)
    return all(np.array_equal(first, second) for first, second in pairs)
