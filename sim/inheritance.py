"""``extends``: where a scenario's parent lies, and how a child is laid over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sim.loader import Node, plain, read_tree
from sim.problems import Problem, ScenarioError, describe, nearest_name, one_of
from sim.shipped import find_file, shipped_folder

SUFFIX = ".yaml"
SUFFIXES = (SUFFIX, ".yml")
OWN = ("name", "description", "extends", "remove")
"""Keys that a child does not take from its parent."""
_PLAIN_NAME = re.compile(r"\w[\w .-]*")
"""A file name that cannot lead out of its folder."""


def shipped_scenarios() -> dict[str, Path]:
    """Files of the shipped scenarios by name."""
    return {path.stem: path for path in sorted(shipped_folder("scenarios").glob(f"*{SUFFIX}"))}


def find_scenario(name_or_path: str | Path) -> Path:
    """The file that a person means: a path, or the name of a shipped scenario."""
    return find_file(name_or_path, shipped_scenarios(), "scenario", "scenarios")


def read_with_parents(path: Path) -> tuple[Node, list[Problem], list[Path]]:
    """A scenario laid over its parents, everything wrong with any of them, and the files read, the scenario first."""
    trees: list[Node] = []
    files: list[Path] = []
    problems: list[Problem] = []
    complete = True
    following: Path | None = path
    while following is not None:
        try:
            tree, found = read_tree(following, str(following))
            trees.append(tree)
            files.append(following)
            problems += found
            following = _parent(following, tree, files)
        except ScenarioError as error:
            if not trees:
                raise
            problems += error.problems
            following, complete = None, False
    merged = Node({}, str(path), 1, "")
    for tree in reversed(trees):
        merged, found = lay_over(merged, tree, OWN, complete)
        problems += found
    return merged, problems, files


def _parent(path: Path, tree: Node, files: list[Path]) -> Path | None:
    """File of the scenario that this one extends; None if it stands alone."""
    extends = tree.value.get("extends") if isinstance(tree.value, dict) else None
    if extends is None or extends.value is None:
        return None
    name = extends.value
    if not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name):
        expected = "the name of a shipped scenario or of a file in the same folder, without a path"
        raise ScenarioError([extends.problem(describe(plain(extends)), expected)])
    stem = name.removesuffix(SUFFIXES[0]).removesuffix(SUFFIXES[1])
    parent = _sibling(path, name, extends) or shipped_scenarios().get(stem) or _shipped_study(stem)
    if parent is None:
        known = [*shipped_scenarios(), *_possible_parents(path)]
        expected = "a file in the same folder or " + one_of(shipped_scenarios(), "shipped scenarios")
        raise ScenarioError([extends.problem(describe(name), expected, nearest_name(stem, known))])
    if _is_study(parent):
        raise ScenarioError(
            [extends.problem(f"{parent.name}, a study", "a scenario: studies name scenarios, which can't name studies")]
        )
    if parent.resolve() in [each.resolve() for each in files]:
        circle = " -> ".join(each.stem for each in [*files, parent])
        raise ScenarioError([extends.problem(f"a circle: {circle}", "parents that do not lead back")])
    return parent


def _possible_parents(path: Path) -> list[str]:
    """Names of files beside a scenario that it might extend."""
    beside = [each for each in sorted(path.parent.glob(f"*{SUFFIX}")) if each.is_file() and each.name != path.name]
    return [each.stem for each in beside if not _is_study(each)]


def _shipped_study(name: str) -> Path | None:
    """File of a shipped study, which nothing can extend: who names one is told that it is one."""
    from sim.experiments.finding import shipped_studies  # which imports this module

    return shipped_studies().get(name)


def _is_study(path: Path) -> bool:
    from sim.experiments.finding import surely_study  # which imports this module

    return surely_study(str(path))


def _sibling(path: Path, name: str, extends: Node) -> Path | None:
    """File of that name beside the scenario, which must lie in that folder for real."""
    names = [name] if Path(name).suffix in SUFFIXES else [name + suffix for suffix in SUFFIXES]
    for candidate in (path.parent / each for each in names):
        if candidate.is_file():
            if candidate.resolve().parent != path.parent.resolve():
                raise ScenarioError(
                    [extends.problem(f"{describe(name)}, a link out of its folder", "a file in the same folder")]
                )
            return candidate
    return None


def lay_over(
    parent: Node, child: Node, own: tuple[str, ...] = (), check_removals: bool = True
) -> tuple[Node, list[Problem]]:
    """A child over its parent: its values win, its levers are added, those it removes are dropped from the parent's.

    Args:
        own: keys that the child does not take from the parent.
        check_removals: False where the parent could not be read, so that nobody can say what may be removed.
    """
    below = {key: value for key, value in _mapping(parent).items() if key not in own}
    above = _mapping(child)
    merged: dict[str, Node] = {**below, **above}
    for key in ("window", "assumptions"):
        if key in below and key in above and isinstance(below[key].value, dict) and isinstance(above[key].value, dict):
            merged[key] = _with(above[key], {**_mapping(below[key]), **_mapping(above[key])})
    kept, problems = _without_removed(below.get("levers"), above.get("remove"), check_removals)
    added = above.get("levers")
    if kept is not None and (added is None or isinstance(added.value, list)):
        new = added.value if added is not None and isinstance(added.value, list) else []
        merged["levers"] = _with(added or below["levers"], [*kept, *new])
    return _with(child, merged), problems


def _without_removed(levers: Node | None, remove: Node | None, check: bool) -> tuple[list[Node] | None, list[Problem]]:
    """The parent's levers that stay, and what is wrong with the list of those to drop."""
    items = levers.value if levers is not None and isinstance(levers.value, list) else None
    if remove is None or remove.value is None:
        return items, []
    if not isinstance(remove.value, list):
        return items, [remove.problem(describe(plain(remove)), "a list of levers of the parent")]
    there = sorted({name for item in items or [] for name in _mapping(item)})
    unknown = [name for name in remove.value if name.value not in there] if check else []
    expected = one_of(there, "levers of the parent") if there else "nothing: there is no lever in a parent to remove"
    problems = [name.problem(describe(plain(name)), expected, nearest_name(name.value, there)) for name in unknown]
    gone = {name.value for name in remove.value if isinstance(name.value, str)}
    return items and [item for item in items if not gone & set(_mapping(item))], problems


def _mapping(node: Node) -> Mapping[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


def _with(node: Node, value: dict[str, Node] | list[Node]) -> Node:
    return Node(value, node.file, node.line, node.field)
