"""Employers choose among applicants, and recruits arrive from overseas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose, person_id
from sim.month.moves import OVERSEAS_OTHER, OVERSEAS_SPONSORED, POOL
from sim.reference.agency import join_agency
from sim.reference.job_values import nhs_match, outside_job_seen
from sim.reference.newcomers import newcomer
from sim.reference.nhs import FROM_CARE
from sim.reference.people import FOR_ELSEWHERE, nhs_role
from sim.rules.migration import arrivals_possible, wants_to_sponsor
from sim.rules.staffing import months_to_arrival
from sim.units import NEVER, LeaveReason, Role, Status, Stream

if TYPE_CHECKING:
    from sim.law import Law
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker
    from sim.reference.providers import Provider
    from sim.reference.search import Application

PLACES_PER_PROVIDER = 256
"""Room for the recruits of one provider, role and month in their identities."""


def hire(model: ReferenceModel) -> None:
    """The NHS and employers outside take whom they take; care employers choose among the rest."""
    leave_for_work_elsewhere(model)
    by_post: dict[tuple[int, int], list[Application]] = {}
    for_care = [application for application in model.applications if application.provider is not None]
    for application in for_care:
        post = (application.provider.row, application.role)  # type: ignore[union-attr]
        by_post.setdefault(post, []).append(application)
    for (row, role), applications in by_post.items():
        applications.sort(key=lambda one: (-one.priority, one.uid))
        for application in applications[: model.providers[row].posts_open[role]]:
            application.chosen = True
    for application in for_care:
        if application.chosen:
            take_on(model, application)


def take_on(model: ReferenceModel, application: Application) -> None:
    """Person and post are bound until the start; people of a pool become agents."""
    worker = application.worker
    if worker is None:
        worker = newcomer(model, application.uid, application.stream, application.home)
        local = application.stream == Stream.LOCAL_POOL
        worker.moved_from(POOL if local else OVERSEAS_OTHER)
        if local:
            application.home.pool -= 1
    worker.accept(application.provider, application.role)  # type: ignore[arg-type]


def leave_for_work_elsewhere(model: ReferenceModel) -> None:
    """Applicants to the NHS who are taken, and those who take a job outside, go at the end of the month."""
    own = [application for application in model.applications if application.worker is not None]
    for employer in model.nhs_employers:
        employer.applicants = [0] * len(Role)
    for application in own:
        if application.to_nhs:
            worker = application.worker
            model.nhs_employers[application.home.ics].applicants[worker.nhs_role] += 1  # type: ignore[union-attr]
    for employer in model.nhs_employers:
        employer.plan_hiring()
    for application in own:
        person: Worker = application.worker  # type: ignore[assignment]
        origin = person.place
        if application.to_nhs:
            join_nhs(person)
        elif application.to_agency:
            join_agency(person)
        elif application.provider is None:
            take_outside_job(person)
        if person.place != origin:
            person.moved_from(origin)
    for employer in model.nhs_employers:
        employer.hire_from_elsewhere()


def join_nhs(worker: Worker) -> None:
    """An applicant leaves care for an NHS post if taken."""
    model, role = worker.model, worker.nhs_role
    employer = model.nhs_employers[worker.home_council.ics]
    if model.luck.this_month(worker.uid, Purpose.NHS_PRIORITY) >= employer.chance[role]:
        return
    worker.end_care_job(LeaveReason.NHS_JOB.value, Status.NHS.value)
    worker.employer = employer
    worker.pay = employer.pay[nhs_role(worker.role)]
    worker.distance = model.p.nhs_distance
    worker.match = nhs_match(worker)
    if worker.tied:
        worker.sponsor, worker.clock_start = None, NEVER
        worker.grant_visa(role)
    employer.filled[role] += 1
    employer.from_care[role] += 1
    employer.to_hire[role] -= 1
    model.ledger.nhs_in[FROM_CARE] += 1


def take_outside_job(worker: Worker) -> None:
    """A person takes the job outside care that was seen."""
    if worker.in_care:
        worker.end_care_job(LeaveReason.OTHER_JOB.value, Status.OTHER_WORK.value)
    elif worker.status == Status.NHS:
        worker.leave_nhs_post(FOR_ELSEWHERE)
    elif worker.status == Status.AGENCY:
        worker.last_care_month = worker.model.month
    worker.status = Status.OTHER_WORK.value
    wage, match = outside_job_seen(worker)
    worker.pay, worker.match = int(wage), match


def recruits_wanted(provider: Provider, role: int) -> int:
    """Recruits from overseas that a provider wants this month."""
    law, p = provider.model.law, provider.model.p
    if not provider.licensed or not provider.active or not law.visa_open[role]:
        return 0
    vacant = provider.posts_to_offer(role)
    if provider.rogue:
        vacant += int(p.rogue_extra_share * provider.posts_sought[role])
    floor, cost = law.visa_floor[role], law.visa_cost[role]
    paperwork = law.hub_paperwork[provider.row]
    return wants_to_sponsor(vacant, provider.posted_pay[role], floor, cost, provider.reserves, paperwork, p)


def arrive(model: ReferenceModel) -> None:
    """Visas are granted: each provider gets its share of what the cap allows."""
    law = model.law
    caps = [law.visa_cap[law.visa_cap_of[role]] if law.visa_open[role] else 0 for role in Role]
    wishes = [
        (site, role, recruits_wanted(site, role))
        for council in model.councils
        for site in council.sites
        for role in Role
    ]
    wanted = {role: sum(wish for _, other, wish in wishes if same_cap(law, role, other)) for role in Role}
    for site, role, wish in wishes:
        if wish > 0:
            possible = arrivals_possible(
                caps[role], law.visa_limit[law.visa_cap_of[role]], law.visa_dependants[role],
                law.visa_dependants_actual[role], model.scale, model.p,
            )  # fmt: skip
            share = min(1.0, possible / wanted[role])
            u = model.luck.this_month(site.uid, Purpose.OVERSEAS_RETURN, repeat=role)
            for number in range(int(wish * share + u)):
                recruit(site, role, number)


def same_cap(law: Law, role: int, other: int) -> bool:
    """Whether recruits in two roles count against one cap."""
    return bool(law.visa_cap_of[role] == law.visa_cap_of[other])


def recruit(provider: Provider, role: int, number: int) -> None:
    """One person is granted a visa to come to a sponsor, and is waited for until the first day."""
    model, home = provider.model, provider.council
    place = (provider.place * len(Role) + role) * PLACES_PER_PROVIDER + number
    stream = Stream.OVERSEAS_SPONSORED.value
    worker = newcomer(model, person_id(stream, home.row, model.month, place), stream, home)
    worker.visa_month = model.month
    worker.grant_visa(role)
    worker.wanted_minutes = worker.free_minutes = int(model.p.full_time_minutes)
    worker.sponsor, worker.next_employer, worker.next_role = provider, provider, role
    lag = months_to_arrival(model.luck.this_month(worker.uid, Purpose.START_LAG), model.p)
    worker.next_start = model.month + lag
    provider.posts_promised[role] += 1
    worker.moved_from(OVERSEAS_SPONSORED)
    provider.pay_for_grant(role)
