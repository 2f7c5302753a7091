"""Pay between one April and the next: it keeps up with earnings in general, inside care and outside."""

from __future__ import annotations

import numpy as np
import pytest
from markets import SEEDS, YEAR, paired, surely

from sim.conditions import in_force
from sim.jit import as_record
from sim.law import Law
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.parameters import Behaviour, behaviour
from sim.rules.pay import mid_year_pay
from sim.units import MONTHS_PER_YEAR, Role, Sector, Status, month_index
from sim.virtual_market import virtual_market

FLOOR, LEAD, GROWN = 1000, 0.03, 0.06
ENOUGH, NOTHING = 0.2, 0.0
"""Margins."""
APRIL_2021 = month_index(2021, 4)
PENNY = 0.005
"""Share of pay within which rates that are rounded to whole pence agree."""


def review(current: int, lead: float = LEAD, vacancy: float = 0.0, margin: float = ENOUGH, **p: float) -> int:
    """Pay after a review, pence/hour."""
    return mid_year_pay(current, FLOOR, lead, GROWN, vacancy, margin, as_record(by(**p)))


def by(**p: float) -> Behaviour:
    return behaviour({"earnings_followed": 1.0, "pay_step": 1.0, **p})


def test_pay_that_is_reviewed_keeps_up_with_the_part_of_earnings_that_is_followed() -> None:
    assert review(1030) == 1092  # 1000 x 1.03 x 1.06 = 1091.8, rounded up
    assert review(1030, earnings_followed=0.5) == 1061  # 1000 x 1.03 x 1.03 = 1060.9
    assert review(1030, earnings_followed=0.0) == 1030


def test_nobody_cuts_pay_that_is_ahead_of_earnings() -> None:
    assert review(1200) == 1200


def test_employers_whose_choice_lies_below_the_floor_stay_there_until_earnings_carry_it_above() -> None:
    assert review(1000, lead=-0.08) == 1000
    assert review(1000, lead=-0.04) == 1018  # 1000 x 0.96 x 1.06 = 1017.6


def test_without_a_margin_pay_stays() -> None:
    assert review(1030, vacancy=0.5, margin=NOTHING) == 1030


def test_vacancies_raise_what_earnings_ask_by_a_notch() -> None:
    assert review(1030, vacancy=0.5, mid_year_raise=0.02) == 1114  # 1091.8 x 1.02 = 1113.6
    assert review(1200, vacancy=0.5, mid_year_raise=0.02) == 1224


# -- the law of a month


@pytest.fixture(scope="module")
def market() -> CareLabourModel:
    return virtual_market(2, 6, 4, sector=[Sector.INDEPENDENT])


def year_of(market: CareLabourModel, april: int) -> list[Law]:
    market.outlook = ENACTED_CENTRAL
    return [market.law_of(month) for month in range(april, april + MONTHS_PER_YEAR)]


def test_earnings_since_april_are_the_calendar_years_growth_month_by_month(market: CareLabourModel) -> None:
    grown = [law.earnings_since_april for law in year_of(market, APRIL_2021)]
    of_2021 = in_force("earnings_growth", APRIL_2021 + MONTHS_PER_YEAR)
    assert of_2021 == pytest.approx(0.0597)
    assert grown == pytest.approx([of_2021 * months / MONTHS_PER_YEAR for months in range(MONTHS_PER_YEAR)])


def test_earnings_stand_still_in_the_spin_up(market: CareLabourModel) -> None:
    assert {law.earnings_since_april for law in year_of(market, -MONTHS_PER_YEAR)} == {0.0}
    assert len({int(law.outside_pay[0]) for law in year_of(market, -MONTHS_PER_YEAR)}) == 1


def test_pay_outside_care_moves_with_earnings_about_its_rate_of_the_year(market: CareLabourModel) -> None:
    rates = np.array([law.outside_pay[0] for law in year_of(market, APRIL_2021)], dtype=float)
    assert np.all(np.diff(rates) >= 0)
    assert rates[-1] / rates[0] - 1.0 == pytest.approx(0.0597 * 11 / 12, abs=PENNY)
    usual = in_force("outside_pay_ratio", APRIL_2021) * in_force("adult_rate", APRIL_2021)
    assert rates.mean() / usual == pytest.approx(market.world.statics.outside_factor[0], abs=PENNY)


# -- a market


def lead_in_march(model: CareLabourModel) -> float:
    """Mean pay of care workers over the floor after a year, share, where all employers aim at the same lead."""
    model.providers.columns.pay_premium[...] = LEAD
    for _ in range(YEAR):
        model.step()
    workers = model.workers.columns
    care = (workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER)
    return float(workers.pay[care].mean() / model.law.adult_rate - 1.0)


def test_in_a_year_of_high_earnings_growth_care_pay_leaves_the_floor_behind() -> None:
    floor = in_force("adult_rate", APRIL_2021)
    market = {"month": APRIL_2021, "pay": round((1.0 + LEAD) * floor), "vacancies": 0.02, "margin": ENOUGH}
    followed, ignored = ({"behaviour": by(earnings_followed=part, mid_year_review=0.25)} for part in (1.0, 0.0))
    ahead, behind = paired(lead_in_march, {**market, **followed}, {**market, **ignored}, seeds=len(SEEDS))
    assert surely(ahead - behind) > 0.02
