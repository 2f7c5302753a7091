"""Comparison of scenarios: paired differences by replicate, with intervals.

Replicate r of two scenarios has the same seed, so the same people meet the same luck, and the difference between the
two is the policy's. Its interval is Student's t over the replicates' differences: it holds what luck leaves open, not
what is uncertain about how people behave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.cautions import cautions
from sim.headline import (
    HEADLINES,
    Headline,
    at_month,
    changed,
    in_year,
    labelled,
    last_year,
    limits,
    number,
    print_premises,
    summed_up,
)
from sim.intervals import Interval, interval
from sim.money_report import change_rows
from sim.results import Results, unit_of
from sim.settings import setting
from sim.units import financial_year, month_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.measures import Floats
    from sim.running import Named
    from sim.scenario import Scenario

COLUMN = 20
"""Widest column of a scenario on the terminal, characters."""
END, YEAR = "end of window", "last financial year"
SPLIT = {
    "posts sought": ("posts_sought", 1.0),
    "posts filled": ("filled_posts", -1.0),
    "staff beyond posts sought": ("posts_over", 1.0),
}
"""Parts of a change in vacant posts, each with the sign with which it counts: vacancies = sought - filled + beyond."""


class Line(NamedTuple):
    """One headline of one scenario against the base, at one time."""

    when: str
    """``end of window`` or ``last financial year``."""
    period: str
    headline: Headline
    scenario: str
    base: Interval
    level: Interval
    change: Interval


class Split(NamedTuple):
    """What a change in vacant posts is made of, posts."""

    when: str
    period: str
    scenario: str
    change: Interval
    parts: dict[str, Interval]


def over(when: str, unit: str) -> str:
    """Unit of what stands in a table: sums of money over a financial year are no longer a month's."""
    return "GBP/year" if when == YEAR and unit == "GBP/month" else unit


@dataclass
class Comparison:
    """Scenarios against the first one."""

    results: Results

    @property
    def base(self) -> str:
        """Name of the scenario that others are compared with."""
        return self.results.scenarios[0]

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the scenarios compared with it."""
        return self.results.scenarios[1:]

    @property
    def replicates(self) -> int:
        """Pairs behind every interval."""
        return len(self.results.of(self.base))

    @property
    def drawn(self) -> bool:
        """Whether each pair has a draw of the parameters of its own."""
        return self.results.drawn

    def moments(self) -> list[tuple[str, str]]:
        """Times compared: what they are, and their names."""
        found = [(END, month_name(self.results.months[-1]))]
        april = last_year(self.results)
        if april is not None:
            found.append((YEAR, financial_year(april)))
        return found

    def values(self, scenario: str, line: Headline, when: str) -> Floats:
        """[replicate] value of a headline at one of the times compared."""
        if when == END:
            return at_month(self.results, scenario, line, self.results.months[-1])
        april = last_year(self.results)
        if april is None:
            message = "the window holds no whole financial year"
            raise ValueError(message)
        return in_year(self.results, scenario, line, april)

    def lines(self) -> Iterator[Line]:
        """Every headline of every scenario at every time compared."""
        for when, period in self.moments():
            for headline in HEADLINES:
                before = self.values(self.base, headline, when)
                for scenario in self.others:
                    after = self.values(scenario, headline, when)
                    base, level, change = (interval(one, self.drawn) for one in (before, after, after - before))
                    if base is not None and level is not None and change is not None:
                        yield Line(when, period, headline, scenario, base, level, change)

    def splits(self) -> Iterator[Split]:
        """Vacancy never stands alone: its change is more posts sought less more posts filled."""
        for when, period in self.moments():
            for scenario in self.others:
                parts = {name: self._change(scenario, of, when, sign) for name, (of, sign) in SPLIT.items()}
                yield Split(when, period, scenario, self._change(scenario, "vacancies", when, 1.0), parts)

    def _change(self, scenario: str, indicator: str, when: str, sign: float) -> Interval:
        line = Headline(indicator, indicator, "all", "thousand")
        found = interval(sign * (self.values(scenario, line, when) - self.values(self.base, line, when)), self.drawn)
        if found is None:
            raise KeyError(indicator)
        return found

    def table(self) -> pd.DataFrame:
        """The comparison as a table, splits of the change in vacant posts included."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def money(self) -> pd.DataFrame:
        """Whose money by financial year against the base, in cash and real, and what it costs government on balance."""
        import pandas as pd

        return pd.DataFrame(change_rows(self.results))

    def rows(self) -> list[dict[str, Any]]:
        """Rows of `table`."""
        coverage = setting("interval")
        rows = []
        for line in self.lines():
            head = {"when": line.when, "period": line.period, "scenario": line.scenario, "base": self.base}
            name = {"indicator": line.headline.indicator, "group": line.headline.group}
            unit = {"unit": over(line.when, unit_of(line.headline.indicator))}
            levels = {"base_value": line.base.mean, "value": line.level.mean}
            rows.append({**head, **name, **unit, **levels, **_limits(line.change), "interval": coverage})
        for split in self.splits():
            for part, change in split.parts.items():
                head = {"when": split.when, "period": split.period, "scenario": split.scenario, "base": self.base}
                name = {"indicator": f"change in vacancies from {part}", "group": "all", "unit": "posts"}
                levels = {"base_value": float("nan"), "value": float("nan")}
                rows.append({**head, **name, **levels, **_limits(change), "interval": coverage})
        return rows

    def __str__(self) -> str:
        lines = [
            f"{line.period}  {line.scenario}: {labelled(line.headline)} {changed(line.change, line.headline.kind)}"
            f" {limits(line.change, line.headline.kind)}".rstrip()
            for line in self.lines()
        ]
        said = [caution for when, _ in self.moments() for caution in cautions(self, when)]
        return "\n".join([*lines, *said])


