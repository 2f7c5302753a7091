"""One run serves several studies, and each sees what a run of its own would show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.calibration.runs import Job
from sim.calibration.store import Store
from sim.validity import making
from sim.validity.command import STUDIES, study_of
from sim.validity.making import Opened, make_runs, tasks_of
from sim.validity.study import Study
from sim.validity.visits import ALONE, Looking, Task, alone, together
from tests.small import SCALE

JOB = Job((), (), SCALE, 1)
SHARED = [study for study in map(study_of, STUDIES) if Opened(study, None, []).visits]  # type: ignore[arg-type]


def test_studies_of_the_same_draws_share_their_runs() -> None:
    names = {study.name for study in SHARED}
    assert {"later_years", "stylised_facts", "cross_section", "councils", "costs", "sensitivity"} <= names


def test_each_sees_what_a_run_of_its_own_shows() -> None:
    shared = [study for study in SHARED if study.name not in ("sensitivity", "switches")]
    shows = together(Task(tuple((study.name, study.work) for study in shared), JOB))
    for study in shared:
        assert np.array_equal(shows[study.name], alone(study.work, JOB), equal_nan=True), study.name
        assert shows[study.name].shape == (study.values,)


def month_after_month(job: Job) -> Looking:
    seen = []
    for month in (0, 2, 2, 5):
        walk = yield month
        seen.append(walk.model.month)
    walk = yield ALONE
    walk.to(walk.model.month + 1)  # its own business now
    return np.array([*seen, walk.model.month], dtype=float)


def once(job: Job) -> Looking:
    walk = yield 3
    return np.array([walk.model.month, job.seed], dtype=float)


def backwards(job: Job) -> Looking:
    yield 3
    yield 2
    return np.zeros(1)


def test_visits_stop_where_they_ask_and_have_the_model_to_themselves_at_the_end() -> None:
    shows = together(Task((("one", month_after_month), ("two", once), ("three", month_after_month)), JOB))
    assert shows["two"].tolist() == [3, 1]
    assert shows["one"].tolist() == [0, 2, 2, 5, 6]
    assert shows["three"].tolist() == [0, 2, 2, 5, 7]


def test_nobody_can_ask_for_a_month_that_is_over() -> None:
    with pytest.raises(ValueError, match="alone asks for month 2, and 3 is next"):
        alone(backwards, JOB)


def opened(folder: Path, name: str, work: object, values: int, seeds: range) -> Opened:
    study = Study(name, values, len(seeds), work, lambda *given: None)  # type: ignore[arg-type, return-value]
    return Opened(study, Store(folder, values, name, "decided"), [JOB._replace(seed=seed) for seed in seeds])


def test_only_what_a_study_misses_is_run_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def noted(task: Task) -> dict[str, np.ndarray]:
        runs.append((task.job.seed, [name for name, _ in task.visits]))
        return {name: np.full(2, float(task.job.seed)) for name, _ in task.visits}

    monkeypatch.setattr(making, "together", noted)
    short, long = (opened(tmp_path, name, once, 2, range(1, last)) for name, last in (("short", 3), ("long", 5)))
    make_runs([short], 1, None)
    make_runs([short, long], 1, None)
    assert runs == [(1, ["short"]), (2, ["short"]), *((seed, ["long"]) for seed in (1, 2, 3, 4))]
    assert tasks_of([short, long]) == []
    assert long.store.of(long.jobs)[:, 0].tolist() == [1, 2, 3, 4]
    other = opened(tmp_path, "other", once, 2, range(1, 6))
    left = tasks_of([short, other, long])
    assert [(task.job.seed, len(task.visits)) for task in left] == [(seed, 1) for seed in range(1, 6)]
