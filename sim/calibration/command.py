"""``caresim calibrate``: make or take up the runs, and write what they show."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from sim.calibration.priors import Floats, parameter_values, uncertain
from sim.calibration.store import ENDING, RUNS
from sim.calibration.study import Plan
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.progress import watched

POSTERIOR = "posterior_2022.csv"
DISCREPANCY = "discrepancy_2022.csv"
FOR_USE = "posterior_use.csv"
PAGE = "calibration.md"
FIGURES = "figures"
DASK = "dask[distributed]"
DIGITS = 6
"""Of parameter values in the file of draws."""


def need(command: str, packages: dict[str, str]) -> None:
    """Refuse to begin without the packages, by module, that a command needs."""
    missing = [package for module, package in packages.items() if find_spec(module) is None]
    if missing:
        found = f"{' and '.join(missing)} not installed"
        raise ScenarioError([Problem(COMMAND_LINE, 0, command, found, "pip install 'caresim[experiments]'")])


def check_folder(output: Path, runs: tuple[str, ...], files: tuple[str, ...]) -> None:
    """Refuse a folder that holds anything but what the command wrote earlier, before hours are spent."""
    if output.is_dir() and any(output.iterdir()) and not any((output / f"{name}{ENDING}").is_file() for name in runs):
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


def main(output: Path, plan: Plan, workers: int, scheduler: str | None) -> None:
    """Calibrate, and write draws, page and pictures beside the finished runs.

    Raises:
        ScenarioError: a library that is needed is not installed.
        OSError: the folder cannot be written.
    """
    need("calibrate", {"sklearn": "scikit-learn", **({"dask": DASK} if scheduler else {})})
    from sim.calibration.findings import findings
    from sim.calibration.page import NOT_FITTED, page
    from sim.calibration.pictures import draw_all
    from sim.calibration.study import calibrate
    from sim.validity.refit import refit
    from sim.validity.refit_page import all_years

    check_folder(output, (RUNS,), (POSTERIOR, DISCREPANCY, FOR_USE, PAGE))
    with watched(plan.runs) as progress:
        done = calibrate(plan, output, workers, scheduler, progress)
        found_out = findings(done)
        _write_draws(output / POSTERIOR, found_out.points)
        write_table(output / DISCREPANCY, done.discrepancy.rows())
        texts = draw_all(found_out, output / FIGURES)
        for name, text in texts.items():
            (output / FIGURES / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        told = page(found_out, plan, "caresim calibrate")
        (output / PAGE).write_text(told, encoding="utf-8")
        again = refit(plan, done, output, workers, scheduler, progress)
    _write_draws(output / FOR_USE, again.check.points)
    told = told.replace(NOT_FITTED, all_years(again, plan.refit, found_out.points) + "\n" + NOT_FITTED)
    (output / PAGE).write_text(told, encoding="utf-8")
    print(f"{found_out.met} of {len(found_out.targets)} published figures met; {found_out.met_before} before.")
    print(f"The emulator is off by {found_out.emulator_apart:.1f} tolerances at most where draws were run.")
    print(f"Draws, page and figures: {output}")


def _write_draws(file: Path, points: Floats) -> None:
    values = parameter_values(uncertain(), points)
    drawn = [[number, *(f"{value:.{DIGITS}g}" for value in row)] for number, row in enumerate(values, start=1)]
    write_table(file, [["draw", *uncertain()], *drawn])


def write_table(file: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows)
