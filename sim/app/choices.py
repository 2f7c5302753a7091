"""What can be chosen on the page: levers as in real cases, each at a strength, and ready packages of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import yaml

from sim.app.branches import START, USUAL
from sim.app.uploads import PREFIX, entries_of
from sim.experiments.packages import at_strength, has_strength, package
from sim.inheritance import shipped_scenarios
from sim.levers.base import Family, Lever, all_levers
from sim.problems import ScenarioError
from sim.scenario import Scenario, load_scenario, scenario_from
from sim.units import month_name, parse_month

FULL = 1.0
"""Strength of a real case."""
STEP = 0.25
STRONGEST = 1.5
"""No slider goes further, whatever the bounds of a lever."""
READY = ("low_cost_retention", "pay_parity", "domestic_growth")
"""Packages that the page begins with."""
FAMILIES: dict[str, tuple[Family, ...]] = {
    "Pay": ("pay",),
    "Contracts and flexibility": ("contracts", "flexibility"),
    "People from overseas": ("migration",),
    "Training and the NHS": ("nhs_and_training",),
    "Finding people": ("recruitment",),
    "Commissioning, technology and rules": ("commissioning", "technology", "governance"),
}


class Choice(NamedTuple):
    """A lever, as a shipped scenario has it, at a strength."""

    source: str
    """Shipped scenario, or file that was brought, whose lever it is."""
    lever: str
    strength: float


class Offered(NamedTuple):
    """A lever as the page shows it."""

    lever: str
    title: str
    sentence: str
    case: str
    grade: str
    strongest: float
    """End of its slider; `STEP` apart, and 1 is the real case."""
    fixed: bool
    """Whether it can only be on or off."""


@cache
def offered() -> dict[str, tuple[Offered, ...]]:
    """Levers by family, those with a shipped scenario of their own name."""
    return {
        title: tuple(_offer(lever) for lever in all_levers().values() if lever.family in families)
        for title, families in FAMILIES.items()
    }


def _offer(lever: type[Lever]) -> Offered:
    fixed = not all(has_strength(name, body) for entry in package(lever.name) for name, body in entry.items())
    strongest = FULL if fixed else max(each for each in _steps() if _possible(lever.name, each))
    title = lever.name.replace("_", " ").capitalize()
    return Offered(lever.name, title, lever.sentence, lever.case, lever.grade, strongest, fixed)


def _steps() -> list[float]:
    return [STEP * step for step in range(1, round(STRONGEST / STEP) + 1)]


def _possible(name: str, strength: float) -> bool:
    try:
        levers_of([Choice(name, name, strength)])
    except ScenarioError:
        return False
    return True


def ready(name: str) -> tuple[Scenario, list[Choice]]:
    """A ready package: its scenario, and its levers in full."""
    levers = dict.fromkeys(lever for entry in package(name) for lever in entry)
    return load_scenario(name), [Choice(name, lever, FULL) for lever in levers]


def in_words(choice: Choice) -> str:
    """How strong a lever is, as on the page."""
    case = "as in the file that was brought" if choice.source.startswith(PREFIX) else "as in the real case"
    return case if choice.strength == FULL else f"{choice.strength:.0%} of {case.removeprefix('as in ')}"


def entries(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """Levers as a scenario file writes them; those at strength zero are left out.

    Raises:
        KeyError: for a source that is not known, or a lever that its source does not have.
    """
    found = []
    for choice in choices:
        known = entries_of(choice.source) if choice.source.startswith(PREFIX) else _shipped(choice.source)
        bodies = [body for entry in known for name, body in entry.items() if name == choice.lever]
        if not bodies:
            raise KeyError(choice.lever)
        if choice.strength > 0:
            found += [{choice.lever: _from_now_on(at_strength(choice.lever, body, choice.strength))} for body in bodies]
    return found


@cache
def _shipped(name: str) -> tuple[dict[str, Any], ...]:
    """Levers of a shipped scenario; browsers may name no other file of the machine."""
    if name not in shipped_scenarios():
        raise KeyError(name)
    return package(name)


def _from_now_on(body: dict[str, Any]) -> dict[str, Any]:
    """A lever whose real case began before the future does begins with the others, and lasts as long as it did."""
    start = parse_month(body["from"])
    if start >= START:
        return body
    moved = {name: month_name(parse_month(body[name]) + USUAL - start) for name in ("from", "to") if body.get(name)}
    return body | moved


def scenario_of_choices(name: str, choices: Sequence[Choice]) -> Scenario:
    """The scenario that choices make; ScenarioError if it cannot be."""
    return scenario_from({"name": name, "levers": entries(choices)})


def levers_of(choices: Sequence[Choice]) -> tuple[Lever, ...]:
    """Levers of choices; ScenarioError if one cannot be."""
    return scenario_of_choices("Choices", choices).levers


def as_file(name: str, choices: Sequence[Choice]) -> str:
    """A scenario file that the command line reads as it is."""
    scenario = scenario_of_choices(name, choices)
    values = {"name": scenario.name, "extends": "baseline", "levers": entries(choices)}
    return str(yaml.safe_dump(values, sort_keys=False, allow_unicode=True))
