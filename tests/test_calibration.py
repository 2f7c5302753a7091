"""Calibration: fits figures up to 2021/22 and nothing later, finds parameters that are known, and loses no run."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.calibration import command
from sim.calibration import folder as folder_module
from sim.calibration import study as study_module
from sim.calibration import targets as target_module
from sim.calibration.backtest import Backtest, backtested, held
from sim.calibration.draws import draws
from sim.calibration.emulator import Emulator, to_scale
from sim.calibration.findings import findings
from sim.calibration.page import page
from sim.calibration.pictures import draw_all
from sim.calibration.runs import Job, run_past
from sim.calibration.store import RUNS, Store
from sim.calibration.study import Plan, calibrate, first_wave, wave_jobs
from sim.calibration.targets import LAST_FITTED, Target, covariance, observe, published_values, targets
from sim.calibration.wide import run_wide
from sim.cli import app
from sim.parameters import uncertain
from sim.problems import ScenarioError
from sim.progress import Silent
from sim.provenance import SHOWS_RESULTS_DATA
from sim.series import Key, Keys, Measured
from sim.shipped import PACKAGE
from sim.units import parse_month
from sim.validity import refit as refit_module
from sim.validity.later import later_figures

SMALL = Plan(
    scale=0.004,
    first=250,
    later=(60,),
    refit=200,
    draws=12,
    left_out=25,
    quadratic=4,
    steps=200,
    recovery_steps=25,
    backtest_steps=200,
    last_steps=400,
)


# -- what is fitted


def test_no_target_is_later_than_2021_22() -> None:
    with (PACKAGE / "data" / "targets.csv").open(encoding="utf-8", newline="") as file:
        months = [row["month"] for row in csv.DictReader(file)]
    assert max(months) == "2022-03"
    assert len(months) == len(targets()) > 70


def test_a_later_target_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (PACKAGE / "data" / "targets.csv").read_text(encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "targets.csv").write_text(text.replace(",2022-03,", ",2022-04,", 1), encoding="utf-8")
    monkeypatch.setattr(target_module, "PACKAGE", tmp_path)
    with pytest.raises(ValueError, match="2022-04 lies after 2022-03"):
        targets.__wrapped__()


def test_the_fitting_code_opens_no_file_of_later_outcomes(tmp_path: Path) -> None:
    """A whole small calibration is watched: it may open inputs of the model and the targets, and nothing else."""
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "opened = set()\n"
        "sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == 'open' else None)\n"
        "from sim.calibration.study import Plan, calibrate\n"
        "from sim.progress import Silent\n"
        "plan = Plan(scale=0.002, first=6, later=(4,), draws=4, left_out=2, quadratic=2, steps=40, recovery_steps=10,\n"
        "            last_steps=40)\n"
        f"calibrate(plan, Path({str(tmp_path)!r}), 1, None, Silent())\n"
        "print(json.dumps([name for name in opened if '/sim/data/' in name]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    names = {Path(name).name for name in json.loads(done.stdout)}
    assert "targets.csv" in names
    made_into_hash = {file.name for file in (PACKAGE / "data").glob("*.csv")} - set(SHOWS_RESULTS_DATA)
    assert names - made_into_hash == {"targets.csv"}


def test_a_run_ends_with_the_last_month_that_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.model import CareLabourModel

    months = []
    usual = CareLabourModel.simulate_month
    monkeypatch.setattr(CareLabourModel, "simulate_month", lambda self: (months.append(self.month), usual(self))[1])
    shown = run_past(Job((), (), 0.002, 1))
    assert max(months) == LAST_FITTED
    assert shown.shape == (len(targets()),)


def test_tolerances_have_reasons_and_sources_are_named() -> None:
    for target in targets():
        assert target.tolerance > 0.0
        assert target.shared >= 0.0
        assert target.why
        assert target.source
        assert target.status in ("published", "derived")
        assert target.source_url.startswith("http") or target.note


def test_figures_of_one_series_share_part_of_their_error() -> None:
    matrix = covariance(targets())
    assert np.linalg.eigvalsh(matrix).min() > 0.0
    first, second = (
        place for place, target in enumerate(targets()) if target.indicator == "vacancy_rate" and target.group == "all"
        and target.area == "England" and target.month in (parse_month("2017-03"), parse_month("2018-03"))
    )  # fmt: skip
    assert matrix[first, second] == pytest.approx(targets()[first].shared ** 2)
    other = next(place for place, target in enumerate(targets()) if target.indicator == "turnover_all")
    assert matrix[first, other] == 0.0


def test_each_kind_of_figure_is_read_off_a_run() -> None:
    keys = (
        Key("england", "England", "all", "all", "filled_posts_all"),
        Key("england", "England", "age", "under 20", "turnover"),
        Key("england", "England", "age", "60 and over", "turnover"),
    )
    values = np.array([np.arange(100.0, 160.0), np.full(60, 0.4), np.linspace(0.1, 0.2, 60)])
    measured = Measured(Keys(keys), parse_month("2016-04"), values, {})
    posts = targets()[0]._replace(indicator="filled_posts_all", month=parse_month("2018-04"), kind="growth")
    age = {"indicator": "turnover", "group_type": "age", "group": "under 20"}
    gap = posts._replace(kind="gap", against="60 and over", **age)
    mean = posts._replace(kind="mean", first_month=parse_month("2018-02"))
    level = posts._replace(kind="level")
    shown = observe(measured, [posts, gap, mean, level])
    assert shown.tolist() == pytest.approx([124.0 / 112.0 - 1.0, 0.4 - values[2, 24], 123.0, 124.0])


# -- runs


def some_jobs(number: int) -> list[Job]:
    return wave_jobs(SMALL, 1, first_wave(SMALL)[:number])


def test_a_run_depends_on_its_job_alone() -> None:
    job = some_jobs(1)[0]._replace(scale=0.002)
    first, again = run_past(job), run_past(job)
    assert np.array_equal(first, again, equal_nan=True)
    assert not np.array_equal(first, run_past(job._replace(seed=job.seed + 1)), equal_nan=True)


def double(job: Job) -> np.ndarray:
    """Stands in for a run."""
    return 2.0 * np.array(job.quantiles[:3])


def test_finished_runs_are_kept_and_a_line_cut_short_is_made_again(tmp_path: Path) -> None:
    store, work = Store(tmp_path, 3, RUNS, "toy"), some_jobs(4)
    for job in work[:3]:
        store.add(job, double(job))
    text = store.file.read_bytes()
    store.file.write_bytes(text[:-7])
    again = Store(tmp_path, 3, RUNS, "toy")
    assert again.missing(work) == work[2:]
    for job in work[2:]:
        again.add(job, double(job))
    assert Store(tmp_path, 3, RUNS, "toy").missing(work) == []
    assert Store(tmp_path, 3, RUNS, "toy").of(work) == pytest.approx(np.array([double(job) for job in work]))


@pytest.mark.parametrize(
    "damage",
    ["rubbish", "", "[1, 2]", '{"run": "x"}', '{"run": "x", "shows": [1, 2]}', '{"run": "x", "shows": [1, 2, "y"]}'],
)
def test_a_damaged_line_is_said_and_its_run_made_again(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store, work = Store(tmp_path, 3, RUNS, "toy"), some_jobs(3)
    for job in work:
        store.add(job, double(job))
    lines = store.file.read_text().splitlines()
    store.file.write_text("\n".join([lines[0], damage, lines[2]]) + "\n")
    assert Store(tmp_path, 3, RUNS, "toy").missing(work) == [work[1]]
    assert "runs.jsonl:2: damaged" in capsys.readouterr().err


def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(ScenarioError, match="--scheduler: 'foo'"):
        list(run_wide(double, some_jobs(1), 1, "foo"))


def test_a_seed_below_nothing_is_refused() -> None:
    assert CliRunner().invoke(app, ["calibrate", "--seed", "-1"]).exit_code == 2


def test_a_run_is_known_by_the_values_of_its_parameters(tmp_path: Path) -> None:
    store, (job, other) = Store(tmp_path, 3, RUNS, "toy"), some_jobs(2)
    store.add(job, double(job))
    turned = job._replace(names=job.names[::-1], quantiles=job.quantiles[::-1])
    assert store.missing([turned, other, job._replace(seed=7), job._replace(scale=0.5)]) == [
        other, job._replace(seed=7), job._replace(scale=0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_is_done_once_whatever_the_processes(workers: int) -> None:
    work = some_jobs(11)
    done = dict(run_wide(double, work, workers))
    assert set(done) == set(work)
    assert all(np.array_equal(done[job], double(job)) for job in work)


def test_a_dask_cluster_makes_the_same_runs() -> None:
    distributed = pytest.importorskip("dask.distributed")
    work = some_jobs(5)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        done = dict(run_wide(double, work, 1, cluster.scheduler_address))
    assert all(np.array_equal(done[job], double(job)) for job in work)


# -- the whole


def toy_past(job: Job) -> np.ndarray:
    """A model whose every figure follows from three parameters, near what was published."""
    x = 2.0 * np.array(job.quantiles[:3]) - 1.0
    luck = np.random.default_rng(job.seed).standard_normal(len(targets())) * 0.02
    slope = np.random.default_rng(0).standard_normal((3, len(targets())))
    return published_values(targets()) * np.exp(0.3 * (x - 0.4) @ slope + luck)


def toy_all_years(job: Job) -> np.ndarray:
    """The same with the later years."""
    later = np.array([one.value for one in later_figures()])
    x = 2.0 * np.array(job.quantiles[:3]) - 1.0
    slope = np.random.default_rng(7).standard_normal((3, later.size))
    luck = np.random.default_rng(job.seed + 1).standard_normal(later.size) * 0.02
    return np.concatenate([toy_past(job), later * np.exp(0.3 * (x - 0.4) @ slope + luck)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calibration")


@pytest.fixture(scope="module")
def calibration(folder: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study_module, "run_past", toy_past)
        yield calibrate(SMALL, folder, 1, None, Silent())


def test_a_calibration_comes_nearer_to_what_was_published(calibration: Any, tmp_path: Path) -> None:
    found = findings(calibration)
    assert found.met > 70 > found.met_before
    assert {0, 1, 2} <= set(found.identified.tolist())
    assert found.identified.size < 10
    assert found.points.shape == (SMALL.draws, len(uncertain()))
    assert found.points[:, :3].mean(axis=0) == pytest.approx([0.7] * 3, abs=0.15)
    told = page(found, SMALL, "caresim calibrate", "")
    assert f"{found.met} of {len(targets())} figures lie within 2 tolerances" in told
    texts = draw_all(found, tmp_path / "figures")
    assert all((tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000 for name in texts)


def test_fits_to_the_first_years_alone_say_the_years_after(calibration: Any) -> None:
    """The toy's figures follow from its parameters in all years, so that a fit to some of them tells the others."""
    assert [one.origin for one in calibration.backtests] == [parse_month(f"{year}-03") for year in (2019, 2020, 2021)]
    for one in calibration.backtests:
        assert one.fitted + len(one.of) == len(targets())
        assert all(target.month > one.origin for target in one.of)
        assert one.coverage > 0.85
        assert one.off < one.beside_last_values[2]
    told = page(findings(calibration), SMALL, "caresim calibrate", "")
    after_2019 = sum(target.month > parse_month("2019-03") for target in targets())
    assert f"Of {after_2019} figures after the years of three shorter fits" in told
    assert f"of {sum(len(one.of) for one in calibration.backtests)} intervals" in " ".join(told.split())
    assert "prompted by median pay of March 2022" in " ".join(told.split())
    assert "placed by all figures" in " ".join(told.split())


