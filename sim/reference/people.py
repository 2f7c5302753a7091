"""Workers: who they are, and how a job begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.agents.care_worker import CareWorker
from sim.draws import Purpose
from sim.month import moves
from sim.reference.groups import bands_of
from sim.reference.recruits import blur_met, pay_for_newcomer
from sim.reference.substitution import SELF_EMPLOYED, form_chosen, prefers_self_employment
from sim.rules.contracts import hours_worked, offered_contract
from sim.rules.hours_supplied import hour_worth, hours_wanted
from sim.rules.job_value import changed_match, first_impression
from sim.rules.migration import (
    may_work_for,
    needs_sponsor_soon,
    sponsored_here,
    sponsored_hours,
    tied_to_sponsor,
)
from sim.rules.pay import legal_minimum
from sim.rules.search import job_distance
from sim.rules.staffing import drops_out, months_to_start
from sim.rules.training import qualifies
from sim.units import MONTHS_PER_YEAR, NEVER, LeaveReason, Role, Sector, Source, Status, Visa

if TYPE_CHECKING:
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel
    from sim.reference.nhs import NHS
    from sim.reference.providers import Provider

NEWLY_SPONSORED, RENEWED, WENT = 0, 1, 2
"""Entries of `Ledger.visas`."""
FOR_CARE, FOR_ELSEWHERE = 0, 1
"""Where people who leave the NHS go, in the ledger."""


class Worker(mesa.Agent):
    """A person who works in care, or did within the last three years. Attributes are those of `CareWorker`.

    Where a column holds the row of another agent, the attribute is that agent, or None.
    """

    model: ReferenceModel
    uid: int
    status: int
    home_council: Council
    birth_month: int
    gender: int
    ethnicity: int
    nationality: int
    role: int
    qualified: int
    employer: Provider | NHS | None
    pay: int
    contract_minutes: int
    worked_minutes: int
    wanted_minutes: int
    distance: float
    match: float
    first_impression: float
    job_start: int
    sector_start: int
    came_from: int
    leave_reason: int
    last_care_month: int
    next_employer: Provider | None
    next_role: int
    next_start: int
    value_of_guarantee: float
    value_of_flexibility: float
    taste_for_care: float
    frailty: float
    visa: int
    sponsor: Provider | None
    visa_month: int
    visa_floor: int
    clock_start: int
    household: int
    free_minutes: int
    hour_worth: float
    self_employed: int
    leave_until: int

    LINKS = ("home_council", "employer", "next_employer", "sponsor")
    """Attributes that are other agents."""

    def __init__(self, model: ReferenceModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.gone: int | None = None
        """Why the person ceased to be an agent; None for agents."""
        for name, column in CareWorker.columns().items():
            setattr(self, name, None if name in self.LINKS else column.default)

    @property
    def in_care(self) -> bool:
        """Whether the person is in a care job."""
        return self.status == Status.CARE

    @property
    def provider(self) -> Provider:
        """The employer of someone in a care job."""
        return self.employer  # type: ignore[return-value]

    @property
    def in_training(self) -> bool:
        """Whether the person is one of those for whom training is paid: no qualification, and employed in care."""
        return self.in_care and self.role <= Role.SENIOR_CARE_WORKER and not (self.qualified or self.self_employed)

    @property
    def place(self) -> int:
        """Where the person stands in the books of moves."""
        if self.gone is not None:
            return moves.GONE + self.gone
        if self.in_care:
            at = self.provider
            return (at.service * len(Sector) + at.sector) * len(Role) + self.role
        if self.status == Status.SEEKING and self.sector_start <= NEVER:
            return moves.RECRUIT_FROM_ABROAD if self.visa != Visa.UNRESTRICTED else moves.RECRUIT
        return moves.OUT_OF_CARE + self.status - Status.NHS

    def moved_from(self, origin: int) -> None:
        """Enter a move from a place to the present one."""
        self.model.ledger.moves[origin, self.place] += 1

    @property
    def age_months(self) -> int:
        """Age in whole months."""
        return self.model.month - self.birth_month

    @property
    def tied(self) -> bool:
        """Whether the right to work depends on a sponsor."""
        law = self.model.law
        return tied_to_sponsor(self.visa, self.visa_month, self.model.month, law.settlement_months)

    @property
    def months_in_sector(self) -> int:
        """Months since the person first worked in care; 0 for newcomers."""
        return self.model.month - self.sector_start if self.sector_start > NEVER else 0

    @property
    def nhs_role(self) -> int:
        """The role under which the NHS employs this person: seniors become support workers."""
        return nhs_role(self.role)

    def lawful_pay(self, provider: Provider, role: int) -> int:
        """Lowest lawful pay with a provider, pence/hour."""
        law = self.model.law
        age = self.age_months // MONTHS_PER_YEAR
        adult = law.pay_floor[provider.row][role]
        floor = legal_minimum(age, law.adult_age, adult, law.youth_rate, provider.adult_rate_for_all)
        return max(floor, self.visa_floor) if self.tied else floor

    def grant_visa(self, role: int) -> None:
        """A sponsored visa is granted in a role: the floor of this month binds from now on, for as long as it lasts."""
        law = self.model.law
        self.visa_floor, self.leave_until = law.visa_floor[role], self.model.month + law.visa_months

    @property
    def seeks_sponsor(self) -> bool:
        """Whether the person, here by another route for not much longer, works for nobody who could be the sponsor."""
        if self.in_care and self.provider.licensed:
            return False
        return self.could_be_sponsored(self.role)

    def could_be_sponsored(self, role: int) -> bool:
        """Whether permission to stay by another route ends soon, and a role is eligible for people already here."""
        law = self.model.law
        if self.visa != Visa.OTHER_ROUTE or not needs_sponsor_soon(self.leave_until, self.model.month, self.model.p):
            return False
        return sponsored_here(law.visa_open[role], law.in_country_switching[role])

    @property
    def arrives_sponsored(self) -> bool:
        """Whether the person has a visa to come to a sponsor from overseas and has not begun yet."""
        return self.visa == Visa.SPONSORED and self.sector_start <= NEVER

    @property
    def bound(self) -> bool:
        """Whether only licensed sponsors will do."""
        return self.tied or self.seeks_sponsor

    def needs_grant(self, provider: Provider) -> bool:
        """Whether a new grant is needed to work for a provider: the tied need one, unless portability spares them."""
        months = self.model.month - self.visa_month
        in_need = months == 0 or months >= self.model.law.portability_months
        return self.tied and self.sponsor is not provider and in_need

    def accept(self, provider: Provider, role: int) -> None:
        """Agree to start with a provider once checks and notice are done; the post is bound until then."""
        lag = months_to_start(self.model.luck.this_month(self.uid, Purpose.START_LAG), self.model.p)
        self.next_employer, self.next_role, self.next_start = provider, role, self.model.month + lag
        provider.posts_promised[role] += 1
        provider.posts_open[role] -= 1

    def drop_promise(self) -> None:
        """Give up an accepted offer: the post is open again."""
        if self.next_employer is not None:
            self.next_employer.posts_promised[self.next_role] -= 1
            self.next_employer, self.next_start = None, NEVER

    def want_hours(self) -> None:
        """Review the hours wanted at the present pay; in a first job, it is what later pay is held against."""
        law = self.model.law
        now = hour_worth(self.pay, law.universal_credit_taper)
        if self.hour_worth <= 0.0:
            self.hour_worth = now
        self.wanted_minutes = hours_wanted(
            self.household,
            self.free_minutes,
            self.wanted_minutes,
            self.pay,
            now,
            self.hour_worth,
            law.carers_earnings_limit,
            self.model.p,
        )

    def begin_care_job(self, provider: Provider, role: int, source: int) -> None:
        """Start with a provider: pay, contract, hours, distance and match are settled."""
        model, tied = self.model, self.tied
        pay_for_newcomer(self, provider)
        if self.needs_grant(provider):
            self.grant_visa(role)
        floor = self.lawful_pay(provider, role)
        self.pay = provider.pay_offered(role, self.months_in_sector, self.qualified, floor)
        if not tied:
            self.want_hours()
        contract, worked = terms_offered(self.uid, self.wanted_minutes, self.value_of_guarantee, tied, provider)
        self.contract_minutes = contract
        self.worked_minutes = sponsored_hours(worked, provider.rogue, model.p) if tied else worked
        self.distance = distance_between(self.uid, self.home_council, provider)
        self.match, self.first_impression = match_between(self.uid, provider, self.sector_start <= NEVER and not tied)
        self.status, self.role, self.employer = Status.CARE.value, role, provider
        self.job_start, self.came_from = model.month, source
        if self.sector_start <= NEVER:
            self.sector_start = model.month
        self.leave_reason = LeaveReason.NONE.value
        self.clock_start = NEVER
        if tied:
            self.sponsor = provider
        elif model.law.minimum_contract_minutes[provider.row] > 0 and contract > 0:
            perhaps_self_employed(self)
        provider.posts_filled[role] += 1
        model.ledger.starters[provider.council.row, provider.service, provider.sector, role, source] += 1

    def end_care_job(self, reason: int, status: int) -> None:
        """Leave a care job; the post falls vacant."""
        model, provider = self.model, self.provider
        provider.posts_filled[self.role] -= 1
        model.ledger.leavers[provider.council.row, provider.service, provider.sector, self.role, reason] += 1
        if reason != LeaveReason.CLOSURE:
            for kind, band in enumerate(bands_of(self)):
                model.ledger.group_leavers[kind, band] += 1
        self.leave_reason, self.status, self.employer = reason, status, None
        self.last_care_month = self.job_start = model.month
        self.contract_minutes = self.worked_minutes = self.self_employed = 0
        if self.visa == Visa.SPONSORED:
            self.clock_start = model.month

    def leave_nhs_post(self, destination: int) -> None:
        """Leave an NHS post for care, or for a job elsewhere."""
        employer: NHS = self.employer  # type: ignore[assignment]
        employer.filled[self.nhs_role] -= 1
        employer.from_care[self.nhs_role] -= 1
        self.employer = None
        self.model.ledger.nhs_out[destination] += 1

    def leave_model(self, reason: int) -> None:
        """Cease to be an agent; NONE is a return to the council's pool of low-paid labour."""
        self.model.ledger.people_out[self.home_council.row, reason] += 1
        if reason == LeaveReason.NONE:
            self.home_council.pool += 1
        self.gone = reason
        self.model.let_go(self)

    def take_up_offer(self) -> None:
        """The month the accepted job starts: start, withdraw, or find that the employer may not take people on."""
        model, provider, role = self.model, self.next_employer, self.next_role
        assert provider is not None
        unsure = not self.arrives_sponsored
        withdrawn = unsure and drops_out(model.luck.this_month(self.uid, Purpose.DROP_OUT), model.p)
        portable = 0 if self.arrives_sponsored else model.law.portability_months
        lawful = may_work_for(self.tied, provider.licensed, self.visa_month, model.month, portable)
        origin = self.place
        self.drop_promise()
        if withdrawn or not provider.active or not lawful:
            if self.sector_start <= NEVER:
                reason = LeaveReason.VISA if self.arrives_sponsored else LeaveReason.NONE
                self.leave_model(reason.value)
                self.moved_from(origin)
        elif self.in_care and self.employer is provider:
            self.be_promoted(role)
        else:
            source = self.source()
            if provider.licensed and self.could_be_sponsored(role):
                self.visa, self.visa_month = Visa.SPONSORED.value, model.month
                model.ledger.visas[NEWLY_SPONSORED] += 1
            if self.needs_grant(provider):
                provider.pay_for_grant(role)
            if self.in_care:
                self.end_care_job(LeaveReason.CARE_JOB.value, Status.SEEKING.value)
            elif self.status == Status.NHS:
                self.leave_nhs_post(FOR_CARE)
            self.begin_care_job(provider, role, source)
            self.moved_from(origin)

    def be_promoted(self, role: int) -> None:
        """Take another role with the same employer: neither a leaver nor a starter."""
        self.model.ledger.promoted[self.provider.service, self.provider.sector, self.role, role] += 1
        self.provider.posts_filled[self.role] -= 1
        self.provider.posts_filled[role] += 1
        self.role = role
        self.pay = max(self.pay, self.provider.posted_pay[role])

    def source(self) -> int:
        """Where the person comes from, as an employer would record it: the last place of work."""
        if self.in_care or self.status == Status.AGENCY:
            return Source.CARE.value
        if self.status == Status.NHS:
            return Source.NHS.value
        months_out = self.model.month - self.last_care_month
        if self.last_care_month > NEVER and months_out <= int(self.model.p.recent_care_months):
            return Source.CARE.value
        if self.status == Status.OTHER_WORK:
            return Source.OTHER_WORK.value
        if self.arrives_sponsored:
            return Source.OVERSEAS_SPONSORED.value
        if self.last_care_month <= NEVER and self.sector_start <= NEVER:
            return Source.OVERSEAS_OTHER.value if self.visa == Visa.OTHER_ROUTE else Source.LOCAL_POOL.value
        return Source.NOT_WORKING.value


