"""What is traded off: care not met against what public payers pay, and which scenarios no other one beats in both."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.comparison import END, Comparison
from sim.figures import DOTS, DOTS_PER_INCH, PALETTE, SIZE, Drawn, any_letters, label
from sim.headline import number
from sim.intervals import Interval, interval
from sim.report.findings import quoted
from sim.report.outcomes import COST, UNMET, effect

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "tradeoff"
BILLION, POINT = 1e9, 0.01
LETTERS_OF_TITLE, LETTERS_OF_SUBTITLE = 84, 108


class Point(NamedTuple):
    """One scenario against the base."""

    scenario: str
    cost: Interval
    """Change of what public payers pay in the last financial year, GBP."""
    unmet: Interval
    """Change of the share of assessed need that is not met."""


def points(comparison: Comparison) -> list[Point]:
    """Every scenario, the base at nothing; none without a whole financial year."""
    when, _ = comparison.moments()[-1]
    if when == END:
        return []
    nothing = Interval(0.0, 0.0, 0.0, comparison.replicates)
    found = [Point(comparison.base, nothing, nothing)]
    for name in _policies(comparison):
        cost, unmet = (
            interval(change, comparison.drawn)
            for outcome in (COST, UNMET)
            if (change := effect(comparison, name, outcome, when)) is not None
        )
        if cost is not None and unmet is not None:
            found.append(Point(name, cost, unmet))
    return found


def _policies(comparison: Comparison) -> list[str]:
    """Scenarios that somebody could choose: those with levers. A recession is no choice, and beats nothing."""
    told = [one["scenario"] for one in comparison.results.manifest["scenarios"]]
    chosen = {one["name"] for one in told if one["levers"]}
    return [name for name in comparison.others if name in chosen]


def frontier(found: Sequence[Point]) -> list[Point]:
    """Scenarios that no other one beats on both counts, by cost; judged by their means."""
    best = [
        one
        for one in found
        if not any(
            other.cost.mean <= one.cost.mean
            and other.unmet.mean <= one.unmet.mean
            and (other.cost.mean, other.unmet.mean) != (one.cost.mean, one.unmet.mean)
            for other in found
        )
    ]
    return sorted(best, key=lambda point: point.cost.mean)


def title(found: Sequence[Point], best: Sequence[Point]) -> str:
    """What the chart shows: which of the points, the base included, no other one beats on both counts.

    The order of means may be luck, which the title says; where care differs nowhere clearly, it rests on means alone.
    """
    if found[0].cost.runs < 2:
        told = _not_beaten(found, best)
        return told[:1].upper() + told[1:]
    alone = "" if any(point.unmet.clear for point in found) else " alone"
    return f"By their means{alone}, {_not_beaten(found, best)}"


def _not_beaten(found: Sequence[Point], best: Sequence[Point]) -> str:
    """The same, without what it goes by; two are named where their names leave room for it."""
    both = "on both care not met and public cost"
    names = " and ".join(quoted(point.scenario) for point in best)
    if len(best) == 1:
        return f"{names} beats all others {both}"
    if len(best) == 2 and len(names) <= LETTERS_OF_TITLE:
        return f"{names} are not beaten {both}"
    if len(best) == len(found):
        return f"none of these {len(found)} is beaten {both}"
    return f"{len(best)} of these {len(found)} are not beaten {both}"


def draw_tradeoff(comparison: Comparison, folder: Path) -> Drawn | None:
    """Draw the chart, with its text beside it; None where there is nothing to draw."""
    found = points(comparison)
    if len(found) < 2:
        return None
    import matplotlib as mpl
    from matplotlib.figure import Figure

    _, period = comparison.moments()[-1]
    best = frontier(found)
    look: Any = {"font.family": "DejaVu Sans", "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": NAME}
    look["text.parse_math"] = False  # names may hold dollars
    with mpl.rc_context(look), any_letters():
        figure = Figure(figsize=SIZE)
        axes = figure.add_axes((0.09, 0.16, 0.66, 0.62))
        _draw_points(axes, found, best)
        _dress(figure, axes, comparison, found, title(found, best), period)
        png, svg = folder / f"{NAME}.png", folder / f"{NAME}.svg"
        figure.savefig(png, dpi=DOTS_PER_INCH)
        figure.savefig(svg, metadata={"Date": None})
    text = _in_words(comparison, found, best, period)
    (folder / f"{NAME}.txt").write_text(text + "\n", encoding="utf-8")
    return Drawn(NAME, title(found, best), png, svg, text)


def _draw_points(axes: Any, found: Sequence[Point], best: Sequence[Point]) -> None:
    axes.plot(
        [point.cost.mean / BILLION for point in best], [point.unmet.mean / POINT for point in best],
        color=DOTS, linewidth=1.2, linestyle="--", zorder=1,
    )  # fmt: skip
    for place, point in enumerate(found):
        colour = PALETTE[place % len(PALETTE)]
        x, y = point.cost.mean / BILLION, point.unmet.mean / POINT
        if point.cost.runs > 1 and place:
            axes.plot([point.cost.low / BILLION, point.cost.high / BILLION], [y, y], color=colour, linewidth=1.4)
            axes.plot([x, x], [point.unmet.low / POINT, point.unmet.high / POINT], color=colour, linewidth=1.4)
        axes.plot([x], [y], "o", color=colour, markersize=8, zorder=3)
    _label(axes, found)


def _label(axes: Any, found: Sequence[Point]) -> None:
    """Names to the right, with a line to each point."""
    axes.margins(x=0.12, y=0.12)
    axes.autoscale_view()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    places = {
        point.scenario: (
            (point.cost.mean / BILLION - left) / (right - left),
            (point.unmet.mean / POINT - bottom) / (top - bottom),
        )
        for point in found
    }
    label(axes, places)


def _dress(figure: Any, axes: Any, comparison: Comparison, found: Sequence[Point], heading: str, period: str) -> None:
    axes.axhline(0.0, color="#D0D0D0", linewidth=1.0, zorder=0)
    axes.axvline(0.0, color="#D0D0D0", linewidth=1.0, zorder=0)
    axes.set_xlabel("Change in what councils, the NHS and government pay, £ billion a year")
    axes.set_ylabel("Change in care not met, points")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.text(0.02, 0.98, textwrap.fill(heading, LETTERS_OF_TITLE), fontsize=13, fontweight="bold", va="top")
    subtitle = f"Against {quoted(comparison.base)}, England, {period}. Lower is better for people, left is cheaper"
    lines = textwrap.wrap(f"{subtitle}{_caveat(comparison, found)}", LETTERS_OF_SUBTITLE)
    figure.text(0.02, 0.885, "\n".join(lines), fontsize=10, va="top")
    bars = "; bars: 90% intervals" if comparison.replicates > 1 else ""
    figure.text(
        0.02,
        0.03,
        f"Source: caresim. Dashed: scenarios that none beats on both counts, by their means{bars}.",
        fontsize=8.5,
    )


def _caveat(comparison: Comparison, found: Sequence[Point]) -> str:
    """A sentence to go on with where nothing can be told of care not met; nothing otherwise."""
    if comparison.replicates < 2 or any(point.unmet.clear for point in found):
        return ""
    return ". No difference in care not met is clear of zero"


def _in_words(comparison: Comparison, found: Sequence[Point], best: Sequence[Point], period: str) -> str:
    told = " ".join(
        f"{point.scenario}: {number(point.unmet.mean, 'percent', change=True)} points of care not met, "
        f"{number(point.cost.mean, 'million', change=True)} million pounds."
        for point in found
    )
    names = ", ".join(point.scenario for point in best)
    return (
        f"Scatter chart of {period} against {comparison.base}. {title(found, best)}. {told} Not beaten on both "
        f"counts: {names}{_caveat(comparison, found)}."
    )
