"""``caresim calibrate``: make or take up the runs, and write what they show."""

from __future__ import annotations

from pathlib import Path

from sim.calibration.discrepancy import DISCREPANCY
from sim.calibration.folder import DASK, FIGURES, need, own_folder, write_table
from sim.calibration.priors import Floats, parameter_values
from sim.calibration.store import RUNS
from sim.calibration.study import Plan
from sim.parameters import uncertain
from sim.progress import watched

POSTERIOR = "posterior_2022.csv"
FOR_USE = "posterior_use.csv"
PAGE = "calibration.md"
DIGITS = 6
"""Of parameter values in the file of draws."""


def main(output: Path, plan: Plan, workers: int, scheduler: str | None) -> None:
    """Calibrate, and write draws, page and pictures beside the finished runs.

    Raises:
        ScenarioError: a library that is needed is not installed.
        OSError: the folder cannot be written.
    """
    need("calibrate", {"sklearn": "scikit-learn", **({"dask": DASK} if scheduler else {})})
    from sim.calibration.findings import findings
    from sim.calibration.page import page
    from sim.calibration.pictures import draw_all
    from sim.calibration.study import calibrate
    from sim.validity.refit import refit
    from sim.validity.refit_page import all_years

    with own_folder(output, (RUNS,), (POSTERIOR, DISCREPANCY, FOR_USE, PAGE)), watched(plan.runs) as progress:
        done = calibrate(plan, output, workers, scheduler, progress)
        found_out = findings(done)
        _write_draws(output / POSTERIOR, found_out.points)
        write_table(output / DISCREPANCY, done.discrepancy.rows())
        texts = draw_all(found_out, output / FIGURES)
        for name, text in texts.items():
            (output / FIGURES / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        again = refit(plan, done, output, workers, scheduler, progress)
        _write_draws(output / FOR_USE, again.check.points)
        for_use = all_years(again, plan.refit, found_out.points)
        (output / PAGE).write_text(page(found_out, plan, "caresim calibrate", for_use), encoding="utf-8")
    print(f"{found_out.met} of {len(found_out.targets)} published figures met; {found_out.met_before} before.")
    print(f"The emulator is off by {found_out.emulator_apart:.1f} tolerances at most where draws were run.")
    print(f"Draws, page and figures: {output}")


def _write_draws(file: Path, points: Floats) -> None:
    values = parameter_values(uncertain(), points)
    drawn = [[number, *(f"{value:.{DIGITS}g}" for value in row)] for number, row in enumerate(values, start=1)]
    write_table(file, [["draw", *uncertain()], *drawn])
