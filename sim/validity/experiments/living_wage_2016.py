"""The National Living Wage of April 2016, from a population of April 2015, with and without it.

The population that the model builds is paid as in April 2016. Here the same people and employers are taken a year
back: what an employer would choose to pay without a floor is deflated by a year's growth of earnings, and the minimum
wage of the time is laid over it (from age 21: 6.50, from October 2015 6.70; from April 2016 the National Living Wage of
7.20 from age 25, or without it 6.70 and from October 2016 6.95). Fees of the year before leave the margin that those of
April 2016 leave, and rise to these in April 2016 with and without the National Living Wage, as published comparisons
are of employers who face the same fees.

What is approximated: employers aim at the lead over the floor that they have in April 2016, so that those well above
it raise pay in April 2016 by the year's growth of earnings with the National Living Wage and not without it. Between
that April and the next, pay of March 2016 keeps up with earnings in both worlds where it is reviewed, which lifts more
without the National Living Wage, as April has brought less: a part of that year's growth comes off the difference. No
lead that this brings stays before April 2017, when the comparison has ended. Up to March 2016 earnings stand still. The
law's other parts are those of April 2016, the rate below the adult one is constant, low pay outside care keeps its
ratio to the floor, and people between 21 and 24 whom employers pay less than the adult rate keep their pay when the
National Living Wage begins.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.law import Law
from sim.model import CareLabourModel
from sim.parameters import Behaviour
from sim.population import build_population
from sim.population import pay as starting_pay
from sim.population.establishments import build_establishments
from sim.population.inputs import the_geography
from sim.population.posts import posts_by_council, starting_posts
from sim.settings import setting as program_setting
from sim.units import MONTHS_PER_YEAR, PENCE_PER_POUND, Role, Sector, Status, parse_month
from sim.validity.experiments.evidence import setting
from sim.validity.experiments.worlds import (
    PERCENT,
    AlteredModel,
    Found,
    branch,
    change,
    direct_care_staff,
    walk,
    watch,
)
from sim.world import build_world

OCTOBER_2015, APRIL_2016, OCTOBER_2016 = parse_month("2015-10"), parse_month("2016-04"), parse_month("2016-10")
YOUNG, ADULT_BEFORE = 25, 21


def minimum_wage(month: int) -> int:
    """Minimum wage from age 21 without the National Living Wage, pence/hour."""
    first = "minimum_wage_2014" if month < OCTOBER_2015 else "minimum_wage_2015"
    return round(setting(first if month < OCTOBER_2016 else "minimum_wage_2016") * PENCE_PER_POUND)


def earlier_law(law: Law, month: int, national_living_wage: bool) -> Law:
    """The law with the minimum wage of the time up to April 2016, and afterwards with or without the higher rate."""
    april = int(month == APRIL_2016 or law.april == 1)
    law = law._replace(april=april)
    if national_living_wage and month >= APRIL_2016:
        return law
    rate = minimum_wage(month)
    outside = np.rint(law.outside_pay * (rate / law.adult_rate)).astype(law.outside_pay.dtype)
    council = law.pay_floor > law.care_floor
    floor = np.where(council, law.pay_floor, rate)
    return law._replace(
        adult_rate=rate, care_floor=rate, old_care_floor=minimum_wage(month - 1), adult_age=ADULT_BEFORE,
        outside_pay=np.maximum(outside, rate), pay_floor=floor, statutory_floor=floor,
    )  # fmt: skip


class Before(NamedTuple):
    """Employers a year before."""

    model: AlteredModel
    fee_rise: Floats
    """[provider, payer] what fees rise by in April 2016, pence/hour."""
    uid: Floats


def population_2015(job: Job, behaviour: Behaviour) -> Before:
    """England in April 2015, at the start of its spin-up."""
    first = -MONTHS_PER_YEAR - int(program_setting("spin_up_months"))
    population = build_population(job.scale, job.seed, behaviour, first)
    geography = the_geography()
    places = build_establishments(starting_posts(posts_by_council()), geography, job.scale, job.seed)
    level = starting_pay.build_pay(places, geography, job.seed, behaviour).level
    rate = minimum_wage(first)
    chosen = np.exp(level) * starting_pay.adult_rate() / (1.0 + setting("earnings_growth_2015"))
    firms, people = population.providers, population.workers
    care = np.maximum(starting_pay.rounded_up(chosen, int(behaviour.pay_step)), rate)
    care = np.where(firms.sector == Sector.COUNCIL, firms.posted_pay[:, Role.CARE_WORKER], care)
    lower = np.zeros_like(firms.posted_pay)
    lower[:, Role.CARE_WORKER] = firms.posted_pay[:, Role.CARE_WORKER] - care
    lower[:, Role.SENIOR_CARE_WORKER] = np.minimum(
        lower[:, Role.CARE_WORKER], firms.posted_pay[:, Role.SENIOR_CARE_WORKER] - care - int(behaviour.pay_step)
    )
    lower = np.maximum(lower, 0)
    share = lower[:, Role.CARE_WORKER] / firms.posted_pay[:, Role.CARE_WORKER]
    firms.posted_pay = firms.unaided_pay = firms.posted_pay - lower
    rows = np.flatnonzero(people.status == Status.CARE)
    pay = people.pay[rows] - lower[people.employer[rows], people.role[rows]]
    people.arrays["pay"][rows] = np.maximum(pay, rate)
    saved = np.rint(share * (firms.unaided_cost - firms.other_cost)).astype(firms.fee.dtype)
    fee_rise = np.rint(saved / (1.0 - np.clip(firms.margin, 0.0, 0.5))).astype(firms.fee.dtype)[:, None]
    fee_rise = np.minimum(np.broadcast_to(fee_rise, firms.fee.shape), firms.fee // 2)
    firms.fee = firms.fee - fee_rise
    firms.price = firms.price - fee_rise
    firms.unaided_cost = firms.unaided_cost - saved
    firms.charged_cost = firms.charged_cost - saved[:, None]
    uid = firms.uid.copy()
    world = build_world(population, behaviour, job.scale)
    return Before(AlteredModel(world, seed=job.seed, month=first, behaviour=behaviour), fee_rise, uid)


def living_wage_2016(job: Job, behaviour: Behaviour) -> Found:
    """Care workers of the independent sector and their employers in March 2017, with against without."""
    before = population_2015(job, behaviour)
    before.model.alteration = partial(earlier_law, national_living_wage=False)
    start = branch(walk(before.model, APRIL_2016))
    shown = []
    for national_living_wage in (False, True):
        model = start.go(partial(earlier_law, national_living_wage=national_living_wage))
        same = model.providers.uid[: before.uid.size] == before.uid
        model.providers.fee[: before.uid.size][same] += before.fee_rise[same]
        year = watch(model, MONTHS_PER_YEAR)
        shown.append((pay_of(model), year))
    (pay, without), (pay_now, year) = shown
    return {
        "nlw_pay": change(pay_now.mean, pay.mean),
        "nlw_spread": change(pay_now.spread, pay.spread),
        "nlw_young": change(pay_now.young, pay.young),
        "nlw_zero_hours": pay_now.zero_hours - pay.zero_hours,
        "nlw_closures": year.closure_rate - without.closure_rate,
        "nlw_staff": change(year.staff.sum(), without.staff.sum()),
        "nlw_hours": change(pay_now.hours, pay.hours),
    }


class Pay(NamedTuple):
    """Pay of care workers in the independent sector."""

    mean: float
    spread: float
    """90th over 10th percentile."""
    young: float
    """Mean pay below age 25, pence/hour."""
    zero_hours: float
    """Share on zero hours, percent."""
    hours: float
    """Hours worked in care homes, minutes a week."""


def pay_of(model: CareLabourModel) -> Pay:
    """As it stands at the end of the month just simulated."""
    staff, people, firms = direct_care_staff(model), model.workers.columns, model.providers.columns
    wanted = (people.role[staff.row] == Role.CARE_WORKER) & (firms.sector[staff.employer] == Sector.INDEPENDENT)
    rows, pay = staff.row[wanted], staff.pay[wanted]
    young = model.month - people.birth_month[rows] < YOUNG * MONTHS_PER_YEAR
    low, high = np.quantile(pay, (0.1, 0.9))
    in_homes = np.isin(firms.service[staff.employer[wanted]], (0, 1))
    return Pay(
        float(pay.mean()), float(high / low), float(pay[young].mean()),
        float(PERCENT * (people.contract_minutes[rows] == 0).mean()),
        float(people.worked_minutes[rows][in_homes].sum()),
    )  # fmt: skip
