"""Passes over everybody leave out nobody to whom something happens, whatever the law and the state."""

from __future__ import annotations

import numpy as np
import pytest
from markets import lever
from small import SCALE

from sim.draws import Purpose, uniform
from sim.jit import as_record, kernel
from sim.model import CareLabourModel
from sim.month import contract_law, drive, leave, look
from sim.month.leave import decide
from sim.month.look import looks_now
from sim.month.people import seeks_sponsor
from sim.month.present_job import present_value
from sim.rules.search import returner_looking_chance
from sim.units import NEVER, Status, Visa


@kernel
def decide_for_all(seed, month, workers, providers, councils, peers, usual, law, p, decision):
    """What happens to everybody, with nobody left out beforehand."""
    for i in range(decision.shape[0]):
        decision[i] = decide(seed, workers, i, month, providers, councils, peers, usual, law, p)


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
    tables = (workers, providers, w.councils.columns, w.peers, w.usual, law, model.p)
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


IN_CARE = int(Status.CARE)
OUT_OF_CARE = tuple(int(status) for status in (Status.NHS, Status.OTHER_WORK, Status.SEEKING))


@kernel
def look_for_all(seed, month, workers, providers, nhs, councils, peers, usual, law, p, looking):
    """Who looks, with nobody left out beforehand; of agency staff, whose chance is another, nobody."""
    for i in range(looking.shape[0]):
        looking[i] = 0
        if workers.next_employer[i] >= 0:
            continue
        u, status = uniform(seed, workers.uid[i], month, Purpose.LOOK), workers.status[i]
        if status == IN_CARE and seeks_sponsor(workers, i, month, providers, law, p):
            looking[i] = u < p.search_most
        elif status == IN_CARE:
            value = present_value(workers, i, month, providers, nhs, councils, peers, law, p)
            looking[i] = looks_now(workers, i, u, value, usual, month, p)
        elif status in OUT_OF_CARE:
            months_out = month - workers.last_care_month[i]
            looking[i] = u < returner_looking_chance(status, months_out, law.returners_invited, p)


@pytest.mark.parametrize("invited", [1.0, 3.0])
def test_nobody_who_would_look_is_left_out(unruly: CareLabourModel, invited: float) -> None:
    model, w, s = unruly, unruly.world, unruly.world.scratch
    draw, workers, providers = np.random.default_rng(2), w.workers.columns, w.providers.columns
    in_post = np.flatnonzero(workers.status == Status.CARE)
    elsewhere = draw.choice(in_post, in_post.size // 5, replace=False)
    workers.visa[elsewhere] = Visa.OTHER_ROUTE
    workers.leave_until[elsewhere] = model.month + 2
    workers.birth_month[elsewhere] = model.month - 12 * 60
    every_role = np.ones_like(model.law.visa_open)
    law = model.law._replace(returners_invited=invited, visa_open=every_role, in_country_switching=every_role)
    nhs, councils = w.nhs.columns, w.councils.columns
    tables = (workers, providers, nhs, councils, w.peers, w.usual, law, model.p)
    found = model.crew.listing(
        w.workers.capacity, look.decide_to_look, s.listed, 3, model.month, *tables, s.most_looking, s.needed, s.marks
    )
    found = found[workers.status[found] != Status.AGENCY].astype(np.int64)
    everybody = np.zeros(w.workers.capacity, dtype=np.int8)
    look_for_all(3, model.month, *tables, everybody)
    assert np.array_equal(found, np.flatnonzero(everybody))
    assert np.isin(elsewhere, found).sum() > 20
    assert {int(status) for status in workers.status[found]} == {IN_CARE, *OUT_OF_CARE}


def test_partings_of_the_first_weeks_spare_those_who_are_tied() -> None:
    model = CareLabourModel(scale=SCALE, seed=3)
    workers, w = model.workers.columns, model.world
    in_post = np.flatnonzero(workers.status == Status.CARE)
    workers.job_start[in_post] = model.month
    tied = in_post[::2]
    workers.visa[tied] = Visa.SPONSORED
    workers.visa_month[tied] = model.month
    workers.leave_until[tied] = model.month + 60
    p = as_record(model.behaviour._replace(probation_base=0.0, early_parting=0.5))
    decisions = np.zeros(model.workers.capacity, dtype=np.int8)
    tables = (workers, w.providers.columns, w.councils.columns, w.peers, w.usual, model.law, p)
    decide_for_all(3, model.month, *tables, decisions)
    parted = set(np.flatnonzero(decisions == leave.PROBATION).tolist())
    assert len(parted) > 100
    assert not parted & set(tied.tolist())


def test_nobody_whom_law_on_contracts_or_training_concerns_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the law of the employer who is bound most; the same months with everybody judged."""
    levers = [
        lever("zero_hours_ban", minimum_hours=16, phase_in_months=6, keep_if_worker_prefers=True),
        lever("guaranteed_hours_offer", low_hours_threshold=24, reference_weeks=8, applies_to={"service": "home_care"}),
        lever("training_offer", hours_a_week=4, hours_needed=40, worth=1, applies_to={"sector": "independent"}),
    ]

    def months_later() -> CareLabourModel:
        model = CareLabourModel(scale=SCALE, seed=3, levers=levers)
        for _ in range(8):
            model.simulate_month()
        return model

    thinned = months_later()
    train = drive.training_kernels.train
    everybody = contract_law.Strictest(10**6, 10**6, -(10**6), True)
    judged: list[int] = []

    def train_all(lo, hi, seed, month, workers, law, most_likely, marks, listed):
        judged.append(1)
        train(lo, hi, seed, month, workers, law, 1.0, marks, listed)

    monkeypatch.setattr(contract_law, "strictest_law", lambda law: everybody)
    monkeypatch.setattr(drive.training_kernels, "train", train_all)
    whole = months_later()
    assert judged
    for name, values in thinned.workers.arrays.items():
        assert np.array_equal(values, whole.workers.arrays[name], equal_nan=values.dtype.kind == "f"), name
    before = CareLabourModel(scale=SCALE, seed=3)
    for _ in range(8):
        before.simulate_month()
    for name in ("contract_minutes", "qualified"):
        assert (thinned.workers.arrays[name] != before.workers.arrays[name]).any(), name
