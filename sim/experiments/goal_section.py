"""Where the goal of a study is met and where not, and under which conditions: a part of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.experiments import pictures
from sim.experiments.discovery import Box, cart, condition, enough, in_words, prim
from sim.experiments.goals import CHANGE, RELATIVE, Demand, demands, met_on_average, share_met, slacks
from sim.experiments.outcomes import PERCENT
from sim.experiments.pictures import Edges, Picture, Words
from sim.experiments.prepared import Prepared
from sim.experiments.prim import Flags, Limit, orders
from sim.experiments.section import Section, Shelf, source
from sim.experiments.sensitivity import regional
from sim.experiments.wording import capital, figure, share_told

ROWS = 15
"""Of a table."""
SURE = 0.001
"""Chances below which are told as that."""
SHARE = (
    "{met:,} of {number:,} points meet it ({share}). That share depends on how the design fills the space, and is "
    "no probability."
)
COLUMNS = (
    "method", "box", "axis", "low", "high", "among", "quasi_p", "found_again", "density", "coverage",
    "density_left_out",
)  # fmt: skip
"""Of the table of boxes."""
PAST = {"misses": "missed", "meets": "met"}
DIGITS_ASKED = 10
"""Told of a limit: all that a study gives it."""


def demand_told(data: Prepared, demand: Demand) -> str:
    """A demand of the goal in words."""
    outcome = data.outcomes[demand.outcome]
    word = "at most" if demand.at_most else "at least"
    if demand.kind == RELATIVE:
        return f"{outcome.label} changes by {word} {_asked(demand.limit / PERCENT, signed=True)}% of its level"
    verb, unit = ("changes by", outcome.unit_of_change) if demand.kind == CHANGE else ("is", outcome.unit)
    return f"{outcome.label} {verb} {word} {_asked(demand.limit / outcome.per, signed=demand.kind == CHANGE)} {unit}"


def _asked(limit: float, *, signed: bool) -> str:
    """A limit with the digits that a study gives it; what dividing adds lies beyond them."""
    return figure(limit, digits=DIGITS_ASKED, signed=signed)


def goal_section(data: Prepared, folder: Path) -> Section | None:
    """Where the goal is met and where not; None without a goal that has conditions."""
    goal = data.study.goal
    asked = demands(goal) if goal else []
    if not asked:
        return None
    slack = slacks(asked, data.values)
    known = np.flatnonzero(np.asarray(np.isfinite(slack).all(axis=0)).any(axis=1))
    met, points = met_on_average(slack)[known], data.points.iloc[known].reset_index(drop=True)
    told = "; ".join(demand_told(data, one) for one in asked)
    text = [
        f"The goal, in {data.values.year}: {told}. A point meets it if the means over its runs do.",
        SHARE.format(met=met.sum(), number=len(met), share=share_told(met.mean())),
    ]
    findings = [f"{capital(share_told(met.mean()))} of the points of the design meet the goal."]
    shelves, drawn = [_demands(data, asked, slack[:, known])], []
    if enough(met):
        found, words, picture = _discovered(data, points, met, folder)
        findings += words[:1]
        text += words or ["No conditions were found that hold up among points left out of the search."]
        drawn += picture
        shelves += [_regional(data, data.quantiles[known], met), found]
    else:
        text.append("Nearly all points meet it, or nearly none: there is nothing to tell apart.")
    return Section(
        "goal", "Where the goal is met and where not", tuple(findings), tuple(text), tuple(drawn), tuple(shelves)
    )


def _demands(data: Prepared, asked: list[Demand], slack: Floats) -> Shelf:
    """How often each demand is met, by point on average and by run; `slack` is of points that have runs alone."""
    rows, records = [], []
    for place, demand in enumerate(asked):
        on_average, by_run = met_on_average(slack[[place]]), share_met(slack[[place]])
        shares = (share_told(float(share)) for share in (on_average.mean(), np.nanmean(by_run)))
        rows.append((capital(demand_told(data, demand)), *shares))
        records.append((*demand, on_average.mean(), np.nanmean(by_run)))
    frame = pd.DataFrame(records, columns=[*Demand._fields, "points", "runs"])
    header = ("Condition", "Points that meet it on average", "Runs that meet it")
    return Shelf("conditions", "How often each condition of the goal is met", header, rows, frame)


def _regional(data: Prepared, quantiles: Floats, met: Flags) -> Shelf:
    """What sets points that meet the goal apart."""
    found = regional(data.names, quantiles, met)
    rows = [
        (
            capital(data.labels[one.axis]),
            f"{one.distance:.2f}",
            chance_told(one.chance),
        )
        for one in found[:ROWS]
    ]
    header = ("Axis", "Largest gap between distributions (0 to 1)", "Chance of it if the axis did not matter")
    caption = "Regional sensitivity: how differently axes lie where the goal is met (Kolmogorov and Smirnov)"
    return Shelf("regional", caption, header, rows, pd.DataFrame(found, columns=["axis", "distance", "chance"]))


def chance_told(chance: float) -> str:
    """A chance, as a table has it."""
    return f"below {SURE}" if chance < SURE else f"{chance:.3f}"


# -- boxes


def _discovered(
    data: Prepared, points: pd.DataFrame, met: Flags, folder: Path
) -> tuple[Shelf, list[str], list[Picture]]:
    """Conditions under which the goal is missed, or met where that is rarer, by both methods."""
    interest, does, others = (~met, "misses the goal", "meets it")
    if interest.mean() > 0.5:
        interest, does, others = (met, "meets the goal", "misses it")
    by_method = {"PRIM": prim(points, interest), "CART": cart(points, interest)}
    said, rows, records = [], [], []
    for method, boxes in by_method.items():
        for number, box in enumerate(boxes, start=1):
            later = method == "PRIM" and number > 1
            sentence = in_words(box, does, data.labels, data.units, "points", later=later)
            said.append(f"{method}: {sentence}")
            rows += _rows(data, f"{method} {number}", box)
            records += _records(method, number, box)
    header = ("Box", "Condition", "Quasi-p value", "Found again in resamples")
    caption = f"Conditions of boxes in which the goal is {PAST[does.split()[0]]}"
    shelf = Shelf("boxes", caption, header, rows, pd.DataFrame(records, columns=COLUMNS))
    boxes = by_method["PRIM"]
    drawn = []
    if boxes and points.shape[1] > 1:
        drawn = [_box_picture(data, points, interest, boxes[0], (does, others), folder)]
    return shelf, said, drawn


def _rows(data: Prepared, name: str, box: Box) -> list[tuple[str, ...]]:
    return [
        (name, capital(condition(one.limit, data.labels[one.axis], data.units[one.axis])),
         chance_told(one.chance), f"{one.again:.0%}")
        for one in box.restrictions
    ]  # fmt: skip


def _records(method: str, number: int, box: Box) -> list[tuple[Any, ...]]:
    return [
        (method, number, one.axis, one.limit.low, one.limit.high, " ".join(sorted(map(str, one.limit.among or ()))),
         one.chance, one.again, box.density, box.coverage, box.density_left_out)
        for one in box.restrictions
    ]  # fmt: skip


def _box_picture(
    data: Prepared, points: pd.DataFrame, interest: Flags, box: Box, does: tuple[str, str], folder: Path
) -> Picture:
    """The box over the two axes that it restricts most surely."""
    limits = {one.axis: one.limit for one in sorted(box.restrictions, key=lambda one: one.chance)}
    names = [*limits, *(name for name in data.names if name not in limits)][:2]
    across, up = ((data.labels[name], _numbers(data, points, name)) for name in names)
    ends = [_edges(data, points, name, limits.get(name, Limit())) for name in names]
    title = f"The goal is {PAST[does[0].split()[0]]} in {box.density:.0%} of the points in the box"
    subtitle = (
        f"Points of the design over two of {len(data.axes)} axes; the box holds {box.coverage:.0%} of those that count"
    )
    words = Words(title, subtitle, source(data))
    said = (f"filled: {does[0]}", f"hollow: {does[1]}")
    return pictures.box(folder, "box", words, across, up, interest, Edges(*ends[0], *ends[1]), said)


def _numbers(data: Prepared, points: pd.DataFrame, name: str) -> Floats:
    """[point] values of an axis; where they are no numbers, their place in the list, spread out to be seen."""
    if orders(points[name]):
        return np.asarray(points[name], dtype=np.float64)
    values = _listed(data, name)
    places = np.array([values.index(value) for value in points[name].tolist()], dtype=np.float64)
    return np.asarray(places + np.random.default_rng(1).uniform(-0.3, 0.3, len(places)))


def _listed(data: Prepared, name: str) -> list[Any]:
    values = {axis.name: axis.values for axis in data.axes}
    return list(values[name] or ())


def _edges(data: Prepared, points: pd.DataFrame, name: str, limit: Limit) -> tuple[float, float]:
    if orders(points[name]) or limit.among is None:
        return limit.low, limit.high
    places = [place for place, value in enumerate(_listed(data, name)) if value in limit.among]
    return min(places) - 0.5, max(places) + 0.5
