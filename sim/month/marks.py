"""Rows that a kernel has a closer look at: marked by a pass over everybody, then listed and gone through in order."""

from __future__ import annotations

import numpy as np

from sim.jit import part


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


@part
def list_people(lo, hi, status, of, rows):
    """Write the rows in [lo, hi) of people with a status to `rows`, from place `lo` on, and return where they end.

    Who works in care and who has left it lie side by side in no order, so that a branch on it is often guessed wrong.
    """
    end = lo
    for row in range(lo, hi):
        rows[end] = row
        end += np.uint64(status[row] == of)
    return end
