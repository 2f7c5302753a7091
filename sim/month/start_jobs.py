"""Recruits whose checks and notice are done start work."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.ahead import (
    fetch_belonging,
    fetch_present_job,
    fetch_promise,
    fetch_standing,
    fetch_traits,
    next_of,
)
from sim.month.marks import list_rows
from sim.month.moves import place_of
from sim.month.people import (
    CARE,
    NHS,
    OTHER_ROUTE,
    SPONSORED,
    arrives_sponsored,
    charge_sponsor,
    drop_promise,
    end_care_job,
    leave_model,
    needs_grant,
    settle_job,
    source_of,
    take_post,
)
from sim.month.recruits import pay_for_newcomer
from sim.prefetch import fetch
from sim.rules.migration import may_work_for, needs_sponsor_soon, sponsored_here, tied_to_sponsor
from sim.rules.staffing import drops_out
from sim.units import NEVER, NOBODY, LeaveReason, Status

CARE_JOB, NO_REASON, VISA = int(LeaveReason.CARE_JOB), int(LeaveReason.NONE), int(LeaveReason.VISA)
SEEKING = int(Status.SEEKING)
FOR_CARE, FOR_ELSEWHERE = 0, 1
NEWLY_SPONSORED, RENEWED, WENT = 0, 1, 2
"""Entries of `Ledger.visas`."""
STARTS, PROMOTED, FALLS_THROUGH = 1, 2, 3


@kernel
def judge_starts(lo, hi, seed, month, workers, providers, law, p, due, listed):
    """What happens to everyone in rows [lo, hi) who is due to start: they are listed from place `lo` on.

    Returns:
        Where the list ends.
    """
    for i in range(lo, hi):
        due[i] = workers.next_start[i] == month
    found = list_rows(lo, hi, due, listed)
    for k in range(lo, found):
        ahead = next_of(listed, k, found)
        fetch_standing(workers, ahead)
        fetch(workers.next_employer, ahead)
        i = listed[k]
        j = workers.next_employer[i]
        unsure = not arrives_sponsored(workers, i)
        withdrawn = unsure and drops_out(uniform(seed, workers.uid[i], month, Purpose.DROP_OUT), p)
        tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
        portability = 0 if arrives_sponsored(workers, i) else law.portability_months
        lawful = may_work_for(tied, providers.licensed[j], workers.visa_month[i], month, portability)
        if withdrawn or providers.active[j] == 0 or not lawful:
            due[i] = FALLS_THROUGH
        elif workers.status[i] == CARE and workers.employer[i] == j:
            due[i] = PROMOTED
        else:
            due[i] = STARTS
    return found


@kernel
def start_jobs(seed, month, workers, providers, nhs, councils, law, p, ledger, due, rows):
    """Promises of `rows` end, old jobs are left and posts filled as `due` says. Terms are settled afterwards."""
    for k in range(rows.shape[0]):
        ahead = next_of(rows, k, rows.shape[0])
        fetch_standing(workers, ahead)
        fetch_promise(workers, ahead)
        fetch_belonging(workers, ahead)
        i = rows[k]
        j, role = workers.next_employer[i], workers.next_role[i]
        origin = place_of(workers, providers, i)
        drop_promise(workers, providers, i)
        if due[i] == FALLS_THROUGH:
            if workers.sector_start[i] <= NEVER:
                leave_model(workers, councils, ledger, i, VISA if arrives_sponsored(workers, i) else NO_REASON)
                ledger.moves[origin, place_of(workers, providers, i)] += 1
        elif due[i] == PROMOTED:
            promote(workers, providers, ledger, i, j, role)
        else:
            source = source_of(workers, i, month, p)
            if is_sponsored_at_start(workers, i, j, role, month, providers, law, p):
                workers.visa[i] = SPONSORED
                workers.visa_month[i] = month
                ledger.visas[NEWLY_SPONSORED] += 1
            if needs_grant(workers, i, j, month, law):
                charge_sponsor(providers, ledger, j, law.visa_cost[role])
            tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
            pay_for_newcomer(seed, workers, providers, ledger, i, j, tied, law)
            if workers.status[i] == CARE:
                end_care_job(workers, providers, ledger, i, CARE_JOB, SEEKING, month)
            elif workers.status[i] == NHS:
                leave_nhs(workers, nhs, ledger, i, FOR_CARE)
            workers.came_from[i] = source
            take_post(workers, providers, ledger, i, j, role, source)
            ledger.moves[origin, place_of(workers, providers, i)] += 1


@part
def is_sponsored_at_start(workers, i, j, role, month, providers, law, p):
    """Whether provider `j` becomes the sponsor of a person here by another route for not much longer."""
    soon = workers.visa[i] == OTHER_ROUTE and needs_sponsor_soon(workers.leave_until[i], month, p)
    return soon and providers.licensed[j] == 1 and sponsored_here(law.visa_open[role], law.in_country_switching[role])


@kernel
def settle_terms(seed, month, workers, providers, reach, law, p, due, rows):
    """Pay, contract, hours, distance and match of those among `rows` who have just started."""
    for k in range(rows.shape[0]):
        ahead = next_of(rows, k, rows.shape[0])
        fetch_standing(workers, ahead)
        fetch_traits(workers, ahead)
        fetch_present_job(workers, ahead)
        fetch(workers.sponsor, ahead)
        fetch(workers.household, ahead)
        if due[rows[k]] == STARTS:
            settle_job(seed, workers, providers, reach, law, p, rows[k], month)


@part
def promote(workers, providers, ledger, i, j, role):
    """A move to another role with the same employer: neither a leaver nor a starter."""
    ledger.promoted[providers.service[j], providers.sector[j], workers.role[i], role] += 1
    providers.posts_filled[j, workers.role[i]] -= 1
    providers.posts_filled[j, role] += 1
    workers.role[i] = role
    if providers.posted_pay[j, role] > workers.pay[i]:
        workers.pay[i] = providers.posted_pay[j, role]


@part
def leave_nhs(workers, nhs, ledger, i, destination):
    """A person leaves an NHS post for care, or for a job elsewhere."""
    k = workers.employer[i]
    role = 0 if workers.role[i] == 1 else workers.role[i]
    nhs.filled[k, role] -= 1
    nhs.from_care[k, role] -= 1
    ledger.nhs_out[destination] += 1
    workers.employer[i] = NOBODY
