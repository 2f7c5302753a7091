"""Recording: after each month, what results need is copied into small arrays of whole numbers.

Sums are over people and establishments of the model, not yet scaled to England. Whole numbers do not depend on the
order in which they were added, so records are identical whatever the order of rows and the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month import recorded_sums
from sim.month.commission import HOME_SERVICES
from sim.month.ledger import told_by_employers
from sim.moves import people_out_of_care
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, WEEKS_PER_YEAR, MoneySource, Payer, Role, Sector, Service

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[Any]
PERCENTILES = (10, 25, 50, 75, 90)
STOCKS = (
    "heads", "zero_hours", "sponsored", "minutes", "pay", "effective_pay", "at_floor", "below_floor", "long_service",
    "untrained", "self_employed", "self_employed_minutes", "qualified", "registered", "came_from_care", "new_to_care",
    "long_in_care",
)  # fmt: skip
"""Sums over people in post, in the order of `sim.month.stock.Measure`."""
FROM_GOVERNMENT = (MoneySource.GRANTS, MoneySource.NHS)
"""Sources of councils' money that government decides on."""
COUNCIL_STOCKS = ("heads", "zero_hours", "pay", "self_employed")
MARGIN_UNIT = 1_000_000
"""Shares are kept as whole millionths."""
PEOPLE_UNIT = 1_000
"""People in need, and posts of assessment teams, are kept as whole thousandths: at small scales they are fractions."""


class Record(NamedTuple):
    """One month, or with a first axis of months a whole history.

    `G` regions, `L` councils, `S` services, `X` sectors, `R` roles, `Y` payers. Counts fit 32 bits, money needs 64.
    """

    month: Ints
    """Month recorded (April 2016 is 0)."""
    adult_rate: Ints
    """National Living Wage, pence/hour."""
    posts: Ints
    """[G, S, X, R, 3] posts sought, filled and vacant at the end of the month."""
    people: Ints
    """[G, S, X, R, stock] sums over people in post, in the order of `STOCKS`."""
    leavers: Ints
    """[G, S, X, R, reason] people who left a care job this month."""
    starters: Ints
    """[G, S, X, R, source] people who started a care job this month."""
    council_posts: Ints
    """[L, S, X, 3] posts sought, filled and vacant."""
    council_people: Ints
    """[L, S, X, stock] sums over people in post, in the order of `COUNCIL_STOCKS`."""
    council_flows: Ints
    """[L, S, X, 2] leavers and starters of the month; of leavers those of whom employers tell."""
    care: Ints
    """[L, S, Y, 4] direct care time needed, bought, waited for and taken off packages, minutes/week."""
    delivery: Ints
    """[L, S, 6] time missed, handed back, given by agencies and as overtime, lost in shorter visits, and given by local
    micro-enterprises, minutes/week."""
    money: Ints
    """[L, S, Y, 2] paid for care, and of it new money from government, pence/month."""
    costs: Ints
    """[L, S, kind] spent by providers, pence/month, in the order of `sim.month.ledger.COST_KINDS`."""
    surplus: Ints
    """[L, S, 2] income of independent providers, and surplus at their margin smoothed over a year, pence/week."""
    establishments: Ints
    """[L, S, 3] open, closed this month, opened this month."""
    strain: Ints
    """[L, S] strain of teams, millionths of demand, summed over posts filled."""
    group_people: Ints
    """[kind, band] people in post by group (`sim.month.groups`)."""
    group_pay: Ints
    """[kind, band] sum of their contract pay, pence/hour."""
    group_leavers: Ints
    """[kind, band] leavers of the month by group."""
    pay_percentiles: Ints
    """[G + 1, R, percentile] contract pay, independent sector, pence/hour: regions, then England; 0 for nobody."""
    experience_pay: Ints
    """[3, 2] independent care workers by years in the sector (under 1, in between, 5 or more): people, pay summed."""
    nhs: Ints
    """[4] hired into NHS posts from care and from elsewhere, left them for care and for elsewhere."""
    moves: Ints
    """[place, place] people who went from one place to another, or to another care employer (`sim.month.moves`)."""
    role_changes: Ints
    """[S, X, R, R] people who took another role with the same employer, by old and new role."""
    elsewhere: Ints
    """[7] agents in no post, by place: NHS, other work, seeking, not working, agency, and two kinds of recruit."""
    displaced: Ints
    """[2] sponsored workers who lost their sponsor; of whom left the country."""
    clients: Ints
    """[L, C, 3] people assessed as in need, waiting for assessment, and assessed this month, thousandths."""
    client_care: Ints
    """[L, C, 3] care that councils' clients need and get bought, and that those who wait need, minutes/week."""
    assessment: Ints
    """[L, 3] time of assessment teams, of it agency staff's (thousandths of full posts), and its cost, pence/month."""
    carers: Ints
    """[L, 2] unpaid carers (thousandths), and care not met that falls on them, minutes/week."""
    contracts: Ints
    """[2] people who went over to another provider with their contract, and minutes/week that changed hands."""
    agency: Ints
    """[G, 2] people who work for agencies, by residence, and the time they offer, minutes/week."""
    taxes: Ints
    """[kind] tax on wages, pence/month, in the order of `sim.month.ledger.TAX_KINDS`."""
    council_money: Ints
    """[source] what came in to councils for care, new money in prices apart, pence/month."""
    new_grants: Ints
    """[L, 2] of it what policies add to government grants and to what the NHS passes on, pence/month; negative where
    they take away."""
    homes: Ints
    """[L, S, 3] care homes: beds and of them beds closed, as direct care time, and care spent down, minutes/week."""
    delayed: Ints
    """[L, S] people who wait in hospital for care, millionths."""
    programmes: Ints
    """[] what government pays for programmes outside the prices of care, pence/month."""
    micro_paid: Ints
    """[] what people pay local micro-enterprises, pence/month."""
    visas: Ints
    """[3] people already here who were sponsored for the first time; whose visa was renewed; who went as it ended."""


