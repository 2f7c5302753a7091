"""Driver of the counting of people outside care who look at care jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.month import lookers as looker_kernels
from sim.units import Stream

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def people_of_pools(model: CareLabourModel) -> looker_kernels.Pool:
    """People of the pools who look this month."""
    local = _local_lookers(model)
    model.councils.columns.looking[:] = local
    return looker_kernels.pool_of(
        {
            Stream.LOCAL_POOL: local,
            Stream.OVERSEAS_OTHER: _other_arrivals(model),
            Stream.GRANTED_ASYLUM: _granted_asylum(model),
        }
    )


def _local_lookers(model: CareLabourModel) -> np.ndarray:
    """People of each council's pool who look at care jobs this month."""
    found = np.zeros(model.councils.capacity, dtype=np.int64)
    seed, month, councils = model.draw_seed, model.month, model.councils.columns
    looker_kernels.count_local_lookers(seed, month, councils, model.law, model.p, found)
    if model.law.relocation.any():
        looker_kernels.relocate(seed, month, councils, model.world.reach, model.law, model.ledger, found)
    return found


def _other_arrivals(model: CareLabourModel) -> np.ndarray:
    """People who arrived by other routes and look for care work, shared among councils by their pools."""
    w, found = model.world, np.zeros(model.councils.capacity, dtype=np.int64)
    looker_kernels.count_other_arrivals(
        model.draw_seed, model.month, w.councils.columns, w.arrivals_share, w.scale, model.law, model.p, found
    )
    return found


def _granted_asylum(model: CareLabourModel) -> np.ndarray:
    """People granted asylum whom a policy puts in touch with care employers."""
    found = np.zeros(model.councils.capacity, dtype=np.int64)
    looker_kernels.count_granted_asylum(
        model.draw_seed, model.month, model.councils.columns, model.world.scale, model.law, found
    )
    return found
