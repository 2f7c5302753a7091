"""Turnover by council: how far it spreads, how lasting it is, what goes with it, and whether the model ranks councils.

Published rates by council (``sim/data/council_turnover.csv``) are used nowhere else in the project.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.geography import council_rows, read_rows
from sim.indicators import INDICATORS
from sim.measures import ALL, COUNCIL, Base, Labour
from sim.recording import stack
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, financial_year, parse_month
from sim.validity.visits import Looking

LAST = parse_month("2025-03")
YEARS = tuple(financial_year(month) for month in range(0, LAST + 1, MONTHS_PER_YEAR))
SHOWN = (("turnover_all", Base.ALL_EMPLOYED), ("vacancy_rate", Base.COUNCIL_INDEPENDENT))
"""Rates by council; each on the base of its publisher."""
TURNOVER, VACANCY = "turnover_rate", "vacancy_rate"
TINY = ("E06000053", "E09000001")
"""Isles of Scilly and City of London: a few dozen care jobs each, whose rates are chance."""
DIGITS = 5
ROUNDS = 50
"""Turns after which effects of councils and years no longer move."""
PERCENT = 100.0


def run_councils(job: Job) -> Looking:
    """[rate, year, council] flat: turnover of each financial year, and vacancies at its end, at their publishers' base.

    Missing where nobody works in a council at the scale of the run. A visit (`sim.validity.visits`).
    """
    walk = yield LAST + 1
    history = stack(walk.records)
    marches = [int(np.searchsorted(history.month, month)) for month in range(MONTHS_PER_YEAR - 1, LAST + 1,
                                                                              MONTHS_PER_YEAR)]  # fmt: skip
    rates = [
        INDICATORS[name].formula(Labour(history, COUNCIL, ALL, job.scale, base))[marches, :, 0] for name, base in SHOWN
    ]
    return np.round(np.concatenate([rate.ravel() for rate in rates]), DIGITS)


def values_shown() -> int:
    """How many numbers `run_councils` gives."""
    return len(SHOWN) * len(YEARS) * len(council_rows())


@cache
def published(series: str) -> Floats:
    """[year, council] published rates as shares, in the order of `YEARS` and of councils; NaN where there is none."""
    codes = [row["code"] for row in council_rows()]
    told = np.full((len(YEARS), len(codes)), np.nan)
    with (PACKAGE / "data" / "council_turnover.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["series"] == series and row["code"] not in TINY:
                told[YEARS.index(row["period"]), codes.index(row["code"])] = float(row["value"]) / PERCENT
    return told


def from_mean(values: Floats) -> Floats:
    """Rates less the mean of councils in the same year, [..., year, council]."""
    return np.asarray(values - np.nanmean(values, axis=-1, keepdims=True))


class Model(NamedTuple):
    """What draws show of councils; rates are less the mean of councils in the same draw and year."""

    mean: Floats
    """[year, council] mean of the draws."""
    luck: Floats
    """[year, year, council] covariance over draws about that mean: people and employers who happen to be there, and
    what the parameters of a draw make of this council and not of others."""
    draws: Floats
    """[council] draws in which the council has staff in every year."""
    scale: float
    """Share of England in a run; in England itself luck has this share of the variance it has in a run."""

    def of_england(self, places: Floats) -> Floats:
        r"""[year, year] covariance between councils as one England would show it.

        Draws have in common what conditions make of a council; the variance of their mean holds a part of luck, which
        is taken away, and as much luck is added as there is in the whole country, where more people even it out:

        .. math:: C = \mathrm{cov}(\bar x) - \overline{L / n} + s \bar L
        """
        luck = self.luck[:, :, places]
        shared = covariance(self.mean[:, places]) - np.mean(luck / self.draws[places], axis=-1)
        return np.asarray(shared + self.scale * np.mean(luck, axis=-1))


def rates_of(shows: Floats, rate: int) -> Floats:
    """[draw, year, council] a rate (its place in `SHOWN`) less the mean of councils, from the runs [draw, value]."""
    return from_mean(shows.reshape(len(shows), len(SHOWN), len(YEARS), -1)[:, rate])


def modelled(shows: Floats, scale: float, rate: int) -> Model:
    """What draws show of a rate (its place in `SHOWN`), from the runs [draw, value]."""
    values = rates_of(shows, rate)
    known = np.asarray(~np.isnan(values).any(axis=1))
    number = known.sum(axis=0)
    mean = np.full(values.shape[1:], np.nan)
    seen = number > 1
    mean[:, seen] = np.nanmean(values[:, :, seen], axis=0)
    apart = np.where(known[:, None, :], values - mean, 0.0)
    luck = np.einsum("dyc,dzc->yzc", np.nan_to_num(apart), np.nan_to_num(apart)) / np.maximum(number - 1, 1)
    return Model(mean, luck, number.astype(np.float64), scale)


def covariance(values: Floats) -> Floats:
    """[year, year] covariance over councils; each pair of years over the councils known in both."""
    known = (~np.isnan(values)).astype(np.float64)
    there = np.nan_to_num(values)
    number = known @ known.T
    sums = there @ known.T
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (there @ there.T - sums * sums.T / number) / (number - 1.0)
    return np.where(number > 2.0, found, np.nan)


def spread(shared: Floats) -> float:
    """Standard deviation between councils in a year, from the mean variance of the years."""
    return float(np.sqrt(np.nanmean(np.diag(shared))))


def lasting(shared: Floats, apart: int = 3) -> float:
    """Standard deviation of what councils keep over `apart` years or more; the chance of single years is no part."""
    years = np.arange(len(shared))
    far = np.abs(years[:, None] - years) >= apart
    return float(np.sqrt(max(float(np.nanmean(shared[far])), 0.0)))


def persistence(shared: Floats, apart: int) -> float:
    """Correlation of councils' rates so many years apart, mean over pairs of years."""
    deviation = np.sqrt(np.diag(shared))
    return float(np.nanmean(np.diag(shared, apart) / (deviation[apart:] * deviation[:-apart])))


