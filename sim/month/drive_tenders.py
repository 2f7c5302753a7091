"""Driver of the letting of home-care contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.month import tenders as tender_kernels

if TYPE_CHECKING:
    from sim.model import CareLabourModel


def let_contracts(model: CareLabourModel) -> None:
    """Councils whose contracts run out let them anew; staff go with the care that changes hands."""
    w, seed, month, law, p = model.world, model.draw_seed, model.month, model.law, model.p
    workers, providers, s = w.workers.columns, w.providers.columns, model.world.scratch
    model.crew.over_councils(
        w.councils.capacity, tender_kernels.let_contracts, seed, month, w.councils.columns, providers, w.reach, law, p,
        s.won, s.lost_part,
    )  # fmt: skip
    if not s.lost_part.any():
        return
    np.add.at(model.ledger.relet, providers.council[s.won > 0], s.won[s.won > 0])
    going = model.crew.listing(
        w.workers.capacity, tender_kernels.judge_transfers, s.listed, seed, month, workers, s.lost_part, p
    )
    tender_kernels.transfer(seed, month, workers, providers, w.reach, law, s.won, model.ledger, going)