def test_a_figure_that_several_fits_tell_counts_once() -> None:
    of = targets()[:3]
    first, second = (
        Backtest(0, 0, told, np.zeros(len(told)), np.array(inside), np.zeros(len(told)), np.zeros(len(told)))
        for told, inside in ((of, [True, True, False]), (of[1:], [False, True]))
    )
    assert held([first, second]) == (3, 1, 5, 3)


def test_a_backtest_by_hand() -> None:
    """What an emulator that says the same of all parameters is off by, in tolerances, and which intervals hold it."""
    of = [one for one in targets() if one.series == ("vacancy_rate", "England", "all", "all", "level", "")][:4]
    published = np.array([one.value for one in of])
    too_high = np.log([1.0, 1.01, 1.02, 1.30])
    says = Emulator(
        np.array([0]), np.log(published) + too_high, np.zeros((3, 4)), np.diag([0.0, 0.0, 0.03**2, 0.03**2]), np.ones(4)
    )
    errors = np.diag([0.02**2] * 4)
    found = backtested(of[1].month, of, says, errors, np.full((5, 2), 0.5), {of[0].series: 0.1})
    assert (found.fitted, found.of) == (2, tuple(of[2:]))
    assert found.apart == pytest.approx(too_high[2:] / 0.02)
    assert found.unchanged == pytest.approx(np.log(published[1] / published[2:]) / 0.02)
    assert found.carried == pytest.approx((too_high[2:] - too_high[1]) / 0.02)
    spread = np.sqrt(0.02**2 + 0.03**2 + 0.1**2)
    assert found.inside.tolist() == [True, bool(too_high[3] <= 1.645 * spread)] == [True, False]
    assert found.off == pytest.approx(np.sqrt(np.square(too_high[2:] / 0.02).mean()))


