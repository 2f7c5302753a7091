"""The synthetic population of April 2016, from published margins.

``build_population(scale, seed)`` is a pure function of its arguments: every draw is keyed by (seed, identity, purpose).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from sim.agents.care_worker import CareWorker
from sim.agents.columns import Table
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider
from sim.conditions import in_force
from sim.geography import Geography
from sim.local_data import LocalData
from sim.parameters import Behaviour, behaviour
from sim.population import agency, conduct, hours, households, money, pay, people
from sim.population.employers import build_councils, build_nhs
from sim.population.establishments import Establishments, build_establishments
from sim.population.inputs import START_MONTH, Floats, Ints, the_geography
from sim.population.local import scaled_posts, zero_hours_margins
from sim.population.people import Jobs
from sim.population.posts import HeldOut, held_out_error, posts_by_council, starting_posts
from sim.units import MONTHS_PER_YEAR, NEVER, LeaveReason, Role, Status

__all__ = ["HeldOut", "Population", "build_population", "held_out_error"]

LEAST_SCALE = 0.001
ROOM_IN_BLOCKS = 1.4
"""Rows kept for the people of a council, for each of them in post: people who left within three years keep a row."""
ROOM_BEYOND = 0.05
"""Rows beyond, for whoever finds the block full, for each person in post in England."""
EARLIEST_MONTH = -people.LONGEST_TENURE_MONTHS


class Population(NamedTuple):
    """The four kinds of agent and the map they live on."""

    workers: Table[CareWorker]
    providers: Table[Provider]
    nhs: Table[NHSEmployer]
    councils: Table[LocalAuthority]
    geography: Geography
    row_blocks: Ints = np.empty(0, dtype=np.int64)
    """[L + 1] first row of each council's residents; rows from the last entry on are for anybody. Empty: all are."""


def build_population(
    scale: float, seed: int, p: Behaviour | None = None, month: int = 0, local_data: LocalData | None = None
) -> Population:
    """Everybody and every employer at the start of April 2016.

    Args:
        scale: 1.0 for every establishment and worker in England, less for a stratified sample of establishments in
        which
            each agent stands for ``1 / scale``.
        seed: seed of the keyed draws.
        p: behavioural parameters that also describe recruits; central values if left out.
        month: month from which the run goes on, 0 or earlier for a spin-up: tenures and ages are those of April 2016
            at its start.
        local_data: a place's own figures, to which its posts, contracts and fees are scaled.
    """
    if not LEAST_SCALE <= scale <= 1.0:
        message = f"scale must lie between {LEAST_SCALE} and 1, not {scale}"
        raise ValueError(message)
    p = p or behaviour()
    geography = the_geography()
    posts = starting_posts(scaled_posts(posts_by_council(), local_data))
    places = build_establishments(posts, geography, scale, seed)
    scales = pay.build_pay(places, geography, seed, p)
    jobs = people.build_jobs(places)
    providers = _providers(places, scales, geography, seed, local_data)
    seats = _seats(jobs, places, geography, seed)
    workers = _workers(jobs, seats, places, scales, providers, geography, seed, p)
    _settle_money(providers, workers, jobs, seats, places, geography, seed, p, local_data)
    agency.add_agency_staff(workers, providers, seats.blocks, seats.rows, seed, p)
    _count_dates_from(month, workers, providers)
    nhs, councils = build_nhs(geography, scale), build_councils(geography, providers, scale, p)
    return Population(workers, providers, nhs, councils, geography, seats.blocks)


def _count_dates_from(month: int, *tables: Table[Any]) -> None:
    """Move all dates by so many months; what has never happened still has not."""
    for table in tables:
        for name, column in table.agent_class.columns().items():
            if column.unit == "month":
                dates = table.arrays[name]
                dates[dates != NEVER] += month


