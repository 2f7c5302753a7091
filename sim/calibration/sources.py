"""What decides what a run of a study shows, besides the model: code beside the model that it uses, and its inputs."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sim.provenance import takes_part
from sim.shipped import PACKAGE


def decided_by(work: Callable[..., Any], inputs: Any = ()) -> str:
    """Hash of the modules beside the model that a function reaches by imports, and of plain values that decide runs.

    What takes part in a simulation is left out, as `sim.provenance.makers` has it already; so are imports inside
    functions, which serve what is told and not what is run.
    """
    digest = hashlib.sha256()
    for file in sorted(reached(work.__module__)):
        digest.update(file.read_bytes())
    digest.update(json.dumps(inputs, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def reached(name: str) -> set[Path]:
    """Files beside the model of a module and of all that it imports, directly or not."""
    found: set[Path] = set()
    waiting = [name]
    while waiting:
        file = _file_of(waiting.pop())
        if file is None or file in found:
            continue
        found.add(file)
        waiting += _imported(file)
    return found


def _file_of(name: str) -> Path | None:
    """File of a module of this program that takes no part in a simulation; None for any other."""
    path = PACKAGE.parent / Path(*name.split("."))
    file = next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file()), None)
    if file is None or not file.is_relative_to(PACKAGE):
        return None
    return None if takes_part(file.relative_to(PACKAGE).as_posix()) else file


@cache
def _imported(file: Path) -> tuple[str, ...]:
    """Modules that a file imports when it is itself imported; a name may be a module or something in one."""
    names: list[str] = []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return tuple(names)
