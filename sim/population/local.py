r"""A place's own figures re-scale the start: taken back to April 2016 by what England did since.

- Filled posts: :math:`n_0 = n_t (N_0 / N_t) (G_t / G_{s,t})` with `N` England's posts as published and, where the
  figure is of one service, `G` the growth of the need for all services and for that one. All establishments of the
  place and service are scaled alike; other places keep their posts.
- Zero hours: log odds less what England's moved by; shares of establishments are fitted to it.
- Fees: the place's fee over England's of the same year, which it also has at the start. Fees of all payers are scaled.
  The difference falls on costs other than staff (rent, food, office), which differ most between places, and once none
  are left on the margin.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from sim.conditions import in_force, starts_now
from sim.geography import load_places, read_rows
from sim.local_data import LocalData, LocalFigure
from sim.population.conduct import ShareMargin, logistic, logit
from sim.population.establishments import Establishments
from sim.population.inputs import (
    CELL_SECTOR,
    CELL_SERVICE,
    DIRECT_PAYMENT_CELL,
    PERCENT,
    SERVICE_NAMES,
    START_MONTH,
    Floats,
    Mask,
    figures,
)
from sim.population.posts import cell_totals
from sim.units import MONTHS_PER_YEAR, Payer, Sector, Service, financial_year, month_index

FEE_SERVICES = {
    "home_care_fee": (Service.HOME_CARE,),
    "care_home_fee": (Service.RESIDENTIAL, Service.NURSING),
}


class Start(NamedTuple):
    """What a figure is taken to have been in April 2016."""

    value: float
    unit: str


@cache
def _published(series: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Aprils of financial years, and England's figures."""
    rows = [row for row in read_rows("local_reference.csv") if row["series"] == series]
    return tuple(month_index(int(row["period"][:4]), 4) for row in rows), tuple(float(row["value"]) for row in rows)


def england(series: str, april: int) -> float:
    """England's figure of a financial year: between published years on a straight line, beyond them the nearest."""
    years, values = _published(series)
    return float(np.interp(april, years, values))


def england_fee(quantity: str, april: int) -> float:
    """England's mean fee of a financial year: the published one moved by the uplifts made."""
    years, values = _published(quantity)
    known, fee = years[0], values[0]
    first, last = min(april, known), max(april, known)
    moved = 1.0
    for year in range(first + MONTHS_PER_YEAR, last + 1, MONTHS_PER_YEAR):
        names = [SERVICE_NAMES[service] for service in FEE_SERVICES[quantity]]
        moved *= 1.0 + sum(starts_now("fee_uplift", year, name) for name in names) / len(names)
    return fee * moved if april > known else fee / moved


def need_growth_since_start(april: int) -> Floats:
    """[service] need at the end of a financial year over April 2016, all payers together."""
    known = figures()
    shares = np.zeros((len(Service), len(Payer)))
    shares[:, Payer.NHS] = known.by_service("nhs_share")
    shares[:, Payer.SELF_FUNDER] = known.by_service("self_funder_start")
    shares[:, Payer.COUNCIL] = 1.0 - shares.sum(axis=1)
    months = range(START_MONTH + 1, april + MONTHS_PER_YEAR)
    by_series = {
        series: np.exp(
            [
                sum(np.log1p(in_force(series, month, name)) for month in months) / MONTHS_PER_YEAR
                for name in SERVICE_NAMES
            ]
        )
        for series in ("need_growth", "need_growth_private")
    }
    council = shares[:, Payer.COUNCIL]
    return np.asarray(council * by_series["need_growth"] + (1.0 - council) * by_series["need_growth_private"])


def at_start(figure: LocalFigure) -> Start:
    """What a figure that re-scales the start was in April 2016; of fees, what they were over England's."""
    if figure.quantity == "filled_posts":
        growth = england("filled_posts", figure.period) / england("filled_posts", START_MONTH)
        if figure.service is not None:
            grown, employed = (
                need_growth_since_start(figure.period),
                np.arange(len(CELL_SERVICE)) != DIRECT_PAYMENT_CELL,
            )
            posts = np.bincount(CELL_SERVICE[employed], weights=cell_totals()[employed], minlength=len(Service))
            growth *= grown[SERVICE_NAMES.index(figure.service)] / np.average(grown, weights=posts)
        return Start(figure.value / growth, "posts")
    if figure.quantity == "zero_hours_share":
        then, now = england(figure.quantity, START_MONTH), england(figure.quantity, figure.period)
        moved = logit(figure.value / PERCENT) - logit(now / PERCENT) + logit(then / PERCENT)
        return Start(float(logistic(moved)) * PERCENT, "percent")
    return Start(figure.value / england_fee(figure.quantity, figure.period), "times England's fee")


def _councils(figure: LocalFigure) -> Mask:
    codes = figure.council_codes()
    return np.array([code in codes for code in load_places().council_codes])


def _of(data: LocalData | None, *quantities: str) -> list[LocalFigure]:
    return [] if data is None else [row for row in data.that_rescale() if row.quantity in quantities]


def _covers(figure: LocalFigure, service: np.ndarray, sector: np.ndarray) -> Mask:
    """Establishments or cells that a figure is about, places apart; never people who employ their own assistant."""
    covered = sector != Sector.DIRECT_PAYMENT
    if figure.service is not None:
        covered = covered & (service == SERVICE_NAMES.index(figure.service))
    if figure.sector is not None:
        covered = covered & (sector == Sector[figure.sector.upper()])
    return np.asarray(covered)


def scaled_posts(filled: Floats, data: LocalData | None) -> Floats:
    """[L, cell] filled posts, those of places with figures of their own scaled to them."""
    posts = filled.copy()
    for figure in _of(data, "filled_posts"):
        inside = np.ix_(_councils(figure), _covers(figure, CELL_SERVICE, CELL_SECTOR))
        there = filled[inside].sum()
        if there > 0:
            posts[inside] *= at_start(figure).value / there
    return posts


def zero_hours_margins(places: Establishments, posts: Floats, data: LocalData | None) -> list[ShareMargin]:
    """Margins to which shares of zero hours are fitted after England's and the regions'."""
    return [
        (
            _councils(figure)[places.council] & _covers(figure, places.service, places.sector),
            at_start(figure).value / PERCENT,
            posts,
        )
        for figure in _of(data, "zero_hours_share")
    ]


def fee_factors(places: Establishments, fee: Floats, bought: Floats, data: LocalData | None) -> Floats:
    """[P] what fees are multiplied by, so that the place's mean fee over England's is its own figure's.

    Means are over independent providers, weighted by what councils buy.
    """
    factors = np.ones(fee.size)
    for figure in _of(data, *FEE_SERVICES):
        kind = np.isin(places.service, FEE_SERVICES[figure.quantity]) & (places.sector == Sector.INDEPENDENT)
        inside = kind & _councils(figure)[places.council]
        if bought[inside].sum() > 0:
            usual, own = (np.average(fee[mask], weights=bought[mask]) for mask in (kind, inside))
            factors[inside] = at_start(figure).value * usual / own
    return factors


def told_at_start(figure: LocalFigure) -> str:
    """What a figure re-scales the start to, in words."""
    start = at_start(figure)
    if start.unit == "posts":
        return f"{start.value:,.0f} posts in {financial_year(START_MONTH)}"
    return f"{start.value:.1f}% in April 2016" if start.unit == "percent" else f"{start.value:.3f} {start.unit}"
