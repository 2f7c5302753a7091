"""Employers of care staff recruit ahead of leavers they expect: who is fit is taken on before a post is vacant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.month.advertise import advertise
from sim.parameters import behaviour
from sim.rules.staffing import recruits_ahead
from sim.units import DIRECT_CARE_ROLES, Role, Sector
from sim.virtual_market import virtual_market

CARE = list(DIRECT_CARE_ROLES)
CARE_WORKER = int(Role.CARE_WORKER)


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
    waits, ahead = (advertised(share, workers_per_provider=40) for share in (0.0, 0.05))
    promised = [int(model.providers.posts_promised[:, CARE].sum()) for model in (waits, ahead)]
    assert promised[1] > promised[0] + 0.02 * 40 * 40


def test_only_care_workers_of_establishments_are_recruited_ahead() -> None:
    model = CareLabourModel(scale=0.01, seed=3)
    providers, world = model.providers, model.world
    opened = []
    for share in (0.0, 0.07):
        p = as_record(behaviour({"recruited_ahead": share}))
        advertise(0, providers.capacity, model.draw_seed, providers.columns, world.peers, model.law, p)
        opened.append(providers.posts_open.copy())
    more = opened[1] - opened[0]
    establishments = providers.sector != Sector.DIRECT_PAYMENT
    assert np.delete(opened[0], CARE_WORKER, axis=1).sum() > 50, "seniors, managers and others are sought, too"
    assert not np.delete(more, CARE_WORKER, axis=1).any(), "but one manager follows another"
    assert not more[~establishments].any(), "and people with assistants of their own wait until one has gone"
    assert (more >= 0).all()
    assert more[establishments, CARE_WORKER].sum() > 50


def hired(vacancies: float, share: float) -> float:
    """People who have been promised a post after three months in a market with so many vacancies."""
    model = virtual_market(
        vacancies=vacancies, pool=0.2, providers=60, behaviour=behaviour({"recruited_ahead": share, "second_look": 1.0})
    )
    for _ in range(3):
        model.step()
    return float(model.providers.posts_promised[:, CARE].sum())


def test_hiring_then_depends_less_on_how_many_posts_are_vacant() -> None:
    waits = hired(0.16, 0.0) / hired(0.08, 0.0)
    ahead = hired(0.16, 0.07) / hired(0.08, 0.07)
    assert ahead < waits, (ahead, waits)


def test_who_recruits_ahead_has_more_staff_than_posts_at_times() -> None:
    over = []
    for share in (0.0, 0.07):
        model = advertised(share, workers_per_provider=40)
        for _ in range(6):
            model.step()
        beyond = model.providers.posts_filled[:, CARE] - model.providers.posts_sought[:, CARE]
        over.append(int(np.maximum(beyond, 0).sum()))
    assert over[1] > over[0]
