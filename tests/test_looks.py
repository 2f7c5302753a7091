"""Which employers people come across: each look finds one that they do not know yet, if there is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rules.entry import pay_elsewhere
from sim.rules.search import outside_chance_of
from sim.units import NOBODY, LeaveReason, Role, Service
from sim.virtual_market import virtual_market


def seen(**market: Any) -> np.ndarray:
    """[person, sight] the own employer first, then those come across in a month; people in care who look."""
    model = virtual_market(councils=1, vacancies=0.1, **{"workers_per_provider": 60, **market})
    model.step()
    lookers = model.world.scratch.lookers.columns
    people = lookers.seen[lookers.employer != NOBODY]
    assert len(people) > 20
    return np.asarray(people)


def test_nobody_comes_across_the_own_employer_or_another_twice() -> None:
    for sights in seen(providers=12):
        found = sights[sights != NOBODY]
        assert len(set(found)) == len(found)


def test_where_there_are_few_employers_looks_find_the_others() -> None:
    people = seen(providers=2, workers_per_provider=300)
    others = len(set(people[people != NOBODY])) - 1
    found = (people[:, 1:] != NOBODY).sum(axis=1)
    assert found.max() == others
    assert found.mean() > 0.9 * others, "nearly everybody finds all, though half of the posts are with the own employer"


def test_looks_hardly_depend_on_how_many_employers_there_are() -> None:
    few, many = ((seen(providers=providers)[:, 1:] != NOBODY).sum(axis=1).mean() for providers in (8, 60))
    assert few == pytest.approx(many, rel=0.02)


def test_larger_employers_are_come_across_more_often() -> None:
    people = seen(providers=12, workers_per_provider=[10, 40], service=[Service.HOME_CARE, Service.RESIDENTIAL])
    others = people[:, 1:][people[:, 1:] != NOBODY]
    assert (others % 2 == 1).mean() > 0.6


def test_seniors_see_fewer_jobs_outside_that_they_would_weigh_up() -> None:
    p = as_record(behaviour({"senior_outside": 0.25}))
    assert outside_chance_of(1, 0.4, p) == pytest.approx(0.1)
    assert outside_chance_of(0, 0.4, p) == 0.4

    def gone(of_others: float) -> np.ndarray:
        """[R] people who left for jobs outside in two years."""
        model = CareLabourModel(scale=0.02, seed=3, behaviour=behaviour({"senior_outside": of_others}))
        left = np.zeros(len(Role))
        for _ in range(24):
            model.step()
            left += model.ledger.leavers[..., LeaveReason.OTHER_JOB].sum(axis=(0, 1, 2))
        return left

    few, many = gone(0.25), gone(1.0)
    assert few[Role.SENIOR_CARE_WORKER] < 0.5 * many[Role.SENIOR_CARE_WORKER]
    assert few[Role.CARE_WORKER] == pytest.approx(many[Role.CARE_WORKER], rel=0.05)


def test_registered_professionals_outside_care_weigh_it_against_what_the_nhs_pays() -> None:
    assert pay_elsewhere(900, 1_500, True) == 1_500
    assert pay_elsewhere(900, 1_500, False) == 900
    assert pay_elsewhere(1_600, 1_500, True) == 1_600, "nobody outside care earns less than low pay nearby"
    model = CareLabourModel(scale=0.05, seed=3)
    model.step()
    lookers = model.world.scratch.lookers.columns
    newcomers = lookers.row == NOBODY
    needed = {role: lookers.needed[newcomers & (lookers.role == role)] for role in (Role.REGISTERED_NURSE, Role.OTHER)}
    assert len(needed[Role.REGISTERED_NURSE]) > 20
    lead = np.log(model.law.nhs_pay[Role.REGISTERED_NURSE] / model.law.outside_pay.mean())
    assert needed[Role.REGISTERED_NURSE].mean() - needed[Role.OTHER].mean() == pytest.approx(lead, abs=0.2)
