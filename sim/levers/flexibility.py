"""Levers on who decides when people work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sim.levers.base import EMPLOYERS, Lever

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
