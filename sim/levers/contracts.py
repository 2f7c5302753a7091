"""Levers on contracts and paid time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, field_validator

from sim.fields import Pounds, pence
from sim.levers.base import EMPLOYERS, Lever
from sim.levers.funding import WHO_PAYS, Funding, on_costs_only
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, WEEKS_PER_YEAR, PayCost

if TYPE_CHECKING:
    from sim.rulebook import Rulebook


class ZeroHoursBan(Lever):
    """Forbid contracts that guarantee fewer than a minimum of hours a week.

    Most people on such contracts want the guarantee; those who like coming and going lose by it unless they may keep
    theirs. Employers lose slack and look for it elsewhere: short contracts, agency and self-employed work.
    """

    name = "zero_hours_ban"
    family = "contracts"
    grade = "moderate"
    sentence = "Forbids care contracts that guarantee fewer hours a week than a minimum."
    case = "Asked for at roundtables on the care workforce; the Employment Rights Act 2025 stops short of it."
    dose = "minimum_hours"
    covers: ClassVar = EMPLOYERS

    minimum_hours: float = Field(
        ge=0, le=40, description="fewest hours a week a contract may guarantee, 0 (no ban) to 40"
    )
    keep_if_worker_prefers: bool = Field(
        default=False, description="whether a worker who prefers a zero-hours contract may keep it"
    )

    status_enforcement: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="share of employers who cannot pass staff off as self-employed instead; without it, as today",
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        if self.status_enforcement is not None:
            book.status_enforcement.replace(self.status_enforcement, where=covered)
        book.minimum_contract_minutes.floor(round(self.minimum_hours * MINUTES_PER_HOUR), where=covered)
        book.keep_zero_hours_if_preferred.switch(self.keep_if_worker_prefers, where=covered)


class GuaranteedHoursOffer(Lever):
    """Give people on zero or few guaranteed hours the right to be offered the hours they regularly work.

    Taking the offer is the worker's choice, so only part of them do. In the model staff with guaranteed hours regularly
    work these and no more. So offers go to zero-hours staff, whatever the threshold, and to those whose hours a ban of
    zero hours guarantees in part. Enacted law has such an offer from October 2027 for contracts of up to 16 hours.
    Beside it only an earlier start, fewer weeks, or a higher threshold with a ban of longer contracts shows a
    difference.
    """

    name = "guaranteed_hours_offer"
    family = "contracts"
    grade = "moderate"
    sentence = "Makes employers offer a contract for the hours regularly worked, to staff guaranteed few or none."
    case = "Employment Rights Act 2025, in force from 2027, with a reference period of 12 weeks expected."
    dose = "low_hours_threshold"
    covers: ClassVar = EMPLOYERS

    reference_weeks: int = Field(
        default=12,
        ge=1,
        le=52,
        description="weeks of regular work after which the offer is due, 1 to 52; once the law has an offer of its "
        "own, no later than by law",
    )
    low_hours_threshold: float = Field(
        ge=0, le=40, description="hours a week: contracts that guarantee fewer get an offer, 0 (nobody) to 40"
    )

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        # The rulebook's threshold is the longest contract with a right to an offer; the law speaks of fewer hours than.
        book.offer_threshold_minutes.floor(round(self.low_hours_threshold * MINUTES_PER_HOUR) - 1, where=covered)
        months_rounded_up = -(-self.reference_weeks * MONTHS_PER_YEAR // WEEKS_PER_YEAR)
        book.offer_reference_months.cap(months_rounded_up, where=covered)


class PaidTravelTime(Lever):
    """Pay for the time between visits as for the visits themselves.

    Most home-care staff are not paid for it, so their pay for each hour away from home is well below the rate in
    their contract. Services without visits see no change.
    """

    name = "paid_travel_time"
    family = "contracts"
    grade = "moderate"
    sentence = "Makes employers pay for a share of the travel between visits, with a say over who meets the cost."
    case = "UNISON's Ethical Care Charter, under which Islington pays for travel."
    dose = "share"
    covers: ClassVar = EMPLOYERS
    costs = True

    share: float = Field(default=1.0, ge=0, le=1, description="share of travel time that must be paid, 0 to 1")
    funding: Funding = Field(default=Funding(), description=WHO_PAYS)

    @field_validator("funding")
    @classmethod
    def _without_differentials(cls, funding: Funding) -> Funding:
        return on_costs_only(funding, "paying for travel moves no pay differentials")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        book.travel_paid_share.floor(self.share, where=covered)
        self.funding.cover_pay(book, covered, PayCost.TRAVEL)


class AgencyLimits(Lever):
    """Limit how much agency time employers may use, what they may pay for it, or both.

    Agency time costs about twice that of own staff, so that a limit saves money. Care that agencies gave is missed at
    first. Agency staff with less to do, or less pay, look for posts again, and vacancies fall.
    """

    name = "agency_limits"
    family = "contracts"
    grade = "moderate"
    sentence = "Caps the share of care that agency staff may give, the price of their time, or both."
    case = "Caps on agency pay and spending in the NHS since 2015; agreements among councils on agency social workers."
    dose = "compliance"
    covers: ClassVar = EMPLOYERS

    highest_share: float | None = Field(
        default=None, ge=0, le=1, description="most agency time as a share of care bought, 0 to 1; without it, no cap"
    )
    highest_price: Annotated[Pounds, Field(ge=1, le=100)] | None = Field(
        default=None, description="most that may be paid for an hour of agency time, pounds; without it, no cap"
    )
    compliance: float = Field(default=1.0, ge=0, le=1, description="share of employers who keep to it, 0 to 1")

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.compliance)
        if self.highest_share is not None:
            book.agency_share_cap.cap(self.highest_share, where=covered)
        if self.highest_price is not None:
            book.agency_price_cap.cap(pence(self.highest_price), where=covered)
