"""Baselines and assumptions: what each changes in the law, from which month, and what comparisons make of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import SCALE, origin, private_store

from sim import compare
from sim.baselines import ANNOUNCED, ENACTED, announcement, contents, first_announced
from sim.conditions import dated_rows, in_force
from sim.history import history, restore, take_state
from sim.law import Law
from sim.model import CareLabourModel
from sim.outlook import CENTRAL, ENACTED_CENTRAL, LEVELS, Outlook, known_assumptions, outlook_of
from sim.premises import assumption_rows, baseline_rows, premises_line
from sim.results import Results
from sim.rules.migration import tied_to_sponsor
from sim.running import run_all
from sim.scenario import load_scenario, scenario_from
from sim.units import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    PENCE_PER_POUND,
    WEEKS_PER_YEAR,
    Payer,
    Role,
    Sector,
    Service,
    month_index,
)
from sim.virtual_market import virtual_market

FUTURE = month_index(2030, 6)
NAMES = list(known_assumptions())
LAST_YEARS = range(month_index(2015, 4), month_index(2033, 4))


@pytest.fixture(scope="module")
def market() -> CareLabourModel:
    return virtual_market(2, 6, 4, sector=[Sector.INDEPENDENT, Sector.COUNCIL])


def law(market: CareLabourModel, month: int, outlook: Outlook = ENACTED_CENTRAL) -> Law:
    market.outlook = outlook
    return market.law_of(month)


def changed(one: Law, other: Law) -> set[str]:
    """Fields in which two months differ."""
    return {
        name for name, value in one._asdict().items() if not np.array_equal(np.asarray(value), getattr(other, name))
    }


def test_there_are_seven_each_with_a_low_and_a_high_after_the_last_published_value() -> None:
    assert set(NAMES) == {
        "unemployment", "nlw_path", "rlw_path", "outside_pay", "nhs_award", "need_growth", "council_funding",
    }  # fmt: skip
    for name, about in known_assumptions().items():
        for level in LEVELS[1:]:
            rows = [row for row in dated_rows() if row.series == f"{name}_shift" and row.key == level]
            assert rows, (name, level)
            assert min(row.month for row in rows) >= about.first, (name, level)
            assert all((row.value < 0) == (level == "low") for row in rows), (name, level)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", ["low", "high", "series"])
def test_nothing_is_assumed_of_the_past(market: CareLabourModel, name: str, level: str) -> None:
    about = known_assumptions()[name]
    choice = ((about.first, about.most),) if level == "series" else level
    outlook = outlook_of(ENACTED, {name: choice})
    parted = outlook.differs_from(ENACTED_CENTRAL)
    assert parted is not None
    assert parted >= about.first
    for month in LAST_YEARS:
        if month < parted:
            assert changed(law(market, month, outlook), law(market, month)) == set(), month


MOVES: dict[str, tuple[set[str], Callable[[Law], float]]] = {
    "unemployment": ({"unemployment", "tightness"}, lambda one: one.unemployment[0]),
    "nlw_path": (
        {
            "adult_rate",
            "care_floor",
            "old_care_floor",
            "youth_rate",
            "outside_pay",
            "pay_floor",
            "statutory_floor",
            "carers_earnings_limit",
            "earnings_growth",
        },
        lambda one: one.pay_floor[0, 0],
    ),
    "outside_pay": ({"outside_pay"}, lambda one: one.outside_pay[0]),
    "nhs_award": ({"nhs_pay"}, lambda one: one.nhs_pay[Role.REGISTERED_NURSE]),
    "need_growth": (
        {"need_factor", "client_factor", "client_mean_factor"},
        lambda one: one.need_factor[Service.HOME_CARE, Payer.COUNCIL],
    ),
    "council_funding": ({"budget_growth"}, lambda one: one.budget_growth[0]),
}
"""Fields of the law that an assumption moves in an April, and one that rises with it."""


@pytest.mark.parametrize("name", MOVES)
def test_each_assumption_moves_its_own_part_of_the_law(market: CareLabourModel, name: str) -> None:
    april = month_index(2030, 4)
    fields, value = MOVES[name]
    low, central, high = (law(market, april, outlook_of(ENACTED, {name: level})) for level in ("low", CENTRAL, "high"))
    assert value(low) < value(central) < value(high)
    assert changed(high, central) - {"nhs_pay"} == fields - {"nhs_pay"}
    assert changed(low, central) - {"nhs_pay"} == fields - {"nhs_pay"}


def test_an_assumption_about_need_moves_people_of_every_group_alike(market: CareLabourModel) -> None:
    april = month_index(2030, 4)
    low, central, high = (
        law(market, april, outlook_of(ENACTED, {"need_growth": one})) for one in ("low", CENTRAL, "high")
    )
    for field in ("client_factor", "client_mean_factor"):
        fewer, usual, more = (np.ravel(getattr(one, field)) for one in (low, central, high))
        assert (fewer < usual).all()
        assert (usual < more).all()
    each = [one.need_factor[Service.HOME_CARE, Payer.COUNCIL] / one.client_mean_factor for one in (low, high)]
    assert each[0] == pytest.approx(each[1], rel=1e-3), "each with as much care as before"


def test_the_real_living_wage_moves_where_a_policy_pays_it(market: CareLabourModel) -> None:
    (lever,) = load_scenario("real_living_wage").levers

    def floor(level: Any) -> int:
        market.levers = (lever,)
        found = law(market, FUTURE, outlook_of(ENACTED, {"rlw_path": level})).pay_floor[0, 0]
        market.levers = ()
        return int(found)

    assert floor("low") < floor(CENTRAL) < floor("high")
    assert floor(((month_index(2028, 4), 16.5),)) == 1650
    london = outlook_of(ENACTED, {"rlw_path": ((month_index(2028, 4), 16.5),)})
    over_uk = in_force("real_living_wage_london", FUTURE) / in_force("real_living_wage_uk", FUTURE)
    assert london.real_living_wage(FUTURE, "real_living_wage_london") == round(1650 * over_uk)


def test_rates_past_the_last_published_one_keep_the_ratio_it_began_with() -> None:
    outlook = ENACTED_CENTRAL
    assert outlook.real_living_wage(month_index(2026, 6)) == 1345
    assert outlook.real_living_wage(month_index(2027, 6)) == round(1345 / 1271 * 1321)


def test_vacancies_of_the_economy_fall_when_unemployment_rises(market: CareLabourModel) -> None:
    outlook = outlook_of(ENACTED, {"unemployment": ((month_index(2027, 4), 8.0),)})
    usual = in_force("unemployment", FUTURE, CENTRAL)
    vacancies = outlook.tightness(FUTURE) * 8.0 / (ENACTED_CENTRAL.tightness(FUTURE) * usual)
    assert vacancies == pytest.approx((8.0 / usual) ** in_force("vacancy_response", FUTURE))
    assert vacancies < 1.0


def test_a_value_holds_from_its_month_on(market: CareLabourModel) -> None:
    steps = ((month_index(2027, 4), 5.0), (month_index(2028, 4), 6.5))
    outlook = outlook_of(ENACTED, {"unemployment": steps})
    factor = law(market, 0).unemployment[0] / in_force("unemployment", 0, CENTRAL)
    for month, rate in ((-1, None), (0, 5.0), (11, 5.0), (12, 6.5), (60, 6.5)):
        when = steps[0][0] + month
        expected = in_force("unemployment", when, CENTRAL) if rate is None else rate
        assert law(market, when, outlook).unemployment[0] == pytest.approx(expected * factor)


def test_awards_add_up_year_by_year(market: CareLabourModel) -> None:
    outlook = outlook_of(ENACTED, {"nhs_award": ((month_index(2027, 4), 10.0), (month_index(2028, 4), 0.0))})
    before = in_force("nhs_pay", month_index(2027, 3), "registered_nurse")
    for year, factor in ((2027, 1.1), (2028, 1.1), (2030, 1.1)):
        found = law(market, month_index(year, 9), outlook).nhs_pay[Role.REGISTERED_NURSE]
        assert found == round(before * factor)


def test_the_nhs_too_pays_the_minimum_wage(market: CareLabourModel) -> None:
    outlook = outlook_of(ENACTED, {"nlw_path": ((month_index(2028, 4), 30.0),)})
    found = law(market, FUTURE, outlook)
    assert found.nhs_pay[Role.CARE_WORKER] == 3000
    assert found.nhs_pay[Role.MANAGER] == 0


def test_day_care_keeps_its_distance_from_the_growth_of_need(market: CareLabourModel) -> None:
    outlook = outlook_of(ENACTED, {"need_growth": ((month_index(2027, 4), 3.4),)})
    yearly = law(market, FUTURE, outlook).need_factor[:, Payer.COUNCIL] ** MONTHS_PER_YEAR - 1.0
    assert yearly[Service.HOME_CARE] == pytest.approx(0.034)
    assert yearly[Service.DAY] == pytest.approx(in_force("need_growth", FUTURE, "day") + 0.02)


def test_announced_law_adds_what_it_lists_and_nothing_before(market: CareLabourModel) -> None:
    announced = outlook_of(ANNOUNCED)
    parted = announced.differs_from(ENACTED_CENTRAL)
    assert parted == first_announced() == month_index(2027, 4)
    for month in range(month_index(2026, 4), parted):
        assert changed(law(market, month, announced), law(market, month)) == set()
    assert changed(law(market, parted, announced), law(market, parted)) == {"settlement_months"}
    april = month_index(2028, 4)
    before, after = law(market, april), law(market, april, announced)
    assert changed(after, before) == {
        "settlement_months", "care_floor", "pay_floor", "statutory_floor",
    }  # fmt: skip
    assert after.care_floor == before.adult_rate + 68
    assert after.pay_floor.min() == after.statutory_floor.min() == after.care_floor


def test_a_floor_agreed_for_care_is_no_multiple_of_a_minimum_wage_by_policy(market: CareLabourModel) -> None:
    (lever,) = load_scenario("national_living_wage").levers
    market.levers = (lever,)
    found = law(market, FUTURE, outlook_of(ANNOUNCED))
    market.levers = ()
    assert found.care_floor == max(found.adult_rate, in_force("adult_rate", FUTURE) + 68)


def test_nobody_who_has_settled_is_tied_again() -> None:
    announced = outlook_of(ANNOUNCED)
    begins = first_announced()
    for granted in range(month_index(2021, 1), month_index(2025, 8)):
        tied = [
            tied_to_sponsor(1, granted, month, announced.settlement_months(month))
            for month in range(granted, granted + 200)
        ]
        assert tied == sorted(tied, reverse=True), "once settled, always settled"
        assert sum(tied) == (60 if granted + 60 < begins else 180)


def test_baselines_list_what_they_hold_with_source_and_status() -> None:
    enacted, announced = contents(ENACTED), contents(ANNOUNCED)
    assert announced[: len(enacted)] == enacted
    listed = {(entry.series, entry.month) for entry in enacted}
    law_of_the_future = {
        "adult_rate", "in_country_switching", "offer_threshold_minutes", "visa_open", "nic_rate", "sick_pay_rate",
    }  # fmt: skip
    for row in dated_rows():
        if row.series in law_of_the_future and row.month >= month_index(2025, 4) and row.status == "published":
            passed = row.series == "adult_rate" and row.month < month_index(2026, 4)
            assert passed or (row.series, row.month) in listed, row
    rows_of_law = {(row.series, row.month, row.key): row for row in dated_rows()}
    for entry in enacted:
        row = rows_of_law[entry.series, entry.month, entry.key]
        assert (entry.value, entry.unit, entry.source, entry.status) == (row.value, row.unit, row.source, row.status)
    for entry in announced:
        assert entry.says
        assert entry.source
        assert entry.status in {"published", "derived", "assumption"}
    rows = baseline_rows([load_scenario("announced"), load_scenario("baseline")])
    assert list(rows) == [ANNOUNCED, ENACTED]
    assert any("Fair Pay Agreement" in row["law"] for row in rows[ANNOUNCED])
    assert not any("Fair Pay Agreement" in row["law"] for row in rows[ENACTED])


def test_what_is_assumed_is_echoed_by_financial_year() -> None:
    recession = load_scenario("recession")
    rows = {row["assumption"]: row for row in assumption_rows(recession)}
    assert list(rows) == NAMES
    assert (rows["unemployment"]["chosen"], rows["nlw_path"]["chosen"]) == ("dated series", "low")
    assert rows["need_growth"]["chosen"] == CENTRAL
    assert list(rows["unemployment"]["by_year"]) == ["2026/27", "2027/28", "2028/29", "2029/30", "2030/31"]
    assert rows["unemployment"]["by_year"]["2028/29"] == pytest.approx((3 * 7.8 + 9 * 8.2) / 12, abs=1e-4)
    assert rows["nlw_path"]["by_year"]["2027/28"] == 13.21
    line = premises_line(recession)
    assert line.startswith("Recession: baseline enacted; assumptions unemployment dated series (percent, 2026/27 to 20")
    assert line.endswith("the rest central")
    assert premises_line(load_scenario("announced")) == "Announced law: baseline announced; assumptions all central"


def test_a_dated_series_comes_back_from_a_manifest() -> None:
    recession = load_scenario("recession")
    written = recession.resolved()
    assert written["scenario"]["assumptions"]["unemployment"]["2028-01"] == 7.8
    assert written["origins"]["assumptions.unemployment.2028-01"] == "this file"
    assert scenario_from(written["scenario"]).outlook == recession.outlook


WINDOW = {"from": "2026-04", "to": "2027-12"}
USUAL: dict[str, Any] = {"name": "Usual", "scale": SCALE, "replicates": 2, "window": WINDOW}
SLUMP: dict[str, Any] = {
    **USUAL,
    "name": "Slump",
    "assumptions": {"unemployment": {"2026-10": 14.0}, "outside_pay": {"2027-04": 1.0}},
}
LATER: dict[str, Any] = {**USUAL, "name": "Announced", "baseline": "announced"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield run_all([USUAL, SLUMP, LATER])


def test_scenarios_that_assume_different_things_share_history_and_luck(results: Results) -> None:
    parted = month_index(2026, 10) - results.months[0]
    for indicator in ("filled_posts", "mean_pay", "vacancy_rate", "turnover_all"):
        usual, slump = results.values("Usual", indicator), results.values("Slump", indicator)
        assert np.array_equal(usual[:, :parted], slump[:, :parted]), indicator
        assert not np.array_equal(usual[:, parted:], slump[:, parted:]), indicator
    assert results.manifest["scenarios_part"] == "2026-10"
    comparison = compare(results)
    assert {line.scenario for line in comparison.lines()} == {"Slump", "Announced"}


def test_more_people_come_to_work_in_care_in_a_slump(results: Results) -> None:
    filled = results.values("Slump", "filled_posts")[:, -1] - results.values("Usual", "filled_posts")[:, -1]
    rate = results.values("Slump", "vacancy_rate")[:, -1] - results.values("Usual", "vacancy_rate")[:, -1]
    assert (filled > 0).all()
    assert (rate < 0).all()


def test_a_scenario_is_the_same_alone_as_beside_another_outlook(results: Results, tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        alone = run_all([{**SLUMP, "replicates": 1}])
    assert np.array_equal(alone.runs[0].measured.values, results.of("Slump")[0].measured.values, equal_nan=True)


def test_manifest_carries_assumptions_and_baselines(results: Results) -> None:
    manifest = results.manifest
    chosen = {row["assumption"]: row["chosen"] for row in manifest["assumptions"]["Slump"]}
    assert chosen["unemployment"] == "dated series"
    assert {row["chosen"] for row in manifest["assumptions"]["Usual"]} == {CENTRAL}
    assert set(manifest["baselines"]) == {ENACTED, ANNOUNCED}


def test_councils_pay_in_the_order_of_the_envelope_of_the_fair_pay_agreement(tmp_path: Path) -> None:
    april, scale = month_index(2028, 4), 0.01
    with private_store(tmp_path / "store"):
        walk = history(origin(scale=scale), april)
    fork = take_state(walk.model)

    def year_under(outlook: Outlook) -> list[tuple[Any, Any]]:
        """Council fees and care bought by councils, month by month."""
        restore(walk.model, fork, (), outlook)
        found = []
        for _ in range(MONTHS_PER_YEAR):
            walk.model.simulate_month()
            providers = walk.model.providers
            found.append((providers.price[:, Payer.COUNCIL].copy(), providers.demand_minutes[:, Payer.COUNCIL].copy()))
            budgets.append(walk.model.councils.budget.copy())
        return found

    budgets: list[Any] = []
    usual, announced = year_under(ENACTED_CENTRAL), year_under(outlook_of(ANNOUNCED))
    half = len(budgets) // 2
    assert np.array_equal(budgets[:half], budgets[half:]), "the envelope is not paid out beside budgets"
    weekly = sum(
        ((dearer - price) * (bought / MINUTES_PER_HOUR)).sum()
        for (price, bought), (dearer, _) in zip(usual, announced, strict=True)
    )
    millions = weekly * WEEKS_PER_YEAR / MONTHS_PER_YEAR / PENCE_PER_POUND / scale / 1e6
    envelope = announcement("fair_pay_envelope").value
    assert 0.5 * envelope < millions < 1.5 * envelope


def test_settlement_that_stays_at_five_years_takes_back_what_is_announced_month_by_month() -> None:
    model = CareLabourModel(scenario="settlement_five_years", scale=0.001)
    starting = CareLabourModel(scenario="announced", scale=0.001)
    months = range(month_index(2026, 4), month_index(2041, 4), 3)
    assert {model.law_of(month).settlement_months for month in months} == {60}
    assert max(starting.law_of(month).settlement_months for month in months) == 180
