"""Care that nobody is paid to give falls on family and friends, some of whom work in care themselves."""

from __future__ import annotations

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def minutes_for_each_carer(unmet_minutes: float, carers: float, support: float) -> float:
    """Care not met, less what support takes off, shared among the unpaid carers of the council, minutes a week.

    None where there are no carers. About five million people in England and Wales cared for somebody without pay in
    2021, 8.9% of people in England (Census 2021).
    """
    return unmet_minutes * (1.0 - support) / carers if carers > 0.0 else 0.0


@rule
def caring_strength(age_years: float, carers_minutes: float, p: Behaviour) -> float:
    r"""Chance that a person has caring duties, times the hours a week of unmet care that fall on a carer.

    .. math:: s = d(a) \min(h, h_{most})

    Duties `d` are a share of people in the years when caring for parents peaks, and a part of it at other ages.
    """
    hours = carers_minutes / 60.0
    if hours > p.carer_hours_most:
        hours = p.carer_hours_most
    peak = p.carer_age_from <= age_years < p.carer_age_to
    duties = p.carer_share if peak else p.carer_other_ages * p.carer_share
    return duties * hours


@rule
def caring_leave_chance(strength: float, p: Behaviour) -> float:
    """Monthly chance of giving up work to care: 40% of heavy carers say that they have (Carers UK 2023, self-selected).

    No estimate by hour of unmet care was found; the starting value is small and zero switches it off.
    """
    return p.carer_leaving * strength


@rule
def caring_cut_chance(strength: float, p: Behaviour) -> float:
    """Monthly chance of working fewer hours in order to care; 38% of carers in work are part-time, 29% of others."""
    return p.carer_cutting * strength


@rule
def caring_bound(p: Behaviour) -> float:
    """Upper bound of both chances together, for drawing first and judging later.

    Worked out as the chances are, so that rounding puts none of them above it.
    """
    strongest = p.carer_share * p.carer_hours_most
    return caring_leave_chance(strongest, p) + caring_cut_chance(strongest, p)


@rule
def hours_kept(minutes: int, p: Behaviour) -> int:
    """Weekly minutes that are left when somebody cuts their hours in order to care."""
    return int(minutes * p.carer_hours_kept)
