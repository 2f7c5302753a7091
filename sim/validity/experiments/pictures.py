"""Pictures of virtual experiments: what the draws show beside the published ranges."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.figures import DOTS, DOTS_PER_INCH, PALETTE
from sim.validity.experiments.supply_response import RESPONSES
from sim.validity.experiments.verdicts import PASS, Seen
from sim.validity.ranges import Shown, draw_ranges

SIZE = (9.0, 5.0)
BLUE, ORANGE = PALETTE[:2]


def _save(figure: Any, file: Path) -> None:
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})


def _titled(figure: Any, title: str, subtitle: str) -> None:
    height = figure.get_size_inches()[1]
    figure.text(0.02, 1.0 - 0.1 / height, "\n".join(textwrap.wrap(title, 86)), fontsize=12.5, fontweight="bold",
                va="top")  # fmt: skip
    figure.text(0.02, 1.0 - 0.58 / height, subtitle, fontsize=9.5, va="top", color=DOTS)


def draw_experiments(rows: Sequence[Seen], signs: Sequence[Seen], file: Path) -> str:
    """Draw figures with a published range; those of which only a sign was published are counted in words."""
    passed, right = (sum(one.verdict == PASS for one in some) for some in (rows, signs))
    title = f"{passed} of {len(rows)} experiments give an answer inside the published range"
    draw_ranges(
        [
            Shown(f"{one.figure.label} ({one.figure.unit})", one.figure.low, one.figure.high, one.mean, one.interval,
                  one.verdict == PASS, (f"{one.figure.low:g}", f"{one.figure.high:g}"))
            for one in rows
        ],
        title,
        f"Where only a sign was published (not drawn), {right} of {len(signs)} have it. Line, dot: 90% of draws, mean",
        "Source: caresim; published: sim/data/virtual_experiments.csv", file,
    )  # fmt: skip
    missed = "; ".join(one.figure.label for one in rows if one.verdict != PASS)
    return f"{title}. Outside it: {missed or 'none'}."


def draw_responses(found: dict[str, Seen], own: float, file: Path) -> str:
    """Effects of policies on staff, vacancies and turnover by the response of the sector to pay."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=SIZE)
    title = _rising(found)
    _titled(figure, title, "Effect in the third year against no policy; bars: 90% of draws")
    panels = (("staff", "staff, %"), ("vacancies", "vacancy rate, percentage points"), ("turnover", "turnover, points"))
    at = {"own": own, **RESPONSES}
    order = sorted(at, key=lambda name: at[name])
    for place, (what, label) in enumerate(panels):
        axes = figure.add_axes((0.07 + 0.32 * place, 0.16, 0.255, 0.58))
        for policy, name, colour, shift in (
            ("rlw", "real living wage", BLUE, -0.04),
            ("raise", "5% more", ORANGE, 0.04),
        ):
            shown = [found[f"{policy}_{one}_{what}"] for one in order]
            where = np.array([at[one] for one in order]) + shift
            axes.plot(where, [one.mean for one in shown], "o-", color=colour, markersize=5)
            axes.vlines(where, *zip(*(one.interval for one in shown), strict=True), color=colour, linewidth=1.2)
            height = (0.3 if what == "staff" else 0.86) + (0.0 if shift < 0.0 else -0.07)  # where no line runs
            axes.text(0.97, height, name, color=colour, fontsize=9, transform=axes.transAxes, ha="right")
        axes.axhline(0.0, color=DOTS, linewidth=0.7)
        axes.axvline(own, color=DOTS, linewidth=0.7, linestyle=(0, (4, 3)))
        axes.set_title(label, fontsize=9.5, loc="left")
        axes.set_xticks([0.5, 2.0, 4.0])
        axes.set_xlim(0.2, 4.4)
        axes.set_xlabel("supply response, % for 1% of pay", fontsize=8.5)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    told = found["sector_supply"].figure
    dashed = f"Dashed: the model's own response, {own:.1f} on average. Published: {told.low:g} to {told.high:g}"
    figure.text(0.02, 0.02, f"{dashed} (Vadean, Allan and Teo 2024).", fontsize=8, color=DOTS)
    _save(figure, file)
    ends = (found["rlw_half_turnover"].mean, found["rlw_four_turnover"].mean)
    return f"{title}. Turnover under a real living wage: {ends[0]:.1f} points at 0.5, {ends[1]:.1f} at 4."


def _rising(found: dict[str, Seen]) -> str:
    """Whether pay policies add more staff the more strongly supply responds."""
    ordered = sorted(RESPONSES, key=lambda name: RESPONSES[name])
    staff = [[found[f"{policy}_{name}_staff"].mean for name in ordered] for policy in ("rlw", "raise")]
    if all(np.all(np.diff(one) > 0.0) for one in staff):
        return "Pay policies achieve more the more strongly labour supply responds to pay"
    return "What pay policies achieve, by how strongly labour supply responds to pay"


def bounded(one: Seen) -> bool:
    """Whether the published range has two ends and is judged."""
    return one.figure.judged and math.isfinite(one.figure.low) and math.isfinite(one.figure.high)
