"""Runs of one lever at several doses, each against the baseline with the same draws, people and luck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from sim.comparison import YEAR, Comparison, compare
from sim.headline import Headline, last_year
from sim.intervals import Interval, interval
from sim.levers.base import Lever, all_levers
from sim.scenario import Scenario, load_scenario, scenario_from
from sim.units import financial_year

BASELINE = "baseline"
SHARES = (0.25, 0.5, 1.0)
"""Doses of a lever whose scenario has it in full, against that."""
MULTIPLES = (0.5, 1.0, 2.0)
"""Doses of any other lever, against that of its scenario: from half of a real case to twice as much."""
COSTS = ("cost", "cost_per_establishment", "cost_per_year")
"""Fields of levers that say what they cost."""
IN_PROPORTION = ("share_of_change", "share_of_employers")
"""Doses that bring the cost into proportion themselves."""
PAYERS = ("cost_council", "cost_nhs", "cost_self_funder", "cost_programmes")


class Shown(NamedTuple):
    """An indicator of the study: how it is called, made and written."""

    label: str
    unit: str
    per: float
    """Divides values."""
    indicators: tuple[str, ...]
    """Indicators of results that are added up."""


SHOWN = (
    Shown("vacancy rate", "points", 0.01, ("vacancy_rate",)),
    Shown("turnover a year", "points", 0.01, ("turnover_all",)),
    Shown("filled posts", "thousand", 1e3, ("filled_posts",)),
    Shown("care not met", "points", 0.01, ("unmet_share",)),
    Shown("cost to payers", "£ million", 1e6, PAYERS),
)


class Response(NamedTuple):
    """What one dose of a lever changes in the last financial year of its scenario."""

    lever: str
    dose: float
    year: str
    shown: Shown
    change: Interval


def doses_of(name: str) -> list[float]:
    """Doses of a lever above nothing, in the unit of its dose; one, for a lever that is on or off."""
    lever, given = all_levers()[name], _dose_given(name)
    if given is None:
        return [1.0]
    most = _most(lever)
    multiples = SHARES if most is not None and abs(given) >= most else MULTIPLES
    whole = isinstance(given, int) and lever.model_fields[lever.dose].annotation is int
    found = [multiple * given for multiple in multiples]
    limited = [dose if most is None else max(min(dose, most), -most) for dose in found]
    return sorted({float(round(dose)) if whole else dose for dose in limited} - {0.0}, key=abs)


def _dose_given(name: str) -> float | None:
    """Dose of a lever in the scenario of its name; None where it is no number."""
    lever = load_scenario(name).levers[0]
    given = getattr(lever, lever.dose)
    return given if isinstance(given, (int, float)) and not isinstance(given, bool) else None


def _most(lever: type[Lever]) -> float | None:
    schema = lever.model_json_schema()["properties"][lever.dose]
    bounds = [part["maximum"] for part in schema.get("anyOf", [schema]) if "maximum" in part]
    return float(bounds[0]) if bounds else None


def dosed(name: str, dose: float, scale: float) -> Scenario:
    """The scenario of a lever's name with another dose, at a cost in proportion."""
    values = load_scenario(name).resolved()["scenario"]
    if _dose_given(name) is not None:
        values["levers"][0] = {name: with_dose(name, values["levers"][0][name], dose)}
    return scenario_from(values | {"name": f"{name} {dose:g}", "scale": scale})


def with_dose(lever: str, body: dict[str, Any], dose: float) -> dict[str, Any]:
    """What a file would write of a lever with another dose, rounded where doses are whole, at a cost in proportion."""
    kind = all_levers()[lever]
    value = round(dose) if kind.model_fields[kind.dose].annotation is int else dose
    costs = () if kind.dose in IN_PROPORTION else COSTS
    part = value / body[kind.dose]
    return body | {kind.dose: value} | {cost: body[cost] * part for cost in costs if body.get(cost) is not None}


def responses(name: str, draws: int, scale: float, workers: int) -> Iterator[Response]:
    """Changes that each dose of a lever makes to every indicator shown."""
    doses = doses_of(name)
    base = load_scenario(BASELINE, overrides={"scale": scale})
    compared = compare(base, [dosed(name, dose, scale) for dose in doses], draws=draws, workers=workers, unfunded=False)
    april = last_year(compared.results)
    if april is None:
        message = f"the window of scenario {name} holds no whole financial year"
        raise ValueError(message)
    for dose, scenario in zip(doses, compared.others, strict=True):
        for shown in SHOWN:
            values = _sum(compared, scenario, shown) - _sum(compared, compared.base, shown)
            change = interval(values / shown.per, compared.drawn)
            if change is not None:
                yield Response(name, dose, financial_year(april), shown, change)


def _sum(compared: Comparison, scenario: str, shown: Shown) -> Any:
    """[draw] value of an indicator in the last financial year."""
    lines = (Headline(shown.label, indicator, "all", "percent") for indicator in shown.indicators)
    return np.add.reduce([compared.values(scenario, line, YEAR) for line in lines])
