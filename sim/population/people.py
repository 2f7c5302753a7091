"""Who works in care in April 2016: age, background, home, experience, tastes."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose
from sim.geography import Geography, load_places
from sim.parameters import Behaviour
from sim.population.establishments import Establishments
from sim.population.inputs import PERCENT, Floats, Ints, figures, margin
from sim.population.keys import Identities, Setup, draw, draw_normal, identities, places_within
from sim.units import MONTHS_PER_YEAR, Ethnicity, Gender, Nationality, Role, Sector, Source, Stream, Visa

PROFESSIONS = (Role.REGISTERED_NURSE, Role.SOCIAL_WORKER, Role.OCCUPATIONAL_THERAPIST, Role.MANAGER)
AGE_BANDS = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_74")
AGE_EDGES = np.array([18.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0])
FARTHEST_LOCAL = 4.0
"""A job in the home council lies at most this many typical distances away (as in the rule `job_distance`)."""
LONGEST_TENURE_MONTHS = 600
TABLE_POINTS = 4001
LONGEST_TABLE = 60.0
"""The table of the tenure distribution reaches this multiple of its scale."""


class Jobs(NamedTuple):
    """One entry for each person in post."""

    who: Identities
    employer: NDArray[np.int32]
    role: NDArray[np.int8]


def build_jobs(places: Establishments) -> Jobs:
    """One person for each filled post; identities number people within the council where they work."""
    posts = places.filled
    employer = np.repeat(np.arange(len(posts), dtype=np.int32), posts.sum(axis=1))
    role = np.repeat(np.tile(np.arange(len(Role), dtype=np.int8), len(posts)), posts.ravel())
    council = places.council[employer]
    number = places_within(council, int(places.council.max()) + 1)
    return Jobs(identities(Stream.FIRST_POPULATION, council, number), employer, role)


def homes(jobs: Jobs, places: Establishments, geography: Geography, seed: int) -> tuple[Ints, Floats]:
    """Council of residence and distance to the job, km.

    People live in a council in reach of the job with a chance in proportion to its residents of working age times
    exp(-decay x km) (Manning and Petrongolo 2017).
    """
    start, km = geography.neighbour_start, geography.neighbour_km
    attraction = geography.working_age[geography.neighbour_council] * np.exp(-figures()["distance_decay"] * km)
    owner = np.repeat(np.arange(start.size - 1), np.diff(start))
    running = np.cumsum(attraction)
    before = np.concatenate(([0.0], running))[start[:-1]]
    upto = owner + (running - before[owner]) / np.bincount(owner, weights=attraction)[owner]
    upto[start[1:] - 1] = np.arange(1, start.size)
    council = places.council[jobs.employer]
    entry = np.searchsorted(upto, council + draw(seed, jobs.who, Setup.HOME), side="right")
    home = geography.neighbour_council[entry].astype(np.int64)
    typical = geography.local_km[home]
    within = np.minimum(-typical * np.log1p(-draw(seed, jobs.who, Purpose.DISTANCE)), FARTHEST_LOCAL * typical)
    return home, np.hypot(km[entry], within)


def ages(jobs: Jobs, seed: int) -> Floats:
    """Age in years: shares of age bands, straight within bands; few young people in professional and managing roles."""
    known = figures()
    everyone = known.each("age_share", AGE_BANDS)
    professional = np.isin(jobs.role, PROFESSIONS)
    part = professional.mean()
    fewer = known["age_share_professional.18_24"]
    young = {True: fewer, False: (everyone[0] - part * fewer) / (1.0 - part)}
    u = draw(seed, jobs.who, Purpose.AGE)
    age = np.empty(u.size)
    for kind, youngest in young.items():
        band = np.concatenate(([youngest], everyone[1:] / everyone[1:].sum() * (1.0 - youngest)))
        rows = professional == kind
        age[rows] = np.interp(u[rows], np.concatenate(([0.0], np.cumsum(band))), AGE_EDGES)
    return age


@cache
def _tenure_table(shape: float) -> tuple[Floats, Floats]:
    """Stationary distribution of elapsed tenure over its scale: points and chances up to them.

    If a share ``exp(-x**k)`` of recruits is still in the job after ``x`` (Weibull hazard, falling for ``k`` below
    one), the tenure of those in post has that share as its density.
    """
    x = LONGEST_TABLE * np.linspace(0.0, 1.0, TABLE_POINTS) ** 3
    survival = np.exp(-(x**shape))
    area = np.concatenate(([0.0], np.cumsum((survival[1:] + survival[:-1]) / 2.0 * np.diff(x))))
    return x, area / area[-1]


class Careers(NamedTuple):
    """One entry for each person in post."""

    tenure: Floats
    """Years in the present job."""
    in_care: Floats
    """Years since the first job in care."""
    came_from: NDArray[np.int8]
    """Last place of work before the present job (`Source`)."""


def careers(jobs: Jobs, places: Establishments, age: Floats, seed: int) -> Careers:
    """Years in the present job and in the sector, and whether the present job is the first there.

    Tenure follows the stationary distribution of a job whose hazard falls with tenure, at each role's turnover, cut
    at the age of starting work. Two thirds were recruited from within the sector and bring earlier years.
    """
    known = figures()
    shape = known["hazard_shape"]
    turnover = known.by_role("turnover")[jobs.role] / PERCENT
    council = (places.sector == Sector.COUNCIL)[jobs.employer]
    turnover = np.where(council, turnover * known["turnover_council_ratio"], turnover)
    scale = 1.0 / (turnover * math.gamma(1.0 + 1.0 / shape))
    x, chance = _tenure_table(shape)
    longest = np.minimum(age - known["first_job_age"], LONGEST_TENURE_MONTHS / MONTHS_PER_YEAR)
    possible = np.interp(longest / scale, x, chance)
    tenure = np.interp(draw(seed, jobs.who, Setup.TENURE) * possible, chance, x) * scale
    brings = draw(seed, jobs.who, Setup.EARLIER_CARE) < known["recruited_from_care"]
    earlier = -known["earlier_years_mean"] * np.log1p(-draw(seed, jobs.who, Setup.EARLIER_YEARS))
    in_care = np.minimum(tenure + np.where(brings, earlier, 0.0), longest)
    return Careers(tenure, in_care, np.where(brings, Source.CARE, Source.LOCAL_POOL).astype(np.int8))


def nationalities(jobs: Jobs, places: Establishments, geography: Geography, seed: int) -> NDArray[np.int8]:
    """British, EU or elsewhere: England's shares of posts, London's share of people who are not British."""
    eu, elsewhere = (margin("target_share", f"{name} nationals") / PERCENT for name in ("EU", "non-EU"))
    london_row = load_places().regions.index("London")
    in_london = geography.region[places.council[jobs.employer]] == london_row
    foreign = margin("nationality_share", "non-British", "London", "2018/19") / PERCENT
    part = in_london.mean()
    elsewhere_foreign = (eu + elsewhere - part * foreign) / (1.0 - part)
    not_british = np.where(in_london, foreign, elsewhere_foreign)
    u = draw(seed, jobs.who, Purpose.NATIONALITY)
    found = np.full(u.size, Nationality.BRITISH, dtype=np.int8)
    found[u < not_british] = Nationality.NON_EU
    found[u < not_british * (eu / (eu + elsewhere))] = Nationality.EU
    return found


def ethnicities(
    jobs: Jobs, places: Establishments, geography: Geography, nationality: NDArray[np.int8], seed: int
) -> NDArray[np.int8]:
    """White or minority ethnic, by nationality and, among British people, by London or elsewhere."""
    known = figures()
    in_london = geography.region[places.council[jobs.employer]] == load_places().regions.index("London")
    chance = np.where(in_london, known["minority_ethnic.british_london"], known["minority_ethnic.british_elsewhere"])
    chance = np.where(nationality == Nationality.EU, known["minority_ethnic.eu"], chance)
    chance = np.where(nationality == Nationality.NON_EU, known["minority_ethnic.non_eu"], chance)
    minority = draw(seed, jobs.who, Purpose.ETHNICITY) < chance
    return np.where(minority, Ethnicity.MINORITY_ETHNIC, Ethnicity.WHITE).astype(np.int8)


def genders(jobs: Jobs, seed: int) -> NDArray[np.int8]:
    """Published share of men."""
    men = margin("share_male", "all", period="2012/13") / PERCENT
    return np.where(draw(seed, jobs.who, Purpose.GENDER) < men, Gender.MALE, Gender.FEMALE).astype(np.int8)


def visas(jobs: Jobs, nationality: NDArray[np.int8], seed: int) -> NDArray[np.int8]:
    """Right to work: some people from outside the EU are here by another route, such as study or family."""
    other = draw(seed, jobs.who, Setup.VISA) < figures()["other_route_share_non_eu"]
    other &= nationality == Nationality.NON_EU
    return np.where(other, Visa.OTHER_ROUTE, Visa.UNRESTRICTED).astype(np.int8)


def qualifications(jobs: Jobs, years_in_care: Floats, seed: int) -> NDArray[np.int8]:
    """1 if a relevant qualification is held: published shares, lower in the first year in the sector."""
    known = figures()
    share = known.by_role("qualified")
    newcomer = years_in_care < 1.0
    new = np.bincount(jobs.role, weights=newcomer, minlength=len(Role))
    part = new / np.maximum(np.bincount(jobs.role, minlength=len(Role)), 1)
    low = share * known["qualified_newcomer_ratio"]
    low = np.where(share >= 1.0, 1.0, low)
    high = np.minimum((share - part * low) / np.maximum(1.0 - part, np.finfo(float).tiny), 1.0)
    chance = np.where(newcomer, low[jobs.role], high[jobs.role])
    return (draw(seed, jobs.who, Purpose.QUALIFIED) < chance).astype(np.int8)


class Tastes(NamedTuple):
    """What differs between people for good."""

    guarantee: Floats
    """Value put on guaranteed hours, share of pay."""
    flexibility: Floats
    """Value put on a say over shifts, share of pay."""
    care: Floats
    """Liking of care work, log pay."""
    frailty: Floats
    """Multiplier on unforeseen leaving."""


def tastes(jobs: Jobs, seed: int, p: Behaviour) -> Tastes:
    """What people want, as for recruits, but for the liking of care work: those in post are those who like it enough.

    Normal values of guaranteed hours (some negative), log-normal values of flexibility (many small, a long tail),
    normal liking of care work, log-normal frailty with mean one.
    """
    known, who = figures(), jobs.who
    guarantee = p.guarantee_mean + p.guarantee_spread * draw_normal(seed, who, Purpose.VALUE_GUARANTEE)
    flexibility = p.flexibility_mean * _log_normal(
        draw_normal(seed, who, Purpose.VALUE_FLEXIBILITY), p.flexibility_spread
    )
    care = known["taste_for_care_mean"] + known["taste_for_care_spread"] * draw_normal(
        seed, who, Purpose.TASTE_FOR_CARE
    )
    frailty = _log_normal(draw_normal(seed, who, Purpose.FRAILTY), p.frailty_spread)
    return Tastes(guarantee, flexibility, care, frailty)


def _log_normal(z: Floats, spread: float) -> Floats:
    """Log-normal values with mean one from standard normal ones."""
    return np.exp(spread * z - spread * spread / 2.0)


def matches(jobs: Jobs, tenure: Floats, seed: int, p: Behaviour) -> tuple[Floats, Floats]:
    """Quality of the match with the job, better the longer people stayed, and how it seemed at hiring, log pay.

    The impression is the best guess from a noisy signal (the rule `first_impression`).
    """
    known = figures()
    spread, noise = p.match_spread, p.impression_noise
    selected = known["match_selection"] * -np.expm1(-tenure / known["match_selection_years"])
    match = spread * (draw_normal(seed, jobs.who, Purpose.MATCH) + selected)
    reliability = spread * spread / (spread * spread + noise * noise)
    signal = match + noise * draw_normal(seed, jobs.who, Purpose.IMPRESSION)
    return match, signal * reliability
