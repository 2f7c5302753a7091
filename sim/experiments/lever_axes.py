"""Levers of a study: what is fixed, what varies, and the levers of a scenario at each point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.experiments.axes import LEVER, Axis
from sim.experiments.packages import cannot_be_strengthened, strengthened
from sim.experiments.varying import read_varied, varies, varying_in
from sim.levers.base import Lever, all_levers
from sim.loader import Node, plain
from sim.problems import Problem, ScenarioError, describe, nearest_name, one_of
from sim.scenario import shipped_scenarios
from sim.validation import validated

INCLUDE, STRENGTH = "include", "strength"
FIELD = "field"
"""What an axis sets, beside the two above."""
MOST_STRENGTH = 10.0


@dataclass(frozen=True)
class Entry:
    """An entry of the list of levers."""

    name: str
    node: Node
    body: Node
    """The lever as it stands in the file, `include` apart."""
    axes: tuple[Axis, ...]
    """Each with its place: what it sets, and the path to it."""
    included: bool
    """Whether it is there where no axis decides so."""

    def levers(self, values: Mapping[str, Any]) -> list[Lever]:
        """The levers at values of axes by name; none if it is left out or does nothing.

        Raises:
            ScenarioError: for values that the lever refuses together.
        """
        body, included = self.body, self.included
        for axis in self.axes:
            what, *path = axis.place
            if what == INCLUDE:
                included = values[axis.name]
            elif what == STRENGTH:
                return [_made(name, _tree(inside, body)) for name, inside in strengthened(self.name, values[axis.name])]
            else:
                body = _with(body, tuple(path), values[axis.name])
        lever = _made(self.name, body) if included else None
        return [] if lever is None or lever.is_off() else [lever]


def read_entries(block: Node | None) -> tuple[list[Entry], list[Problem]]:
    """Entries of the list ``levers``, and everything wrong with them."""
    if block is None or block.value is None:
        return [], []
    if not isinstance(block.value, list):
        return [], [block.problem(describe(plain(block)), "a list: each lever on a line of its own after a dash")]
    entries: list[Entry] = []
    problems: list[Problem] = []
    for node in block.value:
        if not isinstance(node.value, dict) or len(node.value) != 1:
            example = "one lever by name, as in `- zero_hours_ban: {from: 2027-04, minimum_hours: {vary: [0, 16]}}`"
            problems.append(node.problem(describe(plain(node)), example))
            continue
        ((name, body),) = node.value.items()
        of_scenario = isinstance(body.value, dict) and STRENGTH in body.value
        entry, found = _package(name, body) if of_scenario else _lever(name, body)
        entries += [entry] if entry else []
        problems += found
    return entries, problems


# -- a shipped scenario at a strength


def _package(name: str, body: Node) -> tuple[Entry | None, list[Problem]]:
    inside = body.value if isinstance(body.value, dict) else {}
    if name not in shipped_scenarios():
        expected = one_of(shipped_scenarios(), "shipped scenarios")
        return None, [body.problem("no shipped scenario", expected, nearest_name(name, shipped_scenarios()))]
    problems = [
        below.problem("a key beside `strength`", "nothing else: all else is as the shipped scenario has it")
        for key, below in inside.items()
        if key != STRENGTH
    ]
    node = inside[STRENGTH]
    fixed = cannot_be_strengthened(name)
    if fixed is not None:
        found = (
            f"{fixed}, which is there or not" if fixed == name else f"a scenario with {fixed}, which is there or not"
        )
        return None, [*problems, node.problem(found, "`include: {vary: [false, true]}` with its fields")]
    if not varies(node):
        return None, [*problems, node.problem(describe(plain(node)), "{vary: {from: 0, to: 1}} or {vary: [0, 0.5, 1]}")]
    varied, found_wrong = read_varied(node, lambda value: _strength_refused(name, value))
    if varied is None:
        return None, problems + found_wrong
    axis = Axis(f"{name}.{STRENGTH}", LEVER, f"{_words(name)}: strength, 1 as in the real case", "", None)
    placed = _placed(varied.onto(axis), STRENGTH)
    return Entry(name, body, body, (placed,), True), problems


def _strength_refused(name: str, node: Node) -> list[Problem]:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_STRENGTH:
        return [node.problem(describe(plain(node)), f"a number, 0 to {MOST_STRENGTH:g}; 1 is the real case")]
    for lever, body in strengthened(name, value):
        found = validated(all_levers()[lever], _tree(body, node))[1]
        if found:
            reason = f"a strength at which {lever} stays within its bounds: {found[0].expected}"
            return [
                node.problem(
                    f"{describe(value)}, at which {found[0].field.rsplit('.', 1)[-1]} is {found[0].found}", reason
                )
            ]
    return []


# -- a lever with fields that vary


def _lever(name: str, body: Node) -> tuple[Entry | None, list[Problem]]:
    known = all_levers()
    if name not in known:
        return None, [body.problem("unknown lever", one_of(known, "levers"), nearest_name(name, known))]
    if not isinstance(body.value, dict):
        return None, [body.problem(describe(plain(body)), "a mapping of keys and values")]
    include = body.value.get(INCLUDE)
    rest = Node({key: value for key, value in body.value.items() if key != INCLUDE}, body.file, body.line, body.field)
    axes, problems = _included(name, include)
    first, unread = _at_first(rest)
    problems += unread
    if not unread:
        problems += validated(known[name], first)[1]
    if not problems:
        for path, node in varying_in(rest):
            axis, found = _field(name, path, node, first)
            axes += [axis] if axis else []
            problems += found
    if problems:
        return None, problems
    included = include is None or bool(include.value)
    return Entry(name, body, rest, tuple(axes), included), []


def _included(name: str, node: Node | None) -> tuple[list[Axis], list[Problem]]:
    if node is None or isinstance(node.value, bool):
        return [], []

    def check(value: Node) -> list[Problem]:
        right = isinstance(value.value, bool)
        return [] if right else [value.problem(describe(plain(value)), "true or false: whether the lever is there")]

    varied, problems = read_varied(node, check, ranges=False)
    if varied is None:
        return [], problems
    return [_placed(varied.onto(Axis(name, LEVER, f"{_words(name)}: there or not", "", None)), INCLUDE)], []


def _at_first(rest: Node) -> tuple[Node, list[Problem]]:
    """The lever with the first value of whatever varies; problems of the lists and ranges themselves."""
    body, problems = rest, []
    for path, node in varying_in(rest):
        varied, found = read_varied(node, lambda _: [])
        problems += found
        if varied is not None:
            said = node.value["vary"] if isinstance(node.value, dict) else node
            item = said.value[0] if isinstance(said.value, list) else said.value["from"]  # type: ignore[index]
            body = _with(body, path, item)
    return body, problems


def _field(name: str, path: tuple[str, ...], node: Node, first: Node) -> tuple[Axis | None, list[Problem]]:
    """Axis of a field that varies, of which the lever takes every value."""

    def check(value: Node) -> list[Problem]:
        return validated(all_levers()[name], _with(first, path, value))[1]

    varied, problems = read_varied(node, check)
    if varied is None:
        return None, problems
    column = ".".join((name, *path))
    return _placed(
        varied.onto(Axis(column, LEVER, f"{_words(name)}: {_words(' '.join(path))}", "", None)), FIELD, *path
    ), []


def _placed(axis: Axis, *place: str) -> Axis:
    return replace(axis, place=place)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _with(node: Node, path: tuple[str, ...], value: Any) -> Node:
    """A tree with another value at a path."""
    if not path:
        return value if isinstance(value, Node) else Node(value, node.file, node.line, node.field)
    inside = dict(node.value) if isinstance(node.value, dict) else {}
    inside[path[0]] = _with(inside[path[0]], path[1:], value)
    return Node(inside, node.file, node.line, node.field)


def _tree(values: Any, place: Node) -> Node:
    """Values as a tree, all of whose parts stand at one place of a file."""
    if isinstance(values, Mapping):
        inside: Any = {
            key: _tree(below, Node(None, place.file, place.line, f"{place.field}.{key}"))
            for key, below in values.items()
        }
    elif isinstance(values, (list, tuple)):
        inside = [_tree(below, place) for below in values]
    else:
        inside = values
    return Node(inside, place.file, place.line, place.field)


def _made(name: str, body: Node) -> Lever:
    lever, problems = validated(all_levers()[name], body)
    if lever is None:
        raise ScenarioError(problems)
    return lever
