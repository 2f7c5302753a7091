"""What knowing more would be worth to the choice between packages: a part of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.experiments import pictures
from sim.experiments.discovery import value_told
from sim.experiments.goals import demands, objectives, slacks
from sim.experiments.information import FEWEST_DRAWS, Information, Worth, information
from sim.experiments.pictures import Bar, Words
from sim.experiments.prepared import Prepared
from sim.experiments.robust import benefit
from sim.experiments.section import Section, Shelf, source
from sim.experiments.wording import capital, figure
from sim.parameters import parameter_table, uncertain
from sim.settings import setting

ROWS = 15
"""Of a table."""
TITLE = "What knowing more would be worth"
METHOD = (
    "The package that is best on average is recommended: with conditions, the one that most often meets them all (of "
    "equals the one with the lower first objective), else the one with the best first objective. Expected value of "
    "partial perfect information (Strong, Oakley and Brennan 2014): what would be gained on average if one parameter "
    "were known before choosing. It is above nothing even for a parameter that does not matter, since curves follow "
    "luck; \u201cluck shows\u201d is the {coverage} point of what draws shuffled at random give for it. The largest of "
    "{number} parameters that do not matter would show up to {of_all}: only what is worth more is clear of luck. Where "
    "packages are nearly equal on average and draws are few, worths are told too low, since the one that happens to "
    "lead is taken as known and curves are drawn flat; intervals, of resampled draws, hold the truth less often than "
    "{coverage}. What knowing it would cost is no part of it."
)
NOT_CROSSED = (
    "Not told: each package has to be run under the same settings of what is uncertain, as in a grid, or with draws of "
    "the parameters in place of replicates."
)
HEADER = (
    "Rank", "Parameter", "Evidence", "Worth of knowing it", "Luck shows", "Recommendation changes", "Luck shows",
    "Clear of luck",
)  # fmt: skip


class Crossed(NamedTuple):
    """Packages, each under the same draws of what is uncertain."""

    benefits: Floats
    """[draw, package]"""
    parameters: Floats
    """[draw, parameter]"""
    names: list[str]
    packages: list[str]
    """In words."""
    what: str
    """What the benefit is: an outcome, or the chance to meet the goal."""


def information_section(data: Prepared, folder: Path) -> Section | None:
    """What knowing parameters would be worth; None where no goal is set or nothing is chosen."""
    goal = data.study.goal
    if goal is None or not data.packages or not (goal.conditions or goal.minimise or goal.maximise):
        return None
    found = crossed(data)
    if found is None:
        return Section("information", TITLE, (), (NOT_CROSSED,))
    known = information(found.benefits, found.parameters, found.names)
    if known is None:
        draws, packages = found.benefits.shape
        text = (
            f"Not told: it takes {FEWEST_DRAWS} draws of what is uncertain or more, and two packages or more; there "
            f"are {draws} and {packages}."
        )
        return Section("information", TITLE, (), (text,))
    return _told(data, known, found, folder)


def crossed(data: Prepared) -> Crossed | None:
    """Packages under the same draws; None where some package lacks a setting of what is uncertain."""
    goal = data.study.goal
    uncertain_axes = [name for name in data.names if name not in data.packages]
    package, state = _number(data.points, data.packages), _number(data.points, uncertain_axes)
    packages, states = int(package.max()) + 1, int(state.max()) + 1
    # Points that are equal, as where a hypercube takes listed values, have the same runs: the first stands for all.
    known, order = np.unique(package * states + state, return_index=True)
    if goal is None or len(known) != packages * states:
        return None

    def square(values: Floats) -> Floats:
        """[package, draw] from [point, replicate]: replicates are draws, or averaged over."""
        by_state = values[order].reshape(packages, states, -1)
        return by_state.reshape(packages, -1) if data.drawn else by_state.mean(axis=2)

    asked = demands(goal)
    losses = {name: square(one) for name, one in objectives(goal, data.values).items()}
    losses = losses or {asked[0].outcome: square(data.values.of(asked[0].outcome))}
    slack = np.array([square(one) for one in slacks(asked, data.values)]).reshape(len(asked), packages, -1)
    benefits, what = benefit(losses, slack)
    of_state = data.quantiles[order][:states][:, [data.names.index(name) for name in uncertain_axes]]
    parameters, names = _parameters(data, of_state, uncertain_axes)
    whole = np.isfinite(benefits).all(axis=1)
    labels = [_package(data, row) for _, row in data.points.iloc[order[::states]].iterrows()]
    return Crossed(benefits[whole], parameters[whole], names, labels, what)


def _number(points: pd.DataFrame, axes: list[str]) -> np.ndarray:
    """[point] number of its values of some axes, counted in the order in which they come first."""
    if not axes:
        return np.zeros(len(points), dtype=np.int64)
    return np.asarray(points.groupby(axes, sort=False, dropna=False).ngroup())


def _parameters(data: Prepared, of_state: Floats, axes: list[str]) -> tuple[Floats, list[str]]:
    """[draw, parameter] quantiles of axes and, where replicates have draws, values of all parameters."""
    from sim.drawn import behaviour_of

    if not data.drawn:
        return of_state, axes
    drawn = np.array([[getattr(behaviour_of(one), name) for name in uncertain()] for one in data.values.replicates])
    states, replicates = len(of_state), len(drawn)
    return np.hstack([np.repeat(of_state, replicates, axis=0), np.tile(drawn, (states, 1))]), [*axes, *uncertain()]


def _package(data: Prepared, row: pd.Series[Any]) -> str:
    return ", ".join(f"{data.labels[name]} {value_told(row[name], data.units[name])}" for name in data.packages)


# -- as it is told


def _told(data: Prepared, known: Information, found: Crossed, folder: Path) -> Section:
    chance = found.what not in data.outcomes
    per = 0.01 if chance else data.outcomes[found.what].per
    unit = "points of the chance to meet the goal" if chance else data.outcomes[found.what].unit_of_change
    clear = [one for one in known.worths if one.clear]
    best = f"Recommended on average: {found.packages[known.recommended]}."
    limit = (
        f"Knowing everything, luck of runs included, would be worth {figure(known.perfect / per)} {unit} "
        f"({figure(known.perfect_low / per)} to {figure(known.perfect_high / per)}); no research can be worth more."
    )
    title = "No single parameter is clearly worth knowing"
    if clear:
        title = capital(f"knowing \u201c{_label(data, clear[0].parameter)}\u201d would be worth most")
    draws = len(found.benefits)
    subtitle = f"Expected value of knowing one parameter, {unit}, over {draws} draws and {len(found.packages)} packages"
    rows = [Bar(_label(data, one.parameter), *_scaled(one, per), one.by_luck / per) for one in known.worths]
    words = Words(title, subtitle, source(data))
    drawn = (pictures.bars(folder, "information", words, rows, unit, "what luck shows"),) if rows else ()
    of_all = figure(known.worths[0].luck_of_all / per)
    method = METHOD.format(coverage=f"{setting('interval'):.0%}", number=len(known.worths), of_all=of_all)
    text = (method, f"{best} {limit}")
    return Section("information", TITLE, (f"{title}.",), text, drawn, (_table(data, known, per, unit, draws),))


def _scaled(one: Worth, per: float) -> tuple[float, float, float]:
    return one.value / per, one.low / per, one.high / per


def _table(data: Prepared, known: Information, per: float, unit: str, draws: int) -> Shelf:
    rows = []
    for rank, one in enumerate(known.worths[:ROWS], start=1):
        value, low, high = _scaled(one, per)
        worth, luck = f"{figure(value)} ({figure(low)} to {figure(high)})", figure(one.by_luck / per)
        changed = f"{one.changed:.0%} ({one.changed_low:.0%} to {one.changed_high:.0%})"
        clear = "yes" if one.clear else "no"
        label, grade = _label(data, one.parameter), _grade(one.parameter)
        rows.append((str(rank), label, grade, worth, luck, changed, f"{one.changed_by_luck:.0%}", clear))
    records = [(*one, one.clear, _grade(one.parameter)) for one in known.worths]
    frame = pd.DataFrame(records, columns=[*Worth._fields, "clear", "grade"])
    return Shelf("information", f"Research priorities: worth in {unit}, over {draws} draws", HEADER, rows, frame)


def _label(data: Prepared, name: str) -> str:
    return data.labels.get(name) or parameter_table()[name].meaning


def _grade(name: str) -> str:
    return parameter_table()[name].grade if name in parameter_table() else "not graded"
