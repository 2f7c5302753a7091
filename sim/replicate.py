"""One replicate: history once, then every scenario from the same state, with the same luck."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from sim import checkpoints
from sim.arrow import from_bytes, to_bytes
from sim.drawn import CENTRAL_DRAW, behaviour_of
from sim.extras import NOTHING, Extras, tables_of
from sim.history import Origin, Tick, Walk, history, keep, known, no_tick, release, restore, take_state, take_turn
from sim.parameters import Behaviour
from sim.provenance import fingerprint, makers
from sim.recording import stack
from sim.scenario import Scenario
from sim.series import Key, Keys, Measured, joined, measure
from sim.settings import setting
from sim.units import MONTHS_PER_YEAR

TABLE = "table."
"""Begins the names under which Arrow tables are kept, as bytes."""


class Plan(NamedTuple):
    """Scenarios of one study, simulated from one history for each replicate."""

    scenarios: tuple[Scenario, ...]
    extras: Extras = NOTHING
    drawn: bool = False
    """Whether each replicate has a draw of the parameters of its own, in place of their starting values."""
    councils: bool = False
    """Whether councils are told by service and client group, too."""
    behaviour: Behaviour | None = None
    """Parameters of all replicates, in place of starting values and draws."""

    def draw(self, replicate: int) -> int:
        """Draw of the parameters that a replicate has."""
        return replicate if self.drawn else CENTRAL_DRAW

    @property
    def end(self) -> int:
        """Month after the last one simulated."""
        return self.scenarios[0].window.end + 1

    @property
    def branch(self) -> int:
        """First month in which scenarios may differ: up to it all have one history.

        That is where the first lever of any begins, or where an outlook leaves that of the first scenario.
        """
        starts = [lever.start for scenario in self.scenarios for lever in scenario.levers]
        base = self.scenarios[0].outlook
        partings = [month for one in self.scenarios if (month := one.outlook.differs_from(base)) is not None]
        return max(0, min([*starts, *partings, self.end]))

    @property
    def kept(self) -> int:
        """Month whose state is kept on disk: an April, no later than the branch."""
        month = min(self.branch, int(setting("branch_by")))
        return month - month % MONTHS_PER_YEAR

    @property
    def watched_from(self) -> int:
        """First month that is watched, where further records are asked for."""
        return self.extras.first_month(self.scenarios[0].window.start, self.branch)

    @property
    def drawn_in(self) -> int:
        """Month at whose start it is drawn who is followed: one that all scenarios share."""
        return min(self.scenarios[0].window.start, self.branch)

    def origin(self, replicate: int) -> Origin:
        """What the history of a replicate depends on; replicate 1 has the scenario's seed, the next ones count on."""
        first, of_draw = self.scenarios[0], self.behaviour or behaviour_of(self.draw(replicate))
        return Origin(first.scale, first.seed + replicate - 1, of_draw, first.outlook, first.local_data)

    def months_ahead(self, replicate: int) -> int:
        """Months that a replicate will have to simulate, as far as can be told: for progress."""
        missing = sum(not checkpoints.place(finished_key(self, one, replicate)).is_file() for one in self.scenarios)
        if missing == 0:
            return 0
        origin = self.origin(replicate)
        begin = self.kept
        if self.extras:
            begin = min(begin, self.watched_from - self.watched_from % MONTHS_PER_YEAR)
        stored = [month for month in range(begin, -1, -MONTHS_PER_YEAR) if known(origin, month)]
        first = stored[0] if stored else -int(setting("spin_up_months"))
        return self.branch - first + missing * (self.end - self.branch)


def simulate(plan: Plan, replicate: int, threads: int, tick: Tick = no_tick) -> list[Measured]:
    """Measures of every scenario; those finished before are read back."""
    done = {scenario.name: _finished(plan, scenario, replicate) for scenario in plan.scenarios}
    waiting = [scenario for scenario in plan.scenarios if done[scenario.name] is None]
    if waiting:
        walk = _past(plan, replicate, threads, tick)
        fork = take_state(walk.model) if len(waiting) > 1 else None
        before, watchers = _measured_before(plan, walk), list(walk.model.watchers)
        last_year = walk.records[-MONTHS_PER_YEAR:]
        for scenario in waiting:
            if fork is None:
                take_turn(walk.model, scenario.levers, scenario.outlook)
            else:
                restore(walk.model, fork, scenario.levers, scenario.outlook)
            walk.model.watchers = [watcher.fork() for watcher in watchers]
            future = Walk(walk.model, list(last_year)).to(plan.end, tick)
            done[scenario.name] = _finish(plan, scenario, replicate, future, before)
        release(walk.model)
    return [measured for measured in (done[scenario.name] for scenario in plan.scenarios) if measured is not None]


