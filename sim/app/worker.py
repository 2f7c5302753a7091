"""A process that holds branches and answers questions about them, one at a time."""

from __future__ import annotations

import contextlib
import signal
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

from sim.measures import Floats

if TYPE_CHECKING:
    from sim.app.branches import Branch
    from sim.levers.base import Lever


class Job(NamedTuple):
    """Policies to be tried on one draw."""

    number: int
    """Of the question that it belongs to."""
    draw: int
    levers: tuple[Lever, ...]


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


class Done(NamedTuple):
    """A job is over: finished, or left because something else was asked for."""

    number: int
    draw: int
    finished: bool
    error: str = ""
    """What went wrong; empty if nothing did."""


Stop = None
"""Sent in place of a job: no more will come."""


def answer(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Prepare draws, say so one by one, and then do jobs until told to stop.

    A number sent while a job is done means that the question of this number is no longer asked.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that serves the page
    from sim.app.branches import Branch

    branches = {}
    with contextlib.suppress(EOFError, BrokenPipeError):  # whoever asked is gone
        for draw in draws:
            branches[draw] = Branch(draw, scale)
            link.send(Ready(draw, branches[draw].baseline))
        while True:
            told = link.recv()
            if isinstance(told, Job):
                link.send(_do(link, told, branches[told.draw]))
            elif told is Stop:
                return


def _do(link: Connection, job: Job, branch: Branch) -> Done:
    from sim.app.branches import Cancelled

    def goes_on() -> bool:
        while link.poll():
            told = link.recv()
            if told is Stop:
                raise EOFError
            if told == job.number:
                return False
        return True

    try:
        for months, values in branch.future(job.levers, goes_on):
            link.send(Part(job.number, job.draw, months, values))
    except Cancelled:
        return Done(job.number, job.draw, finished=False)
    except (EOFError, BrokenPipeError):
        raise
    except Exception as problem:  # noqa: BLE001  told to whoever asked; the others go on
        return Done(job.number, job.draw, finished=False, error=f"{type(problem).__name__}: {problem}")
    return Done(job.number, job.draw, finished=True)
