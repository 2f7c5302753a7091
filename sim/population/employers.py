"""The NHS as an employer in each integrated care system, and the councils as buyers of care."""

from __future__ import annotations

import numpy as np

from sim.agents.columns import Table
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider
from sim.conditions import by_code
from sim.geography import Geography, load_places
from sim.parameters import Behaviour
from sim.population.households import universal_credit
from sim.population.inputs import ROLE_NAMES, START_MONTH, Floats, Ints, Mask, council_column, figures, filled_by_region
from sim.population.keys import identities, whole
from sim.population.needs import clients_by_council, write_needs
from sim.population.posts import shares
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, WEEKS_PER_YEAR, MoneySource, Payer, Role, Service, Stream


def nhs_pay() -> Ints:
    """[role] Agenda for Change pay in April 2016 outside high-cost areas, pence/hour; 0 where there is no such post."""
    return np.array(by_code("nhs_pay", START_MONTH, ROLE_NAMES), dtype=np.int64)


def build_nhs(geography: Geography, scale: float) -> Table[NHSEmployer]:
    """One employer for each integrated care system; posts in proportion to residents."""
    known, places = figures(), load_places()
    count = len(places.ics_codes)
    residents = _residents(geography, count)
    table = Table(NHSEmployer, count)
    rows = np.arange(count)
    table.uid = identities(Stream.NHS_EMPLOYER, rows, np.zeros(count, dtype=np.int64))
    table.ics = rows
    in_london = geography.region == load_places().regions.index("London")
    supplement = 1.0 + known["nhs_london_supplement"] * _residents(geography, count, in_london) / residents
    for role in Role:
        established = known.by_role("nhs_posts")[role] * scale * shares(residents)
        table.posts[:, role] = whole(established)
        table.filled[:, role] = whole(established * (1.0 - known["nhs_vacancy_rate"]))
        table.pay[:, role] = np.floor(nhs_pay()[role] * supplement + 0.5)
    table.benefits = known["nhs_benefits"]
    return table


def _residents(geography: Geography, count: int, inside: Mask | float = 1.0) -> Floats:
    """[ics] residents, of the councils inside a mask if one is given."""
    sums = np.bincount(geography.ics, weights=geography.population * inside, minlength=count)
    return sums.astype(np.float64)


def low_paid_pool(geography: Geography, scale: float) -> Ints:
    """People aged 16 to 64 in or near low-paid work, by council.

    A share of residents of working age, larger where the 20th percentile of pay is low (inversely in proportion).
    """
    known = figures()
    low = council_column("council_labour.csv", "p20_annual_pay_2021")
    low = filled_by_region(low, np.ones(low.size), geography.region)
    average = (low * geography.working_age).sum() / geography.working_age.sum()
    share = np.clip(known["pool_share"] * average / low, known["pool_share_least"], known["pool_share_most"])
    return whole(geography.working_age * share * scale)


def bought_in_council(council: Ints, service: Ints, minutes: Ints, count: int) -> Ints:
    """[L, service, payer] minutes a week bought, from minutes by provider and payer."""
    cell = council * len(Service) + service
    sums = [np.bincount(cell, weights=minutes[:, payer], minlength=count * len(Service)) for payer in Payer]
    return np.array(sums).T.reshape(count, len(Service), len(Payer)).astype(np.int64)


def by_source(money: Ints) -> Ints:
    """[L, source] a month's money of councils split by where it comes from, alike everywhere; to the penny."""
    known, names = figures(), [source.name.lower() for source in MoneySource]
    parts = np.floor(money[:, None] * known.each("council_money", names)).astype(np.int64)
    parts[:, MoneySource.COUNCIL_TAX] += money - parts.sum(axis=1)
    return parts


def build_councils(
    geography: Geography, providers: Table[Provider], scale: float, p: Behaviour
) -> Table[LocalAuthority]:
    """Councils: care bought is what is needed, and the budget what they spend on it, as part of it finds no staff."""
    count = geography.region.size
    table = Table(LocalAuthority, count)
    rows = np.arange(count)
    table.uid = identities(Stream.LOCAL_AUTHORITY, rows, np.zeros(count, dtype=np.int64))
    table.region, table.ics = geography.region, geography.ics
    table.rural, table.coastal = geography.rural, geography.coastal
    table.pool = low_paid_pool(geography, scale)
    council, service = providers.council.astype(np.int64), providers.service.astype(np.int64)
    bought = bought_in_council(council, service, providers.demand_minutes, count)
    table.need_minutes = bought
    table.bought_minutes = bought
    weekly = providers.demand_minutes[:, Payer.COUNCIL] / MINUTES_PER_HOUR * providers.fee[:, Payer.COUNCIL]
    spent = np.bincount(council, weights=weekly, minlength=count) * WEEKS_PER_YEAR / MONTHS_PER_YEAR
    table.spent = np.floor(spent + 0.5)
    table.budget = np.floor(figures()["money_at_start"] * spent + 0.5)
    write_needs(table, providers, clients_by_council(scale), geography.population * scale, p)
    table.budget_parts = by_source(np.asarray(table.budget, dtype=np.int64))
    table.universal_credit = universal_credit(geography)
    return table
