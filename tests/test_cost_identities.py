"""Costs of the whole country: derived from books and from agents, and set beside what is published."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.runs import Job
from sim.conditions import in_force
from sim.history import Origin, Walk, spin_up
from sim.month.ledger import TAX_KINDS
from sim.month.stock import TeamSum
from sim.parameters import behaviour
from sim.recording import stack
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND, WEEKS_PER_YEAR, Payer, Service
from sim.validity.costs import (
    APRIL_2025,
    ASKED,
    BOUGHT,
    HOMES,
    JUDGED,
    MODEL,
    NAMES,
    hours_of_resident,
    identities,
    residents,
    residents_of_councils,
    run_costs,
)
from sim.validity.costs_agents import insurance, look
from sim.validity.costs_page import found_in, section, verdict
from sim.validity.visits import alone

SCALE = 0.005
RUN = Job((), (), SCALE, 1)


@cache
def may_2016() -> Walk:
    return spin_up(Origin(SCALE, 1, behaviour({}))).to(2)


@cache
def one_run() -> np.ndarray:
    return alone(run_costs, RUN).reshape(-1, 2)


def shows_with(apart: float, draws: int = 3) -> np.ndarray:
    """Runs that lie so far from what was published, in both derivations."""
    told = np.array([one.value for one in identities()])
    return np.tile(np.repeat(told * (1.0 + apart), 2), (draws, 1))


def test_agents_are_paid_what_the_month_counted() -> None:
    model = may_2016().model
    moment = look(model, SCALE)
    teams = model.stock.teams.sum(axis=0)
    yearly = WEEKS_PER_YEAR / (SCALE * PENCE_PER_POUND)
    pay = teams[TeamSum.WAGES] * (1.0 + model.behaviour.holiday_share)
    assert moment.gross_pay == pytest.approx(pay * yearly, rel=1e-4)
    whole = teams[TeamSum.WAGES] + teams[TeamSum.ON_COSTS]
    assert moment.gross_pay + moment.on_costs == pytest.approx(whole * yearly, rel=1e-4)
    assert moment.nic_rise == 0.0
    assert 0.5 < moment.independent_nic < 1.0


def test_agents_are_paid_for_what_the_books_say() -> None:
    model = may_2016().model
    moment = look(model, SCALE)
    paid = model.ledger.payments[..., Payer.COUNCIL].sum(axis=0) * 12 / (SCALE * PENCE_PER_POUND)
    assert moment.council_paid.sum(axis=1) == pytest.approx(paid, rel=0.03)


def test_insurance_is_due_above_the_threshold() -> None:
    assert insurance(np.array([100.0, 300.0]), 0.1, 200.0) == pytest.approx([0.0, 10.0])


def test_rise_of_insurance_comes_with_april_2025() -> None:
    assert in_force("nic_rate", APRIL_2025) > in_force("nic_rate", APRIL_2025 - 1)
    place = [one.identity for one in identities()].index("employer_nic_rise")
    books, agents = one_run()[place]
    assert agents > 0.0
    assert books == pytest.approx(agents, rel=0.15)


def test_both_derivations_agree() -> None:
    alike = {
        "wage_bill", "wage_bill_with_on_costs", "long_term_support", "long_and_short_term_support",
        "gross_current_spending", "care_home_fee",
    }  # fmt: skip
    for one, (books, agents) in zip(identities(), one_run(), strict=True):
        if one.identity in alike:
            assert agents == pytest.approx(books, rel=0.06), one.name


def test_long_term_support_is_part_of_all_spending_and_costs_come_on_top_of_pay() -> None:
    found = {(one.identity, one.period): row[0] for one, row in zip(identities(), one_run(), strict=True)}
    assert found["long_term_support", "2023/24"] < found["gross_current_spending", "2023/24"]
    assert found["wage_bill_with_on_costs", "2024/25"] > 1.05 * found["wage_bill", "2024/25"]


def test_short_term_support_comes_on_top_of_long_term_support_in_what_is_published() -> None:
    """Sums of rows published by NHS England, and the model's same figure beside both."""
    published = {(one.identity, one.period): one.value for one in identities()}
    short = [
        published["long_and_short_term_support", period] - published["long_term_support", period]
        for period in ("2019/20", "2020/21", "2021/22", "2022/23", "2023/24")
    ]
    assert short == pytest.approx([0.61e9, 0.68e9, 0.77e9, 0.95e9, 0.98e9])
    found = {(one.identity, one.period): row[0] for one, row in zip(identities(), one_run(), strict=True)}
    assert found["long_and_short_term_support", "2023/24"] == found["long_term_support", "2023/24"]


def test_hours_of_a_resident_are_what_councils_buy_over_residents_whom_they_pay_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = stack(may_2016().records)
    monkeypatch.setattr("sim.validity.costs.residents", lambda: residents()._replace(period="2015/16", value=400_000.0))
    monkeypatch.setattr("sim.validity.costs.residents_of_councils", lambda: 150_000.0)
    year = history.care[history.month < 0][:, :, list(HOMES)][..., Payer.COUNCIL, BOUGHT].sum() / 12
    assert hours_of_resident(history, SCALE) == pytest.approx(year / (MINUTES_PER_HOUR * SCALE * 150_000.0))


def test_residents_of_councils_are_the_weeks_they_report_over_a_year() -> None:
    assert residents_of_councils() == pytest.approx((5.28e6 + 2.39e6) / 52, rel=0.002)


def test_homes_are_care_homes() -> None:
    assert Service.HOME_CARE not in HOMES


def test_every_identity_has_a_formula_that_says_what_is_in_it() -> None:
    assert {one.identity for one in identities()} == set(MODEL) == set(NAMES)
    assert set(JUDGED) <= set(MODEL)
    assert all(formula.__doc__ for formula in MODEL.values())
    assert {one.identity for one in identities() if one.asked == ASKED} == {
        "wage_bill", "long_and_short_term_support", "employer_nic_rise", "home_care_fee", "care_home_fee",
    }  # fmt: skip
    assert "employer_nic" in TAX_KINDS


@pytest.mark.parametrize(("apart", "met"), [(0.0, 5), (0.049, 5), (-0.06, 0)])
def test_costs_are_met_within_five_percent(apart: float, met: int) -> None:
    assert verdict(found_in(shows_with(apart))).startswith(f"{met} of 5 costs are within 5%")


def test_the_section_tells_what_is_off_and_why(tmp_path: Path) -> None:
    shows = shows_with(0.0)
    place = [one.identity for one in identities()].index("home_care_fee") + 3
    assert identities()[place].asked == ASKED
    shows[:, 2 * place + 1] *= 1.2
    page = section([RUN] * 3, shows, tmp_path)
    assert "home care fee, 2024/25 (+20.0%)" in page.verdict
    assert [row.item for row in page.rows if row.verdict == "fail"] == ["home care fee"]
    assert (tmp_path / "validation_costs.png").is_file()
