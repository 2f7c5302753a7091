"""Driver of the verb that comes before buying: need by client group, and its assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.month import assess as assess_kernels
from sim.units import ASSESSOR_ROLES

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def assess(model: CareLabourModel) -> None:
    """People come to need care, and councils assess those for whom they have time."""
    w = model.world
    councils, providers, found = w.councils.columns, w.providers.columns, np.ones((w.regions, len(ASSESSOR_ROLES)))
    assess_kernels.find_agency_assessors(councils, providers, w.reach, model.p, found)
    model.crew.over_councils(
        w.councils.capacity, assess_kernels.assess, councils, providers, w.reach, found, model.law, model.p
    )
