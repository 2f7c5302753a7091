"""People leave without a job to go to, by route; and those long out of care return to their council's pool."""

from __future__ import annotations

import numpy as np

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.agency import decide_in_agency, leave_agency
from sim.month.ahead import fetch_belonging, fetch_present_job, fetch_promise, fetch_standing, next_of
from sim.month.marks import list_rows
from sim.month.moves import place_of
from sim.month.people import (
    AGENCY,
    CARE,
    EMPTY,
    HEALTH_ROLES,
    NHS,
    NOT_WORKING,
    OTHER_WORK,
    SEEKING,
    SPONSORED,
    charge_sponsor,
    drop_promise,
    end_care_job,
    grant_visa,
    lawful_pay,
    leave_model,
)
from sim.month.present_job import present_belief, present_care_value
from sim.month.start_jobs import FOR_ELSEWHERE, NEWLY_SPONSORED, RENEWED, WENT, leave_nhs
from sim.prefetch import fetch
from sim.rules.carers import caring_bound, caring_cut_chance, caring_leave_chance, caring_strength, hours_kept
from sim.rules.leaving import (
    back_to_seeking_chance,
    dismissal_chance,
    ill_health_chance,
    leaving_bound,
    most_without_work,
    no_work_chance,
    probation_chance,
    retirement_chance,
    vaccination_chance,
)
from sim.rules.migration import (
    clock_has_run_out,
    leave_has_ended,
    sponsored_here,
    sponsors_own_staff_chance,
    tied_to_sponsor,
)
from sim.rules.staffing import felt_strain
from sim.units import MONTHS_PER_YEAR, NEVER, LeaveReason, Service

NOTHING, RETURN_TO_POOL, SEEK_AGAIN, CUT_HOURS, SPONSORED_HERE, MUST_GO = 0, 100, 101, 102, 103, 104
NO_REASON = int(LeaveReason.NONE)
NO_WORK, RETIREMENT, ILL_HEALTH = int(LeaveReason.NO_WORK), int(LeaveReason.RETIREMENT), int(LeaveReason.ILL_HEALTH)
PROBATION, VISA, CLOSURE = int(LeaveReason.PROBATION), int(LeaveReason.VISA), int(LeaveReason.CLOSURE)
VACCINATION, NHS_JOB, CARING = int(LeaveReason.VACCINATION), int(LeaveReason.NHS_JOB), int(LeaveReason.CARING)
HOMES = (int(Service.RESIDENTIAL), int(Service.NURSING))


@part
def route_out(workers, i, month, u, providers, councils, peers, usual, law, p):
    """Route by which a person in post leaves this month, competing risks on one draw; 0 stays."""
    j = workers.employer[i]
    age = (month - workers.birth_month[i]) / MONTHS_PER_YEAR
    strain = felt_strain(providers.strain[j], law.strain_felt[j])
    frailty = workers.frailty[i]
    chance = retirement_chance(age, p)
    if u < chance:
        return RETIREMENT
    chance += ill_health_chance(age, strain, frailty, p)
    if u < chance:
        return ILL_HEALTH
    belief = present_belief(workers, i, month, p)
    months = month - workers.job_start[i]
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    on_probation = probation_chance(months, frailty, belief, tied, p)
    dismissed = dismissal_chance(months, law.dismissal_months, frailty, belief, p)
    # Most stay whatever the job is worth, which takes the longest to work out (exact: sums grow with each of their
    # terms, in floating point too).
    if u - (chance + most_without_work(frailty, p) + on_probation + dismissed) >= caring_bound(p):
        return NOTHING
    surplus = present_care_value(workers, i, month, providers, peers, law, p) - belief
    surplus -= usual[workers.home_council[i], workers.role[i]]
    chance += no_work_chance(age, frailty, strain, belief, surplus, p)
    if u < chance:
        return NO_WORK
    chance += on_probation
    chance += dismissed
    if u < chance:
        return PROBATION
    return route_to_caring(workers, i, month, u - chance, age, councils, law, p)


@part
def route_to_caring(workers, i, month, beyond, age, councils, law, p):
    """Whether a person in post gives up work, or some of it, in order to care; `beyond` is what of the draw is left."""
    if tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months):
        return NOTHING
    strength = caring_strength(age, councils.carers_minutes[workers.home_council[i]], p)
    chance = caring_leave_chance(strength, p)
    if beyond < chance:
        return CARING
    if beyond < chance + caring_cut_chance(strength, p) and workers.worked_minutes[i] > p.carer_minutes_least:
        return CUT_HOURS
    return NOTHING


@part
def permission_ends(workers, i, month, law):
    """Whether permission to stay ends: that of the tied and of people on another route; the settled may stay.

    Nobody is sent away who has a job to go to: whether the new employer sponsors is seen at the start.
    """
    if not leave_has_ended(workers.leave_until[i], month) or workers.next_employer[i] >= 0:
        return False
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    return workers.visa[i] != SPONSORED or tied


