"""A small made-up market, for teaching and for tests: a few councils, some dozen providers, about a thousand people.

It goes through the same tables, kernels and rules as England does. What matters is said in a line, the rest is as in
England in April 2016. By default it starts ten years before that month, and since the law of April 2016 holds in every
month up to it, nothing outside the market changes for ten years::

    model = virtual_market(providers=40, pay=[720] * 9 + [792])     # one employer in ten pays a tenth more
    for _ in range(24):
        model.step()

Where several values are given they are dealt out to providers in turn: ``service=[HOME_CARE, RESIDENTIAL]`` makes every
other provider a care home.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.agents.care_worker import CareWorker
from sim.agents.columns import Table
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider
from sim.draws import Purpose
from sim.geography import Geography
from sim.local_conditions import LocalConditions
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL, Outlook
from sim.parameters import Behaviour
from sim.parameters import behaviour as central
from sim.population import Population
from sim.population.employers import bought_in_council, by_source, low_paid_pool, nhs_pay
from sim.population.establishments import Establishments, direct_care
from sim.population.hours import on_zero_hours
from sim.population.households import write_households
from sim.population.inputs import CELLS, figures, the_geography
from sim.population.keys import Setup, draw, identities, places_within, whole
from sim.population.money import marginal_staff_cost, minutes_of_post, weekly_costs
from sim.population.needs import GROUP_NAMES, write_needs
from sim.population.pay import adult_rate
from sim.population.people import Jobs, ages, build_jobs, careers, genders, matches, qualifications, tastes
from sim.population.posts import cell_totals
from sim.units import (
    ASSESSOR_ROLES,
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    NEVER,
    PENCE_PER_POUND,
    WEEKS_PER_YEAR,
    Nationality,
    Payer,
    Role,
    Sector,
    Service,
    Status,
    Stream,
    Visa,
)
from sim.world import build_world

TEN_YEARS_EARLIER = -120
OUT_OF_CARE_ROOM = 2
"""Rows of the table of workers for each person in post."""

T = TypeVar("T")
Each: TypeAlias = T | Sequence[T]
"""One value for all providers, or several dealt out to them in turn."""


class Firms(NamedTuple):
    """What is asked of providers, one entry for each."""

    council: NDArray[Any]
    service: NDArray[Any]
    sector: NDArray[Any]
    staff: NDArray[Any]
    pay: NDArray[Any]
    seniors: NDArray[Any]
    vacancies: NDArray[Any]
    zero_hours: NDArray[Any]
    travel: NDArray[Any]
    travel_paid: NDArray[Any]
    benefits: NDArray[Any]
    flexibility: NDArray[Any]
    council_share: NDArray[Any]
    margin: NDArray[Any]
    social_workers: NDArray[Any]
    therapists: NDArray[Any]
    sponsored: NDArray[Any]
    licensed: NDArray[Any]


def virtual_market(
    councils: int = 2,
    providers: int = 40,
    workers_per_provider: Each[int] = 25,
    service: Each[Service] = Service.HOME_CARE,
    sector: Each[Sector] = Sector.INDEPENDENT,
    *,
    pay: Each[int] = 740,
    seniors: Each[float] = 0.12,
    vacancies: Each[float] = 0.08,
    zero_hours: Each[float] = 0.3,
    travel: Each[float] = 0.0,
    travel_paid: Each[float] = 0.25,
    benefits: Each[float] = 0.0,
    flexibility: Each[float] = 0.4,
    council_share: Each[float] = 0.7,
    margin: Each[float] = 0.06,
    sponsored: Each[float] = 0.0,
    licensed: Each[bool] = False,
    social_workers: Each[float] = 0.0,
    therapists: Each[float] = 0.0,
    older_clients: Each[float] | None = None,
    hours: tuple[float, float] = (16.0, 37.5),
    pool: float = 1.0,
    nhs: float = 1.0,
    outside_pay: float = 1.0,
    unemployment: float = 1.0,
    km_apart: float = 15.0,
    local_km: float = 5.0,
    month: int = TEN_YEARS_EARLIER,
    seed: int = 1,
    levers: Sequence[Any] = (),
    outlook: Outlook = ENACTED_CENTRAL,
    behaviour: Behaviour | None = None,
    threads: int = 1,
    audit: bool = False,
) -> CareLabourModel:
    """A market ready to step.

    Args:
        councils: councils, along a line.
        providers: providers in all, in equal numbers in each council.
        workers_per_provider: people in post at the start.
        service: main service.
        sector: who employs.
        pay: pay posted for care workers, pence/hour; below the legal floor the floor holds.
        seniors: share of posts that are seniors'; the rest are care workers'.
        vacancies: vacant posts as a share of all posts.
        zero_hours: share of care jobs on zero hours.
        travel: travel time as a share of contact time.
        travel_paid: share of travel time that is paid.
        benefits: pension, sick pay and leave above the minimum, share of pay.
        flexibility: share of wishes over shifts that are met.
        council_share: share of care bought by the council; people themselves buy the rest.
        margin: surplus over income at the start; it sets fees.
        sponsored: share of staff on visas tied to the provider, which is then licensed.
        licensed: whether a provider may sponsor.
        social_workers: share of posts that are social workers'; a council without any of its own employs nobody
            to assess, and then everybody is assessed as if there were always time.
        therapists: share of posts that are occupational therapists'.
        older_clients: share of the people a council supports who are 65 and over, one value or one for each council;
            England's if left out.
        hours: fewest and most hours a week that people work.
        pool: low-paid labour outside care, against England's for each person in post.
        nhs: NHS posts, against England's for each person in post in care.
        outside_pay: pay of low-paid work outside care, against England's.
        unemployment: unemployment, against England's.
        km_apart: distance between neighbouring councils.
        local_km: typical distance from home to a job in the same council.
        month: month of the first step (April 2016 is 0, and law moves on after it).
        seed: seed of the draws, of the start and of the months.
        levers: policies; anything with a ``name`` and ``edit(book, month)``.
        outlook: baseline of law, and what the future outside care is taken to be.
        behaviour: behavioural parameters; central values if left out.
        threads: threads among which rows are shared.
        audit: whether to close the books of every month.
    """
    p = behaviour or central()

    def dealt(value: Each[Any]) -> NDArray[Any]:
        return np.resize(np.atleast_1d(value), providers)

    firms = Firms(
        np.arange(providers) * councils // providers, dealt(service), dealt(sector), dealt(workers_per_provider),
        dealt(pay), dealt(seniors), dealt(vacancies), dealt(zero_hours), dealt(travel), dealt(travel_paid),
        dealt(benefits), dealt(flexibility), dealt(council_share), dealt(margin), dealt(social_workers),
        dealt(therapists), dealt(sponsored), dealt(licensed),
    )  # fmt: skip
    geography = _geography(councils, km_apart, local_km)
    places = _places(firms)
    share_of_england = places.filled.sum() / cell_totals().sum()
    table = _providers(firms, places, month)
    jobs = build_jobs(places)
    workers = _workers(firms, places, jobs, table, hours, local_km, month, seed, p)
    _settle_money(table, workers, firms, places, jobs, p)
    population = Population(
        workers, table, _nhs(share_of_england * nhs), _councils(table, geography, share_of_england * pool), geography
    )
    write_needs(
        population.councils,
        table,
        _clients(councils, share_of_england, older_clients),
        np.full(councils, the_geography().population.sum() * share_of_england / councils),
        p,
    )
    each = np.ones(councils)
    local = LocalConditions(each * outside_pay, each * unemployment, each / councils, each)
    world = build_world(population, p, share_of_england, local)
    return CareLabourModel(
        world, seed=seed, month=month, levers=levers, outlook=outlook, behaviour=p, threads=threads, audit=audit
    )


def _geography(councils: int, km_apart: float, local_km: float) -> Geography:
    """Councils along a line, all in one region and one integrated care system, each in reach of all."""
    rows = np.arange(councils)
    km = np.abs(rows[:, None] - rows) * km_apart
    order = np.argsort(km, axis=1, kind="stable")
    ones = np.ones(councils)
    return Geography(
        region=np.zeros(councils, dtype=np.int8),
        ics=np.zeros(councils, dtype=np.int16),
        rural=np.zeros(councils),
        coastal=np.zeros(councils, dtype=np.int8),
        easting_km=km[0],
        northing_km=np.zeros(councils),
        area_km2=ones,
        local_km=ones * local_km,
        population=ones,
        working_age=ones,
        neighbour_start=np.arange(councils + 1, dtype=np.int32) * councils,
        neighbour_council=order.astype(np.int16).ravel(),
        neighbour_km=np.take_along_axis(km, order, axis=1).ravel(),
        neighbour_border=np.ones(councils * councils, dtype=np.int8),
    )


def _places(firms: Firms) -> Establishments:
    """Providers with their posts. A service and sector that do not go together are a ValueError."""
    pairs = [(Service(one), Sector(other)) for one, other in zip(firms.service, firms.sector, strict=True)]
    unknown = sorted({f"{one.name} of {other.name}" for one, other in pairs if (one, other) not in CELLS})
    if unknown:
        message = f"no such establishments: {', '.join(unknown)}"
        raise ValueError(message)
    filled = np.zeros((len(pairs), len(Role)), dtype=np.int64)
    filled[:, Role.SENIOR_CARE_WORKER] = np.floor(firms.staff * firms.seniors + 0.5)
    filled[:, Role.SOCIAL_WORKER] = np.floor(firms.staff * firms.social_workers + 0.5)
    filled[:, Role.OCCUPATIONAL_THERAPIST] = np.floor(firms.staff * firms.therapists + 0.5)
    filled[:, Role.CARE_WORKER] = firms.staff - filled.sum(axis=1)
    sought = np.floor(filled / (1.0 - firms.vacancies)[:, None] + 0.5).astype(np.int64)
    uid = identities(Stream.PROVIDER, firms.council, places_within(firms.council, int(firms.council.max()) + 1))
    cell = np.array([CELLS.index(pair) for pair in pairs])
    return Establishments(uid, firms.council, cell, np.zeros(len(pairs), dtype=np.int64), filled, sought)


def _providers(firms: Firms, places: Establishments, month: int) -> Table[Provider]:
    """Provider table without money."""
    table = Table(Provider, places.uid.size)
    table.uid, table.active = places.uid, 1
    table.council, table.service, table.sector = firms.council, firms.service, firms.sector
    table.organisation = np.arange(places.uid.size)
    table.opened = month - MONTHS_PER_YEAR
    table.posts_start = table.posts_sought = places.sought
    table.posts_filled = places.filled
    table.posted_pay = firms.pay[:, None]
    senior = firms.pay * figures().by_role("pay_over_care_worker")[Role.SENIOR_CARE_WORKER]
    table.posted_pay[:, Role.SENIOR_CARE_WORKER] = np.floor(senior + 0.5)
    for role in ASSESSOR_ROLES:
        table.posted_pay[:, role] = round(figures().by_role("pay_council")[role] * PENCE_PER_POUND)
    table.posted_pay = np.maximum(table.posted_pay, adult_rate())
    table.unaided_pay = table.posted_pay
    table.pay_premium = np.maximum(firms.pay / adult_rate() - 1.0, 0.0)
    table.zero_hours_share = firms.zero_hours
    table.travel_share, table.travel_paid_share = firms.travel, firms.travel_paid
    table.other_benefits, table.flexibility = firms.benefits, firms.flexibility
    table.adult_rate_for_all = 1
    table.licensed = (firms.licensed > 0) | (firms.sponsored > 0.0)
    return table


def _workers(
    firms: Firms,
    places: Establishments,
    jobs: Jobs,
    providers: Table[Provider],
    hours: tuple[float, float],
    local_km: float,
    month: int,
    seed: int,
    p: Behaviour,
) -> Table[CareWorker]:
    """People in post, who live where they work, and room for others."""
    count, employer = jobs.who.size, jobs.employer
    table = Table(CareWorker, count * OUT_OF_CARE_ROOM)
    first, known = slice(count), figures()
    columns = table.arrays
    columns["uid"][first], columns["status"][first] = jobs.who, Status.CARE
    columns["role"][first], columns["employer"][first] = jobs.role, employer
    columns["home_council"][first] = firms.council[employer]
    columns["distance"][first] = -local_km * np.log1p(-draw(seed, jobs.who, Purpose.DISTANCE))
    age = ages(jobs, seed)
    tenure, in_care, came_from = careers(jobs, places, age, seed)
    columns["birth_month"][first] = month - np.floor(age * MONTHS_PER_YEAR)
    columns["job_start"][first] = month - 1 - np.floor(tenure * MONTHS_PER_YEAR)
    columns["sector_start"][first] = month - 1 - np.floor(in_care * MONTHS_PER_YEAR)
    columns["came_from"][first] = came_from
    columns["gender"][first] = genders(jobs, seed)
    columns["qualified"][first] = qualifications(jobs, in_care, seed)
    columns["match"][first], columns["first_impression"][first] = matches(jobs, tenure, seed, p)
    taste = tastes(jobs, seed, p)
    columns["value_of_guarantee"][first], columns["value_of_flexibility"][first] = taste.guarantee, taste.flexibility
    columns["taste_for_care"][first], columns["frailty"][first] = taste.care, taste.frailty
    experience = known["experience_step"] * np.minimum(in_care / known["experience_years"], 1.0)
    experience = np.where(jobs.role == Role.CARE_WORKER, experience, 0.0)
    columns["pay"][first] = providers.posted_pay[employer, jobs.role] + np.floor(experience)
    _write_hours(columns, jobs, firms, hours, seed, p)
    _write_visas(columns, jobs, firms, month, seed)
    write_households(columns, jobs, first, 1.0, seed, p)
    return table


def _write_hours(
    columns: dict[str, np.ndarray],
    jobs: Jobs,
    firms: Firms,
    hours: tuple[float, float],
    seed: int,
    p: Behaviour,
) -> None:
    """Hours worked, spread evenly between the fewest and the most; on zero hours people would like somewhat more."""
    first = slice(jobs.who.size)
    least, most = hours
    worked = np.floor((least + (most - least) * draw(seed, jobs.who, Setup.HOURS)) * MINUTES_PER_HOUR)
    zero_hours = on_zero_hours(jobs, firms.zero_hours, seed)
    columns["worked_minutes"][first] = worked
    columns["contract_minutes"][first] = np.where(zero_hours, 0, worked)
    columns["wanted_minutes"][first] = np.where(zero_hours, np.ceil(worked / p.zero_hours_use), worked)


def _write_visas(columns: dict[str, np.ndarray], jobs: Jobs, firms: Firms, month: int, seed: int) -> None:
    """Sponsored staff: the visa was granted when they started the job, a year ago at most."""
    first = slice(jobs.who.size)
    chosen = draw(seed, jobs.who, Setup.VISA) < firms.sponsored[jobs.employer]
    columns["visa"][first] = np.where(chosen, Visa.SPONSORED, Visa.UNRESTRICTED)
    columns["nationality"][first] = np.where(chosen, Nationality.NON_EU, Nationality.BRITISH)
    columns["sponsor"][first] = np.where(chosen, jobs.employer, columns["sponsor"][first])
    granted = np.maximum(columns["job_start"][first], month - MONTHS_PER_YEAR)
    columns["visa_month"][first] = np.where(chosen, granted, NEVER)


def _settle_money(
    table: Table[Provider], workers: Table[CareWorker], firms: Firms, places: Establishments, jobs: Jobs, p: Behaviour
) -> None:
    """Care bought, fees and costs such that income leaves the margin asked for; all payers pay the same fee."""
    count = jobs.who.size
    pay, worked, contract = workers.pay[:count], workers.worked_minutes[:count], workers.contract_minutes[:count]
    cost = weekly_costs(jobs, places, pay, worked, contract, table.travel_share, table.travel_paid_share, p)
    table.staff_minutes, table.wage_bill, table.on_costs = cost
    capacity = cost.care_minutes * direct_care(places.sought) // direct_care(places.filled)
    table.capacity_minutes = capacity
    each, usual = minutes_of_post(places, cost.care_minutes)
    table.minutes_at_start, table.minutes_each, table.recruit_minutes = each, each, usual
    table.demand_minutes[:, Payer.COUNCIL] = np.floor(capacity * firms.council_share)
    table.demand_minutes[:, Payer.SELF_FUNDER] = capacity - table.demand_minutes[:, Payer.COUNCIL]
    staff = (cost.wages + cost.on_costs) / (cost.care_minutes / MINUTES_PER_HOUR)
    share = figures().by_service("staff_cost_share")[firms.service]
    other = np.floor(staff * (1.0 - share) / share + 0.5)
    fee = (staff + other) / (1.0 - firms.margin)
    table.fee = np.floor(fee + 0.5)[:, None]
    table.price, table.other_cost, table.margin = table.fee, other, firms.margin
    marginal = marginal_staff_cost(table.posted_pay, places.sought, table.travel_share, table.travel_paid_share, p)
    table.unaided_cost = np.floor(marginal) + other
    table.charged_cost = table.unaided_cost[:, None]
    income = fee * capacity / MINUTES_PER_HOUR * WEEKS_PER_YEAR / MONTHS_PER_YEAR
    table.reserves = np.floor(income * p.reserve_months_most)


def _nhs(share_of_england: float) -> Table[NHSEmployer]:
    """One NHS employer."""
    table, known = Table(NHSEmployer, 1), figures()
    table.uid = identities(Stream.NHS_EMPLOYER, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    posts = known.by_role("nhs_posts") * share_of_england
    table.posts = np.floor(posts + 0.5)
    table.filled = np.floor(posts * (1.0 - known["nhs_vacancy_rate"]) + 0.5)
    table.pay, table.benefits = nhs_pay(), known["nhs_benefits"]
    return table


def _clients(councils: int, share_of_england: float, older: Each[float] | None) -> NDArray[Any]:
    """[L, C] people supported by councils of one size, as many in all as for the share of England."""
    mix = np.tile(figures().each("client_share", GROUP_NAMES), (councils, 1))
    if older is not None:
        younger = mix[:, 1:] / mix[:, 1:].sum(axis=1, keepdims=True)
        mix[:, 0] = np.resize(np.atleast_1d(older), councils)
        mix[:, 1:] = younger * (1.0 - mix[:, :1])
    return np.asarray(mix * figures()["clients"] * share_of_england / councils)


def _councils(providers: Table[Provider], geography: Geography, pool_share: float) -> Table[LocalAuthority]:
    """Councils: care bought is what is needed, and the budget is what the council's part costs."""
    count = geography.region.size
    table = Table(LocalAuthority, count)
    rows = np.arange(count)
    table.uid = identities(Stream.LOCAL_AUTHORITY, rows, np.zeros(count, dtype=np.int64))
    pool = low_paid_pool(the_geography(), 1.0).sum() * pool_share
    table.pool = whole(np.full(count, pool / count))
    council = providers.council.astype(np.int64)
    bought = bought_in_council(council, providers.service.astype(np.int64), providers.demand_minutes, count)
    table.need_minutes = table.bought_minutes = bought
    weekly = providers.demand_minutes[:, Payer.COUNCIL] / MINUTES_PER_HOUR * providers.fee[:, Payer.COUNCIL]
    spent = np.bincount(council, weights=weekly, minlength=count) * WEEKS_PER_YEAR / MONTHS_PER_YEAR
    table.spent = table.budget = np.floor(spent + 0.5)
    table.budget_parts = by_source(np.asarray(table.spent, dtype=np.int64))
    return table
