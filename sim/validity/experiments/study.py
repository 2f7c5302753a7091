"""The studies of virtual experiments: beside causal estimates, and of the whole sector's response to pay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.experiments import page
from sim.validity.experiments.evidence import deciding, measured
from sim.validity.experiments.runs import EXPERIMENTS, SUPPLY, run_experiments, run_supply
from sim.validity.report import Section
from sim.validity.study import Study

DRAWS = {EXPERIMENTS: 20, SUPPLY: 12}


def experiments_section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """Section on the experiments."""
    return page.experiments(jobs, measured(EXPERIMENTS), shows, folder)


def supply_section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """Section on the sector's response."""
    return page.supply(jobs, measured(SUPPLY), shows, folder)


def study() -> Study:
    """Virtual experiments beside causal estimates."""
    values = len(measured(EXPERIMENTS))
    return Study(EXPERIMENTS, values, DRAWS[EXPERIMENTS], run_experiments, experiments_section, deciding(EXPERIMENTS))


def supply() -> Study:
    """The response of the whole sector to pay, and what conclusions on pay owe to it."""
    return Study(SUPPLY, len(measured(SUPPLY)), DRAWS[SUPPLY], run_supply, supply_section, deciding(SUPPLY))
