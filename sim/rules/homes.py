"""Care homes that close beds for want of staff, and people who wait in hospital for care that has no room."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour
from sim.units import MONTHS_PER_YEAR

COUNTED_MONTHS = 10 * MONTHS_PER_YEAR
"""Months short of staff are counted so far: any home has closed beds long before."""


@rule
def months_short(before: int, missed: int, demand: int, p: Behaviour) -> int:
    """Months running in which a home gave less care than it can answer for; 0 once it is staffed."""
    if missed <= int(demand * p.bed_tolerated):
        return 0
    return before + 1 if before < COUNTED_MONTHS else COUNTED_MONTHS


@rule
def beds_closed(before: float, short: int, missed: int, demand: int, p: Behaviour) -> float:
    r"""Share of its beds that a home has closed to admission.

    After `bed_patience` months of too few staff it closes beds in proportion to the care it misses; once staffed it
    reopens a part each month, and the rest when hardly any are closed (`bed_reopened`):

    .. math:: b' = \min(\bar b, \; b + \kappa \, m / d), \qquad b' = (1 - r) \, b
    """
    if short == 0:
        kept = before * (1.0 - p.bed_reopening)
        return kept if kept >= p.bed_reopened else 0.0
    if short < int(p.bed_patience) or demand <= 0:
        return before
    closed = before + p.bed_closing * missed / demand
    return closed if closed < p.bed_closed_most else p.bed_closed_most


@rule
def open_capacity(capacity: int, closed: float) -> int:
    """Staff time a week for which a home of a given size has beds open, minutes."""
    return int(capacity * (1.0 - closed))


@rule
def residents_not_replaced(demand: int, open_beds: int, p: Behaviour) -> int:
    """Care, minutes a week, of residents who leave or die this month and whose beds are closed.

    Nobody is moved out: a home shrinks to its open beds no faster than residents come and go.
    """
    over = demand - open_beds
    if over <= 0:
        return 0
    most = int(demand * p.home_turnover)
    return over if over < most else most


@rule
def admissions_refused(declined: int, bought: int, closed: float, p: Behaviour) -> int:
    """Care of a council's residents, minutes a week, that a home which loses money on it gives up this month.

    No more than that of those who leave or die, whose places it does not offer to the council again: nobody is moved
    out. `declined` is what another service would hand back (`care_declined`). A home that has a share of its beds
    `closed` for want of staff gives up such places already (`residents_not_replaced`).
    """
    if closed > 0.0:
        return 0
    most = int(bought * p.home_turnover)
    return declined if declined < most else most


@rule
def discharges_delayed(waiting: int, closed: int, p: Behaviour) -> float:
    r"""People who on an average day are fit to leave hospital and wait for care of one service.

    In proportion to the care that the NHS would buy and cannot place, and to beds closed that would have taken people
    from hospital (minutes a week). The care of one person waited for is set once, by the level of December 2021.

    .. math:: D = (w + h \, c) / g
    """
    return (waiting + p.beds_for_hospital * closed) / p.delayed_minutes
