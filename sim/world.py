"""The world of a run: its tables, the fixed lists and tables kernels need, and their working arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import Table
from sim.conditions import by_code
from sim.lawful_month import ROLES
from sim.local_conditions import LocalConditions, local_conditions
from sim.month.count_groups import TOGETHER
from sim.month.groups import size_band
from sim.month.lookers import LookersTable
from sim.month.newcomers import FreeRows, Mix
from sim.month.stock import Stock
from sim.parameters import Behaviour
from sim.population import Population
from sim.reach import Reach, build_reach
from sim.statics import Statics
from sim.units import MONTHS_PER_YEAR, NEVER, Ethnicity, Nationality, Role, Sector, Service, Status

HOURS_STEPS = 50
"""Equal parts into which the distribution of hours wanted is cut."""
OLDEST = 100
"""Years of age up to which chances are listed by age; older people have those of this age."""


def no_blocks() -> NDArray[np.int64]:
    """Rows of workers that are not kept for anybody."""
    return np.empty(0, dtype=np.int64)


TABLES = ("workers", "providers", "nhs", "councils")
"""Agents of each kind."""
KEPT = ("peers", "unaided_peers", "floor_before")
"""Arrays that a month takes over from the one before, apart from the columns of agents."""


@dataclass
class World:
    """Everything a month works on."""

    workers: Table[Any]
    providers: Table[Any]
    nhs: Table[Any]
    councils: Table[Any]
    reach: Reach
    statics: Statics
    mix: Mix
    arrivals_share: NDArray[np.float64]
    scale: float
    regions: int
    row_blocks: NDArray[np.int64] = field(default_factory=no_blocks)
    """[L + 1] first row of workers kept for each council's residents; from the last entry on rows are for anybody."""
    peers: NDArray[np.int64] = field(init=False)
    """[L, R] mean posted pay by council and role, pence/hour."""
    unaided_peers: NDArray[np.int64] = field(init=False)
    """[L, R] what that pay would be without policies, pence/hour."""
    usual: NDArray[np.float64] = field(init=False)
    """[L, R] value of a typical job nearby by council and role, log pay."""
    floor_before: NDArray[np.int64] = field(init=False)
    """[P, R] pay floor of the month before."""
    scratch: Scratch = field(init=False)

    def __post_init__(self) -> None:
        if self.row_blocks.size == 0:
            self.row_blocks = np.zeros(self.councils.capacity + 1, dtype=np.int64)
        self.peers, self.unaided_peers = np.zeros((2, self.councils.capacity, len(Role)), dtype=np.int64)
        self.usual = np.zeros((self.councils.capacity, len(Role)))
        self.floor_before = np.zeros((self.providers.capacity, len(Role)), dtype=np.int64)
        self.scratch = Scratch(self)

    def free_rows(self) -> FreeRows:
        """Empty rows of workers, to be looked for from the start of each block."""
        following = self.scratch.next_row
        following[:] = self.row_blocks
        return FreeRows(following, np.append(self.row_blocks[1:], self.workers.capacity))

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: all but the working arrays."""
        return {name: value for name, value in self.__dict__.items() if name != "scratch"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.scratch = Scratch(self)

    def parts(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything that changes, as it stands: good until the next month begins."""
        tables = {name: getattr(self, name).arrays for name in TABLES}
        return {**tables, "arrays": {name: getattr(self, name) for name in KEPT}}

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Copies of everything that changes."""
        return {name: {key: values.copy() for key, values in part.items()} for name, part in self.parts().items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state of this world."""
        for name in TABLES:
            table = getattr(self, name)
            if len(state[name]["uid"]) > table.capacity:
                table.grow(len(state[name]["uid"]))
            for column, values in state[name].items():
                array = table.arrays[column]
                array[: len(values)] = values
                array[len(values) :] = table.agent_class.columns()[column].default
        for name in KEPT:
            getattr(self, name)[...] = state["arrays"][name]
        self.scratch.fit(self)


class Scratch:
    """Working arrays, allocated once and reused every month."""

    def __init__(self, world: World) -> None:
        providers, roles = world.providers.capacity, len(Role)
        self.before = np.zeros((providers, roles), dtype=np.int64)
        self.changed = np.zeros(providers, dtype=np.int8)
        self.unsettled = np.zeros(providers, dtype=np.int8)
        self.wishes = np.zeros((providers, roles), dtype=np.int64)
        self.agency_wanted = np.zeros(providers, dtype=np.int64)
        self.won = np.zeros(providers, dtype=np.int64)
        self.lost_part = np.zeros(providers)
        areas = world.nhs.capacity
        self.wanted_in_area = np.zeros(areas, dtype=np.int64)
        self.offered_in_area = np.zeros(areas, dtype=np.int64)
        self.agency_paid = np.zeros(areas, dtype=np.int64)
        self.agency_usual = np.zeros(areas, dtype=np.int64)
        self.nhs_applicants = np.zeros((areas, roles), dtype=np.int64)
        self.nhs_quota = np.zeros((areas, roles), dtype=np.int64)
        self.nhs_chance = np.zeros((areas, roles))
        self.group_start = np.zeros(providers * roles + 1, dtype=np.int64)
        self.group_filled = np.zeros_like(self.group_start)
        self.stocks: list[Stock] = []
        self.marks = np.zeros(0, dtype=np.int8)
        self.next_row = np.zeros(world.councils.capacity + 1, dtype=np.int64)
        self.most_looking = np.zeros(OLDEST * MONTHS_PER_YEAR)
        self.lookers = LookersTable()
        self.fit(world)

    def fit(self, world: World) -> None:
        """Make room for all workers' rows."""
        rows = world.workers.capacity
        if self.marks.size != rows:
            self.marks = np.zeros(rows, dtype=np.int8)
            self.listed = np.empty(rows, dtype=np.uint64)
            self.combination = np.zeros((len(TOGETHER), rows), dtype=np.uint8)
            self.needed = np.zeros(rows)


