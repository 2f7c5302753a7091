"""Studies: points within bounds, luck in common, keys that tell runs apart, and files that come with the program."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from small import private_store
from typer.testing import CliRunner

from sim.cli import app
from sim.drawn import behaviour_of
from sim.experiments.axes import Axis, axes_of
from sim.experiments.describe import summary
from sim.experiments.designs import points_of, size_of
from sim.experiments.files import is_study, load_study, shipped_studies, study_from
from sim.experiments.outcomes import groups_of, shipped_outcomes, yearly
from sim.experiments.schema import Study
from sim.experiments.specification import Run, number_of_runs, runs_of
from sim.indicators import INDICATORS
from sim.measures import COUNCIL, ENGLAND, REGION
from sim.parameters import behaviour, parameter_table, uncertain
from sim.problems import ScenarioError
from sim.replicate import simulate
from sim.results import Results, year_value
from sim.results import Run as OneRun
from sim.special_indicators import SPECIAL

ROOT = Path(__file__).resolve().parent.parent
BAN: dict[str, Any] = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": {"vary": [0, 8, 16]}}}
WAGE: dict[str, Any] = {"real_living_wage": {"include": {"vary": [False, True]}, "from": "2027-04"}}
TRAINING: dict[str, Any] = {"training_offer": {"strength": {"vary": {"from": 0, "to": 1, "steps": 3}}}}
TWO_YEARS = {"from": "2026-04", "to": "2028-03"}
RUNS_DOCUMENTED = {
    "cheapest_packages": 555,
    "living_wage_and_zero_hours": 140,
    "morris_all_parameters": 1080,
    "scale_and_seed": 80,
    "sobol_ten_parameters": 1536,
    "visas_and_pay": 170,
}


def study(**values: Any) -> Study:
    return study_from({"name": "A study", "scale": 0.002, "window": TWO_YEARS, **values})


def runs(of: Study, replicates: int = 1) -> list[Run]:
    return list(runs_of(of, points_of(of), range(1, replicates + 1)))


def keys(**values: Any) -> list[str]:
    return [run.key for run in runs(study(**values))]


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
    assert size_of(screening) == 1080
    with pytest.raises(ScenarioError, match=r"SALib, which is not installed; expected .* 'caresim\[experiments\]'"):
        points_of(screening)
    assert "1,080 points over 215 axes" in summary(screening)


def test_a_grid_is_every_combination() -> None:
    points = points_of(study(levers=[WAGE, BAN, TRAINING]))
    assert len(points) == 2 * 3 * 3
    assert not points.duplicated().any()
    assert list(points["training_offer.strength"].unique()) == [0.0, 0.5, 1.0]


def test_one_at_a_time_leaves_the_others_in_the_middle() -> None:
    axes = {"parameters": {"search_most": "range", "wage_weight": {"vary": [1.7, 2.0, 3.5]}}}
    points = points_of(study(uncertainties=axes, design={"kind": "one_at_a_time"}))
    assert points.values.tolist() == [[0.4, 1.7], [0.15, 1.7], [0.6, 1.7], [0.4, 2.0], [0.4, 3.5]]


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


def test_a_study_from_a_file_of_points_is_read_back_without_it(tmp_path: Path) -> None:
    first = load_study(write_study(tmp_path, "real_living_wage,zero_hours_ban.minimum_hours\ntrue,8\n"))
    (tmp_path / "points.csv").unlink()
    again = study_from(first.resolved())
    assert axes_of(again) == axes_of(first)
    assert len(again.design.sha256 or "") == 64


# -- runs


def test_luck_is_common_to_all_points() -> None:
    found = runs(study(levers=[WAGE, BAN], seed=7), replicates=3)
    for replicate in (1, 2, 3):
        assert {run.seed for run in found if run.replicate == replicate} == {6 + replicate}


def test_draws_give_each_replicate_its_parameters() -> None:
    found = runs(study(levers=[BAN], draws=2), replicates=2)
    for run in found:
        assert run.plan.origin(1).behaviour == behaviour_of(run.replicate)


def test_parameters_of_a_point_replace_those_of_a_draw() -> None:
    varied = study(uncertainties={"parameters": {"search_most": {"vary": [0.2, 0.3]}}}, draws=2)
    for run in runs(varied, replicates=2):
        of_draw = behaviour_of(run.replicate)._replace(search_most=[0.2, 0.3][run.point])
        assert run.plan.origin(1).behaviour == of_draw


def test_a_mechanism_that_is_off_has_parameters_of_zero() -> None:
    on, off = runs(study(uncertainties={"strain_feedback": {"vary": ["on", "off"]}}))
    assert on.plan.origin(1).behaviour == behaviour()
    assert off.plan.origin(1).behaviour == behaviour(switched_off=("strain_feedback",))


def test_each_setting_of_the_uncertainties_has_one_reference_for_each_replicate() -> None:
    varied = study(uncertainties={"unemployment": {"vary": ["low", "high"]}}, levers=[WAGE, BAN])
    found = runs(varied, replicates=2)
    assert number_of_runs(varied, points_of(varied), 2) == len(found) == 2 * (2 + 12)
    references = [run for run in found if run.reference]
    assert [(run.point, run.replicate) for run in references] == [(0, 1), (0, 2), (6, 1), (6, 2)]
    assert all(not run.plan.scenarios[0].levers for run in references)
    levels = [run.plan.scenarios[0].outlook.choice("unemployment") for run in references]
    assert levels == ["low", "low", "high", "high"]


def test_runs_of_one_history_come_one_after_another() -> None:
    axes = {"parameters": {"search_most": {"vary": [0.2, 0.3]}}, "baseline": {"vary": ["enacted", "announced"]}}
    scenarios = ["recession", "pay_parity", "tight_labour_market"]
    found = runs(study(uncertainties=axes, levers=[BAN], scenarios=scenarios), replicates=2)
    origins = [run.plan.origin(1) for run in found]
    changes = sum(one != other for one, other in pairwise(origins))
    assert changes + 1 == len(set(origins)) == 2 * 2 * 3 * 2


def test_scenarios_are_an_axis_and_bring_their_own_assumptions() -> None:
    found = runs(study(scenarios=["recession", "pay_parity"]))
    by_point = {run.point: run.plan.scenarios[0] for run in found if not run.reference}
    assert by_point[0].outlook.choice("unemployment") != "central"
    assert [lever.name for lever in by_point[1].levers] == ["agenda_for_change_parity", "pay_progression"]
    assert {run.plan.scenarios[0].window for run in found} == {found[0].plan.scenarios[0].window}


# -- keys


def test_what_does_nothing_has_the_key_of_the_reference() -> None:
    found = runs(study(levers=[WAGE, BAN, TRAINING]))
    reference = found[0]
    assert reference.reference
    same = [run for run in found[1:] if run.key == reference.key]
    assert [run.point for run in same] == [0]
    assert len({run.key for run in found}) == 18


def test_titles_are_no_part_of_keys() -> None:
    assert keys(levers=[BAN]) == keys(levers=[BAN], name="Another", description="and what it is for")
    assert keys(levers=[BAN]) == keys(levers=[BAN], goal={"minimise": ["cost"]})


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 2},
        {"scale": 0.003},
        {"draws": 1},
        {"window": {"from": "2026-04", "to": "2029-03"}},
        {"window": {"from": "2025-04", "to": "2028-03"}},
        {"scenario": "recession"},
        {"outcomes": ["cost"]},
        {"outcomes": ["vacancy_rate", "turnover", "filled_posts", "unmet_share", "long_service_share",
                      {"name": "cost", "indicator": "cost_council"}]},
        {"levers": [{"zero_hours_ban": {**BAN["zero_hours_ban"], "from": "2027-05"}}]},
    ],
    ids=lambda each: " ".join(each),
)  # fmt: skip
def test_whatever_matters_is_part_of_keys(changes: dict[str, Any]) -> None:
    first = {"levers": [BAN]}
    assert keys(**{**first, **changes})[-1] != keys(**first)[-1]


def test_keys_differ_by_parameters_assumptions_and_replicates() -> None:
    axes = {
        "parameters": {"search_most": {"vary": [0.2, 0.3]}},
        "unemployment": {"vary": [4.0, 5.5, "high"]},
        "spend_down": {"vary": ["on", "off"]},
    }
    found = runs(study(uncertainties=axes), replicates=2)
    assert len({run.key for run in found}) == len(found) == 24


def test_what_is_assumed_after_the_window_is_no_part_of_keys() -> None:
    axes = {"nlw_path": {"vary": ["low", "central"]}}
    low, central = runs(study(uncertainties=axes, window={"from": "2024-04", "to": "2025-03"}))
    assert low.key == central.key


def test_replicate_two_of_a_seed_is_replicate_one_of_the_next() -> None:
    assert runs(study(seed=1), replicates=2)[1].key == runs(study(seed=2))[0].key


def test_keys_do_not_depend_on_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys(levers=[BAN])
    monkeypatch.setattr("sim.provenance.processor", lambda: "another one")
    assert keys(levers=[BAN]) == before


# -- strength


def test_strength_one_is_the_shipped_scenario() -> None:
    from sim.scenario import load_scenario

    full = runs(study(levers=[{"leadership_programme": {"strength": {"vary": [0, 1, 2]}}}]))
    none, half, double = (run.plan.scenarios[0].levers for run in full if not run.reference)
    assert none == ()
    assert half == load_scenario("leadership_programme").levers
    assert (double[0].gain, double[0].cost) == (2 * half[0].gain, 2 * half[0].cost)  # type: ignore[attr-defined]


def test_a_package_is_strengthened_as_a_whole() -> None:
    shipped = runs(study(scenarios=["low_cost_retention", "domestic_growth"]))[1].plan.scenarios[0].levers
    strong = runs(study(levers=[{"low_cost_retention": {"strength": {"vary": [0, 0.5]}}}]))[-1].plan.scenarios[0].levers
    assert [lever.name for lever in strong] == [lever.name for lever in shipped]
    for half, whole in zip(strong, shipped, strict=True):
        assert getattr(half, half.dose) == pytest.approx(0.5 * getattr(whole, whole.dose))


# -- outcomes and runs for real


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory):
    asked = [*shipped_outcomes(), {"name": "unmet_london", "indicator": "unmet_share", "area": "London"}]
    small = study(levers=[{"zero_hours_ban": {"from": "2026-10", "minimum_hours": {"vary": [0, 16]}}}], outcomes=asked)
    with private_store(tmp_path_factory.mktemp("store")):
        yield [(run, simulate(run.plan, 1, 1)[0]) for run in runs(small)], small


def test_a_year_is_what_results_make_of_it(simulated) -> None:
    (run, measured), small = simulated[0][-1], simulated[1]
    results = Results((OneRun("x", 0, 1, 1, measured),), {})
    values = dict(zip([one.name for one in small.measured], yearly(measured, small.measured)[132], strict=True))
    costs = [
        year_value("cost_council", results.values("x", "cost_council"), 12),
        year_value("cost_nhs", results.values("x", "cost_nhs"), 12),
    ]
    assert values["cost_council"] == costs[0][0]
    assert values["cost"] > values["cost_council"] + values["cost_nhs"] == pytest.approx(sum(costs)[0])
    assert values["unmet_london"] == results.values("x", "unmet_share", area="London")[0, 12:].mean()
    assert set(yearly(measured, small.measured)) == {120, 132}
    assert run.point == 1


def test_a_lever_that_is_off_changes_nothing_and_one_that_is_on_does(simulated) -> None:
    found, small = simulated
    reference, off, on = (yearly(measured, small.measured)[132] for _, measured in found)
    assert off == reference
    assert on != reference


def test_outcomes_are_offered_where_they_are_measured(simulated) -> None:
    measured = simulated[0][0][1]
    there: dict[tuple[str, str], set[str]] = {}
    for key in measured.keys:
        if key.area_type != COUNCIL or key.group_type == "all" or key.group == "all":
            there.setdefault((key.indicator, key.area_type), set()).add(key.group)
    for indicator in (*INDICATORS, *SPECIAL):
        for area_type in (ENGLAND, REGION, COUNCIL):
            assert set(groups_of(indicator, area_type)) == there.get((indicator, area_type), set())


# -- files


def test_a_resolved_study_runs_the_same() -> None:
    axes = {
        "parameters": {"search_most": {"vary": {"from": 0.2, "to": 0.3, "steps": 2}}},
        "spend_down": {"vary": ["on", "off"]},
    }
    first = study(uncertainties=axes, levers=[WAGE, TRAINING], scenarios=["recession", "baseline"], draws=2)
    again = study_from(yaml.safe_load(yaml.safe_dump(first.resolved(), sort_keys=False)))
    assert axes_of(again) == axes_of(first)
    pd.testing.assert_frame_equal(points_of(again), points_of(first))
    assert [run.key for run in runs(again, 2)] == [run.key for run in runs(first, 2)]


def test_a_study_starts_from_a_scenario_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: Mine\nwindow: {from: 2024-04, to: 2026-03}\nscale: 0.05\n", encoding="utf-8"
    )
    (tmp_path / "study.yaml").write_text("name: x\nscenario: mine\nwindow: {to: 2028-03}\n", encoding="utf-8")
    base = load_study(tmp_path / "study.yaml").base
    assert (base.name, base.scale, base.window.start, base.window.end) == ("Mine", 0.05, 96, 143)


def test_options_win_over_the_file() -> None:
    smaller = load_study("visas_and_pay", {"scale": 0.002, "draws": 2})
    assert (smaller.base.scale, smaller.repeats) == (0.002, 2)


@pytest.mark.parametrize("name", sorted(shipped_studies()))
def test_shipped_study_checks_and_has_as_many_runs_as_documented(name: str) -> None:
    shipped = load_study(name)
    if shipped.design.kind in ("sobol", "morris"):
        pytest.importorskip("SALib")
    points = points_of(shipped)
    assert number_of_runs(shipped, points, shipped.repeats) == RUNS_DOCUMENTED[name]
    assert next(runs_of(shipped, points, range(1, 2))).key
    row = next(
        line
        for line in (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8").splitlines()
        if f"`{name}`" in line
    )
    assert f" {RUNS_DOCUMENTED[name]:,} " in row, row


def test_check_tells_a_study_from_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: Mine\nlevers:\n  - fee_uplift: {from: 2027-04, percent: {vary: [0, 5]}}\noutcomes: [vacancy_rate]\n",
        encoding="utf-8",
    )
    assert is_study(str(tmp_path / "mine.yaml"))
    assert not is_study("baseline")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "mine.yaml"), "baseline"])
    assert result.exit_code == 0, result.output
    assert "grid of 2 points over fee_uplift.percent; 1 replicate; 3 runs with references" in result.stdout
    assert "note: vacancies also fall where posts are no longer sought" in result.stdout
    assert "baseline: fine: Enacted law" in result.stdout


def test_schema_of_studies_accepts_those_that_are_shipped() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from sim.loader import plain, read_tree

    schema = json.loads(CliRunner().invoke(app, ["schema", "--study"]).stdout)
    checker = jsonschema.Draft202012Validator(schema)
    for path in shipped_studies().values():
        assert not list(checker.iter_errors(plain(read_tree(path, str(path))[0])))
    wrong = {"name": "x", "levers": [{"zero_hours_ban": {"form": "2027-04"}}], "uncertainties": {"unemployment": "low"}}
    assert len(list(checker.iter_errors(wrong))) >= 2


def test_studies_are_listed() -> None:
    result = CliRunner().invoke(app, ["studies"])
    assert result.exit_code == 0, result.output
    assert [line.split("\t")[0] for line in result.stdout.splitlines()[1:]] == sorted(shipped_studies())


def test_checking_a_scenario_does_not_read_what_only_studies_need() -> None:
    code = "import sys; from sim.cli import app\ntry: app(['check', 'baseline'])\nexcept SystemExit: pass\n"
    code += "assert 'sim.experiments.schema' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
