r"""What care costs, who buys it and at what fee, in the first month.

For each hour of direct care an establishment pays its staff (care staff, managers and others, with on-costs), then
other costs (rent, food, office). Fees are such that income covers both and leaves the margin that establishments of
its kind and payer mix make:

.. math:: F_c = \frac{s + o}{(1 - m) \sum_y q_y (1 + \rho_y)}, \qquad o = s \, \frac{1 - m_0 - \sigma}{\sigma}

with `s` staff cost an hour, `o` other cost, `m` the margin, `m0` the usual one, `sigma` staff cost as a share of
income, `q` the shares of payers and `rho` what each pays over the council's fee.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.conditions import in_force
from sim.geography import Geography, load_places
from sim.local_data import LocalData
from sim.parameters import Behaviour
from sim.population.conduct import ShareMargin, fitted_shares, logistic, logit
from sim.population.establishments import Establishments, direct_care
from sim.population.inputs import (
    CARE_HOMES,
    CELLS,
    PERCENT,
    START_MONTH,
    Floats,
    Ints,
    council_column,
    figures,
    margin,
    margins_of,
)
from sim.population.keys import Setup, draw_normal
from sim.population.local import fee_factors
from sim.population.people import Jobs
from sim.units import (
    DIRECT_CARE_ROLES,
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    WEEKS_PER_YEAR,
    Payer,
    Role,
    Sector,
    Service,
)


class StaffCost(NamedTuple):
    """A week's work and its cost at each establishment."""

    care_minutes: Ints
    """Direct care time of its own staff."""
    wages: Ints
    """Pence, all staff."""
    on_costs: Ints
    """Pence, all staff."""


class Money(NamedTuple):
    """Columns of the provider table that depend on money; [P] or [P, payer]."""

    minutes_at_start: Floats
    minutes_each: Floats
    recruit_minutes: Floats
    capacity_minutes: Ints
    demand_minutes: Ints
    fee: Ints
    other_cost: Ints
    unaided_cost: Ints
    margin: Floats
    reserves: Ints


def weekly_costs(
    jobs: Jobs,
    places: Establishments,
    pay: Ints,
    worked: Ints,
    contract: Ints,
    travel_share: Floats,
    paid: Floats,
    p: Behaviour,
) -> StaffCost:
    """Wages and on-costs of a week, as the rules `weekly_wage` and `weekly_on_costs` state them.

    Hours worked are contact hours; paid travel comes on top. On-costs are holiday pay, employer National Insurance
    above the weekly threshold and the minimum pension contribution. Part of guaranteed hours is idle.
    """
    stretch = (1.0 + travel_share * paid)[jobs.employer]
    wage = np.floor(pay * (worked * stretch) / MINUTES_PER_HOUR + 0.5)
    threshold = in_force("nic_threshold", START_MONTH)
    with_holiday = wage * (1.0 + p.holiday_share)
    insurance = in_force("nic_rate", START_MONTH) * np.maximum(with_holiday - threshold, 0.0)
    on_cost = np.floor(with_holiday - wage + insurance + in_force("pension_rate", START_MONTH) * with_holiday + 0.5)
    count = places.uid.size
    cares = np.isin(jobs.role, DIRECT_CARE_ROLES)
    useful = worked - np.floor(contract * p.guarantee_idle_share)
    minutes = np.bincount(jobs.employer, weights=np.where(cares, useful, 0), minlength=count)
    wages = np.bincount(jobs.employer, weights=wage, minlength=count)
    on_costs = np.bincount(jobs.employer, weights=on_cost, minlength=count)
    return StaffCost(minutes.astype(np.int64), wages.astype(np.int64), on_costs.astype(np.int64))


