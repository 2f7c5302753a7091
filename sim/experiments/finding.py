"""Where studies lie: files of one's own, and those that come with the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.inheritance import SUFFIX, shipped_scenarios
from sim.loader import Node, read_tree
from sim.problems import ScenarioError
from sim.shipped import find_file, shipped_folder

FOLDER = "experiments"
ONLY_STUDIES_HAVE = {"uncertainties", "outcomes", "design", "goal", "until", "scenarios", "scenario"}
ONLY_SCENARIOS_HAVE = {"extends", "remove", "local_data", "baseline", "assumptions"}
"""Keys that tell one from the other."""
DRAWS, VARY, DESIGN = "draws", "vary", "design"
SURELY_SCENARIOS = {"extends", "remove", "local_data"}
"""Keys by which a file is a scenario although something in it belongs into a study, unless it has a design."""


def shipped_studies() -> dict[str, Path]:
    """Files of the shipped studies by name."""
    return {path.stem: path for path in sorted(shipped_folder(FOLDER).glob(f"*{SUFFIX}"))}


def find_study(name_or_path: str | Path) -> Path:
    """The file that a person means: a path, or the name of a shipped study."""
    return find_file(name_or_path, shipped_studies(), "study", "studies")


def is_study(name_or_path: str) -> bool:
    """Whether a name or a path means a study and not a scenario: by what only studies have."""
    said = _said(name_or_path)
    if said is None:
        return _is_shipped(name_or_path, shipped_studies(), shipped_scenarios())
    only_draws = DRAWS in said and not ONLY_SCENARIOS_HAVE & set(said)  # else a slip in a scenario
    return surely_study(name_or_path) or only_draws


def surely_study(name_or_path: str) -> bool:
    """Whether it means a study beyond doubt: neither draws alone nor what else may be a slip in a scenario tell one."""
    said = _said(name_or_path)
    if said is None:
        return _is_shipped(name_or_path, shipped_studies(), shipped_scenarios())
    varies = VARY in said or ONLY_STUDIES_HAVE & set(said) or any(_varies(each) for each in said.values())
    return DESIGN in said or (not SURELY_SCENARIOS & set(said) and bool(varies))


def surely_scenario(name_or_path: str) -> bool:
    """Whether a name or a path means a scenario beyond doubt."""
    said = _said(name_or_path)
    if said is None:
        return _is_shipped(name_or_path, shipped_scenarios(), shipped_studies())
    return not is_study(name_or_path) and bool(ONLY_SCENARIOS_HAVE & set(said))


def _is_shipped(name_or_path: str, of: Mapping[str, Path], others: Mapping[str, Path]) -> bool:
    """Whether a name is that of one of these and of no other; with a suffix, too, so that a message can tell it."""
    name = Path(name_or_path).stem
    return name in of and name not in others


def _said(name_or_path: str) -> dict[str, Node] | None:
    """What a file says by key; None for what is no file, or none that can be read: whoever reads it says so."""
    try:
        if not Path(name_or_path).is_file():
            return None
        tree, _ = read_tree(Path(name_or_path), name_or_path)
    except (OSError, ScenarioError):
        return None
    return tree.value if isinstance(tree.value, dict) else None


def _varies(node: Node) -> bool:
    """Whether anything in a file is to be varied."""
    if isinstance(node.value, dict):
        return VARY in node.value or any(_varies(each) for each in node.value.values())
    return isinstance(node.value, list) and any(_varies(each) for each in node.value)
