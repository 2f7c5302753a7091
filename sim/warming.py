"""Compilation ahead of time, and a word to say that it is happening."""

from __future__ import annotations

import sys
from functools import cache

from sim.jit import CACHE_FOLDER, COMPILED

LAST_OF_THE_MONTH = "*take_stock*.nbi"
"""Index file of the kernel that a month calls last: where it is, everything before it is too."""
TINY = 0.003
"""Share of England in the market that is run for the sake of compilation."""
MONTHS = 2


def compiled_before() -> bool:
    """Whether this version of the sources has been compiled on this machine."""
    return CACHE_FOLDER is not None and next(CACHE_FOLDER.rglob(LAST_OF_THE_MONTH), None) is not None


KNOWN_AT_START = compiled_before()
"""Whether anything was compiled before this process began: importing rules already compiles them."""


def announce() -> None:
    """Say, once, that the first run compiles; best called before rules are imported."""
    if COMPILED and not KNOWN_AT_START:
        _say_once()


@cache
def _say_once() -> None:
    sys.stderr.write("Compiling (first run, about a minute)...\n")
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
