"""Handing out tasks: to processes of this machine or to any Dask cluster, and what to do when something dies.

A bounded number of tasks is out at a time, so memory does not grow with their number. Only what has come back counts:
a task whose worker died, or whose scheduler was lost, is handed out again.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import signal
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent import futures
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from sim.experiments.dealing import Dealer, Dealt
from sim.problems import COMMAND_LINE, Problem, ScenarioError

AHEAD = 2
"""Tasks out for each worker: one at work, one to go on with."""
PATIENCE = 300.0
"""Seconds for which a lost scheduler is looked for."""
ATTEMPT = 10.0
"""Seconds in which a scheduler must answer."""
FETCHED = 5.0
"""Seconds in which a result, which is small, must arrive; else its worker has died with it."""
PAUSE = 1.0
"""Seconds between looks at which workers there are, and between attempts to find a scheduler."""
LOOPBACK = "127.0.0.1"
ADDRESS = re.compile(r"\w+://(?P<host>[^/]+):(?P<port>\d{1,5})")
EVENTS_KEPT = 20
"""Of those that Dask logs for whoever looks into Dask itself."""
DEATHS = 2
"""Workers that die at a task before it is set aside: one death is as likely the machine's fault."""
GONE = (OSError, TimeoutError, RuntimeError, futures.CancelledError)
"""What Dask raises where a connection is lost."""

T = TypeVar("T", bound=Dealt)
R = TypeVar("R")


def reach(scheduler: str) -> None:
    """Refuse an address at which no scheduler answers, before anything is written.

    Raises:
        ScenarioError: nothing answers there.
    """
    with Engine(1, scheduler):
        pass


class WorkersDie(Exception):
    """Workers die at a run, however often it is tried."""


class _Out(NamedTuple):
    """A task that is out."""

    future: Any
    task: Any
    worker: str
    """Address of the worker that has it."""
    suspect: bool


