"""Pictures of a calibration: what fits, what can be known, and what was learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.findings import Findings
from sim.calibration.priors import TAILS
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE

ROW_HEIGHT = 0.21
"""Inches for each line of a picture."""
WIDTH = 9.0
MARGIN = 1.5
"""Inches above and below."""
SHOWN = 30
"""Parameters in a picture."""
FURTHEST = 8.0
"""Tolerances at which the axis of the fit ends; what lies beyond has an arrow there."""
BLUE, ORANGE = PALETTE[0], PALETTE[1]


def draw_all(found: Findings, folder: Path) -> dict[str, str]:
    """Draw the pictures, and give the text of each, by name, for those who cannot see it."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "calibration_fit": _fit(found, folder / "calibration_fit.png"),
        "calibration_recovery": _recovery(found, folder / "calibration_recovery.png"),
        "calibration_posterior": _posterior(found, folder / "calibration_posterior.png"),
    }


def _canvas(rows: int, title: str, subtitle: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    height = rows * ROW_HEIGHT + MARGIN
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.42, 0.6 / height, 0.55, rows * ROW_HEIGHT / height))
    figure.text(0.02, 1.0 - 0.12 / height, title, fontsize=13, fontweight="bold", va="top", wrap=True)
    figure.text(0.02, 1.0 - 0.46 / height, subtitle, fontsize=9.5, va="top", color=DOTS)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _save(figure: Any, file: Path) -> None:
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})


def _fit(found: Findings, file: Path) -> str:
    number = len(found.targets)
    title = f"{found.met} of {number} published figures are met within two tolerances"
    figure, axes = _canvas(number, title, "What the model shows less the published figure, in tolerances")
    for rows, colour, width in ((found.before, FAINT, 5.0), (found.after, BLUE, 2.5)):
        low, high = (np.nanquantile(rows, at, axis=0) for at in TAILS)
        axes.hlines(np.arange(number), low.clip(min=-FURTHEST), high.clip(max=FURTHEST), color=colour, linewidth=width)
        for off, edge, arrow in ((low < -FURTHEST, -FURTHEST, "<"), (high > FURTHEST, FURTHEST, ">")):
            places = np.flatnonzero(off)
            axes.plot(np.full(places.size, edge), places, arrow, color=colour, markersize=width + 2.0, clip_on=False)
    middle = np.clip(found.middle, -FURTHEST, FURTHEST)
    axes.plot(middle, np.arange(number), "o", color=BLUE, markersize=3.5)
    for edge in (-2.0, 2.0):
        axes.axvline(edge, color=DOTS, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.axvline(0.0, color=DOTS, linewidth=0.8)
    axes.set_xlim(-FURTHEST, FURTHEST)
    axes.set_yticks(np.arange(number), [f"{one.name}, {one.when}" for one in found.targets], fontsize=7)
    axes.set_xlabel(
        "grey: 90% of runs before calibration; blue: 90% of draws after; dashed: two tolerances; arrows: further off",
        fontsize=8.0,
        loc="right",
    )
    _save(figure, file)
    return f"{title}. Before calibration {found.met_before} were; the table below has the figures."


def _recovery(found: Findings, file: Path) -> str:
    order = np.argsort(-found.recovery.explained)[:SHOWN]
    title = f"{found.identified.size} of {len(found.names)} parameters count as identified by such figures"
    figure, axes = _canvas(order.size, title, "Share of the prior variance of known parameters that was recovered")
    values = np.clip(found.recovery.explained[order], 0.0, 1.0)
    known = found.recovery.identified[order]
    axes.barh(np.arange(order.size), values, height=0.65, color=np.where(known, BLUE, FAINT))
    axes.set_xlim(0.0, 1.0)
    axes.set_yticks(np.arange(order.size), [found.names[place].replace("_", " ") for place in order], fontsize=8)
    axes.set_xlabel("blue: counts as identified; grey: does not", fontsize=8.5)
    _save(figure, file)
    best = ", ".join(found.names[place] for place in order[:5])
    return f"{title}. Best recovered: {best}."


def _posterior(found: Findings, file: Path) -> str:
    places = found.identified
    title = "What the figures say of the parameters that count as identified"
    subtitle = "Quantile of the evidence range: 0 its low end, 0.5 its central value, 1 its high end"
    figure, axes = _canvas(max(1, places.size), title, subtitle)
    low, middle, high = np.quantile(found.points[:, places], (TAILS[0], 0.5, TAILS[1]), axis=0)
    rows = np.arange(places.size)
    axes.hlines(rows, *TAILS, color=FAINT, linewidth=5.0)
    axes.hlines(rows, low, high, color=BLUE, linewidth=2.5)
    axes.plot(middle, rows, "o", color=BLUE, markersize=4.0)
    axes.set_xlim(0.0, 1.0)
    axes.set_yticks(rows, [found.names[place].replace("_", " ") for place in places], fontsize=8)
    axes.set_xlabel("grey: 90% of the prior; blue: 90% of the posterior, with its median", fontsize=8.5)
    _save(figure, file)
    moved = [found.names[place] for place, at in zip(places, middle, strict=True) if abs(at - 0.5) > 0.25]
    return f"{title}. Furthest from their central values: {', '.join(moved) or 'none'}."
