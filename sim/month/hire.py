"""Employers choose among applicants; the chosen are promised a post and start when checks and notice are done."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.month.look import TO_CARE, TO_NHS, TO_OUTSIDE
from sim.month.moves import OVERSEAS_OTHER, POOL, place_of
from sim.month.newcomers import next_empty, write_newcomer
from sim.month.people import CARE, NHS, OTHER_WORK, end_care_job
from sim.month.start_jobs import FOR_ELSEWHERE, leave_nhs
from sim.rules.entry import outside_wage
from sim.rules.nhs import nhs_hires, nhs_leavers, nhs_local_pay, nhs_posts_now, nhs_success_chance
from sim.rules.staffing import months_to_start
from sim.units import LeaveReason, Role, Stream

ROLE_COUNT = len(Role)
NHS_JOB, OTHER_JOB = int(LeaveReason.NHS_JOB), int(LeaveReason.OTHER_JOB)
LOCAL_POOL = int(Stream.LOCAL_POOL)


@kernel
def group_by_post(kind, provider, role, group_start, filled, members):
    """List the places of care applications by provider and role: a counting sort.

    `group_start` [P x R + 1] ends up holding the first member of each group; `filled` is of the same size.
    """
    for group in range(group_start.shape[0]):
        group_start[group] = 0
    for k in range(kind.shape[0]):
        if kind[k] == TO_CARE:
            group_start[provider[k] * ROLE_COUNT + role[k] + 1] += 1
    filled[0] = 0
    for group in range(1, group_start.shape[0]):
        group_start[group] += group_start[group - 1]
        filled[group] = group_start[group]
    for k in range(kind.shape[0]):
        if kind[k] == TO_CARE:
            group = provider[k] * ROLE_COUNT + role[k]
            members[filled[group]] = k
            filled[group] += 1
    return group_start[group_start.shape[0] - 1]


@part
def order_by_priority(members, first, last, priority, uid):
    """Sort members [first, last) by falling priority; equal priorities by identity. Groups are small."""
    for a in range(first + 1, last):
        k = members[a]
        b = a - 1
        while b >= first and (
            priority[members[b]] < priority[k] or (priority[members[b]] == priority[k] and uid[members[b]] > uid[k])
        ):
            members[b + 1] = members[b]
            b -= 1
        members[b + 1] = k


@kernel
def choose(lo, hi, providers, group_start, members, priority, uid, chosen):
    """Employers in rows [lo, hi) take as many applicants as they have open posts, the first by priority."""
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            group = j * ROLE_COUNT + role
            first, last = group_start[group], group_start[group + 1]
            if last == first:
                continue
            open_now = providers.posts_open[j, role]
            if last - first > open_now:
                order_by_priority(members, first, last, priority, uid)
            for a in range(first, min(last, first + open_now)):
                chosen[members[a]] = 1


@kernel
def promise(seed, month, chosen, row, uid, provider, role, workers, providers, p):
    """Chosen people who are agents already accept: post and person are bound until the start."""
    for k in range(chosen.shape[0]):
        if chosen[k] == 1 and row[k] >= 0:
            bind(seed, month, workers, providers, row[k], uid[k], provider[k], role[k], p)


@part
def bind(seed, month, workers, providers, i, uid, j, role, p):
    """One person and one post are bound until the start."""
    workers.next_employer[i] = j
    workers.next_role[i] = role
    workers.next_start[i] = month + months_to_start(uniform(seed, uid, month, Purpose.START_LAG), p)
    providers.posts_promised[j, role] += 1


@kernel
def bring_in(
    seed, month, stream, newcomers, provider, role, home, workers, providers, councils, mix, law, p, ledger, from_row
):
    """Chosen people of a pool become agents, in the order of their identities, each in the lowest empty row.

    Returns the row after the last one filled.
    """
    i = from_row
    for k in range(newcomers.shape[0]):
        i = next_empty(workers, i)
        write_newcomer(seed, workers, councils, i, newcomers[k], stream, home[k], month, mix, law, p)
        bind(seed, month, workers, providers, i, newcomers[k], provider[k], role[k], p)
        ledger.people_in[home[k], stream] += 1
        ledger.moves[POOL if stream == LOCAL_POOL else OVERSEAS_OTHER, place_of(workers, providers, i)] += 1
        if stream == LOCAL_POOL:
            councils.pool[home[k]] -= 1
    return i


@kernel
def nhs_month(seed, month, nhs, law, p, ledger, applicants, quota, chance):
    """NHS staff leave and posts open; the chance of each applicant from care follows from those who compete.

    `applicants` [N, R] counts applications from care; `quota` and `chance` [N, R] are written.
    """
    for k in range(nhs.uid.shape[0]):
        for role in range(ROLE_COUNT):
            if nhs.posts[k, role] == 0:
                continue
            uid = nhs.uid[k]
            nhs.pay[k, role] = nhs_local_pay(law.nhs_pay[role], nhs.pay_ratio[k, role])
            if law.april == 1:
                nhs.posts[k, role] = nhs_posts_now(nhs.posts[k, role], law.nhs_posts_growth[role])
            own = nhs.filled[k, role] - nhs.from_care[k, role]
            gone = nhs_leavers(own, uniform(seed, uid, month, Purpose.NHS_FLOW + 256 * role), p)
            nhs.filled[k, role] -= gone
            ledger.nhs_out[1] += gone
            u = uniform(seed, uid, month, Purpose.POOL + 256 * role)
            quota[k, role] = nhs_hires(nhs.posts[k, role], nhs.filled[k, role], law.tightness, u, p)
            chance[k, role] = nhs_success_chance(quota[k, role], applicants[k, role], p)


@kernel
def count_nhs_applicants(out, applicants):
    """Applications from care to each NHS employer by role."""
    for employer in range(applicants.shape[0]):
        for role in range(ROLE_COUNT):
            applicants[employer, role] = 0
    for k in range(out.kind.shape[0]):
        if out.kind[k] == TO_NHS:
            role = 0 if out.role[k] == 1 else out.role[k]
            applicants[out.provider[k], role] += 1


@kernel
def leave_for_work_elsewhere(seed, month, out, chance, quota, workers, providers, nhs, law, p, ledger):
    """Applicants to the NHS who are taken, and those who take a job outside, go at the end of the month."""
    for k in range(out.kind.shape[0]):
        i = out.row[k]
        origin = place_of(workers, providers, i)
        if out.kind[k] == TO_NHS:
            role = 0 if out.role[k] == 1 else out.role[k]
            employer = out.provider[k]
            if uniform(seed, out.uid[k], month, Purpose.NHS_PRIORITY) < chance[employer, role]:
                join_nhs(seed, month, workers, providers, nhs, p, ledger, i, employer, role)
                quota[employer, role] -= 1
        elif out.kind[k] == TO_OUTSIDE:
            take_outside_job(seed, month, workers, providers, nhs, law, p, ledger, i)
        if place_of(workers, providers, i) != origin:
            ledger.moves[origin, place_of(workers, providers, i)] += 1


@part
def join_nhs(seed, month, workers, providers, nhs, p, ledger, i, employer, role):
    """A person leaves care for an NHS post."""
    uid = workers.uid[i]
    end_care_job(workers, providers, ledger, i, NHS_JOB, NHS, month)
    workers.employer[i] = employer
    workers.pay[i] = nhs.pay[employer, role]
    workers.distance[i] = p.nhs_distance
    workers.match[i] = p.match_spread * normal(seed, uid, month, Purpose.NHS_SEEN + 256)
    nhs.filled[employer, role] += 1
    nhs.from_care[employer, role] += 1
    ledger.nhs_in[0] += 1


@part
def take_outside_job(seed, month, workers, providers, nhs, law, p, ledger, i):
    """A person takes a job outside care, at the wage that was seen."""
    uid = workers.uid[i]
    if workers.status[i] == CARE:
        end_care_job(workers, providers, ledger, i, OTHER_JOB, OTHER_WORK, month)
    elif workers.status[i] == NHS:
        leave_nhs(workers, nhs, ledger, i, FOR_ELSEWHERE)
    workers.status[i] = OTHER_WORK
    deviate = normal(seed, uid, month, Purpose.OUTSIDE_PAY)
    workers.pay[i] = int(outside_wage(law.outside_pay[workers.home_council[i]], deviate, p))
    workers.match[i] = p.match_spread * normal(seed, uid, month, Purpose.OUTSIDE_TASTE)


@kernel
def fill_rest_of_nhs(nhs, quota, ledger):
    """Posts the NHS fills this month with people from elsewhere."""
    for k in range(quota.shape[0]):
        for role in range(ROLE_COUNT):
            if quota[k, role] > 0:
                nhs.filled[k, role] += quota[k, role]
                ledger.nhs_in[1] += quota[k, role]
            quota[k, role] = 0
