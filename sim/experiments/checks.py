"""What can be wrong with a study although each of its parts is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from sim.experiments.aims import changes_of_nothing, inside, items, wrong_year
from sim.experiments.axes import LEVER, Axis, axes_of
from sim.experiments.designs import POINT, size_of
from sim.experiments.schema import GRID, MOST_RUNS, POINTS, Study
from sim.loader import Node
from sim.problems import Problem, ScenarioError
from sim.results import whole_years
from sim.scenario import overlaps

RESERVED = (POINT, "replicate", "reference", "year", "key", "seconds", "error")
"""Columns of results that are neither axes nor outcomes."""


class Places:
    """Where the parts of a study stand in its file."""

    def __init__(self, tree: Node) -> None:
        self._top = Node(tree.value, tree.file, tree.line, "file")

    @property
    def top(self) -> dict[str, Node]:
        """The file by key."""
        return inside(self._top)

    def at(self, *keys: str) -> Node:
        """The deepest place on the way to a key."""
        node = self._top
        for key in keys:
            if not isinstance(node.value, dict) or key not in node.value:
                break
            node = node.value[key]
        return node


AXES = frozenset({"uncertainties", "levers", "scenarios", "scale", "seed"})
"""Keys of a study in which axes stand."""


def wrong_together(study: Study, tree: Node, broken: Set[str]) -> list[Problem]:
    """Everything that is wrong with a study although each of its parts is right.

    Args:
        study: the study, without the keys in which something is wrong by itself.
        tree: its file.
        broken: these keys: what depends on one of them is not looked at.
    """
    places = Places(tree)
    return [problem for check, needs in CHECKS.items() if not needs & broken for problem in check(study, places)]


def _names(study: Study, places: Places) -> Iterator[Problem]:
    names = [axis.name for axis in axes_of(study)]
    for axis in axes_of(study):
        if names.count(axis.name) > 1:
            place = places.at("levers" if axis.kind == LEVER else "uncertainties")
            yield place.problem(
                f"two axes called {axis.name}", "each axis once: a lever that varies stands in one entry"
            )
            return
    written = items(places.top.get("outcomes"))
    for number, outcome in enumerate(study.measured):
        if outcome.name in names or outcome.name in RESERVED:
            what = "an axis" if outcome.name in names else "a column of every table of results"
            expected = "another name, as in {name: posts, indicator: filled_posts}"
            node = written[number] if written else places.at("outcomes")
            yield node.problem(f"outcome {outcome.name}, which is also {what}", expected)


def _overlapping(study: Study, places: Places) -> list[Problem]:
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
    if not axes and kind != GRID:
        yield place.problem(
            f"design {kind} without an axis", "something that varies: uncertainties, levers or scenarios"
        )
    endless = [axis for axis in axes if axis.is_range and axis.steps is None] if kind == GRID else []
    for axis in endless:
        where = places.at(*_way(study, axis))
        found = f"{axis.name} is a range ({axis.low:g} to {axis.high:g}) in a grid"
        yield where.problem(found, "`steps` in the range, a list of values, or another design")
    if not endless and kind != POINTS:
        yield from too_many_runs(study, place)


def too_many_runs(study: Study, place: Node) -> Iterator[Problem]:
    """Whether a design has more points, or runs of them, than can be made."""
    points = size_of(study)
    if points > MOST_RUNS:
        yield place.problem(f"{points:,} points", f"at most {MOST_RUNS:,}: fewer values, or another design")
    elif points * study.at_most > MOST_RUNS:
        found = f"{points * study.at_most:,} runs ({points:,} points, {study.at_most:,} times each)"
        yield place.problem(found, f"at most {MOST_RUNS:,}: fewer points, or fewer replicates")


def _way(study: Study, axis: Axis) -> tuple[str, ...]:
    """Keys on the way to an axis in the file."""
    if axis.kind == LEVER:
        return ("levers",)
    return ("uncertainties", "parameters", axis.name) if axis.place[0] == "parameter" else ("uncertainties", axis.name)


def _window(study: Study, places: Places) -> Iterator[Problem]:
    aprils = whole_years(study.base.window.start, study.base.window.end)
    if not aprils:
        yield places.at("window").problem("no whole financial year", "a window from an April to a later March")
    yield from wrong_year(places.top, aprils)


def _changes(study: Study, places: Places) -> Iterator[Problem]:
    if not study.has_reference:
        yield from changes_of_nothing(places.top)


Check = Callable[[Study, Places], Iterable[Problem]]
CHECKS: dict[Check, frozenset[str]] = {
    _names: AXES | {"outcomes"},
    _overlapping: frozenset({"levers", "scenario"}),
    _design: AXES | {"design"},
    _window: frozenset({"window", "scenario"}),
    _changes: frozenset({"levers", "scenarios"}),
}
"""What is looked at, each with the keys of a study on which it depends."""
