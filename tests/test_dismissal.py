"""Law on dismissal: from January 2027 nobody past probation can be parted with without a fair reason."""

from __future__ import annotations

import numpy as np

from sim.conditions import in_force
from sim.jit import as_record
from sim.parameters import behaviour
from sim.rules.leaving import dismissal_chance, probation_chance
from sim.units import month_index

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
    assert dismissal_chance(12, 24, 1.0, 0.0, P) < probation_chance(3, 1.0, 0.0, P)
