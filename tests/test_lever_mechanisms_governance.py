"""What levers on how staff are treated and how the workforce is planned do to a small market."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import APRIL_2016, SEEDS, lever, months, surely

from sim.levers.base import Lever
from sim.model import CareLabourModel
from sim.month.groups import GroupKind
from sim.month.worth import worth
from sim.recording import record
from sim.rules.job_value import fair_treatment_value, management_felt
from sim.rules.plan import planned_interest, shortage_projected
from sim.units import Ethnicity, Nationality, Service, Status
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
    for elapsed, gap in ((12, 1.0), (13, 0.5), (25, 0.25)):
        law = managed(elapsed, survey)[0].law
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


# Fair treatment


def mixed(months: int, *levers: Lever, seed: int = 1, **market: Any) -> tuple[CareLabourModel, np.ndarray]:
    """A market in which a third of staff are of minority groups, and leavers of either ethnicity in so many months."""
    model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **market)
    in_care = np.flatnonzero(model.workers.status == Status.CARE)
    model.workers.nationality[:] = Nationality.BRITISH
    model.workers.ethnicity[:] = Ethnicity.WHITE
    model.workers.ethnicity[in_care[::3]] = Ethnicity.MINORITY_ETHNIC
    gone = np.zeros(2)
    for _ in range(months):
        model.step()
        gone += model.ledger.group_leavers[GroupKind.ETHNICITY, :2]
    return model, gone


def test_fair_treatment_is_worth_something_to_those_who_lacked_it() -> None:
    assert fair_treatment_value(Ethnicity.WHITE, Nationality.BRITISH, 0.1) == 0.0
    assert fair_treatment_value(Ethnicity.MINORITY_ETHNIC, Nationality.BRITISH, 0.1) == 0.1
    assert fair_treatment_value(Ethnicity.WHITE, Nationality.EU, 0.1) == 0.1
    assert fair_treatment_value(Ethnicity.MINORITY_ETHNIC, Nationality.NON_EU, 0.1) == 0.1


def test_fairness_raises_what_jobs_are_worth_to_minorities_and_to_nobody_else() -> None:
    fair = lever("edi_strategy", worth=10, cost=0)
    without, with_fair = mixed(1)[0], mixed(1, fair)[0]
    workers = without.workers
    rows = np.flatnonzero((workers.status == Status.CARE) & (with_fair.workers.uid == workers.uid))
    rows = rows[with_fair.workers.employer[rows] == workers.employer[rows]]
    gained = worth(with_fair, rows) - worth(without, rows)
    minority = (workers.ethnicity[rows] != Ethnicity.WHITE) | (workers.nationality[rows] != Nationality.BRITISH)
    assert gained[minority] == pytest.approx(np.log(1.1))
    assert (gained[~minority] == 0.0).all()


def test_more_staff_of_minority_groups_stay_where_they_are_treated_fairly_and_results_tell_by_group() -> None:
    fair = lever("edi_strategy", worth=20, cost=0)
    fewer = np.array([mixed(24, seed=seed)[1] - mixed(24, fair, seed=seed)[1] for seed in SEEDS])
    assert surely(fewer[:, Ethnicity.MINORITY_ETHNIC]) > 0
    # Of each head: a third of staff are of minority groups.
    assert surely(2.0 * fewer[:, Ethnicity.MINORITY_ETHNIC] - fewer[:, Ethnicity.WHITE]) > 0


def test_staff_of_minority_groups_go_to_the_employers_who_treat_them_fairly() -> None:
    fair = lever("edi_strategy", worth=20, cost=0, applies_to={"service": "residential"})
    services = {"service": [Service.RESIDENTIAL, Service.HOME_CARE], "vacancies": 0.15}

    def moves(*levers: Lever, seed: int) -> int:
        """Moves of people of minority groups from home care to care homes, all at home at the start."""
        model = virtual_market(month=APRIL_2016, seed=seed, levers=levers, **services)
        workers = model.workers
        at_home = (workers.status == Status.CARE) & (workers.employer % 2 == 1)
        workers.ethnicity[at_home] = Ethnicity.MINORITY_ETHNIC
        found = 0
        for month in months(model, 18):
            moved = np.flatnonzero(month.moved)
            before, now = (
                model.providers.service[month.employer_before[moved]],
                model.providers.service[month.employer_now[moved]],
            )
            minority = model.workers.ethnicity[moved] == Ethnicity.MINORITY_ETHNIC
            found += int((minority & (before == Service.HOME_CARE) & (now == Service.RESIDENTIAL)).sum())
        return found

    assert surely([moves(fair, seed=seed) - moves(seed=seed) for seed in SEEDS]) > 0


# A plan


def test_a_plan_projects_posts_with_its_error_and_answers_what_lies_above_its_target() -> None:
    assert shortage_projected(100, 90, 0.0) == pytest.approx(0.1)
    assert shortage_projected(100, 90, 0.2) == pytest.approx(0.25)
    assert shortage_projected(100, 90, -0.2) == 0.0
    assert shortage_projected(0, 0, 0.0) == 0.0
    assert planned_interest(0.1, 0.04, 3.0) == pytest.approx(0.18)
    assert planned_interest(0.04, 0.04, 3.0) == 0.0


def plan(**keys: Any) -> Lever:
    return lever("workforce_plan", **{"response": 5, "target": 2, "lead_months": 6, **keys})


class Onlooker:
    """Counts posts sought and filled of every council each time that employers have planned theirs."""

    def __init__(self) -> None:
        self.seen: list[tuple[list[int], list[int]]] = []

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Nothing is counted yet."""

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Count."""
        if verb == "plan_posts":
            providers, councils = model.providers, range(model.councils.capacity)
            sums = [
                [int(posts[providers.council == council].sum()) for council in councils]
                for posts in (providers.posts_sought, providers.posts_filled)
            ]
            self.seen.append((sums[0], sums[1]))

    def month_over(self, model: CareLabourModel) -> None:
        """Nothing is left to do."""


def test_a_plan_acts_on_what_it_saw_and_is_paid_by_the_place() -> None:
    model = virtual_market(month=APRIL_2016, levers=[plan(cost_per_place=100)], vacancies=0.25, pool=0.3)
    onlooker, brought = Onlooker(), []
    model.watchers.append(onlooker)  # type: ignore[arg-type]
    for _ in range(12):
        model.step()
        brought.append(model.councils.planned_people.sum())
        assert int(record(model).programmes) == brought[-1] * 100 * 100
    assert brought[:6] == [0] * 6, "nothing has been seen yet"
    assert min(brought[6:]) > 0
    sought, filled = np.array(onlooker.seen[5])  # the last month simulated is the twelfth, and six months before it
    assert model.councils.planned_interest == pytest.approx(5.0 * (1.0 - filled / sought - 0.02))
    assert (model.councils.looking > model.councils.planned_people).all()


def vacancies(seed: int, *levers: Lever) -> tuple[float, float]:
    """Share of posts vacant after three years in a market short of staff, and people whom a plan brought."""
    model, brought = virtual_market(month=APRIL_2016, seed=seed, levers=levers, vacancies=0.2, pool=0.3), 0
    for _ in range(36):
        model.step()
        brought += model.councils.planned_people.sum()
    providers = model.providers
    return 1.0 - providers.posts_filled.sum() / providers.posts_sought.sum(), brought


def test_a_plan_makes_shortages_smaller_and_its_error_costs_places_or_leaves_posts_empty() -> None:
    found = np.array(
        [
            [
                vacancies(seed, *levers)
                for levers in ((), (plan(),), (plan(projection_error=20),), (plan(projection_error=-20),))
            ]
            for seed in SEEDS
        ]
    )
    none, right, too_many, too_few = found[:, :, 0].T
    assert surely(none - right) > 0
    assert surely(too_few - right) > 0
    assert surely(found[:, 2, 1] - found[:, 1, 1]) > 0
    assert surely(right - too_many) > 0
