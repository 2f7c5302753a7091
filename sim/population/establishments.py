"""Establishments: where they are, how big, with which posts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.geography import Geography, read_rows
from sim.population.inputs import (
    CELL_NAMES,
    CELL_SECTOR,
    CELL_SERVICE,
    CELLS,
    DIRECT_PAYMENT_CELL,
    Floats,
    Ints,
    Mask,
    figures,
    margin,
)
from sim.population.keys import (
    Identities,
    Setup,
    draw,
    draw_normal,
    identities,
    places_within,
    scaled_within,
    whole,
)
from sim.population.posts import Posts, beds_by_council, council_run_weeks, shares
from sim.units import DIRECT_CARE_ROLES, Role, Sector, Service, Stream

GOLDEN_RATIO = (5.0**0.5 - 1.0) / 2.0
"""Multiples of it fall evenly over the unit interval, so that every run of posts has nearly the same mix of roles."""


MAIN_CELLS = (
    (Service.RESIDENTIAL, Sector.INDEPENDENT),
    (Service.NURSING, Sector.INDEPENDENT),
    (Service.HOME_CARE, Sector.INDEPENDENT),
    (Service.COMMUNITY, Sector.INDEPENDENT),
    (Service.COMMUNITY, Sector.COUNCIL),
)
"""Services that every council keeps in a sample, so that each local market stays one."""


class Establishments(NamedTuple):
    """One entry for each establishment, council by council."""

    uid: Identities
    council: Ints
    cell: Ints
    """Row of `CELLS`: service and sector."""
    beds: Ints
    filled: Ints
    """[P, role] people in post."""
    sought: Ints
    """[P, role] people in post and vacant posts."""

    @property
    def service(self) -> Ints:
        """Main service of each."""
        return np.asarray(CELL_SERVICE[self.cell])

    @property
    def sector(self) -> Ints:
        """Who employs."""
        return np.asarray(CELL_SECTOR[self.cell])


def posts_in_cells(filled: Floats, scale: float) -> Ints:
    """[L, cell] whole numbers of people in post at this scale; totals by service and sector hold within one."""
    return whole((filled * scale).T.ravel()).reshape(filled.T.shape).T


def count_in_cells(posts: Ints, weights: Floats, scale: float, own: Mask) -> Ints:
    """[L, cell] number of establishments: in proportion to `weights`, at most one for each person in post.

    In the main services every council with posts has at least one; of the few large establishments of the others a
    sample is drawn, unless the council brought figures of its `own` [L, cell]. Each council has one direct-payment row.
    """
    counts = np.zeros(posts.shape, dtype=np.int64)
    for cell, name in enumerate(CELL_NAMES):
        if cell == DIRECT_PAYMENT_CELL:
            counts[:, cell] = 1
            continue
        exact = shares(weights[:, cell]) * margin("target_establishments", name) * scale
        least = np.where(own[:, cell], 1, 1 if CELLS[cell] in MAIN_CELLS else 0)
        counts[:, cell] = np.minimum(np.maximum(whole(exact), least), posts[:, cell])
        if not counts[:, cell].any() and posts[:, cell].any():
            counts[posts[:, cell].argmax(), cell] = 1
    return counts


def posts_where_sampled(filled: Floats, counts: Ints, region: Ints, scale: float, own: Mask) -> Ints:
    """[L, cell] people in post once councils without an establishment in the sample have handed theirs to others.

    They go to councils of the same region, or of all England where a region has none in the sample, but not to those
    that brought figures of their `own` [L, cell], unless nobody else has an establishment of the kind.
    """
    fixed = np.where(own & ((counts > 0) & ~own).any(axis=0), filled, 0.0)
    rest, kept = filled - fixed, np.where(counts > 0, filled - fixed, 0.0)
    for one in np.unique(region):
        inside = region == one
        had, has = rest[inside].sum(axis=0), kept[inside].sum(axis=0)
        kept[inside] *= np.divide(had, has, out=np.ones_like(has), where=has > 0)
    return posts_in_cells(fixed + kept * (rest.sum(axis=0) / kept.sum(axis=0)), scale)


def bed_quantile(u: Floats, nursing: bool, council: bool) -> Floats:
    """Beds of a home from a uniform draw: published numbers of homes by size band, straight lines within bands."""
    homes: dict[int, float] = {}
    for row in read_rows("care_home_sizes.csv"):
        fits = (row["nursing"] == "with nursing") == nursing and (row["ownership"] == "council") == council
        if fits and row["beds_band"] != "0":
            least = int(row["beds_band"].split("-")[0].rstrip("+"))
            homes[least] = homes.get(least, 0.0) + float(row["homes"])
    edges = sorted(homes)
    chance = np.concatenate(([0.0], np.cumsum(shares(np.array([homes[edge] for edge in edges])))))
    return np.interp(u, chance, [*edges, figures()["largest_home_beds"]])


def beds_of_council_homes(geography: Geography) -> Floats:
    """[L] beds in council-run homes: England's, spread by council-run weeks, never above half of a council's beds."""
    run = shares(council_run_weeks(geography)) * figures()["council_home_beds"]
    return np.minimum(run, beds_by_council()[0] / 2.0)


def _beds(uid: Identities, council: Ints, cell: Ints, seed: int, scale: float, geography: Geography) -> Ints:
    """Beds of each care home; each council's total is that of the register, times `scale`."""
    without_nursing, with_nursing = beds_by_council()
    council_homes = beds_of_council_homes(geography)
    totals = {
        (Service.RESIDENTIAL, Sector.INDEPENDENT): without_nursing - council_homes,
        (Service.RESIDENTIAL, Sector.COUNCIL): council_homes,
        (Service.NURSING, Sector.INDEPENDENT): with_nursing,
    }
    beds = np.zeros(uid.size, dtype=np.int64)
    for (service, sector), total in totals.items():
        rows = np.flatnonzero(cell == CELLS.index((service, sector)))
        u = draw(seed, uid[rows], Setup.BEDS)
        drawn = bed_quantile(u, service == Service.NURSING, sector == Sector.COUNCIL)
        beds[rows] = np.maximum(whole(scaled_within(drawn, council[rows], total * scale)), 1)
    return beds


