"""Draws of a posterior, by the quantiles of the priors at which they lie."""

from __future__ import annotations

from pathlib import Path

from sim.calibration.priors import quantile_of
from sim.calibration.runs import Job
from sim.drawn import read_draws


def draws(file: Path) -> list[Job]:
    """Draws of the posterior as runs without scale and seed; ScenarioError for a file that holds something else."""
    found = []
    for values in read_draws(file):
        quantiles = tuple(quantile_of(name, value) for name, value in values.items())
        found.append(Job(tuple(values), quantiles, 0.0, 0))
    return found
