"""Costs that the whole country adds up to, derived twice: from the month's books and from the agents.

Published ones are in ``sim/data/cost_identities.csv``. Books are twelve months of payments; agents are those of March,
a week of theirs times 52. The two differ by what happens within a year, and by nothing else that should be large.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.runs import Job
from sim.month.ledger import COST_KINDS, TAX_KINDS
from sim.parameters import Behaviour
from sim.recording import Record, stack
from sim.shipped import PACKAGE
from sim.units import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    PENCE_PER_POUND,
    START_YEAR,
    WEEKS_PER_YEAR,
    Payer,
    Sector,
    Service,
    parse_month,
)
from sim.validity.costs_agents import HOMES, Moment, look
from sim.validity.visits import Looking

APRIL_2025 = parse_month("2025-04")
"""The month in which employers' National Insurance rose: the last one simulated."""
ASKED, INPUT = "yes", "input"
RESIDENTS, SHARE_OF_COUNCILS = "care_home_residents", "council_share_of_homes"
WEEKS_PER_MONTH = WEEKS_PER_YEAR / MONTHS_PER_YEAR
BOUGHT, MISSED = 1, 0
"""Places in `Record.care` and `Record.delivery`."""
BOOKS, AGENTS = range(2)


class Identity(NamedTuple):
    """A published cost, which the model's is to meet within a share of it."""

    identity: str
    period: str
    value: float
    unit: str
    tolerance: float
    """Share of the published figure."""
    asked: str
    """``yes`` for those by which the model is judged."""
    meaning: str
    """What is in the published figure."""
    source: str
    status: str
    note: str

    @property
    def name(self) -> str:
        """In words."""
        return f"{NAMES[self.identity]}, {self.period}"

    @property
    def march(self) -> int:
        """March of the financial year."""
        return (int(self.period[:4]) - START_YEAR) * MONTHS_PER_YEAR + MONTHS_PER_YEAR - 1


