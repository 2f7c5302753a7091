"""Broken scenario files: a clear message with place, field, expectation and nearest name; exit 2; nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.broken_files import DATES, EVERYTHING, FILES, VALUES, Broken


def write(folder: Path, broken: Broken) -> Path:
    path = folder / "broken.yaml"
    path.write_bytes(broken.text if isinstance(broken.text, bytes) else broken.text.encode())
    return path


def assert_says(message: str, broken: Broken) -> None:
    place = f"broken.yaml:{broken.line}: " if broken.line else "broken.yaml: "
    lines = [each for each in message.splitlines() if place in each and broken.field in each.split("; expected")[0]]
    fitting = [each for each in lines if broken.expected in each]
    assert fitting, message
    if broken.nearest:
        assert any(f"did you mean {broken.nearest!r}?" in each for each in fitting), message
    assert "Traceback" not in message


@pytest.mark.parametrize("broken", EVERYTHING, ids=lambda broken: broken.case)
def test_broken_scenario_is_refused(broken: Broken, tmp_path: Path) -> None:
    path = write(tmp_path, broken)
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(app, ["run", str(path), "--output", str(tmp_path / "results")])
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert_says(result.stderr, broken)
    assert sorted(tmp_path.rglob("*")) == before


def test_there_are_enough_broken_scenarios() -> None:
    assert len({each.case for each in EVERYTHING}) == len(EVERYTHING) >= 45


@pytest.mark.parametrize("broken", [VALUES[0], DATES[0], FILES[-2]], ids=lambda broken: broken.case)
def test_broken_scenario_is_refused_by_the_program_itself(broken: Broken, tmp_path: Path) -> None:
    path = write(tmp_path, broken)
    before = sorted(tmp_path.rglob("*"))
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "sim.cli", "run", path.name]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert_says(result.stderr, broken)
    assert sorted(tmp_path.rglob("*")) == before


def test_all_errors_of_a_file_come_at_once(tmp_path: Path) -> None:
    text = (
        "name: x\nscal: 0.1\nscale: 7\nwindow: {from: 2028-04, to: 2027-04}\nextends: nowhere\nlevers:\n"
        "  - zero_hours_ban: {from: 2027-04, minimum_hours: sixteen, applies_to: {council: Leds}}\n"
        "  - fee_uplift: {from: 2027-04, percent: 1}\n"
        "  - fee_uplift: {from: 2027-04, percent: 2}\n"
        "  - nothing_known: {}\n"
    )
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "broken.yaml")])
    assert result.exit_code == 2
    places = [line.split(": ")[0].rsplit(":", 1)[1] for line in result.stderr.splitlines()]
    assert places == ["2", "3", "4", "5", "7", "7", "9", "10"]


def test_a_study_is_no_parent_and_only_that_is_said(tmp_path: Path) -> None:
    study = "name: A study\nlevers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [0, 8]}}\n"
    (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
    (tmp_path / "child.yaml").write_text("name: Child\nextends: study.yaml\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "child.yaml")])
    assert result.exit_code == 2
    (told,) = result.stderr.splitlines()
    assert told.endswith(
        "child.yaml:2: extends: study.yaml, a study; "
        "expected a scenario: studies name scenarios, which can't name studies"
    )


@pytest.mark.parametrize("parent", ["visas_and_pay", "visas_and_pay.yaml"])
def test_a_shipped_study_is_told_to_be_one_where_it_is_named_as_a_parent(tmp_path: Path, parent: str) -> None:
    (tmp_path / "child.yaml").write_text(f"name: Child\nextends: {parent}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "child.yaml")])
    assert result.exit_code == 2
    (told,) = result.stderr.splitlines()
    assert "extends: visas_and_pay.yaml, a study; expected a scenario" in told


def test_no_file_is_suggested_as_a_parent_that_cannot_be_one(tmp_path: Path) -> None:
    study = "name: A study\nlevers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [0, 8]}}\n"
    (tmp_path / "quite_mine.yaml").write_text(study, encoding="utf-8")
    (tmp_path / "quite_mime.yaml").mkdir()
    (tmp_path / "quite_min.yaml").write_text("name: Child\nextends: quite_mimes\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "quite_min.yaml")])
    assert "did you mean" not in result.stderr
    (tmp_path / "quite_time.yaml").write_text("name: Parent\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "quite_min.yaml")])
    assert result.stderr.rstrip().endswith("did you mean 'quite_time'?")


def test_circle_of_parents_is_printed(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nextends: {parent}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "a.yaml")])
    assert result.exit_code == 2
    assert "c.yaml:2: extends: a circle: a -> b -> c -> a; expected" in result.stderr


def test_parent_may_not_be_a_link_out_of_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.yaml").write_text("name: secret\n", encoding="utf-8")
    (inner / "parent.yaml").symlink_to(tmp_path / "secret.yaml")
    (inner / "child.yaml").write_text("name: child\nextends: parent\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(inner / "child.yaml")])
    assert result.exit_code == 2
    assert "child.yaml:2: extends: text 'parent', a link out of its folder" in result.stderr


def test_errors_of_a_parent_name_the_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("name: parent\n\nscale: 9\n", encoding="utf-8")
    (tmp_path / "child.yaml").write_text("name: child\nextends: parent\nseed: x\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "child.yaml")])
    assert result.exit_code == 2
    assert "parent.yaml:3: scale: 9; expected at most 1" in result.stderr
    assert "child.yaml:3: seed: text 'x'; expected a whole number" in result.stderr


def test_unreadable_parent_does_not_hide_the_child(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("name: [\n", encoding="utf-8")
    text = "name: child\nextends: parent\nremove: [zero_hours_ban]\nseed: x\n"
    (tmp_path / "child.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "child.yaml")])
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["seed", "file"]


@pytest.mark.parametrize(
    ("name", "found", "nearest"),
    [
        ("basline", "no such scenario", "baseline"),
        ("nowhere/zero_hour_ban.yaml", "no such scenario", "zero_hours_ban"),
        ("", "an empty name", ""),
        ("x" * 5000, "not a usable path", ""),
    ],
)
def test_missing_file(name: str, found: str, nearest: str) -> None:
    result = CliRunner().invoke(app, ["run", name])
    assert result.exit_code == 2
    assert f"file: {found}" in result.stderr
    assert (f"did you mean {nearest!r}?" in result.stderr) == bool(nearest)


def test_folder_instead_of_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["run", str(tmp_path)])
    assert result.exit_code == 2
    assert "file: not a file; expected a YAML file" in result.stderr


def test_options_are_checked_like_a_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["run", "baseline", "--scale", "3", "--from", "2027", "--output", str(tmp_path / "out")]
    )
    assert result.exit_code == 2
    assert "command line: scale: 3.0; expected at most 1" in result.stderr
    assert "command line: window.from: text '2027'; expected a month" in result.stderr
    assert list(tmp_path.iterdir()) == []
