"""Levers on pay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from sim.coverage import LONDON
from sim.fields import Month, Pounds, pence, refuse
from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever, ShareOfChange
from sim.levers.funding import WHO_PAYS, Funding, PublicCost, TermsFunding, monthly_pence, on_costs_only
from sim.units import PayCost, month_name

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

WorthOfAPound = Annotated[
    float,
    Field(ge=0, le=1.5, description="what a pound on pensions or sick pay is worth to staff, pounds; an assumption"),
]
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
    `funding` block names; whatever nobody pays comes out of margins, and then out of hours. Without that block
    self-funders pay for all of it that falls on their own care, and councils and the NHS for nothing.
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
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        strength *= self.share_of_employers
        everybody = self.scope(book, strength)
        floors = [book.pay_floor.floor(book.published("real_living_wage_uk", month), where=everybody)]
        in_london = self.applies_to.within_region(LONDON)
        if in_london is not None:
            london_rate = book.published("real_living_wage_london", month)
            floors.append(book.pay_floor.floor(london_rate, where=book.scope(in_london, self.name, strength)))
        self.funding.cover_floor(book, everybody, *floors)


class FairPayAgreement(Lever):
    """Set a floor for care pay above the legal minimum, as an agreement of employers and unions for the sector would.

    Care pulls ahead of shops and warehouses by the sum agreed, and pay just above the floor is squeezed. What it costs
    falls on whoever the `funding` block names; whatever nobody pays comes out of margins, and then out of hours. It
    comes on top of the agreement that announced policy has in April 2028, where the scenario's baseline is `announced`;
    beside a real living wage the higher of the two floors holds.
    """

    name = "fair_pay_agreement"
    family = "pay"
    grade = "moderate"
    sentence = "Sets a floor for care pay above the legal minimum, with a say over who meets the cost."
    case = "The Adult Social Care Negotiating Body, whose first agreement is due in April 2028 with 500 million pounds."
    dose = "above_minimum"
    covers: ClassVar = (*EMPLOYERS, "role")
    costs = True

    above_minimum: float = Field(ge=0, le=10, description="pounds an hour above the legal minimum or agreed floor")
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # An agreement holds for all employers at once: it is the sum that is phased in.
        everybody = self.scope(book, WHOLE)
        agreed = book.pay_floor.add(round(strength * pence(self.above_minimum)), where=everybody)
        self.funding.cover_floor(book, everybody, agreed)


class AgendaForChangeParity(Lever):
    """Give care staff what the NHS gives for comparable work: base pay, unsocial hours, pension, sick pay; each alone.

    Fewer leave for the NHS. Base pay alone closes little of the gap; the whole package costs a multiple of it. Base pay
    is a floor at the rate of the NHS post that the role could fill. The other parts are told in percent of wages, and
    are worth to staff what the file says; taxes on extra pay for unsocial hours are not counted. All parts are paid for
    as the `funding` block says.
    """

    name = "agenda_for_change_parity"
    family = "pay"
    grade = "moderate"
    sentence = "Gives care staff parts of the NHS's terms: base pay, unsocial hours, pension, sick pay."
    case = "Recommended by the Social Care Institute for Excellence; Agenda for Change, the NHS's terms since 2004."
    dose = "share_of_employers"
    covers: ClassVar = EMPLOYERS
    changes = ("base_pay", "unsocial_hours", "pension", "sick_pay")
    costs = True

    base_pay: bool = Field(default=True, description="whether pay is at least that of the NHS post the role could fill")
    unsocial_hours: float = Field(default=0.0, ge=0, le=30, description="extra pay for such hours, percent of wages")
    pension: float = Field(default=0.0, ge=0, le=30, description="points of pay more on employers' pensions")
    sick_pay: float = Field(default=0.0, ge=0, le=5, description="cost of better sick pay, percent of wages")
    worth_of_a_pound: WorthOfAPound = 0.6
    share_of_employers: float = Field(
        default=1.0, ge=0, le=1, description="share of the employers covered that must give it, 0 to 1"
    )
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.share_of_employers)
        if self.base_pay:
            self.funding.cover_floor(book, covered, book.pay_floor.floor(book.nhs_rates(month), where=covered))
        unsocial, other = self.unsocial_hours / PERCENT, (self.pension + self.sick_pay) / PERCENT
        self.funding.pay_terms(book, covered, benefits=unsocial + other)
        book.extra_benefits.add(math.log1p(unsocial + other * self.worth_of_a_pound), where=covered)


class StaffBenefits(Lever):
    """Give care staff benefits beside pay that cost little and are worth more to them: discounts, holiday offers.

    A better workplace holds people a little. Its size is what the file says it is worth to staff, as no study tells it.
    """

    name = "staff_benefits"
    family = "pay"
    grade = "assumption"
    sentence = "Gives care staff benefits beside pay, such as discounts, at low cost."
    case = "Retailers' discounts for care staff in Cambridgeshire and Peterborough."
    dose = "worth"
    covers: ClassVar = EMPLOYERS
    costs = True

    worth: float = Field(ge=0, le=10, description="worth to staff, percent of pay, 0 to 10")
    cost: float = Field(default=0.0, ge=0, le=10, description="cost to employers, percent of wages, 0 to 10")
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.extra_benefits.add(math.log1p(self.worth / PERCENT), where=covered)
        self.funding.pay_terms(book, covered, benefits=self.cost / PERCENT)


class SickPayAndPension(Lever):
    """Have employers pay sick pay above the legal minimum, a larger pension contribution, or both.

    Both hold staff as pay does, as far as staff value them, and cost their whole amount: it comes out of margins
    unless the `funding` block names who pays. That sick pay changes how often people are off is left out.
    """

    name = "sick_pay_and_pension"
    family = "pay"
    grade = "weak"
    sentence = "Has care employers pay better sick pay and larger pension contributions than the law asks."
    case = "62% of care locations offered no sick pay above the legal minimum."
    dose = "share_of_change"
    covers: ClassVar = EMPLOYERS
    changes = ("pension_points", "sick_pay")
    costs = True

    pension_points: float = Field(default=0.0, ge=0, le=25, description="points of pay more on employers' pensions")
    sick_pay: float = Field(default=0.0, ge=0, le=5, description="cost of better sick pay, percent of wages, 0 to 5")
    worth_of_a_pound: WorthOfAPound = 0.6
    share_of_change: ShareOfChange = 1.0
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        cost = self.share_of_change * (self.pension_points + self.sick_pay) / PERCENT
        self.funding.pay_terms(book, covered, benefits=cost)
        book.extra_benefits.add(math.log1p(cost * self.worth_of_a_pound), where=covered)


class PayProgression(Lever):
    """Pay care workers and seniors steps above the going rate of their employer: for experience, for a qualification.

    Minimum wages have pressed together what people with years in care earn and what newcomers earn. Steps hang on the
    posted rate, so that they don't melt again: the experienced and the qualified stay longer, and employers pay more.
    Experience is five years in the sector, with whichever employer. What payers cover follows what the steps turn out
    to cost, a month later; the rest comes out of margins. Roles above seniors, and lists of duties, are left out.
    """

    name = "pay_progression"
    family = "pay"
    grade = "moderate"
    sentence = "Pays care staff steps for experience and for a qualification above their employer's going rate."
    case = "Care workforce pathway for adult social care, January 2024, with no pay attached to its steps so far."
    dose = "share_of_change"
    covers: ClassVar = EMPLOYERS
    changes = ("experience_step", "qualification_step")
    costs = True

    experience_step: float = Field(
        default=0.0, ge=0, le=30, description="step for five years or more in care, percent of the posted rate"
    )
    qualification_step: float = Field(
        default=0.0, ge=0, le=30, description="step for a relevant qualification, percent of the posted rate"
    )
    share_of_change: ShareOfChange = 1.0
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    @field_validator("funding")
    @classmethod
    def _without_differentials(cls, funding: Funding) -> Funding:
        return on_costs_only(funding, "steps hang on the posted rate, which stays as it is")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, share = self.scope(book, strength), self.share_of_change / PERCENT
        book.experience_step.floor(share * self.experience_step, where=covered)
        book.qualification_step.floor(share * self.qualification_step, where=covered)
        self.funding.cover_pay(book, covered, PayCost.STEPS)


class WageEnforcement(Lever):
    """Inspect employers' wages, have them pay back what these lack of the legal minimum, and fine them.

    Travel between visits is working time, and where it is not paid for, pay close to the minimum is below it for all
    the time a job takes. An employer found out pays arrears to its staff and a penalty to the Exchequer, out of its own
    money, and from then on enough of the travel to keep the law. Effective pay rises where home care had been cheapest;
    fees follow only in part, and employers with thin margins give up. How much is lacking rests on surveys by which
    three in four home-care workers are not paid for travel: far more than the 42 million pounds a year at which the
    workforce strategy of 2024 put keeping the law. That the threat alone makes others obey is left out, so that this is
    the least that inspections do. Whom inspectors visit is luck; arrears are not taxed.
    """

    name = "wage_enforcement"
    family = "pay"
    grade = "moderate"
    sentence = "Has inspectors look at care employers' wages, unpaid travel included, and recover what they lack."
    case = "The Fair Work Agency of April 2026; unpaid travel turned 11.07 pounds an hour into 9.20 in 2022."
    dose = "inspected"
    covers: ClassVar = EMPLOYERS

    inspected: float = Field(ge=0, le=100, description="percent of the employers covered that are inspected in a year")
    arrears_months: int = Field(
        default=12, ge=0, le=72, description="months of underpayment that are paid back, 0 to 72; an assumption"
    )
    penalty: float = Field(
        default=2.0, ge=0, le=5, description="penalty as a multiple of the arrears, 0 to 5; the law's most is 2"
    )
    cost_per_year: PublicCost = 0.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # Inspectors are taken on step by step; every employer may be visited from the first month.
        covered = self.scope(book, WHOLE)
        book.wage_inspections.add(strength * self.inspected / PERCENT, where=covered)
        book.arrears_months.floor(self.arrears_months)
        book.underpayment_penalty.floor(self.penalty)
        book.public_programmes.add(monthly_pence(strength * self.cost_per_year))
