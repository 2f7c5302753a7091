"""Places in arrays are counted from the start in compiled code: no kernel may read or write outside its arrays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.jit import COMPILED

pytestmark = pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
ROOT = Path(__file__).resolve().parents[1]
NEGATIVE = """
import numba
import numpy as np
from sim.month.recorded_sums import add_by_region

@numba.njit
def theirs(values, place):
    return values[place]

print(theirs(np.arange(3), -1))
regions = np.array([-1])
try:
    add_by_region(np.ones((1, 1), dtype=np.int64), regions, np.zeros((2, 1), dtype=np.int64))
except IndexError:
    print("refused")
"""
MONTHS = """
from sim.baselines import ANNOUNCED
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL, outlook_of
from sim.parameters import behaviour
from sim.reference.small_market import small_world
from sim.units import month_index
from test_oracle import HALF, SEED, SPIN_UP, eventful, levers

for first, last, policies, p, outlook in (
    (SPIN_UP, month_index(2029, 6), [], behaviour(), outlook_of(ANNOUNCED, {})),
    (month_index(2021, 9), month_index(2023, 9), levers(), eventful(), ENACTED_CENTRAL),
):
    world = small_world(HALF, SEED, p, SPIN_UP)
    model = CareLabourModel(world, seed=SEED, month=first, levers=policies, behaviour=p, outlook=outlook)
    while model.month < last:
        model.step()
print("within bounds")
"""


def with_bounds_checked(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process in which numba checks all places."""
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_no_kernel_reads_or_writes_outside_its_arrays() -> None:
    """Decades of a small market under law that is announced, and two eventful years with every lever."""
    done = with_bounds_checked(MONTHS)
    assert done.stdout.strip() == "within bounds", done.stderr[-2000:]


def test_a_negative_place_is_refused_and_other_programs_count_from_the_end_as_ever() -> None:
    assert with_bounds_checked(NEGATIVE).stdout.split() == ["2", "refused"]
