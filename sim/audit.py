"""The audit: closes the books of each month, for people, posts, hours and pounds.

Stock at the start of the month + in - out = stock at its end, to the last person, minute and penny. Counts kept in one
place are compared with the same counts kept in another: posts filled with heads, wages paid with the wages of workers.
Nothing here is used by the simulation itself::

    audit = Audit(model)
    model.step()
    audit.close()        # raises BooksDoNotClose, saying what and by how much
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month.ledger import told_by_employers
from sim.month.moves import GONE, OUT_OF_CARE
from sim.moves import people_by_place
from sim.units import (
    MONTHS_PER_YEAR,
    NOBODY,
    WEEKS_PER_YEAR,
    ClientGroup,
    LeaveReason,
    Payer,
    Role,
    Sector,
    Service,
    Status,
    Stream,
    Visa,
    month_name,
)
from sim.wages_owed import weekly_bills, weekly_overtime

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]
Problems = Iterator[str]
CLOSE = 1e-9
"""People in need are decimals: sums may differ by so much of themselves."""
WAGES, ON_COSTS = 0, 1
"""Places in ``Ledger.costs``."""


class BooksDoNotClose(AssertionError):
    """Something came from nowhere or went nowhere."""


class Opening(NamedTuple):
    """What the audit remembers of the start of the month."""

    residents: Ints
    """[L] agents by council of residence."""
    places: Ints
    """[place] agents by where they stand (`sim.month.moves`)."""
    pool: Ints
    """[L] people in the pools of low-paid labour."""
    filled: Ints
    """[P, R] posts filled."""
    nhs_filled: Ints
    """[N, R] NHS posts filled."""
    reserves: Ints
    """[P] pence."""
    in_need: NDArray[np.float64]
    """[L, C] people with council-funded need, assessed or not."""
    awaiting: NDArray[np.float64]
    """[L, C] of them, people who wait for assessment."""
    uid: NDArray[np.uint64]
    """[W] identities by row of workers."""
    employer: Ints
    """[W] row of the care employer, -1 for nobody."""
    balance: Ints
    """[L] pence that councils have in reserve for care, or owe."""
    spent_down: Ints
    """[L, S] minutes a week paid by the council since self-funders ran out of means."""


class Audit:
    """Remembers the stocks of a model and, a step later, holds them against its ledger."""

    def __init__(self, model: CareLabourModel) -> None:
        self.model = model
        self.opening = opening(model)

    def close(self) -> None:
        """Close the books of the month just simulated and open those of the next.

        Raises:
            BooksDoNotClose: with everything that differs.
        """
        checks = (
            people, moves, lawful, posts, transfers, heads_in_reports, nhs, need, hours, payers, money, budgets, wages
        )  # fmt: skip
        problems = [problem for check in checks for problem in check(self.model, self.opening)]
        if problems:
            message = f"books of {month_name(self.model.month - 1)}: {'; '.join(problems)}"
            raise BooksDoNotClose(message)
        self.opening = opening(self.model)


def opening(model: CareLabourModel) -> Opening:
    """Stocks as they are now."""
    providers = model.providers
    return Opening(
        residents=_residents(model),
        places=people_by_place(model),
        pool=model.councils.pool.copy(),
        filled=providers.posts_filled.astype(np.int64),
        nhs_filled=model.nhs_employers.filled.astype(np.int64),
        reserves=providers.reserves.copy(),
        in_need=model.councils.clients + model.councils.awaiting,
        awaiting=model.councils.awaiting.copy(),
        uid=model.workers.uid.copy(),
        employer=_care_employer(model),
        balance=model.councils.balance.copy(),
        spent_down=model.councils.spent_down_minutes.copy(),
    )


def compare(what: str, expected: Any, found: Any) -> Problems:
    """Say where two arrays of whole numbers differ, and by how much."""
    gap = np.asarray(found, dtype=np.int64) - np.asarray(expected, dtype=np.int64)
    if gap.any():
        places = np.argwhere(gap)
        worst = np.unravel_index(np.abs(gap).argmax(), gap.shape)
        where = f" at {tuple(int(k) for k in worst)}" if gap.ndim else ""
        yield f"{what}: {len(places)} of {gap.size} differ, {int(gap.sum()):+d} in all, {int(gap[worst]):+d}{where}"


def nowhere(what: str, wrong: Any) -> Problems:
    """Say how often something happened that never may."""
    wrong = np.atleast_1d(wrong)
    if wrong.any():
        yield f"{what}: {int(wrong.sum())} times, first at {tuple(int(k) for k in np.argwhere(wrong)[0])}"


def _residents(model: CareLabourModel) -> Ints:
    workers = model.workers
    homes = workers.home_council[workers.uid != 0]
    return np.bincount(homes, minlength=model.councils.capacity).astype(np.int64)


def _counts(rows: Any, roles: Any, employers: int) -> Ints:
    """[employers, R] people by row of an employer and role; those with no employer are not counted."""
    rows, roles = rows[rows >= 0], roles[rows >= 0]
    cells = np.bincount(rows.astype(np.int64) * len(Role) + roles, minlength=employers * len(Role))
    return cells.reshape(employers, len(Role)).astype(np.int64)


def _by_cell(model: CareLabourModel, values: Any, *columns: str) -> Ints:
    """Sum values by provider over councils and further codes of providers."""
    sizes = {"council": model.councils.capacity, "service": len(Service), "sector": len(Sector)}
    sums = np.zeros((*(sizes[name] for name in columns), *values.shape[1:]), dtype=np.int64)
    live = model.providers.uid != 0
    places = tuple(model.providers.arrays[name][live] for name in columns)
    np.add.at(sums, places, values[live])
    return sums


def people(model: CareLabourModel, before: Opening) -> Problems:
    """Agents and pools by council; every person once, with an employer if and only if in work that has one."""
    ledger, workers = model.ledger, model.workers
    came, went = ledger.people_in.sum(axis=1), ledger.people_out.sum(axis=1)
    yield from compare("people by council", before.residents + came - went, _residents(model))
    hired, returned = ledger.people_in[:, Stream.LOCAL_POOL], ledger.people_out[:, LeaveReason.NONE]
    yield from compare("pools", before.pool - hired + returned + ledger.relocated, model.councils.pool)
    yield from nowhere("people who moved and arrived nowhere", ledger.relocated.sum() != 0)

    present = workers.uid != 0
    uids = np.sort(workers.uid[present])
    yield from nowhere("one identity twice", uids[1:] == uids[:-1])
    yield from nowhere("status without a person", present != (workers.status != Status.EMPTY))
    employed = (workers.status == Status.CARE) | (workers.status == Status.NHS)
    yield from nowhere("employer against status", employed != (workers.employer != NOBODY))
    yield from nowhere("paid for nothing", (workers.status == Status.CARE) & (workers.pay <= 0))
    promised = workers.next_employer != NOBODY
    yield from nowhere("promise to nobody", promised & ~present)
    yield from nowhere("promise that fell due", promised & (workers.next_start < model.month))


def moves(model: CareLabourModel, before: Opening) -> Problems:
    """People by place against moves and changes of role, and moves out of and into care against leavers and starters.

    The pool, retirement and the other places beyond hold no agents; the sums of their rows and columns are not stocks.
    """
    went, changed = model.ledger.moves, model.ledger.promoted
    inside = went.sum(axis=0)[:GONE] - went.sum(axis=1)[:GONE]
    inside[:OUT_OF_CARE] += (changed.sum(axis=2) - changed.sum(axis=3)).ravel()
    yield from compare("people by place", before.places + inside, people_by_place(model))
    left, came = (flow.sum(axis=(0, -1)).ravel() for flow in (model.ledger.leavers, model.ledger.starters))
    yield from compare("moves out of care against leavers", left, went.sum(axis=1)[:OUT_OF_CARE])
    yield from compare("moves into care against starters", came, went.sum(axis=0)[:OUT_OF_CARE])


def lawful(model: CareLabourModel, before: Opening) -> Problems:
    """Nobody is paid less than the law allows at their age and on their visa, and every number is one."""
    workers, providers, law, month = model.workers, model.providers, model.law, model.month - 1
    rows = np.flatnonzero((workers.status == Status.CARE) & (workers.employer != NOBODY))
    employer = workers.employer[rows]
    adult = (month - workers.birth_month[rows]) // MONTHS_PER_YEAR >= law.adult_age
    adult |= providers.adult_rate_for_all[employer] == 1
    floor = np.where(adult, law.pay_floor[employer, workers.role[rows]], law.youth_rate)
    tied = (workers.visa[rows] == Visa.SPONSORED) & (month - workers.visa_month[rows] < law.settlement_months)
    floor = np.where(tied, np.maximum(floor, workers.visa_floor[rows]), floor)
    yield from nowhere("paid below the law", workers.pay[rows] < floor)
    for table in (workers, providers, model.nhs_employers, model.councils):
        for name, values in table.arrays.items():
            if values.dtype.kind == "f":
                yield from nowhere(f"{name} is not a number", ~np.isfinite(values))


def posts(model: CareLabourModel, before: Opening) -> Problems:
    """Posts filled and promised against heads, and their change against starters, leavers and promotions."""
    providers, workers, ledger = model.providers, model.workers, model.ledger
    in_care = workers.status == Status.CARE
    heads = _counts(workers.employer[in_care], workers.role[in_care], providers.capacity)
    yield from compare("posts filled against heads", heads, providers.posts_filled)
    coming = workers.next_employer != NOBODY
    due = _counts(workers.next_employer[coming], workers.next_role[coming], providers.capacity)
    yield from compare("posts promised against recruits", due, providers.posts_promised)

    change = providers.posts_filled - before.filled
    starters, leavers = ledger.starters.sum(axis=-1), ledger.leavers.sum(axis=-1)
    cells = _by_cell(model, change.sum(axis=1), "council", "service", "sector")
    yield from compare("change of filled posts", (starters - leavers).sum(axis=-1), cells)
    promoted = ledger.promoted.sum(axis=(0, 1))
    moved = promoted.sum(axis=0) - promoted.sum(axis=1)
    by_role = (starters - leavers).sum(axis=(0, 1, 2)) + moved
    yield from compare("change of filled posts by role", by_role, change.sum(axis=0))


def transfers(model: CareLabourModel, before: Opening) -> Problems:
    """People who have another employer than a month ago and kept their tenure went with a contract that was let anew.

    Those who went and then left in the same month are not to be seen any more, so the ledger may hold a few more.
    """
    workers, rows, ledger = model.workers, slice(len(before.uid)), model.ledger
    now, uid = _care_employer(model)[rows], workers.uid[rows]
    went = (uid == before.uid) & (before.employer >= 0) & (now >= 0) & (now != before.employer)
    went &= workers.job_start[rows] < model.month - 1
    cell = model.providers.council[now[went]].astype(np.int64) * len(Role) + workers.role[rows][went]
    seen = np.bincount(cell, minlength=ledger.transferred.size).reshape(ledger.transferred.shape)
    yield from nowhere("another employer, tenure kept, and no contract", seen > ledger.transferred)
    gone = ledger.transferred.sum() - seen.sum()
    yield from nowhere("went with a contract and vanished", gone > ledger.leavers[:, Service.HOME_CARE].sum())
    yield from nowhere("went where no contract was let", (ledger.relet == 0) & (ledger.transferred.sum(axis=1) > 0))


def _care_employer(model: CareLabourModel) -> Ints:
    workers = model.workers
    return np.where(workers.status == Status.CARE, workers.employer, NOBODY).astype(np.int64)


def heads_in_reports(model: CareLabourModel, before: Opening) -> Problems:
    """What results are made from agrees with the tables."""
    stock, ledger, providers = model.stock, model.ledger, model.providers
    filled = _by_cell(model, providers.posts_filled, "council", "service", "sector")
    yield from compare("heads in the stock", filled, stock.heads + stock.self_employed)
    everybody = np.full(len(stock.groups), stock.heads.sum())
    yield from compare("groups of the stock", everybody, stock.groups.sum(axis=1))
    all_pay = np.full(len(stock.group_pay), stock.pay.sum())
    yield from compare("pay of groups", all_pay, stock.group_pay.sum(axis=1))
    all_leavers = np.full(len(ledger.group_leavers), told_by_employers(ledger.leavers).sum())
    yield from compare("groups of leavers", all_leavers, ledger.group_leavers.sum(axis=1))


def nhs(model: CareLabourModel, before: Opening) -> Problems:
    """NHS posts filled: stock + in - out, and people followed from care against heads."""
    employers, workers, ledger = model.nhs_employers, model.workers, model.ledger
    change = ledger.nhs_in.sum() - ledger.nhs_out.sum()
    yield from compare("NHS posts filled", before.nhs_filled.sum() + change, employers.filled.sum())
    there = workers.status == Status.NHS
    role = np.where(workers.role == Role.SENIOR_CARE_WORKER, Role.CARE_WORKER, workers.role)
    heads = _counts(workers.employer[there], role[there], employers.capacity)
    yield from compare("NHS staff from care against heads", heads, employers.from_care)
    yield from nowhere("more NHS staff from care than staff", employers.from_care > employers.filled)


def need(model: CareLabourModel, before: Opening) -> Problems:
    """People in need by client group, those who wait among them, and the care that people assessed need."""
    councils, law, p = model.councils, model.law, model.behaviour
    everybody = councils.clients + councils.awaiting
    yield from nowhere("people in need", ~np.isclose(everybody, before.in_need * law.client_factor, rtol=CLOSE, atol=0))
    older = np.array([group == ClientGroup.OLDER for group in ClientGroup])
    ended = np.where(older, p.client_turnover_older, p.client_turnover_younger)
    came = np.maximum(before.in_need * (law.client_factor - 1.0 + ended), 0.0)
    wait = np.minimum(before.awaiting * (1.0 - ended) + came, everybody) - councils.assessed
    yield from nowhere("people awaiting assessment", ~np.isclose(wait, councils.awaiting, rtol=CLOSE, atol=CLOSE))
    yield from nowhere("fewer than nobody in need", (councils.clients < 0) | (councils.awaiting < 0))
    yield from nowhere("more agency assessors than assessors", councils.team_agency > councils.team)
    assessed = (councils.clients[:, None, :] * councils.person_minutes).sum(axis=2) + councils.spent_down_minutes
    assessed[:, Service.HOME_CARE] -= (councils.spared * councils.person_minutes[:, Service.HOME_CARE]).sum(axis=1)
    beyond = (councils.spared < 0.0) | (councils.spared > councils.clients * (1.0 + CLOSE))
    yield from nowhere("more care spared than there are people", beyond)
    apart = np.abs(councils.need_minutes[:, :, Payer.COUNCIL] - assessed)
    yield from nowhere("assessed need", apart > 0.5 + CLOSE * assessed)


def hours(model: CareLabourModel, before: Opening) -> Problems:
    """Care bought, handed back, given, missed and waited for, minutes a week."""
    providers, councils, ledger = model.providers, model.councils, model.ledger
    left = councils.bought_minutes - ledger.ended
    left[:, :, Payer.COUNCIL] -= ledger.returned
    yield from compare("care bought", left, _by_cell(model, providers.demand_minutes, "council", "service"))
    unmet = np.maximum(councils.need_minutes - councils.bought_minutes, 0)
    unmet[:, Service.HOME_CARE] -= councils.micro_minutes
    yield from compare("care waited for", unmet, councils.waiting_minutes + councils.trimmed_minutes)
    yield from nowhere("care given by nobody", councils.micro_minutes < 0)
    yield from nowhere("packages made larger", councils.trimmed_minutes < 0)
    yield from nowhere("care bought below nothing", providers.demand_minutes < 0)

    open_now = providers.active == 1
    asked = providers.demand_minutes.sum(axis=1) + providers.returned_minutes
    given = providers.staff_minutes + providers.overtime_minutes + providers.agency_minutes
    missed = np.maximum(asked - given, 0)
    yield from compare("care missed", missed[open_now], providers.missed_minutes[open_now])
    shortened, visits = providers.shortened_minutes, np.isin(providers.service, (Service.HOME_CARE, Service.COMMUNITY))
    beyond = (shortened < 0) | (shortened > providers.missed_minutes) | (~visits & (shortened > 0))
    yield from nowhere("visits shortened beyond what is missed", beyond)
    yield from agencies(model)


def agencies(model: CareLabourModel) -> Problems:
    """Time that agency staff offer against what its people want, and time given against that, by care system."""
    workers, providers, areas = model.workers, model.providers, model.councils.ics
    there = workers.status == Status.AGENCY
    offered = np.zeros_like(model.stock.agency)
    np.add.at(offered[:, 0], workers.home_council[there], 1)
    np.add.at(offered[:, 1], workers.home_council[there], workers.wanted_minutes[there])
    yield from compare("agency staff and their time", offered, model.stock.agency)
    left = np.zeros(int(areas.max()) + 1, dtype=np.int64)
    np.add.at(left, areas, offered[:, 1])
    open_now = np.flatnonzero(providers.active == 1)
    np.subtract.at(left, areas[providers.council[open_now]], providers.agency_minutes[open_now])
    yield from nowhere("more agency time than its people offer", left < 0)


def payers(model: CareLabourModel, before: Opening) -> Problems:
    """Care that passed from self-funders to councils, and beds closed only in homes, as a share."""
    providers = model.providers
    after = before.spent_down + model.ledger.spent_down
    yield from compare("care spent down", after, model.councils.spent_down_minutes)
    homes = np.isin(providers.service, (Service.RESIDENTIAL, Service.NURSING))
    closed = providers.beds_closed
    yield from nowhere("beds closed outside homes", ~homes & (closed != 0.0))
    yield from nowhere("beds closed beyond all", (closed < 0.0) | (closed > 1.0))
    yield from nowhere("discharges delayed below nothing", model.councils.delayed_discharges < 0.0)


def money(model: CareLabourModel, before: Opening) -> Problems:
    """Payments - costs - profit = change of reserves; what councils spent is what providers got from them, pence."""
    ledger, providers, councils = model.ledger, model.providers, model.councils
    change = _by_cell(model, providers.reserves - before.reserves, "council", "service")
    yield from compare("reserves", ledger.payments.sum(axis=-1) - ledger.costs.sum(axis=-1), change)
    yield from compare("councils' spending", ledger.payments[:, :, Payer.COUNCIL].sum(axis=1), councils.spent)
    yield from nowhere("grants above payments", (ledger.grants < 0) | (ledger.grants > ledger.payments))


def budgets(model: CareLabourModel, before: Opening) -> Problems:
    """Councils' money by source and new money, less spending and what went back, against the change of balance, pence.

    The years before the start are no financial years: nothing is carried on from them.
    """
    ledger, councils = model.ledger, model.councils
    yield from compare("councils' money by source", ledger.council_money.sum(axis=1), councils.budget)
    if model.month > 0:
        came = ledger.council_money.sum(axis=1) + ledger.grants[:, :, Payer.COUNCIL].sum(axis=1)
        went = councils.spent + ledger.council_returned
        yield from compare("councils' balance", before.balance + came - went, councils.balance)


def wages(model: CareLabourModel, before: Opening) -> Problems:
    """Wages and on-costs that providers pay against those of their workers, less hours withheld, pence."""
    providers, costs = model.providers, model.ledger.costs
    bill, on_costs = weekly_bills(model)
    yield from compare("wages of a week", bill, providers.wage_bill)
    yield from compare("on-costs of a week", on_costs, providers.on_costs)
    extra, on_extra = weekly_overtime(model)
    yield from nowhere("taxes below nothing", model.ledger.taxes < 0)
    yield from nowhere("employers' insurance above on-costs", model.ledger.taxes[:, :, 2] > costs[:, :, ON_COSTS])
    nothing, bonuses = np.zeros_like(model.ledger.bonuses), model.ledger.bonuses
    kinds = ((WAGES, "wages", bill + extra, nothing), (ON_COSTS, "on-costs", on_costs + on_extra, bonuses))
    for kind, name, week, beside in kinds:
        month = _by_cell(model, week * WEEKS_PER_YEAR // MONTHS_PER_YEAR, "council", "service") + beside
        yield from compare(f"{name} of the month", month, costs[:, :, kind])
