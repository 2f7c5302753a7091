"""Policy search, held to a goal of two levers whose frontier is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pymoo", reason="needs the extra `experiments`")

from sim.experiments.robust import benefit, packages, regret
from sim.experiments.search import Effort, Found, Shown, Space, search, unbeaten


def plain(axes: int) -> Space:
    return Space(axes, (0,) * axes, lambda quantiles: quantiles)


def two_levers(quantiles: np.ndarray) -> Shown:
    """Cost a + b, effect 2a + b - a b, third lever wasted: the goal asks for an effect of 1.

    Only the first lever is on the frontier up to an effect of 2, since it does more for its cost.
    """
    a, b, waste = quantiles.T
    return Shown((a + b + waste)[:, None], (2.0 * a + b - a * b - 1.0)[:, None])


@pytest.fixture(scope="module")
def searched() -> Found:
    return search(two_levers, plain(3), Effort(first=40, rounds=3, each=10))


def test_the_known_frontier_is_found_with_few_simulations(searched: Found) -> None:
    found, front = searched, searched.frontier()
    assert len(found.quantiles) <= 70
    assert all(one.guided for one in found.rounds)
    assert (found.shown.slacks[front] >= 0.0).all()
    assert found.shown.objectives[front].min() == pytest.approx(0.5, abs=0.05)
    # Along the whole frontier the effect has its price: half a unit of cost for one of effect.
    for place in front:
        cost, effect = found.shown.objectives[place, 0], found.shown.slacks[place, 0] + 1.0
        assert cost <= max(effect / 2.0, effect - 1.0) + 0.35
    assert np.median(found.quantiles[front, 2]) < 0.1


def test_search_beats_as_many_packages_taken_at_random(searched: Found) -> None:
    taken = search(two_levers, plain(3), Effort(first=70, rounds=0))
    assert searched.shown.objectives[searched.frontier()].min() < taken.shown.objectives[taken.frontier()].min() - 0.05


def test_settings_are_those_that_can_be_chosen_and_none_is_simulated_twice() -> None:
    space = Space(3, (0, 0, 0), lambda quantiles: (np.minimum((quantiles * 4).astype(int), 3) + 0.5) / 4)
    found = search(two_levers, space, Effort(first=40, rounds=4, each=10))
    assert len(np.unique(found.quantiles, axis=0)) == len(found.quantiles) <= 4**3
    assert set(np.unique(found.quantiles)) == {0.125, 0.375, 0.625, 0.875}


def test_packages_just_behind_the_frontier_are_looked_at_closely_too(searched: Found) -> None:
    front = searched.frontier()
    leading = searched.leading(len(front) + 5)
    assert set(front) <= set(leading)
    assert len(set(leading)) == len(front) + 5
    assert (searched.shown.slacks[leading] >= 0.0).all()
    assert set(searched.leading(3)) <= set(front)
    every = searched.leading(1000)
    assert len(set(every)) == len(searched.quantiles)
    assert searched.shown.slacks[every[-1], 0] < 0.0


def test_where_no_package_meets_the_goal_those_that_come_nearest_are_on_the_frontier() -> None:
    found = search(
        lambda quantiles: Shown(quantiles.sum(axis=1)[:, None], quantiles[:, [0]] - 2.0), plain(2), Effort(30, 2, 8)
    )
    front = found.frontier()
    assert (found.shown.slacks[front] < 0.0).all()
    assert found.shown.slacks[front].max() == found.shown.slacks.max()


def test_a_goal_out_of_reach_is_come_near_to_at_several_costs() -> None:
    """Effect of the first lever is dear, that of the second cheap and small: the goal asks for more than both give."""

    def simulate(quantiles: np.ndarray) -> Shown:
        a, b = quantiles.T
        return Shown((2.0 * a + 0.5 * b)[:, None], (a + 0.3 * b - 2.0)[:, None])

    found = search(simulate, plain(2), Effort(30, 3, 8))
    assert all(one.added > 1 for one in found.rounds), "no round ends at a single package"
    front = found.frontier()
    assert found.shown.slacks[front].max() == pytest.approx(-0.7, abs=0.05)
    assert found.margins[front].min() >= found.margins.max() - 0.5, "far ones are no answer, however cheap"
    assert np.ptp(found.shown.objectives[front]) > 0.1


def test_packages_that_miss_the_goal_on_average_are_ranked_by_how_near_they_come() -> None:
    cost = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    slack = np.array([[[-3.0, -3.2], [-1.0, -1.1], [-6.0, 0.2]]])
    found = packages({"cost": cost}, slack, drawn=True)
    assert [one.place for one in found] == [1, 2, 0]
    assert [one.beaten for one in found] == [False, True, False]


def test_surrogates_that_explain_too_little_do_not_guide() -> None:
    rng = np.random.default_rng(1)
    found = search(
        lambda quantiles: Shown(rng.normal(size=(len(quantiles), 1)), rng.normal(size=(len(quantiles), 1))),
        plain(2), Effort(30, 1, 8),
    )  # fmt: skip
    assert [one.guided for one in found.rounds] == [False]
    assert len(found.quantiles) == 38


def test_the_same_seed_searches_the_same_way() -> None:
    first, second = (search(two_levers, plain(3), Effort(22, 1, 6, seed=4)) for _ in range(2))
    np.testing.assert_array_equal(first.quantiles, second.quantiles)


def test_a_package_is_beaten_by_one_that_is_as_good_in_all_and_better_in_one() -> None:
    losses = np.array([[1.0, 3.0], [1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [3.0, 3.0]])
    np.testing.assert_array_equal(unbeaten(losses), [False, True, True, True, False])


# -- at full settings


def test_regret_is_the_furthest_that_a_package_falls_behind_the_best_of_a_draw() -> None:
    np.testing.assert_array_equal(regret(np.array([[1.0, 5.0], [2.0, 2.0], [9.0, 1.0]])), [4.0, 1.0, 8.0])


def test_packages_tell_expectation_regret_and_the_shares_that_meet_demands() -> None:
    cost = np.array([[1.0, 5.0, 3.0, 3.0], [3.0, 3.0, 3.0, 3.0], [4.0, 4.0, 4.0, 4.0], [1.0, np.nan, 1.0, 1.0]])
    slack = np.array(
        [
            [[1.0, 1.0, -1.0, -1.0], [1.0, 1.0, 1.0, -1.0], [1.0, 1.0, 1.0, -1.0], [1.0, 1.0, 1.0, 1.0]],
            [[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]],
        ]
    )
    found = packages({"cost": cost}, slack, drawn=True)
    assert [one.place for one in found] == [1, 2, 0]
    assert [one.beaten for one in found] == [False, True, True]
    assert found[2].met == (0.5, 0.5)
    assert [one.met_all for one in found] == [0.75, 0.75, 0.25]
    assert found[0].objectives["cost"].mean == 3.0
    assert [one.regrets["cost"] for one in found] == [2.0, 3.0, 2.0]


def test_a_missing_run_is_none_that_misses_the_goal() -> None:
    slack = np.array([[[1.0, 1.0], [1.0, np.nan]]])
    value, _ = benefit({"cost": np.array([[1.0, 1.0], [2.0, np.nan]])}, slack)
    np.testing.assert_array_equal(np.isfinite(value), [[True, True], [True, False]])


def test_a_choice_is_judged_by_the_goal_and_among_equals_by_cost() -> None:
    cost = {"cost": np.array([[3.0, 3.0], [2.0, 2.0]])}
    value, what = benefit(cost, np.array([[[1.0, -1.0], [1.0, -1.0]]]))
    assert what == "chance to meet the goal"
    assert value.mean(axis=0).argmax() == 1
    assert value.mean() == pytest.approx(0.5, abs=1e-6)
    value, what = benefit(cost, np.zeros((0, 2, 2)))
    np.testing.assert_array_equal(value, [[-3.0, -2.0], [-3.0, -2.0]])
    assert what == "cost"
