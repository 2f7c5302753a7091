"""Parts of a package, and what a comparison says where more than a policy differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small import private_store

from sim import compare
from sim.companions import ALONE, ASSUMED, companions_of
from sim.report.contents import contents_of
from sim.report.coverage_words import who_pays
from sim.scenario import Scenario, load_scenario, scenario_from

WAGE: dict[str, Any] = {"real_living_wage": {"from": "2027-04"}}
BAN: dict[str, Any] = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 16}}
FEES: dict[str, Any] = {"fee_uplift": {"from": "2027-04", "percent": 5}}


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[None]:
    with private_store(tmp_path / "store"):
        yield


def named(name: str, *levers: dict[str, Any], **values: Any) -> Scenario:
    return scenario_from({"name": name, "levers": list(levers), **values})


def parts_of(scenario: Scenario, base: Scenario) -> dict[str, Scenario]:
    found, told = companions_of([base, scenario], unfunded=False, parts=True)
    assert all((one["kind"], one["of"]) == (ALONE, scenario.name) for one in told)
    return {one["part"]: companion for one, companion in zip(told, found, strict=True)}


def test_parts_of_a_package_are_laid_over_what_it_is_compared_with() -> None:
    base = named("Base", WAGE, assumptions={"nhs_award": "high"})
    package = named("Package", WAGE, BAN, FEES, assumptions={"nhs_award": "high"})
    parts = parts_of(package, base)
    assert list(parts) == ["zero_hours_ban", "fee_uplift"]
    for part, scenario in parts.items():
        assert [lever.name for lever in scenario.levers] == ["real_living_wage", part]
        assert scenario.outlook == base.outlook
        assert scenario.name == f"Package: only {part}"
    origins = parts["fee_uplift"].resolved()["origins"]
    assert origins["levers[1].fee_uplift.percent"] == "this file"


def test_what_a_package_assumes_is_a_part_of_its_own() -> None:
    base = named("Base")
    parts = parts_of(named("Package", BAN, FEES, assumptions={"unemployment": "high"}), base)
    assert list(parts) == ["zero_hours_ban", "fee_uplift", ASSUMED]
    assert [parts[name].outlook == base.outlook for name in parts] == [True, True, False]
    assert parts[ASSUMED].levers == ()


def test_a_package_that_leaves_out_a_lever_of_the_base_has_no_parts() -> None:
    assert parts_of(named("Package", BAN, FEES), named("Base", WAGE)) == {}
    assert parts_of(named("Package", BAN), named("Base")) == {}


def test_origins_of_a_part_name_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("name: Base\nassumptions: {nhs_award: high}\n")
    levers = "levers:\n  - zero_hours_ban: {from: 2027-04, minimum_hours: 16}\n"
    (tmp_path / "pack.yaml").write_text(f"name: Pack\nassumptions: {{unemployment: high}}\n{levers}")
    parts = parts_of(load_scenario(tmp_path / "pack.yaml"), load_scenario(tmp_path / "base.yaml"))
    told = {part: scenario.resolved() for part, scenario in parts.items()}
    assert told["zero_hours_ban"]["origins"]["assumptions.nhs_award"] == "parent file base.yaml"
    assert told["zero_hours_ban"]["origins"]["levers[0].zero_hours_ban.minimum_hours"] == "this file"
    assert told["zero_hours_ban"]["files"] == ["pack.yaml", "base.yaml"]
    assert told[ASSUMED]["origins"]["assumptions.nhs_award"] == "default"
    assert told[ASSUMED]["origins"]["assumptions.unemployment"] == "this file"


def test_a_finding_names_what_else_differs_and_where_it_differs(tmp_path: Path) -> None:
    window = {"from": "2016-04", "to": "2018-03"}
    north = {"zero_hours_ban": {"from": "2017-04", "minimum_hours": 16, "applies_to": {"region": "North East"}}}
    london = {"fee_uplift": {"from": "2017-04", "percent": 10, "applies_to": {"region": "London"}}}
    shared: dict[str, Any] = {"scale": 0.005, "window": window}
    on_top, instead = named("On top", north, london, **shared), named("Instead", london, **shared)
    assumed = named("Other future", north, london, assumptions={"unemployment": "high"}, **shared)
    compared = compare(named("Base", north, **shared), [on_top, instead, assumed], replicates=2)
    told = {one.scenario: one.sentence for one in contents_of(compared).findings}
    assert "In the places covered (London)" in told["On top"]
    assert "Note" not in told["On top"]
    assert "In the places covered (London and North East)" in told["Instead"]
    assert "also goes without, or on other terms than, the zero hours ban of \u201cBase\u201d" in told["Instead"]
    assert "also departs from \u201cBase\u201d in unemployment" in told["Other future"]


def test_a_cut_of_fees_costs_nobody_more() -> None:
    shared: dict[str, Any] = {"scale": 0.005, "window": {"from": "2016-04", "to": "2018-03"}}

    def cut(name: str, purse: str) -> Scenario:
        lever = {"fee_uplift": {"from": "2017-04", "percent": -5, "funding": {"from": purse}}}
        return named(name, lever, **shared)

    own, new = cut("Own", "own_budget"), cut("New", "new_grant")
    (rise,) = named("Rise", FEES).levers
    assert who_pays(rise) == "councils' own budgets, which then buy fewer hours of care"
    assert who_pays(own.levers[0]) == who_pays(new.levers[0])
    assert who_pays(own.levers[0]).startswith("nobody, as fees fall; councils keep what they save")
    compared = compare(named("Base", **shared), [own, new], replicates=2)
    kept = {name: compared.account(name)["council_reserves"][:, -1] for name in ("Base", "Own", "New")}
    assert (kept["Own"] < kept["Base"]).all()
    assert (kept["Own"] == kept["New"]).all()
    for name in ("Own", "New"):
        assert (compared.account(name)["council_new_money"] == compared.account("Base")["council_new_money"]).all()
