"""Section on the years that were not fitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.discrepancy import DISCREPANCY, read_discrepancy
from sim.calibration.page import written
from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.calibration.targets import GROWTH, LAST_FITTED, LEVEL, Target, moments, published_values
from sim.figures import DOTS, DOTS_PER_INCH, PALETTE
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, START_CALENDAR_MONTH, START_YEAR
from sim.validity.later import (
    DRAWN,
    LAST,
    Later,
    errors,
    indicators_compared,
    later,
    later_figures,
    resampled,
    run_on,
    values_shown,
)
from sim.validity.report import Grid, Head, Picture, Piece, Points, Row, Section, Words
from sim.validity.rivals import RIVALS, past_of
from sim.validity.study import Study

HEADLINE = ("vacancy_rate", "turnover_all")
NAMES = {"vacancy_rate": "Vacancy rate", "turnover_all": "Turnover, all directly employed"}
PLAIN = {"vacancy_rate": "the vacancy rate", "turnover_all": "turnover"}
BLUE, ORANGE, BAND = PALETTE[0], PALETTE[1], 0.2
PERCENT = 100.0
DRAWS = 150
RESAMPLES = 500
SURE = 0.95
"""Share of draws taken anew at random that must agree for a verdict."""
AIMS = {"the vacancy rate": 0.007, "turnover": 0.015, "growth": 0.005}
"""Root mean squared errors aimed at before any run of later years was made."""
GIVEN, BY_RULES = "recruits given", "rules alone"

OPENING = """Each draw was run on to March 2025, with luck of its own. Law, funding, agreed fees, unemployment and wage
floors are given as they happened. With *recruits given*, so is the number of visas granted: who is hired with them,
who leaves and what employers pay is the model's. By the *rules alone*, the law says in which roles and on which terms
people may come, sponsors say how many they want, and nothing holds the number. What follows was never fitted: {figures}
published figures of 2022/23 to 2024/25 (`sim/data/later_years.csv`). Ranges of a few parameters rest in part on these
years, as the page on calibration says: that of `compression` on the premium for experience, which is among them four
times. **The test is not blind**: earlier versions had been set beside these figures before rules were changed
([decisions.md](decisions.md)). Search at older ages, applicants turned down, second looks at old posts, pay that
answers vacancies, partings of the first weeks, merits that make up for low pay, the bond of personal assistants,
hiring ahead of leavers and how far interest from outside falls in a tight market answer misfits of the fitted years,
or studies of them, so does pay that keeps up with earnings, local markets answer the study of scale, and that draws
are kept by what they show when run answers draws for which the emulator was off; but what the later years would ask
was known. That turnover of later years was missed is why figures on who comes from care, who is new to it and who
leaves it for other work were looked for and fitted, one of which tells no years: turnover of later years is no
independent test of them. How sponsors choose among applicants, that people tied to a sponsor are spared the partings
of the first weeks, that recruits come some months after their visa, that sponsors recruit ahead of leavers as others
do, how councils' money grows, that employers seek hours and not heads and that a part of a lead in pay is kept answer
what was seen of later years: how often sponsored staff leave (twice), posts that grew too early, fewer recruits from
overseas than visas, money left unspent, posts sought for hours that full-time recruits give, pay that stayed ahead of
the floor. No parameter was fitted to these."""

INTERVALS = """Intervals hold 90%: of the draws, with the published figures' own error and what the model could not meet
of the same series in the fitted years added. {covered} of {figures} figures lie in theirs ({share:.0%}; 90% should);
by the rules alone {covered_rules} do. The figures belong to {series} series, so that they are not as many witnesses:
of {turnovers} figures of turnover the model's mean is above the published one in {above}."""

RIVALS_TEXT = """Root mean squared error over 2022/23 to 2024/25. Rivals know the published figures up to 2021/22: the
last of them, a straight line through them, a return to their mean at the speed seen in them (at once, where
neighbouring years swing apart), and a stock-flow model with fixed leaver rates, which is driven by the same visas and
unemployment as the model. A wage that stays, or returns to its mean, is no rival in years of rising floors."""


