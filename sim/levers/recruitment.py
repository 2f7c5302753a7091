"""Levers on who comes to look for care work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sim.levers.base import EMPLOYERS, GEOGRAPHY, PERCENT, WHOLE, Lever
from sim.levers.funding import PublicCost, monthly_pence

if TYPE_CHECKING:
    from sim.rulebook import Rulebook


class ReturnersProgramme(Lever):
    """Invite people who left care for other work to come back.

    They know the work, so that fewer leave again soon, and they cost little to reach; but they are a limited pool, and
    most of them left for something they value more. How many more look is what the file says; who then applies, and is
    taken, comes out.
    """

    name = "returners_programme"
    family = "recruitment"
    grade = "assumption"
    sentence = "Invites people who left care for other work to look at care jobs again."
    case = "NHS and council campaigns that invite former staff back; none for care was evaluated."
    dose = "more_looking"

    more_looking: float = Field(ge=0, le=500, description="percent more often that people who left look at care jobs")
    cost_per_year: PublicCost = 0.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.returners_invited.multiply(1.0 + strength * self.more_looking / PERCENT)
        book.public_programmes.add(monthly_pence(strength * self.cost_per_year))


class HonestJobPreviews(Lever):
    """Have employers show what a job is like before people take it: a shift to watch, a talk with staff, true hours.

    Who would have been disappointed does not come, and fewer leave early. Those who come are more certain of the job,
    so that good employers draw more of them and poor ones fewer.
    """

    name = "honest_job_previews"
    family = "recruitment"
    grade = "weak"
    sentence = "Shows people what a care job is like before they take it."
    case = "Timewise's Caring by Design: jobs redesigned with staff and described as they are."
    dose = "clearer"
    covers: ClassVar = EMPLOYERS

    clearer: float = Field(ge=0, le=1, description="part of the error in first impressions that it takes away, 0 to 1")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.preview_blur.multiply(1.0 - self.clearer, where=self.scope(book, strength))


class TargetedRecruitment(Lever):
    """Reach people who would not think of care work: everybody in low-paid work, men, the young, or those over 50.

    More people look; as most have work that suits them, one in some dozens takes a job in care. Places with few people
    to draw on gain little. Who comes because of a campaign leaves no later and no sooner than others of the same age:
    the young shop around for other jobs more, the old stay longer but retire and fall ill sooner. That the groups want
    other hours or pay than others is left out.
    """

    name = "targeted_recruitment"
    family = "recruitment"
    grade = "weak"
    sentence = "Brings more people from outside to look at care jobs, everybody or one group."
    case = "Made with Care, the national campaign since 2021; conversion is put at one in 25."
    dose = "more_looking"
    covers: ClassVar = GEOGRAPHY

    group: Literal["everybody", "men", "young", "over_50s"] = Field(
        default="everybody", description="whom the campaign reaches; young is under 25, over_50s 50 and over"
    )
    more_looking: float = Field(
        ge=0, le=200, description="further people who look, percent of those outside care who look anyway"
    )
    cost_per_year: PublicCost = 0.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        field = getattr(book, "pool_interest" if self.group == "everybody" else f"pool_interest_{self.group}")
        field.add(strength * self.more_looking / PERCENT, where=self.scope(book, WHOLE))
        book.public_programmes.add(monthly_pence(strength * self.cost_per_year))

    def shares_coverage(self, other: Lever) -> bool:
        """Campaigns for different groups stand side by side."""
        return isinstance(other, TargetedRecruitment) and self.group == other.group and super().shares_coverage(other)
