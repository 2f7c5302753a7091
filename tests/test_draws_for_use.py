"""Runs of draws of the fitted parameters: the same in every scenario, with intervals that say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import compare, run
from sim.calibration.draws import draws
from sim.cli import app
from sim.comparison_tables import said_of_intervals
from sim.drawn import CENTRAL_DRAW, FILE, behaviour_of, draws_there_are
from sim.folders import load_results
from sim.history import Origin, spin_up
from sim.intervals import interval
from sim.manifest import scenarios_of
from sim.parameters import behaviour
from sim.problems import ScenarioError
from sim.recording import stack
from sim.results import Results
from sim.running import run_all
from sim.series import measure

SHORT = {"name": "Short", "scale": 0.002, "window": {"from": "2016-04", "to": "2017-06"}}


@pytest.fixture(scope="module")
def results() -> Results:
    return run(SHORT, draws=3)


def test_the_file_holds_a_hundred_draws_of_every_parameter() -> None:
    assert draws_there_are() >= 100
    assert len(draws(FILE)) == draws_there_are()
    assert behaviour_of(CENTRAL_DRAW) == behaviour()
    # Studies take draws by quantiles, runs by values: both are the same to the bit.
    assert [job.behaviour for job in draws(FILE)] == [behaviour_of(at + 1) for at in range(draws_there_are())]
    assert len({behaviour_of(number) for number in range(1, draws_there_are() + 1)}) == draws_there_are()


def test_each_run_has_a_draw_and_luck_of_its_own(results: Results) -> None:
    assert [one.draw for one in results.of("Short")] == [1, 2, 3]
    assert len({one.seed for one in results.of("Short")}) == 3
    assert results.drawn
    told = results.manifest["behaviour"]
    assert told["2"] == behaviour_of(2)._asdict()
    assert sorted(set(results.monthly["draw"])) == [1, 2, 3]


def test_a_draw_shows_what_a_model_with_its_parameters_shows(results: Results) -> None:
    second = results.of("Short")[1]
    walk = spin_up(Origin(0.002, second.seed, behaviour_of(2))).to(15)
    alone = measure(stack(walk.records), 0.002, 0, 14, councils_in_full=False)
    assert np.array_equal(second.measured.values, alone.values, equal_nan=True)


def test_the_manifest_makes_the_same_runs_again(results: Results) -> None:
    again = run_all(scenarios_of(results.manifest), **results.manifest["asked_for"])
    for one, other in zip(results.runs, again.runs, strict=True):
        assert one.draw == other.draw
        assert np.array_equal(one.measured.values, other.measured.values, equal_nan=True)


def test_intervals_hold_what_another_draw_would_show_and_say_so(results: Results) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    luck, of_draws = interval(values), interval(values, drawn=True)
    assert luck is not None
    assert of_draws is not None
    assert luck.mean == of_draws.mean == 2.5
    # A t interval for another draw is wider by the root of one more than the number of draws.
    assert of_draws.high - of_draws.mean == pytest.approx((luck.high - luck.mean) * np.sqrt(5.0))
    both = compare(SHORT, {**SHORT, "name": "Paid", "levers": [{"paid_travel_time": {"from": "2016-10"}}]}, draws=2)
    assert "2 draws of the parameters" in said_of_intervals(both)
    before, after = (both.results.of(name) for name in ("Short", "Paid"))
    for one, other in zip(before, after, strict=True):
        assert (one.draw, one.seed) == (other.draw, other.seed)
        assert np.array_equal(one.measured.of("vacancy_rate")[:6], other.measured.of("vacancy_rate")[:6])


def test_results_of_draws_are_read_back(results: Results, tmp_path: Path) -> None:
    run(SHORT, draws=3, output=tmp_path / "out")
    back = load_results(tmp_path / "out")
    assert [one.draw for one in back.runs] == [1, 2, 3]
    assert back.drawn


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--draws", "0"], "--draws: 0; expected 1 to"),
        (["--draws", "100000"], "--draws: 100000; expected 1 to"),
        (["--draws", "3", "--replicates", "2"], "one of them: each draw is run once"),
    ],
)
def test_draws_that_cannot_be_are_said(tmp_path: Path, options: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["run", "baseline", *options, "--output", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert not (tmp_path / "new").exists()
    with pytest.raises(ScenarioError):
        run(SHORT, draws=100_000)
