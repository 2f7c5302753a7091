"""A study: runs that draws of the posterior make, and the section of the page that they fill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.report import Section
from sim.validity.visits import Visit


class Study(NamedTuple):
    """One part of ``caresim validate``."""

    name: str
    """Of its file of finished runs and of its section; letters and underscores."""
    values: int
    """How many numbers a run shows."""
    draws: int
    """Draws of the posterior that are run, at most."""
    work: Callable[[Job], Floats] | Visit
    """[value] what a draw shows; a function of a module, which other processes import by its name. Studies of the same
    draws are visits (`sim.validity.visits`), so that one run serves them all."""
    section: Callable[[Sequence[Job], Floats, Path], Section]
    """Section from the jobs, [draw, value] what they show, and the folder in which its pictures are drawn."""
    inputs: Any = ()
    """Plain values from ``sim/data/`` that decide what its runs show: these are made anew when one changes."""
    jobs: Callable[[], list[Job]] | None = None
    """Runs that are no draws of the posterior, where a study makes its own."""