def perhaps_self_employed(worker: Worker) -> None:
    """A recruit to a position that would be on zero hours but for the law may start as self-employed instead."""
    provider, p = worker.provider, worker.model.p
    u = worker.model.luck.of_pair(worker.uid, provider.uid, Purpose.CONTRACT)
    value = worker.value_of_guarantee
    if offered_contract(provider.zero_hours_share, u, worker.wanted_minutes, 0, 0, value, p) != 0:
        return
    needed = hours_worked(0, worker.wanted_minutes, p.zero_hours_use)
    if form_chosen(worker, needed) == SELF_EMPLOYED and prefers_self_employment(
        worker, worker.contract_minutes, worker.worked_minutes, needed
    ):
        worker.self_employed, worker.contract_minutes, worker.worked_minutes = 1, 0, needed


def nhs_role(role: int) -> int:
    """The role under which the NHS employs people of a care role: seniors become support workers."""
    return Role.CARE_WORKER.value if role == Role.SENIOR_CARE_WORKER else role


def match_between(uid: int, provider: Provider, newcomer: bool) -> tuple[float, float]:
    """Quality of a match of a person and a provider, and its first impression, log pay."""
    luck, p = provider.model.luck, provider.model.p
    match = p.match_spread * luck.normal_of_pair(uid, provider.uid, Purpose.MATCH)
    noise = luck.normal_of_pair(uid, provider.uid, Purpose.IMPRESSION)
    return match, first_impression(match, noise, blur_met(uid, newcomer, provider), p)


