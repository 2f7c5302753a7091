"""What a comparison found, one sentence a scenario, made from the numbers and never stronger than they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.comparison import END, Comparison
from sim.headline import KINDS, number
from sim.intervals import Interval, interval
from sim.levers.base import all_levers
from sim.report.outcomes import COST, FILLED, TURNOVER, UNMET, VACANCY, Outcome, effect

if TYPE_CHECKING:
    from sim.scenario import Scenario

GRADES = ("strong", "moderate", "weak", "assumption")
TOLD = (UNMET, FILLED, TURNOVER, VACANCY)
"""In the order of the sentence: what people get first, the vacancy rate last."""
POINTS = "percentage points"
UNITS = {"percent": POINTS, "thousand": "thousand", "million": "million"}


class Finding(NamedTuple):
    """What was found of one scenario."""

    scenario: str
    sentence: str
    grade: str
    """The weakest grade of evidence among its levers; nothing for a scenario without any."""


def findings(comparison: Comparison, scenarios: Sequence[Scenario]) -> list[Finding]:
    """One for each scenario that is compared, of the last financial year or, without one, of the last month."""
    when, period = comparison.moments()[-1]
    levers = {scenario.name: [lever.name for lever in scenario.levers] for scenario in scenarios}
    late = {scenario.name: scenario.remarks() for scenario in scenarios}
    return [
        Finding(
            name,
            " ".join([sentence(comparison, name, when, period), *(f"Note: {said}." for said in late.get(name, []))]),
            weakest(levers.get(name, [])),
        )
        for name in comparison.others
    ]


def weakest(levers: Sequence[str]) -> str:
    """The weakest grade of evidence among levers."""
    known = all_levers()
    return max((known[name].grade for name in levers), key=GRADES.index, default="")


def sentence(comparison: Comparison, scenario: str, when: str, period: str) -> str:
    """The finding of one scenario."""
    changes = {outcome: _change(comparison, scenario, outcome, when) for outcome in TOLD}
    cost = _change(comparison, scenario, COST, when) if when != END else None
    if all(change.mean == 0.0 for change in changes.values()):
        return f"Under {quoted(scenario)}, in {period}, none of the outcomes named here changes."
    heard = [outcome for outcome, change in changes.items() if change.clear or change.runs == 1]
    silent = [outcome.label for outcome in changes if outcome not in heard]
    small = [outcome for outcome in heard if _is_nothing(changes[outcome], outcome.line.kind)]
    told = [outcome for outcome in heard if outcome not in small]
    parts = [_moved(outcome, changes[outcome]) for outcome in told]
    unsought = _unsought(comparison, scenario, when)
    if FILLED in told and changes[FILLED].mean < 0 and unsought:
        place = told.index(FILLED)
        parts[place] += f", as employers seek {unsought} thousand fewer"
    if small:
        verb = "hardly changes" if len(small) == 1 else "hardly change"
        parts.append(f"{_listed([outcome.label for outcome in small], 'and')} {verb}")
    if silent:
        parts.append(f"no effect on {_listed(silent, 'or')} can be told from none")
    if cost is not None:
        parts.append(_cost(cost))
    single = "; from one run of each, so that luck is part of it" if comparison.replicates == 1 else ""
    return f"Under {quoted(scenario)}, in {period}, {'; '.join(parts)}{single}."


def quoted(name: str) -> str:
    """A name in quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def _unsought(comparison: Comparison, scenario: str, when: str) -> str:
    """Thousand posts no longer sought; nothing where that can't be told."""
    split = next(one for one in comparison.splits() if (one.when, one.scenario) == (when, scenario))
    sought = split.parts["posts sought"]
    fewer = sought.mean < 0 and (sought.clear or sought.runs == 1)
    return _plain(-sought.mean, "thousand") if fewer else ""


def _change(comparison: Comparison, scenario: str, outcome: Outcome, when: str) -> Interval:
    change = effect(comparison, scenario, outcome, when)
    found = None if change is None else interval(change, comparison.drawn)
    if found is None:
        raise ValueError(outcome.label)
    return found


def _moved(outcome: Outcome, change: Interval) -> str:
    """``care not met falls by 0.8 percentage points (0.5 to 1.1)``."""
    if outcome is FILLED:
        return f"{_amount(change, outcome.line.kind)} {'more' if change.mean > 0 else 'fewer'} posts are filled"
    verb = "rises" if change.mean > 0 else "falls"
    return f"{outcome.label} {verb} by {_amount(change, outcome.line.kind)}"


def _is_nothing(change: Interval, kind: str) -> bool:
    """Whether a change is too small to show, however clear it is."""
    return float(_plain(change.mean, kind).replace(",", "")) == 0.0


def _cost(change: Interval) -> str:
    if change.runs > 1 and not change.clear:
        return "no change in what councils, the NHS and government pay can be told from none"
    more = "more" if change.mean > 0 else "less"
    return (
        f"councils, the NHS and government together pay \N{POUND SIGN}{_amount(change, 'million')} {more} in the year"
    )


def _amount(change: Interval, kind: str) -> str:
    """A change without its sign, and its interval where there is one."""
    size = f"{_plain(abs(change.mean), kind)} {UNITS[kind]}"
    if change.runs < 2:
        return size
    low, high = sorted((abs(change.low), abs(change.high)))
    return f"{size} ({_plain(low, kind)} to {_plain(high, kind)})"


def _plain(value: float, kind: str) -> str:
    return number(value, kind, change=True).lstrip("+") if kind in KINDS else f"{value:g}"


def _listed(parts: Sequence[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
