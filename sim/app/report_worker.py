"""The process that makes one full report, and says how far it is."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from sim.progress import Silent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.scenario import Scenario

RESULTS = "report"
"""Folder of what ``caresim compare`` writes, in that of an order."""
GIVES_WAY = 10
"""Niceness of the process: people at the page come first."""
SIMULATING = 0.9
"""Share of the time that goes into simulating; the rest is for charts and tables."""
PARTS = 200
"""Steps told of at most, so that nobody is told of every month."""
WRITING, DONE = "drawing charts and writing the report", "done"


class Order(NamedTuple):
    """A report to be made."""

    folder: Path
    scenarios: tuple[Scenario, ...]
    """The base first."""
    draws: int


class Step(NamedTuple):
    """How far a report is."""

    share: float
    """Done, 0 to 1."""
    doing: str
    page: Path | None = None
    """The report, a single file; only known in the last step."""
    workbook: Path | None = None
    """The same as a workbook."""


class Trouble(NamedTuple):
    """What went wrong."""

    text: str


def make_report(link: Connection, order: Order) -> None:
    """Make a report, and tell of steps, the last of which has the files, or of trouble."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that serves the page
    if hasattr(os, "nice"):
        os.nice(GIVES_WAY)
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        try:
            link.send(_made(link, order))
        except BrokenPipeError:
            raise
        except Exception as problem:  # noqa: BLE001  told to whoever asked
            link.send(Trouble(f"The report could not be made: {type(problem).__name__}: {problem}"))


def _made(link: Connection, order: Order) -> Step:
    from sim.comparison import compare
    from sim.report.writing import PAGE, WORKBOOK

    base, *others = order.scenarios
    output = order.folder / RESULTS
    # One thread, which does not change results: another processor is left to the page.
    compare(
        base, others, draws=order.draws, threads=1, workers=1, output=output, report=True,
        watch=lambda months: _Told(link, months),
    )  # fmt: skip
    return Step(1.0, DONE, output / PAGE, output / WORKBOOK)


class _Told(Silent):
    """Sends how many months are done; when all are, the report is being written."""

    def __init__(self, link: Connection, months: int) -> None:
        self._link, self._months = link, max(1, months)
        self._done = self._part = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Simulated, or failed, of which more will be heard."""
        if error is None:
            self._link.send(Step(SIMULATING, WRITING))

    def advance(self, months: int = 1) -> None:
        """So many months are simulated."""
        self._done = min(self._done + months, self._months)
        part = PARTS * self._done // self._months
        if part > self._part:
            self._part = part
            words = f"simulating: month {self._done} of {self._months}"
            self._link.send(Step(SIMULATING * self._done / self._months, words))
