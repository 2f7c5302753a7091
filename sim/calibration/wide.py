"""Many runs at once: in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, TypeVar

from sim import warming
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.progress import Silent
from sim.running import processes

J = TypeVar("J")
R = TypeVar("R")
AHEAD = 4
"""Jobs handed out ahead of need, for each process."""


def run_wide(
    work: Callable[[J], R], jobs: Sequence[J], workers: int, scheduler: str | None = None
) -> Iterator[tuple[J, R]]:
    """Do jobs and give each with its result as it is finished, in whatever order.

    Args:
        work: a function of a module, which every process can import.
        jobs: what it is called with.
        workers: processes on this machine.
        scheduler: address of a Dask scheduler to use in place of them.
    """
    if scheduler is not None:
        yield from _on_cluster(work, jobs, scheduler)
    elif workers == 1:
        for job in jobs:
            yield job, work(job)
    else:
        yield from _in_processes(work, jobs, workers)


def _in_processes(work: Callable[[J], R], jobs: Sequence[J], workers: int) -> Iterator[tuple[J, R]]:
    warming.warm()  # compiled here once, not by every process for itself
    waiting = iter(jobs)
    with processes(min(workers, max(1, len(jobs)))) as pool:
        running: dict[Future[R], J] = {}
        while True:
            while len(running) < AHEAD * workers and (job := next(waiting, None)) is not None:
                running[pool.submit(work, job)] = job
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()


def _on_cluster(work: Callable[[J], R], jobs: Sequence[J], scheduler: str) -> Iterator[tuple[J, R]]:
    from dask import distributed

    dask: Any = distributed  # without types of its own
    try:
        connected = dask.Client(scheduler)
    except ValueError as problem:
        expected = "an address such as tcp://10.0.0.1:8786"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--scheduler", f"{scheduler!r}: {problem}", expected)]) from None
    with connected as client:
        futures: dict[Any, J] = {client.submit(work, job, pure=False): job for job in jobs}
        for future in dask.as_completed(futures):
            yield futures[future], future.result()


def finish(
    store: Any, work: Callable[[J], Any], jobs: Sequence[J], workers: int, scheduler: str | None, progress: Silent
) -> None:
    """Do those jobs that a store does not have, and keep each as soon as it is finished."""
    missing = store.missing(jobs)
    progress.skip(len(jobs) - len(missing))
    for done, (job, result) in enumerate(run_wide(work, missing, workers, scheduler), start=1):
        store.add(job, result)
        progress.advance()
        if done % 100 == 0:
            progress.say(f"{done} of {len(missing)} runs finished")
