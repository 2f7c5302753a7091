"""Reading studies: files of one's own and those that come with the program, with everything wrong said at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.aims import inside, unknown_outcomes
from sim.experiments.axes import LEVER, SETTING, Axis, axes_of
from sim.experiments.checks import AXES, too_many_runs, wrong_together
from sim.experiments.finding import find_study, is_study, shipped_studies, surely_scenario
from sim.experiments.lever_axes import read_entries
from sim.experiments.outcomes import read_outcomes
from sim.experiments.points_file import read_points
from sim.experiments.schema import POINTS, SMALLEST_SCALE, Parts, Study
from sim.experiments.uncertain_axes import uncertain_axes
from sim.experiments.varying import read_varied, varies
from sim.inheritance import SUFFIXES, shipped_scenarios
from sim.loader import Node, plain, read_tree, tree_of
from sim.problems import Problem, ScenarioError, describe, nearest_name, one_of
from sim.scenario import LARGEST_SEED, Scenario, load_scenario, scenario_from
from sim.units import month_name
from sim.validation import validated

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["find_study", "is_study", "load_study", "shipped_studies", "study_from"]

_PLAIN_NAME = re.compile(r"\w[\w .-]*")
"""A file name that cannot lead out of its folder."""
SCALE, SEED, SCENARIO = "scale", "seed", "scenario"


def load_study(
    name_or_path: str | Path, overrides: Mapping[str, Any] | None = None, points: pd.DataFrame | None = None
) -> Study:
    """Read a study file or a shipped study.

    Args:
        name_or_path: a path, or the name of a shipped study.
        overrides: values that win over the file's, as a file would write them.
        points: those of a study that was resolved, which are kept beside it; else they come from the file it names.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    try:
        path = find_study(name_or_path)
        tree, problems = read_tree(path, str(path))
        return _build(tree, problems, path.parent, overrides, points)
    except ScenarioError:
        if surely_scenario(str(name_or_path)):
            expected = "a study; `caresim run` and `caresim compare` take scenarios, and a study may name one"
            raise ScenarioError([Problem(str(name_or_path), 0, "file", "a scenario", expected)]) from None
        raise


