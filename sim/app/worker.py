"""A process that holds branches and answers questions about them, one at a time."""

from __future__ import annotations

import contextlib
import signal
from collections import deque
from enum import Enum
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.measures import Floats

if TYPE_CHECKING:
    from sim.app.branches import Branch, Look
    from sim.levers.base import Lever


class Kind(Enum):
    """What is asked of a draw."""

    PATH = "path"
    """Figures of the first screen, year by year as they are simulated."""
    LOOK = "look"
    """A closer look: everything that the other screens show."""
    LIVES = "lives"
    """A closer look with people and establishments that are followed."""


class Job(NamedTuple):
    """Policies to be tried on one draw."""

    number: int
    """Of the question that it belongs to."""
    draw: int
    levers: tuple[Lever, ...]
    kind: Kind = Kind.PATH


class Ready(NamedTuple):
    """A draw has its history and its baseline."""

    draw: int
    baseline: Floats


class Part(NamedTuple):
    """Some years of a future are known."""

    number: int
    draw: int
    months: int
    values: Floats
    """[figure, month] from April 2026 on."""


class Looked(NamedTuple):
    """A future was looked at closely."""

    number: int
    draw: int
    look: Look
    baseline: Look
    """Of the same draw."""


class Done(NamedTuple):
    """A job is over: finished, or left because something else was asked for."""

    number: int
    draw: int
    finished: bool
    error: str = ""
    """What went wrong; empty if nothing did."""


Stop = None
"""Sent in place of a job: no more will come."""


class _Stopped(Exception):
    """No more will come."""


def answer(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Prepare draws and say so one by one, and do jobs until told to stop, those of draws that are ready meanwhile.

    A number sent while a job is done means that the question of this number is no longer asked.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that serves the page
    with contextlib.suppress(EOFError, BrokenPipeError, _Stopped):  # whoever asked is gone, or has had enough
        _Worker(link).serve(draws, scale)


class _Worker:
    """What the process knows."""

    def __init__(self, link: Connection) -> None:
        self.link = link
        self.branches: dict[int, Branch] = {}
        self.jobs: deque[Job] = deque()

    def serve(self, draws: tuple[int, ...], scale: float) -> None:
        from sim.app.branches import Branch

        for draw in draws:
            # People who already ask do not wait for the draws that are still to come.
            self.branches[draw] = Branch(draw, scale, tick=lambda month: self._do_jobs())
            self.link.send(Ready(draw, self.branches[draw].baseline))
        while True:
            self._hear(self.link.recv())
            self._do_jobs()

    def _hear(self, told: Any) -> None:
        """Note a job, or that nobody asks for one any more."""
        if told is Stop:
            raise _Stopped
        if isinstance(told, Job):
            self.jobs.append(told)

    def _do_jobs(self) -> None:
        while self.link.poll():
            self._hear(self.link.recv())
        while self.jobs:
            job = self.jobs.popleft()
            self.link.send(self._do(job))

    def _do(self, job: Job) -> Done:
        from sim.app.branches import Cancelled

        def goes_on() -> bool:
            asked = True
            while self.link.poll():
                told = self.link.recv()
                asked = asked and told != job.number
                self._hear(told)
            return asked

        try:
            self._simulate(job, goes_on)
        except Cancelled:
            return Done(job.number, job.draw, finished=False)
        except (EOFError, BrokenPipeError, _Stopped):
            raise
        except Exception as problem:  # noqa: BLE001  told to whoever asked; the others go on
            return Done(job.number, job.draw, finished=False, error=f"{type(problem).__name__}: {problem}")
        return Done(job.number, job.draw, finished=True)

    def _simulate(self, job: Job, goes_on: Any) -> None:
        branch = self.branches[job.draw]
        if job.kind is Kind.PATH:
            for months, values in branch.future(job.levers, goes_on):
                self.link.send(Part(job.number, job.draw, months, values))
            return
        follow = job.kind is Kind.LIVES
        own = branch.baseline_look(follow)
        look = branch.look(job.levers, follow, goes_on) if job.levers else own
        self.link.send(Looked(job.number, job.draw, look, own))