def _providers(
    places: Establishments, scales: pay.PayScales, geography: Geography, seed: int, local_data: LocalData | None
) -> Table[Provider]:
    """Provider table without the columns that depend on what staff cost."""
    table = Table(Provider, places.uid.size)
    table.uid = places.uid
    table.active = 1
    table.council, table.service, table.sector = places.council, places.service, places.sector
    table.organisation = conduct.organisations(places, seed)
    table.beds = places.beds
    table.opened = conduct.opened(places, seed)
    table.posts_start = table.posts_sought = places.sought
    table.posts_filled = places.filled
    table.posted_pay = table.unaided_pay = scales.posted
    table.pay_premium = pay.pay_premium(scales)
    posts = places.filled.sum(axis=1).astype(np.float64)
    own = zero_hours_margins(places, posts, local_data)
    table.zero_hours_share = conduct.zero_hours_shares(places, geography, seed, own)
    table.travel_share, table.travel_paid_share = conduct.travel(places, geography, seed)
    table.flexibility = conduct.flexibility(places, seed)
    table.management = conduct.management(places, seed)
    table.amenities = conduct.amenities(pay.lead(scales))
    table.other_benefits = conduct.benefits(places, seed)
    table.adult_rate_for_all = conduct.adult_rate_for_all(places, seed)
    return table


def _started(years: Floats) -> Ints:
    """Month in which something that has lasted so many years began; last month at the latest."""
    return np.maximum(-1 - np.floor(years * MONTHS_PER_YEAR).astype(np.int64), EARLIEST_MONTH)


class _Seats(NamedTuple):
    """Where people live, and the rows they get: neighbours lie together, so that memory is met piece by piece."""

    home: Ints
    km: Floats
    """Distance from home to the job."""
    blocks: Ints
    """[L + 1] first row of each council's residents."""
    rows: Ints
    """Row of each person in post."""


def _seats(jobs: Jobs, places: Establishments, geography: Geography, seed: int) -> _Seats:
    home, km = people.homes(jobs, places, geography, seed)
    residents = np.bincount(home, minlength=len(geography.neighbour_start) - 1)
    blocks = np.concatenate(([0], np.cumsum(np.ceil(residents * ROOM_IN_BLOCKS)))).astype(np.int64)
    order = np.argsort(home, kind="stable")
    place_among_residents = np.arange(home.size) - np.repeat(np.cumsum(residents) - residents, residents)
    rows = np.empty(home.size, dtype=np.int64)
    rows[order] = blocks[home[order]] + place_among_residents
    return _Seats(home, km, blocks, rows)


def _workers(
    jobs: Jobs,
    seats: _Seats,
    places: Establishments,
    scales: pay.PayScales,
    providers: Table[Provider],
    geography: Geography,
    seed: int,
    p: Behaviour,
) -> Table[CareWorker]:
    """Worker table: people in post, with room for people out of care."""
    rows = seats.rows
    table = Table(CareWorker, int(seats.blocks[-1]) + int(rows.size * ROOM_BEYOND))
    columns = table.arrays
    columns["uid"][rows] = jobs.who
    columns["status"][rows] = Status.CARE
    columns["leave_reason"][rows] = LeaveReason.NONE
    columns["role"][rows] = jobs.role
    columns["employer"][rows] = jobs.employer
    columns["home_council"][rows], columns["distance"][rows] = seats.home, seats.km
    with ThreadPoolExecutor(1) as beside:  # neither reads what the other writes
        written = beside.submit(_write_people, columns, jobs, rows, places, geography, seed, p)
        _write_work(columns, jobs, rows, places, scales, providers, seed, p)
        written.result()
    credit = households.universal_credit(geography)[columns["home_council"][rows]]
    households.write_households(columns, jobs, rows, credit, seed, p)
    return table


