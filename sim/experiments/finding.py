"""Where studies lie: files of one's own, and those that come with the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.inheritance import SUFFIX, shipped_scenarios
from sim.loader import Node, read_tree
from sim.problems import ScenarioError
from sim.shipped import find_file, shipped_folder

FOLDER = "experiments"
ONLY_STUDIES_HAVE = ("uncertainties", "outcomes", "design", "goal", "until", "draws", "scenarios", "scenario")
"""Keys that tell a study from a scenario."""


VARY = "vary"


def shipped_studies() -> dict[str, Path]:
    """Files of the shipped studies by name."""
    return {path.stem: path for path in sorted(shipped_folder(FOLDER).glob(f"*{SUFFIX}"))}


def find_study(name_or_path: str | Path) -> Path:
    """The file that a person means: a path, or the name of a shipped study."""
    return find_file(name_or_path, shipped_studies(), "study", "studies")


def is_study(name_or_path: str) -> bool:
    """Whether a name or a path means a study and not a scenario: by a key that only studies have."""
    path = Path(name_or_path)
    try:
        if not path.is_file():
            return name_or_path in shipped_studies() and name_or_path not in shipped_scenarios()
    except OSError:  # too long, or in a folder that may not be entered: whoever reads it says so
        return False
    return _has_a_key_of(path, ONLY_STUDIES_HAVE)


def varies_things(path: Path) -> bool:
    """Whether a file is a study beyond doubt; a key that does not belong into a scenario may be a slip in one."""
    return _has_a_key_of(path, ("design",))


def _has_a_key_of(path: Path, keys: Sequence[str]) -> bool:
    """Whether a file can be read and has one of some keys, or anything in it is to be varied."""
    try:
        tree, _ = read_tree(path, str(path))
    except ScenarioError:
        return False
    return isinstance(tree.value, dict) and (any(key in tree.value for key in keys) or _varies(tree))


def _varies(node: Node) -> bool:
    """Whether anything in a file is to be varied."""
    if isinstance(node.value, dict):
        return VARY in node.value or any(_varies(each) for each in node.value.values())
    return isinstance(node.value, list) and any(_varies(each) for each in node.value)
