"""Scenarios: inheritance, options, origins, and the way back from a manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.scenario import Scenario, ScenarioError, json_schema, load_scenario, scenario_from, shipped_scenarios
from sim.units import month_index

PARENT = """
name: Parent
description: What the parent is.
scale: 0.2
window: {from: 2020-04, to: 2030-03}
levers:
  - zero_hours_ban: {from: 2027-04, minimum_hours: 8}
  - fee_uplift: {from: 2027-04, percent: 3}
"""
CHILD = """
name: Child
extends: parent
seed: 7
window: {to: 2029-03}
remove: [fee_uplift]
levers:
  - day_one_flexibility: {from: 2028-04}
"""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    path = tmp_path / "child.yaml"
    path.write_text(CHILD, encoding="utf-8")
    return path


def names(scenario: Scenario) -> list[str]:
    return [lever.name for lever in scenario.levers]


def test_child_is_laid_over_its_parent(child: Path) -> None:
    scenario = load_scenario(child)
    assert names(scenario) == ["zero_hours_ban", "day_one_flexibility"]
    assert (scenario.name, scenario.description) == ("Child", "")
    assert (scenario.scale, scenario.seed) == (0.2, 7)
    assert (scenario.window.start, scenario.window.end) == (month_index(2020, 4), month_index(2029, 3))


def test_grandchild_adds_and_removes_in_turn(child: Path) -> None:
    lever = "{fee_uplift: {from: 2027-04, percent: 1}}"
    text = f"name: Grandchild\nextends: child.yaml\nremove: [zero_hours_ban]\nlevers: [{lever}]\n"
    path = child.with_name("grandchild.yaml")
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path)
    assert names(scenario) == ["day_one_flexibility", "fee_uplift"]
    assert scenario.resolved()["files"] == ["grandchild.yaml", "child.yaml", "parent.yaml"]


def test_sibling_comes_before_a_shipped_scenario_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "real_living_wage.yaml").write_text("name: Mine\nscale: 0.5\n", encoding="utf-8")
    (tmp_path / "child.yaml").write_text("name: Child\nextends: real_living_wage\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("name: Other\nextends: zero_hours_ban\n", encoding="utf-8")
    assert load_scenario(tmp_path / "child.yaml").scale == 0.5
    assert names(load_scenario(tmp_path / "other.yaml")) == ["zero_hours_ban"]


def test_every_value_remembers_where_it_came_from(child: Path) -> None:
    origins = load_scenario(child, {"scale": 0.05, "window": {"from": "2021-04"}}).resolved()["origins"]
    assert origins["scale"] == "command line"
    assert origins["window.from"] == "command line"
    assert origins["window.to"] == "this file"
    assert origins["replicates"] == "default"
    assert origins["levers[0].zero_hours_ban.minimum_hours"] == "parent file parent.yaml"
    assert origins["levers[0].zero_hours_ban.phase_in_months"] == "default"
    assert origins["levers[1].day_one_flexibility.from"] == "this file"


def test_options_win_and_their_levers_are_added(child: Path) -> None:
    added = {"sponsor_portability": {"from": "2027-04"}}
    scenario = load_scenario(child, {"seed": 9, "remove": ["zero_hours_ban"], "levers": [added]})
    assert scenario.seed == 9
    assert names(scenario) == ["day_one_flexibility", "sponsor_portability"]
    assert scenario.name == "Child"


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_manifest_gives_the_scenario_back(name: str) -> None:
    first = load_scenario(name).resolved()
    again = scenario_from(json.loads(json.dumps(first["scenario"]))).resolved()
    assert again["scenario"] == first["scenario"]
    assert set(first["origins"].values()) <= {
        "default",
        "this file",
        *(f"{kind} {each}" for each in first["files"] for kind in ("parent file", "local data")),
    }


def test_values_given_in_python_cannot_extend_a_file() -> None:
    with pytest.raises(ScenarioError, match="extends: a key that only files have"):
        scenario_from({"name": "x", "extends": "baseline"})
    with pytest.raises(ScenarioError, match="extends: a key that only files have"):
        load_scenario("baseline", {"extends": "real_living_wage"})


def test_scenarios_cannot_change() -> None:
    scenario = load_scenario("real_living_wage")
    with pytest.raises(ValueError, match="frozen"):
        scenario.scale = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        scenario.levers[0].phase_in_months = 3  # type: ignore[misc]


def test_large_establishments_in_a_sample_that_has_none_are_remarked_upon() -> None:
    lever = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 16, "applies_to": {"size": "large"}}}
    small, larger = (scenario_from({"name": "Large", "scale": scale, "levers": [lever]}) for scale in (0.02, 0.05))
    assert ["zero_hours_ban names large establishments" in remark for remark in small.remarks()] == [True]
    assert larger.remarks() == []


def test_cap_on_a_route_that_is_closed_is_remarked_upon() -> None:
    def remarks(*terms: dict[str, object]) -> list[str]:
        levers = [{"overseas_recruitment": {"from": "2027-04", **each}} for each in terms]
        return scenario_from({"name": "Cap", "levers": levers}).remarks()

    capped = {"cap_per_year": 20_000}
    assert ["brings nobody without open: true" in remark for remark in remarks(capped)] == [True]
    assert remarks({**capped, "open": True}) == []
    assert remarks({**capped, "roles": "registered_nurse"}) == []  # whom the law lets in
    assert remarks({**capped, "from": "2024-04"}) == []  # before the route was closed
    before = {"open": True, "from": "2027-04", "to": "2027-12"}
    assert len(remarks({**capped, "from": "2028-01"}, before)) == 1  # the route is closed again by then


def test_lever_after_the_window_is_remarked_upon() -> None:
    scenario = load_scenario("zero_hours_ban", {"window": {"to": "2027-03"}})
    assert ["zero_hours_ban starts in 2027-10" in remark for remark in scenario.remarks()] == [True]
    assert load_scenario("zero_hours_ban").remarks() == []


def test_schema_knows_every_key_and_lever() -> None:
    schema = json_schema()
    assert {"name", "extends", "remove", "levers", "window", "assumptions"} <= set(schema["properties"])
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
    entries = {each["required"][0]: each for each in schema["properties"]["levers"]["items"]["oneOf"]}
    assert "real_living_wage" in entries
    for name, entry in entries.items():
        body = schema["$defs"][entry["properties"][name]["$ref"].rsplit("/", 1)[-1]]
        assert body["additionalProperties"] is False
        assert "from" in body["required"]
    assert "applies_to" not in schema["$defs"]["NationalLivingWage"]["properties"]
    references = {part.split('"')[0] for part in json.dumps(schema).split("#/$defs/")[1:]}
    assert references <= set(schema["$defs"])
