"""Parts of a package, and what a comparison says where more than a policy differs."""

from __future__ import annotations

from typing import Any

from sim.companions import ALONE, ASSUMED, companions_of
from sim.report.coverage_words import who_pays
from sim.report.findings import departures
from sim.scenario import Scenario, scenario_from

WAGE: dict[str, Any] = {"real_living_wage": {"from": "2027-04"}}
BAN: dict[str, Any] = {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 16}}
FEES: dict[str, Any] = {"fee_uplift": {"from": "2027-04", "percent": 5}}


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


def test_a_finding_names_what_else_differs() -> None:
    base = named("Base")
    assert departures(named("Policy", BAN), base) == ""
    elsewhere = named("Policy", BAN, baseline="announced", assumptions={"nhs_award": "low"})
    assert departures(elsewhere, base) == departures(base, elsewhere) == "baseline and nhs award"


def test_a_cut_of_fees_costs_nobody_more() -> None:
    (rise,) = named("Rise", FEES).levers
    cut = [
        named("Cut", {"fee_uplift": {"from": "2027-04", "percent": -5, "funding": {"from": purse}}}).levers[0]
        for purse in ("own_budget", "new_grant")
    ]
    assert who_pays(rise) == "councils' own budgets, which then buy fewer hours of care"
    assert [who_pays(lever).partition(";")[0] for lever in cut] == ["nobody, as fees fall"] * 2
    assert "government takes back" in who_pays(cut[1])
