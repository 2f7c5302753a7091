"""The outlook: which baseline of law holds, and what the future outside care is taken to be.

Seven assumptions (``sim/data/assumptions.csv``) are each central, low, high or a dated series. Central paths and the
low and high departures from them are dated rows of ``sim/data/law.csv``. All begin after the last published value, so
history is the same whatever is assumed.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sim.baselines import ANNOUNCED, ENACTED, announcement, first_announced
from sim.conditions import by_code, dated_rows, first_month, in_force, last_month
from sim.units import MONTHS_PER_YEAR, PENCE_PER_POUND, Service, month_name, parse_month

FILE = Path(__file__).resolve().parent / "data" / "assumptions.csv"
CENTRAL = "central"
LEVELS = (CENTRAL, "low", "high")
PERCENT = 0.01
RELATIVE = ("nlw_path", "rlw_path")
"""Assumptions whose low and high are shares of the central rate; of the others they are added to it."""
IN_LAW = {
    "unemployment": 1.0,
    "nlw_path": PENCE_PER_POUND,
    "rlw_path": PENCE_PER_POUND,
    "outside_pay": 1.0,
    "nhs_award": PERCENT,
    "need_growth": PERCENT,
    "council_funding": PERCENT,
}
"""One unit of a scenario file in the unit of ``law.csv``: pounds in pence, percent in shares."""
RLW_UK = "real_living_wage_uk"
TYPICAL_SERVICE = Service.HOME_CARE.name.lower()
"""Service whose growth of need a dated series states; those that grow otherwise keep their distance from it."""

Steps: TypeAlias = tuple[tuple[int, float], ...]
"""Values from a month on, in ascending order, in the unit of scenario files."""
Choice: TypeAlias = str | Steps


def part_of_year(month: int) -> float:
    """Part of a financial year that has passed ahead of a month: none in April."""
    return month % MONTHS_PER_YEAR / MONTHS_PER_YEAR


class Assumption(NamedTuple):
    """One of the seven."""

    name: str
    meaning: str
    unit: str
    first: int
    """First month that may be assumed: what lies before is published."""
    least: float
    most: float
    source: str
    source_url: str
    status: str
    note: str


@cache
def known_assumptions() -> dict[str, Assumption]:
    """All of them by name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Assumption(
                row["name"], row["meaning"], row["unit"], parse_month(row["first"]), float(row["least"]),
                float(row["most"]), row["source"], row["source_url"], row["status"], row["note"],
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


class Outlook(NamedTuple):
    """A baseline and the assumptions that are not central, by name; methods give the law's values of a month."""

    baseline: str = ENACTED
    chosen: tuple[tuple[str, Choice], ...] = ()

    def choice(self, name: str) -> Choice:
        """Level or dated series of an assumption."""
        return dict(self.chosen).get(name, CENTRAL)

    def unemployment(self, month: int) -> float:
        """Unemployment rate of England, percent."""
        return self._path("unemployment", month, in_force("unemployment", month, CENTRAL))

    def tightness(self, month: int) -> float:
        r"""Vacancies per unemployed person in the whole economy, against 2016/17.

        On another path of unemployment, vacancies respond as they did along the Beveridge curve:

        .. math:: T = T_c (U / U_c)^{b - 1}, \\qquad V = V_c (U / U_c)^b
        """
        central = in_force("tightness", month)
        rate, usual = self.unemployment(month), in_force("unemployment", month, CENTRAL)
        if rate == usual:
            return central
        return central * math.exp((in_force("vacancy_response", month) - 1.0) * math.log(rate / usual))

    def adult_rate(self, month: int) -> int:
        """National Living Wage, pence/hour."""
        return round(self._path("nlw_path", month, in_force("adult_rate", month)))

    def youth_rate(self, month: int) -> int:
        """Minimum wage below the age of the adult rate, pence/hour: past the last rates set, its ratio is kept."""
        last = known_assumptions()["nlw_path"].first - 1
        if month <= last:
            return int(in_force("youth_rate", month))
        return round(in_force("youth_rate", last) / in_force("adult_rate", last) * self.adult_rate(month))

    def real_living_wage(self, month: int, series: str = RLW_UK) -> int:
        """A rate of the Living Wage Foundation, pence/hour.

        Ahead of its first date the first rate holds: it had been announced by then. Past the last one published, the
        rates keep the ratio to the National Living Wage that they had when that one took effect, on the central path of
        both; on another path London's keeps its ratio to the UK rate.
        """
        if month < known_assumptions()["rlw_path"].first:
            return int(in_force(series, max(month, first_month(series))))
        last = last_month(series)
        ratio = in_force(series, last) / in_force("adult_rate", last)
        central = round(ratio * in_force("adult_rate", month))
        choice = self.choice("rlw_path")
        if isinstance(choice, str):
            return round(self._path("rlw_path", month, central))
        over_uk = in_force(series, last) / in_force(RLW_UK, last)
        return round(over_uk * self._path("rlw_path", month, central / over_uk))

    def outside_pay_ratio(self, month: int) -> float:
        """Going rate of low-paid work outside care over the National Living Wage."""
        return self._path("outside_pay", month, in_force("outside_pay_ratio", month))

    def earnings_of_year(self, month: int) -> float:
        r"""Growth of earnings in general over the financial year of a month, share, never negative.

        .. math:: e = e_c + g - g_c

        with the rise :math:`g` of the National Living Wage from one April to the next. It is set at two thirds of
        median earnings, so that another path of it than the central one is another path of earnings.
        """
        return max(0.0, in_force("earnings_of_year", month) + self._earnings_apart(month))

    def earnings_growth(self, month: int) -> float:
        """Growth of earnings in general over the year before an April, share; another path moves it a year later."""
        return max(0.0, in_force("earnings_growth", month) + self._earnings_apart(month - MONTHS_PER_YEAR))

    def _earnings_apart(self, month: int) -> float:
        """Growth of earnings over the financial year of a month less that under the central National Living Wage."""
        april = month - month % MONTHS_PER_YEAR
        if april < known_assumptions()["nlw_path"].first:
            return 0.0
        before = april - MONTHS_PER_YEAR
        rise = self.adult_rate(april) / self.adult_rate(before)
        return rise - round(in_force("adult_rate", april)) / round(in_force("adult_rate", before))

    def earnings_since_april(self, month: int) -> float:
        """Growth of earnings in general since April, share: that over the financial year, bit by bit."""
        return part_of_year(month) * self.earnings_of_year(month)

    def outside_pay(self, month: int) -> float:
        """Going rate of low-paid work outside care, pence/hour, by `going_pay_outside`.

        An assumed ratio to the National Living Wage that falls within a year cuts it, as does a policy that lowers the
        minimum.
        """
        from sim.rules.entry import going_pay_outside  # compiles, which who only reads a file needs not wait for

        usual, april = self.outside_pay_ratio(month) * self.adult_rate(month), month - month % MONTHS_PER_YEAR
        last_march = self.outside_pay(april - 1) if april > 0 else 0.0
        return float(going_pay_outside(usual, part_of_year(month), self.earnings_of_year(month), last_march))

    def nhs_award(self, april: int) -> float:
        """Award on NHS pay scales in an April after the last published one, share."""
        return self._path("nhs_award", april, in_force("nhs_award", april))

    def nhs_pay(self, month: int, roles: list[str]) -> list[int]:
        """Agenda for Change pay by role, pence/hour: published scales, then a yearly award on each."""
        first = known_assumptions()["nhs_award"].first
        grown = math.prod(1.0 + self.nhs_award(april) for april in range(first, month + 1, MONTHS_PER_YEAR))
        return [round(pay * grown) for pay in by_code("nhs_pay", month, roles)]

    def need_growth(self, series: str, service: str, month: int) -> float:
        """Yearly growth of the need for a service, share; `series` tells council care from what others buy."""
        return in_force(series, month, service) + self.need_shift(month)

    def need_shift(self, month: int) -> float:
        """Yearly growth of need assumed beyond the central path, share: of people, with as much care for each."""
        if self.choice("need_growth") == CENTRAL:
            return 0.0
        typical = in_force("need_growth", month, TYPICAL_SERVICE)
        return self._path("need_growth", month, typical) - typical

    def council_funding(self, april: int) -> float:
        """Growth of councils' money for long-term care from an April on, share."""
        return self._path("council_funding", april, in_force("budget_growth", april))

    def agreed_floor(self, month: int) -> int:
        """Lowest adult pay in care by agreement, pence/hour; 0 where there is none."""
        premium = announcement("fair_pay_premium")
        if self.baseline != ANNOUNCED or month < premium.month:
            return 0
        return self.adult_rate(month) + round(premium.value)

    def settlement_months(self, month: int) -> int:
        """Months until a sponsored worker may settle.

        A longer wait holds for those who have not settled when it begins: until it is reached, the months grow with the
        calendar, so that nobody loses what they had.
        """
        before = int(in_force("settlement_months", month))
        longer = announcement("settlement_months")
        if self.baseline != ANNOUNCED or month < longer.month:
            return before
        return min(int(longer.value), before + 1 + month - longer.month)

    def value(self, name: str, month: int) -> float:
        """An assumption in a month, in the unit of scenario files."""
        values = {
            "unemployment": self.unemployment,
            "nlw_path": self.adult_rate,
            "rlw_path": self.real_living_wage,
            "outside_pay": self.outside_pay_ratio,
            "nhs_award": self._award_of_year,
            "need_growth": lambda when: self.need_growth("need_growth", TYPICAL_SERVICE, when),
            "council_funding": self.council_funding,
        }
        return values[name](month) / IN_LAW[name]

    def differs_from(self, other: Outlook) -> int | None:
        """First month in which the law of the two may differ; None if it never does."""
        months = [first_announced()] if self.baseline != other.baseline else []
        for name in known_assumptions():
            mine, theirs = self._steps(name), other._steps(name)
            months += [month for month, _ in set(mine) ^ set(theirs)]
        return min(months, default=None)

    def until(self, month: int) -> dict[str, Any]:
        """What matters to the months before `month`: equal for outlooks with the same past."""
        found: dict[str, Any] = {}
        if self.baseline != ENACTED and first_announced() < month:
            found["baseline"] = self.baseline
        for name in known_assumptions():
            past = [[month_name(when), value] for when, value in self._steps(name) if when < month]
            if past:
                found[name] = past
        return found

    def _award_of_year(self, month: int) -> float:
        """Award of the financial year of a month; before the awards assumed, the growth of support workers' pay."""
        april = month - month % MONTHS_PER_YEAR
        if april >= known_assumptions()["nhs_award"].first:
            return self.nhs_award(april)
        pay = [by_code("nhs_pay", max(when, 0), ["care_worker"])[0] for when in (april - MONTHS_PER_YEAR, april)]
        return pay[1] / pay[0] - 1.0

    def _path(self, name: str, month: int, central: float) -> float:
        """Value of an assumption in a month, in the unit of the law, of which the central one is given."""
        choice = self.choice(name)
        if choice == CENTRAL:
            return central
        if isinstance(choice, str):
            shift = in_force(f"{name}_shift", month, choice, 0.0)
            return central * (1.0 + shift) if name in RELATIVE else central + shift
        place = bisect_right([when for when, _ in choice], month) - 1
        return choice[place][1] * IN_LAW[name] if place >= 0 else central

    def _steps(self, name: str) -> tuple[tuple[int, Any], ...]:
        """Months in which an assumption leaves what it was, each with what tells it from another."""
        choice = self.choice(name)
        if isinstance(choice, str):
            return tuple((month, choice) for month in _shift_months(name, choice))
        return choice


ENACTED_CENTRAL = Outlook()
"""Enacted law and everything central."""


def outlook_of(baseline: str = ENACTED, assumptions: Mapping[str, Choice] | None = None) -> Outlook:
    """The outlook of a baseline and of assumptions by name; what is left out, or central, is not carried along."""
    chosen = sorted((assumptions or {}).items())
    return Outlook(baseline, tuple((name, choice) for name, choice in chosen if choice != CENTRAL))


@cache
def _shift_months(name: str, level: str) -> tuple[int, ...]:
    return tuple(row.month for row in dated_rows() if row.series == f"{name}_shift" and row.key == level)
