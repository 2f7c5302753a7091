"""Which employers people come across: each look finds one that they do not know yet, if there is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model import CareLabourModel
from sim.rules.entry import pay_elsewhere
from sim.units import NOBODY, Role, Service
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