CARRIED = """What a level misses in the last year that was fitted it may go on missing; how it moves from there is
another question. Here each draw's miss of March 2022, and of turnover of 2021/22, is taken off the years after it
(*intercept correction*: Clements and Hendry 1996), which uses no later figure. With the recruits given it is then off
by {given}; by the rules alone by {by_rules}. The best rivals are off by {best}. The correction was added when it was
known that turnover is missed by its level, so that it is no proof; on the shorter fits, which no look at later years
decided, the page on [calibration](calibration.md) says what it does. It changes no difference between scenarios, and
nothing else on this page or in any report uses it."""


def study(discrepancy: Path = PACKAGE / "data" / DISCREPANCY) -> Study:
    """The study of later years, with what the model could not meet in the fitted ones from a file."""
    own = read_discrepancy(discrepancy)

    def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
        return told(shows, own, folder)

    return Study("later_years", values_shown(), DRAWS, run_on, section, moments(later_figures()))


def told(shows: Floats, own: dict[tuple[str, ...], float], folder: Path) -> Section:
    """What draws show of later years, given what the model could not meet by series."""
    given, by_rules = later(shows, own)
    file = folder / "validation_later.png"
    text = draw(given, by_rules, file)
    covered, covered_rules = int(inside(given).sum()), int(inside(by_rules).sum())
    number = len(given.figures)
    turnover = np.array([figure.indicator.startswith("turnover") for figure in given.figures])
    intervals = INTERVALS.format(
        covered=covered, figures=number, share=covered / number, covered_rules=covered_rules,
        series=len({figure.series for figure in given.figures}), turnovers=int(turnover.sum()),
        above=int((given.middle[turnover] > published_values(given.figures)[turnover]).sum()),
    )  # fmt: skip
    rows = _every_figure(given, by_rules)
    misses = [f"{row[0]}, {row[1]}: {row[3]} ({row[4]}) against {row[2]} published" for row in rows if row[5] != "yes"]
    pieces: tuple[Piece, ...] = (
        Words(OPENING.format(figures=number)),
        Words(intervals),
        Picture(file, text),
        Head("Beside simple rivals"),
        Words(RIVALS_TEXT),
        _rivals(given, by_rules),
        Words(_growth(given, by_rules)),
        Head("With the last miss taken off"),
        Words(_carried(given, by_rules)),
        Head("Every figure"),
        Grid(
            "Published figures, and what the model says of them with the recruits given and by the rules alone",
            ("figure", "month", "published", "model", "90% interval", "inside", "interval score", "rules alone"),
            tuple(tuple(row) for row in rows),
        ),
        Head("Misses"),
        Points(tuple(misses)) if misses else Words("None."),
    )
    return Section(
        "later_years", "Years that were not fitted", verdict(given, by_rules), pieces, tuple(_rows(given, by_rules))
    )


def inside(found: Later) -> Any:
    """[figure] whether the published value lies in the interval."""
    low, high = found.interval()
    told = np.array([figure.value for figure in found.figures])
    return (told >= low) & (told <= high)


def verdict(given: Later, by_rules: Later) -> str:
    """Whether the model beats the rivals on vacancy and turnover together, as far as draws can tell."""
    firm = float(np.mean([len(beaten(one)) == len(RIVALS) for one in resampled(given, RESAMPLES)]))
    if firm >= SURE:
        opening = "The model beats all four simple rivals on vacancy and turnover together"
    elif firm <= 1.0 - SURE:
        opening = "The model does not beat all simple rivals on vacancy and turnover together"
    else:
        opening = "The model can't be told from the best simple rivals on vacancy and turnover together"
    missed = {one: errors(given, one) for one in HEADLINE}
    best = {one: min(missed[one][rival] for rival in RIVALS) for one in HEADLINE}
    alone = {one: errors(by_rules, one)["model"] for one in HEADLINE}
    parts = [
        f"{PERCENT * missed[one]['model']:.1f} points on {PLAIN[one]} (best rival {PERCENT * best[one]:.1f}; "
        f"by the rules alone {PERCENT * alone[one]:.1f})"
        for one in HEADLINE
    ]
    off = f"With the recruits given it is off by {' and '.join(parts)}, root mean square of three years."
    some = beaten(given)
    ahead = f"It beats {', '.join(some)}" if some else "It beats none of them on both"
    return f"{opening}. {off} {ahead}; draws taken anew at random beat all four in {firm:.0%} of cases."


