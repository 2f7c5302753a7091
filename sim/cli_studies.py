"""Commands for studies of the model itself: calibration and validation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_common import OUTPUTS, checked_output, user_errors

Workers = Annotated[int | None, typer.Option(min=1, max=256, help="Runs at once; all processors if left out.")]
Scheduler = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler whose cluster makes the runs.")]
Scale = Annotated[float, typer.Option(min=0.001, max=1.0, help="Share of England in each run.")]


def calibrate(
    output: Annotated[
        Path, typer.Option(help="Folder for runs and findings; finished runs in it are not made again.")
    ] = OUTPUTS / "calibration",
    scale: Scale = 0.05,
    first: Annotated[int, typer.Option(min=200, help="Runs of the first wave, over the whole prior.")] = 800,
    later: Annotated[
        list[int] | None, typer.Option(min=10, max=5000, help="Runs of a later wave; may be given several times.")
    ] = None,
    draws: Annotated[
        int, typer.Option(min=10, max=5000, help="Draws of the posterior, each run once as a check.")
    ] = 150,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the whole study.")] = 1,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Infer the parameters of behaviour from figures up to 2021/22; an hour on two processors, and can be resumed."""
    with user_errors():
        from sim.calibration.command import main as infer
        from sim.calibration.study import Plan

        output = checked_output(output, "")
        plan = Plan(scale=scale, first=first, draws=draws, seed=seed)
        if later:
            plan = plan._replace(later=tuple(later))
        infer(output, plan, workers or os.cpu_count() or 1, scheduler)


def validate(
    output: Annotated[
        Path, typer.Option(help="Folder for runs, page, table and pictures; finished runs in it are not made again.")
    ] = OUTPUTS / "validation",
    posterior: Annotated[
        Path | None, typer.Option(help="Draws that a calibration wrote; those of the program if left out.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=5, help="Most draws that are run, from the first on; all if left out.")
    ] = None,
    scale: Scale = 0.05,
    study: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A study; may be given several times. All if left out.")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Test the fitted model: later years, stylised facts, experiments, costs; an hour on two processors, resumable."""
    with user_errors():
        from sim.calibration.command import POSTERIOR
        from sim.shipped import PACKAGE
        from sim.validity.command import validate as test

        file = posterior or PACKAGE / "data" / POSTERIOR
        workers = workers or os.cpu_count() or 1
        test(checked_output(output, ""), file, draws, scale, study or [], workers, scheduler)


def doses(
    levers: Annotated[list[str] | None, typer.Argument(metavar="[LEVER]...", help="Levers; all if left out.")] = None,
    output: Annotated[
        Path, typer.Option(help="Folder for table and figures; finished levers in it are not run again.")
    ] = OUTPUTS / "doses",
    draws: Annotated[int, typer.Option(min=2, max=150, help="Draws of the fitted parameters.")] = 10,
    scale: Scale = 0.05,
    workers: Workers = None,
) -> None:
    """Measure what levers do from nothing to strong: a table, and a figure for each; half an hour, resumable."""
    with user_errors():
        from sim.doses.command import measure_doses

        measure_doses(checked_output(output, ""), levers or [], draws, scale, workers or os.cpu_count() or 1)
