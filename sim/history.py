"""History once, futures many: the walk from April 2016 on, and the states from which futures branch.

A state is arrays and keys. It holds everything that changes in a model, so a model put back to a state goes on to the
bit as if it had never stopped. Kept on disk for each seed, scale, behaviour and version of code and data: the state of
April 2016 after the spin-up, and the last April at which no lever has begun, with the months recorded up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim import checkpoints
from sim.local_data import LocalData
from sim.model import CareLabourModel
from sim.month.stock import Counting
from sim.outlook import ENACTED_CENTRAL, Outlook
from sim.parameters import Behaviour
from sim.parameters import behaviour as central_behaviour
from sim.population import build_population
from sim.provenance import fingerprint, makers
from sim.recording import Record, record, record_in_brief, stack, unstack
from sim.settings import setting
from sim.units import MONTHS_PER_YEAR, month_name
from sim.world import build_world

RECORDED = "recorded"
Tick = Callable[[int], None]
"""Told each month that was simulated, for progress."""


def no_tick(month: int) -> None:
    """Nobody watches."""


class Origin(NamedTuple):
    """What a history depends on, code and data aside."""

    scale: float
    seed: int
    behaviour: Behaviour
    outlook: Outlook = ENACTED_CENTRAL
    local_data: LocalData | None = None

    def key(self, month: int) -> str:
        """Name under which the state at the start of a month is kept; what is assumed of later months is no part."""
        inputs = {
            "scale": self.scale,
            "seed": self.seed,
            "behaviour": self.behaviour._asdict(),
            "outlook": self.outlook.until(month),
            "local_data": self.local_data.key() if self.local_data else [],
            "month": month,
            "made_by": makers(),
        }
        return fingerprint(inputs)

    def about(self, month: int) -> dict[str, Any]:
        """What `caresim cache` says of the state."""
        made_by = makers()
        return {
            "what": f"England at the start of {month_name(month)}",
            "scale": self.scale,
            "seed": self.seed,
            "code": made_by["code"],
            "data": made_by["data"],
        }


class State(NamedTuple):
    """A moment: the month that the next step would simulate, and copies of everything that changes."""

    month: int
    tables: dict[str, dict[str, np.ndarray]]


def take_state(model: CareLabourModel) -> State:
    """Copies of everything in a model that changes from month to month."""
    return State(model.month, model.world.state())


def restore(model: CareLabourModel, state: State, levers: Iterable[Any] = (), outlook: Outlook | None = None) -> None:
    """Put a model of the same origin back to a state, with the levers and the outlook of the future that is to follow.

    No lever may have been in force before the state, nor may the outlook differ before it from the model's.
    """
    model.world.restore(state.tables)
    model.month = state.month
    take_turn(model, levers, outlook)


def take_turn(model: CareLabourModel, levers: Iterable[Any], outlook: Outlook | None = None) -> None:
    """Have a model go on from its month with the levers, and the outlook if one is given, of a future of its own."""
    model.levers = tuple(levers)
    if outlook is not None:
        model.outlook = outlook
    model.law = model.law_of(model.month - 1)


def release(model: CareLabourModel) -> None:
    """Free the memory of a model that nobody will use any more.

    Mesa's models refer to themselves, so that a whole England, half a gigabyte, would stay until Python looks for
    objects that do.
    """
    model.__dict__.clear()


@dataclass
class Walk:
    """A model on its way through the months, and what was recorded of it."""

    model: CareLabourModel
    records: list[Record] = field(default_factory=list)
    brief: bool = False
    """Whether only what headline figures of England need is counted and recorded (`sim.recording.record_in_brief`)."""

    def to(self, month: int, tick: Tick = no_tick) -> Walk:
        """Simulate and record until `month` is the next to be simulated."""
        self.model.counting = Counting.IN_BRIEF if self.brief else Counting.IN_FULL
        note = record_in_brief if self.brief else record
        while self.model.month < month:
            self.model.simulate_month()
            self.records.append(note(self.model))
            tick(self.model.month - 1)
        return self

    def unrecorded_to(self, month: int, tick: Tick = no_tick) -> Walk:
        """Simulate until `month` is the next to be simulated, where nobody will ask what happened before."""
        self.model.counting = Counting.NEEDED
        while self.model.month < month:
            self.model.simulate_month()
            tick(self.model.month - 1)
        return self


def start_model(
    scale: float,
    seed: int,
    behaviour: Behaviour | None = None,
    threads: int = 1,
    outlook: Outlook = ENACTED_CENTRAL,
) -> CareLabourModel:
    """Model at the start of April 2016, spun up on that month's law; from the store if it is there.

    Args:
        scale: share of England simulated, 0.001 to 1.
        seed: seed of the keyed draws.
        behaviour: parameters; central values if left out.
        threads: threads within a month.
        outlook: baseline of law, and what the future outside care is taken to be.
    """
    origin = Origin(scale, seed, behaviour or central_behaviour(), outlook)
    return start(origin, threads).model


def start(origin: Origin, threads: int = 1, tick: Tick = no_tick) -> Walk:
    """Walk that stands at April 2016, with the last year of the spin-up recorded, so that yearly rates are known."""
    kept = _resume(origin, 0, threads)
    if kept is not None:
        return kept
    walk = spin_up(origin, threads, tick)
    keep(origin, walk)
    return walk


def spin_up(origin: Origin, threads: int = 1, tick: Tick = no_tick) -> Walk:
    """The same as `start`, but neither read from the store nor kept in it."""
    walk = Walk(new_model(origin, -int(setting("spin_up_months")), threads))
    return walk.unrecorded_to(-MONTHS_PER_YEAR, tick).to(0, tick)


def history(origin: Origin, month: int, threads: int = 1, tick: Tick = no_tick) -> Walk:
    """Walk without levers that stands at the start of `month`, from the nearest state kept before it.

    A state is kept of the last April up to `month`, for the next study.
    """
    april = month - month % MONTHS_PER_YEAR
    for earlier in range(april, 0, -MONTHS_PER_YEAR):
        kept = _resume(origin, earlier, threads)
        if kept is not None:
            walk = kept
            break
    else:
        walk = start(origin, threads, tick)
    if walk.model.month < april:
        walk.to(april, tick)
        keep(origin, walk)
    return walk.to(month, tick)


def nearest(origin: Origin, month: int, threads: int = 1, tick: Tick = no_tick) -> Walk:
    """Walk at the last state kept of an April up to `month`, or else spun up to April 2016; nothing is kept of it."""
    april = month - month % MONTHS_PER_YEAR
    for earlier in range(april, -1, -MONTHS_PER_YEAR):
        kept = _resume(origin, earlier, threads)
        if kept is not None:
            return kept
    return spin_up(origin, threads, tick)


def known(origin: Origin, month: int) -> bool:
    """Whether the state at the start of a month is kept: for estimates of time."""
    return checkpoints.place(origin.key(month)).is_file()


def new_model(origin: Origin, month: int, threads: int = 1) -> CareLabourModel:
    """Model of the people and employers of April 2016, whose first month is `month`."""
    population = build_population(origin.scale, origin.seed, origin.behaviour, month, origin.local_data)
    world = build_world(population, origin.behaviour, origin.scale)
    return CareLabourModel(
        world,
        seed=origin.seed,
        month=month,
        outlook=origin.outlook,
        behaviour=origin.behaviour,
        threads=threads,
    )


def keep(origin: Origin, walk: Walk) -> None:
    """Write the state a walk stands at, with its records, to the store, for later studies."""
    month, parts = walk.model.month, walk.model.world.parts()
    arrays = {f"{table}.{name}": values for table, columns in parts.items() for name, values in columns.items()}
    recorded = {f"{RECORDED}.{name}": values for name, values in stack(walk.records)._asdict().items()}
    checkpoints.save(origin.key(month), arrays, origin.about(month), packed=recorded)


def _resume(origin: Origin, month: int, threads: int) -> Walk | None:
    """Walk at the start of a month from the store; None if it is not there or damaged."""
    arrays = checkpoints.load(origin.key(month))
    if arrays is None:
        return None
    parts: dict[str, dict[str, np.ndarray]] = {}
    for name, values in arrays.items():
        table, _, column = name.partition(".")
        parts.setdefault(table, {})[column] = values
    recorded = Record(**parts.pop(RECORDED))
    model = new_model(origin, month, threads)
    restore(model, State(month, parts))
    return Walk(model, unstack(recorded))
