"""What a worker does: some runs of one origin, from one history.

An origin is a scale, a seed, values of the parameters and an outlook. It is simulated once up to the month from which
its runs part, and every run goes on from there. A worker keeps the last such state in its memory; the history up to the
last published April, which several origins may share, is kept on disk if several tasks need it.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.history import Origin, State, Walk, keep, known, nearest, restore, take_state
from sim.measures import ALL, areas
from sim.provenance import fingerprint, makers
from sim.recording import Record, in_brief, stack
from sim.series import AREA_TYPES, Wanted, measure
from sim.settings import setting
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, financial_year

if TYPE_CHECKING:
    from sim.experiments.outcomes import Outcome
    from sim.experiments.specification import Run

RUNS_A_TASK = 4
"""Most runs of a task: some seconds of work, so that handing it out costs nothing and little is lost with a worker."""
REPLICATE = 1
"""A run has one replicate only, whose seed its plan decides."""
ELSEWHERE = ("cpu",)
"""Of what makes a result, that which may differ between workers."""


class Task(NamedTuple):
    """Some runs of one origin."""

    group: str
    """Name of the history that they go on from."""
    origin: Origin
    fork: int
    """First month in which the origin's runs may differ."""
    runs: tuple[Run, ...]
    made_by: str
    """Versions that must be those of the worker."""
    first: bool
    """Whether it is the first of its group."""
    alone: bool
    """Whether the group has no other."""

    def apart(self) -> list[Task]:
        """A task for each run."""
        return [self._replace(runs=(run,)) for run in self.runs]


class Done(NamedTuple):
    """A run that was made, or could not be."""

    key: str
    seed: int
    seconds: float
    years: dict[str, list[float]]
    error: str = ""
    """What went wrong; empty if nothing did."""


class Report(NamedTuple):
    """What a worker has to say of a task."""

    done: tuple[Done, ...]
    months: int
    """Months simulated, history included."""
    seconds: float
    """Time they took, all told."""
    processor: str
    state_bytes: int
    """Size of the state from which the runs part."""


class OtherVersion(Exception):
    """The worker has another version of code, data or libraries than the study."""


def made_by() -> str:
    """Fingerprint of code, data and libraries, without the processor."""
    return fingerprint({name: value for name, value in makers().items() if name not in ELSEWHERE})


def tasks_of(runs: Iterator[Run], forks: Mapping[str, int], tasks: Mapping[str, int]) -> Iterator[Task]:
    """Tasks of runs that come ordered by origin; nothing but one task at a time is held.

    Args:
        runs: what is to be run.
        forks: month from which the runs of an origin part, by `origin_name`.
        tasks: how many tasks go on from a history, by `past_name`.
    """
    version, begun = made_by(), set[str]()
    for origin, same in groupby(runs, key=lambda run: run.plan.origin(REPLICATE)):
        of_origin = iter(same)
        fork = forks[origin_name(origin)]
        group = past_name(origin, fork)
        while waiting := _some(of_origin):
            yield Task(group, origin, fork, tuple(waiting), version, group not in begun, tasks[group] == 1)
            begun.add(group)


def _some(runs: Iterator[Run]) -> list[Run]:
    return [run for _, run in zip(range(RUNS_A_TASK), runs, strict=False)]


def origin_name(origin: Origin) -> str:
    """Name of an origin, short enough to be remembered for each of many thousand."""
    return origin.key(0) + fingerprint(origin.outlook.until(LAST_MONTH))


def past_name(origin: Origin, fork: int) -> str:
    """Name of the history that an origin shares with others, which assume other things of later months only."""
    return origin.key(kept_april(fork))


LAST_MONTH = 10_000
"""After every month that can be simulated."""


# -- on the worker


class _Forked(NamedTuple):
    """A model, the state from which runs part, and what was recorded of the year before it."""

    origin: Origin
    fork: int
    model: Any
    state: State
    records: list[Record]


_last: list[_Forked] = []
"""The last origin of this process, if any."""
_one_at_a_time = threading.Lock()
"""There is one model in a process, also where a worker has several threads."""


