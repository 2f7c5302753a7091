"""What the page of a search says of its frontier, from results that are made by formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_analysis import COMMON, GOAL, LEVERS, made_up

pytest.importorskip("pymoo", reason="needs the extra `experiments`")

from sim.drawn import draws_there_are
from sim.experiments.files import study_from
from sim.experiments.frontier_section import frontier_section, rests_on
from sim.experiments.prepared import Prepared, prepare
from sim.experiments.search_runs import full_settings
from sim.experiments.section import Section
from sim.experiments.study_results import read_study
from sim.experiments.wording import figure, figure_beside, share_told
from sim.intervals import share_interval

CHOOSING = 5
"""Replicates of the search."""
WAGE = "real_living_wage"


def simulated(folder: Path, replicates: int, choosing: int = CHOOSING, goal: dict[str, object] = GOAL) -> Prepared:
    """A frontier on which the wage met the goal in the runs of the search, and in one fresh run of two."""
    replicate_with = {float(np.random.default_rng(one).normal()): one for one in range(1, replicates + 1)}

    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        if reference or quantiles[WAGE] < 0.5:
            return 0.08, 1e9
        replicate = replicate_with[luck]
        lucky = replicate <= choosing or replicate % 2 == 0
        return (0.03, 1e9) if lucky else (0.075, 2e9)

    values = {"levers": LEVERS, "goal": goal, "design": {"kind": "grid"}, "replicates": replicates}
    return prepare(read_study(made_up(folder / "study", values, formula)))


def told(folder: Path, data: Prepared) -> tuple[Section, pd.DataFrame]:
    section = frontier_section(data, folder, CHOOSING)
    return section, section.tables[0].frame.set_index("package")


def test_runs_by_which_packages_were_chosen_are_no_part_of_any_figure(tmp_path: Path) -> None:
    data = simulated(tmp_path, CHOOSING + 20).without_choosing(CHOOSING)
    assert data.values.replicates == tuple(range(CHOOSING + 1, CHOOSING + 21))
    section, packages = told(tmp_path, data)
    surest = packages.iloc[0]
    assert surest["met_all"] == 0.5, "five lucky runs more would be 60%"
    assert surest["cost_mean"] == pytest.approx(0.5e9)
    low, high = share_interval(10, 20, choices=len(packages))
    assert (surest["met_all_low"], surest["met_all_high"]) == pytest.approx((low, high))
    name = packages.index[0]
    assert (
        f"The surest package, {name}, meets the goal in 50% ({low:.0%} to {high:.0%}) of 20 fresh replicates."
        in section.findings[0]
    )
    assert "rest on 20 fresh replicates each, and leave out the first 5" in section.paragraphs[0]


@pytest.mark.parametrize("replicates", [CHOOSING, CHOOSING + 1])
def test_where_too_few_fresh_runs_are_left_the_page_says_so(tmp_path: Path, replicates: int) -> None:
    data = simulated(tmp_path, replicates).without_choosing(CHOOSING)
    assert len(data.values.replicates) == replicates
    assert f"rest on {replicates} replicates each, none of them fresh" in rests_on(data, CHOOSING)


@pytest.mark.parametrize(
    ("limit", "value", "signed", "told"),
    [
        (7.0, 7.0004, False, "7.0004"),
        (7.0, 6.9996, False, "6.9996"),
        (7.0, 7.2, False, "7.2"),
        (-3.0, -2.999, True, "-2.999"),
        (12_345.0, 12_344.6, False, "12,344.6"),
        (7.0, 7.0, False, "7"),
        (0.2, 5.04, True, "+5.04"),
        (7.5, 7.5004, False, "7.5004"),
        (1000.0, 999.7, False, "999.7"),
    ],
)
def test_what_misses_a_limit_narrowly_is_not_told_as_meeting_it(
    limit: float, value: float, signed: bool, told: str
) -> None:
    assert figure_beside(limit, value, signed=signed) == told


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [(999.7, 3, "1,000"), (0.000123456, 3, "0.000123"), (1e7, 3, "10,000,000"), (2.5, 3, "2.5"), (0.0, 3, "0"),
     (0.0513, 10, "0.0513"), (-1234.5, 3, "-1,234"), (5.0, 1, "5")],
)  # fmt: skip
def test_no_figure_is_told_as_a_power_of_ten(value: float, digits: int, told: str) -> None:
    assert figure(value, digits=digits) == told


def test_nearly_all_is_not_told_as_all() -> None:
    assert [share_told(share) for share in (0.0, 0.004, 0.5, 0.997, 1.0)] == [
        "0%",
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]


def test_a_narrow_miss_reads_as_one_in_the_finding_and_in_the_table(tmp_path: Path) -> None:
    """Of 19 fresh runs ten show 3% and nine 7.5%: 5.1316% on average, which to three digits would be the limit."""
    goal = {"minimise": ["cost"], "conditions": [{"outcome": "unmet_share", "level_at_most": 0.0513}]}
    section, _ = told(tmp_path, simulated(tmp_path, CHOOSING + 19, goal=goal).without_choosing(CHOOSING))
    assert (
        "care not met is 5.132 % of assessed need, where the goal asks that care not met is at most 5.13 %"
        in (section.findings[0])
    )
    assert any(cell.startswith("5.132, ") for row in section.tables[0].rows for cell in row)


def test_a_limit_is_told_with_all_its_digits(tmp_path: Path) -> None:
    goal = {"minimise": ["cost"], "conditions": [{"outcome": "cost", "relative_change_at_most": -0.125}]}
    section, _ = told(tmp_path, simulated(tmp_path, CHOOSING + 2, goal=goal).without_choosing(CHOOSING))
    assert "changes by at most -12.5% of its level" in " | ".join(section.tables[0].header)


def test_the_page_tells_levels_in_percent_and_changes_in_points(tmp_path: Path) -> None:
    conditions = [{"outcome": "unmet_share", "change_at_most": -0.03, "level_at_most": 0.06}]
    goal = {"minimise": ["unmet_share"], "conditions": conditions}
    section, _ = told(tmp_path, simulated(tmp_path, CHOOSING + 2, goal=goal).without_choosing(CHOOSING))
    header = " | ".join(section.tables[0].header)
    assert "The change of care not met, points | Largest regret, points" in header
    assert "Care not met changes by at most -3 points" in header
    assert "Care not met is at most 6 % of assessed need" in header


@pytest.mark.parametrize("of_search", [1, 5, 40])
def test_twenty_fresh_runs_remain_if_nothing_else_is_asked_for(of_search: int) -> None:
    values = COMMON | {"levers": LEVERS, "goal": GOAL}
    for what in ("draws", "replicates"):
        assert full_settings(study_from(values | {what: of_search}), None, None).repeats == of_search + 20
    every = study_from(values | {"draws": draws_there_are()})
    assert full_settings(every, None, None).repeats == draws_there_are()
    assert full_settings(every, 30, 0.1) == (30, 0.1)


def test_intervals_of_shares_are_those_of_clopper_and_pearson() -> None:
    """None of twenty is met with a chance of 0.05 where the share is 1 - 0.05 ** (1 / 20)."""
    low, high = share_interval(0, 20)
    assert (low, high) == (0.0, pytest.approx(1.0 - 0.05 ** (1 / 20)))
    assert share_interval(20, 20) == (pytest.approx(0.05 ** (1 / 20)), 1.0)
    assert share_interval(10, 20, choices=10)[0] < share_interval(10, 20)[0] < 0.5
