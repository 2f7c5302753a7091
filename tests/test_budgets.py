"""Councils' money: a cut buys less care and is never called good, overspends are paid off, fees get what is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from markets import Policy, surely
from small import SCALE, private_store

from sim import compare
from sim.caution_words import for_want_of_seeking
from sim.cautions import UNMET, cautions
from sim.comparison import YEAR, Split
from sim.intervals import Interval
from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rulebook import Rulebook
from sim.rules.budget import (
    affordable_uplift,
    monthly_repayment,
    overspend_allowed,
    savings_asked,
    surplus_at_year_end,
)
from sim.rules.commissioning import can_be_placed, planned_share, smaller_packages
from sim.units import MoneySource, Payer, Service
from sim.virtual_market import virtual_market

P = behaviour()
RECORD = as_record(P)
TENTH = 0.1
FULL_TIME_MARKET: dict[str, Any] = {"providers": 20, "council_share": 1.0, "vacancies": 0.02, "pool": 3.0, "month": 0}
"""Staff are easy to find, so that money and not staff says how much care is bought."""


def saving(share: float, first: int = 12) -> Policy:
    def write(book: Rulebook) -> None:
        if book.month >= first:
            book.savings.add(share)

    return Policy(write, "saving")


def after(months: int, measure: Callable[[CareLabourModel], Any], *policies: Policy, seed: int = 1) -> Any:
    model = virtual_market(**FULL_TIME_MARKET, levers=policies, seed=seed, audit=True)
    for _ in range(months):
        model.step()
    return measure(model)


def test_a_tenth_less_money_lowers_posts_sought_and_raises_care_not_met() -> None:
    def measure(model: CareLabourModel) -> tuple[float, float]:
        councils = model.councils
        unmet = councils.waiting_minutes + councils.trimmed_minutes
        return float(model.providers.posts_sought.sum()), float(unmet[..., Payer.COUNCIL].sum())

    pairs = [(after(24, measure, seed=n), after(24, measure, saving(TENTH), seed=n)) for n in range(8)]
    assert surely([before[0] - cut[0] for before, cut in pairs]) > 0
    assert surely([cut[1] - before[1] for before, cut in pairs]) > 0


def test_savings_are_a_share_of_all_money_and_come_out_of_a_councils_own_alone() -> None:
    assert savings_asked(1_000, 300, 0.2) == 200
    assert savings_asked(1_000, 300, 0.5) == 300
    most = after(1, lambda model: model.ledger.council_money.copy(), saving(1.0, first=0))
    usual = after(1, lambda model: model.ledger.council_money.copy())
    assert (most[:, MoneySource.COUNCIL_TAX] == 0).all()
    rest = [source for source in MoneySource if source != MoneySource.COUNCIL_TAX]
    assert (most[:, rest] == usual[:, rest]).all()


def test_packages_shrink_a_little_before_anybody_waits() -> None:
    need, trim = 10_000, int(10_000 * P.package_trim)
    assert smaller_packages(need, need, 9_000, RECORD) == 0
    assert smaller_packages(need, need - trim // 2, need - trim // 2, RECORD) == trim // 2
    assert smaller_packages(need, need - 5 * trim, need - 5 * trim, RECORD) == trim
    assert smaller_packages(need, need - trim, need, RECORD) == 0


def test_overspends_are_paid_off_within_a_year_and_never_run_on() -> None:
    """Year by year a council owes no more than the overspend of that year: all earlier ones are paid off."""
    model = virtual_market(**FULL_TIME_MARKET, levers=(saving(TENTH),), audit=True)
    owed = np.zeros(2)
    for _ in range(6):
        spent, money = np.zeros(2), np.zeros(2)
        for _ in range(12):
            model.step()
            spent += model.councils.spent
            money += model.councils.budget
        overspent = np.maximum(spent - money + owed, 0)
        owed = np.maximum(-model.councils.balance.astype(float), 0)
        assert (owed <= overspent + 1).all()
        assert (owed < 0.07 * money).all()
    assert (owed < (P.overspend_tolerated + 0.01) * money).all()


def test_no_further_overspend_is_borne_while_a_large_one_is_paid_off() -> None:
    budget = 1_200_000
    year = 12 * budget
    small, large = int(-0.5 * P.spending_control * year), int(-1.5 * P.spending_control * year)
    assert overspend_allowed(monthly_repayment(small), budget, RECORD) == P.overspend_tolerated
    assert overspend_allowed(monthly_repayment(large), budget, RECORD) == 0.0
    assert 12 * monthly_repayment(large) >= -large
    assert monthly_repayment(budget) == 0
    kept = int(P.council_reserve_months * budget)
    assert surplus_at_year_end(kept + 5, budget, RECORD) == 5
    assert surplus_at_year_end(kept, budget, RECORD) == 0


def test_fees_get_what_is_left_of_money_within_bounds() -> None:
    growth = 0.05
    cost = 100_000_000
    assert affordable_uplift(cost // 2, cost, growth, RECORD) == P.uplift_least * growth
    assert affordable_uplift(2 * cost, cost, growth, RECORD) == P.uplift_most * growth
    assert affordable_uplift(103_000_000, cost, growth, RECORD) == pytest.approx(0.03)
    assert affordable_uplift(2 * cost, cost, -0.01, RECORD) == 0.0


@pytest.mark.parametrize(
    ("unmet", "worse"),
    [
        (Interval(0.4, 0.1, 0.7, 9), True),
        (Interval(0.4, -0.1, 0.9, 9), False),
        (Interval(-0.4, -0.7, -0.1, 9), False),
        (Interval(0.4, math.nan, math.nan, 1), True),
    ],
    ids=["clearly more", "more or less", "clearly less", "more in the only run"],
)
def test_fewer_vacancies_are_called_no_improvement_where_more_care_is_told_not_to_be_met(
    unmet: Interval, worse: bool
) -> None:
    runs = unmet.runs
    falls = {"posts sought": Interval(-8_000.0, -9_000.0, -7_000.0, runs)}
    split = Split(YEAR, "2030/31", "Savings", Interval(-9_000.0, -9_500.0, -8_000.0, runs), falls)
    line = SimpleNamespace(scenario="Savings", when=YEAR, headline=UNMET, change=unmet)
    comparison: Any = SimpleNamespace(splits=lambda: [split], lines=lambda: [line], others=["Savings"])
    (said,) = cautions(comparison, YEAR)
    assert ("no improvement" in said) == worse


def test_fees_are_set_for_care_that_finds_somebody_and_not_for_what_is_rationed() -> None:
    assert can_be_placed(1_000, 1.0, 900) == 900
    assert can_be_placed(1_000, 0.9, 900) == 1_000
    assert can_be_placed(1_000, 0.9, 850) == 950
    assert can_be_placed(1_000, 0.9, 950) == 1_000


def test_each_source_of_money_can_be_changed_alone() -> None:
    fields = ("precept", "council_grants", "client_contributions", "better_care_fund")
    for source, name in zip(MoneySource, fields, strict=True):

        def double(book: Rulebook, name: str = name) -> None:
            getattr(book, name).multiply(2.0)

        before = after(1, lambda model: model.ledger.council_money.copy())
        doubled = after(1, lambda model: model.ledger.council_money.copy(), Policy(double))
        assert (doubled[:, source] == 2 * before[:, source]).all()
        others = [other for other in MoneySource if other != source]
        assert (doubled[:, others] == before[:, others]).all()


def test_a_comparison_never_calls_fewer_posts_sought_an_improvement(tmp_path: Path) -> None:
    base = {"name": "As it was", "scale": SCALE, "replicates": 2, "window": {"from": "2016-04", "to": "2018-03"}}
    lever = {"council_budget": {"from": "2016-06", "source": "savings", "percent": 10.0}}
    with private_store(tmp_path / "store"):
        comparison = compare(base, [{**base, "name": "Savings", "levers": [lever]}], output=tmp_path / "out")
    (said,) = cautions(comparison, YEAR)
    assert "no longer sought" in said
    assert "no improvement" in said
    assert said in str(comparison)
    assert said.replace("'", "&#39;") in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert cautions(compare(comparison.results), YEAR) == [said]


def test_new_money_is_planned_out_over_months_and_a_cut_is_felt_at_once() -> None:
    """Without it, posts sought jump with every new year's budget."""

    def planned(model: CareLabourModel) -> float:
        return float(model.councils.planned_share.mean())

    poor = saving(0.3, first=2)
    richer = Policy(lambda book: book.savings.add(0.0 if book.month >= 8 else 0.3), "saving until then")
    cut = [after(months, planned, poor) for months in (2, 3)]
    assert cut[1] < cut[0] - 0.1
    first, second, later = (after(months, planned, richer) for months in (9, 10, 20))
    poorest = after(8, planned, richer)
    assert 0 < first - poorest < 0.5 * (later - poorest)
    assert second > first
    assert planned_share(0.9, 0.8, RECORD) == 0.8
    assert planned_share(0.8, 0.9, RECORD) < 0.9


def test_nobody_is_warned_of_posts_no_longer_sought_where_vacancies_fall_since_they_are_filled() -> None:
    assert for_want_of_seeking(-10.0, -5.0)
    assert not for_want_of_seeking(-10.0, -4.0), "most of them are filled"
    assert not for_want_of_seeking(-10.0, 3.0)
    assert not for_want_of_seeking(2.0, -3.0)


def test_visits_that_were_bought_and_missed_leave_money_for_others() -> None:
    def planned(missed: float) -> float:
        model = virtual_market(**{**FULL_TIME_MARKET, "service": Service.HOME_CARE}, levers=[saving(0.3, first=0)])
        providers = model.providers
        providers.missed_minutes[:] = missed * providers.demand_minutes.sum(axis=1)
        model.step()
        return float(model.councils.planned_share.mean())

    assert planned(0.0) < 0.75
    assert planned(0.1) == pytest.approx(planned(0.0) / 0.9, rel=0.001)