def test_a_calibration_is_taken_up_where_it_was_left(
    calibration: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Job] = []

    def counted(job: Job) -> np.ndarray:
        made.append(job)
        return toy_past(job)

    monkeypatch.setattr(study_module, "run_past", counted)
    file = folder / "runs.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    assert len(lines) == SMALL.first + sum(SMALL.later) + SMALL.candidates
    file.write_bytes(b"".join(lines[:-5]) + lines[-5][:9])
    again = calibrate(SMALL, folder, 1, None, Silent())
    assert len(made) == 5
    assert np.array_equal(again.check.points, calibration.check.points)
    assert np.array_equal(again.check.shows, calibration.check.shows)


def test_of_the_draws_that_are_run_those_nearest_to_the_figures_are_kept(calibration: Any) -> None:
    published, errors = study_module.told(targets())
    spread = np.sqrt(np.diag(errors + calibration.discrepancy.covariance()))

    def apart(wave: Any) -> np.ndarray:
        return np.nanmean(((to_scale(wave.shows, targets()) - published) / spread) ** 2, axis=1)

    everyone, kept = apart(calibration.candidates), apart(calibration.check)
    assert (everyone.size, kept.size) == (2 * SMALL.draws, SMALL.draws)
    assert sorted(kept) == pytest.approx(sorted(everyone)[: SMALL.draws])
    rows = [calibration.candidates.points.tolist().index(point) for point in calibration.check.points.tolist()]
    assert rows == sorted(rows), "in the order in which they were drawn"
    assert np.array_equal(calibration.candidates.shows[rows], calibration.check.shows)


