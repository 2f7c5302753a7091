"""Rows to which something happens this month: marked by many threads at once, then listed and gone through in order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.jit import kernel, part

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
        self.listed = np.empty(size, dtype=np.uint64)
        """[size] room in which a kernel lists the rows it has a closer look at, each piece of rows in its own part."""

    def rows(self) -> NDArray[np.int64]:
        """Rows that are marked, in order; the array holds until the next call."""
        return self._rows[: list_marked(self._words, self._all, self._rows)]


@part
def list_rows(lo, hi, marks, rows):
    """Write the rows in [lo, hi) with mark 1 to `rows`, from place `lo` on, and return where they end.

    Without a branch, which would be guessed wrong at every row that is marked.
    """
    end = lo
    for row in range(lo, hi):
        rows[end] = row
        end += np.uint64(marks[row])
    return end


@kernel
def list_marked(words, marks, rows):
    """Write the rows that are marked to `rows` and return how many; most words of eight marks are empty."""
    found = 0
    for word in range(words.shape[0]):
        if words[word] != 0:
            for row in range(word * BYTES_A_WORD, (word + 1) * BYTES_A_WORD):
                rows[found] = row
                found += int(marks[row] != 0)
    return found
