"""The tutorial is what its source says, ran without an error, and runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("dask.distributed")

from sim.documentation.tutorial import CELLS, CODE, NOTEBOOK, at_anybodys


def test_the_notebook_holds_the_cells_of_its_source_and_what_they_showed():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == list(CELLS)
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output for output in shown if output["output_type"] == "error"]
    assert any("image/png" in output.get("data", {}) for output in shown)
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert str(Path.home()) not in text
    assert "for histories in ~/.cache/caresim, which" in text, "a cache of whoever made it stands in it"


def test_no_place_of_the_machine_that_made_it_gets_into_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CARESIM_CACHE", str(tmp_path / "mine"))
    told = at_anybodys(f"histories in {tmp_path / 'mine'}, {Path.home()}/outputs")
    assert told == "histories in ~/.cache/caresim, ~/outputs"


def test_its_study_is_one_and_its_runs_as_many_as_it_says():
    from sim.experiments.designs import points_of
    from sim.experiments.specification import number_of_runs

    names: dict[str, object] = {}
    source = [text for kind, text in CELLS if kind == CODE]
    exec("\n".join(source[:2]).replace("points_of(study)", ""), names)
    study = names["study"]
    assert number_of_runs(study, points_of(study), study.repeats) == 5 * 8
