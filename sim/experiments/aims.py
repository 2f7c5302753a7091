"""What a goal and a stopping rule ask for, looked at where it stands, whatever else of the study is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.experiments.outcomes import known_outcomes
from sim.experiments.schema import Condition, april_of
from sim.loader import Node
from sim.problems import Problem, describe, nearest_name, one_of
from sim.units import financial_year

CHANGES = "change"
"""Part of the names of limits that need a reference."""


def unknown_outcomes(top: dict[str, Node], names: Sequence[str]) -> list[Problem]:
    """Outcomes that a study aims at, or stops by, without measuring them.

    Args:
        top: the study, by key.
        names: outcomes that it measures; those that were refused are none.
    """
    return [
        node.problem(describe(node.value), _expected(node.value, names), nearest_name(node.value, names))
        for node in _outcomes_named(top)
        if isinstance(node.value, str) and node.value not in names
    ]


def _expected(name: str, names: Sequence[str]) -> str:
    among = f"{one_of(names, 'outcomes')}: an outcome of this study" if names else "an outcome of this study"
    return among + (f", or {name} among its `outcomes`, too" if name in known_outcomes() else "")


def _outcomes_named(top: dict[str, Node]) -> Iterator[Node]:
    goal = inside(top.get("goal"))
    asked = [top.get("until"), *items(goal.get("conditions"))]
    yield from (block["outcome"] for block in map(inside, asked) if "outcome" in block)
    for name in ("minimise", "maximise"):
        yield from items(goal.get(name))


def inside(node: Node | None) -> dict[str, Node]:
    """What stands in a mapping; nothing where there is none."""
    return node.value if node is not None and isinstance(node.value, dict) else {}


def items(node: Node | None) -> list[Node]:
    """What stands in a list; nothing where there is none."""
    return node.value if node is not None and isinstance(node.value, list) else []


def wrong_year(top: dict[str, Node], aprils: Sequence[int]) -> Iterator[Problem]:
    """A goal for a year that is no whole one of the window."""
    node = inside(top.get("goal")).get("year")
    april = None if node is None else april_of(node.value)
    if node is not None and april is not None and april not in aprils:
        years = f"one from {financial_year(aprils[0])} to {financial_year(aprils[-1])}" if aprils else "a longer window"
        yield node.problem(str(node.value), f"a whole year of the window: {years}")


def changes_of_nothing(top: dict[str, Node]) -> Iterator[Problem]:
    """Limits of changes, in a study that has no reference."""
    for condition in items(inside(top.get("goal")).get("conditions")):
        for name, node in inside(condition).items():
            if name in Condition.model_fields and CHANGES in name:
                expected = "levers or scenarios that vary, or limits of the level"
                yield node.problem("a change, where nothing is chosen", expected)
