"""Employers seek hours, not heads: how many posts they want filled depends on the hours their staff give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.conditions import in_force
from sim.jit import as_record
from sim.model import CareLabourModel
from sim.month.drive import plan_posts
from sim.parameters import behaviour
from sim.rules.staffing import care_posts_sought, cover_for_absence, minutes_each
from sim.units import DIRECT_CARE_ROLES, Role, Status, month_index
from sim.virtual_market import virtual_market

CARE = list(DIRECT_CARE_ROLES)
STAFFED: dict[str, Any] = {"vacancies": 0.15, "pool": 0.05, "hours": (30.0, 30.0)}


def sought(filled: int, each: float, care: float = 1.0, time: float = 1.0, draw: float = 0.5) -> int:
    """Posts of an employer that began with ten of 1,800 minutes a week, where a recruit gives 1,500."""
    return int(care_posts_sought(10, filled, 1800.0, each, 1500.0, care, time, draw))


def test_posts_sought_are_staff_and_whoever_would_bring_the_hours_that_are_missing() -> None:
    # 18,000 minutes are wanted. Eight who give 1,800 leave 3,600: 2.4 recruits of 1,500.
    assert sought(8, 1800.0) == int(8 + 2.4 + 0.5)
    assert sought(8, 2250.0) == 8, "eight give all that is wanted"
    assert sought(8, 2700.0) == int(18_000 / 2700 + 0.5), "and more than that: who leaves is not replaced"
    assert sought(10, 1800.0, care=0.5) == 5, "half the care takes half the staff, whatever recruits would give"
    assert sought(8, 1200.0) == int(8 + 5.6 + 0.5), "hours cut by a third are sought from others"
    assert sought(0, 0.0) == 12, "an empty team is built of recruits"
    assert sought(4, 0.0) == 12, "and those who have started in one are taken to give what recruits do"
    assert sought(8, 1800.0, care=0.8) == 8, "less care is bought"
    assert sought(8, 1800.0, time=1.25) == 8, "or it takes less time"
    assert sought(8, 1800.0, time=0.8) == sought(8, 1800.0), "nobody is taken on for time that gives less"
    assert sought(30, 6000.0) == 3
    assert sought(0, 0.0, care=0.05, draw=0.0) == 1, "a post wanted for more than half of a recruit's time is refilled"
    assert sought(0, 0.0, care=0.02, draw=0.0) == 0


def test_hours_of_a_team_are_shared_among_its_care_staff() -> None:
    assert minutes_each(9000, 6) == 1500.0
    assert minutes_each(0, 0) == 0.0


def test_staff_are_sought_for_part_of_the_sickness_that_no_plan_allows_for() -> None:
    p = behaviour({"absence_covered": 0.5})
    assert cover_for_absence(p.usual_absence + 0.04, as_record(p)) == pytest.approx(1.02)
    assert cover_for_absence(p.usual_absence, as_record(p)) == 1.0
    assert cover_for_absence(0.0, as_record(p)) == 1.0, "who is seldom ill is not sought less"


def test_unusual_sickness_opens_posts_for_those_who_cover_it() -> None:
    def posts(covered: float) -> int:
        model = virtual_market(**STAFFED, month=month_index(2020, 5), behaviour=behaviour({"absence_covered": covered}))
        model.step()
        return int(model.providers.posts_sought[:, CARE].sum())

    unusual = in_force("absence", month_index(2020, 5)) - behaviour().usual_absence
    none, half, whole = (posts(covered) for covered in (0.0, 0.5, 1.0))
    assert none < half < whole
    # What is sought beyond the staff in post is sought of recruits, whose hours are those of the rest here.
    assert whole / none - 1.0 == pytest.approx(unusual, rel=0.25)


def vacancies(model: CareLabourModel) -> int:
    providers = model.providers
    return int(np.maximum(providers.posts_sought - providers.posts_filled, 0)[:, CARE].sum())


def with_hours(share: float) -> tuple[CareLabourModel, int, int]:
    """A market a month after everybody's hours became so many times what they were; posts sought and vacancies."""
    model = virtual_market(**STAFFED)
    model.step()
    staff = model.workers.status == Status.CARE
    for column in ("worked_minutes", "contract_minutes", "wanted_minutes"):
        values = model.workers.columns._asdict()[column]
        values[staff] = values[staff] * share
    model.step()
    model.step()
    return model, int(model.providers.posts_sought[:, CARE].sum()), vacancies(model)


def test_longer_hours_of_staff_leave_fewer_vacancies_and_shorter_ones_more() -> None:
    same, longer, shorter = (with_hours(share) for share in (1.0, 1.1, 0.9))
    assert longer[1] < same[1] < shorter[1]
    assert longer[2] < 0.75 * same[2]
    assert shorter[2] > 1.25 * same[2]
    others = [role for role in Role if role not in DIRECT_CARE_ROLES]
    assert np.array_equal(same[0].providers.posts_sought[:, others], longer[0].providers.posts_sought[:, others])


def test_in_england_posts_sought_would_bring_the_hours_wanted() -> None:
    model = CareLabourModel(scale=0.01, seed=3)
    for _ in range(3):
        model.step()
    providers = model.providers
    filled = providers.posts_filled[:, CARE].sum(axis=1)
    plan_posts(model)
    posts = providers.posts_sought[:, CARE].sum(axis=1)
    care = providers.sought_minutes / np.maximum(providers.capacity_minutes, 1)
    wanted = providers.minutes_at_start * providers.posts_start[:, CARE].sum(axis=1) * care
    brought = filled * providers.minutes_each + (posts - filled) * providers.recruit_minutes
    some = (providers.active == 1) & (providers.capacity_minutes > 0) & (posts > 0)
    assert brought[some].sum() == pytest.approx(wanted[some].sum(), rel=0.01)
