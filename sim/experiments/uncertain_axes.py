"""Axes of what is not known: parameters of behaviour, assumptions, the baseline of law, mechanisms switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from sim.assumptions import Assumptions
from sim.baselines import BaselineName
from sim.experiments.axes import UNCERTAINTY, Axis
from sim.experiments.varying import LIST, RANGE, read_varied, varies
from sim.loader import Node, plain
from sim.outlook import LEVELS, known_assumptions
from sim.parameters import STRUCTURAL_SWITCHES, parameter_table, uncertain
from sim.problems import Problem, describe, nearest_name, one_of
from sim.units import month_name
from sim.validation import validated

PARAMETERS, BASELINE, ALL, EVIDENCE = "parameters", "baseline", "all", "range"
ON, OFF = "on", "off"
PARAMETER, ASSUMPTION, SWITCH = "parameter", "assumption", "switch"
"""What an axis sets."""
IN_CASH = "pounds"
"""Begins the unit of assumptions that stand still in cash where a single value is given."""
Found = tuple[list[Axis], list[Problem]]


def uncertain_axes(block: Node | None) -> Found:
    """Axes of the block ``uncertainties``, and everything wrong with it."""
    if block is None or block.value is None:
        return [], []
    if not isinstance(block.value, dict):
        return [], [block.problem(describe(plain(block)), "a mapping: each key is an axis")]
    known = [PARAMETERS, BASELINE, *known_assumptions(), *STRUCTURAL_SWITCHES]
    axes: list[Axis] = []
    problems: list[Problem] = []
    for name, node in block.value.items():
        if name not in known:
            meant = nearest_name(name, [*known, *uncertain()])
            expected = one_of(known, "uncertainties") + "; parameters of behaviour stand below `parameters`"
            problems.append(node.problem("unknown uncertainty", expected, meant))
            continue
        found, wrong = _parameters(node) if name == PARAMETERS else _listed(name, node)
        axes += found
        problems += wrong
    return axes, problems


def _parameters(block: Node) -> Found:
    if block.value == ALL:
        return [evidence_range(name) for name in uncertain()], []
    if not isinstance(block.value, dict) or not block.value:
        return [], [block.problem(describe(plain(block)), f"`{ALL}`, or a mapping of parameters")]
    axes: list[Axis] = []
    problems: list[Problem] = []
    for name, node in block.value.items():
        axis, wrong = _parameter(name, node)
        axes += [axis] if axis else []
        problems += wrong
    return axes, problems


def _parameter(name: str, node: Node) -> tuple[Axis | None, list[Problem]]:
    table = parameter_table()
    if name not in table:
        expected = one_of(table, "parameters in docs/parameters.md")
        return None, [node.problem("unknown parameter", expected, nearest_name(name, table))]
    row = table[name]
    if row.low >= row.high:
        return None, [node.problem("a parameter without a range", "one whose low and high value differ", None)]
    if node.value == EVIDENCE:
        return evidence_range(name), []
    if not varies(node):
        said = describe(plain(node))
        near = nearest_name(node.value, [EVIDENCE])
        return None, [node.problem(said, f"`{EVIDENCE}` ({row.low:g} to {row.high:g}), {LIST} or {RANGE}", near)]
    varied, problems = read_varied(node, lambda value: _outside(name, value))
    return (varied.onto(evidence_range(name)) if varied else None), problems


def evidence_range(name: str) -> Axis:
    """A parameter over its evidence range: half of it below its central value, as calibration's priors have it."""
    row = parameter_table()[name]
    return Axis(name, UNCERTAINTY, row.meaning, row.unit, None, row.low, row.high, row.central, place=(PARAMETER, name))


def _outside(name: str, node: Node) -> list[Problem]:
    row, value = parameter_table()[name], node.value
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and row.low <= float(str(value)) <= row.high:
        return []
    expected = f"a number in the evidence range of {name}, {row.low:g} to {row.high:g} {row.unit}".rstrip()
    return [node.problem(describe(plain(node)), expected)]


def _listed(name: str, node: Node) -> Found:
    """An assumption, the baseline or a switch."""
    if not varies(node):
        return [], [node.problem(describe(plain(node)), f"an axis, such as {_example(name)}")]
    if name in known_assumptions():
        about = known_assumptions()[name]
        axis = Axis(name, UNCERTAINTY, about.meaning, about.unit, None, place=(ASSUMPTION, name))
        varied, problems = read_varied(node, lambda value: _not_assumed(name, value))
    elif name == BASELINE:
        axis = Axis(name, UNCERTAINTY, "law that holds without any lever", "", None, place=(BASELINE,))
        varied, problems = read_varied(node, _one_of(get_args(BaselineName), "baselines"), ranges=False)
    else:
        label = f"{name.replace('_', ' ')}, a mechanism of the model"
        axis = Axis(name, UNCERTAINTY, label, "", None, place=(SWITCH, name))
        varied, problems = read_varied(node, _one_of((ON, OFF), "states"), ranges=False)
    return ([varied.onto(axis)] if varied else []), problems


def _example(name: str) -> str:
    values = {BASELINE: get_args(BaselineName), **dict.fromkeys(known_assumptions(), LEVELS)}.get(name, (ON, OFF))
    return f"{{vary: [{', '.join(values)}]}}"


def _one_of(names: tuple[str, ...], kind: str) -> Callable[[Node], list[Problem]]:
    def check(node: Node) -> list[Problem]:
        if node.value in names:
            return []
        return [node.problem(describe(plain(node)), one_of(names, kind), nearest_name(node.value, names))]

    return check


def _not_assumed(name: str, node: Node) -> list[Problem]:
    """What is wrong with a level, or with a value held from the first month that is not published."""
    about = known_assumptions()[name]
    if isinstance(node.value, str):
        return _one_of(LEVELS, "levels")(node)
    if about.unit.startswith(IN_CASH):
        expected = f"{one_of(LEVELS, 'levels')}: a rate that stood still in cash would be a policy of its own"
        return [node.problem(describe(plain(node)), expected)]
    series = Node({month_name(about.first): node}, node.file, node.line, node.field)
    return validated(Assumptions, Node({name: series}, node.file, node.line, node.field))[1]