def _write_people(
    columns: dict[str, np.ndarray],
    jobs: Jobs,
    rows: Ints,
    places: Establishments,
    geography: Geography,
    seed: int,
    p: Behaviour,
) -> None:
    """Who people are."""
    columns["gender"][rows] = people.genders(jobs, seed)
    nationality = people.nationalities(jobs, places, geography, seed)
    columns["nationality"][rows] = nationality
    columns["ethnicity"][rows] = people.ethnicities(jobs, places, geography, nationality, seed)
    columns["visa"][rows] = people.visas(jobs, nationality, seed)
    taste = people.tastes(jobs, seed, p)
    columns["value_of_guarantee"][rows] = taste.guarantee
    columns["value_of_flexibility"][rows] = taste.flexibility
    columns["taste_for_care"][rows] = taste.care
    columns["frailty"][rows] = taste.frailty


def _write_work(
    columns: dict[str, np.ndarray],
    jobs: Jobs,
    rows: Ints,
    places: Establishments,
    scales: pay.PayScales,
    providers: Table[Provider],
    seed: int,
    p: Behaviour,
) -> None:
    """Age, experience, hours and pay."""
    age = people.ages(jobs, seed)
    columns["birth_month"][rows] = -np.floor(age * MONTHS_PER_YEAR)
    tenure, in_care, came_from = people.careers(jobs, places, age, seed)
    columns["job_start"][rows] = _started(tenure)
    columns["sector_start"][rows] = _started(in_care)
    columns["came_from"][rows] = came_from
    columns["qualified"][rows] = people.qualifications(jobs, in_care, seed)
    columns["match"][rows], columns["first_impression"][rows] = people.matches(jobs, tenure, seed, p)
    time = hours.build_hours(jobs, places, providers.zero_hours_share, seed, p)
    columns["contract_minutes"][rows] = time.contract
    columns["worked_minutes"][rows] = time.worked
    columns["wanted_minutes"][rows] = time.wanted
    columns["pay"][rows] = _lawful_pay(jobs, age, in_care, scales, providers, seed)


def _lawful_pay(
    jobs: Jobs, age: Floats, in_care: Floats, scales: pay.PayScales, providers: Table[Provider], seed: int
) -> Ints:
    """Contract pay: own pay, at least the posted rate for adults, less for the young where it is not due to all."""
    own = pay.own_pay(jobs, in_care, scales, seed)
    posted = scales.posted[jobs.employer, jobs.role]
    young = (age < in_force("adult_age", START_MONTH)) & (providers.adult_rate_for_all[jobs.employer] == 0)
    care = np.isin(jobs.role, pay.CARE_SCALE_ROLES)
    young_pay = np.maximum(own * (pay.rate_from_21() / pay.adult_rate()), pay.rate_from_21())
    adult_pay = np.maximum(own, posted)
    return np.floor(np.where(young & care, young_pay, adult_pay) + 0.5).astype(np.int64)


def _settle_money(
    providers: Table[Provider],
    workers: Table[CareWorker],
    jobs: Jobs,
    seats: _Seats,
    places: Establishments,
    geography: Geography,
    seed: int,
    p: Behaviour,
    local_data: LocalData | None,
) -> None:
    """Fill the provider columns that depend on what staff cost."""
    rows = seats.rows
    cost = money.weekly_costs(
        jobs,
        places,
        workers.pay[rows],
        workers.worked_minutes[rows],
        workers.contract_minutes[rows],
        providers.travel_share,
        providers.travel_paid_share,
        p,
    )
    providers.staff_minutes, providers.wage_bill, providers.on_costs = cost
    marginal = money.marginal_staff_cost(
        providers.posted_pay, places.sought, providers.travel_share, providers.travel_paid_share, p
    )
    care_pay = providers.posted_pay[:, Role.CARE_WORKER].astype(np.float64)
    settled = money.build_money(places, geography, cost, marginal, care_pay, seed, p, local_data)
    for name, values in settled._asdict().items():
        providers.arrays[name][...] = values
    providers.price = settled.fee
    providers.charged_cost = settled.unaided_cost[:, None]
