"""Partings in a new job fade with the weeks; from January 2027 nobody past probation is dismissed at will."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.conditions import in_force
from sim.jit import as_record
from sim.parameters import behaviour
from sim.rules.leaving import dismissal_chance, probation_chance
from sim.units import LeaveReason, Status, month_index
from sim.virtual_market import virtual_market

P = as_record(behaviour())


def chances(month: int) -> np.ndarray:
    """Monthly chance of dismissal by months in post, under the law of a month."""
    qualifying = int(in_force("dismissal_months", month))
    return np.array([dismissal_chance(months, qualifying, 1.0, 0.0, P) for months in range(36)])


def test_the_qualifying_period_ends_dismissal_at_will_after_probation():
    before, after = chances(month_index(2026, 12)), chances(month_index(2027, 1))
    probation = int(behaviour().probation_months)
    assert (before[probation:24] > 0).all()
    assert not before[:probation].any()
    assert not before[24:].any()
    assert not after.any()


def test_people_who_suit_are_dismissed_less_and_less_often_than_on_probation():
    assert dismissal_chance(12, 24, 1.0, 0.3, P) < dismissal_chance(12, 24, 1.0, -0.3, P)
    assert dismissal_chance(12, 24, 1.0, 0.0, P) < probation_chance(3, 1.0, 0.0, False, P)


def test_partings_are_likeliest_on_the_first_days_and_fade_to_a_steady_chance():
    p = behaviour({"early_parting": 0.08, "settling_in_months": 2.0, "probation_base": 0.01})
    by_month = [
        probation_chance(months, 1.0, 0.0, False, as_record(p)) for months in range(int(p.probation_months) + 1)
    ]
    assert by_month[:2] == pytest.approx([0.09, 0.01 + 0.08 * math.exp(-0.5)])
    assert by_month[:-1] == sorted(by_month[:-1], reverse=True)
    assert by_month[-1] == 0.0
    assert {probation_chance(months, 1.0, 0.0, True, as_record(p)) for months in range(3)} == {0.01}
    steady = as_record(behaviour({"early_parting": 0.0, "probation_base": 0.01}))
    assert {probation_chance(months, 1.0, 0.0, False, steady) for months in range(3)} == {0.01}


def test_early_partings_take_newcomers_and_leave_the_long_serving_alone():
    def gone(early: float) -> tuple[int, int]:
        """Partings in a year, and people with five years in their job at the end of it."""
        model = virtual_market(vacancies=0.2, behaviour=behaviour({"early_parting": early}))
        parted = 0
        for _ in range(12):
            model.step()
            parted += int(model.ledger.leavers[..., LeaveReason.PROBATION].sum())
        workers = model.workers
        return parted, int((in_post(workers) & (model.month - workers.job_start >= 60)).sum())

    (few, stayed), (many, still) = gone(0.0), gone(0.15)
    assert many > 1.5 * few
    assert still == pytest.approx(stayed, rel=0.05)


def in_post(workers):
    """Which rows are people in a care job."""
    return workers.status == Status.CARE
