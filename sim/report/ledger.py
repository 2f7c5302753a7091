"""Money in the report: who pays year by year, what is saved against it, and what a post or an hour of care costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.comparison import YEAR, Comparison
from sim.geography import read_rows
from sim.headline import Headline, last_year, number
from sim.intervals import Interval, interval
from sim.money import ITEMS, PAID
from sim.money_report import COUNCIL, GOVERNMENT, deflator, net_lines, tapers
from sim.report.blocks import Block, Line, line, ratio
from sim.report.coverage_words import ENGLAND, places_covered
from sim.results import whole_years
from sim.units import DAYS_PER_YEAR, WEEKS_PER_YEAR, financial_year, month_index

if TYPE_CHECKING:
    from sim.measures import Floats
    from sim.scenario import Scenario

PEOPLE_PAY = ("client_contributions", "self_funders", "pay_for_nearby", "employers_balance")
MARGINS = ("profit", "provider_reserves")
SUPPLIERS = ("agency", "other", "sponsorship", "programmes", "nearby")
WIDEST = 5.0
"""A cost whose upper bound is more than so many times its middle is not told: it says nothing."""
Amounts = dict[str, "Floats"]


class PayerLine(NamedTuple):
    """A line of the table of payers: its name, what it holds, and how it comes from items and from lines on balance."""

    label: str
    note: str
    of: Callable[[Amounts, Amounts], Floats]
    strong: bool = False


def _sum(*items: str) -> Callable[[Amounts, Amounts], Floats]:
    return lambda change, net: np.add.reduce([change[item] for item in items])


def _net(*lines: str) -> Callable[[Amounts, Amounts], Floats]:
    return lambda change, net: np.add.reduce([net[name] for name in lines])


PAYER_LINES = (
    PayerLine("Councils' own money", "reserves, own services and assessment teams included", _sum(*COUNCIL)),
    PayerLine("Government and the NHS", "grants, new money, programmes, care the NHS buys", _net("government_gross")),
    PayerLine(
        "of which new money", "brought by the policy; what councils do not spend of it lowers their own money",
        _net("new_money"),
    ),
    PayerLine("People who draw on care", "self-funders, contributions, employers of assistants", _sum(*PEOPLE_PAY)),
    PayerLine(
        "All that is paid", "the same as all that is received",
        _sum(*(one.item for one in ITEMS if one.side == PAID)), strong=True,
    ),
    PayerLine("Received by staff, after tax", "pensions and holiday pay included", _sum("staff_after_tax")),
    PayerLine("Received by HMRC", "all taxes on wages in care, and penalties", _net("tax_gross", "penalties")),
    PayerLine("Received by agencies and suppliers", "", _sum(*SUPPLIERS)),
    PayerLine("Providers' profit and reserves", "what the policy leaves of margins", _sum(*MARGINS)),
    PayerLine(
        "Back to the Exchequer", "tax on raises and on people new to work, Universal Credit not paid, penalties",
        _net("tax_on_raises", "tax_on_entrants", "benefits_on_raises", "penalties"),
    ),
    PayerLine("Public cost on balance", "councils, government and the NHS, less that", _net("public_net"), strong=True),
    PayerLine(
        "The same, if nobody is new to work", "no tax of people who come from out of work or from overseas",
        _net("public_net_no_additionality"),
    ),
)  # fmt: skip


def payers(comparison: Comparison, scenario: str, *, real: bool) -> Block | None:
    """Who pays and who gets it, by financial year from the first one of the policy; None without a whole year."""
    results, first = comparison.results, comparison.first_april
    if first is None:
        return None
    months = results.months
    aprils = whole_years(months[0], months[-1])
    base, other = comparison.account(comparison.base), comparison.account(scenario)
    change = {item: other[item] - base[item] for item in base}
    net = net_lines(base, other, tapers(results))
    places = [place for place, april in enumerate(aprils) if april >= first]
    factors = [deflator(aprils[place]) if real else 1.0 for place in places]
    lines = []
    for one in PAYER_LINES:
        amounts = one.of(change, net)
        columns = [amounts[:, place] * factor for place, factor in zip(places, factors, strict=True)]
        lines.append(
            line(one.label, "million", None, columns, results.drawn, note=one.note, strong=one.strong,
                 part=one.label.startswith("of which"))
        )  # fmt: skip
    return Block(scenario, "", "", tuple(financial_year(aprils[place]) for place in places), tuple(lines))


class UnitValue(NamedTuple):
    """A published value of one unit, GBP, in the prices of a financial year."""

    name: str
    value: float
    low: float
    high: float
    april: int
    meaning: str
    source: str
    source_url: str
    note: str


@cache
def unit_values() -> dict[str, UnitValue]:
    """Values of `sim/data/unit_values.csv` by name."""
    return {
        row["name"]: UnitValue(
            row["name"], float(row["value"]), float(row["low"]), float(row["high"]),
            month_index(int(row["financial_year"][:4]), 4), row["meaning"], row["source"], row["source_url"],
            row["note"],
        )
        for row in read_rows("unit_values.csv")
    }  # fmt: skip


def priced(name: str, april: int) -> float:
    """A unit value in the prices of a financial year."""
    one = unit_values()[name]
    return one.value * deflator(one.april) / deflator(april)


def _values(comparison: Comparison, scenario: str, indicator: str) -> Floats:
    return comparison.values(scenario, Headline(indicator, indicator, "all", "thousand"), YEAR)


def _met(comparison: Comparison, scenario: str) -> Floats:
    """[replicate] hours of assessed need met in the last financial year."""
    needed = _values(comparison, scenario, "hours_needed")
    return needed * (1.0 - _values(comparison, scenario, "unmet_share")) * WEEKS_PER_YEAR


def savings(comparison: Comparison) -> Block | None:
    """What stands against the cost in the last financial year; negative amounts are saved."""
    april = last_year(comparison.results)
    if april is None:
        return None
    place = whole_years(comparison.results.months[0], comparison.results.months[-1]).index(april)
    hire, night = priced("cost_per_hire", april), priced("bed_night", april)
    agency = {name: comparison.account(name)["agency"][:, place] for name in comparison.results.scenarios}
    kinds: list[tuple[str, str, Callable[[str], Floats]]] = [
        ("Recruitment", f"people who start a job, £{hire:,.0f} each", lambda name: hire * _starters(comparison, name)),
        ("Agencies", "what they get; part of the costs above", lambda name: agency[name]),
        (
            "Hospital beds",
            f"people who wait there for care, £{night:,.0f} a night; capacity freed, not money in hand",
            lambda name: night * DAYS_PER_YEAR * _values(comparison, name, "delayed_discharges"),
        ),
        (
            "Care not met", "at the price of care that is: its worth, not money that anybody saves",
            lambda name: _price(comparison) * _unmet(comparison, name),
        ),
    ]  # fmt: skip
    lines = [
        line(label, "million", of(comparison.base), [of(name) for name in comparison.others],
             comparison.drawn, note=note)
        for label, note, of in kinds
    ]  # fmt: skip
    return Block(f"Beside the cost, {financial_year(april)}", "", comparison.base, comparison.others, tuple(lines))


def _starters(comparison: Comparison, scenario: str) -> Floats:
    return _values(comparison, scenario, "starters")


def _unmet(comparison: Comparison, scenario: str) -> Floats:
    needed = _values(comparison, scenario, "hours_needed")
    return needed * _values(comparison, scenario, "unmet_share") * WEEKS_PER_YEAR


def _price(comparison: Comparison) -> Floats:
    """[replicate] what all payers pay for an hour of care delivered under the base."""
    paid = np.add.reduce(
        [_values(comparison, comparison.base, f"cost_{payer}") for payer in ("council", "nhs", "self_funder")]
    )
    return np.asarray(paid / (_values(comparison, comparison.base, "hours_delivered") * WEEKS_PER_YEAR))


def unit_costs(comparison: Comparison) -> Block | None:
    """Public cost of each extra filled post, and of each hour of assessed need met, in the last financial year."""
    april = last_year(comparison.results)
    if april is None:
        return None
    results = comparison.results
    place = whole_years(results.months[0], results.months[-1]).index(april)
    base = comparison.account(comparison.base)
    costs: dict[str, list[Interval | None]] = {"post": [], "hour": []}
    for name in comparison.others:
        other = comparison.account(name)
        public = net_lines(base, other, tapers(results))
        gross = (public["government_gross"] + public["own_money"])[:, place]
        posts = _values(comparison, name, "filled_posts") - _values(comparison, comparison.base, "filled_posts")
        hours = _met(comparison, name) - _met(comparison, comparison.base)
        costs["post"].append(_where_more(gross, posts, results.drawn))
        costs["hour"].append(_where_more(gross, hours, results.drawn))
    nothing = float("nan")
    lines = (
        Line("Public cost of an extra post", "a year, gross", "cost", nothing, tuple(costs["post"]), signed=False),
        Line("Public cost of an hour of need met", "gross", "pounds", nothing, tuple(costs["hour"]), signed=False),
    )
    return Block(f"What it costs, {financial_year(april)}", "", "", comparison.others, lines)


def _where_more(cost: Floats, gain: Floats, drawn: bool) -> Interval | None:
    """Cost of each unit gained; None where fewer are, the gain can't be told from none, or bounds lie too far apart."""
    found = ratio(cost, gain, drawn)
    if found is None or gain.mean() <= 0 or found.high > WIDEST * abs(found.mean):
        return None
    return found