@cache
def conditions() -> dict[str, Floats]:
    """[council] what councils differ by: unemployment, rurality, and density as doublings."""
    labour = {row["code"]: row["unemployment_rate_c2020_pct"] for row in read_rows("council_labour.csv")}
    rows = council_rows()
    unemployment = [float(labour[row["code"]] or "nan") for row in rows]
    return {
        "unemployment, per point": np.array(unemployment),
        "rurality, wholly rural against not at all": np.array([float(row["rural_share"]) for row in rows]),
        "density, per doubling": np.log2([float(row["pop_density"]) for row in rows]),
    }


def kept(values: Floats, fewest: int = 3) -> Floats:
    """[council] how far a council's rate lies from others' over the years known, [year, council]; NaN with too few.

    Councils differ in the years that are known, so effects of years are taken out with those of councils in turn.
    """
    of_council = np.zeros(values.shape[1])
    known = (~np.isnan(values)).sum(axis=0) >= fewest
    rates = values[:, known]
    found = np.zeros(rates.shape[1])
    for _ in range(ROUNDS):
        of_year = np.nanmean(rates - found, axis=1, keepdims=True)
        found = np.nanmean(rates - of_year, axis=0)
    of_council[known] = found - found.mean()
    return np.where(known, of_council, np.nan)


def slope(values: Floats, condition: Floats) -> float:
    """Slope of councils' rates on a condition, least squares."""
    known = ~np.isnan(values) & ~np.isnan(condition)
    x = condition[known] - condition[known].mean()
    return float((x * values[known]).sum() / (x * x).sum())


def within_regions(values: Floats) -> Floats:
    """[council] rates less the mean of the councils of the region that are known."""
    regions = np.array([row["region_code"] for row in council_rows()])
    out = values.copy()
    for region in np.unique(regions):
        inside = regions == region
        if not np.isnan(values[inside]).all():
            out[inside] -= np.nanmean(values[inside])
    return out
