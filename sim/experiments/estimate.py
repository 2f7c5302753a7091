"""What a study takes, before it is begun: runs, months, time and disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.cache_root import cache_root
from sim.checkpoints import BYTES_PER_GB, write_whole
from sim.experiments.designs import size_of
from sim.experiments.specification import Run
from sim.experiments.work import REPLICATE, RUNS_A_TASK, kept_april, origin_name, past_name
from sim.history import Origin, known
from sim.progress import MINUTE
from sim.provenance import processor
from sim.settings import setting
from sim.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.experiments.schema import Study

PROBED_AT_MOST = 0.05
"""Largest share of England that is simulated to see how fast this machine is; time grows with the share."""
PROBE_SECONDS = 3.0
"""Time for which months are simulated for that."""
START_UP = 14.0
"""Seconds until workers are there and have loaded the model, and until they are gone, on two processors."""
FURTHER_WORKER = 0.95
"""What each worker after the first adds to its pace: two on two processors, which share memory, took 45 s for 40 runs
of which one took 88 s. Of more than two this is a guess."""
BYTES_OF_A_VALUE = 8
BYTES_OF_A_RUN = 60
"""Key and place of a run, as stored in its table and in that of results."""
BYTES_PER_MB = 1_000_000
HOUR = 60 * MINUTE


class Specified(NamedTuple):
    """What is known of all runs of a study before any is made."""

    rows: list[tuple[int, int, bool, str, int]]
    """Point, replicate, reference, key and seed of each."""
    forks: dict[str, int]
    """Month from which the runs of an origin part, by its name."""
    past_months: int
    """Months of histories that would be simulated now."""
    future_months: int
    """Months after them, of runs that are not finished."""
    tasks: dict[str, int]
    """Tasks that go on from one history, by its name (`past_name`)."""

    @property
    def keys(self) -> set[str]:
        """Runs that differ."""
        return {row[3] for row in self.rows}

    @property
    def shared(self) -> int:
        """Histories that are kept on disk, as several tasks need them."""
        return sum(tasks > 1 for tasks in self.tasks.values())


class Speed(NamedTuple):
    """How fast a machine is at a scale."""

    seconds: float
    """For a month of a run, everything included, by a worker that has the machine to itself."""
    state_bytes: int
    """Size of a history that is kept."""
    source: str
    """Where this is known from."""


def specify(runs: Iterable[Run], finished: set[str] | None = None) -> Specified:
    """Go through all runs of a study once.

    Args:
        runs: those of one origin one after another.
        finished: keys of runs that need not be made.
    """
    rows: list[tuple[int, int, bool, str, int]] = []
    forks: dict[str, int] = {}
    tasks: dict[str, int] = {}
    past = future = 0
    counted = set(finished or ())
    for origin, same in groupby(runs, key=lambda run: run.plan.origin(REPLICATE)):
        name, ends = origin_name(origin), []
        for run in same:
            key = run.key
            forks[name] = min(run.plan.branch, forks.get(name, run.plan.branch))
            rows.append((run.point, run.replicate, run.reference, key, run.seed))
            if key not in counted:
                counted.add(key)
                ends.append(run.plan.end)
        if ends:
            fork = forks[name]
            before = past_name(origin, fork)
            past += fork - kept_april(fork) if before in tasks else _months_before(origin, fork)
            future += sum(end - fork for end in ends)
            tasks[before] = tasks.get(before, 0) + -(-len(ends) // RUNS_A_TASK)
    return Specified(rows, forks, past, future, tasks)


def _months_before(origin: Origin, fork: int) -> int:
    """Months to simulate up to a fork."""
    kept = kept_april(fork)
    return fork - kept if known(origin, kept) else fork + int(setting("spin_up_months"))


# -- how fast


def speed(scale: float) -> Speed:
    """How fast this machine is: from the last sweep at this scale, or from some months simulated now."""
    told = _remembered().get(f"{scale:g}")
    if told and told["processor"] == processor() and "seconds_alone" in told:
        return Speed(float(told["seconds_alone"]), int(told["state_bytes"]), "as the last sweep at this scale took")
    return _probed(scale)


def remember(scale: float, seconds: float, workers: int, state_bytes: int) -> None:
    """Keep how fast a sweep was, for the next estimate.

    Args:
        scale: of its runs.
        seconds: that a worker took for a month, beside the others.
        workers: how many there were.
        state_bytes: size of a history that is kept.
    """
    known_speeds = _remembered()
    alone = seconds * pace(workers) / workers
    known_speeds[f"{scale:g}"] = {"processor": processor(), "seconds_alone": alone, "state_bytes": state_bytes}
    write_whole(_file(), lambda file: file.write(json.dumps(known_speeds, indent=2).encode()))


def pace(workers: int) -> float:
    """How many times the work of one alone some workers do: they slow each other, and processors are shared."""
    return 1.0 + FURTHER_WORKER * (min(workers, os.cpu_count() or 1) - 1)


def _file() -> Path:
    return cache_root() / "speed.json"


def _remembered() -> dict[str, dict[str, Any]]:
    try:
        told = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):  # there is none yet, or it is damaged: it is measured anew
        return {}
    return told if isinstance(told, dict) else {}


def _probed(scale: float) -> Speed:
    """Some months of a market of this scale, or of the largest that is quickly built."""
    from sim.history import new_model
    from sim.parameters import behaviour
    from sim.recording import record

    probed = min(scale, PROBED_AT_MOST)
    model = new_model(Origin(probed, 1, behaviour()), -int(setting("spin_up_months")))
    took: list[float] = []
    while sum(took) < PROBE_SECONDS or len(took) < MONTHS_PER_YEAR:
        began = time.perf_counter()
        model.simulate_month()
        record(model)
        took.append(time.perf_counter() - began)
    size = sum(values.nbytes for columns in model.world.parts().values() for values in columns.values())
    larger = scale / probed
    months = len(took)
    seconds = median(took)  # not the mean: months in which something is compiled are none of the usual ones
    return Speed(seconds * larger, int(size * larger), f"from {months} months simulated just now at scale {probed:g}")


# -- told


def estimate(study: Study, specified: Specified, workers: int) -> str:
    """What a study takes, in lines."""
    scales = _scales(study)
    speeds = [speed(scale) for scale in scales]
    seconds = sum(one.seconds for one in speeds) / len(speeds)
    size = sum(one.state_bytes for one in speeds) // len(speeds)
    references = sum(row[2] for row in specified.rows)
    months = specified.past_months + specified.future_months
    points, repeats = size_of(study), study.repeats
    histories = len(specified.tasks)
    lines = [
        (
            f"{study.name}: {points:,} point{'s'[: points != 1]}, "
            f"{repeats:,} {'draw' if study.draws else 'replicate'}{'s'[: repeats != 1]} each"
        ),
        (
            f"{len(specified.keys):,} runs, {references:,} of them references; "
            f"{histories:,} {'history' if histories == 1 else 'histories'}"
        ),
        f"{months:,} months to simulate: {specified.past_months:,} of histories, {specified.future_months:,} of runs",
        _time(months, seconds, workers, speeds[0].source),
        _disk(study, specified, size),
    ]
    if study.until is not None:
        lines.append(f"more replicates follow until the stopping rule is met, at most {study.until.at_most:,} in all")
    return "\n".join(lines)


def _time(months: int, seconds: float, workers: int, source: str) -> str:
    """Time of some months, each of which takes a worker alone so many seconds."""
    many, beside = f"{workers} worker{'s'[: workers != 1]}", ""
    if workers > 1:
        beside = f"; so many beside each other are taken to do {pace(workers):.2f} times the work of one"
    took = _hours(START_UP + months * seconds / pace(workers))
    told = f"about {took} with {many}, {START_UP:.0f} s of it to start"
    return f"{told}: {seconds * 1000:.0f} ms a month, {source}{beside}"


def _scales(study: Study) -> list[float]:
    from sim.experiments.axes import axes_of

    values = next((axis.values for axis in axes_of(study) if axis.name == "scale"), None)
    return [float(value) for value in values] if values else [float(study.base.scale)]


def _disk(study: Study, specified: Specified, state_bytes: int) -> str:
    window = study.base.window
    years = (window.end - window.start + 1) // 12
    results = len(specified.keys) * (years * BYTES_OF_A_VALUE * (len(study.measured) + 1) + BYTES_OF_A_RUN)
    limit = int(setting("cache_limit") * BYTES_PER_GB)
    states = min(specified.shared * state_bytes, limit)
    return (
        f"about {_megabytes(results)} of disk for results, and {_megabytes(states)} for histories in {cache_root()}, "
        "which can be deleted at any time"
    )


def _megabytes(size: int) -> str:
    return f"{max(0.1, size / BYTES_PER_MB):,.1f} MB"


def _hours(seconds: float) -> str:
    from sim.progress import told

    return f"{seconds / HOUR:.1f} hours" if seconds > 2 * HOUR else told(seconds)
