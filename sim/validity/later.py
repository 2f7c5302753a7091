"""What a model fitted up to 2021/22 says of the years after, beside what was published and beside simple rivals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.discrepancy import in_units
from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job, measured_to
from sim.calibration.targets import LAST_FITTED, LEVEL, Target, observe, read_targets, targets
from sim.history import Walk, restore, take_state
from sim.levers.migration import OverseasRecruitment
from sim.measures import ALL
from sim.recording import stack
from sim.series import measure
from sim.shipped import PACKAGE
from sim.units import month_name, parse_month
from sim.validity.rivals import FEWEST, RIVALS, past_of
from sim.validity.visits import ALONE, Looking

LAST = parse_month("2025-03")
DRAWN = ("vacancy_rate", "turnover_all")
"""National series kept month by month for the picture."""
ERRORS_A_DRAW = 100
"""Errors added to each draw for intervals, so that these do not hang on their luck."""
MODES = 2
"""Recruits from overseas given, or by the rules alone."""
NO_CAP = 200_000
"""Recruits a year that no year has come near."""
PENALTY = 2.0 / (1.0 - (TAILS[1] - TAILS[0]))
"""What a figure outside a 90% interval costs, times how far outside it lies (Gneiting and Raftery 2007)."""


@cache
def later_figures() -> tuple[Target, ...]:
    """Published figures of 2022/23 to 2024/25; ValueError if one is not later than the years that are fitted."""
    found = read_targets(PACKAGE / "data" / "later_years.csv")
    early = [figure for figure in found if not LAST_FITTED < figure.month <= LAST]
    if early:
        message = f"later_years.csv: {early[0].name} in {early[0].when} is not later than the years that are fitted"
        raise ValueError(message)
    return found


def run_on(job: Job) -> Looking:
    """What a draw shows up to March 2025: figures and series with the recruits given, then by the rules alone.

    In both, [figure, then month by month the series that are drawn]. By the rules alone, law says who may come and
    sponsors say how many they want; the number of visas granted is not given from April 2022 on. A visit
    (`sim.validity.visits`).
    """
    walk = yield LAST_FITTED + 1
    state, past = take_state(walk.model), list(walk.records)
    walk = yield LAST + 1
    given = _shown(walk, job.scale)
    walk = yield ALONE
    restore(walk.model, state, [no_number_given()])
    return np.concatenate([given, _shown(Walk(walk.model, past).to(LAST + 1), job.scale)])


def no_number_given() -> OverseasRecruitment:
    """As many recruits as sponsors want, in the roles and on the terms of the law."""
    return OverseasRecruitment.model_validate({"from": month_name(LAST_FITTED + 1), "cap_per_year": NO_CAP})


def _shown(walk: Walk, scale: float) -> Floats:
    measured = measure(stack(walk.records), scale, 0, LAST)
    return np.concatenate([observe(measured, later_figures()), *(measured.of(name) for name in DRAWN)])


def all_figures() -> tuple[Target, ...]:
    """Published figures of all years."""
    return (*targets(), *later_figures())


def run_all_years(job: Job) -> Floats:
    """[figure] what the model shows of all years."""
    return observe(measured_to(job, LAST), all_figures())


def values_shown() -> int:
    """How many numbers `run_on` gives."""
    return MODES * (len(later_figures()) + len(DRAWN) * (LAST + 1))


class Later(NamedTuple):
    """What draws show of later years."""

    figures: tuple[Target, ...]
    shown: Floats
    """[draw, figure]"""
    monthly: dict[str, Floats]
    """[draw, month] of the series that are drawn."""
    own_error: Floats
    """[figure] what the model could not meet of the series in the fitted years, a standard deviation."""

    @property
    def middle(self) -> Floats:
        """[figure] mean of the draws."""
        return np.asarray(np.nanmean(self.shown, axis=0))

    def carried(self) -> Later:
        r"""The same with the last miss of each national series taken off, draw by draw.

        .. math:: \hat y_t = m_t + (y_T - m_T)

        `T` is the last month fitted: what a draw missed there, it is taken to miss as much again (intercept correction:
        Clements and Hendry 1996, Journal of Applied Econometrics 11(5), 475-494). Other figures stay as they are.
        """
        shown = self.shown.copy()
        for place in self.drawn_places():
            figure = self.figures[place]
            months, known = past_of(figure)
            shown[:, place] += known[-1] - self.monthly[figure.indicator][:, int(months[-1])]
        return self._replace(shown=shown)

    def drawn_places(self) -> list[int]:
        """Places of the national figures whose series are kept month by month."""
        national = [("England", ALL, LEVEL, name) for name in DRAWN]
        return [
            place
            for place, one in enumerate(self.figures)
            if (one.area, one.group, one.kind, one.indicator) in national
        ]

    def interval(self, seed: int = 1) -> tuple[Floats, Floats]:
        """[figure] ends of 90% intervals for what is published: of the draws, with errors of model and figures."""
        told = np.array([np.hypot(figure.tolerance, figure.shared) for figure in self.figures])
        error = np.hypot(told, self.own_error)
        luck = np.random.default_rng(seed).standard_normal((ERRORS_A_DRAW, *self.shown.shape))
        spread = (self.shown + error * luck).reshape(-1, len(self.figures))
        low, high = np.nanquantile(spread, TAILS, axis=0)
        return np.asarray(low), np.asarray(high)

    def interval_score(self) -> Floats:
        """[figure] width of the interval, and a penalty for how far outside it the published figure lies."""
        low, high = self.interval()
        told = np.array([figure.value for figure in self.figures])
        outside = np.maximum(low - told, 0.0) + np.maximum(told - high, 0.0)
        return np.asarray(high - low + PENALTY * outside)


def later(shows: Floats, own_errors: dict[tuple[str, ...], float]) -> tuple[Later, Later]:
    """Runs taken apart: with the recruits given, and by the rules alone.

    Args:
        shows: [draw, value] as `run_on` gives them.
        own_errors: what the model could not meet, by series (`sim.calibration.discrepancy`).
    """
    figures, months = later_figures(), LAST + 1

    def one(part: Floats) -> Later:
        starts = [len(figures) + at * months for at in range(len(DRAWN))]
        series = {name: part[:, start : start + months] for name, start in zip(DRAWN, starts, strict=True)}
        shown = part[:, : len(figures)]
        middle = np.nanmean(shown, axis=0)
        own = [in_units(figure, float(level), own_errors) for figure, level in zip(figures, middle, strict=True)]
        return Later(figures, shown, series, np.array(own))

    given, by_rules = np.split(shows, MODES, axis=1)
    return one(given), one(by_rules)


def compared(found: Later) -> list[int]:
    """Places of figures that rivals can be set beside: levels with enough published years."""
    return [
        place
        for place, figure in enumerate(found.figures)
        if figure.kind == LEVEL and past_of(figure)[0].size >= FEWEST
    ]


def errors(found: Later, indicator: str) -> dict[str, float]:
    """Root mean squared error of the model and of each rival over the national figures of an indicator."""
    places = [place for place in compared(found) if found.figures[place].indicator == indicator]
    told = np.array([found.figures[place].value for place in places])
    missed = {"model": found.middle[places] - told}
    for name, rule in RIVALS.items():
        said = np.array([rule(found.figures[place]) for place in places])
        missed[name] = said - told
    return {name: float(np.sqrt(np.square(apart).mean())) for name, apart in missed.items()}


def resampled(found: Later, number: int, seed: int = 1) -> Iterator[Later]:
    """The same with draws taken at random with replacement: what other draws of the posterior might have shown."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        yield found._replace(shown=found.shown[rng.integers(len(found.shown), size=len(found.shown))])


def indicators_compared(found: Later) -> Sequence[str]:
    """National indicators that rivals can be set beside."""
    return tuple(dict.fromkeys(found.figures[place].indicator for place in compared(found)))
