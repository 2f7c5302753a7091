"""Comparison of scenarios: paired differences by replicate, with intervals.

Replicate r of two scenarios has the same seed, so the same people meet the same luck, and the difference between the
two is the policy's. Its interval over replicates holds what luck leaves open; that over draws of the parameters, what
is uncertain about how people behave as well (`sim.intervals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.cautions import cautions
from sim.companions import Companion, companions_of
from sim.headline import HEADLINES, Headline, at_month, changed, in_year, labelled, last_year, limits
from sim.intervals import Interval, interval
from sim.money_report import change_rows, yearly
from sim.results import Results, unit_of, whole_years
from sim.settings import setting
from sim.units import financial_year, month_name, parse_month

if TYPE_CHECKING:
    import pandas as pd

    from sim.measures import Floats
    from sim.progress import Watch
    from sim.running import Named

END, FIRST, YEAR = "end of window", "first full year of a policy", "last financial year"
SPLIT = {
    "posts sought": ("posts_sought", 1.0),
    "posts filled": ("filled_posts", -1.0),
    "staff beyond posts sought": ("posts_over", 1.0),
}
"""Parts of a change in vacant posts, each with the sign with which it counts: vacancies = sought - filled + beyond."""


class Line(NamedTuple):
    """One headline of one scenario against the base, at one time."""

    when: str
    """One of `END`, `FIRST` and `YEAR`."""
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
    return "GBP/year" if when != END and unit == "GBP/month" else unit


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
        """Names of the scenarios compared with it; those that only go along with them are `companions`."""
        along = {one.name for one in self.companions}
        return tuple(name for name in self.results.scenarios[1:] if name not in along)

    @property
    def shown(self) -> tuple[str, ...]:
        """The base, and the scenarios compared with it."""
        return (self.base, *self.others)

    @property
    def companions(self) -> tuple[Companion, ...]:
        """Scenarios that go along with the others: funded policies without their funding, parts of packages."""
        return tuple(Companion(**told) for told in self.results.manifest["asked_for"].get("companions", ()))

    @property
    def all_others(self) -> tuple[str, ...]:
        """Names of all scenarios but the base."""
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
        first, last = self.first_april, last_year(self.results)
        if first is not None and first != last:
            found.append((FIRST, financial_year(first)))
        if last is not None:
            found.append((YEAR, financial_year(last)))
        return found

    @property
    def first_april(self) -> int | None:
        """April of the first whole financial year in which a policy of the scenarios is in force from the start."""
        told = self.results.manifest["scenarios"]
        levers = [body for one in told for lever in one["scenario"]["levers"] for body in lever.values()]
        if not levers:
            return None
        start = parse_month(min(body["from"] for body in levers))
        years = [april for april in whole_years(self.results.months[0], self.results.months[-1]) if april >= start]
        return years[0] if years else None

    def values(self, scenario: str, line: Headline, when: str) -> Floats:
        """[replicate] value of a headline at one of the times compared."""
        if when == END:
            return at_month(self.results, scenario, line, self.results.months[-1])
        april = self.first_april if when == FIRST else last_year(self.results)
        if april is None:
            message = "the window holds no whole financial year"
            raise ValueError(message)
        return in_year(self.results, scenario, line, april)

    def lines(self) -> Iterator[Line]:
        """Every headline of every scenario at every time compared."""
        yield from self._lines

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        return tuple(self._made_lines())

    def _made_lines(self) -> Iterator[Line]:
        for when, period in self.moments():
            for headline in HEADLINES:
                before = self.values(self.base, headline, when)
                for scenario in self.all_others:
                    after = self.values(scenario, headline, when)
                    base, level, change = (interval(one, self.drawn) for one in (before, after, after - before))
                    if base is not None and level is not None and change is not None:
                        yield Line(when, period, headline, scenario, base, level, change)

    def splits(self) -> Iterator[Split]:
        """Vacancy never stands alone: its change is more posts sought less more posts filled."""
        yield from self._splits

    @cached_property
    def _splits(self) -> tuple[Split, ...]:
        return tuple(self._made_splits())

    def _made_splits(self) -> Iterator[Split]:
        for when, period in self.moments():
            for scenario in self.all_others:
                parts = {name: self._change(scenario, of, when, sign) for name, (of, sign) in SPLIT.items()}
                yield Split(when, period, scenario, self._change(scenario, "vacancies", when, 1.0), parts)

    def _change(self, scenario: str, indicator: str, when: str, sign: float) -> Interval:
        line = Headline(indicator, indicator, "all", "thousand")
        found = interval(sign * (self.values(scenario, line, when) - self.values(self.base, line, when)), self.drawn)
        if found is None:
            raise KeyError(indicator)
        return found

    def account(self, scenario: str) -> dict[str, Floats]:
        """[replicate, financial year] items of the account of a scenario, GBP; people as counts."""
        if scenario not in self._accounts:
            self._accounts[scenario] = yearly(self.results, scenario)
        return self._accounts[scenario]

    @cached_property
    def _accounts(self) -> dict[str, dict[str, Floats]]:
        return {}

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
            if line.scenario in self.others
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
    unfunded: bool = True,
    parts: bool = False,
    report: bool = True,
    watch: Watch = False,
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
        unfunded: whether a scenario in which public payers meet costs is simulated without that, too.
        parts: whether a package is simulated with one lever at a time, too.
        report: whether the report and its workbook are written beside the tables.
        watch: whether to show progress, or what makes whatever shows it (`sim.progress.Watch`).
    """
    from sim.report.findings import first_answer
    from sim.report.writing import write_report, write_tables
    from sim.running import run_all, scenario_of

    if isinstance(base, Results):
        return Comparison(base)
    if isinstance(others, Results):
        message = "results of several scenarios come first: compare(results)"
        raise TypeError(message)
    named = [base, *(others if isinstance(others, (list, tuple)) else [others])]
    extra = [write_tables, *([write_report] if report else [])] if output is not None else []
    loaded = [scenario_of(one, draws or replicates) for one in named]
    along, told = companions_of(loaded, unfunded, parts)
    return Comparison(
        run_all(
            [*loaded, *along], replicates=replicates, draws=draws, threads=threads, workers=workers, output=output,
            detail=detail, people=people, providers=providers, extra=extra, companions=told, watch=watch,
            early=partial(first_answer, loaded),
        )
    )  # fmt: skip


def spread(values: Floats) -> tuple[Floats, Floats, Floats]:
    """[month] mean, lowest and highest over replicates."""
    return np.mean(values, axis=0), np.min(values, axis=0), np.max(values, axis=0)
