"""Records in brief tell headline figures of England as full ones do, and studies take them where these are enough."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments import work
from sim.experiments.outcomes import SHIPPED
from sim.history import Walk
from sim.indicators import INDICATORS
from sim.measures import ALL, REGION
from sim.model import CareLabourModel
from sim.recording import TOLD_IN_BRIEF, Record, in_brief, stack
from sim.series import Wanted, measure
from sim.units import MONTHS_PER_YEAR

MONTHS = 2 * MONTHS_PER_YEAR
SCALE = 0.003
OUTCOMES = {one.name: one for one in SHIPPED}


def recorded(brief: bool) -> list[Record]:
    return Walk(CareLabourModel(scale=SCALE, seed=2), [], brief).to(MONTHS).records


@pytest.fixture(scope="module")
def both() -> tuple[list[Record], list[Record]]:
    return recorded(False), recorded(True)


def measured(records: list[Record], wanted: Wanted) -> np.ndarray:
    return measure(stack(records), SCALE, MONTHS_PER_YEAR, MONTHS - 1, councils_in_full=False, wanted=wanted).values


def test_headlines_are_the_same(both: tuple[list[Record], list[Record]]) -> None:
    wanted = Wanted(TOLD_IN_BRIEF, group_types=frozenset({ALL}))
    assert wanted.brief
    full, brief = (measured(records, wanted) for records in both)
    assert full.shape == (len(TOLD_IN_BRIEF), MONTHS_PER_YEAR)
    assert np.array_equal(full, brief, equal_nan=True)
    shortened = [in_brief(each) for each in both[0]]
    assert np.array_equal(full, measured(shortened, wanted), equal_nan=True)


def test_what_is_asked_beyond_headlines_takes_full_records() -> None:
    headlines = frozenset({"vacancy_rate"})
    assert not Wanted(headlines).brief  # of all groups
    assert not Wanted(headlines, frozenset({REGION}), frozenset({ALL})).brief
    for name in set(INDICATORS) - TOLD_IN_BRIEF:
        assert not Wanted(frozenset({name}), group_types=frozenset({ALL})).brief, name


def test_studies_of_headlines_take_records_in_brief() -> None:
    outcomes = [OUTCOMES[name] for name in ("vacancy_rate", "turnover", "unmet_share", "cost")]
    assert work.wanted(outcomes).brief
    assert not work.wanted([*outcomes, OUTCOMES["turnover"]._replace(group="care_worker")]).brief
    assert not work.wanted([*outcomes, OUTCOMES["turnover"]._replace(area="London")]).brief
