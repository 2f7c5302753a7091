"""How many posts of which role lie where: published totals spread over councils, and posts not filled.

No published count of posts by council goes in. National totals by service and sector are spread by care home beds
(June 2021), people with council-funded support or direct payments (2020/21), disabled residents (Census 2021) and
council-run care home weeks (2015/16), then fitted to the regional totals that are published. `held_out_error`
compares the result with the few published council totals, which are used nowhere else.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from sim.geography import Geography, load_places, read_rows
from sim.population.inputs import (
    CARE_HOMES,
    CELL_NAMES,
    CELL_SERVICE,
    CELLS,
    DIRECT_PAYMENT_CELL,
    PERCENT,
    ROLE_NAMES,
    Floats,
    Mask,
    council_column,
    figures,
    filled_by_region,
    margin,
    margins_of,
    region_margins,
    the_geography,
)
from sim.units import Role, Sector, Service

FIT_ROUNDS = 200
"""Rounds of iterative proportional fitting; the largest margin is met to one part in a million after about sixty."""

MERGED_COUNCILS = {
    "E06000028": ("E06000058",),
    "E06000029": ("E06000058",),
    "E10000021": ("E06000061", "E06000062"),
    "E10000006": ("E06000063", "E06000064"),
}
"""Councils of 2015/16 and what became of them: Bournemouth and Poole, Northamptonshire, Cumbria."""


class Posts(NamedTuple):
    """Filled posts at full scale, not yet whole numbers, and odds of a vacancy."""

    filled: Floats
    """[L, cell] people in post."""
    own: Mask
    """[L, cell] where they are figures that a council brought."""
    role_share: Floats
    """[cell, role] share of posts by role."""
    vacancy_odds: Floats
    """[region, cell, role] vacant posts for each person in post."""


def shares(values: Floats) -> Floats:
    """Values as shares of their sum."""
    return np.asarray(values / values.sum())


def beds_by_council() -> tuple[Floats, Floats]:
    """Beds in homes without and with nursing, June 2021."""
    without = council_column("council_beds.csv", "beds_in_homes_without_nursing")
    return without, council_column("council_beds.csv", "beds_in_homes_with_nursing")


def council_run_weeks(geography: Geography, period: str = "2015/16") -> Floats:
    """Weeks of residential care in council-run homes; merged councils added, split ones divided by residents."""
    row_of = {code: row for row, code in enumerate(load_places().council_codes)}
    weeks = np.zeros(len(row_of))
    for row in read_rows("council_activity.csv"):
        if row["year"] != period or not row["residential_in_house_weeks"]:
            continue
        rows = [row_of[code] for code in MERGED_COUNCILS.get(row["code"], (row["code"],))]
        weeks[rows] += float(row["residential_in_house_weeks"]) * shares(geography.population[rows])
    return weeks


def _council_weights(geography: Geography) -> Floats:
    """[L, cell] share of each cell's posts that falls to each council, before fitting to regions."""
    disabled = council_column("councils.csv", "disabled_share_2021") * geography.population
    clients = filled_by_region(council_column("council_clients.csv", "community_clients"), disabled, geography.region)
    payments = filled_by_region(
        council_column("council_clients.csv", "direct_payment_clients"), disabled, geography.region
    )
    without_nursing, with_nursing = beds_by_council()
    public = figures()["public_share_home_care"]
    mixed = public * shares(clients) + (1.0 - public) * shares(disabled)
    by_service = {
        Service.RESIDENTIAL: shares(without_nursing),
        Service.NURSING: shares(with_nursing),
        Service.HOME_CARE: mixed,
        Service.COMMUNITY: shares(clients),
        Service.DAY: shares(clients),
        Service.PERSONAL_ASSISTANTS: shares(payments),
    }
    weights = np.array([by_service[service] for service in (service for service, _ in CELLS)]).T
    council = {
        (Service.RESIDENTIAL, Sector.COUNCIL): shares(council_run_weeks(geography)),
        (Service.HOME_CARE, Sector.COUNCIL): shares(clients),
        (Service.COMMUNITY, Sector.COUNCIL): (shares(clients) + shares(geography.population)) / 2.0,
    }
    for cell, column in council.items():
        weights[:, CELLS.index(cell)] = column
    return weights