class Costing(NamedTuple):
    """A published costing of a policy like one of the comparison."""

    policy: str
    what: str
    amount: str
    period: str
    geography: str
    source: str
    source_url: str
    note: str


class Modelled(NamedTuple):
    """What a scenario costs in the last financial year, to set beside published costings; GBP against the base."""

    scenario: str
    covers: str
    """The places that it covers."""
    paid: Interval
    """All that payers pay."""
    public: Interval
    """What councils, government and the NHS pay."""


def uncosted(scenarios: Sequence[Scenario], names: Sequence[str]) -> list[str]:
    """Those of the named scenarios that have levers, of whose kind no costing was published."""
    return [
        scenario.name
        for scenario in scenarios
        if scenario.name in names and scenario.levers and not costings({lever.name for lever in scenario.levers})
    ]


def modelled(comparison: Comparison, scenarios: Sequence[Scenario]) -> list[Modelled]:
    """The scenarios with a lever of whose kind a costing was published."""
    found = []
    for scenario in scenarios:
        costed = [lever for lever in scenario.levers if costings({lever.name})]
        if scenario.name not in comparison.others or not costed:
            continue
        paid, public = (interval(change, comparison.drawn) for change in _costs(comparison, scenario.name))
        if paid is not None and public is not None:
            found.append(Modelled(scenario.name, places_covered(costed) or ENGLAND, paid, public))
    return found


