"""What a comparison found, one sentence a scenario, made from the numbers and never stronger than they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.comparison import END, Comparison
from sim.differences import added, left_out, outlook_differs
from sim.headline import KINDS, number
from sim.intervals import Interval, interval
from sim.levers.base import all_levers
from sim.report.coverage_words import listed, places_covered
from sim.report.outcomes import COST, FILLED, TURNOVER, UNMET, VACANCY, Outcome, effect
from sim.report.spillovers import Moved, moved_there

if TYPE_CHECKING:
    from sim.results import Results
    from sim.scenario import Scenario

GRADES = ("strong", "moderate", "weak", "assumption")
TOLD = (UNMET, FILLED, TURNOVER, VACANCY)
"""In the order of the sentence: what people get first, the vacancy rate last."""
POINTS = "percentage points"
UNITS = {"percent": POINTS, "thousand": "thousand", "million": "million", "pounds": "an hour"}


class Finding(NamedTuple):
    """What was found of one scenario."""

    scenario: str
    sentence: str
    grade: str
    """The weakest grade of evidence among its levers; nothing for a scenario without any."""


def findings(comparison: Comparison, scenarios: Sequence[Scenario]) -> list[Finding]:
    """One for each scenario that is compared, of the last financial year or, without one, of the last month."""
    when, period = comparison.moments()[-1]
    known = {scenario.name: scenario for scenario in scenarios}
    base = known.get(comparison.base)
    return [_finding(comparison, known[name], base, when, period) for name in comparison.others]


def first_answer(scenarios: Sequence[Scenario], results: Results) -> str:
    """What the first of many runs say of each scenario, a line each."""
    comparison = Comparison(results)
    told, asked = comparison.replicates, len(results.manifest["replicates"])
    what = "draws" if comparison.drawn else "replicates"
    said = [finding.sentence for finding in findings(comparison, scenarios)]
    return "\n".join([f"First answer, from {told} of {asked} {what}:", *said])


def _finding(comparison: Comparison, scenario: Scenario, base: Scenario | None, when: str, period: str) -> Finding:
    """Of England, of the places covered where these are not all of it, and what is probably not meant."""
    levers = (*added(scenario, base), *left_out(scenario, base)) if base else scenario.levers
    places = places_covered(levers)
    said = [sentence(comparison, scenario.name, when, period, everywhere=not places)]
    if places:
        said.append(sentence_of_places(places, moved_there(comparison, scenario.name, levers, when)))
    notes = [f"Note: {remark}." for remark in scenario.remarks()]
    if base is not None and scenario.levers and (differs := _differs(scenario, base)):
        notes.append(f"Note: this is the effect of all that differs, not of what it adds alone: it also {differs}.")
    grade = weakest([lever.name for lever in scenario.levers])
    return Finding(scenario.name, " ".join([*said, *notes]), grade)


def _differs(scenario: Scenario, base: Scenario) -> str:
    """What else a scenario has otherwise than the base, besides the levers that it adds."""
    departs, without = outlook_differs(scenario, base), left_out(scenario, base)
    said = []
    if departs:
        said.append(f"departs from {quoted(base.name)} in {listed([name.replace('_', ' ') for name in departs])}")
    if without:
        names = dict.fromkeys(lever.name.replace("_", " ") for lever in without)
        said.append(f"goes without, or on other terms than, the {listed(list(names))} of {quoted(base.name)}")
    return ", and ".join(said)


def weakest(levers: Sequence[str]) -> str:
    """The weakest grade of evidence among levers."""
    known = all_levers()
    return max((known[name].grade for name in levers), key=GRADES.index, default="")


def sentence(comparison: Comparison, scenario: str, when: str, period: str, *, everywhere: bool = True) -> str:
    """The finding of one scenario; where its levers are not for everywhere, it says that it is of all England."""
    where = f"in {period}" if everywhere else f"in {period}, in England as a whole"
    changes = {outcome: _change(comparison, scenario, outcome, when) for outcome in TOLD}
    cost = _change(comparison, scenario, COST, when) if when != END else None
    if all(change.mean == 0.0 for change in changes.values()):
        same = listed([outcome.label for outcome in changes])
        return f"Under {quoted(scenario)}, {where}, nothing changes of {same}."
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
        parts.append(f"{listed([outcome.label for outcome in small])} {verb}")
    if silent:
        parts.append(f"no effect on {listed(silent, 'or')} can be told from none")
    if cost is not None:
        parts.append(_cost(cost))
    single = "; from one run of each, so that luck is part of it" if comparison.replicates == 1 else ""
    return f"Under {quoted(scenario)}, {where}, {'; '.join(parts)}{single}."


def sentence_of_places(places: str, moved: Sequence[Moved]) -> str:
    """What moves in the places covered: pay, turnover, the vacancy rate, as far as that is clear."""
    if all(one.change.mean == 0.0 for one in moved):
        return f"In the places covered ({places}) nothing of this changes, either."
    heard = [one for one in moved if one.change.clear or one.change.runs == 1]
    told = [one for one in heard if not _is_nothing(one.change, one.kind)]
    parts = [
        f"{one.label} {'rises' if one.change.mean > 0 else 'falls'} by {_amount(one.change, one.kind)}" for one in told
    ]
    small = [one.label for one in heard if one not in told]
    if small:
        parts.append(f"{listed(small)} {'hardly changes' if len(small) == 1 else 'hardly change'}")
    silent = [one.label for one in moved if one not in heard]
    if silent:
        parts.append(f"no effect on {listed(silent, 'or')} can be told from none")
    return f"In the places covered ({places}), {'; '.join(parts)}."


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
    sign = "\N{POUND SIGN}" if kind == "pounds" else ""
    size = f"{sign}{_plain(abs(change.mean), kind)} {UNITS[kind]}"
    if change.runs < 2:
        return size
    low, high = sorted((abs(change.low), abs(change.high)))
    return f"{size} ({_plain(low, kind)} to {_plain(high, kind)})"


def _plain(value: float, kind: str) -> str:
    return number(value, kind, change=True).lstrip("+") if kind in KINDS else f"{value:g}"
