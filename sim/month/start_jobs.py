"""Recruits whose checks and notice are done start work."""

from __future__ import annotations

from sim.draws import Purpose, uniform
from sim.jit import kernel, part
from sim.month.people import CARE, NHS, begin_care_job, drop_promise, end_care_job, leave_model, source_of
from sim.rules.migration import may_work_for, tied_to_sponsor
from sim.rules.staffing import drops_out
from sim.units import NEVER, NOBODY, LeaveReason, Status

CARE_JOB, NO_REASON = int(LeaveReason.CARE_JOB), int(LeaveReason.NONE)
SEEKING = int(Status.SEEKING)
FOR_CARE, FOR_ELSEWHERE = 0, 1


@kernel
def start_jobs(seed, month, workers, providers, nhs, councils, reach, law, p, ledger):
    """Everyone due to start does so, withdraws, or finds the employer closed or its sponsor licence gone."""
    for i in range(workers.uid.shape[0]):
        if workers.next_start[i] != month:
            continue
        j, role = workers.next_employer[i], workers.next_role[i]
        withdrawn = drops_out(uniform(seed, workers.uid[i], month, Purpose.DROP_OUT), p)
        tied = tied_to_sponsor(workers.visa[i], workers.visa_month[i], month, law.settlement_months)
        lawful = may_work_for(tied, providers.licensed[j], workers.visa_month[i], month, law.portability_months)
        drop_promise(workers, providers, i)
        if withdrawn or providers.active[j] == 0 or not lawful:
            if workers.sector_start[i] <= NEVER:
                leave_model(workers, councils, ledger, i, NO_REASON)
            continue
        if workers.status[i] == CARE and workers.employer[i] == j:
            promote(workers, providers, ledger, i, j, role)
            continue
        source = source_of(workers, i, month, p)
        if workers.status[i] == CARE:
            end_care_job(workers, providers, ledger, i, CARE_JOB, SEEKING, month)
        elif workers.status[i] == NHS:
            leave_nhs(workers, nhs, ledger, i, FOR_CARE)
        begin_care_job(seed, workers, providers, reach, law, p, ledger, i, j, role, source, month)


@part
def promote(workers, providers, ledger, i, j, role):
    """A move to another role with the same employer: neither a leaver nor a starter."""
    ledger.promoted[workers.role[i], role] += 1
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