def distance_between(uid: int, home: Council, provider: Provider) -> float:
    """Distance from a person's home to a provider, km."""
    u = provider.model.luck.of_pair(uid, provider.uid, Purpose.DISTANCE)
    return job_distance(home.km[provider.council], home.local_km, u)


def terms_offered(
    uid: int, wanted_minutes: int, value_of_guarantee: float, tied: bool, provider: Provider
) -> tuple[int, int]:
    """Contracted and worked minutes a week that a provider offers a person."""
    law, p = provider.model.law, provider.model.p
    contract = offered_contract(
        provider.zero_hours_share,
        provider.model.luck.of_pair(uid, provider.uid, Purpose.CONTRACT),
        wanted_minutes,
        law.minimum_contract_minutes[provider.row],
        law.keep_zero_hours_if_preferred[provider.row],
        value_of_guarantee,
        p,
    )
    if tied:
        contract = wanted_minutes
    return contract, hours_worked(contract, wanted_minutes, p.zero_hours_use)


def start_jobs(model: ReferenceModel) -> None:
    """Recruits whose checks and notice are done start work."""
    for worker in model.workers:
        if worker.next_start == model.month:
            worker.take_up_offer()


def circumstances(model: ReferenceModel) -> None:
    """A share of people in post find their match with the job changed."""
    for worker in model.workers:
        if not worker.in_care:
            continue
        if model.luck.this_month(worker.uid, Purpose.CIRCUMSTANCES) < model.p.circumstances_change:
            deviate = model.luck.normal_this_month(worker.uid, Purpose.CIRCUMSTANCES, repeat=1)
            worker.match = changed_match(worker.match, deviate, model.p)


def train(model: ReferenceModel) -> None:
    """Staff in training qualify, where a policy pays for their time."""
    for worker in model.workers:
        if worker.in_training:
            chance = model.law.qualifying_chance[worker.provider.row]
            if chance > 0.0 and qualifies(model.luck.this_month(worker.uid, Purpose.TRAINING), chance):
                worker.qualified = 1
