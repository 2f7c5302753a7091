"""When a study has replicates enough."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from sim.experiments.schema import Until
from sim.experiments.stopping import enough, standard_errors
from sim.experiments.study_results import StudyResults

CLOSE = Until(outcome="cost", standard_error=0.2, at_most=40)


def showing(values: list[list[float]]) -> StudyResults:
    """Results without references: [point][replicate] costs of one year."""
    rows = [
        (point, replicate, False, "2029/30", cost)
        for point, costs in enumerate(values)
        for replicate, cost in enumerate(costs, start=1)
    ]
    table = pd.DataFrame(rows, columns=["point", "replicate", "reference", "year", "cost"])
    return cast("StudyResults", SimpleNamespace(has_reference=False, table=lambda: table))


@pytest.mark.parametrize(("replicates", "known"), [(2, False), (4, False), (5, True)])
def test_a_few_replicates_that_are_alike_are_not_enough(replicates: int, known: bool) -> None:
    assert enough(showing([[1.0] * replicates]), CLOSE, replicates) is known


def test_a_point_whose_replicates_failed_waits_for_five_of_its_own() -> None:
    results = showing([[1.0] * 5, [1.0] * 4])
    np.testing.assert_array_equal(standard_errors(results, "cost", 5), [0.0, np.inf])
    assert not enough(results, CLOSE, 5)


def test_means_err_little_more_than_was_asked_for() -> None:
    """Normal replicates with a standard deviation of 1, added one at a time: about 25 are needed."""
    rng, errors = np.random.default_rng(1), []
    for _ in range(100):
        costs = list(rng.normal(size=CLOSE.at_most))
        stop = next(n for n in range(1, CLOSE.at_most + 1) if enough(showing([costs[:n]]), CLOSE, n) or n == 40)
        errors.append(np.mean(costs[:stop]))
    assert np.sqrt(np.mean(np.square(errors))) < 1.5 * CLOSE.standard_error
