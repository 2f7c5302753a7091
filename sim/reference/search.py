"""People look at jobs and apply where that beats what they have; nobody moves yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import Purpose, logistic_quantile, person_id
from sim.reference.agency import value_of_agency_seen
from sim.reference.councils import place_of
from sim.reference.job_values import (
    HEALTH_ROLES,
    Seeker,
    present_value,
    usual_value,
    value_of_nhs_post,
    value_of_outside_job,
    value_of_post,
)
from sim.reference.newcomers import traits_of
from sim.reference.providers import NOTHING
from sim.rules.agency import agency_looking_chance
from sim.rules.entry import (
    arrivals_looking,
    asylum_looking,
    pay_elsewhere,
    people_looking,
    people_moving,
    present_value_outside,
)
from sim.rules.job_value import out_of_work_value
from sim.rules.migration import may_work_for, sponsored_here, sponsors_applicant
from sim.rules.search import (
    ATTEMPTS,
    LOOKS_APART,
    application_cost,
    looking_probability,
    most_looking,
    notices,
    returner_looking_chance,
    value_needed,
)
from sim.rules.staffing import applicant_priority, suitable
from sim.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, Role, Status, Stream, Visa

if TYPE_CHECKING:
    from sim.law import Law
    from sim.reference.councils import Council
    from sim.reference.model import ReferenceModel
    from sim.reference.people import Worker
    from sim.reference.providers import Provider


@dataclass
class Application:
    """A person who would rather work for a provider, the NHS (`to_nhs`), an agency (`to_agency`), or outside."""

    uid: int
    home: Council
    worker: Worker | None = None
    """None for someone still in a pool, whose stream is then given."""
    stream: int = 0
    provider: Provider | None = None
    role: int = 0
    priority: float = 0.0
    to_nhs: bool = False
    to_agency: bool = False
    chosen: bool = False


class BestPost:
    """The best open care post a seeker has come across."""

    def __init__(self, seeker: Seeker) -> None:
        self.seeker = seeker
        self.provider: Provider | None = None
        self.role = seeker.role
        self.value = NOTHING

    def consider(self, provider: Provider, luck: float) -> None:
        """Compare with what a provider has open for this person, at the next role up and at the present one.

        `luck` decides whether people in care look again at posts that are not new.
        """
        seeker, model = self.seeker, provider.model
        portable = model.law.portability_months
        if not may_work_for(seeker.tied, provider.licensed, seeker.visa_month, model.month, portable):
            return
        higher = role_sought(seeker, provider)
        for role in dict.fromkeys((higher, seeker.role)):
            own_post = provider is seeker.provider and role == seeker.role
            if own_post or provider.posts_open[role] <= 0:
                continue
            elsewhere = seeker.provider is not None and provider is not seeker.provider
            if elsewhere and not notices(provider.posts_new[role], luck, model.p):
                continue
            value = value_of_post(seeker, provider, role)
            if value > self.value:
                self.provider, self.role, self.value = provider, role, value


def role_sought(seeker: Seeker, provider: Provider) -> int:
    """Next role up that the person has the experience for; the present role otherwise."""
    p = provider.model.p
    if seeker.role == Role.CARE_WORKER and seeker.months_in_sector >= int(p.senior_experience_months):
        return Role.SENIOR_CARE_WORKER.value
    if seeker.role == Role.SENIOR_CARE_WORKER and seeker.months_in_sector >= int(p.manager_experience_months):
        return Role.MANAGER.value
    return seeker.role


def provider_seen(model: ReferenceModel, seeker: Seeker, look: int, known: list[Provider]) -> Provider | None:
    """Provider that a look of the month falls on, by its posts at the start and its distance; or nobody.

    Where it falls on one that is known, people look again, a few times.
    """
    home, role = seeker.home, seeker.role
    for attempt in range(ATTEMPTS):
        where, which = model.luck.two_this_month(seeker.uid, Purpose.LOOK_AT, repeat=look + LOOKS_APART * attempt)
        posts = home.neighbours[place_of(home.look_chance[role], where)].posts[role]
        found = posts[int(which * len(posts))] if posts else None
        if found is not None and found not in known:
            return found
    return None


def best_post(model: ReferenceModel, seeker: Seeker, looks: int) -> BestPost:
    """Best open care post among the own employer's higher posts and a few providers in reach."""
    best = BestPost(seeker)
    if seeker.provider is not None:
        best.consider(seeker.provider, luck=0.0)
    known = [seeker.provider] if seeker.provider is not None else []
    for look in range(looks):
        provider = provider_seen(model, seeker, look, known)
        if provider is not None:
            known.append(provider)
            best.consider(provider, model.luck.this_month(seeker.uid, Purpose.SECOND_LOOK, repeat=look + 1))
    return best


