"""Picture of the ten parameters that move a figure most."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE

SIZE = (9.0, 5.0)
LABELS = 0.46
"""Part of the width that labels take."""
LETTERS, LINES = 58, 2
"""Of a label: letters in a line, and lines."""
TITLE_LETTERS = 88
AROUND = 1.25
"""Length of the axis over that of the longest bar, so that numbers find room."""
BLUE, GREY = PALETTE[0], "#A6A6A6"


def draw(what: tuple[str, str, list[tuple[str, float, bool]]], file: Path) -> str:
    """Draw bars, and give the picture's text.

    Args:
        what: title, unit of the bars, and for each its label, its length (NaN: no half named it), and whether it
            stands out from chance.
        file: the PNG.
    """
    from matplotlib.figure import Figure

    title, unit, bars = what
    file.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=SIZE)
    axes = figure.add_axes((LABELS, 0.11, 0.97 - LABELS, 0.7))
    figure.text(0.02, 0.975, textwrap.fill(title, TITLE_LETTERS), fontsize=13, fontweight="bold", va="top")
    subtitle = f"Change from the low to the high end of 90% of the draws of each parameter, {unit}"
    figure.text(0.02, 0.88, subtitle, fontsize=9.5, color=DOTS, va="top")
    places, values = np.arange(len(bars)), np.nan_to_num(np.array([value for _, value, _ in bars]))
    axes.barh(places, values, height=0.65, color=[BLUE if clear else GREY for *_, clear in bars])
    longest = float(np.abs(values).max()) or 1.0
    for place, (_, value, _) in zip(places, bars, strict=True):
        if not np.isfinite(value):
            continue
        side = "left" if value >= 0.0 else "right"
        shift = np.copysign(0.02 * longest, value)
        axes.text(value + shift, float(place), f"{value:+.2g}", va="center", ha=side, fontsize=8.5, color=DOTS)
    _frame(axes, bars, longest)
    source = "Blue: stands out from chance. Grey: does not. In brackets: grade of the evidence. Source: caresim"
    figure.text(0.02, 0.02, source, fontsize=8, color=DOTS)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    clear = [f"{label}: {value:+.2g} {unit}" for label, value, stands in bars if stands]
    return f"{title}. {'; '.join(clear) or 'None stands out from chance'}."


def _frame(axes: Any, bars: Sequence[tuple[str, float, bool]], longest: float) -> None:
    """Labels, and an axis with room on both sides of nothing."""
    labels = [textwrap.fill(label, LETTERS, max_lines=LINES, placeholder=" ...") for label, *_ in bars]
    axes.set_yticks(np.arange(len(bars)), labels, fontsize=7.5)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(-AROUND * longest, AROUND * longest)
    axes.axvline(0.0, color=DOTS, linewidth=0.8)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", length=0, labelsize=8)
    axes.tick_params(axis="y", labelsize=7.5)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
