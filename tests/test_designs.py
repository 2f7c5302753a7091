"""Designs of studies: points within bounds, of the size that their scheme says, or from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from made_studies import BAN, TRAINING, TWO_YEARS, WAGE, study

from sim.experiments.axes import Axis, axes_of
from sim.experiments.describe import summary
from sim.experiments.designs import points_of, size_of
from sim.experiments.files import load_study
from sim.parameters import parameter_table, uncertain
from sim.problems import ScenarioError

# -- designs

DESIGNS = [
    {"kind": "latin_hypercube", "points": 9},
    {"kind": "sobol", "points": 4},
    {"kind": "sobol", "points": 4, "second_order": True},
    {"kind": "morris", "trajectories": 3, "levels": 6},
    {"kind": "one_at_a_time"},
]


def needs_salib(design: dict[str, Any]) -> None:
    if design["kind"] in ("sobol", "morris"):
        pytest.importorskip("SALib")


@pytest.mark.parametrize("design", DESIGNS, ids=lambda each: "_".join(map(str, each.values())))
@given(
    chosen=st.sets(st.sampled_from(uncertain()), min_size=1, max_size=4),
    hours=st.sampled_from([[0, 8], [0, 8, 16, 24], {"from": 0, "to": 30}]),
    seed=st.integers(0, 2**32 - 1),
)
def test_designs_stay_within_bounds(design: dict[str, Any], chosen: set[str], hours: Any, seed: int) -> None:
    needs_salib(design)
    seeded = design if design["kind"] == "one_at_a_time" else {**design, "seed": seed}
    lever = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": {"vary": hours}}}
    varied = study(uncertainties={"parameters": dict.fromkeys(sorted(chosen), "range")}, levers=[lever], design=seeded)
    points = points_of(varied)
    assert len(points) == size_of(varied)
    for name in chosen:
        assert points[name].between(parameter_table()[name].low, parameter_table()[name].high).all()
    for value in points["zero_hours_ban.minimum_hours"]:
        assert value in hours if isinstance(hours, list) else 0 <= value <= 30
    assert points.equals(points_of(varied))


@pytest.mark.parametrize(("second_order", "expected"), [(False, 8 * (3 + 2)), (True, 8 * (2 * 3 + 2))])
def test_saltelli_has_the_size_that_its_scheme_says(second_order: bool, expected: int) -> None:
    pytest.importorskip("SALib")
    three = dict.fromkeys(uncertain()[:3], "range")
    design = {"kind": "sobol", "points": 8, "second_order": second_order}
    assert len(points_of(study(uncertainties={"parameters": three}, design=design))) == expected


def test_morris_moves_one_axis_at_a_time_and_always_moves_it() -> None:
    pytest.importorskip("SALib")
    axes = {"parameters": dict.fromkeys(uncertain()[:3], "range"), "unemployment": {"vary": ["low", "central", "high"]}}
    points = points_of(study(uncertainties=axes, design={"kind": "morris", "trajectories": 20}))
    for walk in range(20):
        of_walk = points.iloc[walk * 5 : walk * 5 + 5]
        moved = [
            (one != other).sum()
            for (_, one), (_, other) in zip(of_walk.iloc[:-1].iterrows(), of_walk.iloc[1:].iterrows(), strict=True)
        ]
        assert moved == [1, 1, 1, 1]


def test_without_salib_a_study_is_read_and_says_what_its_points_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    screening = load_study("morris_all_parameters")
    assert size_of(screening) == 1135
    with pytest.raises(ScenarioError, match=r"SALib, which is not installed; expected .* 'caresim\[experiments\]'"):
        points_of(screening)
    assert "1,135 points over 226 axes" in summary(screening)


def test_a_grid_is_every_combination() -> None:
    points = points_of(study(levers=[WAGE, BAN, TRAINING]))
    assert len(points) == 2 * 3 * 3
    assert not points.duplicated().any()
    assert list(points["training_offer.strength"].unique()) == [0.0, 0.5, 1.0]


def test_one_at_a_time_leaves_the_others_in_the_middle() -> None:
    axes = {"parameters": {"search_most": "range", "wage_weight": {"vary": [1.7, 2.0, 3.5]}}}
    points = points_of(study(uncertainties=axes, design={"kind": "one_at_a_time"}))
    assert points.values.tolist() == [[0.3, 1.7], [0.08, 1.7], [0.6, 1.7], [0.3, 2.0], [0.3, 3.5]]


def test_half_of_an_evidence_range_lies_below_its_central_value() -> None:
    axes = {"parameters": {"wage_weight": "range"}}
    points = points_of(study(uncertainties=axes, design={"kind": "latin_hypercube", "points": 100}))
    assert (points["wage_weight"] < 1.7).sum() == 50


@given(st.floats(0, 1))
def test_quantile_is_the_inverse_of_value(quantile: float) -> None:
    axis = Axis("x", "uncertainty", "", "", None, 1.0, 10.0, 3.0)
    assert axis.quantile(axis.at(quantile)) == pytest.approx(quantile, abs=1e-8)


@given(st.floats(0, 1))
def test_values_of_a_range_are_those_that_the_lever_takes(quantile: float) -> None:
    months = {"portable_qualification": {"from": "2027-04", "months_spared": {"vary": {"from": 0, "to": 6}}}}
    pounds = {"agency_limits": {"from": "2028-04", "highest_price": {"vary": {"from": 20, "to": 30}}}}
    of_months, of_pounds = axes_of(study(levers=[months, pounds], design={"kind": "one_at_a_time"}))
    assert isinstance(of_months.at(quantile), int)
    assert round(of_pounds.at(quantile), 2) == of_pounds.at(quantile)


# -- points from a file


def write_study(folder: Path, rows: str) -> Path:
    (folder / "points.csv").write_text(rows, encoding="utf-8")
    values = {
        "name": "x",
        "scale": 0.002,
        "window": TWO_YEARS,
        "levers": [WAGE, BAN],
        "design": {"kind": "points", "file": "points.csv"},
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return folder / "study.yaml"


def test_points_are_read_from_a_file(tmp_path: Path) -> None:
    path = write_study(tmp_path, "zero_hours_ban.minimum_hours,real_living_wage\n8,true\n16,FALSE\n")
    points = points_of(load_study(path))
    assert points.to_dict("list") == {"real_living_wage": [True, False], "zero_hours_ban.minimum_hours": [8, 16]}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("real_living_wage,zero_hours_ban.hours\ntrue,8\n", "points.csv:1: zero_hours_ban.hours: no axis of the study"),
        ("real_living_wage\ntrue\n", "points.csv:1: zero_hours_ban.minimum_hours: no such column"),
        ("real_living_wage,zero_hours_ban.minimum_hours\ntrue,8\ntrue,9\n", "minimum_hours: text '9'"),
        ("real_living_wage,zero_hours_ban.minimum_hours\ntrue\n", "points.csv:2: row: 1 cells; expected 2"),
        ("real_living_wage,zero_hours_ban.minimum_hours\n", "points.csv:1: file: 0 points"),
    ],
)  # fmt: skip
def test_wrong_points_are_refused_with_their_line(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(ScenarioError, match="points") as refused:
        load_study(write_study(tmp_path, rows))
    assert said in str(refused.value)


def test_points_of_a_study_in_which_nothing_varies_are_told_once(tmp_path: Path) -> None:
    write_study(tmp_path, "seed\n1\n")
    (tmp_path / "study.yaml").write_text("name: x\ndesign: {kind: points, file: points.csv}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_study(tmp_path / "study.yaml")
    (told,) = str(refused.value).splitlines()
    assert told.endswith("study.yaml:2: design: design points without an axis; expected something that varies: "
                         "uncertainties, levers or scenarios")  # fmt: skip


def test_a_study_from_a_file_of_points_is_read_back_with_points_that_are_kept(tmp_path: Path) -> None:
    first = load_study(write_study(tmp_path, "real_living_wage,zero_hours_ban.minimum_hours\ntrue,8\n"))
    (tmp_path / "points.csv").unlink()
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(first.resolved()), encoding="utf-8")
    again = load_study(tmp_path / "study.yaml", points=points_of(first))
    assert axes_of(again) == axes_of(first)
    assert len(again.design.sha256 or "") == 64
    assert points_of(again).equals(points_of(first))


def test_a_resolved_study_without_the_points_it_was_made_with_is_refused(tmp_path: Path) -> None:
    first = load_study(write_study(tmp_path, "real_living_wage,zero_hours_ban.minimum_hours\ntrue,8\n"))
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(yaml.safe_dump(first.resolved()), encoding="utf-8")
    assert points_of(load_study(resolved)).equals(points_of(first))
    with (tmp_path / "points.csv").open("a", encoding="utf-8") as more:
        more.write("false,16\n")
    with pytest.raises(ScenarioError, match=r"points\.csv', in which are other points; expected the file"):
        load_study(resolved)
    (tmp_path / "points.csv").unlink()
    with pytest.raises(ScenarioError, match=r"design\.file: no such file; expected a file beside the study"):
        load_study(resolved)
