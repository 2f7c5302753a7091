"""Mechanisms switched off one at a time, from the start of the simulation on, and the two futures of each draw then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibration.runs import Job
from sim.history import Origin
from sim.parameters import STRUCTURAL_SWITCHES, Behaviour
from sim.validity.sensitivity import fork_of, outcomes, outcomes_of, parting, two_futures
from sim.validity.visits import ALONE, Looking


class Switch(NamedTuple):
    """A mechanism that can be taken out of the model."""

    label: str
    """In words, as it stands in a sentence."""
    parameters: tuple[str, ...]
    """Those that are zero when it is off."""
    off: str
    """What then no longer happens."""


ALL_ON = Switch("nothing", (), "")
SWITCHES = (
    ALL_ON,
    Switch(
        "strain feedback", STRUCTURAL_SWITCHES["strain_feedback"],
        "short-staffed teams neither value their job less nor leave or fall ill more often",
    ),
    Switch("peer comparison", STRUCTURAL_SWITCHES["peer_comparison"], "nobody minds being paid below others nearby"),
    Switch(
        "hours response to Universal Credit", ("hours_elasticity",),
        "claimants keep their hours whatever an hour leaves them; Carer's Allowance still caps hours",
    ),
    Switch(
        "benefits and hours", STRUCTURAL_SWITCHES["benefits_and_hours"],
        "no household is on Universal Credit or Carer's Allowance",
    ),
    Switch(
        "unpaid carers", STRUCTURAL_SWITCHES["unpaid_carers"],
        "care not met makes nobody leave or cut hours to care at home",
    ),
    Switch("bed closures", STRUCTURAL_SWITCHES["bed_closures"], "homes close no beds for want of staff"),
    Switch("spend-down", STRUCTURAL_SWITCHES["spend_down"], "no self-funder runs out of means"),
)  # fmt: skip
"""All on first."""


def without(behaviour: Behaviour, switch: Switch) -> Behaviour:
    """Parameters with a mechanism off; a value of zero may lie outside the range of a draw."""
    return behaviour._replace(**dict.fromkeys(switch.parameters, 0.0))


def run_switches(job: Job) -> Looking:
    """[switch, future, outcome] flat: a draw with all on, and with each off; luck is the same.

    A visit (`sim.validity.visits`).
    """
    walk = yield parting()
    fork = fork_of(walk)
    walk = yield ALONE
    all_on = outcomes(two_futures(walk.model, fork), job.scale)
    origins = [Origin(job.scale, job.seed, without(job.behaviour, switch)) for switch in SWITCHES[1:]]
    return np.array([all_on, *(outcomes_of(origin) for origin in origins)]).ravel()
