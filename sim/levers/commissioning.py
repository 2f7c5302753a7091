"""Levers on what councils pay for care, and on who assesses the need for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from sim.coverage import AppliesTo
from sim.fields import Block, pence, refuse
from sim.levers.base import GEOGRAPHY, PERCENT, WHOLE, Lever, ShareOfChange
from sim.levers.funding import PublicCost, Purse, monthly_pence
from sim.units import ASSESSOR_ROLES, WEEKS_PER_YEAR, Role

if TYPE_CHECKING:
    from sim.rulebook import Rulebook


class FeeFunding(Block):
    """Where councils find the money for higher fees."""

    purse: Purse = Field(
        alias="from",
        description="new_grant: new money from the Exchequer; own_budget: fewer hours of care are then bought",
    )


class FeeUplift(Lever):
    """Raise (or cut) what councils pay for an hour of care, beyond what is already in law and budgets.

    Unless it is ring-fenced, part of a rise stays with the employer as margin or repairs its reserves. A rise from
    councils' own budgets buys fewer hours. A cut lowers the posts employers seek, and with them the vacancy rate.
    Councils' own services and personal assistants are paid what they cost, which no rise of fees changes.
    """

    name = "fee_uplift"
    family = "commissioning"
    grade = "moderate"
    sentence = (
        "Raises or cuts councils' fees for care, from new money or their own budgets, ring-fenced for pay or not."
    )
    case = "Market Sustainability and Improvement Fund; the Homecare Association's minimum price."
    dose = "percent"
    covers: ClassVar = (*GEOGRAPHY, "service")
    costs = True

    percent: float = Field(ge=-30, le=100, description="percent on councils' fees, on top of what is already due")
    ring_fenced: float = Field(default=0.0, ge=0, le=1, description="share of the rise that must go to pay, 0 to 1")
    funding: FeeFunding = Field(
        default=FeeFunding.model_validate({"from": "own_budget"}),
        description="where the money comes from; own_budget if left out",
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # Councils, unlike employers, are not phased in one by one: every fee rises step by step.
        covered = self.scope(book, WHOLE)
        book.council_fee.multiply(1.0 + strength * self.percent / PERCENT, where=covered)
        book.council_fee_from_grant.switch(self.funding.purse == "new_grant", where=covered)
        if self.ring_fenced:
            book.fee_ring_fenced.replace(self.ring_fenced, where=covered)


class CouncilBudget(Lever):
    """Change what one source brings to councils' money for adult social care, or have them save on it.

    The budget must balance: with less money fees rise less where no actual uplift is known, packages shrink a little,
    and then people wait. Fewer hours bought are fewer posts sought, so that the vacancy rate tells little while care
    gets worse.

    All councils start with the same split of money by source, and their sources grow at one rate. A percent on the
    precept or on grants so brings every council the same part of its money, whatever its tax base: effects on England
    can be read off, those on one place beside another cannot.
    """

    name = "council_budget"
    family = "commissioning"
    grade = "moderate"
    sentence = "Raises or cuts one source of councils' money for care, or has them save on care."
    case = "The adult social care precept since 2016; planned savings of 932 million in 2025/26 (ADASS)."
    dose = "percent"
    covers: ClassVar = GEOGRAPHY

    source: Literal["precept", "grants", "client_contributions", "better_care_fund", "savings"] = Field(
        description="precept: councils' own money, council tax with its precept included; grants: from government; "
        "client_contributions: what people pay towards care; better_care_fund: what the NHS passes on; savings: taken "
        "out of care",
    )
    percent: float = Field(
        ge=-100, le=100, description="percent more of the source; of savings, percent of all the money that goes"
    )

    @model_validator(mode="after")
    def _savings_take_money_out(self) -> Self:
        if self.source == "savings" and self.percent < 0:
            refuse("0 or more for savings; more money comes from the other sources", below="percent")
        return self

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, share = self.scope(book, WHOLE), strength * self.percent / PERCENT
        if self.source == "savings":
            book.savings.add(share, where=covered)
        else:
            field = "council_grants" if self.source == "grants" else self.source
            getattr(book, field).multiply(1.0 + share, where=covered)

    def shares_coverage(self, other: Lever) -> bool:
        """Levers on different sources stand side by side."""
        return isinstance(other, CouncilBudget) and self.source == other.source and super().shares_coverage(other)


class CommissionerCapability(Lever):
    """Let home-care contracts by quality more than by price, for longer, or both.

    Quality in a bid is management and the share of care that own staff give. Where it counts for more, care goes to
    providers who keep staff and are dearer; longer contracts move staff between providers less often.
    """

    name = "commissioner_capability"
    family = "commissioning"
    grade = "assumption"
    sentence = "Changes what councils look at when they let home-care contracts, and how long these run."
    case = "Ethical commissioning and the Social Value Act 2012: weights on quality and local value in tenders."
    dose = "share_of_change"
    covers: ClassVar = GEOGRAPHY
    changes = ("price_points", "extra_years")

    price_points: float = Field(
        default=0.0, ge=-100, le=100, description="percentage points on the weight of price against quality"
    )
    extra_years: int = Field(
        default=0, ge=-3, le=10, description="years more (or fewer) for which contracts run; a part is rounded"
    )
    share_of_change: ShareOfChange = 1.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, strength = self.scope(book, WHOLE), strength * self.share_of_change
        book.tender_price_weight.add(strength * self.price_points / PERCENT, where=covered)
        book.tender_price_weight.floor(0.0, where=covered)
        book.tender_price_weight.cap(WHOLE, where=covered)
        book.contract_years.add(round(strength * self.extra_years), where=covered)
        book.contract_years.floor(1, where=covered)


class DataIntegration(Lever):
    """Let councils see better how good providers are when they let home-care contracts.

    Bids are judged with an error, price and quality together. With less of it care goes to those who are better by the
    weights in force: well managed and with steady staff where quality counts, cheap where price does.
    """

    name = "data_integration"
    family = "commissioning"
    grade = "assumption"
    sentence = "Lets councils see providers' quality with less error when they let home-care contracts."
    case = "Recommended at a workshop on revaluing social care: data on quality and jobs shared with commissioners."
    dose = "share"
    covers: ClassVar = GEOGRAPHY

    share: float = Field(ge=0, le=1, description="part of the error of judgement that better data take away, 0 to 1")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.tender_noise.multiply(WHOLE - strength * self.share, where=self.scope(book, WHOLE))


class BlockCommissioning(Lever):
    """Have councils guarantee providers of home care a share of their hours, whatever need does.

    Councils pay for hours that nobody needs when need dips. In this model need hardly ever does, so that next to
    nothing changes; that providers with steady hours guarantee hours to staff is not in its rules.
    """

    name = "block_commissioning"
    family = "commissioning"
    grade = "weak"
    sentence = "Has councils guarantee home-care providers a share of the hours they buy."
    case = "Block contracts of councils; ethical commissioning (Rubery and others on fragmented time in home care)."
    dose = "share"
    covers: ClassVar = GEOGRAPHY

    share: float = Field(ge=0, le=1, description="least share of a contract's hours that is guaranteed, 0 to 1")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.block_share.floor(strength * self.share, where=self.scope(book, WHOLE))


class AssessmentTeams(Lever):
    """Raise (or cut) posts in councils' assessment teams: social workers', occupational therapists' or both.

    Posts are not people: they are filled from outside care for the most part, from other councils, independent
    providers and the NHS for the rest, and by agency assessors, of whom a region has only so many, where they stay
    empty. So waits of neighbours grow: by some percent in a region of which half the councils take on many. Pay of the
    team is not charged to the money for care. Shorter waits bring assessed need that has to be bought; a cut lowers
    posts sought and vacancies while care not assessed grows.
    """

    name = "assessment_teams"
    family = "commissioning"
    grade = "assumption"
    sentence = "Raises or cuts posts of councils' social workers and occupational therapists, who assess need."
    case = "The posts that the Care Act 2014 created: vacancies of social workers rose from 8% to 12% within a year."
    dose = "percent"
    covers: ClassVar = (*GEOGRAPHY, "role")

    percent: float = Field(ge=-90, le=200, description="percent on posts of April 2016, -90 to 200")

    @field_validator("applies_to")
    @classmethod
    def _covers_assessors(cls, applies_to: AppliesTo) -> AppliesTo:
        if any(role not in ASSESSOR_ROLES for role in applies_to.role):
            refuse("social_worker, occupational_therapist or both", below="role")
        return applies_to

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # Councils are not phased in one by one: every team grows step by step.
        factor = 1.0 + strength * self.percent / PERCENT
        book.assessment_posts.multiply(factor, where=self.scope(book, WHOLE))


class ReablementAndAssessment(Lever):
    """Raise posts of occupational therapists who assess need, and help those they assess to need less care at home.

    People wait less, and part of those whom therapists see, older people and those with physical needs, need less care
    at home afterwards, for as long as they need any. So councils buy fewer hours, and home-care providers seek fewer
    posts. Therapists come from outside care for the most part; posts that stay empty reable nobody. Pay of
    the team is not charged to the money for care; that reablement takes therapists' time from assessments is left out.
    """

    name = "reablement_and_assessment"
    family = "commissioning"
    grade = "weak"
    sentence = "Adds posts of occupational therapists, who assess sooner and help people to need less care at home."
    case = "The occupational therapists in Kirklees Council's assessment team."
    dose = "share_of_change"
    covers: ClassVar = GEOGRAPHY
    changes = ("more_therapists", "reabled")

    more_therapists: float = Field(
        default=0.0, ge=0, le=200, description="posts of therapists who assess, percent more than in April 2016"
    )
    reabled: float = Field(
        default=0.0, ge=0, le=1, description="part of the people whom therapists assess that need less care afterwards"
    )
    less_care: float = Field(
        default=0.3, ge=0, le=1, description="part of their care at home that these no longer need; an assumption"
    )
    cost_per_year: PublicCost = 0.0
    share_of_change: ShareOfChange = 1.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # Councils are not phased in one by one: all change step by step.
        strength *= self.share_of_change
        covered = self.scope(book, WHOLE)
        therapists = self.applies_to.model_copy(update={"role": (Role.OCCUPATIONAL_THERAPIST,)})
        more = 1.0 + strength * self.more_therapists / PERCENT
        book.assessment_posts.multiply(more, where=book.scope(therapists, self.name, WHOLE))
        book.reablement.floor(strength * self.reabled * self.less_care, where=covered)
        book.public_programmes.add(monthly_pence(strength * self.cost_per_year))


class EmployerTax(Lever):
    """Change the rate at which care employers pay National Insurance, the earnings above which it is due, or both.

    It falls on margins first. Where care is priced by its cost, prices follow a year later; elsewhere employers hand
    care back or close. Part-time staff on low pay are hit hardest by a lower threshold, which independent employers
    feel in their margins but do not see in what another hour costs. Employers outside care, and pay there, stay as
    they are.
    """

    name = "employer_tax"
    family = "commissioning"
    grade = "strong"
    sentence = "Changes the rate or the threshold of employers' National Insurance for care employers."
    case = "April 2025: the rate rose from 13.8% to 15%, and the threshold fell from 9,100 to 5,000 pounds a year."
    dose = "share_of_change"
    changes = ("rate_points", "threshold_change")

    rate_points: float = Field(
        default=0.0, ge=-15, le=15, description="percentage points on the rate of employers' National Insurance"
    )
    threshold_change: float = Field(
        default=0.0, ge=-5000, le=50_000, description="pounds a year on the earnings above which it is due"
    )
    share_of_change: ShareOfChange = 1.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        strength *= self.share_of_change
        book.nic_rate.add(strength * self.rate_points / PERCENT)
        book.nic_rate.floor(0.0)
        book.nic_threshold.add(round(strength * pence(self.threshold_change) / WEEKS_PER_YEAR))
        book.nic_threshold.floor(0)


class UnpaidCarerSupport(Lever):
    """Support family and friends who care without pay: breaks, help at home, advice.

    Care that nobody is paid to give falls on them, and some give up work or cut hours for it, care workers among them.
    Support takes part of that care off them. It adds no hours of paid care, and care not met stays not met.
    """

    name = "unpaid_carer_support"
    family = "commissioning"
    grade = "weak"
    sentence = "Takes part of the care that nobody is paid to give off unpaid carers."
    case = "Services such as Mobilise; carers' breaks under the Care Act 2014."
    dose = "support"
    covers: ClassVar = GEOGRAPHY

    support: float = Field(
        ge=0, le=1, description="part of the care that falls on carers which support takes off, 0 to 1"
    )
    cost_per_year: PublicCost = 0.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.carer_support.floor(strength * self.support, where=self.scope(book, WHOLE))
        book.public_programmes.add(monthly_pence(strength * self.cost_per_year))
