"""Virtual experiments: estimators find what was put in, worlds differ in one thing, verdicts can fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.runs import Job
from sim.law import Law
from sim.parameters import behaviour
from sim.units import LeaveReason, Role, Sector
from sim.validity.experiments import living_wage_2016, panel_regression, study, supply_response, vaccination
from sim.validity.experiments.evidence import CONTROL, SETTING, SHOWN, TEST, Figure, figures, measured, setting
from sim.validity.experiments.supermarket import dearer_outside, opening
from sim.validity.experiments.verdicts import FAIL, PASS, Seen
from sim.validity.experiments.worlds import (
    AlteredModel,
    Branch,
    branch,
    direct_care_staff,
    england,
    mean_pay,
    raise_pay,
    still_there,
    watch,
)
from sim.validity.study import Study

JOB = Job((), (), 0.01, 7)


@pytest.fixture(scope="module")
def start() -> Branch:
    return branch(england(JOB, behaviour(), 12))


# The panel


def made_panel(effect: float) -> panel_regression.Panel:
    """Leaving that falls with pay, and pay that is lower where people are more inclined to leave."""
    rng = np.random.default_rng(1)
    people, firms, waves = 4000, 200, 3
    worker = np.repeat(np.arange(people, dtype=np.uint64), waves) + np.uint64(2**63)
    employer = rng.integers(firms, size=worker.size)
    person, firm = rng.normal(0.0, 0.1, people), rng.normal(0.0, 0.1, firms)
    log_pay = person[(worker - np.uint64(2**63)).astype(int)] + firm[employer] + rng.normal(0.0, 0.1, worker.size)
    hidden = 0.5 * person[(worker - np.uint64(2**63)).astype(int)] + 0.5 * firm[employer]
    left = 0.3 + effect * log_pay + hidden + rng.normal(0.0, 0.02, worker.size)
    return panel_regression.Panel(left, log_pay[:, None], np.ones((worker.size, 1)), worker, employer)


def test_only_constants_for_employers_and_workers_find_an_effect_that_both_hide() -> None:
    found = panel_regression.regressions(made_panel(-0.3))
    truth = panel_regression.points(-0.3)
    assert found["panel_both_effects"] == pytest.approx(truth, abs=0.05)
    assert found["panel_employer_effects"] > truth + 0.5
    assert found["panel_pooled"] > found["panel_employer_effects"] + 0.2


def test_an_employers_raise_keeps_its_staff_and_does_more_than_a_raise_for_all(start: Branch) -> None:
    found = panel_regression.own_raise(start)
    assert found["own_raise"] < found["raise_for_all"] < 0.5


# Worlds


def test_a_branch_without_a_change_gives_the_same_year_again(start: Branch) -> None:
    first, second = watch(start.go(), 3), watch(start.go(), 3)
    assert np.array_equal(first.leavers, second.leavers)
    assert np.array_equal(first.staff, second.staff)
    assert np.array_equal(first.present, second.present)
    assert (first.granted, first.closures) == (second.granted, second.closures)


def test_a_raise_reaches_pay_and_costs_buyers_nothing(start: Branch) -> None:
    model = start.go()
    before, cost = mean_pay(model), model.providers.other_cost.astype(float)
    raise_pay(model, 0.1, np.ones(model.providers.capacity, dtype=bool))
    assert mean_pay(model) == pytest.approx(1.1 * before, rel=0.001)
    assert (model.providers.other_cost <= cost).all()
    assert np.array_equal(model.providers.fee, start.state.tables["providers"]["fee"])


def test_leavers_are_not_still_there(start: Branch) -> None:
    model = start.go()
    staff = direct_care_staff(model)
    assert still_there(model, staff).all()
    watch(model, 6)
    assert 0.7 < still_there(model, staff).mean() < 0.98


def test_turnover_and_vacancies_are_rates_of_the_council_and_independent_sectors(start: Branch) -> None:
    year = watch(start.go(), 12)
    assert 10.0 < year.exits < year.turnover < 60.0
    assert 1.0 < year.vacancy_rate < 20.0
    counted = start.model.stock.cells[..., 0][:, :, [Sector.INDEPENDENT, Sector.COUNCIL]].sum()
    assert abs(year.staff.sum() / counted - 1.0) < 0.02


def test_staff_whose_employer_closed_are_no_leavers(start: Branch) -> None:
    model = start.go()
    columns = model.providers.columns
    open_now = np.flatnonzero((columns.active == 1) & (columns.sector == Sector.INDEPENDENT))
    columns.active[open_now[:20]] = 0
    columns.closed[open_now[:20]] = model.month - 1
    year = watch(model, 1)
    lost = model.ledger.leavers[..., LeaveReason.CLOSURE].sum()
    assert lost > 20
    told = model.ledger.leavers[:, :, [Sector.INDEPENDENT, Sector.COUNCIL]].sum() - lost
    assert year.leavers.sum() == told
    assert year.turnover == pytest.approx(1200.0 * told / year.present.sum())
    assert year.exits < year.turnover
    assert year.turnover_of(range(len(year.present))) == year.turnover


def test_alterations_begin_on_time_and_touch_one_thing(start: Branch) -> None:
    law = start.model.law_of(20)
    shop, dear = opening(20), dearer_outside(20)
    assert shop(law, 19) is law
    assert dear(law, 19) is law
    assert shop(law, 20).tightness == pytest.approx(law.tightness * (1.0 + setting("supermarket_vacancies_opening")))
    assert shop(law, 23).tightness == pytest.approx(law.tightness * (1.0 + setting("supermarket_vacancies_after")))
    assert (dear(law, 20).outside_pay > law.outside_pay).all()
    assert changed(law, vaccination.no_condition(law._replace(vaccination_condition=0.1), 66)) == []


def changed(one: Law, other: Law) -> list[str]:
    return [name for name in Law._fields if not np.array_equal(getattr(one, name), getattr(other, name))]


# April 2016


def test_the_population_of_april_2015_is_paid_less_and_no_less_than_the_minimum_wage_of_the_time() -> None:
    before = living_wage_2016.population_2015(JOB, behaviour()).model
    after = AlteredModel(scale=JOB.scale, seed=JOB.seed)
    staff = direct_care_staff(before)
    care = before.workers.columns.role[staff.row] == Role.CARE_WORKER
    private = before.providers.columns.sector[staff.employer] == Sector.INDEPENDENT
    assert staff.pay[care & private].min() == 650
    assert 0.9 < mean_pay(before) / mean_pay(after) < 0.99


def test_the_law_of_2016_has_the_higher_floor_only_with_the_national_living_wage(start: Branch) -> None:
    law = start.model.law_of(0)

    def floors(month: int, with_it: bool) -> tuple[int, int]:
        made = living_wage_2016.earlier_law(law, month, with_it)
        return made.adult_rate, made.adult_age

    assert floors(-8, True) == floors(-8, False) == (650, 21)
    assert floors(-1, True) == (670, 21)
    assert floors(0, True) == (720, 25)
    assert floors(0, False) == (670, 21)
    assert floors(6, False) == (695, 21)


# The sector's response


def test_a_stronger_response_to_a_raise_brings_more_staff(start: Branch) -> None:
    weak, strong = (supply_response.third_year(start, 0.05, (), strength).staff.sum() for strength in (0.2, 6.0))
    assert strong > weak


# Verdicts and sections


def figure(low: float, high: float, kind: str = TEST) -> Figure:
    return Figure("experiments", "panel", "one", "One", kind, math.nan, low, high, "percent", "", "", "", "")


def test_verdicts() -> None:
    assert Seen(figure(-1.0, 1.0), np.array([-3.0, 3.0])).verdict == PASS
    assert Seen(figure(-1.0, 1.0), np.array([1.0, 3.0])).verdict == FAIL
    mostly = np.r_[np.full(8, 2.0), -0.1, -0.1]
    assert Seen(figure(0.0, math.inf, CONTROL), mostly).verdict == FAIL
    assert Seen(figure(0.0, math.inf, CONTROL), np.r_[np.full(19, 2.0), -0.1]).verdict == PASS
    assert Seen(figure(2.0, 5.0, SHOWN), np.array([1.0, 1.0])).verdict == ""
    assert Seen(figure(0.0, 1.0), np.array([math.nan, 0.5])).verdict == PASS


def test_every_row_has_a_source_or_says_that_it_is_assumed_or_shown_beside_nothing() -> None:
    assert len({one.name for one in figures()}) == len(figures())
    for one in figures():
        assert one.source or one.status == "assumption" or one.kind == SHOWN, one.name
        assert one.low <= one.high
        assert one.kind != SETTING or math.isfinite(one.value)


@pytest.mark.parametrize("make", [study.study, study.supply])
def test_sections_hold_every_figure_and_name_what_fails(make: Callable[[], Study], tmp_path: Path) -> None:
    made = make()
    names = [one.name for one in measured(made.name)]
    shows = np.random.default_rng(2).normal(0.0, 0.1, (5, made.values))
    section = made.section([JOB] * 5, shows, tmp_path)
    assert [row.item for row in section.rows] == names
    assert list(tmp_path.glob("*.png"))
    failed = [row.item for row in section.rows if row.verdict == FAIL]
    labels = {one.name: one.label for one in figures()}
    assert all(labels[name] in section.verdict for name in failed)
    assert (made.name == "experiments") == bool(failed)