def taken_seriously(model: ReferenceModel, post: BestPost) -> bool:
    """Whether the employer finds the person fit for the post and, if need be, sponsors them; its own staff it knows."""
    provider, seeker, law = post.provider, post.seeker, model.law
    if provider is None or provider is seeker.provider:
        return True
    new = seeker.months_in_sector == 0 and post.role <= Role.SENIOR_CARE_WORKER
    standard = law.entry_standard[provider.row] if new else 0.0
    if not suitable(model.luck.this_month(seeker.uid, Purpose.SUITABLE), standard, model.p):
        return False
    if not seeker.tied or model.month - seeker.visa_month < law.portability_months:
        return True
    return sponsors_applicant(
        model.luck.this_month(seeker.uid, Purpose.SPONSORED_HERE),
        provider.posted_pay[post.role],
        law.visa_floor[post.role],
        law.visa_cost[post.role],
        provider.reserves,
        law.hub_paperwork[provider.row],
        model.p,
    )


def looks_this_month(worker: Worker, value: float) -> bool:
    """Whether a person looks at jobs this month, given the value of what they do now."""
    model = worker.model
    u = model.luck.this_month(worker.uid, Purpose.LOOK)
    if worker.in_care:
        age = worker.age_months / MONTHS_PER_YEAR
        return u < looking_probability(value - usual_value(worker), age, model.p)
    if worker.status == Status.AGENCY:
        return u < agency_looking_chance(worker.home_council.agency_use, model.p)
    months_out = model.month - worker.last_care_month
    return u < returner_looking_chance(worker.status, months_out, model.law.returners_invited, model.p)


def cost_of_moving(worker: Worker) -> float:
    """Cost of changing job, log pay: for the tied with a new visa application unless portability spares it."""
    model = worker.model
    in_care = worker.in_care or worker.status == Status.AGENCY
    cost = model.p.switching_cost if in_care else model.p.entry_cost
    if worker.tied and model.month - worker.visa_month >= model.law.portability_months:
        weekly_pay = worker.pay * worker.worked_minutes // MINUTES_PER_HOUR
        cost += application_cost(model.law.visa_fee, weekly_pay, model.p)
    return cost


def looks_of(worker: Worker) -> int:
    """Providers a person comes across in a month of looking."""
    model = worker.model
    law, role = model.law, worker.role
    portable = model.month - worker.visa_month < law.portability_months
    if worker.tied and not portable and not sponsored_here(law.visa_open[role], law.in_country_switching[role]):
        return 0
    if worker.in_care:
        return int(model.p.looks_employed)
    further = int(law.hub_matches[worker.home_council.row]) if worker.tied else 0
    return int(model.p.looks_out_of_work) + further


def application_of(worker: Worker, present: float) -> Application | None:
    """Application of a worker who looks, if any job seen is worth moving for."""
    model = worker.model
    post = best_post(model, Seeker.of(worker), looks_of(worker))
    in_nhs = value_of_nhs_post(worker) if worker.in_care else NOTHING
    outside = value_of_outside_job(worker) if worker.status != Status.OTHER_WORK else NOTHING
    agency = value_of_agency_seen(worker)
    best = max(post.value, in_nhs, outside, agency)
    if best <= value_needed(present, cost_of_moving(worker)):
        return None
    application = Application(worker.uid, worker.home_council, worker)
    if best == post.value:
        if not taken_seriously(model, post):
            return None
        application.provider, application.role = post.provider, post.role
        u = model.luck.this_month(worker.uid, Purpose.PRIORITY)
        application.priority = applicant_priority(worker.months_in_sector, worker.qualified, u, model.p)
    elif best == in_nhs:
        application.to_nhs = True
    elif best != outside:
        application.to_agency = True
    return application


def most_likely(worker: Worker) -> float:
    """The most that anybody's chance of looking can be who is like this person."""
    p = worker.model.p
    if not worker.in_care:
        return p.seeking_look
    if worker.visa == Visa.OTHER_ROUTE:
        return p.search_most
    return most_looking(worker.age_months / MONTHS_PER_YEAR, p)