IN_BRIEF = (
    "month", "adult_rate", "posts", "people", "leavers", "care", "delivery", "money", "new_grants", "programmes",
)  # fmt: skip
"""Fields of a record in brief: posts, people, leaving, care and its cost, without groups, councils and the rest."""
TOLD_IN_BRIEF = frozenset({
    "posts_sought", "filled_posts", "filled_posts_all", "vacancies", "posts_over", "vacancy_rate",
    "self_employed_workers", "self_employed_hours_share", "turnover_independent", "turnover_council_independent",
    "turnover_all", "leavers", "zero_hours_share", "sponsored_share", "sponsored_workers", "mean_pay",
    "mean_effective_pay", "share_at_floor", "share_below_minimum", "long_service_share", "untrained_share",
    "qualified_share", "registered_share", "mean_hours", "hours_needed", "hours_bought", "hours_waiting",
    "staff_from_care", "staff_new_to_care", "staff_long_in_care", "hours_trimmed", "hours_delivered", "hours_missed",
    "hours_shortened", "hours_nearby", "hours_handed_back", "waiting_share", "trimmed_share", "missed_share",
    "unmet_share", "agency_share", "cost_council", "cost_nhs", "cost_self_funder", "grants", "cost_programmes",
})  # fmt: skip
"""Indicators of England as a whole that records in brief tell."""
_NOTHING = np.zeros(0, dtype=np.int32)


def in_brief(known: Record) -> Record:
    """A record without what a record in brief leaves out."""
    return known._replace(**{name: _NOTHING for name in Record._fields if name not in IN_BRIEF})


def record_in_brief(model: CareLabourModel) -> Record:
    """What the headline figures of England need of the month just simulated; all else is left empty."""
    councils = model.councils.columns
    parts = {
        "month": np.array(model.month - 1, dtype=np.int32),
        "adult_rate": np.array(model.law.adult_rate, dtype=np.int32),
        "posts": _posts(model)[0],
        "people": _people(model)[0],
        "leavers": _flows(model, model.ledger.leavers)[0],
        "care": _care(councils),
        "delivery": _delivery(model.providers.columns, model.ledger, councils),
        "money": np.stack([model.ledger.payments, model.ledger.grants], axis=-1),
        "programmes": _programmes(model),
        "new_grants": _new_grants(model),
    }
    return Record(**{name: parts.get(name, _NOTHING) for name in Record._fields})


