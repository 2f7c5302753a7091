"""What the commands of studies have in common: packages they need, their folder, and tables in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sim.calibration.store import ENDING, is_store
from sim.lock import FILES as LOCKS
from sim.lock import FolderLock
from sim.problems import COMMAND_LINE, Problem, ScenarioError

FIGURES = "figures"
DASK = "dask[distributed]"


def need(command: str, packages: dict[str, str]) -> None:
    """Refuse to begin without the packages, by module, that a command needs."""
    missing = [package for module, package in packages.items() if find_spec(module) is None]
    if missing:
        found = f"{' and '.join(missing)} not installed"
        raise ScenarioError([Problem(COMMAND_LINE, 0, command, found, "pip install 'caresim[experiments]'")])


@contextmanager
def own_folder(output: Path, runs: tuple[str, ...], files: tuple[str, ...]) -> Iterator[None]:
    """A folder that one process works in: two at once would make every run twice."""
    check_folder(output, runs, files)
    output.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(output).take()
    try:
        yield
    finally:
        lock.let_go()


def check_folder(output: Path, runs: tuple[str, ...], files: tuple[str, ...]) -> None:
    """Refuse a folder that holds anything but what the command wrote earlier, before hours are spent."""
    stores = [output / f"{name}{ENDING}" for name in runs if (output / f"{name}{ENDING}").is_file()]
    ours = bool(stores) and all(map(is_store, stores))
    if output.is_dir() and any(entry.name not in LOCKS for entry in output.iterdir()) and not ours:
        found = f"{output} has something in it that is no work of this command"
        expected = "a new or empty folder, or that of earlier runs"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, expected)])
    figures = output / FIGURES
    blocked = [output / name for name in files if (output / name).is_dir()]
    if figures.exists() and not figures.is_dir():
        blocked.append(figures)
    if blocked:
        found = f"{blocked[0]} is in the way"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "a folder in which results can be written")])


def write_table(file: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows)
