"""``caresim sweep`` and ``caresim results``: with real processes, and whatever accidents they meet with."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accidents import wait_until
from small import private_store
from sweeps import RUNS, STUDY, Here, command, ran

pytest.importorskip("dask.distributed")

from sim.experiments import sweep_command, work
from sim.experiments.files import load_study
from sim.experiments.journal import FAILURES, JOURNAL
from sim.experiments.store import read_study
from sim.experiments.sweep_command import SOME_FAILED, sweep
from sim.experiments.work import Report, Task, make_runs
from sim.problems import ScenarioError
from sim.replicate import simulate

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Dask leaves connections open until they are collected: here, and not in another test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with private_store(tmp_path_factory.mktemp("cache")) as folder:
        yield folder


@pytest.fixture
def place(tmp_path: Path, cache: Path) -> Path:
    """A folder with a study file."""
    (tmp_path / "hours.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def exported(place: Path, study: str = "hours") -> bytes:
    """The table of a study, as CSV."""
    status, said = ran(place, "results", study, "--csv", "table.csv")
    assert status == 0, said
    return (place / "table.csv").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> bytes:
    """The table of an uninterrupted sweep with one worker."""
    place = tmp_path_factory.mktemp("undisturbed")
    (place / "hours.yaml").write_text(STUDY, encoding="utf-8")
    status, said = ran(place, "sweep", "hours.yaml", "--workers", "1")
    assert status == 0, said
    assert f"{RUNS} of {RUNS} runs are finished" in said
    return exported(place)


def finished(place: Path) -> int:
    """Runs that a sweep has on the disk."""
    journal = place / "outputs" / "studies" / "hours" / "results" / JOURNAL
    return journal.read_bytes().count(b"\n") if journal.is_file() else 0


def stopped(place: Path, how: Callable[[subprocess.Popen[str]], None]) -> tuple[int, str, int]:
    """Exit status of a sweep that is stopped once runs are finished, what it said, and how many were."""
    with command(place, "sweep", "hours.yaml", "--workers", "1") as process:
        wait_until(lambda: finished(place) >= 2 or process.poll() is not None)
        how(process)
        said = process.communicate(timeout=60)[0]
    return process.returncode, said, finished(place)


def interrupt(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()


def test_two_workers_write_the_same_table_as_one(place: Path, undisturbed: bytes) -> None:
    assert ran(place, "sweep", "hours.yaml", "--workers", "2")[0] == 0
    assert exported(place) == undisturbed


def test_ctrl_c_stops_with_130_says_how_to_go_on_and_loses_nothing(place: Path, undisturbed: bytes) -> None:
    status, said, before = stopped(place, interrupt)
    assert status == 130
    assert "--resume" in said
    assert "Traceback" not in said
    made = resumed(place)
    assert made <= RUNS - 2
    assert exported(place) == undisturbed
    assert before == 0  # the journal was sealed


def test_kill_9_loses_nothing_and_nothing_runs_twice(place: Path, undisturbed: bytes) -> None:
    status, _, before = stopped(place, kill)
    assert status == -signal.SIGKILL
    assert before >= 2
    assert resumed(place) == RUNS - before
    assert exported(place) == undisturbed


def resumed(place: Path) -> int:
    """Go on with a sweep; the number of runs that were made."""
    status, said = ran(place, "sweep", "hours.yaml", "--workers", "1", "--resume")
    assert status == 0, said
    table = read_study(place / "outputs" / "studies" / "hours").journal.table()
    assert table.num_rows == RUNS
    session = read_study(place / "outputs" / "studies" / "hours").manifest["sessions"][-1]
    return int(session["made"])


def test_a_full_disk_is_one_message_and_the_sweep_goes_on_later(place: Path, undisturbed: bytes) -> None:
    (place / "hours.yaml").write_text(STUDY.replace("replicates: 3", "replicates: 10"), encoding="utf-8")
    status, said = ran(place, "sweep", "hours.yaml", "--workers", "1", limit=FITS)
    assert status == 2, said
    assert "no room on the disk" in said
    assert "--resume" in said
    assert "Traceback" not in said
    before = len(read_study(place / "outputs" / "studies" / "hours").journal.keys)
    assert 0 < before < 50
    status, said = ran(place, "sweep", "hours.yaml", "--workers", "1", "--resume")
    assert status == 0, said
    assert read_study(place / "outputs" / "studies" / "hours").manifest["sessions"][-1]["made"] == 50 - before
    head, *lines = exported(place).splitlines()
    replicate = head.split(b",").index(b'"replicate"')
    assert [head, *(line for line in lines if int(line.split(b",")[replicate]) <= 3)] == undisturbed.splitlines()


FITS = 6000
"""Bytes that a file may have: enough for the specification, too few for all finished runs."""


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(place: Path) -> None:
    status, said = ran(place, "sweep", "hours.yaml", "--dry-run")
    assert status == 0, said
    assert f"{RUNS} runs, 3 of them references; 3 histories" in said
    assert "MB of disk" in said
    assert [path.name for path in place.iterdir()] == ["hours.yaml"]


def test_a_second_sweep_into_the_folder_is_refused(place: Path) -> None:
    with command(place, "sweep", "hours.yaml", "--workers", "1") as process:
        wait_until(lambda: finished(place) >= 1 or process.poll() is not None)
        os.killpg(process.pid, signal.SIGSTOP)  # else it may be done before the second has started
        status, said = ran(place, "sweep", "hours.yaml", "--resume")
        os.killpg(process.pid, signal.SIGKILL)
    assert status == 2
    assert f"process {process.pid}" in said


# -- without processes of their own


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_command, "Engine", Here)


def test_a_run_shows_what_the_simulation_of_its_plan_shows(place: Path, here: None) -> None:
    from sim.experiments.designs import points_of
    from sim.experiments.outcomes import yearly
    from sim.experiments.specification import runs_of

    study = load_study(place / "hours.yaml")
    sweep(study, place / "out")
    results = read_study(place / "out")
    table = results.table().set_index(["point", "replicate", "reference"])
    for run in list(runs_of(study, points_of(study), range(1, 4)))[::4]:
        (measured,) = simulate(run.plan, 1, 1)
        (expected,) = yearly(measured, study.measured).values()
        assert list(table.loc[(run.point, run.replicate, run.reference), results.outcomes]) == expected


def test_a_run_shows_the_same_whether_or_not_others_share_its_history(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from made_studies import BAN, runs, study

    of = study(levers=[BAN], outcomes=["turnover", "vacancy_rate"])
    told = sweep_command.specified_now(of)
    task, *_ = sweep_command.tasks_of(iter(runs(of)), told.forks, told.tasks)
    shown = []
    for alone in (True, False):
        monkeypatch.setenv("CARESIM_CACHE", str(place / f"alone_{alone}"))
        work._last.clear()
        made = make_runs(task._replace(alone=alone))
        kept = len(work._last[0].records)
        shown.append([one.years for one in made.done])
        assert (kept < 60) is alone  # ten years are recorded where they are kept for others
    assert shown[0] == shown[1]
    assert len(shown[0][0]) == 2


def test_a_run_that_fails_is_recorded_and_the_others_go_on(
    place: Path, here: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = load_study(place / "hours.yaml")
    measure, made = work.measure, []

    def fails_once(*given: object, **options: object) -> object:
        made.append(given)
        if len(made) == 7:
            message = "the seventh run"
            raise ArithmeticError(message)
        return measure(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "measure", fails_once)
    assert sweep(study, place / "out") == SOME_FAILED
    told = [json.loads(line) for line in (place / "out" / "results" / FAILURES).read_text().splitlines()]
    assert [(one["seed"], one["error"][: len("ArithmeticError: the seventh run")]) for one in told] == [
        (2, "ArithmeticError: the seventh run")
    ]
    assert read_study(place / "out").counts() == {"done": RUNS - 1, "failed": 1, "of": RUNS}
    assert "seed 2: ArithmeticError: the seventh run" in capsys.readouterr().out
    assert sweep(study, place / "out", resume=True) == 0
    assert len(made) == RUNS + 1
    assert read_study(place / "out").counts() == {"done": RUNS, "failed": 0, "of": RUNS}


def test_there_must_be_something_to_go_on_with(place: Path, here: None) -> None:
    with pytest.raises(ScenarioError, match="holds nothing to go on with"):
        sweep(load_study(place / "hours.yaml"), place / "mistyped", resume=True)
    assert not (place / "mistyped").exists()


def test_a_history_that_fails_fails_its_runs(place: Path, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object, **options: object) -> None:
        message = "no history"
        raise MemoryError(message)

    monkeypatch.setattr(work, "nearest", none)
    work._last.clear()
    assert sweep(load_study(place / "hours.yaml"), place / "out") == SOME_FAILED
    failures = read_study(place / "out").failures()
    assert len(failures) == RUNS
    assert {one.error.partition(" (")[0] for one in failures} == {"MemoryError: no history"}


@pytest.mark.parametrize(("error", "at_most", "replicates"), [(1e-9, 7, 7), (1e9, 7, 6), (1e9, 3, 3)])
def test_replicates_are_added_until_there_are_five_and_the_standard_error_is_met(
    place: Path, here: None, error: float, at_most: int, replicates: int
) -> None:
    (place / "until.yaml").write_text(
        STUDY.replace("replicates: 3", "replicates: 2")
        + f"until: {{outcome: filled_posts, standard_error: {error}, at_most: {at_most}}}\n",
        encoding="utf-8",
    )
    study = load_study(place / "until.yaml")
    sweep(study, place / "out")
    assert read_study(place / "out").counts() == dict.fromkeys(("done", "of"), replicates * 5) | {"failed": 0}
    sweep(study, place / "out", resume=True)
    assert read_study(place / "out").counts()["of"] == replicates * 5


def test_history_is_simulated_once_for_each_seed(place: Path, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARESIM_CACHE", str(place / "cache"))
    work._last.clear()
    months: list[int] = []

    def counted(task: Task) -> Report:
        report = make_runs(task)
        months.append(report.months)
        return report

    monkeypatch.setattr(sweep_command, "make_runs", counted)
    study = load_study(place / "hours.yaml")
    told = sweep_command.specified_now(study)
    sweep(study, place / "out")
    assert sum(months) == told.past_months + told.future_months
    assert told.future_months == RUNS * 12
    assert max(told.tasks.values()) == 2


def test_workers_of_another_version_are_refused(place: Path, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = sweep_command.tasks_of

    def older(*given: object) -> Iterator[Task]:
        return (task._replace(made_by="an older one") for task in tasks(*given))  # type: ignore[arg-type]

    monkeypatch.setattr(sweep_command, "tasks_of", older)
    with pytest.raises(work.OtherVersion, match="another version"):
        sweep(load_study(place / "hours.yaml"), place / "out")