class Engine:
    """Workers, as a context: started at its beginning and gone at its end, however it ends."""

    def __init__(
        self,
        workers: int,
        scheduler: str | None = None,
        *,
        say: Callable[[str], None] = print,
        patience: float = PATIENCE,
    ) -> None:
        """Say which workers there are to be.

        Args:
            workers: processes on this machine.
            scheduler: address of a Dask scheduler whose workers are used in place of them.
            say: told what whoever watches should know.
            patience: seconds for which a lost scheduler is looked for.
        """
        self.workers, self.scheduler, self._say, self._patience = workers, scheduler, say, patience
        self._cluster: Any = None
        self._client: Any = None
        self._back: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._out: dict[str, _Out] = {}
        """In the order in which they went out, by key."""
        self._deaths: Counter[int] = Counter()
        """Workers that died at a task, by the identity of the task."""
        self._failed: deque[tuple[Any, Exception]] = deque()
        self._addresses: list[str] = []
        self._looked = -PAUSE
        self._idle_said = False

    def __enter__(self) -> Self:
        # What happens to workers and schedulers is said here, in words of our own.
        for logger in ("distributed", "asyncio"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        if self.scheduler is None:
            self._cluster = _local_cluster(self.workers)
        try:
            self._client = self._connect()
        except GONE:
            self.__exit__(None, None, None)
            found = f"nothing answers at {self.scheduler}"
            raise _unusable(found, "the address of a Dask scheduler") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers; those of a cluster drop what they have."""
        self._drop()
        if self._cluster is not None:
            with contextlib.suppress(*GONE):
                self._cluster.close(timeout=ATTEMPT)

    def make(self, tasks: Iterator[T], work: Callable[[T], R]) -> Iterator[tuple[T, R | Exception]]:
        """Do tasks, and give each with its result, or with what went wrong, in the order in which they come back.

        Args:
            tasks: what `work` is called with, those of a group one after another.
            work: a function of a module that every worker can import.

        Raises:
            ScenarioError: the scheduler is lost, and not found again in time.
        """
        dealer = Dealer(tasks)
        try:
            while True:
                self._look_after_workers(dealer)
                self._hand_out(dealer, work)
                if not (self._out or self._failed or dealer.suspects) and dealer.is_empty:
                    return
                settled = self._wait(dealer)
                if settled is not None:
                    dealer.came_back(settled[0])
                    self._deaths.pop(id(settled[0]), None)
                    yield settled
        finally:
            self._forget()

    # -- out and back

    def _hand_out(self, dealer: Dealer, work: Callable[[Any], Any]) -> None:
        """Give every worker something to do and something to go on with."""
        for _ in range(AHEAD):
            for address in self._addresses:
                if sum(out.worker == address for out in self._out.values()) < AHEAD:
                    task = dealer.next_for(address)
                    if task is not None:
                        self._submit(work, task, address)
        if not self._out and dealer.is_empty and dealer.suspects and self._addresses:
            # One at a time, so that no other is lost with its worker.
            self._submit(work, dealer.suspects.popleft(), self._addresses[0], suspect=True)

    def _submit(self, work: Callable[[Any], Any], task: Any, address: str, *, suspect: bool = False) -> None:
        future = self._client.submit(work, task, pure=False, workers=[address])
        self._out[future.key] = _Out(future, task, address, suspect)
        future.add_done_callback(self._back.put)

    def _wait(self, dealer: Dealer) -> tuple[Any, Any] | None:
        """The next task that is settled; None if none is yet."""
        if self._failed:
            return self._failed.popleft()
        try:
            future = self._back.get(timeout=PAUSE)
        except queue.Empty:
            if self._client.status != "running":
                self._find_again(dealer)
            return None
        out = self._out.get(future.key)
        if out is None:  # of a worker that was given up
            return None
        if future.status in ("cancelled", "lost"):
            self._find_again(dealer)
            return None
        del self._out[future.key]
        try:
            if future.status == "error":
                return out.task, future.exception(timeout=FETCHED)
            return out.task, future.result(timeout=FETCHED)
        except GONE:  # the worker died with the result, or the scheduler did
            dealer.lost([out.task])
            return None

    def _look_after_workers(self, dealer: Dealer) -> None:
        """See which workers there are, and take back what those had that are gone."""
        if time.monotonic() - self._looked < PAUSE:
            return
        self._looked = time.monotonic()
        try:
            self._addresses = sorted(self._client.nthreads())
        except GONE:
            return
        if not self._addresses and self._cluster is None and not self._idle_said:
            self._say("the scheduler has no workers yet; waiting for them")
            self._idle_said = True
        for address in {out.worker for out in self._out.values()} - set(self._addresses):
            self._give_up(address, dealer)

    def _give_up(self, address: str, dealer: Dealer) -> None:
        """Take back the tasks of a worker that is gone; the one that it was at may have been its death."""
        keys = [key for key, out in self._out.items() if out.worker == address]
        self._say(f"a worker is gone; its {len(keys)} tasks are handed out anew")
        outs = [self._out.pop(key) for key in keys]
        for out in outs:
            out.future.cancel(force=True)
        at_work, *next_ones = outs
        dealer.lost([out.task for out in next_ones])
        self._deaths[id(at_work.task)] += 1
        if self._deaths[id(at_work.task)] < DEATHS:
            dealer.lost([at_work.task])
        elif at_work.suspect:
            reason = "the process that was at it died each time it was tried, perhaps for want of memory"
            self._failed.append((at_work.task, WorkersDie(reason)))
        else:
            dealer.suspect(at_work.task)
            self._say("workers died at it before; its runs are tried again at the end, one by one")

    # -- connections

    def _connect(self) -> Any:
        from dask import distributed

        dask: Any = distributed
        if self.scheduler is not None:
            _check_answers(self.scheduler)
        return dask.Client(self._cluster or self.scheduler, timeout=ATTEMPT, set_as_default=False)

    def _find_again(self, dealer: Dealer) -> None:
        """The scheduler is gone: look for it, and hand out again what was out."""
        out = list(self._out.values())
        self._say(f"the scheduler is lost; looking for it for up to {self._patience:.0f} s")
        self._drop()
        until = time.monotonic() + self._patience
        while True:
            try:
                self._client = self._connect()
                break
            except GONE:
                if time.monotonic() > until:
                    found = f"lost, and not found again at {self.scheduler}"
                    raise _unusable(found, "that it is started again; then go on with --resume") from None
                time.sleep(PAUSE)
        self._looked = -PAUSE
        self._say(f"the scheduler is found again; {len(out)} tasks are handed out anew")
        dealer.lost([one.task for one in out if not one.suspect])
        dealer.suspects.extendleft(one.task for one in out if one.suspect)

    def _forget(self) -> None:
        """Have done with what is out: nobody waits for it any more."""
        if self._client is not None and self._out:
            with contextlib.suppress(*GONE):
                self._client.cancel([out.future for out in self._out.values()], force=True)
        self._out.clear()

    def _drop(self) -> None:
        """Close the connection."""
        self._out.clear()
        if self._client is not None:
            with contextlib.suppress(*GONE):
                self._client.close(timeout=PAUSE)
            self._client = None


def _local_cluster(workers: int) -> Any:
    """Processes of this machine, a thread each, that nobody else can reach, and that leave Ctrl-C to this one."""
    from dask import config, distributed

    dask: Any = distributed
    # Workers keep what their last events were about, some hundred thousand bytes for each task.
    config.set({"distributed.admin.low-level-log-length": EVENTS_KEPT})
    with _interrupts_ignored():
        return dask.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host=LOOPBACK, silence_logs=logging.CRITICAL,
            dashboard_address=f"{LOOPBACK}:0", scheduler_kwargs={"dashboard": False}, memory_limit=0,
            preload=["sim.experiments.worker_setup"],
        )  # fmt: skip


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ctrl-C does nothing meanwhile, and for good to processes that are started meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _check_answers(address: str) -> None:
    """Refuse what is no address, and where nobody listens, without the time that Dask takes for it."""
    place = ADDRESS.fullmatch(address)
    if place is None:
        raise _unusable(repr(address), "an address such as tcp://10.0.0.1:8786")
    with socket.create_connection((place["host"], int(place["port"])), timeout=ATTEMPT):
        pass


def _unusable(found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(COMMAND_LINE, 0, "--scheduler", found, expected)])
