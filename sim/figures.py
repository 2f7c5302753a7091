"""Figures of a comparison, in the style of the Government Analysis Function.

The title states the finding, labels stand on the lines, colours are the palette made for people who see colours
differently, published figures are dots on the same axes, and every figure has a file beside it with its text for those
who cannot see it. matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.charts import CHARTS, LETTERS_PER_LINE, Chart, finding, shown_values
from sim.comparison import Comparison, spread
from sim.headline import written
from sim.month_axis import as_year, dress_months, month_in_words
from sim.published import Published, published_for
from sim.units import MONTHS_PER_YEAR, month_name

if TYPE_CHECKING:
    from sim.measures import Floats

PALETTE = ("#12436D", "#F46A25", "#28A197", "#801650", "#A285D1", "#3D3D3D")
"""Government Analysis Function; the base comes first, in dark blue."""
DOTS = "#3D3D3D"
FAINT = "#D0D0D0"
SIZE = (9.0, 5.2)
DOTS_PER_INCH = 150
LABEL_WIDTH = 26
LINE_HEIGHT = 0.05
"""Height of a line of a label, share of the axis."""
LOWEST_LABEL, HIGHEST_LABEL = -0.06, 1.08
EDITION_2025 = "2025 edition"
"""Skills for Care's later edition puts levels lower; its dots are diamonds."""


class Drawn(NamedTuple):
    """A figure on disk."""

    name: str
    title: str
    png: Path
    svg: Path
    text: str
    """For those who cannot see it."""


def draw_figures(comparison: Comparison, folder: Path) -> list[Drawn]:
    """Draw charts as PNG and SVG, each with its text beside it; sums of a year need a window of a year."""
    folder.mkdir(parents=True, exist_ok=True)
    long_enough = len(comparison.results.months) >= MONTHS_PER_YEAR
    return [draw(comparison, chart, folder) for chart in CHARTS if long_enough or not chart.yearly]


def draw(comparison: Comparison, chart: Chart, folder: Path) -> Drawn:
    """Draw one chart."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines = {scenario: shown_values(comparison, chart, scenario) for scenario in comparison.shown}
    title = finding(comparison, chart)
    look: Any = {"font.family": "DejaVu Sans", "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": chart.name}
    look["text.parse_math"] = False  # names may hold dollars
    with mpl.rc_context(look), any_letters():
        figure = Figure(figsize=SIZE)
        axes = figure.add_axes((0.07, 0.15, 0.70, 0.62))
        _draw_lines(axes, comparison, chart, lines)
        dots = _draw_published(axes, comparison, chart)
        _dress(figure, axes, comparison, chart, title, dots)
        _label_lines(axes, chart, lines)
        png, svg = folder / f"{chart.name}.png", folder / f"{chart.name}.svg"
        figure.savefig(png, dpi=DOTS_PER_INCH)
        figure.savefig(svg, metadata={"Date": None})
    text = alternative_text(comparison, chart, title, lines, dots)
    (folder / f"{chart.name}.txt").write_text(text + "\n", encoding="utf-8")
    return Drawn(chart.name, title, png, svg, text)


@contextmanager
def any_letters() -> Iterator[None]:
    """Names may be in letters that the charts' font lacks: boxes stand for these, without a warning for each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _years(comparison: Comparison) -> Floats:
    return np.array([as_year(month) for month in comparison.results.months])


def _draw_lines(axes: Any, comparison: Comparison, chart: Chart, lines: dict[str, Floats]) -> None:
    """Means over replicates; the base on top where all agree, with its range from the lowest to the highest."""
    years = _years(comparison)
    shape = "o" if len(years) == 1 else ""
    for place, values in reversed(list(enumerate(lines.values()))):
        mean, low, high = (part / chart.scale for part in spread(values))
        colour = PALETTE[place % len(PALETTE)]
        if place == 0 and len(values) > 1:
            _shade(axes, years, low, high, colour)
        axes.plot(years, mean, marker=shape, color=colour, linewidth=2.0 if place else 2.4)
    if chart.indicator == "pay_p50":
        _draw_floor(axes, years, comparison.results.values(comparison.base, "national_living_wage")[0] / chart.scale)


