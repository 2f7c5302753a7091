"""Section on scale: how far each figure at each scale lies from full scale, and which scale serves for what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.calibration.runs import Job
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.headline import HEADLINES
from sim.indicators import INDICATORS, PERCENT_SHARE, POUNDS
from sim.special_indicators import SPECIAL
from sim.validity.report import Grid, Head, Picture, Piece, Row, Section, Words
from sim.validity.scale import LEVELS, NATIONAL, POLICY, Series, jobs, run_scale, series
from sim.validity.scale_numbers import CLEAR, Found, found_in, serves
from sim.validity.sensitivity import OUTCOMES, policy_text
from sim.validity.study import Study

NAME, TITLE = "scale", "How far runs at each scale lie from a full England"
WITHIN = 0.05
"""Error that a use allows, a share of the figure: an assumption, which the table of errors lets a reader replace."""
ENOUGH = 0.9
"""Share of a use's figures that must lie within it."""
REPLICATES = (1, 5, 20)
"""Runs whose mean is taken: one, as many as a scenario has unless told otherwise, and many."""
FIVE = 5
A_YEAR = "GBP a year"
SMALL = 100.0
"""Figures below it keep decimals."""
APART = 0.1
"""Of the picture's labels, in powers of ten."""
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Of the picture, %."""
COLOURS = dict(zip(LEVELS, PALETTE, strict=False))

OPENING = """Parameters are those of one draw, the nearest to the middle of the draws for use
(`sim/data/posterior_use.csv`); only scale and seed vary: {runs}. National figures, and those of {services} services,
{regions} regions and {councils} councils, are of 2024/25; effects of a policy are what a real living wage changes in
England in 2029/30, three years after it begins, against a baseline with the same history and luck. *Bias* is the mean
at a scale less that at full scale, *luck* the standard deviation between runs that differ in seed, both as shares of
the figure at full scale: 5% of a vacancy rate of 8% are 0.4 points. The *error* of a mean of runs holds both: the
luck left in the mean, and bias beyond what luck gives it. Luck at full scale is told from all scales, as two runs
tell it badly. Bias depends on the parameters, of which one draw tells no more than its own: a figure that is small in
it, as care not met may be, is off by a larger share."""

CRITERION = """A scale serves for a use if at least {enough:.0%} of its figures have an error of at most {within:.0%},
and if that is so at every larger scale as well. More runs shrink luck and leave bias."""

BIAS_TEXT = """In bold: bias more than {clear:g} standard errors from nothing. About one figure in twenty is so by
chance."""


def study() -> Study:
    """The study of scale."""
    return Study(NAME, len(series()), len(jobs()), run_scale, section, policy_text(), jobs)


def section(jobs: Sequence[Job], shows: np.ndarray, folder: Path) -> Section:
    """How far each scale lies from full scale."""
    found = found_in(jobs, shows)
    file = folder / "validation_scale.png"
    text = draw(found, file)
    runs = ", ".join(f"{each} runs at {share(scale)}" for each, scale in zip(found.runs, found.scales, strict=True))
    number = {level: len({(one.area, one.group) for one in found.series if one.level == level}) for level in LEVELS}
    pieces: tuple[Piece, ...] = (
        Words(OPENING.format(runs=runs, **{level: each for level, each in number.items() if level.isalpha()})),
        Picture(file, text),
        Head("Which scale for what"),
        Words(CRITERION.format(enough=ENOUGH, within=WITHIN)),
        _recommended(found),
        _typical(found),
        Head("Every national figure"),
        Words(BIAS_TEXT.format(clear=CLEAR)),
        _every(found),
        Words(_places(found)),
    )
    return Section(NAME, TITLE, verdict(found), pieces, tuple(_rows(found)))


def share(scale: float) -> str:
    """A scale in words."""
    return f"{100.0 * scale:g}% of England" if scale < 1.0 else "full scale"


def verdict(found: Found) -> str:
    """The smallest scale for each use."""
    told = []
    for level in LEVELS:
        scale = serves(found, level, FIVE, WITHIN, ENOUGH)
        told.append(f"{_use(level)}: {share(scale) if scale is not None else 'no scale'}")
    return f"Smallest scale whose mean of {FIVE} runs lies within {WITHIN:.0%} of full scale: {'; '.join(told)}."


def _use(level: str) -> str:
    return "national figures" if level == NATIONAL else "the effect of a policy" if level == POLICY else level


def name(one: Series) -> str:
    """A figure in words."""
    labels = {(each.indicator, each.group): each.label for each in HEADLINES}
    label = labels.get((one.indicator, one.group)) or labels.get((one.indicator, "all")) or one.indicator
    if one.level == POLICY:
        return f"Effect of a policy on {_outcome(one.indicator)}"
    group = "" if one.group in ("all", "care_worker") else f", {one.group.replace('_', ' ')}"
    return f"{label}{group}{'' if one.level == NATIONAL else f', {one.area}'}"


def _outcome(indicator: str) -> str:
    return next(one.label for one in OUTCOMES if one.indicator == indicator)


def _recommended(found: Found) -> Grid:
    rows = []
    for level in LEVELS:
        scales = [serves(found, level, runs, WITHIN, ENOUGH) for runs in REPLICATES]
        cells = ["none" if scale is None else share(scale) for scale in scales]
        rows.append((_use(level), str(len(found.of(level))), *cells))
    headings = ("use", "figures", *(f"mean of {runs} runs" if runs > 1 else "one run" for runs in REPLICATES))
    return Grid(f"Smallest scale at which {ENOUGH:.0%} of the figures lie within {WITHIN:.0%}", headings, tuple(rows))


def _typical(found: Found) -> Grid:
    rows = []
    for level in LEVELS:
        places = found.of(level)
        for what, values in (
            ("bias, size", np.abs(found.bias)), ("luck of one run", found.relative_spread),
            (f"error of the mean of {FIVE}", found.error(FIVE)),
        ):  # fmt: skip
            cells = [f"{np.median(each[places]):.1%} ({np.quantile(each[places], ENOUGH):.0%})" for each in values]
            rows.append((_use(level), what, *cells))
    caption = (
        f"Middle one of a use's figures, and in brackets what {ENOUGH:.0%} of them stay below, shares of the figure"
    )
    return Grid(caption, ("use", "", *(share(scale) for scale in found.scales)), tuple(rows))


def _every(found: Found) -> Grid:
    rows = []
    for place in [*found.of(NATIONAL), *found.of(POLICY)]:
        cells = []
        for at in range(len(found.scales) - 1):
            bias = f"{found.bias[at, place]:+.1%}"
            bold = f"**{bias}**" if found.bias_clear[at, place] else bias
            cells.append(f"{bold} ({found.relative_spread[at, place]:.1%})")
        cells.append(f"({found.relative_spread[-1, place]:.1%})")
        rows.append(
            (
                name(found.series[place]),
                written(found.series[place], float(found.full[place])),
                unit(found.series[place]),
                *cells,
            )
        )
    headings = ("figure", "full scale", "unit", *(share(scale) for scale in found.scales))
    return Grid("Bias, and in brackets luck of one run, as shares of the figure at full scale", headings, tuple(rows))


def unit(one: Series) -> str:
    """Of a figure of a financial year."""
    known = INDICATORS.get(one.indicator)
    name = known.unit if known is not None else SPECIAL[one.indicator][0]
    return A_YEAR if name == POUNDS else name


def written(one: Series, value: float) -> str:
    """A figure with as many digits as are of use."""
    if unit(one) == PERCENT_SHARE:
        return f"{100.0 * value:.2f}%"
    if unit(one) == A_YEAR:
        return f"{value / 1e9:,.2f} bn"
    return f"{value:,.0f}" if abs(value) >= SMALL else f"{value:.2f}"


def _places(found: Found) -> str:
    """How many councils have too little to say anything of at the smallest scale, and biases that are clear."""
    missing = int(np.isnan(found.mean[0]).sum() - np.isnan(found.mean[-1]).sum())
    clear = found.bias_clear[:, [*found.of(NATIONAL), *found.of(POLICY)]].mean(axis=1)
    told = ", ".join(f"{part:.0%} at {share(scale)}" for scale, part in zip(found.scales[:-1], clear, strict=False))
    nothing = (
        f" At {share(found.scales[0])}, {missing} figures of councils have nobody to be said of." if missing else ""
    )
    return f"Share of national figures and effects whose bias is clear: {told}.{nothing}"


def _rows(found: Found) -> list[Row]:
    """Every figure at every scale: mean, and one standard deviation of a run to either side; councils in sum only."""
    rows = []
    for place, one in enumerate(found.series):
        if one.level == LEVELS[3] or not np.isfinite(found.full[place]):
            continue
        for at, scale in enumerate(found.scales):
            mean, spread = float(found.mean[at, place]), float(found.spread[at, place])
            when = "2029/30" if one.level == POLICY else "2024/25"
            full = float(found.full[place])
            item = f"{name(one)}: mean and one standard deviation of a run at {share(scale)}"
            rows.append(Row(item, when, unit(one), full, None, None, mean, mean - spread, mean + spread, "", ""))
    return rows


def draw(found: Found, file: Path) -> str:
    """Draw the picture, and give its text for those who cannot see it."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    title = _title(found)
    figure = Figure(figsize=(9.0, 5.0))
    axes = figure.add_axes((0.07, 0.14, 0.72, 0.66))
    figure.text(0.02, 0.975, title, fontsize=13, fontweight="bold", va="top")
    subtitle = f"Error of the mean of {FIVE} runs, % of the figure at full scale: middle one of a use's figures"
    figure.text(0.02, 0.90, subtitle, fontsize=9.5, color=DOTS, va="top")
    told = []
    for level in LEVELS:
        middle = 100.0 * np.median(found.error(FIVE)[:, found.of(level)], axis=1)
        axes.plot(found.scales, middle, "o-", color=COLOURS[level], linewidth=2, markersize=5)
        told.append((float(middle[-1]), level, middle))
    axes.axhline(100.0 * WITHIN, color=DOTS, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xscale("log")
    axes.set_yscale("log")
    _labels(axes, told)
    axes.set_xticks(found.scales, [f"{100.0 * scale:g}%" for scale in found.scales])
    axes.minorticks_off()
    axes.set_xlabel("share of England simulated", fontsize=9)
    low, high = axes.get_ylim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="both", length=0, labelsize=9)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.text(0.02, 0.02, f"Dashed: {WITHIN:.0%}, the error allowed. Source: caresim", fontsize=8, color=DOTS)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    at_first = "; ".join(f"{_use(level)} {middle[0]:.1f}% to {middle[-1]:.1f}%" for _, level, middle in told)
    return f"{title}. From the smallest scale to full scale: {at_first}."


def _title(found: Found) -> str:
    national, council = (serves(found, level, FIVE, WITHIN, ENOUGH) for level in (NATIONAL, LEVELS[3]))
    for_nation = f"{share(national)} serves for national figures" if national is not None else "No scale serves for all"
    for_nation = for_nation[0].upper() + for_nation[1:]
    return f"{for_nation}; {'councils need ' + share(council) if council is not None else 'none serves for councils'}"


def _labels(axes: object, told: list[tuple[float, str, np.ndarray]]) -> None:
    """Names at the right ends of the lines, kept apart."""
    ends = sorted(told)
    heights = np.log10([max(end, 1e-3) for end, *_ in ends])
    for at in range(1, len(heights)):
        heights[at] = max(heights[at], heights[at - 1] + APART)
    for height, (_, level, _) in zip(heights, ends, strict=True):
        axes.text(1.08, 10.0**height, _use(level), color=COLOURS[level], fontsize=9, va="center")  # type: ignore[attr-defined]
