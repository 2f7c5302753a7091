"""People from outside care: traits drawn for life, and their first day as agents."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.reference.people import Worker
from sim.rules.entry import age_of_entrant, eu_share, male_share, rank_by_age
from sim.rules.hours_supplied import household_of
from sim.rules.migration import other_route_months
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, NEVER, Ethnicity, Gender, Nationality, Status, Stream, Visa

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel


@dataclass
class Traits:
    """What is drawn of a person before they meet an employer."""

    role: int
    wanted_minutes: int
    value_of_guarantee: float
    value_of_flexibility: float
    taste_for_care: float


def lognormal_mean_one(spread: float, deviate: float) -> float:
    """Lognormal deviate with mean 1, of a normal one."""
    return math.exp(spread * deviate - 0.5 * spread * spread)


def pick(cumulative: list[float], u: float) -> int:
    """Place of a draw in cumulative shares."""
    return min(bisect_right(cumulative, u), len(cumulative) - 1)


def traits_of(model: ReferenceModel, uid: int) -> Traits:
    """Role, hours wanted, values and taste of a person from outside."""
    luck, p, mix = model.luck, model.p, model.mix
    flexibility = lognormal_mean_one(p.flexibility_spread, luck.normal_for_life(uid, Purpose.VALUE_FLEXIBILITY))
    return Traits(
        role=pick(mix.role, luck.for_life(uid, Purpose.ROLE)),
        wanted_minutes=mix.hours_minutes[pick(mix.hours_share, luck.for_life(uid, Purpose.WANTED_HOURS))],
        value_of_guarantee=p.guarantee_mean + p.guarantee_spread * luck.normal_for_life(uid, Purpose.VALUE_GUARANTEE),
        value_of_flexibility=p.flexibility_mean * flexibility,
        taste_for_care=p.taste_mean + p.taste_spread * luck.normal_for_life(uid, Purpose.TASTE_FOR_CARE),
    )


def newcomer(model: ReferenceModel, uid: int, stream: int, home: Council) -> Worker:
    """A person from outside becomes an agent."""
    luck, p, traits = model.luck, model.p, traits_of(model, uid)
    worker = model.new_worker(home)
    worker.uid, worker.home_council = uid, home
    worker.status = Status.SEEKING.value
    men, by_age = p.male_share_entrants, luck.for_life(uid, Purpose.AGE)
    if stream == Stream.LOCAL_POOL:
        anybody = model.law.pool_interest[home.row] + home.planned_interest
        only_men = model.law.pool_interest_men[home.row]
        young, over_50s = model.law.pool_interest_young[home.row], model.law.pool_interest_over_50s[home.row]
        men = male_share(anybody + young + over_50s, only_men, p)
        by_age = rank_by_age(by_age, 1.0 + anybody + only_men, young, over_50s, p)
    worker.birth_month = model.month - int(age_of_entrant(by_age, p) * MONTHS_PER_YEAR)
    male = luck.for_life(uid, Purpose.GENDER) < men
    worker.gender = Gender.MALE.value if male else Gender.FEMALE.value
    worker.role = traits.role
    worker.wanted_minutes = traits.wanted_minutes
    worker.value_of_guarantee = traits.value_of_guarantee
    worker.value_of_flexibility = traits.value_of_flexibility
    worker.taste_for_care = traits.taste_for_care
    worker.frailty = lognormal_mean_one(p.frailty_spread, luck.normal_for_life(uid, Purpose.FRAILTY))
    worker.qualified = int(luck.for_life(uid, Purpose.QUALIFIED) < p.qualified_share_entrants)
    worker.job_start = model.month
    give_origin(worker, stream)
    give_household(worker)
    model.ledger.people_in[home.row, stream] += 1
    return worker


def give_household(worker: Worker) -> None:
    """Benefits of a newcomer, who would earn the minimum wage; hours are reviewed when a job begins."""
    model = worker.model
    earnings = model.law.adult_rate * worker.wanted_minutes // MINUTES_PER_HOUR
    u = model.luck.for_life(worker.uid, Purpose.HOUSEHOLD)
    unrestricted = int(worker.visa == Visa.UNRESTRICTED)
    worker.household = household_of(
        u, earnings, unrestricted, model.law.carers_earnings_limit, worker.home_council.universal_credit, model.p
    )
    worker.free_minutes = worker.wanted_minutes


def give_origin(worker: Worker, stream: int) -> None:
    """Nationality, ethnic group and right to work of a newcomer."""
    model = worker.model
    luck, p = model.luck, model.p
    u = luck.for_life(worker.uid, Purpose.NATIONALITY)
    abroad = model.law.origin_weight[worker.home_council.row]
    from_eu = eu_share(abroad, p) * model.law.free_movement
    nationality, visa = Nationality.BRITISH, Visa.UNRESTRICTED
    if stream in (Stream.OVERSEAS_OTHER, Stream.GRANTED_ASYLUM):
        nationality, visa = Nationality.NON_EU, Visa.OTHER_ROUTE
    elif stream == Stream.OVERSEAS_SPONSORED:
        nationality, visa = Nationality.NON_EU, Visa.SPONSORED
    elif u < from_eu:
        nationality = Nationality.EU
    elif u < from_eu + p.non_eu_share_of_lookers * abroad:
        nationality = Nationality.NON_EU
    if stream == Stream.OVERSEAS_OTHER:
        months = other_route_months(luck.for_life(worker.uid, Purpose.LEAVE_TO_STAY), p)
        worker.leave_until = model.month + months if months > 0 else NEVER
    minority_share = model.mix.minority_share[nationality][worker.home_council.region]
    minority = luck.for_life(worker.uid, Purpose.ETHNICITY) < minority_share
    worker.nationality, worker.visa = nationality.value, visa.value
    worker.ethnicity = Ethnicity.MINORITY_ETHNIC.value if minority else Ethnicity.WHITE.value
