"""Levers on pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from sim.coverage import LONDON
from sim.fields import Month, Pounds, pence, refuse
from sim.levers.base import EMPLOYERS, Lever
from sim.levers.funding import Funding
from sim.units import month_name

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

PERCENT = 100.0
HourlyRate = Annotated[Pounds, Field(ge=1, le=100)]


class NationalLivingWage(Lever):
    """Raise (or hold down) the legal minimum for adults, for every employer in the country, shops included.

    Care pay rises with the floor, and so does pay outside care, so little of the rise is felt as a reason to stay. Pay
    above the floor is caught up from below. Say either how far it lies above the path that holds otherwise (`percent`)
    or the rates themselves (`path`).
    """

    name = "national_living_wage"
    family = "pay"
    grade = "strong"
    sentence = "Sets the legal minimum wage for adults higher or lower than it would be, for all employers."
    case = "The National Living Wage of April 2016 and its rise every April since."
    dose = "percent"

    percent: float | None = Field(
        default=None, ge=-20, le=50, description="percent above the rate that holds otherwise; negative below it"
    )
    path: dict[Month, HourlyRate] | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="rates in pounds an hour by the month they take effect, YYYY-MM: 13.80",
    )

    @field_validator("path")
    @classmethod
    def _percent_or_path(cls, path: dict[int, float] | None, others: ValidationInfo) -> dict[int, float] | None:
        if "percent" not in others.data:
            return path
        if (path is None) == (others.data["percent"] is None):
            refuse("either `percent` or `path`, one of the two")
        if path is None:
            return None
        if others.data.get("phase_in_months"):
            refuse("no `phase_in_months` beside `path`, which says itself when each rate begins")
        start = others.data.get("start")
        if start is not None and min(path) < start:
            refuse(f"months not before `from` ({month_name(start)})", below=month_name(min(path)))
        return path

    def is_off(self) -> bool:
        return not self.percent and self.path is None

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        if self.path is None:
            book.nlw.multiply(1.0 + strength * (self.percent or 0.0) / PERCENT)
            return
        begun = [first for first in self.path if first <= month]
        if begun:
            book.nlw.replace(pence(self.path[max(begun)]))


class RealLivingWage(Lever):
    """Pay nobody covered less than the real living wage of the Living Wage Foundation, at its UK or its London rate.

    Care employers pull ahead of shops and warehouses, which need not follow. What the rise costs falls on whoever the
    `funding` block names; whatever nobody pays comes out of margins, and then out of hours.
    """

    name = "real_living_wage"
    family = "pay"
    grade = "moderate"
    sentence = "Sets a floor for care pay at the real living wage, with a say over who meets the cost."
    case = "Wales since 2022; Islington's care contracts (Ethical Care Charter); Cambridgeshire's contract uplift."
    dose = "share_of_employers"
    covers: ClassVar = (*EMPLOYERS, "role")
    costs = True

    share_of_employers: float = Field(
        default=1.0, ge=0, le=1, description="share of the employers covered that must pay it, 0 to 1"
    )
    funding: Funding = Field(default=Funding(), description="who meets the cost")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        strength *= self.share_of_employers
        everybody = self.scope(book, strength)
        book.pay_floor.floor(book.published("real_living_wage_uk", month), where=everybody)
        in_london = self.applies_to.within_region(LONDON)
        if in_london is not None:
            london_rate = book.published("real_living_wage_london", month)
            book.pay_floor.floor(london_rate, where=book.scope(in_london, self.name, strength))
        book.floor_cover.replace(self.funding.shares(), where=everybody)
        book.cover_from_grant.switch(self.funding.from_grant(), where=everybody)
        if "on_costs" in self.funding.include:
            book.cover_on_costs.switch(True, where=everybody)
        if "differentials" in self.funding.include:
            book.cover_differentials.switch(True, where=everybody)
        if self.funding.ring_fenced:
            book.fee_ring_fenced.replace(1.0, where=everybody)
