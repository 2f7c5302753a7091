"""Financial years of the figures that the page shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.app.span import MONTHLY
from sim.doses.study import PAYERS
from sim.measures import Floats
from sim.results import year_value
from sim.units import MONTHS_PER_YEAR


def by_year(values: Any) -> Floats:
    """[..., figure, year] of financial years, the way results sum them up, from [..., figure, month] from an April."""
    months = np.asarray(values, dtype=np.float64)
    aprils = range(0, months.shape[-1] - MONTHS_PER_YEAR + 1, MONTHS_PER_YEAR)
    figures = [
        np.stack([year_value(name, months[..., place, :], april) for april in aprils], axis=-1)
        for place, name in enumerate((*MONTHLY, PAYERS[0]))
    ]
    return np.stack(figures, axis=-2)
