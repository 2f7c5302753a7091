"""``caresim calibrate`` and ``caresim validate``: make or take up the runs, and write what they show."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path

from sim.calibration.study import Plan
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.progress import watched

POSTERIOR = "posterior_2022.csv"
PAGE = "calibration.md"
VALIDATION = "validation.md"
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

    with watched(plan.runs) as progress:
        done = calibrate(plan, output, workers, scheduler, progress)
    found_out = findings(done)
    draws = io.StringIO()
    writer = csv.writer(draws, lineterminator="\n")
    writer.writerow(["draw", *found_out.names])
    for number, row in enumerate(parameter_values(found_out.names, found_out.points), start=1):
        writer.writerow([number, *(f"{value:.{DIGITS}g}" for value in row)])
    (output / POSTERIOR).write_text(draws.getvalue(), encoding="utf-8")
    texts = draw_all(found_out, output / "figures")
    for name, text in texts.items():
        (output / "figures" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    (output / PAGE).write_text(page(found_out, plan, "caresim calibrate"), encoding="utf-8")
    print(f"{found_out.met} of {len(found_out.targets)} published figures met; {found_out.met_before} before.")
    print(f"The emulator is off by {found_out.emulator_apart:.1f} tolerances at most where draws were run.")
    print(f"Draws, page and figures: {output}")


def validate(output: Path, file: Path, number: int, scale: float, workers: int, scheduler: str | None) -> None:
    """Run draws of the posterior on into the years that were not fitted, and write what they show.

    Args:
        output: folder for runs, page, table and picture.
        file: draws of the posterior.
        number: how many of them are run, from the first on.
        scale: share of England in each run.
        workers: runs at once.
        scheduler: address of a Dask scheduler, or None.

    Raises:
        ScenarioError: a library that is needed is not installed.
        OSError: the folder cannot be written.
    """
    _need("validate", {"dask": DASK} if scheduler else {})
    from sim.calibration.later import draws, later, run_on
    from sim.calibration.store import Store
    from sim.calibration.validation_page import draw, page, rows_of, verdict
    from sim.calibration.wide import finish

    jobs = [job._replace(scale=scale, seed=seed) for seed, job in enumerate(draws(file)[:number], start=1)]
    store = Store(output, "later", "later_years.csv")
    with watched(len(jobs)) as progress:
        finish(store, run_on, jobs, workers, scheduler, progress)
    found = later(store.of(jobs))
    text = draw(found, output / "figures" / f"{PICTURE}.png")
    (output / "figures" / f"{PICTURE}.txt").write_text(text + "\n", encoding="utf-8")
    (output / VALIDATION).write_text(page(found, scale, "caresim validate"), encoding="utf-8")
    with (output / "validation.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows_of(found))
    print(verdict(found))
    print(f"Page, table and picture: {output}")
