"""What ``caresim benchmark`` times: each piece of work in a process of its own, which answers with its timings.

``python -m sim.yardstick kernels 0.1 2`` simulates a tenth of England with two threads. The reference starts from a
state that the kernels reached (``prepare``), because it would take too long to get there itself.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sim.settings import setting
from sim.units import month_index

SEED = 1
END = month_index(2026, 4)
"""The kernels simulate the published past: April 2016 to March 2026."""
FIRST, LAST = month_index(2022, 4), month_index(2023, 3)
"""The year over which kernels and reference are compared: the visa route is open, so every part of a month has work."""
SMALL_SCALE = 0.1
"""Scale at which six councils have some 8,000 workers: the reference's market."""
SPAN = 1e9
"""Nanoseconds in a second."""


class Stretch(NamedTuple):
    """The compared year, as kernels or reference took it."""

    seconds: float
    """By the clock."""
    processor_seconds: float
    """Of processors' time, all threads together: what other work on the machine hardly changes."""
    worker_months: int

    @property
    def nanoseconds(self) -> float:
        """Time for one person's month, by the clock."""
        return self.seconds / self.worker_months * SPAN

    @property
    def processor_nanoseconds(self) -> float:
        """Processors' time for one person's month."""
        return self.processor_seconds / self.worker_months * SPAN


class KernelRun(NamedTuple):
    """A whole process: seconds of its parts, and what it needed."""

    population: float
    spin_up: float
    months: float
    """April 2016 to March 2026."""
    people: int
    """Agents at the end, those out of care included."""
    megabytes: float
    """Most memory at any time."""
    stretch: Stretch
    total: float = 0.0
    """From the start of the process to its end, as seen from outside."""

    @property
    def start(self) -> float:
        """Starting Python, importing, and ending."""
        return self.total - self.population - self.spin_up - self.months


def timed_year(model: Any, simulate: Callable[[], None], people: Callable[[], int]) -> Stretch:
    """Simulate the compared year."""
    seconds, processor_seconds, worker_months = 0.0, 0.0, 0
    while model.month <= LAST:
        worker_months += people()
        began, processors_began = time.perf_counter(), time.process_time()
        simulate()
        seconds += time.perf_counter() - began
        processor_seconds += time.process_time() - processors_began
    return Stretch(seconds, processor_seconds, worker_months)


def kernels(scale: float, threads: int) -> KernelRun:
    """England in April 2016, spun up and simulated to March 2026."""
    from sim.model import CareLabourModel
    from sim.parameters import behaviour
    from sim.population import build_population
    from sim.world import build_world

    began = time.perf_counter()
    p, first = behaviour(), -int(setting("spin_up_months"))
    world = build_world(build_population(scale, SEED, p, first), p, scale)
    model = CareLabourModel(world, seed=SEED, month=first, behaviour=p, threads=threads)
    built = time.perf_counter()
    while model.month < 0:
        model.simulate_month()
    spun_up = time.perf_counter()
    while model.month < FIRST:
        model.simulate_month()
    stretch = timed_year(model, model.simulate_month, lambda: len(model.workers))
    while model.month < END:
        model.simulate_month()
    done = time.perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return KernelRun(built - began, spun_up - built, done - spun_up, len(model.workers), megabytes, stretch)


def prepare(file: Path, scale: float) -> None:
    """Write the reference's market as it stands when the compared year begins."""
    from sim.model import CareLabourModel
    from sim.parameters import behaviour
    from sim.reference.small_market import small_world

    p, first = behaviour(), -int(setting("spin_up_months"))
    blank, world = small_world(scale, SEED, p, first), small_world(scale, SEED, p, first)
    model = CareLabourModel(world, seed=SEED, month=first, behaviour=p)
    while model.month < FIRST:
        model.simulate_month()
    file.write_bytes(pickle.dumps((blank, world.state())))


def reference(file: Path) -> Stretch:
    """The compared year by the reference, in plain Python or with compiled rules as the environment has it."""
    from sim.reference.model import ReferenceModel

    world, state = pickle.loads(file.read_bytes())
    world.restore(state)
    model = ReferenceModel.from_world(world, seed=SEED, month=FIRST)
    return timed_year(model, model.step, lambda: len(model.workers))


def in_process(*words: str, compiled: bool = True) -> tuple[Any, float]:
    """What one piece of work answers, and seconds from the start of its process to its end."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0" if compiled else "1"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "sim.yardstick", *words], stdout=subprocess.PIPE, env=environment, check=True
    )
    return json.loads(done.stdout), time.perf_counter() - began


def kernel_run(scale: float, threads: int) -> KernelRun:
    """`kernels` in a process of its own."""
    answer, total = in_process("kernels", str(scale), str(threads))
    return KernelRun(**{**answer, "stretch": Stretch(*answer["stretch"]), "total": total})


def reference_run(file: Path, compiled: bool) -> Stretch:
    """`reference` in a process of its own."""
    return Stretch(*in_process("reference", str(file), compiled=compiled)[0])


def main(words: list[str]) -> None:
    """Do the piece of work that the words name, and print what it gives."""
    kind, *rest = words
    answer: Any = None
    if kind == "kernels":
        answer = kernels(float(rest[0]), int(rest[1]))._asdict()
    elif kind == "prepare":
        prepare(Path(rest[0]), float(rest[1]))
    elif kind == "reference":
        answer = reference(Path(rest[0]))
    else:
        from sim.warming import warm

        warm()
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
