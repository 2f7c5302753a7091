"""A large supermarket opens beside care homes; and, as a positive control, low pay outside care rises by a tenth.

A test that finds nothing says little unless the same market shows something when the world outside care does change.
"""

from __future__ import annotations

import numpy as np

from sim.law import Law
from sim.units import MONTHS_PER_YEAR
from sim.validity.experiments.evidence import setting
from sim.validity.experiments.worlds import HOMES, TENTH, Alteration, Branch, Found, change, watch


def opening(start: int) -> Alteration:
    """Vacancies outside care, against those without the opening, from `start` on."""
    recruiting = int(setting("supermarket_recruiting_months"))
    first, later = 1.0 + setting("supermarket_vacancies_opening"), 1.0 + setting("supermarket_vacancies_after")

    def altered(law: Law, month: int) -> Law:
        if month < start:
            return law
        return law._replace(tightness=law.tightness * (first if month < start + recruiting else later))

    return altered


def dearer_outside(start: int) -> Alteration:
    """Low pay outside care a tenth higher from `start` on."""

    def altered(law: Law, month: int) -> Law:
        if month < start:
            return law
        return law._replace(outside_pay=np.rint(law.outside_pay * (1.0 + TENTH)).astype(law.outside_pay.dtype))

    return altered


def supermarket(start: Branch) -> Found:
    """Care homes a year after an opening, and all staff after a year of better pay outside."""
    month = start.state.month
    without = watch(start.go(), MONTHS_PER_YEAR)
    opened = watch(start.go(opening(month)), MONTHS_PER_YEAR)
    dearer = watch(start.go(dearer_outside(month)), MONTHS_PER_YEAR)
    homes = list(HOMES)
    return {
        "supermarket_staff": change(opened.staff[homes].sum(), without.staff[homes].sum()),
        "supermarket_leaving": opened.turnover_of(HOMES) - without.turnover_of(HOMES),
        "outside_pay_leaving": dearer.turnover - without.turnover,
        "outside_pay_staff": change(dearer.staff.sum(), without.staff.sum()),
    }