def _limits(change: Interval) -> dict[str, Any]:
    return {"change": change.mean, "low": change.low, "high": change.high, "replicates": change.runs}


def compare(
    base: Named | Results,
    others: Named | Sequence[Named] | Results = (),
    *,
    replicates: int | None = None,
    draws: int | None = None,
    threads: int | None = None,
    workers: int = 1,
    output: str | Path | None = None,
    detail: str | Sequence[str] = (),
    people: int = 0,
    providers: int = 0,
) -> Comparison:
    """Compare scenarios with a base, pair by pair on the same people, draws and months.

    Args:
        base: a scenario in any form that `sim.run` takes, or results that hold all scenarios, the base first.
        others: one or several scenarios of the same window, scale and seed.
        replicates: pairs; as in the base if left out.
        draws: pairs of so many draws of the fitted parameters, in place of replicates of their starting values.
        threads: threads within a run.
        workers: runs at once.
        output: folder for results, table, figures and page; nothing is written if left out.
        detail: groups of people and crossings, as `sim.run` takes them.
        people: people to follow in every scenario.
        providers: establishments to follow in every scenario.
    """
    from sim.running import run_all

    if isinstance(base, Results):
        return Comparison(base)
    if isinstance(others, Results):
        message = "results of several scenarios come first: compare(results)"
        raise TypeError(message)
    named = [base, *(others if isinstance(others, (list, tuple)) else [others])]
    extra = [_write_comparison] if output is not None else []
    return Comparison(
        run_all(
            named, replicates=replicates, draws=draws, threads=threads, workers=workers, output=output, detail=detail,
            people=people, providers=providers, extra=extra,
        )
    )  # fmt: skip


def compare_scenarios(base: Scenario, others: Sequence[Scenario], *, output: Path, **options: Any) -> None:
    """Compare for the command line: with progress, tables, and a word on where everything lies."""
    from sim.running import run_all

    results = run_all([base, *others], output=output, watch=True, extra=[_write_comparison], **options)
    print_comparison(Comparison(results))
    print_premises(results, [base, *others])
    print(f"Charts and tables: {output / 'index.html'}")


