"""``caresim calibrate`` and ``caresim validate``: make or take up the runs, and write what they show."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path

from sim.calibration.store import ENDING, LATER_RUNS, RUNS, Store
from sim.calibration.study import Plan
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.progress import watched

POSTERIOR = "posterior_2022.csv"
PAGE = "calibration.md"
VALIDATION, TABLE = "validation.md", "validation.csv"
FIGURES = "figures"
PICTURE = "validation_later"
DASK = "dask[distributed]"
DIGITS = 6
"""Of parameter values in the file of draws."""


def _need(command: str, packages: dict[str, str]) -> None:
    """Refuse to begin without the packages, by module, that a command needs."""
    missing = [package for module, package in packages.items() if find_spec(module) is None]
    if missing:
        found = f"{' and '.join(missing)} not installed"
        raise ScenarioError([Problem(COMMAND_LINE, 0, command, found, "pip install 'caresim[experiments]'")])


def _check_folder(output: Path, runs: str, files: tuple[str, ...]) -> None:
    """Refuse a folder that holds anything but what the command wrote earlier, before hours are spent."""
    if output.is_dir() and any(output.iterdir()) and not (output / f"{runs}{ENDING}").is_file():
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
    _need("calibrate", {"sklearn": "scikit-learn", **({"dask": DASK} if scheduler else {})})
    from sim.calibration.findings import findings, parameter_values
    from sim.calibration.page import page
    from sim.calibration.pictures import draw_all
    from sim.calibration.study import calibrate

    _check_folder(output, RUNS, (POSTERIOR, PAGE))
    with watched(plan.runs) as progress:
        done = calibrate(plan, output, workers, scheduler, progress)
    found_out = findings(done)
    draws = io.StringIO()
    writer = csv.writer(draws, lineterminator="\n")
    writer.writerow(["draw", *found_out.names])
    for number, row in enumerate(parameter_values(found_out.names, found_out.points), start=1):
        writer.writerow([number, *(f"{value:.{DIGITS}g}" for value in row)])
    (output / POSTERIOR).write_text(draws.getvalue(), encoding="utf-8")
    texts = draw_all(found_out, output / FIGURES)
    for name, text in texts.items():
        (output / FIGURES / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    (output / PAGE).write_text(page(found_out, plan, "caresim calibrate"), encoding="utf-8")
    print(f"{found_out.met} of {len(found_out.targets)} published figures met; {found_out.met_before} before.")
    print(f"The emulator is off by {found_out.emulator_apart:.1f} tolerances at most where draws were run.")
    print(f"Draws, page and figures: {output}")


def validate(output: Path, file: Path, number: int | None, scale: float, workers: int, scheduler: str | None) -> None:
    """Run draws of the posterior on into the years that were not fitted, and write what they show.

    Args:
        output: folder for runs, page, table and picture.
        file: draws of the posterior.
        number: how many of them are run, from the first on; all if left out.
        scale: share of England in each run.
        workers: runs at once.
        scheduler: address of a Dask scheduler, or None.

    Raises:
        ScenarioError: a library that is needed is not installed.
        OSError: the folder cannot be written.
    """
    _need("validate", {"dask": DASK} if scheduler else {})
    from sim.calibration.later import draws, later, run_on, values_shown
    from sim.calibration.validation_page import draw, page, rows_of, verdict
    from sim.calibration.wide import finish

    drawn = draws(file)
    if number is not None and number > len(drawn):
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--draws", str(number), f"at most {len(drawn)}, as {file} has")])
    _check_folder(output, LATER_RUNS, (VALIDATION, TABLE))
    jobs = [job._replace(scale=scale, seed=seed) for seed, job in enumerate(drawn[:number], start=1)]
    store = Store(output, values_shown(), LATER_RUNS, "later_years.csv")
    with watched(len(jobs)) as progress:
        finish(store, run_on, jobs, workers, scheduler, progress)
    found = later(store.of(jobs))
    text = draw(found, output / FIGURES / f"{PICTURE}.png")
    (output / FIGURES / f"{PICTURE}.txt").write_text(text + "\n", encoding="utf-8")
    (output / VALIDATION).write_text(page(found, scale, "caresim validate"), encoding="utf-8")
    with (output / TABLE).open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows_of(found))
    print(verdict(found))
    print(f"Page, table and picture: {output}")
