"""Driver of the verb that comes before buying: need by client group, and its assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.month import assess as assess_kernels

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def assess(model: CareLabourModel) -> None:
    """People come to need care, and councils assess those for whom they have time."""
    w = model.world
    model.crew.over(
        w.councils.capacity, assess_kernels.assess, w.councils.columns, w.providers.columns, w.reach, model.law,
        model.p,
    )  # fmt: skip
