"""Rows that a kernel has a closer look at: marked by a pass over everybody, then listed and gone through in order."""

from __future__ import annotations

import numpy as np

from sim.jit import part


@part
def list_rows(lo, hi, marks, rows):
    """Write the rows in [lo, hi) with mark 1 to `rows`, from place `lo` on, and return where they end."""
    return list_where(lo, hi, marks, 1, rows)


@part
def list_where(lo, hi, column, value, rows):
    """The same for rows that have a value in a column, such as people with a status.

    Without a branch, which would be guessed wrong wherever those rows and others lie side by side in no order.
    """
    end = lo
    for row in range(lo, hi):
        rows[end] = row
        end += np.uint64(column[row] == value)
    return end
