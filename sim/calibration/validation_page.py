"""``docs/validation.md``: what a model fitted up to 2021/22 says of the years after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.later import DRAWN, LAST, RIVALS, TAILS, Later, errors, indicators_compared, past_of
from sim.calibration.page import written
from sim.calibration.targets import LAST_FITTED, LEVEL, Target
from sim.documentation.markdown import table
from sim.figures import DOTS, DOTS_PER_INCH, PALETTE
from sim.units import MONTHS_PER_YEAR, START_CALENDAR_MONTH, START_YEAR

HEADLINE = ("vacancy_rate", "turnover_all")
NAMES = {"vacancy_rate": "Vacancy rate", "turnover_all": "Turnover, all directly employed"}
BLUE, BAND = PALETTE[0], 0.2
PERCENT = 100.0

OPENING = """# Validation: the years that were not fitted

Written by `{command}`; do not edit by hand.

{draws} draws of the parameters, inferred from figures up to 2021/22 ([calibration.md](calibration.md)), were each run
on to March 2025 ({scale} of England, luck of its own). Law, funding, agreed fees, unemployment, wage floors and the
number of visas granted are given as they happened; who is hired with them, who leaves and what employers pay is the
model's. What follows was never fitted: {figures} published figures of 2022/23 to 2024/25 (`sim/data/later_years.csv`).
Ranges of a few parameters rest in part on these years, as the page on calibration says.

**{verdict}**

Intervals hold 90% of the draws, with the published figures' own error added, but nothing for what the model can't meet
in the fitted years either, and are too narrow for it. {covered} of {figures} figures lie in
theirs ({share:.0%}; 90% should). Every miss is listed below.

![Vacancy rate and turnover: fitted years, and what the model says of the years after](figures/validation_later.png)
"""

RIVALS_TEXT = """## Beside simple rivals

Root mean squared error over 2022/23 to 2024/25. Rivals know the published figures up to 2021/22: the last of them, a
straight line through them, or a return to their mean at the speed seen in them (at once, where neighbouring years swing
apart). A wage that stays, or returns to its mean, is no rival in years of rising floors. A fourth rival, a stock-flow
model with fixed leaver rates driven by the same visas and unemployment, is not made yet.
"""

REST = """## Not done yet

