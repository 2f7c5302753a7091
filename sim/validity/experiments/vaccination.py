"""Vaccination as a condition of work in care homes, autumn 2021 to early 2022: the baseline with and without it."""

from __future__ import annotations

import numpy as np

from sim.law import Law
from sim.units import LeaveReason, parse_month
from sim.validity.experiments.worlds import HOMES, PERCENT, Branch, Found, Mask, change, direct_care_staff, watch

FIRST, LAST = parse_month("2021-09"), parse_month("2022-02")
"""Months of `vaccination_condition` in ``law.csv`` above nothing."""


def no_condition(law: Law, month: int) -> Law:
    """The law of the time without the condition."""
    return law._replace(vaccination_condition=0.0)


def lost_by_place(start: Branch) -> tuple[float, float]:
    """Care-home staff who go because of the condition, percent, where unemployment is lowest and where it is highest.

    Thirds of the councils by unemployment in the first month.
    """
    model = start.go()
    rate = model.law_of(FIRST).unemployment
    low, high = np.quantile(rate, (1.0 / 3.0, 2.0 / 3.0))
    staff = direct_care_staff(model)
    firms = model.providers.columns
    council = firms.council[staff.employer][np.isin(firms.service[staff.employer], HOMES)]
    in_homes = np.bincount(council, minlength=rate.size).astype(float)
    gone = np.zeros(rate.size)
    for _ in range(FIRST, LAST + 1):
        model.simulate_month()
        gone += model.ledger.leavers[..., LeaveReason.VACCINATION][:, list(HOMES)].sum(axis=(1, 2, 3))

    def share(where: Mask) -> float:
        return float(PERCENT * gone[where].sum() / in_homes[where].sum())

    return share(rate <= low), share(rate >= high)


def vaccination(start: Branch) -> Found:
    """Care homes at the end of the condition with and without it; `start` is the month it began."""
    months = LAST - FIRST + 1
    with_condition = watch(start.go(), months)
    without = watch(start.go(no_condition), months)
    homes = list(HOMES)
    lost = with_condition.leavers[homes, LeaveReason.VACCINATION].sum()
    mean_staff = with_condition.present[homes].sum() / months
    low, high = lost_by_place(start)
    return {
        "vaccination_lost": float(PERCENT * lost / mean_staff),
        "vaccination_staff": change(with_condition.staff[homes].sum(), without.staff[homes].sum()),
        "vaccination_by_place": low - high,
    }