def _size_weights(uid: Identities, cell: Ints, beds: Ints, seed: int) -> Floats:
    """Relative size: by beds in care homes, log-normal elsewhere."""
    known = figures()
    z = draw_normal(seed, uid, Setup.SIZE)
    services = CELL_SERVICE[cell]
    spread = known.by_service("size_spread")[services]
    return np.asarray(np.where(beds > 0, beds, 1.0) * np.exp(spread * z))


def _sizes(weights: Floats, group: Ints, totals: Ints) -> Ints:
    """People in post at each establishment: at least one, and the cell's total in all."""
    counts = np.bincount(group, minlength=totals.size)
    beyond_first = np.maximum(totals - counts, 0).astype(np.float64)
    least = np.minimum(1, totals[group])
    return least + whole(scaled_within(weights, group, beyond_first))


def _with_manager(size: Ints, managers: float) -> Mask:
    """Which establishments have a manager of their own: the largest ones, as far as managers go."""
    wanted = np.argsort(-size, kind="stable")[: int(managers)]
    managed = np.zeros(size.size, dtype=bool)
    managed[wanted] = size[wanted] >= figures()["least_staff_with_manager"]
    return managed


def _roles(size: Ints, cell: Ints, role_share: Floats) -> Ints:
    """[P, role] people in post by role.

    Establishments above a handful of staff have a manager; their other posts are dealt from an evenly spread
    sequence, so that each cell meets its mix and so, nearly, does each establishment.
    """
    filled = np.zeros((size.size, len(Role)), dtype=np.int64)
    for one in range(len(CELLS)):
        rows = np.flatnonzero(cell == one)
        target = role_share[one] * size[rows].sum()
        managed = _with_manager(size[rows], target[Role.MANAGER])
        filled[rows[managed], Role.MANAGER] = 1
        target[Role.MANAGER] -= managed.sum()
        rest = size[rows] - managed
        employer = np.repeat(np.arange(rows.size), rest)
        spread = (np.arange(employer.size) + 0.5) * GOLDEN_RATIO % 1.0
        role = np.searchsorted(np.cumsum(shares(target))[:-1], spread, side="right")
        dealt = np.bincount(employer * len(Role) + role, minlength=rows.size * len(Role))
        filled[rows] += dealt.reshape(rows.size, len(Role))
    return filled


def _vacancies(filled: Ints, cell: Ints, region: Ints, odds: Floats) -> Ints:
    """[P, role] vacant posts: expected number, rounded so that each cell, role and region keeps its total."""
    expected = filled * odds[region, cell]
    order = np.lexsort((np.arange(cell.size), cell, region))
    vacant = np.zeros_like(filled)
    for role in Role:
        vacant[order, role] = whole(expected[order, role])
    return vacant


def build_establishments(posts: Posts, geography: Geography, scale: float, seed: int) -> Establishments:
    """All establishments of England, or a stratified sample in which each stands for ``1 / scale``."""
    cell_posts = posts_in_cells(posts.filled, scale)
    without_nursing, with_nursing = beds_by_council()
    council_homes = beds_of_council_homes(geography)
    weights = posts.filled.copy()
    weights[:, CELLS.index((Service.RESIDENTIAL, Sector.INDEPENDENT))] = without_nursing - council_homes
    weights[:, CELLS.index((Service.NURSING, Sector.INDEPENDENT))] = with_nursing
    sampled = count_in_cells(cell_posts, weights, scale, posts.own)
    cell_posts = posts_where_sampled(posts.filled, sampled, geography.region.astype(np.int64), scale, posts.own)
    counts = np.where(cell_posts > 0, np.minimum(sampled, np.maximum(cell_posts, 1)), 0)
    counts[:, DIRECT_PAYMENT_CELL] = 1

    group = np.repeat(np.arange(counts.size), counts.ravel())
    council, cell = np.divmod(group, len(CELLS))
    uid = identities(Stream.PROVIDER, council, places_within(council, len(cell_posts)))
    beds = _beds(uid, council, cell, seed, scale, geography)
    size = _sizes(_size_weights(uid, cell, beds, seed), group, cell_posts.ravel())
    filled = _roles(size, cell, posts.role_share)
    vacant = _vacancies(filled, cell, geography.region[council].astype(np.int64), posts.vacancy_odds)
    return Establishments(uid, council, cell, beds, filled, filled + vacant)


def direct_care(posts: Ints) -> Ints:
    """Posts of the roles whose hours are care, from posts by role."""
    return np.asarray(posts[:, list(DIRECT_CARE_ROLES)].sum(axis=1))
