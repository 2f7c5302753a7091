"""What a search was asked for, kept in its folder: whoever goes on with it has to ask for the same."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from sim.checkpoints import write_whole
from sim.experiments.kept_files import read_yaml
from sim.experiments.store import UNNAMED, changes_between, fields_of
from sim.experiments.study_results import STUDY
from sim.problems import Problem, ScenarioError

RECORD = "search.yaml"
MADE_WITH = "made_with"
LIBRARIES = ("caresim", "numpy", "scipy", "scikit-learn", "pymoo")
"""Whose versions decide which packages are proposed."""
OF_FRONTIER = ("--rounds", "--packages", "--full-runs", "--full-scale")
"""Options that may change until the frontier is simulated."""


def keep_or_refuse(folder: Path, study: Mapping[str, Any], options: Mapping[str, Any], *, ended: bool) -> None:
    """Keep what is asked for, or refuse to go on with a search that was asked for something else.

    Args:
        folder: of the search.
        study: as resolved.
        options: by their names on the command line.
        ended: whether its frontier is there, at least in part, so that it has to be the same.

    Raises:
        ScenarioError: naming each field that differs.
    """
    told = {"study": {name: value for name, value in study.items() if name not in UNNAMED}, **options}
    before = _record(folder)
    free = () if ended else OF_FRONTIER
    asked, now = ({name: part[name] for name in told if name in part and name not in free} for part in (before, told))
    changes = list(changes_between(asked, now)) if before else []
    if changes:
        found = f"differs from the one in this folder: {'; '.join(changes)}"
        expected = f"{', '.join(fields_of(changes))} as before, or another --output"
        raise ScenarioError([Problem(str(folder), 0, "the search", found, expected)])
    whole = told | {MADE_WITH: before.get(MADE_WITH, _libraries())}
    text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
    write_whole(folder / RECORD, lambda file: file.write(text.encode()))


def refuse_other_packages(folder: Path, name: str, design: Mapping[str, Any]) -> None:
    """Refuse a step of a search whose packages are not those that are proposed now.

    What was asked for is the same by then, so that it is the algorithm that has changed.

    Args:
        folder: of the search.
        name: of the folder of the step in it.
        design: of the packages proposed, as a study has it when it is resolved.
    """
    path = folder / name / STUDY
    if not path.is_file() or read_yaml(path)["design"] == dict(design):
        return
    changes = list(changes_between(_record(folder).get(MADE_WITH, {}), _libraries()))
    told = f" ({'; '.join(changes)})" if changes else ""
    found = f"{name} holds other packages than are proposed now: the search algorithm is another one{told}"
    expected = "the version that began this search, or another --output to search anew"
    raise ScenarioError([Problem(str(folder), 0, "the search", found, expected)])


def _record(folder: Path) -> dict[str, Any]:
    """What the search of a folder was asked for; empty where nothing is kept."""
    path = folder / RECORD
    return dict(read_yaml(path)) if path.is_file() else {}


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
