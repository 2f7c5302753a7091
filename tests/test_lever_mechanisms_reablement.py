"""What therapists and reablement do to a small market of two councils with teams that assess."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, lever, surely

from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.recording import record
from sim.rules.assessment import care_spared, people_to_care_for
from sim.units import ClientGroup, Payer, Role, Sector, Service
from sim.virtual_market import virtual_market

TEAMS: dict[str, Any] = {
    "providers": 16,
    "service": [Service.HOME_CARE] * 3 + [Service.COMMUNITY],
    "sector": [Sector.INDEPENDENT] * 3 + [Sector.COUNCIL],
    "social_workers": [0.0] * 3 + [0.2],
    "therapists": [0.0] * 3 + [0.2],
}
HOME_CARE, COMMUNITY = Service.HOME_CARE, Service.COMMUNITY
THERAPISTS_SEE = [ClientGroup.OLDER, ClientGroup.PHYSICAL]
OTHERS = [ClientGroup.LEARNING_DISABILITY, ClientGroup.MENTAL_HEALTH]


def reablement(**keys: Any) -> Lever:
    return lever("reablement_and_assessment", **keys)


def market(months: int, *levers: Lever, seed: int = 1) -> CareLabourModel:
    model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **TEAMS)
    for _ in range(months):
        model.step()
    return model


def test_care_is_spared_as_long_as_people_need_any_and_at_home_only() -> None:
    assert care_spared(10.0, 0.1, 20.0, 0.25) == pytest.approx(14.0)
    assert people_to_care_for(100.0, 14.0, HOME_CARE) == 86.0
    assert people_to_care_for(100.0, 14.0, COMMUNITY) == 100.0


def test_people_whom_therapists_see_need_less_home_care_and_others_as_much_as_before() -> None:
    without, spared = market(1), market(1, reablement(reabled=0.5, less_care=0.4))
    councils, usual = spared.councils, without.councils
    assert (councils.spared[:, OTHERS] == 0.0).all()
    assert (councils.spared[:, THERAPISTS_SEE] > 0.0).all()
    assert (councils.spared <= 0.2 * councils.assessed + 1e-9).all()
    assert councils.clients == pytest.approx(usual.clients)
    less = (councils.spared * councils.person_minutes[:, HOME_CARE]).sum(axis=1)
    needed = councils.need_minutes[:, :, Payer.COUNCIL]
    assert needed[:, HOME_CARE] == pytest.approx(usual.need_minutes[:, HOME_CARE, Payer.COUNCIL] - less, abs=1.0)
    assert (needed[:, COMMUNITY] == usual.need_minutes[:, COMMUNITY, Payer.COUNCIL]).all()


def test_what_is_spared_ends_with_peoples_need() -> None:
    model = market(6, reablement(reabled=0.5, less_care=0.4, to="2016-09"))
    before = model.councils.spared.copy()
    model.step()
    p = model.behaviour
    assert model.councils.spared[:, ClientGroup.OLDER] == pytest.approx(
        before[:, ClientGroup.OLDER] * (1.0 - p.client_turnover_older)
    )
    assert model.councils.spared[:, ClientGroup.PHYSICAL] == pytest.approx(
        before[:, ClientGroup.PHYSICAL] * (1.0 - p.client_turnover_younger)
    )


def test_results_by_client_group_tell_the_care_that_is_left() -> None:
    spared = market(6, reablement(reabled=0.5, less_care=0.4))
    councils = spared.councils
    needed = record(spared).client_care[..., 0].sum(axis=1)
    bought_for = councils.need_minutes[:, :, Payer.COUNCIL].sum(axis=1) - councils.spent_down_minutes.sum(axis=1)
    assert needed == pytest.approx(bought_for, abs=len(Service) + len(ClientGroup))


def test_without_therapists_nobody_is_reabled() -> None:
    policy = reablement(reabled=1, less_care=1)
    model = virtual_market(month=APRIL_2016, levers=[policy], **{**TEAMS, "therapists": 0.0})
    for _ in range(6):
        model.step()
    assert model.councils.assessed.sum() > 0.0
    assert (model.councils.spared == 0.0).all()


def found(seed: int, *levers: Lever) -> tuple[float, ...]:
    """Home care that councils buy, minutes/week; posts of therapists; people who wait for assessment."""
    model = market(30, *levers, seed=seed)
    councils, providers = model.councils, model.providers
    bought = councils.bought_minutes[:, HOME_CARE, Payer.COUNCIL].sum()
    therapists = providers.posts_sought[:, Role.OCCUPATIONAL_THERAPIST].sum()
    return bought, therapists, councils.awaiting.sum()


def test_more_therapists_shorten_waits_and_reablement_shortens_packages() -> None:
    posts, whole = reablement(more_therapists=100), reablement(more_therapists=100, reabled=0.6, less_care=0.5)
    none, more, both = np.array(
        [[found(seed, *levers) for levers in ((), (posts,), (whole,))] for seed in SEEDS]
    ).transpose(1, 2, 0)
    assert (more[1] > none[1]).all()
    assert surely(none[2] - more[2]) > 0
    assert surely(more[0] - both[0]) > 0
    assert surely(none[0] - both[0]) > 0
