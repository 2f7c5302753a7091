"""``caresim benchmark``: how fast the kernels are, against the reference and by themselves."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from sim.units import month_name
from sim.yardstick import FIRST, LAST, SMALL_SCALE, KernelRun, Stretch, in_process, kernel_run, reference_run

REPEATS = 3
"""Each piece of work is done so many times; medians are shown."""
BUSY = 0.5
"""Processors taken by other work from which a warning is due."""
SMALLER = 0.1
"""Scale against which the growth of time with scale is measured."""


class Figures(NamedTuple):
    """Everything that was measured."""

    scale: float
    runs: dict[int, list[KernelRun]]
    """Whole runs of the kernels at the scale, by threads."""
    smaller: list[KernelRun]
    """Runs at a tenth of England, on one thread; empty if growth with scale was not asked for."""
    plain: list[Stretch]
    """The reference in plain Python; of the two modes the slower one runs once."""
    compiled: list[Stretch]
    """The reference with compiled rules."""


def main(scale: float = 1.0, threads: int | None = None, full: bool = False) -> None:
    """Measure and print.

    Args:
        scale: share of England that the kernels simulate.
        threads: most threads the kernels use; all processors if left out.
        full: also measure how time grows from a tenth of England to the scale.
    """
    console = Console()
    busy = os.getloadavg()[0]
    if busy > BUSY:
        console.print(
            f"Other work keeps {busy:.1f} of {os.cpu_count()} processors busy: times by the clock are too long, and "
            "processors' time says more."
        )
    figures = measure(scale, threads or os.cpu_count() or 1, full, console)
    for table in (reference_table(figures), process_table(figures)):
        console.print(table)
    for line in remarks(figures):
        console.print(line)


def measure(scale: float, threads: int, full: bool, console: Console) -> Figures:
    """Do all pieces of work, one at a time."""
    with tempfile.TemporaryDirectory() as folder, console.status("compiling") as status:
        market = Path(folder) / "market"
        in_process("warm")
        in_process("prepare", str(market), str(SMALL_SCALE))
        runs = {}
        for number in sorted({1, threads}):
            status.update(f"kernels, {threads_named(number)}, scale {scale:g}")
            runs[number] = [kernel_run(scale, number) for _ in range(REPEATS)]
        status.update(f"kernels, scale {SMALLER:g}")
        smaller = [kernel_run(SMALLER, 1) for _ in range(REPEATS)] if full else []
        status.update("reference")
        by_mode = {compiled: [reference_run(market, compiled)] for compiled in (False, True)}
        faster = min(by_mode, key=lambda compiled: by_mode[compiled][0].seconds)
        by_mode[faster] += [reference_run(market, faster) for _ in range(REPEATS - 1)]
    return Figures(scale, runs, smaller, by_mode[False], by_mode[True])


def threads_named(number: int) -> str:
    """Threads in words."""
    return "1 thread" if number == 1 else f"{number} threads"


def median_nanoseconds(stretches: list[Stretch]) -> float:
    """Median time for one person's month."""
    return statistics.median(each.nanoseconds for each in stretches)


def median_run(runs: list[KernelRun]) -> KernelRun:
    """The run whose process took the median time."""
    return sorted(runs, key=lambda run: run.total)[len(runs) // 2]


def reference_nanoseconds(figures: Figures) -> float:
    """Time for one person's month by the reference, in its faster mode."""
    return min(median_nanoseconds(figures.plain), median_nanoseconds(figures.compiled))


def reference_table(figures: Figures) -> Table:
    """Kernels and reference over the same months."""
    title = f"One person's month, {month_name(FIRST)} to {month_name(LAST)}"
    table = Table(
        "", "people", "runs", "nanoseconds", "of processors' time", "reference takes times as long", title=title
    )
    faster = reference_nanoseconds(figures)
    rows = [
        (f"kernels, {threads_named(number)}", [run.stretch for run in runs]) for number, runs in figures.runs.items()
    ]
    rows.append(("reference, plain Python", figures.plain))
    rows.append(("reference, compiled rules", figures.compiled))
    for name, stretches in rows:
        people = stretches[0].worker_months // (LAST - FIRST + 1)
        time = median_nanoseconds(stretches)
        of_processors = statistics.median(each.processor_nanoseconds for each in stretches)
        counts = f"{people:,}", str(len(stretches))
        table.add_row(name, *counts, f"{time:,.0f}", f"{of_processors:,.0f}", f"{faster / time:,.1f}")
    return table


def process_table(figures: Figures) -> Table:
    """Whole processes of the kernels, part by part."""
    title = f"England at scale {figures.scale:g}, April 2016 to March 2026, seconds, median of {REPEATS}"
    names = [threads_named(number) for number in figures.runs]
    table = Table("", *names, title=title)
    runs = [median_run(each) for each in figures.runs.values()]
    table.add_row("start of Python, imports, end", *(f"{run.start:.1f}" for run in runs))
    table.add_row("population", *(f"{run.population:.1f}" for run in runs))
    table.add_row("spin-up", *(f"{run.spin_up:.1f}" for run in runs))
    table.add_row("120 months", *(f"{run.months:.1f}" for run in runs))
    table.add_row("whole process", *(f"{run.total:.1f}" for run in runs))
    table.add_row("most memory, MB", *(f"{run.megabytes:,.0f}" for run in runs))
    return table


def remarks(figures: Figures) -> list[str]:
    """What the tables show, and what they leave out."""
    alone, *others = (median_run(runs) for runs in figures.runs.values())
    lines = [
        (
            "Kernels: everything that a month takes, compiled beforehand; no results are recorded or written. The "
            "reference, one Python object per agent, does the same month with the same rules and draws, and agrees to "
            "the bit; its faster mode is what counts."
        )
    ]
    if others:
        number = max(figures.runs)
        gain = alone.months / others[-1].months
        said = f"{gain:.2f} times less" if gain >= 1.0 else f"{1.0 / gain:.2f} times as long as on one"
        lines.append(f"{threads_named(number)}: the 120 months take {said}.")
    if figures.smaller:
        small = median_run(figures.smaller)
        growth = (alone.months / alone.people) / (small.months / small.people)
        lines.append(
            f"From scale {SMALLER:g} to {figures.scale:g}, on one thread, the time of the months grows {growth:.2f} "
            "times as fast as the number of people (1.00 is linear)."
        )
    return lines
