"""How fast the page answers, measured from question to path and figures without a browser."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.app import choices
from sim.app.pool import Pool

FIRST = 2
"""Draws of the first whole answer."""
MOVES = (
    ("real_living_wage", 1.0), ("zero_hours_ban", 1.0), ("fee_uplift", 0.5), ("training_offer", 1.0),
    ("paid_travel_time", 1.0), ("sick_pay_and_pension", 0.5), ("national_living_wage", 1.0), ("referral_scheme", 1.0),
    ("care_technology", 1.0), ("targeted_recruitment", 1.0),
)  # fmt: skip
"""Levers moved one after another, each added to those before until the package is as long as `LONGEST`."""
LONGEST = 4
LARGER = 2
"""How many times as large the samples are that are measured after those asked for."""


class Waited(NamedTuple):
    """Seconds from a question to what is shown."""

    path: float
    """First years of the new path."""
    answer: float
    """Whole paths and figures of `FIRST` draws."""
    done: float
    """All draws."""


async def _wait(pool: Pool, levers: Sequence[choices.Choice]) -> Waited:
    began, path, answer = time.perf_counter(), 0.0, 0.0
    async for question in pool.ask("measuring", choices.levers_of(levers)):
        now = time.perf_counter() - began
        if question.answers and not path:
            path = now
        if len(question.finished) >= FIRST and not answer:
            answer = now
    return Waited(path, answer, time.perf_counter() - began)


async def _measure(draws: int, scale: float) -> list[Waited]:
    pool = Pool(draws, scale, max(1, min(os.cpu_count() or 1, draws)))
    pool.start()
    try:
        async for _ in pool.grow():
            pass
        package: list[choices.Choice] = []
        waited = []
        for name, strength in MOVES:
            package = [*package[-LONGEST + 1 :], choices.Choice(name, name, strength)]
            waited.append(await _wait(pool, package))
        return waited
    finally:
        pool.stop()


def measure_answers(draws: int, scale: float) -> Iterator[str]:
    """Tables of waiting times: median and 95th percentile over some moves of levers.

    At the scale asked for, and then at one `LARGER` times as large, so that it shows what larger samples would cost.

    Args:
        draws: of the fitted parameters behind each answer.
        scale: share of England in each run.
    """
    names = ("first years of the path", f"paths and figures of {FIRST} draws", f"all {draws} draws")
    for size in (scale, min(1.0, LARGER * scale)):
        waited = np.array(asyncio.run(_measure(draws, size)))
        yield f"{len(waited)} moves at scale {size:g} on {os.cpu_count()} processors, seconds: median, 95th percentile"
        for place, name in enumerate(names):
            yield f"{name}: {np.median(waited[:, place]):.2f}, {np.quantile(waited[:, place], 0.95):.2f}"
