"""Analyses of studies, held to functions whose answers are known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("SALib", reason="needs the extra `experiments`")

from SALib.analyze import morris as salib_morris
from SALib.sample import morris as morris_design
from SALib.sample import sobol as sobol_design

from sim.experiments.screening import effects, screen
from sim.experiments.sensitivity import Index, Sobol, luck, no_indices, regional, sobol, swings, whole_blocks
from sim.experiments.sensitivity_section import _index_title
from sim.experiments.surrogate import refusal, sobol_through, told, train

NAMES = ("x1", "x2", "x3")
ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437)
"""Of a = 7 and b = 0.1, in closed form (Saltelli et al. 2008)."""


def ishigami(quantiles: np.ndarray) -> np.ndarray:
    x1, x2, x3 = (np.pi * (2.0 * quantiles - 1.0)).T
    return np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def saltelli(points: int, second_order: bool = False) -> np.ndarray:
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 3}
    return sobol_design.sample(problem, points, calc_second_order=second_order, seed=3)


@pytest.mark.parametrize("second_order", [False, True])
def test_sobol_indices_of_a_known_function_lie_in_their_intervals(second_order: bool) -> None:
    found = sobol(NAMES, 1e9 + ishigami(saltelli(2048, second_order)), second_order)
    assert found is not None
    assert found.blocks == 2048
    for one, first, total in zip(found.indices, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        assert one.first == pytest.approx(first, abs=one.first_half + 0.01)
        assert one.total == pytest.approx(total, abs=one.total_half + 0.01)
        assert one.total_half < 0.1


def test_sobol_indices_settle_as_points_are_added_and_leave_out_what_is_not_whole() -> None:
    shown = ishigami(saltelli(1024))
    shown[7] = np.nan
    found = sobol(NAMES, shown, second_order=False)
    assert found is not None
    assert (found.blocks, found.left_out) == (1023, 1)
    assert [number for number, _ in found.by_blocks] == [127, 255, 511, 1023]
    assert found.moved() < 0.05


def test_points_of_another_design_are_no_saltelli_design() -> None:
    with pytest.raises(ValueError, match="no Saltelli design"):
        sobol(NAMES, np.arange(11.0), second_order=False)


def test_outcomes_that_do_not_vary_have_no_indices() -> None:
    assert sobol(NAMES, np.ones(500), second_order=False) is None


def test_luck_is_told_apart_from_what_points_differ_in() -> None:
    rng = np.random.default_rng(5)
    points, shared = rng.normal(0.0, 2.0, (4000, 1)), rng.normal(0.0, 3.0, (1, 4))
    found = luck(points + shared + rng.normal(0.0, 1.0, (4000, 4)))
    assert found.of_mean == pytest.approx(0.25 / 4.25, abs=0.02)
    assert found.of_run > 0.2
    assert np.isnan(luck(points).of_mean)


def test_swings_are_paired_and_the_widest_axis_comes_first() -> None:
    points = pd.DataFrame({"pay": [1.0, 0.0, 2.0, 1.0, 1.0], "hours": [5, 5, 5, 4, 6]})
    luck_of_replicates = np.array([0.0, 100.0, -30.0])
    shown = np.array([[0.0], [-1.0], [1.0], [-3.0], [0.5]]) + luck_of_replicates
    found = swings(points, shown)
    assert [(one.axis, one.value) for one in found] == [("hours", 4), ("hours", 6), ("pay", 0.0), ("pay", 2.0)]
    assert found[0].change.mean == pytest.approx(-3.0)
    assert found[0].change.high == pytest.approx(-3.0)


def test_the_base_point_is_the_first_one_also_where_a_single_axis_varies() -> None:
    found = swings(pd.DataFrame({"hours": [16, 0, 8]}), np.array([[1.0, 1.1], [5.0, 5.1], [3.0, 3.1]]))
    assert [(one.value, round(one.change.mean, 9)) for one in found] == [(0, 4.0), (8, 2.0)]


def test_of_many_settings_that_do_nothing_none_is_clear() -> None:
    axes = 10
    points = pd.DataFrame(np.vstack([np.zeros(axes), np.eye(axes), -np.eye(axes)]))
    named = sum(swings(points, np.random.default_rng(seed).normal(size=(21, 5)))[0].clear for seed in range(60))
    assert named <= 8


def test_swings_over_draws_hold_what_another_draw_would_show_and_leave_out_what_is_missing() -> None:
    points = pd.DataFrame({"pay": [0.0, 1.0], "hours": [1, 1]})
    shown = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, np.nan]])
    (mean,), (drawn,) = swings(points, shown), swings(points, shown, drawn=True)
    assert (mean.change.mean, mean.change.runs) == (2.0, 3)
    assert drawn.change.high - 2.0 == pytest.approx(2.0 * (mean.change.high - 2.0))


def test_axes_that_set_runs_apart_are_named_with_the_chance_that_they_do_not() -> None:
    quantiles = np.random.default_rng(1).random((400, 3))
    found = regional(NAMES, quantiles, quantiles[:, 1] > 0.7)
    assert found[0].axis == "x2"
    assert found[0].distance == pytest.approx(1.0)
    assert found[0].chance < 1e-6
    assert min(one.chance for one in found[1:]) > 0.01
    assert regional(NAMES, quantiles, quantiles[:, 1] > 2.0) == []


# -- Morris


def trajectories(number: int) -> np.ndarray:
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 3}
    return morris_design.sample(problem, number, num_levels=4, seed=2)


def test_elementary_effects_are_those_of_salib() -> None:
    points = trajectories(40)
    shown = ishigami(points)
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 3}
    theirs = salib_morris.analyze(problem, points, shown, num_levels=4, seed=1)
    step = 2.0 / 3.0
    for one in screen(NAMES, points, shown):
        place = NAMES.index(one.axis)
        assert one.size == pytest.approx(theirs["mu_star"][place] * step)
        assert one.spread == pytest.approx(theirs["sigma"][place] * step)
        assert one.size_low <= one.size <= one.size_high


def test_screening_tells_straight_from_bent_and_ranks_by_size() -> None:
    points = trajectories(60)
    found = {one.axis: one for one in screen(NAMES, points, 10.0 * points[:, 0] + points[:, 1] ** 2 - 0.5)}
    assert list(found) == ["x1", "x2", "x3"]
    assert found["x1"].spread == pytest.approx(0.0, abs=1e-9)
    assert found["x1"].mean == pytest.approx(10.0 * 2.0 / 3.0)
    assert found["x3"].size == 0.0


def test_a_trajectory_with_a_missing_run_is_left_out_whole() -> None:
    points = trajectories(10)
    shown = points[:, 0].copy()
    shown[5] = np.nan
    assert len(effects(points, shown)) == 9


def test_points_that_move_several_axes_at_once_are_no_morris_design() -> None:
    with pytest.raises(ValueError, match="no Morris design"):
        effects(np.random.default_rng(1).random((8, 3)), np.zeros(8))


# -- surrogates


def test_a_surrogate_errs_as_much_as_it_says_and_gives_known_indices() -> None:
    points = np.random.default_rng(4).random((400, 3))
    surrogate = train(points, ishigami(points))
    assert surrogate is not None
    assert surrogate.good_enough
    new = np.random.default_rng(9).random((100_000, 3))
    error = np.sqrt(np.square(surrogate.says(new) - ishigami(new)).mean())
    assert error == pytest.approx(surrogate.error, rel=0.6)
    found = sobol_through(surrogate, NAMES)
    for one, total in zip(found.indices, ISHIGAMI_TOTAL, strict=True):
        assert one.total == pytest.approx(total, abs=0.08)
    assert f"{surrogate.explained:.0%}" in told(surrogate, "points", 0.01)


def test_a_surrogate_that_explains_too_little_is_refused_with_the_reason() -> None:
    rng = np.random.default_rng(4)
    surrogate = train(rng.random((60, 3)), rng.normal(size=60))
    assert surrogate is not None
    assert not surrogate.good_enough
    assert "No surrogate is used" in refusal(surrogate, np.zeros(60))


def test_why_nothing_is_learnt_is_the_one_reason_that_holds() -> None:
    rng = np.random.default_rng(4)
    shown = rng.normal(size=30)
    shown[12:] = np.nan
    few = refusal(train(rng.random((30, 3)), shown), shown)
    assert few == "Nothing can be learnt from 12 points: 20 are the least."
    same = np.full(30, 0.25)
    assert refusal(train(rng.random((30, 3)), same), same) == "Nothing can be learnt: it is the same at all points."
    blocks = np.zeros((9, 5))
    assert sobol(NAMES, blocks.ravel(), second_order=False) is None
    assert no_indices(len(whole_blocks(NAMES, blocks.ravel(), False))) == "no indices, as it is the same at all points."
    blocks[2:4, 1] = np.nan
    assert "from 7 base points that lack no run: 8 are" in no_indices(len(whole_blocks(NAMES, blocks.ravel(), False)))


def test_values_without_an_order_are_learnt_each_by_itself() -> None:
    rng = np.random.default_rng(6)
    which = rng.integers(0, 5, 150)
    points = np.column_stack([(which + 0.5) / 5.0, rng.random(150)])
    surrogate = train(points, np.array([3.0, -5.0, 8.0, 0.0, -9.0])[which] + points[:, 1], unordered=[5, 0])
    assert surrogate is not None
    assert surrogate.explained > 0.99


def test_listed_values_are_asked_for_alone_when_indices_come_through_a_surrogate() -> None:
    """Of a switch that adds 1 and a range that adds up to 1.5 the variances are 1/4 and 1.5**2 / 12."""
    points = np.random.default_rng(4).random((150, 2))
    switch = points[:, 0] > 0.5
    points[:, 0] = np.where(switch, 0.75, 0.25)
    surrogate = train(points, switch + 1.5 * points[:, 1])
    assert surrogate is not None
    found = sobol_through(surrogate, NAMES[:2], (2, 0))
    assert [one.total for one in found.indices] == pytest.approx([0.571, 0.429], abs=0.02)


def test_an_axis_is_said_to_matter_most_only_where_it_is_clear_of_the_next() -> None:
    data = SimpleNamespace(
        told=lambda name: "the change of turnover", values=SimpleNamespace(of=lambda name: np.zeros((8, 1))),
        labels={"first": "looking", "second": "pay"},
    )  # fmt: skip

    def said(second: float) -> str:
        indices = tuple(
            Index(axis, total, 0.05, total, 0.05)
            for axis, total in (("first", 0.6), ("second", second), ("third", 0.01))
        )
        return _index_title(data, "turnover", Sobol(8, 0, indices, ()), runs=False)  # type: ignore[arg-type]

    assert "leads with 60% of its variance, not clearly ahead of the next axis" in said(0.55)
    assert "depends most on" in said(0.3)


def test_no_share_of_variance_is_the_finding_while_it_still_moves_with_the_number_of_points() -> None:
    data = SimpleNamespace(
        told=lambda name: "the change of turnover", values=SimpleNamespace(of=lambda name: np.zeros((8, 2))),
        labels={"first": "looking", "second": "pay"},
    )  # fmt: skip

    def said(before: float) -> str:
        now = tuple(Index(axis, total, 0.05, total, 0.05) for axis, total in (("first", 0.6), ("second", 0.1)))
        earlier = (now[0]._replace(total=before), now[1])
        found = Sobol(8, 0, now, ((4, earlier), (8, now)))
        return _index_title(data, "turnover", found, runs=True)  # type: ignore[arg-type]

    assert "depends most on \u201clooking\u201d: 60% of its variance" in said(0.58)
    unsettled = said(0.3)
    assert "comes first, but shares of variance have not settled" in unsettled
    assert "%" not in unsettled
