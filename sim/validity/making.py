"""Runs of studies that are not finished yet are made, and each is kept as soon as it is finished."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import isgeneratorfunction
from typing import NamedTuple, cast

from sim.calibration.runs import Job
from sim.calibration.store import Store
from sim.calibration.wide import finish, run_wide
from sim.progress import watched
from sim.validity.study import Study
from sim.validity.visits import Task, Visit, together


class Opened(NamedTuple):
    """A study, its runs, and where those are kept that are finished."""

    study: Study
    store: Store
    jobs: list[Job]

    @property
    def visits(self) -> bool:
        """Whether runs may serve other studies, too."""
        return isgeneratorfunction(self.study.work)

    @property
    def title(self) -> str:
        """Name in words."""
        return self.study.name.replace("_", " ")


def make_runs(studies: Sequence[Opened], workers: int, scheduler: str | None) -> None:
    """Make the runs that studies miss: of those that look at the same draws together, then of each of the others."""
    visiting = [one for one in studies if one.visits]
    if visiting:
        _make_together(visiting, workers, scheduler)
    for one in studies:
        if not one.visits:
            _make(one, workers, scheduler)


def tasks_of(studies: Sequence[Opened]) -> list[Task]:
    """A run for each draw that a study misses, for all that miss it."""
    missing = {one.study.name: set(one.store.missing(one.jobs)) for one in studies}
    tasks = []
    for job in dict.fromkeys(job for one in studies for job in one.jobs):
        visits = tuple(
            (one.study.name, cast(Visit, one.study.work)) for one in studies if job in missing[one.study.name]
        )
        if visits:
            tasks.append(Task(visits, job))
    return tasks


def _make_together(studies: Sequence[Opened], workers: int, scheduler: str | None) -> None:
    stores = {one.study.name: one.store for one in studies}
    tasks, jobs = tasks_of(studies), {job for one in studies for job in one.jobs}
    with watched(len(jobs)) as progress:
        progress.say(", ".join(one.title for one in studies))
        progress.skip(len(jobs) - len(tasks))
        for done, (task, shows) in enumerate(run_wide(together, tasks, workers, scheduler), start=1):
            for name, values in shows.items():
                stores[name].add(task.job, values)
            progress.advance()
            if done % 100 == 0:
                progress.say(f"{done} of {len(tasks)} runs finished")


def _make(one: Opened, workers: int, scheduler: str | None) -> None:
    if one.study.jobs is not None:
        print(f"{one.title}: makes runs of its own, whatever --draws and --scale are")
    with watched(len(one.jobs)) as progress:
        progress.say(one.title)
        finish(one.store, one.study.work, one.jobs, workers, scheduler, progress)
