"""Pay between one April and the next: it keeps up with earnings in general, inside care and outside."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from markets import SEEDS, YEAR, Policy, lever, paired, surely

from sim.conditions import dated_rows, first_month, in_force, last_month
from sim.jit import as_record
from sim.law import Law
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL, Outlook, outlook_of
from sim.parameters import Behaviour, behaviour
from sim.rules.pay import kept_up_pay, lead_from_keeping_up, mid_year_pay, reviewed_within_year
from sim.units import MONTHS_PER_YEAR, Role, Sector, Service, Status, month_index
from sim.virtual_market import virtual_market

MARCH, GROWN = 1000, 0.06
FLOOR_MARCH, FLOOR, PREMIUM = 950, 969, 0.01
"""The floor rose by 2%."""
ENOUGH, NOTHING = 0.2, 0.0
"""Margins."""
OVER = 0.03
"""Pay over the floor at which employers of a market begin, share."""
APRIL_2020, APRIL_2021 = month_index(2020, 4), month_index(2021, 4)
PENNY = 0.005
"""Share of pay within which rates that are rounded to whole pence agree."""
CARE_WORKER = int(Role.CARE_WORKER)


def by(**p: float) -> Behaviour:
    return behaviour({"earnings_followed": 1.0, "pay_step": 1.0, **p})


def review(current: int, vacancy: float = 0.0, margin: float = ENOUGH, **p: float) -> int:
    """Pay after a review, pence/hour, of an employer that paid 10 pounds in March."""
    known = as_record(by(**p))
    return mid_year_pay(current, kept_up_pay(MARCH, GROWN, known), vacancy, margin, known)


def lead(before: float = 0.0, march: int = MARCH, grown: float = GROWN, floor: int = FLOOR, **p: float) -> float:
    """Lead aimed at beyond a premium of 1% after a review."""
    known = as_record(by(**p))
    return lead_from_keeping_up(before, PREMIUM, march, kept_up_pay(march, grown, known), FLOOR_MARCH, floor, known)


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


def test_only_employers_with_a_price_to_bargain_over_review_pay_within_the_year() -> None:
    assert [sector for sector in Sector if reviewed_within_year(sector)] == [Sector.INDEPENDENT]


def test_a_part_of_what_earnings_outran_the_floor_by_is_aimed_at_from_then_on() -> None:
    for part in (0.0, 0.5, 1.0):
        assert lead(lead_kept=part) == pytest.approx(part * (GROWN - 0.02))
    assert lead(march=980, lead_kept=1.0) == pytest.approx(GROWN - 0.02), "however far ahead it was already"
    assert lead(march=940, lead_kept=1.0) == pytest.approx(940 * 1.06 / FLOOR - 1.0 - PREMIUM), "or behind"


def test_a_year_in_which_the_floor_outruns_earnings_leaves_no_lead_whatever_is_paid() -> None:
    for march in (960, 1000, 1400):
        assert lead(march=march, floor=1010, lead_kept=1.0) == 0.0
        assert lead(before=0.02, march=march, floor=1010, lead_kept=1.0) == 0.02
        assert lead(march=march, earnings_followed=0.3, lead_kept=1.0) == 0.0, "less than a third is followed"


def test_a_lead_that_is_aimed_at_already_is_not_kept_twice() -> None:
    assert lead(before=0.10, lead_kept=1.0) == 0.10
    assert lead(before=0.06, lead_kept=1.0) == pytest.approx(MARCH * 1.06 / FLOOR - 1.0 - PREMIUM)


def test_a_floor_that_is_lowered_leaves_no_more_lead_than_one_that_stands_still() -> None:
    for followed in (0.0, 1.0):
        assert lead(grown=0.0, floor=FLOOR_MARCH - 100, earnings_followed=followed, lead_kept=1.0) == 0.0
    kept = lead(floor=FLOOR_MARCH - 100, lead_kept=1.0)
    assert kept == pytest.approx(MARCH * 1.06 / FLOOR_MARCH - 1.0 - PREMIUM, abs=0.06), "as with one that stands still"
    assert kept == lead(floor=FLOOR_MARCH, lead_kept=1.0)


def test_without_a_march_there_is_no_lead() -> None:
    assert lead(march=0, lead_kept=1.0) == 0.0


# -- the law of a month


@pytest.fixture(scope="module")
def market() -> CareLabourModel:
    return virtual_market(2, 6, 4, sector=[Sector.INDEPENDENT])


def year_of(market: CareLabourModel, april: int, outlook: Outlook = ENACTED_CENTRAL) -> list[Law]:
    market.outlook = outlook
    return [market.law_of(month) for month in range(april, april + MONTHS_PER_YEAR)]


def outside(market: CareLabourModel, first: int, after: int, outlook: Outlook = ENACTED_CENTRAL) -> Any:
    """Pay outside care by month, pence/hour."""
    market.outlook = outlook
    return np.array([market.law_of(month).outside_pay[0] for month in range(first, after)], dtype=float)


def test_earnings_since_april_are_the_financial_years_growth_bit_by_bit(market: CareLabourModel) -> None:
    for april, first_quarters in ((APRIL_2020, 0.046), (APRIL_2021, 0.042)):
        grown = [law.earnings_since_april for law in year_of(market, april)]
        assert grown == pytest.approx([first_quarters * months / MONTHS_PER_YEAR for months in range(MONTHS_PER_YEAR)])


def test_earnings_of_a_year_past_the_last_published_one_lie_between_the_forecasts_of_two_calendar_years() -> None:
    forecast = [row.month for row in dated_rows() if row.series == "earnings_of_year" and "OBR" in row.source]
    assert min(forecast) == month_index(2026, 4)
    assert first_month("earnings_of_year") == 0
    for april in range(min(forecast), last_month("earnings_growth") - MONTHS_PER_YEAR, MONTHS_PER_YEAR):
        first, second = (in_force("earnings_growth", april + years * MONTHS_PER_YEAR) for years in (1, 2))
        assert in_force("earnings_of_year", april) == pytest.approx(0.375 * first + 0.625 * second, abs=5e-5)


def test_earnings_grow_by_as_much_less_as_the_minimum_wage_is_assumed_to_rise_less(market: CareLabourModel) -> None:
    april = month_index(2029, 4)
    for outlook in (outlook_of("enacted", {"nlw_path": "low"}), outlook_of("enacted", {"nlw_path": "high"})):
        rises = [path.adult_rate(april) / path.adult_rate(april - 1) for path in (outlook, ENACTED_CENTRAL)]
        grown = [path.earnings_of_year(april + 5) for path in (outlook, ENACTED_CENTRAL)]
        assert grown[0] != grown[1]
        assert grown[0] - grown[1] == pytest.approx(rises[0] - rises[1])
        assert outlook.earnings_of_year(APRIL_2021) == ENACTED_CENTRAL.earnings_of_year(APRIL_2021)


def test_in_which_month_the_minimum_wage_rises_does_not_take_earnings_growth_away() -> None:
    """A path that rises every October, by about as much as the central one rises in April."""
    rises = {2028: 13.69, 2029: 14.03, 2030: 14.40, 2031: 14.75, 2032: 15.10}
    dated = tuple((month_index(year, 10), pounds) for year, pounds in rises.items())
    april = month_index(2031, 4)
    outlook = outlook_of("enacted", {"nlw_path": dated})
    expected = in_force("earnings_of_year", april) + 14.40 / 14.03
    expected -= ENACTED_CENTRAL.adult_rate(april) / ENACTED_CENTRAL.adult_rate(april - 12)
    assert outlook.earnings_of_year(april + 3) == pytest.approx(expected)
    assert expected > 0.02
    falls = outlook_of("enacted", {"nlw_path": ((month_index(2030, 4), 5.0),)})
    assert falls.earnings_of_year(month_index(2030, 4)) == 0.0, "and never shrink"


def test_earnings_that_professionals_follow_take_the_same_path_a_year_later(market: CareLabourModel) -> None:
    april = month_index(2030, 4)
    low = outlook_of("enacted", {"nlw_path": "low"})
    apart = low.earnings_of_year(april - 12) - ENACTED_CENTRAL.earnings_of_year(april - 12)
    assert apart < -0.005
    assert low.earnings_growth(april) == pytest.approx(in_force("earnings_growth", april) + apart)
    assert year_of(market, april, low)[0].earnings_growth == low.earnings_growth(april)
    assert ENACTED_CENTRAL.earnings_growth(april) == in_force("earnings_growth", april)


def test_earnings_stand_still_in_the_spin_up(market: CareLabourModel) -> None:
    assert {law.earnings_since_april for law in year_of(market, -MONTHS_PER_YEAR)} == {0.0}
    assert len(set(outside(market, -MONTHS_PER_YEAR, 1))) == 1


def test_pay_outside_care_moves_with_earnings_about_its_rate_of_the_year(market: CareLabourModel) -> None:
    april = month_index(2022, 4)
    rates = outside(market, april, april + MONTHS_PER_YEAR)
    assert rates[-1] / rates[0] - 1.0 == pytest.approx(in_force("earnings_of_year", april) * 11 / 12, abs=PENNY)
    usual = in_force("outside_pay_ratio", april) * in_force("adult_rate", april)
    assert rates.mean() / usual == pytest.approx(market.world.statics.outside_factor[0], abs=PENNY)


@pytest.mark.parametrize(
    "assumed", [{}, {"nlw_path": "low"}, {"outside_pay": "low"}, {"outside_pay": ((month_index(2029, 4), 1.0),)}]
)
def test_pay_outside_care_never_falls_in_cash(market: CareLabourModel, assumed: dict[str, Any]) -> None:
    rates = outside(market, -1, month_index(2034, 4), outlook_of("enacted", assumed))
    assert np.diff(rates).min() >= 0
    stays = rates[APRIL_2021 + 1 : APRIL_2021 + 4]
    assert np.all(stays == rates[APRIL_2021]), "the minimum of April 2021 rose by less than earnings had"
    assert rates[APRIL_2021 + MONTHS_PER_YEAR] > stays[0]


def test_a_policy_on_the_minimum_wage_moves_pay_outside_care_as_much(market: CareLabourModel) -> None:
    usual = outside(market, APRIL_2021, APRIL_2021 + 1)[0]
    market.levers = (lever("national_living_wage", percent=10.0),)
    assert outside(market, APRIL_2021, APRIL_2021 + 1)[0] == pytest.approx(1.1 * usual, abs=1.0)
    market.levers = ()


# -- a market


def leads(model: CareLabourModel) -> list[float]:
    """Mean pay of care workers over the floor, share: a year on, and after the April that follows."""
    found = []
    model.providers.columns.pay_premium[...] = OVER
    for months in (YEAR, 1):
        for _ in range(months):
            model.step()
        workers = model.workers.columns
        care = (workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER)
        found.append(float(workers.pay[care].mean() / model.law.adult_rate - 1.0))
    return found


def in_2021(*, month: int = APRIL_2021, over: float = OVER, margin: float = ENOUGH, **p: float) -> dict[str, Any]:
    """A market at an April whose employers pay so much more than the floor of the month before and can pay more."""
    pay = round((1.0 + over) * in_force("adult_rate", month - 1))
    known = by(**{"mid_year_review": 0.25, "vacancy_pay_response": 0.0, "mid_year_raise": 0.0, **p})
    return {"month": month, "pay": pay, "vacancies": 0.02, "margin": margin, "behaviour": known}


def begun(**market: Any) -> CareLabourModel:
    """A market whose employers aim at what they pay."""
    model = virtual_market(**market)
    columns, floor = model.providers.columns, in_force("adult_rate", market["month"] - 1)
    columns.pay_premium[...] = columns.posted_pay[:, CARE_WORKER] / floor - 1.0
    return model


def a_year_on(**market: Any) -> Any:
    """Employers that are open a year later, in columns."""
    model = begun(**market)
    for _ in range(YEAR):
        model.step()
    return open_now(model)


def open_now(model: CareLabourModel) -> Any:
    """Columns of employers that are open, for care workers where they are by role."""
    columns = model.providers.columns
    here = columns.active == 1
    found = {name: values[here] for name, values in columns._asdict().items()}
    for name in ("posted_pay", "unaided_pay"):
        found[name] = found[name][:, CARE_WORKER]
    return SimpleNamespace(**found)


def test_in_a_year_of_high_earnings_growth_care_pay_leaves_the_floor_behind() -> None:
    ahead, behind = paired(leads, in_2021(), in_2021(earnings_followed=0.0), seeds=len(SEEDS))
    assert surely(ahead[:, 0] - behind[:, 0]) > 0.005


def test_the_lead_outlasts_a_rise_of_the_floor_where_it_has_become_what_employers_aim_at() -> None:
    kept, lost = paired(leads, in_2021(lead_kept=1.0), in_2021(lead_kept=0.0), seeds=len(SEEDS))
    assert surely(kept[:, 1] - lost[:, 1]) > 0.005
    assert np.array_equal(kept[:, 0], lost[:, 0])


def test_how_often_pay_is_reviewed_does_not_matter_to_the_lead() -> None:
    """Whoever is reviewed several times keeps at each what a first review in that month would have it keep."""
    model = begun(**in_2021(lead_kept=0.5))
    known, firms = as_record(by(lead_kept=0.5)), model.providers.columns
    reviews = np.zeros(len(firms.uid), dtype=int)
    for _ in range(YEAR):
        before = firms.lead_from_earnings.copy()
        model.step()
        for j in np.flatnonzero(firms.lead_from_earnings != before):
            reviews[j] += 1
            pay, floor = int(firms.pay_last_march[j]), int(firms.floor_last_march[j])
            kept_up = kept_up_pay(pay, model.law.earnings_since_april, known)
            rate = int(model.law.statutory_floor[j, CARE_WORKER])
            once = lead_from_keeping_up(0.0, float(firms.pay_premium[j]), pay, kept_up, floor, rate, known)
            assert firms.lead_from_earnings[j] == once
    assert (reviews > 1).sum() > 10


def test_in_ordinary_years_nobody_keeps_a_lead_however_much_is_paid() -> None:
    model = begun(**in_2021(month=APRIL_2020, over=0.3, lead_kept=1.0))
    model.providers.columns.pay_premium[...] = OVER  # the rest of the lead has other reasons
    for _ in range(YEAR):
        model.step()
    firms = open_now(model)
    assert (firms.unaided_pay > 1.02 * firms.pay_last_march).sum() > 10, "they keep up"
    assert not firms.lead_from_earnings.any()


def test_a_margin_decides_on_what_is_paid_but_not_on_what_is_aimed_at() -> None:
    able, unable = (a_year_on(**in_2021(margin_for_raise=least, lead_kept=1.0)) for least in (-2.0, 2.0))
    assert (able.lead_from_earnings > 0).sum() > 10
    assert np.array_equal(able.lead_from_earnings, unable.lead_from_earnings)
    assert able.posted_pay.mean() > unable.posted_pay.mean() * 1.01


@pytest.mark.parametrize("sector", [Sector.COUNCIL, Sector.DIRECT_PAYMENT])
def test_pay_that_a_council_sets_or_pays_for_waits_for_april(sector: Sector) -> None:
    service = Service.PERSONAL_ASSISTANTS if sector == Sector.DIRECT_PAYMENT else Service.HOME_CARE
    model = begun(**in_2021(over=0.2, margin_for_raise=-2.0, lead_kept=1.0), sector=sector, service=service)
    model.step()
    april = open_now(model).posted_pay
    for _ in range(YEAR - 1):
        model.step()
    assert np.array_equal(open_now(model).posted_pay, april)
    assert not open_now(model).lead_from_earnings.any()


@pytest.mark.parametrize(
    "policy",
    [
        lever("real_living_wage"),
        lever("national_living_wage", percent=5),
        Policy(lambda book: book.pay_floor.floor(900)),
        Policy(lambda book: book.pay_floor.floor(1200)),
    ],
    ids=["real living wage", "ahead of the law", "soon overtaken", "far above"],
)
def test_pay_that_a_policy_has_lifted_does_not_grow_with_earnings_on_top(policy: Any) -> None:
    """It goes on as the policy says, while what would be paid without it keeps up, and may overtake."""
    model = begun(levers=(policy,), **in_2021(month=APRIL_2020, over=0.0, lead_kept=1.0, margin_for_raise=-2.0))
    for _ in range(3 * YEAR + 1):  # past the first April in which a lead that was kept is aimed at
        model.step()
    firms, floor = open_now(model), int(model.law.pay_floor[0, CARE_WORKER])
    assert (firms.unaided_pay > 1.005 * model.law.statutory_floor[0, CARE_WORKER]).sum() > 10
    since_then = firms.opened < APRIL_2020  # newcomers post the going rate
    assert np.array_equal(firms.posted_pay[since_then], np.maximum(firms.unaided_pay, floor)[since_then])