def _shade(axes: Any, years: Floats, low: Floats, high: Floats, colour: str) -> None:
    """A range: an area, or for a single month, which has no width, a bar."""
    if len(years) == 1:
        axes.vlines(years, low, high, color=colour, alpha=0.14, linewidth=24)
    else:
        axes.fill_between(years, low, high, color=colour, alpha=0.14, linewidth=0)


def _draw_floor(axes: Any, years: Floats, floor: Floats) -> None:
    """The minimum wage, as steps."""
    look: Any = {"color": DOTS, "linewidth": 1.0, "linestyle": ":"}
    if len(years) == 1:
        axes.axhline(floor[0], **look)
    else:
        axes.step(years, floor, where="mid", **look)
    place = len(years) // 4
    below = floor[place] > floor.min()  # else the axis may be there
    axes.annotate(
        "National Living Wage", (years[place], floor[place]), (6, -14 if below else 5), textcoords="offset points",
        color=DOTS, fontsize=9,
    )  # fmt: skip


def _draw_published(axes: Any, comparison: Comparison, chart: Chart) -> list[Published]:
    """Dots: filled up to 2021/22, hollow for later years."""
    months = comparison.results.months
    dots = [row for row in published_for(chart.indicator, chart.group) if months[0] <= row.month <= months[-1]]
    for row in dots:
        face = "white" if row.after_2021_22 else DOTS
        shape = "D" if EDITION_2025 in row.basis else "o"
        place = as_year(row.month), row.value / chart.scale
        axes.plot(*place, shape, markersize=6, color=DOTS, markerfacecolor=face, zorder=5)
    return dots


def _dress(figure: Any, axes: Any, comparison: Comparison, chart: Chart, title: str, dots: list[Published]) -> None:
    """Title, subtitle, axes, source line."""
    wrapped = textwrap.fill(title, LETTERS_PER_LINE)
    figure.text(0.015, 0.975, wrapped, fontsize=12.5, fontweight="bold", va="top", color="#0B0C0C")
    figure.text(0.015, 0.865, textwrap.fill(chart.subtitle, 108), fontsize=9.5, va="top", color="#3D3D3D")
    axes.set_title(chart.unit, loc="left", fontsize=9.5, color="#3D3D3D", pad=6)
    dress_months(axes, comparison.results.months)
    if chart.from_zero:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="both", length=0)
    _mark_branch(axes, comparison)
    figure.text(0.015, 0.018, source_line(comparison, chart, dots), fontsize=8, va="bottom", color="#3D3D3D")


def _mark_branch(axes: Any, comparison: Comparison) -> None:
    """Where the first policy may begin, or where assumptions or baselines part."""
    manifest = comparison.results.manifest
    begins = manifest["scenarios_part"]
    if begins is None:
        return
    from sim.units import parse_month

    year = as_year(parse_month(begins) - 0.5)
    if not axes.get_xlim()[0] <= year <= axes.get_xlim()[1]:
        return
    axes.axvline(year, color=FAINT, linewidth=1.0, zorder=0)
    place = (year, 0.985)
    axes.annotate(
        f"{what_begins(manifest)} ", place, xycoords=("data", "axes fraction"), ha="right", va="top", fontsize=8.5,
        color="#3D3D3D",
    )  # fmt: skip


def what_begins(manifest: dict[str, Any]) -> str:
    """Words for the month up to which all scenarios have one history."""
    outlooks = [(told["scenario"]["baseline"], told["scenario"]["assumptions"]) for told in manifest["scenarios"]]
    return "policies begin" if all(outlook == outlooks[0] for outlook in outlooks) else "scenarios part"


