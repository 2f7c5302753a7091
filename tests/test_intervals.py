"""Intervals of differences: what another draw of the parameters, or a mean over luck, would show."""

from __future__ import annotations

import numpy as np
import pytest

from sim.intervals import by_student, discoveries, interval, intervals, weighted_interval
from sim.report.blocks import ratio

ENOUGH = 19
"""Draws of which the lowest and the highest hold a twentieth one in 90% of cases: (19 - 1) / (19 + 1)."""


def skewed(draws: int, samples: int = 1) -> np.ndarray:
    """Falls of very different size, none of them a rise."""
    return -np.exp(np.random.default_rng(1).normal(size=(draws, samples)))


@pytest.mark.parametrize("draws", [ENOUGH, 20, 57, 100])
def test_intervals_hold_another_draw_nine_times_in_ten_whatever_its_shape(draws: int) -> None:
    found, another = intervals(skewed(draws, 4000), drawn=True), skewed(1, 4000 + draws)[0, draws:]
    inside = ((found["low"] <= another) & (another <= found["high"])).mean()
    assert inside == pytest.approx(0.9, abs=0.02)  # four standard errors


FALLS = -np.exp(np.linspace(-2.0, 2.5, 20))


def test_what_falls_in_every_draw_may_not_rise() -> None:
    assert by_student(FALLS, drawn=True)["high"] > 0.0
    assert interval(FALLS, drawn=True).high < 0.0
    assert interval(FALLS, drawn=True).clear
    # Of few draws, or of the most striking of several figures, the draws themselves cannot tell.
    assert interval(FALLS[2:], drawn=True).high > 0.0
    assert interval(FALLS, drawn=True, choices=3).high > 0.0


def test_limits_lie_between_draws_by_rank() -> None:
    found = interval(np.random.default_rng(2).permutation(np.arange(1.0, 100.0)), drawn=True)
    assert (found.low, found.high) == (pytest.approx(5.0), pytest.approx(95.0))  # 5% and 95% of 100 places
    many = interval(np.arange(1.0, 40.0), drawn=True)
    assert (many.low, many.high) == (pytest.approx(2.0), pytest.approx(38.0))


def test_means_over_luck_keep_students_intervals() -> None:
    values = skewed(50)[:, 0]
    assert interval(values)[1:3] == pytest.approx([by_student(values)[end] for end in ("low", "high")])


def test_weights_of_draws_count_as_so_many_draws() -> None:
    values = np.random.default_rng(3).normal(size=40)
    equal = weighted_interval(values, np.full(40, 1 / 40))
    assert equal == pytest.approx(interval(values, drawn=True))
    twice = weighted_interval(np.repeat(values, 2), np.full(80, 1 / 80))
    assert twice == pytest.approx(interval(np.repeat(values, 2), drawn=True))
    lower = np.where(values < 0.0, 3.0, 1.0)
    found = weighted_interval(values, lower / lower.sum())
    assert found.mean < equal.mean
    assert found.high < equal.high
    few = np.where(np.arange(40) < 20, 1 / 20, 0.0)[::-1]
    assert weighted_interval(np.arange(40.0), few)[1:3] == pytest.approx((20.05, 38.95))
    none = np.where(np.arange(40) < 30, 1 / 30, 0.0)
    assert weighted_interval(values, none) == pytest.approx(interval(values[:30], drawn=True), rel=0.1)


def test_of_draws_enough_what_is_clear_is_named_and_luck_is_not() -> None:
    luck = list(np.random.default_rng(4).normal(size=(2000, 20)))
    unknown = np.full(20, np.nan)
    assert discoveries([*luck, FALLS, -FALLS, unknown], drawn=True) == [False] * 2000 + [True, True, False]
    assert discoveries([FALLS], drawn=True, weights=np.full(20, 1 / 20)) == [True]


def test_what_a_few_draws_turn_round_on_average_is_not_clear() -> None:
    """Of 60 draws two go far down: the others all rise, and the mean falls."""
    values = np.append(np.linspace(1.0, 2.0, 58), [-200.0, -300.0])
    found = interval(values, drawn=True)
    assert found.low == found.mean < 0.0 < found.high
    assert weighted_interval(values, np.full(60, 1 / 60))[:3] == pytest.approx(found[:3])
    assert not found.clear
    assert discoveries([values], drawn=True) == [False]


def test_a_ratio_has_bounds_by_the_interval_that_it_is_made_of() -> None:
    """By Student's t the difference below is not clear of nothing: no cost of a post can be told."""
    assert interval(FALLS, drawn=True).clear
    assert ratio(np.ones(20), FALLS, drawn=True) is None
    assert ratio(np.array([1.0, 2.0, np.nan]), np.array([3.0, 3.1, 3.2]), drawn=False) is None
