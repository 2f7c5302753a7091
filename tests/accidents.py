"""Tasks that meet with accidents, for tests of the engine; every worker imports them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

WAIT = 60.0
"""Most seconds that a test waits for something to happen."""


class Toy(NamedTuple):
    """A task."""

    number: int
    group: str = "one"
    first: bool = False
    die_until: str = ""
    """File without which the worker that is at the task kills itself, and which it then makes."""
    die: bool = False
    wait_for: str = ""
    """File for which the task waits."""
    wrong: bool = False

    def apart(self) -> list[Toy]:
        return [self]


def do(task: Toy) -> tuple[int, int]:
    """The number of a task and the process that did it."""
    if task.die_until and not Path(task.die_until).exists():
        Path(task.die_until).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if task.die:
        os.kill(os.getpid(), signal.SIGKILL)
    if task.wrong:
        message = f"task {task.number} is wrong"
        raise ValueError(message)
    if task.wait_for:
        wait_until(lambda: Path(task.wait_for).exists())
    return task.number, os.getpid()


def wait_until(holds: object, seconds: float = WAIT) -> None:
    """Look again and again until something holds."""
    until = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
