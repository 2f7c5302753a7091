"""``caresim``: the command line. What a command needs is imported when it runs, so that help and checks are instant."""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_app import app as workshop
from sim.cli_common import USER_ERROR, checked_output, user_errors
from sim.cli_studies import analyse, calibrate, doses, results, search, sweep, validate

if TYPE_CHECKING:
    from sim.scenario import Scenario

app = typer.Typer(
    name="caresim",
    help="England's care labour market, person by person: what would a policy do to vacancies, pay, care and cost?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""New objects until Python looks for garbage: modules make very many that stay, and looking at them again and again
takes a fifth of the time to load them."""
MOST_FOLLOWED = 20_000
"""People or establishments whose months are kept one by one: more would not fit into memory."""
ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a path.")]
Scale = Annotated[float | None, typer.Option(help="Share of England to simulate, 0.001 to 1.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the first replicate.")]
Replicates = Annotated[int | None, typer.Option(help="Runs that differ only in luck.")]
Draws = Annotated[
    int | None, typer.Option(help="Runs of so many draws of the fitted parameters, in place of --replicates.")
]
First = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month reported.")]
Last = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month simulated and reported.")]
Output = Annotated[Path | None, typer.Option(help="Folder for the results; outputs/NAME-OF-THE-SCENARIO if left out.")]
Detail = Annotated[
    list[str] | None,
    typer.Option(
        "--detail",
        metavar="NAMES",
        help="Groups of people too (groups), services and client groups of councils (councils), the monthly table "
        "however long (months), or a crossing such as role,service; may be given several times.",
    ),
]
People = Annotated[
    int, typer.Option(min=0, max=MOST_FOLLOWED, help="Follow so many people: log of events and monthly panel.")
]
Providers = Annotated[
    int, typer.Option(min=0, max=MOST_FOLLOWED, help="Follow so many establishments: log of events and monthly panel.")
]
Threads = Annotated[int | None, typer.Option(min=1, max=256, help="Threads within a run; all processors if left out.")]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Runs at once.")]
Unfunded = Annotated[
    bool, typer.Option("--unfunded/--no-unfunded", help="Run scenarios with public funding without it, too.")
]
Parts = Annotated[bool, typer.Option("--parts", help="Run packages with one lever at a time, too.")]
Report = Annotated[bool, typer.Option("--report/--no-report", help="Write the report and its workbook.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"caresim {version('caresim')}")
        except PackageNotFoundError:
            typer.echo("caresim, run from a checkout that is not installed")
        raise typer.Exit


@app.callback()
def caresim(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the program as a whole."""


@app.command()
def run(
    scenario: ScenarioName,
    scale: Scale = None,
    seed: Seed = None,
    replicates: Replicates = None,
    draws: Draws = None,
    first: First = None,
    last: Last = None,
    output: Output = None,
    detail: Detail = None,
    people: People = 0,
    providers: Providers = 0,
    threads: Threads = None,
    workers: Workers = 1,
) -> None:
    """Simulate one scenario and write its results."""
    with user_errors():
        from sim.drawn import check_draws

        check_draws(draws, replicates)
        loaded = _load([scenario], _overrides(scale, seed, replicates, first, last))[0]
        options = _records(detail, people, providers)
        folder = checked_output(output, loaded.name)
        _announce_compilation()
        from sim.running import run_scenario

        run_scenario(loaded, output=folder, draws=draws, threads=threads, workers=workers, **options)


@app.command()
def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The scenario to compare with.")],
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios to compare with it.")],
    scale: Scale = None,
    seed: Seed = None,
    replicates: Replicates = None,
    draws: Draws = None,
    first: First = None,
    last: Last = None,
    output: Output = None,
    detail: Detail = None,
    people: People = 0,
    providers: Providers = 0,
    threads: Threads = None,
    workers: Workers = 1,
    unfunded: Unfunded = True,
    parts: Parts = False,
    report: Report = True,
) -> None:
    """Compare scenarios, each with the first, and write a report."""
    with user_errors():
        from sim.comparable import check_comparable
        from sim.drawn import check_draws

        check_draws(draws, replicates)
        loaded = _load([base, *scenarios], _overrides(scale, seed, replicates, first, last))
        check_comparable(loaded)
        options = _records(detail, people, providers)
        names = " and ".join(one.name for one in loaded[1:])
        folder = checked_output(output, f"{loaded[0].name} compared with {names}")
        _announce_compilation()
        from sim.comparison_command import compare_scenarios

        compare_scenarios(
            loaded[0], loaded[1:], output=folder, draws=draws, threads=threads, workers=workers,
            unfunded=unfunded, parts=parts, report=report, **options,
        )  # fmt: skip


@app.command()
def story(
    scenario: ScenarioName,
    people: Annotated[int, typer.Option(min=1, max=MOST_FOLLOWED, help="People to tell of.")] = 3,
    scale: Annotated[float, typer.Option(help="Share of England to simulate, 0.001 to 1.")] = 0.01,
    seed: Seed = None,
    first: First = None,
    last: Last = None,
) -> None:
    """Tell the lives of a few simulated people, drawn at random, in plain English."""
    with user_errors():
        loaded = _load([scenario], _overrides(scale, seed, 1, first, last))[0]
        _announce_compilation()
        from sim.running import run as simulate
        from sim.stories import tell_stories

        typer.echo(tell_stories(simulate(loaded, people=people), people))


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario or study files, or names of shipped ones.")
    ],
) -> None:
    """Say everything wrong with scenario files and study files."""
    from sim.experiments.finding import is_study
    from sim.problems import ScenarioError

    failed = False
    for file in files:
        try:
            said, remarks = _checked_study(file) if is_study(file) else _checked_scenario(file)
        except ScenarioError as error:
            typer.echo(str(error), err=True)
            failed = True
            continue
        typer.echo(f"{file}: fine: {said}")
        for remark in remarks:
            typer.echo(f"{file}: note: {remark}")
    if failed:
        raise typer.Exit(USER_ERROR)