def look(model: ReferenceModel) -> None:
    """Open posts are advertised; people in care, those who left, and the pools look at them and apply."""
    for provider in model.providers:
        provider.advertise()
    model.applications = []
    for worker in model.workers:
        if worker.next_employer is not None or worker.status == Status.NOT_WORKING:
            continue
        if model.luck.this_month(worker.uid, Purpose.LOOK) >= most_likely(worker):
            continue
        present = present_value(worker)
        if worker.seeks_sponsor:
            outside = float(model.law.outside_pay[worker.home_council.row])
            present = out_of_work_value(outside, 0, model.p)
        if (worker.seeks_sponsor and worker.in_care) or looks_this_month(worker, present):
            application = application_of(worker, present)
            if application is not None:
                model.applications.append(application)
    look_from_pools(model)


def look_from_pools(model: ReferenceModel) -> None:
    """People of the council's pool, and people who came by other routes than sponsorship, look."""
    local, arrived, granted = [], [], []
    for council in model.councils:
        campaigns = brought_by_campaigns(model.law, council.row)
        council.looking = local_lookers(council, campaigns + council.planned_interest)
        council.planned_people = 0
        if council.planned_interest > 0.0:
            council.planned_people = council.looking - local_lookers(council, campaigns)
    for council in model.councils:
        if model.law.relocation[council.row] == 0.0:
            move_to_places_nearby(council)
    for council in model.councils:
        local += from_pool(model, council, Stream.LOCAL_POOL, council.looking)
        u = model.luck.this_month(council.uid, Purpose.OVERSEAS_RETURN)
        recruits = model.law.other_route_arrivals
        looking = arrivals_looking(recruits, model.scale, council.arrivals_share, u, model.p)
        arrived += from_pool(model, council, Stream.OVERSEAS_OTHER, looking)
        u = model.luck.this_month(council.uid, Purpose.GRANTED_ASYLUM)
        looking = asylum_looking(model.law.asylum_arrivals[council.row], model.scale, u)
        granted += from_pool(model, council, Stream.GRANTED_ASYLUM, looking)
    model.applications += local + arrived + granted


def move_to_places_nearby(origin: Council) -> None:
    """Some people who look move to places in reach that a policy helps: the one pool loses what the other gains."""
    model, law = origin.model, origin.model.law
    places = [other for other in origin.neighbours if law.relocation[other.row] > 0.0]
    looking = origin.looking
    for there in places:
        u = model.luck.this_month(origin.uid, Purpose.RELOCATION, repeat=origin.neighbours.index(there))
        share = law.relocation[there.row] / len(places)
        moved = min(people_moving(looking, share, u), origin.looking)
        for council, gain in ((origin, -moved), (there, moved)):
            council.looking += gain
            council.pool += gain
            model.ledger.relocated[council.row] += gain
        model.ledger.programmes[there.row] += moved * law.relocation_cost[there.row]


def local_lookers(council: Council, interest: float) -> int:
    """People of a council's pool who look, where so many more are brought to."""
    model, row = council.model, council.row
    return people_looking(
        council.pool,
        model.law.unemployment[row],
        model.law.tightness,
        model.law.free_movement,
        model.law.origin_weight[row],
        interest,
        model.luck.this_month(council.uid, Purpose.POOL),
        model.p,
    )


def brought_by_campaigns(law: Law, council: int) -> float:
    """People whom all campaigns together bring to look in a council, against those who look anyway."""
    anybody, men = law.pool_interest[council], law.pool_interest_men[council]
    return float(anybody + men + law.pool_interest_young[council] + law.pool_interest_over_50s[council])


def from_pool(model: ReferenceModel, council: Council, stream: Stream, people: int) -> list[Application]:
    """Applications of people of one pool."""
    applications, luck = [], model.luck
    for place in range(people):
        uid = person_id(stream.value, council.row, model.month, place)
        traits = traits_of(model, uid)
        registered = traits.role in HEALTH_ROLES
        going = pay_elsewhere(model.law.outside_pay[council.row], model.law.nhs_pay[traits.role], registered)
        present = present_value_outside(
            going,
            luck.normal_this_month(uid, Purpose.OUTSIDE_PAY),
            traits.taste_for_care,
            logistic_quantile(luck.this_month(uid, Purpose.BACKGROUND)),
            model.p,
        )
        seeker = Seeker(
            uid, council, traits.role, traits.wanted_minutes, traits.value_of_guarantee, traits.value_of_flexibility,
            newcomer=True,
        )  # fmt: skip
        post = best_post(model, seeker, int(model.p.looks_out_of_work))
        if post.value > value_needed(present, model.p.entry_cost) and taken_seriously(model, post):
            priority = applicant_priority(0, 0, luck.this_month(uid, Purpose.PRIORITY), model.p)
            applications.append(
                Application(
                    uid, council, stream=stream.value, provider=post.provider, role=post.role, priority=priority
                )
            )
    return applications
