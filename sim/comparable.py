"""Which scenarios can be compared: pair by pair on the same people, draws and months, told apart by name."""

from __future__ import annotations

from collections.abc import Sequence

from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.scenario import Scenario

REMEDY = {
    "scale": "--scale sets it for all",
    "seed": "--seed sets it for all",
    "replicates": "--replicates sets it for all",
    "window": "--from and --to set it for all",
    "local_data": "a base with the same file is a scenario without levers that names it",
}
"""What scenarios compared have in common, the same people, months and luck, and how that is brought about."""


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Raise ScenarioError with everything in which the scenarios differ and must not."""
    problems = []
    base, names = scenarios[0], set()
    for each in scenarios:
        if each.name in names:
            problems.append(
                Problem(COMMAND_LINE, 0, "name", f"{each.name!r} twice", "scenarios with names of their own")
            )
        names.add(each.name)
        for key in REMEDY:
            if getattr(each, key) != getattr(base, key):
                found = f"{each.name!r} differs from {base.name!r}"
                problems.append(
                    Problem(COMMAND_LINE, 0, key, found, f"the same in all scenarios compared: {REMEDY[key]}")
                )
    if problems:
        raise ScenarioError(problems)
