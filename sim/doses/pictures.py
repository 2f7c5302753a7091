"""A figure for each lever: what doses from nothing to strong change, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.checkpoints import write_whole
from sim.doses.study import SHOWN, Response
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.levers.base import all_levers
from sim.scenario import load_scenario
from sim.settings import setting

WIDTH, HEIGHT = 11.0, 3.1
"""Inches."""
BLUE = PALETTE[0]
TOLD = ("vacancy rate", "care not met")
"""Indicators that the title tells of."""


def finding(name: str, found: Sequence[Response]) -> str:
    """What the strongest dose does to the vacancy rate and to care not met, no stronger than the intervals say."""
    strongest = {one.shown.label: one.change for one in found if one.dose == found[-1].dose}
    clear = [f"{label} {strongest[label].mean:+.1f} points" for label in TOLD if strongest[label].clear]
    open_ = [label for label in TOLD if not strongest[label].clear]
    said = [*clear, f"no clear change of {' or '.join(open_)}"] if open_ else clear
    return f"{name.replace('_', ' ')}: {', '.join(said)} at the strongest dose"


def draw(name: str, found: Sequence[Response], draws: int, file: Path) -> None:
    """Draw a lever's figure; its title is also its text for those who cannot see it."""
    from matplotlib.figure import Figure

    lever, title = all_levers()[name], finding(name, found)
    figure = Figure(figsize=(WIDTH, HEIGHT))
    all_axes = figure.subplots(1, len(SHOWN))
    for axes, shown in zip(all_axes, SHOWN, strict=True):
        points = [one for one in found if one.shown == shown]
        doses = [0.0, *(one.dose for one in points)]
        low, high = [one.change.low for one in points], [one.change.high for one in points]
        axes.fill_between(doses, [0.0, *low], [0.0, *high], color=FAINT, linewidth=0)
        axes.plot(doses, [0.0, *(one.change.mean for one in points)], "o-", color=BLUE, markersize=4)
        axes.axhline(0.0, color=DOTS, linewidth=0.8)
        axes.set_title(f"{shown.label}, {shown.unit}", fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.subplots_adjust(left=0.05, right=0.99, top=0.66, bottom=0.24, wspace=0.35)
    figure.text(0.02, 0.93, title[0].upper() + title[1:], fontsize=12, fontweight="bold", va="top")
    about = lever.model_fields[lever.dose].description or ""
    figure.text(0.5, 0.09, f"{lever.dose.replace('_', ' ')}: {about}", fontsize=8.5, color=DOTS, ha="center")
    figure.text(
        0.02, 0.02, "Source: caresim, draws fitted to published figures up to 2024/25", fontsize=7.5, color=DOTS
    )
    year = found[0].year
    scenario, coverage = load_scenario(name).name, setting("interval")
    said = f"Change in England against the baseline in {year}; grey: {coverage:.0%} interval over {draws} draws"
    figure.text(0.02, 0.845, f"{said}. Doses of the scenario: {scenario}", fontsize=9, color=DOTS, va="top")
    write_whole(file, lambda part: figure.savefig(part, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}))
