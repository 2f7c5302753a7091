"""Commands for studies of the model itself: calibration and validation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_common import OUTPUTS, checked_output, user_errors

STUDIES = OUTPUTS / "studies"
SALIB = ("sobol", "morris")
"""Designs that this library makes."""
STOPPED = "stopped; finished runs are kept: go on with the same command and --resume"
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
        from sim.problems import COMMAND_LINE, Problem, ScenarioError
        from sim.shipped import PACKAGE
        from sim.validity.command import validate as test

        file = posterior or PACKAGE / "data" / POSTERIOR
        if not file.is_file():
            expected = "a file of draws that `caresim calibrate` wrote"
            raise ScenarioError([Problem(COMMAND_LINE, 0, "--posterior", f"{file} is no file", expected)])
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


def sweep(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A study file, or the name of a shipped study.")],
    output: Annotated[Path | None, typer.Option(help="Folder of the study; outputs/studies/NAME if left out.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the study that the folder holds.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and write nothing.")] = False,
    scale: Annotated[float | None, typer.Option(help="Share of England in each run, 0.001 to 1.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the first replicate.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Runs of each point that differ only in luck.")] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of the fitted parameters, in place of replicates.")] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Make all runs of a study; whatever stops it, nothing finished is lost, and --resume goes on."""
    with user_errors(STOPPED):
        given = {"scale": scale, "seed": seed, "replicates": replicates, "draws": draws}
        from sim.calibration.folder import DASK, need
        from sim.experiments.files import load_study

        study = load_study(file, {name: value for name, value in given.items() if value is not None})
        need("sweep", {"dask": DASK, **({"SALib": "SALib"} if study.design.kind in SALIB else {})})
        workers = workers or os.cpu_count() or 1
        from sim.warming import announce

        announce()
        from sim.experiments.sweep_command import dry_run as told
        from sim.experiments.sweep_command import sweep as make

        if dry_run:
            typer.echo(told(study, workers))
            return
        folder = checked_output(output or STUDIES / Path(file).stem, "")
        status = make(study, folder, resume=resume, workers=workers, scheduler=scheduler)
    raise typer.Exit(status)


def results(
    study: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="Name or folder of a study; all are listed if left out.")
    ] = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="Write changes against the reference in place of levels.")
    ] = False,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table as CSV.")] = None,
    stata: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table for Stata (.dta).")] = None,
    excel: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table as a workbook (.xlsx).")] = None,
    parquet: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table as Parquet.")] = None,
) -> None:
    """List studies, or show the results of one and write them as a table; a row for each run and financial year."""
    with user_errors():
        from sim.experiments import results_command

        files = {"csv": csv, "stata": stata, "excel": excel, "parquet": parquet}
        named = {kind: file for kind, file in files.items() if file is not None}
        if study is None:
            results_command.list_studies(STUDIES, named)
        else:
            results_command.show(study, STUDIES, named, changes=changes)


def analyse(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name or folder of a study that was swept.")],
    year: Annotated[
        str | None, typer.Option(help="Financial year looked at, such as 2029/30; that of the goal if left out.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Folder for page, tables and pictures.")] = None,
) -> None:
    """Say what a study's results depend on, where its goal is met, and what knowing more would be worth."""
    with user_errors():
        from sim.calibration.folder import need

        need("analyse", {"SALib": "SALib", "sklearn": "scikit-learn"})
        from sim.experiments.analyse_command import analyse as make
        from sim.experiments.results_command import find

        folder = find(study, STUDIES).folder
        typer.echo(f"Page: {make(folder, year, checked_output(output, '') if output else None)}")


def search(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A study file with a goal, or a shipped study.")],
    output: Annotated[Path | None, typer.Option(help="Folder; outputs/searches/NAME if left out.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the search that the folder holds.")] = False,
    rounds: Annotated[int, typer.Option(min=0, max=50, help="Rounds after the first design.")] = 3,
    each: Annotated[int, typer.Option(min=1, max=500, help="Packages that each round adds.")] = 12,
    packages: Annotated[int, typer.Option(min=2, max=50, help="Packages simulated at full settings.")] = 10,
    full_runs: Annotated[
        int | None, typer.Option(min=2, help="Draws (or replicates) of these; 20 more than the search has if left out.")
    ] = None,
    full_scale: Annotated[
        float | None, typer.Option(min=0.001, max=1.0, help="Scale of these; that of the study if left out.")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="Share of England in each run of the search.")] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of the fitted parameters in the search.")] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Search for packages of levers that meet a goal at the least cost; whatever stops it, --resume goes on."""
    with user_errors(STOPPED):
        from sim.calibration.folder import DASK, need

        need("search", {"dask": DASK, "sklearn": "scikit-learn", "pymoo": "pymoo", "SALib": "SALib"})
        from sim.experiments.files import load_study
        from sim.experiments.search_command import Asked, find_packages
        from sim.experiments.search_runs import Workers as Makers
        from sim.experiments.search_runs import full_settings
        from sim.warming import announce

        given = {"scale": scale, "draws": draws}
        own = {name: value for name, value in given.items() if value is not None}
        study = load_study(file, own)
        options = tuple((f"--{name}", value) for name, value in own.items())
        asked = Asked(file, rounds, each, packages, full_settings(study, full_runs, full_scale), options)
        folder = checked_output(output or OUTPUTS / "searches" / Path(file).stem, "")
        announce()
        makers = Makers(workers or os.cpu_count() or 1, scheduler)
        typer.echo(f"Page: {find_packages(study, folder, asked, makers, resume=resume)}")