def build_mix(workers: Table[Any], councils: Table[Any], regions: int) -> Mix:
    """Shares from which traits of newcomers are drawn, read off the people in post at the start.

    Seniors and managers come up through the ranks. Hours wanted are those of care workers in post; ethnic groups are
    those of people of the same nationality group and region.
    """
    columns, rows = workers.columns, np.flatnonzero(workers.status == Status.CARE)
    roles = columns.role[rows]
    role = np.bincount(roles, minlength=len(Role)).astype(np.float64)
    role[[Role.SENIOR_CARE_WORKER, Role.MANAGER]] = 0.0
    wanted = np.sort(columns.wanted_minutes[rows[roles == Role.CARE_WORKER]])
    steps = np.arange(HOURS_STEPS)
    cell = columns.nationality[rows].astype(np.int64) * regions + councils.columns.region[columns.home_council[rows]]
    minority = columns.ethnicity[rows] == Ethnicity.MINORITY_ETHNIC
    people = np.bincount(cell, minlength=len(Nationality) * regions)
    share = np.bincount(cell, weights=minority, minlength=people.size) / np.maximum(people, 1)
    return Mix(
        role=np.cumsum(role) / role.sum(),
        hours_share=(steps + 1) / HOURS_STEPS,
        hours_minutes=wanted[((steps + 0.5) / HOURS_STEPS * wanted.size).astype(np.int64)].astype(np.int64),
        minority_share=share.reshape(len(Nationality), regions),
    )


def sites_for_entrants(providers: Table[Any], shares: dict[Service, float]) -> None:
    """Add empty sites to the table, so that new establishments have a fixed place in everybody's lists.

    Each council gets, for each service, a share of its establishments as empty sites: copies of every n-th independent
    one, in the order of identities. `shares` gives the share by service.
    """
    columns = providers.columns
    copies: list[int] = []
    rows = providers.rows()
    for service, share in shares.items():
        independent = (columns.service[rows] == service) & (columns.sector[rows] == int(Sector.INDEPENDENT))
        chosen = rows[independent]
        copies.extend(chosen[:: max(1, round(1 / share))] if share > 0 else [])
    first = providers.capacity
    providers.grow(first + len(copies))
    columns = providers.columns
    new = np.arange(first, first + len(copies))
    for name in providers.arrays:
        providers.arrays[name][new] = providers.arrays[name][copies]
    columns.uid[new] = columns.uid[copies] + np.uint64(1 << 24)
    columns.active[new] = 0
    columns.closed[new] = NEVER
    for name in ("posts_sought", "posts_filled", "posts_promised", "demand_minutes", "reserves"):
        providers.arrays[name][new] = 0
    columns.licensed[new] = 0


def set_nhs_pay_ratios(nhs: Table[Any]) -> None:
    """Local NHS pay over the national scale at the start, kept ever after."""
    scale = np.array(by_code("nhs_pay", 0, ROLES))
    ratio = np.divide(nhs.columns.pay, scale, out=np.zeros(nhs.columns.pay.shape), where=scale > 0)
    nhs.columns.pay_ratio[...] = ratio


def build_world(population: Population, p: Behaviour, scale: float, local: LocalConditions | None = None) -> World:
    """Lay the world out from a population at the start; without `local`, councils are taken to be England's."""
    providers, geography = population.providers, population.geography
    local = local or local_conditions(geography, p)
    homes, others = p.sites_homes, p.sites_community
    shares = {Service.RESIDENTIAL: homes, Service.NURSING: homes, Service.HOME_CARE: others, Service.COMMUNITY: others}
    sites_for_entrants(providers, shares)
    set_nhs_pay_ratios(population.nhs)
    columns = providers.columns
    columns.catchment_minutes[...] = columns.demand_minutes
    columns.size_band[:] = [size_band(int(posts)) for posts in columns.posts_start.sum(axis=1)]
    statics = Statics(
        sites=columns.uid != 0,
        site_uid=columns.uid.copy(),
        council=columns.council.astype(np.int64),
        service=columns.service.astype(np.int64),
        sector=columns.sector.astype(np.int64),
        posts=columns.posts_start.sum(axis=1).astype(np.int64),
        outside_factor=local.outside_factor,
        origin_weight=local.origin_weight,
        unemployment_factor=local.unemployment_factor,
    )
    regions = int(population.councils.columns.region.max()) + 1
    return World(
        workers=population.workers,
        providers=providers,
        nhs=population.nhs,
        councils=population.councils,
        reach=build_reach(providers, geography, p.distance_decay),
        statics=statics,
        mix=build_mix(population.workers, population.councils, regions),
        arrivals_share=local.arrivals_share,
        scale=scale,
        regions=regions,
        row_blocks=population.row_blocks,
    )
