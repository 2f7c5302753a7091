"""Contracts and hours of people in post."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose
from sim.parameters import Behaviour
from sim.population.conduct import fitted_shares
from sim.population.establishments import Establishments
from sim.population.inputs import PERCENT, Floats, Ints, figures, margin
from sim.population.keys import Setup, draw, draw_normal, normal_thresholds
from sim.population.people import Jobs
from sim.units import MINUTES_PER_HOUR, Role, Sector

Minutes = NDArray[np.int32]
HALF_HOUR = 30
KINDS = 3
"""Sectors times zero or guaranteed hours times roles make the groups whose full-time shares are fitted."""


class Hours(NamedTuple):
    """Minutes a week of each person."""

    contract: Minutes
    worked: Minutes
    wanted: Minutes


def on_zero_hours(jobs: Jobs, share: Floats, seed: int) -> np.ndarray:
    """Who is on zero hours: each establishment's share, by role, sorted partly by taste.

    People who put a low value on guaranteed hours are more often on zero hours: the standard normal behind that value
    and an independent one are mixed and compared with the threshold of the share.
    """
    known = figures()
    chance = np.clip(share[:, None] * known.by_role("zero_hours_role"), 0.0, 1.0)
    threshold = normal_thresholds(chance)[jobs.employer, jobs.role]
    sorting = known["zero_hours_sorting"]
    liking = draw_normal(seed, jobs.who, Purpose.VALUE_GUARANTEE)
    luck = draw_normal(seed, jobs.who, Setup.ZERO_HOURS)
    return np.asarray(sorting * liking + math.sqrt(1.0 - sorting * sorting) * luck < threshold)


def _full_time_chances(jobs: Jobs, places: Establishments, zero_hours: np.ndarray) -> tuple[Ints, Floats]:
    """Group of each person (role, council, zero hours) and the chance of full time in each group.

    Starting odds differ by role and sector; they are scaled until the published share of posts is full time.
    """
    known = figures()
    sector = places.sector[jobs.employer]
    group = (sector * 2 + zero_hours) * len(Role) + jobs.role
    count = np.bincount(group, minlength=2 * KINDS * len(Role)).astype(np.float64)
    start = np.tile(known.by_role("full_time_start"), 2 * KINDS)
    start = np.where((np.arange(start.size) // len(Role)) % 2 == 1, known["full_time_zero_hours"], start)
    council = np.arange(start.size) // (2 * len(Role)) == Sector.COUNCIL
    start = np.where(council, 1.0 - (1.0 - start) * known["full_time_council"], start)
    assistants = np.arange(start.size) // (2 * len(Role)) == Sector.DIRECT_PAYMENT
    guaranteed = (np.arange(start.size) // len(Role)) % 2 == 0
    target = margin("contract_hours_share", "all roles, LA and independent: full time", period="2017/18") / PERCENT
    zero_posts = count[~guaranteed & ~assistants].sum()
    rest = count[~assistants].sum() * target - zero_posts * known["full_time_zero_hours"]
    fitted = fitted_shares(
        start, count, [(guaranteed & ~assistants, rest / count[guaranteed & ~assistants].sum(), None)]
    )
    return group, np.where(assistants, known["full_time_personal_assistants"], fitted)


def _no_set_hours_share(zero_hours: np.ndarray, employed: np.ndarray) -> float:
    """Share of people on zero hours who have no usual hours: published share of posts over zero-hours share."""
    no_set = margin("contract_hours_share", "all roles, LA and independent: no set hours", period="2017/18") / PERCENT
    return min(no_set / float(zero_hours[employed].mean()), 1.0)


def _minutes(hours: Floats) -> Minutes:
    """Hours as minutes, in half hours."""
    return np.round(hours * (MINUTES_PER_HOUR / HALF_HOUR)).astype(np.int32) * HALF_HOUR


def _usual_hours(full_time: np.ndarray, no_set: np.ndarray, u: Floats) -> Floats:
    """Hours worked a week: a narrow band when full time, a wide one skewed to short weeks otherwise."""
    known = figures()
    full = known["full_time_least"] + (known["full_time_most"] - known["full_time_least"]) * u
    part = (
        known["part_time_least"] + (known["part_time_most"] - known["part_time_least"]) * u ** known["part_time_skew"]
    )
    loose = known["no_set_least"] + (known["no_set_most"] - known["no_set_least"]) * u ** known["no_set_skew"]
    return np.where(no_set, loose, np.where(full_time, full, part))


def build_hours(jobs: Jobs, places: Establishments, zero_hours_share: Floats, seed: int, p: Behaviour) -> Hours:
    """Contracted, worked and wanted hours of everybody."""
    known = figures()
    zero_hours = on_zero_hours(jobs, zero_hours_share, seed)
    employed = (places.sector != Sector.DIRECT_PAYMENT)[jobs.employer]
    group, chance = _full_time_chances(jobs, places, zero_hours)
    no_set = zero_hours & (draw(seed, jobs.who, Setup.NO_SET_HOURS) < _no_set_hours_share(zero_hours, employed))
    among_set = np.where(zero_hours, 1.0 - _no_set_hours_share(zero_hours, employed), 1.0)
    full_time = ~no_set & (draw(seed, jobs.who, Setup.FULL_TIME) < chance[group] / among_set)
    usual = _usual_hours(full_time, no_set, draw(seed, jobs.who, Setup.HOURS))
    worked = _minutes(usual)
    contract = np.where(zero_hours, 0, worked)
    share_wanting = np.where(zero_hours, known["want_more_zero_hours"], known["want_more_part_time"])
    wants = ~full_time & (draw(seed, jobs.who, Setup.MORE_HOURS) < share_wanting)
    extra = known["more_hours_least"] + (known["more_hours_most"] - known["more_hours_least"]) * draw(
        seed, jobs.who, Setup.MORE_HOURS_SIZE
    )
    wanted = np.where(wants, _minutes(np.minimum(usual + extra, known["full_time_most"])), worked)
    wanted = np.where(zero_hours, np.maximum(wanted, _minutes(usual / p.zero_hours_use)), wanted)
    return Hours(contract, worked, wanted)
