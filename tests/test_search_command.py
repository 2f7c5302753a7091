"""Searches from beginning to end, over studies whose runs are made by formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_analysis import COMMON, GOAL, made_up_runs, text_of

pytest.importorskip("pymoo", reason="needs the extra `experiments`")

from sim.experiments import search, search_command, search_record
from sim.experiments.files import study_from
from sim.experiments.schema import Study
from sim.experiments.search_command import PAGE, Asked, _command, find_packages
from sim.experiments.search_runs import Workers, full_settings
from sim.problems import ScenarioError

VALUES: dict[str, Any] = {
    **COMMON, "goal": GOAL, "draws": 3, "design": {"kind": "latin_hypercube", "points": 24, "seed": 1},
    "levers": [
        {"training_offer": {"strength": {"vary": {"from": 0, "to": 1}}}},
        {"staff_benefits": {"strength": {"vary": {"from": 0, "to": 1}}}},
    ],
}  # fmt: skip
ASKED = Asked("made_up.yaml", rounds=1, each=4, most=3, full=full_settings(study_from(VALUES), None, None))


def formula(quantiles: Mapping[str, float], luck: float, reference: bool) -> tuple[float, float]:
    """The first lever does more for its cost."""
    if reference:
        return 0.08, 1e9
    first, second = quantiles.values()
    return 0.08 - 0.02 * first - 0.01 * second + 1e-3 * luck, 1e9 * (1.0 + first + second)


@pytest.fixture(scope="module", autouse=True)
def no_simulation() -> Iterator[None]:
    def sweep(study: Study, folder: Path, *, resume: bool, workers: int, scheduler: str | None) -> None:
        made_up_runs(folder, study, formula)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.experiments.sweep_command.sweep", sweep)
        yield


def searched(folder: Path, asked: Asked = ASKED, **changes: Any) -> Path:
    return find_packages(study_from(VALUES | changes), folder, asked, Workers(1, None), resume=True)


def refusal(folder: Path, asked: Asked = ASKED, **changes: Any) -> str:
    with pytest.raises(ScenarioError) as refused:
        searched(folder, asked, **changes)
    assert len(refused.value.problems) == 1
    return str(refused.value)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, no_simulation: None) -> Path:
    """The folder of a search that has ended."""
    folder = tmp_path_factory.mktemp("searches") / "search"
    searched(folder)
    return folder


@pytest.fixture(scope="module")
def page(place: Path) -> str:
    return text_of(place / PAGE)


def test_a_search_tells_on_how_many_fresh_draws_its_figures_rest(page: str) -> None:
    told = "Figures rest on 20 fresh draws each, and leave out the first 3, by which packages were chosen."
    assert page.count(told) == 2, "with the frontier, and with the value of information"
    assert "of 20 fresh draws" in page
    assert "over 20 draws" in page
    assert "--full-runs 23" in page
    again = _command(ASKED._replace(given=(("--scale", 0.01), ("--draws", 4))))
    assert again.startswith("caresim search made_up.yaml --scale 0.01 --draws 4 --rounds 1 --each 4")


def test_a_search_that_is_asked_for_the_same_goes_on(place: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_command, "information_section", lambda *given: None)  # a minute of shuffling
    (place / PAGE).unlink()
    assert searched(place, name="Under another title").is_file()


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"each": 6}, "--each", "4 before, 6 now"),
        ({"rounds": 2}, "--rounds", "1 before, 2 now"),
        ({"full": ASKED.full._replace(repeats=40)}, "--full-runs", "23 before, 40 now"),
    ],
)
def test_a_search_resumed_with_another_option_is_told_which(
    place: Path, changed: dict[str, Any], field: str, told: str
) -> None:
    assert refusal(place, ASKED._replace(**changed)) == (
        f"{place}: the search: differs from the one in this folder: {field}: {told}; expected {field} as before, or "
        "another --output"
    )


def test_a_search_resumed_over_another_study_is_told_what_differs(place: Path) -> None:
    said = refusal(place, design=VALUES["design"] | {"seed": 2})
    assert "study.design.seed: 1 before, 2 now; expected study.design.seed as before, or another --output" in said


def test_a_search_resumed_with_another_algorithm_says_that(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = search._nsga2
    monkeypatch.setattr(search, "_nsga2", lambda *given: np.fliplr(before(*given)))
    monkeypatch.setattr(search_record, "version", lambda name: "99.0")
    said = refusal(place)
    assert f"{place}: the search: round_1 holds other packages than are proposed now: the search algorithm is" in said
    assert "pymoo: text" in said
    assert said.endswith("expected the version that began this search, or another --output to search anew")


def test_more_rounds_may_be_asked_for_until_the_frontier_is_simulated(tmp_path: Path) -> None:
    def keep(rounds: int, *, ended: bool) -> None:
        search_record.keep_or_refuse(tmp_path, {"seed": 1}, {"--rounds": rounds}, ended=ended)

    keep(1, ended=False)
    keep(2, ended=False)
    with pytest.raises(ScenarioError, match="--rounds: 2 before, 3 now"):
        keep(3, ended=True)
