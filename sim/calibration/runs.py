"""One run of the past with some parameters: what it shows where something was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats, behaviour_at
from sim.calibration.targets import LAST_FITTED, observe, targets
from sim.history import Origin, Walk, unspun
from sim.recording import stack
from sim.series import measure
from sim.units import MONTHS_PER_YEAR


class Job(NamedTuple):
    """A run to be made."""

    names: tuple[str, ...]
    quantiles: tuple[float, ...]
    """Of the priors of the named parameters; the others have their central values."""
    scale: float
    seed: int


def run_past(job: Job) -> Floats:
    """[target] what the model shows of the years that are fitted."""
    behaviour = behaviour_at(job.names, np.array(job.quantiles))
    walk = Walk(unspun(Origin(job.scale, job.seed, behaviour)))
    while walk.model.month < -MONTHS_PER_YEAR:
        walk.model.simulate_month()
    walk.to(LAST_FITTED + 1)
    return observe(measure(stack(walk.records), job.scale, 0, LAST_FITTED), targets())


def jobs(names: Sequence[str], points: Floats, scale: float, first_seed: int) -> list[Job]:
    """A run for each row of quantiles, each with luck of its own."""
    return [Job(tuple(names), tuple(map(float, row)), scale, first_seed + number) for number, row in enumerate(points)]