def _self_funders(places: Establishments, geography: Geography, seed: int) -> Floats:
    """[P] share of care bought by people themselves.

    Care homes: published shares of residents in England, two regions, the least and most deprived areas and small
    homes.
    """
    known = figures()
    service, council = places.service, places.council
    start = known.by_service("self_funder_start")[service]
    deprivation = council_column("councils.csv", "imd2019_score")
    deprivation = np.where(np.isnan(deprivation), np.nanmean(deprivation), deprivation)
    standing = (deprivation - deprivation.mean()) / deprivation.std()
    home = np.isin(service, CARE_HOMES)
    small = home & (places.beds < known["small_home_beds"])
    tilt = known["self_funder_deprivation"] * standing[council]
    drawn = logistic(
        logit(start) - tilt + known["self_funder_spread"] * draw_normal(seed, places.uid, Setup.SELF_FUNDERS)
    )
    independent = home & (places.sector == Sector.INDEPENDENT)
    share = margins_of("selffunder_share_carehome", "all care homes", "2019/20")
    regions = load_places().regions
    in_region = geography.region[council]
    small_share = margin("selffunder_share_carehome", "1-19 beds", period="2022/23") / PERCENT
    large_share = _share_in_large_homes(places, independent, small, share["England"] / PERCENT, small_share)
    home_care = (service == Service.HOME_CARE) & (places.sector == Sector.INDEPENDENT)
    north, south = ("North East", "South East")
    targets: list[ShareMargin] = [
        (independent & small, small_share, None),
        (independent & (in_region == regions.index(north)), share[north] / PERCENT, None),
        (independent & (in_region == regions.index(south)), share[south] / PERCENT, None),
        (independent & ~small, large_share, None),
        (home_care, 1.0 - known["public_share_home_care"], None),
    ]
    weights = np.where(home, places.beds, places.filled.sum(axis=1)).astype(np.float64)
    fitted = fitted_shares(drawn, weights, targets)
    return np.where(places.sector == Sector.INDEPENDENT, fitted, 0.0)


def _share_in_large_homes(
    places: Establishments, homes: np.ndarray, small: np.ndarray, everywhere: float, in_small: float
) -> float:
    """Self-funded share of residents of larger homes that brings all homes to England's share.

    A small sample may hold so many small homes that no share could; larger homes then have England's.
    """
    beds, few = places.beds[homes].sum(), places.beds[homes & small].sum()
    share = float((everywhere * beds - in_small * few) / (beds - few)) if beds > few else everywhere
    return share if 0.0 < share < 1.0 else everywhere


def payer_shares(places: Establishments, geography: Geography, seed: int) -> Floats:
    """[P, payer] shares of care bought by councils, the NHS and people themselves."""
    funded = _self_funders(places, geography, seed)
    nhs = figures().by_service("nhs_share")[places.service]
    nhs = np.where(places.sector == Sector.COUNCIL, 0.0, np.minimum(nhs, 1.0 - funded))
    found = np.zeros((places.uid.size, len(Payer)))
    found[:, Payer.NHS], found[:, Payer.SELF_FUNDER] = nhs, funded
    found[:, Payer.COUNCIL] = 1.0 - nhs - funded
    return found


def minutes_of_post(places: Establishments, care_minutes: Ints) -> tuple[Floats, Floats]:
    """Direct care time of a post, minutes/week, [P] each: own average, and that of the service and sector.

    The first is the second where there are no staff.
    """
    filled = direct_care(places.filled)
    by_cell = np.bincount(places.cell, weights=care_minutes, minlength=len(CELLS))
    average = by_cell / np.maximum(np.bincount(places.cell, weights=filled, minlength=len(CELLS)), 1)
    usual = average[places.cell]
    return np.where(filled > 0, care_minutes / np.maximum(filled, 1), usual), usual


def _hourly_staff_cost(places: Establishments, cost: StaffCost) -> Floats:
    """Staff cost of an hour of direct care, pence, up to a multiple of the mean of its service and sector."""
    total, hours = cost.wages + cost.on_costs, cost.care_minutes / MINUTES_PER_HOUR
    by_cell = np.bincount(places.cell, weights=total, minlength=len(CELLS))
    mean = by_cell / np.maximum(np.bincount(places.cell, weights=hours, minlength=len(CELLS)), 1.0)
    own = np.divide(total, hours, out=np.full(hours.size, np.inf), where=hours > 0)
    return np.asarray(np.minimum(own, figures()["highest_staff_cost_ratio"] * mean[places.cell]))


def marginal_staff_cost(posted: Ints, sought: Ints, travel_share: Floats, paid: Floats, p: Behaviour) -> Floats:
    """Cost of one more hour of care at the posted pay of care workers and seniors, pence (as the rule `staff_cost`)."""
    roles = [Role.CARE_WORKER, Role.SENIOR_CARE_WORKER]
    weights = sought[:, roles]
    some = weights.sum(axis=1) > 0
    total = (posted[:, roles] * weights).sum(axis=1) // np.maximum(weights.sum(axis=1), 1)
    pay = np.where(some, total, posted[:, Role.CARE_WORKER])
    insurance = in_force("nic_rate", START_MONTH) * p.nic_marginal_share
    on_costs = p.holiday_share + (1.0 + p.holiday_share) * (insurance + in_force("pension_rate", START_MONTH))
    return np.asarray(np.floor(pay * (1.0 + travel_share * paid) * (1.0 + on_costs) + 0.5))


