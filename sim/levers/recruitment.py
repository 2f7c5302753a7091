"""Levers on who comes to look for care work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.fields import Pounds, pence
from sim.levers.base import EMPLOYERS, GEOGRAPHY, PERCENT, WHOLE, Lever, ShareOfChange
from sim.levers.funding import PublicCost, TermsFunding, monthly_pence

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


class ReferralScheme(Lever):
    """Have staff bring friends to care, for a bonus that the employer pays for each who starts.

    A friend tells what the job is like, so that fewer of those who come are disappointed and leave early, and good
    employers draw more of them. The bonus comes out of employers' money. That friends' word reaches people who would
    never have looked, and that friends resemble each other, is left out, and so is the tax on the bonus. Staff of other
    care employers are not counted, nor people recruited overseas.
    """

    name = "referral_scheme"
    family = "recruitment"
    grade = "moderate"
    sentence = "Has staff bring friends, who know what the job is like, for a bonus that the employer pays."
    case = "Employers report that turnover within 12 weeks more than halved among recruits whom staff bring (Eastwood)."
    dose = "share_referred"
    covers: ClassVar = EMPLOYERS

    share_referred: float = Field(ge=0, le=1, description="share of people new to care who come by a friend, 0 to 1")
    clearer: float = Field(
        default=0.5,
        ge=0.01,
        le=1,
        description="part of the error in first impressions that a friend's word takes away; an assumption if left out",
    )
    bonus: Annotated[Pounds, Field(ge=0, le=5000)] = Field(
        default=250.0, description="what the employer pays for each who starts, pounds; an assumption if left out"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.referred_share.replace(self.share_referred, where=covered)
        book.referral_clarity.replace(self.clearer, where=covered)
        book.referral_bonus.replace(pence(self.bonus), where=covered)


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


class RuralCoastalOffer(Lever):
    """Help places that are far from people: with transport to work, and with moving there from towns nearby.

    Help with transport has distance count less, so that staff who live far away come and stay; employers run it, and
    the `funding` block says who pays. Of the people who look for care work in councils nearby that are not covered,
    some move here: the place gains what its neighbours lose, which their vacancies show. They stay whether or not they
    find a care job, and government pays for each. Local micro-enterprises give part of the care at home that people
    wait for, and are paid by these: need is met, and no post of the measured workforce is filled. That
    micro-enterprises draw on the same people as other employers is left out, and so are houses, which are taken to be
    there.
    """

    name = "rural_coastal_offer"
    family = "recruitment"
    grade = "assumption"
    sentence = "Helps rural and coastal places with transport to work and with moving there from councils nearby."
    case = "The Tribe Project with rural and coastal communities; proposals of the sector's workforce strategy."
    dose = "share_of_change"
    covers: ClassVar = GEOGRAPHY
    changes = ("distance_taken", "relocation", "micro_enterprises")
    costs = True

    distance_taken: float = Field(
        default=0.0, ge=0, le=1, description="part of the distance to work that help with transport has not count"
    )
    transport_cost: float = Field(
        default=0.5, ge=0, le=10, description="cost of that to employers, percent of wages; an assumption if left out"
    )
    relocation: float = Field(
        default=0.0, ge=0, le=50, description="percent of people looking in councils nearby, not covered, who move here"
    )
    cost_per_move: Annotated[Pounds, Field(ge=0, le=50_000)] = Field(
        default=5000.0, description="what government pays for each who moves, pounds; an assumption if left out"
    )
    micro_enterprises: float = Field(
        default=0.0, ge=0, le=1, description="part of the care at home waited for that micro-enterprises give, 0 to 1"
    )
    micro_price: Annotated[Pounds, Field(ge=0, le=100)] = Field(
        default=20.0, description="what people pay them for an hour, pounds; an assumption if left out"
    )
    share_of_change: ShareOfChange = 1.0
    funding: TermsFunding = Field(default=TermsFunding(), description="who meets the cost of transport")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        if self.distance_taken:
            employers = self.scope(book, strength)
            book.distance_felt.multiply(WHOLE - self.share_of_change * self.distance_taken, where=employers)
            self.funding.pay_terms(book, employers, programmes=self.share_of_change * self.transport_cost / PERCENT)
        if self.relocation:
            # Councils are not phased in one by one: ever more people move to each.
            places = self.scope(book, WHOLE)
            book.relocation.add(strength * self.share_of_change * self.relocation / PERCENT, where=places)
            book.relocation_cost.replace(pence(self.cost_per_move), where=places)
        if self.micro_enterprises:
            places = self.scope(book, WHOLE)
            book.micro_share.floor(strength * self.share_of_change * self.micro_enterprises, where=places)
            book.micro_price.replace(pence(self.micro_price), where=places)
