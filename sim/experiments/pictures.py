"""Pictures of analyses, in the style of `sim.figures`: titled with the finding, labelled where things are."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.experiments.prim import Flags
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE, any_letters, label

WIDTH = 9.0
"""Inches."""
ROW_HEIGHT = 0.38
MARGIN = 1.85
"""Inches above and below rows."""
TITLE_LETTERS, SUBTITLE_LETTERS = 84, 112
TITLE_LINES, LINE_HEIGHT = 2, 0.22
"""Lines of a title that a figure has room for, and inches that each further one makes it taller."""
LABEL_LETTERS, LABEL_LINES, PANEL_LETTERS = 46, 2, 30
MOST_ROWS = 12
PANELS = 4
BLUE, ORANGE, GREEN = PALETTE[0], PALETTE[1], PALETTE[2]


class Picture(NamedTuple):
    """A picture on disk."""

    name: str
    title: str
    text: str
    """For those who cannot see it."""
    file: Path


class Words(NamedTuple):
    """What stands around a picture."""

    title: str
    subtitle: str
    source: str


class Bar(NamedTuple):
    """One row of a chart of bars."""

    label: str
    value: float
    low: float
    high: float
    second: float | None = None
    """A value drawn as a dot on the bar."""


def bars(folder: Path, name: str, words: Words, rows: Sequence[Bar], axis: str, second: str = "") -> Picture:
    """Horizontal bars with intervals, the longest first; `second` says what the dots are."""
    shown = list(rows[:MOST_ROWS])
    height = len(shown) * ROW_HEIGHT + MARGIN
    figure, axes = _canvas(height, (0.36, 0.8 / height, 0.59, len(shown) * ROW_HEIGHT / height), words)
    places = np.arange(len(shown))
    for place, row in zip(places, shown, strict=True):
        axes.barh(place, row.value, height=0.62, color=BLUE)
        axes.hlines(place, row.low, row.high, color=DOTS, linewidth=1.4)
        if row.second is not None:
            axes.plot(row.second, place, "o", color=ORANGE, markersize=6, zorder=5)
    axes.axvline(0.0, color=DOTS, linewidth=0.8)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_yticks(places, [_label(row.label) for row in shown], fontsize=8, linespacing=0.95)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    explained = f"; orange: {second}" if second else ""
    axes.set_xlabel(f"{axis} (blue{explained}; grey lines: interval)", fontsize=8.5, color=DOTS)
    listed = "; ".join(f"{row.label} {row.value:.3g} ({row.low:.3g} to {row.high:.3g})" for row in shown)
    return _saved(figure, folder, name, words, f"Bar chart of {axis}: {listed}.")


def _label(text: str) -> str:
    """As much of a text as two lines hold."""
    return "\n".join(textwrap.wrap(text, LABEL_LETTERS, max_lines=LABEL_LINES, placeholder="\u2026"))


def tornado(folder: Path, name: str, words: Words, rows: Sequence[Bar], axis: str) -> Picture:
    """What each setting changes, with its interval; label and value on the row."""
    return bars(folder, name, words, rows, axis)


def scatter(
    folder: Path, name: str, words: Words, panels: Sequence[tuple[str, Floats]], shown: Floats, unit: str
) -> Picture:
    """An outcome over the axes that matter most, a panel each.

    Args:
        folder: where it goes.
        name: of the file.
        words: around it.
        panels: label and [point] values of each axis.
        shown: [point] the outcome, in its unit.
        unit: of the outcome.
    """
    some = panels[:PANELS]
    figure, share = _figure(3.9, words)
    for place, (name_of_axis, values) in enumerate(some):
        axes = figure.add_axes((0.07 + place * 0.235, 0.24 * share, 0.195, 0.5 * share))
        axes.plot(values, shown, "o", color=BLUE, markersize=3, alpha=0.5, markeredgewidth=0)
        _running_mean(axes, values, shown)
        axes.set_xlabel(textwrap.shorten(name_of_axis, PANEL_LETTERS, placeholder="\u2026"), fontsize=8.5)
        axes.tick_params(labelsize=8)
        axes.locator_params(axis="x", nbins=PANELS)
        if place:
            axes.set_yticklabels([])
        else:
            axes.set_ylabel(unit, fontsize=8.5)
        _plain(axes)
    listed = ", ".join(label for label, _ in some)
    return _saved(figure, folder, name, words, f"Scatter plots over {listed}; orange: mean of neighbouring points.")


def _running_mean(axes: Any, values: Floats, shown: Floats) -> None:
    """Means of ten groups of neighbouring points."""
    order = np.argsort(values, kind="stable")
    parts = [part for part in np.array_split(order, min(10, len(np.unique(values)))) if part.size]
    if len(np.unique(values)) <= len(parts):
        parts = [np.flatnonzero(values == value) for value in np.unique(values)]
    middles, means = [values[part].mean() for part in parts], [np.nanmean(shown[part]) for part in parts]
    axes.plot(middles, means, "-o", color=ORANGE, linewidth=1.6, markersize=3)


class Course(NamedTuple):
    """A line over the values of an axis."""

    label: str
    values: Floats
    """[place, 3] mean, low and high; nan where no run came back."""

    @property
    def end(self) -> float:
        """Last mean that is known, beside which the label stands; nan without any."""
        known = self.values[np.isfinite(self.values[:, 0]), 0]
        return float(known[-1]) if known.size else float("nan")


def courses(
    folder: Path, name: str, words: Words, places: Sequence[str], shown: Sequence[Course], axis: str
) -> Picture:
    """Lines over listed values with their ranges, labelled at their ends.

    Args:
        folder: where it goes.
        name: of the file.
        words: around it.
        places: values of the axis, in words.
        shown: a line each.
        axis: label of the axis.
    """
    figure, axes = _canvas(4.6, (0.09, 0.17, 0.64, 0.58), words)
    shown = [course for course in shown if np.isfinite(course.end)]
    spread = 0.05
    for number, course in enumerate(shown):
        colour = PALETTE[number % len(PALETTE)]
        x = np.arange(len(places)) + (number - (len(shown) - 1) / 2) * spread
        axes.plot(x, course.values[:, 0], "-o", color=colour, linewidth=1.8, markersize=5)
        axes.vlines(x, course.values[:, 1], course.values[:, 2], color=colour, linewidth=1.4)
    axes.axhline(0.0, color=DOTS, linewidth=0.8)
    axes.set_xticks(np.arange(len(places)), places, fontsize=9)
    axes.set_xlabel(axis, fontsize=9.5)
    axes.margins(x=0.06)
    _plain(axes)
    if any(course.label for course in shown):
        low, high = axes.get_ylim()
        label(axes, {course.label: (1.0, (course.end - low) / (high - low)) for course in shown})
    listed = "; ".join(
        f"{course.label or 'mean'}: "
        + ", ".join(f"{place} {value:.3g}" for place, value in zip(places, course.values[:, 0], strict=True))
        for course in shown
    )
    return _saved(figure, folder, name, words, f"Line chart over {axis}. {listed}.")


class Edges(NamedTuple):
    """Ends of a box along two axes, as shares of what the picture shows."""

    left: float
    right: float
    bottom: float
    top: float


def box(
    folder: Path, name: str, words: Words, across: tuple[str, Floats], up: tuple[str, Floats], interest: Flags,
    edges: Edges, does: tuple[str, str],
) -> Picture:  # fmt: skip
    """Runs over two axes, those of interest filled, with the box that holds most of them.

    Args:
        folder: where it goes.
        name: of the file.
        words: around it.
        across: label and [run] values of the axis from left to right.
        up: the same of the axis from bottom to top.
        interest: [run]
        edges: of the box.
        does: what runs of interest do, and what the others do.
    """
    figure, axes = _canvas(5.2, (0.1, 0.15, 0.64, 0.62), words)
    for flags, colour, marker, face in ((~interest, DOTS, "o", "none"), (interest, ORANGE, "o", ORANGE)):
        axes.plot(
            across[1][flags], up[1][flags], marker, color=colour, markerfacecolor=face, markersize=4, linestyle="none"
        )
    axes.margins(0.04)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x0, x1, y0, y1 = max(left, edges.left), min(right, edges.right), max(bottom, edges.bottom), min(top, edges.top)
    axes.fill_between([x0, x1], y0, y1, color=ORANGE, alpha=0.14, linewidth=0)
    axes.plot([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=ORANGE, linewidth=1.8)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_xlabel(across[0], fontsize=9.5)
    axes.set_ylabel(textwrap.fill(up[0], 40), fontsize=9.5)
    _plain(axes)
    figure.text(0.77, 0.70, textwrap.fill(does[0], 22), color="#B84E14", fontsize=9.5, va="top")
    figure.text(0.77, 0.58, textwrap.fill(does[1], 22), color=DOTS, fontsize=9.5, va="top")
    return _saved(figure, folder, name, words, f"Scatter plot over {across[0]} and {up[0]} with the box drawn.")


class Spot(NamedTuple):
    """A package on a frontier."""

    label: str
    x: float
    y: float
    x_low: float
    x_high: float
    beaten: bool


def frontier(folder: Path, name: str, words: Words, spots: Sequence[Spot], x_label: str, y_label: str) -> Picture:
    """Packages of a frontier with intervals; grey: those that another one beats.

    Args:
        folder: where it goes.
        name: of the file.
        words: around it.
        spots: packages simulated at full settings.
        x_label: of the axis of the objective.
        y_label: of the other axis.
    """
    figure, axes = _canvas(5.4, (0.1, 0.15, 0.84, 0.62), words)
    for spot in spots:
        colour = DOTS if spot.beaten else BLUE
        axes.hlines(spot.y, spot.x_low, spot.x_high, color=colour, linewidth=1.2)
        axes.plot(spot.x, spot.y, "o", color=colour, markersize=7, zorder=5)
        axes.annotate(spot.label, (spot.x, spot.y), (6, 6), textcoords="offset points", fontsize=9, color=colour)
    axes.set_xlabel(x_label, fontsize=9.5)
    axes.set_ylabel(y_label, fontsize=9.5)
    _plain(axes)
    listed = "; ".join(
        f"{spot.label}: {spot.x:.3g} ({spot.x_low:.3g} to {spot.x_high:.3g}), {spot.y:.3g}" for spot in spots
    )
    return _saved(figure, folder, name, words, f"Scatter plot of packages, {x_label} and {y_label}: {listed}.")


# -- what all have in common


def _canvas(height: float, place: tuple[float, float, float, float], words: Words) -> tuple[Any, Any]:
    figure, share = _figure(height, words)
    left, bottom, width, tall = place
    axes = figure.add_axes((left, bottom * share, width, tall * share))
    _plain(axes)
    return figure, axes


def _figure(height: float, words: Words) -> tuple[Any, float]:
    """A figure with its words, and the share of its height that is left where a long title makes it taller."""
    from matplotlib.figure import Figure

    title = textwrap.wrap(words.title, TITLE_LETTERS)
    whole = height + LINE_HEIGHT * max(0, len(title) - TITLE_LINES)
    figure = Figure(figsize=(WIDTH, whole))
    bold: Any = {"fontsize": 12.5, "fontweight": "bold", "color": "#0B0C0C"}
    figure.text(0.015, 1.0 - 0.12 / whole, "\n".join(title), va="top", **bold)
    subtitle, below = textwrap.fill(words.subtitle, SUBTITLE_LETTERS), 0.22 + LINE_HEIGHT * len(title)
    figure.text(0.015, 1.0 - below / whole, subtitle, fontsize=9.5, va="top", color=DOTS)
    figure.text(0.015, 0.09 / whole, textwrap.shorten(words.source, 150), fontsize=8, va="bottom", color=DOTS)
    return figure, height / whole


def _plain(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _saved(figure: Any, folder: Path, name: str, words: Words, text: str) -> Picture:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.png"
    with any_letters():
        figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    said = f"{words.title}. {words.subtitle}. {text}"
    file.with_suffix(".txt").write_text(said + "\n", encoding="utf-8")
    return Picture(name, words.title, said, file)
