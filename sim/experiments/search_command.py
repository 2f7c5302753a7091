"""``caresim search``: packages of levers that meet the goal of a study at the least cost."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import NamedTuple

import yaml

from sim.experiments.analyse_command import PICTURES
from sim.experiments.axes import LEVER, axes_of
from sim.experiments.designs import points_of
from sim.experiments.frontier_section import frontier_section, rests_on, searched
from sim.experiments.goals import demands
from sim.experiments.information_section import information_section
from sim.experiments.page import write_page
from sim.experiments.schema import Study
from sim.experiments.search import Effort, search
from sim.experiments.search_record import RECORD, keep_or_refuse
from sim.experiments.search_runs import (
    FIRST,
    FRONTIER,
    Full,
    Simulation,
    Workers,
    quantiles_of,
    space_of,
    table_of,
    with_points,
)  # fmt: skip
from sim.experiments.study_results import MANIFEST
from sim.problems import COMMAND_LINE, Problem, ScenarioError

PAGE = "search.html"


class Asked(NamedTuple):
    """What was asked for on the command line."""

    file: str
    rounds: int
    each: int
    """Packages that each round adds."""
    most: int
    """Packages of the frontier that are simulated at full settings."""
    full: Full
    given: tuple[tuple[str, float], ...] = ()
    """Settings of the study that were given in place of those of its file, as options."""


def find_packages(study: Study, folder: Path, asked: Asked, workers: Workers, *, resume: bool) -> Path:
    """Search, simulate the frontier at full settings and write the page.

    Args:
        study: with a goal, and levers alone as axes.
        folder: for the studies of the search and its page.
        asked: how long is searched, and how closely the frontier is looked at.
        workers: who makes runs.
        resume: whether the folder may hold this search already.

    Returns:
        The page.

    Raises:
        ScenarioError: the study is none that can be searched, or the folder holds something else.
    """
    _check(study, asked.file)
    _check_folder(folder, resume)
    keep_or_refuse(folder, study.resolved(), _options(asked), ended=(folder / FRONTIER / MANIFEST).is_file())
    simulation = Simulation(study, folder, workers)
    start = quantiles_of(study, points_of(study))
    effort = Effort(len(start), asked.rounds, asked.each, study.design.seed)
    found = search(simulation, space_of(study), effort, start)
    best = table_of(study, found.quantiles[found.leading(asked.most)])
    data = simulation.run(FRONTIER, with_points(study, best, asked.full)).without_choosing(study.repeats)
    goal = study.goal
    names = [
        *(goal.minimise + goal.maximise if goal else ()),
        *(one.outcome for one in (demands(goal) if goal else [])),
    ]
    first = len(found.quantiles) - sum(one.added for one in found.rounds)
    pictures = folder / PICTURES
    sections = [frontier_section(data, pictures, study.repeats), searched(found, first, names)]
    worth = information_section(data, pictures)
    if worth is not None:
        sections.append(worth._replace(paragraphs=(*worth.paragraphs, rests_on(data, study.repeats))))
    opening = [part for part in (study.description,) if part]
    written = yaml.safe_dump(study.resolved(), sort_keys=False, allow_unicode=True)
    write_page(folder / PAGE, study.name, opening, sections, _command(asked), written)
    return folder / PAGE


def _options(asked: Asked) -> dict[str, float]:
    """Options by name."""
    return {
        "--rounds": asked.rounds, "--each": asked.each, "--packages": asked.most,
        "--full-runs": asked.full.repeats, "--full-scale": asked.full.scale,
    }  # fmt: skip


def _command(asked: Asked) -> str:
    options = [part for name, value in (*asked.given, *_options(asked).items()) for part in (name, f"{value:g}")]
    return shlex.join(["caresim", "search", asked.file, *options])


def _check(study: Study, file: str) -> None:
    """Refuse a study that cannot be searched."""
    goal = study.goal
    others = [axis.name for axis in axes_of(study) if axis.kind != LEVER]
    problems = []
    if goal is None or not (goal.minimise or goal.maximise):
        expected = "an outcome to minimise or maximise, such as goal: {minimise: [public_cost]}"
        problems.append(Problem(file, 0, "goal", "nothing that is to be small or large", expected))
    if not axes_of(study) or others:
        found = f"{', '.join(others)} varies" if others else "nothing varies"
        expected = "levers alone to vary; what is not known comes in by `draws`"
        problems.append(Problem(file, 0, "levers", found, expected))
    if problems:
        raise ScenarioError(problems)


def _check_folder(folder: Path, resume: bool) -> None:
    """Refuse a folder with something in it, unless it is a search that goes on."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    ours = (folder / RECORD).is_file() or (folder / FIRST / MANIFEST).is_file()
    if not resume or not ours:
        expected = "--resume to go on with it, or another folder" if ours else "a new or empty folder"
        found = f"{folder} holds {'a search' if ours else 'something else'}"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, expected)])
