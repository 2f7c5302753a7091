"""What can be chosen on the page: levers as in real cases, each at a strength, and ready packages of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import yaml

from sim.app.span import START, USUAL
from sim.app.uploads import PREFIX, entries_of
from sim.experiments.packages import at_strength, has_strength, package
from sim.inheritance import shipped_scenarios
from sim.levers.base import Family, Lever, all_levers
from sim.problems import ScenarioError
from sim.scenario import Scenario, load_scenario, scenario_from
from sim.units import month_name, parse_month

FULL = 1.0
"""Strength of a shipped scenario."""
STEP = 0.25
STRONGEST = 1.5
"""No slider goes further, whatever the bounds of a lever."""
READY = ("low_cost_retention", "pay_parity", "domestic_growth")
"""Packages that the page begins with."""
TITLES = {
    "agenda_for_change_parity": "Parity with the NHS's pay scales",
    "edi_strategy": "Fair treatment of minority staff and staff from overseas",
    "employer_tax": "Employers' National Insurance",
    "full_time_with_part_time_flexibility": "Full-time work with a say over shifts",
    "nhs_recruitment_drive": "NHS recruitment drive",
    "referral_scheme": "Rewards for bringing a friend",
    "right_to_work_asylum": "Work for people granted asylum",
}
"""Names of levers that their words in the program would not make clear."""
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
    example: str
    """What it does in full, in a few words: the title of the shipped scenario."""
    told: str
    """The same in some sentences."""
    case: str
    """A real case of such a policy, which need not be what the example does."""
    grade: str
    strongest: float
    """End of its slider; `STEP` apart, and 1 is the example."""
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
    scenario = load_scenario(lever.name)
    return Offered(
        lever.name, title_of(lever.name), lever.sentence, scenario.name, scenario.description, lever.case, lever.grade,
        strongest, fixed,
    )  # fmt: skip


def title_of(lever: str) -> str:
    """Name of a lever as the page shows it."""
    return TITLES.get(lever, lever.replace("_", " ").capitalize())


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
    """How strong a lever is, and what it does at full strength."""
    share = f"{choice.strength:.0%} of "
    if choice.source.startswith(PREFIX):
        bodies = [body for entry in entries_of(choice.source) for name, body in entry.items() if name == choice.lever]
        whole = choice.strength == FULL or not any(has_strength(choice.lever, body) for body in bodies)
        return "as in the file that was brought" if whole else f"{share}what the file has"
    example = f"\u201c{load_scenario(choice.source).name}\u201d"
    if choice.source != choice.lever:
        example = f"what {example} has"
    return f"in full: {example}" if choice.strength == FULL else f"{share}{example}"


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
    """A lever whose example began before the future does begins with the others, and lasts as long as it did."""
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
