"""Section on what the conclusions about 2030 hang on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.parameters import Parameter, parameter_table
from sim.validity.report import Grid, Head, Picture, Piece, Row, Section, Words
from sim.validity.sensitivity import CONCLUSIONS, FUTURES, LUCKS, OUTCOMES, Conclusion, by_luck, policy_text, run_twice
from sim.validity.sensitivity_picture import draw
from sim.validity.sensitivity_ranks import (
    CHANCE,
    HALVES,
    NAMED,
    SHUFFLES,
    Named,
    Ranking,
    companions,
    ranking,
)
from sim.validity.study import Study

NAME, TITLE = "sensitivity", "What the conclusions about 2030 hang on"
DRAWS = 200
WHEN = "2029/30"
ASSUMED = "assumption"
RANKED = ("vacancy_rate", "unmet_share")
"""Outcomes whose ten parameters are shown, level and effect; those of the others are in the table for programs."""
UNITS = {"share": (0.01, "points", 2), "posts": (1e3, "thousand", 1), "GBP": (1e9, "bn", 2)}
"""Of changes: what divides them, how it is called, and decimals."""
UNIT_DRAWN = {"points": "percentage points"}
"""How units are called where nothing else says what they are of."""

OPENING = """{draws} draws of all {parameters} parameters with a range, each run on {scale:g}% of England to March 2030
twice: as law and funding stand, and with a real living wage in the independent sector from April 2027 that
commissioners pay for (`scenarios/real_living_wage.yaml`). One history, the same people and the same luck stand behind
both, so that they differ by the policy alone. Figures are of the financial year 2029/30, three years into the policy:
vacancies, turnover and posts of its March, care not met the mean and cost the sum of its months. Intervals hold 90% of
the draws, and the draws alone: what the model cannot meet of published figures is not in them."""

LUCK = """Each draw was run again with other luck, which tells luck from parameters: runs of one draw differ by luck
alone. Of the variance over draws, *clear parameters* is what those that stand out from chance predict of draws that
were left out when they were found; *luck* is what is left of it in the mean of the two runs; the rest is what {draws}
draws cannot tell apart: many parameters that each do little, effects that bend, and effects of one parameter that
depend on another."""

METHOD = """Parameters are named one after another: each time the one whose rank goes furthest with what is left of the
figure's rank when those named before are taken out of both. One stands out from *chance* if the same figures shuffled
give as much, over all {parameters} parameters, in less than {chance:.0%} of {shuffles:,} shuffles, and those named
before it do too; where none does any more, the rest of the ten is a list in the order of the numbers and no finding.
*Moves* is the change of the figure from the low to the high end of 90% of the draws of the parameter, the other nine
held fixed; *halves* the share of {halves} random halves of the draws that name it among their first {named}, which a
parameter that does nothing reaches about {idle:.0%} of the time. The change is measured in the half that did not choose
it, because what is chosen for being large looks larger than it is. *Evidence* is the grade of the parameter's range
([parameters.md](parameters.md))."""

LIMITS = """What such a list cannot say. It ranks parameters over the draws of the posterior: one that published figures
pin down moves little here however much hangs on it, and one nobody has measured may lead because its range is wide. A
parameter that in the draws goes with another (last column, where the two go together further than chance lets any pair
go) may carry what the other does. Only effects that go one way are seen: a parameter whose high and low ends do the
same is missed. Rules that are no parameter, and what is assumed of the future outside care, do not vary here."""


class Found(NamedTuple):
    """What draws show."""

    names: tuple[str, ...]
    quantiles: Floats
    """[draw, parameter]"""
    figures: Floats
    """[draw, luck, conclusion]"""
    rankings: tuple[Ranking, ...]
    """[conclusion]"""
    together: dict[int, tuple[int, float]]

    def place(self, indicator: str, effect: bool) -> int:
        """Place of a conclusion."""
        found = (at for at, one in enumerate(CONCLUSIONS) if (one.outcome.indicator, one.effect) == (indicator, effect))
        return next(found)

    def parameter(self, named: Named) -> Parameter:
        """What the data file says of a parameter."""
        return parameter_table()[self.names[named.place]]


def study() -> Study:
    """The study of sensitivity."""
    return Study(NAME, LUCKS * FUTURES * len(OUTCOMES), DRAWS, run_twice, section, policy_text())


def found_in(jobs: Sequence[Job], shows: Floats) -> Found:
    """Runs ranked."""
    quantiles, figures = np.array([job.quantiles for job in jobs]), by_luck(shows)
    rankings = tuple(ranking(quantiles, figures[:, :, at]) for at in range(len(CONCLUSIONS)))
    return Found(jobs[0].names, quantiles, figures, rankings, companions(quantiles))


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What the conclusions hang on."""
    found = found_in(jobs, shows)
    told = {"draws": len(jobs), "parameters": len(found.names), "scale": 100.0 * jobs[0].scale}
    pieces: list[Piece] = [Words(OPENING.format(**told)), _overview(found), Words(LUCK.format(**told))]
    idle = NAMED / len(found.names)
    method = METHOD.format(chance=CHANCE, shuffles=SHUFFLES, halves=HALVES, named=NAMED, idle=idle, **told)
    pieces += [Head("The ten parameters that move each most"), Words(method)]
    for effect in (False, True):
        for indicator in RANKED:
            place = found.place(indicator, effect)
            file = folder / f"validation_sensitivity_{'effect_' if effect else ''}{indicator}.png"
            pieces += [Picture(file, draw(_bars(found, place), file)), _ten(found, place)]
    pieces += [Words(_evidence(found)), Words(LIMITS)]
    rows = [*_levels(found), *_ranks(found)]
    return Section(NAME, TITLE, verdict(found), tuple(pieces), tuple(rows))