def test_what_is_missing_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "find_spec", lambda module: None)
    result = CliRunner().invoke(app, ["calibrate", "--output", str(tmp_path / "new"), "--scheduler", "tcp://nowhere:1"])
    assert result.exit_code == 2
    assert "scikit-learn and dask[distributed] not installed" in result.stderr
    assert "pip install 'caresim[experiments]'" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    result = CliRunner().invoke(app, ["calibrate", "--output", str(tmp_path / "taken" / "here")])
    assert result.exit_code == 2
    assert "taken is a file" in result.stderr
    assert (tmp_path / "taken").read_text() == "mine"


def test_findings_are_written_beside_the_runs(
    calibration: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(study_module, "run_past", toy_past)
    monkeypatch.setattr(refit_module, "run_all_years", toy_all_years)
    command.main(folder, SMALL, 1, None)
    assert f"of {len(targets())} published figures met" in capsys.readouterr().out
    for name in ("posterior_2022.csv", "posterior_use.csv"):
        drawn = draws(folder / name)
        assert len(drawn) == SMALL.draws
        assert drawn[0].names == uncertain()
    first, second = (np.array([job.quantiles[:3] for job in draws(folder / f"posterior_{name}.csv")]).mean(axis=0)
                     for name in ("2022", "use"))  # fmt: skip
    assert first == pytest.approx([0.7] * 3, abs=0.15)
    assert second == pytest.approx([0.7] * 3, abs=0.2)
    told = (folder / "calibration.md").read_text(encoding="utf-8")
    assert (
        told.index("## What was learnt") < told.index("## For use: all years") < told.index("## Known and not fitted")
    )
    assert f"inferred again from **all** {len(refit_module.all_figures())} figures" in told
    assert (folder / "calibration.md").read_text(encoding="utf-8").startswith("# Calibration")
    assert all((folder / "figures" / f"calibration_{name}.png").is_file() for name in ("fit", "recovery", "posterior"))


def test_a_target_names_itself() -> None:
    gap = next(target for target in targets() if target.kind == "gap")
    assert gap.name == "gap in turnover, 20 km and over, against under 1 km"
    assert isinstance(gap, Target)
