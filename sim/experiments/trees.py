"""Boxes by CART: the leaves of a classification tree (Breiman et al. 1984) in which most runs are of interest."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.prim import FEWEST, SMALLEST, Flags, Limit, Limits, inside, orders, significant

DEEPEST = 3
"""Conditions on the way to a leaf, at most."""
MOST = 0.5
"""Share of runs of interest above which a leaf is a box."""
SAME = 0.5
"""Share of the runs of a leaf that a leaf of another tree has to hold to be taken for the same one."""


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


def same_leaf(runs: pd.DataFrame, interest: Flags, leaf: Limits) -> Limits:
    """The leaf of a tree grown on these runs that takes the place of a leaf known from others; no limits if none does.

    It holds more than half of the runs that lie in the known one. Of several that do, as leaves may once chance is
    cleared from their conditions, it is the one whose runs are most nearly the same.
    """
    known = inside(runs, leaf)
    if not known.any():
        return {}
    found = [(limits, inside(runs, limits)) for limits in tree_limits(runs, interest)]
    same = [(limits, within) for limits, within in found if within[known].mean() > SAME]
    return max(same, key=lambda one: _overlap(known, one[1]), default=({}, known))[0]


def _overlap(one: Flags, other: Flags) -> float:
    """Share of the runs in either that are in both (Jaccard)."""
    return float((one & other).sum() / (one | other).sum())


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
