"""A central body plans how many people are brought to care, from what it saw some months before."""

from __future__ import annotations

from sim.jit import rule


@rule
def shortage_projected(sought: int, filled: int, error: float) -> float:
    r"""Share of the posts projected that nobody holds, from posts sought and filled when the plan was made.

    .. math:: s = \max(0, 1 - \frac{F}{P (1 + e)})

    with posts sought `P`, posts filled `F` and the error `e` of the projection.
    """
    projected = sought * (1.0 + error)
    if projected <= filled or projected <= 0.0:
        return 0.0
    return 1.0 - filled / projected


@rule
def planned_interest(shortage: float, target: float, response: float) -> float:
    """People whom the plan brings to look, share of those who look anyway; none below the shortage aimed at."""
    if shortage <= target:
        return 0.0
    return response * (shortage - target)
