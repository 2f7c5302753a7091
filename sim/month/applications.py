"""Where applications of a month are written: by people who are agents, and by people of the pools who look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month.marks import Marks
from sim.units import NOBODY, Stream

NO_APPLICATION, TO_CARE, TO_NHS, TO_OUTSIDE = 0, 1, 2, 3
SPARE = 1.25
"""Room made for people of the pools, against the number who look when room runs short."""


class Applications(NamedTuple):
    """One place for each row of workers, and after them one for each person of the pools who looks.

    `kind` says where the application goes (0 none, 1 care, 2 NHS, 3 outside).
    """

    kind: np.ndarray
    uid: np.ndarray
    provider: np.ndarray
    """Row of the provider, or of the NHS employer."""
    role: np.ndarray
    priority: np.ndarray
    chosen: np.ndarray
    """1 if a care employer takes the applicant."""


class PoolLookers(NamedTuple):
    """People who are not agents yet and look at care jobs this month, in the order of their identities."""

    stream: NDArray[np.int8]
    home: NDArray[np.int64]
    """Row of the council of residence."""
    number: NDArray[np.int64]
    """Place among those of the same stream and council this month."""


class Inbox:
    """Applications of a month; the arrays are kept from month to month."""

    table: Applications

    def __init__(self) -> None:
        self.pool_from = -1
        """First place of people of the pools: the number of workers' rows."""

    def fit(self, rows: int, pool: int = 0) -> None:
        """Make room for workers' rows and so many people of the pools."""
        if rows == self.pool_from and rows + pool <= self.table.kind.size:
            return
        size = rows + int(SPARE * pool)
        self.pool_from = rows
        self._marks = Marks(size)
        self.table = Applications(
            kind=self._marks.of_row,
            uid=np.zeros(size, dtype=np.uint64),
            provider=np.full(size, NOBODY, dtype=np.int32),
            role=np.zeros(size, dtype=np.int8),
            priority=np.zeros(size, dtype=np.float64),
            chosen=np.zeros(size, dtype=np.int8),
        )

    def open_for(self, rows: int, pool: int) -> None:
        """Make room for a month's people; last month's applications from the pools are thrown away."""
        self.fit(rows, pool)
        self.table.kind[self.pool_from :] = NO_APPLICATION

    def places(self) -> NDArray[np.int64]:
        """Places at which somebody applies for something, in order."""
        return self._marks.rows()


def pool_lookers(counts: dict[Stream, NDArray[np.int64]]) -> PoolLookers:
    """People who look, from their number by council in each stream."""
    streams, homes, numbers = [], [], []
    for stream, count in counts.items():
        home = np.repeat(np.arange(count.size), count)
        first = np.cumsum(count) - count
        streams.append(np.full(home.size, int(stream), dtype=np.int8))
        homes.append(home)
        numbers.append(np.arange(home.size) - first[home])
    return PoolLookers(np.concatenate(streams), np.concatenate(homes), np.concatenate(numbers))
