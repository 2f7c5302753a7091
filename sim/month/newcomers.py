"""Who the people from outside care are: traits drawn for life, keyed by identity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import Purpose, normal
from sim.jit import part
from sim.month.people import SEEKING, SPONSORED, lognormal_mean_one, person_draw
from sim.rules.entry import age_of_entrant, eu_share, male_share, rank_by_age
from sim.rules.hours_supplied import household_of
from sim.rules.migration import other_route_months
from sim.units import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    NEVER,
    NOBODY,
    Ethnicity,
    Gender,
    LeaveReason,
    Nationality,
    Stream,
    Visa,
)

LOCAL = int(Stream.LOCAL_POOL)
OVERSEAS_OTHER, OVERSEAS_SPONSORED = int(Stream.OVERSEAS_OTHER), int(Stream.OVERSEAS_SPONSORED)
UNRESTRICTED = int(Visa.UNRESTRICTED)


class Traits(NamedTuple):
    """What is drawn of a person before they meet an employer."""

    role: int
    wanted_minutes: int
    value_of_guarantee: float
    value_of_flexibility: float
    taste_for_care: float


class Mix(NamedTuple):
    """Shares from which traits are drawn: static tables from the data folder."""

    role: np.ndarray
    """[R] cumulative shares of roles among people who look from outside."""
    hours_share: np.ndarray
    """[n] cumulative shares of wanted hours."""
    hours_minutes: np.ndarray
    """[n] the wanted minutes a week of each share."""
    minority_share: np.ndarray
    """[nationality, region] share from minority ethnic groups."""


@part
def pick(cumulative, u):
    """Place of a draw in cumulative shares."""
    for k in range(cumulative.shape[0] - 1):
        if u < cumulative[k]:
            return k
    return cumulative.shape[0] - 1


@part
def draw_traits(seed, uid, mix, p):
    """Role, hours wanted, values and taste of a person from outside."""
    guarantee = p.guarantee_mean + p.guarantee_spread * normal(seed, uid, 0, Purpose.VALUE_GUARANTEE)
    flexibility = p.flexibility_mean * lognormal_mean_one(
        p.flexibility_spread, normal(seed, uid, 0, Purpose.VALUE_FLEXIBILITY)
    )
    taste = p.taste_mean + p.taste_spread * normal(seed, uid, 0, Purpose.TASTE_FOR_CARE)
    role = pick(mix.role, person_draw(seed, uid, Purpose.ROLE))
    wanted = mix.hours_minutes[pick(mix.hours_share, person_draw(seed, uid, Purpose.WANTED_HOURS))]
    return Traits(role, int(wanted), guarantee, flexibility, taste)


@part
def write_newcomer(seed, workers, councils, i, uid, stream, home, month, mix, law, p):
    """Fill an empty row with a person from outside who is about to start in care."""
    traits = draw_traits(seed, uid, mix, p)
    workers.uid[i] = uid
    workers.status[i] = SEEKING
    workers.home_council[i] = home
    men, by_age = p.male_share_entrants, person_draw(seed, uid, Purpose.AGE)
    if stream == LOCAL:
        anybody = law.pool_interest[home] + councils.planned_interest[home]
        young, over_50s = law.pool_interest_young[home], law.pool_interest_over_50s[home]
        men = male_share(anybody + young + over_50s, law.pool_interest_men[home], p)
        others = 1.0 + anybody + law.pool_interest_men[home]
        by_age = rank_by_age(by_age, others, young, over_50s, p)
    workers.birth_month[i] = month - int(age_of_entrant(by_age, p) * MONTHS_PER_YEAR)
    male = person_draw(seed, uid, Purpose.GENDER) < men
    workers.gender[i] = Gender.MALE.value if male else Gender.FEMALE.value
    workers.role[i] = traits.role
    workers.employer[i] = NOBODY
    workers.pay[i] = 0
    workers.contract_minutes[i] = 0
    workers.worked_minutes[i] = 0
    workers.distance[i] = 0.0
    workers.match[i] = 0.0
    workers.first_impression[i] = 0.0
    workers.wanted_minutes[i] = traits.wanted_minutes
    workers.value_of_guarantee[i] = traits.value_of_guarantee
    workers.value_of_flexibility[i] = traits.value_of_flexibility
    workers.taste_for_care[i] = traits.taste_for_care
    workers.frailty[i] = lognormal_mean_one(p.frailty_spread, normal(seed, uid, 0, Purpose.FRAILTY))
    workers.qualified[i] = 1 if person_draw(seed, uid, Purpose.QUALIFIED) < p.qualified_share_entrants else 0
    workers.sector_start[i] = NEVER
    workers.came_from[i] = 0
    workers.job_start[i] = month
    workers.last_care_month[i] = NEVER
    workers.leave_reason[i] = LeaveReason.NONE.value
    workers.next_employer[i] = NOBODY
    workers.next_role[i] = 0
    workers.next_start[i] = NEVER
    write_origin(seed, workers, councils, i, stream, home, month, mix, law, p)
    write_household(seed, workers, councils, i, home, law, p)


@part
def write_origin(seed, workers, councils, i, stream, home, month, mix, law, p):
    """Nationality, ethnic group and right to work of a newcomer."""
    uid = workers.uid[i]
    u = person_draw(seed, uid, Purpose.NATIONALITY)
    eu = eu_share(law.origin_weight[home], p) * law.free_movement
    nationality = Nationality.BRITISH.value
    workers.visa[i] = Visa.UNRESTRICTED.value
    if stream != LOCAL:
        nationality = Nationality.NON_EU.value
        workers.visa[i] = SPONSORED if stream == OVERSEAS_SPONSORED else Visa.OTHER_ROUTE.value
    elif u < eu:
        nationality = Nationality.EU.value
    elif u < eu + p.non_eu_share_of_lookers * law.origin_weight[home]:
        nationality = Nationality.NON_EU.value
    workers.nationality[i] = nationality
    minority = mix.minority_share[nationality, councils.region[home]]
    drawn = person_draw(seed, uid, Purpose.ETHNICITY) < minority
    workers.ethnicity[i] = Ethnicity.MINORITY_ETHNIC.value if drawn else Ethnicity.WHITE.value
    workers.sponsor[i] = NOBODY
    workers.visa_month[i] = NEVER
    workers.visa_floor[i] = 0
    workers.clock_start[i] = NEVER
    workers.leave_until[i] = NEVER
    if stream == OVERSEAS_OTHER:
        months = other_route_months(person_draw(seed, uid, Purpose.LEAVE_TO_STAY), p)
        workers.leave_until[i] = month + months if months > 0 else NEVER


@part
def write_household(seed, workers, councils, i, home, law, p):
    """Benefits of a newcomer, who would earn the minimum wage; hours are reviewed when a job begins."""
    earnings = law.adult_rate * int(workers.wanted_minutes[i]) // MINUTES_PER_HOUR
    unrestricted = 1 if workers.visa[i] == UNRESTRICTED else 0
    u = person_draw(seed, workers.uid[i], Purpose.HOUSEHOLD)
    workers.household[i] = household_of(
        u, earnings, unrestricted, law.carers_earnings_limit, councils.universal_credit[home], p
    )
    workers.free_minutes[i] = workers.wanted_minutes[i]
    workers.hour_worth[i] = 0.0
    workers.self_employed[i] = 0


class FreeRows(NamedTuple):
    """Where to look for empty rows: one entry for each council's block of rows, and a last one for those beyond."""

    next: np.ndarray
    """[L + 1] row from which to look on."""
    end: np.ndarray
    """[L + 1] row after the last."""


@part
def lowest_empty(workers, free, block):
    """Lowest empty row of a block, remembered as the one from which to look on; the block's end if there is none."""
    i = free.next[block]
    while i < free.end[block] and workers.uid[i] != 0:
        i += 1
    free.next[block] = i
    return i


@part
def empty_row(workers, free, home):
    """Row for a newcomer: the lowest empty one of the council's block, else of the rows beyond all blocks."""
    i = lowest_empty(workers, free, home)
    if i < free.end[home]:
        return i
    return lowest_empty(workers, free, free.end.shape[0] - 1)
