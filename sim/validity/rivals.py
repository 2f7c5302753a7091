"""Simple rivals that get the same past as the model: what they say of a national figure in a later year."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.targets import GROWTH, LAST_FITTED, Target, targets
from sim.conditions import by_code, in_force
from sim.outlook import ENACTED_CENTRAL
from sim.published import published_for
from sim.units import MONTHS_PER_YEAR, Role

FEWEST = 4
"""Published years that a rival needs in order to learn a trend or a return to the mean."""
VACANCY, TURNOVER, WITHIN, POSTS = "vacancy_rate", "turnover_all", "staff_from_care", "filled_posts_all"
ROLES = tuple(role.name.lower() for role in Role)


def past_of(figure: Target) -> tuple[Floats, Floats]:
    """Months and values published of a figure's series up to 2021/22."""
    same = sorted((one for one in targets() if one.series == figure.series), key=lambda one: one.month)
    return np.array([float(one.month) for one in same]), np.array([one.value for one in same])


def last_value(figure: Target) -> float:
    """The last figure known."""
    return float(past_of(figure)[1][-1])


def trend(figure: Target) -> float:
    """A straight line through the figures known."""
    months, values = past_of(figure)
    slope, level = np.polyfit(months, values, 1)
    return float(level + slope * figure.month)


def mean_reversion(figure: Target) -> float:
    """A return to the mean of the figures known, at the speed seen in them."""
    months, values = past_of(figure)
    apart = values - values.mean()
    kept = float(np.clip((apart[1:] * apart[:-1]).sum() / np.square(apart[:-1]).sum(), 0.0, 1.0))
    return float(values.mean() + kept ** ((figure.month - months[-1]) / MONTHS_PER_YEAR) * apart[-1])


def stock_flow(figure: Target) -> float:
    r"""Stocks and flows of a year with fixed leaver rates, driven by the same visas and unemployment as the model.

    Filled posts :math:`F` lose the share of leavers who don't go to another care job, and gain people from home in
    proportion to unemployment and all recruits from overseas; posts sought :math:`S` grow as they did:

    .. math:: F_{t+1} = F_t (1 - e + \kappa u_t) + v_t, \qquad S_{t+1} = S_t (1 + g), \qquad
              \text{vacancy rate} = 1 - F / S

    :math:`e` is mean turnover times one less the mean share that stays in care, published as one figure of staff,
    starters and leavers; :math:`\kappa` and :math:`g` are
    means over the two years whose growth of posts is known on one base, 2020/21 and 2021/22. Of other figures it says
    their mean: rates are fixed.
    """
    if figure.indicator != VACANCY or figure.group != "all":
        return float(past_of(figure)[1].mean())
    exits, inflow, growth = _rates()
    filled, sought = 1.0 - _known(VACANCY)[LAST_FITTED], 1.0
    for april in range(LAST_FITTED + 1, figure.month, MONTHS_PER_YEAR):
        unemployment, recruits = _conditions(april)
        filled = filled * (1.0 - exits + inflow * unemployment) + recruits / _posts_of_2022()
        sought *= 1.0 + growth
    return 1.0 - filled / sought


RIVALS: dict[str, Callable[[Target], float]] = {
    "last value": last_value, "trend": trend, "return to the mean": mean_reversion, "stocks and flows": stock_flow,
}  # fmt: skip


def _known(indicator: str, kind: str = "level") -> dict[int, float]:
    """National figures of an indicator up to 2021/22, by month."""
    return {
        one.month: one.value
        for one in targets()
        if (one.indicator, one.area, one.group, one.kind) == (indicator, "England", "all", kind)
    }


@cache
def _rates() -> tuple[float, float, float]:
    """Yearly share of staff who leave care, entrants per unit of unemployment, and growth of posts sought."""
    vacancy, growth = _known(VACANCY), _known(POSTS, GROWTH)
    exits = float(np.mean(list(_known(TURNOVER).values()))) * (1.0 - float(np.mean(list(_known(WITHIN).values()))))
    inflows, sought = [], []
    for march, grew in growth.items():
        before = march - MONTHS_PER_YEAR
        unemployment, recruits = _conditions(before + 1)
        inflows.append((grew + exits - recruits / (_posts_of_2022() * (1.0 - vacancy[LAST_FITTED]))) / unemployment)
        sought.append((1.0 + grew) * (1.0 - vacancy[before]) / (1.0 - vacancy[march]) - 1.0)
    return exits, float(np.mean(inflows)), float(np.mean(sought))


def _conditions(april: int) -> tuple[float, float]:
    """Mean unemployment of a financial year, and recruits from overseas in it, by all routes."""
    months = range(april, april + MONTHS_PER_YEAR)
    sponsored = sum(float(np.sum(by_code("visa_cap", month, ROLES))) for month in months)
    others = sum(float(in_force("other_route_arrivals", month)) for month in months)
    return float(np.mean([ENACTED_CENTRAL.unemployment(month) for month in months])), sponsored + others


def _posts_of_2022() -> float:
    """Posts sought in March 2022: recruits are a share of them."""
    filled = [one.value for one in published_for("filled_posts", "all") if one.month == LAST_FITTED]
    return max(filled) / (1.0 - _known(VACANCY)[LAST_FITTED])  # the larger is of the editions that growth is of
