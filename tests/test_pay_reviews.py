"""Pay between one April and the next: it keeps up with earnings in general, inside care and outside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import SEEDS, YEAR, paired, surely

from sim.conditions import in_force
from sim.jit import as_record
from sim.law import Law
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL
from sim.parameters import Behaviour, behaviour
from sim.rules.pay import kept_up_pay, lead_aimed_at, mid_year_pay
from sim.units import MONTHS_PER_YEAR, Role, Sector, Status, month_index
from sim.virtual_market import virtual_market

MARCH, GROWN = 1000, 0.06
FLOOR, LEAD = 970, 0.03
ENOUGH, NOTHING = 0.2, 0.0
"""Margins."""
APRIL_2021 = month_index(2021, 4)
PENNY = 0.005
"""Share of pay within which rates that are rounded to whole pence agree."""


def review(current: int, vacancy: float = 0.0, margin: float = ENOUGH, **p: float) -> int:
    """Pay after a review, pence/hour, of an employer that paid 10 pounds in March."""
    known = as_record(by(**p))
    return mid_year_pay(current, kept_up_pay(MARCH, GROWN, known), vacancy, margin, known)


def by(**p: float) -> Behaviour:
    return behaviour({"earnings_followed": 1.0, "pay_step": 1.0, **p})


def test_pay_that_is_reviewed_keeps_up_with_the_part_of_earnings_that_is_followed() -> None:
    assert review(1022) == 1060
    assert review(1022, earnings_followed=0.5) == 1030
    assert review(1022, earnings_followed=0.0) == 1022


def test_where_april_brought_more_than_earnings_did_nothing_is_left_to_keep_up_with() -> None:
    assert review(1097) == 1097


def test_without_a_margin_pay_stays() -> None:
    assert review(1022, vacancy=0.5, margin=NOTHING) == 1022


def test_vacancies_raise_what_earnings_ask_by_a_notch() -> None:
    assert review(1022, vacancy=0.5, mid_year_raise=0.02) == 1082  # 1060 x 1.02 = 1081.2, rounded up
    assert review(1097, vacancy=0.5, mid_year_raise=0.02) == 1119


def test_a_part_of_the_lead_that_keeping_up_brought_is_aimed_at_from_then_on() -> None:
    brought = 1060 / FLOOR - 1.0
    for part in (0.0, 0.5, 1.0):
        aimed_at = lead_aimed_at(LEAD, FLOOR, 1060.0, as_record(by(lead_kept=part)))
        assert aimed_at == pytest.approx(LEAD + part * (brought - LEAD))
    assert lead_aimed_at(0.12, FLOOR, 1060.0, as_record(by(lead_kept=1.0))) == 0.12


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


def leads(model: CareLabourModel, years: int = 2) -> list[float]:
    """Mean pay of care workers over the floor at the end of each year, share."""
    found = []
    model.providers.columns.pay_premium[...] = LEAD
    model.providers.columns.pay_last_march[...] = model.providers.columns.posted_pay[:, Role.CARE_WORKER]
    for _ in range(years):
        for _ in range(YEAR):
            model.step()
        workers = model.workers.columns
        care = (workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER)
        found.append(float(workers.pay[care].mean() / model.law.adult_rate - 1.0))
    return found


def in_2021(**p: float) -> dict[str, Any]:
    """A market at April 2021 whose employers pay 3% above the floor and can pay more."""
    pay = round((1.0 + LEAD) * in_force("adult_rate", APRIL_2021))
    known = by(mid_year_review=0.25, vacancy_pay_response=0.0, mid_year_raise=0.0, **p)
    return {"month": APRIL_2021, "pay": pay, "vacancies": 0.02, "margin": ENOUGH, "behaviour": known}


def test_in_a_year_of_high_earnings_growth_care_pay_leaves_the_floor_behind() -> None:
    ahead, behind = paired(leads, in_2021(), in_2021(earnings_followed=0.0), seeds=len(SEEDS))
    assert surely(ahead[:, 0] - behind[:, 0]) > 0.02


def test_the_lead_outlasts_a_rise_of_the_floor_where_it_has_become_what_employers_aim_at() -> None:
    kept, lost = paired(leads, in_2021(lead_kept=1.0), in_2021(lead_kept=0.0), seeds=len(SEEDS))
    assert surely(kept[:, 1] - lost[:, 1]) > 0.005
    assert np.array_equal(kept[:, 0], lost[:, 0])
