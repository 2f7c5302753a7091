"""Whose money: the account closes to the penny, and a comparison tells new money from own, and tax from tax."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import SCALE, private_store

from sim import compare
from sim.comparison import Comparison
from sim.geography import load_places
from sim.levers.base import all_levers
from sim.model import CareLabourModel
from sim.money import ITEMS, PAID, RECEIVED, account
from sim.money_report import NET, deflator, net_lines, shown, yearly
from sim.month.ledger import COST_KINDS
from sim.population.inputs import out_of_work_in_pool
from sim.recording import record, stack
from sim.rules.tax import part_paid, tax_above
from sim.units import MONTHS_PER_YEAR, Payer, Sector, Service, month_index
from sim.virtual_market import virtual_market

BALANCE = COST_KINDS.index("balance")
BASE: dict[str, Any] = {
    "name": "As it was",
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2016-04", "to": "2018-03"},
}


def floor(name: str, cover: float, purse: str = "new_grant") -> dict[str, Any]:
    public = {"cover": cover, "from": purse}
    funding = {"council": public, "nhs": public, "self_funder": {"pass_to_fees": 0.0}, "include": ["on_costs"]}
    lever = {"real_living_wage": {"from": "2016-10", "funding": funding}}
    return {**BASE, "name": name, "levers": [lever]}


BUDGETS = {
    "More grants": ("grants", 20.0),
    "Less from the NHS": ("better_care_fund", -50.0),
    "Precept": ("precept", 5.0),
    "Savings": ("savings", 5.0),
}


def budget(name: str, source: str, percent: float) -> dict[str, Any]:
    lever = {"council_budget": {"from": "2016-10", "source": source, "percent": percent}}
    return {**BASE, "name": name, "levers": [lever]}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory):
    others = [floor("Funded", 1.0), floor("Own budgets", 1.0, "own_budget"), floor("Unfunded", 0.0)]
    others += [budget(name, *terms) for name, terms in BUDGETS.items()]
    with private_store(tmp_path_factory.mktemp("store")):
        yield compare(BASE, others, output=tmp_path_factory.mktemp("out") / "compared", unfunded=False)


def changes(comparison: Comparison, scenario: str, year: str = "2017/18") -> dict[str, float]:
    rows = comparison.money()
    rows = rows[(rows["scenario"] == scenario) & (rows["financial_year"] == year) & (rows["prices"] == "cash")]
    return {f"{row.side} {row.item}": row.change for row in rows.itertuples()}


def test_care_that_nobody_bargains_over_is_paid_what_it_costs() -> None:
    """Fees of independent providers part from costs; councils' own services and assistants cost what is paid for them.

    A year's price rests on the year before, so what is left of one year is made up for in the next.
    """
    model = CareLabourModel(scale=0.02, seed=3)
    borne, cost = np.zeros(2), np.zeros(2)
    assistants = np.arange(len(Service)) == Service.PERSONAL_ASSISTANTS
    while model.month < 108:
        model.simulate_month()
        if model.month <= 12:
            continue
        for place, services in enumerate((~assistants, assistants)):
            borne[place] += model.ledger.costs[:, services, BALANCE].sum()
        providers = model.providers.columns
        for place, sector in enumerate((Sector.COUNCIL, Sector.DIRECT_PAYMENT)):
            there = (providers.sector == sector) & (providers.active == 1)
            cost[place] += (providers.wage_bill + providers.on_costs)[there].sum() * 52 / 12
    assert np.abs(borne / cost).max() < 0.03


@pytest.mark.parametrize("ring_fenced", [0.0, 0.8])
def test_a_policy_on_fees_leaves_care_priced_at_cost_alone(ring_fenced: float) -> None:
    """Nor does it raise pay there: on top of cost it would be paid twice, and taken back a year later."""

    def after(levers: list[Any]) -> CareLabourModel:
        model = CareLabourModel(scale=0.01, seed=4, levers=levers)
        while model.month < MONTHS_PER_YEAR + 2:
            model.simulate_month()
        return model

    terms = {"from": "2017-04", "percent": 10.0, "ring_fenced": ring_fenced, "funding": {"from": "new_grant"}}
    without, raised = after([]), after([all_levers()["fee_uplift"].model_validate(terms)])
    for sector, moved in ((Sector.INDEPENDENT, True), (Sector.COUNCIL, False), (Sector.DIRECT_PAYMENT, False)):
        there = (without.providers.sector == sector) & (without.providers.active == 1)
        prices = [model.providers.price[there, Payer.COUNCIL].mean() for model in (without, raised)]
        assert (prices[1] > 1.05 * prices[0]) == moved
        assert (prices[1] == prices[0]) != moved
        pay = [model.providers.posted_pay[there, 0].mean() for model in (without, raised)]
        assert pay[1] > pay[0] if moved and ring_fenced else pay[1] == pytest.approx(pay[0], rel=0.002)
    assert raised.ledger.grants.sum() > 0


def test_the_account_closes_to_the_penny_month_by_month() -> None:
    model = CareLabourModel(scale=SCALE, seed=2, audit=True)
    for _ in range(18):
        reserves, balance = model.providers.reserves.sum(), model.councils.balance.sum()
        model.step()
        found = {item: int(values[0]) for item, values in account(stack([record(model)])).items()}
        paid, received = (sum(found[one.item] for one in ITEMS if one.side == side) for side in (PAID, RECEIVED))
        assert paid == received
        borne, assessors = model.ledger.costs[:, :, BALANCE].sum(), model.councils.agency_cost.sum()
        alone = model.ledger.costs[:, Service.PERSONAL_ASSISTANTS, BALANCE].sum()
        assert found["employers_balance"] == -alone != 0
        assert found["own_services"] == alone - borne != 0
        assert found["agency"] == model.ledger.costs[:, :, COST_KINDS.index("agency")].sum() + assessors
        assert found["agency_assessors"] == assessors > 0
        assert paid == model.ledger.payments.sum() - borne + assessors
        assert found["provider_reserves"] == model.providers.reserves.sum() - reserves
        drawn = balance - model.councils.balance.sum() - model.ledger.council_returned.sum()
        assert found["council_reserves"] == drawn
        assert found["council_tax"] + found["council_reserves"] > 0
        assert found["employer_nic"] < model.ledger.costs[:, :, 1].sum()
        assert found["staff_after_tax"] > 0


@pytest.mark.parametrize(
    ("sector", "service"),
    [(Sector.COUNCIL, Service.HOME_CARE), (Sector.DIRECT_PAYMENT, Service.PERSONAL_ASSISTANTS)],
)
def test_no_profit_is_made_by_councils_and_people_with_direct_payments(sector: Sector, service: Service) -> None:
    model = virtual_market(sector=sector, service=service)
    model.step()
    assert (model.ledger.costs[:, :, COST_KINDS.index("profit")] == 0).all()
    assert model.ledger.costs[:, :, BALANCE].any()


def test_the_balance_of_people_who_employ_is_that_of_personal_assistants() -> None:
    providers = CareLabourModel(scale=SCALE, seed=2).providers.columns
    alone = providers.service == Service.PERSONAL_ASSISTANTS
    assert np.array_equal(alone[providers.uid != 0], (providers.sector == Sector.DIRECT_PAYMENT)[providers.uid != 0])


def test_taxes_are_those_of_everybodys_wages() -> None:
    model = CareLabourModel(scale=SCALE, seed=2)
    model.step()
    law, team = model.law, model.stock.teams
    assert tax_above(20_000.0, 15_000, 0.2) == 1_000
    assert tax_above(14_000.0, 15_000, 0.2) == 0
    assert part_paid(1_000, 3, 4) == 750
    assert part_paid(0, 0, 0) == 0
    income_tax, of_staff, of_employers = team[:, 7:10].sum(axis=0)
    assert 0 < income_tax < law.income_tax_rate * team[:, 0].sum() * 1.2
    assert of_staff < of_employers
    assert (model.ledger.taxes.sum(axis=(0, 1)) > 0).all()


def test_both_sides_are_equal_in_what_is_written(comparison: Comparison) -> None:
    assert comparison.results.folder is not None
    with (comparison.results.folder / "money.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["item"] == "total"]
    sides = {side: [float(row["mean"]) for row in rows if row["side"] == side] for side in (PAID, RECEIVED)}
    assert sides[PAID] == pytest.approx(sides[RECEIVED], rel=1e-12)
    assert len(sides[PAID]) == (4 + len(BUDGETS)) * 2 * 2


def test_a_funded_and_an_unfunded_floor_differ_in_whose_money_it_is(comparison: Comparison) -> None:
    funded, own, unfunded = (changes(comparison, name) for name in ("Funded", "Own budgets", "Unfunded"))
    for one in (funded, own, unfunded):
        assert one["received staff_after_tax"] > 0
        assert one["paid total"] == pytest.approx(one["received total"])
    assert funded["net new_money"] > 0
    assert own["net new_money"] == unfunded["net new_money"] == 0
    margins = [one["received profit"] + one["received provider_reserves"] for one in (funded, own, unfunded)]
    assert margins[2] < margins[0] - 1e6
    assert own["net own_money"] > unfunded["net own_money"]


def test_grants_that_policies_change_are_new_money_and_own_budgets_are_none(comparison: Comparison) -> None:
    """In the account and as an indicator; what councils do not spend of it is on balance no cost to the public."""
    base = {item: values[:, 1].mean() for item, values in yearly(comparison.results, "As it was").items()}
    new = {"More grants": 0.2 * base["council_grants"], "Less from the NHS": -0.5 * base["better_care_fund"]}
    for name in BUDGETS:
        found, brought = changes(comparison, name), new.get(name, 0.0)
        assert found["net new_money"] == pytest.approx(brought, rel=1e-6)
        assert found["paid council_new_money"] == pytest.approx(brought, rel=1e-6)
        assert found["paid council_grants"] == found["paid better_care_fund"] == 0
        spent_by_nhs = found["paid nhs"] + found["paid recovery_funds"]
        assert found["net government_gross"] == pytest.approx(brought + spent_by_nhs, rel=1e-6)
        of_year = comparison.results.values(name, "grants")[:, 12:].sum(axis=1).mean()
        assert of_year == pytest.approx(brought, rel=1e-6)
    unspent = changes(comparison, "More grants")["paid council_reserves"]
    assert -new["More grants"] < unspent < 0


def test_new_grants_of_services_and_regions_add_up_to_those_of_england(comparison: Comparison) -> None:
    results = comparison.results
    england = results.values("More grants", "grants")
    services = [results.values("More grants", "grants", group=one.name.lower()) for one in Service]
    regions = [results.values("More grants", "grants", area=name) for name in load_places().regions]
    for parts in (services, regions):
        assert np.add.reduce(parts) == pytest.approx(england, rel=1e-4)
    assert england[:, -1].min() > 0


def test_tax_counts_on_raises_and_on_those_new_to_work_only() -> None:
    year = np.ones((1, 1))
    base = {one.item: 0.0 * year for one in ITEMS}
    base |= {
        "income_tax": 100.0 * year,
        "people_in_post": 100.0 * year,
        "wages": 1000.0 * year,
        "pay_rates": 10.0 * year,
        "pay_rates_universal_credit": 2.0 * year,
        "starters": year,
        "council_new_money": 0 * year,
    }
    more_people = {**base, "income_tax": 110.0 * year, "people_in_post": 110.0 * year, "wages": 1100.0 * year}
    higher_pay = {**base, "income_tax": 110.0 * year, "wages": 1060.0 * year}

    def lines(other: dict[str, Any], out_of_work: float) -> dict[str, float]:
        found = net_lines(base, {**other, "starters_not_from_work": out_of_work * year}, 0.55 * np.ones(1))
        return {name: float(values[0, 0]) for name, values in found.items()}

    raises = lines(higher_pay, 0.4)
    assert (raises["tax_on_raises"], raises["tax_on_entrants"]) == (pytest.approx(10.0), 0.0)
    # A fifth of 50 more after tax is earned on Universal Credit, which falls by 55% of it.
    assert raises["benefits_on_raises"] == pytest.approx(0.55 * 0.2 * 50.0)
    assert raises["government_net"] == pytest.approx(-10.0 - 5.5)
    assert raises["public_net"] == pytest.approx(-15.5)
    from_pool = lines({**more_people, "starters_from_pool": 0.5 * year}, 0.4)
    assert from_pool["tax_on_entrants"] == pytest.approx(10.0 * (0.4 + 0.5 * out_of_work_in_pool()))
    assert from_pool["government_net_no_additionality"] == pytest.approx(0.0)
    for share in (0.0, 0.4, 1.0):
        entrants = lines(more_people, share)
        assert entrants["tax_gross"] == 10.0
        assert entrants["tax_on_raises"] == pytest.approx(0.0)
        assert entrants["tax_on_entrants"] == pytest.approx(10.0 * share)
        assert entrants["government_net"] == pytest.approx(-10.0 * share)
        assert entrants["government_net_no_additionality"] == pytest.approx(0.0)


def test_real_terms_take_out_the_growth_of_prices() -> None:
    base = month_index(2026, 4)
    assert deflator(base) == 1.0
    assert deflator(base - MONTHS_PER_YEAR) > 1.0 > deflator(base + MONTHS_PER_YEAR)
    assert deflator(0) == pytest.approx(1.38, abs=0.08)


def test_page_shows_whose_money(comparison: Comparison) -> None:
    assert comparison.results.folder is not None
    page = Path(comparison.results.folder / "report.html").read_text(encoding="utf-8")
    year, lines = shown(comparison.results, comparison.others)
    assert year == "2017/18"
    assert f"Whose money: {year}" in page
    assert any(line.label == "Government, on balance" for line in lines)
    items = yearly(comparison.results, "As it was")
    assert items["self_funders"][:, 1] == pytest.approx(
        comparison.results.values("As it was", f"cost_{Payer.SELF_FUNDER.name.lower()}")[:, 12:].sum(axis=1)
    )
    assert NET in set(comparison.money()["side"])