def cell_totals() -> Floats:
    """[cell] filled posts in England."""
    totals = [margin("target_posts", name) for name in CELL_NAMES[:DIRECT_PAYMENT_CELL]]
    return np.array([*totals, margin("target_posts", "personal assistants")])


def _fit_london_homes(posts: Floats, london: np.ndarray, at_home: np.ndarray, target: float) -> None:
    """Bring London's share of posts in people's homes to `target`, leaving the size of London to the other margins."""
    inside = posts[np.ix_(london, at_home)].sum()
    outside = posts[np.ix_(london, ~at_home)].sum()
    factor = np.sqrt(target * outside / ((1.0 - target) * inside))
    posts[np.ix_(london, at_home)] *= factor
    posts[np.ix_(london, ~at_home)] /= factor


@cache
def posts_by_council() -> Floats:
    """[L, cell] filled posts, by iterative proportional fitting to cell totals and to what is published of regions."""
    geography, totals = the_geography(), cell_totals()
    posts = _council_weights(geography) * totals
    regions = load_places().regions
    known = margins_of("target_share_of_posts", "all posts")
    at_home = np.isin(CELL_SERVICE, (Service.HOME_CARE, Service.PERSONAL_ASSISTANTS))
    ratio = margin("target_domiciliary_share", "home care and personal assistants", "London")
    london = geography.region == regions.index("London")
    for _ in range(FIT_ROUNDS):
        _fit_london_homes(posts, london, at_home, ratio * totals[at_home].sum() / totals.sum())
        for name, share in known.items():
            inside = geography.region == regions.index(name)
            posts[inside] *= share / PERCENT * totals.sum() / posts[inside].sum()
        posts *= totals / posts.sum(axis=0)
    return posts


def role_totals() -> Floats:
    """[role] filled posts of councils and independent employers."""
    return np.array([margin("target_posts", f"role {name}") for name in ROLE_NAMES])


def _role_seed() -> Floats:
    """[cell, role] starting pattern of the fit."""
    seed = {(row["cell"], row["role"]): float(row["value"]) for row in read_rows("role_mix.csv")}
    return np.array([[seed[cell, role] for role in ROLE_NAMES] for cell in CELL_NAMES])


def _home_care_groups() -> list[tuple[list[int], float]]:
    """Groups of roles and their published shares of posts in domiciliary care, 2018/19."""
    regulated = [Role.REGISTERED_NURSE, Role.SOCIAL_WORKER, Role.OCCUPATIONAL_THERAPIST]
    groups = [
        ([Role.CARE_WORKER, Role.SENIOR_CARE_WORKER], "domiciliary: direct care roles"),
        (regulated, "domiciliary: regulated professions"),
        ([Role.MANAGER], "domiciliary: managerial"),
        ([Role.OTHER], "domiciliary: other/ancillary"),
    ]
    counts = [margin("filled_posts", name, period="2018/19") for _, name in groups]
    return [(list(roles), count / sum(counts)) for (roles, _), count in zip(groups, counts, strict=True)]


@cache
def role_shares() -> Floats:
    """[cell, role] share of posts by role: fitted to role totals, cell totals and the published mix of home care."""
    totals = cell_totals()
    posts = _role_seed()
    posts *= (totals / posts.sum(axis=1))[:, None]
    employed = np.arange(len(CELLS)) != DIRECT_PAYMENT_CELL
    home_care = CELL_SERVICE == Service.HOME_CARE
    for _ in range(FIT_ROUNDS):
        for roles, share in _home_care_groups():
            block = np.ix_(home_care, roles)
            posts[block] *= share * totals[home_care].sum() / posts[block].sum()
        column_sums = posts[employed].sum(axis=0)
        posts[employed] *= role_totals() / column_sums
        posts *= (totals / posts.sum(axis=1))[:, None]
    return np.asarray(posts / posts.sum(axis=1, keepdims=True))


def odds(rate_percent: float | Floats) -> float | Floats:
    """Vacant posts for each filled one, from the published rate (vacant posts as a share of all posts)."""
    return rate_percent / (PERCENT - rate_percent)


def _role_vacancies(total: float) -> Floats:
    """[role] vacant posts; the rest of the total falls to other roles."""
    filled, vacant = role_totals(), np.zeros(len(Role))
    for role in Role:
        if role != Role.OTHER:
            vacant[role] = filled[role] * odds(margin("target_vacancy_rate", f"role {ROLE_NAMES[role]}"))
    vacant[Role.OTHER] = total - vacant.sum()
    return vacant


