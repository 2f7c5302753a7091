"""``caresim analyse``: what results of a study depend on, where its goal is met, what knowing more would be worth."""

from __future__ import annotations

import shlex
import warnings
from pathlib import Path

from sim.experiments.goal_section import goal_section
from sim.experiments.information_section import information_section
from sim.experiments.page import PAGE, write_page
from sim.experiments.prepared import Prepared, prepare
from sim.experiments.section import Section
from sim.experiments.sensitivity_section import by_design, overview
from sim.experiments.study_results import STUDY, read_study
from sim.folders import real
from sim.replacing import Kind, check_replaceable, replaced
from sim.units import month_name

FOLDER = "analysis"
"""In the folder of a study."""
PICTURES = "figures"
ANALYSIS = Kind("analysis", frozenset({"analysis_of", "year"}))


def analyse(folder: Path, year: str | None = None, output: Path | None = None) -> Path:
    """Analyse the study in a folder.

    Args:
        folder: that `caresim sweep` wrote.
        year: financial year that is looked at, such as 2029/30; that of the goal, or the last one, if left out.
        output: where page, tables and pictures go; a folder in that of the study if left out.

    Returns:
        The page.

    Raises:
        ScenarioError: there is no study, nothing of it is finished, or the folder for the page has other things in it.
    """
    data = prepare(read_study(folder), year)
    output = real(output or folder / FOLDER)
    check_replaceable(output, ANALYSIS)
    top = [part for part in (data.study.description, opening(data)) if part]
    again = shlex.quote(f"{real(folder)}_again")
    command = f"caresim sweep {shlex.quote(str(folder / STUDY))} --output {again}\ncaresim analyse {again}"
    if year:
        command += f" --year {year}"
    study = (folder / STUDY).read_text(encoding="utf-8")
    with replaced(output, ANALYSIS, {"analysis_of": data.study.name, "year": data.values.year}) as new:
        write_page(new / PAGE, data.study.name, top, sections_of(data, new / PICTURES), command, study)
    return output / PAGE


def sections_of(data: Prepared, pictures: Path) -> list[Section]:
    """Parts of the page, in order."""
    with warnings.catch_warnings():
        # SALib divides by the variance of resamples, which of a few runs may be nothing.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="SALib")
        made = [overview(data)]
        if data.axes:
            made.append(by_design(data, pictures))
        made += [part for part in (goal_section(data, pictures), information_section(data, pictures)) if part]
    return made


def opening(data: Prepared) -> str:
    """When and under which law: what stands above all results."""
    window = data.study.base.window
    return (
        f"England, {month_name(window.start)} to {month_name(window.end)}; outcomes are those of the financial year "
        f"{data.values.year}. Baseline: {data.study.base.baseline} law."
    )
