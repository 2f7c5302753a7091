"""``caresim sweep``: all runs of a study, on this machine or a cluster; whatever stops it, it can go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.experiments.specification import Run, runs_of

from sim.experiments.executor import Engine
from sim.experiments.stopping import enough
from sim.experiments.store import Store
from sim.experiments.watching import Watch
from sim.experiments.work import OtherVersion, Report, make_runs, origin_name, tasks_of
from sim.problems import COMMAND_LINE, Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd
    from sim.experiments.schema import Study

SOME_FAILED = 1
"""Exit status where runs have failed."""
SHOWN_FAILURES = 5
"""Failed runs that are told one by one."""
REPLICATE = 1


class Specified(NamedTuple):
    """What is known of all runs of a study before any is made."""

    rows: list[tuple[int, int, bool, str, int]]
    """Point, replicate, reference, key and seed of each."""
    forks: dict[str, int]
    """Month from which the runs of an origin part, by its name."""


def sweep(
    study: Study,
    folder: Path,
    *,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    patience: float | None = None,
) -> int:
    """Make the runs of a study and keep them in a folder.

    Args:
        study: what is to be run.
        folder: of the study; new or empty, unless it is resumed.
        resume: whether the folder may hold this study already.
        workers: processes on this machine.
        scheduler: address of a Dask scheduler, whose workers are used instead.
        patience: seconds for which a lost scheduler is looked for.

    Returns:
        Exit status: 0, or `SOME_FAILED`.

    Raises:
        ScenarioError: the folder holds something else, or the scheduler can't be reached.
        OSError: there is no room, or no permission, to write.
    """
    from sim.experiments.designs import points_of

    points = points_of(study)
    with Store.open(folder, study, resume=resume) as store:
        for remark in store.remarks:
            print(f"note: {remark}")
        store.save_points(points)
        waits = {} if patience is None else {"patience": patience}
        _Sweep(study, points, store).run(workers, scheduler, **waits)
        counts = store.read().counts()
        _tell_failures(store)
    print(f"{counts['done']:,} of {counts['of']:,} runs are finished. Results: {folder}")
    return SOME_FAILED if counts["failed"] else 0


class _Sweep:
    """One session of a study."""

    def __init__(self, study: Study, points: pd.DataFrame, store: Store) -> None:
        self.study, self.points, self.store = study, points, store
        self.replicates = study.repeats
        self.specified = self._specify()
        self.watch: Watch

    def run(self, workers: int, scheduler: str | None, **waits: float) -> None:
        """Batch after batch, until every run is made and the stopping rule is content."""
        while self._missing() == 0 and self._goes_on():
            pass  # batches of an earlier session
        if self._missing() == 0:
            return
        if scheduler is None:
            from sim import warming

            warming.warm()  # compiled here once, not by every process for itself
        self.watch = Watch(self._of(), self._of() - self._missing())
        with self.watch, Engine(workers, scheduler, say=self.watch.say, **waits) as engine:
            self._make(engine)
            while self._goes_on():
                self.watch.more(self._of())
                self._make(engine)

    def _make(self, engine: Engine) -> None:
        """Make the runs that are missing."""
        tasks = tasks_of(self._waiting(), self.specified.forks)
        for task, report in engine.make(tasks, make_runs):
            if isinstance(report, Exception):
                self._refuse_other_versions(report)
                for run in task.runs:
                    self.store.fail(run.key, run.seed, f"{type(report).__name__}: {report}")
                self.watch.settled(0, len(task.runs))
            else:
                self._keep(report)

    def _keep(self, report: Report) -> None:
        for run in report.done:
            if run.error:
                self.store.fail(run.key, run.seed, run.error)
            else:
                self.store.add(run.key, run.seconds, run.years)
        if self.store.note_processor(report.processor):
            self.watch.say(
                f"note: runs are made by processors of several types ({report.processor} is new): results agree, but "
                "are no longer claimed to be identical to the bit to those of another sweep"
            )
        failed = sum(bool(run.error) for run in report.done)
        self.watch.settled(len(report.done) - failed, failed)

    def _refuse_other_versions(self, problem: Exception) -> None:
        if isinstance(problem, OtherVersion):
            expected = "workers with the versions that this machine has (see docs/cluster.md)"
            raise ScenarioError([Problem(COMMAND_LINE, 0, "--scheduler", str(problem), expected)])

    # -- which runs

    def _goes_on(self) -> bool:
        """Whether the stopping rule asks for another batch; it is specified then."""
        until = self.study.until
        if until is None or self.replicates >= until.at_most or enough(self.store.read(), until, self.replicates):
            return False
        self.replicates = min(self.replicates + self.study.repeats, until.at_most)
        self.specified = self._specify()
        return True

    def _specify(self) -> Specified:
        specified = specify(self._runs())
        self.store.save_runs(specified.rows)
        return specified

    def _runs(self) -> Iterator[Run]:
        return runs_of(self.study, self.points, range(1, self.replicates + 1))

    def _of(self) -> int:
        return len({row[3] for row in self.specified.rows})

    def _missing(self) -> int:
        return len({row[3] for row in self.specified.rows} - self.store.finished())

    def _waiting(self) -> Iterator[Run]:
        """Runs that are not finished, each once."""
        seen = set(self.store.finished())
        for run in self._runs():
            if run.key not in seen:
                seen.add(run.key)
                yield run


def specify(runs: Iterable[Run]) -> Specified:
    """What has to be known of runs before any is made."""
    rows: list[tuple[int, int, bool, str, int]] = []
    forks: dict[str, int] = {}
    for origin, same in groupby(runs, key=lambda run: run.plan.origin(REPLICATE)):
        name = origin_name(origin)
        for run in same:
            forks[name] = min(run.plan.branch, forks.get(name, run.plan.branch))
            rows.append((run.point, run.replicate, run.reference, run.key, run.seed))
    return Specified(rows, forks)


def _tell_failures(store: Store) -> None:
    failures = store.read().failures()
    for one in failures[:SHOWN_FAILURES]:
        print(f"failed: run {one.key}, seed {one.seed}: {one.error}")
    if len(failures) > SHOWN_FAILURES:
        print(f"and {len(failures) - SHOWN_FAILURES} more, in {store.journal.folder}")
