"""A picture of many figures: each expected range drawn alike, with the model's mean and interval on it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE

WIDTH, ROW_HEIGHT, ABOVE, BELOW = 9.0, 0.34, 1.0, 0.5
"""Inches."""
LABELS, LETTERS = 0.45, 62
"""Part of the width that labels take, and letters in a line of theirs."""
BLUE, ORANGE = PALETTE[:2]
FURTHEST = 4.0
"""Half-widths of the range, from its middle, at which the axis ends."""
FOOT = (
    f"Blue: mean inside. Orange: outside. The axis ends {FURTHEST:.0f} half-widths from the middle of the range; "
    "arrows: further off."
)


class Shown(NamedTuple):
    """A figure with two ends to its range."""

    label: str
    low: float
    high: float
    """Ends of the range."""
    mean: float
    interval: tuple[float, float]
    met: bool
    ends: tuple[str, str]
    """The ends of the range as they are written, in the figure's unit."""


def draw_ranges(rows: Sequence[Shown], title: str, subtitle: str, source: str, file: Path) -> None:
    """Draw figures beneath a title that states the finding."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    height = len(rows) * ROW_HEIGHT + ABOVE + BELOW
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((LABELS, BELOW / height, 0.97 - LABELS, len(rows) * ROW_HEIGHT / height))
    figure.text(0.02, 1.0 - 0.12 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.02, 1.0 - 0.46 / height, subtitle, fontsize=9.5, va="top", color=DOTS)
    for place, one in enumerate(rows):
        _row(axes, place, one)
    names = ["\n".join(textwrap.wrap(one.label, LETTERS, max_lines=2, placeholder=" ...")) for one in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-FURTHEST - 0.1, FURTHEST + 0.1)
    axes.set_xticks([])
    axes.tick_params(axis="both", length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    figure.text(0.02, 0.1 / height, f"{FOOT}\n{source}", fontsize=7.5, color=DOTS)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})


def _row(axes: Any, place: int, one: Shown) -> None:
    middle, half = (one.low + one.high) / 2.0, (one.high - one.low) / 2.0
    ends = [(value - middle) / half for value in one.interval]
    low, mean, high = (float(np.clip(at, -FURTHEST, FURTHEST)) for at in (ends[0], (one.mean - middle) / half, ends[1]))
    colour = BLUE if one.met else ORANGE
    axes.barh(place, 2.0, left=-1.0, height=0.55, color=FAINT)
    axes.hlines(place, low, high, color=colour, linewidth=2.0)
    if ends[0] < -FURTHEST:
        axes.plot(-FURTHEST, place, "<", color=colour, markersize=5.0, clip_on=False)
    if ends[1] > FURTHEST:
        axes.plot(FURTHEST, place, ">", color=colour, markersize=5.0, clip_on=False)
    if abs(mean) < FURTHEST:
        axes.plot(mean, place, "o", color=colour, markersize=5.0)
    for at, end in zip((-1.0, 1.0), one.ends, strict=True):
        axes.text(at, place + 0.42, end, fontsize=5.5, color=DOTS, ha="center", va="center")
