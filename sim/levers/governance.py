"""Levers on how employers are led to treat their staff, and on who plans the workforce."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from sim.fields import Month, Pounds, pence
from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever
from sim.levers.funding import WHO_PAYS, EstablishmentCost, TermsFunding, monthly_pence_each
from sim.levers.nhs_and_training import ProgrammeCost
from sim.units import MONTHS_PER_YEAR, PLAN_MEMORY

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

ProjectionError = Annotated[float, Field(ge=-30, le=30)]


class StaffSurveyMandate(Lever):
    """Have every employer survey how staff find their jobs each year, with results that inspectors see.

    A year after its first survey an employer who is managed worse than the typical one has made up part of what it
    lacks, after the next survey part of what is left, and so on. Whoever is typical or better changes nothing. Filling
    in, and following up, costs everybody, the small most of all. How much managers react is what the file says.
    """

    name = "staff_survey_mandate"
    family = "governance"
    grade = "assumption"
    sentence = "Makes employers survey job quality each year for inspectors to see, so that bad managers do better."
    case = "Proposed at a workshop on revaluing social care, tied to inspection by the Care Quality Commission."
    dose = "made_up"
    covers: ClassVar = EMPLOYERS
    costs = True

    made_up: float = Field(
        ge=0, le=1, description="part of what they lack that badly managed employers make up after a survey, 0 to 1"
    )
    cost: ProgrammeCost = 0.05
    cost_per_establishment: EstablishmentCost = 500.0
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        each = monthly_pence_each(self.cost_per_establishment)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT, each=each)
        # Employers begin one after the other: so many are a year, two years and more after their first survey.
        for surveyed in range(month - MONTHS_PER_YEAR, self.start - 1, -MONTHS_PER_YEAR):
            book.management_gap.multiply(WHOLE - self.made_up, where=self.scope(book, self.strength(surveyed)))


class EDIStrategy(Lever):
    """Have employers treat staff of minority ethnic groups and from abroad fairly: networks, complaints that are heard.

    Their jobs are then worth more to them, as much as the file says, so that more of them stay and come from employers
    without it; for everybody else nothing changes. People new to care find out once they are there. That fairer
    treatment leads to promotion, and that it ends the abuse of people tied to a sponsor, is left out.
    """

    name = "edi_strategy"
    family = "governance"
    grade = "assumption"
    sentence = "Has employers treat staff of minority ethnic groups and from abroad fairly, which keeps more of them."
    case = (
        "Recommended by the Social Care Institute for Excellence: equality, diversity and inclusion in the workforce."
    )
    dose = "worth"
    covers: ClassVar = EMPLOYERS
    costs = True

    worth: float = Field(
        ge=0, le=20, description="worth of fair treatment to staff of these groups, percent of pay, 0 to 20"
    )
    cost: ProgrammeCost = 0.1
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.fair_treatment.add(math.log1p(self.worth / PERCENT), where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class WorkforcePlan(Lever):
    """Have a central body bring people to care where it saw posts vacant some months before, by its own projection.

    It trains and invites people who would not have looked at care jobs, the more the larger the shortage it projects,
    so that shortages are smaller. As its view is months old, it goes on for some time after one has passed; and where
    its projection is too high or too low it brings too many people, at a cost, or too few. Those who come are like
    others who look: what the training itself changes is left out.
    """

    name = "workforce_plan"
    family = "governance"
    grade = "assumption"
    sentence = "Has a central body bring people to care jobs ahead, by the shortage of staff that it projects."
    case = "The workforce strategy of 2024 asks for planning by law, led by a central body, as for the NHS."
    dose = "response"

    response: float = Field(
        ge=0,
        le=50,
        description="further people who look at care jobs, percent of those who look anyway, for each percentage point "
        "of posts vacant above the target, as projected",
    )
    target: float = Field(
        default=3.0,
        ge=0,
        le=20,
        description="percent of posts that may be vacant by the plan; an assumption if left out",
    )
    lead_months: int = Field(
        default=12,
        ge=0,
        le=PLAN_MEMORY - 1,
        description="months from seeing a shortage until people come; an assumption if left out",
    )
    projection_error: ProjectionError = Field(
        default=0.0, description="percent by which it projects too many posts; negative if too few"
    )
    projection_errors: dict[Month, ProjectionError] | None = Field(
        default=None,
        min_length=1,
        description="the same by the month from which it holds, YYYY-MM, in the place of `projection_error`",
    )
    cost_per_place: Annotated[Pounds, Field(ge=0, le=10_000)] = Field(
        default=500.0,
        description="what government pays for each person brought to look, pounds; an assumption if left out",
    )

    def error(self, month: int) -> float:
        """Error of the projection that a month's recruitment rests on, share."""
        held = [start for start in self.projection_errors or {} if start <= month]
        percent = self.projection_errors[max(held)] if self.projection_errors and held else self.projection_error
        return percent / PERCENT

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # Percent of people for each percentage point of posts is a share for each share.
        book.plan_response.replace(strength * self.response)
        book.plan_target.replace(self.target / PERCENT)
        book.plan_lead_months.replace(self.lead_months)
        book.plan_error.replace(self.error(month))
        book.plan_place_cost.replace(pence(self.cost_per_place))


class StaffingMix(Lever):
    """Have trained senior care workers fill a share of nurses' posts.

    Nurses are scarce and seniors come from one's own staff, so that vacancies fall and employers save the difference in
    pay, which stays with them. Fewer hours of care are given by registered nurses: the vacancy rate looks better and
    care may be worse, the risk of new roles without research. Nurses in post are not dismissed. What a lack of nurses
    does to the people cared for, and the duty of nursing homes to have one at all times, are left out.
    """

    name = "staffing_mix"
    family = "governance"
    grade = "assumption"
    sentence = "Has trained senior care workers fill a share of nurses' posts in care."
    case = "The Social Care Institute for Excellence advises against new roles without research into what they do."
    dose = "posts"
    covers: ClassVar = EMPLOYERS

    posts: float = Field(ge=0, le=50, description="percent of nurses' posts that go to senior care workers, 0 to 50")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.nurse_posts_handed.floor(strength * self.posts / PERCENT, where=self.scope(book, WHOLE))