def _write_comparison(results: Results, folder: Path) -> None:
    """Table, figures and page into a folder of results."""
    from sim.figures import draw_figures
    from sim.folders import write_rows
    from sim.webpage import write_page

    comparison = Comparison(results)
    write_rows(folder / "comparison.csv", comparison.rows())
    changes = change_rows(results)
    if changes:
        write_rows(folder / "money_changes.csv", changes)
    figures = draw_figures(comparison, folder / "figures")
    write_page(comparison, figures, folder / "index.html")


def print_comparison(comparison: Comparison) -> None:
    """The table of the last financial year, or where there is none of the last month, and what the intervals say."""
    from rich.console import Console

    console = Console()
    when, period = comparison.moments()[-1]
    console.print(_table(comparison, when, period))
    for caution in cautions(comparison, when):
        console.print(caution, highlight=False)
    console.print(said_of_intervals(comparison), highlight=False)


def said_of_intervals(comparison: Comparison) -> str:
    """What the intervals hold and what they do not."""
    if comparison.replicates < 2:
        return "One run of each: no intervals. Ask for more with --draws, or with --replicates for luck alone."
    if comparison.drawn:
        return (
            f"In brackets: {setting('interval'):.0%} intervals over {comparison.replicates} draws of the parameters, "
            "fitted to published figures up to 2024/25, each with luck of its own. They hold how uncertain it is how "
            "people and employers behave, as far as the model's rules go; not what the rules leave out."
        )
    return (
        f"In brackets: {setting('interval'):.0%} intervals of the mean difference over {comparison.replicates} pairs "
        "of replicates. They hold what luck leaves open, not how uncertain it is how people and employers behave."
    )


def _table(comparison: Comparison, when: str, period: str) -> Any:
    from rich.table import Table

    title = f"England, {period}: level under {comparison.base}, and differences from it"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column(comparison.base, justify="right")
    for scenario in comparison.others:
        table.add_column(scenario, justify="right", max_width=COLUMN)
    for row in table_rows(comparison, when):
        label = f"  {row.label}" if row.part else f"{row.label} {row.when}".rstrip()
        cells = [f"{cell.change}\n{cell.limits}".rstrip() for cell in row.cells]
        table.add_row(label, row.base, *cells)
    return table


class Cell(NamedTuple):
    """A change as it is shown."""

    change: str
    limits: str
    clear: bool
    """Whether its interval holds no zero."""


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


def table_rows(comparison: Comparison, when: str) -> list[Row]:
    """Lines of the table for one of the times compared, the parts of the change in vacant posts below these."""
    rows = []
    lines = [line for line in comparison.lines() if line.when == when]
    splits = [split for split in comparison.splits() if split.when == when]
    for headline in HEADLINES:
        found = [line for line in lines if line.headline == headline]
        if not found:
            continue
        of_year = f"({summed_up(headline)})" if when == YEAR else ""
        cells = [cell(line.change, headline.kind) for line in found]
        level = number(found[0].base.mean, headline.kind)
        rows.append(Row(labelled(headline), headline.note, of_year, level, cells, part=False))
        if headline.indicator == "vacancies":
            for part in SPLIT:
                cells = [cell(split.parts[part], headline.kind) for split in splits]
                rows.append(Row(f"of which from {part}", "", "", "", cells, part=True))
    return rows


def cell(change: Interval, kind: str) -> Cell:
    """A change as tables show it."""
    return Cell(changed(change, kind), limits(change, kind), change.clear)


def spread(values: Floats) -> tuple[Floats, Floats, Floats]:
    """[month] mean, lowest and highest over replicates."""
    return np.mean(values, axis=0), np.min(values, axis=0), np.max(values, axis=0)
