"""What a policy search found: parts of its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import pandas as pd

from sim.experiments import pictures
from sim.experiments.discovery import value_told
from sim.experiments.goal_section import demand_told
from sim.experiments.goals import CHANGE, LEVEL, RELATIVE, Demand, demands, mean_known, objectives, slacks
from sim.experiments.outcomes import PERCENT
from sim.experiments.pictures import Spot, Words
from sim.experiments.prepared import Prepared
from sim.experiments.robust import Package, packages
from sim.experiments.search import Found
from sim.experiments.section import Section, Shelf, source
from sim.experiments.wording import capital, figure, figure_beside, share_told
from sim.intervals import Interval
from sim.settings import setting

METHOD = (
    "A first design was simulated; a surrogate learnt each objective and each condition from it; NSGA-II searched the "
    "surrogates, and what it proposed was simulated and added, round after round. Where a surrogate explained too "
    "little of packages left out of its training, the round filled the space instead. Besides the objectives, the "
    "margin by which the tightest condition is met counted as one, so that the frontier shows what safety costs."
)
READING = (
    "Every package below was simulated at full settings (scale {scale:g}) after the search. {rests} None of them is "
    "the best: each is the one to take for some weight of cost against the chance to meet the goal, and "
    "packages that were not tried may do as well. Intervals hold {coverage} of {what}. Largest regret: how far a "
    "package falls behind the one that does best in a draw, over all draws and among these packages, whether or not "
    "that one meets the conditions; minimax regret takes the smallest of these. Share of draws: in how many a "
    "condition is met; it is a share of the runs that the evidence allows, and no probability. Intervals of the share "
    "that meets all conditions (Clopper and Pearson) hold {coverage} for all packages at once, since the surest is "
    "picked from all."
)
FRESH = "Figures rest on {repeats} each, and leave out the first {choosing}, by which packages were chosen."
NOT_FRESH = (
    "Figures rest on {repeats} each, none of them fresh: packages were chosen by the first {choosing}, in which those "
    "that had luck look better than they are. `--full-runs` asks for more."
)
NONE_MEETS = "No package meets every condition on average; those that come nearest are shown."


def searched(found: Found, first: int, names: Sequence[str]) -> Section:
    """How the search went, round by round."""
    rows, records = [("first design", str(first), "", "", "")], []
    for number, one in enumerate(found.rounds, start=1):
        explained = [f"{each.explained:.0%}" if each else "not known" for each in one.surrogates]
        told = "surrogates" if one.guided else "the space filled: a surrogate explained too little"
        missed = figure(one.missed) if np.isfinite(one.missed) else ""
        rows.append((f"round {number}", str(one.added), told, ", ".join(explained), missed))
        for name, each in zip(names, one.surrogates, strict=True):
            if each is not None:
                records.append((number, name, each.kind, each.explained, each.error, one.guided))
    columns = ["round", "learnt", "kind", "explained", "error", "guided"]
    header = ("Step", "Packages", "Proposed by", "Explained of packages left out", "Off by, standard errors")
    caption = f"The search; surrogates of {', '.join(names)}"
    shelf = Shelf("rounds", caption, header, rows, pd.DataFrame(records, columns=columns))
    text = f"{len(found.quantiles)} packages were simulated on the way."
    return Section("search", "How it was searched", (), (METHOD, text), (), (shelf,))


def rests_on(data: Prepared, choosing: int) -> str:
    """On how many runs figures rest, and whether packages were chosen by them."""
    return (FRESH if data.fresh else NOT_FRESH).format(repeats=data.repeats, choosing=choosing)


def frontier_section(data: Prepared, folder: Path, choosing: int) -> Section:
    """The packages of the frontier at full settings.

    Args:
        data: their results, without the runs by which they were chosen where there are enough others.
        folder: where pictures go.
        choosing: draws or replicates by which they were chosen.
    """
    goal = data.study.goal
    if goal is None:
        message = "a search needs a goal"
        raise ValueError(message)
    asked = demands(goal)
    losses = objectives(goal, data.values)
    slack = slacks(asked, data.values).reshape(len(asked), len(data.points), -1)
    found = packages(losses, slack, data.drawn)
    names = {one.place: _letter(rank) for rank, one in enumerate(found)}
    what = (
        "what another draw of the parameters would show" if data.drawn else "the mean, about which luck leaves it open"
    )
    reading = READING.format(
        rests=rests_on(data, choosing), scale=data.study.base.scale, coverage=f"{setting('interval'):.0%}", what=what
    )
    finding = f"{len(found)} packages are on the frontier."
    if asked and found:
        finding = f"{finding} {_surest(data, found[0], names[found[0].place])}."
        if not _reached(found):
            finding = _nearest(data, asked, found, names[found[0].place])
    notes = [reading] if not asked or _reached(found) else [reading, NONE_MEETS]
    tables = (
        _objectives(data, found, names, asked),
        _settings(data, found, names),
    )
    picture = _picture(data, found, names, folder, asked) if found else None
    drawn = () if picture is None else (picture,)
    return Section("frontier", "The frontier", (finding,), tuple(notes), drawn, tables)


def _hardest(data: Prepared, asked: Sequence[Demand], one: Package) -> Demand:
    """The demand that a package misses by most, against how much it varies."""
    slack = slacks(asked, data.values)
    spread = np.nanstd(slack, axis=(1, 2))
    missed = mean_known(slack[:, one.place]) / np.where(spread > 0.0, spread, 1.0)
    return asked[int(np.argmin(missed))]


def _reached(found: Sequence[Package]) -> bool:
    """Whether some package meets the goal on average."""
    return any(one.margin >= 0.0 for one in found)


def _surest(data: Prepared, one: Package, name: str) -> str:
    """In which share of runs the surest package meets the goal."""
    return f"The surest package, {name}, meets the goal in {_share_met(one)} of {data.repeats}"


def _share_met(one: Package) -> str:
    """Share of runs that meet all conditions, with its interval; without conditions nothing is open."""
    if not one.met:
        return share_told(one.met_all)
    return f"{share_told(one.met_all)} ({one.met_all_low:.0%} to {one.met_all_high:.0%})"


def _nearest(data: Prepared, asked: Sequence[Demand], found: Sequence[Package], name: str) -> str:
    """That no package meets the goal, and how near the best comes."""
    one, best = found[0], max(found, key=lambda each: each.met_all)
    demand = _hardest(data, asked, one)
    return (
        f"No package meets the goal on average, and none in more than {_share_met(best)} of {data.repeats}. {name} "
        f"comes nearest: {shown_told(data, demand, one.place)}, where the goal asks that {demand_told(data, demand)}."
    )


def shown_told(data: Prepared, demand: Demand, place: int) -> str:
    """What a package shows on average of what a demand limits."""
    outcome, shown = data.outcomes[demand.outcome], _limited(data, demand, place)
    if demand.kind == RELATIVE:
        return f"{outcome.label} changes by {shown} of its level"
    verb, unit = ("changes by", outcome.unit_of_change) if demand.kind == CHANGE else ("is", outcome.unit)
    return f"{outcome.label} {verb} {shown} {unit}"


def _letter(rank: int) -> str:
    letters = len(ascii_uppercase)
    return (
        ascii_uppercase[rank]
        if rank < letters
        else f"{ascii_uppercase[rank // letters - 1]}{ascii_uppercase[rank % letters]}"
    )


def _draws(data: Prepared) -> str:
    return "draws" if data.drawn else "replicates"


def turned(data: Prepared, name: str, found: Interval) -> tuple[float, float, float]:
    """Mean and limits of an objective in its own unit and direction."""
    goal, per = data.study.goal, data.outcomes[name].per
    if goal is not None and name in goal.maximise:
        return -found.mean / per, -found.high / per, -found.low / per
    return found.mean / per, found.low / per, found.high / per


def _objectives(data: Prepared, found: Sequence[Package], names: dict[int, str], asked: Sequence[Demand]) -> Shelf:
    """Packages with objectives, regrets, and what they show of each demand."""
    header, rows, records = ["Package"], [], []
    goals = list(found[0].objectives) if found else []
    for name in goals:
        regret = data.outcomes[name].unit_of_change
        header += [f"{capital(data.told(name))}, {data.unit(name)}", f"Largest regret, {regret}"]
    header += [f"{capital(demand_told(data, one))}: mean, and share of {_draws(data)}" for one in asked]
    header += [f"All conditions, share of {_draws(data)}", "Beaten by another"]
    for one in found:
        cells = [names[one.place]]
        for name in goals:
            mean, low, high = (figure(value) for value in turned(data, name, one.objectives[name]))
            cells += [f"{mean} ({low} to {high})", figure(one.regrets[name] / data.outcomes[name].per)]
        shown = [
            f"{_limited(data, demand, one.place)}, {share_told(share)}"
            for demand, share in zip(asked, one.met, strict=True)
        ]
        rows.append((*cells, *shown, _share_met(one), "yes" if one.beaten else "no"))
        values = [value for name in goals for value in (*one.objectives[name][:3], one.regrets[name])]
        shares = (*one.met, one.met_all, one.met_all_low, one.met_all_high)
        records.append((names[one.place], *values, *shares, one.beaten))
    parts = [f"{name}_{part}" for name in goals for part in ("mean", "low", "high", "regret")]
    met = [f"met_{place}" for place, _ in enumerate(asked, start=1)]
    columns = ["package", *parts, *met, "met_all", "met_all_low", "met_all_high", "beaten"]
    caption = f"Packages of the frontier, {data.values.year}: expectation and regret, the surest first"
    return Shelf("frontier", caption, tuple(header), rows, pd.DataFrame(records, columns=columns))


def _limited(data: Prepared, demand: Demand, place: int) -> str:
    """Mean of what a demand limits, with as many decimals as show on which side of its limit it lies."""
    value = float(mean_known(demand.shown(data.values)[place]))
    per, sign = (PERCENT, "%") if demand.kind == RELATIVE else (data.outcomes[demand.outcome].per, "")
    return figure_beside(demand.limit / per, value / per, signed=demand.kind != LEVEL) + sign


def _settings(data: Prepared, found: Sequence[Package], names: dict[int, str]) -> Shelf:
    """What each package consists of."""
    rows = []
    for axis in data.axes:
        cells = [value_told(data.points[axis.name].iloc[one.place], axis.unit) for one in found]
        rows.append((capital(data.labels[axis.name]), *cells))
    frame = data.points.iloc[[one.place for one in found]].copy()
    frame.insert(0, "package", [names[one.place] for one in found])
    header = ("Setting", *(names[one.place] for one in found))
    return Shelf("packages", "What the packages consist of", header, rows, frame)


def _picture(
    data: Prepared, found: Sequence[Package], names: dict[int, str], folder: Path, asked: Sequence[Demand]
) -> pictures.Picture | None:
    """Packages over the first objective and the chance to meet the goal.

    Where none ever meets it, over the demand that is missed by most; without demands, over the second objective.
    """
    goals = list(found[0].objectives)
    if not asked and len(goals) < 2:
        return None
    height, up_label, title = _up(data, found, names, asked, goals)
    spots = []
    for one in found:
        mean, low, high = turned(data, goals[0], one.objectives[goals[0]])
        spots.append(Spot(names[one.place], mean, height(one), low, high, one.beaten))
    subtitle = f"{capital(data.told(goals[0]))}, with intervals; grey: beaten by another package"
    words = Words(title, subtitle, source(data))
    x_label = f"{data.told(goals[0])}, {data.unit(goals[0])}"
    return pictures.frontier(folder, "frontier", words, spots, x_label, up_label)


def _up(
    data: Prepared, found: Sequence[Package], names: dict[int, str], asked: Sequence[Demand], goals: Sequence[str]
) -> tuple[Callable[[Package], float], str, str]:
    """What is drawn upwards of a package, its label, and the title of the picture."""
    sure = [one for one in found if not one.beaten]
    if not asked:
        unit = data.unit(goals[1])
        title = f"{len(sure)} of {len(found)} packages stay unbeaten at full settings"
        return lambda one: turned(data, goals[1], one.objectives[goals[1]])[0], f"{data.told(goals[1])}, {unit}", title
    lead = found[0]
    if _reached(found):
        title = _surest(data, lead, names[lead.place])
        return lambda one: 100.0 * one.met_all, f"{_draws(data)} in which every condition is met, %", title
    demand = _hardest(data, asked, lead)
    outcome = data.outcomes[demand.outcome]
    unit = outcome.unit if demand.kind == LEVEL else outcome.unit_of_change
    per, unit = (PERCENT, "% of its level") if demand.kind == RELATIVE else (outcome.per, unit)
    label = outcome.label if demand.kind == LEVEL else f"change of {outcome.label}"
    title = f"No package meets the goal on average: {demand_told(data, demand)}"
    return lambda one: float(mean_known(demand.shown(data.values)[one.place])) / per, f"{label}, {unit}", title
