"""Passes over everybody leave out nobody to whom something happens, whatever the law and the state."""

from __future__ import annotations

import numpy as np
import pytest
from small import SCALE

from sim.jit import kernel
from sim.model import CareLabourModel
from sim.month import leave
from sim.month.leave import decide
from sim.units import NEVER, Status, Visa


@kernel
def decide_for_all(seed, month, workers, providers, councils, peers, law, p, decision):
    """What happens to everybody, with nobody left out beforehand."""
    for i in range(decision.shape[0]):
        decision[i] = decide(seed, workers, i, month, providers, councils, peers, law, p)


@pytest.fixture(scope="module")
def unruly() -> CareLabourModel:
    """A market in which much happens at once that seldom does."""
    model = CareLabourModel(scale=SCALE, seed=3)
    model.step()
    draw, workers, providers = np.random.default_rng(1), model.workers.columns, model.providers.columns

    def some(size: int, share: float):
        return draw.random(size) < share

    rows, sites = model.workers.capacity, model.providers.capacity
    providers.active[some(sites, 0.05)] = 0
    providers.licence_lost[some(sites, 0.1)] = model.month - 1
    there = workers.status != Status.EMPTY
    workers.visa[there & some(rows, 0.2)] = Visa.SPONSORED
    workers.visa_month[there & some(rows, 0.2)] = model.month - 20
    workers.leave_until[there & some(rows, 0.05)] = model.month
    workers.clock_start[there & some(rows, 0.1)] = model.month - 3
    out = there & (workers.status != Status.CARE) & (workers.status != Status.NHS)
    workers.clock_start[out & some(rows, 0.3)] = NEVER
    workers.last_care_month[out & some(rows, 0.2)] = model.month - 40
    workers.frailty[some(rows, 0.2)] *= 10.0
    workers.frailty[some(rows, 0.5)] *= 0.001
    model.councils.columns.carers_minutes[:] = 10_000.0
    return model


@pytest.mark.parametrize("vaccination", [0.0, 0.5])
@pytest.mark.parametrize("settlement", [60, 180])
def test_nobody_who_would_leave_is_left_out(unruly: CareLabourModel, vaccination: float, settlement: int) -> None:
    model, w, s = unruly, unruly.world, unruly.world.scratch
    law = model.law._replace(vaccination_condition=vaccination, settlement_months=settlement)
    workers, providers = w.workers.columns, w.providers.columns
    model.crew.over(w.providers.capacity, leave.find_unsettled, model.month, providers, law, s.unsettled)
    tables = (workers, providers, w.councils.columns, w.peers, law, model.p)
    leaving = model.crew.listing(
        w.workers.capacity, leave.decide_to_leave, s.listed, 3, model.month, *tables, s.unsettled, s.marks
    )
    everybody = np.zeros(w.workers.capacity, dtype=np.int8)
    decide_for_all(3, model.month, *tables, everybody)
    assert np.array_equal(s.marks, everybody)
    assert np.array_equal(leaving, np.flatnonzero(everybody))
    happens = set(everybody.tolist())
    for what in (leave.CLOSURE, leave.VISA, leave.MUST_GO, leave.RETURN_TO_POOL, leave.SEEK_AGAIN, leave.CARING):
        assert what in happens
    assert (leave.VACCINATION in happens) == (vaccination > 0.0)
