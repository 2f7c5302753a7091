"""Drivers of councils' budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.month import budgets as budget_kernels

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def set_budgets(model: CareLabourModel) -> None:
    """Councils' money comes in; in April the last year is closed."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity,
        budget_kernels.set_budgets,
        w.councils.columns,
        model.law,
        model.p,
        model.ledger,
    )


def close_month(model: CareLabourModel) -> None:
    """What councils did not spend, or spent beyond their money, is carried on."""
    if model.month < 0:
        # The spin-up only settles the market: its years are no financial years.
        return
    w = model.world
    model.crew.over_councils(w.councils.capacity, budget_kernels.close_month, w.councils.columns, model.ledger)
