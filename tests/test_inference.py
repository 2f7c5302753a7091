"""Priors, emulator, what the model can't meet, posterior and recovery, on models that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calibration import command
from sim.calibration.discrepancy import Discrepancy, discrepancy, in_units, read_discrepancy
from sim.calibration.emulator import Emulator, covariance_on_scale, left_out, terms, to_scale, train
from sim.calibration.posterior import evidence, sample
from sim.calibration.priors import behaviour_at, quantile_of, value_at
from sim.calibration.recovery import recover
from sim.calibration.targets import covariance, published_values, targets
from sim.parameters import behaviour, parameter_table, uncertain

# -- priors


@given(st.sampled_from(uncertain()), st.floats(0.0, 1.0))
def test_quantiles_and_values_are_inverse(name: str, quantile: float) -> None:
    row = parameter_table()[name]
    value = value_at(name, quantile)
    assert row.low <= value <= row.high
    assert value_at(name, quantile_of(name, value)) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_central_values_are_medians() -> None:
    assert behaviour_at(uncertain(), np.full(len(uncertain()), 0.5)) == pytest.approx(behaviour())


# -- emulator, posterior, recovery, on a model that is known


def toy_runs(number: int, seed: int, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Runs of four parameters and two targets; the last parameter does nothing."""
    rng = np.random.default_rng(seed)
    points = rng.random((number, 4))
    x = 2.0 * points - 1.0
    shows = np.column_stack([x[:, 0] + 0.5 * x[:, 0] * x[:, 1], 2.0 * x[:, 1] + 0.3 * x[:, 2] ** 2])
    return points, shows + noise * rng.standard_normal(shows.shape)


def toy_emulator() -> Emulator:
    points, shows = toy_runs(600, 1)
    return train(points, shows, np.array([0.1, 0.1]), 3)


def test_the_emulator_says_what_runs_show() -> None:
    emulator = toy_emulator()
    points, truth = toy_runs(200, 2, noise=0.0)
    assert np.abs(emulator.says(points) - truth).max() < 0.05
    assert emulator.error == pytest.approx([0.05, 0.05], rel=0.15)
    assert (emulator.explained > 0.98).all()
    assert 3 not in emulator.quadratic
    assert terms(points, emulator.quadratic).shape == (200, 4 + 6)


def test_runs_left_out_are_told_as_if_each_had_been() -> None:
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((30, 5)), rng.standard_normal((30, 2))
    penalties = np.array([0.5, 20.0])
    missed = left_out(x, y, penalties)
    for run in (0, 11, 29):
        others = np.arange(30) != run
        for figure, penalty in enumerate(penalties):
            said = Ridge(penalty).fit(x[others], y[others, figure]).predict(x[[run]])[0]
            assert missed[run, figure] == pytest.approx(y[run, figure] - said, rel=1e-6)


def test_figures_that_err_together_are_not_counted_as_two() -> None:
    points, shows = toy_runs(600, 1)
    same = np.column_stack([shows[:, 0], shows[:, 0]])
    emulator = train(points, same, np.array([0.1, 0.1]), 3)
    assert emulator.covariance[0, 1] == pytest.approx(emulator.covariance[0, 0], rel=0.01)


def test_a_figure_that_is_the_same_in_all_runs_has_no_error_and_stops_nothing() -> None:
    points, shows = toy_runs(600, 1)
    emulator = train(points, np.column_stack([shows[:, 0], np.full(600, 2.0)]), np.array([0.1, 0.1]), 3)
    assert emulator.says(points)[:, 1] == pytest.approx(2.0)
    assert emulator.covariance[1].tolist() == [0.0, 0.0]
    assert np.isfinite(emulator.covariance).all()


def test_what_the_model_cannot_meet_is_counted_by_series() -> None:
    of = targets()[:8]
    errors = np.diag([0.1**2] * 8)
    met = discrepancy(np.full(8, 0.05), errors, of)
    assert met.spread.tolist() == [0.0] * 8
    series = [one.series for one in of]
    first = np.array([one == series[0] for one in series])
    found = discrepancy(np.where(first, 0.5, 0.0), errors, of)
    assert found.spread[first] == pytest.approx(np.sqrt(0.25 - 0.01))
    assert (found.spread[~first] == 0.0).all()
    covariance_found = found.covariance()
    assert np.diag(covariance_found)[first] == pytest.approx(0.24)
    assert covariance_found[0, 1] == pytest.approx(0.12 if first[1] else 0.0)


def test_discrepancies_are_read_back_in_units(tmp_path: Path) -> None:
    of = targets()
    sizes = np.array([0.1 if one.indicator == "vacancy_rate" else 0.02 for one in of])
    command.write_table(tmp_path / "sizes.csv", Discrepancy(of, sizes).rows())
    read = read_discrepancy(tmp_path / "sizes.csv")
    level = next(one for one in of if one.indicator == "vacancy_rate" and one.kind == "level")
    gap = next(one for one in of if one.kind == "gap")
    assert in_units(level, 0.08, read) == pytest.approx(0.008)
    assert in_units(gap, 0.08, read) == pytest.approx(0.02)
    assert in_units(level._replace(indicator="another"), 0.08, read) == 0.0
    assert (Discrepancy(tuple(of), np.zeros(len(of))).covariance() == 0.0).all()


def test_the_posterior_is_that_of_importance_sampling() -> None:
    emulator = toy_emulator()
    known = evidence(np.array([0.4, -0.5]), np.diag([0.2**2, 0.3**2]), emulator)
    drawn = sample(known, emulator, 4, 2000, seed=1)
    prior = np.random.default_rng(5).random((400_000, 4))
    weight = np.exp(known.log_likelihood(emulator.says(prior)))
    mean = (prior * weight[:, None]).sum(axis=0) / weight.sum()
    spread = np.sqrt((np.square(prior - mean) * weight[:, None]).sum(axis=0) / weight.sum())
    assert drawn.flat.mean(axis=0) == pytest.approx(mean, abs=0.015)
    assert drawn.flat.std(axis=0) == pytest.approx(spread, abs=0.015)
    assert drawn.spread_between_chains().max() < 1.05


def test_known_parameters_are_recovered_and_others_stay_at_their_priors() -> None:
    emulator = toy_emulator()
    truth, shows = toy_runs(40, 9)
    found = recover(emulator, truth, shows, np.diag([0.1**2, 0.1**2]), steps=300, seed=3)
    assert found.identified.tolist() == [True, True, False, False]
    assert 0.8 <= found.coverage.mean() <= 1.0
    assert found.width[0] < 0.5
    assert found.width[3] == pytest.approx(1.0, abs=0.05)


def test_levels_are_compared_as_logarithms_and_growth_and_gaps_are_not() -> None:
    of = targets()
    published = published_values(of)
    shows = np.tile(published, (3, 1)) * np.array([[0.8], [1.0], [1.3]])
    shows[1, 5] = np.nan
    there = to_scale(shows, of)
    for place, target in enumerate(of):
        expected = shows[:, place] if target.kind in ("growth", "gap") else np.log(shows[:, place])
        whole = ~np.isnan(expected)
        assert there[whole, place] == pytest.approx(expected[whole])
    assert there[1, 5] == pytest.approx(np.log(np.nanmedian(shows[:, 5])))
    nudged = published + 1e-6
    slope = (to_scale(nudged[None, :], of)[0] - to_scale(published[None, :], of)[0]) / 1e-6
    errors = covariance(of)
    assert covariance_on_scale(errors, of) == pytest.approx(errors * np.outer(slope, slope), rel=1e-3, abs=1e-12)
