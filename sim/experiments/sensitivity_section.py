"""What outcomes depend on, as parts of the page: by the design's own analysis, and through a surrogate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.priors import Floats
from sim.experiments import pictures
from sim.experiments.grid_section import OVER_DRAWS, grid_section, is_small_grid
from sim.experiments.pictures import Bar, Picture, Words
from sim.experiments.prepared import Prepared
from sim.experiments.schema import GRID, MORRIS, ONE_AT_A_TIME, SOBOL
from sim.experiments.screening import Effect, screen
from sim.experiments.section import Section, Shelf, source
from sim.experiments.sensitivity import Index, Sobol, Swing, luck, no_indices, sobol, swings, whole_blocks
from sim.experiments.surrogate import refusal, sobol_through, told, train
from sim.experiments.wording import POINTS, capital, figure
from sim.settings import setting

SETTLED = 0.05
"""Furthest that total indices may move when base points are doubled before more of them are asked for."""
TOLD_LUCK = 0.01
"""Share of luck in an index from which it is told beside it."""
ROWS = 15
"""Of a table."""
RUNS = (
    "{points:,} points ({kind}) over {axes} axes, {repeats} each; {done:,} of {of:,} runs are finished, {failed:,} "
    "failed. Replicates of all points have the same seeds, so that points are compared with the same luck."
)
LUCK = (
    "Luck in one run: share of a run's variance that is {what}. Luck in means: share of the variance of the means that "
    "are analysed which replicates leave open; it blurs everything below. A single replicate cannot tell."
)


def overview(data: Prepared) -> Section:
    """What was run, what outcomes show over the points, and how much of that is luck."""
    rows, records = [], []
    for name, outcome in data.outcomes.items():
        mean, found = data.values.mean(name) / outcome.per, luck(data.values.of(name))
        low, middle, high = float(np.nanmin(mean)), float(np.nanmean(mean)), float(np.nanmax(mean))
        shares = [f"{one:.0%}" if np.isfinite(one) else "not known" for one in found]
        rows.append(
            (
                capital(data.told(name)),
                data.unit(name),
                figure(float(middle)),
                f"{figure(float(low))} to {figure(float(high))}",
                *shares,
            )
        )
        records.append((name, low * outcome.per, middle * outcome.per, high * outcome.per, *found))
    frame = pd.DataFrame(records, columns=["outcome", "lowest", "mean", "highest", "luck_of_run", "luck_of_mean"])
    header = ("Outcome", "Unit", "Mean of points", "Lowest to highest point", "Luck in one run", "Luck in means")
    caption = f"Outcomes over {len(data.points):,} points, {data.values.year}"
    text = [
        RUNS.format(
            points=len(data.points), kind=data.study.design.kind.replace("_", " "), axes=len(data.axes),
            repeats=data.repeats, **data.counts,
        ),
        LUCK.format(what="parameters drawn and luck together" if data.drawn else "luck"),
    ]  # fmt: skip
    if data.values.changes:
        text.append("Changes are against the same run, with the same luck, without what the study chooses.")
    if any(outcome.unit_of_change == POINTS for outcome in data.outcomes.values()):
        text.append("Differences of what is told in % are in points, which are percentage points.")
    shelf = Shelf("outcomes", caption, header, rows, frame)
    return Section("runs", "What was run", (), tuple(text), (), (shelf,))


def by_design(data: Prepared, folder: Path) -> Section:
    """The analysis that the design was made for; through a surrogate for a design that fills the space."""
    kind = data.study.design.kind
    if kind == GRID and is_small_grid(data):
        return grid_section(data, folder)
    ways: dict[str, Callable[[Prepared, Path], Section]] = {SOBOL: _sobol, MORRIS: _morris, ONE_AT_A_TIME: _tornado}
    return ways.get(kind, _surrogates)(data, folder)


# -- Sobol indices


def _sobol(data: Prepared, folder: Path) -> Section:
    second = data.study.design.second_order
    found = {name: sobol(_all_names(data), data.values.mean(name), second) for name in data.outcomes}
    notes = [_convergence(data, name, one) for name, one in found.items()]
    return _indices(data, folder, found, SOBOL_METHOD, notes)


def _all_names(data: Prepared) -> list[str]:
    """Axes of the design in its order: those with a single value have a part in it, too."""
    from sim.experiments.axes import axes_of

    return [axis.name for axis in axes_of(data.study)]


SOBOL_METHOD = (
    "Sobol indices (Saltelli's design, estimated by SALib): the first-order index of an axis is the share of an "
    "outcome's variance over the points that would go if this axis alone were known; the total index is the share that "
    "would stay if all others were known, so it also counts what the axis does together with others. Ranges of axes "
    "decide such shares: a wide range makes an axis look important. Luck in means lifts every total index by up to its "
    "share, also that of an axis that does nothing; first-order indices it does not lift. An axis is named only where "
    "its total index is clear of that share, or of the lowest of all intervals where the share is not known."
)


def _convergence(data: Prepared, name: str, found: Sobol | None) -> str:
    label = capital(data.outcomes[name].label)
    if found is None:
        second = data.study.design.second_order
        return f"{label}: {no_indices(len(whole_blocks(_all_names(data), data.values.mean(name), second)))}"
    moved = found.moved()
    left = f" {found.left_out} base points with a missing run are left out." if found.left_out else ""
    if np.isnan(moved):
        return f"{label}: {found.blocks} base points, too few to see whether indices have settled.{left}"
    settled = "they have settled" if moved <= SETTLED else "they have not settled, and more points are needed"
    doubled = f"when base points were doubled to {found.blocks}"
    return f"{label}: total indices moved by up to {moved:.2f} {doubled}: {settled}.{left}"


def _indices(
    data: Prepared, folder: Path, found: dict[str, Sobol | None], method: str, notes: list[str], through: str = ""
) -> Section:
    """Indices of all outcomes as pictures and a table."""
    drawn: list[Picture] = []
    findings, records = [], []
    for name, one in found.items():
        if one is None:
            continue
        title = _index_title(data, name, one, not through)
        findings.append(f"{title}{through and ' (by the surrogate)'}.")
        words = Words(title, f"Shares of the variance of {data.told(name)} over the points{through}", source(data))
        rows = [_index_bar(data, index) for index in _ranked(one)]
        drawn.append(pictures.bars(folder, f"sobol_{name}", words, rows, "total index", "first-order index"))
        for blocks, indices in one.by_blocks:
            records += [(name, blocks, *index) for index in indices]
    columns = ["outcome", "base_points", "axis", "first", "first_half", "total", "total_half"]
    frame = pd.DataFrame(records, columns=columns)
    rows_told = [_index_row(data, name, index) for name, one in found.items() for index in _ranked(one)[:ROWS]]
    coverage = f"{setting('interval'):.0%}"
    shelf = Shelf(
        "sobol", f"Sobol indices with {coverage} intervals{through}", ("Outcome", "Axis", "First order", "Total"),
        rows_told, frame,
    )  # fmt: skip
    tables = (shelf,) if rows_told else ()
    return Section("sensitivity", "What outcomes depend on", tuple(findings), (method, *notes), tuple(drawn), tables)


def _ranked(found: Sobol | None) -> list[Index]:
    return sorted(found.indices, key=lambda index: -index.total) if found else []


def _index_bar(data: Prepared, index: Index) -> Bar:
    low, high = index.total - index.total_half, index.total + index.total_half
    return Bar(_label(data, index.axis), index.total, low, high, index.first)


def _index_row(data: Prepared, name: str, index: Index) -> tuple[str, ...]:
    first, total = (
        f"{index.first:.2f} \u00b1 {index.first_half:.2f}",
        f"{index.total:.2f} \u00b1 {index.total_half:.2f}",
    )
    return capital(data.outcomes[name].label), _label(data, index.axis), first, total


def _index_title(data: Prepared, name: str, found: Sobol, runs: bool) -> str:
    """What an outcome depends on most; indices from runs hold luck, those by a surrogate do not."""
    best = max(found.indices, key=lambda index: index.total)
    told_of = data.told(name)
    share = luck(data.values.of(name)).of_mean if runs else 0.0
    known = bool(np.isfinite(share))
    # Where it is not known how much luck there is, no more than the axis shows that matters least.
    lifted = share if known else max(0.0, min(index.total + index.total_half for index in found.indices))
    if min(1.0, best.total) - best.total_half <= lifted:
        return capital(f"no axis is clearly behind {told_of}: there are too few points or replicates")
    if runs and not found.moved() <= SETTLED:  # not known where there are too few points
        return capital(f"{told_of}: {_quoted(data, best.axis)} comes first, but shares of variance have not settled")
    of_luck = f", up to {lifted:.0%} of it by luck" if known and lifted >= TOLD_LUCK else ""
    most = f"{min(1.0, best.total):.0%} of its variance{of_luck}"
    others = [index.total + index.total_half for index in found.indices if index is not best]
    if max(others, default=0.0) >= best.total - best.total_half:
        axis = _quoted(data, best.axis)
        return capital(f"{told_of}: {axis} leads with {most}, not clearly ahead of the next axis")
    return capital(f"{told_of} depends most on {_quoted(data, best.axis)}: {most}")


def _label(data: Prepared, name: str) -> str:
    return data.labels.get(name, name)


def _quoted(data: Prepared, name: str) -> str:
    return f"\u201c{_label(data, name)}\u201d"


# -- Morris


def _morris(data: Prepared, folder: Path) -> Section:
    drawn, findings, records, rows = [], [], [], []
    for name, outcome in data.outcomes.items():
        found = screen(data.names, data.quantiles, data.values.mean(name))
        if not found:
            continue
        title = _screen_title(data, name, found)
        findings.append(f"{title}.")
        words = Words(
            title,
            f"Mean size of what {data.told(name)} does when an axis moves by a step, {outcome.unit_of_change}",
            source(data),
        )
        shown = [_effect_bar(data, one, outcome.per) for one in found]
        axis = f"mu*, {outcome.unit_of_change}"
        drawn.append(pictures.bars(folder, f"morris_{name}", words, shown, axis, "sigma"))
        records += [(name, *one) for one in found]
        rows += [_effect_row(data, name, one) for one in found[:ROWS]]
    columns = ["outcome", *Effect._fields]
    header = ("Outcome", "Axis", "mu*", "sigma", "Mean with sign", "Shape")
    caption = f"Elementary effects with {setting('interval'):.0%} intervals, the {ROWS} largest of each outcome"
    shelf = Shelf("morris", caption, header, rows, pd.DataFrame(records, columns=columns))
    paragraphs = (MORRIS_METHOD, "" if rows else "Too few whole trajectories: nothing can be told.")
    kept = tuple(one for one in paragraphs if one)
    return Section(
        "sensitivity", "Which axes matter at all", tuple(findings), kept, tuple(drawn), (shelf,) if rows else ()
    )


MORRIS_METHOD = (
    "Morris screening: each axis is moved by a fixed step of a good half of its range, from many places. mu* is the "
    "mean size of what an outcome then does, sigma its spread: an axis with a large sigma acts in bends or together "
    "with others, or is blurred by luck, which gives every axis a mu* and a sigma, also one that does nothing. "
    "Screening finds axes that may be left out of further studies; it does not measure shares of variance."
)


def _effect_bar(data: Prepared, one: Effect, per: float) -> Bar:
    low, high = one.size_low / per, one.size_high / per
    return Bar(_label(data, one.axis), one.size / per, low, high, one.spread / per)


def _effect_row(data: Prepared, name: str, one: Effect) -> tuple[str, ...]:
    per = data.outcomes[name].per
    size = f"{figure(one.size / per)} ({figure(one.size_low / per)} to {figure(one.size_high / per)})"
    spread = f"{figure(one.spread / per)} ({figure(one.spread_low / per)} to {figure(one.spread_high / per)})"
    shape = ("bent, joint or luck" if one.bent else "mostly straight") if one.size else "moves nothing"
    label = f"{capital(data.outcomes[name].label)}, {data.outcomes[name].unit_of_change}"
    return label, _label(data, one.axis), size, spread, figure(one.mean / per, signed=True), shape


def _screen_title(data: Prepared, name: str, found: list[Effect]) -> str:
    first = found[0]
    if first.size == 0.0:
        return capital(f"no axis moves {data.told(name)}")
    if len(found) > 1 and first.size_low <= found[1].size_high:
        return capital(f"{data.told(name)}: {_quoted(data, first.axis)} leads, not clearly ahead of the next axis")
    return capital(f"{data.told(name)}: {_quoted(data, first.axis)} clearly matters most")


# -- one at a time


def _tornado(data: Prepared, folder: Path) -> Section:
    drawn, findings, records, rows = [], [], [], []
    for name, outcome in data.outcomes.items():
        found = swings(data.points, data.values.of(name), data.drawn)
        if not found:
            continue
        title = _swing_title(data, name, found)
        findings.append(f"{title}.")
        words = Words(
            title,
            f"Difference in {data.told(name)} from the base point, {outcome.unit_of_change}; one axis moved at a time",
            source(data),
        )
        shown = [_swing_bar(data, one, outcome.per) for one in found]
        drawn.append(pictures.tornado(folder, f"tornado_{name}", words, shown, outcome.unit_of_change))
        records += [(name, one.axis, one.value, *one.change, one.clear) for one in found]
        rows += [
            (
                f"{capital(outcome.label)}, {outcome.unit_of_change}",
                bar.label,
                figure(bar.value, signed=True),
                f"{figure(bar.low)} to {figure(bar.high)}",
            )
            for bar in shown[:ROWS]
        ]
    header, caption = ("Outcome", "Setting", "Difference", "Interval"), "One axis at a time, the widest first"
    columns = ["outcome", "axis", "value", "mean", "low", "high", "runs", "clear"]
    shelf = Shelf("one_at_a_time", caption, header, rows, pd.DataFrame(records, columns=columns))
    text = (
        "One axis is moved at a time, all others staying at the base point: this shows nothing of what axes do "
        "together, and holds at the base point alone. Differences are paired by replicate; with one there are no "
        f"intervals. These hold {setting('interval'):.0%} {OVER_DRAWS if data.drawn else 'for the mean over luck'}; an "
        "axis is named only where this holds of all settings looked at (Bonferroni)."
    )
    return Section(
        "sensitivity", "What each axis does alone", tuple(findings), (text,), tuple(drawn), (shelf,) if rows else ()
    )


def _swing_bar(data: Prepared, one: Swing, per: float) -> Bar:
    from sim.experiments.discovery import value_told

    label = f"{_label(data, one.axis)}: {value_told(one.value, data.units.get(one.axis, ''))}"
    mean = one.change.mean / per
    ends = [end / per if np.isfinite(end) else mean for end in (one.change.low, one.change.high)]
    return Bar(label, mean, *ends)


def _swing_title(data: Prepared, name: str, found: list[Swing]) -> str:
    outcome, first = data.outcomes[name], found[0]
    if first.change.mean == 0.0 or (first.change.runs > 1 and not first.clear):
        return capital(f"no single axis clearly moves {data.told(name)}")
    by = f"{figure(first.change.mean / outcome.per, signed=True)} {outcome.unit_of_change}"
    if first.change.runs == 1:
        most = f"{data.told(name)} differs most with {_quoted(data, first.axis)}: {by}"
        return capital(f"{most} in a single run each, which luck may have decided")
    return capital(f"{data.told(name)} is moved most by {_quoted(data, first.axis)}: {by}")


# -- designs that fill the space


def _surrogates(data: Prepared, folder: Path) -> Section:
    """Sobol indices through a surrogate of each outcome, and scatter plots."""
    found: dict[str, Sobol | None] = {}
    notes: list[str] = []
    for name, outcome in data.outcomes.items():
        mean = data.values.mean(name)
        surrogate = train(data.quantiles, mean, data.unordered)
        refused = refusal(surrogate, mean)
        if surrogate is None or refused:
            notes.append(f"{capital(outcome.label)}. {refused}")
            continue
        notes.append(f"{capital(outcome.label)}. {told(surrogate, outcome.unit_of_change, outcome.per)}.")
        found[name] = sobol_through(surrogate, data.names, data.listed)
    section = _indices(data, folder, found, SURROGATE_METHOD, notes, ", by the surrogate" if found else "")
    return section._replace(pictures=(*section.pictures, *scatters(data, folder, found)))


SURROGATE_METHOD = (
    "The design fills the space of the axes, so a surrogate is learnt from its runs and asked for Sobol indices at "
    "thousands of points. First-order index: share of an outcome's variance that would go if the axis alone were "
    "known; total index: share that would stay if all others were known. Intervals are those of the sum and do not "
    "hold the surrogate's own error, which is told for each outcome:"
)


def scatters(data: Prepared, folder: Path, found: dict[str, Sobol | None]) -> list[Picture]:
    """Scatter plots of each outcome over the axes that matter most, as far as that is known."""
    drawn = []
    for name, one in found.items():
        if one is None:
            continue
        ranked = [
            index.axis for index in sorted(one.indices, key=lambda index: -index.total) if index.axis in data.names
        ]
        outcome = data.outcomes[name]
        title = capital(f"{data.told(name)} over the axes that it depends on most")
        words = Words(
            title,
            f"{capital(data.told(name))}, {data.unit(name)}; each dot is a point of the design, the mean of its runs",
            source(data),
        )
        panels = [(_label(data, axis), _numbers(data, axis)) for axis in ranked]
        drawn.append(
            pictures.scatter(
                folder, f"scatter_{name}", words, panels, data.values.mean(name) / outcome.per, data.unit(name)
            )
        )
    return drawn


def _numbers(data: Prepared, axis: str) -> Floats:
    """[point] values of an axis, or their place in the list where they are no numbers."""
    column = data.points[axis]
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return np.asarray(column, dtype=np.float64)
    values = next(one.values for one in data.axes if one.name == axis) or ()
    return np.array([values.index(value) for value in column.tolist()], dtype=np.float64)
