"""How a person's row and the employer's counts change together when a job begins or ends."""

from __future__ import annotations

import math

from sim.draws import Purpose, pair_normal, pair_uniform, uniform
from sim.jit import part
from sim.month.groups import add_to_groups
from sim.month.progression import pay_offered
from sim.month.recruits import blur_met, charge
from sim.month.substitution import SELF_EMPLOYED, form_chosen, prefers_self_employment
from sim.rules.contracts import hours_worked, offered_contract
from sim.rules.hours_supplied import hour_worth, hours_wanted
from sim.rules.job_value import first_impression
from sim.rules.migration import needs_sponsor_soon, sponsored_here, sponsored_hours, tied_to_sponsor
from sim.rules.pay import legal_minimum
from sim.rules.search import job_distance
from sim.units import MONTHS_PER_YEAR, NEVER, NOBODY, LeaveReason, Role, Source, Status, Visa

CARE, NHS, OTHER_WORK, SEEKING = int(Status.CARE), int(Status.NHS), int(Status.OTHER_WORK), int(Status.SEEKING)
SPONSORSHIP = 4
"""Kind of cost in `Ledger.costs`."""
NOT_WORKING, EMPTY, AGENCY = int(Status.NOT_WORKING), int(Status.EMPTY), int(Status.AGENCY)
SPONSORED, OTHER_ROUTE = int(Visa.SPONSORED), int(Visa.OTHER_ROUTE)
CLOSURE = int(LeaveReason.CLOSURE)
HEALTH_ROLES = (int(Role.REGISTERED_NURSE), int(Role.SOCIAL_WORKER), int(Role.OCCUPATIONAL_THERAPIST))
"""Roles in which the NHS sponsors people."""


@part
def age_in_years(birth_month, month):
    """Completed years of age."""
    return (month - birth_month) // MONTHS_PER_YEAR


@part
def lawful_pay(workers, i, j, role, month, law, providers):
    """Lowest lawful pay of person `i` at provider `j`, pence/hour.

    The adult floor, the youth rate, or the floor of the visa.
    """
    floor = legal_minimum(
        age_in_years(workers.birth_month[i], month),
        law.adult_age,
        law.pay_floor[j, role],
        law.youth_rate,
        providers.adult_rate_for_all[j],
    )
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if tied and workers.visa_floor[i] > floor:
        return int(workers.visa_floor[i])
    return int(floor)


@part
def grant_visa(workers, i, role, month, law):
    """A sponsored visa is granted in a role: the floor of that month binds from now on, for as long as it lasts."""
    workers.visa_floor[i] = law.visa_floor[role]
    workers.leave_until[i] = month + law.visa_months


@part
def arrives_sponsored(workers, i):
    """Whether person `i` has a visa to come to a sponsor from overseas and has not begun yet."""
    return workers.visa[i] == SPONSORED and workers.sector_start[i] <= NEVER


@part
def needs_grant(workers, i, j, month, law):
    """Whether person `i` needs a grant to work for provider `j`: the tied do, unless a portable visa spares them."""
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    months = month - workers.visa_month[i]
    return tied and workers.sponsor[i] != j and (months == 0 or months >= law.portability_months)


@part
def seeks_sponsor(workers, i, month, providers, law, p):
    """Whether person `i`, here by another route for not much longer, works for nobody who could be the sponsor."""
    role = workers.role[i]
    if workers.visa[i] != OTHER_ROUTE or not needs_sponsor_soon(workers.leave_until[i], month, p):
        return False
    if workers.status[i] == CARE and providers.licensed[workers.employer[i]] == 1:
        return False
    return sponsored_here(law.visa_open[role], law.in_country_switching[role])


@part
def charge_sponsor(providers, ledger, j, cost):
    """Provider `j` pays the fees and charges of a grant, pence."""
    charge(providers, ledger, j, SPONSORSHIP, cost)