@cache
def _rows() -> tuple[Identity, ...]:
    with (PACKAGE / "data" / "cost_identities.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Identity(
                row["identity"], row["period"], float(row["value"]), row["unit"], float(row["tolerance"]),
                row["asked"], row["meaning"], row["source"], row["status"], row["note"],
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


@cache
def identities() -> tuple[Identity, ...]:
    """Those that are compared, in the order of the file."""
    return tuple(one for one in _rows() if one.asked != INPUT)


def residents_of_councils() -> float:
    """Published residents of care homes whom councils pay for."""
    share = next(one for one in _rows() if one.identity == SHARE_OF_COUNCILS)
    return residents().value * share.value


@cache
def residents() -> Identity:
    """Published residents of care homes."""
    return next(one for one in _rows() if one.identity == RESIDENTS)


class Year(NamedTuple):
    """What a financial year shows."""

    books: Record
    """Its twelve months."""
    march: Moment
    """The agents at its end."""
    scale: float
    p: Behaviour
    care_of_resident: float
    """Hours a week of direct care for a resident of a care home whom councils pay for."""
    april: Moment
    """The agents in April 2025."""
    month_of_april: Record
    """The books of that month."""

    def paid(self, payer: Payer, *services: Service) -> float:
        """Paid for care in the year, GBP; all services if none is named."""
        kinds = list(services or Service)
        return float(self.books.money[:, :, kinds, payer, 0].sum() / (self.scale * PENCE_PER_POUND))

    def spent(self, kind: str) -> float:
        """Spent by providers in the year, GBP."""
        return float(self.books.costs[..., COST_KINDS.index(kind)].sum() / (self.scale * PENCE_PER_POUND))

    def hours(self, *services: Service) -> float:
        """Hours of direct care in the year that councils paid for."""
        care = self.books.care[:, :, list(services)]
        bought = care[..., BOUGHT].sum(axis=-1).astype(np.float64)
        made = np.ones_like(bought)
        if services[0] >= Service.HOME_CARE:
            missed = self.books.delivery[:, :, list(services), MISSED]
            made -= np.divide(missed, bought, out=np.zeros_like(bought), where=bought > 0)
        minutes = care[..., Payer.COUNCIL, BOUGHT] * made
        return float(minutes.sum() * WEEKS_PER_MONTH / (MINUTES_PER_HOUR * self.scale))


Pair = tuple[float, float]


def _wage_bill(year: Year) -> Pair:
    """Pay for work with paid travel, overtime and holidays, of all employers of care staff but the NHS and agencies."""
    return year.spent("wages") * (1.0 + year.p.holiday_share), year.march.gross_pay


def _with_on_costs(year: Year) -> Pair:
    """The same with employers' National Insurance and pension contributions."""
    return year.spent("wages") + year.spent("on_costs"), year.march.gross_pay + year.march.on_costs


def _long_term_support(year: Year) -> Pair:
    """What councils pay for care, clients' contributions included, without their own community services.

    Those are where councils employ social workers, therapists and their managers; day and short-term care is in it.
    """
    paid = year.march.council_paid
    own = paid[Service.COMMUNITY, Sector.COUNCIL]
    share = own / paid[Service.COMMUNITY].sum()
    books = year.paid(Payer.COUNCIL) - share * year.paid(Payer.COUNCIL, Service.COMMUNITY)
    return books, float(paid.sum() - own)


def _long_and_short(year: Year) -> Pair:
    """The same: day care, and short-term care in people's homes and in care homes, are in it."""
    return _long_term_support(year)


def _gross_current(year: Year) -> Pair:
    """What councils pay for care of every kind, their own services and assessment teams included."""
    return year.paid(Payer.COUNCIL), float(year.march.council_paid.sum())


def _nic_rise(year: Year) -> Pair:
    """Employers' National Insurance in the independent sector on pay of April 2025, by its rules less by those before.

    In the books: the rise of the part of wages that goes to it, from March to April, of which the independent sector
    pays its part of all.
    """
    nic, wages = TAX_KINDS.index("employer_nic"), COST_KINDS.index("wages")

    def part(month: Record, place: int) -> tuple[float, float]:
        paid = float(month.costs[place, ..., wages].sum())
        return float(month.taxes[place, nic]) / paid, paid

    now, paid = part(year.month_of_april, 0)
    before = part(year.books, -1)[0]
    rise = (now - before) * paid * MONTHS_PER_YEAR / (year.scale * PENCE_PER_POUND)
    return rise * year.april.independent_nic, year.april.nic_rise


def _home_care_fee(year: Year) -> Pair:
    """Mean price councils pay for an hour: in the books of all home care, of agents that of independent providers."""
    hours = year.hours(Service.HOME_CARE)
    books = year.paid(Payer.COUNCIL, Service.HOME_CARE) / hours if hours > 0 else float("nan")
    return books, float(year.march.council_price[Service.HOME_CARE, Sector.INDEPENDENT])


def _care_home_fee(year: Year) -> Pair:
    """What councils pay for a week of a resident, with and without nursing, council homes included."""
    hours = year.hours(*HOMES)
    books = year.paid(Payer.COUNCIL, *HOMES) / hours if hours > 0 else float("nan")
    paid, price = year.march.council_paid[list(HOMES)], year.march.council_price[list(HOMES)]
    bought = np.divide(paid, price, out=np.zeros_like(paid), where=price > 0)
    agents = float(paid.sum() / bought.sum()) if bought.sum() > 0 else float("nan")
    return books * year.care_of_resident, agents * year.care_of_resident


def _council_share(year: Year) -> Pair:
    """Direct care in homes that councils pay for over all direct care in homes, as if residents needed alike.

    No month of agents is looked at for it.
    """
    minutes = year.books.care[:, :, list(HOMES)][..., BOUGHT].sum(axis=(0, 1, 2))
    return float(minutes[Payer.COUNCIL] / minutes.sum()), float("nan")


def _self_funders(year: Year) -> Pair:
    """What people pay for care of their own; food and lodging in care homes are in it."""
    return year.paid(Payer.SELF_FUNDER), year.march.self_funders


MODEL: dict[str, Callable[[Year], Pair]] = {
    "wage_bill": _wage_bill, "wage_bill_with_on_costs": _with_on_costs, "long_term_support": _long_term_support,
    "long_and_short_term_support": _long_and_short, "gross_current_spending": _gross_current,
    "employer_nic_rise": _nic_rise, "home_care_fee": _home_care_fee,
    "care_home_fee": _care_home_fee, "council_share_of_homes": _council_share, "self_funder_spending": _self_funders,
}  # fmt: skip
"""The model's figure, from the books and from the agents; docstrings say what is in it."""
JUDGED = {"employer_nic_rise": AGENTS, "home_care_fee": AGENTS}
"""Where not by the books: these know neither who employs nor the other rules of the same month."""
NAMES = {
    "wage_bill": "wage bill", "wage_bill_with_on_costs": "wage bill with on-costs",
    "long_term_support": "councils' long-term support",
    "long_and_short_term_support": "councils' long- and short-term support",
    "gross_current_spending": "councils' gross current spending",
    "employer_nic_rise": "rise of employers' National Insurance", "home_care_fee": "home care fee",
    "care_home_fee": "care home fee", "council_share_of_homes": "care-home residents whom councils pay for",
    "self_funder_spending": "self-funders' spending",
}  # fmt: skip


def run_costs(job: Job) -> Looking:
    """[identity, derivation] flat: what a draw shows from the books and from the agents, in the unit published.

    A visit (`sim.validity.visits`).
    """
    behaviour, moments = job.behaviour, {}
    for march in sorted({min(one.march, APRIL_2025 - 1) for one in identities()}):
        walk = yield march + 1
        moments[march] = look(walk.model, job.scale)
    walk = yield APRIL_2025 + 1
    april, history = look(walk.model, job.scale), stack(walk.records)
    each = hours_of_resident(history, job.scale)

    def year(one: Identity) -> Year:
        march = min(one.march, APRIL_2025 - 1)
        books = _months(history, march - MONTHS_PER_YEAR + 1, march)
        last = _months(history, APRIL_2025, APRIL_2025)
        return Year(books, moments[march], job.scale, behaviour, each, april, last)

    return np.array([MODEL[one.identity](year(one)) for one in identities()]).ravel()


def hours_of_resident(history: Record, scale: float) -> float:
    """Hours a week of care in homes that councils pay for, over the residents whom they pay for as published.

    Those include most residents of working age, who take more hours than others.
    """
    year = _months(history, residents().march - MONTHS_PER_YEAR + 1, residents().march)
    minutes = year.care[:, :, list(HOMES)][..., Payer.COUNCIL, BOUGHT].sum() / MONTHS_PER_YEAR
    return float(minutes / (MINUTES_PER_HOUR * scale * residents_of_councils()))


def _months(history: Record, first: int, last: int) -> Record:
    begin, end = (int(np.searchsorted(history.month, month)) for month in (first, last + 1))
    return Record(*(values[begin:end] for values in history))
