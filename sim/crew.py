"""Threads that share a kernel's rows among them; results never depend on who does what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import pairwise
from threading import Condition
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
ROUNDS = (0.6, 0.25, 0.1, 0.05)
"""Shares of the rows handed out in turn, a piece of each to every thread: people in post lie unevenly among the rows,
and small pieces at the end let all threads finish together (factoring: Hummel, Schonberg and Flynn 1992)."""
FEW_ROWS = 10_000
"""People or employers up to which handing out more than one piece takes longer than waiting for the slower thread."""
LINKS = 6
"""Equal pieces for each thread where one step of the work on them goes in order."""

Piece = tuple[np.uint64, np.uint64]


class Crew:
    """A number of threads, this one among them."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def over(self, size: int, kernel: Callable[..., Any], *arguments: Any) -> None:
        """Run ``kernel(lo, hi, *arguments)`` over all rows."""
        self._share(self._pieces(size), kernel, arguments)

    def over_councils(self, size: int, kernel: Callable[..., Any], *arguments: Any) -> None:
        """The same over councils: few rows, with a hundred times the work in one as in another."""
        self._share(self._pieces(size, few=0), kernel, arguments)

    def _share(self, pieces: Iterable[Piece], kernel: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        def work() -> None:
            for lo, hi in pieces:
                kernel(lo, hi, *arguments)

        self.together([work] * self.threads)

    def into(self, size: int, kernel: Callable[..., Any], outs: list[Any], *arguments: Any) -> None:
        """Run a kernel that adds whole numbers to its last argument, with an output of its own for each thread."""
        pieces = self._pieces(size)

        def work(out: Any) -> None:
            for lo, hi in pieces:
                kernel(lo, hi, *arguments, out)

        self.together([partial(work, out) for out in outs[: self.threads]])

    def listing(
        self, size: int, kernel: Callable[..., Any], listed: NDArray[np.uint64], *arguments: Any
    ) -> NDArray[np.uint64]:
        """Run a kernel that lists some of its rows, and return them all in order.

        ``kernel(lo, hi, *arguments, listed)`` writes to `listed` from place `lo` on, and returns where its rows end.
        """
        ends: dict[np.uint64, int] = {}

        def work(lo: np.uint64, hi: np.uint64, *others: Any) -> None:
            ends[lo] = kernel(lo, hi, *others)

        self.over(size, work, *arguments, listed)
        return np.concatenate([listed[:0], *(listed[lo : ends[lo]] for lo in sorted(ends))])

    def relay(
        self,
        size: int,
        judge: Callable[[np.uint64, np.uint64], T],
        act: Callable[[T], Any],
        settle: Callable[[T], Any] | None = None,
    ) -> None:
        """Three steps for each piece of the rows: several pieces are judged and settled at once, but acts go in order.

        ``judge(lo, hi)`` returns what the two other steps are handed. An act may change what other acts see; what is
        judged and settled of other rows must not depend on it.
        """
        relay = _Relay(even_pieces(size, LINKS * self.threads if self.threads > 1 else 1), judge, act, settle)
        self.together([relay.work] * self.threads)

    def together(self, tasks: Iterable[Callable[[], Any]]) -> None:
        """Do tasks at once, the first on this thread; without others, one after the other."""
        first, *others = tasks
        if self._pool is None:
            first()
            for task in others:
                task()
            return
        waiting = [self._pool.submit(task) for task in others]
        try:
            first()
        finally:  # however it ends, nobody goes on writing afterwards
            problems = [each.exception() for each in waiting]
        for problem in filter(None, problems):
            raise problem

    def _pieces(self, size: int, few: int = FEW_ROWS) -> Iterable[Piece]:
        """Pieces of rows; next() on the iterator of a list hands each to one thread only."""
        if self.threads == 1:
            return [(np.uint64(0), np.uint64(size))]
        return iter(shrinking_pieces(size, self.threads, few))


@lru_cache(maxsize=1000)
def shrinking_pieces(size: int, threads: int, few: int = FEW_ROWS) -> tuple[Piece, ...]:
    """Pieces of rows in the order in which threads take them, smaller from round to round; of few rows one each."""
    shares = np.repeat(ROUNDS if size > few else (1.0,), threads) / threads
    edges = [np.uint64(round(edge * size)) for edge in np.concatenate([[0.0], np.cumsum(shares)])]
    return tuple(piece for piece in pairwise(edges) if piece[0] < piece[1])


def even_pieces(size: int, number: int) -> list[Piece]:
    """So many pieces of nearly the same number of rows."""
    edges = [np.uint64(edge) for edge in np.linspace(0, size, number + 1)]
    return list(pairwise(edges))


class _Relay:
    """What is done and to be done of `Crew.relay`."""

    def __init__(
        self,
        pieces: list[Piece],
        judge: Callable[[np.uint64, np.uint64], Any],
        act: Callable[[Any], Any],
        settle: Callable[[Any], Any] | None,
    ) -> None:
        self.pieces, self.judge, self.act, self.settle = pieces, judge, act, settle
        self.judged: dict[int, Any] = {}
        self.to_judge = self.acted = self.to_settle = 0
        self.acting = self.failed = False
        self.change = Condition()

    def work(self) -> None:
        """Do steps until none is left."""
        try:
            while step := self._next():
                step()
        except BaseException:
            with self.change:
                self.failed = True
                self.change.notify_all()
            raise

    def _next(self) -> Callable[[], None] | None:
        """The next step, waited for; the act that is due comes first, since others wait for it."""
        with self.change:
            while not self.failed:
                if not self.acting and self.acted in self.judged:
                    self.acting = True
                    return self._act
                if self.to_judge < len(self.pieces):
                    self.to_judge += 1
                    number = self.to_judge - 1
                    return lambda: self._judge(number)
                if self.settle is not None and self.to_settle < self.acted:
                    self.to_settle += 1
                    number = self.to_settle - 1
                    return lambda: self.settle(self.judged[number])  # type: ignore[misc]
                if self.acted == len(self.pieces):
                    return None
                self.change.wait()
        return None

    def _judge(self, number: int) -> None:
        found = self.judge(*self.pieces[number])
        with self.change:
            self.judged[number] = found
            self.change.notify_all()

    def _act(self) -> None:
        self.act(self.judged[self.acted])
        with self.change:
            self.acted, self.acting = self.acted + 1, False
            self.change.notify_all()
