"""Whether goals are met, from tables of results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.experiments.goals import CHANGE, LEVEL, RELATIVE, Demand, cube, met_on_average, share_met, slacks


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two points with two replicates in two years; replicate 2 of point 1 is missing."""
    rows = [
        (point, replicate, reference, year, 10.0 * replicate + (0.0 if reference else -4.0 - point))
        for point in (0, 1)
        for replicate in (1, 2)
        for reference in (True, False)
        for year in ("2028/29", "2029/30")
        if (point, replicate) != (1, 2)
    ]
    table = pd.DataFrame(rows, columns=["point", "replicate", "reference", "year", "cost"])
    changes = table[~table["reference"]].assign(cost=lambda rows: -4.0 - rows["point"]).drop(columns="reference")
    return table, changes


def test_levels_and_changes_of_the_last_year_are_squares_of_points_and_replicates() -> None:
    values = cube(*tables(), ["cost"], points=3)
    assert values.year == "2029/30"
    np.testing.assert_array_equal(values.levels["cost"], [[6.0, 16.0], [5.0, np.nan], [np.nan, np.nan]])
    np.testing.assert_array_equal(values.mean("cost"), [-4.0, -5.0, np.nan])


@pytest.mark.parametrize(
    ("demand", "met"),
    [
        (Demand("cost", RELATIVE, True, -0.3), [[True, False], [True, False], [False, False]]),
        (Demand("cost", CHANGE, True, -4.5), [[False, False], [True, False], [False, False]]),
        (Demand("cost", LEVEL, False, 5.5), [[True, True], [False, False], [False, False]]),
    ],
)
def test_limits_are_of_the_change_as_a_share_the_change_or_the_level(demand: Demand, met: list[list[bool]]) -> None:
    slack = slacks([demand], cube(*tables(), ["cost"], points=3))
    np.testing.assert_array_equal(slack[0] >= 0.0, met)


def test_a_goal_is_met_where_every_demand_is_and_points_without_runs_meet_none() -> None:
    values = cube(*tables(), ["cost"], points=3)
    slack = slacks([Demand("cost", CHANGE, True, -3.0), Demand("cost", LEVEL, False, 10.0)], values)
    np.testing.assert_array_equal(met_on_average(slack), [True, False, False])
    np.testing.assert_array_equal(share_met(slack), [0.5, 0.0, np.nan])