def _with_agency(places: Establishments, staff: Floats, pay: Floats, p: Behaviour) -> Floats:
    """Cost of an hour of care, pence, when the usual vacancies of its service and sector are covered by agency staff.

    Fees have to carry what vacancies cost: `staff` is the cost of own staff, `pay` the rate of care workers, and the
    share of time covered follows the rules of delivery (overtime first, then agency for part of the rest).
    """
    filled = np.bincount(places.cell, weights=direct_care(places.filled), minlength=len(CELLS))
    sought = np.bincount(places.cell, weights=direct_care(places.sought), minlength=len(CELLS))
    gap = 1.0 - filled / np.maximum(sought, 1)
    covered = np.minimum(np.maximum(gap - p.overtime_most, 0.0) * p.agency_cover, p.agency_most)
    covered[[cell for cell, (_, sector) in enumerate(CELLS) if sector == Sector.DIRECT_PAYMENT]] = 0.0
    share = covered[places.cell]
    return np.asarray(staff * (1.0 - share) + pay * (1.0 + p.agency_premium) * p.agency_on_costs * share)


def _margins(places: Establishments, funded: Floats, seed: int) -> Floats:
    """Surplus over income: higher where people pay for themselves; none in council services and for direct payments."""
    known = figures()
    usual = (
        known.by_service("margin")[places.service] + known.by_service("margin_self_funders")[places.service] * funded
    )
    drawn = usual + known["margin_spread"] * draw_normal(seed, places.uid, Setup.MARGIN)
    return np.where(places.sector == Sector.INDEPENDENT, drawn, 0.0)


def build_money(
    places: Establishments,
    geography: Geography,
    cost: StaffCost,
    marginal: Floats,
    care_pay: Floats,
    seed: int,
    p: Behaviour,
    local_data: LocalData | None = None,
) -> Money:
    """Demand, fees, costs, margins and reserves of the first month."""
    known = figures()
    each, usual_minutes = minutes_of_post(places, cost.care_minutes)
    capacity = np.floor(each * direct_care(places.sought) + 0.5).astype(np.int64)
    shares = payer_shares(places, geography, seed)
    demand = np.floor(capacity[:, None] * shares).astype(np.int64)
    demand[:, Payer.COUNCIL] += capacity - demand.sum(axis=1)

    staff = _with_agency(places, _hourly_staff_cost(places, cost), care_pay, p)
    staff_share = known.by_service("staff_cost_share")[places.service]
    usual = known.by_service("margin")[places.service]
    other = np.where(places.sector == Sector.INDEPENDENT, staff * (1.0 - usual - staff_share) / staff_share, 0.0)
    margins = _margins(places, shares[:, Payer.SELF_FUNDER], seed)
    over_council = np.zeros((len(Service), len(Payer)))
    over_council[:, Payer.NHS] = known.by_service("nhs_fee_premium")
    over_council[:, Payer.SELF_FUNDER] = known.by_service("self_funder_premium")
    relative = 1.0 + over_council[places.service]
    over_fee = (shares * relative).sum(axis=1)
    council_fee = (staff + other) / ((1.0 - margins) * over_fee)
    factors = fee_factors(places, council_fee, demand[:, Payer.COUNCIL].astype(np.float64), local_data)
    own = factors != 1.0
    council_fee[own] *= factors[own]
    other[own] = np.maximum(council_fee * (1.0 - margins) * over_fee - staff, 0.0)[own]
    margins[own] = 1.0 - ((staff + other) / (council_fee * over_fee))[own]
    fee = np.floor(council_fee[:, None] * relative + 0.5).astype(np.int64)
    income = (fee * demand).sum(axis=1) / MINUTES_PER_HOUR * WEEKS_PER_YEAR / MONTHS_PER_YEAR
    return Money(
        minutes_at_start=each,
        minutes_each=each,
        recruit_minutes=usual_minutes,
        capacity_minutes=capacity,
        demand_minutes=demand,
        fee=fee,
        other_cost=np.floor(other + 0.5).astype(np.int64),
        unaided_cost=np.floor(marginal).astype(np.int64) + np.floor(other + 0.5).astype(np.int64),
        margin=margins,
        reserves=np.floor(income * p.reserve_months_most + 0.5).astype(np.int64),
    )
