"""How establishments behave as employers: zero hours, travel, flexibility, management, benefits, and who owns them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.geography import Geography, load_places
from sim.population.establishments import Establishments
from sim.population.inputs import (
    ENGLAND,
    PERCENT,
    Floats,
    Ints,
    Mask,
    figures,
    margin,
)
from sim.population.keys import Setup, draw, draw_normal
from sim.units import NEVER, Sector, Service

ShareMargin = tuple[Mask, float, Floats | None]
"""Where, what mean to reach, and what the mean divides by if not the weights."""

CALIBRATION_ROUNDS = 40
"""Rounds of fitting shares to margins; the largest gap is below one part in ten thousand after about fifteen."""


def logistic(x: Floats) -> Floats:
    """Probability from log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def logit(p: float | Floats) -> Floats:
    """Log odds from a probability."""
    return np.asarray(np.log(p) - np.log1p(-np.asarray(p)))


def fitted_shares(start: Floats, weights: Floats, margins: Sequence[ShareMargin]) -> Floats:
    """Shares whose weighted means over masks meet the margins, by scaling odds within each mask in turn.

    A margin is a mask, the mean to reach and, where the mean is over something else than the share itself, the weight
    that the mean divides by (the default is `weights`).
    """
    odds = start / (1.0 - start)
    for _ in range(CALIBRATION_ROUNDS):
        for mask, target, base in margins:
            inside = odds[mask] / (1.0 + odds[mask])
            divisor = (weights if base is None else base)[mask].sum()
            reached = (inside * weights[mask]).sum() / max(divisor, 1.0)
            if 0.0 < reached < 1.0 and divisor > 0:
                odds[mask] *= (target / (1.0 - target)) / (reached / (1.0 - reached))
    return odds / (1.0 + odds)


def zero_hours_shares(
    places: Establishments, geography: Geography, seed: int, of_places: Sequence[ShareMargin] = ()
) -> Floats:
    """Share of care jobs on zero hours at each establishment.

    Most independent home-care providers offer mostly zero hours (Rubery); the others fewer. Levels are fitted to the
    published shares of posts: England, domiciliary care, London, Yorkshire and the Humber, personal assistants; and to
    shares of single places, if any are given.
    """
    known = figures()
    service, council_run = places.service, places.sector == Sector.COUNCIL
    level = logit(known.by_service("zero_hours_start"))[service]
    mostly = draw(seed, places.uid, Setup.ZERO_HOURS_KIND) < known["zero_hours_providers"]
    kind = (service == Service.HOME_CARE) & ~council_run
    level = np.where(
        kind, np.where(mostly, logit(known["zero_hours_mostly"]), logit(known["zero_hours_partly"])), level
    )
    level = np.where(council_run, level + known["zero_hours_council"], level)
    spread = np.where(kind, known["zero_hours_spread_home_care"], known["zero_hours_spread"])
    start = logistic(level + spread * draw_normal(seed, places.uid, Setup.ZERO_HOURS_SHARE))

    all_posts = places.filled.sum(axis=1).astype(np.float64)
    exposed = places.filled @ known.by_role("zero_hours_role")
    region = np.array(load_places().regions)[geography.region[places.council]]
    employed = places.sector != Sector.DIRECT_PAYMENT
    home_care = service == Service.HOME_CARE
    yorkshire = employed & (region == "Yorkshire and The Humber")
    margins = [
        (~employed, margin("zero_hours_share", "personal assistants", period="2020"), all_posts),
        (employed & (region == "London"), margin("zero_hours_share", "all", "London", "2018/19"), all_posts),
        (yorkshire, margin("zero_hours_share", "all", "Yorkshire and the Humber", "2016/17"), all_posts),
        (home_care, margin("zero_hours_share", "domiciliary care workforce", period="2018/19"), all_posts),
        (employed & ~home_care, _rest_of_zero_hours(all_posts, employed, home_care), all_posts),
    ]
    published = [(mask, share / PERCENT, base) for mask, share, base in margins]
    return fitted_shares(start, exposed, [*published, *of_places])


def _rest_of_zero_hours(posts: Floats, employed: Mask, home_care: Mask) -> float:
    """Percent of posts on zero hours outside home care that brings all employed posts to England's share."""
    england = margin("zero_hours_share", "all jobs", ENGLAND, "2016/17")
    at_home = margin("zero_hours_share", "domiciliary care workforce", period="2018/19")
    total, inside = posts[employed].sum(), posts[home_care].sum()
    return float((england * total - at_home * inside) / (total - inside))


