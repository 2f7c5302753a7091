"""What a study would take, as told before anything runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from made_studies import runs, study

from sim.experiments import estimate
from sim.model import CareLabourModel


def test_an_estimate_counts_the_start_and_that_workers_slow_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(estimate, "cache_root", lambda: tmp_path)
    small = study()
    specified = estimate.specify(runs(small))._replace(past_months=0, future_months=3140)
    monkeypatch.setattr(estimate, "START_UP", 20.0)
    monkeypatch.setattr(estimate, "FURTHER_WORKER", 0.57)
    # Two workers, each of which takes 1.27 s for a month beside the other, make 1.57 months in 2 s.
    estimate.remember(0.002, 2.0 / 1.57, 2, 1)
    said = {workers: estimate.estimate(small, specified, workers) for workers in (1, 2, 8)}
    alone = 20 + 3140
    assert f"about {alone / 60:.0f} min with 1 worker, 20 s of it to start: 1000 ms a month" in said[1]
    beside = 20 + 3140 / 1.57
    assert f"about {beside / 60:.0f} min with 2 workers" in said[2]
    assert f"about {beside / 60:.0f} min with 8 workers" in said[8], "there are two processors"
    assert "so many beside each other are taken to do 1.57 times the work of one" in said[2]


def test_months_in_which_something_is_compiled_do_not_count_in_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    took = iter([30.0, 20.0, *[0.25] * 100])

    def month(model: CareLabourModel) -> None:
        clock.now += next(took)

    monkeypatch.setattr(CareLabourModel, "simulate_month", month)
    monkeypatch.setattr(estimate, "time", clock)
    assert estimate._probed(0.002).seconds == 0.25