def _past(plan: Plan, replicate: int, threads: int, tick: Tick) -> Walk:
    """The history that all scenarios share, up to the branch; watched, if further records are asked for."""
    origin = plan.origin(replicate)
    if not plan.extras:
        return history(origin, plan.kept, threads, tick).to(plan.branch, tick)
    window = plan.scenarios[0].window.start
    walk = history(origin, min(plan.kept, plan.watched_from), threads, tick).to(plan.watched_from, tick)
    model = walk.model
    model.watchers += plan.extras.crossing_watchers(model, window)
    walk.to(plan.drawn_in, tick)
    model.watchers += plan.extras.followers(model, window)
    if model.month <= plan.kept and not known(origin, plan.kept):
        keep(origin, walk.to(plan.kept, tick))
    return walk.to(plan.branch, tick)


def finished_key(plan: Plan, scenario: Scenario, replicate: int) -> str:
    """Name under which the measures of a finished run are kept.

    A scenario's title is not part of it, nor what it assumes of months after its window.
    """
    # Replicate 2 of seed 1 is replicate 1 of seed 2.
    apart = {"name", "description", "extends", "remove", "seed", "replicates", "baseline", "assumptions", "local_data"}
    values = scenario.model_dump(mode="json", by_alias=True, exclude=apart)
    values["levers"] = [[lever.name, body] for lever, body in zip(scenario.levers, values["levers"], strict=True)]
    origin = plan.origin(replicate)
    inputs = {
        "finished": values,
        "seed": origin.seed,
        "outlook": scenario.outlook.until(plan.end),
        "local_data": scenario.local_data.key() if scenario.local_data else [],
        "behaviour": origin.behaviour._asdict(),
        "made_by": makers(),
    }
    if plan.councils:
        inputs["councils"] = True
    if plan.extras:
        inputs["extras"] = {**plan.extras.told(), "drawn_in": plan.drawn_in}
    return fingerprint(inputs)


def _measured_before(plan: Plan, walk: Walk) -> Measured | None:
    """Measures of the months reported before the branch, which all scenarios share; None if there are none."""
    window = plan.scenarios[0].window
    if window.start >= plan.branch:
        return None
    reported = walk.records[-(plan.branch - window.start + MONTHS_PER_YEAR) :]
    scale = plan.scenarios[0].scale
    return measure(stack(reported), scale, window.start, plan.branch - 1, councils_in_full=plan.councils)


def _measured(plan: Plan, walk: Walk, before: Measured | None) -> Measured:
    """Measures of the whole window."""
    if before is not None and plan.branch == plan.end:
        return before._replace(tables=dict(before.tables))
    first, goes_on = max(plan.branch, plan.scenarios[0].window.start), before is not None
    after = measure(
        stack(walk.records), plan.scenarios[0].scale, first, plan.end - 1, councils_in_full=plan.councils,
        goes_on=goes_on,
    )  # fmt: skip
    return after if before is None else joined(before, after)


def _finish(plan: Plan, scenario: Scenario, replicate: int, walk: Walk, before: Measured | None) -> Measured:
    measured = _measured(plan, walk, before)
    measured.tables.update(tables_of(walk.model.watchers, walk.model))
    names = np.frombuffer(json.dumps(measured.keys).encode(), dtype=np.uint8)
    about = {
        **plan.origin(replicate).about(0),
        "what": f"measures of {scenario.name!r}, replicate {replicate}",
    }
    arrays = {"values": measured.values, "first_month": np.array(measured.first_month)}
    tables = {f"{TABLE}{name}": to_bytes(table) for name, table in measured.tables.items()}
    checkpoints.save(finished_key(plan, scenario, replicate), arrays, about, packed={"keys": names, **tables})
    return measured


def _finished(plan: Plan, scenario: Scenario, replicate: int) -> Measured | None:
    arrays = checkpoints.load(finished_key(plan, scenario, replicate))
    if arrays is None:
        return None
    keys = Keys.shared(Key(*key) for key in json.loads(arrays["keys"].tobytes()))
    tables = {name.removeprefix(TABLE): from_bytes(values) for name, values in arrays.items() if name.startswith(TABLE)}
    return Measured(keys, int(arrays["first_month"]), arrays["values"], tables)
