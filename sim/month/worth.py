"""What people's jobs are worth to them, for those who look at the model from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.jit import kernel
from sim.month.present_job import present_value

if TYPE_CHECKING:
    from sim.model import CareLabourModel


@kernel
def value_of_rows(rows, month, workers, providers, nhs, councils, peers, law, p, out):
    """Write the value of what each person in `rows` does now, log pay, as they judge it when they look at jobs."""
    for k in range(rows.shape[0]):
        out[k] = present_value(workers, rows[k], month, providers, nhs, councils, peers, law, p)


def worth(model: CareLabourModel, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Value of what people do, log pay, in the month just simulated."""
    out = np.empty(rows.size)
    value_of_rows(
        rows, model.month - 1, model.workers.columns, model.providers.columns,
        model.nhs_employers.columns, model.councils.columns, model.world.peers, model.law, model.p, out,
    )  # fmt: skip
    return out
