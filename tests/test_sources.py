"""Runs are made anew when something beside the model that decides them changes, and not for a change of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibration import sources
from sim.calibration.runs import run_past
from sim.calibration.sources import decided_by, reached
from sim.shipped import PACKAGE
from sim.validity.command import STUDIES, study_of
from sim.validity.experiments import evidence
from sim.validity.stylised import deciding


def files(work: object) -> set[str]:
    return {file.relative_to(PACKAGE).as_posix() for file in reached(work.__module__)}


@pytest.mark.parametrize("name", STUDIES)
def test_what_a_study_runs_is_part_of_the_names_of_its_runs(name: str) -> None:
    work = study_of(name).work
    own = Path(work.__code__.co_filename).relative_to(PACKAGE).as_posix()  # type: ignore[attr-defined]
    assert {own, "calibration/runs.py", "calibration/priors.py"} <= files(work)
    # What is only told is not: pages and pictures may change without runs.
    assert not {one for one in files(work) if one.endswith(("page.py", "picture.py", "pictures.py", "report.py"))}


def test_modules_reached_through_others_count() -> None:
    assert "results.py" in files(study_of("sensitivity").work)
    assert "headline.py" in files(study_of("scale").work)
    assert "validity/experiments/worlds.py" in files(study_of("supply").work)
    assert "calibration/emulator.py" not in files(run_past)
    assert "model.py" not in files(run_past)  # part of the model, whose hash is in every name already


def test_a_change_of_a_file_or_an_input_changes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = decided_by(run_past, [1.0])
    assert decided_by(run_past, [1.0]) == before
    assert decided_by(run_past, [2.0]) != before
    changed = tmp_path / "runs.py"
    changed.write_text("# another\n", encoding="utf-8")
    found = reached(run_past.__module__)
    monkeypatch.setattr(sources, "reached", lambda name: {*found, changed})
    assert decided_by(run_past, [1.0]) != before


def test_settings_decide_and_words_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before = evidence.deciding("experiments")
    reworded = tuple(one._replace(label="other words", note="and more") for one in evidence.figures())
    monkeypatch.setattr(evidence, "figures", lambda: reworded)
    assert repr(evidence.deciding("experiments")) == repr(before)
    doubled = tuple(one._replace(value=2.0 * one.value) if one.kind == evidence.SETTING else one for one in reworded)
    monkeypatch.setattr(evidence, "figures", lambda: doubled)
    assert repr(evidence.deciding("experiments")) != repr(before)
    assert not any("why" in str(cell) for row in deciding() for cell in row)