@part
def what_then(seed, workers, i, month, providers, law, p):
    """A person in post whose permission to stay ends is sponsored by the employer, for the first time or again."""
    j, role = workers.employer[i], workers.role[i]
    eligible = sponsored_here(law.visa_open[role], law.in_country_switching[role])
    renewal = workers.visa[i] == SPONSORED
    chance = sponsors_own_staff_chance(
        providers.licensed[j], eligible, renewal, law.visa_floor[role], providers.posted_pay[j, role], p
    )
    return SPONSORED_HERE if uniform(seed, workers.uid[i], month, Purpose.IN_COUNTRY) < chance else MUST_GO


@part
def decide_in_post(seed, workers, i, month, providers, councils, peers, usual, law, p):
    """What happens this month to a person in a care job."""
    j = workers.employer[i]
    if providers.active[j] == 0:
        return CLOSURE
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if tied and providers.licence_lost[j] == month - 1:
        return VISA
    if permission_ends(workers, i, month, law):
        return what_then(seed, workers, i, month, providers, law, p)
    uid = workers.uid[i]
    if law.vaccination_condition > 0.0 and (providers.service[j] == HOMES[0] or providers.service[j] == HOMES[1]):
        chance = vaccination_chance(law.vaccination_condition, law.unemployment[workers.home_council[i]], p)
        if uniform(seed, uid, month, Purpose.VACCINATION) < chance:
            return VACCINATION
    u = uniform(seed, uid, month, Purpose.LEAVE)
    age = (month - workers.birth_month[i]) / MONTHS_PER_YEAR
    bound = leaving_bound(age, month - workers.job_start[i], law.dismissal_months, workers.frailty[i], p)
    if u >= bound + caring_bound(p):
        return NOTHING
    return route_out(workers, i, month, u, providers, councils, peers, usual, law, p)


@part
def decide_out_of_care(seed, workers, i, month, law, p):
    """What happens this month to a person who has left care."""
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    if permission_ends(workers, i, month, law):
        role = workers.role[i]
        at_nhs = workers.status[i] == NHS and role in HEALTH_ROLES
        stays = at_nhs and sponsored_here(law.visa_open[role], law.in_country_switching[role])
        return SPONSORED_HERE if stays else MUST_GO
    paused = law.clock_paused if workers.leave_reason[i] == VISA else 0
    if tied and workers.status[i] != NHS and clock_has_run_out(workers.clock_start[i], month, law.clock_months, paused):
        return VISA
    if workers.last_care_month[i] > NEVER and month - workers.last_care_month[i] >= int(p.months_reachable):
        return RETURN_TO_POOL
    u = uniform(seed, workers.uid[i], month, Purpose.LEAVE)
    if workers.status[i] == NOT_WORKING and u < back_to_seeking_chance(p):
        return SEEK_AGAIN
    return NOTHING


@part
def decide(seed, workers, i, month, providers, councils, peers, usual, law, p):
    """What happens this month to person `i`."""
    status = workers.status[i]
    if status == CARE:
        return decide_in_post(seed, workers, i, month, providers, councils, peers, usual, law, p)
    if status == AGENCY and permission_ends(workers, i, month, law):
        return MUST_GO
    if status == EMPTY or workers.next_employer[i] >= 0:
        return NOTHING
    if status == AGENCY:
        return decide_in_agency(seed, workers, i, month, p)
    return decide_out_of_care(seed, workers, i, month, law, p)


@kernel
def find_unsettled(lo, hi, month, providers, law, unsettled):
    """Mark providers in rows [lo, hi) whose staff may all have to leave: closed, without licence, under a condition."""
    for j in range(lo, hi):
        home = (providers.service[j] == HOMES[0]) | (providers.service[j] == HOMES[1])
        lost = (providers.active[j] == 0) | (providers.licence_lost[j] == month - 1)
        unsettled[j] = lost | (home & (law.vaccination_condition > 0.0))


@part
def could_change(seed, workers, i, month, law, p):
    """Whether anything can happen this month to person `i` apart from what happens to the employer (exact thinning).

    Without branches, so that a loop over people tests several at once.
    """
    status = workers.status[i]
    u = uniform(seed, workers.uid[i], month, Purpose.LEAVE)
    age = (month - workers.birth_month[i]) / MONTHS_PER_YEAR
    bound = leaving_bound(age, month - workers.job_start[i], law.dismissal_months, workers.frailty[i], p)
    at_work = (status == CARE) | (status == AGENCY)
    last = workers.last_care_month[i]
    long_out = (last > NEVER) & (month - last >= int(p.months_reachable))
    wants_back = (status == NOT_WORKING) & (u < back_to_seeking_chance(p))
    return (
        leave_has_ended(workers.leave_until[i], month)
        | (at_work & (u < bound + caring_bound(p)))
        | ((status != EMPTY) & (not at_work) & (long_out | wants_back | (workers.visa[i] == SPONSORED)))
    )


