"""Levers on how employers are led to treat their staff, and on who plans the workforce."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever
from sim.levers.funding import EstablishmentCost, TermsFunding, monthly_pence_each
from sim.levers.nhs_and_training import ProgrammeCost
from sim.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.rulebook import Rulebook


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
    funding: TermsFunding = Field(default=TermsFunding(), description="who meets the cost")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)
        book.establishment_cost.add(monthly_pence_each(self.cost_per_establishment), where=covered)
        # Employers begin one after the other: so many are a year, two years and more after their first survey.
        for surveyed in range(month - MONTHS_PER_YEAR, self.start - 1, -MONTHS_PER_YEAR):
            book.management_gap.multiply(WHOLE - self.made_up, where=self.scope(book, self.strength(surveyed)))
