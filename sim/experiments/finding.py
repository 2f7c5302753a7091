"""Where studies lie: files of one's own, and those that come with the program."""

from __future__ import annotations

from pathlib import Path

from sim.inheritance import SUFFIX, shipped_scenarios
from sim.loader import read_tree
from sim.problems import Problem, ScenarioError, nearest_name, one_of
from sim.shipped import shipped_folder

FOLDER = "experiments"
ONLY_STUDIES_HAVE = ("uncertainties", "outcomes", "design", "goal", "until", "draws", "scenarios", "scenario")
"""Keys that tell a study from a scenario."""


def shipped_studies() -> dict[str, Path]:
    """Files of the shipped studies by name."""
    return {path.stem: path for path in sorted(shipped_folder(FOLDER).glob(f"*{SUFFIX}"))}


def find_study(name_or_path: str | Path) -> Path:
    """The file that a person means: a path, or the name of a shipped study.

    Raises:
        ScenarioError: where there is neither.
    """
    text, shipped = str(name_or_path), shipped_studies()
    path = Path(text)
    if text in shipped and not path.is_file():
        return shipped[text]
    try:
        if path.is_file():
            return path
        found = "no such study"
    except (OSError, ValueError) as error:
        found = f"not a usable path ({error})"
    expected = "a study file, or " + one_of(shipped, "shipped studies")
    raise ScenarioError([Problem(text or "''", 0, "file", found, expected, nearest_name(path.stem, shipped))])


def is_study(name_or_path: str) -> bool:
    """Whether a name or a path means a study and not a scenario: by a key that only studies have."""
    path = Path(name_or_path)
    if not path.is_file():
        return name_or_path in shipped_studies() and name_or_path not in shipped_scenarios()
    try:
        tree, _ = read_tree(path, str(path))
    except ScenarioError:
        return False
    return isinstance(tree.value, dict) and any(key in tree.value for key in ONLY_STUDIES_HAVE)
