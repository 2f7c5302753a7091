"""Levers on who decides when people work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever
from sim.levers.funding import WHO_PAYS, TermsFunding
from sim.levers.nhs_and_training import ProgrammeCost
from sim.units import MINUTES_PER_HOUR

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
    case = "Equal Care's teams, and other ways of organising work differently."
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
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.share_of_employers)
        book.flexibility_wait_months.cap(AT_ONCE, where=covered)
        book.unmet_wishes.multiply(WHOLE - self.wishes_met, where=covered)
        book.strain_felt.multiply(WHOLE - self.relief, where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class FullTimeWithPartTimeFlexibility(Lever):
    """Have employers with empty posts offer part-time staff full-time contracts with as much say over shifts as now.

    People who work part-time because only a short week leaves a say over when take the longer one if the say comes with
    it and is worth more to them than the hours they give up; hardly anybody whose life leaves room for full-time hours
    refuses, so that the effect is about as large as the share of such people, which is what the file says. Each of them
    then gives more hours, so that the same staff miss less care and employers, who seek hours, look for fewer people:
    part of the fall of vacancies is posts no longer sought. Staff who are full-time already gain the say too, and stay
    longer. Who draws Carer's Allowance, and would lose it, is made no offer; what earnings do to Universal Credit is
    not weighed. Recruits count on no such offer unless they want full-time hours anyway.
    """

    name = "full_time_with_part_time_flexibility"
    family = "flexibility"
    grade = "assumption"
    sentence = "Offers part-time care staff full-time contracts with a say over their shifts."
    case = "Asked for at roundtables on the care workforce; half of care jobs are full-time."
    dose = "could_work_full_time"
    covers: ClassVar = EMPLOYERS
    costs = True

    could_work_full_time: float = Field(
        ge=0, le=1, description="part-time staff whose lives leave room for it, 0 to 1; an assumption"
    )
    hours: float = Field(default=35.0, ge=30, le=40, description="hours a week of such a contract, 30 to 40")
    wishes_met: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="part of the wishes over shifts now unmet that it meets, 0 to 1; an assumption",
    )
    cost: ProgrammeCost = 0.2
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.full_time_minutes.replace(round(self.hours * MINUTES_PER_HOUR), where=covered)
        book.full_time_wishes.floor(self.wishes_met, where=covered)
        book.full_time_reach.floor(self.could_work_full_time, where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)
