"""The same parameters at several shares of England and with several seeds: how far small runs lie from a full England.

Parameters are those of one draw, nearest the middle of the draws for use; only scale and luck vary.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.draws import draws
from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.drawn import FILE
from sim.headline import HEADLINES
from sim.history import Origin
from sim.measures import ALL, COUNCIL, ENGLAND, REGION, areas
from sim.results import year_value
from sim.series import Measured
from sim.units import parse_month
from sim.validity.sensitivity import APRIL_2029, both_futures, year_measured

SEEDS = {1.0: 2, 0.25: 4, 0.1: 6, 0.05: 10, 0.02: 10}
"""Runs that differ in luck, at each share of England; the longest ones first, so that none is waited for."""
FULL = 1.0
APRIL_2024 = parse_month("2024-04")
NATIONAL, SERVICES, REGIONS, COUNCILS, POLICY = "England", "services", "regions", "councils", "effect of a policy"
LEVELS = (NATIONAL, SERVICES, REGIONS, COUNCILS, POLICY)
"""What a run may be used for."""
LEFT_OUT = "grants"
"""Headline that is nothing without a policy."""
PARTS = ("vacancy_rate", "turnover_all", "filled_posts", "unmet_share")
CARE_SERVICES = ("residential", "nursing", "home_care", "community")
COUNCIL_PARTS = ("vacancy_rate", "turnover_all", "filled_posts")
EFFECTS = ("vacancy_rate", "turnover_all", "filled_posts", "unmet_share", "cost_council")


class Series(NamedTuple):
    """A figure of a financial year."""

    level: str
    indicator: str
    area: str
    group: str = ALL


@cache
def series() -> tuple[Series, ...]:
    """All of them: headlines of 2024/25, some by service, region and council, and what a policy changes in 2029/30."""
    england = areas(ENGLAND)[0]
    headlines = [one for one in HEADLINES if one.indicator != LEFT_OUT]
    found = [Series(NATIONAL, one.indicator, england, one.group) for one in headlines]
    for name in PARTS:
        found += [Series(SERVICES, name, england, service) for service in CARE_SERVICES]
        found += [Series(REGIONS, name, region) for region in areas(REGION)]
    for name in COUNCIL_PARTS:
        found += [Series(COUNCILS, name, council) for council in areas(COUNCIL)]
    found += [Series(POLICY, name, england) for name in EFFECTS]
    return tuple(found)


def jobs() -> list[Job]:
    """A run for each scale and seed, all with one draw: the one nearest the middle of the draws for use.

    A draw is known to go with published figures; medians taken parameter by parameter need not.
    """
    drawn = draws(FILE)
    quantiles = np.array([job.quantiles for job in drawn])
    apart = np.square(quantiles - np.median(quantiles, axis=0)).sum(axis=1)
    middle = drawn[int(np.argmin(apart))]
    return [
        middle._replace(scale=scale, seed=seed) for scale, seeds in SEEDS.items() for seed in range(1, seeds + 1)
    ]  # fmt: skip


def run_scale(job: Job) -> Floats:
    """[series] what a run shows; NaN where it has nobody to say it of."""
    behaviour = job.behaviour
    without, with_policy = both_futures(Origin(job.scale, job.seed, behaviour))
    past = year_measured(without, job.scale, APRIL_2024)
    futures = [year_measured(records, job.scale, APRIL_2029) for records in (without, with_policy)]
    places = {(key.indicator, key.area, key.group): place for place, key in enumerate(past.keys)}

    def value(measured: Measured, one: Series) -> float:
        return float(year_value(one.indicator, measured.values[places[one[1:]]], 0))

    def shown(one: Series) -> float:
        if one.level != POLICY:
            return value(past, one)
        before, after = (value(measured, one) for measured in futures)
        return after - before

    return np.array([shown(one) for one in series()])