def verdict(found: Found) -> str:
    """Which parameter leads for each of the four conclusions, and whether the policy's sign is sure."""
    leads = []
    for effect in (False, True):
        for indicator in RANKED:
            place = found.place(indicator, effect)
            clear = found.rankings[place].clear
            names = " and ".join(f"`{found.names[one.place]}`" for one in clear[:2])
            what = CONCLUSIONS[place].name
            leads.append(f"{what} on {names}" if names else f"{what} on none that stands out from chance")
    effects = found.figures[:, :, found.place("vacancy_rate", True)].mean(axis=1)
    share = float((effects < 0.0).mean())
    return (
        f"The parameters on which figures of 2029/30 hang most, though much of what differs between draws is many "
        f"parameters that each do little: {'; '.join(leads)}. The policy lowers the vacancy rate in {share:.0%} of the "
        "draws."
    )


def written(conclusion: Conclusion, value: float, change: bool = True) -> str:
    """A change in words, or a level."""
    divide, unit, decimals = UNITS[conclusion.outcome.unit]
    if not np.isfinite(value):
        return ""
    if conclusion.outcome.unit == "GBP":
        return f"{'-' if value < 0 else '+' if change else ''}£{abs(value) / divide:,.{decimals}f} bn"
    if not change:
        return f"{value / divide:.1f}%" if unit == "points" else f"{value / divide:,.0f} thousand"
    return f"{value / divide:+,.{decimals}f} {unit}"


def _overview(found: Found) -> Grid:
    rows = []
    for at, (conclusion, ranked) in enumerate(zip(CONCLUSIONS, found.rankings, strict=True)):
        mean, low, high = _summary(found, at)
        change = conclusion.effect
        rows.append((
            conclusion.name, written(conclusion, mean, change),
            f"{written(conclusion, low, change)} to {written(conclusion, high, change)}",
            str(len(ranked.clear)), f"{ranked.explained:.0%}", f"{ranked.luck:.0%}", f"{ranked.left:.0%}",
        ))  # fmt: skip
    headings = ("figure of 2029/30", "mean", "90% of the draws", "parameters that stand out",
                "variance: clear parameters", "luck", "the rest")  # fmt: skip
    return Grid("Conclusions, and where their variance over the draws comes from", headings, tuple(rows))


