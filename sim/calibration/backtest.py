"""Backtest: fitted to figures up to an earlier year alone, does the model say what was published of the years after?

All of it lies within the years that are fitted, so that it tells of the method before the test on later years does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.emulator import Emulator, part_of, to_scale
from sim.calibration.priors import Floats
from sim.calibration.targets import LEVEL, Target, published_values
from sim.units import parse_month

ORIGINS = tuple(parse_month(f"{year}-03") for year in (2019, 2020, 2021))
"""Last months of figures that are fitted: two and more years of figures before, one and more after."""
Missed = Mapping[tuple[str, ...], float]
"""What the model can't meet, by series, on the emulator's scale."""
DEVIATES = 1.645
"""Standard deviations of a normal distribution within which 90% of it lie."""


class Backtest(NamedTuple):
    """Figures after a year, as a fit to those up to it says them."""

    origin: int
    """Last month of the figures that were fitted."""
    fitted: int
    """How many these are."""
    of: tuple[Target, ...]
    """Figures of the years after."""
    apart: Floats
    """[target] mean of the posterior less what was published, in tolerances."""
    inside: NDArray[np.bool_]
    """[target] whether what was published lies in the 90% interval."""
    unchanged: Floats
    """[target] the last figure of the same series less what was published, in tolerances; nan where there is none."""
    carried: Floats
    """[target] the mean of the posterior with its miss of that last figure taken off, less what was published."""

    @property
    def coverage(self) -> float:
        """Share of figures in their intervals."""
        return float(self.inside.mean())

    @property
    def off(self) -> float:
        """Root mean square of distances, in tolerances."""
        return _size(self.apart)

    @property
    def beside_last_values(self) -> tuple[float, float, float]:
        """The same of figures of series that were seen before, with the last miss taken off, and of last values."""
        seen = ~np.isnan(self.unchanged)
        return _size(self.apart[seen]), _size(self.carried[seen]), _size(self.unchanged[seen])


class Held(NamedTuple):
    """What several fits say, each figure counted once although it comes after more than one of them."""

    figures: int
    """Different figures."""
    in_all: int
    """How many lie in the interval of every fit that did not know them."""
    intervals: int
    holding: int
    """Intervals that hold their figure."""


def held(tests: Sequence[Backtest]) -> Held:
    """Count figures and intervals."""
    each = [(target, bool(inside)) for test in tests for target, inside in zip(test.of, test.inside, strict=True)]
    missed = {target for target, inside in each if not inside}
    figures = {target for target, _ in each}
    return Held(len(figures), len(figures - missed), len(each), sum(inside for _, inside in each))


def _size(apart: Floats) -> float:
    return float(np.sqrt(np.square(apart).mean())) if apart.size else float("nan")


def backtested(
    origin: int, of: Sequence[Target], emulator: Emulator, errors: Floats, drawn: Floats, missed: Missed
) -> Backtest:
    """What draws of a posterior of the figures up to a month say of those after.

    Args:
        origin: the month.
        of: all figures.
        emulator: of all of them.
        errors: [target, target] covariance of what was published, on the emulator's scale.
        drawn: [draw, parameter] quantiles of the priors.
        missed: what the model can't meet.
    """
    later = np.array([place for place, target in enumerate(of) if target.month > origin], dtype=np.int64)
    told = tuple(of[place] for place in later)
    everything = emulator.says(drawn)
    says = everything[:, later]
    published = to_scale(published_values(told)[None, :], told)[0]
    tolerance = np.sqrt(np.diag(errors))[later]
    own = np.array([missed.get(target.series, 0.0) for target in told])
    spread = np.sqrt(says.var(axis=0) + emulator.error[later] ** 2 + tolerance**2 + own**2)
    apart = says.mean(axis=0) - published
    last = np.array([_last(target, of, origin) for target in told])
    seen, all_published = last >= 0, to_scale(published_values(of)[None, :], of)[0]
    unchanged = np.where(seen, all_published[last] - published, np.nan)
    missed_last = np.where(seen, (everything.mean(axis=0) - all_published)[last], np.nan)
    return Backtest(
        origin, len(of) - later.size, told, apart / tolerance, np.abs(apart) <= DEVIATES * spread,
        unchanged / tolerance, (apart - missed_last) / tolerance,
    )  # fmt: skip


def _last(target: Target, of: Sequence[Target], origin: int) -> int:
    """Place of the last figure of a series of levels by a month; -1 where there is none."""
    before = [
        place
        for place, one in enumerate(of)
        if one.series == target.series and one.kind == LEVEL and one.month <= origin
    ]
    return max(before, key=lambda place: of[place].month) if before else -1


def early(of: Sequence[Target], emulator: Emulator, origin: int) -> tuple[tuple[Target, ...], Emulator]:
    """The figures up to a month, and the emulator of them."""
    places = np.array([place for place, target in enumerate(of) if target.month <= origin], dtype=np.int64)
    return tuple(of[place] for place in places), part_of(emulator, places)
