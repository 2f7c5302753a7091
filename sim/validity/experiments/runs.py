"""What a draw shows of the virtual experiments, and of the response of the whole sector to pay."""

from __future__ import annotations

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.parameters import Behaviour
from sim.units import parse_month
from sim.validity.experiments import policies, vaccination
from sim.validity.experiments.evidence import measured, values_of
from sim.validity.experiments.living_wage_2016 import living_wage_2016
from sim.validity.experiments.panel_regression import own_raise, regressions, waves_of
from sim.validity.experiments.supermarket import supermarket
from sim.validity.experiments.supply_response import supply_response
from sim.validity.experiments.worlds import Found, branch, england, walk

EXPERIMENTS, SUPPLY = "experiments", "supply"
SCOTLAND, OPENING, WALES = (parse_month(month) for month in ("2016-10", "2017-04", "2022-04"))
"""Floor of Scotland; month from which shops open, one employer pays more and travel is paid; floor of Wales."""


def all_experiments(job: Job, behaviour: Behaviour) -> Found:
    """Every experiment along one history, each branching off where it begins."""
    october_2016 = branch(england(job, behaviour, SCOTLAND))
    april_2017 = branch(walk(october_2016.model, OPENING))
    found = policies.floor(october_2016, "scotland")
    found |= own_raise(april_2017) | supermarket(april_2017) | policies.travel(april_2017)
    found |= regressions(waves_of(october_2016.go()))
    starts = {}
    for month in (vaccination.FIRST, WALES, policies.PORTABLE_FROM):
        starts[month] = branch(walk(october_2016.model, month))
    found |= vaccination.vaccination(starts[vaccination.FIRST])
    found |= policies.floor(starts[WALES], "wales")
    found |= policies.portability(starts[policies.PORTABLE_FROM])
    return found | living_wage_2016(job, behaviour)


def run_experiments(job: Job) -> Floats:
    """[value] what a draw shows in the experiments."""
    return values_of(measured(EXPERIMENTS), all_experiments(job, job.behaviour))


def run_supply(job: Job) -> Floats:
    """[value] what a draw shows of the sector's response to pay, and of policies under other responses."""
    return values_of(measured(SUPPLY), supply_response(job, job.behaviour))
