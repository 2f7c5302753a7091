"""What levers on how staff are treated and how the workforce is planned do to a small market."""

from __future__ import annotations

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, lever, surely

from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.rules.job_value import management_felt
from sim.virtual_market import virtual_market

SITES = slice(0, 40)
"""Rows of the providers that a small market starts with."""
BADLY, WELL = -0.2, 0.2
"""Management of every other employer, log pay."""


def managed(months: int, *levers: Lever, seed: int = 1) -> tuple[CareLabourModel, np.ndarray]:
    """A market of badly and well managed employers after so many months, and leavers of each kind."""
    model, left = virtual_market(month=APRIL_2016, seed=seed, levers=levers), np.zeros(2)
    model.providers.management[SITES] = np.resize([BADLY, WELL], 40)
    for _ in range(months):
        before = model.workers.employer.copy(), model.workers.uid.copy(), model.workers.status == 1
        model.step()
        rows = slice(len(before[1]))
        gone = before[2] & (
            (model.workers.uid[rows] != before[1])
            | (model.workers.employer[rows] != before[0])
            | (model.workers.status[rows] != 1)
        )
        at = before[0][gone]
        for kind in range(2):
            left[kind] += ((at < 40) & (at % 2 == kind)).sum()
    return model, left


def test_what_badly_managed_employers_lack_shrinks_and_a_gain_is_for_all() -> None:
    assert management_felt(-0.2, 1.0, 0.0) == -0.2
    assert management_felt(-0.2, 0.5, 0.03) == pytest.approx(-0.07)
    assert management_felt(0.1, 0.5, 0.03) == pytest.approx(0.13)


def test_a_survey_makes_badly_managed_workplaces_better_a_year_on_and_others_not() -> None:
    survey = lever("staff_survey_mandate", made_up=0.5, cost=0, cost_per_establishment=0)
    for months, gap in ((12, 1.0), (13, 0.5), (25, 0.25)):
        law = managed(months, survey)[0].law
        assert (law.management_gap == gap).all()
    # One month in which nothing else differs: the workplace of the badly managed is worth that much more.
    early = lever("staff_survey_mandate", made_up=0.5, cost=0, cost_per_establishment=0, **{"from": "2016-04"})
    worth = [managed(13, *levers)[0].providers.workplace[SITES] for levers in ((), (early,))]
    assert worth[1][::2] - worth[0][::2] == pytest.approx(0.1, abs=0.05)
    assert worth[1][1::2] - worth[0][1::2] == pytest.approx(0.0, abs=0.05)


def test_a_survey_keeps_staff_of_badly_managed_employers() -> None:
    survey = lever("staff_survey_mandate", made_up=0.8, cost=0, cost_per_establishment=0)
    fewer = np.array([managed(36, seed=seed)[1] - managed(36, survey, seed=seed)[1] for seed in SEEDS])
    assert surely(fewer[:, 0]) > 0
    assert fewer[:, 1].mean() < fewer[:, 0].mean()
