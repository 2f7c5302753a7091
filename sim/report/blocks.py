"""Tables of the report, before they become a page or a sheet: a base, and differences from it with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.headline import KINDS, changed, limits, number
from sim.intervals import Interval, by_student, interval

if TYPE_CHECKING:
    from sim.measures import Floats

MONEY = ("million",)
"""Kinds whose unit stands in the heading of a table."""


class Line(NamedTuple):
    """A line of a table."""

    label: str
    note: str
    kind: str
    """How values are written, as in `sim.headline.KINDS`."""
    base: float
    """Level under the base; not a number where there is none."""
    changes: tuple[Interval | None, ...]
    """Difference in each column; None where nothing can be said."""
    part: bool = False
    """Whether it is a part of the line above."""
    strong: bool = False
    """Whether it is a total."""
    signed: bool = True
    """Whether values are changes, and not amounts."""


class Block(NamedTuple):
    """A table."""

    title: str
    note: str
    base: str
    """Heading of the column of levels; empty if there is none."""
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


class Cell(NamedTuple):
    """A difference as it is written."""

    change: str
    limits: str
    clear: bool
    """Whether its interval holds no zero."""


def cell(change: Interval | None, kind: str, signed: bool = True) -> Cell:
    """A difference as tables show it, or an amount."""
    if change is None:
        return Cell("not told", "", clear=False)
    if not signed:
        bounds = f"({number(change.low, kind)} to {number(change.high, kind)})"
        return Cell(number(change.mean, kind), bounds, clear=False)
    return Cell(changed(change, kind), limits(change, kind), change.clear)


def level(value: float, kind: str) -> str:
    """A level as tables show it; nothing where there is none."""
    return "" if np.isnan(value) else number(value, kind)


def line(
    label: str,
    kind: str,
    base: Floats | None,
    others: Iterable[Floats],
    drawn: bool,
    *,
    note: str = "",
    part: bool = False,
    strong: bool = False,
) -> Line:
    """A line from [replicate] values of the base and of what stands in each column.

    Without a base, the values are differences already. The label says the unit, but for sums of money, whose tables do.
    """
    label = label if kind in MONEY else f"{label}, {KINDS[kind].unit}"
    if base is None:
        changes = tuple(interval(values, drawn) for values in others)
        return Line(label, note, kind, float("nan"), changes, part, strong)
    changes = tuple(interval(values - base, drawn) for values in others)
    return Line(label, note, kind, float(np.mean(base)), changes, part, strong)


def ratio(above: Floats, below: Floats, drawn: bool) -> Interval | None:
    r"""Ratio of two mean differences over the same runs, with Fieller's interval; None where it has no bounds.

    The interval holds every ratio `r` for which the mean of :math:`y - r x` is not clear of nothing (Fieller 1954). It
    has bounds only where the difference below is itself clear of nothing by Student's t, of which the formula is made:
    the cost of a post that may not be there can't be told.
    """
    runs, mean, of_cost = len(below), float(np.mean(below)), float(np.mean(above))
    half = float(by_student(np.asarray(below), drawn)["high"]) - mean
    if not abs(mean) > half or not np.isfinite(of_cost):  # nor where either is not known
        return None
    factor = 1.0 + 1.0 / runs if drawn else 1.0 / runs
    spread = np.cov(above, below, ddof=1)
    # Student's quantile, squared, as it stands in the interval: half = t s sqrt(factor).
    squared = half * half / (factor * spread[1, 1]) if spread[1, 1] > 0 else 0.0
    g, cross, own = (squared * factor * spread[place] for place in ((1, 1), (0, 1), (0, 0)))
    a, b, c = mean**2 - g, mean * of_cost - cross, of_cost**2 - own
    root = np.sqrt(max(b * b - a * c, 0.0))
    low, high = sorted(((b - root) / a, (b + root) / a))
    return Interval(of_cost / mean, float(low), float(high), runs)


def rows_of(block: Block, scenarios: Sequence[str] = ()) -> list[dict[str, object]]:
    """Tidy rows of a table: one for each line and column."""
    heads = scenarios or block.columns
    rows: list[dict[str, object]] = []
    for one in block.lines:
        for column, change in zip(heads, one.changes, strict=True):
            known = change or Interval(float("nan"), float("nan"), float("nan"), 0)
            rows.append(
                {
                    "table": block.title,
                    "line": one.label,
                    "column": column,
                    "base": one.base,
                    "change": known.mean,
                    "low": known.low,
                    "high": known.high,
                    "runs": known.runs,
                }
            )
    return rows
