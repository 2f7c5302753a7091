"""Rows to which something happens this month: marked by many threads at once, then listed and gone through in order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.jit import kernel

BYTES_A_WORD = 8


class Marks:
    """One mark (a small whole number, 0 for nothing) for each row."""

    def __init__(self, size: int) -> None:
        words = -(-size // BYTES_A_WORD)
        self._words = np.zeros(words, dtype=np.uint64)
        self._all = self._words.view(np.int8)
        self._rows = np.empty(words * BYTES_A_WORD, dtype=np.int64)
        self.of_row: NDArray[np.int8] = self._all[:size]
        """[size] the marks, to be written."""

    def rows(self) -> NDArray[np.int64]:
        """Rows that are marked, in order; the array holds until the next call."""
        return self._rows[: list_marked(self._words, self._all, self._rows)]


@kernel
def list_marked(words, marks, rows):
    """Write the rows that are marked to `rows` and return how many; most words of eight marks are empty."""
    found = 0
    for word in range(words.shape[0]):
        if words[word] != 0:
            for row in range(word * BYTES_A_WORD, (word + 1) * BYTES_A_WORD):
                if marks[row] != 0:
                    rows[found] = row
                    found += 1
    return found
