"""CareWorker: a person who works in care, or did within the last three years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.columns import Column, ColumnarAgent
from sim.rules.job_value import match_belief
from sim.rules.migration import tied_to_sponsor
from sim.units import (
    MONTHS_PER_YEAR,
    NEVER,
    NOBODY,
    Ethnicity,
    Gender,
    Household,
    LeaveReason,
    Nationality,
    Role,
    Source,
    Status,
    Visa,
)

if TYPE_CHECKING:
    from sim.agents.provider import Provider


class CareWorker(ColumnarAgent):
    """One person. Pay is pence an hour, hours are minutes a week, months count from April 2016."""

    uid = Column(np.uint64, "identity: stream, council, month, place (draws.person_id); 0 means an empty row")
    status = Column(np.int8, "what the person does this month", codes=Status)
    home_council = Column(np.int16, "row of the council of residence", default=NOBODY)
    birth_month = Column(np.int16, "month of birth", unit="month", default=NEVER)
    gender = Column(np.int8, "gender", codes=Gender)
    ethnicity = Column(np.int8, "ethnic group", codes=Ethnicity)
    nationality = Column(np.int8, "nationality group", codes=Nationality)
    role = Column(np.int8, "occupation", codes=Role)
    qualified = Column(np.int8, "1 if a relevant care qualification at level 2 or above is held")

    employer = Column(np.int32, "row of the provider; of the NHS employer if status is NHS", default=NOBODY)
    pay = Column(np.int32, "contract pay", unit="pence/hour")
    contract_minutes = Column(np.int32, "hours guaranteed by contract; 0 is a zero-hours contract", unit="minutes/week")
    worked_minutes = Column(np.int32, "hours normally worked", unit="minutes/week")
    wanted_minutes = Column(np.int32, "hours the person would like", unit="minutes/week")
    distance = Column(np.float64, "distance from home to the job", unit="km")
    match = Column(np.float64, "true quality of this person's match with this job", unit="log pay")
    first_impression = Column(np.float64, "quality of the match as it seemed at hiring", unit="log pay")
    job_start = Column(np.int16, "month the present job (or spell out of care) began", unit="month", default=NEVER)
    sector_start = Column(np.int16, "month the person first worked in care", unit="month", default=NEVER)
    came_from = Column(np.int8, "last place of work before the present care job, or the last one", codes=Source)
    leave_reason = Column(np.int8, "why the last care job ended", codes=LeaveReason)
    last_care_month = Column(np.int16, "last month in a care job, for those out of care", unit="month", default=NEVER)
    next_employer = Column(np.int32, "row of the provider whose offer was accepted", default=NOBODY)
    next_role = Column(np.int8, "role of the accepted job", codes=Role)
    next_start = Column(np.int16, "month the accepted job starts", unit="month", default=NEVER)

    value_of_guarantee = Column(
        np.float64, "value of guaranteed hours, negative if zero hours are preferred", unit="share of pay"
    )
    value_of_flexibility = Column(np.float64, "value of a say over when to work", unit="share of pay")
    taste_for_care = Column(np.float64, "liking of care work against other low-paid work", unit="log pay")
    frailty = Column(np.float64, "multiplier on involuntary and unforeseen leaving, mean 1")

    visa = Column(np.int8, "right to work", codes=Visa)
    sponsor = Column(np.int32, "row of the sponsoring provider; of nobody while the NHS sponsors", default=NOBODY)
    visa_month = Column(np.int16, "month the visa was granted", unit="month", default=NEVER)
    visa_floor = Column(np.int32, "hourly salary floor of this person's own grant", unit="pence/hour")
    clock_start = Column(
        np.int16, "month the sponsor was lost and the clock to find another began", unit="month", default=NEVER
    )
    household = Column(np.int8, "benefits that take part of earnings", codes=Household)
    free_minutes = Column(np.int32, "hours the person would like if benefits took nothing", unit="minutes/week")
    hour_worth = Column(
        np.float64, "what an hour left after the taper when hours were first chosen, in today's prices", unit="pence"
    )
    self_employed = Column(np.int8, "1 if the person works for the provider as self-employed, without a contract")
    leave_until = Column(
        np.int16, "month permission to stay ends; none for those who may stay for good", unit="month", default=NEVER
    )

    # What one person can tell, by the rules the kernels follow, at the end of the month just simulated.

    @property
    def age_years(self) -> int:
        """Completed years of age."""
        return int(self._month - self.birth_month) // MONTHS_PER_YEAR

    @property
    def in_care(self) -> bool:
        """Whether the person works in care."""
        return bool(self.status == Status.CARE)

    @property
    def months_in_post(self) -> int:
        """Months in the present job; 0 for anybody not in a care job."""
        return int(self._month - self.job_start) if self.in_care else 0

    @property
    def provider(self) -> Provider | None:
        """The establishment that employs the person; None for anybody not in a care job."""
        return self.model.providers[self.employer] if self.in_care else None

    @property
    def tied(self) -> bool:
        """Whether the person may work for licensed sponsors only."""
        return bool(tied_to_sponsor(self.visa, self.visa_month, self._month, self.model.law.settlement_months))

    def belief_in_match(self) -> float:
        """How good the match with the present care job looks by now, log pay."""
        return float(match_belief(self.match, self.first_impression, self.months_in_post, self.model.p))

    def value_of_job(self) -> float:
        """What the present job, or being without one, is worth to the person, log pay."""
        return float(self.model.value_of_jobs(np.array([self.row]))[0])

    @property
    def _month(self) -> int:
        """Month just simulated."""
        return int(self.model.month - 1)
