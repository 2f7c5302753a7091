"""What a model fitted up to 2021/22 says of the years after, beside what was published and beside simple rivals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats, quantile_of, uncertain
from sim.calibration.runs import Job, measured_to
from sim.calibration.targets import LAST_FITTED, LEVEL, Target, observe, read_targets, targets
from sim.parameters import Parameter, parameter_table
from sim.problems import SHOWN_CHARACTERS, Problem, ScenarioError, nearest_name
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, parse_month

LAST = parse_month("2025-03")
DRAWN = ("vacancy_rate", "turnover_all")
"""National series kept month by month for the picture."""
TAILS = (0.05, 0.95)
PENALTY = 2.0 / (1.0 - (TAILS[1] - TAILS[0]))
"""What a figure outside a 90% interval costs, times how far outside it lies (Gneiting and Raftery 2007)."""
SLACK = 1e-5
"""Six digits are written of a value, so that one at an end of its range may seem to lie so much of it beyond."""
FEWEST = 4
"""Published years that a rival needs in order to learn a trend or a return to the mean."""


@cache
def later_figures() -> tuple[Target, ...]:
    """Published figures of 2022/23 to 2024/25; ValueError if one is not later than the years that are fitted."""
    found = read_targets(PACKAGE / "data" / "later_years.csv")
    early = [figure for figure in found if not LAST_FITTED < figure.month <= LAST]
    if early:
        message = f"later_years.csv: {early[0].name} in {early[0].when} is not later than the years that are fitted"
        raise ValueError(message)
    return found


def draws(file: Path) -> list[Job]:
    """Draws of the posterior as runs without scale and seed; ScenarioError for a file that holds something else."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            first, *names = next(reader, [""])
            if first != "draw":
                raise _no_draws(file, 1, "first column", repr(first[:SHOWN_CHARACTERS]), "draw")
            _check_names(file, names)
            rows = [(reader.line_num, row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise _no_draws(file, 0, "file", str(problem), "a table of draws in CSV") from None
    if not rows:
        raise _no_draws(file, 1, "file", "no draws below its first line", "a line for each draw")
    return [Job(tuple(names), _quantiles(file, line, row, names), 0.0, 0) for line, row in rows]


def _no_draws(file: Path, line: int, field: str, found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(str(file), line, field[:SHOWN_CHARACTERS], found, expected)])


def _check_names(file: Path, names: Sequence[str]) -> None:
    """Every parameter with a range has a column, and nothing else has."""
    for name in names:
        if name not in uncertain():
            near = nearest_name(name, uncertain()) or uncertain()[0]
            raise _no_draws(file, 1, name or "a column", "no parameter with a range", f"such as {near}")
    for name in uncertain():
        if names.count(name) != 1:
            raise _no_draws(file, 1, name, f"{names.count(name)} columns", "one for every parameter with a range")


def _quantiles(file: Path, line: int, row: Sequence[str], names: Sequence[str]) -> tuple[float, ...]:
    """Quantiles of the priors at which the values of a line lie."""
    if len(row) != len(names) + 1:
        raise _no_draws(file, line, "line", f"{len(row)} values", f"{len(names) + 1}, as the first line has")
    known = parameter_table()
    return tuple(_quantile(file, line, text, known[name]) for name, text in zip(names, row[1:], strict=True))


def _quantile(file: Path, line: int, text: str, of: Parameter) -> float:
    """Quantile of the prior at which a value lies."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    slack = SLACK * max(abs(of.low), abs(of.high))
    if not of.low - slack <= value <= of.high + slack:
        expected = f"a number from {of.low:g} to {of.high:g}"
        raise _no_draws(file, line, of.parameter, repr(text[:SHOWN_CHARACTERS]), expected)
    return min(1.0, max(0.0, quantile_of(of.parameter, value)))


def run_on(job: Job) -> Floats:
    """[figure, then month by month the series that are drawn] what a draw shows up to March 2025."""
    measured = measured_to(job, LAST)
    return np.concatenate([observe(measured, later_figures()), *(measured.of(name) for name in DRAWN)])


def values_shown() -> int:
    """How many numbers `run_on` gives."""
    return len(later_figures()) + len(DRAWN) * (LAST + 1)


class Later(NamedTuple):
    """What draws show of later years."""

    figures: tuple[Target, ...]
    shown: Floats
    """[draw, figure]"""
    monthly: dict[str, Floats]
    """[draw, month] of the series that are drawn."""

    @property
    def middle(self) -> Floats:
        """[figure] mean of the draws."""
        return np.asarray(np.nanmean(self.shown, axis=0))

    def interval(self, seed: int = 1) -> tuple[Floats, Floats]:
        """[figure] ends of 90% intervals for what is published: of the draws, with the figures' own errors added."""
        error = np.array([np.hypot(figure.tolerance, figure.shared) for figure in self.figures])
        told = self.shown + error * np.random.default_rng(seed).standard_normal(self.shown.shape)
        low, high = np.nanquantile(told, TAILS, axis=0)
        return np.asarray(low), np.asarray(high)

    def interval_score(self) -> Floats:
        """[figure] width of the interval, and a penalty for how far outside it the published figure lies."""
        low, high = self.interval()
        told = np.array([figure.value for figure in self.figures])
        outside = np.maximum(low - told, 0.0) + np.maximum(told - high, 0.0)
        return np.asarray(high - low + PENALTY * outside)


def later(shows: Floats) -> Later:
    """Runs taken apart."""
    number = len(later_figures())
    months = LAST + 1
    series = {name: shows[:, number + at * months : number + (at + 1) * months] for at, name in enumerate(DRAWN)}
    return Later(later_figures(), shows[:, :number], series)


# -- rivals


def past_of(figure: Target) -> tuple[Floats, Floats]:
    """Months and values published of a figure's series up to 2021/22."""
    same = sorted((one for one in targets() if one.series == figure.series), key=lambda one: one.month)
    return np.array([float(one.month) for one in same]), np.array([one.value for one in same])


def last_value(months: Floats, values: Floats, at: float) -> float:
    """The last figure known."""
    return float(values[-1])


def trend(months: Floats, values: Floats, at: float) -> float:
    """A straight line through the figures known."""
    slope, level = np.polyfit(months, values, 1)
    return float(level + slope * at)


def mean_reversion(months: Floats, values: Floats, at: float) -> float:
    """A return to the mean of the figures known, at the speed seen in them."""
    apart = values - values.mean()
    kept = float(np.clip((apart[1:] * apart[:-1]).sum() / np.square(apart[:-1]).sum(), 0.0, 1.0))
    return float(values.mean() + kept ** ((at - months[-1]) / MONTHS_PER_YEAR) * apart[-1])


RIVALS = {"last value": last_value, "trend": trend, "return to the mean": mean_reversion}


def compared(found: Later) -> list[int]:
    """Places of figures that rivals can be set beside: levels with enough published years."""
    return [
        place
        for place, figure in enumerate(found.figures)
        if figure.kind == LEVEL and past_of(figure)[0].size >= FEWEST
    ]


def errors(found: Later, indicator: str) -> dict[str, float]:
    """Root mean squared error of the model and of each rival over the national figures of an indicator."""
    places = [place for place in compared(found) if found.figures[place].indicator == indicator]
    told = np.array([found.figures[place].value for place in places])
    missed = {"model": found.middle[places] - told}
    for name, rule in RIVALS.items():
        said = np.array([rule(*past_of(found.figures[place]), float(found.figures[place].month)) for place in places])
        missed[name] = said - told
    return {name: float(np.sqrt(np.square(apart).mean())) for name, apart in missed.items()}


def indicators_compared(found: Later) -> Sequence[str]:
    """National indicators that rivals can be set beside."""
    return tuple(dict.fromkeys(found.figures[place].indicator for place in compared(found)))