def make_runs(task: Task) -> Report:
    """Make the runs of a task; a run that fails is told, and does not keep the others from being made."""
    with _one_at_a_time:
        if made_by() != task.made_by:
            message = "code, data or libraries of a worker are of another version than those of the sweep"
            raise OtherVersion(message)
        began, months = time.perf_counter(), _Counter()
        try:
            forked = _forked(task, months)
        except Exception as problem:  # noqa: BLE001  whatever it is, it is recorded and the study goes on
            _last.clear()
            done = [_failed(run, problem) for run in task.runs]
        else:
            done = [_made(run, forked, months) for run in task.runs]
        seconds = time.perf_counter() - began
        return Report(tuple(done), months.count, seconds, makers()["cpu"], _size(_last[0].state) if _last else 0)


def kept_april(fork: int) -> int:
    """Month whose state is kept on disk, where several tasks need it: the last April of the past up to the fork."""
    kept = min(fork, int(setting("branch_by")))
    return kept - kept % MONTHS_PER_YEAR


class _Counter:
    """Counts months as they are simulated."""

    def __init__(self) -> None:
        self.count = 0

    def tick(self, month: int) -> None:
        """A month was simulated."""
        self.count += 1


def _forked(task: Task, months: _Counter) -> _Forked:
    """The state from which a task's runs part: that in memory, or from the nearest one on disk."""
    if _last and _last[0].origin == task.origin and _last[0].fork == task.fork:
        return _last[0]
    _last.clear()  # memory for one model only
    kept = kept_april(task.fork)
    walk = nearest(task.origin, kept, tick=months.tick)
    if task.alone:
        walk.unrecorded_to(min(task.fork, _first_measured(task)), months.tick)
    walk.to(kept, months.tick)
    if not task.alone and not known(task.origin, kept):
        keep(task.origin, walk)
    walk.to(task.fork, months.tick)
    _last.append(_Forked(task.origin, task.fork, walk.model, take_state(walk.model), list(walk.records)))
    return _last[0]


def _first_measured(task: Task) -> int:
    """First month that any measure of a task's runs looks back to."""
    return min(run.plan.scenarios[0].window.start for run in task.runs) - MONTHS_PER_YEAR


def _made(run: Run, forked: _Forked, months: _Counter) -> Done:
    """A run from the fork to its end."""
    from sim.experiments.outcomes import yearly

    began = time.perf_counter()
    try:
        scenario, end, needs = run.plan.scenarios[0], run.plan.end, wanted(run.outcomes)
        restore(forked.model, forked.state, scenario.levers, scenario.outlook)
        before = [in_brief(known) for known in forked.records] if needs.brief else list(forked.records)
        walk = Walk(forked.model, before, needs.brief).to(end, months.tick)
        needed = walk.records[-(end - scenario.window.start + MONTHS_PER_YEAR) :]
        measured = measure(
            stack(needed), scenario.scale, scenario.window.start, scenario.window.end, councils_in_full=False,
            wanted=needs,
        )  # fmt: skip
        years = {financial_year(april): values for april, values in yearly(measured, run.outcomes).items()}
    except Exception as problem:  # noqa: BLE001  whatever it is, it is recorded and the study goes on
        return _failed(run, problem)
    return Done(run.key, run.seed, time.perf_counter() - began, years)


def wanted(outcomes: Sequence[Outcome]) -> Wanted:
    """What has to be measured for some outcomes."""
    places, whole = {outcome.area for outcome in outcomes}, all(outcome.group == ALL for outcome in outcomes)
    return Wanted(
        frozenset(indicator for outcome in outcomes for indicator in outcome.indicators),
        frozenset(kind for kind in AREA_TYPES if not places.isdisjoint(areas(kind))),
        frozenset({ALL}) if whole else None,
    )


def _size(state: State) -> int:
    return sum(values.nbytes for columns in state.tables.values() for values in columns.values())


def _failed(run: Run, problem: Exception) -> Done:
    """A run that came to nothing, with the error and the last line of the program that had part in it."""
    ours = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.startswith(str(PACKAGE))]
    where = f" ({os.path.relpath(ours[-1].filename, PACKAGE.parent)}:{ours[-1].lineno})" if ours else ""
    return Done(run.key, run.seed, 0.0, {}, f"{type(problem).__name__}: {problem}{where}")
