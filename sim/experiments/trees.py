"""Boxes by CART: the leaves of a classification tree (Breiman et al. 1984) in which most runs are of interest."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.prim import FEWEST, SMALLEST, Flags, Limit, Limits, inside, merit, orders, significant

DEEPEST = 3
"""Conditions on the way to a leaf, at most."""
MOST = 0.5
"""Share of runs of interest above which a leaf is a box."""


def tree_limits(runs: pd.DataFrame, interest: Flags) -> list[Limits]:
    """Limits of each leaf in which most runs are of interest, without conditions that chance explains."""
    from sklearn.tree import DecisionTreeClassifier

    columns, meanings = _numbers(runs)
    least = max(FEWEST, int(np.ceil(SMALLEST * len(runs))))
    tree = DecisionTreeClassifier(max_depth=DEEPEST, min_samples_leaf=least, random_state=0).fit(columns, interest)
    leaves = tree.apply(columns)
    most = [int(leaf) for leaf in np.unique(leaves) if interest[leaves == leaf].mean() > MOST]
    ways = (significant(runs, interest, _way_to(tree.tree_, leaf, meanings, runs)) for leaf in most)
    return [limits for limits in ways if limits]


def best_leaf(runs: pd.DataFrame, interest: Flags) -> Limits:
    """The leaf that best combines density and coverage."""
    leaves = tree_limits(runs, interest)
    return max(leaves, key=lambda limits: merit(interest, inside(runs, limits)), default={})


def _numbers(runs: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, Hashable | None]]]:
    """[run, column] numbers as they are, a column for each value of other axes; and what each column means."""
    columns: list[np.ndarray] = []
    meanings: list[tuple[str, Hashable | None]] = []
    for axis in runs.columns:
        values: Sequence[Hashable | None] = [None] if orders(runs[axis]) else sorted(runs[axis].unique(), key=str)
        for value in values:
            column = runs[axis] if value is None else runs[axis] == value
            columns.append(column.to_numpy(dtype=np.float64))
            meanings.append((str(axis), value))
    return np.column_stack(columns), meanings


def _way_to(tree: Any, leaf: int, meanings: list[tuple[str, Hashable | None]], runs: pd.DataFrame) -> Limits:
    """Limits that hold in a leaf of a fitted tree."""
    lower, upper = np.asarray(tree.children_left), np.asarray(tree.children_right)
    limits: Limits = {}
    while leaf != 0:
        below = leaf in lower
        parent = int(np.flatnonzero((lower if below else upper) == leaf)[0])
        axis, value = meanings[int(tree.feature[parent])]
        limits[axis] = _cut(limits.get(axis, Limit()), value, float(tree.threshold[parent]), below, runs[axis])
        leaf = parent
    return limits


def _cut(before: Limit, value: Hashable | None, at: float, below: bool, values: pd.Series) -> Limit:
    """A limit with one more cut: at a number, or between one value of an axis without numbers and the others."""
    if value is None:
        return before._replace(high=min(before.high, at)) if below else before._replace(low=max(before.low, at))
    allowed = before.among if before.among is not None else frozenset(values.unique())
    return before._replace(among=allowed - {value} if below else frozenset({value}))