def source_line(comparison: Comparison, chart: Chart, dots: list[Published]) -> str:
    """Where line and dots come from."""
    manifest = comparison.results.manifest
    count = comparison.replicates
    what = "draws of the parameters" if comparison.drawn else "replicates"
    runs = f"mean of {count} {what}; shaded: their range under {comparison.base}" if count > 1 else "one run"
    text = f"Source: caresim, scale {manifest['scale']}; {runs}."
    if dots:
        who = (
            "councils' returns and directors' surveys"
            if chart.indicator in ("cost_council", "missed_share")
            else ("Skills for Care and others")
        )
        hollow = "; hollow after 2021/22" if any(row.after_2021_22 for row in dots) else ""
        text += f" Dots: published figures ({who}){hollow}."
        if any(EDITION_2025 in row.basis for row in dots):
            text += " Diamonds: edition of 2025, whose levels are lower."
    if not chart.from_zero:
        text += " The axis does not start at zero."
    return textwrap.fill(text, 130)


def _label_lines(axes: Any, chart: Chart, lines: dict[str, Floats]) -> None:
    """Names at the ends of lines, or beside the points of a single month."""
    low, high = axes.get_ylim()
    ends = {name: (float(np.mean(values[:, -1])) / chart.scale - low) / (high - low) for name, values in lines.items()}
    months = next(iter(lines.values())).shape[-1]
    label(axes, {name: (1.0 if months > 1 else 0.5, end) for name, end in ends.items()})


def label(axes: Any, anchors: dict[str, tuple[float, float]]) -> None:
    """Names to the right of the axes, in the colours of their order, each with a line to what it names.

    Anchors are shares of the axes. Names are moved apart where they would overlap.
    """
    texts = {name: textwrap.fill(name, LABEL_WIDTH) for name in anchors}
    heights = {name: LINE_HEIGHT * (text.count("\n") + 1.4) for name, text in texts.items()}
    placed = apart({name: y for name, (_, y) in anchors.items()}, heights)
    for place, (name, anchor) in enumerate(anchors.items()):
        colour = PALETTE[place % len(PALETTE)]
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
        axes.annotate(
            texts[name], anchor, (1.04, placed[name]), xycoords="axes fraction",
            textcoords="axes fraction", va="center", ha="left", fontsize=9, color=colour, annotation_clip=False,
            arrowprops=leader,
        )  # fmt: skip


def apart(ends: dict[str, float], heights: dict[str, float]) -> dict[str, float]:
    """Places of labels, share of the axis: as near to the ends of their lines as their heights allow.

    Labels that would overlap become one block, centred on the mean of their ends; blocks that then overlap are joined.
    """
    blocks: list[list[str]] = []

    def span(block: list[str]) -> tuple[float, float]:
        height = sum(heights[name] for name in block)
        middle = sum(ends[name] for name in block) / len(block)
        bottom = min(max(middle - height / 2.0, LOWEST_LABEL), HIGHEST_LABEL - height)
        return bottom, bottom + height

    for name in sorted(ends, key=lambda one: ends[one]):
        blocks.append([name])
        while len(blocks) > 1 and span(blocks[-2])[1] > span(blocks[-1])[0]:
            last = blocks.pop()
            blocks[-1] += last
    placed: dict[str, float] = {}
    for block in blocks:
        bottom = span(block)[0]
        for name in block:
            placed[name] = bottom + heights[name] / 2.0
            bottom += heights[name]
    return placed


def alternative_text(
    comparison: Comparison, chart: Chart, title: str, lines: dict[str, Floats], dots: list[Published]
) -> str:
    """The chart in words."""
    months = comparison.results.months
    first = MONTHS_PER_YEAR - 1 if chart.yearly and len(months) >= MONTHS_PER_YEAR else 0
    say: Callable[[float], str] = lambda value: written(value, chart.kind)  # noqa: E731  a name for a long call
    if len(months) == 1:
        parts = [f"Chart of points. {title}. {chart.subtitle}, in {month_in_words(months[0])}."]
    else:
        span = f"from {month_name(months[first])} to {month_name(months[-1])}"
        parts = [f"Line chart. {title}. {chart.subtitle}, by month {span}."]
    for scenario, values in lines.items():
        mean = [say(float(value)) for value in values.mean(axis=0)]
        parts.append(
            f"{scenario}: {mean[0]}." if len(months) == 1 else f"{scenario}: from {mean[first]} to {mean[-1]}."
        )
    if dots:
        told = ", ".join(f"{row.period} {say(row.value)}" for row in dots)
        parts.append(f"Published figures as dots: {told}.")
    return " ".join(parts)
