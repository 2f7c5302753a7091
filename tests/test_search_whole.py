"""A search whose runs are simulated, from an empty folder to its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pymoo", reason="needs the extra `experiments`")

from sim.experiments import search_command
from sim.experiments.files import study_from
from sim.experiments.search_command import PAGE, Asked, find_packages
from sim.experiments.search_runs import Workers, full_settings

VALUES: dict[str, Any] = {
    "name": "A small search",
    "scale": 0.002,
    "replicates": 2,
    "window": {"from": "2016-04", "to": "2017-03"},
    "levers": [
        {"fee_uplift": {"from": "2016-06", "percent": {"vary": {"from": 0, "to": 20}}}},
        {"zero_hours_ban": {"from": "2016-06", "minimum_hours": {"vary": {"from": 0, "to": 16}}}},
    ],
    "outcomes": ["unmet_share", "public_cost"],
    "design": {"kind": "latin_hypercube", "points": 8, "seed": 1},
    "goal": {
        "year": "2016/17",
        "minimise": ["public_cost"],
        "conditions": [{"outcome": "unmet_share", "change_at_most": 0.5}],
    },
}


def test_a_search_begins_in_an_empty_folder_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_command, "information_section", lambda *given: None)  # a minute of shuffling
    study = study_from(VALUES)
    asked = Asked("small.yaml", rounds=1, each=2, most=2, full=full_settings(study, 3, None))
    for resume in (False, True):
        page = find_packages(study, tmp_path / "search", asked, Workers(1, None), resume=resume)
        assert page == tmp_path / "search" / PAGE
        assert page.is_file()
    assert {"first", "round_1"} <= {each.name for each in (tmp_path / "search").iterdir() if each.is_dir()}
