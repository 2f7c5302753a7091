"""Whose money by financial year: in cash and at constant prices, and what a policy costs the Exchequer on balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.conditions import in_force
from sim.headline import changed, limits, number
from sim.intervals import Interval, interval
from sim.money import ITEMS, PAID, PEOPLE, PEOPLE_ITEMS, RECEIVED
from sim.month.ledger import TAX_KINDS
from sim.results import whole_years
from sim.settings import setting
from sim.units import MONTHS_PER_YEAR, financial_year

if TYPE_CHECKING:
    from sim.measures import Floats
    from sim.results import Results

CASH, REAL = "cash", "real"
GOVERNMENT = (
    "council_grants", "council_new_money", "nhs_new_money", "recovery_funds", "public_programmes", "better_care_fund",
    "nhs",
)  # fmt: skip
"""Items paid by government and the NHS."""
COUNCIL = ("council_tax", "council_reserves", "own_services", "agency_assessors")
"""Items paid by councils out of their own money."""
NET, MILLION = "net", "million"
NET_LINES = {
    "own_money": "councils' own money: reserves, their own services and assessment teams included",
    "new_money": "new money from government, brought by policies, less what they take away; part of the next line",
    "government_gross": "what government and the NHS pay",
    "tax_gross": "all taxes on wages in care",
    "tax_on_raises": "higher tax a head of as many people as are in care anyway: from pay, hours and who they are",
    "tax_on_entrants": "tax of further people in post who come from out of work or from overseas",
    "benefits_on_raises": "Universal Credit not paid because that higher pay, after tax, is earned",
    "penalties": "penalties for wages below the law",
    "government_net": "what government and the NHS pay, less these four: tax that would be paid elsewhere is left out",
    "government_net_no_additionality": "the same without additionality: nobody who enters is new to work",
    "public_net": "what government, the NHS and councils pay, less the same four",
    "public_net_no_additionality": "the same without additionality",
}
"""Lines that hold for a scenario against a base, and what they are."""


class Change(NamedTuple):
    """A line of the account of one scenario against the base in one financial year, GBP."""

    financial_year: str
    scenario: str
    side: str
    party: str
    item: str
    prices: str
    base: Interval
    change: Interval


def deflator(april: int) -> float:
    """Prices of the year that the settings name over those of a financial year."""
    base = int(setting("price_base"))
    factor = 1.0
    for month in range(MONTHS_PER_YEAR, max(april, base) + 1, MONTHS_PER_YEAR):
        if april < month <= base:
            factor *= 1.0 + in_force("price_growth", month)
        elif base < month <= april:
            factor /= 1.0 + in_force("price_growth", month)
    return factor


def yearly(results: Results, scenario: str) -> dict[str, Floats]:
    """[replicate, financial year] items of the account; people in post as the mean of the year, the rest as sums."""
    first, aprils = results.months[0], whole_years(results.months[0], results.months[-1])
    tables = [run.measured.tables["money"].column("value").to_numpy() for run in results.of(scenario)]
    monthly = np.stack(tables).reshape(len(tables), -1, len(ITEMS))
    found = {one.item: np.empty((len(tables), len(aprils))) for one in ITEMS}
    for year, april in enumerate(aprils):
        sums = monthly[:, april - first : april - first + MONTHS_PER_YEAR].sum(axis=1)
        for place, one in enumerate(ITEMS):
            found[one.item][:, year] = sums[:, place]
    found["people_in_post"] /= MONTHS_PER_YEAR
    return found


def money_rows(results: Results) -> Iterator[dict[str, Any]]:
    """Rows of `money.csv`: every item and the totals of both sides, by financial year, in cash and real."""
    aprils = whole_years(results.months[0], results.months[-1])
    for scenario in results.scenarios:
        items = yearly(results, scenario)
        for place, april in enumerate(aprils):
            for side, party, item, values in _lines(items):
                for prices in (CASH, REAL) if side != PEOPLE else ("",):
                    factor = deflator(april) if prices == REAL else 1.0
                    found = interval(values[:, place] * factor, results.drawn)
                    assert found is not None
                    head = {"scenario": scenario, "financial_year": financial_year(april)}
                    line = {"side": side, "party": party, "item": item, "prices": prices}
                    level = {"mean": found.mean, "low": found.low, "high": found.high, "replicates": found.runs}
                    yield {**head, **line, **level}


def _lines(items: dict[str, Floats]) -> Iterator[tuple[str, str, str, Floats]]:
    for one in ITEMS:
        yield one.side, one.party, one.item, items[one.item]
    for side in (PAID, RECEIVED):
        yield side, "all", "total", np.add.reduce([items[one.item] for one in ITEMS if one.side == side])


def net_lines(base: dict[str, Floats], other: dict[str, Floats], taper: Floats) -> dict[str, Floats]:
    """[replicate, financial year] what a scenario costs on balance, GBP against the base.

    Of the change in taxes only what no one would have paid otherwise counts: on higher pay of as many people as are in
    post in the base, and on further people as far as starters come from out of work or from overseas. Of higher pay
    after tax, households on Universal Credit lose the `taper` of each year: their part of it is taken as their part of
    all pay. What people who come from out of work no longer get in benefits is left out. Starters from the pool of
    low-paid labour, whom the model does not tell apart, are out of work in a fixed part (`out_of_work_in_pool`).
    """
    from sim.population.inputs import out_of_work_in_pool  # late: the page is served without the model

    change = {item: other[item] - base[item] for item in base}
    tax = [np.add.reduce([one[kind] for kind in TAX_KINDS]) for one in (base, other)]
    heads = base["people_in_post"], other["people_in_post"]
    each = [part / np.maximum(people, 1.0) for part, people in zip(tax, heads, strict=True)]
    new_to_work = other["starters_not_from_work"] + out_of_work_in_pool() * other["starters_from_pool"]
    raises = heads[0] * (each[1] - each[0])
    entrants = (heads[1] - heads[0]) * new_to_work / np.maximum(other["starters"], 1.0) * each[1]
    # Universal Credit looks at earnings after tax: employers' pension contributions and other benefits are not in them.
    kept = [
        (one["wages"] - one["income_tax"] - one["employee_nic"]) / np.maximum(people, 1.0)
        for one, people in zip((base, other), heads, strict=True)
    ]
    on_credit = base["pay_rates_universal_credit"] / np.maximum(base["pay_rates"], 1.0)
    benefits = taper * on_credit * heads[0] * (kept[1] - kept[0])
    gross = np.add.reduce([change[item] for item in GOVERNMENT])
    public = gross + np.add.reduce([change[item] for item in COUNCIL])
    back = raises + entrants + benefits + change["penalties"]
    return {
        "own_money": np.add.reduce([change[item] for item in COUNCIL]),
        "new_money": change["council_new_money"] + change["nhs_new_money"] + change["public_programmes"],
        "government_gross": gross,
        "tax_gross": tax[1] - tax[0],
        "tax_on_raises": raises,
        "tax_on_entrants": entrants,
        "benefits_on_raises": benefits,
        "penalties": change["penalties"],
        "government_net": gross - back,
        "government_net_no_additionality": gross - back + entrants,
        "public_net": public - back,
        "public_net_no_additionality": public - back + entrants,
    }


def tapers(results: Results) -> Floats:
    """[financial year] part of each pound earned by which Universal Credit falls."""
    aprils = whole_years(results.months[0], results.months[-1])
    return np.array([in_force("universal_credit_taper", april) for april in aprils])


def money_changes(results: Results) -> Iterator[Change]:
    """Every item of every scenario against the first one, and what it costs on balance, in cash and real."""
    aprils = whole_years(results.months[0], results.months[-1])
    base = yearly(results, results.scenarios[0])
    for scenario in results.scenarios[1:]:
        other = yearly(results, scenario)
        pairs = [(*line[:3], line[3], after[3]) for line, after in zip(_lines(base), _lines(other), strict=True)]
        lines = [
            (side, party, item, was, now - was) for side, party, item, was, now in pairs if item not in PEOPLE_ITEMS
        ]
        nothing = np.full_like(base["council_tax"], np.nan)
        lines += [
            (NET, "all", item, nothing, change) for item, change in net_lines(base, other, tapers(results)).items()
        ]
        for place, april in enumerate(aprils):
            for side, party, item, was, change in lines:
                for prices, factor in ((CASH, 1.0), (REAL, deflator(april))):
                    found = interval(change[:, place] * factor, results.drawn)
                    assert found is not None
                    before = interval(was[:, place] * factor, results.drawn)
                    level = before or Interval(np.nan, np.nan, np.nan, found.runs)
                    yield Change(financial_year(april), scenario, side, party, item, prices, level, found)


def change_rows(results: Results) -> list[dict[str, Any]]:
    """Rows of `money_changes.csv`."""
    return [
        {
            "scenario": one.scenario, "base": results.scenarios[0], "financial_year": one.financial_year,
            "side": one.side, "party": one.party, "item": one.item, "prices": one.prices,
            "base_value": None if np.isnan(one.base.mean) else one.base.mean,
            "change": one.change.mean, "low": one.change.low, "high": one.change.high,
            "replicates": one.change.runs,
        }
        for one in money_changes(results)
    ]  # fmt: skip


def price_base() -> str:
    """Financial year in whose prices real values are told."""
    return financial_year(int(setting("price_base")))


def meaning(item: str) -> str:
    """What an item or a line on balance is."""
    known = {one.item: one.meaning for one in ITEMS}
    return {**known, **NET_LINES, "total": "all of the side"}[item]


LABELS = {
    "employee_nic": "National Insurance of staff",
    "employer_nic": "National Insurance of employers",
    "employers_balance": "People who employ assistants: what is left to pay",
    "government_net": "Government, on balance",
    "government_net_no_additionality": "Government, on balance, if nobody who enters is new to work",
    "nearby": "Micro-enterprises nearby",
    "nhs": "NHS, care of its own",
    "nhs_new_money": "New money for the NHS",
    "other": "Rent, food and other costs",
    "own_money": "Councils' own money",
    "own_services": "Councils' own services",
    "pay_for_nearby": "Care by micro-enterprises nearby",
    "programmes": "Received by those who run programmes",
    "provider_reserves": "Providers' reserves",
    "recovery_funds": "Recovery funds for care that people pay for themselves",
    "public_net": "All public payers, on balance",
    "public_net_no_additionality": "All public payers, on balance, if nobody who enters is new to work",
    "public_programmes": "Programmes paid by government",
    "tax_gross": "All taxes on wages",
}
"""Names of items and lines where theirs in the tables for programs are no English."""


def labelled(item: str) -> str:
    """An item as people read it."""
    text = item.replace("_", " ")
    return LABELS.get(item, text[:1].upper() + text[1:])


class Shown(NamedTuple):
    """A line of the table on the page, GBP million."""

    label: str
    note: str
    base: str
    changes: list[tuple[str, str, bool]]
    """Change, its interval, and whether that holds no zero; one for each scenario."""
    total: bool


def shown(results: Results, scenarios: Sequence[str]) -> tuple[str, list[Shown]]:
    """Last financial year of the window and the lines of its table, in cash; no lines if there is no whole year.

    The table has a column for each of the scenarios.
    """
    found = [one for one in money_changes(results) if one.prices == CASH and one.scenario in scenarios]
    if not found:
        return "", []
    last = found[-1].financial_year
    lines: dict[tuple[str, str], list[Change]] = {}
    for one in found:
        if one.financial_year == last:
            lines.setdefault((one.side, one.item), []).append(one)
    return last, [_shown(side, item, changes) for (side, item), changes in lines.items()]


def _shown(side: str, item: str, changes: list[Change]) -> Shown:
    total = item == "total"
    label = {PAID: "All that payers pay", RECEIVED: "All that is received"}[side] if total else labelled(item)
    level = "" if side == NET else number(changes[0].base.mean, MILLION)
    cells = [(changed(one.change, MILLION), limits(one.change, MILLION), one.change.clear) for one in changes]
    return Shown(label, "" if total else meaning(item), level, cells, total)
