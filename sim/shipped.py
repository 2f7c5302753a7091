"""Folders that travel with the program: at the top of a checkout, inside the package once it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.problems import Problem, ScenarioError, nearest_name, one_of

PACKAGE = Path(__file__).resolve().parent


def shipped_folder(kind: str) -> Path:
    """Folder of shipped files of one kind, such as ``scenarios``.

    The installed copy comes first: beside an installed package stand other people's folders.
    """
    installed = PACKAGE / "_shipped" / kind
    return installed if installed.is_dir() else PACKAGE.parent / kind


def find_file(name_or_path: str | Path, shipped: Mapping[str, Path], kind: str, several: str) -> Path:
    """The file that a person means: a path, or the name of a shipped file.

    Args:
        name_or_path: what was said.
        shipped: shipped files by name.
        kind: what it should be, such as ``scenario``.
        several: the same of several.

    Raises:
        ScenarioError: there is neither.
    """
    text = str(name_or_path)
    path = Path(text)
    if text in shipped and not path.is_file():
        return shipped[text]
    try:
        if text and path.exists():
            return path
        found = f"no such {kind}" if text else "an empty name"
    except (OSError, ValueError) as error:
        found = f"not a usable path ({error})"
    expected = f"a {kind} file, or " + one_of(shipped, f"shipped {several}")
    raise ScenarioError([Problem(text or "''", 0, "file", found, expected, nearest_name(path.stem, shipped))])
