"""Broken study files: a clear message with place, field, expectation and nearest name; exit 2; nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.experiments.files import load_study
from sim.problems import ScenarioError
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
