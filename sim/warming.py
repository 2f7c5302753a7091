"""Compilation ahead of time, and a word to say that it is happening."""

from __future__ import annotations

import sys
from functools import cache

from sim.code_cache import ENDING, KeptCode, code_folder

TINY = 0.003
"""Share of England in the market that is run for the sake of compilation."""
MONTHS = 2


def announce() -> None:
    """From now on say, once, that something has to be compiled; best called before rules are imported."""
    KeptCode.on_miss = _say_once


@cache
def _say_once() -> None:
    known = next(code_folder().glob(f"*{ENDING}"), None)
    what = "what has changed" if known else "(first run, about a minute)"
    sys.stderr.write(f"Compiling {what}...\n")
    sys.stderr.flush()


def warm() -> None:
    """Compile everything: importing compiles the rules, a tiny market the kernels.

    Kernels are compiled when first called. Two months from April 2022 on, when the visa route was open, under a ban on
    zero-hours contracts, call all of them.
    """
    from sim.crossings import CrossingWatch
    from sim.levers.contracts import ZeroHoursBan
    from sim.model import CareLabourModel
    from sim.month.worth import worth
    from sim.parameters import behaviour
    from sim.population import build_population
    from sim.units import month_index
    from sim.world import build_world

    p, april = behaviour(), month_index(2022, 4)
    ban = ZeroHoursBan.model_validate({"from": "2022-04", "minimum_hours": 16.0})
    world = build_world(build_population(TINY, 1, p, april), p, TINY)
    model = CareLabourModel(world, month=april, levers=[ban], behaviour=p)
    model.watchers.append(CrossingWatch(model, ("role",), april, ("role",)))
    for _ in range(MONTHS):
        model.simulate_month()
    worth(model, model.workers.rows()[:1])