@kernel
def decide_to_leave(
    lo, hi, seed, month, workers, providers, councils, peers, usual, law, p, unsettled, decision, listed
):
    """Write what happens to each row in [lo, hi) and list those to which anything does, from place `lo` on.

    Nobody moves yet.

    Returns:
        Where the list ends.
    """
    for i in range(lo, hi):
        decision[i] = could_change(seed, workers, i, month, law, p)
    for i in range(lo, hi):
        in_care = workers.status[i] == CARE
        employer = workers.employer[i] if in_care else 0
        decision[i] |= in_care & (unsettled[employer] == 1)
    found = list_rows(lo, hi, decision, listed)
    end = lo
    for k in range(lo, found):
        ahead = next_of(listed, k, found)
        fetch_standing(workers, ahead)
        fetch_present_job(workers, ahead)
        fetch(workers.frailty, ahead)
        i = listed[k]
        decision[i] = decide(seed, workers, i, month, providers, councils, peers, usual, law, p)
        listed[end] = i
        end += np.uint64(decision[i] != NOTHING)
    return end


@kernel
def leave(month, workers, providers, nhs, councils, law, p, ledger, decision, rows):
    """Carry out the decisions of `rows`; everything counted is whole, so their order does not matter."""
    for k in range(rows.shape[0]):
        ahead = next_of(rows, k, rows.shape[0])
        fetch_standing(workers, ahead)
        fetch_promise(workers, ahead)
        fetch_belonging(workers, ahead)
        i = rows[k]
        what = decision[i]
        if what == CUT_HOURS:
            cut_hours(workers, i, p)
            continue
        if what == SPONSORED_HERE:
            be_sponsored(month, workers, providers, law, ledger, i)
            continue
        origin = place_of(workers, providers, i)
        if what == MUST_GO:
            go_home(month, workers, providers, nhs, councils, ledger, i)
        elif workers.status[i] == AGENCY:
            leave_agency(month, workers, councils, ledger, i, what)
        elif what == SEEK_AGAIN:
            workers.status[i] = SEEKING
        elif what == RETURN_TO_POOL:
            reason = NO_REASON
            if workers.status[i] == NHS:
                settle_in_nhs(workers, nhs, i)
                reason = NHS_JOB
            leave_model(workers, councils, ledger, i, reason)
        elif workers.status[i] != CARE:
            ledger.displaced[1] += 1
            leave_model(workers, councils, ledger, i, VISA)
        else:
            leave_care(month, workers, providers, councils, law, ledger, i, what)
        ledger.moves[origin, place_of(workers, providers, i)] += 1


@part
def cut_hours(workers, i, p):
    """A person in post works less, in order to care."""
    workers.wanted_minutes[i] = hours_kept(workers.wanted_minutes[i], p)
    workers.free_minutes[i] = hours_kept(workers.free_minutes[i], p)
    workers.worked_minutes[i] = hours_kept(workers.worked_minutes[i], p)
    workers.contract_minutes[i] = hours_kept(workers.contract_minutes[i], p)


@part
def be_sponsored(month, workers, providers, law, ledger, i):
    """A visa is granted to a person already here: by the present employer, for the first time or again."""
    role = workers.role[i]
    if workers.visa[i] == SPONSORED:
        ledger.visas[RENEWED] += 1
    else:
        ledger.visas[NEWLY_SPONSORED] += 1
        workers.visa[i] = SPONSORED
        workers.visa_month[i] = month
    grant_visa(workers, i, role, month, law)
    if workers.status[i] == CARE:
        j = workers.employer[i]
        workers.sponsor[i] = j
        charge_sponsor(providers, ledger, j, law.visa_cost[role])
        workers.pay[i] = max(workers.pay[i], lawful_pay(workers, i, j, role, month, law, providers))


@part
def go_home(month, workers, providers, nhs, councils, ledger, i):
    """A person whose permission to stay has ended leaves the country."""
    ledger.visas[WENT] += 1
    if workers.status[i] == CARE:
        end_care_job(workers, providers, ledger, i, VISA, SEEKING, month)
    elif workers.status[i] == NHS:
        leave_nhs(workers, nhs, ledger, i, FOR_ELSEWHERE)
    leave_model(workers, councils, ledger, i, VISA)


@part
def settle_in_nhs(workers, nhs, i):
    """After three years in the NHS a person counts as one of its own staff; the post stays filled."""
    role = 0 if workers.role[i] == 1 else workers.role[i]
    nhs.from_care[workers.employer[i], role] -= 1


@part
def leave_care(month, workers, providers, councils, law, ledger, i, reason):
    """A person in post leaves by a route other than a new job."""
    tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
    drop_promise(workers, providers, i)
    status = SEEKING
    if reason == NO_WORK or reason == CARING:
        status = NOT_WORKING
    if reason == VACCINATION:
        status = OTHER_WORK
        workers.pay[i] = law.outside_pay[workers.home_council[i]]
        workers.match[i] = 0.0
    if reason == VISA:
        ledger.displaced[0] += 1
    end_care_job(workers, providers, ledger, i, reason, status, month)
    gone = reason == RETIREMENT or reason == ILL_HEALTH
    if gone or (tied and reason == NO_WORK):
        leave_model(workers, councils, ledger, i, reason if gone else VISA)
