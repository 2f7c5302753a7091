"""Employers of care staff recruit ahead of leavers they expect: who is fit is taken on before a post is vacant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rules.staffing import recruits_ahead
from sim.units import DIRECT_CARE_ROLES, Role, Sector, Service
from sim.virtual_market import virtual_market

CARE = list(DIRECT_CARE_ROLES)
OTHERS = [role.value for role in Role if role not in DIRECT_CARE_ROLES]


def advertised(share: float, **market: Any) -> CareLabourModel:
    """A market in which every post is filled, when its first month is told of."""
    model = virtual_market(vacancies=0.0, behaviour=behaviour({"recruited_ahead": share}), **market)
    model.step()
    return model


def test_a_share_of_posts_is_recruited_ahead_on_average() -> None:
    p = as_record(behaviour({"recruited_ahead": 0.05}))
    assert recruits_ahead(40, 0.0, p) == 2
    assert recruits_ahead(0, 0.99, p) == 0
    assert np.mean([recruits_ahead(10, draw, p) for draw in np.linspace(0, 0.999, 1000)]) == pytest.approx(
        0.5, abs=0.01
    )
    assert recruits_ahead(40, 0.999, as_record(behaviour({"recruited_ahead": 0.0}))) == 0


def test_with_every_post_filled_only_employers_who_recruit_ahead_hire() -> None:
    waits, hires_ahead = (advertised(share, workers_per_provider=40) for share in (0.0, 0.05))
    promised = [int(model.providers.posts_promised[:, CARE].sum()) for model in (waits, hires_ahead)]
    assert promised[1] > promised[0] + 0.02 * 40 * 40
    assert not hires_ahead.providers.posts_promised[:, OTHERS].sum(), "a manager follows another"


def test_people_with_assistants_of_their_own_look_for_the_next_when_one_has_gone() -> None:
    assistants = {
        "service": Service.PERSONAL_ASSISTANTS,
        "sector": Sector.DIRECT_PAYMENT,
        "workers_per_provider": 2,
    }
    waits, ahead = (advertised(share, **assistants) for share in (0.0, 0.07))
    assert np.array_equal(waits.providers.posts_promised, ahead.providers.posts_promised)


def moves(vacancies: float, share: float) -> float:
    """Starts from another employer in a year, in a market with so many vacancies."""
    model = virtual_market(
        vacancies=vacancies, pool=0.2, providers=60, behaviour=behaviour({"recruited_ahead": share, "second_look": 1.0})
    )
    for _ in range(3):
        model.step()
    return float(model.providers.posts_promised[:, CARE].sum())


def test_hiring_then_depends_less_on_how_many_posts_are_vacant() -> None:
    waits = moves(0.16, 0.0) / moves(0.08, 0.0)
    ahead = moves(0.16, 0.07) / moves(0.08, 0.07)
    assert ahead < waits, (ahead, waits)


def test_staff_beyond_posts_are_no_vacancies_of_others() -> None:
    model = advertised(0.07, workers_per_provider=40)
    for _ in range(6):
        model.step()
    sought, filled = model.providers.posts_sought[:, CARE], model.providers.posts_filled[:, CARE]
    assert (filled > sought).any(), "some have more staff than posts"
    assert np.maximum(sought - filled, 0).sum() > (sought - filled).sum()
