"""Levers on who decides when people work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever
from sim.levers.funding import TermsFunding
from sim.levers.nhs_and_training import ProgrammeCost

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

AT_ONCE = 0


class DayOneFlexibility(Lever):
    """Make a say over shifts a right from the first day in a job, not a privilege that comes with years of service.

    New staff find the hours they were promised; teams with few people find the rota harder to fill.
    """

    name = "day_one_flexibility"
    family = "flexibility"
    grade = "weak"
    sentence = "Gives care staff a say over their shifts from the first day in the job."
    case = "Resolution Foundation roundtable; the right of April 2024 to request flexible working goes less far."
    dose = "share_of_employers"
    covers: ClassVar = EMPLOYERS

    share_of_employers: float = Field(
        default=1.0, ge=0, le=1, description="share of the employers covered that grant it, 0 to 1"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.flexibility_wait_months.cap(AT_ONCE, where=self.scope(book, strength * self.share_of_employers))


class SelfManagedTeams(Lever):
    """Let small teams of staff plan their own visits and rotas and stay with the people they know.

    Staff have a say over their shifts from the first day, more of their wishes are met, and being short of people
    strains them less, as far as the file says. Supervision and coaching cost more. What people who know their carers
    gain by it is left out, and so is what a manager less would save.
    """

    name = "self_managed_teams"
    family = "flexibility"
    grade = "weak"
    sentence = "Lets small teams of care staff plan their own work, with more coaching and supervision."
    case = "Equal Care Co-op's teams in Calderdale; Buurtzorg's neighbourhood teams in the Netherlands."
    dose = "share_of_employers"
    covers: ClassVar = EMPLOYERS
    costs = True

    relief: float = Field(default=0.0, ge=0, le=1, description="part of the strain that the team takes away, 0 to 1")
    wishes_met: float = Field(
        default=0.0, ge=0, le=1, description="part of the wishes over shifts now unmet that the team meets, 0 to 1"
    )
    share_of_employers: float = Field(
        default=1.0, ge=0, le=1, description="share of the employers covered that work so, 0 to 1"
    )
    cost: ProgrammeCost = 1.0
    funding: TermsFunding = Field(default=TermsFunding(), description="who meets the cost")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.share_of_employers)
        book.flexibility_wait_months.cap(AT_ONCE, where=covered)
        book.unmet_wishes.multiply(WHOLE - self.wishes_met, where=covered)
        book.strain_felt.multiply(WHOLE - self.relief, where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)
