"""A study in a line, and what is allowed in one but probably not meant."""

from __future__ import annotations

from sim.experiments.axes import axes_of
from sim.experiments.designs import points_of, size_of
from sim.experiments.schema import LATIN_HYPERCUBE, MORRIS, POINTS, SOBOL, Study
from sim.experiments.screening import FEWEST_TRAJECTORIES
from sim.experiments.sensitivity import FEWEST_BLOCKS
from sim.experiments.specification import number_of_runs
from sim.experiments.surrogate import FEWEST_POINTS
from sim.problems import ScenarioError
from sim.units import month_name

VACANCIES = ("vacancy_rate", "vacancies")
BESIDE_VACANCIES = ("filled_posts", "unmet_share")
"""What has to stand beside vacancies, which also fall where posts are no longer sought."""


def summary(study: Study) -> str:
    """Design, axes and number of runs in a few words."""
    axes = axes_of(study)
    each = f"{study.draws} draws" if study.draws else f"{study.replicates} replicate{'s'[: study.replicates != 1]}"
    over = f"{len(axes)} axes" if len(axes) != 1 else axes[0].name
    words = [
        f"study: {study.design.kind.replace('_', ' ')} of {size_of(study):,} points over {over}",
        each if study.until is None else f"{each}, at most {study.until.at_most}",
        _runs(study),
    ]
    return "; ".join(words)


def _runs(study: Study) -> str:
    try:
        number = number_of_runs(study, points_of(study), study.repeats if study.until is None else study.until.at_most)
    except ScenarioError as problem:
        return str(problem)
    most = "at most " if study.has_reference or study.until is not None else ""
    return f"{most}{number:,} runs{' with references' if study.has_reference else ''}"


def remarks(study: Study) -> list[str]:
    """What is allowed but probably not meant."""
    window = study.base.window
    found = [
        f"{entry.name} starts in {entry.body.value['from'].value}, after the window (to {month_name(window.end)})"
        for entry in study.parts.entries
        if isinstance(entry.body.value, dict) and _starts_after(entry.body.value.get("from"), window.end)
    ]
    found += _too_few(study)
    if not axes_of(study):
        found.append("nothing varies: `caresim compare` sets scenarios beside each other, with a report")
    found += [remark for name, scenario in study.packages.items() for remark in _of_package(name, scenario.remarks())]
    names = {indicator for outcome in study.measured for indicator in outcome.indicators}
    if names & set(VACANCIES) and not names & set(BESIDE_VACANCIES):
        found.append("vacancies also fall where posts are no longer sought: look at filled_posts and unmet_share, too")
    goal = study.goal
    if goal is not None and set(goal.minimise) & set(VACANCIES) and not (goal.maximise or goal.conditions):
        found.append("a goal of few vacancies alone is met by posts that are no longer sought")
    return found


def _too_few(study: Study) -> list[str]:
    """Whether `caresim analyse` will have too little to say what outcomes depend on."""
    design = study.design
    analysed = {
        LATIN_HYPERCUBE: (design.number, "points", FEWEST_POINTS),
        POINTS: (size_of(study) if design.kind == POINTS else 0, "points", FEWEST_POINTS),
        SOBOL: (design.number, "base points", FEWEST_BLOCKS),
        MORRIS: (design.trajectories, "trajectories", FEWEST_TRAJECTORIES),
    }
    if design.kind not in analysed or not axes_of(study):
        return []
    number, what, fewest = analysed[design.kind]
    if number >= fewest:
        return []
    return [f"from {number} {what} `caresim analyse` cannot tell what outcomes depend on: it takes {fewest} or more"]


def _of_package(name: str, said: list[str]) -> list[str]:
    return [f"{name}: {remark}" for remark in said]


def _starts_after(node: object, end: int) -> bool:
    value = getattr(node, "value", None)
    return isinstance(value, str) and value > month_name(end)
