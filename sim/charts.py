"""What charts of a comparison show, and the finding that each has for its title, never stronger than the numbers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from sim.comparison import Comparison
from sim.headline import CARE_WORKER, written
from sim.intervals import Interval, interval
from sim.measures import over_a_year
from sim.month_axis import month_in_words

if TYPE_CHECKING:
    from sim.measures import Floats

LETTERS_PER_LINE = 84
LINES_OF_TITLE = 2
PAIR = 2
"""Policies that a title names together."""


class Chart(NamedTuple):
    """One figure: what is shown and how it is said."""

    name: str
    indicator: str
    group: str
    subject: str
    """What falls or rises, for the title."""
    subtitle: str
    kind: str
    """How values are written, as in `sim.headline`."""
    scale: float
    """Divides values for the axis."""
    unit: str
    from_zero: bool
    yearly: bool = False
    """Whether the sum of the last twelve months is shown."""


CHARTS = (
    Chart(
        "vacancy_rate", "vacancy_rate", "all", "the vacancy rate",
        "Vacant posts as a share of filled and vacant posts, council and independent sector, England", "percent",
        0.01, "%", from_zero=True,
    ),
    Chart(
        "filled_posts", "filled_posts", "all", "the number of filled posts",
        "Filled posts, council and independent sector, England", "thousand", 1e6, "million", from_zero=False,
    ),
    Chart(
        "missed_share", "missed_share", "home_care", "the share of home care missed",
        "Hours of home care bought and not delivered, as a share of hours bought, England", "percent",
        0.01, "%", from_zero=True,
    ),
    Chart(
        "turnover", "turnover_all", "all", "turnover",
        "Leavers of the last 12 months as a share of staff in post, all directly employed, England", "percent",
        0.01, "%", from_zero=True,
    ),
    Chart(
        "pay", "pay_p50", CARE_WORKER, "the median pay of care workers",
        "Median hourly pay of care workers in the independent sector, England, cash", "pounds", 1.0, "£ an hour",
        from_zero=False,
    ),
    Chart(
        "cost_council", "cost_council", "all", "the cost to councils",
        "What councils pay for care, grants included, 12 months, cash (dots: gross current spending)", "billion", 1e9,
        "£ billion a year", from_zero=True, yearly=True,
    ),
)  # fmt: skip


def shown_values(comparison: Comparison, chart: Chart, scenario: str) -> Floats:
    """[replicate, month] values of a chart."""
    values = comparison.results.values(scenario, chart.indicator, group=chart.group)
    return over_a_year(values.T).T if chart.yearly else values


def finding(comparison: Comparison, chart: Chart) -> str:
    """What the chart shows at the end of the window: the largest difference that luck does not explain."""
    when = month_in_words(comparison.results.months[-1])
    if chart.yearly:
        when = f"the year to {when}"
    before = float(shown_values(comparison, chart, comparison.base)[:, -1].mean())
    level, base = written(before, chart.kind), f"\u201c{comparison.base}\u201d"
    once = " (one run of each)" if comparison.replicates < 2 else ""
    changes = _changes(comparison, chart)
    if not changes:
        return f"{_capital(chart.subject)} is {level} in {when} under {base}"
    clear = {name: change for name, change in changes.items() if comparison.replicates < 2 or change.clear}
    if not clear:
        if comparison.drawn:
            few = f"With {comparison.replicates} draws no policy's effect on {chart.subject} is clear of zero"
            return f"{few}: {level} in {when} under {base}"
        few = f"With {comparison.replicates} replicates no policy's effect on {chart.subject} can be told from luck"
        return f"{few}: {level} in {when} under {base}"
    scenario, change = max(clear.items(), key=lambda item: abs(item[1].mean))
    after = written(before + change.mean, chart.kind)
    if level == after:
        return f"No policy moves {chart.subject} by much: {level} in {when} under {base}{once}"
    against = f"against {level} in {when}{once}"
    rivals = [
        name
        for name in sorted(clear, key=lambda name: -abs(clear[name].mean))
        if name != scenario and clear[name].mean * change.mean > 0 and not _apart(comparison, chart, scenario, name)
    ]
    if rivals:
        levels = {name: written(before + clear[name].mean, chart.kind) for name in (scenario, *rivals)}
        return _of_several(levels, chart.subject, change.mean > 0, against, len(changes))
    direction = "raises" if change.mean > 0 else "lowers"
    others = [name for name in changes if name != scenario]
    first = others and all(_apart(comparison, chart, scenario, name) for name in others)
    most = " most" if first else ""
    return f"\u201c{scenario}\u201d {direction} {chart.subject}{most}: {after} {against}"


def _apart(comparison: Comparison, chart: Chart, one: str, other: str) -> bool:
    """Whether two policies can be told apart at the end of the window: whether their paired difference is clear."""
    ends = [shown_values(comparison, chart, name)[:, -1] for name in (one, other)]
    found = interval(ends[0] - ends[1], comparison.drawn)
    return found is not None and found.clear


def _of_several(levels: dict[str, str], subject: str, upwards: bool, against: str, policies: int) -> str:
    """A title for policies none of which can be told to be first: they are named where two are and there is room."""
    direction = "raise" if upwards else "lower"
    if len(levels) == PAIR:
        names = " and ".join(f"\u201c{name}\u201d" for name in levels)
        reached = " and ".join(dict.fromkeys(levels.values()))
        title = f"{names} both {direction} {subject}: {reached} {against}"
        if len(textwrap.wrap(title, LETTERS_PER_LINE)) <= LINES_OF_TITLE:
            return title
    most, *_, least = levels.values()
    reached = most if most == least else f"{least} to {most}"
    told = f"{reached} under {len(levels)} of {policies} {against}"
    return f"No one policy can be told to {direction} {subject} most: {told}"


def _changes(comparison: Comparison, chart: Chart) -> dict[str, Interval]:
    before = shown_values(comparison, chart, comparison.base)[:, -1]
    found = {
        scenario: interval(shown_values(comparison, chart, scenario)[:, -1] - before, comparison.drawn)
        for scenario in comparison.others
    }
    return {scenario: change for scenario, change in found.items() if change is not None}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