def study_from(values: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> Study:
    """Study from values as a file would write them; it can name shipped scenarios only.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    return _build(tree_of(values, file="values"), [], None, overrides, None)


def _build(
    tree: Node,
    problems: list[Problem],
    folder: Path | None,
    overrides: Mapping[str, Any] | None,
    points: pd.DataFrame | None,
) -> Study:
    """Check a study in all its parts, then make it."""
    tree, top = _with_options(tree, overrides or {})
    study, wrong = validated(Study, tree)
    base, in_base = _scenario(top.get(SCENARIO) or Node("baseline", tree.file, tree.line, SCENARIO), folder)
    packages, in_packages = _packages(top.get("scenarios"), folder)
    axes, entries, in_axes = _axes(top, packages)
    outcomes, names, in_outcomes = read_outcomes(top.get("outcomes"))
    found = [*wrong, *in_base, *in_packages, *in_axes, *in_outcomes, *unknown_outcomes(top, names)]
    broken = {_key(each) for each in (*problems, *wrong, *in_axes, *in_outcomes)}
    broken |= ({SCENARIO} if in_base else set()) | ({"scenarios"} if in_packages else set())
    rest = study or _without(tree, top, broken)
    if rest is not None and base is not None:
        base, in_window = _with_settings(base, rest, top)
        found += in_window
        broken |= {"window"} if in_window else set()
        placed = {name: _with_settings(each, rest, top)[0] for name, each in packages.items()}
        rest._parts = Parts(base, placed, axes, entries, outcomes, points)
        found += wrong_together(rest, tree, broken)
        from_file = rest.design.kind == POINTS and points is None
        if from_file and axes_of(rest) and not broken & (AXES | {"design"}):
            rest, in_file = read_points(rest, top["design"], folder)
            found += in_file or too_many_runs(rest, top["design"])
    # What could not even be read is not reported a second time as the wrong type.
    already = {(each.file, each.line, each.field) for each in problems}
    problems = problems + [each for each in found if (each.file, each.line, each.field) not in already]
    if problems or rest is None:
        raise ScenarioError(_once(problems))
    return rest


def _with_options(tree: Node, overrides: Mapping[str, Any]) -> tuple[Node, dict[str, Node]]:
    """A study with values that win over its own, and the same by key."""
    top = dict(inside(tree))
    given = inside(tree_of(overrides))
    # One of the two takes the place of the other.
    for name, other in (("draws", "replicates"), ("replicates", "draws")):
        if name in given and other not in given:
            top.pop(other, None)
    top |= given
    return (Node(top, tree.file, tree.line, tree.field) if given else tree), top


def _key(problem: Problem) -> str:
    """Key of a study in which a problem lies."""
    return re.split(r"[.\[]", problem.field, maxsplit=1)[0]


def _without(tree: Node, top: dict[str, Node], broken: set[str]) -> Study | None:
    """What is left of a study without the keys in which something is wrong, so that the rest of it is looked at, too.

    None where nothing can be made of the rest. A key that is refused for lack of another one is broken with it.
    """
    kept = {**top, "name": Node("The rest", tree.file, tree.line, "name")}
    while True:
        kept = {name: node for name, node in kept.items() if name == "name" or name not in broken}
        study, wrong = validated(Study, Node(kept, tree.file, tree.line, tree.field))
        further = {_key(each) for each in wrong} - broken
        if study is not None or not further:
            return study
        broken |= further


def _once(problems: list[Problem]) -> list[Problem]:
    """The first problem of each place."""
    return list({(each.file, each.line, each.field): each for each in reversed(problems)}.values())


def _scenario(node: Node, folder: Path | None) -> tuple[Scenario | None, list[Problem]]:
    """A scenario that a study names, or whose values stand in it."""
    try:
        if isinstance(node.value, dict):
            return scenario_from(plain(node)), []
        return load_scenario(_scenario_file(node, folder)), []
    except ScenarioError as error:
        return None, [_in_study(problem, node) for problem in error.problems]


def _in_study(problem: Problem, node: Node) -> Problem:
    """A problem at the place where a study names the scenario, unless it lies in a file of its own."""
    if problem.line:
        return problem
    return Problem(node.file, node.line, node.field, problem.found, problem.expected, problem.nearest)


def _scenario_file(node: Node, folder: Path | None) -> Path:
    """File of the scenario that a value names: beside the study, or shipped."""
    name, shipped = node.value, shipped_scenarios()
    if not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name):
        expected = "the name of a shipped scenario or of a file in the same folder, without a path"
        raise ScenarioError([node.problem(describe(plain(node)), expected)])
    beside = [] if folder is None else [name] if Path(name).suffix in SUFFIXES else [name + each for each in SUFFIXES]
    for path in (Path(folder or "") / each for each in beside):
        if path.is_file() and name not in shipped:
            if path.resolve().parent != Path(folder or "").resolve():
                raise ScenarioError([node.problem(f"{describe(name)}, a link out of its folder", "a file beside it")])
            return path
    if name.removesuffix(SUFFIXES[0]).removesuffix(SUFFIXES[1]) in {*shipped_studies()} - {*shipped}:
        raise ScenarioError([node.problem(f"{name}, a study", "a scenario")])
    if name not in shipped:
        expected = "a file in the same folder or " + one_of(shipped, "shipped scenarios")
        raise ScenarioError([node.problem(describe(name), expected, nearest_name(name, shipped))])
    return shipped[name]


def _packages(block: Node | None, folder: Path | None) -> tuple[dict[str, Scenario], list[Problem]]:
    """Whole scenarios of the axis ``scenario`` by name, and what is wrong with them."""
    if block is None or not isinstance(block.value, (list, dict)):
        return {}, []
    named = block.value if isinstance(block.value, dict) else {str(node.value): node for node in block.value}
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    if isinstance(block.value, list) and len(named) < len(block.value):
        problems.append(block.problem("a scenario a second time", "each scenario once"))
    for name, node in named.items():
        scenario, wrong = _scenario(node, folder)
        problems += wrong
        if scenario is not None:
            found[name] = scenario
    return found, problems


def _axes(
    top: dict[str, Node], packages: dict[str, Scenario]
) -> tuple[tuple[Axis, ...], tuple[Any, ...], list[Problem]]:
    """Axes, entries of levers, and what is wrong with them."""
    axes, problems = uncertain_axes(top.get("uncertainties"))
    entries, wrong = read_entries(top.get("levers"))
    chosen = [axis for entry in entries for axis in entry.axes]
    if packages:
        chosen.append(Axis(SCENARIO, LEVER, "scenario", "", tuple(packages), place=(SCENARIO,)))
    settings, in_settings = _settings(top)
    return (*axes, *chosen, *settings), tuple(entries), problems + wrong + in_settings


def _settings(top: dict[str, Node]) -> tuple[list[Axis], list[Problem]]:
    """Axes of scale and seed, and what is wrong with either."""
    axes: list[Axis] = []
    problems: list[Problem] = []
    for name, label, check in ((SCALE, "share of England simulated", _no_scale), (SEED, "seed", _no_seed)):
        node = top.get(name)
        if node is None or node.value is None:
            continue
        if varies(node):
            varied, found = read_varied(node, check, ranges=False)
            axes += [varied.onto(Axis(name, SETTING, label, "", None, place=(name,)))] if varied else []
            problems += found
        else:
            problems += check(node)
    return axes, problems


def _no_scale(node: Node) -> list[Problem]:
    value = node.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and SMALLEST_SCALE <= value <= 1:
        return []
    return [
        node.problem(describe(plain(node)), f"a share of England, {SMALLEST_SCALE:g} to 1, or {{vary: [0.02, 0.05]}}")
    ]


def _no_seed(node: Node) -> list[Problem]:
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEED:
        return []
    return [node.problem(describe(plain(node)), f"a whole number, 0 to {LARGEST_SEED}, or {{vary: [1, 101]}}")]


def _with_settings(base: Scenario, study: Study, top: dict[str, Node]) -> tuple[Scenario, list[Problem]]:
    """A scenario with the study's window, scale and seed, and what is wrong with the window."""
    start = base.window.start if study.window.start is None else study.window.start
    end = base.window.end if study.window.end is None else study.window.end
    given = {SCALE: study.scale, SEED: study.seed}
    changes: dict[str, Any] = {name: value for name, value in given.items() if isinstance(value, (int, float))}
    changes["window"] = base.window.model_copy(update={"start": start, "end": end})
    problems = []
    if end < start:
        window = top["window"]
        found = f"{month_name(start)} to {month_name(end)}, with what the scenario says"
        problems.append(window.problem(found, "an end that is not before its beginning"))
    return base.model_copy(update=changes), problems
