"""A small study, the command line in a process of its own, and an engine without processes."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.experiments.work import Report, Task

ROOT = Path(__file__).parents[1]
STUDY = """
name: Hours and pay
scale: 0.002
window: {from: 2018-04, to: 2019-03}
replicates: 3
levers:
  - zero_hours_ban: {from: 2018-04, minimum_hours: {vary: [8, 16]}}
  - real_living_wage: {include: {vary: [false, true]}, from: 2018-06}
"""
RUNS = 3 * (4 + 1)


def command(place: Path, *options: str, limit: int | None = None) -> subprocess.Popen[str]:
    """The command line in a process group of its own, as a terminal starts it."""

    def limited() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have what is in the background ignore it
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *options],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=limited,
    )


def ran(place: Path, *options: str, limit: int | None = None) -> tuple[int, str]:
    """Exit status of a command and what it said."""
    with command(place, *options, limit=limit) as process:
        said = process.communicate(timeout=300)[0]
    return process.returncode, said


class Here:
    """An engine that does tasks in this process."""

    def __init__(self, *given: object, **options: object) -> None:
        pass

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def make(self, tasks: Iterator[Task], do: Callable[[Task], Report]) -> Iterator[tuple[Task, Report]]:
        for task in tasks:
            yield task, do(task)
