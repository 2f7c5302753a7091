"""Employers choose among applicants; the chosen are promised a post and start when checks and notice are done."""

from __future__ import annotations

from sim.draws import Purpose, normal, uniform
from sim.jit import kernel, part
from sim.month.applications import TO_CARE, TO_NHS, TO_OUTSIDE
from sim.month.newcomers import next_empty, write_newcomer
from sim.month.people import CARE, NHS, OTHER_WORK, end_care_job
from sim.month.start_jobs import FOR_ELSEWHERE, leave_nhs
from sim.rules.entry import outside_wage
from sim.rules.nhs import nhs_hires, nhs_leavers, nhs_local_pay, nhs_posts_now, nhs_success_chance
from sim.rules.staffing import months_to_start
from sim.units import NOBODY, LeaveReason, Role, Stream

ROLE_COUNT = len(Role)
NHS_JOB, OTHER_JOB = int(LeaveReason.NHS_JOB), int(LeaveReason.OTHER_JOB)
LOCAL_POOL = int(Stream.LOCAL_POOL)


@kernel
def group_by_post(out, places, group_start, filled, members):
    """List the places of care applications by provider and role: a counting sort.

    `group_start` [P x R + 1] ends up holding the first member of each group; `filled` is of the same size.
    """
    for group in range(group_start.shape[0]):
        group_start[group] = 0
    for k in range(places.shape[0]):
        place = places[k]
        if out.kind[place] == TO_CARE:
            group_start[out.provider[place] * ROLE_COUNT + out.role[place] + 1] += 1
    filled[0] = 0
    for group in range(1, group_start.shape[0]):
        group_start[group] += group_start[group - 1]
        filled[group] = group_start[group]
    for k in range(places.shape[0]):
        place = places[k]
        if out.kind[place] == TO_CARE:
            group = out.provider[place] * ROLE_COUNT + out.role[place]
            members[filled[group]] = place
            filled[group] += 1


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
def choose(lo, hi, providers, group_start, members, out):
    """Employers in rows [lo, hi) take as many applicants as they have open posts, the first by priority."""
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            group = j * ROLE_COUNT + role
            first, last = group_start[group], group_start[group + 1]
            if last == first:
                continue
            open_now = providers.posts_open[j, role]
            if last - first > open_now:
                order_by_priority(members, first, last, out.priority, out.uid)
            for a in range(first, min(last, first + open_now)):
                out.chosen[members[a]] = 1


@kernel
def promise(out, places, providers):
    """Posts are promised to the chosen."""
    for k in range(places.shape[0]):
        place = places[k]
        if out.kind[place] == TO_CARE and out.chosen[place] == 1:
            providers.posts_promised[out.provider[place], out.role[place]] += 1


@kernel
def seat_newcomers(out, places, first, pool, workers, councils, ledger, rows):
    """Chosen people of the pools become agents, in the order of their identities, each in the lowest empty row.

    `places` are those of people of the pools, which begin at place `first`; their row is written to `rows`, -1 for
    those who are not chosen.
    """
    i = 0
    for k in range(places.shape[0]):
        rows[k] = NOBODY
        if out.chosen[places[k]] == 0:
            continue
        i = next_empty(workers, i)
        rows[k] = i
        workers.uid[i] = out.uid[places[k]]
        home, stream = pool.home[places[k] - first], pool.stream[places[k] - first]
        ledger.people_in[home, stream] += 1
        if stream == LOCAL_POOL:
            councils.pool[home] -= 1


@kernel
def accept_from_pool(lo, hi, seed, month, out, places, first, pool, rows, workers, councils, mix, law, p):
    """People of the pools at `places` [lo, hi) who were chosen fill their rows and accept."""
    for k in range(lo, hi):
        if rows[k] != NOBODY:
            who = places[k] - first
            uid, stream, home = out.uid[places[k]], pool.stream[who], pool.home[who]
            write_newcomer(seed, workers, councils, rows[k], uid, stream, home, month, mix, law, p)
            accept(seed, month, workers, rows[k], out, places[k], p)


@kernel
def accept_from_care(lo, hi, seed, month, out, places, workers, p):
    """People who are agents already, at `places` [lo, hi), accept if they were chosen: the place is their row."""
    for k in range(lo, hi):
        if out.kind[places[k]] == TO_CARE and out.chosen[places[k]] == 1:
            accept(seed, month, workers, places[k], out, places[k], p)


@part
def accept(seed, month, workers, i, out, place, p):
    """A person is bound to a post until the start."""
    workers.next_employer[i] = out.provider[place]
    workers.next_role[i] = out.role[place]
    workers.next_start[i] = month + months_to_start(uniform(seed, out.uid[place], month, Purpose.START_LAG), p)


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
def count_nhs_applicants(out, places, applicants):
    """Applications from care to each NHS employer by role."""
    for employer in range(applicants.shape[0]):
        for role in range(ROLE_COUNT):
            applicants[employer, role] = 0
    for k in range(places.shape[0]):
        if out.kind[places[k]] == TO_NHS:
            role = 0 if out.role[places[k]] == 1 else out.role[places[k]]
            applicants[out.provider[places[k]], role] += 1


@kernel
def leave_for_work_elsewhere(seed, month, out, places, chance, quota, workers, providers, nhs, law, p, ledger):
    """Applicants to the NHS who are taken, and those who take a job outside, go at the end of the month.

    Only agents apply there, and their place is their row.
    """
    for k in range(places.shape[0]):
        i = places[k]
        if out.kind[i] == TO_NHS:
            role = 0 if out.role[i] == 1 else out.role[i]
            employer = out.provider[i]
            if uniform(seed, out.uid[i], month, Purpose.NHS_PRIORITY) < chance[employer, role]:
                join_nhs(seed, month, workers, providers, nhs, p, ledger, i, employer, role)
                quota[employer, role] -= 1
        elif out.kind[i] == TO_OUTSIDE:
            take_outside_job(seed, month, workers, providers, nhs, law, p, ledger, i)


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
