"""A small market for tests of runs: a few thousand people, short windows, and a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sim.history import Origin, Walk
from sim.jit import CODE_FOLDER
from sim.parameters import behaviour
from sim.recording import stack

SCALE = 0.004


def origin(seed: int = 1, scale: float = SCALE) -> Origin:
    return Origin(scale, seed, behaviour())


@contextmanager
def private_store(folder: Path) -> Iterator[Path]:
    """Histories and finished runs go to a folder of the test's own; compiled code is shared, in other processes too."""
    folder.mkdir(parents=True, exist_ok=True)
    if CODE_FOLDER is not None:
        (folder / CODE_FOLDER.name).symlink_to(CODE_FOLDER.resolve(), target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARESIM_CACHE", str(folder))
        yield folder


def same_state(one: Walk, other: Walk) -> bool:
    """Whether two walks stand at the same place and remember the same past, to the bit."""
    first, second = one.model.world.state(), other.model.world.state()
    for table in first:
        for name, values in first[table].items():
            # Empty rows at the end may differ in number.
            rows = min(len(values), len(second[table][name]))
            if not np.array_equal(values[:rows], second[table][name][:rows], equal_nan=values.dtype.kind == "f"):
                return False
            if np.any(first[table].get("uid", np.zeros(0))[rows:]) or np.any(
                second[table].get("uid", np.zeros(0))[rows:]
            ):
                return False
    return one.model.month == other.model.month and same_records(one, other)


def same_records(one: Walk, other: Walk) -> bool:
    pairs = zip(stack(one.records), stack(other.records), strict=True)
    return all(np.array_equal(first, second) for first, second in pairs)