Overseas recruits by the rules of the visa law alone, without the number granted; stylised facts; virtual experiments
against causal estimates; councils; cost identities; sensitivity of the conclusions; the study of scale.
"""


def page(found: Later, scale: float, command: str) -> str:
    """The page."""
    low, high = found.interval()
    told = np.array([figure.value for figure in found.figures])
    inside = (told >= low) & (told <= high)
    opening = OPENING.format(
        command=command, draws=found.shown.shape[0], scale=f"{PERCENT * scale:g}%", figures=told.size,
        verdict=verdict(found), covered=int(inside.sum()), share=inside.mean(),
    )  # fmt: skip
    score = found.interval_score()
    rows = [
        [
            figure.name,
            figure.when,
            written(figure, figure.value),
            written(figure, found.middle[place]),
            f"{written(figure, low[place])} to {written(figure, high[place])}",
            "yes" if inside[place] else "**no**",
            written(figure, score[place]),
        ]
        for place, figure in enumerate(found.figures)
    ]
    headings = ("figure", "month", "published", "model", "90% interval", "inside", "interval score")
    misses = [rows[place] for place in np.flatnonzero(~inside)]
    listed = "\n".join(f"- {row[0]}, {row[1]}: {row[3]} ({row[4]}) against {row[2]} published" for row in misses)
    return "\n".join([
        opening,
        RIVALS_TEXT,
        _rivals(found),
        f"\n## Every figure\n\n{table(headings, rows)}\n",
        f"## Misses\n\n{listed or 'None.'}\n",
        REST,
    ])  # fmt: skip


def rows_of(found: Later) -> list[list[str]]:
    """The figures as a table for programs: published and modelled values in their units, ends of intervals."""
    low, high = found.interval()
    rows = [["indicator", "group", "kind", "month", "unit", "published", "model", "low", "high", "interval_score"]]
    score, middle = found.interval_score(), found.middle
    for place, one in enumerate(found.figures):
        numbers = (one.value, middle[place], low[place], high[place], score[place])
        rows.append([one.indicator, one.group, one.kind, one.when, one.unit, *(f"{number:.5g}" for number in numbers)])
    return rows


def verdict(found: Later) -> str:
    """Whether the model beats the rivals on vacancy and turnover together."""
    missed = {indicator: errors(found, indicator) for indicator in HEADLINE}
    ahead = [
        rival for rival in RIVALS if all(missed[one]["model"] < missed[one][rival] for one in HEADLINE)
    ]  # fmt: skip
    told = " and ".join(f"{PERCENT * missed[one]['model']:.1f} points on {_plain(one)}" for one in HEADLINE)
    told_less = "The rivals know neither visas nor wage floors nor fees."
    if len(ahead) == len(RIVALS):
        opening = "The model beats all three simple rivals on vacancy and turnover together"
        return f"{opening}: it is off by {told}. {told_less}"
    beaten = f"It beats {' and '.join(ahead)}." if ahead else "It beats none of them on both."
    return (
        f"The model does not beat all simple rivals on vacancy and turnover together. It is off by {told} "
        f"(root mean square, three years each). {beaten} {told_less}"
    )


def _plain(indicator: str) -> str:
    return {"vacancy_rate": "the vacancy rate", "turnover_all": "turnover"}[indicator]


def _rivals(found: Later) -> str:
    rows = []
    for indicator in indicators_compared(found):
        figure = next(one for one in found.figures if one.indicator == indicator and one.kind == LEVEL)
        missed = errors(found, indicator)
        rows.append([figure.name, *(_error(figure, missed[name]) for name in ("model", *RIVALS))])
    return table(("figure", "model", *RIVALS), rows)


def _error(figure: Target, value: float) -> str:
    return f"{PERCENT * value:.1f} points" if figure.unit == "share" else written(figure, value)


def draw(found: Later, file: Path) -> str:
    """Draw the picture, and give its text for those who cannot see it."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(9.0, 8.6))
    figure.text(0.02, 0.985, _title(found), fontsize=13, fontweight="bold", va="top")
    for place, indicator in enumerate(DRAWN):
        axes = figure.add_axes((0.07, 0.55 - 0.48 * place, 0.88, 0.34))
        _panel(axes, found, indicator)
    figure.text(
        0.02, 0.01, "Source: caresim; published figures: Skills for Care (filled: fitted; hollow: not fitted).",
        fontsize=8, color=DOTS,
    )  # fmt: skip
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return _title(found).replace("\n", " ") + " " + verdict(found)


def _title(found: Later) -> str:
    low, high = found.interval()
    told = np.array([figure.value for figure in found.figures])
    inside = int(((told >= low) & (told <= high)).sum())
    return f"Of {told.size} figures of later years, {inside} lie in the model's 90% intervals"


def _panel(axes: Any, found: Later, indicator: str) -> None:
    values = PERCENT * found.monthly[indicator]
    years = START_YEAR + (START_CALENDAR_MONTH - 1 + np.arange(LAST + 1)) / MONTHS_PER_YEAR
    low, high = np.nanquantile(values, TAILS, axis=0)
    axes.fill_between(years, low, high, color=BLUE, alpha=BAND, linewidth=0)
    axes.plot(years, np.nanmean(values, axis=0), color=BLUE, linewidth=2)
    axes.axvline(years[LAST_FITTED], color=DOTS, linewidth=0.8)
    axes.text(years[LAST_FITTED] + 0.05, 0.02 * high.max(), "not fitted from here", fontsize=8.5, color=DOTS)
    figure = next(one for one in found.figures if one.indicator == indicator and one.group == "all")
    months, known = past_of(figure)
    axes.plot(years[months.astype(int)], PERCENT * known, "o", color=DOTS, markersize=6)
    ahead = [one for one in found.figures if one.series == figure.series]
    axes.plot(
        [years[one.month] for one in ahead], [PERCENT * one.value for one in ahead], "o", markerfacecolor="white",
        markeredgecolor=DOTS, markersize=6,
    )  # fmt: skip
    axes.set_title(f"{NAMES[indicator]}, %", loc="left", fontsize=10)
    axes.set_ylim(bottom=0.0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#D0D0D0", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