def beaten(found: Later) -> list[str]:
    """Rivals that are further off on each headline figure."""
    missed = [errors(found, indicator) for indicator in HEADLINE]
    return [rival for rival in RIVALS if all(one["model"] < one[rival] for one in missed)]


def _every_figure(given: Later, by_rules: Later) -> list[list[str]]:
    low, high = given.interval()
    score, within = given.interval_score(), inside(given)
    return [
        [
            figure.name,
            figure.when,
            written(figure, figure.value),
            written(figure, given.middle[place]),
            f"{written(figure, low[place])} to {written(figure, high[place])}",
            "yes" if within[place] else "**no**",
            written(figure, score[place]),
            written(figure, by_rules.middle[place]),
        ]
        for place, figure in enumerate(given.figures)
    ]


def _rows(given: Later, by_rules: Later) -> list[Row]:
    rows = []
    for mode, found in ((GIVEN, given), (BY_RULES, by_rules)):
        low, high = found.interval()
        within = inside(found)
        for place, one in enumerate(found.figures):
            verdict = "pass" if within[place] else "fail"
            rows.append(
                Row(
                    f"{one.name} ({mode})", one.when, one.unit, one.value, None, None,
                    float(found.middle[place]), float(low[place]), float(high[place]), verdict, one.source,
                )
            )  # fmt: skip
    return rows


def _rivals(given: Later, by_rules: Later) -> Grid:
    rows = []
    for indicator in indicators_compared(given):
        figure = next(one for one in given.figures if one.indicator == indicator and one.kind == LEVEL)
        missed, by_rules_missed = errors(given, indicator), errors(by_rules, indicator)
        told = [missed["model"], by_rules_missed["model"], *(missed[name] for name in RIVALS)]
        rows.append((figure.name, *(_error(figure, value) for value in told)))
    headings = ("figure", "model, recruits given", "model, rules alone", *RIVALS)
    return Grid("Root mean squared error, 2022/23 to 2024/25", headings, tuple(rows))


def _carried(given: Later, by_rules: Later) -> str:
    """How far off the headline figures are where the miss of 2021/22 is taken off, and how many lie in intervals."""
    told = {}
    for mode, found in ((GIVEN, given), (BY_RULES, by_rules)):
        corrected = found.carried()
        places = corrected.drawn_places()
        missed = [f"{PERCENT * errors(corrected, one)['model']:.1f} points on {PLAIN[one]}" for one in HEADLINE]
        held = f"{int(inside(corrected)[places].sum())} of these {len(places)} figures lie in their intervals"
        years = " and ".join(f"{PLAIN[one]} {_years(corrected, one)}" for one in HEADLINE)
        told[mode] = f"{' and '.join(missed)}; {held} ({years})"
    best = ", ".join(
        f"{PERCENT * min(errors(given, one)[rival] for rival in RIVALS):.1f} on {PLAIN[one]}" for one in HEADLINE
    )
    return CARRIED.format(given=told[GIVEN], by_rules=told[BY_RULES], best=best)


def _years(found: Later, indicator: str) -> str:
    """Means of an indicator in the later years, in words."""
    places = [place for place in found.drawn_places() if found.figures[place].indicator == indicator]
    return ", ".join(written(found.figures[place], found.middle[place]) for place in places)


def _error(figure: Target, value: float) -> str:
    return f"{PERCENT * value:.1f} points" if figure.unit == "share" else written(figure, value)