def _checked_scenario(file: str) -> tuple[str, list[str]]:
    """A scenario in a line, and remarks on it."""
    from sim.scenario import load_scenario

    scenario = load_scenario(file)
    return f"{scenario.name} ({scenario.summary()})", scenario.remarks()


def _checked_study(file: str) -> tuple[str, list[str]]:
    """A study in a line, and remarks on it."""
    from sim.experiments.describe import remarks, summary
    from sim.experiments.files import load_study

    study = load_study(file)
    return f"{study.name} ({summary(study)})", remarks(study)


@app.command()
def scenarios() -> None:
    """List the scenarios that come with the program."""
    from sim.scenario import load_scenario, shipped_scenarios

    with user_errors():
        rows = [(name, load_scenario(path)) for name, path in shipped_scenarios().items()]
    _print_table(["scenario", "title", "description"], [[name, each.name, each.description] for name, each in rows])


@app.command()
def studies() -> None:
    """List the studies that come with the program."""
    from sim.experiments.describe import summary
    from sim.experiments.files import load_study, shipped_studies

    with user_errors():
        rows = [(name, load_study(path)) for name, path in shipped_studies().items()]
        table = [[name, each.name, summary(each).removeprefix("study: "), each.description] for name, each in rows]
    _print_table(["study", "title", "design", "description"], table)


@app.command()
def levers(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A lever, for all it can do.")] = None,
) -> None:
    """List the levers, or describe one."""
    from sim.catalogue import describe_lever
    from sim.levers.base import all_levers

    if name is None:
        rows = [[lever.name, lever.family, lever.grade, lever.sentence] for lever in all_levers().values()]
        _print_table(["lever", "family", "evidence", "what it does"], rows)
        return
    with user_errors():
        description = describe_lever(name)
    typer.echo(description)


@app.command()
def schema(study: Annotated[bool, typer.Option("--study", help="That of study files.")] = False) -> None:
    """Print the JSON Schema of scenario files, or of study files."""
    import json

    if study:
        from sim.experiments.json_schema import json_schema
    else:
        from sim.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def warm() -> None:
    """Compile everything ahead of the next run."""
    with user_errors():
        from sim.warming import warm as compile_everything

        compile_everything()
        typer.echo("Everything is compiled.")


@app.command()
def cache(
    prune: Annotated[bool, typer.Option("--prune", help="Delete what other versions of code or data left.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Delete everything that is kept between runs.")] = False,
) -> None:
    """List what is kept between runs: compiled code, histories, finished runs."""
    with user_errors():
        from sim.cache_command import list_kept, tidy
        from sim.problems import COMMAND_LINE, Problem, ScenarioError

        if prune and clear:
            problem = Problem(COMMAND_LINE, 0, "--prune --clear", "both", "one of them")
            raise ScenarioError([problem])
        if prune or clear:
            typer.echo(tidy(everything=clear))
        rows = list_kept()
    _print_table(["what", "size", "last used", "made by"], rows)


@app.command()
def benchmark(
    scale: Annotated[float, typer.Option(min=0.001, max=1.0, help="Share of England to simulate.")] = 1.0,
    threads: Threads = None,
    full: Annotated[
        bool, typer.Option("--full", help="Also measure how time grows from a tenth to the scale.")
    ] = False,
) -> None:
    """Time the model against its reference, one object per worker; some minutes."""
    with user_errors():
        from sim.benchmark import main as measure

        measure(scale=scale, threads=threads, full=full)


app.command()(analyse)
app.command("app")(workshop)
app.command()(calibrate)
app.command()(doses)
app.command()(search)
app.command()(sweep)
app.command()(results)
app.command()(validate)


def _overrides(
    scale: float | None, seed: int | None, replicates: int | None, first: str | None, last: str | None
) -> dict[str, Any]:
    """Options that were given, as a scenario file would write them."""
    window = {key: value for key, value in (("from", first), ("to", last)) if value is not None}
    values = {"scale": scale, "seed": seed, "replicates": replicates, "window": window or None}
    return {key: value for key, value in values.items() if value is not None}


def _records(detail: list[str] | None, people: int, providers: int) -> dict[str, Any]:
    """Further records that were asked for; names that mean nothing are refused before anything runs."""
    from sim.detail import parse_detail

    parse_detail(detail or ())
    return {"detail": detail or (), "people": people, "providers": providers}


def _load(names: list[str], overrides: dict[str, Any]) -> list[Scenario]:
    """Every scenario, or the problems of all of them."""
    from sim.problems import ScenarioError
    from sim.scenario import load_scenario

    loaded, problems = [], []
    for name in names:
        try:
            loaded.append(load_scenario(name, overrides))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return loaded


def _announce_compilation() -> None:
    """Say that the first run compiles, before anything is imported that does."""
    from sim.warming import announce

    announce()


def _print_table(headings: list[str], rows: list[list[str]]) -> None:
    """A table that fits the terminal, or lines with tabs where a program reads them."""
    if not sys.stdout.isatty():
        for row in [headings, *rows]:
            typer.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.markup import escape
    from rich.table import Table

    from sim.terminal import console

    table = Table(*headings)
    for row in rows:
        table.add_row(*(escape(" ".join(cell.split())) for cell in row))
    console().print(table)


def main() -> None:
    """Entry point of the installed program."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter that an output lacks must not end hours of work
    app(prog_name="caresim")


if __name__ == "__main__":
    main()
