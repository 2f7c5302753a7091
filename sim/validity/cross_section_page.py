"""Section on contrasts between groups of staff, places and employers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.calibration.targets import WITHIN
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.units import month_name
from sim.validity.cross_section import (
    DIFFERENCE,
    FITTED,
    OPEN,
    START,
    Contrast,
    Found,
    clear,
    contrasts,
    plain,
    run_contrasts,
)
from sim.validity.cross_section_ranks import rank_correlation
from sim.validity.report import Grid, Head, Picture, Piece, Points, Row, Section, Words
from sim.validity.study import Study

NAME, TITLE = "cross_section", "Who differs from whom"
DRAWS = 100
PERCENT = 100.0
FEWEST_RANKED = 5
"""Differences of a topic from which on a rank correlation is told."""
BLUE, ORANGE = PALETTE[0], PALETTE[1]
ROW_HEIGHT, LABELS = 0.21, 0.47
"""Inches for each line of the picture, and the part of its width that labels take."""

OPENING = """Contrasts between groups: how far one service, role, sector, region, age or kind of contract lies from
another in the same month. Levels are judged elsewhere on this page. {number} published contrasts of 2016/17 to 2024/25
(`sim/data/cross_section.csv`) are set beside {draws} draws, each run to March 2025 on {scale:g}% of England. Of
{fitted} both figures are among those fitted, {start} shaped the starting population, {open} were not used before. A
contrast is *met* if the mean of the draws lies within {within:.0f} tolerances of what is published, as in calibration;
tolerances come from the errors of the two figures and were set before the comparison was made."""

RANKS = """Direction counts differences larger than their tolerance, of which it is known who is ahead. Rank correlation
(Spearman's) is between published and modelled differences of one rate in a topic, and is told for five or more."""


def study() -> Study:
    """The study of contrasts."""
    return Study(NAME, len(contrasts()), DRAWS, run_contrasts, section, deciding())


def deciding() -> list[list[object]]:
    """What of the file decides what runs show."""
    return [[one.one, one.other, one.measure] for one in contrasts()]


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What draws show of the contrasts."""
    found = Found(contrasts(), shows)
    file = folder / "validation_cross_section.png"
    text = draw(found, file)
    number = {use: len(found.of(used=use)) for use in (FITTED, START, OPEN)}
    opening = OPENING.format(
        number=len(found.contrasts), draws=len(jobs), scale=PERCENT * jobs[0].scale, fitted=number[FITTED],
        start=number[START], open=number[OPEN], within=WITHIN,
    )  # fmt: skip
    missed = [_miss(found, place) for place in np.argsort(-np.abs(found.apart)) if not found.met[place]]
    pieces: tuple[Piece, ...] = (
        Words(opening),
        Picture(file, text),
        Words(RANKS),
        by_topic(found),
        Head("Contrasts that are not met"),
        Points(tuple(missed)) if missed else Words("None."),
        Head("Every contrast"),
        _every(found),
    )
    return Section(NAME, TITLE, verdict(found), pieces, tuple(_rows(found)))


def verdict(found: Found) -> str:
    """How many contrasts are met, and of how many the direction is right."""
    unused = found.of(used=OPEN)
    sure = clear(found, unused)
    right = int(found.same_sign[sure].sum())
    smaller = [place for place in unused if found.contrasts[place].measure == DIFFERENCE and place not in sure]
    turned = len(smaller) - int(found.same_sign[smaller].sum())
    return (
        f"{int(found.met.sum())} of {len(found.contrasts)} contrasts are met; of the {len(unused)} that were not used "
        f"before, {int(found.met[unused].sum())}. The group that is ahead is ahead in the model in {right} of "
        f"{len(sure)} unused differences that are larger than their tolerance; of {len(smaller)} smaller ones "
        f"{turned} turn round."
    )


def by_topic(found: Found) -> Grid:
    """Contrasts met, directions and ranks, topic by topic."""
    rows = []
    for topic in dict.fromkeys(one.topic for one in found.contrasts):
        places, unused = found.of(topic), found.of(topic, OPEN)
        sure = clear(found, places)
        rows.append(
            (
                topic, f"{int(found.met[places].sum())} of {len(places)}",
                f"{int(found.met[unused].sum())} of {len(unused)}" if unused else "",
                f"{int(found.same_sign[sure].sum())} of {len(sure)}" if sure else "",
                _ranked(found, places),
            )
        )  # fmt: skip
    headings = ("topic", "met", "met, not used before", "right direction", "rank correlation")
    return Grid("Contrasts by topic", headings, tuple(rows))


def _ranked(found: Found, places: list[int]) -> str:
    """Rank correlations of a topic, rate by rate."""
    rates: dict[str, list[int]] = {}
    for place in places:
        if found.contrasts[place].measure == DIFFERENCE:
            rates.setdefault(found.contrasts[place].one.indicator, []).append(place)
    told = [
        f"{plain(rate)} {rank_correlation(found.published[ranked], found.middle[ranked]):.2f}"
        for rate, ranked in rates.items()
        if len(ranked) >= FEWEST_RANKED
    ]
    return ", ".join(told)


def written(one: Contrast, value: float, sign: bool = True) -> str:
    """A value in the unit of its contrast."""
    if one.unit == "people":
        return f"{value:.0f}"
    if one.measure == DIFFERENCE:
        return f"{PERCENT * value:{'+' if sign else ''}.1f} points"
    return f"{PERCENT * value:.0f}%" if one.unit == "share" else f"{value:.3f}"


def _miss(found: Found, place: int) -> str:
    one = found.contrasts[place]
    return (
        f"{one.name}, {month_name(one.one.month)}: {written(one, float(found.middle[place]))} against "
        f"{written(one, one.value)} published ({found.apart[place]:+.1f} tolerances; {one.used})"
    )


def _every(found: Found) -> Grid:
    low, high = np.nanquantile(found.shows, TAILS, axis=0)
    rows = [
        (
            one.topic, one.name, month_name(one.one.month), written(one, one.value),
            written(one, float(found.middle[place])),
            f"{written(one, float(low[place]))} to {written(one, float(high[place]))}",
            f"{found.apart[place]:+.1f}", one.used,
        )
        for place, one in enumerate(found.contrasts)
    ]  # fmt: skip
    headings = ("topic", "contrast", "month", "published", "model", "90% of draws", "apart, tolerances", "used")
    return Grid("Published contrasts and the model's; intervals hold the draws alone", headings, tuple(rows))


def _rows(found: Found) -> list[Row]:
    low, high = np.nanquantile(found.shows, TAILS, axis=0)
    return [
        Row(
            f"{one.name} ({one.used})", month_name(one.one.month), one.unit, one.value, one.value - one.tolerance,
            one.value + one.tolerance, float(found.middle[place]), float(low[place]), float(high[place]),
            "pass" if found.met[place] else "fail", one.source,
        )
        for place, one in enumerate(found.contrasts)
    ]  # fmt: skip


def draw(found: Found, file: Path) -> str:
    """Draw differences that were not used before, published and modelled; give the picture's text."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    places = [place for place in found.of(used=OPEN) if found.contrasts[place].measure == DIFFERENCE]
    places.sort(key=lambda place: found.published[place])
    met = int(found.met[places].sum())
    title = f"Of {len(places)} differences that were not used before, {met} are met"
    height = len(places) * ROW_HEIGHT + 1.5
    figure = Figure(figsize=(9.0, height))
    axes = figure.add_axes((LABELS, 0.75 / height, 0.97 - LABELS, len(places) * ROW_HEIGHT / height))
    figure.text(0.02, 1.0 - 0.12 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(
        0.02, 1.0 - 0.44 / height, "Rate of one group less that of another, percentage points; bars hold 90% of draws",
        fontsize=9.5, va="top", color=DOTS,
    )  # fmt: skip
    _differences(axes, found, places)
    figure.text(
        0.02, 0.08 / height, "Source: caresim; published figures: Skills for Care and others, data/cross_section.csv",
        fontsize=8, color=DOTS,
    )  # fmt: skip
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    worst = max(places, key=lambda place: abs(float(found.apart[place])))
    return f"{title}. Furthest off: {_miss(found, worst)}."


def _differences(axes: Any, found: Found, places: list[int]) -> None:
    rows = np.arange(len(places))
    low, high = PERCENT * np.nanquantile(found.shows[:, places], TAILS, axis=0)
    told, middle = PERCENT * found.published[places], PERCENT * found.middle[places]
    axes.hlines(rows, low, high, color=BLUE, linewidth=4.0, alpha=0.3)
    axes.plot(middle, rows, "o", color=BLUE, markersize=4.5)
    axes.plot(told, rows, "D", color=ORANGE, markersize=4.5)
    axes.axvline(0.0, color=DOTS, linewidth=0.8)
    last = rows[-1]
    axes.annotate("published", (told[last], last), (0, 9), textcoords="offset points", color=ORANGE, fontsize=8.5,
                  ha="center")  # fmt: skip
    axes.annotate("model", (middle[0], 0), (0, -14), textcoords="offset points", color=BLUE, fontsize=8.5, ha="center")
    names = [f"{found.contrasts[place].name}, {month_name(found.contrasts[place].one.month)}" for place in places]
    axes.set_yticks(rows, names, fontsize=7)
    axes.set_ylim(-1.2, len(places) - 0.1)
    axes.set_xlabel("percentage points", fontsize=8.5)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