def _growth(given: Later, by_rules: Later) -> str:
    """Growth of posts, which no rival knows, and whether what was aimed at beforehand is met."""
    places = [place for place, one in enumerate(given.figures) if one.kind == GROWTH]
    told = np.array([given.figures[place].value for place in places])

    def off(found: Later) -> float:
        return float(np.sqrt(np.square(found.middle[places] - told).mean()))

    missed = {**{PLAIN[one]: errors(given, one)["model"] for one in HEADLINE}, "growth": off(given)}
    aims = ", ".join(f"{PERCENT * AIMS[what]:.1f} on {what} ({_met(missed[what] <= AIMS[what])})" for what in AIMS)
    return (
        f"Growth of filled posts a year is off by {PERCENT * off(given):.1f} points with the recruits given and by "
        f"{PERCENT * off(by_rules):.1f} by the rules alone (root mean square, three years). Aimed at beforehand, in "
        f"points with the recruits given: {aims}."
    )


def _met(met: bool) -> str:
    return "met" if met else "not met"


def draw(given: Later, by_rules: Later, file: Path) -> str:
    """Draw the picture, and give its text for those who cannot see it."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(9.0, 8.6))
    figure.text(0.02, 0.985, _title(given), fontsize=13, fontweight="bold", va="top")
    for place, indicator in enumerate(DRAWN):
        axes = figure.add_axes((0.07, 0.55 - 0.48 * place, 0.88, 0.34))
        _panel(axes, given, by_rules, indicator)
    figure.text(
        0.02, 0.01, "Source: caresim; published figures: Skills for Care (filled: fitted; hollow: not fitted). "
        "Bands hold draws alone; the intervals counted hold errors too.",
        fontsize=8, color=DOTS,
    )  # fmt: skip
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return f"{_title(given)}. {verdict(given, by_rules)}"


def _title(found: Later) -> str:
    covered, number = int(inside(found).sum()), len(found.figures)
    return f"Of {number} figures of later years, {covered} lie in their 90% intervals"


def _panel(axes: Any, given: Later, by_rules: Later, indicator: str) -> None:
    values = PERCENT * given.monthly[indicator]
    years = START_YEAR + (START_CALENDAR_MONTH - 1 + np.arange(LAST + 1)) / MONTHS_PER_YEAR
    low, high = np.nanquantile(values, TAILS, axis=0)
    axes.fill_between(years, low, high, color=BLUE, alpha=BAND, linewidth=0)
    alone = PERCENT * np.nanmean(by_rules.monthly[indicator], axis=0)
    axes.plot(years[LAST_FITTED:], alone[LAST_FITTED:], color=ORANGE, linewidth=1.6, linestyle="--")
    axes.text(years[-1] + 0.05, alone[-1], "rules\nalone", color=ORANGE, fontsize=8.5, va="center")
    middle = np.nanmean(values, axis=0)
    axes.plot(years, middle, color=BLUE, linewidth=2)
    axes.text(years[LAST_FITTED // 2], high[: LAST_FITTED - 12].max() * 1.05, "model, 90% of draws", color=BLUE,
              fontsize=8.5)  # fmt: skip
    axes.axvline(years[LAST_FITTED], color=DOTS, linewidth=0.8)
    axes.text(years[LAST_FITTED] + 0.05, 0.02 * high.max(), "not fitted from here", fontsize=8.5, color=DOTS)
    figure = next(one for one in given.figures if one.indicator == indicator and one.group == "all")
    months, known = past_of(figure)
    axes.plot(years[months.astype(int)], PERCENT * known, "o", color=DOTS, markersize=6)
    ahead = [one for one in given.figures if one.series == figure.series]
    axes.plot(
        [years[one.month] for one in ahead], [PERCENT * one.value for one in ahead], "o", markerfacecolor="white",
        markeredgecolor=DOTS, markersize=6,
    )  # fmt: skip
    axes.set_title(f"{NAMES[indicator]}, %", loc="left", fontsize=10)
    axes.set_ylim(bottom=0.0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#D0D0D0", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
