"""Broken study files: a clear message with place, field, expectation and nearest name; exit 2; nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.experiments.files import load_study
from sim.problems import Problem, ScenarioError
from tests.broken_files import Broken
from tests.broken_studies import EVERYTHING
from tests.test_broken_scenarios import assert_says, write


@pytest.mark.parametrize("broken", EVERYTHING, ids=lambda broken: broken.case)
def test_broken_study_is_refused(broken: Broken, tmp_path: Path) -> None:
    path = write(tmp_path, broken)
    with pytest.raises(ScenarioError) as refused:
        load_study(path)
    assert_says(str(refused.value), broken)


def test_names_of_cases_differ() -> None:
    assert len({each.case for each in EVERYTHING}) == len(EVERYTHING)


def test_all_errors_of_a_study_come_at_once(tmp_path: Path) -> None:
    text = (
        "name: x\nscal: 0.1\nscale: 7\nscenario: nowhere\nuncertainties:\n  parameters: {serch_most: range}\n"
        "  unemployment: {vary: [low]}\nlevers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [0, 99]}}\n"
        "  - nothing_known: {}\noutcomes: [nonsense]\ndesign: {kind: sobol, points: 3}\n"
    )
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "broken.yaml")])
    assert result.exit_code == 2
    places = [line.split(": ")[0].rsplit(":", 1)[1] for line in result.stderr.splitlines()]
    assert places == ["2", "3", "4", "6", "7", "9", "10", "11", "12"]
    assert list(tmp_path.iterdir()) == [tmp_path / "broken.yaml"]


LEVER = "levers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [0, 8]}}\n"
GOAL = (
    "goal:\n  year: 2050/51\n  minimise: [public_cost, zzz]\n  maximise: [turnver]\n"
    "  conditions:\n    - {outcome: nope2, level_at_most: 1}\n    - {outcome: vacancy_rate, level_at_most: 1}\n"
)


def problems_of(folder: Path, text: str) -> dict[str, Problem]:
    """What is wrong with a study, by field."""
    (folder / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_study(folder / "broken.yaml")
    found = {problem.field: problem for problem in refused.value.problems}
    assert len(found) == len(refused.value.problems)
    return found


def test_everything_wrong_with_outcomes_and_goal_comes_at_once_with_its_path(tmp_path: Path) -> None:
    until = "until: {outcome: cost, standard_error: 1, at_most: 9}\n"
    found = problems_of(tmp_path, f"name: x\n{LEVER}outcomes: [vacancy_rate, turnover, nope]\n{until}{GOAL}")
    assert list(found) == [
        "outcomes[2]", "until.outcome", "goal.year", "goal.minimise[0]", "goal.minimise[1]", "goal.maximise[0]",
        "goal.conditions[0].outcome",
    ]  # fmt: skip
    assert found["goal.minimise[0]"].found == "text 'public_cost'"
    measured = "one of vacancy_rate, turnover: an outcome of this study"
    assert found["goal.minimise[0]"].expected == f"{measured}, or public_cost among its `outcomes`, too"
    assert found["goal.minimise[1]"].expected == measured
    assert found["goal.maximise[0]"].nearest == "turnover"
    assert "to 2030/31" in found["goal.year"].expected


def test_points_of_a_file_times_replicates_are_limited_too(tmp_path: Path) -> None:
    rows = "\n".join(str(each % 16) for each in range(101))
    (tmp_path / "points.csv").write_text(f"zero_hours_ban.minimum_hours\n{rows}\n", encoding="utf-8")
    lever = "levers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: {vary: {from: 0, to: 16}}}\n"
    design = "design: {kind: points, file: points.csv}\n"
    found = problems_of(tmp_path, f"name: x\nreplicates: 1000\n{lever}{design}")
    assert found["design"].found.startswith("101,000 runs")
    assert "at most 100,000" in found["design"].expected


def test_how_the_name_of_an_outcome_is_written_is_told_in_words(tmp_path: Path) -> None:
    found = problems_of(tmp_path, f"name: x\n{LEVER}outcomes:\n  - {{name: a b/c, indicator: cost}}\n")
    (problem,) = found.values()
    assert problem.expected == "letters, digits and underscores, a letter first (name of its column)"


def test_a_name_that_was_refused_is_not_suggested(tmp_path: Path) -> None:
    found = problems_of(tmp_path, f"name: x\n{LEVER}outcomes: [vacancy_rte]\ngoal: {{minimise: [vacancy_rte, cst]}}\n")
    assert list(found) == ["outcomes[0]", "goal.minimise[0]", "goal.minimise[1]"]
    for field in ("goal.minimise[0]", "goal.minimise[1]"):
        assert (found[field].expected, found[field].nearest) == ("an outcome of this study", None)


def test_a_name_of_ones_own_holds_whatever_is_wrong_with_its_indicator(tmp_path: Path) -> None:
    outcomes = "outcomes:\n  - {name: posts, indicator: filled_pots}\n  - {name: 9, indicator: cost}\n"
    found = problems_of(tmp_path, f"name: x\n{LEVER}{outcomes}goal: {{minimise: [posts]}}\n")
    assert list(found) == ["outcomes[0].indicator", "outcomes[1].name"]


def test_what_is_right_with_the_rest_does_not_wait_for_what_is_wrong(tmp_path: Path) -> None:
    """One wrong key hides nothing that does not depend on it."""
    range_ = "uncertainties:\n  parameters: {search_most: range}\n"
    limit = "    - {outcome: cost}\n    - {outcome: cost, change_at_most: 0}\n"
    text = f"name: {'x' * 101}\n{range_}replicates: 0\nwindow: {{from: 2027-05, to: 2028-02}}\n"
    found = problems_of(tmp_path, f"{text}goal:\n  year: 2029/31\n  conditions:\n{limit}")
    assert list(found) == [
        "name", "uncertainties.parameters.search_most", "replicates", "window", "goal.year", "goal.conditions[0]",
        "goal.conditions[1].change_at_most",
    ]  # fmt: skip
    assert "at most 100 characters" in found["name"].expected


def test_only_areas_in_which_an_outcome_is_measured_are_told(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "name: x\noutcomes: [{name: x, indicator: cost_programmes, area: London}]\n")
    assert found["outcomes[0].area"].expected == "an area for which cost_programmes is measured: England"


def test_every_outcome_that_is_called_like_an_axis_is_told(tmp_path: Path) -> None:
    called = "{name: seed, indicator: cost}, cost, {name: year, indicator: cost}"
    found = problems_of(tmp_path, f"name: x\nseed: {{vary: [1, 2]}}\noutcomes: [{called}]\n")
    assert list(found) == ["outcomes[0]", "outcomes[2]"]


def test_what_depends_on_something_wrong_is_not_blamed_for_it(tmp_path: Path) -> None:
    until = "until: {outcome: cost, standard_error: 1, at_most: 9}\n"
    found = problems_of(tmp_path, f"name: x\ndraws: 4000\n{until}window: {{to: never}}\ngoal: {{year: 2035/36}}\n")
    assert set(found) <= {"draws", "until.at_most", "window.to"}
    assert {"draws", "window.to"} <= set(found)
