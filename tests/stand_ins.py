"""Stand-ins for the processes of the workshop page that simulate."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from sim.app.span import END, HISTORY, SHOWN, START
from sim.app.worker import Done, Job, Looked, Part, Ready, Stop

FUTURE = END - START + 1
FIGURES = len(SHOWN)


def quick(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that simulates: two parts a draw, a twentieth of a second each."""
    _answering(link, draws, 0.05)


def steady(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """The same, slow enough that something can happen meanwhile on a busy machine."""
    _answering(link, draws, 0.4)


def _answering(link: Connection, draws: tuple[int, ...], seconds: float) -> None:
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        if isinstance(told, Job):
            finished = True
            for months in (12, FUTURE):
                time.sleep(seconds)
                if link.poll() and link.recv() == told.number:
                    finished = False
                    break
                link.send(Part(told.number, told.draw, months, np.full((FIGURES, months), 2.0)))
            link.send(Done(told.number, told.draw, finished))


def gradual(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process whose draws become ready one by one; it answers nothing."""
    for draw in draws:
        time.sleep(0.3)
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while link.recv() is not Stop:
        pass


def dying(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that dies at its first job."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    link.recv()


def failing(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process in which every run goes wrong."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        link.send(Done(told.number, told.draw, finished=False, error="ValueError: no"))


def looking(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that looks closely."""
    for draw in draws:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
    while (told := link.recv()) is not Stop:
        if isinstance(told, Job):
            look: Any = [told.draw]
            link.send(Looked(told.number, told.draw, look, list(look)))  # type: ignore[arg-type]
            link.send(Done(told.number, told.draw, finished=True))


def breaking(link: Connection, draws: tuple[int, ...], scale: float) -> None:
    """Stands in for a process that dies before its draws are ready, but for that of the first draw."""
    for draw in draws[: 1 if 1 in draws else 0]:
        link.send(Ready(draw, np.ones((FIGURES, END - HISTORY + 1))))
