"""A keyed sample: who is followed depends on identity and seed alone.

Every identity has a draw for life, and those below a threshold are followed. The threshold is set once, so that as many
are followed as were asked for among those there at that moment; newcomers are held against the same threshold, from the
month they come. So the same share of everybody is followed at any time, the same people are followed in every scenario,
and the rows in which they stand do not matter. A larger sample contains the smaller one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, uniforms

Identities = NDArray[np.uint64]


def lots(seed: int, uids: Identities) -> NDArray[np.float64]:
    """The draw for life by which each identity is followed or not."""
    return uniforms(seed, uids, 0, Purpose.FOLLOW)


class Sample(NamedTuple):
    """A share of all identities."""

    seed: int
    threshold: float

    @classmethod
    def of(cls, seed: int, uids: Identities, number: int) -> Sample:
        """The sample that holds so many of these identities, or all if there are fewer; 0 is no identity."""
        drawn = np.sort(lots(seed, uids[uids != 0]))
        if number >= drawn.size:
            return cls(seed, 1.0)
        return cls(seed, float(drawn[number - 1]) if number > 0 else -1.0)

    def rows(self, uids: Identities) -> NDArray[np.int64]:
        """Rows of a column of identities whose holders are followed, in the order of identities."""
        rows = np.flatnonzero((lots(self.seed, uids) <= self.threshold) & (uids != 0))
        return rows[np.argsort(uids[rows])]


def identity(uid: int) -> str:
    """An identity as tables write it: 16 hexadecimal digits, which no spreadsheet rounds."""
    return f"{uid:016x}"