def record(model: CareLabourModel) -> Record:
    """What the month just simulated leaves for results."""
    columns, ledger, stock = model.providers.columns, model.ledger, model.stock
    councils = model.councils.columns
    posts, council_posts = _posts(model)
    people, council_people = _people(model)
    (leavers, _), (starters, started) = _flows(model, ledger.leavers), _flows(model, ledger.starters)
    left = _small(told_by_employers(ledger.leavers).sum(axis=-1))
    return Record(
        month=np.array(model.month - 1, dtype=np.int32),
        adult_rate=np.array(model.law.adult_rate, dtype=np.int32),
        posts=posts,
        people=people,
        leavers=leavers,
        starters=starters,
        council_posts=council_posts,
        council_people=council_people,
        council_flows=np.stack([left, started], axis=-1),
        care=_care(model.councils.columns),
        delivery=_delivery(columns, ledger, councils),
        money=np.stack([ledger.payments, ledger.grants], axis=-1),
        costs=ledger.costs.copy(),
        surplus=_surplus(columns, model.councils.capacity),
        establishments=_establishments(columns, ledger, model.councils.capacity),
        strain=_strain(columns, model.councils.capacity),
        group_people=_small(stock.groups),
        group_pay=stock.group_pay.copy(),
        group_leavers=_small(ledger.group_leavers),
        pay_percentiles=_percentiles(stock.pay_counts, people),
        experience_pay=stock.experience_pay.copy(),
        nhs=_small(np.concatenate([ledger.nhs_in, ledger.nhs_out])),
        moves=_small(ledger.moves),
        role_changes=_small(ledger.promoted),
        elsewhere=_small(people_out_of_care(model)),
        displaced=_small(ledger.displaced),
        clients=_thousandths(np.stack([councils.clients, councils.awaiting, councils.assessed], axis=-1)),
        client_care=_client_care(councils),
        assessment=_assessment(councils),
        carers=_carers(councils),
        taxes=ledger.taxes.sum(axis=(0, 1)),
        council_money=ledger.council_money.sum(axis=0),
        new_grants=_new_grants(model),
        contracts=np.array([ledger.transferred.sum(), ledger.relet.sum()], dtype=np.int64),
        agency=_by_region(model, stock.agency),
        homes=_homes(columns, ledger, model.councils.capacity, model.behaviour.headroom_homes),
        delayed=np.rint(model.councils.delayed_discharges * MARGIN_UNIT).astype(np.int64),
        programmes=_programmes(model),
        micro_paid=_micro_paid(councils, model.law),
        visas=_small(ledger.visas),
    )


def stack(records: Sequence[Record]) -> Record:
    """One record with a first axis of months."""
    return Record(*(np.stack(values) for values in zip(*records, strict=True)))


def unstack(history: Record) -> list[Record]:
    """Records of the single months."""
    return [Record(*(values[place] for values in history)) for place in range(len(history.month))]


def _small(values: Ints) -> Ints:
    return np.asarray(values).astype(np.int32)


def _by_region(model: CareLabourModel, values: Ints) -> Ints:
    """Councils' arrays [L, ...] summed to regions."""
    out = np.zeros((model.world.regions, *values.shape[1:]), dtype=np.int32)
    sums = values.reshape(len(values), -1), model.councils.columns.region, out.reshape(len(out), -1)
    recorded_sums.add_by_region(*sums)
    return out


def _by_service(columns: Any, values: Ints, councils: int, chosen: Ints) -> Ints:
    """[L, S] a sum of whole numbers over the chosen providers."""
    sums = np.zeros((councils, len(Service)))
    recorded_sums.add_by_service(values.astype(np.float64), chosen, columns.council, columns.service, sums)
    return np.rint(sums).astype(np.int64)


