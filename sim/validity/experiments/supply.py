"""The study of the whole sector's response to pay, and of what conclusions on pay owe to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.experiments import page
from sim.validity.experiments.evidence import measured
from sim.validity.experiments.supply_response import supply_response
from sim.validity.experiments.verdicts import values_of
from sim.validity.experiments.worlds import behaviour_of
from sim.validity.report import Section
from sim.validity.study import Study

NAME = "supply"
DRAWS = 12
MODULES = tuple(
    f"validity/experiments/{name}.py"
    for name in ("evidence", "worlds", "policies", "sector_raise", "supply_response", "supply")
)


def run_supply(job: Job) -> Floats:
    """[value] what a draw shows of the sector's response to pay, and of policies under other responses."""
    return values_of(measured(NAME), supply_response(job, behaviour_of(job)))


def supply_section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """Section on the sector's response."""
    return page.supply(jobs, measured(NAME), shows, folder)


def study() -> Study:
    """The response of the whole sector to pay, and what conclusions on pay owe to it."""
    return Study(NAME, MODULES, len(measured(NAME)), DRAWS, run_supply, supply_section)
