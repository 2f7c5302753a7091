"""Tables of a comparison for people to read: differences as they are written, on the terminal and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.cautions import cautions
from sim.comparison import END, SPLIT, Comparison
from sim.headline import HEADLINES, labelled, number, of_month, summed_up
from sim.report.blocks import Cell, cell
from sim.settings import setting

if TYPE_CHECKING:
    from collections.abc import Sequence


FEW = 5
"""Fewer runs than this make intervals rough."""
COLUMN = 20
"""Widest column of a scenario on the terminal, characters."""


def print_comparison(comparison: Comparison) -> None:
    """The table of the last financial year, or where there is none of the last month, and what the intervals say."""
    from sim.terminal import console

    terminal = console()
    when, period = comparison.moments()[-1]
    terminal.print(_table(comparison, when, period))
    for caution in cautions(comparison, when):
        terminal.print(caution, highlight=False, markup=False)
    terminal.print(said_of_intervals(comparison), highlight=False, markup=False)


def said_of_intervals(comparison: Comparison) -> str:
    """What the intervals hold and what they do not."""
    if comparison.replicates < 2:
        return "One run of each: no intervals. Ask for more with --draws, or with --replicates for luck alone."
    count = comparison.replicates
    few = f" {count} runs of each are few: read intervals as rough." if count < FEW else ""
    if comparison.drawn:
        return (
            f"In brackets: {setting('interval'):.0%} intervals over {count} draws of the parameters, "
            "fitted to published figures up to 2024/25, each with luck of its own. They hold how uncertain it is how "
            f"people and employers behave, as far as the model's rules go; not what the rules leave out.{few}"
        )
    return (
        f"In brackets: {setting('interval'):.0%} intervals of the mean difference over {count} pairs of replicates. "
        f"They hold what luck leaves open, not how uncertain it is how people and employers behave.{few}"
    )


def _table(comparison: Comparison, when: str, period: str) -> Any:
    from rich.markup import escape
    from rich.table import Table

    title = escape(f"England, {period}: level under {comparison.base}, and differences from it")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column(escape(comparison.base), justify="right")
    for scenario in comparison.others:
        table.add_column(escape(scenario), justify="right", max_width=COLUMN)
    for row in table_rows(comparison, when):
        label = f"  {row.label}" if row.part else f"{row.label} {row.when}".rstrip()
        cells = [f"{cell.change}\n{cell.limits}".rstrip() for cell in row.cells]
        table.add_row(label, row.base, *cells)
    return table


class Row(NamedTuple):
    """A line of the comparison as it is shown."""

    label: str
    note: str
    when: str
    """What the value of a financial year is."""
    base: str
    cells: list[Cell]
    part: bool
    """Whether the line is a part of the change in the line above."""


def table_rows(comparison: Comparison, when: str, scenarios: Sequence[str] = ()) -> list[Row]:
    """Lines of the table for one of the times compared, the parts of the change in vacant posts below these.

    It is of the scenarios named, or of all that are compared with the base.
    """
    rows = []
    shown = scenarios or comparison.others
    lines = [line for line in comparison.lines() if line.when == when and line.scenario in shown]
    splits = [split for split in comparison.splits() if split.when == when and split.scenario in shown]
    for headline in HEADLINES:
        found = [line for line in lines if line.headline == headline]
        if not found:
            continue
        of_year = f"({summed_up(headline)})" if when != END else of_month(headline)
        cells = [cell(line.change, headline.kind) for line in found]
        level = number(found[0].base.mean, headline.kind)
        rows.append(Row(labelled(headline), headline.note, of_year, level, cells, part=False))
        if headline.indicator == "vacancies":
            for part in SPLIT:
                cells = [cell(split.parts[part], headline.kind) for split in splits]
                rows.append(Row(f"of which from {part}", "", "", "", cells, part=True))
    return rows
