"""Studies: luck in common, keys that tell runs apart, and files that come with the program."""

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
from made_studies import BAN, TRAINING, WAGE, keys, runs, study
from small import private_store
from typer.testing import CliRunner

from sim.cli import app
from sim.drawn import behaviour_of
from sim.experiments.axes import axes_of
from sim.experiments.describe import remarks
from sim.experiments.designs import points_of
from sim.experiments.files import is_study, load_study, shipped_studies, study_from
from sim.experiments.outcomes import groups_of, shipped_outcomes, yearly
from sim.experiments.specification import number_of_runs, runs_of
from sim.indicators import INDICATORS
from sim.measures import COUNCIL, ENGLAND, REGION
from sim.parameters import behaviour
from sim.problems import ScenarioError
from sim.replicate import simulate
from sim.results import Results, year_value
from sim.results import Run as OneRun
from sim.scenario import load_scenario, shipped_scenarios
from sim.special_indicators import SPECIAL

ROOT = Path(__file__).resolve().parent.parent
RUNS_DOCUMENTED = {
    "cheapest_packages": 555,
    "living_wage_and_zero_hours": 120,
    "morris_all_parameters": 1135,
    "scale_and_seed": 80,
    "sobol_ten_parameters": 1536,
    "visas_and_pay": 170,
}


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
        {"levers": [{"zero_hours_ban": {**BAN["zero_hours_ban"], "from": "2027-05"}}]},
    ],
    ids=lambda each: " ".join(each),
)  # fmt: skip
def test_whatever_matters_is_part_of_keys(changes: dict[str, Any]) -> None:
    first = {"levers": [BAN]}
    assert keys(**{**first, **changes})[-1] != keys(**first)[-1]


def test_what_an_outcome_measures_is_part_of_keys_whatever_it_is_called() -> None:
    one, other = ([{"name": "spent", "indicator": each}] for each in ("cost", "cost_council"))
    assert keys(levers=[BAN], outcomes=one)[-1] != keys(levers=[BAN], outcomes=other)[-1]


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
    of_each = len({run.key for run in runs_of(shipped, points, range(1, 2))})
    assert of_each * shipped.repeats == RUNS_DOCUMENTED[name] <= number_of_runs(shipped, points, shipped.repeats)
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
    assert is_study("cheapest_packages.yaml"), "a shipped study said with its suffix, which the message then corrects"
    assert not is_study("baseline.yaml")
    result = CliRunner().invoke(app, ["run", "cheapest_packages.yaml", "--output", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "a study; expected a scenario" in result.stderr
    lever = "levers:\n  - fee_uplift: {from: 2027-04, percent: {vary: [0, 5]}}\n"
    scales, scenario = "scale: {vary: [0.01, 0.02]}\n", "scale: 0.01\nreplicates: 2\n"
    for values, varied in ((lever, True), (scales, True), (scenario, False)):
        (tmp_path / "bare.yaml").write_text(f"name: Bare\n{values}", encoding="utf-8")
        assert is_study(str(tmp_path / "bare.yaml")) is varied
    result = CliRunner().invoke(app, ["check", str(tmp_path / "mine.yaml"), "baseline"])
    assert result.exit_code == 0, result.output
    assert "grid of 2 points over fee_uplift.percent; 1 replicate; at most 3 runs with references" in result.stdout
    assert "note: vacancies also fall where posts are no longer sought" in result.stdout
    assert "baseline: fine: Enacted law" in result.stdout


def test_a_study_given_for_a_scenario_and_a_scenario_for_a_study_are_told_in_one_message() -> None:
    study, scenario = shipped_studies()["cheapest_packages"], shipped_scenarios()["real_living_wage"]
    for file, reads, said in (
        (study, load_scenario, "file: a study; expected a scenario; `caresim sweep` runs a study"),
        (
            scenario,
            load_study,
            "file: a scenario; expected a study; `caresim run` and `caresim compare` take scenarios",
        ),
        ("cheapest_packages", load_scenario, "cheapest_packages: file: a study; expected a scenario"),
        ("real_living_wage", load_study, "real_living_wage: file: a scenario; expected a study"),
    ):
        with pytest.raises(ScenarioError) as refused:
            reads(file)
        (problem,) = refused.value.problems
        assert said in str(problem)


@pytest.mark.parametrize("line", ["scenario: visas_and_pay", "scenarios: [baseline, visas_and_pay.yaml]"])
def test_a_shipped_study_named_as_the_scenario_of_a_study_is_told_to_be_one(tmp_path: Path, line: str) -> None:
    (tmp_path / "study.yaml").write_text(f"name: Mine\n{line}\ndesign: {{kind: grid}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"study\.yaml:2: \S+ visas_and_pay(\.yaml)?, a study; expected a scenario"):
        load_study(tmp_path / "study.yaml")


def test_a_key_of_studies_that_slipped_into_a_scenario_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: Mine\nextends: baseline\ndraws: 20\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:3: draws: unknown key"):
        load_scenario(file)


STEADY = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 8}}


def test_that_nothing_varies_is_remarked_upon() -> None:
    (said,) = [one for one in remarks(study(levers=[STEADY])) if "varies" in one]
    assert "caresim compare" in said
    assert not any("varies" in one for one in remarks(study(levers=[WAGE])))


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (
            "{kind: latin_hypercube, points: 12}",
            "from 12 points `caresim analyse` cannot tell what outcomes depend on: it",
        ),
        ("{kind: points, file: few.csv}", "from 2 points"),
        ("{kind: sobol, points: 4}", "from 4 base points"),
        ("{kind: morris, trajectories: 3}", "from 3 trajectories"),
        ("{kind: latin_hypercube, points: 20}", ""),
        ("{kind: sobol, points: 8}", ""),
        ("{kind: morris, trajectories: 4}", ""),
        ("{kind: grid}", ""),
    ],
)
def test_a_design_too_small_for_its_analysis_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, design: str, said: str
) -> None:
    lever = "levers:\n  - fee_uplift: {from: 2027-04, percent: {vary: [0, 5]}}\n"
    (tmp_path / "few.csv").write_text("fee_uplift.percent\n0\n5\n", encoding="utf-8")
    file = tmp_path / "small.yaml"
    file.write_text(f"name: Small\n{lever}design: {design}\n", encoding="utf-8")
    monkeypatch.setattr("sim.experiments.sweep_command.estimate", lambda *_: "an hour")
    for command in (["check", str(file)], ["sweep", str(file), "--dry-run"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        assert (f"note: {said}" in result.stdout) if said else ("note: from" not in result.stdout), result.stdout


def test_a_path_that_no_file_can_have_is_told_in_a_line() -> None:
    result = CliRunner().invoke(app, ["check", "a" * 300 + ".yaml"])
    assert result.exit_code == 2, result.output
    assert "not a usable path" in result.stderr


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
