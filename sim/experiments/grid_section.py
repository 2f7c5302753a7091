"""What a grid of few points shows, point by point: a part of the page of an analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.experiments import pictures
from sim.experiments.axes import Axis
from sim.experiments.outcomes import Outcome
from sim.experiments.pictures import Course, Picture, Words
from sim.experiments.prepared import Prepared
from sim.experiments.section import Section, Shelf, source
from sim.experiments.wording import capital, figure
from sim.intervals import Interval, interval

MOST_POINTS = 60
"""Points that are shown one by one."""
PLANE = 2
"""Axes that a picture can show."""
METHOD = "Every combination of the listed values was run. Means are over {repeats}, with ranges that hold 90% {of}."
OVER_DRAWS = "of what another draw would show"
OVER_LUCK = "for the mean over luck; effects are named only where this holds of all points looked at (Bonferroni)"
SWITCHED = ": there or not"
"""Ends the labels of levers that are in force or not."""


def is_small_grid(data: Prepared) -> bool:
    """Whether points can be shown one by one."""
    return len(data.points) <= MOST_POINTS


def grid_section(data: Prepared, folder: Path) -> Section:
    """Points one by one, with pictures where one or two axes vary, and what two of them do together."""
    findings, drawn = [], []
    for name, outcome in data.outcomes.items():
        findings += _strongest(data, name, outcome)
        findings += _together(data, name, outcome)
        if len(data.axes) <= PLANE:
            drawn.append(_picture(data, name, outcome, folder))
    text = METHOD.format(repeats=data.repeats, of=OVER_DRAWS if data.drawn else OVER_LUCK)
    return Section("grid", "What each point shows", tuple(findings), (text,), tuple(drawn), (_table(data),))


def _known(data: Prepared, name: str, point: int, choices: int = 1) -> Interval | None:
    """Mean and range of an outcome at a point, undivided; None if nothing of it is finished."""
    values = data.values.of(name)[point]
    values = values[np.isfinite(values)]
    return interval(values, data.drawn, choices) if values.size else None


def _said(found: Interval, outcome: Outcome, signed: bool) -> str:
    low, high = (figure(value / outcome.per, signed=signed) for value in (found.low, found.high))
    return f"{figure(found.mean / outcome.per, signed=signed)} ({low} to {high})"


def _largest(data: Prepared, name: str) -> tuple[int, Interval] | None:
    """Point at which an outcome changes most on average, and the change, undivided; None if it changes nowhere."""
    if not data.values.changes:
        return None
    at = {point: _known(data, name, point, choices=len(data.points)) for point in range(len(data.points))}
    known = {point: found for point, found in at.items() if found is not None and found.mean != 0.0}
    return max(known.items(), key=lambda one: abs(one[1].mean)) if known else None


def _strongest(data: Prepared, name: str, outcome: Outcome) -> list[str]:
    """The largest change on average: over draws, with how many agree; over luck, only if it is clear of nothing."""
    largest = _largest(data, name)
    if largest is None:
        return []
    point, change = largest
    head = f"The largest change of {outcome.label} is where {_where(data, point)}: "
    unit = data.unit(outcome.name)
    if data.drawn:
        agree = int(np.sum(np.sign(data.values.of(name)[point]) == np.sign(change.mean)))
        mean = figure(change.mean / outcome.per, signed=True)
        return [f"{head}{mean} {unit} on average, with this sign in {agree} of {change.runs} draws."]
    if not change.clear:
        return [f"No point changes {outcome.label} clearly."]
    return [f"{head}{_said(change, outcome, signed=True)} {unit}."]


def _headline(data: Prepared, name: str, outcome: Outcome, across: Axis) -> str:
    """Title of a picture."""
    largest = _largest(data, name)
    if largest is None or not (data.drawn or largest[1].clear):
        return f"{capital(data.told(name))} over {_axis(data, across.name)}"
    most = figure(largest[1].mean / outcome.per, signed=True)
    return f"{capital(outcome.label)}: up to {most} {data.unit(outcome.name)} on average"


def _axis(data: Prepared, name: str) -> str:
    """An axis in words."""
    return data.labels[name].removesuffix(SWITCHED)


def _where(data: Prepared, point: int) -> str:
    """Values of a point in words."""
    return " and ".join(
        f"{_axis(data, axis.name)} is {_word(data.points[axis.name].iloc[point])}" for axis in data.axes
    )


def _word(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "in force" if value else "not in force"
    return figure(float(value)) if isinstance(value, (int, float, np.number)) else str(value).replace("_", " ")


def _together(data: Prepared, name: str, outcome: Outcome) -> list[str]:
    """What two axes at their far ends do together, against the sum of what each does alone."""
    if len(data.axes) != PLANE or not data.values.changes:
        return []
    first, second = (_levels(data, axis) for axis in data.axes)
    if min(len(first), len(second)) < PLANE:
        return []
    corners = [_place(data, (one, other)) for one in (first[0], first[-1]) for other in (second[0], second[-1])]
    if None in corners:
        return []
    neither, of_second, of_first, both = (data.values.of(name)[corner] for corner in corners)
    beyond = both - of_first - of_second + neither
    found = interval(beyond[np.isfinite(beyond)], data.drawn) if np.isfinite(beyond).any() else None
    if found is None or not found.clear:
        return []
    sum_of_both = float(np.nanmean(of_first + of_second - 2 * neither))
    more = "more" if found.mean * sum_of_both > 0 else "less"
    said = f"{_said(found, outcome, signed=True)} {data.unit(outcome.name)}"
    return [
        f"For {outcome.label}, both at their far ends do {more} than the sum of each alone: the difference is {said}."
    ]


def _levels(data: Prepared, axis: Axis) -> list[Any]:
    """Values of an axis in the design, in its order."""
    values = list(dict.fromkeys(data.points[axis.name]))
    return values if axis.values is not None else sorted(values)


def _place(data: Prepared, values: tuple[Any, ...]) -> int | None:
    """Number of the point with these values."""
    rows = np.flatnonzero(
        np.all([data.points[one.name] == value for one, value in zip(data.axes, values, strict=True)], 0)
    )
    return int(rows[0]) if rows.size else None


# -- pictures and table


def _picture(data: Prepared, name: str, outcome: Outcome, folder: Path) -> Picture:
    """Lines over the axis with more values, one for each value of the other."""
    across, *others = sorted(data.axes, key=lambda axis: -len(_levels(data, axis)))
    places = _levels(data, across)
    lines = _levels(data, others[0]) if others else [None]
    courses = []
    for line in lines:
        points = [
            _point_at(data, {across.name: place, **({others[0].name: line} if others else {})}) for place in places
        ]
        found = [_known(data, name, point) if point is not None else None for point in points]
        label = f"{_axis(data, others[0].name)}: {_word(line)}" if others else ""
        courses.append(Course(label, _divided(found, outcome)))
    title = _headline(data, name, outcome, across)
    kind = f"{capital(data.told(name))}, {data.unit(outcome.name)}; bars are ranges of 90%"
    words = Words(title, kind, source(data))
    axis = capital(_axis(data, across.name)) + (f", {across.unit}" if across.unit else "")
    return pictures.courses(folder, f"grid_{name}", words, [_word(place) for place in places], courses, axis)


def _point_at(data: Prepared, values: dict[str, Any]) -> int | None:
    return _place(data, tuple(values[axis.name] for axis in data.axes))


def _divided(found: list[Interval | None], outcome: Outcome) -> Floats:
    """[place, 3] mean, low and high in the outcome's unit; nan where nothing is known."""
    unknown = (np.nan,) * 3
    rows = [(one.mean, one.low, one.high) if one is not None else unknown for one in found]
    return np.array(rows, dtype=np.float64) / outcome.per


def _table(data: Prepared) -> Shelf:
    rows, records = [], []
    for point in range(len(data.points)):
        values = [data.points[axis.name].iloc[point] for axis in data.axes]
        shown, record = [_word(value) for value in values], list(values)
        for name, outcome in data.outcomes.items():
            found = _known(data, name, point)
            shown.append("not finished" if found is None else _said(found, outcome, signed=bool(data.values.changes)))
            record += [np.nan] * 3 if found is None else [found.mean, found.low, found.high]
        rows.append(tuple(shown))
        records.append(record)
    parts = [f"{name}{end}" for name in data.outcomes for end in ("", "_low", "_high")]
    frame = pd.DataFrame(records, columns=[*data.names, *parts])
    heads = [f"{capital(outcome.label)}, {data.unit(outcome.name)}" for outcome in data.outcomes.values()]
    header = (*(capital(_axis(data, name)) for name in data.names), *heads)
    what = "Changes" if data.values.changes else "Levels"
    return Shelf("grid", f"{what} at every point, mean and range, {data.values.year}", header, rows, frame)
