"""Picture of the unfitted figures: each range drawn alike, with the model's mean and interval."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.validity.stylised_score import PASS, Seen

WIDTH, ROW_HEIGHT, ABOVE, BELOW = 9.0, 0.25, 1.0, 0.6
"""Inches."""
LABELS = 0.5
"""Part of the width that labels take."""
LETTERS = 86
BLUE, ORANGE = PALETTE[:2]
FURTHEST = 4.0
"""Half-widths of the range, from its middle, at which the axis ends."""


def draw(seen: Sequence[Seen], file: Path) -> str:
    """Draw figures that are judged and whose range has two ends; give the picture's text."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [one for one in seen if math.isfinite(one.mean) and math.isfinite(one.figure.high - one.figure.low)]
    inside = sum(one.verdict == PASS for one in rows)
    title = f"{inside} of {len(rows)} unfitted figures lie in the range that is expected of them"
    height = len(rows) * ROW_HEIGHT + ABOVE + BELOW
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((LABELS, BELOW / height, 0.97 - LABELS, len(rows) * ROW_HEIGHT / height))
    figure.text(0.02, 1.0 - 0.12 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(
        0.02, 1.0 - 0.46 / height,
        "Grey: expected range, drawn equally wide for all. Dot and line: mean and 90% of the draws of the model",
        fontsize=9.5, va="top", color=DOTS,
    )  # fmt: skip
    for place, one in enumerate(rows):
        _row(axes, place, one)
    names = [textwrap.shorten(f"{one.figure.row}  {one.figure.quantity}", LETTERS, placeholder=" ...") for one in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=7)
    _frame(axes, len(rows))
    figure.text(
        0.02, 0.1 / height,
        f"Blue: mean inside. Orange: outside. The axis ends {FURTHEST:.0f} half-widths from the middle of the range; "
        "arrows: further off.\nSource: caresim; ranges: data/stylised_facts.csv", fontsize=8, color=DOTS,
    )  # fmt: skip
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    outside = ", ".join(one.figure.row for one in rows if one.verdict != PASS)
    return f"{title}. Outside it: {outside or 'none'}."


def _row(axes: Any, place: int, one: Seen) -> None:
    middle, half = (one.figure.low + one.figure.high) / 2.0, (one.figure.high - one.figure.low) / 2.0
    low, mean, high = (
        float(np.clip((value - middle) / half, -FURTHEST, FURTHEST))
        for value in (one.interval[0], one.mean, one.interval[1])
    )
    colour = BLUE if one.verdict == PASS else ORANGE
    axes.barh(place, 2.0, left=-1.0, height=0.7, color=FAINT)
    axes.hlines(place, low, high, color=colour, linewidth=2.0)
    marker = "o" if abs(mean) < FURTHEST else "<" if mean < 0.0 else ">"
    axes.plot(mean, place, marker, color=colour, markersize=5.0, clip_on=False)


def _frame(axes: Any, rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_xlim(-FURTHEST - 0.1, FURTHEST + 0.1)
    axes.set_xticks([-1.0, 1.0], ["low end", "high end"], fontsize=8)
    axes.tick_params(axis="both", length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