def _service_vacancies(total: float) -> list[tuple[np.ndarray, float]]:
    """Vacant posts of care homes, home care and the rest, given the ratio of the first two rates."""
    ratio = margin("target_vacancy_ratio", "home care over care homes")
    filled = cell_totals()
    employed = np.arange(len(CELLS)) != DIRECT_PAYMENT_CELL
    homes = np.isin(CELL_SERVICE, CARE_HOMES)
    home_care = CELL_SERVICE == Service.HOME_CARE
    groups = [(homes, 1.0), (home_care, ratio), (employed & ~homes & ~home_care, np.sqrt(ratio))]
    rate = margin("target_vacancy_rate", "council and independent")
    for _ in range(FIT_ROUNDS):
        reached = sum(filled[cells].sum() * odds(rate * factor) for cells, factor in groups)
        rate *= total / reached
    return [(cells, filled[cells].sum() * odds(rate * factor)) for cells, factor in groups]


def _region_vacancies(total: float, filled: Floats) -> Floats:
    """[region] vacant posts; regions without a published rate share one."""
    factor = region_margins("target_vacancy_ratio", "region over England")
    rate = factor * margin("target_vacancy_rate", "council and independent")
    vacant = filled * odds(rate)
    unknown = np.isnan(factor)
    vacant[unknown] = (total - np.nansum(vacant)) * shares(filled[unknown])
    return vacant


@cache
def vacancy_odds() -> Floats:
    """[region, cell, role] vacant posts for each filled one, fitted to rates by role, service and region."""
    region = the_geography().region
    by_region = np.array([posts_by_council()[region == one].sum(axis=0) for one in range(len(load_places().regions))])
    filled = by_region[:, :, None] * role_shares()
    filled[:, DIRECT_PAYMENT_CELL] = 0.0
    total = filled.sum() * odds(margin("target_vacancy_rate", "council and independent"))
    role_target, service_target = _role_vacancies(total), _service_vacancies(total)
    region_target = _region_vacancies(total, filled.sum(axis=(1, 2)))
    vacant = filled * total / filled.sum()
    for _ in range(FIT_ROUNDS):
        vacant *= role_target / vacant.sum(axis=(0, 1))
        for cells, target in service_target:
            vacant[:, cells] *= target / vacant[:, cells].sum()
        vacant *= (region_target / vacant.sum(axis=(1, 2)))[:, None, None]
    result: Floats = np.divide(vacant, filled, out=np.zeros_like(filled), where=filled > 0)
    result[:, DIRECT_PAYMENT_CELL, Role.CARE_WORKER] = odds(margin("target_vacancy_rate", "personal assistants"))
    return result


def starting_posts(filled: Floats | None = None) -> Posts:
    """All of it for the first month; posts by council are spread published totals unless others are given."""
    spread = posts_by_council()
    filled = spread if filled is None else filled
    return Posts(filled, filled != spread, role_shares(), vacancy_odds())


class HeldOut(NamedTuple):
    """One published council total and what the model makes of it."""

    council: str
    period: str
    published: float
    modelled: float

    @property
    def error(self) -> float:
        """Modelled over published, less one."""
        return self.modelled / self.published - 1.0


ENGLAND_EDITION = {
    "2016/17": ("2016", "all sectors (old basis)"),
    "2019/20": ("2019/20", "all sectors (old basis)"),
    "2021/22": ("2021/22", "all sectors; 2022 publication"),
    "2022/23": ("2022/23", "all sectors; 2023 and 2024 publications"),
}
"""Total for England on the basis of each year's council estimates: period and breakdown in the margins."""


def held_out_error() -> list[HeldOut]:
    """Published council totals beside the modelled ones, brought to the year and basis of each publication.

    The modelled share of England in April 2016 is multiplied by England's published total of the year in question.
    """
    names = load_places().short_names
    share = posts_by_council().sum(axis=1) / cell_totals().sum()
    found = []
    for row in read_rows("held_out_posts.csv"):
        period, breakdown = ENGLAND_EDITION[row["period"]]
        england = margin("filled_posts", breakdown, period=period)
        modelled = share[names.index(row["geography"])] * england
        found.append(HeldOut(row["geography"], row["period"], float(row["value"]), float(modelled)))
    return found
