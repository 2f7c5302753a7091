"""Section on councils: spread, persistence and what goes with turnover; and whether the model ranks councils."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.validity.councils import (
    PERCENT,
    TURNOVER,
    VACANCY,
    YEARS,
    Model,
    conditions,
    covariance,
    kept,
    lasting,
    modelled,
    persistence,
    published,
    rates_of,
    run_councils,
    slope,
    spread,
    values_shown,
    within_regions,
)
from sim.validity.cross_section_ranks import rank_correlation
from sim.validity.report import Grid, Picture, Piece, Points, Row, Section, Words
from sim.validity.study import Study

NAME, TITLE = "councils", "Councils: turnover in one and another"
DRAWS = 60
LEAST = 0.3
"""Rank correlation below which the product is to show no ranking of councils; set before the comparison was made."""
RESAMPLES = 400
TOLD_YEARS = slice(0, YEARS.index("2022/23") + 1)
LATEST = YEARS.index("2022/23"), YEARS.index("2024/25")
"""Years of the last published turnover and of the published vacancy rate."""
POINTS, NUMBER = "points", "correlation"
LAGS = {"one year": 1, "three years": 3, "five years": 5}
Statistic = Callable[[Any], float]
BLUE = PALETTE[0]
SOURCE = "Skills for Care, by Oflog Data Explorer and the local area workbook 2024/25"

OPENING = """Published turnover by council (`sim/data/council_turnover.csv`): {first} to {last} councils a year up to
2021/22, {latest} in 2022/23, and vacancy rates of {vacancies} in 2024/25. None of it is used anywhere in the project,
so every council is one that was not used. What the model does know of a council: beds in care homes, people with
council-funded care, rurality, residents' pay, rents, unemployment and benefits; pay of low-paid work outside care is
its own, and so is unemployment. {councils} councils with three published years or more are compared, each as far from
the mean of councils as it is in the same year. {draws} draws were run on {scale:g}% of England. In so small a sample a
council has a few hundred care workers, whose luck would drown what councils differ by. So luck is measured by how far
draws lie apart, taken off, and put back as it is in the whole country. Intervals hold 90% of resamples of councils."""

RANKS = """Rank correlation (Spearman's) of councils between the model and what was published. The published ranking is
not firm itself: rates rest on those employers who report, and a model that knew every council's lasting rate would
reach about {ceiling:.2f} against the mean of years."""

ADVICE = (
    "Nothing the program writes may order councils by turnover or vacancies: figures by council say what a change does "
    "to England as the model sees its councils, not which council is worse off."
)


class Figure(NamedTuple):
    """A statistic of councils in the model and as published, with ends of intervals."""

    name: str
    unit: str
    model: float
    model_ends: tuple[float, float]
    told: float
    told_ends: tuple[float, float]


class Compared(NamedTuple):
    """Councils in the model and as published."""

    turnover: Model
    vacancy: Model
    each: Floats
    """[draw, council] turnover less that of other councils, mean of the published years; with luck of the sample."""
    places: Any
    """[n] councils with enough published years and known in the model."""

    @property
    def expected(self) -> Floats:
        """[council] turnover in the model, less that of other councils, mean of the years that are published."""
        return np.asarray(self.turnover.mean[TOLD_YEARS].mean(axis=0))

    @property
    def rank(self) -> float:
        """Rank correlation with the published mean of years."""
        return rank_correlation(self.expected[self.places], told_mean()[self.places])


def study() -> Study:
    """The study of councils."""
    return Study(NAME, values_shown(), DRAWS, run_councils, section)


def told_mean() -> Floats:
    """[council] published turnover, less that of other councils, over the years known."""
    return kept(published(TURNOVER)[TOLD_YEARS])


def compare(shows: Floats, scale: float) -> Compared:
    """Draws, and the councils that they can be compared in."""
    turnover, vacancy = (modelled(shows, scale, rate) for rate in range(2))
    usable = ~np.isnan(told_mean()) & ~np.isnan(turnover.mean).any(axis=0)
    for condition in conditions().values():
        usable &= ~np.isnan(condition)
    return Compared(turnover, vacancy, rates_of(shows, 0)[:, TOLD_YEARS].mean(axis=1), np.flatnonzero(usable))


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What draws show of councils."""
    found = compare(shows, jobs[0].scale)
    spreads, ranks = spreads_and_slopes(found), rankings(found)
    file = folder / "validation_councils.png"
    text = draw(found, file)
    number = (~np.isnan(published(TURNOVER))).sum(axis=1)
    earlier = number[: LATEST[0]]
    opening = OPENING.format(
        first=earlier.min(), last=earlier.max(), latest=number[LATEST[0]],
        vacancies=int((~np.isnan(published(VACANCY)[LATEST[1]])).sum()), councils=found.places.size, draws=len(jobs),
        scale=PERCENT * jobs[0].scale,
    )  # fmt: skip
    pieces: tuple[Piece, ...] = (
        Words(opening),
        _grid("Turnover between councils, 2016/17 to 2022/23", spreads, "model"),
        Words(between_draws(found)),
        Words(RANKS.format(ceiling=ceiling(found))),
        Grid(
            "Rank correlation between model and publication",
            ("councils ranked by", "councils", "rank correlation", "90% interval"),
            tuple((one.name, one.unit, f"{one.model:.2f}", _between(one.model_ends, NUMBER)) for one in ranks),
        ),
        Picture(file, text),
        *((Points((ADVICE,)),) if not found.rank >= LEAST else ()),
    )
    return Section(NAME, TITLE, verdict(found, spreads), pieces, (*map(_row, spreads), *map(_rank_row, ranks)))


def verdict(found: Compared, spreads: Sequence[Figure]) -> str:
    """Whether the product may rank councils, and how far they differ."""
    one = next(figure for figure in spreads if figure.unit == POINTS)
    apart = f"councils differ by {one.model:.1f} points (standard deviation) in the model, {one.told:.1f} as published"
    told = f"Rank correlation with published turnover is {found.rank:.2f} over {found.places.size} councils"
    if found.rank >= LEAST:
        return f"{told}, at least the {LEAST} asked for; {apart}."
    return f"{told}, below the {LEAST} asked for: the product must show no ranking of councils. In a year {apart}."


def spreads_and_slopes(found: Compared) -> list[Figure]:
    """How far councils differ, how lastingly, with what, and whether vacancies go with turnover."""
    told, vacancies = published(TURNOVER)[TOLD_YEARS], published(VACANCY)[LATEST[1]]
    last = told[LATEST[0]]

    def of_covariance(name: str, unit: str, statistic: Statistic, factor: float = 1.0) -> Figure:
        def model(places: Any) -> float:
            return factor * statistic(found.turnover.of_england(places)[TOLD_YEARS, TOLD_YEARS])

        return _figure(found, name, unit, model, lambda places: factor * statistic(covariance(told[:, places])))

    def of_slope(name: str, condition: Floats) -> Figure:
        def slope_of(rates: Floats) -> Statistic:
            return lambda places: PERCENT * slope(rates[places], condition[places])

        return _figure(found, f"slope on {name}", POINTS, slope_of(found.expected), slope_of(told_mean()))

    def of_lag(lag: int) -> Statistic:
        return lambda shared: persistence(shared, lag)

    return [
        of_covariance("standard deviation in a year", POINTS, spread, PERCENT),
        of_covariance("standard deviation kept for three years or more", POINTS, lasting, PERCENT),
        *(of_covariance(f"correlation {name} apart", NUMBER, of_lag(lag)) for name, lag in LAGS.items()),
        *(of_slope(name, condition) for name, condition in conditions().items()),
        _figure(
            found, "rank correlation of vacancies 2024/25 with turnover 2022/23", NUMBER,
            lambda at: rank_correlation(found.vacancy.mean[LATEST[1], at], found.turnover.mean[LATEST[0], at]),
            lambda at: rank_correlation(vacancies[at], last[at]),
        ),
    ]  # fmt: skip


def between_draws(found: Compared) -> str:
    """How far slopes and ranks differ between draws."""
    at = found.places
    told = []
    for name, condition in conditions().items():
        low, high = np.nanquantile([PERCENT * slope(one[at], condition[at]) for one in found.each], TAILS)
        told.append(f"{low:+.1f} to {high:+.1f} points on {name}")
    low, high = np.nanquantile([rank_correlation(one[at], told_mean()[at]) for one in found.each], TAILS)
    return (
        f"Draws differ too. In 90% of them slopes lie between: {'; '.join(told)}. The rank correlation of single draws "
        f"with what was published lies between {low:.2f} and {high:.2f}. Both hold the luck of the sample. What "
        "parameters make of one council and not of another counts as luck, so that the model's spread is rather told "
        "too small than too large."
    )


def rankings(found: Compared) -> list[Figure]:
    """Rank correlations between model and publication; the unit tells how many councils."""
    vacancies, last = published(VACANCY)[LATEST[1]], published(TURNOVER)[LATEST[0]]
    pairs = {
        "turnover, mean of 2016/17 to 2022/23": (found.expected, told_mean()),
        "the same, within regions": (within_regions(found.expected), within_regions(told_mean())),
        "turnover 2022/23": (found.turnover.mean[LATEST[0]], last),
        "vacancy rate 2024/25": (found.vacancy.mean[LATEST[1]], vacancies),
    }
    rows = []
    for name, (model, told) in pairs.items():
        places = np.flatnonzero(~np.isnan(model) & ~np.isnan(told))

        def of(at: Any, one: Floats = model, other: Floats = told) -> float:
            return rank_correlation(one[at], other[at])

        value, ends = of(places), _ends(of, places)
        rows.append(Figure(name, str(places.size), value, ends, float("nan"), (float("nan"), float("nan"))))
    return rows


def ceiling(found: Compared) -> float:
    """Correlation that the lasting part of the published rates has with their mean over the years known."""
    told = published(TURNOVER)[TOLD_YEARS, :][:, found.places]
    return float(min(1.0, lasting(covariance(told)) / np.nanstd(told_mean()[found.places], ddof=1)))


def _figure(found: Compared, name: str, unit: str, model: Statistic, told: Statistic) -> Figure:
    places = found.places
    return Figure(name, unit, model(places), _ends(model, places), told(places), _ends(told, places))


def _ends(of: Statistic, places: Any) -> tuple[float, float]:
    """Ends of the interval that holds 90% of resamples of councils."""
    generator = np.random.default_rng(1)
    values = [of(generator.choice(places, places.size)) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(values, TAILS)
    return float(low), float(high)


def _grid(caption: str, figures: Sequence[Figure], model: str) -> Grid:
    rows = tuple(
        (
            one.name, _written(one.told, one.unit), _between(one.told_ends, one.unit), _written(one.model, one.unit),
            _between(one.model_ends, one.unit),
        )
        for one in figures
    )  # fmt: skip
    return Grid(caption, ("", "published", "90% interval", model, "90% interval"), rows)


def _written(value: float, unit: str) -> str:
    return f"{value:.2f} points" if unit == POINTS else f"{value:.2f}"


def _between(ends: tuple[float, float], unit: str) -> str:
    return f"{_written(ends[0], unit).removesuffix(' points')} to {_written(ends[1], unit)}"


def _row(one: Figure) -> Row:
    """A pass where the interval of the model and that of what was published overlap."""
    meets = one.model_ends[0] <= one.told_ends[1] and one.told_ends[0] <= one.model_ends[1]
    return Row(one.name, "2016/17 to 2022/23", one.unit, one.told, *one.told_ends, one.model, *one.model_ends,
               "pass" if meets else "fail", SOURCE)  # fmt: skip


def _rank_row(one: Figure) -> Row:
    return Row(f"rank correlation of councils by {one.name}", "", NUMBER, LEAST, LEAST, None, one.model,
               *one.model_ends, "pass" if one.model >= LEAST else "fail", SOURCE)  # fmt: skip


def draw(found: Compared, file: Path) -> str:
    """Draw councils in the model against councils as published; give the picture's text."""
    from matplotlib.figure import Figure as Canvas

    file.parent.mkdir(parents=True, exist_ok=True)
    places = found.places
    told, model = PERCENT * told_mean()[places], PERCENT * found.expected[places]
    alike = "ranks councils" if found.rank >= LEAST else "does not rank councils well enough"
    title = f"The model {alike}: rank correlation {found.rank:.2f}"
    figure = Canvas(figsize=(9.0, 5.4))
    axes = figure.add_axes((0.09, 0.16, 0.86, 0.62))
    figure.text(0.02, 0.975, title, fontsize=13, fontweight="bold", va="top")
    figure.text(
        0.02, 0.915, f"Turnover of {places.size} councils less the mean of councils, 2016/17 to 2022/23, points",
        fontsize=9.5, va="top", color=DOTS,
    )  # fmt: skip
    axes.plot(told, model, "o", color=BLUE, markersize=4.5, alpha=0.7)
    reach = 1.05 * float(np.abs(told).max())
    axes.plot([-reach, reach], [-reach, reach], color=DOTS, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.annotate("as published", (0.62 * reach, 0.62 * reach), color=DOTS, fontsize=8.5, ha="right", va="bottom")
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_title("model, mean of draws", loc="left", fontsize=9)
    axes.set_xlabel("published", fontsize=9)
    axes.grid(color=FAINT, linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.text(0.02, 0.02, f"Source: caresim; published figures: {SOURCE}.", fontsize=8, color=DOTS)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return (
        f"{title}. Councils lie between {told.min():.0f} and {told.max():+.0f} points of the mean as published, and "
        f"between {model.min():.0f} and {model.max():+.0f} in the model."
    )
