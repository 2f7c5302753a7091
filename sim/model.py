"""CareLabourModel: England's care labour market, one month a step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from mesa import DataCollector
from numpy.typing import NDArray

from sim.agents.population_mixin import ColumnarModel
from sim.audit import Audit
from sim.crew import Crew
from sim.jit import as_record
from sim.law import Law
from sim.month import (
    drive,
    drive_assessment,
    drive_budgets,
    drive_homes,
    drive_hours,
    drive_taxes,
    drive_tenders,
)
from sim.month.ledger import Ledger, empty_ledger
from sim.month.stock import Counting, Stock, empty_stock
from sim.month.worth import worth
from sim.outlook import ENACTED_CENTRAL, Outlook
from sim.parameters import Behaviour
from sim.parameters import behaviour as central
from sim.population import build_population
from sim.quick_look import QUICK_LOOK
from sim.rulebook import Rulebook
from sim.scenario import Scenario, load_scenario
from sim.settings import setting
from sim.units import month_name
from sim.watching import Watcher
from sim.world import World, build_world

VERBS = (
    drive.start_jobs,
    drive_tenders.let_contracts,
    drive.set_pay,
    drive_hours.review_hours,
    drive_budgets.set_budgets,
    drive.set_prices,
    drive_assessment.assess,
    drive_homes.close_beds,
    drive_homes.spend_down,
    drive.commission,
    drive_homes.delay_discharges,
    drive.plan_posts,
    drive.describe_jobs,
    drive.contract_law,
    drive.licences,
    drive.circumstances,
    drive.train,
    drive.leave,
    drive.look,
    drive.hire,
    drive.arrive,
    drive.take_stock,
    drive.deliver,
    drive_taxes.count_taxes,
    drive.settle,
    drive_budgets.close_month,
)
"""The month, in order. Each verb is a file under ``sim/month/``."""


class Start(NamedTuple):
    """Where a model begins."""

    world: World
    month: int
    levers: tuple[Any, ...]
    outlook: Outlook
    last_month: int | None
    """Month after which the model stops running of itself; None to go on."""


def england(
    scenario: Scenario | str,
    scale: float | None,
    seed: int,
    levers: Sequence[Any],
    outlook: Outlook | None,
    behaviour: Behaviour,
) -> Start:
    """England at a scale, ahead of the spin-up, under a scenario and what is laid over it."""
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    scale = plan.scale if scale is None else scale
    first = -int(setting("spin_up_months"))
    world = build_world(build_population(scale, seed, behaviour, first, plan.local_data), behaviour, scale)
    return Start(world, first, (*plan.levers, *levers), outlook or plan.outlook, plan.window.end)


class CareLabourModel(ColumnarModel):
    """Care workers, providers, NHS employers and councils trade labour month by month.

    ``month`` is the month the next step will simulate (April 2016 is 0). Agents are views of rows in tables:
    ``model.workers.pay`` is everybody's pay, ``model.workers[42].pay`` one person's.

    Without a ``world``, England in April 2016 is built at the ``scale`` of the scenario or at the one given, and spun
    up on the law of that month: ``CareLabourModel(scenario="zero_hours_ban", scale=0.01)`` is ready to step, and
    ``mesa.batch_run`` and ``SolaraViz`` can make it. It stops running after the last month of the scenario's window.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        scenario: Scenario | str = "baseline",
        scale: float | None = None,
        seed: int = 1,
        month: int = 0,
        levers: Sequence[Any] = (),
        outlook: Outlook | None = None,
        behaviour: Behaviour | None = None,
        threads: int = 1,
        audit: bool = False,
    ) -> None:
        """Start a model.

        Args:
            world: a world laid out elsewhere, the model's from now on; `scenario` and `scale` are then left alone.
            scenario: a scenario, or the name or path of one.
            scale: share of England simulated; the scenario's if left out.
            seed: seed of the draws, and without a world of the population.
            month: with a world, the month the first step simulates.
            levers: policies, beside those of the scenario.
            outlook: baseline of law and what the future outside care is taken to be; the scenario's if left out.
            behaviour: behavioural parameters; central values if left out.
            threads: threads among which the rows of agents are shared. Results do not depend on it.
            audit: whether to close the books of every month (see `sim.audit`).
        """
        behaviour = behaviour or central()
        if world is None:
            start = england(scenario, scale, seed, levers, outlook, behaviour)
        else:
            start = Start(world, month, tuple(levers), outlook or ENACTED_CENTRAL, None)
        tables = (start.world.workers, start.world.providers, start.world.nhs, start.world.councils)
        super().__init__(*tables, seed=seed)
        self.draw_seed, self.behaviour, self.p = seed, behaviour, as_record(behaviour)
        self.crew = Crew(threads)
        self._begin(start)
        self.datacollector = DataCollector(model_reporters=QUICK_LOOK)
        self.auditor = Audit(self) if audit else None
        self.watchers: list[Watcher] = []
        while world is None and self.month < 0:
            self.simulate_month()

    def _begin(self, start: Start) -> None:
        """Take over the world and work out what the first month needs of the one before."""
        world, month = start.world, start.month
        self.world, self.month, self.last_month = world, month, start.last_month
        self.levers, self.outlook = start.levers, start.outlook
        self.workers, self.providers = world.workers, world.providers
        self.nhs_employers, self.councils = world.nhs, world.councils
        self.law: Law = self.law_of(month - 1)
        self.ledger: Ledger = empty_ledger(world.councils.capacity)
        self.stock: Stock = empty_stock(world.councils.capacity, world.regions, world.providers.capacity)
        self.seconds: dict[str, float] = {}
        self.counting = Counting.IN_FULL
        """How much of the stock is counted each month: who tells of little may leave the rest out."""
        drive.prepare(self)

    def step(self) -> None:
        """Simulate one month and collect what Mesa's tools show."""
        self.simulate_month()
        self.datacollector.collect(self)
        self.running = self.last_month is None or self.month <= self.last_month

    def simulate_month(self) -> None:
        """Bring the law up to date, then every verb of the month in turn."""
        law = self.law_of(self.month)
        self.law = law._replace(old_care_floor=self.law.care_floor)
        self.ledger = empty_ledger(self.world.councils.capacity)
        for verb in VERBS:
            for watcher in self.watchers:
                watcher.before(verb.__name__, self)
            began = time.perf_counter()
            verb(self)
            self.seconds[verb.__name__] = self.seconds.get(verb.__name__, 0.0) + time.perf_counter() - began
            for watcher in self.watchers:
                watcher.after(verb.__name__, self)
        self.world.floor_before[...] = self.law.pay_floor
        self.month += 1
        if self.auditor is not None:
            self.auditor.close()
        for watcher in self.watchers:
            watcher.month_over(self)

    def value_of_jobs(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """What the people in these rows have is worth to them, log pay: a job, or what being without one offers.

        As they judged it in the month just simulated, by the rules they act on.
        """
        return worth(self, rows)

    def law_of(self, month: int) -> Law:
        """Law of a month, levers included."""
        book = Rulebook(self.world.statics, month, self.outlook)
        book.take(self.levers)
        return book.freeze()

    @property
    def month_name(self) -> str:
        """Month the next step will simulate, as ``YYYY-MM``."""
        return month_name(self.month)
