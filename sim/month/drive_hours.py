"""Driver of the verb in which people on benefits review their hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.month import hours_supplied as kernels

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def review_hours(model: CareLabourModel) -> None:
    """In April, people on benefits review the hours they want to work."""
    w = model.world
    if model.law.april == 1:
        model.crew.over(
            w.workers.capacity, kernels.review_hours, model.month, w.workers.columns, w.providers.columns, model.law,
            model.p,
        )  # fmt: skip
