"""``caresim validate``: make or take up the runs of each study, and write one page, one table and the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from sim.calibration.discrepancy import DISCREPANCY
from sim.calibration.folder import DASK, FIGURES, need, own_folder, write_table
from sim.calibration.runs import Job
from sim.calibration.sources import decided_by
from sim.calibration.store import Store
from sim.drawn import FILE
from sim.problems import COMMAND_LINE, Problem, ScenarioError, nearest_name
from sim.validity import later_page
from sim.validity.making import Opened, make_runs
from sim.validity.report import Section, Words, as_html, as_markdown, rows_of
from sim.validity.study import Study

PAGE, HTML, TABLE = "validation.md", "validation.html", "validation.csv"
TITLE = "Validation: the fitted model against what it was not fitted to"
STUDIES = {
    "later_years": "later_page",
    "stylised_facts": "stylised",
    "experiments": "experiments.study",
    "supply": "experiments.study:supply",
    "cross_section": "cross_section_page",
    "councils": "councils_page",
    "costs": "costs_page",
    "sensitivity": "sensitivity_page",
    "switches": "switches_page",
    "scale": "scale_page",
}
"""Studies by name, in the order of the page, with the module below `sim.validity` whose `study()`, or other function
as named, makes each."""
LATER = "later_years"
FEWEST_DRAWS = 5

OPENING = """Written by `caresim validate`; do not edit by hand. Parameters were inferred from figures up to 2021/22
([calibration.md](calibration.md)); draws of them (at most {draws}, fewer in the heavier studies, as each section says)
were run on {scale:g}% of England unless a section says otherwise. Every figure is in `validation.csv`, with the
published one, its range and the model's interval."""


def study_of(name: str) -> Study:
    """A study by its name."""
    module, _, function = STUDIES[name].partition(":")
    found = getattr(import_module(f"sim.validity.{module}"), function or "study")()
    assert isinstance(found, Study)
    return found


def studies_of(names: Sequence[str], posterior: Path) -> list[Study]:
    """Studies by their names, all if there are none; what the model could not meet lies beside the posterior.

    Raises:
        ScenarioError: a name that is none, or no such file beside the posterior.
    """
    for name in names:
        if name not in STUDIES:
            near = nearest_name(name, list(STUDIES))
            raise ScenarioError([Problem(COMMAND_LINE, 0, "--study", name, f"one of {', '.join(STUDIES)}", near)])
    discrepancy = posterior.parent / DISCREPANCY
    if not discrepancy.is_file():
        found = f"{discrepancy} is missing"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--posterior", found, "both files of one calibration")])
    chosen = [name for name in STUDIES if not names or name in names]
    return [later_page.study(discrepancy) if name == LATER else study_of(name) for name in chosen]


def validate(
    output: Path,
    file: Path,
    number: int | None,
    scale: float,
    names: Sequence[str],
    workers: int,
    scheduler: str | None,
) -> None:
    """Run draws of the posterior through studies, and write what they show.

    Args:
        output: folder for runs, page, table and pictures.
        file: draws of the posterior.
        number: how many of them are run, from the first on; as many as each study asks for if left out.
        scale: share of England in each run.
        names: of the studies; all if empty.
        workers: runs at once.
        scheduler: address of a Dask scheduler, or None.

    Raises:
        ScenarioError: a file or an option is wrong, or a library that is needed is not installed.
        OSError: the folder cannot be written.
    """
    need("validate", {"dask": DASK} if scheduler else {})
    drawn = checked_draws(file, number)
    studies = studies_of(names, file)
    with own_folder(output, tuple(STUDIES), (PAGE, HTML, TABLE)):
        sections = list(_sections(studies, drawn, number, scale, output, file, workers, scheduler))
        opening = [Words(OPENING.format(draws=number or len(drawn), scale=100.0 * scale))]
        if left_out := [name.replace("_", " ") for name in STUDIES if name not in {one.name for one in sections}]:
            opening.append(Words(f"Studies not run for this page: {', '.join(left_out)}."))
        (output / PAGE).write_text(as_markdown(opening, sections, TITLE, FIGURES), encoding="utf-8")
        (output / HTML).write_text(as_html(opening, sections, TITLE), encoding="utf-8")
        write_table(output / TABLE, rows_of(sections))
    for section in sections:
        print(f"{section.title}: {section.verdict}")
    print(f"Page, table and pictures: {output}")


def checked_draws(file: Path, number: int | None) -> list[Job]:
    """Draws of a file; ScenarioError if they are too few, or if later years were fitted with them."""
    from sim.calibration.draws import draws

    drawn = draws(file)
    if number is not None and number > len(drawn):
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--draws", str(number), f"at most {len(drawn)}, as {file} has")])
    if len(drawn) < FEWEST_DRAWS:
        found = f"{file} holds {len(drawn)} draws"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--posterior", found, f"at least {FEWEST_DRAWS}")])
    if file.name == FILE.name or file.read_bytes() == FILE.read_bytes():
        found = f"{file} holds draws that later years were fitted with"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--posterior", found, "draws of figures up to 2021/22")])
    return drawn


def _sections(
    chosen: Sequence[Study],
    drawn: Sequence[Job],
    number: int | None,
    scale: float,
    output: Path,
    file: Path,
    workers: int,
    scheduler: str | None,
) -> Iterator[Section]:
    """Sections of the studies chosen, whose runs are made or taken up, and of those finished earlier."""
    names, opened = {study.name for study in chosen}, []
    for study in studies_of((), file):
        store = Store(output, study.values, study.name, decided_by(study.work, study.inputs))
        opened.append(Opened(study, store, jobs_of(study, drawn, number, scale)))
    make_runs([one for one in opened if one.study.name in names], workers, scheduler)
    for study, store, jobs in opened:
        if not store.missing(jobs):
            yield study.section(jobs, store.of(jobs), output / FIGURES)


def jobs_of(study: Study, drawn: Sequence[Job], number: int | None, scale: float) -> list[Job]:
    """Runs of a study: its own, or draws, each with luck of its own."""
    if study.jobs is not None:
        return study.jobs()
    wanted = min(study.draws, number or len(drawn))
    return [job._replace(scale=scale, seed=seed) for seed, job in enumerate(drawn[:wanted], start=1)]