def travel(places: Establishments, geography: Geography, seed: int) -> tuple[Floats, Floats]:
    """Travel time as a share of contact time, longer in the country, and the share of it that is paid."""
    known = figures()
    rural = geography.rural[places.council]
    share = known["travel_urban"] + (known["travel_rural"] - known["travel_urban"]) * rural
    share = np.maximum(
        share + known["travel_spread"] * draw_normal(seed, places.uid, Setup.TRAVEL), known["travel_least"]
    )
    home_care = places.service == Service.HOME_CARE
    pays = draw(seed, places.uid, Setup.TRAVEL_PAID) < known["travel_paid_providers"]
    paid = (pays | (places.sector != Sector.INDEPENDENT) | ~home_care).astype(np.float64)
    return np.where(home_care, share, 0.0), paid


def flexibility(places: Establishments, seed: int) -> Floats:
    """Share of staff wishes over shifts that the rota meets."""
    known = figures()
    mean = np.where(places.sector == Sector.COUNCIL, known["flexibility_council"], known["flexibility_mean"])
    mean = np.where(places.sector == Sector.DIRECT_PAYMENT, known["flexibility_personal_assistants"], mean)
    drawn = mean + known["flexibility_spread"] * draw_normal(seed, places.uid, Setup.FLEXIBILITY)
    return np.clip(drawn, 0.0, 1.0)


def management(places: Establishments, seed: int) -> Floats:
    """Management quality as staff value it, log pay, mean zero."""
    return figures()["management_spread"] * draw_normal(seed, places.uid, Setup.MANAGEMENT)


def amenities(lead: Floats) -> Floats:
    r"""What else makes a workplace worth more or less to staff than its pay tells, log pay: compensating differentials.

    .. math:: a = -\kappa \, (w - \bar w)

    with `w` the establishment's own `lead` in what it pays, a floor counted. Employers who pay less than others nearby
    keep their staff by other merits (Rosen 1986, The Theory of Equalizing Differences), which no survey of pay and
    hours shows: with them taken out, the effect of pay on leaving is about three times as large (Vadean and Saloniki
    2023).
    """
    return np.asarray(-figures()["amenities_for_pay"] * (lead - lead.mean()))


def benefits(places: Establishments, seed: int) -> Floats:
    """Pension, sick pay and leave above the statutory minimum, share of pay.

    Most independent employers offer little more than the minimum; councils offer the Local Government Pension Scheme.
    """
    known = figures()
    u = draw(seed, places.uid, Setup.BENEFITS)
    offering = known["benefits_providers"]
    some = np.where(u < offering, known["benefits_most"] * u / offering, 0.0)
    some = np.where(places.sector == Sector.COUNCIL, known["benefits_council"], some)
    return np.where(places.sector == Sector.DIRECT_PAYMENT, 0.0, some)


def adult_rate_for_all(places: Establishments, seed: int) -> NDArray[np.int8]:
    """1 where staff below the age of the adult rate get it all the same."""
    pays = draw(seed, places.uid, Setup.ADULT_RATE) < figures()["adult_rate_providers"]
    return np.asarray(pays | (places.sector != Sector.INDEPENDENT), dtype=np.int8)


def opened(places: Establishments, seed: int) -> NDArray[np.int16]:
    """Month of opening: exponential age, before the start and after the month that stands for never."""
    known = figures()
    age = -known["establishment_age_mean"] * np.log1p(-draw(seed, places.uid, Setup.AGE_OF_FIRM))
    month = -1.0 - np.minimum(age, known["establishment_age_most"])
    return np.maximum(month, NEVER + 1).astype(np.int16)


def _single_sites(places: Establishments, seed: int) -> Mask:
    """Which establishments are organisations of their own: a share of each service, smaller ones more often."""
    known = figures()
    service = places.service
    size = np.maximum(places.filled.sum(axis=1), 1)
    start = logistic(logit(known.by_service("single_site_share"))[service] - known["single_site_size"] * np.log(size))
    ones = np.ones(size.size)
    margins: list[ShareMargin] = [
        (service == one, float(share), None)
        for one, share in enumerate(known.by_service("single_site_share"))
        if one != Service.PERSONAL_ASSISTANTS
    ]
    return draw(seed, places.uid, Setup.SINGLE_SITE) < fitted_shares(start, ones, margins)


def organisations(places: Establishments, seed: int) -> Ints:
    """Number of the organisation behind each establishment.

    Single-site organisations have a number of their own. Others belong to a group of their service; groups are few and
    very unequal (the chance of group ``g`` falls with its rank). A council is one organisation.
    """
    known = figures()
    count = places.uid.size
    groups = np.maximum(known.by_service("groups_at_full_scale") * count / known["establishments_at_full_scale"], 1.0)
    first = count + np.concatenate(([0], np.cumsum(np.ceil(groups))[:-1]))
    u = draw(seed, places.uid, Setup.GROUP)
    rank = np.floor(groups[places.service] * u ** known["group_inequality"])
    number = np.where(_single_sites(places, seed), np.arange(count), first[places.service] + rank)
    council = first[-1] + np.ceil(groups[-1]) + places.council
    return np.where(places.sector == Sector.INDEPENDENT, number, council).astype(np.int64)