def _costs(comparison: Comparison, scenario: str) -> tuple[Floats, Floats]:
    """[replicate] what all payers, and what public ones, pay more in the last financial year, GBP."""
    base, other = comparison.account(comparison.base), comparison.account(scenario)
    items = tuple(one.item for one in ITEMS if one.side == PAID), (*GOVERNMENT, *COUNCIL)
    paid, public = (np.add.reduce([other[item][:, -1] - base[item][:, -1] for item in of_kind]) for of_kind in items)
    return np.asarray(paid), np.asarray(public)


def more(change: Interval) -> str:
    """``£1,878 million more (1,700 to 2,050)``; what cannot be told from none is called so, with how far it may go."""
    if change.runs < 2:
        return f"{_more(change.mean)}, in one run of each"
    if not change.clear:
        return f"cannot be told from none: from {_more(change.low)} to {_more(change.high)}"
    low, high = sorted((abs(change.low), abs(change.high)))
    return f"{_more(change.mean)} ({number(low, 'million')} to {number(high, 'million')})"


def _more(change: float) -> str:
    amount = number(abs(change), "million")
    return f"\N{POUND SIGN}{amount} million {'more' if change > 0 else 'less'}"


def costings(levers: set[str]) -> list[Costing]:
    """Published costings of the policies that levers stand for."""
    return [
        Costing(
            row["policy"], row["what"], _range(row["low"], row["high"]), row["period"], row["geography"],
            row["source"], row["source_url"], row["note"],
        )
        for row in read_rows("published_costings.csv")
        if levers & set(row["levers"].split(";"))
    ]  # fmt: skip


def _range(low: str, high: str) -> str:
    amount = f"{float(low):,.0f}" if low == high else f"{float(low):,.0f} to {float(high):,.0f}"
    return f"£{amount} million"
