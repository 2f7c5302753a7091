"""One run of the past with some parameters: what it shows where something was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats, behaviour_at
from sim.calibration.targets import LAST_FITTED, observe, targets
from sim.history import Origin, Walk, spin_up
from sim.parameters import Behaviour
from sim.recording import stack
from sim.series import Measured, measure


class Job(NamedTuple):
    """A run to be made."""

    names: tuple[str, ...]
    quantiles: tuple[float, ...]
    """Of the priors of the named parameters; the others have their central values."""
    scale: float
    seed: int

    @property
    def behaviour(self) -> Behaviour:
        """All parameters."""
        return behaviour_at(self.names, np.array(self.quantiles))


def start(job: Job) -> Walk:
    """Walk that stands at April 2016, with a job's parameters, scale and luck; nothing is kept on disk."""
    return spin_up(Origin(job.scale, job.seed, job.behaviour))


def measured_to(job: Job, last: int) -> Measured:
    """The baseline from April 2016 to the month `last` with a job's parameters, scale and luck."""
    return measure(stack(start(job).to(last + 1).records), job.scale, 0, last)


def run_past(job: Job) -> Floats:
    """[target] what the model shows of the years that are fitted."""
    return observe(measured_to(job, LAST_FITTED), targets())


def jobs(names: Sequence[str], points: Floats, scale: float, first_seed: int) -> list[Job]:
    """A run for each row of quantiles, each with luck of its own."""
    return [Job(tuple(names), tuple(map(float, row)), scale, first_seed + number) for number, row in enumerate(points)]
