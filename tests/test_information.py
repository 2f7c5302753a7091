"""Value of information, held to a choice between two packages whose answer is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra `experiments`")

from scipy.stats import norm

from sim.experiments import information as module
from sim.experiments.information import Curve, information

MEAN, LUCK = -0.3, 0.3
SLOPES = {"strong": 1.0, "weak": 0.5, "none": 0.0}


def known(spread: float) -> float:
    """Expected value of knowing a normal part of the difference between two packages (Raiffa and Schlaifer 1961)."""
    return float(spread * norm.pdf(MEAN / spread) - abs(MEAN) * norm.cdf(-abs(MEAN) / spread))


def choice(draws: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parameters = rng.normal(size=(draws, len(SLOPES)))
    difference = parameters @ np.array(list(SLOPES.values())) + LUCK * rng.normal(size=draws)
    # Exactly so on average, so that the closed form holds for the draws there are.
    difference += MEAN - difference.mean()
    return np.column_stack([np.zeros(draws), difference]), parameters


def test_values_and_changed_recommendations_are_those_of_the_closed_form() -> None:
    benefits, parameters = choice(1000)
    found = information(benefits, parameters, list(SLOPES))
    assert found is not None
    assert found.recommended == 0
    assert found.perfect == pytest.approx(known(np.sqrt(1.0 + 0.25 + LUCK**2)), abs=0.03)
    assert [one.parameter for one in found.worths] == ["strong", "weak", "none"]
    for one, slope in zip(found.worths, (1.0, 0.5), strict=False):
        assert one.clear
        assert one.low <= known(slope) <= one.high
        assert one.value == pytest.approx(known(slope), abs=0.03)
        assert one.changed == pytest.approx(norm.cdf(MEAN / slope), abs=0.05)


def test_what_does_not_matter_is_not_clear_of_luck() -> None:
    clear = [
        one.parameter for seed in range(10) for one in information(*choice(60, seed), list(SLOPES)).worths if one.clear
    ]
    assert clear.count("strong") == 10
    assert clear.count("none") <= 3


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    covered = 0
    for seed in range(40):
        worths = {one.parameter: one for one in information(*choice(150, seed), list(SLOPES)).worths}
        covered += worths["strong"].low <= known(1.0) <= worths["strong"].high
    assert covered >= 30


def test_knowing_all_is_worth_nothing_where_one_package_is_always_better() -> None:
    _, parameters = choice(100)
    found = information(np.column_stack([np.zeros(100), 5.0 + parameters[:, 0]]), parameters, list(SLOPES))
    assert found is not None
    assert found.recommended == 1
    assert found.perfect == 0.0
    assert not any(one.clear or one.changed for one in found.worths)


def test_resamples_are_judged_together_as_they_are_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    benefits, parameters = choice(60)
    curve = Curve(parameters[:, 0])
    many = np.stack([benefits, benefits[::-1], -benefits])
    assert np.array_equal(curve.says(many), [curve.says(one) for one in many])
    found = information(benefits, parameters, list(SLOPES))
    monkeypatch.setattr(module, "AT_ONCE", benefits.size)
    assert information(benefits, parameters, list(SLOPES)) == found


def test_few_draws_or_a_single_package_tell_nothing() -> None:
    benefits, parameters = choice(100)
    assert information(benefits[:10], parameters[:10], list(SLOPES)) is None
    assert information(benefits[:, :1], parameters, list(SLOPES)) is None


def test_where_benefits_are_chances_no_parameter_is_worth_more_than_knowing_everything() -> None:
    """Goals that are met or not: curves over a few draws would go beyond what there is."""
    rng = np.random.default_rng(5)
    parameters = rng.random((20, 40))
    always, mostly = np.ones(20), np.ones(20)
    mostly[3] = 0.0
    found = information(np.column_stack([always, mostly, 1.0 - mostly]), parameters, [f"p{k}" for k in range(40)])
    assert found is not None
    assert found.perfect == 0.0
    assert all(one.value == 0.0 and not one.clear for one in found.worths)


def test_of_many_parameters_that_do_not_matter_none_is_named() -> None:
    """Each alone would be clear of luck one time in ten."""
    named = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        benefits, parameters = rng.normal(size=(30, 2)), rng.random((30, 60))
        found = information(benefits, parameters, [f"p{k}" for k in range(60)], seed)
        assert found is not None
        named += sum(one.clear for one in found.worths)
        assert sum(one.value > one.by_luck for one in found.worths) > 0 or seed
    assert named <= 1


def test_intervals_of_a_parameter_that_does_not_matter_hold_nothing() -> None:
    lows = []
    for seed in range(20):
        worths = {one.parameter: one for one in information(*choice(60, seed), list(SLOPES)).worths}
        lows.append(worths["none"].low)
    assert np.mean(np.array(lows) == 0.0) >= 0.9
