"""What can be wrong with a study although each of its parts is right."""

from __future__ import annotations

from collections.abc import Iterator

from sim.experiments.axes import LEVER, Axis, axes_of
from sim.experiments.designs import POINT, size_of
from sim.experiments.schema import GRID, MOST_POINTS, POINTS, Study
from sim.loader import Node
from sim.problems import Problem, ScenarioError
from sim.results import whole_years
from sim.scenario import overlaps
from sim.units import financial_year

RESERVED = (POINT, "replicate", "reference", "year", "key", "seconds", "error")
"""Columns of results that are neither axes nor outcomes."""
CHANGES = "change"
"""Part of the names of limits that need a reference."""


class Places:
    """Where the parts of a study stand in its file."""

    def __init__(self, tree: Node) -> None:
        self._top = Node(tree.value, tree.file, tree.line, "file")

    def at(self, *keys: str) -> Node:
        """The deepest place on the way to a key."""
        node = self._top
        for key in keys:
            if not isinstance(node.value, dict) or key not in node.value:
                break
            node = node.value[key]
        return node


def wrong_together(study: Study, tree: Node) -> list[Problem]:
    """Everything that is wrong with a study whose parts are right."""
    places = Places(tree)
    problems = [*_names(study, places), *_overlapping(study), *_design(study, places), *_goal(study, places)]
    if not whole_years(study.base.window.start, study.base.window.end):
        expected = "a window from an April to a later March"
        problems.append(places.at("window").problem("no whole financial year", expected))
    return problems


def _names(study: Study, places: Places) -> Iterator[Problem]:
    names = [axis.name for axis in axes_of(study)]
    for axis in axes_of(study):
        if names.count(axis.name) > 1:
            place = places.at("levers" if axis.kind == LEVER else "uncertainties")
            yield place.problem(
                f"two axes called {axis.name}", "each axis once: a lever that varies stands in one entry"
            )
            return
    for outcome in study.measured:
        if outcome.name in names or outcome.name in RESERVED:
            what = "an axis" if outcome.name in names else "a column of every table of results"
            expected = "another name, as in {name: posts, indicator: filled_posts}"
            yield places.at("outcomes").problem(f"outcome {outcome.name}, which is also {what}", expected)


def _overlapping(study: Study) -> list[Problem]:
    """The same lever twice, in the study or in the study and its scenario, for somebody in the same month."""
    of_base = [(Node(None, "", 0, ""), lever) for lever in study.base.levers]
    try:
        of_study = [
            (entry.node, lever) for entry in study.parts.entries for lever in entry.levers(_at_last(entry.axes))
        ]
    except ScenarioError as error:
        return error.problems
    found = []
    for problem in overlaps([*of_base, *of_study]):
        said = (
            problem.found if problem.line and "line 0" not in problem.found else "overlaps with a lever of the scenario"
        )
        found.append(Problem(problem.file, problem.line, problem.field, said, problem.expected))
    return found


def _at_last(axes: tuple[Axis, ...]) -> dict[str, object]:
    """Values at which every lever is there: the last one listed, or the high end."""
    return {
        axis.name: True if axis.values and True in axis.values and isinstance(axis.values[0], bool) else axis.at(1.0)
        for axis in axes
    }


def _design(study: Study, places: Places) -> Iterator[Problem]:
    place = places.at("design")
    kind, axes = study.design.kind, axes_of(study)
    if not axes and kind not in (GRID, POINTS):
        yield place.problem(
            f"design {kind} without an axis", "something that varies: uncertainties, levers or scenarios"
        )
    endless = [axis for axis in axes if axis.is_range and axis.steps is None] if kind == GRID else []
    for axis in endless:
        where = places.at(*_way(study, axis))
        found = f"{axis.name} is a range ({axis.low:g} to {axis.high:g}) in a grid"
        yield where.problem(found, "`steps` in the range, a list of values, or another design")
    if not endless and kind != POINTS and size_of(study) > MOST_POINTS:
        yield place.problem(f"{size_of(study):,} points", f"at most {MOST_POINTS:,}: fewer values, or another design")


def _way(study: Study, axis: Axis) -> tuple[str, ...]:
    """Keys on the way to an axis in the file."""
    if axis.kind == LEVER:
        return ("levers",)
    return ("uncertainties", "parameters", axis.name) if axis.place[0] == "parameter" else ("uncertainties", axis.name)


def _goal(study: Study, places: Places) -> Iterator[Problem]:
    if study.goal is None:
        return
    place = places.at("goal")
    window = study.base.window
    aprils = whole_years(window.start, window.end)
    if study.goal.april is not None and study.goal.april not in aprils:
        years = f"one from {financial_year(aprils[0])} to {financial_year(aprils[-1])}" if aprils else "a longer window"
        yield places.at("goal", "year").problem(study.goal.year or "", f"a whole year of the window: {years}")
    if not study.has_reference and any(CHANGES in limit for one in study.goal.conditions for limit in one.limits):
        yield place.problem(
            "a change, where nothing is chosen", "levers or scenarios that vary, or limits of the level"
        )
