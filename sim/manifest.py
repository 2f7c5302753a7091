"""The manifest: what it takes to get the same results again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sim.detail import Detail
from sim.premises import assumption_rows, baseline_rows
from sim.provenance import code_hash, data_hash, machine, peak_memory_mb, versions
from sim.replicate import Plan
from sim.results import SCHEMA
from sim.scenario import Scenario, scenario_from
from sim.units import month_name

REPRODUCE = (
    "With the same versions, code and data on the same type of processor the values are identical to the bit: "
    "in Python, sim.running.run_all(sim.manifest.scenarios_of(manifest), **manifest['asked_for'])."
)
SCALED = "Counts, hours and money are for England's size: what the model counts, divided by the scale."


class Clock:
    """Notes when work began."""

    def __init__(self) -> None:
        self.began = datetime.now(tz=UTC)
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Time since then."""
        return time.perf_counter() - self._started


def make_manifest(plan: Plan, clock: Clock, workers: int, detail: Detail) -> dict[str, Any]:
    """Everything that decides the results of a study, and what it took."""
    first = plan.scenarios[0]
    replicates = range(1, first.replicates + 1)
    return {
        "schema": SCHEMA,
        "scenarios": [scenario.resolved() for scenario in plan.scenarios],
        "replicates": [
            {"replicate": replicate, "draw": plan.draw(replicate), "seed": plan.origin(replicate).seed}
            for replicate in replicates
        ],
        "behaviour": {str(plan.draw(one)): plan.origin(one).behaviour._asdict() for one in replicates},
        "window": {"from": month_name(first.window.start), "to": month_name(first.window.end)},
        "scenarios_part": month_name(plan.branch) if plan.branch < plan.end else None,
        "baselines": baseline_rows(plan.scenarios),
        "assumptions": {scenario.name: assumption_rows(scenario) for scenario in plan.scenarios},
        "scale": first.scale,
        "asked_for": _asked_for(plan, detail),
        "values": SCALED,
        "versions": versions(),
        "code_hash": code_hash(),
        "data_hash": data_hash(),
        "machine": machine(),
        "workers": workers,
        "started": clock.began.isoformat(timespec="seconds"),
        "seconds": round(clock.seconds, 1),
        "peak_memory_mb": peak_memory_mb(),
        "reproduce": REPRODUCE,
    }


def _asked_for(plan: Plan, detail: Detail) -> dict[str, Any]:
    """What was asked for, as options of `sim.running.run_all`: also what decides only which tables are written."""
    asked = {**plan.extras.told(), "detail": detail._replace(councils=plan.councils).told()}
    return {**asked, **({"draws": plan.scenarios[0].replicates} if plan.drawn else {})}


def scenarios_of(manifest: Mapping[str, Any]) -> list[Scenario]:
    """Scenarios as they were simulated, from nothing but the manifest."""
    return [scenario_from(told["scenario"]) for told in manifest["scenarios"]]
