"""Compilation ahead of time, with help from a second process, and a word to say that it is happening.

The kernels of a month are compiled in the order in which they are called. When something turns out not to be kept, a
second process begins at the other end: it goes through a month without computing anything, notes what each kernel is
called with, and compiles the last of them first. Both keep what they compile in the same folder and look there before
they compile, so they meet somewhere in between, however long each kernel takes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.code_cache import ENDING, KeptCode, code_folder
from sim.shipped import PACKAGE

if TYPE_CHECKING:
    from sim.model import CareLabourModel

TINY = 0.003
"""Share of England in the market that is run for the sake of compilation."""
MONTHS = 12
POLICIES: dict[str, dict[str, Any]] = {
    "zero_hours_ban": {"minimum_hours": 16.0},
    "commissioner_capability": {"price_points": -40.0, "extra_years": -3},
    "training_offer": {"hours_a_week": 2.0},
    "rural_coastal_offer": {"relocation": 5.0},
    "real_living_wage": {"funding": {"council": {"cover": 1.0, "from": "new_grant"}, "ring_fenced": False}},
}
"""Without these, some kernels have nothing to do in a month."""


def announce() -> None:
    """From now on say, once, that something has to be compiled, and get help; best called before rules are imported."""
    KeptCode.on_miss = _begin


@cache
def _begin() -> None:
    known = next(code_folder().glob(f"*{ENDING}"), None)
    what = "what has changed" if known else "(first run, about half a minute)"
    sys.stderr.write(f"Compiling {what}...\n")
    sys.stderr.flush()
    if _processors() > 1 and multiprocessing.parent_process() is None:
        _get_help()


def _processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _get_help() -> subprocess.Popen[bytes]:
    """Start the second process; it ends with this one. It says nothing: this process meets the same problems."""
    path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
    helper = subprocess.Popen(
        [sys.executable, "-P", "-m", "sim.warming"],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(_end, helper)
    return helper


def _end(helper: subprocess.Popen[bytes]) -> None:
    helper.terminate()
    helper.wait()


def help_out() -> None:
    """Compile the kernels of a month, the last one first."""
    model = _tiny_market()
    noted: list[tuple[Any, tuple[Any, ...]]] = []
    try:
        with _noting(noted):
            model.simulate_month()
    finally:
        for kernel, signature in reversed(noted):
            kernel.compile(signature)


@contextmanager
def _noting(noted: list[tuple[Any, tuple[Any, ...]]]) -> Iterator[None]:
    """Kernels of the month do nothing but note with which types they are called, and return a row, as some do.

    What they should have written is then zeros, not what happened to lie in memory: numbers of people are made of it.
    """
    from sim.jit import KERNELS

    def instead_of(kernel: Any) -> Callable[..., int]:
        def note(*arguments: Any) -> int:
            noted.append((kernel, tuple(map(kernel.typeof_pyval, arguments))))
            return 0

        return note

    homes = [(kernel, sys.modules[kernel.py_func.__module__]) for kernel in KERNELS]
    ours = [(kernel, home) for kernel, home in homes if home.__name__.startswith("sim.month.")]
    changed: list[tuple[Any, str, Any, Any]] = [
        (home, kernel.__name__, kernel, instead_of(kernel)) for kernel, home in ours
    ]
    changed.append((np, "empty", np.empty, np.zeros))
    for home, name, _, stand_in in changed:
        setattr(home, name, stand_in)
    try:
        yield
    finally:
        for home, name, original, _ in changed:
            setattr(home, name, original)


def _tiny_market() -> CareLabourModel:
    """A market of some thousand people in April 2022.

    The visa route was open then; some policies are laid over it, so that every verb has work to do.
    """
    from sim.levers.base import all_levers
    from sim.model import CareLabourModel
    from sim.parameters import behaviour
    from sim.population import build_population
    from sim.units import month_index
    from sim.world import build_world

    p, april = behaviour(), month_index(2022, 4)
    known = all_levers()
    levers = [known[name].model_validate({"from": "2022-04", **body}) for name, body in POLICIES.items()]
    world = build_world(build_population(TINY, 1, p, april), p, TINY)
    return CareLabourModel(world, month=april, levers=levers, behaviour=p)


def warm() -> None:
    """Compile everything: kernels are compiled when first called, and a year of a tiny market calls all of them."""
    announce()
    model = _tiny_market()
    from sim.crossings import CrossingWatch
    from sim.month.worth import worth
    from sim.recording import record

    model.watchers.append(CrossingWatch(model, ("role",), model.month, ("role",)))
    for _ in range(MONTHS):
        model.simulate_month()
    worth(model, model.workers.rows()[:1])
    record(model)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    help_out()
