"""Processes that only pretend to make a report; in a file of their own, which each of them reads when it starts."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from sim.app.report_worker import Step, Trouble

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.app.report_worker import Order

FOREVER = 3600.0


def quick(link: Connection, order: Order) -> None:
    """Stands in for a process that makes a report, and says when it began and ended."""
    page = order.folder / "page"
    began = time.time()
    link.send(Step(0.1, "at work"))
    time.sleep(0.2)
    page.write_text(f"{began} {time.time()}")
    link.send(Step(1.0, "done", page, page))


def endless(link: Connection, order: Order) -> None:
    """Stands in for a process that is never done."""
    link.send(Step(0.1, str(os.getpid())))
    time.sleep(FOREVER)


def dying(link: Connection, order: Order) -> None:
    """Stands in for a process that dies."""
    link.send(Step(0.1, "at work"))
    os._exit(3)


def failing(link: Connection, order: Order) -> None:
    """Stands in for a process in which something goes wrong."""
    link.send(Trouble("no room"))
