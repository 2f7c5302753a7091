"""ReferenceModel: the month of `sim.model`, with one ordinary object per worker, provider, NHS employer and council."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any

import mesa
import numpy as np

from sim.agents.care_worker import CareWorker
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider as ProviderColumns
from sim.law import Law
from sim.month.ledger import Ledger, empty_ledger
from sim.month.stock import Stock, empty_stock
from sim.outlook import ENACTED_CENTRAL, Outlook
from sim.parameters import Behaviour
from sim.parameters import behaviour as central_behaviour
from sim.reference import (
    assessment,
    budgets,
    contracts,
    councils,
    delivery,
    hiring,
    homes,
    hours_supplied,
    leaving,
    licences,
    people,
    providers,
    search,
    settlement,
    stocktaking,
    taxes,
    tenders,
)
from sim.reference.councils import Council
from sim.reference.luck import Luck
from sim.reference.markets import markets_of
from sim.reference.nhs import NHS
from sim.reference.people import Worker
from sim.reference.providers import Provider
from sim.reference.rows import link, parameters, plain, plain_law, read_row, to_arrays
from sim.reference.search import Application
from sim.reference.stocktaking import Team
from sim.rulebook import Rulebook
from sim.statics import Statics
from sim.units import Role, Status
from sim.world import World

VERBS = (
    people.start_jobs,
    tenders.let_contracts,
    providers.set_pay,
    hours_supplied.review_hours,
    budgets.set_budgets,
    providers.set_prices,
    assessment.assess,
    homes.close_beds,
    homes.spend_down,
    councils.commission,
    homes.delay_discharges,
    providers.plan_posts,
    providers.describe_jobs,
    contracts.contract_law,
    licences.licences,
    people.circumstances,
    people.train,
    leaving.leave,
    search.look,
    hiring.hire,
    hiring.arrive,
    stocktaking.take_stock,
    delivery.deliver,
    taxes.count_taxes,
    settlement.settle,
    budgets.close_month,
)
"""The month, in the order of `sim.model.VERBS`."""


class ReferenceModel(mesa.Model):
    """Care workers, providers, NHS employers and councils trade labour month by month, one Python object each."""

    law: Law
    p: Behaviour
    statics: Statics
    mix: Any
    scale: float
    regions: int
    ledger: Ledger
    stock: Stock

    def __init__(self, seed: int = 1) -> None:
        """An empty market; `from_world` fills it."""
        super().__init__(seed=seed)
        self.luck = Luck(seed)
        self.month = 0
        self.levers: tuple[Any, ...] = ()
        self.outlook = ENACTED_CENTRAL
        self.councils: list[Council] = []
        self.providers: list[Provider] = []
        self.nhs_employers: list[NHS] = []
        self.applications: list[Application] = []
        self.teams: list[Team] = []
        """Sums over the staff of each provider, by row."""
        self.rows: list[Worker | None] = []
        """Workers by row; None where a row is empty."""
        self.blocks: list[int] = []
        """First row of each council's block, and of the rows beyond."""
        self.empty_rows: list[list[int]] = []
        """Empty rows, lowest first, of each block and of the rows beyond."""

    @classmethod
    def from_world(
        cls,
        world: World,
        *,
        seed: int = 1,
        month: int = 0,
        levers: Sequence[Any] = (),
        outlook: Outlook = ENACTED_CENTRAL,
        behaviour: Behaviour | None = None,
    ) -> ReferenceModel:
        """A model with a copy of everybody and everything in a world; arguments as those of `CareLabourModel`."""
        model = cls(seed)
        model.month = month
        model.levers, model.outlook = tuple(levers), outlook
        model.p = parameters(behaviour or central_behaviour())
        model.statics, model.scale, model.regions = world.statics, world.scale, world.regions
        model.mix = plain(world.mix)
        model.law = model.law_of(month - 1)
        model.councils = [Council(model, row) for row in range(world.councils.capacity)]
        model.nhs_employers = [NHS(model, row) for row in range(world.nhs.capacity)]
        model.providers = [Provider(model, row) for row in range(world.providers.capacity)]
        model.copy_employers(world)
        model.copy_map(world)
        model.copy_workers(world)
        model.copy_last_month(world)
        model.ledger = empty_ledger(len(model.councils))
        model.stock = empty_stock(len(model.councils), model.regions, len(model.providers))
        return model

    def copy_employers(self, world: World) -> None:
        """Give councils, NHS employers and providers their rows."""
        for council in self.councils:
            read_row(council, world.councils, council.row)
            council.arrivals_share = world.arrivals_share[council.row].item()
        for employer in self.nhs_employers:
            read_row(employer, world.nhs, employer.row)
        for provider in self.providers:
            read_row(provider, world.providers, provider.row)
            link(provider, council=self.councils)

    def copy_map(self, world: World) -> None:
        """Give each council its sites, its neighbours and the chances that a look falls on each of them."""
        reach = world.reach
        for council in self.councils:
            sites = slice(*reach.list_start[council.row : council.row + 2].tolist())
            council.sites = [self.providers[row] for row in reach.provider[sites].tolist()]
            council.markets = markets_of(council.row, self.providers, reach)
            for place, site in enumerate(council.sites):
                site.place = place
            council.posts = [[site for site in council.sites for _ in range(site.posts_start[role])] for role in Role]
            span = slice(*reach.reach_start[council.row : council.row + 2].tolist())
            council.neighbours = [self.councils[row] for row in reach.council[span].tolist()]
            council.km = dict(zip(self.councils, reach.between[council.row].tolist(), strict=True))
            council.look_chance = reach.weight[:, span].tolist()
            council.local_km = reach.local_km[council.row].item()

    def copy_workers(self, world: World) -> None:
        """One object for each row that holds a person, in that row."""
        self.rows = [None] * world.workers.capacity
        for row in np.flatnonzero(world.workers.uid).tolist():
            worker = self.rows[row] = Worker(self, row)
            read_row(worker, world.workers, row)
            employers = self.nhs_employers if worker.status == Status.NHS else self.providers
            link(
                worker,
                home_council=self.councils,
                employer=employers,
                next_employer=self.providers,
                sponsor=self.providers,
            )
        self.blocks = world.row_blocks.tolist()
        self.empty_rows = [[] for _ in self.blocks]
        for row, nobody in enumerate(self.rows):
            if nobody is None:
                heappush(self.empty_rows[self.block_of(row)], row)

    def copy_last_month(self, world: World) -> None:
        """Take over what a month needs of the one before; where there was none, work it out."""
        first = not world.peers.any()
        for council in self.councils:
            council.going_rate = world.peers[council.row].tolist()
            council.unaided_rate = world.unaided_peers[council.row].tolist()
            if first:
                council.find_going_rates()
                council.going_rate = [max(rate, self.law.adult_rate) for rate in council.going_rate]
                council.unaided_rate = [max(rate, self.law.adult_rate) for rate in council.unaided_rate]
        for provider in self.providers:
            provider.floor_before = world.floor_before[provider.row].tolist()
            if first:
                provider.floor_before = list(self.law.pay_floor[provider.row])
        if first:
            providers.set_prices_of_month(self)

    @property
    def workers(self) -> list[Worker]:
        """Everybody, in the order of rows."""
        return [worker for worker in self.rows if worker is not None]

    def block_of(self, row: int) -> int:
        """Place of the block that a row lies in; the last one stands for the rows beyond."""
        return bisect_right(self.blocks, row) - 1

    def new_worker(self, home: Council) -> Worker:
        """A person in the lowest empty row of the council's block, or of the rows beyond."""
        empty = self.empty_rows[home.row] or self.empty_rows[-1]
        if not empty:
            empty.append(len(self.rows))
            self.rows.append(None)
        row = heappop(empty)
        worker = self.rows[row] = Worker(self, row)
        return worker

    def let_go(self, worker: Worker) -> None:
        """Empty the row of a person who ceases to be an agent."""
        self.rows[worker.row] = None
        heappush(self.empty_rows[self.block_of(worker.row)], worker.row)
        worker.remove()

    def law_of(self, month: int) -> Law:
        """Law of a month, levers included."""
        book = Rulebook(self.statics, month, self.outlook)
        book.take(self.levers)
        return plain_law(book.freeze())

    def step(self) -> None:
        """Simulate one month: bring the law up to date, then every verb in turn."""
        self.luck.month = self.month
        self.law = self.law_of(self.month)._replace(old_care_floor=self.law.care_floor)
        self.ledger = empty_ledger(len(self.councils))
        for verb in VERBS:
            verb(self)
        for provider in self.providers:
            provider.floor_before = list(self.law.pay_floor[provider.row])
        self.month += 1

    def to_columns(self) -> dict[str, dict[str, np.ndarray]]:
        """Arrays of all tables, as the columnar model holds them, and what a month takes over from the one before."""
        going = np.array([council.going_rate for council in self.councils], dtype=np.int64)
        unaided = np.array([council.unaided_rate for council in self.councils], dtype=np.int64)
        floors = np.array([provider.floor_before for provider in self.providers], dtype=np.int64)
        return {
            "workers": to_arrays(CareWorker, len(self.rows), self.workers),
            "providers": to_arrays(ProviderColumns, len(self.providers), self.providers),
            "nhs": to_arrays(NHSEmployer, len(self.nhs_employers), self.nhs_employers),
            "councils": to_arrays(LocalAuthority, len(self.councils), self.councils),
            "arrays": {"peers": going, "unaided_peers": unaided, "floor_before": floors.reshape(-1, len(Role))},
        }
