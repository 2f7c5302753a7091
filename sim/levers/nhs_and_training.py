"""Levers on the NHS as an employer beside care, and on training, leadership and wellbeing in care."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from sim.coverage import AppliesTo
from sim.fields import Names, names_of, pence
from sim.levers.base import EMPLOYERS, GEOGRAPHY, PERCENT, WHOLE, Lever, ShareOfChange
from sim.levers.funding import WHO_PAYS, Funding, PublicCost, TermsFunding, monthly_pence, on_costs_only
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, WEEKS_PER_YEAR, PayCost, Role, Service

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

ProgrammeCost = Annotated[
    float, Field(ge=0, le=10, description="cost to employers, percent of wages, 0 to 10; an assumption if left out")
]


class NHSRecruitmentDrive(Lever):
    """Have the NHS add posts that people from care could fill, beyond the growth that is expected anyway.

    Support posts pay more than care and guarantee hours, so part of them is filled by care workers, nurses and
    therapists from care. The NHS gains what care loses. Posts grow each April while the drive lasts, and stay.
    """

    name = "nhs_recruitment_drive"
    family = "nhs_and_training"
    grade = "moderate"
    sentence = "Adds NHS posts that people who work in care could fill."
    case = "The NHS Long Term Workforce Plan of 2023: from 1.4 to over 2.2 million staff by 2036/37."
    dose = "percent_a_year"
    phases_in = False

    roles: Annotated[tuple[Role, ...], Names("roles", names_of(Role))] = Field(
        default=("care_worker",),
        validate_default=True,
        description="care roles whose NHS counterparts grow; care_worker stands for health care support workers",
    )
    percent_a_year: float = Field(ge=-20, le=50, description="percent more posts each April, on top of expected growth")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        in_roles = book.scope(AppliesTo.model_construct(role=self.roles), self.name, WHOLE)
        book.nhs_posts_growth.add(self.percent_a_year / PERCENT, where=in_roles)

    def shares_coverage(self, other: Lever) -> bool:
        return isinstance(other, NHSRecruitmentDrive) and bool(set(self.roles) & set(other.roles))


class JointRoles(Lever):
    """Make posts joint ones of care and the NHS: part of the time is worked there, on the NHS's terms.

    Staff get part of what draws people to the NHS without leaving care, so that fewer go for good; not many fewer, as
    the NHS fills its posts with those who still apply. The time is exchanged hour for hour: the NHS's staff give care
    for as long as care's staff work there, which no result shows apart. What the posts cost more is what NHS pay,
    with pension, sick pay and leave, is above pay in care; these cost what they are worth. Taxes on that are left out,
    and so is that people who know the NHS may find it easier to go there.
    """

    name = "joint_roles"
    family = "nhs_and_training"
    grade = "assumption"
    sentence = "Makes posts joint ones of care and the NHS, with the NHS's terms for the time worked there."
    case = "Recommended by the Social Care Institute for Excellence; integrated care systems' plans of one workforce."
    dose = "time_in_nhs"
    covers: ClassVar = EMPLOYERS

    roles: Annotated[tuple[Role, ...], Names("roles", names_of(Role))] = Field(
        default=("care_worker", "registered_nurse", "social_worker", "occupational_therapist"),
        validate_default=True,
        description="care roles whose posts become joint ones",
    )
    time_in_nhs: float = Field(ge=0, le=0.5, description="part of the time that is worked in the NHS, 0 to 0.5")
    terms: float = Field(
        default=20.0,
        ge=0,
        le=50,
        description="worth and cost of NHS pension, sick pay and leave, percent of pay; an assumption if left out",
    )
    paid_by: Literal["employers", "government"] = Field(
        default="government", description="who pays what the NHS's terms are above pay in care"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        in_roles = book.scope(self.applies_to.model_copy(update={"role": self.roles}), self.name, strength)
        book.joint_time.floor(self.time_in_nhs, where=in_roles)
        book.joint_terms.floor(self.terms / PERCENT, where=in_roles)
        book.joint_public.switch(self.paid_by == "government", where=in_roles)

    def shares_coverage(self, other: Lever) -> bool:
        """Posts of one employer are paid for by one party, so that roles do not stand apart."""
        return isinstance(other, JointRoles) and super().shares_coverage(other)


class LeadershipProgramme(Lever):
    """Train managers of care services, so that staff find their workplace better run.

    Staff stay where they are managed well, and councils that look at quality give such providers more work. The gain is
    what the file says it is worth to staff, as no study tells it; it is there for as long as the programme runs.
    """

    name = "leadership_programme"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Trains managers of care services, which staff find better run."
    case = "Leadership programmes for registered managers; turnover is concentrated in few employers."
    dose = "gain"
    covers: ClassVar = EMPLOYERS
    costs = True

    gain: float = Field(ge=0, le=20, description="what better management is worth to staff, percent of pay, 0 to 20")
    cost: ProgrammeCost = 0.2
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.management_gain.add(math.log1p(self.gain / PERCENT), where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class WellbeingProgramme(Lever):
    """Support staff of teams that are short of people: counselling, supervision, somebody to turn to.

    A shortfall strains such teams less. Whether strain makes people leave is not settled by any causal study; if it
    does not, the programme keeps nobody.
    """

    name = "wellbeing_programme"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Supports staff so that a shortfall of people strains a team less."
    case = "Psychological support and employee assistance programmes set up for care staff since 2020."
    dose = "relief"
    covers: ClassVar = EMPLOYERS
    costs = True

    relief: float = Field(ge=0, le=1, description="part of the strain that support takes away, 0 to 1")
    cost: ProgrammeCost = 0.2
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.strain_felt.multiply(1.0 - self.relief, where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class PeerNetwork(Lever):
    """Connect home-care staff, who work alone, with each other: groups, a shared platform, somebody to ask.

    A shortfall of people strains home-care staff less, as far as isolation is what makes it hard to bear. Beside a
    wellbeing programme each takes away its part of what the other leaves. Whether strain makes people leave is not
    settled by any causal study; if it does not, the network keeps nobody. That people may like the job better for the
    company, with no shortfall at all, is left out.
    """

    name = "peer_network"
    family = "nhs_and_training"
    grade = "weak"
    sentence = (
        "Connects home-care staff who work alone with each other, so that a shortfall of people strains them less."
    )
    case = "The platform of Equal Care, on which care workers support each other."
    dose = "relief"
    covers: ClassVar = (*GEOGRAPHY, "sector", "size")
    costs = True

    relief: float = Field(ge=0, le=1, description="part of the strain in home care that company takes away, 0 to 1")
    cost: ProgrammeCost = 0.1
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        at_home = self.applies_to.model_copy(update={"service": (Service.HOME_CARE,)})
        covered = book.scope(at_home, self.name, strength)
        book.strain_felt.multiply(1.0 - self.relief, where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class PortableQualification(Lever):
    """Have the Care Certificate count with every employer, so that people who change employer need not repeat it.

    Staff who move work fully from their first day on, or after a shorter induction, and employers lose less time to it.
    Moving gets no more attractive to staff by it in this model; what employers save is time.
    """

    name = "portable_qualification"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Has training count with every care employer, so that those who move need not repeat it."
    case = "The Care Certificate of 2015, often repeated at each employer; the qualification of level 2 from 2024."
    dose = "months_spared"
    phases_in = False

    months_spared: int = Field(
        ge=0, le=6, description="months of induction that people from another care job are spared"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.induction_spared.replace(self.months_spared)


class TrainingOffer(Lever):
    """Pay care workers and seniors without a qualification for hours of training until they hold one.

    Whoever is in training is not with people, so that care loses hours at once: others work overtime, agencies come,
    employers seek more people, or visits are missed. How long it takes follows from the hours released and the hours a
    qualification needs. Later more staff are qualified; employers prefer them, and pay them more where there are steps
    of pay. That training makes people stay is what the file says it is worth to them: qualified staff leave less often,
    but much of that may be who trains. Better care by trained staff is seen in the share of hours they work alone.
    """

    name = "training_offer"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Pays care staff without a qualification for hours of training each week until they hold one."
    case = "Asked for at roundtables on the care workforce; CuppaCare's short courses on the job."
    dose = "hours_a_week"
    covers: ClassVar = EMPLOYERS
    costs = True

    hours_a_week: float = Field(ge=0, le=10, description="paid hours of training a week for each of them, 0 to 10")
    hours_needed: float = Field(
        default=200.0, ge=10, le=2000, description="hours of training that a qualification takes; an assumption"
    )
    worth: float = Field(
        default=0.0, ge=0, le=10, description="worth of the offer to staff, percent of pay, 0 to 10; an assumption"
    )
    cost: ProgrammeCost = 0.2
    funding: TermsFunding = Field(
        default=TermsFunding(), description=f"{WHO_PAYS}; that of courses, as time is the employer's"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        monthly = self.hours_a_week * WEEKS_PER_YEAR / MONTHS_PER_YEAR
        book.training_release.floor(round(self.hours_a_week * MINUTES_PER_HOUR), where=covered)
        book.qualifying_chance.floor(min(monthly / self.hours_needed, WHOLE), where=covered)
        book.extra_benefits.add(math.log1p(self.worth / PERCENT), where=covered)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT)


class CareerPathway(Lever):
    """Turn part of the posts of care workers into posts of seniors, for which own staff can apply.

    People with some years in care have somewhere to go without leaving, and their own employer's posts are the first
    that they see. Wages rise by the seniors' lead; what payers cover is counted by posts, filled or not. Staff who are
    too many in their old role are not dismissed: posts change as people leave or rise. That seniors do other work, and
    routes to social work and therapy, are left out.
    """

    name = "career_pathway"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Turns part of the posts of care workers into better-paid senior posts that own staff can rise to."
    case = "Care workforce pathway of January 2024, whose roles lead from care worker to supervisor and leader."
    dose = "posts"
    covers: ClassVar = EMPLOYERS
    costs = True

    posts: float = Field(ge=0, le=50, description="percent of care-worker posts that become senior posts, 0 to 50")
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    @field_validator("funding")
    @classmethod
    def _without_differentials(cls, funding: Funding) -> Funding:
        return on_costs_only(funding, "more senior posts leave the rates of both roles as they are")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, WHOLE)
        book.senior_posts_share.floor(strength * self.posts / PERCENT, where=covered)
        self.funding.cover_pay(book, covered, PayCost.SENIOR_POSTS)


class WorkforceRegistration(Lever):
    """Have care workers and seniors enter a register, with a yearly fee and a standard for newcomers.

    Being registered may raise the standing of the work, by as much as the file says; the fee takes something off it
    again, most for those with few hours, unless employers bear it, out of their margins. A standard turns away part of
    the newcomers whom employers would take, so that posts stay open longer. No study gives sizes. People whom employers
    bring from overseas are taken to meet the standard, and that a register keeps bad staff out is left out.
    """

    name = "workforce_registration"
    family = "nhs_and_training"
    grade = "weak"
    sentence = "Has care staff enter a register, with a fee and a standard that newcomers must meet."
    case = "Social Care Wales and the Scottish Social Services Council register care staff; England does not."
    dose = "share_of_change"
    covers: ClassVar = EMPLOYERS
    changes = ("fee", "turned_away", "worth_of_status")

    fee: float = Field(default=0.0, ge=0, le=500, description="fee for each member of staff, pounds a year, 0 to 500")
    paid_by: Literal["worker", "employer"] = Field(default="worker", description="who bears the fee")
    turned_away: float = Field(
        default=0.0, ge=0, le=50, description="percent of newcomers turned away by the standard; an assumption"
    )
    worth_of_status: float = Field(
        default=0.0, ge=0, le=10, description="worth of the standing to staff, percent of pay, 0 to 10; an assumption"
    )
    share_of_change: ShareOfChange = 1.0
    cost_per_year: PublicCost = 0.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, share = self.scope(book, strength), self.share_of_change
        fee = book.register_fee if self.paid_by == "worker" else book.register_fee_employer
        fee.add(round(share * pence(self.fee)), where=covered)
        book.entry_standard.floor(share * self.turned_away / PERCENT, where=covered)
        book.extra_benefits.add(math.log1p(share * self.worth_of_status / PERCENT), where=covered)
        book.public_programmes.add(monthly_pence(strength * share * self.cost_per_year))