@part
def pair_match(seed, uid, provider_uid, blur, p):
    """Quality of a match that belongs to the pair of person and provider, and its first impression, log pay."""
    match = p.match_spread * pair_normal(seed, uid, provider_uid, Purpose.MATCH)
    noise = pair_normal(seed, uid, provider_uid, Purpose.IMPRESSION)
    return match, first_impression(match, noise, blur, p)


@part
def pair_km(seed, uid, provider_uid, home, council, reach):
    """Distance between a person's home and a provider, km."""
    u = pair_uniform(seed, uid, provider_uid, Purpose.DISTANCE)
    return job_distance(reach.between[home, council], reach.local_km[home], u)


@part
def offer_terms(seed, uid, wanted, value_of_guarantee, tied, j, providers, law, p):
    """Contracted and worked minutes a week that provider `j` offers this person."""
    contract = offered_contract(
        providers.zero_hours_share[j],
        pair_uniform(seed, uid, providers.uid[j], Purpose.CONTRACT),
        wanted,
        law.minimum_contract_minutes[j],
        law.keep_zero_hours_if_preferred[j],
        value_of_guarantee,
        p,
    )
    if tied:
        contract = wanted
    return contract, hours_worked(contract, wanted, p.zero_hours_use)


@part
def drop_promise(workers, providers, i):
    """Give up an accepted offer: the post is open again."""
    if workers.next_employer[i] >= 0:
        providers.posts_promised[workers.next_employer[i], workers.next_role[i]] -= 1
        workers.next_employer[i] = NOBODY
        workers.next_start[i] = NEVER


@part
def erase(workers, i):
    """Empty a row so that it can be reused."""
    workers.uid[i] = 0
    workers.status[i] = EMPTY
    workers.employer[i] = NOBODY
    workers.next_employer[i] = NOBODY
    workers.next_start[i] = NEVER
    workers.sponsor[i] = NOBODY
    workers.clock_start[i] = NEVER
    workers.last_care_month[i] = NEVER
    workers.job_start[i] = NEVER


@part
def leave_model(workers, councils, ledger, i, reason):
    """A person ceases to be an agent; `NONE` is a return to the council's pool of low-paid labour.

    The empty row says why its last person left.
    """
    ledger.people_out[workers.home_council[i], reason] += 1
    if reason == LeaveReason.NONE.value:
        councils.pool[workers.home_council[i]] += 1
    erase(workers, i)
    workers.leave_reason[i] = reason


@part
def end_care_job(workers, providers, ledger, i, reason, status, month):
    """A person leaves a care job for another status; the post falls vacant."""
    j = workers.employer[i]
    role = workers.role[i]
    providers.posts_filled[j, role] -= 1
    ledger.leavers[providers.council[j], providers.service[j], providers.sector[j], role, reason] += 1
    if reason != CLOSURE:
        add_to_groups(workers, providers, i, j, month, 1, ledger.group_leavers)
    workers.leave_reason[i] = reason
    workers.last_care_month[i] = month
    workers.status[i] = status
    workers.employer[i] = NOBODY
    workers.job_start[i] = month
    workers.contract_minutes[i] = 0
    workers.worked_minutes[i] = 0
    workers.self_employed[i] = 0
    if workers.visa[i] == SPONSORED:
        workers.clock_start[i] = month


@part
def take_post(workers, providers, ledger, i, j, role, source):
    """A person fills a post with provider `j`; what the job is like is settled by `settle_job`."""
    workers.status[i] = CARE
    workers.role[i] = role
    workers.employer[i] = j
    providers.posts_filled[j, role] += 1
    ledger.starters[providers.council[j], providers.service[j], providers.sector[j], role, source] += 1


@part
def want_hours(workers, i, law, p):
    """Person `i` reviews the hours wanted at the present pay; in a first job, it is what later pay is held against."""
    now = hour_worth(int(workers.pay[i]), law.universal_credit_taper)
    if workers.hour_worth[i] <= 0.0:
        workers.hour_worth[i] = now
    workers.wanted_minutes[i] = hours_wanted(
        int(workers.household[i]),
        int(workers.free_minutes[i]),
        int(workers.wanted_minutes[i]),
        int(workers.pay[i]),
        now,
        workers.hour_worth[i],
        law.carers_earnings_limit,
        p,
    )


