"""``vary``: lists and ranges in a study file, each checked value by value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from sim.experiments.axes import Axis
from sim.loader import Node, plain
from sim.problems import Problem, describe, nearest_name, one_of

VARY = "vary"
BOUNDS = ("from", "to", "steps")
LIST = "{vary: [...]}"
RANGE = "{vary: {from: 0, to: 1}}"
MOST_STEPS = 1000
STEPS: tuple[float | None, ...] = (None, 0.01, 1.0)
"""Any number, pounds and pence, whole numbers."""
Check = Callable[[Node], list[Problem]]
"""Says what is wrong with one value."""


class Varied(NamedTuple):
    """What a ``vary`` says: listed values, or a range."""

    values: tuple[Any, ...] | None
    low: float | None = None
    high: float | None = None
    steps: int | None = None
    step: float | None = None

    def onto(self, axis: Axis) -> Axis:
        """An axis with these values or bounds."""
        return replace(
            axis, values=self.values, low=self.low, high=self.high, steps=self.steps, step=self.step, central=None
        )

    @property
    def first(self) -> Any:
        """The value listed first, or the low end."""
        return self.values[0] if self.values is not None else self.low


def varies(node: Node) -> bool:
    """Whether a value is written as one that varies."""
    return isinstance(node.value, dict) and VARY in node.value


def varying_in(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Everything below a node that varies, by the path of its keys."""
    if varies(node):
        yield path, node
    elif isinstance(node.value, dict):
        for key, below in node.value.items():
            yield from varying_in(below, (*path, key))


def read_varied(node: Node, check: Check, *, ranges: bool = True) -> tuple[Varied | None, list[Problem]]:
    """What a ``vary`` says, or what is wrong with it.

    Args:
        node: a mapping with the key ``vary``.
        check: says what is wrong with a single value.
        ranges: whether every number between two bounds may be asked for.
    """
    expected = f"{LIST} or {RANGE}" if ranges else LIST
    inside = node.value if isinstance(node.value, dict) else {}
    beside = [below.problem("a key beside `vary`", expected) for key, below in inside.items() if key != VARY]
    said = inside.get(VARY)
    if said is None:
        return None, [node.problem(describe(plain(node)), expected)]
    if isinstance(said.value, list):
        varied, problems = _listed(said, said.value, check)
    elif isinstance(said.value, dict) and ranges:
        varied, problems = _range(said, said.value, check)
    else:
        varied, problems = None, [said.problem(describe(plain(said)), expected)]
    return varied, beside + problems


def _listed(said: Node, items: list[Node], check: Check) -> tuple[Varied | None, list[Problem]]:
    if len(items) < 2:
        return None, [said.problem(describe(plain(said)), "at least two values; a single one needs no `vary`")]
    problems: list[Problem] = []
    for item in items:
        if isinstance(item.value, (dict, list)) or item.value is None:
            problems.append(item.problem(describe(plain(item)), "a single value: text, a number, true or false"))
        else:
            problems += check(item)
    if problems:
        return None, problems
    values = tuple(plain(item) for item in items)
    twice = next((item for place, item in enumerate(items) if _among(plain(item), values[:place])), None)
    if twice is not None:
        return None, [twice.problem(f"{describe(plain(twice))} a second time", "each value once")]
    return Varied(values), []


def _among(value: Any, others: tuple[Any, ...]) -> bool:
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in others)


def _range(said: Node, inside: dict[str, Node], check: Check) -> tuple[Varied | None, list[Problem]]:
    problems = [
        below.problem("unknown key", one_of(BOUNDS, "keys"), nearest_name(key, BOUNDS))
        for key, below in inside.items()
        if key not in BOUNDS
    ]
    for key in BOUNDS[:2]:
        if key not in inside:
            problems.append(said.problem(f"no `{key}`", "a range with `from` and `to`"))
        elif not _is_number(inside[key].value):
            problems.append(inside[key].problem(describe(plain(inside[key])), "a number"))
    steps = inside.get("steps")
    if steps is not None and not (_is_whole(steps.value) and 2 <= int(str(steps.value)) <= MOST_STEPS):
        problems.append(steps.problem(describe(plain(steps)), f"a whole number, 2 to {MOST_STEPS}"))
    if problems:
        return None, problems
    low, high = float(str(inside["from"].value)), float(str(inside["to"].value))
    if low >= high:
        return None, [inside["to"].problem(describe(plain(inside["to"])), f"more than `from` ({low:g})")]
    problems = check(inside["from"]) + check(inside["to"])
    if problems:
        return None, problems
    step = _step_between(said, low, high, check)
    return Varied(None, low, high, None if steps is None else int(str(steps.value)), step), []


def _step_between(said: Node, low: float, high: float, check: Check) -> float | None:
    """Step of the values that may stand between two bounds, found by trying one that is no round number."""
    between = low + (high - low) / math.pi
    for step in STEPS:
        value = between if step is None else round(between) if step == 1.0 else round(between, 2)
        if not check(Node(value, said.file, said.line, said.field)):
            return step
    return STEPS[-1]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
