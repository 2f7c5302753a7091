"""``caresim sweep``: all runs of a study, on this machine or a cluster; whatever stops it, it can go on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.describe import remarks
from sim.experiments.estimate import Specified, estimate, remember, specify
from sim.experiments.executor import Engine, reach
from sim.experiments.specification import Run, runs_of
from sim.experiments.stopping import enough
from sim.experiments.store import Store
from sim.experiments.watching import Watch
from sim.experiments.work import OtherVersion, Report, make_runs, tasks_of
from sim.problems import COMMAND_LINE, Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.schema import Study

SOME_FAILED = 1
"""Exit status where runs have failed."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a full disk, a full quota, and a file that may not grow."""
SHOWN_FAILURES = 5
"""Failed runs that are told one by one."""


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

    if resume and not (folder.is_dir() and any(folder.iterdir())):
        expected = "the folder of a study that was begun; without --resume it is begun"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--resume", f"{folder} holds nothing to go on with", expected)])
    points = points_of(study)
    if scheduler is not None and not resume:
        reach(scheduler)
    with _room_on_disk(folder), Store.open(folder, study, resume=resume) as store:
        for remark in store.remarks:
            print(f"note: {remark}")
        store.save_points(points)
        waits = {} if patience is None else {"patience": patience}
        _Sweep(study, points, store).run(workers, scheduler, **waits)
        counts = store.read().counts()
        _tell_failures(store)
    print(f"{counts['done']:,} of {counts['of']:,} runs are finished. Results: {folder}")
    return SOME_FAILED if counts["failed"] else 0


@contextmanager
def _room_on_disk(folder: Path) -> Iterator[None]:
    """Say it plainly where there is no more room; what is finished is on the disk already."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in NO_ROOM:
            raise
        found = f"no room on the disk ({problem.strerror})"
        expected = "more room; then go on with --resume: no finished run is lost"
        raise ScenarioError([Problem(str(folder), 0, "results", found, expected)]) from None


def dry_run(study: Study, workers: int) -> str:
    """What a study would take, and what is probably not meant in it, in lines; nothing is written."""
    notes = [f"note: {remark}" for remark in remarks(study)]
    return "\n".join([estimate(study, specified_now(study), workers), *notes])


def specified_now(study: Study) -> Specified:
    """All runs of the first batch of a study."""
    from sim.experiments.designs import points_of

    return specify(runs_of(study, points_of(study), range(1, study.repeats + 1)))


class _Sweep:
    """One session of a study."""

    def __init__(self, study: Study, points: pd.DataFrame, store: Store) -> None:
        self.study, self.points, self.store = study, points, store
        self.replicates = study.repeats
        self.specified = self._specify()
        self.watch: Watch
        self.months, self.seconds, self.state_bytes, self.made = 0, 0.0, 0, 0

    def run(self, workers: int, scheduler: str | None, **waits: float) -> None:
        """Batch after batch, until every run is made and the stopping rule is content."""
        self.scheduler, self.workers = scheduler, workers
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
        self.store.note(made=self.made)
        self._remember_speed()

    def _remember_speed(self) -> None:
        """Keep how fast this machine was, for estimates."""
        if self.scheduler is None and self.months and not isinstance(self.study.scale, dict):
            remember(self.study.base.scale, self.seconds / self.months, self.workers, self.state_bytes)

    def _make(self, engine: Engine) -> None:
        """Make the runs that are missing."""
        tasks = tasks_of(self._waiting(), self.specified.forks, self.specified.tasks)
        for task, report in engine.make(tasks, make_runs):
            if isinstance(report, Exception):
                self._refuse_other_versions(report)
                for run in task.runs:
                    self.store.fail(run.key, run.seed, f"{type(report).__name__}: {report}")
                self.watch.settled(0, len(task.runs))
            else:
                self._keep(report)

    def _keep(self, report: Report) -> None:
        self.made += len(report.done)
        self.months += report.months
        self.seconds += report.seconds
        self.state_bytes = max(self.state_bytes, report.state_bytes)
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
        specified = specify(self._runs(), self.store.finished())
        self.store.save_runs(specified.rows)
        return specified

    def _runs(self) -> Iterator[Run]:
        return runs_of(self.study, self.points, range(1, self.replicates + 1))

    def _of(self) -> int:
        return len(self.specified.keys)

    def _missing(self) -> int:
        return len(self.specified.keys - self.store.finished())

    def _waiting(self) -> Iterator[Run]:
        """Runs that are not finished, each once."""
        seen = set(self.store.finished())
        for run in self._runs():
            if run.key not in seen:
                seen.add(run.key)
                yield run


def _tell_failures(store: Store) -> None:
    failures = store.read().failures()
    for one in failures[:SHOWN_FAILURES]:
        print(f"failed: run {one.key}, seed {one.seed}: {one.error}")
    if len(failures) > SHOWN_FAILURES:
        print(f"and {len(failures) - SHOWN_FAILURES} more, in {store.journal.folder}")
