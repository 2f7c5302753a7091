"""Driver of the counting of taxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.month import taxes as tax_kernels

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def count_taxes(model: CareLabourModel) -> None:
    """Taxes on the month's wages are added up."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity, tax_kernels.count_taxes, w.providers.columns, w.reach, model.stock.teams, model.law,
        model.p, model.ledger,
    )  # fmt: skip
