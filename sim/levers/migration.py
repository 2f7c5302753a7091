"""Levers on migration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.conditions import by_code
from sim.coverage import AppliesTo
from sim.fields import Names, Pounds, names_of, pence, refuse
from sim.levers.base import EMPLOYERS, GEOGRAPHY, PERCENT, WHOLE, Lever, ShareOfChange
from sim.levers.funding import PublicCost, monthly_pence
from sim.units import MONTHS_PER_YEAR, Role

if TYPE_CHECKING:
    from sim.rulebook import Rulebook

CARE_WORK = ("care_worker",)
"""Whose number of the law is that of seniors, too."""
CARE_ROLES = {Role.CARE_WORKER, Role.SENIOR_CARE_WORKER}
PROVIDER_ONLY, BANK_ONLY = ("joining", "paperwork_taken", "matches"), ("price_saved", "more_covered")
"""What a hub does by who employs."""
TERMS = ("route_open", "salary_floor", "in_country", "cap_per_year", "dependants", "employer_cost")


class OverseasRecruitment(Lever):
    """Open or close the sponsored visa route for care roles and set its terms. A term left out stays as the law has it.

    Vacancies fall fast when it opens. The sector comes to depend on it, and people tied to a bad sponsor can be
    exploited.

    How many would come is known only from visas granted, under the rule on dependants of the time; more are ready to
    come if dependants may, and fewer if they may not. A cap is a limit whoever wishes to come: it is taken that under
    the actual rule on dependants at least as many are ready as fill it. It counts the roles named. Recruits in other
    roles that are open come beside it: registered nurses, some 600 a year. Recruits are drawn employer by employer, so
    that the cap holds of what is to be expected, and a year of a small model may bring a few percent more or fewer.
    Care workers and seniors share one number in law: a cap on care workers alone holds for both roles, one on seniors
    alone lets them come beside it. A cap opens nothing by itself: after July 2025 it needs `open: true`. Before 2021,
    and in roles other than care workers, seniors and nurses, nobody is known to have come, and a cap says how many do.
    Opened again without a cap, as many are ready to come as in the last year in which they could: 5,800 care workers
    and seniors in the year to July 2025.
    """

    name = "overseas_recruitment"
    family = "migration"
    grade = "strong"
    sentence = (
        "Opens or closes the sponsored visa route for care roles, with a yearly cap, a salary floor and other terms."
    )
    case = "Opened to care workers in February 2022, no dependants from March 2024, closed to new entry in July 2025."
    dose = "roles"
    phases_in = False

    roles: Annotated[tuple[Role, ...], Names("roles", names_of(Role), least=0)] = Field(
        default=("care_worker", "senior_care_worker"),
        validate_default=True,
        description="roles whose terms change; none switches the lever off",
    )
    route_open: bool | None = Field(
        default=None, alias="open", description="true: recruits may come in these roles; false: none may"
    )
    in_country: bool | None = Field(
        default=None, description="whether people already here may take a sponsor, or another one, in these roles"
    )
    cap_per_year: int | None = Field(
        default=None,
        ge=0,
        le=200_000,
        description="most sponsored recruits a year, these roles together; as many are ready to come",
    )
    salary_floor: Annotated[Pounds, Field(ge=1, le=100)] | None = Field(
        default=None, description="least pay of a new sponsored recruit in these roles, pounds an hour"
    )
    dependants: bool | None = Field(default=None, description="whether recruits may bring partner and children")
    employer_cost: Annotated[Pounds, Field(ge=0, le=50_000)] | None = Field(
        default=None, validate_default=True, description="fees and charges that the sponsor pays for a recruit, pounds"
    )

    @field_validator("employer_cost")
    @classmethod
    def _changes_something(cls, cost: float | None, others: ValidationInfo) -> float | None:
        if cost is None and all(others.data.get(term, "refused") is None for term in TERMS if term != "employer_cost"):
            refuse("at least one of open, in_country, cap_per_year, salary_floor, dependants, employer_cost")
        return cost

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        in_roles = book.scope(AppliesTo.model_construct(role=self.roles), self.name, 1.0)
        if self.route_open is not None:
            book.visa_open.switch(self.route_open, where=in_roles)
        if self.route_open and self.cap_per_year is None and set(self.roles) & CARE_ROLES:
            of_care_work = book.scope(AppliesTo.model_construct(role=(Role.CARE_WORKER,)), self.name, 1.0)
            book.visa_cap.floor(_came_when_last_open(month), where=of_care_work)
        if self.salary_floor is not None:
            book.visa_floor.replace(pence(self.salary_floor), where=in_roles)
        if self.cap_per_year is not None:
            limit = _monthly(self.cap_per_year, month)
            book.visa_limit.cap(limit, where=in_roles)
            # Where fewer came, or nobody could, as many are taken to be ready as fill the cap.
            book.visa_cap.floor(limit, where=in_roles)
            book.visa_cap_of.replace(int(min(self.roles)), where=in_roles)
        if self.dependants is not None:
            book.visa_dependants.switch(self.dependants, where=in_roles)
        if self.employer_cost is not None:
            book.visa_cost.replace(pence(self.employer_cost), where=in_roles)
        if self.in_country is not None:
            book.in_country_switching.switch(self.in_country, where=in_roles)

    def shares_coverage(self, other: Lever) -> bool:
        return isinstance(other, OverseasRecruitment) and bool(set(self.roles) & set(other.roles))

    def remark(self, until: int) -> str | None:
        # No other part of a scenario can hold a route open meanwhile: two at once for one role are refused.
        if not self.cap_per_year or self.route_open is not None:
            return None
        names = [role.name.lower() for role in self.roles]
        last = until if self.end is None else min(self.end, until)
        if last < self.start or any(any(by_code("visa_open", month, names)) for month in range(self.start, last + 1)):
            return None
        return f"{self.name} caps recruits in roles that are closed to them, and brings nobody without open: true"


def _came_when_last_open(month: int) -> int:
    """Care workers and seniors a month who are ready to come by a route that is closed: the mean of its last year.

    None while the law itself lets somebody in, whose number is known, and before it ever did.
    """
    if by_code("visa_cap", month, CARE_WORK)[0] > 0:
        return 0
    came = [by_code("visa_cap", earlier, CARE_WORK)[0] for earlier in range(month)]
    last_year = [people for people in came if people > 0][-MONTHS_PER_YEAR:]
    return round(sum(last_year) / MONTHS_PER_YEAR)


def _monthly(a_year: int, month: int) -> int:
    """People in one month; the twelve months of a financial year add up to the yearly number."""
    place = month % MONTHS_PER_YEAR
    return a_year * (place + 1) // MONTHS_PER_YEAR - a_year * place // MONTHS_PER_YEAR


class SponsorLicensing(Lever):
    """Check employers before they may sponsor, change how closely sponsors are watched, or stop the clock of those hit.

    Fewer rogue sponsors get a licence, and people are not brought in for work that does not exist. Closer scrutiny
    takes licences away later, from honest sponsors too; those who worked for them have sixty days to find another
    sponsor unless the clock is stopped.
    """

    name = "sponsor_licensing"
    family = "migration"
    grade = "moderate"
    sentence = "Checks sponsors before they get a licence, and sets how closely they are watched afterwards."
    case = (
        "Over 470 care sponsors lost their licence from July 2022 to December 2024, with 39,000 workers (Home Office)."
    )
    dose = "share_of_change"
    changes = ("readiness_checks", "scrutiny_change", "clock_paused")

    readiness_checks: float = Field(
        default=0.0, ge=0, le=1, description="share of would-be sponsors without steady work who are found out, 0 to 1"
    )
    scrutiny_change: float = Field(
        default=0.0, ge=-1, le=4, description="added to how closely sponsors are watched, which was 1 in 2023 to 2025"
    )
    clock_paused: bool | None = Field(
        default=None,
        description="whether staff may stay, without a new sponsor, when theirs loses the licence; not by part",
    )
    share_of_change: ShareOfChange = 1.0

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        strength *= self.share_of_change
        book.licence_checks.floor(strength * self.readiness_checks)
        book.enforcement.add(strength * self.scrutiny_change)
        book.enforcement.floor(0.0)
        if self.clock_paused is not None and strength >= WHOLE:
            book.clock_paused.switch(self.clock_paused)


class SettlementRules(Lever):
    """Change the years after which sponsored staff may settle, for those here already who have not settled yet too.

    The wait moves by a month each month until it has changed in full. Who has settled may work anywhere. A longer wait
    ties people to sponsors, and to care, for longer; permission to stay runs out before it ends, so that more visas
    have to be renewed, or people go.
    """

    name = "settlement_rules"
    family = "migration"
    grade = "assumption"
    sentence = "Changes the years after which sponsored staff may settle and work wherever they like."
    case = "The earned-settlement proposal of 2025: up to 15 years for care workers in place of 5."
    dose = "years_more"
    phases_in = False

    years_more: int = Field(ge=-14, le=15, description="years more (or, negative, fewer) than the law has otherwise")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        # The wait moves by a month each month: longer, nobody who has settled loses it; shorter, it takes back a longer
        # wait that announced law brings in the same way.
        in_force, whole = 1 + month - self.start, self.years_more * MONTHS_PER_YEAR
        book.settlement_months.add(max(-in_force, min(whole, in_force)))
        book.settlement_months.floor(MONTHS_PER_YEAR)


class SponsorPortability(Lever):
    """Let sponsored care staff move to any care employer without a new application, for some years after the visa.

    People can leave a bad sponsor, so exploitation falls. Sponsors who paid for somebody's arrival may see them leave.
    Where this was tried, employers recruited fewer from abroad afterwards; the model does not show that.
    """

    name = "sponsor_portability"
    family = "migration"
    grade = "moderate"
    sentence = "Lets sponsored care staff change to any care employer without a new visa application."
    case = (
        "Recommended by the Social Care Institute for Excellence; the Emirates' reform (Naidu, Nyarko and Wang 2016)."
    )
    dose = "years"

    years: float = Field(
        default=3.0,
        ge=0,
        le=5,
        description="years after the grant of the visa in which the worker may move freely, 0 to 5",
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        book.portability_months.replace(round(strength * self.years * MONTHS_PER_YEAR))


class RecruitmentHub(Lever):
    """Let one body in a region recruit for its members: paperwork, matching, and staff shared among them.

    With the provider as the employer of record, members who could not sponsor alone come under the hub's licence, which
    keeps out employers without steady work; they shy less from the paperwork; and people who lost their sponsor are
    put in touch with more employers before their time is up. With an NHS bank as the employer, members fill gaps from
    the bank in place of agencies, at a price without an agency's profit, and use it more; its staff are those who work
    for agencies, and it draws on no more of them. A licence won with the hub's help stays. The hub pays no visa fees,
    so that employers with too little in reserve for them sponsor nobody; and its running costs, which government pays,
    do not depend on its size.
    """

    name = "recruitment_hub"
    family = "migration"
    grade = "weak"
    sentence = (
        "Has one body in a region sponsor, match and place people for its members, or run a bank of shared staff."
    )
    case = (
        "The 15 regional partnerships, with 16 million pounds in 2024/25 and 12.5 million in 2025/26 (Community Care); "
        "the bank of ten boroughs in Greater Manchester."
    )
    dose = "share_of_change"
    covers: ClassVar = EMPLOYERS
    changes = ("joining", "paperwork_taken", "matches", "price_saved", "more_covered")

    employer_of_record: Literal["provider", "nhs_bank"] = Field(
        default="provider", description="who employs: the member itself, or a bank of the NHS that members draw upon"
    )
    joining: float = Field(
        default=0.0,
        ge=0,
        le=100,
        description="percent of members with vacancies and no licence who come under the hub's each month (provider)",
    )
    paperwork_taken: float = Field(
        default=0.0, ge=0, le=1, description="part of employers' reluctance to sponsor that it takes away (provider)"
    )
    matches: int = Field(
        default=0,
        ge=0,
        le=20,
        description="further employers a month whom people who lost their sponsor are put in touch with (provider)",
    )
    price_saved: float = Field(
        default=0.0, ge=0, le=25, description="percent of an agency's price that an hour costs less (nhs_bank)"
    )
    more_covered: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="part of gaps left open today that members fill from the bank, as far as it has people (nhs_bank)",
    )
    cost_per_year: PublicCost = 1.1
    share_of_change: ShareOfChange = 1.0

    @model_validator(mode="after")
    def _says_what_its_kind_does(self) -> Self:
        others = BANK_ONLY if self.employer_of_record == "provider" else PROVIDER_ONLY
        for name in others:
            if getattr(self, name):
                refuse(f"0 where employer_of_record is {self.employer_of_record}", below=name)
        return self

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, share = self.scope(book, strength), self.share_of_change
        book.public_programmes.add(monthly_pence(strength * share * self.cost_per_year))
        if self.employer_of_record == "provider":
            book.hub_joining.floor(share * self.joining / PERCENT, where=covered)
            book.hub_paperwork.floor(share * self.paperwork_taken, where=covered)
            book.hub_matches.floor(round(strength * share * self.matches), where=covered)
        else:
            book.bank_price.cap(WHOLE - share * self.price_saved / PERCENT, where=covered)
            book.bank_cover.floor(share * self.more_covered, where=covered)

    def shares_coverage(self, other: Lever) -> bool:
        """Hubs of the two kinds stand side by side."""
        same = isinstance(other, RecruitmentHub) and self.employer_of_record == other.employer_of_record
        return same and super().shares_coverage(other)


class RightToWorkAsylum(Lever):
    """Put people who were granted asylum, and so may work, in touch with care employers where they live.

    A small inflow of people whom nothing ties to an employer and whose permission has no end, shared among the councils
    covered by their residents. They look at care jobs once, as people do who come by other routes than sponsorship;
    how many find one comes out, and those whom no job suits stay outside. Lessons in English, and that most are out of
    work while they look and may claim benefits, are left out.
    """

    name = "right_to_work_asylum"
    family = "migration"
    grade = "assumption"
    sentence = "Puts people who were granted asylum in touch with care employers where they live."
    case = "Recommended by the Social Care Institute for Excellence: to use the right to work of people granted asylum."
    dose = "people_a_year"
    covers: ClassVar = GEOGRAPHY

    people_a_year: int = Field(
        ge=0, le=50_000, description="people granted asylum who are put in touch with care employers, a year"
    )
    cost_per_person: Annotated[Pounds, Field(ge=0, le=20_000)] = Field(
        default=1000.0, description="what government pays for each of them, pounds; an assumption if left out"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered, people = self.scope(book, WHOLE), strength * self.people_a_year / MONTHS_PER_YEAR
        book.asylum_arrivals.add(book.by_population(people, covered), where=covered)
        book.public_programmes.add(round(people * pence(self.cost_per_person)))


class OverseasInductionSupport(Lever):
    """Receive staff from overseas well: training for the work and life here, and a named manager to turn to.

    The support is worth something to people on a visa for their first year in care, so that fewer leave it, and they
    learn the job sooner. It costs a sum for each such person who is new to care, whether they came under sponsorship or
    by another route. That it draws more people to employers who offer it, and protects them from bad ones, is left out.
    """

    name = "overseas_induction_support"
    family = "migration"
    grade = "weak"
    sentence = "Trains staff from overseas for the work and life here and gives them a manager to turn to."
    case = "Asked for at roundtables of providers: a named intake manager, and training in culture and practice."
    dose = "share_of_employers"
    covers: ClassVar = EMPLOYERS
    changes = ("worth", "months_sooner")

    worth: float = Field(
        default=0.0,
        ge=0,
        le=20,
        description="worth to staff from overseas in their first year, percent of pay, 0 to 20",
    )
    months_sooner: int = Field(default=0, ge=0, le=3, description="months sooner that they know the job, 0 to 3")
    cost_per_recruit: Annotated[Pounds, Field(ge=0, le=20_000)] = Field(
        default=1500.0, description="cost for each who starts, pounds; an assumption if left out"
    )
    paid_by: Literal["employers", "government"] = Field(default="employers", description="who pays that")
    share_of_employers: float = Field(default=1.0, ge=0, le=1, description="share of the employers covered, 0 to 1")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.share_of_employers)
        book.reception_worth.add(math.log1p(self.worth / PERCENT), where=covered)
        book.reception_months.add(self.months_sooner, where=covered)
        payer = book.reception_cost if self.paid_by == "employers" else book.reception_grant
        payer.add(pence(self.cost_per_recruit), where=covered)