@part
def settle_job(seed, workers, providers, reach, law, p, i, month):
    """Pay, contract, hours, distance and match of someone who has just started."""
    uid, j, role = workers.uid[i], workers.employer[i], workers.role[i]
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if needs_grant(workers, i, j, month, law):
        grant_visa(workers, i, role, month, law)
    floor = lawful_pay(workers, i, j, role, month, law, providers)
    experience = month - workers.sector_start[i] if workers.sector_start[i] > NEVER else 0
    workers.pay[i] = pay_offered(providers, j, role, experience, workers.qualified[i], floor, law, p)
    if not tied:
        want_hours(workers, i, law, p)
    contract, worked = offer_terms(
        seed, uid, workers.wanted_minutes[i], workers.value_of_guarantee[i], tied, j, providers, law, p
    )
    blur = blur_met(seed, uid, workers.sector_start[i] <= NEVER and not tied, providers, j, law)
    match, impression = pair_match(seed, uid, providers.uid[j], blur, p)
    workers.contract_minutes[i] = contract
    workers.worked_minutes[i] = sponsored_hours(worked, providers.rogue[j], p) if tied else worked
    workers.distance[i] = pair_km(seed, uid, providers.uid[j], workers.home_council[i], providers.council[j], reach)
    workers.match[i] = match
    workers.first_impression[i] = impression
    workers.job_start[i] = month
    if workers.sector_start[i] <= NEVER:
        workers.sector_start[i] = month
    workers.leave_reason[i] = LeaveReason.NONE.value
    workers.clock_start[i] = NEVER
    if tied:
        workers.sponsor[i] = j
    elif law.minimum_contract_minutes[j] > 0 and contract > 0:
        perhaps_self_employed(seed, workers, i, providers, law, p, month)


@part
def perhaps_self_employed(seed, workers, i, providers, law, p, month):
    """A recruit to a position that would be on zero hours but for the law may start as self-employed instead."""
    j, wanted = workers.employer[i], int(workers.wanted_minutes[i])
    u = pair_uniform(seed, workers.uid[i], providers.uid[j], Purpose.CONTRACT)
    if offered_contract(providers.zero_hours_share[j], u, wanted, 0, 0, workers.value_of_guarantee[i], p) != 0:
        return
    needed = hours_worked(0, wanted, p.zero_hours_use)
    form = form_chosen(seed, workers.uid[i], workers.role[i], workers.pay[i], needed, providers, j, law, p)
    contract, guaranteed = int(workers.contract_minutes[i]), int(workers.worked_minutes[i])
    if form == SELF_EMPLOYED and prefers_self_employment(
        workers, i, providers, j, contract, guaranteed, needed, law, month, p
    ):
        workers.self_employed[i] = 1
        workers.contract_minutes[i] = 0
        workers.worked_minutes[i] = needed


@part
def source_of(workers, i, month, p):
    """Where a starter comes from, as an employer would record it: the last place of work."""
    status = workers.status[i]
    if status == CARE or status == AGENCY:
        return Source.CARE.value
    if status == NHS:
        return Source.NHS.value
    out_since = workers.last_care_month[i]
    if out_since > NEVER and month - out_since <= int(p.recent_care_months):
        return Source.CARE.value
    if status == OTHER_WORK:
        return Source.OTHER_WORK.value
    if arrives_sponsored(workers, i):
        return Source.OVERSEAS_SPONSORED.value
    if out_since <= NEVER and workers.sector_start[i] <= NEVER:
        return Source.OVERSEAS_OTHER.value if workers.visa[i] == OTHER_ROUTE else Source.LOCAL_POOL.value
    return Source.NOT_WORKING.value


@part
def person_draw(seed, uid, purpose):
    """A draw that belongs to a person for life."""
    return uniform(seed, uid, 0, purpose)


@part
def lognormal_mean_one(spread, deviate):
    """Lognormal deviate with mean 1 and log standard deviation `spread`, of a normal one."""
    return math.exp(spread * deviate - 0.5 * spread * spread)
