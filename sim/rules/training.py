"""Training in paid time: hours taken from care, and how long it takes to qualify."""

from __future__ import annotations

from sim.jit import rule


@rule
def minutes_released(worked_minutes: int, release: int, qualified: int) -> int:
    """Paid minutes a week that a member of staff spends in training and not with people; none once qualified."""
    if qualified == 1:
        return 0
    return release if release < worked_minutes else worked_minutes


@rule
def qualifies(u: float, chance: float) -> bool:
    """Whether a person in training finishes the qualification this month.

    The chance is the time released in a month over the time that the qualification takes, so that it takes as long on
    average as that time needs; who takes longer and who is quicker is luck.
    """
    return u < chance