def _posts(model: CareLabourModel) -> tuple[Ints, Ints]:
    """[G, S, X, R, 3] and [L, S, X, 3] posts sought, filled and vacant."""
    columns, region = model.providers.columns, model.councils.columns.region
    cell = columns.service.astype(np.int64) * len(Sector) + columns.sector
    out = _counts(model.world.regions, len(Role), 3), _counts(model.councils.capacity, 3)
    sums = [_flat_cells(values) for values in out]
    recorded_sums.count_posts(
        columns.uid, columns.council, cell, region, columns.posts_sought, columns.posts_filled, *sums
    )
    return out


def _people(model: CareLabourModel) -> tuple[Ints, Ints]:
    """[G, S, X, R, stock] and, over roles, [L, S, X, stock] sums over people in post: `STOCKS`, `COUNCIL_STOCKS`."""
    chosen = np.array([STOCKS.index(name) for name in COUNCIL_STOCKS])
    out = _counts(model.world.regions, len(Role), len(STOCKS)), _counts(model.councils.capacity, len(chosen))
    values, *sums = [_flat_cells(array) for array in (model.stock.cells, *out)]
    recorded_sums.add_up_people(values, model.councils.columns.region, chosen, *sums)
    return out


def _flows(model: CareLabourModel, flows: Ints) -> tuple[Ints, Ints]:
    """[G, S, X, R, route] and, over roles and routes, [L, S, X] of flows by council."""
    out = _counts(model.world.regions, *flows.shape[3:]), _counts(len(flows))
    places = [len(Service) * len(Sector), flows[0, 0, 0].size]
    by_cell, regions = [array.reshape(len(array), *places) for array in (flows, out[0])]
    recorded_sums.add_up_flows(by_cell, model.councils.columns.region, regions, _flat_cells(out[1]))
    return out


def _counts(areas: int, *others: int) -> Ints:
    """Zeros [area, S, X, ...]."""
    return np.zeros((areas, len(Service), len(Sector), *others), dtype=np.int32)


def _flat_cells(values: Ints) -> Ints:
    """[area, S * X, ...] a view of values by service and sector."""
    return values.reshape(len(values), len(Service) * len(Sector), *values.shape[3:])


def _care(councils: Any) -> Ints:
    kinds = (councils.need_minutes, councils.bought_minutes, councils.waiting_minutes, councils.trimmed_minutes)
    return np.stack(kinds, axis=-1)


def _thousandths(values: Ints) -> Ints:
    return np.asarray(np.rint(values * PEOPLE_UNIT).astype(np.int64))


def _client_care(councils: Any) -> Ints:
    """[L, C, 3] what is bought from a service goes to client groups in proportion to their need of it."""
    needed = councils.clients[:, None, :] * councils.person_minutes
    needed[:, int(Service.HOME_CARE)] -= councils.spared * councils.person_minutes[:, int(Service.HOME_CARE)]
    unassessed = councils.awaiting[:, None, :] * councils.person_minutes
    need = needed.sum(axis=2, keepdims=True)
    of_service = np.divide(needed, need, out=np.zeros_like(needed), where=need > 0.0)
    bought = of_service * councils.bought_minutes[:, :, int(Payer.COUNCIL), None]
    sums = [values.sum(axis=1) for values in (needed, bought, unassessed)]
    return np.asarray(np.rint(np.stack(sums, axis=-1)).astype(np.int64))


def _assessment(councils: Any) -> Ints:
    time = [_thousandths(values.sum(axis=1)) for values in (councils.team, councils.team_agency)]
    return np.stack([*time, councils.agency_cost], axis=-1)


def _carers(councils: Any) -> Ints:
    unmet = np.rint(councils.unpaid_carers * councils.carers_minutes).astype(np.int64)
    return np.stack([_thousandths(councils.unpaid_carers), unmet], axis=-1)