def _summary(found: Found, at: int) -> tuple[float, float, float]:
    """Mean and ends of 90% of the draws, each the mean of its two runs."""
    values = found.figures[:, :, at].mean(axis=1)
    low, high = np.quantile(values, TAILS)
    return float(values.mean()), float(low), float(high)


def _bars(found: Found, place: int) -> tuple[str, str, list[tuple[str, float, bool]]]:
    """Title, unit and bars of a picture."""
    conclusion, ranked = CONCLUSIONS[place], found.rankings[place]
    divide, unit, _ = UNITS[conclusion.outcome.unit]
    bars = []
    for one in ranked.named:
        parameter = found.parameter(one)
        label = f"{parameter.parameter.replace('_', ' ')}: {parameter.meaning} ({parameter.grade})"
        bars.append((label, one.moves / divide, one.clear))
    number = len(ranked.clear)
    stand = f"{number} parameters stand" if number > 1 else f"{'One' if number else 'No'} parameter stands"
    return f"{stand} out in {conclusion.name}, 2029/30", UNIT_DRAWN.get(unit, unit), bars


def _ten(found: Found, place: int) -> Grid:
    conclusion, ranked = CONCLUSIONS[place], found.rankings[place]
    rows = []
    for number, one in enumerate(ranked.named, start=1):
        parameter = found.parameter(one)
        rows.append((
            str(number), f"`{parameter.parameter}`", parameter.meaning, parameter.grade,
            written(conclusion, one.moves), f"{one.partial:+.2f}", "yes" if one.clear else f"no ({one.chance:.2f})",
            f"{one.firm:.0%}", _companion(found, one),
        ))  # fmt: skip
    headings = ("", "parameter", "what it is", "evidence", "moves", "partial rank correlation",
                "stands out (chance)", "halves", "goes with")  # fmt: skip
    return Grid(f"Parameters that move {conclusion.name} most", headings, tuple(rows))


def _companion(found: Found, one: Named) -> str:
    if one.place not in found.together:
        return ""
    other, correlation = found.together[one.place]
    return f"`{found.names[other]}` ({correlation:+.2f})"


def _evidence(found: Found) -> str:
    places = [found.place(indicator, effect) for effect in (False, True) for indicator in RANKED]
    clear = {one.place: found.parameter(one) for place in places for one in found.rankings[place].clear}
    if not clear:
        return "No parameter stands out in any of the four: more draws, or a larger scale, would be needed."
    assumed = [f"`{one.parameter}`" for one in clear.values() if one.grade == ASSUMED]
    text = f"Of the {len(clear)} parameters that stand out in one of the four, {len(assumed)} have a range that rests "
    names = f": {', '.join(assumed)}" if assumed else ""
    return f"{text}on an assumption{names}."


def _levels(found: Found) -> list[Row]:
    rows = []
    for at, conclusion in enumerate(CONCLUSIONS):
        mean, low, high = _summary(found, at)
        rows.append(Row(conclusion.name, WHEN, conclusion.outcome.unit, None, None, None, mean, low, high, "", ""))
    return rows


def _ranks(found: Found) -> list[Row]:
    """For each conclusion its ten, with what each moves, and the parts of the variance."""
    rows = []
    for conclusion, ranked in zip(CONCLUSIONS, found.rankings, strict=True):
        parts = {"clear parameters": ranked.explained, "luck": ranked.luck, "the rest": ranked.left}
        for part, share in parts.items():
            item = f"{conclusion.name}: share of variance, {part}"
            rows.append(Row(item, WHEN, "share", None, None, None, share, None, None, "", ""))
        for number, one in enumerate(ranked.named, start=1):
            stands = "stands out" if one.clear else "not above chance"
            item = f"{conclusion.name}: moved by {number}. {found.names[one.place]} ({stands})"
            unit = conclusion.outcome.unit
            rows.append(Row(item, WHEN, unit, None, None, None, one.moves, None, None, "", ""))
    return rows
