"""What establishments pay in April 2016, the month in which the National Living Wage began.

Each establishment has a level of pay it would choose without a floor, in log pay over the floor. Where that level
lies below the floor the floor is paid: that is the bunching at the floor that pay surveys show.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from sim.conditions import in_force
from sim.geography import Geography, load_places
from sim.parameters import Behaviour
from sim.population.establishments import Establishments
from sim.population.inputs import START_MONTH, Floats, Ints, figures, margin, margins_of, the_geography
from sim.population.keys import Setup, draw_normal
from sim.population.people import Jobs
from sim.population.posts import posts_by_council
from sim.units import PENCE_PER_POUND, Role, Sector

CARE_SCALE_ROLES = (Role.CARE_WORKER, Role.SENIOR_CARE_WORKER, Role.OTHER)
"""Roles paid in relation to the establishment's care workers; the others have scales of their own."""


class PayScales(NamedTuple):
    """Pay of each establishment, pence an hour."""

    level: Floats
    """[P] care-worker pay it would choose without a floor, log over the floor."""
    own: Floats
    """[P] the part of it that is the establishment's own, log pay."""
    posted: Ints
    """[P, role] pay for a new recruit of full adult age."""


def lead(scales: PayScales) -> Floats:
    """[P] log pay over what a like establishment without a lead of its own pays; a floor lifts both to the same pay."""
    return np.asarray(np.maximum(scales.level, 0.0) - np.maximum(scales.level - scales.own, 0.0))


def adult_rate() -> int:
    """National Living Wage of April 2016, pence/hour."""
    return int(in_force("adult_rate", START_MONTH))


def rate_from_21() -> int:
    """Minimum wage from age 21 to 24 in April 2016, pence/hour.

    The law of the model knows one rate below the adult one, that of people of 18 to 20; care employers who do not pay
    the adult rate to all are taken to pay this one.
    """
    breakdown = "age 21+ (main adult rate before the NLW)"
    return round(margin("NMW_adult_21plus", breakdown, "UK", "2015-10-01") * PENCE_PER_POUND)


@cache
def region_levels() -> Floats:
    """[region] log pay over England's level: published medians of four regions (2019), one level for the rest."""
    medians = margins_of("care_worker_pay_median", "independent sector", "2019-02")
    england = margin("care_worker_pay_median_nominal", "independent sector care workers", period="2019-02")
    levels = np.array(
        [np.log(medians[name] / england) if name in medians else np.nan for name in load_places().regions]
    )
    posts = np.bincount(the_geography().region, weights=posts_by_council().sum(axis=1)).astype(np.float64)
    unknown = np.isnan(levels)
    levels[unknown] = -np.nansum(levels * posts) / posts[unknown].sum()
    return levels


def council_premium(region: Ints) -> Floats:
    """Log pay of council care staff over independent ones: published means, higher in London."""
    private = margin("care_worker_pay_mean_nominal", "independent (private) sector", period="2017/18")
    council = margin("care_worker_pay_mean_nominal", "council care employees", period="2017/18")
    london_private = margin("care_worker_pay_mean", "independent sector", "London", "2020/21")
    london_council = margin("care_worker_pay_mean", "local authority", "London", "2020/21")
    in_london = region == load_places().regions.index("London")
    in_council = np.log(council / private)
    return np.asarray(np.where(in_london, np.log(london_council / london_private), in_council), dtype=np.float64)


def _levels(places: Establishments, region: Ints, seed: int) -> tuple[Floats, Floats]:
    """[P] log of chosen care-worker pay over the floor, and the part of it that is the establishment's own.

    The own part is a displaced log-normal: a longer tail above than below.
    """
    known = figures()
    council = places.sector == Sector.COUNCIL
    level = known["pay_centre"] + region_levels()[region] + known.by_service("pay_service")[places.service]
    level = level + np.where(council, council_premium(region), 0.0)
    skew = known["pay_skew"]
    drawn = np.expm1(skew * draw_normal(seed, places.uid, Setup.PAY_LEVEL)) / skew
    own = np.where(council, known["pay_spread_council"], known["pay_spread"]) * drawn
    return level + own, own


def rounded_up(pay: Floats, step: int) -> Ints:
    """Pay rounded up to whole steps of pence, as advertised rates are (as the rule of the same name does)."""
    whole_pence = np.ceil(pay - 1e-9).astype(np.int64)
    return (whole_pence + step - 1) // step * step


def _professional_pay(places: Establishments, region: Ints, own: Floats, seed: int) -> Floats:
    """[P, role] chosen pay of nurses, social workers, therapists and managers, pence/hour."""
    known = figures()
    council = (places.sector == Sector.COUNCIL)[:, None]
    base = np.where(council, known.by_role("pay_council"), known.by_role("pay_independent")) * PENCE_PER_POUND
    passed_on = own[:, None] * known["professional_pay_loading"]
    noise = known["professional_pay_spread"] * draw_normal(seed, places.uid, Setup.ROLE_PAY)[:, None]
    return np.asarray(base * np.exp(region_levels()[region][:, None] + passed_on + noise))


def build_pay(places: Establishments, geography: Geography, seed: int, p: Behaviour) -> PayScales:
    """Pay scales of all establishments."""
    known = figures()
    region = geography.region[places.council].astype(np.int64)
    level, own = _levels(places, region, seed)
    wanted = _professional_pay(places, region, own, seed)
    for role in CARE_SCALE_ROLES:
        wanted[:, role] = adult_rate() * np.exp(level) * known.by_role("pay_over_care_worker")[role]
    lowest = np.where(places.sector == Sector.COUNCIL, int(in_force("council_floor", START_MONTH)), adult_rate())
    posted = np.maximum(rounded_up(wanted, int(p.pay_step)), lowest[:, None])
    above_floor = wanted > lowest[:, None]
    posted = np.where(above_floor, posted, lowest[:, None])
    ladder = posted[:, Role.CARE_WORKER] + int(p.pay_step)
    posted[:, Role.SENIOR_CARE_WORKER] = np.maximum(posted[:, Role.SENIOR_CARE_WORKER], ladder)
    return PayScales(level, own, posted)


def pay_premium(scales: PayScales) -> Floats:
    """Care-worker pay aimed at above the floor, share of the floor; none where the floor binds."""
    return np.asarray(np.maximum(np.expm1(scales.level), 0.0))


def own_pay(jobs: Jobs, years_in_care: Floats, scales: PayScales, seed: int) -> Floats:
    """What people in post would be paid without a floor, pence/hour, not rounded.

    Care workers gain a step for each of their first five years in the sector (32 pence after five years in 2016) on
    the pay their employer would choose without a floor, so the floor swallows part of it. Other roles vary around
    their scale.
    """
    known = figures()
    who, employer, role = jobs
    care = role == Role.CARE_WORKER
    chosen = np.exp(scales.level)[employer] * adult_rate()
    chosen += known["experience_step"] * np.minimum(years_in_care / known["experience_years"], 1.0)
    other = scales.posted[employer, role] * np.exp(
        known["own_pay_spread"] * np.abs(draw_normal(seed, who, Setup.OWN_PAY))
    )
    return np.where(care, chosen, other)