def _delivery(columns: Any, ledger: Any, councils: Any) -> Ints:
    everyone = columns.uid != 0

    def total(values: Ints) -> Ints:
        return _by_service(columns, values, councils.uid.size, everyone)

    nearby = np.zeros((councils.uid.size, len(Service)), dtype=np.int64)
    nearby[:, int(Service.HOME_CARE)] = councils.micro_minutes.sum(axis=1)
    parts = [total(columns.missed_minutes), ledger.returned, total(columns.agency_minutes)]
    return np.stack([*parts, total(columns.overtime_minutes), total(columns.shortened_minutes), nearby], axis=-1)


def _micro_paid(councils: Any, law: Any) -> Ints:
    """Pence that people pay local micro-enterprises in the month."""
    a_week = councils.micro_minutes.sum(axis=1) * law.micro_price // MINUTES_PER_HOUR
    return np.array((a_week * WEEKS_PER_YEAR // MONTHS_PER_YEAR).sum(), dtype=np.int64)


def _surplus(columns: Any, councils: int) -> Ints:
    independent = (columns.uid != 0) & (columns.active == 1) & (columns.sector == int(Sector.INDEPENDENT))
    hours = columns.demand_minutes // 60
    income = (hours * columns.price.astype(np.int64)).sum(axis=1)
    surplus = np.rint(income * columns.margin).astype(np.int64)
    sums = [_by_service(columns, values, councils, independent) for values in (income, surplus)]
    return np.stack(sums, axis=-1)


def _establishments(columns: Any, ledger: Any, councils: int) -> Ints:
    employers = (columns.uid != 0) & (columns.active == 1) & (columns.sector != int(Sector.DIRECT_PAYMENT))
    active = _by_service(columns, np.ones(columns.uid.size), councils, employers)
    return _small(np.stack([active, ledger.closures, ledger.openings], axis=-1))


def _homes(columns: Any, ledger: Any, councils: int, headroom: float) -> Ints:
    homes = (columns.uid != 0) & (columns.active == 1) & (columns.service < HOME_SERVICES)
    beds = np.floor(columns.capacity_minutes * headroom)
    closed = np.floor(beds * columns.beds_closed)
    sums = [_by_service(columns, values, councils, homes) for values in (beds, closed)]
    return np.stack([*sums, ledger.spent_down], axis=-1)


def _strain(columns: Any, councils: int) -> Ints:
    staffed = (columns.uid != 0) & (columns.active == 1)
    strain = np.rint(columns.strain * MARGIN_UNIT) * columns.posts_filled.sum(axis=1)
    return _by_service(columns, strain, councils, staffed)


def _new_grants(model: CareLabourModel) -> Ints:
    """[L, 2] pence that came in from government and the NHS beyond actual budgets of the month."""
    sources = [int(source) for source in FROM_GOVERNMENT]
    return np.asarray(model.ledger.council_money[:, sources] - model.councils.budget_parts[:, sources])


def _programmes(model: CareLabourModel) -> Ints:
    """Pence that government pays for programmes, by the month and by what happened in it.

    A workforce plan costs so much for each person whom it brought to look at care jobs.
    """
    by_month = round(model.law.public_programmes * model.world.scale)
    places = int(model.councils.planned_people.sum()) * model.law.plan_place_cost
    return np.array(by_month + places + int(model.ledger.programmes.sum()), dtype=np.int64)


def _percentiles(counts: Ints, in_post: Ints) -> Ints:
    """[G + 1, R, percentile] the lowest pay that at least so many percent of people do not exceed; 0 for nobody."""
    regions, roles, _ = counts.shape
    independent = in_post[:, :, int(Sector.INDEPENDENT), :, STOCKS.index("heads")].sum(axis=1, dtype=np.int64)
    people = np.concatenate([independent, independent.sum(axis=0, keepdims=True)])
    out = np.zeros((regions + 1, roles, len(PERCENTILES)), dtype=np.int32)
    recorded_sums.find_percentiles(counts, people, np.array(PERCENTILES), out)
    return out
