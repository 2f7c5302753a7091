"""The chart of a hand-out: history and future, today's law and a package, and what has been published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.app.sheet import Sheet, Style
from sim.figures import DOTS, FAINT, PALETTE, apart
from sim.measures import Floats
from sim.month_axis import as_year
from sim.units import parse_month

TODAY, PACKAGE = PALETTE[:2]
"""Colours of today's law and of the package."""
LAST_FILLED = parse_month("2022-03")
"""Dots of later months are hollow: parameters were fitted to earlier ones."""
LETTERS = 8.5
"""Size of text on the chart, points."""
LABEL = Style(LETTERS, bold=True)
LABEL_ROOM, AXIS_ROOM, YEARS_ROOM = 84.0, 44.0, 16.0
"""Points to the right, to the left and below."""
GAP = 6.0
"""Points between a line's end and its name."""
HEADROOM = 0.08
"""Space above and below the lines, share of their range."""
TICKS = 5
YEARS_APART = 2
DOT = 4.5


class Charted(NamedTuple):
    """One figure by month."""

    title: str
    """States the finding."""
    unit: str
    months: Sequence[str]
    """Names of all months, such as ``2016-04``."""
    future: int
    """Place of the first month of the future."""
    base: Sequence[float | None]
    """Today's law, by month; None where nothing is known."""
    path: Sequence[float | None]
    """The package, from the first month of the future on."""
    dots: Sequence[tuple[str, float]] = ()
    """Published figures: month and value."""


def draw_chart(sheet: Sheet, told: Charted, left: float, bottom: float, width: float, height: float) -> None:
    """Draw the chart within a rectangle of the sheet."""
    inside = width - AXIS_ROOM - LABEL_ROOM, height - YEARS_ROOM
    axes = sheet.axes(left + AXIS_ROOM, bottom + YEARS_ROOM, *inside)
    years = np.array([as_year(parse_month(month)) for month in told.months])
    base, path = np.array(told.base, dtype=np.float64), np.array(told.path, dtype=np.float64)
    then = years[told.future :][: len(path)]
    axes.plot(years[: len(base)], base, color=TODAY, linewidth=1.8)
    axes.plot(then, path, color=PACKAGE, linewidth=2.4)
    _draw_dots(axes, told)
    _dress(axes, years, told.future)
    _fit(axes, [base, path, np.array([value for _, value in told.dots])])
    _name(axes, {"Today's law": (TODAY, years, base), "This package": (PACKAGE, then, path)}, *inside)


def _draw_dots(axes: Any, told: Charted) -> None:
    for month, value in told.dots:
        if month in told.months:
            number = parse_month(month)
            face = DOTS if number <= LAST_FILLED else "white"
            axes.plot(as_year(number), value, "o", markersize=DOT, color=DOTS, markerfacecolor=face, zorder=5)


def _dress(axes: Any, years: Floats, future: int) -> None:
    """Axes, grid, and where the future begins."""
    from matplotlib.ticker import MaxNLocator, MultipleLocator, StrMethodFormatter

    axes.set_xlim(years[0], years[-1])
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(axis="both", length=0, labelsize=LETTERS, labelcolor=DOTS)
    axes.xaxis.set_major_locator(MultipleLocator(YEARS_APART))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(TICKS))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    begins = years[future]
    axes.axvline(begins, color=DOTS, linewidth=0.8, linestyle=(0, (4, 4)), zorder=1)
    words: Any = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "fontsize": LETTERS}
    axes.annotate("future", (begins, 1.0), (GAP, 0.0), va="top", ha="left", color=DOTS, **words)


def _fit(axes: Any, shown: Sequence[Floats]) -> None:
    """Show the range of what is drawn, not from zero on."""
    known = np.concatenate(shown)
    known = known[np.isfinite(known)]
    if known.size == 0:
        axes.set_ylim(0.0, 1.0)
        return
    room = HEADROOM * float(np.ptp(known)) or abs(float(known[0])) * HEADROOM or 1.0
    axes.set_ylim(max(0.0, known.min() - room) if known.min() >= 0 else known.min() - room, known.max() + room)


def _name(axes: Any, lines: dict[str, tuple[str, Floats, Floats]], width: float, height: float) -> None:
    """Names to the right of the ends of lines, moved apart where they would overlap."""
    lowest, highest = axes.get_ylim()
    ends = {}
    for name, (_, _, values) in lines.items():
        known = values[np.isfinite(values)]
        if known.size:
            ends[name] = (float(known[-1]) - lowest) / (highest - lowest)
    placed = apart(ends, dict.fromkeys(ends, LABEL.step / height))
    for name, place in placed.items():
        colour = lines[name][0]
        at = (1.0 + GAP / width, place)
        axes.annotate(
            name, at, xycoords="axes fraction", va="center", ha="left", fontsize=LETTERS, fontweight="bold",
            color=colour, annotation_clip=False,
        )  # fmt: skip
