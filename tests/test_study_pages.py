"""Pages of what shipped studies found: made from finished studies alone, and of the studies as they are shipped now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("SALib", reason="needs the extra `experiments`")

from test_analysis import made_up, straight

from sim.documentation import studies
from sim.documentation.pages import DOCS
from sim.experiments.files import shipped_studies

FILE = """
name: Made up
description: Which of three parameters matter?
scale: 0.01
window: {from: 2026-04, to: 2030-03}
outcomes: [unmet_share, cost]
uncertainties: {parameters: {switching_cost: range, entry_cost: range, pool_look: range}}
design: {kind: morris, trajectories: 6, levels: 4}
"""
VALUES = {
    "description": "Which of three parameters matter?",
    "uncertainties": {"parameters": {"switching_cost": "range", "entry_cost": "range", "pool_look": "range"}},
    "design": {"kind": "morris", "trajectories": 6, "levels": 4},
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "three.yaml"
    file.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(studies, "shipped_studies", lambda: {"three": file})
    return file


def test_a_page_tells_what_was_found_with_pictures_and_the_commands_that_make_it_again(shipped: Path, tmp_path: Path):
    folder = made_up(tmp_path / "out", VALUES, straight)
    page = studies.write(folder, tmp_path / "docs" / "studies", tmp_path / "docs" / "figures")
    text = page.read_text(encoding="utf-8")
    assert page.name == "three.md"
    assert text.startswith("# Made up\n\nWhich of three parameters matter?\n\n22 runs were made, and 0 failed.")
    assert "caresim sweep three\n" in text
    assert "## What was found\n\n- " in text
    assert f"```yaml\n{FILE.strip()}\n```" in text.replace("```yaml\n\n", "```yaml\n")
    shown = re.findall(r"!\[([^\]]+)\]\(\.\./figures/(study_three_[a-z_]+\.png)\)", text)
    assert shown
    assert all((tmp_path / "docs" / "figures" / name).is_file() and words for words, name in shown)
    # Cost is the same at every point, and care not met does not depend on the third parameter.
    assert "- Care not met: \u201cgain needed to change job\u201d clearly matters most.\n- No axis moves cost" in text
    assert text.count("| moves nothing |") == 4


def test_a_study_that_changed_since_or_is_not_shipped_is_not_told(shipped: Path, tmp_path: Path):
    folder = made_up(tmp_path / "out", VALUES, straight)
    for changed in (FILE.replace("trajectories: 6", "trajectories: 7"), FILE.replace("Made up", "Another")):
        shipped.write_text(changed, encoding="utf-8")
        with pytest.raises(studies.NotShown, match="none of the studies"):
            studies.write(folder, tmp_path / "pages", tmp_path / "pictures")
    assert not (tmp_path / "pages").exists()


def test_a_study_with_runs_missing_is_not_told(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = made_up(tmp_path / "out", VALUES, straight)
    for part in (folder / "results").iterdir():
        part.unlink()
    assert studies.main([str(folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("page", sorted((DOCS / "studies").glob("*.md")), ids=lambda page: page.stem)
def test_pages_are_of_the_studies_as_they_are_shipped(page: Path):
    text = page.read_text(encoding="utf-8")
    assert f"```yaml\n{shipped_studies()[page.stem].read_text(encoding='utf-8').rstrip()}\n```" in text
    for picture in re.findall(r"\]\(\.\./(figures/[^)]+)\)", text):
        assert (DOCS / picture).is_file()
