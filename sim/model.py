"""CareLabourModel: England's care labour market, one month a step."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.agents.population_mixin import ColumnarModel
from sim.jit import as_record
from sim.law import Law
from sim.month import drive
from sim.month.ledger import Ledger, empty_ledger
from sim.month.stock import Stock, empty_stock
from sim.parameters import Behaviour
from sim.rulebook import Rulebook
from sim.units import month_name
from sim.world import Crew, World

VERBS = (
    drive.start_jobs,
    drive.commission,
    drive.set_pay,
    drive.set_prices,
    drive.plan_posts,
    drive.contract_law,
    drive.licences,
    drive.circumstances,
    drive.leave,
    drive.look,
    drive.hire,
    drive.arrive,
    drive.deliver,
    drive.settle,
    drive.take_stock,
)
"""The month, in order. Each verb is a file under ``sim/month/``."""


class CareLabourModel(ColumnarModel):
    """Care workers, providers, NHS employers and councils trade labour month by month.

    ``month`` is the month the next step will simulate (April 2016 is 0). Agents are views of rows in tables:
    ``model.workers.pay`` is everybody's pay, ``model.workers[42].pay`` one person's.
    """

    def __init__(
        self,
        world: World,
        *,
        seed: int = 1,
        month: int = 0,
        levers: Sequence[Any] = (),
        assumptions: Mapping[str, str] | None = None,
        behaviour: Behaviour | None = None,
        threads: int = 1,
    ) -> None:
        super().__init__(world.workers, world.providers, world.nhs, world.councils, seed=seed)
        from sim.parameters import behaviour as central

        self.world = world
        self.draw_seed = seed
        self.month = month
        self.levers = tuple(levers)
        self.assumptions = dict(assumptions or {})
        self.behaviour = behaviour or central()
        self.p = as_record(self.behaviour)
        self.crew = Crew(threads)
        self.workers, self.providers = world.workers, world.providers
        self.nhs_employers, self.councils = world.nhs, world.councils
        self.law: Law = self.law_of(month - 1)
        self.ledger: Ledger = empty_ledger(world.councils.capacity)
        self.stock: Stock = empty_stock(world.councils.capacity, world.regions)
        self.seconds: dict[str, float] = {}
        drive.prepare(self)

    def step(self) -> None:
        """Simulate one month: bring the law up to date, then every verb in turn."""
        law = self.law_of(self.month)
        self.law = law._replace(old_adult_rate=self.law.adult_rate)
        self.ledger = empty_ledger(self.world.councils.capacity)
        for verb in VERBS:
            began = time.perf_counter()
            verb(self)
            self.seconds[verb.__name__] = self.seconds.get(verb.__name__, 0.0) + time.perf_counter() - began
        self.world.floor_before[...] = self.law.pay_floor
        self.month += 1

    def law_of(self, month: int) -> Law:
        """Law of a month, levers included."""
        book = Rulebook(self.world.statics, month, self.assumptions)
        book.take(self.levers)
        return book.freeze()

    @property
    def month_name(self) -> str:
        """Month the next step will simulate, as ``YYYY-MM``."""
        return month_name(self.month)

    def permute_rows(self, key: int) -> None:
        """Shuffle the rows of people and providers in place, which must change nothing but row numbers.

        For tests: `key` seeds the shuffle. Rows kept in other columns are mended.
        """
        shuffle = np.random.default_rng(key)
        world = self.world
        order = shuffle.permutation(world.workers.capacity)
        for array in world.workers.arrays.values():
            array[...] = array[order]
